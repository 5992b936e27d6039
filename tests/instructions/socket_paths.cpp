// The hot paths of sockets, over a kernel that does nothing but fill in what it must: what is
// counted is our own work for one packet sent and its answer received, in batches of 64.

#include <algorithm>
#include <array>
#include <cstring>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <sonde/net/probe_socket.hpp>

#include "path.hpp"

namespace sonde::testing {
namespace {

constexpr unsigned batch = 64;
constexpr std::size_t answer_len = 44;

unsigned answers = 0;        // to the packets that were sent, not yet received
unsigned stamps = 0;         // of them
std::uint32_t stamp_id = 0;  // of the next

template <class T>
std::size_t add_control(msghdr& message, std::size_t at, int level, int type, const T& value) {
    auto* const room = static_cast<std::uint8_t*>(message.msg_control) + at;
    cmsghdr header{};
    header.cmsg_len = CMSG_LEN(sizeof value);
    header.cmsg_level = level;
    header.cmsg_type = type;
    std::memcpy(room, &header, sizeof header);
    std::memcpy(room + CMSG_LEN(0), &value, sizeof value);
    return at + CMSG_SPACE(sizeof value);
}

constexpr std::array<timespec, 3> stamped{timespec{.tv_sec = 1'700'000'000, .tv_nsec = 5}};

void give_answer(mmsghdr& out, bool with_stamp) {
    static constexpr sockaddr_in source{
        .sin_family = AF_INET, .sin_port = 0, .sin_addr = {0x0100000a}, .sin_zero = {}};
    *static_cast<std::uint8_t*>(out.msg_hdr.msg_iov->iov_base) = 0x45;
    std::memcpy(out.msg_hdr.msg_name, &source, sizeof source);
    out.msg_hdr.msg_namelen = sizeof source;
    out.msg_len = answer_len;
    std::size_t len = 0;
    if (with_stamp) len = add_control(out.msg_hdr, len, SOL_SOCKET, SCM_TIMESTAMPING, stamped);
    out.msg_hdr.msg_controllen = len;
}

void give_stamp(mmsghdr& out) {
    sock_extended_err error{};
    error.ee_origin = SO_EE_ORIGIN_TIMESTAMPING;
    error.ee_data = stamp_id++;
    out.msg_len = 0;
    std::size_t len = add_control(out.msg_hdr, 0, SOL_SOCKET, SCM_TIMESTAMPING, stamped);
    len = add_control(out.msg_hdr, len, IPPROTO_IP, IP_RECVERR, error);
    out.msg_hdr.msg_controllen = len;
}

template <bool Stamped>
int give_messages(int, mmsghdr* out, unsigned count, int flags, timespec*) {
    const bool from_errors = (flags & MSG_ERRQUEUE) != 0;
    unsigned& left = from_errors ? stamps : answers;
    const unsigned given = std::min(left, count);
    for (unsigned i = 0; i < given; ++i) {
        if (from_errors) {
            give_stamp(out[i]);
        } else {
            give_answer(out[i], Stamped);
        }
    }
    left -= given;
    return static_cast<int>(given);
}

int take_messages(int, mmsghdr*, unsigned count, int) {
    answers += count;
    stamps += count;
    return static_cast<int>(count);
}

template <bool Stamped>
system_calls idle_kernel() {
    system_calls calls{};
    calls.socket = [](int, int, int) { return 1000; };
    calls.close = [](int) { return 0; };
    calls.setsockopt = [](int, int, int, const void*, socklen_t) { return 0; };
    calls.sendmmsg = take_messages;
    calls.recvmmsg = give_messages<Stamped>;
    calls.clock_gettime = [](clockid_t, timespec* out) {
        *out = {.tv_sec = 1'700'000'000, .tv_nsec = 0};
        return 0;
    };
    return calls;
}

template <bool Stamped>
void send_and_receive(long times) {
    static const system_calls calls = idle_kernel<Stamped>();
    answers = stamps = stamp_id = 0;
    auto socket =
        probe_socket::open({.local_port = std::uint16_t{7}, .kernel_stamps = Stamped}, calls);
    const std::array<std::uint8_t, 24> octets{};
    std::array<outgoing, batch> packets;
    std::uint32_t number = 0;
    for (long i = 0; i < times; i += batch) {
        for (outgoing& each : packets) {
            each = {.octets = octets,
                    .destination = {ipv4_address{0x0a000000U + number}},
                    .token = number};
            ++number;
        }
        keep(socket->send(packets).size());
        const auto pass = socket->receive();
        for (const auto& each : pass->stamps) keep(each.token);
        for (const auto& each : pass->datagrams) keep(each.source.address.v4().value);
    }
}

constexpr std::array paths{hot_path{"socket_batch", send_and_receive<false>},
                           hot_path{"socket_batch_stamped", send_and_receive<true>}};

}  // namespace

std::span<const hot_path> socket_paths() noexcept { return paths; }

}  // namespace sonde::testing
