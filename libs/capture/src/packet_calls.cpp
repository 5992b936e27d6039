#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <sonde/capture/packet_calls.hpp>

namespace sonde::inline v0 {

const packet_calls& kernel_packet_calls() noexcept {
    static constexpr packet_calls table{
        .socket = ::socket,
        .bind = ::bind,
        .setsockopt = ::setsockopt,
        .getsockopt = ::getsockopt,
        .ioctl = [](int fd,
                    unsigned long request,
                    void* argument) { return ::ioctl(fd, request, argument); },
        .map =
            [](int fd, std::size_t len) {
                return ::mmap(nullptr, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
            },
        .map_at =
            [](int fd, std::size_t len, std::uint64_t offset) {
                return ::mmap(nullptr,
                              len,
                              PROT_READ | PROT_WRITE,
                              MAP_SHARED | MAP_POPULATE,
                              fd,
                              static_cast<off_t>(offset));
            },
        .map_own =
            [](std::size_t len) {
                constexpr int kind = MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE;
                return ::mmap(nullptr, len, PROT_READ | PROT_WRITE, kind, -1, 0);
            },
        .unmap = ::munmap,
        .sendto =
            [](int fd, const void* in, std::size_t len, const sockaddr* to, socklen_t to_len) {
                return ::sendto(fd, in, len, 0, to, to_len);
            },
        .sendmmsg = ::sendmmsg,
        .kick =
            [](int fd) {
                return static_cast<int>(::sendto(fd, nullptr, 0, MSG_DONTWAIT, nullptr, 0));
            },
        .bpf =
            [](int command, void* attributes, unsigned len) {
                return static_cast<int>(::syscall(SYS_bpf, command, attributes, len));
            },
        .ppoll = [](pollfd* fds,
                    nfds_t count,
                    const timespec* timeout) { return ::ppoll(fds, count, timeout, nullptr); },
        .epoll = [] { return ::epoll_create1(EPOLL_CLOEXEC); },
        .epoll_ctl = ::epoll_ctl,
        .epoll_wait = ::epoll_wait,
        .eventfd = [] { return ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); },
        .timerfd = [] { return ::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC); },
        .timerfd_settime = ::timerfd_settime,
        .read = ::read,
        .write = ::write,
        .close = ::close,
        .if_nametoindex = ::if_nametoindex,
        .if_indextoname = ::if_indextoname,
        .if_nameindex = ::if_nameindex,
        .if_freenameindex = ::if_freenameindex,
    };
    return table;
}

}  // namespace sonde::inline v0
