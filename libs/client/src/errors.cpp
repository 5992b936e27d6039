#include "sonde/client/errors.hpp"

#include <cerrno>
#include <utility>

#include <sonde/base/text.hpp>
#include <sonde/client/target.hpp>
#include <sonde/wire/network/icmp.hpp>
#include <sonde/wire/network/icmpv6.hpp>

namespace sonde::inline v0 {
namespace {

const std::string raw_socket_remedy =
    "one of these helps: setcap cap_net_raw+ep <program>, "
    "sysctl -w net.ipv4.ping_group_range=\"0 2147483647\", or run as root";

std::string joined(const std::vector<option_problem>& problems) {
    std::string text;
    for (const auto& problem : problems) {
        if (!text.empty()) text += '\n';
        text += problem.text;
    }
    return text;
}

std::string milliseconds_text(nanoseconds time) {
    return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(time).count()) +
           " ms";
}

std::string reporter_text(const answer& reply) {
    return reply.local ? "this host: " : address_text(reply.from) + ": ";
}

// The word in octets 4 to 7 of the message, made again from what was read out of it.
std::uint32_t information_word(const answer& reply, ip_family family) {
    if (family == ip_family::v6) return reply.mtu != 0 ? reply.mtu : reply.pointer;
    switch (icmp_type{reply.type}) {
        case icmp_type::destination_unreachable:
            return reply.mtu;
        case icmp_type::parameter_problem:
            return reply.pointer << 24;
        case icmp_type::redirect:
            return reply.gateway.v4().value;
        default:
            return 0;
    }
}

std::string sentence(const answer& reply, ip_family family) {
    const std::uint32_t word = information_word(reply, family);
    const std::string text = family == ip_family::v4
                                 ? icmp_ping_text(icmp_type{reply.type}, reply.code, word)
                                 : icmpv6_ping_text(icmpv6_type{reply.type}, reply.code, word);
    return reporter_text(reply) + text;
}

[[noreturn]] void throw_icmpv4(const answer& reply) {
    const std::string text = sentence(reply, ip_family::v4);
    switch (icmp_type{reply.type}) {
        case icmp_type::destination_unreachable:
            throw icmpv4_destination_unreachable_error(text, reply);
        case icmp_type::time_exceeded:
            throw icmpv4_time_exceeded_error(text, reply);
        default:
            throw icmp_reply_error(text, reply);
    }
}

[[noreturn]] void throw_icmpv6(const answer& reply) {
    const std::string text = sentence(reply, ip_family::v6);
    switch (icmpv6_type{reply.type}) {
        case icmpv6_type::destination_unreachable:
            throw icmpv6_destination_unreachable_error(text, reply);
        case icmpv6_type::time_exceeded:
            throw icmpv6_time_exceeded_error(text, reply);
        default:
            throw icmp_reply_error(text, reply);
    }
}

}  // namespace

option_error::option_error(std::vector<option_problem> problems)
    : error(joined(problems)), problems_(std::move(problems)) {}

name_lookup_error::name_lookup_error(std::string name, const std::string& reason)
    : error(printable(name) + ": " + reason), name_(std::move(name)) {}

socket_address_error::socket_address_error(const os_error& cause)
    : socket_error("the source address is not one of this host: " + describe(cause) +
                       "; `ip address` shows those that are",
                   cause) {}

socket_permission_error::socket_permission_error(const std::string& what, const os_error& cause,
                                                 const std::string& remedy)
    : socket_error(what + "; " + (remedy.empty() ? raw_socket_remedy : remedy), cause) {}

socket_broadcast_error::socket_broadcast_error(const os_error& cause)
    : socket_error("the target is a broadcast address: allow it by the option broadcast (" +
                       describe(cause) + ")",
                   cause) {}

timeout_exceeded::timeout_exceeded(nanoseconds timeout)
    : socket_error(timeout > nanoseconds{}
                       ? "no answer within " + milliseconds_text(timeout) +
                             "; a longer timeout may help"
                       : std::string("no answer in time; a longer timeout may help")),
      timeout_(timeout) {}

void throw_socket_error(const os_error& cause) {
    switch (cause.code) {
        case EPERM:
        case EACCES:
            throw socket_permission_error(describe(cause), cause);
        case EADDRNOTAVAIL:
            throw socket_address_error(cause);
        case ENETUNREACH:
        case EHOSTUNREACH:
            throw socket_unavailable_error("no route to " + address_text(cause.peer) + ": " +
                                               describe(cause) + "; `ip route get " +
                                               address_text(cause.peer) + "` shows why",
                                           cause);
        case ENODEV:
            throw socket_unavailable_error(
                "no such interface: " + describe(cause) + "; `ip link` shows those that are",
                cause);
        case EAFNOSUPPORT:
            throw socket_unavailable_error(
                "this system has no such protocol family: " + describe(cause), cause);
        default:
            throw socket_unavailable_error(describe(cause), cause);
    }
}

void raise_for_status(const answer& reply, ip_family family) {
    if (reply.kind != answer_kind::icmp_error) return;
    if (family == ip_family::v4) throw_icmpv4(reply);
    throw_icmpv6(reply);
}

void raise_for_status(const probe_record& probe, ip_family family, nanoseconds timeout) {
    switch (probe.state) {
        case probe_state::answered:
            raise_for_status(probe.reply, family);
            return;
        case probe_state::send_failed:
            throw_socket_error({.operation = "sendmsg", .code = probe.send_error});
        case probe_state::in_flight:
        case probe_state::timed_out:
            throw timeout_exceeded(timeout);
    }
}

void raise_for_status(const ping_result& result) {
    if (result.is_alive()) return;
    if (!result.records.empty()) {
        raise_for_status(result.records.back(), result.address.family(), result.options.timeout);
    }
    throw timeout_exceeded(result.options.timeout);
}

void raise_for_status(const trace_result& result) {
    if (result.end == trace_end::reached) return;
    if (result.end != trace_end::max_hops && !result.hops.empty()) {
        for (const auto& probe : result.hops.back().probes) {
            raise_for_status(probe, result.address.family(), result.options.timeout);
        }
    }
    throw timeout_exceeded(result.options.timeout);
}

}  // namespace sonde::inline v0
