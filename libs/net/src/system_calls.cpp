#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <ifaddrs.h>
#include <memory>
#include <net/if.h>
#include <string_view>
#include <sys/capability.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <unistd.h>

#include <sonde/net/system_calls.hpp>

namespace sonde::inline v0 {
namespace {

struct cap_deleter {
    void operator()(void* held) const noexcept { static_cast<void>(cap_free(held)); }
};
using cap_set = std::unique_ptr<std::remove_pointer_t<cap_t>, cap_deleter>;
using cap_text = std::unique_ptr<char, cap_deleter>;

std::uint64_t bits_of(cap_t set, cap_flag_t flag) noexcept {
    std::uint64_t bits = 0;
    const cap_value_t count = std::min<cap_value_t>(cap_max_bits(), 64);
    for (cap_value_t capability = 0; capability < count; ++capability) {
        cap_flag_value_t value = CAP_CLEAR;
        if (cap_get_flag(set, capability, flag, &value) == 0 && value == CAP_SET) {
            bits |= std::uint64_t{1} << capability;
        }
    }
    return bits;
}

int read_capabilities(capability_bits* out) {
    const cap_set held(cap_get_proc());
    if (!held) return -1;
    out->effective = bits_of(held.get(), CAP_EFFECTIVE);
    out->permitted = bits_of(held.get(), CAP_PERMITTED);
    out->bounding = 0;
    const cap_value_t count = std::min<cap_value_t>(cap_max_bits(), 64);
    for (cap_value_t capability = 0; capability < count; ++capability) {
        if (cap_get_bound(capability) > 0) out->bounding |= std::uint64_t{1} << capability;
    }
    return 0;
}

// The ambient set follows the permitted one down (capabilities(7)), the inheritable set is empty
// too.
int drop_capabilities() {
    const cap_set none(cap_init());
    return none ? cap_set_proc(none.get()) : -1;
}

int read_file_capabilities(const char* path, char* text, std::size_t len) {
    if (len == 0) return errno = EINVAL, -1;
    text[0] = '\0';
    const cap_set held(cap_get_file(path));
    if (!held) return errno == ENODATA ? 0 : -1;  // ENODATA: the file has none
    const cap_text words(cap_to_text(held.get(), nullptr));
    if (!words) return -1;
    std::string_view seen(words.get());
    if (seen.starts_with("= ")) seen.remove_prefix(2);
    const std::size_t used = std::min(seen.size(), len - 1);
    std::memcpy(text, seen.data(), used);
    text[used] = '\0';
    return 0;
}

int write_file_capability(const char* path, int capability) {
    const cap_set wanted(cap_init());
    if (!wanted) return -1;
    const cap_value_t value = capability;
    if (cap_set_flag(wanted.get(), CAP_PERMITTED, 1, &value, CAP_SET) != 0 ||
        cap_set_flag(wanted.get(), CAP_EFFECTIVE, 1, &value, CAP_SET) != 0) {
        return -1;
    }
    return cap_set_file(path, wanted.get());
}

// No signal mask is ever swapped, and no file is ever created: the table leaves these arguments
// out.
int ppoll_unmasked(pollfd* fds, nfds_t count, const timespec* timeout) {
    return ::ppoll(fds, count, timeout, nullptr);
}
int open_existing(const char* path, int flags) { return ::open(path, flags | O_CLOEXEC); }
int ioctl_pointer(int fd, unsigned long request, void* argument) {
    return ::ioctl(fd, request, argument);
}

}  // namespace

const system_calls& kernel_calls() noexcept {
    static constexpr system_calls table{
        .socket =
            [](int domain, int type, int protocol) { return ::socket(domain, type, protocol); },
        .bind = [](int fd, const sockaddr* at, socklen_t len) { return ::bind(fd, at, len); },
        .connect = [](int fd, const sockaddr* to, socklen_t len) { return ::connect(fd, to, len); },
        .setsockopt =
            [](int fd, int level, int name, const void* value, socklen_t len) {
                return ::setsockopt(fd, level, name, value, len);
            },
        .getsockopt =
            [](int fd, int level, int name, void* value, socklen_t* len) {
                return ::getsockopt(fd, level, name, value, len);
            },
        .getsockname =
            [](int fd, sockaddr* at, socklen_t* len) { return ::getsockname(fd, at, len); },
        .sendmsg =
            [](int fd, const msghdr* message, int flags) { return ::sendmsg(fd, message, flags); },
        .sendmmsg =
            [](int fd, mmsghdr* messages, unsigned count, int flags) {
                return ::sendmmsg(fd, messages, count, flags);
            },
        .recvmsg = [](int fd, msghdr* message, int flags) { return ::recvmsg(fd, message, flags); },
        .recvmmsg =
            [](int fd, mmsghdr* messages, unsigned count, int flags, timespec* timeout) {
                return ::recvmmsg(fd, messages, count, flags, timeout);
            },
        .ppoll = ppoll_unmasked,
        .open = open_existing,
        .read = [](int fd, void* out, std::size_t len) { return ::read(fd, out, len); },
        .write = [](int fd, const void* in, std::size_t len) { return ::write(fd, in, len); },
        .close = [](int fd) { return ::close(fd); },
        .ioctl = ioctl_pointer,
        .if_nametoindex = [](const char* name) { return ::if_nametoindex(name); },
        .if_indextoname = [](unsigned index, char* name) { return ::if_indextoname(index, name); },
        .getifaddrs = [](ifaddrs** list) { return ::getifaddrs(list); },
        .freeifaddrs = [](ifaddrs* list) { ::freeifaddrs(list); },
        .clock_gettime = [](clockid_t clock, timespec* out) { return ::clock_gettime(clock, out); },
        .getrandom =
            [](void* out, std::size_t len, unsigned flags) { return ::getrandom(out, len, flags); },
        .geteuid = [] { return ::geteuid(); },
        .getegid = [] { return ::getegid(); },
        .getgroups = [](int count, gid_t* out) { return ::getgroups(count, out); },
        .read_capabilities = read_capabilities,
        .drop_capabilities = drop_capabilities,
        .read_file_capabilities = read_file_capabilities,
        .write_file_capability = write_file_capability,
    };
    return table;
}

}  // namespace sonde::inline v0
