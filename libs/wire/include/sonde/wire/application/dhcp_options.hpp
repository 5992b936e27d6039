#pragma once
/// DHCP options (RFC 2132 and later, IANA "BOOTP Vendor Extensions and DHCP Options"): the list as
/// it lies, the names of the codes, and the values as text or typed.
///
///     for (const dhcp_option& option : seen.options()) {
///         if (const auto lease = option.number()) use(*lease);
///         put_text(out, option);                               // "IP Address Lease Time 3600 s"
///     }

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include <sonde/wire/application/text_room.hpp>
#include <sonde/wire/element_range.hpp>
#include <sonde/wire/layer.hpp>

namespace sonde::inline v0 {

/// How the value of an option is written.
enum class dhcp_value : std::uint8_t {
    none,           // nothing follows the code: pad and end
    octets,         // anything
    text,           // characters without an end mark
    number,         // of 1, 2 or 4 octets
    seconds,        // the same
    flag,           // one octet: 0 or 1
    numbers16,      // a list of 16 bits each
    addresses,      // one IPv4 address or more
    address_pairs,  // pairs of IPv4 addresses
    codes,          // a list of option codes
    message_type,   // RFC 2132 s9.6
    client,         // a hardware type and an identifier, RFC 2132 s9.14
    domain_list,    // DNS names, RFC 3397
    routes,         // RFC 3442: prefix and router
    suboptions,     // code, length, value, for example RFC 3046
};

// One line each: enumerator, number, name, how the value is written. RFC 2132 unless said.
// clang-format off
#define SONDE_DHCP_OPTIONS(X)                                                                     \
    X(pad, 0, "Pad", none)                                                                        \
    X(subnet_mask, 1, "Subnet Mask", addresses)                                                   \
    X(time_offset, 2, "Time Offset", number)                                                      \
    X(router, 3, "Router", addresses)                                                             \
    X(time_server, 4, "Time Server", addresses)                                                   \
    X(name_server, 5, "Name Server", addresses)                                                   \
    X(domain_name_server, 6, "Domain Name Server", addresses)                                     \
    X(log_server, 7, "Log Server", addresses)                                                     \
    X(cookie_server, 8, "Cookie Server", addresses)                                               \
    X(lpr_server, 9, "LPR Server", addresses)                                                     \
    X(impress_server, 10, "Impress Server", addresses)                                            \
    X(resource_location_server, 11, "Resource Location Server", addresses)                        \
    X(host_name, 12, "Host Name", text)                                                           \
    X(boot_file_size, 13, "Boot File Size", number)                                               \
    X(merit_dump_file, 14, "Merit Dump File", text)                                               \
    X(domain_name, 15, "Domain Name", text)                                                       \
    X(swap_server, 16, "Swap Server", addresses)                                                  \
    X(root_path, 17, "Root Path", text)                                                           \
    X(extensions_path, 18, "Extensions Path", text)                                               \
    X(ip_forwarding, 19, "IP Forwarding", flag)                                                   \
    X(non_local_source_routing, 20, "Non-Local Source Routing", flag)                             \
    X(policy_filter, 21, "Policy Filter", address_pairs)                                          \
    X(maximum_datagram_reassembly_size, 22, "Maximum Datagram Reassembly Size", number)           \
    X(default_ip_time_to_live, 23, "Default IP Time-to-live", number)                             \
    X(path_mtu_aging_timeout, 24, "Path MTU Aging Timeout", seconds)                              \
    X(path_mtu_plateau_table, 25, "Path MTU Plateau Table", numbers16)                            \
    X(interface_mtu, 26, "Interface MTU", number)                                                 \
    X(all_subnets_are_local, 27, "All Subnets are Local", flag)                                   \
    X(broadcast_address, 28, "Broadcast Address", addresses)                                      \
    X(perform_mask_discovery, 29, "Perform Mask Discovery", flag)                                 \
    X(mask_supplier, 30, "Mask Supplier", flag)                                                   \
    X(perform_router_discovery, 31, "Perform Router Discovery", flag)                             \
    X(router_solicitation_address, 32, "Router Solicitation Address", addresses)                  \
    X(static_route, 33, "Static Route", address_pairs)                                            \
    X(trailer_encapsulation, 34, "Trailer Encapsulation", flag)                                   \
    X(arp_cache_timeout, 35, "ARP Cache Timeout", seconds)                                        \
    X(ethernet_encapsulation, 36, "Ethernet Encapsulation", flag)                                 \
    X(tcp_default_ttl, 37, "TCP Default TTL", number)                                             \
    X(tcp_keepalive_interval, 38, "TCP Keepalive Interval", seconds)                              \
    X(tcp_keepalive_garbage, 39, "TCP Keepalive Garbage", flag)                                   \
    X(nis_domain, 40, "NIS Domain", text)                                                         \
    X(nis_servers, 41, "NIS Servers", addresses)                                                  \
    X(ntp_servers, 42, "NTP Servers", addresses)                                                  \
    X(vendor_specific, 43, "Vendor Specific Information", octets)                                 \
    X(netbios_name_server, 44, "NetBIOS Name Server", addresses)                                  \
    X(netbios_datagram_server, 45, "NetBIOS Datagram Distribution Server", addresses)             \
    X(netbios_node_type, 46, "NetBIOS Node Type", number)                                         \
    X(netbios_scope, 47, "NetBIOS Scope", text)                                                   \
    X(x_window_font_server, 48, "X Window Font Server", addresses)                                \
    X(x_window_display_manager, 49, "X Window Display Manager", addresses)                        \
    X(requested_ip_address, 50, "Requested IP Address", addresses)                                \
    X(ip_address_lease_time, 51, "IP Address Lease Time", seconds)                                \
    X(option_overload, 52, "Option Overload", number)                                             \
    X(message_type, 53, "DHCP Message Type", message_type)                                        \
    X(server_identifier, 54, "Server Identifier", addresses)                                      \
    X(parameter_request_list, 55, "Parameter Request List", codes)                                \
    X(message, 56, "Message", text)                                                               \
    X(maximum_message_size, 57, "Maximum DHCP Message Size", number)                              \
    X(renewal_time, 58, "Renewal (T1) Time", seconds)                                             \
    X(rebinding_time, 59, "Rebinding (T2) Time", seconds)                                         \
    X(vendor_class_identifier, 60, "Vendor Class Identifier", text)                               \
    X(client_identifier, 61, "Client Identifier", client)                                         \
    X(netware_ip_domain_name, 62, "NetWare/IP Domain Name", text)        /* RFC 2242 */           \
    X(netware_ip_information, 63, "NetWare/IP Information", suboptions)  /* RFC 2242 */           \
    X(nis_plus_domain, 64, "NIS+ Domain", text)                                                   \
    X(nis_plus_servers, 65, "NIS+ Servers", addresses)                                            \
    X(tftp_server_name, 66, "TFTP Server Name", text)                                             \
    X(bootfile_name, 67, "Bootfile Name", text)                                                   \
    X(mobile_ip_home_agent, 68, "Mobile IP Home Agent", addresses)                                \
    X(smtp_server, 69, "SMTP Server", addresses)                                                  \
    X(pop3_server, 70, "POP3 Server", addresses)                                                  \
    X(nntp_server, 71, "NNTP Server", addresses)                                                  \
    X(www_server, 72, "WWW Server", addresses)                                                    \
    X(finger_server, 73, "Finger Server", addresses)                                              \
    X(irc_server, 74, "IRC Server", addresses)                                                    \
    X(streettalk_server, 75, "StreetTalk Server", addresses)                                      \
    X(streettalk_directory_server, 76, "StreetTalk Directory Assistance Server", addresses)       \
    X(user_class, 77, "User Class", octets)                              /* RFC 3004 */           \
    X(directory_agent, 78, "Directory Agent", octets)                    /* RFC 2610 */           \
    X(service_scope, 79, "Service Scope", octets)                        /* RFC 2610 */           \
    X(rapid_commit, 80, "Rapid Commit", octets)                          /* RFC 4039 */           \
    X(client_fqdn, 81, "Client FQDN", octets)                            /* RFC 4702 */           \
    X(relay_agent_information, 82, "Relay Agent Information", suboptions)  /* RFC 3046 */         \
    X(isns, 83, "iSNS", octets)                                          /* RFC 4174 */           \
    X(nds_servers, 85, "NDS Servers", addresses)                         /* RFC 2241 */           \
    X(nds_tree_name, 86, "NDS Tree Name", text)                          /* RFC 2241 */           \
    X(nds_context, 87, "NDS Context", text)                              /* RFC 2241 */           \
    X(bcmcs_domains, 88, "BCMCS Controller Domains", domain_list)        /* RFC 4280 */           \
    X(bcmcs_addresses, 89, "BCMCS Controller Addresses", addresses)      /* RFC 4280 */           \
    X(authentication, 90, "Authentication", octets)                      /* RFC 3118 */           \
    X(client_last_transaction_time, 91, "Client Last Transaction Time", seconds) /* RFC 4388 */   \
    X(associated_ip, 92, "Associated IP", addresses)                     /* RFC 4388 */           \
    X(client_system, 93, "Client System Architecture", numbers16)        /* RFC 4578 */           \
    X(client_network_interface, 94, "Client Network Interface", octets)  /* RFC 4578 */           \
    X(ldap, 95, "LDAP", text)                                                                     \
    X(client_machine_identifier, 97, "Client Machine Identifier", octets) /* RFC 4578 */          \
    X(user_authentication, 98, "User Authentication", text)              /* RFC 2485 */           \
    X(civic_location, 99, "Civic Location", octets)                      /* RFC 4776 */           \
    X(posix_time_zone, 100, "POSIX Time Zone", text)                     /* RFC 4833 */           \
    X(tz_database, 101, "TZ Database", text)                             /* RFC 4833 */           \
    X(ipv6_only_preferred, 108, "IPv6-Only Preferred", seconds)          /* RFC 8925 */           \
    X(captive_portal, 114, "Captive Portal", text)                       /* RFC 8910 */           \
    X(auto_configuration, 116, "Auto-Configuration", number)             /* RFC 2563 */           \
    X(name_service_search, 117, "Name Service Search", numbers16)        /* RFC 2937 */           \
    X(subnet_selection, 118, "Subnet Selection", addresses)              /* RFC 3011 */           \
    X(domain_search, 119, "Domain Search", domain_list)                  /* RFC 3397 */           \
    X(sip_servers, 120, "SIP Servers", octets)                           /* RFC 3361 */           \
    X(classless_static_route, 121, "Classless Static Route", routes)     /* RFC 3442 */           \
    X(cablelabs_configuration, 122, "CableLabs Configuration", suboptions) /* RFC 3495 */         \
    X(geographic_location, 123, "Geographic Location", octets)           /* RFC 6225 */           \
    X(vendor_identifying_class, 124, "Vendor-Identifying Class", octets) /* RFC 3925 */           \
    X(vendor_identifying_information, 125, "Vendor-Identifying Information", octets)              \
    X(pana_agents, 136, "PANA Agents", addresses)                        /* RFC 5192 */           \
    X(lost_server, 137, "LoST Server", domain_list)                      /* RFC 5223 */           \
    X(capwap_controllers, 138, "CAPWAP Access Controllers", addresses)   /* RFC 5417 */           \
    X(tftp_server_address, 150, "TFTP Server Address", addresses)        /* RFC 5859 */           \
    X(status_code, 151, "Status Code", octets)                           /* RFC 6926 */           \
    X(base_time, 152, "Base Time", seconds)                              /* RFC 6926 */           \
    X(start_time_of_state, 153, "Start Time of State", seconds)          /* RFC 6926 */           \
    X(query_start_time, 154, "Query Start Time", seconds)                /* RFC 6926 */           \
    X(query_end_time, 155, "Query End Time", seconds)                    /* RFC 6926 */           \
    X(dhcp_state, 156, "DHCP State", number)                             /* RFC 6926 */           \
    X(data_source, 157, "Data Source", number)                           /* RFC 6926 */           \
    X(port_parameters, 159, "Port Parameters", octets)                   /* RFC 7618 */           \
    X(dns_resolvers, 162, "Encrypted DNS", octets)                       /* RFC 9463 */           \
    X(pxelinux_magic, 208, "PXELINUX Magic", octets)                     /* RFC 5071 */           \
    X(configuration_file, 209, "Configuration File", text)               /* RFC 5071 */           \
    X(path_prefix, 210, "Path Prefix", text)                             /* RFC 5071 */           \
    X(reboot_time, 211, "Reboot Time", seconds)                          /* RFC 5071 */           \
    X(sixrd, 212, "6RD", octets)                                         /* RFC 5969 */           \
    X(access_network_domain, 213, "Access Network Domain", domain_list)  /* RFC 5986 */           \
    X(subnet_allocation, 220, "Subnet Allocation", suboptions)           /* RFC 6656 */           \
    X(virtual_subnet_selection, 221, "Virtual Subnet Selection", octets) /* RFC 6607 */           \
    X(microsoft_classless_static_route, 249, "Classless Static Route (Microsoft)", routes)        \
    X(web_proxy_auto_discovery, 252, "Web Proxy Auto-Discovery", text)                            \
    X(end, 255, "End", none)
// clang-format on

/// Other values stay representable.
enum class dhcp_option_code : std::uint8_t {
// An enumerator is a name: it cannot stand in parentheses.
// NOLINTNEXTLINE(bugprone-macro-parentheses)
#define SONDE_DHCP_ENUMERATOR(name, number, text, value) name = number,
    SONDE_DHCP_OPTIONS(SONDE_DHCP_ENUMERATOR)
#undef SONDE_DHCP_ENUMERATOR
};
/// Empty for a number that has no name here.
[[nodiscard]] SONDE_API std::string_view to_string(dhcp_option_code code) noexcept;
/// How the values of a code are written; octets for an unknown one.
[[nodiscard]] SONDE_API dhcp_value value_of(dhcp_option_code code) noexcept;

/// RFC 2132 s9.6, RFC 3203 s4, RFC 4388 s6.1, RFC 6926 s6.2.1, RFC 7724 s5.2.1.
enum class dhcp_message_type : std::uint8_t {
    none = 0,  // BOOTP
    discover = 1,
    offer = 2,
    request = 3,
    decline = 4,
    ack = 5,
    nak = 6,
    release = 7,
    inform = 8,
    force_renew = 9,
    lease_query = 10,
    lease_unassigned = 11,
    lease_unknown = 12,
    lease_active = 13,
    bulk_lease_query = 14,
    lease_query_done = 15,
    active_lease_query = 16,
    lease_query_status = 17,
    tls = 18,
};
/// "DHCPDISCOVER"...; empty for a number that has no name.
[[nodiscard]] SONDE_API std::string_view to_string(dhcp_message_type type) noexcept;

/// One option as it lies. A pad is one octet; the end is its octet and all that follows it. An
/// option may be one part of a longer one (RFC 3396): see dhcp::view::gather. Borrows.
class dhcp_option {
  public:
    static constexpr std::size_t header_len = 2;  // octets

    /// Takes one option from the front of `rest`.
    /// Errors: truncated (fewer octets than the option declares).
    [[nodiscard]] SONDE_API static result<dhcp_option> parse(
        bytes_view rest SONDE_LIFETIMEBOUND) noexcept;
    [[nodiscard]] dhcp_option_code code() const noexcept { return dhcp_option_code(octets_[0]); }
    /// The value; of the end, the octets behind it.
    [[nodiscard]] bytes_view data() const noexcept {
        return octets_.subspan(has_length() ? header_len : 1);
    }
    [[nodiscard]] bytes_view octets() const noexcept { return octets_; }

    /// The value as an integer of 1, 2 or 4 octets; nothing for another length.
    [[nodiscard]] SONDE_API std::optional<std::uint32_t> number() const noexcept;
    /// The value as one IPv4 address; nothing for another length than 4 octets.
    [[nodiscard]] SONDE_API std::optional<ipv4_address> address() const noexcept;
    /// How many whole IPv4 addresses there are, and each. Precondition: index < address_count().
    [[nodiscard]] std::size_t address_count() const noexcept { return data().size() / 4; }
    [[nodiscard]] ipv4_address address_at(std::size_t index) const noexcept {
        return {be32_at(data(), 4 * index)};
    }
    /// The value as options of its own: relay agent information (RFC 3046 s2.0) and others.
    [[nodiscard]] element_range<class dhcp_suboption> suboptions() const noexcept;

  private:
    explicit dhcp_option(bytes_view octets) noexcept : octets_(octets) {}
    [[nodiscard]] bool has_length() const noexcept {
        return code() != dhcp_option_code::pad && code() != dhcp_option_code::end;
    }
    bytes_view octets_;
};
using dhcp_option_list = element_range<dhcp_option>;

/// An option inside an option: neither pad nor end. Borrows.
class dhcp_suboption {
  public:
    /// Errors: truncated (fewer octets than the option declares).
    [[nodiscard]] SONDE_API static result<dhcp_suboption> parse(
        bytes_view rest SONDE_LIFETIMEBOUND) noexcept;
    [[nodiscard]] std::uint8_t code() const noexcept { return octets_[0]; }
    [[nodiscard]] bytes_view data() const noexcept { return octets_.subspan(2); }
    [[nodiscard]] bytes_view octets() const noexcept { return octets_; }

  private:
    explicit dhcp_suboption(bytes_view octets) noexcept : octets_(octets) {}
    bytes_view octets_;
};
inline element_range<dhcp_suboption> dhcp_option::suboptions() const noexcept {
    return element_range<dhcp_suboption>(data());
}

/// "Router 192.0.2.1", "option 224 0a0b": name and value. Values that are not what their code says
/// are written in hex.
SONDE_API void put_text(text_room& out, const dhcp_option& option) noexcept;
/// The value alone, of a code whose parts were joined.
SONDE_API void put_value_text(text_room& out, dhcp_option_code code, bytes_view value) noexcept;

/// Options into a caller's buffer. A value over 255 octets becomes several options (RFC 3396 s6).
/// An option that does not fit is left out whole, and fits() is false from then on.
class dhcp_option_writer {
  public:
    explicit dhcp_option_writer(bytes_mut room) noexcept : room_(room) {}
    SONDE_API dhcp_option_writer& add(dhcp_option_code code, bytes_view data) noexcept;
    SONDE_API dhcp_option_writer& add(dhcp_option_code code, std::string_view text) noexcept;
    dhcp_option_writer& add(dhcp_message_type type) noexcept {
        return add_number(dhcp_option_code::message_type, static_cast<std::uint8_t>(type));
    }
    SONDE_API dhcp_option_writer& add(dhcp_option_code code, ipv4_address address) noexcept;
    /// Big-endian, in as many octets as the type has.
    template <class Int>
    dhcp_option_writer& add_number(dhcp_option_code code, Int value) noexcept {
        std::array<std::uint8_t, sizeof(Int)> octets{};
        for (std::size_t i = octets.size(); i-- > 0;) {
            octets[i] = static_cast<std::uint8_t>(value);
            value = static_cast<Int>(std::uint64_t{value} >> 8);
        }
        return add(code, bytes_view(octets));
    }
    SONDE_API dhcp_option_writer& end() noexcept;
    [[nodiscard]] bytes_view octets() const noexcept { return bytes_view(room_).first(len_); }
    [[nodiscard]] bool fits() const noexcept { return fits_; }

  private:
    bytes_mut room_;
    std::size_t len_ = 0;
    bool fits_ = true;
};

}  // namespace sonde::inline v0
