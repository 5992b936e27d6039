#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <linux/capability.h>
#include <memory>

#include <sonde/net/fd.hpp>
#include <sonde/net/privileges.hpp>
#include <sonde/net/probe_socket.hpp>

namespace sonde::inline v0 {
namespace {

// One file for both families: IPv6 ping sockets ask the same one.
constexpr const char* ping_group_path = "/proc/sys/net/ipv4/ping_group_range";

capability_fact fact_of(const capability_bits& held, int number) noexcept {
    const std::uint64_t bit = std::uint64_t{1} << number;
    return {(held.effective & bit) != 0, (held.permitted & bit) != 0, (held.bounding & bit) != 0};
}

std::vector<std::uint32_t> read_groups(const system_calls& calls) {
    const int count = calls.getgroups(0, nullptr);
    if (count <= 0) return {};
    std::vector<gid_t> groups(static_cast<std::size_t>(count));
    const int got = calls.getgroups(count, groups.data());
    groups.resize(static_cast<std::size_t>(std::max(got, 0)));
    return {groups.begin(), groups.end()};
}

std::optional<os_error> try_socket(socket_kind kind, ip_family family, const system_calls& calls) {
    const auto opened =
        probe_socket::open({.family = family, .kind = kind, .kernel_stamps = false}, calls);
    return opened ? std::nullopt : std::optional(opened.error());
}

std::optional<os_error> try_stamps(const system_calls& calls) {
    const auto opened = probe_socket::open({.kind = socket_kind::udp}, calls);
    if (!opened) return opened.error();
    if (opened->has_kernel_stamps()) return std::nullopt;
    return os_error{"setsockopt(SO_TIMESTAMPING)", EOPNOTSUPP};
}

std::optional<std::string> read_program(const std::string& program, const system_calls& calls) {
    std::array<char, 1024> text{};
    if (program.empty() ||
        calls.read_file_capabilities(program.c_str(), text.data(), text.size()) != 0) {
        return std::nullopt;
    }
    return std::string(text.data());
}

// "1\t0\n"; numbers up to 2^32 - 1.
std::optional<group_range> parse_range(std::string_view text) noexcept {
    group_range range;
    const char* end = std::to_address(text.end());
    const auto first = std::from_chars(std::to_address(text.begin()), end, range.first);
    if (first.ec != std::errc{}) return std::nullopt;
    const char* at = first.ptr;
    while (at != end && (*at == '\t' || *at == ' ')) ++at;
    if (std::from_chars(at, end, range.last).ec != std::errc{}) return std::nullopt;
    return range;
}

}  // namespace

io_result<capability_fact> read_capability(capability which, const system_calls& calls) {
    capability_bits held;
    if (calls.read_capabilities(&held) != 0) return tl::unexpected(os_error{"cap_get_proc", errno});
    return fact_of(held, which == capability::net_raw ? CAP_NET_RAW : CAP_NET_ADMIN);
}

io_result<group_range> read_ping_group_range(const system_calls& calls) {
    const fd file(calls.open(ping_group_path, O_RDONLY), calls);
    if (!file.is_open()) return tl::unexpected(os_error{"open(ping_group_range)", errno});
    std::array<char, 64> text{};
    const ssize_t len = calls.read(file.number(), text.data(), text.size());
    if (len < 0) return tl::unexpected(os_error{"read(ping_group_range)", errno});
    const auto range = parse_range({text.data(), static_cast<std::size_t>(len)});
    if (!range) return tl::unexpected(os_error{"read(ping_group_range)", EBADMSG});
    return *range;
}

io_result<void> write_ping_group_range(group_range range, const system_calls& calls) {
    const fd file(calls.open(ping_group_path, O_WRONLY), calls);
    if (!file.is_open()) return tl::unexpected(os_error{"open(ping_group_range)", errno});
    const std::string text = std::to_string(range.first) + "\t" + std::to_string(range.last) + "\n";
    if (calls.write(file.number(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
        return tl::unexpected(os_error{"write(ping_group_range)", errno});
    }
    return {};
}

io_result<void> grant_net_raw(const std::string& program, const system_calls& calls) {
    if (calls.write_file_capability(program.c_str(), CAP_NET_RAW) != 0) {
        return tl::unexpected(os_error{"cap_set_file", errno});
    }
    return {};
}

io_result<void> drop_capabilities(const system_calls& calls) {
    if (calls.drop_capabilities() != 0) return tl::unexpected(os_error{"cap_set_proc", errno});
    return {};
}

privilege_facts read_privileges(const std::string& program, const system_calls& calls) {
    privilege_facts facts;
    facts.user = calls.geteuid();
    facts.group = calls.getegid();
    facts.groups = read_groups(calls);
    facts.net_raw = read_capability(capability::net_raw, calls).value_or(capability_fact{});
    facts.net_admin = read_capability(capability::net_admin, calls).value_or(capability_fact{});
    if (const auto range = read_ping_group_range(calls)) {
        facts.ping_groups = *range;
        facts.in_ping_groups =
            range->contains(facts.group) ||
            std::any_of(facts.groups.begin(), facts.groups.end(), [&](std::uint32_t group) {
                return range->contains(group);
            });
    }
    facts.raw_v4 = try_socket(socket_kind::icmp_raw, ip_family::v4, calls);
    facts.raw_v6 = try_socket(socket_kind::icmp_raw, ip_family::v6, calls);
    facts.ping_v4 = try_socket(socket_kind::icmp_dgram, ip_family::v4, calls);
    facts.ping_v6 = try_socket(socket_kind::icmp_dgram, ip_family::v6, calls);
    facts.udp_v6 = try_socket(socket_kind::udp, ip_family::v6, calls);
    facts.kernel_stamps = try_stamps(calls);
    facts.file_capabilities = read_program(program, calls);
    return facts;
}

}  // namespace sonde::inline v0
