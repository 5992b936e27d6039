#pragma once
/// For tests, fuzzing and benches: every ICMPv6 message, one after another.

#include <vector>

#include <sonde/wire/network/icmpv6.hpp>
#include <sonde/wire/network/icmpv6_destination_unreachable.hpp>
#include <sonde/wire/network/icmpv6_echo.hpp>
#include <sonde/wire/network/icmpv6_extended_echo.hpp>
#include <sonde/wire/network/icmpv6_packet_too_big.hpp>
#include <sonde/wire/network/icmpv6_parameter_problem.hpp>
#include <sonde/wire/network/icmpv6_time_exceeded.hpp>
#include <sonde/wire/network/mld.hpp>
#include <sonde/wire/network/nd_messages.hpp>

namespace sonde {

/// Calls `visit.operator()<Message>()` for every message and for the common view.
template <class Visitor>
void for_each_icmpv6_message(const Visitor& visit) {
    const auto each = [&visit]<class... Message>() { (visit.template operator()<Message>(), ...); };
    each.template operator()<icmpv6,
                             icmpv6_destination_unreachable,
                             icmpv6_packet_too_big,
                             icmpv6_time_exceeded,
                             icmpv6_parameter_problem,
                             icmpv6_echo,
                             icmpv6_extended_echo_request,
                             icmpv6_extended_echo_reply,
                             router_solicitation,
                             router_advertisement,
                             neighbor_solicitation,
                             neighbor_advertisement,
                             nd_redirect>();
    each.template operator()<mld_query, mld_report, mld_done, mldv2_query, mldv2_report>();
}

/// What `Message` reads from these octets and emits again; nothing when it does not read them.
template <class Message>
std::optional<std::vector<std::uint8_t>> reemitted(bytes_view octets) {
    const auto seen = Message::view::parse(octets);
    if (!seen) return std::nullopt;
    const auto meant = Message::read(*seen);
    if (!meant) return std::nullopt;
    std::vector<std::uint8_t> again(meant->wire_len(), 0x5a);
    meant->emit(again);
    return again;
}

/// The type octet that `Message` emits by default.
template <class Message>
std::uint8_t default_type_octet() {
    const Message message{};
    std::vector<std::uint8_t> octets(message.wire_len());
    message.emit(octets);
    return octets[0];
}

}  // namespace sonde
