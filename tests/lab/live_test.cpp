// Live packets over the running kernel: a veth pair between two network namespaces that the test
// makes, and tcpdump beside us on the same interface in the same run.

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>

#include <gtest/gtest.h>

#include <sonde/capture/exchange.hpp>
#include <sonde/capture/ip_sender.hpp>

#include "net_lab.hpp"

namespace sonde {
namespace {

using namespace std::chrono_literals;
using octet_list = std::vector<std::uint8_t>;

/// This thread's namespace holds `liven`; another one holds its other end, `livef`.
class veth_pair {
  public:
    template <class Body>
    auto at_far(const Body& body) {
        EXPECT_EQ(::setns(far_.number(), CLONE_NEWNET), 0);
        auto done = body();
        EXPECT_EQ(::setns(near_.number(), CLONE_NEWNET), 0);
        return done;
    }
    bool build() {
        if (!testing::enter_new_namespace()) return false;
        far_ = testing::here();
        if (!quiet() || !testing::enter_new_namespace()) return false;
        near_ = testing::here();
        const std::string place =
            "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(far_.number());
        return quiet() &&
               testing::run_shell("ip link add liven type veth peer name livef netns " + place +
                                  "\nip link set liven up") &&
               at_far([] { return testing::run_shell("ip link set livef up"); });
    }

  private:
    // Without addresses nobody but us sends anything.
    static bool quiet() {
        return testing::run_shell("echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6");
    }
    fd near_;
    fd far_;
};

bool in_pair(const std::function<void(veth_pair&)>& body) {
    bool permitted = false;
    std::thread([&] {
        veth_pair made;
        permitted = made.build();
        if (permitted) body(made);
    }).join();
    return permitted;
}

live_capture opened(const std::string& interface, const live_options& options = {}) {
    auto made = live_capture::open(interface, options);
    EXPECT_TRUE(made) << describe(made.error());
    return std::move(*made);
}

packet_link open_link(const std::string& interface) {
    auto made = packet_link::open(interface);
    EXPECT_TRUE(made) << describe(made.error());
    return std::move(*made);
}

/// UDP in IPv4 in Ethernet, with tags between, and a payload that numbers it.
octet_list frame(std::uint16_t number, const std::vector<std::uint16_t>& tags, std::uint16_t port,
                 std::size_t payload_len) {
    octet_list made{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1};
    const auto add16 = [&](std::size_t value) {
        made.push_back(static_cast<std::uint8_t>(value >> 8));
        made.push_back(static_cast<std::uint8_t>(value));
    };
    for (std::size_t i = 0; i < tags.size(); ++i) {
        add16(i + 1 < tags.size() ? 0x88a8 : 0x8100);
        add16(tags[i]);
    }
    add16(0x0800);
    const octet_list start{0x45, 0};
    made.insert(made.end(), start.begin(), start.end());
    add16(28 + payload_len);
    add16(number);
    const octet_list rest{0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2};
    made.insert(made.end(), rest.begin(), rest.end());
    add16(40000);
    add16(port);
    add16(8 + payload_len);
    add16(0);
    made.resize(made.size() + payload_len, static_cast<std::uint8_t>(number));
    return made;
}

std::vector<octet_list> some_frames() {
    std::vector<octet_list> all;
    for (std::uint16_t i = 0; i < 300; ++i) {
        const std::size_t len = 20 + i * 4U;
        const std::uint16_t port = i % 3 == 0 ? 53 : 5353;
        if (i % 5 == 1) {
            all.push_back(frame(i, {0x2005}, port, len));
        } else if (i % 5 == 2) {
            all.push_back(frame(i, {7, 5}, port, len));
        } else {
            all.push_back(frame(i, {}, port, len));
        }
    }
    return all;
}

void send_all(packet_link& out, const std::vector<octet_list>& frames) {
    const std::vector<bytes_view> views(frames.begin(), frames.end());
    const auto done = out.send(views);
    ASSERT_TRUE(done) << describe(done.error());
    EXPECT_EQ(done->sent, frames.size());
    EXPECT_EQ(done->failed, 0U);
}

std::vector<octet_list> octets_of(const std::vector<owned_frame>& frames) {
    std::vector<octet_list> all;
    for (const auto& one : frames) all.push_back(one.octets);
    return all;
}

std::vector<owned_frame> received(live_capture& from, std::size_t limit, nanoseconds time = 5s) {
    auto got = receive(from, {.limit = limit, .time = time});
    EXPECT_TRUE(got) << describe(got.error());
    return std::move(*got);
}

/// tcpdump at work until it has seen `count` packets.
class tcpdump {
  public:
    tcpdump(const std::string& interface, std::size_t count) {
        std::string name = (std::filesystem::temp_directory_path() / "sonde_live_XXXXXX").string();
        const int number = ::mkstemp(name.data());
        if (number >= 0) ::close(number);
        path_ = name;
        const std::string command = "exec tcpdump -Z root -n -i " + interface + " -c " +
                                    std::to_string(count) + " -w " + path_ + " 2>&1";
        pipe_ = ::popen(command.c_str(), "r");
        std::array<char, 256> line{};
        while (pipe_ != nullptr && std::fgets(line.data(), line.size(), pipe_) != nullptr) {
            if (std::string_view(line.data()).find("listening on") != std::string_view::npos) {
                is_listening_ = true;
                break;
            }
        }
    }
    tcpdump(const tcpdump&) = delete;
    tcpdump& operator=(const tcpdump&) = delete;
    ~tcpdump() {
        static_cast<void>(ended());
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }
    [[nodiscard]] bool is_listening() const { return is_listening_; }
    /// Waits for its end.
    std::vector<octet_list> ended() {
        if (pipe_ != nullptr) ::pclose(pipe_);
        pipe_ = nullptr;
        std::vector<octet_list> all;
        auto file = capture_file::open(path_);
        if (!file) return all;
        for (const record& one : *file) all.emplace_back(one.octets.begin(), one.octets.end());
        return all;
    }
    /// How many packets of its file tcpdump finds with a filter.
    std::size_t count(const std::string& filter) const {
        const std::string command =
            "tcpdump -n --count -r " + path_ + " '" + filter + "' 2>/dev/null";
        std::FILE* const pipe = ::popen(command.c_str(), "r");
        std::array<char, 256> line{};
        const char* const got = std::fgets(line.data(), line.size(), pipe);
        ::pclose(pipe);
        return got != nullptr ? static_cast<std::size_t>(std::atol(got)) : 0;
    }

  private:
    std::string path_;
    std::FILE* pipe_ = nullptr;
    bool is_listening_ = false;
};

TEST(live_lab, the_first_packet_arrives_though_no_other_follows) {
    const bool permitted = in_pair([](veth_pair& pair) {
        auto capture = pair.at_far([] { return opened("livef", {.snap_len = 65535}); });
        auto out = open_link("liven");
        const auto sent = frame(1, {}, 53, 20);
        ASSERT_TRUE(out.send(bytes_view(sent)));
        const auto got = capture.next(5s);
        ASSERT_TRUE(got && *got != nullptr);
        EXPECT_TRUE(std::ranges::equal((*got)->octets, sent));
        EXPECT_EQ((*got)->source, stamp_source::kernel);
        const auto age = wall_now() - (*got)->time;
        EXPECT_GE(age, 0ns) << "stamped before it was looked at";
        EXPECT_EQ((*got)->flags()->reception(), packet_flags::reception_kind::broadcast);
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
}

TEST(live_lab, every_frame_is_seen_as_tcpdump_sees_it_with_its_tags) {
    const bool permitted = in_pair([](veth_pair& pair) {
        const auto frames = some_frames();
        auto capture = pair.at_far([] { return opened("livef"); });
        auto peer = pair.at_far([&] { return std::make_unique<tcpdump>("livef", frames.size()); });
        if (!peer->is_listening())
            GTEST_SKIP() << "tcpdump is not installed: install it to compare captures with its own";
        auto out = open_link("liven");
        send_all(out, frames);
        const auto ours = octets_of(received(capture, frames.size()));
        EXPECT_EQ(ours, frames) << "what was sent, tags included";
        EXPECT_EQ(ours, peer->ended());
        const auto counts = capture.counts();
        ASSERT_TRUE(counts);
        EXPECT_EQ(counts->seen, frames.size());
        EXPECT_EQ(counts->delivered, frames.size());
        EXPECT_EQ(counts->dropped, 0U);
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
}

TEST(live_lab, of_all_interfaces_packets_are_cooked_as_tcpdump_cooks_them) {
    const bool permitted = in_pair([](veth_pair& pair) {
        std::vector<octet_list> frames;
        for (std::uint16_t i = 0; i < 50; ++i) frames.push_back(frame(i, {}, 53, 30));
        auto capture = pair.at_far([] { return opened("any"); });
        auto peer = pair.at_far([&] { return std::make_unique<tcpdump>("any", frames.size()); });
        if (!peer->is_listening())
            GTEST_SKIP() << "tcpdump is not installed: install it to compare captures with its own";
        auto out = open_link("liven");
        send_all(out, frames);
        EXPECT_EQ(capture.link_type(), 276);
        EXPECT_EQ(octets_of(received(capture, frames.size())), peer->ended());
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
}

TEST(live_lab, a_filter_selects_live_what_tcpdump_selects_in_the_file) {
    const bool permitted = in_pair([](veth_pair& pair) {
        const auto frames = some_frames();
        const std::vector<std::string> filters{"udp port 53",
                                               "vlan 5",
                                               "vlan and udp port 53",
                                               "not vlan",
                                               "greater 1000",
                                               "port 5353 or vlan 7"};
        std::vector<live_capture> captures;
        for (const auto& text : filters) {
            captures.push_back(pair.at_far(
                [&] { return opened("livef", {.filter = text, .buffer_len = 1 << 21}); }));
        }
        auto cooked = pair.at_far([] { return opened("any", {.filter = "udp port 53"}); });
        auto peer = pair.at_far([&] { return std::make_unique<tcpdump>("livef", frames.size()); });
        if (!peer->is_listening())
            GTEST_SKIP() << "tcpdump is not installed: install it to compare captures with its own";
        auto out = open_link("liven");
        send_all(out, frames);
        ASSERT_EQ(peer->ended().size(), frames.size());
        for (std::size_t i = 0; i < filters.size(); ++i) {
            const std::size_t wanted = peer->count(filters[i]);
            EXPECT_GT(wanted, 0U) << filters[i];
            // One more than wanted, so that one too many would be seen.
            EXPECT_EQ(received(captures[i], wanted + 1, 300ms).size(), wanted) << filters[i];
        }
        // Tagged ones are not UDP for a filter that says nothing of tags, in a file and here.
        EXPECT_EQ(received(cooked, frames.size(), 300ms).size(), peer->count("udp port 53"));
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
}

TEST(live_lab, what_the_ring_cannot_hold_is_counted_by_the_kernel) {
    const bool permitted = in_pair([](veth_pair& pair) {
        auto capture =
            pair.at_far([] { return opened("livef", {.snap_len = 2000, .buffer_len = 0}); });
        auto out = open_link("liven");
        const auto octets = frame(1, {}, 53, 100);
        constexpr std::uint64_t count = 20000;
        const auto done = out.inject({.frame = octets, .count = count});
        ASSERT_TRUE(done && done->sent == count);
        const auto got = received(capture, 0, 300ms);
        const auto counts = capture.counts();
        ASSERT_TRUE(counts);
        EXPECT_GT(counts->dropped, 0U);
        EXPECT_GT(counts->freezes, 0U);
        EXPECT_EQ(counts->seen, count);
        EXPECT_EQ(got.size() + counts->dropped, count);
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
}

TEST(live_lab, captures_of_one_group_share_the_packets) {
    const bool permitted = in_pair([](veth_pair& pair) {
        const live_options options{
            .fanout = capture_fanout{.group = 9, .by = capture_fanout::kind::load_balance}};
        auto one = pair.at_far([&] { return opened("livef", options); });
        auto other = pair.at_far([&] { return opened("livef", options); });
        auto out = open_link("liven");
        const auto octets = frame(1, {}, 53, 20);
        ASSERT_EQ(out.inject({.frame = octets, .count = 100})->sent, 100U);
        EXPECT_EQ(received(one, 50).size(), 50U);
        EXPECT_EQ(received(other, 50).size(), 50U);
        auto third = pair.at_far([&] {
            return live_capture::open(
                "livef", {.fanout = capture_fanout{.group = 9, .by = capture_fanout::kind::cpu}});
        });
        ASSERT_FALSE(third);
        EXPECT_EQ(third.error().code, EINVAL);
        EXPECT_NE(third.error().remedy.find("another kind"), std::string::npos);
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
}

TEST(live_lab, each_direction_can_be_had_alone) {
    const bool permitted = in_pair([](veth_pair& pair) {
        auto in =
            pair.at_far([] { return opened("livef", {.direction = capture_direction::inbound}); });
        auto outbound =
            pair.at_far([] { return opened("livef", {.direction = capture_direction::outbound}); });
        auto here = open_link("liven");
        auto there = pair.at_far([] { return open_link("livef"); });
        const auto one = frame(1, {}, 53, 20);
        const auto two = frame(2, {}, 53, 20);
        ASSERT_TRUE(here.send(bytes_view(one)));
        ASSERT_TRUE(there.send(bytes_view(two)));
        const auto came = received(in, 2, 300ms);
        ASSERT_EQ(came.size(), 1U);
        EXPECT_EQ(came[0].octets, one);
        // A link past the queue is not seen by taps of its own host (packet(7)): by the queue it
        // is.
        auto queued = pair.at_far([] { return packet_link::open("livef", {.past_queue = false}); });
        ASSERT_TRUE(queued && queued->send(bytes_view(two)));
        const auto went = received(outbound, 2, 300ms);
        ASSERT_EQ(went.size(), 1U);
        EXPECT_EQ(went[0].octets, two);
        EXPECT_EQ(went[0].flags.direction(), packet_flags::direction_kind::outbound);
        EXPECT_EQ(in.counts()->seen, 1U) << "the kernel left the other direction out";
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
}

TEST(live_lab, frames_are_exchanged_with_the_other_end) {
    const bool permitted = in_pair([](veth_pair& pair) {
        auto in = opened("liven");
        auto out = open_link("liven");
        auto there =
            pair.at_far([] { return opened("livef", {.direction = capture_direction::inbound}); });
        auto back = pair.at_far([] { return open_link("livef"); });
        // The other end answers every frame with its payload port, twice.
        std::thread answering([&] {
            for (int i = 0; i < 3; ++i) {
                const auto got = there.next(5s);
                if (!got || *got == nullptr) return;
                octet_list answer((*got)->octets.begin(), (*got)->octets.end());
                put_be16_at(answer, 36, 9999);
                for (int n = 0; n < 2; ++n) static_cast<void>(back.send(bytes_view(answer)));
            }
        });
        const std::vector<octet_list> frames{
            frame(1, {}, 53, 20), frame(2, {}, 53, 20), frame(3, {}, 53, 20)};
        const std::vector<bytes_view> views(frames.begin(), frames.end());
        const auto heard = exchange(out,
                                    in,
                                    views,
                                    [](bytes_view sent, const live_record& came) {
                                        return be16_at(came.octets, 36) == 9999 &&
                                               be16_at(came.octets, 18) == be16_at(sent, 18);
                                    },
                                    {.time = 5s});
        answering.join();
        ASSERT_TRUE(heard);
        ASSERT_EQ(heard->answers.size(), 3U);
        EXPECT_EQ(heard->unanswered, 0U);
        for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(heard->answers[i].sent, i);
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
}

TEST(live_lab, datagrams_with_a_header_of_ones_own_leave_as_they_are) {
    const bool permitted = testing::in_namespace([] {
        // Errors that answer them are of another protocol.
        auto capture = opened("lo", {.filter = "ip proto 253 or ip6 proto 253"});
        auto out = ip_sender::open();
        ASSERT_TRUE(out) << describe(out.error());
        // IPv6 with a flow label and a hop limit that no socket would choose (RFC 8200 s3).
        octet_list six{0x6a, 0xbc, 0xde, 0xf1, 0, 8, 253, 3};
        six.resize(40 + 8, 0);
        six[23] = 1;
        six[39] = 1;
        ASSERT_TRUE(out->send(six));
        auto got = received(capture, 1);
        ASSERT_EQ(got.size(), 1U);
        EXPECT_EQ(octet_list(got[0].octets.begin() + 14, got[0].octets.end()), six);
        // IPv4 of protocol 253 (RFC 3692) from an address that is not ours, with an identification.
        octet_list four{0x45, 0x28, 0, 0, 0x12, 0x34, 0, 0, 7, 253, 0,
                        0,    127,  9, 9, 9,    127,  0, 0, 1, 1,   2};
        ASSERT_TRUE(out->send(four));
        got = received(capture, 1);
        ASSERT_EQ(got.size(), 1U);
        octet_list seen(got[0].octets.begin() + 14, got[0].octets.end());
        EXPECT_EQ(be16_at(seen, 2), 22U) << "raw(7): the kernel writes the total length";
        EXPECT_NE(be16_at(seen, 10), 0U) << "and the checksum";
        put_be16_at(seen, 2, 0);
        put_be16_at(seen, 10, 0);
        EXPECT_EQ(seen, four);
        four[16] = 192;
        const auto refused = out->send(four);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, ENETUNREACH);
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
}

TEST(live_lab, a_stop_from_another_thread_ends_the_wait) {
    const bool permitted = in_pair([](veth_pair&) {
        auto capture = opened("liven");
        std::thread stopping([&] { capture.stop(); });
        const auto got = capture.next();
        stopping.join();
        ASSERT_TRUE(got);
        EXPECT_EQ(*got, nullptr);
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
}

TEST(live_lab, an_interface_that_goes_down_is_an_error_with_its_remedy) {
    const bool permitted = in_pair([](veth_pair&) {
        auto capture = opened("liven");
        auto out = open_link("liven");
        ASSERT_TRUE(testing::run_shell("ip link set liven down"));
        const auto got = capture.next(5s);
        ASSERT_FALSE(got);
        EXPECT_EQ(got.error().code, ENETDOWN);
        const auto sent = out.send(bytes_view(frame(1, {}, 53, 20)));
        ASSERT_FALSE(sent);
        EXPECT_EQ(sent.error().code, ENETDOWN);
        EXPECT_NE(describe(packet_link::open("liven").error()).find("ip link set liven up"),
                  std::string::npos);
        EXPECT_NE(describe(live_capture::open("livem").error()).find("did you mean liven?"),
                  std::string::npos);
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
}

TEST(live_lab, a_tunnel_without_link_header_gives_raw_ip) {
    const bool permitted = in_pair([](veth_pair&) {
        if (!testing::run_shell("ip tuntap add livet mode tun && ip link set livet up")) {
            GTEST_SKIP() << "no TUN device here";
        }
        EXPECT_EQ(opened("livet").link_type(), 101);
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
}

TEST(live_lab, frames_that_are_too_long_are_refused_and_the_others_go) {
    const bool permitted = in_pair([](veth_pair& pair) {
        auto capture = pair.at_far([] { return opened("livef"); });
        auto out = open_link("liven");
        const std::vector<octet_list> frames{
            frame(1, {}, 53, 20), frame(2, {}, 53, 4000), frame(3, {}, 53, 20), octet_list(3, 0)};
        const std::vector<bytes_view> views(frames.begin(), frames.end());
        const auto done = out.send(views);
        ASSERT_TRUE(done);
        EXPECT_EQ(done->sent, 2U);
        EXPECT_EQ(done->failed, 2U);
        EXPECT_EQ(done->first_failure->code, EMSGSIZE);
        EXPECT_EQ(received(capture, 2).size(), 2U);
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
}

}  // namespace
}  // namespace sonde
