#pragma once
/// Which port a run gets: the raw socket for few targets, slow rates and round trip times to the
/// microsecond (it has transmit stamps); a packet ring for sweeps; an XDP socket where driver and
/// privileges allow it. Whatever is chosen, the answers are the same; the choice is shown.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <sonde/capture/packet_calls.hpp>
#include <sonde/capture/xdp_mode.hpp>
#include <sonde/net/probe_port.hpp>

namespace sonde::inline v0::detail {

struct port_wish {
    std::optional<port_kind> forced{};
    xdp_mode xdp = xdp_mode::automatic;
    ip_address example{};          // one of the targets: its way decides on the interface
    std::uint64_t targets = 1;     // or as many probes as the run sends at least
    double rate = 0;               // probes a second; 0: as fast as they go
    unsigned workers = 1;          // that send at once: a receive queue has room for one XDP socket
    std::size_t message_len = 0;   // octets of the longest ICMP message
    bool wants_exact_rtt = false;  // then nothing but the socket is chosen unasked
    bool broadcast = false;        // groups are among the targets
    bool has_mark = false;         // SO_MARK, which frames have not
    std::optional<ip_address> source{};
    std::uint32_t interface_index = 0;  // leave by this one; 0: by the route
};

struct chosen_port {
    std::unique_ptr<probe_port> port{};
    /// One sentence: "packet ring on eth0: 65536 targets, as fast as they go".
    std::string reason{};
    bool is_fallback = false;  // not what was asked for
};

inline constexpr std::uint64_t link_targets_min = 4'096;  // fewer are done before a ring is open
inline constexpr double link_rate_min = 50'000;           // slower, and a socket keeps up

/// Takes the socket over, which `why_socket` explains when it stays the port. Never fails: what
/// cannot be had leaves the socket.
[[nodiscard]] chosen_port choose_port(probe_socket socket, const std::string& why_socket,
                                      const port_wish& wish,
                                      const system_calls& calls = kernel_calls(),
                                      const packet_calls& packet = kernel_packet_calls());

}  // namespace sonde::inline v0::detail
