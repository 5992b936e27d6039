#pragma once
/// Who talks to whom: both directions of a conversation have one key.

#include <cstdint>
#include <optional>
#include <string>

#include <sonde/base/address.hpp>
#include <sonde/packet/packet.hpp>

namespace sonde::cli {

struct conversation_key {
    ip_address low{};  // the end that is smaller by address and port
    ip_address high{};
    std::uint16_t low_port = 0;  // 0 where the protocol has none
    std::uint16_t high_port = 0;
    ip_protocol protocol = ip_protocol::reserved;
    friend bool operator==(const conversation_key&, const conversation_key&) = default;
};

struct conversation_hash {
    [[nodiscard]] std::size_t operator()(const conversation_key& key) const noexcept;
};

/// Nothing for a frame without an IP header.
[[nodiscard]] std::optional<conversation_key> conversation_of(const packet& frame) noexcept;
/// "192.0.2.1:1025", "[2001:db8::1]:80", or the address alone.
[[nodiscard]] std::string end_text(const ip_address& address, std::uint16_t port);
/// "tcp", "udp", "icmp", or "protocol 89".
[[nodiscard]] std::string protocol_text(ip_protocol protocol);

}  // namespace sonde::cli
