#pragma once
/// What the data of DNS records means, one struct a type or family of types (RFC 1035 s3.3 and the
/// RFC named at each). Numbers are in host byte order; names and octets are borrowed from the
/// message.
///
///     if (const auto mx = record.as<dns_mx>()) use(mx->preference, mx->exchange);
///     writer.add(dns_section::answer, {.name = name}, dns_mx{.preference = 10, .exchange = host});
///     put_text(out, record);                     // as in a master file, RFC 3597 for unknown
///     types
///
/// Each struct names its parts once, in `each`: reading, writing, decompression on copy and the
/// text form all go through it. A type of your own works the same way with as() and add().

#include <array>
#include <cstdint>
#include <optional>

#include <sonde/wire/application/dns_record.hpp>
#include <sonde/wire/element_range.hpp>

namespace sonde::inline v0 {

/// A character string (RFC 1035 s3.3): a length octet and as many octets. Borrows them.
class dns_string {
  public:
    /// Takes one string from the front of `rest`.
    /// Errors: truncated (fewer octets than the string declares).
    [[nodiscard]] SONDE_API static result<dns_string> parse(
        bytes_view rest SONDE_LIFETIMEBOUND) noexcept;
    [[nodiscard]] bytes_view text() const noexcept { return octets_.subspan(1); }
    [[nodiscard]] bytes_view octets() const noexcept { return octets_; }

  private:
    explicit dns_string(bytes_view octets) noexcept : octets_(octets) {}
    bytes_view octets_;
};
using dns_strings = element_range<dns_string>;

/// A window of a type bitmap (RFC 4034 s4.1.2): 256 types, a bit each.
class dns_type_window {
  public:
    /// Errors: truncated (fewer octets than declared), bad_length (no octet, or more than 32).
    [[nodiscard]] SONDE_API static result<dns_type_window> parse(
        bytes_view rest SONDE_LIFETIMEBOUND) noexcept;
    [[nodiscard]] std::uint8_t number() const noexcept { return octets_[0]; }
    [[nodiscard]] bytes_view bitmap() const noexcept { return octets_.subspan(2); }
    [[nodiscard]] bool contains(std::uint8_t low) const noexcept {
        const bytes_view bits = bitmap();
        const std::size_t at = low / 8U;
        return at < bits.size() && (bits[at] >> (7 - low % 8) & 1) != 0;
    }
    [[nodiscard]] bytes_view octets() const noexcept { return octets_; }

  private:
    explicit dns_type_window(bytes_view octets) noexcept : octets_(octets) {}
    bytes_view octets_;
};
/// The types that exist at a name. Borrows.
struct dns_type_set {
    bytes_view octets{};
    [[nodiscard]] element_range<dns_type_window> windows() const noexcept {
        return element_range<dns_type_window>(octets);
    }
    [[nodiscard]] SONDE_API bool contains(dns_type type) const noexcept;
};

/// One parameter of a service binding (RFC 9460 s2.2). Borrows.
class dns_service_parameter {
  public:
    /// Errors: truncated (fewer octets than declared).
    [[nodiscard]] SONDE_API static result<dns_service_parameter> parse(
        bytes_view rest SONDE_LIFETIMEBOUND) noexcept;
    [[nodiscard]] dns_service_key key() const noexcept {
        return dns_service_key(be16_at(octets_, 0));
    }
    [[nodiscard]] bytes_view value() const noexcept { return octets_.subspan(4); }
    /// Of alpn: the protocols (RFC 9460 s7.1.1).
    [[nodiscard]] dns_strings strings() const noexcept { return dns_strings(value()); }
    [[nodiscard]] bytes_view octets() const noexcept { return octets_; }

  private:
    explicit dns_service_parameter(bytes_view octets) noexcept : octets_(octets) {}
    bytes_view octets_;
};
struct dns_service_parameters {
    bytes_view octets{};
    [[nodiscard]] element_range<dns_service_parameter> list() const noexcept {
        return element_range<dns_service_parameter>(octets);
    }
    [[nodiscard]] SONDE_API std::optional<dns_service_parameter> find(
        dns_service_key key) const noexcept;
};

// ---- the structs. `part` is a reader, a writer or a printer: its methods say how a part lies.

struct dns_a {
    static constexpr dns_type type = dns_type::a;
    ipv4_address address{};
    static constexpr void each(auto& self, auto& part) { part.address(self.address); }
};

struct dns_aaaa {  // RFC 3596 s2.2
    static constexpr dns_type type = dns_type::aaaa;
    ipv6_address address{};
    static constexpr void each(auto& self, auto& part) { part.address(self.address); }
};

/// One name, which compression may shorten: the types of RFC 1035 (RFC 3597 s4).
template <dns_type Type>
struct dns_compressible_name {
    static constexpr dns_type type = Type;
    dns_name target{};
    static constexpr void each(auto& self, auto& part) { part.compressible(self.target); }
};
using dns_ns = dns_compressible_name<dns_type::ns>;
using dns_cname = dns_compressible_name<dns_type::cname>;
using dns_ptr = dns_compressible_name<dns_type::ptr>;
using dns_md = dns_compressible_name<dns_type::md>;
using dns_mf = dns_compressible_name<dns_type::mf>;
using dns_mb = dns_compressible_name<dns_type::mb>;
using dns_mg = dns_compressible_name<dns_type::mg>;
using dns_mr = dns_compressible_name<dns_type::mr>;

struct dns_dname {  // RFC 6672 s2.1
    static constexpr dns_type type = dns_type::dname;
    dns_name target{};
    static constexpr void each(auto& self, auto& part) { part.name(self.target); }
};

struct dns_soa {
    static constexpr dns_type type = dns_type::soa;
    dns_name mname{};  // the primary server
    dns_name rname{};  // the mailbox of who is responsible
    std::uint32_t serial = 0;
    std::uint32_t refresh = 0;  // seconds, as the following
    std::uint32_t retry = 0;
    std::uint32_t expire = 0;
    std::uint32_t minimum = 0;
    static constexpr void each(auto& self, auto& part) {
        part.compressible(self.mname);
        part.compressible(self.rname);
        part.number(self.serial);
        part.number(self.refresh);
        part.number(self.retry);
        part.number(self.expire);
        part.number(self.minimum);
    }
};

struct dns_mx {
    static constexpr dns_type type = dns_type::mx;
    std::uint16_t preference = 0;
    dns_name exchange{};
    static constexpr void each(auto& self, auto& part) {
        part.number(self.preference);
        part.compressible(self.exchange);
    }
};

/// A preference, or another number of 16 bits, and a name.
template <dns_type Type>
struct dns_preferred_name {
    static constexpr dns_type type = Type;
    std::uint16_t preference = 0;
    dns_name target{};
    static constexpr void each(auto& self, auto& part) {
        part.number(self.preference);
        part.name(self.target);
    }
};
using dns_afsdb = dns_preferred_name<dns_type::afsdb>;  // RFC 1183 s1
using dns_rt = dns_preferred_name<dns_type::rt>;        // RFC 1183 s3.3
using dns_kx = dns_preferred_name<dns_type::kx>;        // RFC 2230 s3.1
using dns_lp = dns_preferred_name<dns_type::lp>;        // RFC 6742 s2.4

template <dns_type Type>
struct dns_two_names {
    static constexpr dns_type type = Type;
    dns_name first{};
    dns_name second{};
    static constexpr void each(auto& self, auto& part) {
        part.name(self.first);
        part.name(self.second);
    }
};
using dns_rp = dns_two_names<dns_type::rp>;          // mailbox and text, RFC 1183 s2.2
using dns_minfo = dns_two_names<dns_type::minfo>;    // RFC 1035 s3.3.7; written in full
using dns_talink = dns_two_names<dns_type::talink>;  // previous and next

struct dns_px {  // RFC 2163 s4
    static constexpr dns_type type = dns_type::px;
    std::uint16_t preference = 0;
    dns_name map822{};
    dns_name mapx400{};
    static constexpr void each(auto& self, auto& part) {
        part.number(self.preference);
        part.name(self.map822);
        part.name(self.mapx400);
    }
};

/// Character strings up to the end of the data.
template <dns_type Type>
struct dns_text {
    static constexpr dns_type type = Type;
    bytes_view text{};
    [[nodiscard]] dns_strings strings() const noexcept { return dns_strings(text); }
    static constexpr void each(auto& self, auto& part) { part.strings(self.text); }
};
using dns_txt = dns_text<dns_type::txt>;
using dns_spf = dns_text<dns_type::spf>;  // RFC 4408 s3.1.1
using dns_avc = dns_text<dns_type::avc>;
using dns_ninfo = dns_text<dns_type::ninfo>;
using dns_resinfo = dns_text<dns_type::resinfo>;  // RFC 9606 s3
using dns_wallet = dns_text<dns_type::wallet>;
using dns_x25 = dns_text<dns_type::x25>;    // RFC 1183 s3.1
using dns_isdn = dns_text<dns_type::isdn>;  // RFC 1183 s3.2
using dns_gpos = dns_text<dns_type::gpos>;  // RFC 1712 s3

struct dns_hinfo {
    static constexpr dns_type type = dns_type::hinfo;
    bytes_view cpu{};
    bytes_view os{};
    static constexpr void each(auto& self, auto& part) {
        part.string(self.cpu);
        part.string(self.os);
    }
};

struct dns_srv {  // RFC 2782
    static constexpr dns_type type = dns_type::srv;
    std::uint16_t priority = 0;
    std::uint16_t weight = 0;
    std::uint16_t port = 0;
    dns_name target{};
    static constexpr void each(auto& self, auto& part) {
        part.number(self.priority);
        part.number(self.weight);
        part.number(self.port);
        part.name(self.target);
    }
};

struct dns_naptr {  // RFC 3403 s4.1
    static constexpr dns_type type = dns_type::naptr;
    std::uint16_t order = 0;
    std::uint16_t preference = 0;
    bytes_view flags{};
    bytes_view services{};
    bytes_view regexp{};
    dns_name replacement{};
    static constexpr void each(auto& self, auto& part) {
        part.number(self.order);
        part.number(self.preference);
        part.string(self.flags);
        part.string(self.services);
        part.string(self.regexp);
        part.name(self.replacement);
    }
};

struct dns_loc {  // RFC 1876 s2
    static constexpr dns_type type = dns_type::loc;
    std::uint8_t version = 0;
    std::uint8_t size = 0x12;                  // a digit and a power of ten, centimetres
    std::uint8_t horizontal_precision = 0x16;  // the same
    std::uint8_t vertical_precision = 0x13;    // the same
    std::uint32_t latitude = 0x80000000;       // thousandths of a second of arc, above 2^31 north
    std::uint32_t longitude = 0x80000000;      // the same, above 2^31 east
    std::uint32_t altitude = 10000000;         // centimetres above 100 km below WGS 84
    static constexpr void each(auto& self, auto& part) {
        part.number(self.version);
        part.number(self.size);
        part.number(self.horizontal_precision);
        part.number(self.vertical_precision);
        part.number(self.latitude);
        part.number(self.longitude);
        part.number(self.altitude);
    }
};

/// The digest of a key (RFC 4034 s5.1).
template <dns_type Type>
struct dns_key_digest {
    static constexpr dns_type type = Type;
    std::uint16_t key_tag = 0;
    std::uint8_t algorithm = 0;
    std::uint8_t digest_type = 0;
    bytes_view digest{};
    static constexpr void each(auto& self, auto& part) {
        part.number(self.key_tag);
        part.number(self.algorithm);
        part.number(self.digest_type);
        part.hex(self.digest);
    }
};
using dns_ds = dns_key_digest<dns_type::ds>;
using dns_cds = dns_key_digest<dns_type::cds>;  // RFC 7344 s3.1
using dns_dlv = dns_key_digest<dns_type::dlv>;  // RFC 4431 s2
using dns_ta = dns_key_digest<dns_type::ta>;

/// A public key (RFC 4034 s2.1).
template <dns_type Type>
struct dns_public_key {
    static constexpr dns_type type = Type;
    std::uint16_t flags = 0;
    std::uint8_t protocol = 3;
    std::uint8_t algorithm = 0;
    bytes_view public_key{};
    static constexpr void each(auto& self, auto& part) {
        part.number(self.flags);
        part.number(self.protocol);
        part.number(self.algorithm);
        part.base64(self.public_key);
    }
};
using dns_dnskey = dns_public_key<dns_type::dnskey>;
using dns_cdnskey = dns_public_key<dns_type::cdnskey>;  // RFC 7344 s3.2
using dns_key = dns_public_key<dns_type::key>;          // RFC 2535 s3.1
using dns_rkey = dns_public_key<dns_type::rkey>;

/// A signature over records (RFC 4034 s3.1).
template <dns_type Type>
struct dns_signature {
    static constexpr dns_type type = Type;
    dns_type type_covered{};
    std::uint8_t algorithm = 0;
    std::uint8_t labels = 0;
    std::uint32_t original_ttl = 0;          // seconds
    std::uint32_t signature_expiration = 0;  // seconds since 1970, serial arithmetic
    std::uint32_t signature_inception = 0;   // the same
    std::uint16_t key_tag = 0;
    dns_name signers_name{};
    bytes_view signature{};
    static constexpr void each(auto& self, auto& part) {
        part.type(self.type_covered);
        part.number(self.algorithm);
        part.number(self.labels);
        part.number(self.original_ttl);
        part.time(self.signature_expiration);
        part.time(self.signature_inception);
        part.number(self.key_tag);
        part.name(self.signers_name);
        part.base64(self.signature);
    }
};
using dns_rrsig = dns_signature<dns_type::rrsig>;
using dns_sig = dns_signature<dns_type::sig>;  // RFC 2931 s3

struct dns_nsec {  // RFC 4034 s4.1
    static constexpr dns_type type = dns_type::nsec;
    dns_name next_domain_name{};
    dns_type_set types{};
    static constexpr void each(auto& self, auto& part) {
        part.name(self.next_domain_name);
        part.types(self.types);
    }
};

struct dns_nsec3 {  // RFC 5155 s3.2
    static constexpr dns_type type = dns_type::nsec3;
    std::uint8_t hash_algorithm = 1;
    std::uint8_t flags = 0;
    std::uint16_t iterations = 0;
    bytes_view salt{};
    bytes_view next_hashed_owner_name{};
    dns_type_set types{};
    static constexpr void each(auto& self, auto& part) {
        part.number(self.hash_algorithm);
        part.number(self.flags);
        part.number(self.iterations);
        part.salt(self.salt);
        part.base32(self.next_hashed_owner_name);
        part.types(self.types);
    }
};

struct dns_nsec3param {  // RFC 5155 s4.2
    static constexpr dns_type type = dns_type::nsec3param;
    std::uint8_t hash_algorithm = 1;
    std::uint8_t flags = 0;
    std::uint16_t iterations = 0;
    bytes_view salt{};
    static constexpr void each(auto& self, auto& part) {
        part.number(self.hash_algorithm);
        part.number(self.flags);
        part.number(self.iterations);
        part.salt(self.salt);
    }
};

/// What a certificate must be (RFC 6698 s2.1).
template <dns_type Type>
struct dns_certificate_association {
    static constexpr dns_type type = Type;
    std::uint8_t certificate_usage = 0;
    std::uint8_t selector = 0;
    std::uint8_t matching_type = 0;
    bytes_view certificate_association_data{};
    static constexpr void each(auto& self, auto& part) {
        part.number(self.certificate_usage);
        part.number(self.selector);
        part.number(self.matching_type);
        part.hex(self.certificate_association_data);
    }
};
using dns_tlsa = dns_certificate_association<dns_type::tlsa>;
using dns_smimea = dns_certificate_association<dns_type::smimea>;  // RFC 8162 s2

struct dns_sshfp {  // RFC 4255 s3.1
    static constexpr dns_type type = dns_type::sshfp;
    std::uint8_t algorithm = 0;
    std::uint8_t fingerprint_type = 0;
    bytes_view fingerprint{};
    static constexpr void each(auto& self, auto& part) {
        part.number(self.algorithm);
        part.number(self.fingerprint_type);
        part.hex(self.fingerprint);
    }
};

struct dns_cert {  // RFC 4398 s2
    static constexpr dns_type type = dns_type::cert;
    std::uint16_t certificate_type = 0;
    std::uint16_t key_tag = 0;
    std::uint8_t algorithm = 0;
    bytes_view certificate{};
    static constexpr void each(auto& self, auto& part) {
        part.number(self.certificate_type);
        part.number(self.key_tag);
        part.number(self.algorithm);
        part.base64(self.certificate);
    }
};

/// Octets that are written in base64.
template <dns_type Type>
struct dns_blob {
    static constexpr dns_type type = Type;
    bytes_view octets{};
    static constexpr void each(auto& self, auto& part) { part.base64(self.octets); }
};
using dns_openpgpkey = dns_blob<dns_type::openpgpkey>;  // RFC 7929 s2.1
using dns_dhcid = dns_blob<dns_type::dhcid>;            // RFC 4701 s3.1

struct dns_csync {  // RFC 7477 s2.1
    static constexpr dns_type type = dns_type::csync;
    std::uint32_t soa_serial = 0;
    std::uint16_t flags = 0;
    dns_type_set types{};
    static constexpr void each(auto& self, auto& part) {
        part.number(self.soa_serial);
        part.number(self.flags);
        part.types(self.types);
    }
};

struct dns_zonemd {  // RFC 8976 s2.2
    static constexpr dns_type type = dns_type::zonemd;
    std::uint32_t serial = 0;
    std::uint8_t scheme = 0;
    std::uint8_t hash_algorithm = 0;
    bytes_view digest{};
    static constexpr void each(auto& self, auto& part) {
        part.number(self.serial);
        part.number(self.scheme);
        part.number(self.hash_algorithm);
        part.hex(self.digest);
    }
};

/// A service binding (RFC 9460 s2.2).
template <dns_type Type>
struct dns_service_binding {
    static constexpr dns_type type = Type;
    std::uint16_t priority = 0;  // 0: an alias
    dns_name target_name{};
    dns_service_parameters parameters{};
    static constexpr void each(auto& self, auto& part) {
        part.number(self.priority);
        part.name(self.target_name);
        part.parameters(self.parameters);
    }
};
using dns_svcb = dns_service_binding<dns_type::svcb>;
using dns_https = dns_service_binding<dns_type::https>;

struct dns_caa {  // RFC 8659 s4.1
    static constexpr dns_type type = dns_type::caa;
    std::uint8_t flags = 0;  // 128: critical
    bytes_view tag{};
    bytes_view value{};
    static constexpr void each(auto& self, auto& part) {
        part.number(self.flags);
        part.word(self.tag);
        part.text(self.value);
    }
};

struct dns_uri {  // RFC 7553 s4.5
    static constexpr dns_type type = dns_type::uri;
    std::uint16_t priority = 0;
    std::uint16_t weight = 0;
    bytes_view target{};
    static constexpr void each(auto& self, auto& part) {
        part.number(self.priority);
        part.number(self.weight);
        part.text(self.target);
    }
};

struct dns_l32 {  // RFC 6742 s2.2
    static constexpr dns_type type = dns_type::l32;
    std::uint16_t preference = 0;
    ipv4_address locator{};
    static constexpr void each(auto& self, auto& part) {
        part.number(self.preference);
        part.address(self.locator);
    }
};

struct dns_tsig {  // RFC 8945 s4.2
    static constexpr dns_type type = dns_type::tsig;
    dns_name algorithm_name{};
    std::uint64_t time_signed = 0;  // seconds since 1970, 48 bits
    std::uint16_t fudge = 300;      // seconds
    bytes_view mac{};
    std::uint16_t original_identifier = 0;
    std::uint16_t error = 0;  // a dns_response_code
    bytes_view other_data{};
    static constexpr void each(auto& self, auto& part) {
        part.name(self.algorithm_name);
        part.number48(self.time_signed);
        part.number(self.fudge);
        part.long_base64(self.mac);
        part.number(self.original_identifier);
        part.number(self.error);
        part.long_base64(self.other_data);
    }
};

template <class... Ts>
struct dns_data_list {};
/// Every struct above; the data of another type is octets (RFC 3597).
using dns_data_types =
    dns_data_list<dns_a, dns_ns, dns_cname, dns_ptr, dns_aaaa, dns_mx, dns_soa, dns_txt, dns_srv,
                  dns_md, dns_mf, dns_mb, dns_mg, dns_mr, dns_dname, dns_afsdb, dns_rt, dns_kx,
                  dns_lp, dns_rp, dns_minfo, dns_talink, dns_px, dns_spf, dns_avc, dns_ninfo,
                  dns_resinfo, dns_wallet, dns_x25, dns_isdn, dns_gpos, dns_hinfo, dns_naptr,
                  dns_loc, dns_ds, dns_cds, dns_dlv, dns_ta, dns_dnskey, dns_cdnskey, dns_key,
                  dns_rkey, dns_rrsig, dns_sig, dns_nsec, dns_nsec3, dns_nsec3param, dns_tlsa,
                  dns_smimea, dns_sshfp, dns_cert, dns_openpgpkey, dns_dhcid, dns_csync, dns_zonemd,
                  dns_svcb, dns_https, dns_caa, dns_uri, dns_l32, dns_tsig>;

/// The data of a record as in a master file: "10 mail.example.com."; `\# 4 c0000201` (RFC 3597 s5)
/// where the type is unknown or the data is not what the type says. Of an OPT record its options.
SONDE_API void put_data_text(text_room& out, const dns_record& record) noexcept;
/// The whole record: "example.com. 3600 IN MX 10 mail.example.com."; a question is "example.com.
/// IN MX".
SONDE_API void put_text(text_room& out, const dns_record& record) noexcept;

namespace detail {

/// Reads the parts of one record's data; the first that fails stops it.
class dns_data_reader {
  public:
    explicit dns_data_reader(const dns_record& record) noexcept
        : message_(record.message()),
          at_(record.data_offset()),
          end_(record.data_offset() + record.data_len()) {}

    void number(std::uint8_t& value) noexcept {
        if (const bytes_view in = take(1); !in.empty()) value = in[0];
    }
    void number(std::uint16_t& value) noexcept {
        if (const bytes_view in = take(2); !in.empty()) value = be16_at(in, 0);
    }
    void number(std::uint32_t& value) noexcept {
        if (const bytes_view in = take(4); !in.empty()) value = be32_at(in, 0);
    }
    SONDE_API void number48(std::uint64_t& value) noexcept;
    SONDE_API void type(dns_type& value) noexcept;
    void time(std::uint32_t& value) noexcept { number(value); }
    SONDE_API void address(ipv4_address& value) noexcept;
    SONDE_API void address(ipv6_address& value) noexcept;
    SONDE_API void name(dns_name& value) noexcept;
    void compressible(dns_name& value) noexcept { name(value); }
    SONDE_API void string(bytes_view& value) noexcept;
    void word(bytes_view& value) noexcept { string(value); }
    void salt(bytes_view& value) noexcept { string(value); }
    void base32(bytes_view& value) noexcept { string(value); }
    SONDE_API void long_base64(bytes_view& value) noexcept;
    void strings(bytes_view& value) noexcept { rest(value); }
    void text(bytes_view& value) noexcept { rest(value); }
    void hex(bytes_view& value) noexcept { rest(value); }
    void base64(bytes_view& value) noexcept { rest(value); }
    void types(dns_type_set& value) noexcept { rest(value.octets); }
    void parameters(dns_service_parameters& value) noexcept { rest(value.octets); }

    /// What stopped the reading; octets left over are an error too.
    [[nodiscard]] SONDE_API std::optional<parse_error> problem() const noexcept;

  private:
    [[nodiscard]] SONDE_API bytes_view take(std::size_t len) noexcept;
    void rest(bytes_view& value) noexcept { value = take(end_ - at_); }
    bytes_view message_;
    std::size_t at_;
    std::size_t end_;
    std::optional<parse_error> problem_{};
};

}  // namespace detail

template <class Data>
result<Data> dns_record::as() const noexcept {
    if (type() != Data::type || is_question()) {
        return malformed({.reason = parse_reason::not_this_message,
                          .at = layer::dns,
                          .offset_octets = fixed_,
                          .needed_octets = static_cast<std::uint32_t>(Data::type),
                          .have_octets = static_cast<std::uint32_t>(type())});
    }
    Data made{};
    detail::dns_data_reader reader(*this);
    Data::each(made, reader);
    if (const auto problem = reader.problem()) return malformed(*problem);
    return made;
}

namespace detail {
/// Calls `use.template operator()<Data>()` for the struct of a type; false when there is none.
template <class... Ts, class Use>
bool with_dns_data(dns_type type, Use&& use, dns_data_list<Ts...>) {
    return ((Ts::type == type && (use.template operator()<Ts>(), true)) || ...);
}
template <class Use>
bool with_dns_data(dns_type type, Use&& use) {
    return with_dns_data(type, static_cast<Use&&>(use), dns_data_types{});
}
}  // namespace detail

}  // namespace sonde::inline v0
