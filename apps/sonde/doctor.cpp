/// sonde doctor.
#include <fmt/format.h>

#include <sonde/base/text.hpp>
#include <sonde/net/privileges.hpp>
#include <sonde/net/socket_choice.hpp>

#include "run.hpp"

namespace sonde::cli {
namespace {

constexpr group_range every_group{0, 2'147'483'647};  // the kernel takes no more

std::string refusal(const std::optional<os_error>& why) {
    return why ? describe(*why) : std::string("works");
}

// Why raw sockets open, or do not.
std::string raw_reason(const privilege_facts& facts, const std::optional<os_error>& tried) {
    if (!tried) return "this process has CAP_NET_RAW";
    if (!facts.net_raw.bounding) {
        return refusal(tried) + "; CAP_NET_RAW is not in the bounding set: not even root may here";
    }
    return refusal(tried) + "; this process has no CAP_NET_RAW";
}

std::string ping_reason(const privilege_facts& facts, const std::optional<os_error>& tried) {
    if (!facts.ping_groups) return refusal(tried);
    return fmt::format("{}; net.ipv4.ping_group_range is \"{} {}\", {} group of this user is in it",
                       refusal(tried),
                       facts.ping_groups->first,
                       facts.ping_groups->last,
                       facts.in_ping_groups ? "a" : "no");
}

std::string setcap_command(const std::string& program) {
    return "sudo setcap cap_net_raw+ep " + printable(program);
}

constexpr std::string_view sysctl_command =
    "sudo sysctl -w net.ipv4.ping_group_range='0 2147483647'";

std::vector<doctor_check> examine(const privilege_facts& facts, const std::string& program) {
    std::vector<doctor_check> made;
    const bool has_v6 = !facts.udp_v6;
    const auto add = [&made](
                         std::string_view name, bool allowed, std::string why, std::string remedy) {
        made.push_back(
            {name, allowed, std::move(why), allowed ? std::string{} : std::move(remedy)});
    };
    const std::string raw_remedy = facts.net_raw.bounding ? setcap_command(program) : std::string{};
    add("icmp_raw_v4", !facts.raw_v4, raw_reason(facts, facts.raw_v4), raw_remedy);
    add("icmp_raw_v6",
        !facts.raw_v6,
        raw_reason(facts, facts.raw_v6),
        has_v6 ? raw_remedy : std::string{});
    add("ping_socket_v4",
        !facts.ping_v4,
        ping_reason(facts, facts.ping_v4),
        std::string(sysctl_command));
    add("ping_socket_v6",
        !facts.ping_v6,
        ping_reason(facts, facts.ping_v6),
        has_v6 ? std::string(sysctl_command) : std::string{});
    add("udp_trace", true, "ordinary sockets, with the kernel's error queue", {});
    add("tcp_trace", !facts.raw_v4, raw_reason(facts, facts.raw_v4), raw_remedy);
    add("kernel_stamps",
        !facts.kernel_stamps,
        facts.kernel_stamps ? refusal(facts.kernel_stamps)
                            : std::string("SO_TIMESTAMPING, for sending and receiving"),
        {});
    add("ipv6", has_v6, facts.udp_v6 ? refusal(facts.udp_v6) : std::string("sockets open"), {});
    return made;
}

bool can_work(const privilege_facts& facts) noexcept { return !facts.raw_v4 || !facts.ping_v4; }

std::string_view title(std::string_view name) noexcept {
    struct entry {
        std::string_view name;
        std::string_view title;
    };
    constexpr std::array titles{entry{"icmp_raw_v4", "raw ICMP sockets, IPv4"},
                                entry{"icmp_raw_v6", "raw ICMP sockets, IPv6"},
                                entry{"ping_socket_v4", "ping sockets, IPv4"},
                                entry{"ping_socket_v6", "ping sockets, IPv6"},
                                entry{"udp_trace", "trace with UDP"},
                                entry{"tcp_trace", "trace with TCP"},
                                entry{"kernel_stamps", "time stamps of the kernel"},
                                entry{"ipv6", "IPv6"}};
    for (const auto& each : titles) {
        if (each.name == name) return each.title;
    }
    return name;
}

std::string text_of(const privilege_facts& facts, const std::vector<doctor_check>& checks) {
    std::string out = fmt::format("user {}, group {}\n", facts.user, facts.group);
    for (const auto& each : checks) {
        out +=
            fmt::format("{:<4}{:<26}{}\n", each.allowed ? "yes" : "no", title(each.name), each.why);
        if (!each.remedy.empty()) out += fmt::format("{:<30}allow it: {}\n", "", each.remedy);
    }
    if (!can_work(facts)) {
        out +=
            "\nNeither a raw nor a ping socket may be opened: ping and ICMP trace cannot work.\n";
        out += facts.net_raw.bounding ? "`sudo sonde doctor --fix` allows both.\n"
                                      : "`sudo sonde doctor --fix` allows ping sockets.\n";
    }
    return out;
}

std::string range_text(const privilege_facts& facts) {
    if (!facts.ping_groups) return "unreadable";
    return fmt::format("\"{} {}\"", facts.ping_groups->first, facts.ping_groups->last);
}

std::string capability_text(const privilege_facts& facts) {
    if (!facts.file_capabilities) return "unreadable";
    return facts.file_capabilities->empty() ? "none" : printable(*facts.file_capabilities);
}

std::string grant_note(const privilege_facts& before, const io_result<void>& grant) {
    if (!grant) return " (" + describe(grant.error()) + ")";
    if (before.net_raw.bounding) return {};
    return " (CAP_NET_RAW is not in the bounding set: with it the program could not be started)";
}

// Before, after, and what the kernel said to each change.
bool fix(const std::string& program, channels to) {
    const privilege_facts before = read_privileges(program);
    const auto range = write_ping_group_range(every_group);
    // The kernel starts no program that has a capability outside the bounding set: leave it alone.
    const auto grant = before.net_raw.bounding ? grant_net_raw(program) : io_result<void>{};
    const privilege_facts after = read_privileges(program);
    to.err.write(fmt::format("net.ipv4.ping_group_range: {} -> {}{}\n",
                             range_text(before),
                             range_text(after),
                             range ? std::string{} : " (" + describe(range.error()) + ")"));
    to.err.write(fmt::format("capabilities of {}: {} -> {}{}\n",
                             printable(program),
                             capability_text(before),
                             capability_text(after),
                             grant_note(before, grant)));
    return range.has_value() && grant.has_value();
}

}  // namespace

int run_doctor(const doctor_settings& settings, channels to) {
    const std::string program = own_path();
    bool is_fixed = true;
    if (settings.fix && ::geteuid() != 0) {
        complain(to,
                 "doctor",
                 settings.json ? output_format::json : output_format::text,
                 {.kind = "no_permission",
                  .target = {},
                  .text = "--fix changes the system and needs root: sudo sonde doctor --fix"});
        return exit_trouble;
    }
    if (settings.fix) is_fixed = fix(program, to);
    const privilege_facts facts = read_privileges(program);
    const auto checks = examine(facts, program);
    std::string text;
    if (settings.json) {
        append_doctor_json(text, checks);
    } else {
        text = text_of(facts, checks);
    }
    to.out.write(text);
    if (!is_fixed) return exit_trouble;
    return can_work(facts) ? exit_good : exit_no_answer;
}

}  // namespace sonde::cli
