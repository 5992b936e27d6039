#pragma once
/// ICMP messages as Ethernet frames and back: what the kernel does between a raw socket and the
/// link, done here for carriers of frames. Neither reads a clock nor allocates.

#include <span>

#include <sonde/capture/frame_carrier.hpp>
#include <sonde/net/probe_socket.hpp>

namespace sonde::inline v0::detail {

/// What the headers of all frames of one port have in common.
struct frame_look {
    ip_family family = ip_family::v4;
    mac_address mac{};               // ours
    std::uint8_t hop_limit = 64;     // of packets that name none
    std::uint8_t traffic_class = 0;  // likewise
    bool dont_fragment = true;       // IPv4
};

/// The ways of one packet.
struct frame_route {
    ip_address source{};
    mac_address next{};  // who takes it on the link; zeros: to be filled in later
};

class frame_writer {
  public:
    frame_writer(const frame_look& look, std::uint16_t first_identification) noexcept
        : look_(look), identification_(first_identification) {}

    /// Octets of the frame around a message.
    [[nodiscard]] std::size_t frame_len(std::size_t message_len) const noexcept;
    /// Writes the frame, IPv4 and ICMPv6 checksums with it, and returns its length. Preconditions:
    /// the packet's destination is of this family, out.size() >= frame_len of its octets.
    std::size_t write(bytes_mut out, const outgoing& packet, const frame_route& route) noexcept;

  private:
    frame_look look_;
    std::uint16_t identification_;
};
/// Fills in whom a frame goes to.
void set_next(bytes_mut frame, const mac_address& next) noexcept;

/// The datagram in a frame as a raw socket gives it: over IPv4 with its header, over IPv6 without.
/// False when the kernel would not give it: damaged headers, fragments, other protocols than ICMP,
/// addresses that are not ours, over IPv6 a wrong checksum. Stamps are left as they are.
[[nodiscard]] bool read_probe_frame(bytes_view frame, ip_family family,
                                    std::span<const ip_address> own,
                                    received_datagram& out) noexcept;

/// What the kernel tells a raw socket when nobody answers for the next hop of a packet that was
/// sent: ICMP destination unreachable, host (RFC 792), or ICMPv6, address (RFC 4443 s3.1), from
/// this host to itself. `frame` is the frame that could not go; `out` receives the datagram as
/// read_probe_frame would give it. Returns its octets.
inline constexpr std::size_t unreachable_len_max = 1280;  // octets, RFC 4443 s2.4 (c)
[[nodiscard]] bytes_view write_unreachable(bytes_mut out, bytes_view frame) noexcept;

}  // namespace sonde::inline v0::detail
