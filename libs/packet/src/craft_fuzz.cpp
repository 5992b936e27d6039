// Craft expressions: any text parses or is refused with one printable sentence; what parses is
// printed and parsed again to the same octets. And any frame becomes a packet, an expression and
// the same frame.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <sonde/packet/craft_expression.hpp>
#include <sonde/packet/element_list.hpp>

namespace {

void require(bool held) {
    if (!held) std::abort();
}

bool is_printable(std::string_view text) {
    for (const char shown : text) {
        if (shown < ' ' || shown > '~') return false;
    }
    return true;
}

void comes_back(const sonde::built_packet& packet) {
    const auto octets = packet.to_bytes();
    const std::string text = sonde::to_expression(packet);
    require(is_printable(text));
    const auto again = sonde::parse_expression(text);
    // An expression of a packet near the bounds may be beyond them.
    if (text.size() > sonde::expression_len_max) return;
    require(again.has_value());
    require(again->to_bytes() == octets);
}

void any_text(std::string_view text) {
    const auto packet = sonde::parse_expression(text);
    if (!packet) {
        require(is_printable(packet.error().sentence));
        require(packet.error().position <= text.size());
        return;
    }
    comes_back(*packet);
}

void any_frame(sonde::bytes_view frame, sonde::link_type type) {
    sonde::built_packet packet = sonde::built_packet::decode(frame, type);
    const auto octets = packet.to_bytes();
    require(octets.size() == frame.size());
    for (std::size_t i = 0; i < frame.size(); ++i) require(octets[i] == frame[i]);
    comes_back(packet);
    for (std::size_t at = 0; at < packet.size(); ++at) {
        auto list = sonde::element_list::of(packet, at);
        if (!list) continue;
        static_cast<void>(list->append(sonde::bytes_view(frame).first(frame.size() % 7)));
        static_cast<void>(list->put_into(packet));
        static_cast<void>(packet.to_bytes());
    }
    packet.make_all_automatic();
    static_cast<void>(packet.remove(packet.size() / 2));
    static_cast<void>(packet.to_bytes());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const sonde::bytes_view rest = sonde::bytes_view(data, size).subspan(1);
    std::string text;
    for (const std::uint8_t octet : rest) text.push_back(static_cast<char>(octet));
    any_text(text);
    constexpr std::array types{sonde::link_type::ethernet,
                               sonde::link_type::raw,
                               sonde::link_type::ppp,
                               sonde::link_type::linux_sll};
    any_frame(rest, types[data[0] % types.size()]);
    return 0;
}
