#pragma once
/// Control messages (cmsg(3)): what goes with one packet to send, and what comes with one received.

#include <array>
#include <cstdint>
#include <optional>
#include <sys/socket.h>

#include <sonde/net/probe_socket.hpp>

namespace sonde::inline v0::detail {

/// SCM_TS_OPT_ID (Linux 6.13): the identifier that the transmit stamp of this packet will carry.
/// Older headers do not name it.
inline constexpr int stamp_id_option = 81;

/// Room for hop limit, traffic class and stamp identifier of one packet.
struct alignas(cmsghdr) control_out {
    static constexpr std::size_t room =
        2 * CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(std::uint32_t));
    std::array<std::uint8_t, room> octets{};
    std::size_t used = 0;  // octets

    void fill(ip_family family, const outgoing& packet,
              std::optional<std::uint32_t> stamp_id) noexcept;
    void attach_to(msghdr& message) noexcept;

  private:
    template <class T>
    void add(int level, int type, T value) noexcept;
};

/// An entry of the error queue: an error, or a transmit stamp (sock_extended_err, ip(7)).
struct extended_error {
    error_origin origin = error_origin::other;
    bool is_transmit_stamp = false;
    int code_errno = 0;
    std::uint8_t type = 0;
    std::uint8_t code = 0;
    std::uint32_t info = 0;
    std::uint32_t stamp_id = 0;          // of a transmit stamp
    std::uint16_t extension_offset = 0;  // octets into the quote; 0: none valid (RFC 4884)
    std::optional<ip_address> offender{};
};

/// What the kernel said about one received message. Everything may be absent.
struct control_in {
    std::optional<sonde::hop_limit> hop_limit{};
    std::optional<std::uint8_t> traffic_class{};
    std::optional<ip_address> destination{};
    std::uint32_t interface_index = 0;
    std::optional<wall_time> stamped{};
    std::optional<nanoseconds> hardware{};
    std::optional<extended_error> error{};
};

/// Never reads beyond message.msg_controllen, whatever stands there.
[[nodiscard]] control_in read_control(const msghdr& message) noexcept;

/// Octets of control messages that one received message may bring: stamps 48, packet info 20, hop
/// limit and traffic class, an extended error with its offender 44, each with its header.
inline constexpr std::size_t control_in_room = 512;

}  // namespace sonde::inline v0::detail
