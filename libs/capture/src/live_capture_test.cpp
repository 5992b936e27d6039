// Live captures over a kernel of variables: every call failed with each error it can give, blocks
// handed over by hand. No privilege needed.

#include <gtest/gtest.h>

#include <sonde/capture/exchange.hpp>

#include "kernel_filter.hpp"
#include "live_refusal.hpp"
#include "packet_calls_testing.hpp"
#include "ring_testing.hpp"

namespace sonde {
namespace {

using namespace capture_testing;
using namespace std::chrono_literals;

const packet_calls calls = fake_calls();

class live : public ::testing::Test {
  protected:
    live() { kernel = {}; }
    static live_capture opened(const live_options& options = {}, const char* name = "eth0") {
        auto made = live_capture::open(name, options, calls);
        EXPECT_TRUE(made) << describe(made.error());
        return std::move(*made);
    }
    static bytes_mut block(std::size_t index) {
        return bytes_mut(static_cast<std::uint8_t*>(kernel.memory), kernel.memory_len)
            .subspan(index * kernel.ring.tp_block_size, kernel.ring.tp_block_size);
    }
    static void hand_over(std::size_t index, const std::vector<made_frame>& frames) {
        block_maker made(kernel.ring.tp_block_size);
        for (const auto& one : frames) made.add(one);
        std::ranges::copy(made.octets(), block(index).begin());
    }
    /// The next record; zeros, and a failure, when there is none.
    static live_record taken(live_capture& from) {
        const auto got = from.next(0ns);
        if (got && *got != nullptr) return **got;
        ADD_FAILURE() << "no packet";
        static const std::vector<std::uint8_t> zeros(60);
        live_record none;
        none.octets = zeros;
        return none;
    }
    static std::uint32_t status_of(std::size_t index) {
        return load32(native_order, block(index), 8);
    }
    static made_frame frame(std::uint8_t first, std::uint8_t kind = PACKET_HOST) {
        return {.octets = std::vector<std::uint8_t>(60, first), .kind = kind};
    }
};

struct failure {
    const char* call;
    std::vector<int> codes;
};

// Each call of opening, the first of its kind, the second and so on, with each errno.
TEST_F(live, refuses_with_the_errno_and_leaks_nothing_whatever_call_fails) {
    const std::vector<failure> all{
        {"eventfd", {EMFILE, ENFILE, ENODEV, ENOMEM}},
        {"timerfd", {EMFILE, ENFILE, ENODEV, ENOMEM}},
        {"socket", {EPERM, EACCES, EAFNOSUPPORT, EMFILE, ENFILE, ENOBUFS, ENOMEM, EPROTONOSUPPORT}},
        {"ioctl", {EBADF, EFAULT, EINVAL, ENOTTY, ENODEV}},
        {"setsockopt", {EBADF, EFAULT, EINVAL, ENOPROTOOPT, ENOMEM, EPERM, EBUSY, ENOTSOCK}},
        {"getsockopt", {EBADF, EFAULT, EINVAL, ENOPROTOOPT, ENOTSOCK}},
        {"map", {EACCES, EAGAIN, EBADF, EINVAL, ENFILE, ENODEV, ENOMEM, EPERM}},
        {"bind", {EACCES, EADDRINUSE, EBADF, EINVAL, ENOTSOCK, ENODEV}},
    };
    for (const failure& one : all) {
        for (const int code : one.codes) {
            for (int at = 0;; ++at) {
                kernel = {};
                kernel.failing = one.call;
                kernel.fail_at = at;
                kernel.code = code;
                {
                    const auto made = live_capture::open(
                        "eth0", {.filter = "tcp", .fanout = capture_fanout{}}, calls);
                    if (kernel.failing_calls <= at) {
                        EXPECT_TRUE(made);
                        EXPECT_GE(at, 1) << one.call << " is never called";
                        break;
                    }
                    ASSERT_FALSE(made) << one.call << " " << at;
                    EXPECT_EQ(made.error().code, code) << one.call << " " << at;
                    EXPECT_STRNE(made.error().operation, "");
                }
                EXPECT_EQ(kernel.opened, kernel.closed) << one.call << " " << at;
                EXPECT_EQ(kernel.mapped, kernel.unmapped) << one.call << " " << at;
            }
        }
    }
}

TEST_F(live, without_the_capability_names_the_remedy) {
    kernel.failing = "socket";
    kernel.code = EPERM;
    EXPECT_EQ(describe(live_capture::open("eth0", {}, calls).error()),
              "socket(AF_PACKET) of eth0: Operation not permitted (EPERM); run it as root, or give "
              "the program the capability: sudo setcap cap_net_raw+ep PROGRAM");
}

TEST_F(live, of_an_interface_that_is_not_there_names_the_nearest) {
    EXPECT_EQ(describe(live_capture::open("eht0", {}, calls).error()),
              "interface eht0: No such device (ENODEV); did you mean eth0? There are lo "
              "and eth0");
    EXPECT_EQ(describe(live_capture::open("wireless", {}, calls).error()),
              "interface wireless: No such device (ENODEV); There are lo and eth0");
    EXPECT_EQ(live_capture::open("a_name_of_16_oct", {}, calls).error().code, ENAMETOOLONG);
    EXPECT_EQ(live_capture::open("", {}, calls).error().code, EINVAL);
    EXPECT_TRUE(live_capture::open("2", {}, calls)) << "numbers are interfaces, too";
    EXPECT_FALSE(live_capture::open("3", {}, calls));
}

TEST_F(live, of_an_interface_that_is_down_says_so_though_bind_did_not) {
    kernel.socket_error = ENETDOWN;
    const auto made = live_capture::open("eth0", {}, calls);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, ENETDOWN);
    EXPECT_NE(made.error().remedy.find("ip link set eth0 up"), std::string::npos);
}

TEST_F(live, with_a_wrong_filter_says_where) {
    const auto made = live_capture::open("eth0", {.filter = "tcp and prot 80"}, calls);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, EINVAL);
    EXPECT_NE(made.error().remedy.find("only up to 'tcp'"), std::string::npos);
}

TEST_F(live, has_its_filter_before_it_is_bound_and_shares_by_the_group_that_was_named) {
    const auto capture =
        opened({.fanout = capture_fanout{
                    .group = 0x1234, .by = capture_fanout::kind::cpu, .defragment = true}});
    const auto at = [](int option) {
        return std::ranges::find(kernel.options, option) - kernel.options.begin();
    };
    EXPECT_LT(at(SO_ATTACH_FILTER), at(PACKET_ADD_MEMBERSHIP));
    EXPECT_EQ(kernel.fanout, 0x80021234U);  // linux/if_packet.h: FLAG_DEFRAG, CPU
    EXPECT_EQ(kernel.bound.sll_ifindex, 2);
    EXPECT_EQ(kernel.ring.tp_retire_blk_tov, 1U);
}

TEST_F(live, takes_its_link_type_from_the_kind_of_interface) {
    const std::vector<std::pair<std::uint16_t, std::uint16_t>> all{
        {1, 1}, {772, 1}, {0xfffe, 101}, {519, 101}, {768, 101}, {512, 276}, {32, 276}};
    for (const auto& [hardware, link_type] : all) {
        kernel = {};
        kernel.hardware = hardware;
        EXPECT_EQ(opened().link_type(), link_type) << hardware;
    }
    kernel = {};
    EXPECT_EQ(opened({.cooked_link_type = 113}, "any").link_type(), 113);
    EXPECT_EQ(kernel.bound.sll_ifindex, 0);
    EXPECT_FALSE(live_capture::open("any", {.cooked_link_type = 1}, calls));
}

TEST_F(live, gives_packets_block_by_block_and_each_block_back) {
    auto capture = opened();
    EXPECT_EQ(*capture.next(0ns), nullptr);
    hand_over(0, {frame(1), frame(2)});
    hand_over(1, {frame(3)});
    for (std::uint8_t wanted = 1; wanted <= 3; ++wanted) {
        const auto got = capture.next(0ns);
        ASSERT_TRUE(got && *got != nullptr);
        EXPECT_EQ((*got)->octets[0], wanted);
        EXPECT_EQ(status_of(0), wanted == 3 ? std::uint32_t{TP_STATUS_KERNEL} : TP_STATUS_USER);
    }
    EXPECT_EQ(*capture.next(0ns), nullptr);
    EXPECT_EQ(status_of(1), std::uint32_t{TP_STATUS_KERNEL});
    EXPECT_EQ(capture.counts()->delivered, 3U);
}

TEST_F(live, goes_around_the_ring) {
    auto capture = opened({.buffer_len = 0});  // the least: two blocks
    for (std::size_t round = 0; round < 10; ++round) {
        hand_over(round % 2, {frame(static_cast<std::uint8_t>(round))});
        const auto got = capture.next(0ns);
        ASSERT_TRUE(got && *got != nullptr);
        EXPECT_EQ((*got)->octets[0], round);
    }
}

TEST_F(live, leaves_out_the_direction_that_was_not_asked_for) {
    auto inbound = opened({.direction = capture_direction::inbound});
    hand_over(0, {frame(1, PACKET_OUTGOING), frame(2, PACKET_BROADCAST)});
    EXPECT_EQ(taken(inbound).octets[0], 2);
    auto outbound = opened({.direction = capture_direction::outbound});
    hand_over(0, {frame(1, PACKET_OUTGOING), frame(2, PACKET_BROADCAST)});
    EXPECT_EQ(taken(outbound).octets[0], 1);
    EXPECT_EQ(*outbound.next(0ns), nullptr);
    EXPECT_EQ(outbound.counts()->left_out, 1U);
}

TEST_F(live, shows_what_a_host_sends_to_itself_once) {
    auto capture = opened({}, "any");
    auto out = frame(1, PACKET_OUTGOING);
    auto in = frame(1);
    out.hardware = in.hardware = 772;  // ARPHRD_LOOPBACK
    hand_over(0, {out, in});
    EXPECT_FALSE(taken(capture).is_outbound());
    EXPECT_EQ(*capture.next(0ns), nullptr);
}

// The kernel cannot see the tag that it took out; the record shows it.
TEST_F(live, runs_the_filter_again_where_a_tag_was_put_back) {
    auto capture = opened({.filter = "vlan 5"});
    auto five = frame(0);
    five.status |= TP_STATUS_VLAN_VALID;
    five.vlan_control = 5;
    auto six = five;
    six.vlan_control = 6;
    hand_over(0, {six, five});
    EXPECT_EQ(be16_at(taken(capture).octets, 14), 5);
    EXPECT_EQ(*capture.next(0ns), nullptr);
}

TEST_F(live, with_a_new_filter_judges_what_waits_in_the_ring_by_it) {
    auto capture = opened();
    hand_over(0, {frame(1), frame(2)});
    ASSERT_TRUE(capture.set_filter("ether[0] = 2"));
    EXPECT_EQ(taken(capture).octets[0], 2);
    EXPECT_EQ(capture.description().filter, "ether[0] = 2");
}

TEST_F(live, waits_until_the_timer_a_packet_or_a_stop) {
    auto capture = opened();
    kernel.poll_answers = {{0, 0, POLLIN}};
    EXPECT_EQ(*capture.next(1s), nullptr);
    kernel.poll_answers = {{POLLIN, 0, 0}, {0, 0, POLLIN}};
    EXPECT_EQ(*capture.next(1s), nullptr) << "ready without a packet: waits on";
    EXPECT_TRUE(kernel.poll_answers.empty());
    hand_over(0, {frame(9)});
    capture.stop();
    EXPECT_EQ(*capture.next(), nullptr);
    EXPECT_TRUE(capture.is_stopped());
    capture.resume();
    EXPECT_EQ(taken(capture).octets[0], 9);
}

TEST_F(live, says_when_the_interface_goes_down_while_it_waits) {
    auto capture = opened();
    kernel.poll_answers = {{POLLERR, 0, 0}};
    kernel.socket_error = ENETDOWN;
    const auto got = capture.next(1s);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, ENETDOWN);
}

TEST_F(live, says_what_ppoll_and_the_timer_refuse) {
    for (const int code : {EFAULT, EINVAL, ENOMEM}) {
        for (const char* call : {"ppoll", "timerfd_settime"}) {
            kernel = {};
            auto capture = opened();
            kernel.failing = call;
            kernel.code = code;
            const auto got = capture.next(1s);
            ASSERT_FALSE(got) << call;
            EXPECT_EQ(got.error().code, code);
        }
    }
}

TEST_F(live, adds_up_counters_that_the_kernel_forgets_when_it_is_asked) {
    auto capture = opened();
    kernel.statistics = {{10, 3, 1}, {5, 0, 0}};
    static_cast<void>(capture.counts());
    const auto counts = capture.counts();
    ASSERT_TRUE(counts);
    EXPECT_EQ(counts->seen, 15U);
    EXPECT_EQ(counts->dropped, 3U);
    EXPECT_EQ(counts->freezes, 1U);
    kernel.failing = "getsockopt";
    kernel.code = EBADF;
    EXPECT_EQ(capture.counts().error().code, EBADF);
}

TEST_F(live, as_a_range_ends_in_silence_and_keeps_the_error) {
    auto capture = opened();
    hand_over(0, {frame(1), frame(2)});
    kernel.poll_answers = {{0, 0, POLLIN}};
    int seen = 0;
    for (const live_record& one : capture.packets(1s)) seen += one.octets[0];
    EXPECT_EQ(seen, 3);
    EXPECT_FALSE(capture.failure());
    kernel.failing = "ppoll";
    kernel.code = ENOMEM;
    for (const live_record& one : capture.packets(1s)) seen += one.octets[0];
    ASSERT_TRUE(capture.failure());
    EXPECT_EQ(capture.failure()->code, ENOMEM);
}

TEST_F(live, receives_as_many_owned_packets_as_are_wanted) {
    auto capture = opened();
    hand_over(0, {frame(1), frame(2), frame(3), frame(4)});
    const auto got = receive(capture, {.limit = 2, .matching = [](const live_record& one) {
                                           return one.octets[0] % 2 == 0;
                                       }});
    ASSERT_TRUE(got);
    ASSERT_EQ(got->size(), 2U);
    EXPECT_EQ((*got)[1].octets, frame(4).octets);
    EXPECT_EQ((*got)[1].as_record().captured_len(), 60U);
}

TEST_F(live, exchange_gives_each_frame_its_answer_and_counts_the_rest) {
    auto capture = opened();
    auto out = packet_link::open("eth0", {}, calls);
    ASSERT_TRUE(out);
    const auto one = frame(1).octets;
    const auto two = frame(2).octets;
    const auto three = frame(3).octets;
    const std::vector<bytes_view> frames{one, two, three};
    // Answers begin with the number plus 100; what we sent ourselves comes by as well.
    hand_over(0, {frame(1, PACKET_OUTGOING), frame(102), frame(50), frame(101), frame(101)});
    kernel.poll_answers = {{0, 0, POLLIN}};
    const auto got = exchange(*out, capture, frames, [](bytes_view sent, const live_record& came) {
        return came.octets[0] == sent[0] + 100;
    });
    ASSERT_TRUE(got);
    ASSERT_EQ(got->answers.size(), 2U);
    EXPECT_EQ(got->answers[0].sent, 1U);
    EXPECT_EQ(got->answers[1].sent, 0U);
    EXPECT_EQ(got->others, 2U) << "the stranger, and the second answer to the first frame";
    EXPECT_EQ(got->unanswered, 1U);
    EXPECT_EQ(got->sent.sent, 3U);
}

TEST_F(live, exchange_ends_when_all_have_their_answers) {
    auto capture = opened();
    auto out = packet_link::open("eth0", {}, calls);
    const auto one = frame(1).octets;
    const std::vector<bytes_view> frames{one};
    hand_over(0, {frame(101), frame(102)});
    const auto got =
        exchange(*out, capture, frames, [](bytes_view, const live_record&) { return true; });
    ASSERT_TRUE(got);
    EXPECT_EQ(got->answers.size(), 1U);
    EXPECT_EQ(taken(capture).octets[0], 102) << "the rest still waits";
}

// What libpcap makes of "inbound" needs the kind of packet, which the kernel's filter has as a
// fact.
TEST(kernel_filter, of_cooked_packets_reads_facts_in_place_of_the_header) {
    const detail::frame_shape cooked{276, true, 262144};
    const auto program = bpf_program::compile("ip and tcp port 80", {.link_type = 276}).value();
    const auto made = detail::kernel_filter_of(program, cooked, capture_direction::both);
    EXPECT_TRUE(made.decides);
    const auto protocol = static_cast<std::uint32_t>(SKF_AD_OFF + SKF_AD_PROTOCOL);
    EXPECT_EQ(made.code[4].k, protocol) << "behind the four instructions about tags";
    EXPECT_TRUE(std::ranges::any_of(made.code, [](const sock_filter& one) {
        return one.code == (BPF_LD | BPF_B | BPF_ABS) && one.k == 9;  // the protocol of IPv4
    }));
}

TEST(kernel_filter, that_the_kernel_cannot_run_lets_all_through_and_leaves_it_to_us) {
    const detail::frame_shape cooked{276, true, 262144};
    const auto program = bpf_program::compile("ether[12:2] = 7", {.link_type = 1}).value();
    const auto made = detail::kernel_filter_of(program, cooked, capture_direction::both);
    EXPECT_FALSE(made.decides);
    EXPECT_EQ(made.code.size(), 1U);
}

TEST(letters_apart, counts_changes_additions_losses_and_swaps) {
    EXPECT_EQ(detail::letters_apart("eth0", "eth0"), 0U);
    EXPECT_EQ(detail::letters_apart("eht0", "eth0"), 1U);
    EXPECT_EQ(detail::letters_apart("eth", "eth0"), 1U);
    EXPECT_EQ(detail::letters_apart("wlan0", "eth0"), 4U);
    EXPECT_EQ(detail::letters_apart("", "lo"), 2U);
}

}  // namespace
}  // namespace sonde
