#include <cerrno>
#include <linux/icmp.h>
#include <netinet/icmp6.h>
#include <sys/socket.h>

#include <sonde/net/ignore_interface.hpp>

#include "socket_filter.hpp"

namespace sonde::inline v0 {

io_result<void> ignore_interface(const probe_socket& socket, std::uint32_t interface_index,
                                 const system_calls& calls) {
    constexpr const char* operation = "setsockopt(SO_ATTACH_FILTER)";
    if (socket.kind() != socket_kind::icmp_raw) return tl::unexpected(os_error{operation, EINVAL});
    const auto identifier = socket.local_port();
    if (!identifier) return tl::unexpected(identifier.error());
    constexpr auto by_interface = static_cast<std::uint32_t>(SKF_AD_OFF + SKF_AD_IFINDEX);
    detail::filter_program program{
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, by_interface),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, interface_index, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, 0),
    };
    const auto answers = detail::icmp_filter(socket.family(), *identifier);
    program.insert(program.end(), answers.begin(), answers.end());
    const sock_fprog attached{static_cast<unsigned short>(program.size()), program.data()};
    if (calls.setsockopt(
            socket.native_handle(), SOL_SOCKET, SO_ATTACH_FILTER, &attached, sizeof attached) !=
        0) {
        return tl::unexpected(os_error{operation, errno});
    }
    return {};
}

io_result<void> hear_echo_replies(const probe_socket& socket, bool hears,
                                  const system_calls& calls) {
    constexpr const char* operation = "setsockopt(ICMP_FILTER)";
    if (socket.kind() != socket_kind::icmp_raw) return tl::unexpected(os_error{operation, EINVAL});
    int done = 0;
    if (socket.family() == ip_family::v4) {
        ::icmp_filter filter{};  // a bit for each type that is not heard
        if (!hears) filter.data = 1U << ICMP_ECHOREPLY;
        done =
            calls.setsockopt(socket.native_handle(), SOL_RAW, ICMP_FILTER, &filter, sizeof filter);
    } else {
        icmp6_filter filter{};
        ICMP6_FILTER_SETPASSALL(&filter);
        if (!hears) ICMP6_FILTER_SETBLOCK(ICMP6_ECHO_REPLY, &filter);
        done = calls.setsockopt(
            socket.native_handle(), IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof filter);
    }
    if (done != 0) return tl::unexpected(os_error{operation, errno});
    return {};
}

io_result<void> ask_for_no_stamps(const probe_socket& socket, const system_calls& calls) {
    constexpr int nothing = 0;
    if (calls.setsockopt(
            socket.native_handle(), SOL_SOCKET, SO_TIMESTAMPING, &nothing, sizeof nothing) != 0) {
        return tl::unexpected(os_error{"setsockopt(SO_TIMESTAMPING)", errno});
    }
    return {};
}

}  // namespace sonde::inline v0
