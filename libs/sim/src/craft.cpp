#include "craft.hpp"

#include <algorithm>
#include <array>

#include <sonde/packet/icmp_error.hpp>
#include <sonde/wire/checksum.hpp>
#include <sonde/wire/network/icmp_destination_unreachable.hpp>
#include <sonde/wire/network/icmp_echo.hpp>
#include <sonde/wire/network/icmp_extension_objects.hpp>
#include <sonde/wire/network/icmp_time_exceeded.hpp>
#include <sonde/wire/network/icmpv6_destination_unreachable.hpp>
#include <sonde/wire/network/icmpv6_echo.hpp>
#include <sonde/wire/network/icmpv6_packet_too_big.hpp>
#include <sonde/wire/network/icmpv6_time_exceeded.hpp>
#include <sonde/wire/network/ipv4.hpp>
#include <sonde/wire/network/ipv6.hpp>
#include <sonde/wire/transport/tcp.hpp>
#include <sonde/wire/transport/udp.hpp>

namespace sonde::inline v0::sim {
namespace {

constexpr std::size_t error_len_max_v4 = 576;    // octets with IP header, RFC 1812 s4.3.2.3
constexpr std::size_t error_len_max_v6 = 1280;   // octets with IP header, RFC 4443 s2.4 (c)
constexpr std::size_t icmp_head_len = 8;         // octets before the quote
constexpr std::size_t quoted_transport_min = 8;  // octets, RFC 792
constexpr std::uint8_t internet_control = 0xc0;  // precedence of ICMP errors, RFC 1812 s4.3.2.5

constexpr std::uint8_t number(ip_protocol protocol) noexcept {
    return static_cast<std::uint8_t>(protocol);
}

/// As much of `about` as the recipe quotes beside an extension structure of `extension_len` octets.
bytes_view quote_of(bytes_view about, ip_family family, const error_recipe& recipe,
                    std::size_t extension_len) noexcept {
    const bool v4 = family == ip_family::v4;
    if (recipe.quote == quote_length::minimal) {
        const std::size_t header = v4 ? std::size_t{about[0]} % 16 * 4 : ipv6::header_len;
        return about.first(std::min(about.size(), header + quoted_transport_min));
    }
    std::size_t room = (v4 ? error_len_max_v4 : error_len_max_v6) - ip_header_len(family) -
                       icmp_head_len - extension_len;
    // In front of a structure the quote is padded to whole words, or to 128 octets without a
    // length.
    if (extension_len != 0) room = recipe.compliant_extension ? room / 8 * 8 : icmp_quote_len_min;
    return about.first(std::min(about.size(), room));
}

/// Writes one of wire's messages as the transport of a datagram.
template <class Message>
void emit_icmp(octet_buffer& out, const ip_header& header, const Message& message) {
    const bytes_mut room = begin_datagram(out, header, message.wire_len());
    message.emit(room);
    if (header.source.is_v6()) set_transport_checksum(header, room);
}

void make_error_v4(octet_buffer& out, const ip_header& header, const error_recipe& recipe,
                   const icmp_quote& quote) {
    // A length of zero is what routers older than RFC 4884 send.
    const automatic<std::uint8_t> length =
        recipe.compliant_extension ? std::nullopt : automatic<std::uint8_t>(0);
    if (recipe.what == complaint::exceeded) {
        emit_icmp(
            out,
            header,
            icmp_time_exceeded{
                .length_words = length, .quoted = quote.datagram, .extension = quote.extension});
        return;
    }
    icmp_destination_unreachable message{.code = icmp_unreachable_code{recipe.code},
                                         .length_words = length,
                                         .quoted = quote.datagram,
                                         .extension = quote.extension};
    if (recipe.what == complaint::too_big) {
        message.code = icmp_unreachable_code::fragmentation_needed;
        message.next_hop_mtu = recipe.mtu;
    }
    emit_icmp(out, header, message);
}

void make_error_v6(octet_buffer& out, const ip_header& header, const error_recipe& recipe,
                   const icmp_quote& quote) {
    const automatic<std::uint8_t> length =
        recipe.compliant_extension ? std::nullopt : automatic<std::uint8_t>(0);
    switch (recipe.what) {
        case complaint::exceeded:
            return emit_icmp(out,
                             header,
                             icmpv6_time_exceeded{.length_words = length,
                                                  .quoted = quote.datagram,
                                                  .extension = quote.extension});
        case complaint::unreachable:
            return emit_icmp(
                out,
                header,
                icmpv6_destination_unreachable{.code = icmpv6_unreachable_code{recipe.code},
                                               .length_words = length,
                                               .quoted = quote.datagram,
                                               .extension = quote.extension});
        case complaint::too_big:
            return emit_icmp(
                out, header, icmpv6_packet_too_big{.mtu = recipe.mtu, .quoted = quote.datagram});
    }
}

}  // namespace

std::size_t ip_header_len(ip_family family) noexcept {
    return family == ip_family::v4 ? ipv4::header_len : ipv6::header_len;
}

bytes_mut begin_datagram(octet_buffer& out, const ip_header& header, std::size_t transport_len) {
    const std::size_t header_len = ip_header_len(header.source.family());
    out.resize(header_len + transport_len);
    const bytes_mut head = bytes_mut(out).first(header_len);
    if (header.source.is_v4()) {
        ipv4{.dscp = static_cast<std::uint8_t>(header.traffic_class >> 2),
             .ecn = ecn(header.traffic_class & 3),
             .identification = header.identification,
             .time_to_live = header.hop_limit,
             .protocol = ip_protocol{header.protocol},
             .source = header.source.v4(),
             .destination = header.destination.v4()}
            .emit_header(head, transport_len);
    } else {
        ipv6{.traffic_class = header.traffic_class,
             .next_header = ip_protocol{header.protocol},
             .hop_limit = header.hop_limit,
             .source = header.source.v6(),
             .destination = header.destination.v6()}
            .emit_header(head, transport_len);
    }
    return bytes_mut(out).subspan(header_len);
}

bool transport_checksum_holds(const datagram& seen) noexcept {
    const bytes_view transport = seen.transport;
    switch (ip_protocol{seen.protocol}) {
        case ip_protocol::icmp:
            return icmp_checksum_holds(transport);
        case ip_protocol::udp: {
            const auto header = udp::view::parse(transport);
            if (!header) return false;
            // Zero means that none was made: allowed by RFC 768, not by RFC 8200 s8.1.
            if (header->checksum() == 0) return seen.source.is_v4();
            break;
        }
        case ip_protocol::icmpv6:
        case ip_protocol::tcp:
            break;
        default:
            return true;
    }
    return checksum()
               .add_pseudo_header(seen.source,
                                  seen.destination,
                                  seen.protocol,
                                  static_cast<std::uint32_t>(transport.size()))
               .add(transport)
               .sum() == 0xffff;
}

void set_transport_checksum(const ip_header& header, bytes_mut transport) noexcept {
    const auto sum_over = [&] {
        return checksum()
            .add_pseudo_header(header.source,
                               header.destination,
                               header.protocol,
                               static_cast<std::uint32_t>(transport.size()))
            .add(transport)
            .value();
    };
    switch (ip_protocol{header.protocol}) {
        case ip_protocol::icmp: {
            const auto message = icmp::mutable_view::parse(transport);
            if (!message) return;
            message->set_checksum(0);
            message->set_checksum(internet_checksum(transport));
            return;
        }
        case ip_protocol::icmpv6: {
            if (transport.size() < icmpv6::header_len) return;
            set_icmpv6_checksum(header.source.v6(), header.destination.v6(), transport);
            return;
        }
        case ip_protocol::udp: {
            const auto message = udp::mutable_view::parse(transport);
            if (!message) return;
            message->set_checksum(0);
            const std::uint16_t sum = sum_over();
            message->set_checksum(sum == 0 ? 0xffff : sum);  // RFC 768: zero would mean none
            return;
        }
        case ip_protocol::tcp: {
            const auto message = tcp::mutable_view::parse(transport);
            if (!message) return;
            message->set_checksum(0);
            message->set_checksum(sum_over());
            return;
        }
        default:
            return;
    }
}

void make_error(octet_buffer& out, ip_header header, bytes_view about, const error_recipe& recipe) {
    const ip_family family = header.source.family();
    std::array<std::uint8_t, 256> room{};  // 61 labels; a scenario has at most 16
    bytes_view extension{};
    if (!recipe.labels.empty() && !(family == ip_family::v6 && recipe.what == complaint::too_big)) {
        const auto built = icmp_extension_builder(room).add(recipe.labels).finish();
        if (built) extension = *built;
    }
    const icmp_quote quote{.datagram = quote_of(about, family, recipe, extension.size()),
                           .extension = extension};
    if (family == ip_family::v4) {
        header.protocol = number(ip_protocol::icmp);
        header.traffic_class = internet_control;
        make_error_v4(out, header, recipe, quote);
    } else {
        header.protocol = number(ip_protocol::icmpv6);
        make_error_v6(out, header, recipe, quote);
    }
}

bool may_be_reported(const datagram& seen) noexcept {
    if (seen.fragment_offset != 0) return false;
    if (seen.source.is_unspecified() || seen.source.is_multicast()) return false;
    if (seen.destination.is_multicast()) return false;
    const bool v4 = seen.source.is_v4();
    if (seen.protocol != number(v4 ? ip_protocol::icmp : ip_protocol::icmpv6)) return true;
    return !read_icmp_error(seen.transport, seen.source.family());
}

bool is_echo_request(const datagram& seen) noexcept {
    if (seen.fragment_offset != 0 || seen.more_fragments) return false;
    const auto message = icmp_echo::view::parse(seen.transport);  // ICMPv6's lies the same
    if (!message || message->code() != 0) return false;
    if (seen.source.is_v4()) {
        return seen.protocol == number(ip_protocol::icmp) && message->type() == icmp_type::echo;
    }
    return seen.protocol == number(ip_protocol::icmpv6) &&
           seen.transport[0] == static_cast<std::uint8_t>(icmpv6_type::echo_request);
}

void make_echo_reply(octet_buffer& out, ip_header header, bytes_view request) {
    const bool v4 = header.source.is_v4();
    header.protocol = number(v4 ? ip_protocol::icmp : ip_protocol::icmpv6);
    const bytes_mut message = begin_datagram(out, header, request.size());
    copy_octets(message, request);
    const std::uint16_t before = be16_at(request, 0);
    message[0] = v4 ? static_cast<std::uint8_t>(icmp_type::echo_reply)
                    : static_cast<std::uint8_t>(icmpv6_type::echo_reply);
    // The pseudo header's sum does not change when its addresses are exchanged.
    put_be16_at(message, 2, checksum_update(be16_at(request, 2), before, be16_at(message, 0)));
}

bool make_tcp_answer(octet_buffer& out, ip_header header, bytes_view segment, bool listens,
                     std::uint32_t sequence_number) {
    const auto seen = tcp::view::parse(segment);
    if (!seen || has(seen->flags(), tcp_flags::rst)) return false;
    tcp answer{.source_port = seen->destination_port(), .destination_port = seen->source_port()};
    const bool syn = has(seen->flags(), tcp_flags::syn);
    const std::uint32_t behind =
        seen->sequence_number() + (syn ? 1U : 0U) + static_cast<std::uint32_t>(seen->data().size());
    if (has(seen->flags(), tcp_flags::ack)) {
        answer.flags = tcp_flags::rst;
        answer.sequence_number = seen->acknowledgment_number();
    } else if (listens && syn) {
        answer.flags = tcp_flags::syn | tcp_flags::ack;
        answer.sequence_number = sequence_number;
        answer.acknowledgment_number = behind;
        answer.window = 65'535;
    } else if (listens) {
        return false;
    } else {
        answer.flags = tcp_flags::rst | tcp_flags::ack;
        answer.acknowledgment_number = behind;
    }
    header.protocol = number(ip_protocol::tcp);
    const bytes_mut room = begin_datagram(out, header, answer.wire_len());
    answer.emit(room);
    set_transport_checksum(header, room);
    return true;
}

}  // namespace sonde::inline v0::sim
