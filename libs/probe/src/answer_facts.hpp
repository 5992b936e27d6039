#pragma once
/// What an answer is said to be before anybody knows whose it is.

#include <algorithm>

#include <sonde/probe/session.hpp>
#include <sonde/wire/network/icmp_echo.hpp>
#include <sonde/wire/network/icmpv6.hpp>

namespace sonde::inline v0::detail {

struct echo_types {
    std::uint8_t request;
    std::uint8_t reply;
};

[[nodiscard]] inline echo_types echo_of(bool v4) noexcept {
    return v4 ? echo_types{static_cast<std::uint8_t>(icmp_echo::kind::request),
                           static_cast<std::uint8_t>(icmp_echo::kind::reply)}
              : echo_types{static_cast<std::uint8_t>(icmpv6_type::echo_request),
                           static_cast<std::uint8_t>(icmpv6_type::echo_reply)};
}

/// Fills in `made`, which is fresh: how a message of so many octets came in.
inline void tell_facts(answer& made, const receive_facts& facts, std::size_t message_len) noexcept {
    made.from = facts.source;
    made.message_len = static_cast<std::uint16_t>(std::min<std::size_t>(message_len, UINT16_MAX));
    made.hop_limit = facts.hop_limit;
    made.traffic_class = facts.traffic_class;
}

[[nodiscard]] inline answer facts_of(const receive_facts& facts, std::size_t message_len) {
    answer made;
    tell_facts(made, facts, message_len);
    return made;
}

/// What an error says, but for its extension structure, which only a genuine one keeps.
[[nodiscard]] inline answer answer_of(const icmp_error& error, const receive_facts& facts) {
    answer made = facts_of(facts, 0);
    made.kind = answer_kind::icmp_error;
    made.from = error.from;
    made.type = error.type;
    made.code = error.code;
    made.local = error.local;
    made.mtu = error.mtu;
    made.pointer = error.pointer;
    made.gateway = error.gateway;
    made.quoted = error.quoted;
    return made;
}

}  // namespace sonde::inline v0::detail
