#pragma once
/// IP datagrams with a header of one's own, v4 and v6; the kernel finds the route, the interface
/// and the neighbour by the destination in that header.
///
///     auto out = ip_sender::open().value();
///     out.send(datagram);   // begins with its IP header
///
/// Over IPv4 the kernel writes the total length and the checksum, and a source or identification
/// that is zero (raw(7)); over IPv6 it sends what it is given. Longer than the path's MTU is
/// refused, never fragmented. Needs CAP_NET_RAW while it is opened. Not thread-safe.

#include <cstdint>
#include <string>

#include <sonde/base/address.hpp>
#include <sonde/base/api.hpp>
#include <sonde/base/descriptor.hpp>
#include <sonde/base/octets.hpp>
#include <sonde/capture/live_error.hpp>
#include <sonde/capture/packet_calls.hpp>

namespace sonde::inline v0 {

struct ip_sender_options {
    std::string interface{};  // leave by this one; empty: by the route
};

class ip_sender {
  public:
    /// Opens a socket for each family; a machine without IPv6 sends IPv4 all the same.
    /// Errors: EPERM (no CAP_NET_RAW), ENODEV (no such interface; the nearest is named).
    [[nodiscard]] SONDE_API static live_result<ip_sender> open(
        const ip_sender_options& options = {}, const packet_calls& calls = kernel_packet_calls());

    /// A datagram that begins with its IP header.
    /// Errors: EINVAL (no whole header, or a version that is neither 4 nor 6), ENETUNREACH and
    /// EHOSTUNREACH (no route), EMSGSIZE, EAFNOSUPPORT (no IPv6 here), ENOBUFS and EAGAIN (no
    /// room), EPERM (a firewall).
    SONDE_API live_result<void> send(bytes_view datagram);

  private:
    ip_sender(const packet_calls& calls, std::uint32_t index) noexcept
        : calls_(&calls), index_(index) {}
    live_result<void> open_family(int family, const ip_sender_options& options);
    live_result<void> send_v4(bytes_view datagram);
    live_result<void> send_v6(bytes_view datagram);

    const packet_calls* calls_;
    std::uint32_t index_;
    descriptor<packet_calls> v4_;
    descriptor<packet_calls> v6_;
};

}  // namespace sonde::inline v0
