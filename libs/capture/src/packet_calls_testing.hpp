#pragma once
/// A kernel made of variables: every call succeeds unless the test says which one fails, and with
/// which errno. The table's functions can capture nothing, so that what they know is global.

#include <cerrno>
#include <cstdlib>
#include <deque>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <string>
#include <string_view>
#include <sys/mman.h>
#include <vector>

#include <sonde/capture/packet_calls.hpp>

namespace sonde::capture_testing {

struct fake_kernel {
    // What fails.
    std::string_view failing{};  // the table's entry; empty: none
    int fail_at = 0;             // which call of it, from 0
    int code = 0;
    // What was asked.
    int failing_calls = 0;
    int opened = 0;
    int closed = 0;
    int mapped = 0;
    int unmapped = 0;
    std::vector<int> options{};
    tpacket_req3 ring{};
    sockaddr_ll bound{};
    std::uint32_t fanout = 0;
    std::vector<unsigned> batches{};  // of sendmmsg
    std::vector<std::vector<std::uint8_t>> frames{};
    // What is answered.
    std::uint16_t hardware = 1;  // ARPHRD_ETHER
    int socket_error = 0;
    bool is_up = true;
    std::deque<int> send_answers{};                 // of sendmmsg: taken, or -errno; then: all
    std::deque<std::vector<short>> poll_answers{};  // revents; then: EINTR, 100 times, and abort
    std::deque<tpacket_stats_v3> statistics{};
    std::uint64_t timer_times = 1;
    void* memory = nullptr;
    std::size_t memory_len = 0;
};
inline fake_kernel kernel;

inline bool fails(std::string_view name) {
    if (kernel.failing != name || kernel.failing_calls++ != kernel.fail_at) return false;
    errno = kernel.code;
    return true;
}

inline int fake_open(std::string_view name) {
    if (fails(name)) return -1;
    return 100 + kernel.opened++;
}

inline int fake_setsockopt(int, int level, int name, const void* value, socklen_t) {
    if (fails("setsockopt")) return -1;
    kernel.options.push_back(name);
    if (level == SOL_PACKET && name == PACKET_RX_RING) {
        kernel.ring = *static_cast<const tpacket_req3*>(value);
    }
    if (level == SOL_PACKET && name == PACKET_FANOUT) {
        kernel.fanout = *static_cast<const std::uint32_t*>(value);
    }
    return 0;
}

inline int fake_getsockopt(int, int level, int name, void* value, socklen_t*) {
    if (fails("getsockopt")) return -1;
    if (level == SOL_SOCKET && name == SO_ERROR) {
        *static_cast<int*>(value) = std::exchange(kernel.socket_error, 0);
    } else if (!kernel.statistics.empty()) {
        *static_cast<tpacket_stats_v3*>(value) = kernel.statistics.front();
        kernel.statistics.pop_front();
    }
    return 0;
}

inline int fake_sendmmsg(int, mmsghdr* messages, unsigned count, int) {
    if (fails("sendmmsg")) return -1;
    kernel.batches.push_back(count);
    int answer = static_cast<int>(count);
    if (!kernel.send_answers.empty()) {
        answer = kernel.send_answers.front();
        kernel.send_answers.pop_front();
    }
    if (answer < 0) return errno = -answer, -1;
    for (int i = 0; i < answer; ++i) {
        const iovec& one = *messages[i].msg_hdr.msg_iov;
        const auto* const first = static_cast<const std::uint8_t*>(one.iov_base);
        kernel.frames.emplace_back(first, first + one.iov_len);
    }
    return answer;
}

inline int fake_ppoll(pollfd* fds, nfds_t count, const timespec*) {
    if (fails("ppoll")) return -1;
    if (kernel.poll_answers.empty()) {
        static int idle = 0;
        if (++idle > 1000000) std::abort();  // a loop that nothing ends
        return errno = EINTR, -1;
    }
    const auto answer = kernel.poll_answers.front();
    kernel.poll_answers.pop_front();
    for (nfds_t i = 0; i < count && i < answer.size(); ++i) fds[i].revents = answer[i];
    return 1;
}

inline struct if_nameindex* fake_names() {
    if (fails("if_nameindex")) return nullptr;
    static char lo[] = "lo";
    static char eth0[] = "eth0";
    static struct if_nameindex list[] = {{1, lo}, {2, eth0}, {0, nullptr}};
    return list;
}

inline int fake_ioctl(int, unsigned long request, void* argument) {
    if (fails("ioctl")) return -1;
    auto& asked = *static_cast<ifreq*>(argument);
    if (request == SIOCGIFFLAGS) asked.ifr_flags = kernel.is_up ? IFF_UP : 0;
    if (request == SIOCGIFHWADDR) asked.ifr_hwaddr.sa_family = kernel.hardware;
    if (request == SIOCGIFMTU) asked.ifr_mtu = 1500;
    return 0;
}

inline void* fake_map(int, std::size_t len) {
    if (fails("map")) return MAP_FAILED;
    ++kernel.mapped;
    kernel.memory_len = len;
    kernel.memory = std::aligned_alloc(4096, len);
    std::fill_n(static_cast<std::uint8_t*>(kernel.memory), len, std::uint8_t{0});
    return kernel.memory;
}

inline packet_calls fake_calls() {
    packet_calls made = kernel_packet_calls();
    made.socket = [](int, int, int) { return fake_open("socket"); };
    made.eventfd = [] { return fake_open("eventfd"); };
    made.timerfd = [] { return fake_open("timerfd"); };
    made.close = [](int) { return ++kernel.closed, 0; };
    made.bind = [](int, const sockaddr* address, socklen_t) {
        if (fails("bind")) return -1;
        kernel.bound = *static_cast<const sockaddr_ll*>(static_cast<const void*>(address));
        return 0;
    };
    made.setsockopt = fake_setsockopt;
    made.getsockopt = fake_getsockopt;
    made.ioctl = fake_ioctl;
    made.map = fake_map;
    made.unmap = [](void* place, std::size_t) { return std::free(place), ++kernel.unmapped, 0; };
    made.sendto = [](int, const void* in, std::size_t len, const sockaddr*, socklen_t) -> ssize_t {
        if (fails("sendto")) return -1;
        const auto* const first = static_cast<const std::uint8_t*>(in);
        kernel.frames.emplace_back(first, first + len);
        return static_cast<ssize_t>(len);
    };
    made.sendmmsg = fake_sendmmsg;
    made.ppoll = fake_ppoll;
    made.timerfd_settime = [](int, int, const itimerspec*, itimerspec*) {
        return fails("timerfd_settime") ? -1 : 0;
    };
    made.read = [](int, void* out, std::size_t) -> ssize_t {
        *static_cast<std::uint64_t*>(out) = kernel.timer_times;
        return 8;
    };
    made.write = [](int, const void*, std::size_t len) { return static_cast<ssize_t>(len); };
    made.if_nametoindex = [](const char* name) -> unsigned {
        if (fails("if_nametoindex")) return 0;
        const std::string_view asked = name;
        if (asked == "lo" || asked == "eth0") return asked == "lo" ? 1 : 2;
        return errno = ENODEV, 0;
    };
    made.if_indextoname = [](unsigned index, char* name) -> char* {
        if (index != 1 && index != 2) return errno = ENXIO, nullptr;
        const std::string_view found = index == 1 ? "lo" : "eth0";
        name[found.copy(name, IF_NAMESIZE - 1)] = '\0';
        return name;
    };
    made.if_nameindex = fake_names;
    made.if_freenameindex = [](struct if_nameindex*) {};
    return made;
}

}  // namespace sonde::capture_testing
