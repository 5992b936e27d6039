// Carriers of frames: what becomes of what the kernel refuses, and, with root, a ring that is too
// small and frames that are none of ours, between two ends of a veth pair.

#include <array>
#include <cerrno>
#include <functional>
#include <sched.h>
#include <thread>
#include <tuple>

#include <gtest/gtest.h>

#include <sonde/capture/descriptor_group.hpp>
#include <sonde/capture/packet_ring.hpp>
#include <sonde/capture/xdp_socket.hpp>

#include "packet_calls_testing.hpp"

namespace sonde {
namespace {

using capture_testing::fake_calls;
using capture_testing::kernel;

class refused_by_the_kernel : public ::testing::Test {
  protected:
    void SetUp() override { kernel = {}; }
    packet_calls calls_ = fake_calls();
};

TEST_F(refused_by_the_kernel, a_ring_says_which_call_and_closes_what_it_opened) {
    for (const auto& [call, times, code] : {std::tuple{"socket", 2, EPERM},
                                            {"setsockopt", 5, ENOMEM},
                                            {"map", 1, ENOMEM},
                                            {"bind", 1, ENODEV},
                                            {"ioctl", 3, ENODEV},
                                            {"if_nametoindex", 1, ENODEV}}) {
        for (int at = 0; at < times; ++at) {
            kernel = {};
            kernel.failing = call;
            kernel.fail_at = at;
            kernel.code = code;
            const bool may_fail = std::string_view(call) == "setsockopt" && at == 4;  // the bypass
            const auto opened = open_packet_ring({.interface = "eth0"}, calls_);
            EXPECT_EQ(opened.has_value(), may_fail) << call << " " << at;
            if (opened) {
                (*opened)->close();
            } else {
                EXPECT_EQ(opened.error().code, code) << call << " " << at;
            }
            EXPECT_EQ(kernel.opened, kernel.closed) << call << " " << at;
            EXPECT_EQ(kernel.mapped, kernel.unmapped) << call << " " << at;
        }
    }
}

TEST_F(refused_by_the_kernel, a_ring_wants_an_ethernet_interface_that_is_up) {
    kernel.hardware = 772;  // ARPHRD_LOOPBACK
    EXPECT_EQ(open_packet_ring({.interface = "lo"}, calls_).error().code, EINVAL);
    kernel = {};
    kernel.is_up = false;
    EXPECT_EQ(open_packet_ring({.interface = "eth0"}, calls_).error().code, ENETDOWN);
}

std::size_t put(frame_carrier& out, std::size_t count) {
    std::size_t made = 0;
    for (; made < count; ++made) {
        const bytes_mut slot = out.slot();
        if (slot.empty()) break;
        slot[0] = static_cast<std::uint8_t>(made);
        out.put(60);
    }
    return made;
}

TEST_F(refused_by_the_kernel, frames_stay_until_they_leave_or_are_skipped) {
    const auto ring = open_packet_ring({.interface = "eth0"}, calls_).value();
    EXPECT_EQ(put(*ring, 100), frame_carrier::batch_max);
    kernel.send_answers = {10, -ENOBUFS};
    auto done = ring->flush();
    EXPECT_EQ(done.taken, 10U);
    EXPECT_EQ(done.code, ENOBUFS);
    EXPECT_EQ(ring->pending(), frame_carrier::batch_max - 10);
    ring->skip();
    done = ring->flush();
    EXPECT_EQ(done.taken, frame_carrier::batch_max - 11);
    EXPECT_EQ(done.code, 0);
    EXPECT_EQ(ring->pending(), 0U);
    ASSERT_EQ(kernel.frames.size(), frame_carrier::batch_max - 1);
    EXPECT_EQ(kernel.frames[9][0], 9);
    EXPECT_EQ(kernel.frames[10][0], 11) << "the tenth was skipped";
    EXPECT_EQ(put(*ring, 1), 1U) << "there is room again";
}

TEST_F(refused_by_the_kernel, drops_add_up_over_what_the_kernel_forgets) {
    const auto ring = open_packet_ring({.interface = "eth0"}, calls_).value();
    kernel.statistics = {{.tp_packets = 9, .tp_drops = 4, .tp_freeze_q_cnt = 1},
                         {.tp_packets = 9, .tp_drops = 0xffffffff, .tp_freeze_q_cnt = 1}};
    EXPECT_EQ(ring->drops().value(), 4U);
    EXPECT_EQ(ring->drops().value(), 4U + 0xffffffffULL) << "more than 32 bits";
}

TEST_F(refused_by_the_kernel, xdp_says_what_it_needs) {
    calls_.bpf = [](int, void*, unsigned) { return errno = EPERM, -1; };
    EXPECT_NE(xdp_support(calls_).find("CAP_BPF"), std::string::npos) << xdp_support(calls_);
    EXPECT_EQ(kernel.opened, kernel.closed);
    calls_.socket = [](int, int, int) { return errno = EAFNOSUPPORT, -1; };
    EXPECT_EQ(xdp_support(calls_), "this kernel was built without CONFIG_XDP_SOCKETS");
}

TEST_F(refused_by_the_kernel, a_group_of_descriptors_says_which_call) {
    calls_.epoll = [] { return errno = EMFILE, -1; };
    EXPECT_EQ(descriptor_group::make(calls_).error().code, EMFILE);
}

// In a network namespace of its own with a pair, sonde_a (up) and sonde_b (up).
bool in_lab(const std::function<void()>& body) {
    bool permitted = false;
    std::thread([&] {
        permitted = ::unshare(CLONE_NEWNET) == 0 &&
                    std::system(
                        "ip link add sonde_a address 02:00:00:00:00:01 type veth peer name "
                        "sonde_b address 02:00:00:00:00:02 && "
                        "sysctl -qw net.ipv6.conf.all.disable_ipv6=1 && "
                        "ip link set sonde_a up && ip link set sonde_b up") == 0;
        if (permitted) body();
    }).join();
    return permitted;
}

// An echo reply to sonde_b with that identifier.
std::vector<std::uint8_t> reply(std::uint16_t identifier) {
    std::vector<std::uint8_t> made{2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0};
    made.resize(60);
    made[14] = 0x45;
    made[17] = 28;
    made[22] = 64;
    made[23] = 1;
    put_be16_at(made, 38, identifier);
    return made;
}

void send(frame_carrier& out, const std::vector<std::uint8_t>& frame, std::size_t count) {
    while (count > 0) {
        std::size_t made = 0;
        for (; made < std::min(count, frame_carrier::batch_max); ++made) {
            const bytes_mut slot = out.slot();
            std::copy(frame.begin(), frame.end(), slot.begin());
            out.put(frame.size());
        }
        ASSERT_EQ(out.flush().taken, made);
        count -= made;
    }
}

std::size_t receive(frame_carrier& in, std::size_t enough) {
    auto group = descriptor_group::make().value();
    EXPECT_TRUE(group.watch(in.native_handle(), 0));
    std::size_t count = 0;
    while (count < enough && group.wait(std::chrono::seconds(2)).value_or(false)) {
        count += in.receive().size();
    }
    return count;
}

constexpr const char* skipped = "NOT TESTED: needs root and network namespaces";

TEST(packet_ring, counts_what_a_ring_has_no_room_for) {
    const bool permitted = in_lab([] {
        const auto out = open_packet_ring({.interface = "sonde_a", .filter = {{6, 0, 0, 0}}});
        const auto in = open_packet_ring({.interface = "sonde_b",
                                          .filter = frame_filter({.identifier = 7}),
                                          .ring_len = 1});  // two blocks
        ASSERT_TRUE(out && in);
        constexpr std::size_t count = 5000;
        send(**out, reply(7), count);
        std::size_t heard = 0;
        while (const std::size_t more = (*in)->receive().size()) heard += more;
        const auto drops = (*in)->drops();
        ASSERT_TRUE(drops);
        EXPECT_GT(*drops, 0U);
        send(**out, reply(7), 1);
        heard += receive(**in, count - *drops - heard + 1);
        EXPECT_EQ(heard + *drops, count + 1) << "every frame is heard or counted";
    });
    if (!permitted) GTEST_SKIP() << skipped;
}

TEST(packet_ring, hears_what_is_for_us_and_nothing_else) {
    const bool permitted = in_lab([] {
        const auto out = open_packet_ring({.interface = "sonde_a", .filter = {{6, 0, 0, 0}}});
        const auto in =
            open_packet_ring({.interface = "sonde_b", .filter = frame_filter({.identifier = 7})});
        ASSERT_TRUE(out && in);
        auto to_others = reply(7);
        to_others[5] = 9;
        auto tagged = reply(7);
        tagged.insert(tagged.begin() + 12, {0x81, 0, 0, 5});
        send(**out, to_others, 1);
        send(**out, tagged, 1);
        send(**out, reply(8), 1);
        send(**in, reply(7), 1);  // our own way out
        send(**out, reply(7), 1);
        EXPECT_EQ(receive(**in, 1), 1U);
        EXPECT_EQ((*in)->receive().size(), 0U);
        const auto again = open_packet_ring({.interface = "sonde_b"});
        EXPECT_TRUE(again) << "a ring keeps nobody out";
    });
    if (!permitted) GTEST_SKIP() << skipped;
}

TEST(xdp_socket, takes_what_is_wanted_and_gives_the_interface_back) {
    const bool permitted = in_lab([] {
        if (const std::string why = xdp_support(); !why.empty())
            GTEST_SKIP() << "NOT TESTED: " << why;
        const auto out = open_packet_ring({.interface = "sonde_a", .filter = {{6, 0, 0, 0}}});
        const auto beside =
            open_packet_ring({.interface = "sonde_b", .filter = frame_filter({.identifier = 8})});
        auto in = open_xdp_socket(
            {.interface = "sonde_b", .wanted = {.identifier = 7}, .mode = xdp_mode::driver});
        ASSERT_TRUE(out && beside && in);
        EXPECT_EQ(in->mode, xdp_mode::driver);
        send(**out, reply(7), 3);
        send(**out, reply(8), 2);
        EXPECT_EQ(receive(*in->carrier, 3), 3U);
        EXPECT_EQ(receive(**beside, 2), 2U) << "what is not wanted is the kernel's";
        EXPECT_EQ(open_xdp_socket({.interface = "sonde_b"}).error().code, EBUSY);
        in->carrier->close();
        const auto after =
            open_packet_ring({.interface = "sonde_b", .filter = frame_filter({.identifier = 7})});
        ASSERT_TRUE(after);
        send(**out, reply(7), 3);
        EXPECT_EQ(receive(**after, 3), 3U) << "the kernel has its frames again, at once";
        const auto chosen = open_xdp_socket({.interface = "sonde_b", .wanted = {.identifier = 7}});
        ASSERT_TRUE(chosen);
        EXPECT_EQ(chosen->mode, xdp_mode::generic) << "the driver of veth would copy first";
    });
    if (!permitted) GTEST_SKIP() << skipped;
}

TEST(xdp_socket, counts_what_it_has_no_room_for) {
    const bool permitted = in_lab([] {
        const auto out = open_packet_ring({.interface = "sonde_a", .filter = {{6, 0, 0, 0}}});
        auto in = open_xdp_socket({.interface = "sonde_b",
                                   .wanted = {.identifier = 7},
                                   .mode = xdp_mode::generic,
                                   .receive_slots = 64});
        ASSERT_TRUE(out && in);
        send(**out, reply(7), 200);
        EXPECT_EQ(receive(*in->carrier, 64), 64U);
        EXPECT_EQ(in->carrier->drops().value_or(0), 136U);
        static_cast<void>(in->carrier->receive());  // gives the slots back
        send(**out, reply(7), 50);
        EXPECT_EQ(receive(*in->carrier, 50), 50U);
    });
    if (!permitted) GTEST_SKIP() << skipped;
}

}  // namespace
}  // namespace sonde
