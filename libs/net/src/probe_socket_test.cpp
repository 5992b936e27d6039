// Every call that a socket makes, failed with each error it can give. No privileges needed: the
// sockets are UDP sockets on loopback, or nothing at all.

#include <array>
#include <cerrno>
#include <cstring>
#include <linux/net_tstamp.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <new>

#include <gtest/gtest.h>

#include <sonde/net/clock.hpp>
#include <sonde/net/fd.hpp>
#include <sonde/net/probe_socket.hpp>
#include <sonde/net/socket_port.hpp>
#include <sonde/testing/heap.hpp>

namespace sonde {
namespace {

// What the table's functions find when they are called: they can capture nothing.
struct script {
    int error = 0;
    int fail_at = -1;  // the call that fails, counted from 0; -1: every call
    int calls = 0;
    int closed = 0;
    int opened = 0;
};
script plan;

bool fails_now() {
    const int call = plan.calls++;
    if (plan.fail_at >= 0 && call != plan.fail_at) return false;
    errno = plan.error;
    return true;
}

system_calls counting_descriptors() {
    system_calls calls = kernel_calls();
    calls.socket = [](int domain, int type, int protocol) {
        ++plan.opened;
        return kernel_calls().socket(domain, type, protocol);
    };
    calls.close = [](int number) {
        ++plan.closed;
        return kernel_calls().close(number);
    };
    return calls;
}

probe_socket_options udp_options() {
    return {.kind = socket_kind::udp, .source = ip_address(ipv4_address{0x7f000001})};
}

const std::array<std::uint8_t, 4> some_octets{1, 2, 3, 4};
outgoing packet_to(std::uint16_t port, std::uint64_t token = 0) {
    return {.octets = some_octets, .destination = {ipv4_address{0x7f000001}, port}, .token = token};
}

class failing_call : public ::testing::TestWithParam<int> {
  protected:
    failing_call() { plan = {.error = GetParam()}; }
};

class failing_socket : public failing_call {};
INSTANTIATE_TEST_SUITE_P(socket_2, failing_socket,
                         ::testing::Values(EACCES, EPERM, EAFNOSUPPORT, EINVAL, EMFILE, ENFILE,
                                           ENOBUFS, ENOMEM, EPROTONOSUPPORT, ESOCKTNOSUPPORT));
TEST_P(failing_socket, is_said_with_its_kind_and_errno) {
    system_calls calls = kernel_calls();
    calls.socket = [](int, int, int) { return fails_now() ? -1 : 0; };
    const auto opened = probe_socket::open({}, calls);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, GetParam());
    EXPECT_STREQ(opened.error().operation, "socket(SOCK_RAW, IPPROTO_ICMP)");
}

class failing_bind : public failing_call {};
INSTANTIATE_TEST_SUITE_P(bind_2, failing_bind,
                         ::testing::Values(EACCES, EADDRINUSE, EADDRNOTAVAIL, EBADF, EINVAL,
                                           ENOTSOCK, EFAULT, ENODEV));
TEST_P(failing_bind, is_said_with_the_source_and_leaks_no_descriptor) {
    system_calls calls = counting_descriptors();
    calls.bind = [](int, const sockaddr*, socklen_t) { return fails_now() ? -1 : 0; };
    const auto opened = probe_socket::open(udp_options(), calls);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, GetParam());
    EXPECT_STREQ(opened.error().operation, "bind");
    EXPECT_EQ(opened.error().peer, *udp_options().source);
    EXPECT_EQ(plan.opened, 1);
    EXPECT_EQ(plan.closed, 1);
}

class failing_connect : public failing_call {};
INSTANTIATE_TEST_SUITE_P(connect_2, failing_connect,
                         ::testing::Values(EACCES, EPERM, EADDRNOTAVAIL, EAFNOSUPPORT, EAGAIN,
                                           ENETUNREACH, EHOSTUNREACH, EINVAL));
TEST_P(failing_connect, is_said_with_the_peer) {
    system_calls calls = counting_descriptors();
    calls.connect = [](int, const sockaddr*, socklen_t) { return fails_now() ? -1 : 0; };
    auto options = udp_options();
    options.connect_to = endpoint{ipv4_address{0x7f000001}, 9};
    const auto opened = probe_socket::open(options, calls);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, GetParam());
    EXPECT_STREQ(opened.error().operation, "connect");
    EXPECT_EQ(opened.error().peer, options.connect_to->address);
    EXPECT_EQ(plan.closed, 1);
}

// Fails the first option, the second and so on, until none is left to fail.
class failing_setsockopt : public failing_call {};
INSTANTIATE_TEST_SUITE_P(setsockopt_2, failing_setsockopt,
                         ::testing::Values(EPERM, ENODEV, ENOPROTOOPT, EINVAL, ENOMEM, EBADF,
                                           EOPNOTSUPP));
TEST_P(failing_setsockopt, is_an_error_unless_the_socket_is_good_without_it) {
    system_calls calls = counting_descriptors();
    calls.setsockopt = [](int, int, int, const void*, socklen_t) { return fails_now() ? -1 : 0; };
    auto options = udp_options();
    options.interface = "lo";
    options.mark = 1;
    options.hop_limit = hop_limit{9};
    options.traffic_class = 8;
    options.fragment = fragment_policy::refuse;
    options.broadcast = true;
    options.receive_buffer_len = 4096;
    options.send_buffer_len = 4096;
    int refused = 0;
    int optional = 0;
    for (plan.fail_at = 0;; ++plan.fail_at) {
        plan.calls = 0;
        const auto opened = probe_socket::open(options, calls);
        if (plan.calls <= plan.fail_at) break;
        if (opened) {
            ++optional;
            continue;
        }
        ++refused;
        EXPECT_EQ(opened.error().code, GetParam());
        EXPECT_TRUE(std::string_view(opened.error().operation).starts_with("setsockopt("));
    }
    EXPECT_EQ(optional, 4) << "RFC 4884 extensions, two forced buffer lengths, stamps";
    EXPECT_EQ(refused, 11) << "3 facts of packets, errors, 3 ways out, 2 shapes, 2 hop limits";
    EXPECT_EQ(plan.opened, plan.closed);
}

bool is_never_pending(int code) {
    return code == EBADF || code == ENOTSOCK || code == EFAULT || code == ENOBUFS || code == ENOMEM;
}

class failing_send : public failing_call {};
INSTANTIATE_TEST_SUITE_P(sendmsg_2, failing_send,
                         ::testing::Values(EACCES, EBADF, ECONNREFUSED, ECONNRESET, EDESTADDRREQ,
                                           EFAULT, EHOSTUNREACH, EINVAL, EISCONN, EMSGSIZE,
                                           ENETDOWN, ENETUNREACH, ENOBUFS, ENOMEM, ENOTCONN,
                                           ENOTSOCK, EOPNOTSUPP, EPERM, EPIPE, EADDRNOTAVAIL));
TEST_P(failing_send, that_persists_is_that_packets_error_after_few_tries) {
    system_calls calls = kernel_calls();
    calls.sendmsg = [](int, const msghdr*, int) -> ssize_t { return fails_now() ? -1 : 0; };
    auto socket = probe_socket::open(udp_options(), calls);
    ASSERT_TRUE(socket);
    const outgoing packet = packet_to(9, 77);
    const auto sent = socket->send({&packet, 1});
    ASSERT_EQ(sent.size(), 1U);
    ASSERT_TRUE(sent[0].error);
    EXPECT_EQ(sent[0].token, 77U);
    EXPECT_EQ(sent[0].error->code, GetParam());
    EXPECT_EQ(sent[0].error->peer, packet.destination.address);
    EXPECT_LE(plan.calls, is_never_pending(GetParam()) ? 1 : probe_socket::send_tries_max);
}

TEST_P(failing_send, that_was_pending_from_before_costs_no_packet) {
    if (is_never_pending(GetParam())) plan.error = EINTR;  // which is tried again as well
    plan.fail_at = 0;
    system_calls calls = kernel_calls();
    calls.sendmsg = [](int number, const msghdr* message, int flags) {
        return fails_now() ? ssize_t{-1} : kernel_calls().sendmsg(number, message, flags);
    };
    auto socket = probe_socket::open(udp_options(), calls);
    auto listener = probe_socket::open(udp_options());
    ASSERT_TRUE(socket && listener);
    const outgoing packet = packet_to(listener->local_port().value_or(0));
    EXPECT_FALSE(socket->send({&packet, 1})[0].error);
    ASSERT_TRUE(listener->wait(std::chrono::seconds(1)).value_or(false));
    EXPECT_EQ(listener->receive()->datagrams.size(), 1U);
}

TEST_P(failing_send, in_a_batch_is_the_error_of_one_packet_and_the_others_leave) {
    system_calls calls = kernel_calls();
    // As sendmmsg does: packets before the bad one leave, the next call fails at it.
    static std::uint16_t bad_port;
    bad_port = 9;
    calls.sendmmsg = [](int number, mmsghdr* messages, unsigned count, int flags) -> int {
        unsigned good = 0;
        const auto is_bad = [](const mmsghdr& each) {
            sockaddr_in to{};
            std::memcpy(&to, each.msg_hdr.msg_name, sizeof to);
            return ntohs(to.sin_port) == bad_port;
        };
        while (good < count && !is_bad(messages[good])) ++good;
        if (good == 0) return errno = plan.error, -1;
        return kernel_calls().sendmmsg(number, messages, good, flags);
    };
    auto socket = probe_socket::open(udp_options(), calls);
    auto listener = probe_socket::open(udp_options());
    ASSERT_TRUE(socket && listener);
    const std::uint16_t good_port = listener->local_port().value_or(0);
    std::vector<outgoing> packets;
    for (std::uint64_t i = 0; i < 6; ++i) packets.push_back(packet_to(i == 2 ? 9 : good_port, i));
    const auto sent = socket->send(packets);
    for (std::uint64_t i = 0; i < 6; ++i) EXPECT_EQ(sent[i].error.has_value(), i == 2) << i;
    EXPECT_EQ(sent[2].error->code, GetParam());
    ASSERT_TRUE(listener->wait(std::chrono::seconds(1)).value_or(false));
    EXPECT_EQ(listener->receive()->datagrams.size(), 5U);
}

TEST(send, that_would_block_says_so_for_the_packet_and_all_after_it) {
    plan = {.error = EAGAIN};
    system_calls calls = kernel_calls();
    calls.sendmmsg = [](int, mmsghdr*, unsigned, int) { return fails_now() ? -1 : 0; };
    auto socket = probe_socket::open(udp_options(), calls);
    ASSERT_TRUE(socket);
    const std::array packets{packet_to(9, 1), packet_to(9, 2), packet_to(9, 3)};
    for (const auto& each : socket->send(packets)) {
        ASSERT_TRUE(each.error);
        EXPECT_EQ(each.error->code, EAGAIN);
    }
    EXPECT_EQ(plan.calls, 1);
}

TEST(send, to_the_other_family_fails_for_that_packet_alone) {
    auto socket = probe_socket::open(udp_options());
    ASSERT_TRUE(socket);
    std::array packets{packet_to(9), packet_to(9), packet_to(9)};
    packets[1].destination.address = ipv6_address{};
    const auto sent = socket->send(packets);
    EXPECT_FALSE(sent[0].error);
    EXPECT_EQ(sent[1].error->code, EAFNOSUPPORT);
    EXPECT_FALSE(sent[2].error);
}

class failing_receive : public failing_call {};
INSTANTIATE_TEST_SUITE_P(recvmmsg_2, failing_receive,
                         ::testing::Values(EBADF, EFAULT, EINVAL, ENOTSOCK, ENOMEM, ENOTCONN));
TEST_P(failing_receive, that_is_no_pending_error_is_an_error) {
    system_calls calls = kernel_calls();
    calls.recvmmsg = [](int, mmsghdr*, unsigned, int, timespec*) { return fails_now() ? -1 : 0; };
    auto socket = probe_socket::open(udp_options(), calls);
    ASSERT_TRUE(socket);
    const auto pass = socket->receive();
    ASSERT_FALSE(pass);
    EXPECT_EQ(pass.error().code, GetParam());
}

class pending_receive : public failing_call {};
INSTANTIATE_TEST_SUITE_P(recvmmsg_2, pending_receive,
                         ::testing::Values(ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EHOSTDOWN,
                                           ENONET, EPROTO, ENOPROTOOPT, EOPNOTSUPP, EMSGSIZE,
                                           EACCES, EREMOTEIO, ENETDOWN, ETIMEDOUT, EINTR));
TEST_P(pending_receive, is_passed_over_and_the_datagram_behind_it_is_read) {
    plan.fail_at = 0;
    system_calls calls = kernel_calls();
    calls.recvmmsg =
        [](int number, mmsghdr* messages, unsigned count, int flags, timespec* timeout) {
            if (flags == MSG_DONTWAIT && fails_now()) return -1;
            return kernel_calls().recvmmsg(number, messages, count, flags, timeout);
        };
    auto socket = probe_socket::open(udp_options(), calls);
    ASSERT_TRUE(socket);
    const outgoing packet = packet_to(socket->local_port().value_or(0));
    ASSERT_FALSE(socket->send({&packet, 1})[0].error);
    const auto pass = socket->receive();
    ASSERT_TRUE(pass);
    ASSERT_EQ(pass->datagrams.size(), 1U);
    EXPECT_EQ(pass->datagrams[0].source.port, packet.destination.port);
    EXPECT_EQ(pass->datagrams[0].octets.size(), 4U);
}

TEST(receive, gives_up_on_an_error_that_stays_pending_for_ever) {
    plan = {.error = EHOSTUNREACH};
    system_calls calls = kernel_calls();
    calls.recvmmsg = [](int, mmsghdr*, unsigned, int, timespec*) { return fails_now() ? -1 : 0; };
    auto socket = probe_socket::open(udp_options(), calls);
    ASSERT_TRUE(socket);
    EXPECT_EQ(socket->receive().error().code, EHOSTUNREACH);
}

// A packet's stamp is queued before the packet leaves. Read the other way round, an answer that
// comes between the two readings would be handed out without its stamp.
TEST(receive, reads_the_error_queue_after_the_datagrams) {
    static std::vector<bool> reads_queue;
    reads_queue.clear();
    system_calls calls = kernel_calls();
    calls.recvmmsg =
        [](int number, mmsghdr* messages, unsigned count, int flags, timespec* timeout) {
            reads_queue.push_back((flags & MSG_ERRQUEUE) != 0);
            return kernel_calls().recvmmsg(number, messages, count, flags, timeout);
        };
    auto socket = probe_socket::open(udp_options(), calls);
    ASSERT_TRUE(socket && socket->receive());
    EXPECT_EQ(reads_queue, (std::vector{false, true}));
}

TEST(receive, says_when_there_is_more_than_one_batch) {
    auto options = udp_options();
    options.batch_max = 4;
    auto socket = probe_socket::open(options);
    ASSERT_TRUE(socket);
    std::vector<outgoing> packets(6, packet_to(socket->local_port().value_or(0)));
    for (const auto& each : socket->send(packets)) ASSERT_FALSE(each.error);
    auto pass = socket->receive();
    EXPECT_EQ(pass->datagrams.size(), 4U);
    EXPECT_TRUE(pass->more);
    pass = socket->receive();
    EXPECT_EQ(pass->datagrams.size(), 2U);
    EXPECT_FALSE(pass->more);
    EXPECT_TRUE(socket->receive()->datagrams.empty());
}

class failing_poll : public failing_call {};
INSTANTIATE_TEST_SUITE_P(ppoll_2, failing_poll, ::testing::Values(EINTR, EFAULT, EINVAL, ENOMEM));
TEST_P(failing_poll, is_an_error_of_wait) {
    system_calls calls = kernel_calls();
    calls.ppoll = [](pollfd*, nfds_t, const timespec*) { return fails_now() ? -1 : 0; };
    auto socket = probe_socket::open(udp_options(), calls);
    ASSERT_TRUE(socket);
    EXPECT_EQ(socket->wait(std::chrono::seconds(1)).error().code, GetParam());
}

TEST(facts, that_the_kernel_refuses_are_errors) {
    plan = {.error = ENOPROTOOPT};
    system_calls calls = kernel_calls();
    calls.getsockopt = [](int, int, int, void*, socklen_t*) { return fails_now() ? -1 : 0; };
    calls.getsockname = [](int, sockaddr*, socklen_t*) { return fails_now() ? -1 : 0; };
    auto socket = probe_socket::open(udp_options(), calls);
    ASSERT_TRUE(socket);
    EXPECT_EQ(socket->drops().error().code, ENOPROTOOPT);
    EXPECT_EQ(socket->receive_buffer_len().error().code, ENOPROTOOPT);
    EXPECT_EQ(socket->broadcast().error().code, ENOPROTOOPT);
    EXPECT_EQ(socket->local_port().error().code, ENOPROTOOPT);
    EXPECT_EQ(socket->local_address().error().code, ENOPROTOOPT);
}

TEST(getrandom, that_fails_leaves_a_raw_socket_without_identifier_unopened) {
    plan = {.error = ENOSYS};
    system_calls calls = counting_descriptors();
    calls.socket = [](int domain, int, int) {
        return kernel_calls().socket(domain, SOCK_DGRAM, 0);
    };
    calls.getrandom = [](void*, std::size_t, unsigned) -> ssize_t { return fails_now() ? -1 : 0; };
    const auto opened = probe_socket::open({}, calls);
    ASSERT_FALSE(opened);
    EXPECT_STREQ(opened.error().operation, "getrandom");
    EXPECT_EQ(plan.closed, 1);
}

TEST(closed_socket, answers_every_call_with_ebadf_and_closes_once) {
    plan = {};
    const system_calls calls = counting_descriptors();
    auto socket = probe_socket::open(udp_options(), calls);
    ASSERT_TRUE(socket);
    socket->close();
    socket->close();
    EXPECT_EQ(plan.closed, 1);
    EXPECT_EQ(socket->native_handle(), -1);
    const outgoing packet = packet_to(9);
    EXPECT_EQ(socket->send({&packet, 1})[0].error->code, EBADF);
    EXPECT_EQ(socket->receive().error().code, EBADF);
    EXPECT_EQ(socket->wait(nanoseconds::zero()).error().code, EBADF);
    EXPECT_EQ(socket->local_port().error().code, EBADF);
    EXPECT_EQ(socket->drops().error().code, EBADF);
    EXPECT_EQ(socket->broadcast().error().code, EBADF);
    EXPECT_EQ(socket->set_broadcast(true).error().code, EBADF);
    EXPECT_EQ(socket->set_hop_limit(hop_limit{1}).error().code, EBADF);
    EXPECT_EQ(socket->set_traffic_class(1).error().code, EBADF);
}

TEST(released_socket, is_left_open_for_its_new_owner) {
    plan = {};
    const system_calls calls = counting_descriptors();
    auto socket = probe_socket::open(udp_options(), calls);
    ASSERT_TRUE(socket);
    const fd owner(socket->release());
    EXPECT_FALSE(socket->is_open());
    EXPECT_EQ(plan.closed, 0);
    EXPECT_GE(owner.number(), 0);
}

TEST(source_of_the_other_family, is_refused_before_a_socket_is_opened) {
    plan = {};
    const system_calls calls = counting_descriptors();
    auto options = udp_options();
    options.family = ip_family::v6;
    EXPECT_EQ(probe_socket::open(options, calls).error().code, EAFNOSUPPORT);
    EXPECT_EQ(plan.opened, 0);
}

TEST(drops, are_counted_on_when_the_counter_of_the_kernel_wraps) {
    static std::uint32_t dropped;
    system_calls calls = kernel_calls();
    calls.getsockopt = [](int, int, int, void* out, socklen_t*) {
        std::array<std::uint32_t, SK_MEMINFO_VARS> facts{};
        facts[SK_MEMINFO_DROPS] = dropped;
        std::memcpy(out, facts.data(), sizeof facts);
        return 0;
    };
    auto socket = probe_socket::open(udp_options(), calls);
    ASSERT_TRUE(socket);
    socket_port port(std::move(*socket));
    dropped = 0xfffffff0;
    EXPECT_EQ(port.drops().value_or(0), 0xfffffff0U);
    dropped = 5;
    EXPECT_EQ(port.drops().value_or(0), (std::uint64_t{1} << 32) + 5);
    EXPECT_EQ(port.drops().value_or(0), (std::uint64_t{1} << 32) + 5);
}

// Which queues the passes of a socket read: one letter a call, e for the error queue.
std::string reads_of_passes;
system_calls noting_reads() {
    reads_of_passes.clear();
    system_calls calls = kernel_calls();
    calls.recvmmsg =
        [](int number, mmsghdr* messages, unsigned count, int flags, timespec* timeout) {
            reads_of_passes += (flags & MSG_ERRQUEUE) != 0 ? 'e' : 'd';
            return kernel_calls().recvmmsg(number, messages, count, flags, timeout);
        };
    return calls;
}

TEST(error_queue, costs_no_call_when_nothing_can_be_in_it) {
    const system_calls calls = noting_reads();
    auto options = udp_options();
    options.kernel_stamps = false;
    auto socket = probe_socket::open(options, calls);
    ASSERT_TRUE(socket);
    const outgoing to_self = packet_to(socket->local_port().value_or(0));
    ASSERT_FALSE(socket->send({&to_self, 1})[0].error);
    EXPECT_EQ(socket->receive()->datagrams.size(), 1U);
    EXPECT_EQ(reads_of_passes, "d");
    options.errors = error_queue_use::off;
    auto without = probe_socket::open(options, calls);
    ASSERT_TRUE(without && without->receive());
    EXPECT_EQ(reads_of_passes, "dd");
}

TEST(error_queue, is_read_in_the_pass_that_met_a_pending_error_beside_datagrams) {
    const system_calls calls = noting_reads();
    auto options = udp_options();
    options.kernel_stamps = false;
    auto socket = probe_socket::open(options, calls);
    auto closed = probe_socket::open(udp_options());
    ASSERT_TRUE(socket && closed);
    const std::uint16_t nobody = closed->local_port().value_or(0);
    closed->close();
    const std::array packets{packet_to(socket->local_port().value_or(0)), packet_to(nobody)};
    for (const auto& each : socket->send(packets)) ASSERT_FALSE(each.error);
    const auto pass = socket->receive();
    EXPECT_EQ(pass->datagrams.size(), 1U);
    ASSERT_EQ(pass->errors.size(), 1U);
    EXPECT_EQ(pass->errors[0].code_errno, ECONNREFUSED);
    EXPECT_EQ(reads_of_passes, "dde") << "the first call reported the error";
}

// sendmmsg that sent something keeps to itself why it sent no more; the error is pending no longer.
TEST(error_queue, is_read_after_a_send_that_stopped_half_way_at_a_pending_error) {
    const system_calls calls = noting_reads();
    auto options = udp_options();
    options.kernel_stamps = false;
    auto socket = probe_socket::open(options, calls);
    auto closed = probe_socket::open(udp_options());
    ASSERT_TRUE(socket && closed);
    const std::uint16_t nobody = closed->local_port().value_or(0);
    closed->close();
    const std::uint16_t self = socket->local_port().value_or(0);
    const std::array packets{packet_to(nobody), packet_to(self), packet_to(self)};
    for (const auto& each : socket->send(packets)) ASSERT_FALSE(each.error);
    const auto pass = socket->receive();
    EXPECT_EQ(pass->datagrams.size(), 2U);
    EXPECT_EQ(pass->errors.size(), 1U);
}

TEST(stamps, of_what_is_sent_are_not_asked_for_when_only_those_received_are_wanted) {
    static int flags;
    flags = 0;
    system_calls calls = kernel_calls();
    calls.setsockopt = [](int number, int level, int name, const void* value, socklen_t len) {
        if (name == SO_TIMESTAMPING) std::memcpy(&flags, value, sizeof flags);
        return kernel_calls().setsockopt(number, level, name, value, len);
    };
    auto options = udp_options();
    ASSERT_TRUE(probe_socket::open(options, calls)->has_transmit_stamps());
    EXPECT_NE(flags & SOF_TIMESTAMPING_OPT_TSONLY, 0) << "a stamp brings no copy of its packet";
    EXPECT_NE(flags & SOF_TIMESTAMPING_TX_SOFTWARE, 0);
    options.transmit_stamps = false;
    const auto socket = probe_socket::open(options, calls);
    EXPECT_FALSE(socket->has_transmit_stamps());
    EXPECT_TRUE(socket->has_kernel_stamps());
    EXPECT_EQ(flags, SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE);
}

TEST(receive_buffer, is_asked_for_by_force_then_as_anybody_may_and_what_was_granted_is_told) {
    static std::vector<int> asked;
    asked.clear();
    system_calls calls = kernel_calls();
    calls.setsockopt = [](int number, int level, int name, const void* value, socklen_t len) {
        const bool is_ours = level == SOL_SOCKET && (name == SO_RCVBUFFORCE || name == SO_RCVBUF);
        if (is_ours) asked.push_back(name);
        if (is_ours && name == SO_RCVBUFFORCE) return errno = EPERM, -1;
        return kernel_calls().setsockopt(number, level, name, value, len);
    };
    auto socket = probe_socket::open(udp_options(), calls);
    ASSERT_TRUE(socket);
    const auto granted = socket->set_receive_buffer_len(20000);
    EXPECT_EQ(asked, (std::vector{SO_RCVBUFFORCE, SO_RCVBUF}));
    EXPECT_EQ(granted.value_or(0), 40000U) << "socket(7): the kernel doubles it";
    EXPECT_EQ(socket->receive_buffer_len().value_or(0), 40000U);
    EXPECT_GT(socket->send_buffer_len().value_or(0), 0U);
}

TEST(memory, is_asked_for_at_the_start_and_not_while_packets_come_and_go) {
    auto options = udp_options();
    options.kernel_stamps = false;
    auto socket = probe_socket::open(options);
    ASSERT_TRUE(socket);
    const std::vector<outgoing> packets(64, packet_to(socket->local_port().value_or(0)));
    const std::size_t before = testing::heap().allocations;
    const auto sent = socket->send(packets);
    const auto pass = socket->receive();
    EXPECT_EQ(testing::heap().allocations, before);
    ASSERT_EQ(sent.size(), 64U);
    EXPECT_EQ(pass->datagrams.size(), 64U);
}

TEST(memory, that_runs_out_at_the_start_is_said_and_leaves_no_descriptor_behind) {
    plan = {};
    const system_calls calls = counting_descriptors();
    for (std::size_t good = 0;; ++good) {
        try {
            const testing::heap_refusal refusal(good);
            const auto opened = probe_socket::open(udp_options(), calls);
            ASSERT_TRUE(opened);
            EXPECT_GT(good, 10U) << "each piece of memory was refused once";
            break;
        } catch (const std::bad_alloc&) {
            EXPECT_EQ(plan.opened, plan.closed) << good;
        }
    }
}

// A wall clock that somebody turns while stamps are queued.
nanoseconds wall_step{};
int stepping_clock(clockid_t clock, timespec* out) {
    const int answer = kernel_calls().clock_gettime(clock, out);
    if (clock == CLOCK_REALTIME) out->tv_sec += wall_step.count() / 1'000'000'000;
    return answer;
}

class wall_clock_step : public ::testing::TestWithParam<std::chrono::seconds> {};
INSTANTIATE_TEST_SUITE_P(clock_settime_2, wall_clock_step,
                         ::testing::Values(std::chrono::hours(-1), std::chrono::seconds(1),
                                           std::chrono::hours(24 * 365)));
TEST_P(wall_clock_step, in_mid_run_takes_the_kernel_stamps_away_for_a_moment_only) {
    wall_step = {};
    system_calls calls = kernel_calls();
    calls.clock_gettime = stepping_clock;
    auto socket = probe_socket::open(udp_options(), calls);
    ASSERT_TRUE(socket);
    const outgoing packet = packet_to(socket->local_port().value_or(0));
    const auto stamped_pass = [&] {
        static_cast<void>(socket->send({&packet, 1}));
        return !socket->receive()->stamps.empty();
    };
    EXPECT_TRUE(stamped_pass());
    wall_step = GetParam();
    static_cast<void>(socket->send({&packet, 1}));
    const auto stepped = socket->receive();
    EXPECT_TRUE(stepped->clock_stepped);
    EXPECT_TRUE(stepped->stamps.empty());
    ASSERT_EQ(stepped->datagrams.size(), 1U) << "the datagram itself is not lost";
    EXPECT_EQ(stepped->datagrams[0].received.source, stamp_source::none);
    EXPECT_FALSE(stamped_pass()) << "stamps from before the step might have been queued";
    EXPECT_TRUE(stamped_pass());
}

}  // namespace
}  // namespace sonde
