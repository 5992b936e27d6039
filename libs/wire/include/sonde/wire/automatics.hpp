#pragma once
/// How the fields that sonde fills in are computed: lengths, types, checksums. Each protocol lists
/// its own in `automatics`, with the functions below; the stack of messages and the run-time packet
/// complete their layers from these lists alone.
///
/// A function is given what stands around the layer (see `surroundings`) and returns the field's
/// value. Where nobody can say (a protocol number before octets that no protocol is known for) it
/// returns what stands in the header already: emission has put the protocol's default there.

#include <cstddef>
#include <cstdint>

#include <sonde/wire/checksum.hpp>
#include <sonde/wire/network/ip_protocol.hpp>
#include <sonde/wire/protocol.hpp>

namespace sonde::inline v0 {

/// Writes an automatic field into its header. `message` may be null: see automatic_field.
SONDE_API void store_automatic(const automatic_field& which, std::span<const field> fields,
                               bytes_mut header, std::uint64_t value, const void* message) noexcept;

/// Computes and writes, in their order, those automatic fields of one layer that were not forced.
/// Preconditions: `header` is the octets of around.header; everything inside is complete, and the
/// addresses outside are final.
SONDE_API void complete_layer(std::span<const automatic_field> automatics,
                              std::span<const field> fields, const void* message, bytes_mut header,
                              const surroundings& around) noexcept;

namespace detail {

/// The IP protocol number that selects what is carried; the messages of ICMP are selected by their
/// type, behind the number of ICMP.
[[nodiscard]] constexpr std::optional<ip_protocol> carried_ip_protocol(
    std::span<const selector> carried) noexcept {
    for (const selector& one : carried) {
        switch (one.kind) {
            case selector_kind::ip_protocol:
                return ip_protocol(static_cast<std::uint8_t>(one.value));
            case selector_kind::icmp_type:
                return ip_protocol::icmp;
            case selector_kind::icmpv6_type:
                return ip_protocol::icmpv6;
            default:
                break;
        }
    }
    return std::nullopt;
}

using field_value = std::uint64_t;

// Types.
/// The EtherType of what is carried; a field that nobody can say keeps what it has.
template <std::size_t Offset>
[[nodiscard]] field_value carried_ether_type(const surroundings& around) noexcept;
template <std::size_t Offset>
[[nodiscard]] field_value next_protocol(const surroundings& around) noexcept;
[[nodiscard]] SONDE_API field_value ether_type_or(const surroundings& around,
                                                  std::uint16_t otherwise) noexcept;
/// Of Ethernet and 802.1Q: the payload's length before LLC and unknown octets (IEEE 802.3 s3.2.6).
[[nodiscard]] SONDE_API field_value type_or_length(const surroundings& around) noexcept;
[[nodiscard]] SONDE_API field_value llc_destination(const surroundings& around) noexcept;
[[nodiscard]] SONDE_API field_value llc_source(const surroundings& around) noexcept;
[[nodiscard]] SONDE_API field_value snap_protocol(const surroundings& around) noexcept;
[[nodiscard]] SONDE_API field_value null_family(const surroundings& around) noexcept;
SONDE_API void store_null_family(bytes_mut header, std::uint64_t value,
                                 const void* message) noexcept;
[[nodiscard]] SONDE_API field_value ppp_number(const surroundings& around) noexcept;
SONDE_API void store_ppp_number(bytes_mut header, std::uint64_t value,
                                const void* message) noexcept;
[[nodiscard]] SONDE_API field_value mpls_bottom(const surroundings& around) noexcept;

// Lengths and counts.
/// Octets of payload; 0 where 16 bits are too few (jumbograms, RFC 2675).
[[nodiscard]] SONDE_API field_value inside_len(const surroundings& around) noexcept;
/// Octets of header and payload; the same.
[[nodiscard]] SONDE_API field_value whole_len(const surroundings& around) noexcept;
/// All octets behind the first two, which count them: DNS over TCP.
[[nodiscard]] SONDE_API field_value len_behind_length(const surroundings& around) noexcept;
/// Units of `Unit` octets in the header, less `Less`.
template <std::size_t Unit, std::size_t Less>
[[nodiscard]] field_value header_units(const surroundings& around) noexcept {
    return around.header.size() / Unit - Less;
}
/// Elements of `Unit` octets that lie behind the first `Fixed` of the header.
template <std::size_t Fixed, std::size_t Unit>
[[nodiscard]] field_value header_elements(const surroundings& around) noexcept {
    return (around.header.size() - Fixed) / Unit;
}
/// The length field of an ICMP error with an extension structure (RFC 4884 s4), in units.
template <std::size_t Unit>
[[nodiscard]] field_value quote_units(const surroundings& around) noexcept {
    return around.trailer.empty() ? 0 : around.inside.size() / Unit;
}
[[nodiscard]] SONDE_API field_value router_entries(const surroundings& around) noexcept;
[[nodiscard]] SONDE_API field_value igmp_records(const surroundings& around) noexcept;
[[nodiscard]] SONDE_API field_value mld_records(const surroundings& around) noexcept;
[[nodiscard]] SONDE_API field_value geneve_critical(const surroundings& around) noexcept;

// Checksums. A field that is summed itself counts as zero.
[[nodiscard]] SONDE_API checksum sum_around(const surroundings& around,
                                            std::size_t field_at) noexcept;
/// The sum of the addresses, the length and the protocol; nothing without a network layer.
[[nodiscard]] SONDE_API std::optional<checksum> pseudo_header_of(const surroundings& around,
                                                                 ip_protocol protocol) noexcept;
[[nodiscard]] SONDE_API field_value ipv4_checksum(const surroundings& around) noexcept;
[[nodiscard]] SONDE_API field_value pseudo_checksum(const surroundings& around,
                                                    ip_protocol protocol,
                                                    std::size_t field_at) noexcept;
[[nodiscard]] SONDE_API field_value udp_checksum_of(const surroundings& around) noexcept;
[[nodiscard]] SONDE_API field_value udp_lite_checksum_of(const surroundings& around) noexcept;
[[nodiscard]] SONDE_API field_value sctp_checksum_of(const surroundings& around) noexcept;
[[nodiscard]] SONDE_API field_value gre_checksum(const surroundings& around) noexcept;
SONDE_API void store_gre_checksum(bytes_mut header, std::uint64_t value,
                                  const void* message) noexcept;

/// Over the whole message, the field at `FieldAt`: ICMP and IGMP.
template <std::size_t FieldAt>
[[nodiscard]] field_value message_checksum(const surroundings& around) noexcept {
    return sum_around(around, FieldAt).value();
}
/// The same with the pseudo header; zero without addresses.
template <ip_protocol Protocol, std::size_t FieldAt>
[[nodiscard]] field_value checksum_with_addresses(const surroundings& around) noexcept {
    return pseudo_checksum(around, Protocol, FieldAt);
}

template <std::size_t Offset>
field_value carried_ether_type(const surroundings& around) noexcept {
    return ether_type_or(around, be16_at(around.header, Offset));
}
template <std::size_t Offset>
field_value next_protocol(const surroundings& around) noexcept {
    const auto number = carried_ip_protocol(around.carried);
    return number ? static_cast<std::uint8_t>(*number) : around.header[Offset];
}

}  // namespace detail

}  // namespace sonde::inline v0
