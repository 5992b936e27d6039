#include "run.hpp"

#include <cerrno>

#include <sonde/net/interfaces.hpp>

namespace sonde::inline v0::detail {

session_setup make_setup(const ip_address& destination, const probe_sockets& sockets,
                         const system_calls& calls) {
    return {.destination = destination,
            .channel = sockets.channel,
            .key = {.k0 = random_word(calls), .k1 = random_word(calls)},
            .start = mono_now(calls)};
}

std::optional<ip_address> numeric_address(const target& who, std::optional<ip_family> family) {
    auto address = who.address();
    if (!address) {
        const auto parsed = parse_scoped_address(who.text());
        if (parsed) {
            address = *parsed;
        } else if (parsed.error().code == ENODEV) {
            throw name_lookup_error(
                who.text(), "its zone is no interface here; `ip link` shows those there are");
        } else if (!is_hostname(who.text())) {
            throw name_lookup_error(who.text(), "this is neither an address nor a host name");
        } else {
            return std::nullopt;
        }
    }
    if (family && address->family() != *family) {
        throw name_lookup_error(who.text(),
                                *family == ip_family::v4 ? "it is no IPv4 address, as asked for"
                                                         : "it is no IPv6 address, as asked for");
    }
    return address;
}

std::exception_ptr lookup_failure(const std::string& name, const resolve_error& error) {
    std::string reason(to_string(error.failure));
    if (error.failure == resolve_failure::cancelled) reason = "stopped before an answer came";
    return std::make_exception_ptr(name_lookup_error(name, reason));
}

void refuse_broadcast(const ip_address& target, const probe_record& refused, bool is_allowed) {
    // A route that forbids the target was found out before: what is left of EACCES is SO_BROADCAST.
    if (is_allowed || !target.is_v4() || refused.send_error != EACCES) return;
    throw socket_broadcast_error({.operation = "sendmsg", .code = EACCES, .peer = target});
}

ping_options as_ping(const probe_options& options) {
    return {.count = 1,
            .timeout = options.timeout,
            .payload_len = options.payload_len,
            .hop_limit = options.hop_limit,
            .identifier = options.identifier,
            .socket = options.socket};
}

probe_record only_record(ping_result result) {
    if (result.records.empty()) return {};
    return std::move(result.records.front());
}

}  // namespace sonde::inline v0::detail
