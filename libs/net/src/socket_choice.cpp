#include <cerrno>
#include <optional>
#include <string>
#include <string_view>
#include <unistd.h>

#include <sonde/net/privileges.hpp>
#include <sonde/net/socket_choice.hpp>

namespace sonde::inline v0 {
namespace {

bool is_permission(int code) noexcept { return code == EPERM || code == EACCES; }

// What the other kind may do better. Anything else (a source address that is not ours, an interface
// that is gone, no descriptors) would be the same with both.
bool is_refusal_of_kind(const os_error& error) noexcept {
    return is_permission(error.code) || error.code == EPROTONOSUPPORT ||
           error.code == ESOCKTNOSUPPORT;
}

std::string refusal_text(socket_kind kind, const os_error& error) {
    return std::string(to_string(kind)) + " was refused (" + errno_name(error.code) + ")";
}

std::string choice_text(socket_kind kind, bool forced, const system_calls& calls) {
    if (forced) return std::string(to_string(kind)) + ": asked for";
    const char* why =
        calls.geteuid() == 0 ? "this process is root" : "this process has CAP_NET_RAW";
    return std::string(to_string(kind)) + ": " + why;
}

constexpr std::string_view ping_group_command =
    "sysctl -w net.ipv4.ping_group_range='0 2147483647'";

}  // namespace

std::string_view to_string(socket_mode mode) noexcept {
    switch (mode) {
        case socket_mode::automatic:
            return "auto";
        case socket_mode::raw:
            return "raw";
        case socket_mode::dgram:
            return "dgram";
    }
    return "auto";
}

std::optional<socket_mode> parse_socket_mode(std::string_view text) noexcept {
    for (const auto mode : {socket_mode::automatic, socket_mode::raw, socket_mode::dgram}) {
        if (text == to_string(mode)) return mode;
    }
    return std::nullopt;
}

std::string remedy_for(socket_kind kind, const system_calls& calls) {
    const std::string ping_groups(ping_group_command);
    if (kind == socket_kind::icmp_dgram) return "as root: " + ping_groups;
    if (kind == socket_kind::udp) return "";
    const std::string grant = "as root: setcap cap_net_raw+ep <program>";
    const auto facts = read_capability(capability::net_raw, calls);
    if (facts && !facts->bounding) {
        const std::string why =
            "no process here can have CAP_NET_RAW (it is not in the bounding set); ";
        return why + (kind == socket_kind::tcp_raw ? "start from a shell or container that has it"
                                                   : "as root: " + ping_groups);
    }
    if (kind == socket_kind::tcp_raw) return grant + ", or run as root";
    return grant + ", or " + ping_groups + ", or run as root";
}

tl::expected<chosen_socket, socket_refusal> open_icmp_socket(probe_socket_options options,
                                                             socket_mode mode,
                                                             const system_calls& calls) {
    const auto preferred =
        mode == socket_mode::dgram ? socket_kind::icmp_dgram : socket_kind::icmp_raw;
    options.kind = preferred;
    auto first = probe_socket::open(options, calls);
    const bool is_forced = mode != socket_mode::automatic;
    if (first) {
        return chosen_socket{
            std::move(*first), preferred, choice_text(preferred, is_forced, calls), false};
    }
    const os_error first_error = first.error();
    std::string reason = refusal_text(preferred, first_error);
    const bool tries_other = !is_forced && is_refusal_of_kind(first_error);
    if (tries_other) {
        options.kind = socket_kind::icmp_dgram;
        auto second = probe_socket::open(options, calls);
        if (second) {
            reason = std::string(to_string(options.kind)) + ": a " + reason;
            return chosen_socket{std::move(*second), options.kind, std::move(reason), true};
        }
        reason += ", " + refusal_text(options.kind, second.error());
        if (!is_refusal_of_kind(second.error())) {
            return tl::unexpected(socket_refusal{second.error(), false, std::move(reason), ""});
        }
    }
    const bool permission = is_permission(first_error.code);
    return tl::unexpected(
        socket_refusal{first_error,
                       permission,
                       std::move(reason),
                       permission ? remedy_for(preferred, calls) : std::string()});
}

}  // namespace sonde::inline v0
