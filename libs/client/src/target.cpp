#include "sonde/client/target.hpp"

#include <sonde/net/interfaces.hpp>

namespace sonde::inline v0 {

target::target(const ip_address& address) : text_(address_text(address)), address_(address) {}

std::optional<ip_address> parse_address(std::string_view text) {
    const auto parsed = parse_scoped_address(text);
    if (!parsed) return std::nullopt;
    return *parsed;
}

std::string address_text(const ip_address& address) {
    return address.zone() == 0 ? to_string(address) : to_scoped_string(address);
}

}  // namespace sonde::inline v0
