// The fields that sonde fills in; automatics.hpp says who lists them and when they are asked.

#include <sonde/wire/automatics.hpp>
#include <sonde/wire/crc.hpp>
#include <sonde/wire/link/llc.hpp>
#include <sonde/wire/link/null.hpp>
#include <sonde/wire/link/ppp.hpp>
#include <sonde/wire/link/pppoe.hpp>
#include <sonde/wire/network/gre.hpp>
#include <sonde/wire/network/icmp_router_advertisement.hpp>
#include <sonde/wire/network/igmp.hpp>
#include <sonde/wire/network/ipv4.hpp>
#include <sonde/wire/network/ipv6.hpp>
#include <sonde/wire/network/mld.hpp>
#include <sonde/wire/transport/geneve.hpp>
#include <sonde/wire/transport/sctp.hpp>
#include <sonde/wire/transport/udp.hpp>
#include <sonde/wire/transport/udp_lite.hpp>

namespace sonde::inline v0 {

void store_automatic(const automatic_field& which, std::span<const field> fields, bytes_mut header,
                     std::uint64_t value, const void* message) noexcept {
    if (which.store != nullptr) return which.store(header, value, message);
    for (const field& one : fields) {
        if (one.name == which.name) return write_field(header, one, value);
    }
}

void complete_layer(std::span<const automatic_field> automatics, std::span<const field> fields,
                    const void* message, bytes_mut header, const surroundings& around) noexcept {
    for (const automatic_field& one : automatics) {
        if (one.forced(message)) continue;
        store_automatic(one, fields, header, one.compute(around), message);
    }
}

namespace detail {
namespace {

constexpr field_value u16_or_zero(std::size_t len) noexcept { return len > UINT16_MAX ? 0 : len; }

// Without the field that is being computed.
checksum sum_without(bytes_view octets, std::size_t field_at) noexcept {
    checksum sum;
    sum.add(octets.first(field_at)).add(octets.subspan(field_at + 2));
    return sum;
}

std::uint16_t never_zero(std::uint16_t value) noexcept { return value == 0 ? 0xffff : value; }

template <class Records>
field_value count_of(bytes_view octets) noexcept {
    field_value count = 0;
    for ([[maybe_unused]] const auto& record : Records(octets)) ++count;
    return count;
}

// The session stage has an EtherType of its own, told by the code (RFC 2516 s4).
std::uint32_t pppoe_ether_type(bytes_view inside) noexcept {
    const bool session = inside.size() >= 2 && pppoe_code(inside[1]) == pppoe_code::session;
    return std::uint32_t(session ? ether_type::pppoe_session : ether_type::pppoe_discovery);
}

}  // namespace

field_value ether_type_or(const surroundings& around, std::uint16_t otherwise) noexcept {
    const auto type = selected_value(around.carried, selector_kind::ether_type);
    if (!type) return otherwise;
    if (*type == std::uint32_t(ether_type::pppoe_discovery)) return pppoe_ether_type(around.inside);
    return *type;
}

field_value type_or_length(const surroundings& around) noexcept {
    const auto length = std::uint16_t(length_as_type(around.inside.size()));
    const field_value type = ether_type_or(around, length);
    return type < ether_type_min ? length : type;
}

field_value llc_destination(const surroundings& around) noexcept {
    return selected_value(around.carried, selector_kind::llc_sap).value_or(around.header[0]);
}

field_value llc_source(const surroundings& around) noexcept { return around.header[0]; }

field_value snap_protocol(const surroundings& around) noexcept {
    const auto seen = snap::view::parse(around.header);
    if (!seen) return 0;
    switch (seen->oui()) {
        case snap::oui_cisco:
            return selected_value(around.carried, selector_kind::snap_cisco)
                .value_or(seen->protocol_identifier());
        case snap::oui_ieee_8021:
            return selected_value(around.carried, selector_kind::snap_ieee_8021)
                .value_or(seen->protocol_identifier());
        default:
            return ether_type_or(around, seen->protocol_identifier());
    }
}

field_value null_family(const surroundings& around) noexcept {
    const auto type = selected_value(around.carried, selector_kind::ether_type);
    if (type == std::uint32_t(ether_type::ipv4)) return std::uint32_t(bsd_family::ipv4);
    // Readers know all three numbers of IPv6; Darwin is where most such captures come from.
    if (type == std::uint32_t(ether_type::ipv6)) return std::uint32_t(bsd_family::ipv6_darwin);
    if (type == std::uint32_t(ether_type::ipx)) return std::uint32_t(bsd_family::ipx);
    const auto seen = bsd_null::view::parse(around.header);
    return seen ? std::uint32_t(seen->family()) : 0;
}

void store_null_family(bytes_mut header, std::uint64_t value, const void* message) noexcept {
    const auto seen = bsd_null::mutable_view::parse(header);
    if (!seen) return;
    const bool little = message != nullptr
                            ? static_cast<const bsd_null*>(message)->little_endian
                            : seen->family_as_it_lies() == 0 || seen->is_little_endian();
    bsd_null{.family = bsd_family(static_cast<std::uint32_t>(value)), .little_endian = little}.emit(
        header.first(bsd_null::header_len));
}

field_value ppp_number(const surroundings& around) noexcept {
    const auto number = selected_value(around.carried, selector_kind::ppp_protocol);
    const bytes_view header = around.header;
    if (number) return *number;
    if (header.size() % 2 != 0) return header.back();
    return header.size() < 2 ? 0 : be16_at(header, header.size() - 2);
}

// The number stands last, in one octet or two; address and control before it are two.
void store_ppp_number(bytes_mut header, std::uint64_t value, const void* /*message*/) noexcept {
    if (header.size() % 2 != 0) {
        header.back() = static_cast<std::uint8_t>(value);
    } else if (!header.empty()) {
        put_be16_at(header, header.size() - 2, static_cast<std::uint16_t>(value));
    }
}

field_value mpls_bottom(const surroundings& around) noexcept {
    const auto type = selected_value(around.carried, selector_kind::ether_type);
    return type == std::uint32_t(ether_type::mpls) ? 0 : 1;
}

field_value inside_len(const surroundings& around) noexcept {
    return u16_or_zero(around.inside.size());
}

field_value whole_len(const surroundings& around) noexcept {
    return u16_or_zero(around.header.size() + around.inside.size());
}

field_value len_behind_length(const surroundings& around) noexcept {
    return u16_or_zero(around.header.size() - 2 + around.inside.size());
}

field_value router_entries(const surroundings& around) noexcept {
    const std::size_t entry_len = std::size_t{around.header[5]} * 4;
    if (entry_len == 0) return 0;
    const std::size_t len =
        around.header.size() - icmp_router_advertisement::header_len + around.inside.size();
    return std::min<std::size_t>(len / entry_len, UINT8_MAX);
}

field_value igmp_records(const surroundings& around) noexcept {
    return count_of<igmpv3_records>(around.header.subspan(igmpv3_report::header_len));
}

field_value mld_records(const surroundings& around) noexcept {
    return count_of<mldv2_records>(around.header.subspan(mldv2_report::header_len));
}

field_value geneve_critical(const surroundings& around) noexcept {
    for (const auto& option : geneve_options(around.header.subspan(geneve::header_len))) {
        if (option.is_critical()) return 1;
    }
    return 0;
}

checksum sum_around(const surroundings& around, std::size_t field_at) noexcept {
    return sum_without(around.header, field_at).add(around.inside).add(around.trailer);
}

std::optional<checksum> pseudo_header_of(const surroundings& around,
                                         ip_protocol protocol) noexcept {
    const auto len = static_cast<std::uint32_t>(around.header.size() + around.inside.size() +
                                                around.trailer.size());
    if (around.network == layer::ipv4) {
        const auto outer = ipv4::view::parse(around.network_header);
        if (!outer) return std::nullopt;
        return checksum().add_pseudo_header(outer->source(), outer->destination(), protocol, len);
    }
    if (around.network == layer::ipv6) {
        const auto outer = ipv6::view::parse(around.network_header);
        if (!outer) return std::nullopt;
        const auto route = ipv6_routing::view::parse(around.routing_header);
        const ipv6_address last =
            route ? ipv6_final_destination(*route, outer->destination()) : outer->destination();
        return checksum().add_pseudo_header(outer->source(), last, protocol, len);
    }
    return std::nullopt;
}

field_value ipv4_checksum(const surroundings& around) noexcept {
    return sum_without(around.header, 10).value();
}

field_value pseudo_checksum(const surroundings& around, ip_protocol protocol,
                            std::size_t field_at) noexcept {
    auto sum = pseudo_header_of(around, protocol);
    if (!sum) return 0;
    sum->add_u16(sum_around(around, field_at).sum());
    return sum->value();
}

field_value udp_checksum_of(const surroundings& around) noexcept {
    if (around.network == layer::none) return 0;
    return never_zero(static_cast<std::uint16_t>(pseudo_checksum(around, ip_protocol::udp, 6)));
}

field_value udp_lite_checksum_of(const surroundings& around) noexcept {
    auto sum = pseudo_header_of(around, ip_protocol::udp_lite);
    if (!sum) return 0;
    // What lies beyond the coverage does not count; a coverage that RFC 3828 s3.1 forbids is all.
    const std::size_t all = around.header.size() + around.inside.size();
    const std::size_t coverage = be16_at(around.header, 4);
    const bool part = coverage >= udp_lite::header_len && coverage <= all;
    const std::size_t covered = part ? coverage - around.header.size() : around.inside.size();
    sum->add_u16(sum_without(around.header, 6).add(around.inside.first(covered)).sum());
    return never_zero(sum->value());
}

field_value sctp_checksum_of(const surroundings& around) noexcept {
    constexpr std::array<std::uint8_t, 4> zero{};
    if (around.header.size() < sctp::header_len) return 0;
    const crc32c sum = crc32c()
                           .add(around.header.first(8))
                           .add(zero)
                           .add(around.header.subspan(sctp::header_len))
                           .add(around.inside)
                           .add(around.trailer);
    const auto octets = sum.octets();
    return be32<0>(std::span(octets));
}

field_value gre_checksum(const surroundings& around) noexcept {
    if ((around.header[0] & 0x80) == 0 || around.header.size() < gre::header_len + 2) return 0;
    return sum_around(around, gre::header_len).value();
}

void store_gre_checksum(bytes_mut header, std::uint64_t value, const void* /*message*/) noexcept {
    if ((header[0] & 0x80) == 0 || header.size() < gre::header_len + 2) return;
    put_be16_at(header, gre::header_len, static_cast<std::uint16_t>(value));
}

}  // namespace detail

}  // namespace sonde::inline v0
