/// Who has an address on the link: asked with packets of our own.
#include <array>

#include <sonde/capture/exchange.hpp>
#include <sonde/packet/neighbour.hpp>

#include "craft_addresses.hpp"

namespace sonde::cli {

std::optional<mac_address> ask_for_mac(const network_interface& by, const ip_address& whom,
                                       const ip_address& from) {
    if (!by.mac || from.is_unspecified()) return std::nullopt;
    std::array<std::uint8_t, neighbour_question_len_max> room{};
    const bytes_view question =
        write_neighbour_question(room, {.mac = *by.mac, .from = from, .whom = whom});
    auto in = live_capture::open(by.name, {.filter = "arp or icmp6", .promiscuous = false});
    auto out = packet_link::open(by.name);
    if (!in || !out) return std::nullopt;
    const std::array<bytes_view, 1> frames{question};
    const auto heard = exchange(*out, *in, frames, [&](bytes_view, const live_record& came) {
        const auto answer = read_neighbour_answer(came.octets);
        return answer && answer->address.same_host(whom);
    });
    if (!heard || heard->answers.empty()) return std::nullopt;
    return read_neighbour_answer(heard->answers.front().frame.octets)->mac;
}

}  // namespace sonde::cli
