#include <sonde/packet/print_line.hpp>
#include <sonde/packet/summary.hpp>

namespace sonde::inline v0 {

std::string summary(bytes_view ip_datagram) {
    // A line of a frame says what link it is of; here the octets are a datagram, or nothing.
    const unsigned version = ip_datagram.empty() ? 0U : ip_datagram[0] >> 4U;
    if (version != 4 && version != 6) {
        parse_error error{.reason = parse_reason::bad_version, .at = layer::ipv4};
        if (ip_datagram.empty()) error.reason = parse_reason::truncated;
        error.needed_octets = ip_datagram.empty() ? 1 : 0;
        return "IP unreadable: " + to_sentence(error);
    }
    std::string line;
    // How long it was on the link nobody says: as long as it says itself.
    constexpr std::uint32_t unknown_len = 0xffffffff;
    append_line(line,
                {.octets = ip_datagram, .type = link_type::raw, .original_len = unknown_len},
                {.full = true, .quotes = true});
    return line;
}

}  // namespace sonde::inline v0
