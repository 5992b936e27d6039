// Sending over a kernel of variables: what it refuses, when it has no room, at a rate.

#include <gtest/gtest.h>

#include <sonde/capture/ip_sender.hpp>
#include <sonde/capture/link.hpp>

#include "packet_calls_testing.hpp"

namespace sonde {
namespace {

using namespace capture_testing;

const packet_calls calls = fake_calls();
const std::vector<std::uint8_t> frame(60, 7);

class sending : public ::testing::Test {
  protected:
    sending() { kernel = {}; }
    static packet_link opened() {
        auto made = packet_link::open("eth0", {}, calls);
        EXPECT_TRUE(made);
        return std::move(*made);
    }
};

TEST_F(sending, is_refused_with_the_errno_and_leaks_nothing_whatever_call_fails) {
    const std::vector<std::pair<const char*, std::vector<int>>> all{
        {"eventfd", {EMFILE, ENFILE, ENOMEM}},
        {"timerfd", {EMFILE, ENFILE, ENOMEM}},
        {"socket", {EPERM, EACCES, EAFNOSUPPORT, EMFILE, ENFILE, ENOBUFS, ENOMEM}},
        {"bind", {EINVAL, ENODEV, EACCES, EBADF}},
        {"ioctl", {EBADF, EINVAL, ENODEV, ENOTTY}},
        {"if_nametoindex", {EMFILE, ENFILE, ENOBUFS}},
    };
    for (const auto& [call, codes] : all) {
        for (const int code : codes) {
            kernel = {};
            kernel.failing = call;
            kernel.code = code;
            const auto made = packet_link::open("eth0", {}, calls);
            ASSERT_FALSE(made) << call;
            EXPECT_EQ(made.error().code, code) << call;
            EXPECT_EQ(kernel.opened, kernel.closed) << call;
        }
    }
}

TEST_F(sending, works_on_a_kernel_that_knows_no_way_past_the_queue) {
    kernel.failing = "setsockopt";
    kernel.code = ENOPROTOOPT;
    EXPECT_TRUE(packet_link::open("eth0", {}, calls));
}

TEST_F(sending, by_what_is_down_or_not_there_names_the_remedy) {
    kernel.is_up = false;
    EXPECT_NE(describe(packet_link::open("eth0", {}, calls).error()).find("ip link set eth0 up"),
              std::string::npos);
    EXPECT_NE(describe(packet_link::open("etho", {}, calls).error()).find("did you mean eth0?"),
              std::string::npos);
}

class failing_frame : public sending, public ::testing::WithParamInterface<int> {};
INSTANTIATE_TEST_SUITE_P(of_itself, failing_frame,
                         ::testing::Values(EMSGSIZE, EINVAL, EFAULT, ENOMEM, EIO, EDESTADDRREQ));
TEST_P(failing_frame, is_counted_and_left_out_and_the_others_go) {
    auto out = opened();
    kernel.send_answers = {1, -GetParam(), 2};
    const std::vector<bytes_view> frames(4, frame);
    const auto done = out.send(frames);
    ASSERT_TRUE(done);
    EXPECT_EQ(done->sent, 3U);
    EXPECT_EQ(done->failed, 1U);
    EXPECT_EQ(done->first_failure->code, GetParam());
    EXPECT_EQ(kernel.batches, (std::vector<unsigned>{4, 3, 2}));
}
TEST_P(failing_frame, alone_is_the_error_of_sending_it) {
    auto out = opened();
    kernel.send_answers = {-GetParam()};
    const auto done = out.send(bytes_view(frame));
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, GetParam());
}

class lost_interface : public sending, public ::testing::WithParamInterface<int> {};
INSTANTIATE_TEST_SUITE_P(ends_it, lost_interface,
                         ::testing::Values(ENETDOWN, ENXIO, ENODEV, EBADF, ENOTSOCK, EPERM,
                                           EACCES));
TEST_P(lost_interface, ends_the_sending_with_that_error) {
    auto out = opened();
    kernel.send_answers = {1, -GetParam()};
    const std::vector<bytes_view> frames(4, frame);
    const auto done = out.send(frames);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, GetParam());
}

TEST_F(sending, without_room_waits_and_sends_the_frame_again) {
    auto out = opened();
    kernel.send_answers = {2, -ENOBUFS, -EAGAIN, -EINTR, 2};
    const std::vector<bytes_view> frames(4, frame);
    const auto done = out.send(frames);
    ASSERT_TRUE(done);
    EXPECT_EQ(done->sent, 4U);
    EXPECT_EQ(done->failed, 0U);
    EXPECT_EQ(done->waits, 2U) << "an interrupted call is none";
    EXPECT_EQ(kernel.frames.size(), 4U);
}

TEST_F(sending, without_room_for_a_whole_second_gives_the_frame_up) {
    auto out = opened();
    kernel.send_answers.assign(20001, -ENOBUFS);
    const auto done = out.send(bytes_view(frame));
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ENOBUFS);
    EXPECT_TRUE(kernel.send_answers.empty());
}

TEST_F(sending, more_frames_than_a_batch_keeps_their_order) {
    auto out = opened();
    std::vector<std::vector<std::uint8_t>> octets;
    for (std::uint8_t i = 0; i < 150; ++i) octets.emplace_back(60, i);
    const std::vector<bytes_view> frames(octets.begin(), octets.end());
    EXPECT_EQ(out.send(frames)->sent, 150U);
    EXPECT_EQ(kernel.frames, octets);
}

TEST_F(sending, a_flood_fills_each_frame_in_place_over_what_they_have_in_common) {
    auto out = opened();
    const auto done = out.inject({.frame = frame, .count = 1000, .burst = 16},
                                 [](std::uint64_t number, bytes_mut made) {
                                     put_be16_at(made, 0, static_cast<std::uint16_t>(number));
                                     return made.size();
                                 });
    ASSERT_TRUE(done);
    EXPECT_EQ(done->sent, 1000U);
    ASSERT_EQ(kernel.frames.size(), 1000U);
    for (std::size_t i = 0; i < 1000; ++i) {
        EXPECT_EQ(be16_at(kernel.frames[i], 0), i);
        EXPECT_EQ(kernel.frames[i][2], 7) << "what nobody changed stays";
    }
    EXPECT_EQ(kernel.batches.front(), 16U);
}

TEST_F(sending, a_flood_without_count_ends_when_the_filler_says_so) {
    auto out = opened();
    const auto done = out.inject({.room = 100}, [](std::uint64_t number, bytes_mut made) {
        return number == 100 ? 0 : made.size() - number % 10;
    });
    ASSERT_TRUE(done);
    EXPECT_EQ(done->sent, 100U);
    EXPECT_EQ(kernel.frames[99].size(), 91U);
}

TEST_F(sending, a_flood_ends_when_it_is_stopped) {
    auto out = opened();
    const auto done =
        out.inject({.frame = frame, .burst = 8}, [&](std::uint64_t number, bytes_mut) {
            if (number == 20) out.stop();
            return std::size_t{60};
        });
    ASSERT_TRUE(done);
    EXPECT_EQ(done->sent, 16U);
    EXPECT_EQ(out.inject({.frame = frame})->sent, 0U) << "until resume";
    out.resume();
    EXPECT_EQ(out.inject({.frame = frame, .count = 1})->sent, 1U);
}

TEST_F(sending, at_a_rate_sends_what_the_timer_says_is_due_and_never_more_than_the_burst) {
    auto out = opened();
    kernel.timer_times = 3;  // each time it is asked; a tick of this rate is a frame
    const auto done = out.inject({.frame = frame, .count = 12, .rate = 100, .burst = 2});
    ASSERT_TRUE(done);
    EXPECT_EQ(done->sent, 12U);
    EXPECT_EQ(kernel.batches, std::vector<unsigned>(6, 2));
}

TEST_F(sending, at_a_rate_waits_while_nothing_is_due) {
    auto out = opened();
    kernel.timer_times = 0;
    kernel.poll_answers = {{0, 0}, {0, 0}};
    kernel.failing = "ppoll";
    kernel.fail_at = 2;
    kernel.code = ENOMEM;
    const auto done = out.inject({.frame = frame, .count = 1, .rate = 100});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ENOMEM);
    EXPECT_TRUE(kernel.frames.empty());
}

TEST_F(sending, a_flood_that_makes_no_sense_is_refused_with_a_sentence) {
    auto out = opened();
    const auto refused = [&](const injection& what) {
        const auto done = out.inject(what);
        return !done && done.error().code == EINVAL && !done.error().remedy.empty();
    };
    EXPECT_TRUE(refused({}));
    EXPECT_TRUE(refused({.room = 60}));
    EXPECT_TRUE(refused({.frame = frame, .rate = -1}));
    EXPECT_TRUE(refused({.frame = frame, .rate = 1e10}));
    EXPECT_TRUE(refused({.frame = frame, .rate = std::numeric_limits<double>::quiet_NaN()}));
    EXPECT_TRUE(refused({.frame = frame, .room = 59}));
    EXPECT_TRUE(refused({.frame = frame, .room = 262145}));
}

std::vector<std::uint8_t> datagram(std::uint8_t version, std::size_t len) {
    std::vector<std::uint8_t> made(len);
    made[0] = static_cast<std::uint8_t>(version << 4 | 5);
    return made;
}

TEST_F(sending, a_datagram_goes_by_the_version_in_its_header) {
    auto out = ip_sender::open({}, calls);
    ASSERT_TRUE(out);
    EXPECT_TRUE(out->send(datagram(4, 20)));
    EXPECT_TRUE(out->send(datagram(6, 40)));
    EXPECT_EQ(kernel.frames.size(), 2U);
    const std::vector<std::vector<std::uint8_t>> wrong{
        {}, datagram(4, 19), datagram(6, 39), datagram(5, 60), datagram(0, 60)};
    for (const auto& each : wrong) EXPECT_EQ(out->send(each).error().code, EINVAL);
}

class failing_datagram : public sending, public ::testing::WithParamInterface<int> {};
INSTANTIATE_TEST_SUITE_P(sendto, failing_datagram,
                         ::testing::Values(EACCES, EPERM, EAGAIN, EMSGSIZE, ENOBUFS, ENETUNREACH,
                                           EHOSTUNREACH, ENETDOWN));
TEST_P(failing_datagram, is_said_with_its_errno) {
    auto out = ip_sender::open({}, calls);
    kernel.failing = "sendto";
    kernel.code = GetParam();
    EXPECT_EQ(out->send(datagram(4, 20)).error().code, GetParam());
    kernel.failing_calls = 0;
    EXPECT_EQ(out->send(datagram(6, 40)).error().code, GetParam());
}

TEST_F(sending, a_datagram_that_a_signal_interrupts_goes_again) {
    auto out = ip_sender::open({}, calls);
    kernel.failing = "sendto";
    kernel.code = EINTR;
    EXPECT_TRUE(out->send(datagram(4, 20)));
    kernel.failing_calls = 0;
    EXPECT_TRUE(out->send(datagram(6, 40)));
}

TEST_F(sending, datagrams_of_ipv4_needs_no_ipv6) {
    kernel.failing = "socket";
    kernel.fail_at = 1;
    kernel.code = EAFNOSUPPORT;
    auto out = ip_sender::open({}, calls);
    ASSERT_TRUE(out);
    EXPECT_TRUE(out->send(datagram(4, 20)));
    EXPECT_EQ(out->send(datagram(6, 40)).error().code, EAFNOSUPPORT);
}

TEST_F(sending, datagrams_without_the_capability_or_interface_names_the_remedy) {
    kernel.failing = "socket";
    kernel.code = EPERM;
    EXPECT_NE(ip_sender::open({}, calls).error().remedy.find("cap_net_raw"), std::string::npos);
    EXPECT_EQ(ip_sender::open({.interface = "etho"}, calls).error().code, ENODEV);
    kernel = {};
    kernel.failing = "setsockopt";
    kernel.code = ENODEV;
    EXPECT_EQ(ip_sender::open({.interface = "eth0"}, calls).error().code, ENODEV);
    EXPECT_EQ(kernel.opened, kernel.closed);
}

}  // namespace
}  // namespace sonde
