#include <numeric>

#include <gtest/gtest.h>

#include <sonde/packet/fragment.hpp>
#include <sonde/packet/ip_reassembler.hpp>
#include <sonde/testing/corpus.hpp>
#include <sonde/testing/heap.hpp>

#include "link_walk.hpp"
#include "packet_samples.hpp"

namespace sonde {
namespace {

using namespace testing;
using std::chrono::seconds;

/// An event with octets of its own.
struct kept {
    ip_reassembly_event event;
    octets_t octets;
};

class feeder {
  public:
    explicit feeder(const ip_reassembly_options& options = {}) : reassembler(options) {}
    /// The event about the datagram itself, which is the last one.
    kept operator()(bytes_view datagram, seconds at = seconds(0)) {
        reassembler.accept(datagram, mono_time(at), sink());
        return all.back();
    }
    void on_time(seconds at) { reassembler.on_time(mono_time(at), sink()); }
    std::size_t count(ip_reassembly_kind kind) const {
        return static_cast<std::size_t>(std::count_if(
            all.begin(), all.end(), [&](const kept& one) { return one.event.kind == kind; }));
    }
    ip_reassembler reassembler;
    std::vector<kept> all;

  private:
    struct keeper {
        std::vector<kept>& all;
        void operator()(const ip_reassembly_event& event) const {
            all.push_back({event, {event.octets.begin(), event.octets.end()}});
            all.back().event.octets = {};
        }
    };
    keeper& sink() { return keeper_; }
    keeper keeper_{all};
};

std::vector<octets_t> cut(bytes_view datagram, std::size_t mtu) {
    std::vector<octets_t> pieces;
    const auto count = fragment(datagram, {.mtu = mtu, .identification = 99}, [&](bytes_view one) {
        pieces.emplace_back(one.begin(), one.end());
    });
    EXPECT_TRUE(count.has_value());
    return pieces;
}

constexpr auto whole = ip_reassembly_kind::whole;
constexpr auto held = ip_reassembly_kind::held;
constexpr auto refused = ip_reassembly_kind::refused;

TEST(ip_reassembler, any_cut_in_any_order_with_duplicates_comes_back_whole) {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        random_source random(seed);
        const bool v6 = seed % 2 != 0;
        const auto len =
            200 + static_cast<std::size_t>(random.below(seed % 10 == 0 ? 65000 : 3000));
        const octets_t payload = random_octets(len, seed);
        const octets_t sent = v6 ? v6_datagram(payload) : v4_datagram(payload);
        auto pieces = cut(sent, (v6 ? 56U : 28U) + static_cast<std::size_t>(random.below(1500)));
        for (std::size_t i = pieces.size() / 3; i > 0; --i) {
            pieces.push_back(pieces[static_cast<std::size_t>(random.below(pieces.size()))]);
        }
        shuffle(pieces, random);
        feeder feed({.overlap = overlap_policy(seed % 3)});
        for (const auto& one : pieces) feed(one);
        // A duplicate that comes after the last missing piece begins another datagram.
        ASSERT_GE(feed.count(whole), 1U) << seed;
        for (const kept& one : feed.all) {
            EXPECT_NE(one.event.kind, refused) << seed << describe(one.event);
            if (one.event.kind == whole) {
                EXPECT_EQ(one.octets, sent) << seed;
            }
        }
    }
}

TEST(ip_reassembler, what_was_never_cut_comes_back_at_once_without_its_padding) {
    feeder feed;
    octets_t octets = v4_datagram(random_octets(10, 1));
    const octets_t before = octets;
    octets.resize(60);
    const kept seen = feed(octets);
    EXPECT_EQ(seen.event.kind, whole);
    EXPECT_EQ(seen.event.fragments, 0U);
    EXPECT_EQ(seen.octets, before);
}

TEST(ip_reassembler, an_identification_belongs_to_one_protocol_in_ipv4) {
    feeder feed;
    feed(v4_piece({.more = true, .data = octets_t(8, 1), .protocol = ip_protocol::udp}));
    EXPECT_EQ(feed(v4_piece({.offset = 8, .more = false, .data = octets_t(8, 1)})).event.kind,
              held);
    EXPECT_EQ(feed.reassembler.datagrams(), 2U);
}

// RFC 6946 s4: an atomic fragment does not meet others with its identification.
TEST(ip_reassembler, an_atomic_fragment_stands_alone) {
    feeder feed;
    feed(v6_piece({.more = true, .data = octets_t(16, 1)}));
    const kept seen = feed(v6_piece({.more = false, .data = octets_t(5, 2)}));
    EXPECT_EQ(seen.event.kind, whole);
    EXPECT_EQ(seen.event.fragments, 1U);
    EXPECT_EQ(seen.octets, v6_datagram(octets_t(5, 2)));
    EXPECT_EQ(feed(v6_piece({.offset = 16, .more = false, .data = octets_t(1, 3)})).event.kind,
              whole);
}

// RFC 5722 s3, RFC 8200 s4.5.
TEST(ip_reassembler, an_overlap_refuses_the_datagram_and_all_that_comes_of_it) {
    feeder feed;
    feed(v6_piece({.offset = 0, .data = octets_t(16, 1)}));
    EXPECT_EQ(feed(v6_piece({.offset = 8, .data = octets_t(16, 1)})).event.refusal,
              ip_refusal::overlap);
    EXPECT_EQ(feed(v6_piece({.offset = 16, .more = false, .data = octets_t(8, 1)})).event.refusal,
              ip_refusal::overlap);
    EXPECT_EQ(feed(v6_piece({.offset = 0, .data = octets_t(16, 1)})).event.kind, refused);
    feed.on_time(seconds(60));
    EXPECT_EQ(feed.reassembler.datagrams(), 0U);
}

TEST(ip_reassembler, an_exact_duplicate_is_no_overlap_but_another_content_is) {
    feeder feed;
    feed(v4_piece({.offset = 0, .data = octets_t(16, 1)}));
    EXPECT_EQ(feed(v4_piece({.offset = 0, .data = octets_t(16, 1)})).event.kind, held);
    EXPECT_EQ(feed(v4_piece({.offset = 0, .data = octets_t(8, 1)})).event.refusal,
              ip_refusal::overlap);
    feeder other;
    other(v4_piece({.offset = 0, .data = octets_t(16, 1)}));
    EXPECT_EQ(other(v4_piece({.offset = 0, .data = octets_t(16, 2)})).event.refusal,
              ip_refusal::overlap);
}

octets_t overlapped(overlap_policy policy) {
    feeder feed({.overlap = policy});
    feed(v4_piece({.offset = 0, .data = octets_t(16, 1)}));
    feed(v4_piece({.offset = 8, .data = octets_t(16, 2)}));
    const kept last = feed(v4_piece({.offset = 24, .more = false, .data = octets_t(3, 3)}));
    EXPECT_EQ(last.event.kind, whole);
    return {last.octets.begin() + 20, last.octets.end()};
}

TEST(ip_reassembler, the_policy_says_whose_octets_stay) {
    octets_t first(16, 1);
    first.insert(first.end(), 8, 2);
    first.insert(first.end(), 3, 3);
    EXPECT_EQ(overlapped(overlap_policy::first_wins), first);
    octets_t last(8, 1);
    last.insert(last.end(), 16, 2);
    last.insert(last.end(), 3, 3);
    EXPECT_EQ(overlapped(overlap_policy::last_wins), last);
}

// Teardrop: the second fragment ends inside the first.
TEST(ip_reassembler, teardrop_is_refused) {
    feeder feed;
    feed(v4_piece({.offset = 0, .more = true, .data = octets_t(40, 1)}));
    const kept seen = feed(v4_piece({.offset = 24, .more = false, .data = octets_t(4, 1)}));
    EXPECT_EQ(seen.event.refusal, ip_refusal::contradicts_end);
    EXPECT_EQ(seen.event.limit, 28U);
    EXPECT_EQ(seen.event.had, 40U);
}

// Ping of death: offset 65,528 with more than seven octets.
// RFC 791 s3.2: the fragment without the flag says where the datagram ends; there is one end.
TEST(ip_reassembler, a_second_end_at_a_start_that_is_held_is_refused) {
    ip_reassembler reassembler({.key = {1, 2}});
    const auto take = [&](std::size_t offset, bool more, std::size_t len) {
        const octets_t data(len, 0);
        ip_reassembly_event last;
        reassembler.accept(v4_piece({.offset = offset, .more = more, .data = data}),
                           {},
                           [&](const ip_reassembly_event& event) { last = event; });
        return last;
    };
    EXPECT_EQ(take(8, true, 8).kind, ip_reassembly_kind::held);
    EXPECT_EQ(take(16, false, 1).kind, ip_reassembly_kind::held);
    const auto second = take(8, false, 1);
    EXPECT_EQ(second.kind, ip_reassembly_kind::refused);
    EXPECT_EQ(second.refusal, ip_refusal::contradicts_end);
}

TEST(ip_reassembler, nothing_is_longer_than_65535_octets) {
    feeder feed;
    const kept seen = feed(v4_piece({.offset = 65528, .more = false, .data = octets_t(100, 1)}));
    EXPECT_EQ(seen.event.refusal, ip_refusal::too_long);
    EXPECT_EQ(seen.event.limit, 65535U);
    EXPECT_EQ(seen.event.had, 20U + 65528 + 100);
    EXPECT_EQ(describe(seen.event), "refused: too_long: had 65648, limit 65535");
    EXPECT_EQ(feed.reassembler.datagrams(), 0U);
    EXPECT_EQ(
        feed(v6_piece({.offset = 65528, .more = false, .data = octets_t(8, 1)})).event.refusal,
        ip_refusal::too_long);
    EXPECT_EQ(feed(v6_piece({.offset = 65528, .more = false, .data = octets_t(7, 1)})).event.kind,
              held);
}

TEST(ip_reassembler, only_the_last_fragment_may_have_another_length_than_a_multiple_of_8) {
    feeder feed;
    const kept seen = feed(v6_piece({.offset = 8, .more = true, .data = octets_t(13, 1)}));
    EXPECT_EQ(seen.event.refusal, ip_refusal::length_not_in_8);
    EXPECT_EQ(feed(v6_piece({.offset = 8, .more = true, .data = {}})).event.refusal,
              ip_refusal::empty);
}

// RFC 7112 s5 and RFC 8200 s4.5: the first fragment has all headers.
TEST(ip_reassembler, a_first_ipv6_fragment_without_its_transport_header_is_refused) {
    feeder feed;
    EXPECT_EQ(feed(v6_piece({.data = octets_t(16, 0), .protocol = ip_protocol::tcp})).event.refusal,
              ip_refusal::tiny_first);
    EXPECT_EQ(feed(v6_piece({.data = octets_t(24, 0), .protocol = ip_protocol::tcp})).event.kind,
              held);
}

// RFC 1858 s3 and RFC 3128 s2: the flags of TCP hidden from, or changed behind, a filter.
TEST(ip_reassembler, tiny_tcp_fragments_are_refused_where_that_is_asked_for) {
    feeder feed({.refuse_tiny_tcp_fragments = true});
    EXPECT_EQ(feed(v4_piece({.data = octets_t(8, 0), .protocol = ip_protocol::tcp})).event.refusal,
              ip_refusal::tiny_first);
    EXPECT_EQ(feed(v4_piece({.offset = 8, .data = octets_t(24, 0), .protocol = ip_protocol::tcp}))
                  .event.refusal,
              ip_refusal::tiny_first);
    EXPECT_EQ(feed(v4_piece({.data = octets_t(16, 0), .protocol = ip_protocol::tcp})).event.kind,
              held);
}

// The Rose attack: the first fragment and a far last one, the middle never comes.
TEST(ip_reassembler, what_is_never_completed_times_out_and_can_be_quoted) {
    feeder feed;
    const octets_t first = v4_piece({.data = octets_t(32, 1)});
    feed(first, seconds(5));
    feed(v4_piece({.offset = 64000, .more = false, .data = octets_t(3, 2)}), seconds(6));
    EXPECT_EQ(feed.reassembler.next_deadline(), mono_time(seconds(65)));
    feed.on_time(seconds(64));
    EXPECT_EQ(feed.count(ip_reassembly_kind::timed_out), 0U);
    feed.on_time(seconds(65));
    ASSERT_EQ(feed.all.back().event.kind, ip_reassembly_kind::timed_out);
    EXPECT_EQ(feed.all.back().octets, first);
    EXPECT_EQ(feed.all.back().event.fragments, 2U);
    EXPECT_EQ(feed.all.back().event.held_octets, 35U);
    EXPECT_EQ(feed.reassembler.octets_held(), 0U);
}

// RFC 8200 s4.5: no time exceeded without the first fragment.
TEST(ip_reassembler, without_the_first_fragment_there_is_nothing_to_quote) {
    feeder feed;
    feed(v6_piece({.offset = 8, .more = false, .data = octets_t(3, 2)}));
    feed.on_time(seconds(60));
    EXPECT_EQ(feed.all.back().event.kind, ip_reassembly_kind::timed_out);
    EXPECT_TRUE(feed.all.back().octets.empty());
    const octets_t first = v6_piece({.data = octets_t(8, 1)});
    feed(first, seconds(70));
    feed.on_time(seconds(130));
    EXPECT_EQ(feed.all.back().octets, first);
}

// RFC 3168 s5.3.
TEST(ip_reassembler, one_congested_fragment_is_a_congested_datagram) {
    feeder feed;
    octets_t first = v4_piece({.data = octets_t(8, 1)});
    octets_t last = v4_piece({.offset = 8, .more = false, .data = octets_t(8, 1)});
    ipv4::mutable_view::parse(bytes_mut(first))->patch_ecn(ecn::capable_0);
    ipv4::mutable_view::parse(bytes_mut(last))->patch_ecn(ecn::congested);
    feed(last);
    const kept seen = feed(first);
    EXPECT_EQ(ipv4::view::parse(seen.octets)->ecn(), ecn::congested);
    EXPECT_TRUE(ipv4::view::parse(seen.octets)->header_checksum_holds());
}

TEST(ip_reassembler, the_oldest_datagram_makes_room) {
    feeder feed({.datagrams_max = 2});
    for (std::uint16_t i = 1; i <= 3; ++i) {
        feed(v4_piece({.data = octets_t(8, 1), .identification = i}));
    }
    EXPECT_EQ(feed.count(ip_reassembly_kind::evicted), 1U);
    EXPECT_EQ(feed.all[2].event.identification, 1U);
    EXPECT_EQ(feed.reassembler.datagrams(), 2U);
}

TEST(ip_reassembler, a_datagram_has_a_number_of_fragments_at_most) {
    feeder feed({.fragments_max = 2});
    feed(v4_piece({.offset = 0, .data = octets_t(8, 1)}));
    feed(v4_piece({.offset = 8, .data = octets_t(8, 1)}));
    EXPECT_EQ(feed(v4_piece({.offset = 16, .data = octets_t(8, 1)})).event.refusal,
              ip_refusal::too_many);
}

TEST(ip_reassembler, memory_stays_below_the_limit_whatever_comes) {
    constexpr std::size_t limit = 256 * 1024;
    constexpr std::size_t table_len = 200 * 1024;  // 256 datagrams, and one whole datagram
    random_source random(3);
    std::vector<octets_t> flood;
    for (int i = 0; i < 20000; ++i) {
        piece one{.offset = static_cast<std::size_t>(random.below(8000)) * 8,
                  .more = random.below(20) != 0,
                  .data = octets_t(8 * (1 + static_cast<std::size_t>(random.below(30))), 1),
                  .identification = static_cast<std::uint16_t>(random.below(400))};
        flood.push_back(i % 2 != 0 ? v4_piece(one) : v6_piece(one));
    }
    for (const auto policy : {overlap_policy::refuse, overlap_policy::last_wins}) {
        const std::size_t before = heap().octets;
        reset_heap_peak();
        ip_reassembler reassembler({.octets_max = limit, .datagrams_max = 256, .overlap = policy});
        for (const auto& one : flood) {
            reassembler.accept(one, {}, [](const ip_reassembly_event&) {});
            ASSERT_LE(reassembler.octets_held(), limit);
        }
        EXPECT_LE(heap().octets_peak - before, limit + table_len);
    }
}

TEST(ip_reassembler, what_does_not_fit_alone_is_refused_with_numbers) {
    feeder feed({.octets_max = 2000});
    const kept seen = feed(v4_piece({.data = octets_t(8, 1)}));
    EXPECT_EQ(seen.event.refusal, ip_refusal::no_memory);
    EXPECT_EQ(seen.event.limit, 2000U);
    EXPECT_EQ(feed.reassembler.octets_held(), 0U);
    EXPECT_EQ(feed.reassembler.datagrams(), 0U);
}

TEST(ip_reassembler, a_broken_datagram_is_refused_as_malformed) {
    feeder feed;
    EXPECT_EQ(feed({}).event.cause.reason, parse_reason::truncated);
    const octets_t cut_short = v4_piece({.data = octets_t(80, 1)});
    const kept seen = feed(bytes_view(cut_short).first(60));
    EXPECT_EQ(seen.event.refusal, ip_refusal::malformed);
    EXPECT_EQ(seen.event.cause.needed_octets, 100U);
    EXPECT_EQ(seen.event.cause.have_octets, 60U);
}

/// Lengths of the payloads that were put together out of a capture.
std::vector<std::size_t> reassembled_in(const std::string& name, overlap_policy policy) {
    std::vector<std::size_t> lengths;
    ip_reassembler reassembler({.overlap = policy});
    for (const auto& frame : read_capture(name)) {
        const auto walk = detail::walk_link(frame.octets, link_type{frame.link_type});
        if (walk.network != detail::network_kind::ip) continue;
        reassembler.accept(bytes_view(frame.octets).subspan(walk.network_at, walk.network_len),
                           {},
                           [&](const ip_reassembly_event& event) {
                               if (event.kind != whole || event.fragments < 2) return;
                               lengths.push_back(event.held_octets);
                           });
    }
    return lengths;
}

// Lengths as tshark 4.0.17 gives them: ip.reassembled.length and ipv6.reassembled.length.
TEST(ip_reassembler_corpus, captures_come_together_as_tshark_has_them) {
    SONDE_REQUIRE_CORPUS();
    using lengths = std::vector<std::size_t>;
    const auto refuse = overlap_policy::refuse;
    EXPECT_EQ(reassembled_in("ipv6/ip6_fragments.pcap", refuse), (lengths{741, 1452, 1003, 786}));
    EXPECT_EQ(reassembled_in("ipv6/ipv6_opt_fragments.pcap", refuse), (lengths{5387}));
    EXPECT_EQ(reassembled_in("ipv4/ip4_fragments.pcap", refuse), lengths(6, 8320));
    const auto many = reassembled_in("mixed/ip-frag.pcap", refuse);
    EXPECT_EQ(many.size(), 190U);
    EXPECT_EQ(std::accumulate(many.begin(), many.end(), std::size_t{0}), 1553028U);
}

// tshark puts 164 octets together and marks overlap, conflict and excess. The first fragment has 18
// octets and says that more come: no multiple of eight (RFC 791 s3.2).
TEST(ip_reassembler_corpus, an_attack_that_tshark_marks_is_refused) {
    SONDE_REQUIRE_CORPUS();
    EXPECT_TRUE(reassembled_in("ipv4/fragmented-1.pcap", overlap_policy::refuse).empty());
}

}  // namespace
}  // namespace sonde
