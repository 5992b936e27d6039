#include <array>

#include <sonde/packet/neighbour.hpp>
#include <sonde/packet/stack.hpp>
#include <sonde/wire/checksum.hpp>
#include <sonde/wire/link/arp.hpp>
#include <sonde/wire/link/ethernet.hpp>
#include <sonde/wire/network/ipv6.hpp>
#include <sonde/wire/network/nd_messages.hpp>
#include <sonde/wire/network/nd_options.hpp>

namespace sonde::inline v0 {
namespace {

constexpr std::uint8_t hop_limit_of_link = 255;  // RFC 4861 s7.1: no router has touched it

bytes_view ask_by_arp(bytes_mut out, const neighbour_question& question) noexcept {
    const mac_address everybody{{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};
    const auto frame =
        ethernet{.destination = everybody, .source = question.mac, .type = ether_type::arp} /
        arp_ipv4{.sender_mac = question.mac,
                 .sender_ipv4 = question.from.v4(),
                 .target_ipv4 = question.whom.v4()};
    const bytes_mut written = out.first(frame.wire_len());
    frame.emit(written);
    return written;
}

bytes_view solicit(bytes_mut out, const neighbour_question& question) noexcept {
    const ipv6_address whom = question.whom.v6();
    const std::uint8_t a = whom.octets[13];
    const std::uint8_t b = whom.octets[14];
    const std::uint8_t c = whom.octets[15];
    std::array<std::uint8_t, nd_option_unit> option{};
    nd_link_layer_address{.address = question.mac.octets}.emit(option);
    const auto frame =
        ethernet{.destination = {{0x33, 0x33, 0xff, a, b, c}}, .source = question.mac} /
        ipv6{.hop_limit = hop_limit_of_link,
             .source = question.from.v6(),
             .destination = {{0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, a, b, c}}} /
        neighbor_solicitation{.target_address = whom, .options = option};
    const bytes_mut written = out.first(frame.wire_len());
    frame.emit(written);
    return written;
}

std::optional<neighbour_answer> named(const ip_address& address, const mac_address& mac) noexcept {
    if (mac.is_multicast() || mac.is_unspecified() || address.is_multicast() ||
        address.is_unspecified()) {
        return std::nullopt;
    }
    return neighbour_answer{address, mac};
}

std::optional<neighbour_answer> read_arp(bytes_view message) noexcept {
    const auto seen = arp::view::parse(message);
    if (!seen || seen->operation() != arp_operation::reply) return std::nullopt;
    const auto said = arp_ipv4::read(*seen);
    if (!said) return std::nullopt;
    return named(said->sender_ipv4, said->sender_mac);
}

// The address of the option; of an answer without one (to a question that was sent to the neighbour
// alone) the frame's.
std::optional<mac_address> advertised_mac(neighbor_advertisement::view seen,
                                          const mac_address& sender) noexcept {
    const auto options = seen.options();
    std::optional<mac_address> found;
    for (const nd_option& option : options) {
        if (option.type() != nd_option_type::target_link_layer_address || found) continue;
        if (const auto read = nd_link_layer_address::read(option)) found = read->mac();
    }
    if (options.error()) return std::nullopt;  // an option of length zero: discard the message
    return found ? found : sender;
}

std::optional<neighbour_answer> read_advertisement(bytes_view datagram,
                                                   const mac_address& sender) noexcept {
    const auto ip = ipv6::view::parse(datagram);
    if (!ip || ip->hop_limit() != hop_limit_of_link || ip->next_header() != ip_protocol::icmpv6) {
        return std::nullopt;
    }
    const bytes_view message = ip->payload();
    const auto seen = neighbor_advertisement::view::parse(message);
    if (!seen || !neighbor_advertisement::read(*seen) || message[1] != 0) return std::nullopt;
    if (verify_transport_checksum(ip->source(), ip->destination(), ip_protocol::icmpv6, message) !=
        checksum_state::good) {
        return std::nullopt;
    }
    const auto mac = advertised_mac(*seen, sender);
    if (!mac) return std::nullopt;
    return named(seen->target_address(), *mac);
}

}  // namespace

bytes_view write_neighbour_question(bytes_mut out, const neighbour_question& question) noexcept {
    return question.whom.is_v4() ? ask_by_arp(out, question) : solicit(out, question);
}

std::optional<neighbour_answer> read_neighbour_answer(bytes_view frame) noexcept {
    const auto link = ethernet::view::parse(frame);
    if (!link) return std::nullopt;
    if (link->type() == ether_type::arp) return read_arp(link->payload());
    if (link->type() == ether_type::ipv6)
        return read_advertisement(link->payload(), link->source());
    return std::nullopt;
}

}  // namespace sonde::inline v0
