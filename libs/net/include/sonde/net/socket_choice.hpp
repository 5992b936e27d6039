#pragma once
/// Which ICMP socket this user gets: raw when permitted, because it sees everything; else the
/// unprivileged one; and back again. Plain Debian closes ping sockets even to root
/// (net.ipv4.ping_group_range is "1 0"), other systems have it the other way round. The reason of
/// the choice is said, and a refusal names what would help.

#include <cstdint>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include <sonde/base/socket_mode.hpp>
#include <sonde/net/probe_socket.hpp>

namespace sonde::inline v0 {

/// "auto", "raw", "dgram": the words that the program takes.
[[nodiscard]] SONDE_API std::string_view to_string(socket_mode mode) noexcept;
[[nodiscard]] SONDE_API std::optional<socket_mode> parse_socket_mode(
    std::string_view text) noexcept;

struct chosen_socket {
    probe_socket socket;
    socket_kind kind = socket_kind::icmp_raw;
    /// One sentence: "raw socket: this process has CAP_NET_RAW", "ping socket: a raw socket was
    /// refused (EPERM)".
    std::string reason;
    bool is_fallback = false;  // the first choice was refused
};

struct socket_refusal {
    os_error error;  // of the kind that was preferred
    bool is_permission = false;
    std::string reason;  // what was tried and what each said, one sentence
    std::string remedy;  // commands that would help; empty when privileges are not the matter
};

/// Opens an ICMP socket with `options`, whose `kind` is set by the choice.
[[nodiscard]] SONDE_API tl::expected<chosen_socket, socket_refusal> open_icmp_socket(
    probe_socket_options options, socket_mode mode = socket_mode::automatic,
    const system_calls& calls = kernel_calls());

/// What would allow this process a socket of that kind, as commands: setcap, sysctl, or root.
[[nodiscard]] SONDE_API std::string remedy_for(socket_kind kind,
                                               const system_calls& calls = kernel_calls());

}  // namespace sonde::inline v0
