#pragma once
/// The sockets that one run needs, opened together and closed together:
///
///     ICMP   one socket, raw or unprivileged, which sends and hears
///     UDP    a UDP socket; ICMP errors come by a raw ICMP socket when permitted, because it shows
///            the whole quote, else by the UDP socket's error queue
///     TCP    a raw TCP socket and a raw ICMP socket

#include <cstddef>
#include <cstdint>
#include <optional>

#include <sonde/base/address.hpp>
#include <sonde/client/client.hpp>
#include <sonde/net/interfaces.hpp>
#include <sonde/net/probe_socket.hpp>
#include <sonde/probe/options.hpp>
#include <sonde/probe/session.hpp>

#include "identifiers.hpp"

namespace sonde::inline v0::detail {

/// What a run asks of its sockets.
struct socket_plan {
    probe_method method = probe_method::icmp;
    socket_options options{};
    std::optional<std::uint16_t> identifier{};  // ICMP
    std::uint16_t source_port = 0;              // UDP and TCP; 0: any
    std::uint16_t payload_len = 0;              // octets
    double rate = 0;                            // probes a second, for the receive buffer
    bool is_brief = false;  // one probe: what else arrives costs less than a filter in the kernel
    bool is_mass = false;   // many targets
    bool is_hasty = false;  // speed before facts: no transmit stamps, no hop limits
    // With don't-fragment: send what the own link takes, whatever a router said of the path's MTU.
    bool ignores_path_mtu = false;
};

[[nodiscard]] socket_plan plan_of(const ping_options& options);
[[nodiscard]] socket_plan plan_of(const trace_options& options);
[[nodiscard]] socket_plan plan_of(const many_ping_options& options, std::size_t targets);
[[nodiscard]] socket_plan plan_of(const sweep_options& options);

struct probe_sockets {
    probe_socket sender;
    std::optional<probe_socket> listener{};  // raw ICMP beside UDP and TCP
    probe_channel channel{};
    socket_facts facts{};
    identifier_lease lease{};
    route_query route{};  // towards the destination, with what was asked for
};

/// Throws socket_error and its children.
[[nodiscard]] probe_sockets open_sockets(const socket_plan& plan, const ip_address& destination,
                                         const system_calls& calls);

/// One ICMP socket that hears everything, for icmp_socket. Throws as open_sockets does.
[[nodiscard]] probe_sockets open_own_tool_socket(const socket_plan& plan, ip_family family,
                                                 const system_calls& calls);

/// One ICMP socket of a family, for whatever targets; throws as open_sockets does.
[[nodiscard]] probe_sockets open_icmp_of(const socket_plan& plan, ip_family family,
                                         const system_calls& calls);

/// The options of one socket, without kind and port.
[[nodiscard]] probe_socket_options socket_settings(const socket_options& options, ip_family family);

}  // namespace sonde::inline v0::detail
