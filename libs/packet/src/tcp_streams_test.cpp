#include <map>

#include <gtest/gtest.h>

#include <sonde/packet/ip_reassembler.hpp>
#include <sonde/packet/tcp_follower.hpp>
#include <sonde/packet/tcp_streams.hpp>
#include <sonde/testing/corpus.hpp>
#include <sonde/testing/heap.hpp>

#include "link_walk.hpp"
#include "packet_samples.hpp"

namespace sonde {
namespace {

using namespace testing;
using std::chrono::seconds;

struct kept {
    tcp_stream_event event;
    std::uint64_t flow;
    octets_t octets;
};

class watcher {
  public:
    explicit watcher(const tcp_stream_options& options = {}) : streams(options) {}
    void operator()(const tcp_piece& one, seconds at = seconds(0), bool v6 = false) {
        streams.accept(tcp_datagram(one, v6), mono_time(at), keeper_);
    }
    void flush() { streams.flush(keeper_); }
    void on_time(seconds at) { streams.on_time(mono_time(at), keeper_); }
    /// All octets of one direction, in the order in which they were told.
    octets_t told(tcp_direction direction = tcp_direction::from_client) const {
        octets_t made;
        for (const kept& one : all) {
            if (one.event.kind != tcp_event_kind::data || one.event.direction != direction)
                continue;
            EXPECT_EQ(one.event.offset, made.size() + lost(direction, one.event.offset));
            made.insert(made.end(), one.octets.begin(), one.octets.end());
        }
        return made;
    }
    std::vector<tcp_stream_event> of(tcp_event_kind kind) const {
        std::vector<tcp_stream_event> found;
        for (const kept& one : all) {
            if (one.event.kind == kind) found.push_back(one.event);
        }
        return found;
    }
    tcp_streams streams;
    std::vector<kept> all;

  private:
    std::uint64_t lost(tcp_direction direction, std::uint64_t before) const {
        std::uint64_t sum = 0;
        for (const kept& one : all) {
            if (one.event.kind == tcp_event_kind::gap && one.event.direction == direction &&
                one.event.offset < before) {
                sum += one.event.lost;
            }
        }
        return sum;
    }
    struct keeper {
        std::vector<kept>& all;
        void operator()(const tcp_stream_event& event) const {
            all.push_back({event, event.flow.number(), {event.octets.begin(), event.octets.end()}});
            all.back().event.octets = {};
        }
    };
    keeper keeper_{all};
};

constexpr tcp_flags syn = tcp_flags::syn;
constexpr tcp_flags ack = tcp_flags::ack;
constexpr tcp_flags fin = tcp_flags::fin | tcp_flags::ack;

octets_t text(std::string_view in) { return {in.begin(), in.end()}; }

TEST(tcp_streams, any_segmentation_in_any_order_comes_back_across_the_wrap) {
    for (std::uint64_t seed = 0; seed < 150; ++seed) {
        random_source random(seed);
        const octets_t sent =
            random_octets(1 + static_cast<std::size_t>(random.below(60000)), seed);
        const auto first = static_cast<std::uint32_t>(0 - random.below(70000));
        std::vector<tcp_piece> pieces;
        for (std::size_t at = 0; at < sent.size();) {
            const std::size_t len =
                std::min(sent.size() - at, 1 + static_cast<std::size_t>(random.below(1460)));
            // Some reach back into what was sent before, as a retransmission in other cuts does.
            const std::size_t back =
                std::min(at, static_cast<std::size_t>(random.below(4) * random.below(300)));
            const auto begin = sent.begin() + std::ptrdiff_t(at - back);
            pieces.push_back({.sequence = first + 1 + static_cast<std::uint32_t>(at - back),
                              .data = {begin, begin + std::ptrdiff_t(len + back)}});
            if (random.below(5) == 0) pieces.push_back(pieces.back());
            at += len;
        }
        shuffle(pieces, random);
        watcher watch({.overlap = overlap_policy(seed % 3)});
        watch({.sequence = first, .flags = syn}, seconds(0), seed % 2 != 0);
        for (const auto& one : pieces) watch(one, seconds(0), seed % 2 != 0);
        EXPECT_EQ(watch.told(), sent) << seed;
        EXPECT_EQ(watch.streams.counters().octets_lost, 0U);
        EXPECT_EQ(watch.streams.counters().conflicts, 0U);
        EXPECT_EQ(watch.streams.octets_waiting(), 0U) << seed;
    }
}

TEST(tcp_streams, a_datagram_of_any_length_may_be_expected) {
    const octets_t octets(64, 0x45);
    for (std::size_t len = 0; len <= octets.size(); ++len) {
        const octets_t exactly(octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(len));
        tcp_streams::expect(exactly);
    }
}

TEST(tcp_streams, octets_in_order_are_handed_over_where_they_lie) {
    tcp_streams streams;
    const octets_t datagram = tcp_datagram({.sequence = 1, .data = text("abc")});
    bytes_view seen;
    streams.accept(datagram, {}, [&](const tcp_stream_event& event) {
        if (event.kind == tcp_event_kind::data) seen = event.octets;
    });
    EXPECT_EQ(seen.data(), datagram.data() + 40);
}

TEST(tcp_streams, traffic_in_order_allocates_nothing_once_the_flow_is_known) {
    tcp_streams streams;
    std::vector<octets_t> frames;
    for (std::uint32_t i = 0; i < 100; ++i) {
        frames.push_back(tcp_datagram({.sequence = 1 + 3 * i, .data = text("abc")}));
        frames.push_back(
            tcp_datagram({.sequence = 9, .acknowledgment = 4 + 3 * i, .from_server = true}));
    }
    frames.push_back(tcp_datagram({.sequence = 301, .data = text("end"), .flags = fin}));
    frames.push_back(tcp_datagram({.sequence = 9, .flags = fin, .from_server = true}));
    std::uint64_t told = 0;
    const auto sink = [&](const tcp_stream_event& event) { told += event.octets.size(); };
    streams.accept(frames[0], {}, sink);
    const std::size_t before = heap().allocations;
    for (const auto& one : frames) streams.accept(one, {}, sink);
    EXPECT_EQ(heap().allocations, before);
    EXPECT_EQ(told, 303U);
}

TEST(tcp_streams, a_connection_is_told_from_its_first_to_its_last_segment) {
    watcher watch;
    watch({.sequence = 100, .flags = syn});
    watch({.sequence = 500, .flags = syn | ack, .acknowledgment = 101, .from_server = true});
    watch({.sequence = 101, .data = text("question"), .acknowledgment = 501});
    watch({.sequence = 501, .data = text("answer"), .acknowledgment = 109, .from_server = true});
    watch({.sequence = 109, .flags = fin, .acknowledgment = 507});
    watch({.sequence = 507, .flags = fin, .acknowledgment = 110, .from_server = true});
    EXPECT_EQ(watch.told(), text("question"));
    EXPECT_EQ(watch.told(tcp_direction::from_server), text("answer"));
    EXPECT_EQ(watch.all.front().event.kind, tcp_event_kind::opened);
    EXPECT_EQ(watch.all.back().event.close, tcp_close_reason::finished);
    EXPECT_EQ(watch.of(tcp_event_kind::finished).size(), 2U);
    watch({.sequence = 110, .data = text("more")});
    EXPECT_EQ(watch.streams.counters().after_close, 1U);
}

TEST(tcp_streams, whoever_answers_a_syn_is_the_server_even_if_the_syn_was_not_seen) {
    tcp_streams streams;
    tcp_endpoint client;
    bool mid = true;
    streams.accept(tcp_datagram({.sequence = 5, .flags = syn | ack, .from_server = true}),
                   {},
                   [&](const tcp_stream_event& event) {
                       client = event.flow.client();
                       mid = event.flow.mid_stream();
                   });
    EXPECT_EQ(client, (tcp_endpoint{ipv4_address{0xc0000201}, 1000}));
    EXPECT_FALSE(mid);
}

TEST(tcp_streams, data_in_a_syn_belongs_to_the_stream) {
    watcher watch;
    watch({.sequence = 0xffffffff, .data = text("fast"), .flags = syn});
    watch({.sequence = 4, .data = text("open")});
    EXPECT_EQ(watch.told(), text("fastopen"));
}

// What pypacker and libtins get wrong: a retransmission across the wrap, cut otherwise.
TEST(tcp_streams, a_retransmission_in_other_cuts_across_the_wrap_adds_only_what_is_new) {
    watcher watch;
    watch({.sequence = 0xfffffffb, .flags = syn});
    watch({.sequence = 0xfffffffc, .data = text("abcdef")});
    watch({.sequence = 0xfffffffe, .data = text("cdefghi")});
    watch({.sequence = 0xfffffffc, .data = text("ab")});
    watch({.sequence = 5, .data = text("jk")});
    EXPECT_EQ(watch.told(), text("abcdefghijk"));
    EXPECT_EQ(watch.streams.counters().octets_again, 6U);
}

TEST(tcp_streams, a_connection_may_be_taken_up_in_its_middle) {
    watcher watch;
    watch({.sequence = 1000, .data = text("late")});
    EXPECT_EQ(watch.told(), text("late"));
    watcher strict({.mid_stream = false});
    strict({.sequence = 1000, .data = text("late")});
    EXPECT_TRUE(strict.all.empty());
}

TEST(tcp_streams, what_the_receiver_acknowledges_was_lost_by_us_alone) {
    watcher watch;
    watch({.sequence = 0, .flags = syn});
    watch({.sequence = 1, .data = text("abc")});
    watch({.sequence = 9, .data = text("xyz")});
    EXPECT_EQ(watch.told(), text("abc"));
    watch({.sequence = 0, .acknowledgment = 4, .from_server = true});
    EXPECT_EQ(watch.told(), text("abc"));
    watch({.sequence = 0, .acknowledgment = 12, .from_server = true});
    EXPECT_EQ(watch.told(), text("abcxyz"));
    const auto gaps = watch.of(tcp_event_kind::gap);
    ASSERT_EQ(gaps.size(), 1U);
    EXPECT_EQ(gaps[0].gap, tcp_gap_reason::acknowledged);
    EXPECT_EQ(gaps[0].offset, 3U);
    EXPECT_EQ(gaps[0].lost, 5U);
}

TEST(tcp_streams, a_lost_end_is_finished_by_its_acknowledgment) {
    watcher watch;
    watch({.sequence = 0, .flags = syn});
    watch({.sequence = 6, .flags = fin});
    EXPECT_TRUE(watch.of(tcp_event_kind::finished).empty());
    watch({.sequence = 0, .acknowledgment = 7, .from_server = true});
    EXPECT_EQ(watch.of(tcp_event_kind::finished).size(), 1U);
    EXPECT_EQ(watch.of(tcp_event_kind::gap).at(0).lost, 5U);
}

TEST(tcp_streams, more_than_may_wait_is_told_behind_a_gap) {
    watcher watch({.flow_octets_max = 4096});
    watch({.sequence = 0, .flags = syn});
    for (std::uint32_t i = 0; i < 5; ++i) {
        watch({.sequence = 11 + 1000 * i, .data = octets_t(1000, std::uint8_t(i))});
    }
    const auto gaps = watch.of(tcp_event_kind::gap);
    ASSERT_EQ(gaps.size(), 1U);
    EXPECT_EQ(gaps[0].gap, tcp_gap_reason::limit);
    EXPECT_EQ(gaps[0].lost, 10U);
    EXPECT_EQ(watch.told().size(), 5000U);
}

TEST(tcp_streams, a_segment_that_the_capture_cuts_leaves_a_gap) {
    watcher watch;
    const octets_t datagram = tcp_datagram({.sequence = 1, .data = octets_t(100, 1)});
    watch.streams.accept(bytes_view(datagram).first(70), {}, [&](const tcp_stream_event& event) {
        EXPECT_EQ(event.octets.size(), event.kind == tcp_event_kind::data ? 30U : 0U);
        EXPECT_EQ(event.lost, event.kind == tcp_event_kind::gap ? 70U : 0U);
    });
    EXPECT_EQ(watch.streams.counters().octets_lost, 70U);
    watch({.sequence = 101, .data = text("on")});
    EXPECT_EQ(watch.all.size(), 1U);
}

octets_t told_with(overlap_policy policy) {
    watcher watch({.overlap = policy});
    watch({.sequence = 0, .flags = syn});
    watch({.sequence = 3, .data = text("CCDD")});
    watch({.sequence = 5, .data = text("xxxx")});
    const auto conflicts = watch.of(tcp_event_kind::conflict);
    EXPECT_EQ(conflicts.size(), 1U);
    EXPECT_EQ(conflicts.at(0).offset, 4U);
    EXPECT_EQ(conflicts.at(0).differing, 2U);
    watch({.sequence = 1, .data = text("abcc")});
    return watch.told();
}

TEST(tcp_streams, the_policy_says_whose_octets_are_told_and_differences_always_are) {
    EXPECT_EQ(told_with(overlap_policy::first_wins), text("abCCDDxx"));
    EXPECT_EQ(told_with(overlap_policy::last_wins), text("abccxxxx"));
}

TEST(tcp_streams, a_difference_closes_the_flow_where_it_is_refused) {
    watcher watch({.overlap = overlap_policy::refuse});
    watch({.sequence = 0, .flags = syn});
    watch({.sequence = 3, .data = text("CC")});
    watch({.sequence = 3, .data = text("xx")});
    EXPECT_EQ(watch.all.back().event.close, tcp_close_reason::conflict);
    watch({.sequence = 1, .data = text("ab")});
    EXPECT_EQ(watch.told(), text("CC"));
}

TEST(tcp_streams, a_reset_closes_unless_it_is_far_from_anything_expected) {
    watcher watch;
    watch({.sequence = 0, .flags = syn});
    watch({.sequence = 1, .data = text("abc")});
    watch({.sequence = 0x40000000, .flags = tcp_flags::rst});
    EXPECT_EQ(watch.streams.counters().out_of_window, 1U);
    EXPECT_TRUE(watch.of(tcp_event_kind::closed).empty());
    watch({.sequence = 4, .flags = tcp_flags::rst});
    EXPECT_EQ(watch.all.back().event.close, tcp_close_reason::reset);
}

TEST(tcp_streams, the_same_ports_may_be_used_again) {
    watcher watch;
    watch({.sequence = 0, .flags = syn});
    watch({.sequence = 1, .data = text("one")});
    watch({.sequence = 0, .flags = syn});  // the same: a retransmission
    watch({.sequence = 70000, .flags = syn});
    watch({.sequence = 70001, .data = text("two")});
    EXPECT_EQ(watch.of(tcp_event_kind::closed).at(0).close, tcp_close_reason::replaced);
    EXPECT_EQ(watch.all.back().flow, 1U);
    EXPECT_EQ(watch.all.back().octets, text("two"));
}

TEST(tcp_streams, silence_closes_and_what_waited_is_told) {
    watcher watch({.idle_timeout = seconds(10)});
    watch({.sequence = 0, .flags = syn});
    watch({.sequence = 3, .data = text("x")}, seconds(5));
    EXPECT_EQ(watch.streams.next_deadline(), mono_time(seconds(15)));
    watch.on_time(seconds(15));
    EXPECT_EQ(watch.told(), text("x"));
    EXPECT_EQ(watch.of(tcp_event_kind::gap).at(0).gap, tcp_gap_reason::ended);
    EXPECT_EQ(watch.all.back().event.close, tcp_close_reason::timed_out);
    EXPECT_EQ(watch.streams.flows(), 0U);
}

TEST(tcp_streams, the_flow_that_was_silent_longest_makes_room) {
    watcher watch({.flows_max = 2});
    watch({.sequence = 0, .flags = syn, .client_port = 1}, seconds(0));
    watch({.sequence = 0, .flags = syn, .client_port = 2}, seconds(2));
    watch({.sequence = 1, .data = text("x"), .client_port = 1}, seconds(4));
    watch({.sequence = 0, .flags = syn, .client_port = 3}, seconds(6));
    const auto closed = watch.of(tcp_event_kind::closed);
    ASSERT_EQ(closed.size(), 1U);
    EXPECT_EQ(closed[0].close, tcp_close_reason::evicted);
    EXPECT_EQ(watch.streams.flows(), 2U);
}

TEST(tcp_streams, a_wrong_checksum_is_passed_over_where_that_is_asked_for) {
    octets_t datagram = tcp_datagram({.sequence = 1, .data = text("abc")});
    tcp_streams streams({.verify_checksums = true});
    streams.accept(datagram, {}, [](const tcp_stream_event&) { FAIL(); });
    EXPECT_EQ(streams.counters().passed_over, 1U);
    const auto sum = transport_checksum(ipv4_address{0xc0000201},
                                        ipv4_address{0xc0000202},
                                        ip_protocol::tcp,
                                        bytes_view(datagram).subspan(20));
    put_be16_at(datagram, 36, sum);
    streams.accept(datagram, {}, [](const tcp_stream_event&) {});
    EXPECT_EQ(streams.counters().segments, 1U);
}

TEST(tcp_streams, memory_stays_below_the_limit_whatever_comes) {
    constexpr std::size_t limit = 256 * 1024;
    constexpr std::size_t flows_len = 64 * 1024;  // 128 flows with their table
    random_source random(5);
    std::vector<octets_t> flood;
    for (int i = 0; i < 30000; ++i) {
        flood.push_back(tcp_datagram(
            {.sequence = static_cast<std::uint32_t>(random.below(3'000'000)),
             .data = octets_t(static_cast<std::size_t>(random.below(60)), std::uint8_t(random())),
             .flags = random.below(50) == 0 ? fin : ack,
             .acknowledgment = static_cast<std::uint32_t>(random.below(3'000'000)),
             .from_server = random.below(2) != 0,
             .client_port = static_cast<std::uint16_t>(random.below(300))}));
    }
    for (const auto policy : {overlap_policy::first_wins, overlap_policy::last_wins}) {
        const std::size_t before = heap().octets;
        reset_heap_peak();
        tcp_streams streams({.flows_max = 128,
                             .octets_max = limit,
                             .overlap = policy,
                             .skip_acknowledged = policy == overlap_policy::last_wins});
        for (const auto& one : flood) {
            streams.accept(one, {}, [](const tcp_stream_event&) {});
            ASSERT_LE(streams.octets_waiting(), limit);
        }
        EXPECT_LE(heap().octets_peak - before, limit + flows_len);
        streams.flush([](const tcp_stream_event&) {});
        EXPECT_EQ(streams.octets_waiting(), 0U);
    }
}

TEST(tcp_follower, is_bounded_and_says_what_it_left_out) {
    tcp_streams streams;
    tcp_follower follower(0, 64);
    for (std::uint32_t i = 0; i < 10; ++i) {
        streams.accept(
            tcp_datagram({.sequence = 1 + 10 * i, .data = octets_t(10, 7)}), {}, follower);
    }
    EXPECT_EQ(follower.stream(tcp_direction::from_client).size(), 64U);
    EXPECT_EQ(follower.left_out(), 36U);
    ASSERT_EQ(follower.turns().size(), 1U);
    EXPECT_EQ(follower.turns()[0].len, 64U);
}

TEST(tcp_follower, finds_a_connection_by_its_ends) {
    tcp_streams streams;
    tcp_follower follower({ipv4_address{0xc0000202}, 80}, {ipv4_address{0xc0000201}, 1001});
    for (std::uint16_t port = 1000; port < 1003; ++port) {
        const octets_t datagram = tcp_datagram(
            {.sequence = 1, .data = octets_t(1, std::uint8_t(port - 1000)), .client_port = port});
        streams.accept(datagram, {}, follower);
    }
    EXPECT_TRUE(follower.was_seen());
    EXPECT_EQ(follower.client()->port, 1001);
    EXPECT_EQ(follower.stream(tcp_direction::from_client)[0], 1);
}

std::uint64_t digest(bytes_view octets) {  // FNV-1a
    std::uint64_t sum = 0xcbf29ce484222325;
    for (const std::uint8_t octet : octets) sum = (sum ^ octet) * 0x100000001b3;
    return sum;
}

struct followed {
    const char* capture;
    std::uint64_t stream;
    std::size_t one_len, other_len;
    std::uint64_t one_digest, other_digest;
};

// Lengths and FNV-1a digests of what `tshark 4.0.17 -q -z follow,tcp,raw,N` prints of each side.
const std::vector<followed> by_tshark{
    {"tcp/one_tcp_stream_fin_rst_close_packet.pcap",
     0,
     235,
     78,
     0x4408d13661217506,
     0x159a1cb5609e4912},
    {"http/TwoHttpResponses.pcap", 0, 1360, 0, 0xc19397fb96cc69d9, 0xcbf29ce484222325},
    {"http/TwoHttpResponses.pcap", 1, 1360, 0, 0xb7e1109d3b848291, 0xcbf29ce484222325},
    {"http/TwoHttpRequests.pcap", 0, 356, 0, 0x5e579bf627370f97, 0xcbf29ce484222325},
    {"http/TwoHttpRequests.pcap", 1, 381, 0, 0xa06ff20f495db706, 0xcbf29ce484222325},
    {"http/http-on-irc-port-missing-syn.pcapng",
     0,
     5007,
     136,
     0xcfc05b908dc0c962,
     0x427f3ef4cd93d4ea},
    {"tls/SSL-MultipleRecords3.pcap", 0, 5521, 0, 0x741252593689e2c4, 0xcbf29ce484222325},
    {"tls/SSL-ClientHello1.pcap", 0, 188, 0, 0x3207ec0f6c1a9cd2, 0xcbf29ce484222325},
    {"telnet/telnet.pcap", 0, 263, 1371, 0x32e9a356108e7e4b, 0xa0f7d9ff3a7d8fb0},
    {"dns/dns_over_tcp.pcapng", 0, 56, 0, 0x47cb7b462b1b202c, 0xcbf29ce484222325},
    {"dns/dns_over_tcp.pcapng", 1, 44, 1135, 0xc20ace684ecb5d51, 0xcf7c2647b406e9ac},
    {"bgp/BgpPackets.pcapng", 0, 65, 23, 0x0f4faac097280557, 0xd0d01b8f204e6972},
    {"bgp/BgpPackets.pcapng", 2, 57, 19, 0xa78aaa1dce396ef3, 0x78633e6cb0830910},
    {"bgp/BgpPackets.pcapng", 3, 21, 0, 0xefd7d9e1ea60da45, 0xcbf29ce484222325},
    {"bgp/BgpPackets.pcapng", 4, 146, 0, 0xce28a128aa9c5a46, 0xcbf29ce484222325},
    {"tpkt/tpkt_cotp.pcap", 0, 607, 0, 0x5287fd73e57b2c03, 0xcbf29ce484222325},
    {"ipv6/ipv6-http-atomic-frag.pcap", 0, 88, 15, 0x9b50fd05ad2713c8, 0x8fb1f97b4bb5ec5f},
    {"ipv6/ipv6-http-atomic-frag.pcap", 1, 15, 88, 0x8fb1f97b4bb5ec5f, 0x9b50fd05ad2713c8},
    {"ipv6/ipv6-http-atomic-frag.pcap", 2, 15, 88, 0x8fb1f97b4bb5ec5f, 0x9b50fd05ad2713c8},
    {"ipv6/ipv6-http-atomic-frag.pcap", 3, 15, 88, 0x8fb1f97b4bb5ec5f, 0x9b50fd05ad2713c8},
    {"ipv4/raw_ip.pcap", 0, 1163, 12304, 0x81e6ad1f94e296c1, 0xf69b0ad80e6374c7},
    {"ipv4/raw_ip.pcap", 1, 1533, 6026, 0xb82cf11521940e0d, 0x49635465d45237f0},
    {"ipv4/raw_ip.pcap", 2, 2710, 0, 0x43d55ff691b04448, 0xcbf29ce484222325},
    {"ipv4/raw_ip.pcap", 3, 1, 0, 0xaf63bd4c8601b7df, 0xcbf29ce484222325},
    {"ipv4/raw_ip.pcap", 4, 37, 0, 0xf53e8c457fa9c9b3, 0xcbf29ce484222325},
    {"ipv4/raw_ip.pcap", 5, 663, 0, 0xd92d53583381b327, 0xcbf29ce484222325},
    {"fileformat/pcapng-example.pcapng", 0, 1597, 2720, 0x50d8d7b76a2c8008, 0x7de70ea147e2735f},
    {"fileformat/pcapng-example.pcapng", 1, 0, 360, 0xcbf29ce484222325, 0xacb7008cd4b8832b},
    {"fileformat/pcapng-example.pcapng", 2, 600, 0, 0x8e0b3be8de8cfee8, 0xcbf29ce484222325},
    {"fileformat/pcapng-example.pcapng", 3, 32, 720, 0xf518371e0817ddda, 0x729a12f19ad8f3e6},
    {"fileformat/pcapng-example.pcapng", 4, 160, 48, 0xcef73cd20d2ed5dc, 0xb4f88c75b97540be},
    {"fileformat/pcapng-example.pcapng", 5, 180, 160, 0x06cbf1b02fa026f4, 0xe9ca898897750100},
    {"mixed/base64-decode-5885.pcap", 0, 0, 0, 0xcbf29ce484222325, 0xcbf29ce484222325},
    {"mixed/base64-decode-5885.pcap", 1, 0, 0, 0xcbf29ce484222325, 0xcbf29ce484222325},
    {"mixed/base64-decode-5885.pcap", 2, 0, 0, 0xcbf29ce484222325, 0xcbf29ce484222325},
    {"mixed/base64-decode-5885.pcap", 3, 643, 5450, 0xca449115d9503048, 0x8f4a6b038958f781},
    {"mixed/base64-decode-5885.pcap", 4, 1046, 8699, 0xa39660e6074a0aeb, 0x192e5e02b1a784c3},
    {"mixed/base64-decode-5885.pcap", 5, 0, 0, 0xcbf29ce484222325, 0xcbf29ce484222325},
    {"diameter/diameter_synthetic.pcap", 0, 116, 80, 0x109a0cec89800633, 0xa56b53e240c31477},
    {"diameter/diameter_synthetic.pcap", 1, 196, 116, 0xad41c0444fc650be, 0x40562f3ff5543062},
    {"gre-mpls-vxlan/mixed-vlan-mpls.pcap", 0, 26, 0, 0x61bb9a9c0d904444, 0xcbf29ce484222325},
    {"gre-mpls-vxlan/mixed-vlan-mpls.pcap", 1, 98, 9417, 0x53bffed5e92c4eff, 0xf81138eb64cdb29a},
    {"gre-mpls-vxlan/mixed-vlan-mpls.pcap", 2, 9, 3429, 0xfc2ae02492a9df92, 0x0e74858d7fd6fd4e},
    {"mixed/many-protocols.pcap", 0, 10, 30, 0xaa71adc03430fb5c, 0xb07c12c114deac8c},
    {"mixed/many-protocols.pcap", 1, 1328, 426, 0x0550b465b5e7ae36, 0xf21e075674466217},
    {"mixed/many-protocols.pcap", 2, 10818, 309560, 0xa3fbac9577780a7c, 0x65dcee47ebe83718},
    {"mixed/many-protocols.pcap", 3, 868, 1566, 0x487acf8b7c778944, 0x22b1d4ccb036ee2b},
    {"mixed/many-protocols.pcap", 4, 304, 1105, 0xec233c26372c1136, 0x084eae16945dcca3},
    {"mixed/many-protocols.pcap", 5, 309, 591, 0xf5b1e0636acca546, 0x5cffd7271478f250},
    {"ethernet-llc-stp/snap-tcp.pcap", 0, 37, 77, 0xa5745bc4ba177eb5, 0x2ea50b6386e55dd8},
    {"linktypes/SllPacket.pcap", 0, 40, 0, 0x6f021dbced582319, 0xcbf29ce484222325},
};

/// One side of a connection, as length and digest.
using side = std::pair<std::size_t, std::uint64_t>;

std::multimap<std::uint64_t, side> sides_of(const std::string& capture) {
    std::map<std::uint64_t, std::array<octets_t, 2>> streams_seen;
    tcp_streams streams;
    ip_reassembler reassembler;
    const auto sink = [&](const tcp_stream_event& event) {
        auto& into = streams_seen[event.flow.number()][std::size_t(event.direction)];
        into.insert(into.end(), event.octets.begin(), event.octets.end());
    };
    for (const auto& frame : read_capture(capture)) {
        const auto walk = detail::walk_link(frame.octets, link_type{frame.link_type});
        if (walk.network != detail::network_kind::ip) continue;
        reassembler.accept(bytes_view(frame.octets).subspan(walk.network_at, walk.network_len),
                           {},
                           [&](const ip_reassembly_event& event) {
                               if (event.kind != ip_reassembly_kind::whole) return;
                               streams.accept(event.octets, {}, sink);
                           });
    }
    streams.flush(sink);
    std::multimap<std::uint64_t, side> sides;
    for (const auto& [number, both] : streams_seen) {
        for (const auto& one : both) sides.emplace(number, side{one.size(), digest(one)});
    }
    return sides;
}

// tshark's first side is whoever it saw first, so only the pair is compared.
TEST(tcp_streams_corpus, captures_read_as_tshark_follows_them) {
    SONDE_REQUIRE_CORPUS();
    std::map<std::string, std::multimap<std::uint64_t, side>> seen;
    for (const followed& wanted : by_tshark) {
        SCOPED_TRACE(std::string(wanted.capture) + " stream " + std::to_string(wanted.stream));
        if (!seen.contains(wanted.capture)) seen[wanted.capture] = sides_of(wanted.capture);
        std::vector<side> ours;
        const auto [from, to] = seen[wanted.capture].equal_range(wanted.stream);
        for (auto at = from; at != to; ++at) ours.push_back(at->second);
        std::vector<side> theirs{{wanted.one_len, wanted.one_digest},
                                 {wanted.other_len, wanted.other_digest}};
        std::sort(ours.begin(), ours.end());
        std::sort(theirs.begin(), theirs.end());
        EXPECT_EQ(ours, theirs);
    }
}

// tshark ends its stream 1 at the gap, with 196 octets. It is told here when the flow ends.
TEST(tcp_streams_corpus,
     what_waits_behind_a_gap_at_the_end_of_a_capture_is_told_where_tshark_stops) {
    SONDE_REQUIRE_CORPUS();
    const auto sides = sides_of("bgp/BgpPackets.pcapng");
    const auto [from, to] = sides.equal_range(1);
    std::size_t octets = 0;
    for (auto at = from; at != to; ++at) octets += at->second.first;
    EXPECT_EQ(octets, 196U + 65U);
}

}  // namespace
}  // namespace sonde
