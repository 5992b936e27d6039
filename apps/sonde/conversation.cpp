#include "conversation.hpp"

#include <tuple>
#include <utility>

namespace sonde::cli {
namespace {

bool has_ports(ip_protocol protocol) noexcept {
    const auto number = static_cast<std::uint8_t>(protocol);
    return number == 6 || number == 17 || number == 132 || number == 136;
}

}  // namespace

std::size_t conversation_hash::operator()(const conversation_key& key) const noexcept {
    const std::hash<ip_address> hash;
    const std::uint64_t ports = (std::uint64_t{key.low_port} << 16) | key.high_port;
    const std::uint64_t mixed = hash(key.low) * 3 + hash(key.high) * 5 + ports * 7 +
                                static_cast<std::uint8_t>(key.protocol);
    return static_cast<std::size_t>((mixed ^ (mixed >> 29)) * 0x9e3779b97f4a7c15ULL);
}

std::optional<conversation_key> conversation_of(const packet& frame) noexcept {
    conversation_key key{.protocol = frame.transport_protocol()};
    if (const auto v4 = frame.get<ipv4>()) {
        key.low = v4->source();
        key.high = v4->destination();
    } else if (const auto v6 = frame.get<ipv6>()) {
        key.low = v6->source();
        key.high = v6->destination();
    } else {
        return std::nullopt;
    }
    const bytes_view transport = frame.transport();
    if (has_ports(key.protocol) && transport.size() >= 4) {
        key.low_port = be16_at(transport, 0);
        key.high_port = be16_at(transport, 2);
    }
    if (std::tie(key.high, key.high_port) < std::tie(key.low, key.low_port)) {
        std::swap(key.low, key.high);
        std::swap(key.low_port, key.high_port);
    }
    return key;
}

std::string end_text(const ip_address& address, std::uint16_t port) {
    std::string text = to_string(address);
    if (port == 0) return text;
    const bool v6 = address.is_v6();
    return (v6 ? "[" + text + "]" : text) + ":" + std::to_string(port);
}

std::string protocol_text(ip_protocol protocol) {
    switch (static_cast<std::uint8_t>(protocol)) {
        case 1:
            return "icmp";
        case 2:
            return "igmp";
        case 6:
            return "tcp";
        case 17:
            return "udp";
        case 58:
            return "icmpv6";
        case 132:
            return "sctp";
        default:
            return "protocol " + std::to_string(static_cast<unsigned>(protocol));
    }
}

}  // namespace sonde::cli
