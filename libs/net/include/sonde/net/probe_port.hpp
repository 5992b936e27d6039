#pragma once
/// Where probes leave and answers arrive, whatever carries them: a socket (probe_socket), a packet
/// ring or an XDP socket. The client's loop knows nothing else.

#include <cstdint>
#include <span>
#include <string>

#include <sonde/base/api.hpp>
#include <sonde/net/probe_socket.hpp>

namespace sonde::inline v0 {

/// What carries the probes, in the order in which they are preferred for large sweeps.
enum class port_kind : std::uint8_t { socket, packet_ring, xdp };

class SONDE_API probe_port {
  public:
    probe_port() = default;
    probe_port(const probe_port&) = delete;
    probe_port& operator=(const probe_port&) = delete;
    virtual ~probe_port() = default;

    // As those of probe_socket.
    [[nodiscard]] virtual std::span<const send_result> send(std::span<const outgoing> packets) = 0;
    [[nodiscard]] virtual io_result<receive_pass> receive() = 0;
    [[nodiscard]] virtual bool has_backlog() const noexcept = 0;
    [[nodiscard]] virtual io_result<bool> wait(nanoseconds timeout) const = 0;
    [[nodiscard]] virtual int native_handle() const noexcept = 0;
    virtual void close() noexcept = 0;
    /// Whoever is about to wait for `native_handle` says so first. False: do not wait, `receive`
    /// has something now. A port that was told once may keep its descriptor silent at other times,
    /// which spares the kernel a wakeup for each packet; `wait` tells it by itself.
    [[nodiscard]] virtual bool arm() { return !has_backlog(); }

    [[nodiscard]] virtual socket_kind kind() const noexcept = 0;  // what the datagrams look like
    [[nodiscard]] virtual ip_family family() const noexcept = 0;
    [[nodiscard]] virtual port_kind carrier() const noexcept = 0;
    /// Datagrams that the kernel dropped for want of room since the port was opened.
    [[nodiscard]] virtual io_result<std::uint64_t> drops() const = 0;
};

}  // namespace sonde::inline v0
