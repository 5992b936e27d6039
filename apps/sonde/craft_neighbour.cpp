/// Who has an address on the link: asked with packets of our own.
#include <fmt/format.h>

#include <sonde/capture/exchange.hpp>
#include <sonde/packet/answer.hpp>
#include <sonde/packet/craft_expression.hpp>

#include "craft_addresses.hpp"

namespace sonde::cli {
namespace {

std::string arp_request(const mac_address& mac, const ip_address& whom, const ip_address& from) {
    return fmt::format(
        "ethernet(source={0}, destination=ff:ff:ff:ff:ff:ff) / arp(operation=request, "
        "sender_hardware_address={0}, sender_protocol_address={1}, target_protocol_address={2})",
        to_string(mac),
        to_string(from),
        to_string(whom));
}

// To the solicited-node group of the address (RFC 4291 s2.7.1), which has a MAC address of its own
// (RFC 2464 s7).
std::string neighbor_solicitation(const mac_address& mac, const ip_address& whom,
                                  const ip_address& from) {
    const auto& octets = whom.v6().octets;
    return fmt::format(
        "ethernet(source={0}, destination=33:33:ff:{3:02x}:{4:02x}:{5:02x}) / "
        "ipv6(source={1}, destination=ff02::1:ff{3:02x}:{4:02x}{5:02x}, hop_limit=255) / "
        "neighbor_solicitation(target_address={2}, options=[source_link_layer_address({0})])",
        to_string(mac),
        to_string(ip_address(from.v6())),
        to_string(ip_address(whom.v6())),
        octets[13],
        octets[14],
        octets[15]);
}

// A reply to ARP says it itself; a neighbor may answer from another interface than it has.
std::optional<mac_address> mac_in(bytes_view reply) {
    const auto seen = built_packet::decode(reply);
    const auto at = seen.find("arp");
    auto octets =
        at ? seen[*at].get_octets("sender_hardware_address") : seen[0].get_octets("source");
    if (!octets || octets->size() != 6) return std::nullopt;
    return mac_address::from_octets(std::span<const std::uint8_t>(*octets).first<6>());
}

}  // namespace

std::optional<mac_address> ask_for_mac(const network_interface& by, const ip_address& whom,
                                       const ip_address& from) {
    if (!by.mac || from.is_unspecified()) return std::nullopt;
    const auto request =
        parse_expression(whom.is_v4() ? arp_request(*by.mac, whom, from)
                                      : neighbor_solicitation(*by.mac, whom, from));
    if (!request) return std::nullopt;
    const auto frame = request->to_bytes();
    auto in = live_capture::open(by.name, {.filter = "arp or icmp6", .promiscuous = false});
    auto out = packet_link::open(by.name);
    if (!in || !out) return std::nullopt;
    const std::array<bytes_view, 1> frames{frame};
    const auto heard = exchange(*out, *in, frames, [](bytes_view sent, const live_record& came) {
        return answers(sent, came.octets, link_type::ethernet) == reply_kind::answer;
    });
    if (!heard || heard->answers.empty()) return std::nullopt;
    return mac_in(heard->answers.front().frame.octets);
}

}  // namespace sonde::cli
