#include "reply_facts.hpp"

#include <sonde/base/os_error.hpp>
#include <sonde/wire/network/icmp.hpp>
#include <sonde/wire/network/icmp_extension_objects.hpp>
#include <sonde/wire/network/icmpv6.hpp>

namespace sonde::inline v0::detail {
namespace {

// Octets 4 to 7 of the message, put together again from what was read from them.
std::uint32_t information_v4(const answer& reply) noexcept {
    switch (icmp_type{reply.type}) {
        case icmp_type::redirect:
            return reply.gateway.v4().value;
        case icmp_type::parameter_problem:
            return reply.pointer << 24;
        default:
            return reply.mtu;
    }
}

}  // namespace

std::string error_text(const answer& reply, ip_family family) {
    if (family == ip_family::v4) {
        return icmp_ping_text(icmp_type{reply.type}, reply.code, information_v4(reply));
    }
    const auto type = icmpv6_type{reply.type};
    const bool has_pointer = type == icmpv6_type::parameter_problem;
    return icmpv6_ping_text(type, reply.code, has_pointer ? reply.pointer : reply.mtu);
}

std::string extension_text(bytes_view extension) {
    std::string out;
    const auto structure = icmp_extension::view::parse(extension);
    if (!structure) return out;
    for (const icmp_extension_object& object : structure->objects()) {
        if (!out.empty()) out += ';';
        out += to_string(object);
    }
    return out;
}

std::string errno_text(int code) {
    const std::string whole = describe(os_error{.operation = "", .code = code});
    return whole.substr(2);  // behind the ": " that follows the operation
}

std::string_view word(event_kind kind) noexcept {
    switch (kind) {
        case event_kind::sent:
            return "sent";
        case event_kind::reply:
            return "reply";
        case event_kind::timed_out:
            return "timed_out";
        case event_kind::send_failed:
            return "send_failed";
        case event_kind::target_finished:
            return "target_finished";
        case event_kind::finished:
            return "finished";
    }
    return "unknown";
}

std::string_view word(reply_class what) noexcept {
    switch (what) {
        case reply_class::answered:
            return "answered";
        case reply_class::late:
            return "late";
        case reply_class::duplicate:
            return "duplicate";
        case reply_class::corrupted:
            return "corrupted";
        case reply_class::forged:
            return "forged";
        case reply_class::foreign:
            return "foreign";
    }
    return "unknown";
}

std::string_view word(answer_kind kind) noexcept {
    switch (kind) {
        case answer_kind::echo_reply:
            return "echo_reply";
        case answer_kind::icmp_error:
            return "icmp_error";
        case answer_kind::tcp_syn_ack:
            return "tcp_syn_ack";
        case answer_kind::tcp_reset:
            return "tcp_reset";
        case answer_kind::tcp_other:
            return "tcp_other";
    }
    return "unknown";
}

std::string_view word(probe_state state) noexcept {
    switch (state) {
        case probe_state::in_flight:
            return "in_flight";
        case probe_state::answered:
            return "answered";
        case probe_state::timed_out:
            return "timed_out";
        case probe_state::send_failed:
            return "send_failed";
    }
    return "unknown";
}

std::string_view word(probe_method method) noexcept {
    switch (method) {
        case probe_method::icmp:
            return "icmp";
        case probe_method::udp:
            return "udp";
        case probe_method::tcp:
            return "tcp";
    }
    return "unknown";
}

std::string_view word(trace_end end) noexcept {
    switch (end) {
        case trace_end::reached:
            return "reached";
        case trace_end::unreachable:
            return "unreachable";
        case trace_end::max_hops:
            return "max_hops";
        case trace_end::stopped:
            return "stopped";
        case trace_end::send_failed:
            return "send_failed";
    }
    return "unknown";
}

}  // namespace sonde::inline v0::detail
