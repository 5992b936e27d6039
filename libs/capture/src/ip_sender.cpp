#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <iterator>
#include <netinet/in.h>

#include <sonde/capture/ip_sender.hpp>

#include "live_refusal.hpp"
#include "socket_address.hpp"

namespace sonde::inline v0 {
namespace {

using detail::refusal;

constexpr std::size_t header_len_v4 = 20;  // octets, RFC 791 s3.1, without options
constexpr std::size_t header_len_v6 = 40;  // octets, RFC 8200 s3

live_error no_datagram(const char* why) {
    return {.operation = "send", .code = EINVAL, .remedy = why};
}

// With the refusal of a peer that is link-local or multicast and needs an interface.
bool needs_interface(bytes_view address) noexcept {
    return address[0] == 0xff || (address[0] == 0xfe && (address[1] & 0xc0) == 0x80);
}

}  // namespace

live_result<ip_sender> ip_sender::open(const ip_sender_options& options,
                                       const packet_calls& calls) {
    std::uint32_t index = 0;
    if (!options.interface.empty()) {
        const auto found = detail::index_of_interface(options.interface, calls);
        if (!found) return tl::unexpected(found.error());
        index = *found;
    }
    ip_sender made(calls, index);
    if (auto done = made.open_family(AF_INET, options); !done) {
        return tl::unexpected(done.error());
    }
    if (auto done = made.open_family(AF_INET6, options);
        !done && done.error().code != EAFNOSUPPORT) {
        return tl::unexpected(done.error());
    }
    return made;
}

live_result<void> ip_sender::open_family(int family, const ip_sender_options& options) {
    const bool v4 = family == AF_INET;
    // IPPROTO_RAW: the header is in what we send (raw(7)); of IPv6 since Linux 2.4 as well, long
    // before there was IPV6_HDRINCL (4.15).
    const char* const label = v4 ? "socket(AF_INET, SOCK_RAW)" : "socket(AF_INET6, SOCK_RAW)";
    descriptor<packet_calls> fd(calls_->socket(family, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW),
                                *calls_);
    if (!fd.is_open()) return refusal(label, errno);
    const int yes = 1;
    if (v4 && calls_->setsockopt(fd.number(), SOL_SOCKET, SO_BROADCAST, &yes, sizeof yes) != 0) {
        return refusal("setsockopt(SO_BROADCAST)", errno);
    }
    if (index_ != 0) {
        const std::string& name = options.interface;
        std::string found(IF_NAMESIZE, '\0');
        const bool named = calls_->if_indextoname(index_, found.data()) != nullptr;
        const char* const device = named ? found.c_str() : name.c_str();
        if (calls_->setsockopt(fd.number(),
                               SOL_SOCKET,
                               SO_BINDTODEVICE,
                               device,
                               static_cast<socklen_t>(std::string_view(device).size())) != 0) {
            return refusal("setsockopt(SO_BINDTODEVICE)", errno, name);
        }
    }
    (v4 ? v4_ : v6_) = std::move(fd);
    return {};
}

live_result<void> ip_sender::send(bytes_view datagram) {
    const int version = datagram.empty() ? 0 : datagram[0] >> 4;
    if (version == 4 && datagram.size() >= header_len_v4) return send_v4(datagram);
    if (version == 6 && datagram.size() >= header_len_v6) return send_v6(datagram);
    if (version != 4 && version != 6) {
        return tl::unexpected(no_datagram("a datagram begins with an IP header, version 4 or 6"));
    }
    return tl::unexpected(no_datagram("the datagram ends inside its IP header"));
}

live_result<void> ip_sender::send_v4(bytes_view datagram) {
    detail::socket_address<sockaddr_in> to{};
    to.own.sin_family = AF_INET;
    std::array<std::uint8_t, 4> address{};
    std::ranges::copy(datagram.subspan(16, 4), address.begin());
    to.own.sin_addr.s_addr = std::bit_cast<std::uint32_t>(address);
    for (;;) {
        const auto sent = calls_->sendto(
            v4_.number(), datagram.data(), datagram.size(), &to.plain, sizeof to.own);
        if (sent >= 0) return {};
        if (errno != EINTR) return refusal("sendto", errno);
    }
}

live_result<void> ip_sender::send_v6(bytes_view datagram) {
    if (!v6_.is_open()) return refusal("socket(AF_INET6, SOCK_RAW)", EAFNOSUPPORT);
    detail::socket_address<sockaddr_in6> to{};
    to.own.sin6_family = AF_INET6;
    const auto address = datagram.subspan(24, 16);
    std::ranges::copy(address, std::begin(to.own.sin6_addr.s6_addr));
    if (needs_interface(address)) to.own.sin6_scope_id = index_;
    for (;;) {
        const auto sent = calls_->sendto(
            v6_.number(), datagram.data(), datagram.size(), &to.plain, sizeof to.own);
        if (sent >= 0) return {};
        if (errno != EINTR) return refusal("sendto", errno);
    }
}

}  // namespace sonde::inline v0
