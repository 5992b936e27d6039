#pragma once
/// The one seam between sonde and the kernel: a table of functions through which every call of net
/// goes. A test copies the table, replaces entries by functions that fail as the kernel can fail,
/// and hands the copy to the object under test.
///
/// Every entry behaves as its manual page says: a negative or null result, with the reason in
/// errno. The table must outlive everything that was given it. It is read-only after start-up, so
/// that threads may share it.
///
///     sonde::system_calls calls = sonde::kernel_calls();
///     calls.socket = [](int, int, int) { errno = EMFILE; return -1; };
///     auto refused = sonde::probe_socket::open({}, calls);   // os_error, EMFILE

#include <cstddef>
#include <cstdint>
#include <poll.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <time.h>

#include <sonde/base/api.hpp>

struct ifaddrs;

namespace sonde::inline v0 {

/// Sets of capabilities as /proc/self/status shows them: bit n is capability n of capability.h.
struct capability_bits {
    std::uint64_t effective = 0;
    std::uint64_t permitted = 0;
    std::uint64_t bounding = 0;
};

struct system_calls {
    // socket(2) and its kin
    int (*socket)(int domain, int type, int protocol);
    int (*bind)(int fd, const sockaddr* address, socklen_t len);
    int (*connect)(int fd, const sockaddr* address, socklen_t len);
    int (*setsockopt)(int fd, int level, int name, const void* value, socklen_t len);
    int (*getsockopt)(int fd, int level, int name, void* value, socklen_t* len);
    int (*getsockname)(int fd, sockaddr* address, socklen_t* len);
    ssize_t (*sendmsg)(int fd, const msghdr* message, int flags);
    int (*sendmmsg)(int fd, mmsghdr* messages, unsigned count, int flags);
    ssize_t (*recvmsg)(int fd, msghdr* message, int flags);
    int (*recvmmsg)(int fd, mmsghdr* messages, unsigned count, int flags, timespec* timeout);
    int (*ppoll)(pollfd* fds, nfds_t count, const timespec* timeout);
    // files and devices
    int (*open)(const char* path, int flags);  // no file is ever created
    ssize_t (*read)(int fd, void* out, std::size_t len);
    ssize_t (*write)(int fd, const void* in, std::size_t len);
    int (*close)(int fd);
    int (*ioctl)(int fd, unsigned long request, void* argument);
    // interfaces
    unsigned (*if_nametoindex)(const char* name);
    char* (*if_indextoname)(unsigned index, char* name);  // name: IF_NAMESIZE octets
    int (*getifaddrs)(ifaddrs** list);
    void (*freeifaddrs)(ifaddrs* list);
    // time and chance
    int (*clock_gettime)(clockid_t clock, timespec* out);  // reached only by clock.hpp
    ssize_t (*getrandom)(void* out, std::size_t len, unsigned flags);
    // who we are; the capabilities go through libcap
    uid_t (*geteuid)();
    gid_t (*getegid)();
    int (*getgroups)(int count, gid_t* out);
    int (*read_capabilities)(capability_bits* out);
    int (*drop_capabilities)();  // of all sets but bounding
    int (*read_file_capabilities)(const char* path, char* text, std::size_t len);  // "" when none
    int (*write_file_capability)(const char* path, int capability);  // permitted and effective
};

/// The table of the real kernel.
[[nodiscard]] SONDE_API const system_calls& kernel_calls() noexcept;

}  // namespace sonde::inline v0
