#pragma once
/// The numbers of DNS and their names, as the IANA registry "Domain Name System (DNS) Parameters"
/// lists them. Values that are not listed stay representable; their text is RFC 3597 s5's.

#include <cstdint>
#include <optional>
#include <string_view>

#include <sonde/base/api.hpp>
#include <sonde/wire/application/text_room.hpp>

// One line each: enumerator, number, mnemonic.
// clang-format off
#define SONDE_DNS_TYPES(X)                                                                        \
    X(a, 1, "A") X(ns, 2, "NS") X(md, 3, "MD") X(mf, 4, "MF") X(cname, 5, "CNAME")                \
    X(soa, 6, "SOA") X(mb, 7, "MB") X(mg, 8, "MG") X(mr, 9, "MR") X(null, 10, "NULL")             \
    X(wks, 11, "WKS") X(ptr, 12, "PTR") X(hinfo, 13, "HINFO") X(minfo, 14, "MINFO")               \
    X(mx, 15, "MX") X(txt, 16, "TXT") X(rp, 17, "RP") X(afsdb, 18, "AFSDB") X(x25, 19, "X25")     \
    X(isdn, 20, "ISDN") X(rt, 21, "RT") X(nsap, 22, "NSAP") X(nsap_ptr, 23, "NSAP-PTR")           \
    X(sig, 24, "SIG") X(key, 25, "KEY") X(px, 26, "PX") X(gpos, 27, "GPOS") X(aaaa, 28, "AAAA")   \
    X(loc, 29, "LOC") X(nxt, 30, "NXT") X(eid, 31, "EID") X(nimloc, 32, "NIMLOC")                 \
    X(srv, 33, "SRV") X(atma, 34, "ATMA") X(naptr, 35, "NAPTR") X(kx, 36, "KX")                   \
    X(cert, 37, "CERT") X(a6, 38, "A6") X(dname, 39, "DNAME") X(sink, 40, "SINK")                 \
    X(opt, 41, "OPT") X(apl, 42, "APL") X(ds, 43, "DS") X(sshfp, 44, "SSHFP")                     \
    X(ipseckey, 45, "IPSECKEY") X(rrsig, 46, "RRSIG") X(nsec, 47, "NSEC")                         \
    X(dnskey, 48, "DNSKEY") X(dhcid, 49, "DHCID") X(nsec3, 50, "NSEC3")                           \
    X(nsec3param, 51, "NSEC3PARAM") X(tlsa, 52, "TLSA") X(smimea, 53, "SMIMEA")                   \
    X(hip, 55, "HIP") X(ninfo, 56, "NINFO") X(rkey, 57, "RKEY") X(talink, 58, "TALINK")           \
    X(cds, 59, "CDS") X(cdnskey, 60, "CDNSKEY") X(openpgpkey, 61, "OPENPGPKEY")                   \
    X(csync, 62, "CSYNC") X(zonemd, 63, "ZONEMD") X(svcb, 64, "SVCB") X(https, 65, "HTTPS")       \
    X(dsync, 66, "DSYNC") X(hhit, 67, "HHIT") X(brid, 68, "BRID") X(spf, 99, "SPF")               \
    X(uinfo, 100, "UINFO") X(uid, 101, "UID") X(gid, 102, "GID") X(unspec, 103, "UNSPEC")         \
    X(nid, 104, "NID") X(l32, 105, "L32") X(l64, 106, "L64") X(lp, 107, "LP")                     \
    X(eui48, 108, "EUI48") X(eui64, 109, "EUI64") X(nxname, 128, "NXNAME") X(tkey, 249, "TKEY")   \
    X(tsig, 250, "TSIG") X(ixfr, 251, "IXFR") X(axfr, 252, "AXFR") X(mailb, 253, "MAILB")         \
    X(maila, 254, "MAILA") X(any, 255, "ANY") X(uri, 256, "URI") X(caa, 257, "CAA")               \
    X(avc, 258, "AVC") X(doa, 259, "DOA") X(amtrelay, 260, "AMTRELAY")                            \
    X(resinfo, 261, "RESINFO") X(wallet, 262, "WALLET") X(cla, 263, "CLA") X(ipn, 264, "IPN")     \
    X(ta, 32768, "TA") X(dlv, 32769, "DLV")
#define SONDE_DNS_CLASSES(X)                                                                      \
    X(internet, 1, "IN") X(chaos, 3, "CH") X(hesiod, 4, "HS") X(none, 254, "NONE")                \
    X(any, 255, "ANY")
#define SONDE_DNS_OPCODES(X)                                                                      \
    X(query, 0, "QUERY") X(inverse_query, 1, "IQUERY") X(status, 2, "STATUS")                     \
    X(notify, 4, "NOTIFY") X(update, 5, "UPDATE") X(stateful_operations, 6, "DSO")
#define SONDE_DNS_RESPONSE_CODES(X)                                                               \
    X(no_error, 0, "NOERROR") X(format_error, 1, "FORMERR") X(server_failure, 2, "SERVFAIL")      \
    X(name_error, 3, "NXDOMAIN") X(not_implemented, 4, "NOTIMP") X(refused, 5, "REFUSED")         \
    X(name_exists, 6, "YXDOMAIN") X(rrset_exists, 7, "YXRRSET") X(rrset_missing, 8, "NXRRSET")    \
    X(not_authoritative, 9, "NOTAUTH") X(not_in_zone, 10, "NOTZONE")                              \
    X(dso_type_not_implemented, 11, "DSOTYPENI") X(bad_version, 16, "BADVERS")                    \
    X(bad_key, 17, "BADKEY") X(bad_time, 18, "BADTIME") X(bad_mode, 19, "BADMODE")                \
    X(bad_name, 20, "BADNAME") X(bad_algorithm, 21, "BADALG") X(bad_truncation, 22, "BADTRUNC")   \
    X(bad_cookie, 23, "BADCOOKIE")
#define SONDE_DNS_OPTION_CODES(X)                                                                 \
    X(long_lived_query, 1, "LLQ") X(update_lease, 2, "UL") X(nsid, 3, "NSID") X(dau, 5, "DAU")    \
    X(dhu, 6, "DHU") X(n3u, 7, "N3U") X(client_subnet, 8, "CLIENT-SUBNET")                        \
    X(expire, 9, "EXPIRE") X(cookie, 10, "COOKIE") X(keepalive, 11, "KEEPALIVE")                  \
    X(padding, 12, "PADDING") X(chain, 13, "CHAIN") X(key_tag, 14, "KEY-TAG")                     \
    X(extended_error, 15, "EDE") X(client_tag, 16, "CLIENT-TAG") X(server_tag, 17, "SERVER-TAG")  \
    X(report_channel, 18, "REPORT-CHANNEL") X(zone_version, 19, "ZONEVERSION")
#define SONDE_DNS_SERVICE_KEYS(X)                                                                 \
    X(mandatory, 0, "mandatory") X(alpn, 1, "alpn") X(no_default_alpn, 2, "no-default-alpn")      \
    X(port, 3, "port") X(ipv4hint, 4, "ipv4hint") X(ech, 5, "ech") X(ipv6hint, 6, "ipv6hint")     \
    X(dohpath, 7, "dohpath") X(ohttp, 8, "ohttp")                                                 \
    X(tls_supported_groups, 9, "tls-supported-groups")
#define SONDE_DNS_EXTENDED_ERRORS(X)                                                              \
    X(other, 0, "Other") X(unsupported_dnskey_algorithm, 1, "Unsupported DNSKEY Algorithm")       \
    X(unsupported_ds_digest_type, 2, "Unsupported DS Digest Type")                                \
    X(stale_answer, 3, "Stale Answer") X(forged_answer, 4, "Forged Answer")                       \
    X(dnssec_indeterminate, 5, "DNSSEC Indeterminate") X(dnssec_bogus, 6, "DNSSEC Bogus")         \
    X(signature_expired, 7, "Signature Expired")                                                  \
    X(signature_not_yet_valid, 8, "Signature Not Yet Valid")                                      \
    X(dnskey_missing, 9, "DNSKEY Missing") X(rrsigs_missing, 10, "RRSIGs Missing")                \
    X(no_zone_key_bit_set, 11, "No Zone Key Bit Set") X(nsec_missing, 12, "NSEC Missing")         \
    X(cached_error, 13, "Cached Error") X(not_ready, 14, "Not Ready") X(blocked, 15, "Blocked")   \
    X(censored, 16, "Censored") X(filtered, 17, "Filtered") X(prohibited, 18, "Prohibited")       \
    X(stale_nxdomain_answer, 19, "Stale NXDOMAIN Answer")                                         \
    X(not_authoritative, 20, "Not Authoritative") X(not_supported, 21, "Not Supported")           \
    X(no_reachable_authority, 22, "No Reachable Authority") X(network_error, 23, "Network Error") \
    X(invalid_data, 24, "Invalid Data")                                                           \
    X(signature_expired_before_valid, 25, "Signature Expired before Valid")                       \
    X(too_early, 26, "Too Early")                                                                 \
    X(unsupported_nsec3_iterations, 27, "Unsupported NSEC3 Iterations Value")                     \
    X(unable_to_conform_to_policy, 28, "Unable to conform to policy")                             \
    X(synthesized, 29, "Synthesized") X(invalid_query_type, 30, "Invalid Query Type")
// clang-format on

namespace sonde::inline v0 {

// An enumerator is a name: it cannot stand in parentheses.
// NOLINTNEXTLINE(bugprone-macro-parentheses)
#define SONDE_DNS_ENUMERATOR(name, number, text) name = number,
/// RR types and question types (RFC 1035 s3.2.2, s3.2.3 and later).
enum class dns_type : std::uint16_t { SONDE_DNS_TYPES(SONDE_DNS_ENUMERATOR) };
/// RFC 1035 s3.2.4, RFC 2136 s2.4. In mDNS the top bit is no part of it: see dns_record.
enum class dns_class : std::uint16_t { SONDE_DNS_CLASSES(SONDE_DNS_ENUMERATOR) };
/// 4 bits (RFC 1035 s4.1.1).
enum class dns_opcode : std::uint8_t { SONDE_DNS_OPCODES(SONDE_DNS_ENUMERATOR) };
/// 4 bits in the header, 12 with EDNS (RFC 6891 s6.1.3), 16 in TSIG (RFC 8945 s3).
enum class dns_response_code : std::uint16_t { SONDE_DNS_RESPONSE_CODES(SONDE_DNS_ENUMERATOR) };
/// EDNS options (RFC 6891 s9).
enum class dns_option_code : std::uint16_t { SONDE_DNS_OPTION_CODES(SONDE_DNS_ENUMERATOR) };
/// SvcParamKeys (RFC 9460 s14.3.2).
enum class dns_service_key : std::uint16_t { SONDE_DNS_SERVICE_KEYS(SONDE_DNS_ENUMERATOR) };
/// INFO-CODEs (RFC 8914 s5.2).
enum class dns_extended_error_code : std::uint16_t {
    SONDE_DNS_EXTENDED_ERRORS(SONDE_DNS_ENUMERATOR)
};
#undef SONDE_DNS_ENUMERATOR

/// The mnemonic; empty for a number that has no name here.
[[nodiscard]] SONDE_API std::string_view to_string(dns_type type) noexcept;
[[nodiscard]] SONDE_API std::string_view to_string(dns_class value) noexcept;
[[nodiscard]] SONDE_API std::string_view to_string(dns_opcode value) noexcept;
[[nodiscard]] SONDE_API std::string_view to_string(dns_response_code value) noexcept;
[[nodiscard]] SONDE_API std::string_view to_string(dns_option_code value) noexcept;
[[nodiscard]] SONDE_API std::string_view to_string(dns_service_key value) noexcept;
[[nodiscard]] SONDE_API std::string_view to_string(dns_extended_error_code value) noexcept;

/// "AAAA", or "TYPE65280" (RFC 3597 s5).
SONDE_API void put_text(text_room& out, dns_type type) noexcept;
/// "IN", or "CLASS32" (RFC 3597 s5).
SONDE_API void put_text(text_room& out, dns_class value) noexcept;
/// The same backwards, in any case; nothing for another text.
[[nodiscard]] SONDE_API std::optional<dns_type> dns_type_of(std::string_view text) noexcept;
[[nodiscard]] SONDE_API std::optional<dns_class> dns_class_of(std::string_view text) noexcept;

}  // namespace sonde::inline v0
