#include "trace_result.hpp"

#include <algorithm>

#include "notices.hpp"

namespace sonde::inline v0 {

std::vector<ip_address> hop::addresses() const {
    std::vector<const probe_record*> answered;
    for (const auto& probe : probes) {
        if (probe.state == probe_state::answered) answered.push_back(&probe);
    }
    std::sort(answered.begin(), answered.end(), [](const auto* a, const auto* b) {
        const auto at = [](const auto* probe) { return probe->sent_at + probe->reply.rtt_user; };
        return at(a) != at(b) ? at(a) < at(b) : a->id < b->id;
    });
    std::vector<ip_address> found;
    for (const auto* probe : answered) {
        const auto& from = probe->reply.from;
        if (std::find(found.begin(), found.end(), from) == found.end()) found.push_back(from);
    }
    return found;
}

std::uint64_t hop::sent() const noexcept {
    std::uint64_t sum = 0;
    for (const auto& probe : probes) {
        sum += probe.state == probe_state::send_failed ? probe.sends - 1U : probe.sends;
    }
    return sum;
}

std::uint64_t hop::received() const noexcept {
    return static_cast<std::uint64_t>(
        std::count_if(probes.begin(), probes.end(), [](const probe_record& probe) {
            return probe.state == probe_state::answered;
        }));
}

namespace {

std::string with_code(std::uint8_t code) { return "!<" + std::to_string(code) + ">"; }

std::string too_big(std::uint32_t mtu) { return mtu == 0 ? "!F" : "!F-" + std::to_string(mtu); }

std::string unreachable_v4(const answer& reply) {
    switch (icmp_unreachable_code(reply.code)) {
        case icmp_unreachable_code::net:
        case icmp_unreachable_code::destination_network_unknown:
        case icmp_unreachable_code::source_host_isolated:
        case icmp_unreachable_code::network_for_type_of_service:
            return "!N";
        case icmp_unreachable_code::host:
        case icmp_unreachable_code::destination_host_unknown:
        case icmp_unreachable_code::host_for_type_of_service:
            return "!H";
        case icmp_unreachable_code::network_prohibited:
        case icmp_unreachable_code::host_prohibited:
        case icmp_unreachable_code::communication_prohibited:
            return "!X";
        case icmp_unreachable_code::protocol:
            return "!P";
        case icmp_unreachable_code::port:
            return {};
        case icmp_unreachable_code::fragmentation_needed:
            return too_big(reply.mtu);
        case icmp_unreachable_code::source_route_failed:
            return "!S";
        case icmp_unreachable_code::host_precedence_violation:
            return "!V";
        case icmp_unreachable_code::precedence_cutoff:
            return "!C";
    }
    return with_code(reply.code);
}

std::string unreachable_v6(const answer& reply) {
    switch (reply.code) {  // RFC 4443 s3.1
        case 0:
            return "!N";
        case 1:
            return "!X";
        case 2:
        case 3:
            return "!H";
        case 4:
            return {};
        default:
            return with_code(reply.code);
    }
}

}  // namespace

std::string trace_annotation(const answer& reply, ip_family family) {
    if (!detail::is_error(reply) || detail::is_time_exceeded(reply, family)) return {};
    if (!detail::is_unreachable(reply, family)) {
        return "!<" + std::to_string(reply.type) + "-" + std::to_string(reply.code) + ">";
    }
    if (family == ip_family::v4) return unreachable_v4(reply);
    if (reply.type == static_cast<std::uint8_t>(icmpv6_type::packet_too_big)) {
        return too_big(reply.mtu);
    }
    return unreachable_v6(reply);
}

namespace detail {
namespace {

hop hop_of(const trace_path& path, std::size_t index) {
    const auto& known = path.hops[index];
    hop made;
    for (const auto& probe : known.probes) {
        if (probe.ids.empty()) break;
        const auto shown = probe.answered_by.value_or(probe.ids.front());
        made.probes.push_back(path.sendings[shown].record);
        made.probes.back().sends = probe.sends;
    }
    for (const auto id : known.answers) {
        const auto& answered = path.sendings[id];
        if (known.probes[answered.place].answered_by == id) {
            made.rtt.add(answered.record.reply.rtt);
        }
    }
    return made;
}

}  // namespace

std::vector<hop> hops_of(const trace_path& path, std::uint8_t first_hop) {
    std::vector<hop> made;
    for (std::size_t i = 0; i <= path.last(); ++i) {
        if (path.hops[i].started == 0) break;
        made.push_back(hop_of(path, i));
        made.back().hop_limit = static_cast<std::uint8_t>(first_hop + i);
    }
    return made;
}

}  // namespace detail
}  // namespace sonde::inline v0
