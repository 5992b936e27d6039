#pragma once
/// The seam between live packets and the kernel: a table of functions through which every call of
/// theirs goes. A test copies the table, replaces entries by functions that fail as the kernel can
/// fail, and hands the copy to the object under test.
///
/// Every entry behaves as its manual page says. The table must outlive everything that was given
/// it, and is read-only after start-up, so that threads may share it.
///
///     sonde::packet_calls calls = sonde::kernel_packet_calls();
///     calls.socket = [](int, int, int) { errno = EPERM; return -1; };
///     auto refused = sonde::live_capture::open("eth0", {}, calls);   // says CAP_NET_RAW

#include <cstddef>
#include <cstdint>
#include <net/if.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/types.h>
#include <time.h>

#include <sonde/base/api.hpp>

namespace sonde::inline v0 {

struct packet_calls {
    int (*socket)(int domain, int type, int protocol);
    int (*bind)(int fd, const sockaddr* address, socklen_t len);
    int (*setsockopt)(int fd, int level, int name, const void* value, socklen_t len);
    int (*getsockopt)(int fd, int level, int name, void* value, socklen_t* len);
    int (*ioctl)(int fd, unsigned long request, void* argument);
    void* (*map)(int fd, std::size_t len);  // mmap(2), shared, readable and writable; or MAP_FAILED
    void* (*map_at)(int fd, std::size_t len, std::uint64_t offset);  // the same from there on
    void* (*map_own)(std::size_t len);  // memory of our own, filled with zeros; or MAP_FAILED
    int (*unmap)(void* place, std::size_t len);
    ssize_t (*sendto)(int fd, const void* in, std::size_t len, const sockaddr* to,
                      socklen_t to_len);
    int (*sendmmsg)(int fd, mmsghdr* messages, unsigned count, int flags);
    int (*kick)(
        int fd);  // sendto(2) of nothing, without waiting: an XDP socket's ring is looked at
    int (*bpf)(int command, void* attributes, unsigned len);
    int (*ppoll)(pollfd* fds, nfds_t count, const timespec* timeout);
    int (*epoll)();  // closed on exec
    int (*epoll_ctl)(int group, int operation, int fd, epoll_event* what);
    int (*epoll_wait)(int group, epoll_event* out, int count, int timeout_ms);
    int (*eventfd)();  // non-blocking, closed on exec; so is the next
    int (*timerfd)();  // of CLOCK_MONOTONIC
    int (*timerfd_settime)(int fd, int flags, const itimerspec* value, itimerspec* old);
    ssize_t (*read)(int fd, void* out, std::size_t len);
    ssize_t (*write)(int fd, const void* in, std::size_t len);
    int (*close)(int fd);
    unsigned (*if_nametoindex)(const char* name);
    char* (*if_indextoname)(unsigned index, char* name);  // name: IF_NAMESIZE octets
    struct if_nameindex* (*if_nameindex)();
    void (*if_freenameindex)(struct if_nameindex* list);
};

/// The table of the real kernel.
[[nodiscard]] SONDE_API const packet_calls& kernel_packet_calls() noexcept;

}  // namespace sonde::inline v0
