// Three doors to one frame: the record, the lazy chain and the handlers chosen at compile time must
// tell the same of every frame of the captures, at every length at which it may be cut.

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <sonde/packet/dissect.hpp>
#include <sonde/packet/packet.hpp>
#include <sonde/testing/corpus.hpp>
#include <sonde/testing/heap.hpp>

namespace sonde {
namespace {

// The IEEE set 88b5 aside for experiments (IEEE 802 s9.2.4): nobody else has it.
struct telemetry {
    static constexpr std::string_view name = "telemetry";
    static constexpr std::string_view spec = "ours";
    static constexpr layer id{0x8001};
    static constexpr std::size_t header_len = 4;
    static constexpr std::array fields{field{"sensor", 0, 16}, field{"reading", 16, 16}};
    static constexpr std::array selected_by{selector{selector_kind::ether_type, 0x88b5},
                                            selector{selector_kind::udp_port, 7777}};
    std::uint16_t sensor = 0;
    std::uint16_t reading = 0;

    class view {
      public:
        static result<view> parse(bytes_view in) noexcept {
            if (in.size() < header_len) return truncated(id, header_len, in.size());
            return view(in);
        }
        static result<view> parse(dying_octets auto&&) = delete;
        [[nodiscard]] std::uint16_t sensor() const noexcept { return be16_at(octets_, 0); }
        [[nodiscard]] std::uint16_t reading() const noexcept { return be16_at(octets_, 2); }
        [[nodiscard]] bytes_view octets() const noexcept { return octets_; }

      private:
        explicit view(bytes_view octets) noexcept : octets_(octets) {}
        bytes_view octets_;
    };
    static result<telemetry> read(view v) noexcept { return telemetry{v.sensor(), v.reading()}; }
    [[nodiscard]] static std::size_t wire_len() noexcept { return header_len; }
    void emit(bytes_mut out) const noexcept {
        put_be16_at(out, 0, sensor);
        put_be16_at(out, 2, reading);
    }
};
static_assert(protocol<telemetry> && selectable<telemetry>);

// RFC 1191 s4's next-hop MTU message in a frame: ICMP code 4, MTU 1400, quoting a UDP datagram.
constexpr std::array<std::uint8_t, 70> too_big{
    2,    0,    0,    0,    0,    2,    2,    0,    0,  0,  0,    1,    0x08, 0x00,  // link
    0x45, 0,    0,    56,   0,    1,    0,    0,    64, 1,  0x66, 0xc9, 10,   0,
    0,    1,    10,   0,    0,    2,                 // IPv4 around
    3,    4,    0,    0,    0,    0,    0x05, 0x78,  // ICMP, MTU 1400
    0x45, 0,    0x05, 0xdc, 0,    7,    0x40, 0,    63, 17, 0,    0,    10,   0,
    0,    2,    10,   9,    9,    9,               // IPv4 quoted
    0x30, 0x39, 0x00, 0x35, 0x05, 0xc8, 0,    0};  // UDP 12345 > 53

std::vector<std::uint8_t> telemetry_over(bool in_udp) {
    std::vector<std::uint8_t> frame{2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1};
    if (in_udp) {
        const std::array<std::uint8_t, 30> rest{0x08, 0,  0x45, 0,    0,    32,   0, 1,  0,  0,
                                                64,   17, 0,    0,    10,   0,    0, 1,  10, 0,
                                                0,    2,  0x30, 0x39, 0x1e, 0x61, 0, 12, 0,  0};
        frame.insert(frame.end(), rest.begin(), rest.end());
    } else {
        frame.insert(frame.end(), {0x88, 0xb5});
    }
    frame.insert(frame.end(), {0, 5, 0x01, 0x02});
    return frame;
}

std::vector<std::string> names(const layer_range& range) {
    std::vector<std::string> found;
    for (const layer_view& one : range)
        found.push_back(std::string(one.name()) + (one.quoted() ? " quoted" : ""));
    return found;
}

TEST(layers, a_quoted_datagram_is_walked_and_marked) {
    EXPECT_EQ(
        names(layers(too_big)),
        (std::vector<std::string>{
            "ethernet", "ipv4", "icmp_destination_unreachable", "ipv4 quoted", "udp quoted"}));
    EXPECT_FALSE(layers(too_big).stopped().has_value()) << "a quote is cut by nature";
    EXPECT_FALSE(packet(too_big).get<udp>()) << "it is not a UDP datagram";
    const auto message = packet(too_big).get<icmp_destination_unreachable>();
    ASSERT_TRUE(message);
    EXPECT_EQ(message->next_hop_mtu(), 1400);
}

TEST(layers, a_cut_layer_gives_the_fields_that_exist) {
    // Ethernet, IPv4 without options, and four of the twenty octets of TCP: both ports.
    std::vector<std::uint8_t> frame(too_big.begin(), too_big.begin() + 34);
    frame[14 + 9] = 6;
    frame.insert(frame.end(), {0x1f, 0x90, 0x00, 0x50});
    std::optional<layer_view> last;
    for (const layer_view& one : layers(frame)) last = one;
    ASSERT_TRUE(last);
    EXPECT_EQ(last->id(), layer::tcp);
    EXPECT_FALSE(last->whole());
    EXPECT_EQ(last->find("source_port"), 8080U);
    EXPECT_EQ(last->find("destination_port"), 80U);
    EXPECT_EQ(last->find("sequence_number"), std::nullopt);
    const auto stopped = packet(frame).stopped();
    ASSERT_TRUE(stopped);
    EXPECT_EQ(to_sentence(*stopped), "tcp: truncated: needed 20 octets, had 4, at offset 34");
}

TEST(layers, a_payload_that_is_declared_and_absent_is_said) {
    const auto stopped = layers(bytes_view(too_big).first(34)).stopped();
    ASSERT_TRUE(stopped);
    EXPECT_EQ(to_sentence(*stopped), "icmp: truncated: needed 4 octets, had 0, at offset 34");
}

TEST(layers, tags_of_any_depth_end_at_a_stated_bound) {
    std::vector<std::uint8_t> frame{2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1};
    for (int i = 0; i < 1000; ++i) frame.insert(frame.end(), {0x81, 0x00, 0x00, 0x01});
    std::size_t count = 0;
    for ([[maybe_unused]] const layer_view& one : layers(frame)) ++count;
    EXPECT_EQ(count, layer_range::depth_max + 1) << "the rest comes as payload";
    const auto stopped = layers(frame).stopped();
    ASSERT_TRUE(stopped);
    EXPECT_EQ(stopped->reason, parse_reason::too_deep);
}

TEST(layers, an_extension_header_of_impossible_length_ends_the_walk) {
    // RFC 4302 s2.2: the length counts words less two, of which there are three at least.
    std::vector<std::uint8_t> datagram{0x60, 0, 0, 0, 0, 20, 51, 64};
    datagram.resize(40, 0);
    datagram.insert(datagram.end(),
                    {58, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 128, 0, 0, 0, 0, 0, 0, 0});
    const auto stopped = layers(datagram, link_type::ipv6).stopped();
    ASSERT_TRUE(stopped);
    EXPECT_EQ(stopped->reason, parse_reason::bad_length);
    EXPECT_EQ(stopped->at, layer::ipv6_authentication);
    EXPECT_EQ(stopped->offset_octets, 40U);
    EXPECT_EQ(packet(datagram, link_type::ipv6).transport_protocol(), ip_protocol::reserved);
}

TEST(own_protocol, joins_the_handlers_by_name) {
    for (const bool in_udp : {false, true}) {
        const auto frame = telemetry_over(in_udp);
        int reading = 0;
        dissect<telemetry>(frame, on{[&](telemetry::view t) { reading = t.reading(); }});
        EXPECT_EQ(reading, 0x0102);
    }
}

TEST(own_protocol, joins_the_chain_through_a_table) {
    protocol_table mine;
    mine.add<telemetry>();
    const auto direct = telemetry_over(false);
    EXPECT_EQ(names(layers(direct, link_type::ethernet, mine)),
              (std::vector<std::string>{"ethernet", "telemetry"}));
    EXPECT_EQ(names(layers(direct)), (std::vector<std::string>{"ethernet", "payload"}));
    const auto carried = telemetry_over(true);
    EXPECT_EQ(names(layers(carried, link_type::ethernet, mine)),
              (std::vector<std::string>{"ethernet", "ipv4", "udp", "telemetry"}));
    ASSERT_NE(mine.find("telemetry"), nullptr);
    EXPECT_EQ(protocol_table::built_in().find("telemetry"), nullptr);
}

TEST(own_protocol, may_take_over_a_number_that_another_has) {
    protocol_table mine;
    mine.add<telemetry>({selector_kind::ip_protocol, 17});
    const auto carried = telemetry_over(true);
    EXPECT_EQ(names(layers(carried, link_type::ethernet, mine)),
              (std::vector<std::string>{"ethernet", "ipv4", "telemetry"}));
}

TEST(own_protocol, keeps_its_place_when_thousands_of_numbers_are_added) {
    protocol_table mine;
    mine.add<telemetry>({selector_kind::ip_protocol, 17});
    for (std::uint32_t port = 10000; port < 14000; ++port)
        mine.add<arp>({selector_kind::tcp_port, port});
    const auto carried = telemetry_over(true);
    EXPECT_EQ(names(layers(carried, link_type::ethernet, mine)),
              (std::vector<std::string>{"ethernet", "ipv4", "telemetry"}));
    EXPECT_EQ(mine.find({selector_kind::tcp_port, 13999}, {})->id, layer::arp);
    EXPECT_EQ(mine.find({selector_kind::tcp_port, 14000}, {}), nullptr);
    EXPECT_EQ(protocol_table::built_in().all().size() + 1, mine.all().size());
}

TEST(match_of, needs_exactly_these_layers_from_the_front) {
    const auto frame = telemetry_over(true);
    const auto hit = match<ethernet, ipv4, udp, telemetry>(frame);
    ASSERT_TRUE(hit);
    EXPECT_EQ(std::get<3>(*hit).sensor(), 5);
    EXPECT_EQ(std::get<1>(*hit).time_to_live(), 64);
    EXPECT_FALSE((match<ethernet, ipv6, udp>(frame)));
    EXPECT_FALSE((match<ethernet, udp>(frame)));
    EXPECT_FALSE((match<ethernet, ipv4, tcp>(frame)));
    EXPECT_TRUE((match<ethernet, ipv4, icmp_destination_unreachable>(too_big)));
    EXPECT_FALSE((match<ethernet, ipv4, icmp_echo>(too_big)));
}

// What one door sees of a frame.
struct sight {
    std::map<layer, std::vector<std::size_t>> at;
    friend bool operator==(const sight&, const sight&) = default;
};
constexpr std::array watched{layer::ethernet,
                             layer::vlan,
                             layer::ipv4,
                             layer::ipv6,
                             layer::tcp,
                             layer::udp,
                             layer::arp,
                             layer::gre,
                             layer::vxlan};

sight through_chain(bytes_view frame, link_type type) {
    sight seen;
    for (const layer_view& one : layers(frame, type)) {
        const bool counts = std::find(watched.begin(), watched.end(), one.id()) != watched.end();
        if (counts && one.whole() && !one.quoted()) seen.at[one.id()].push_back(one.offset());
    }
    return seen;
}
sight through_handlers(bytes_view frame, link_type type) {
    sight seen;
    const auto note = [&]<class View>(layer id, View v) {
        seen.at[id].push_back(static_cast<std::size_t>(v.octets().data() - frame.data()));
    };
    dissect(frame,
            on{[&](ethernet::view v) { note(layer::ethernet, v); },
               [&](vlan::view v) { note(layer::vlan, v); },
               [&](ipv4::view v) { note(layer::ipv4, v); },
               [&](ipv6::view v) { note(layer::ipv6, v); },
               [&](tcp::view v) { note(layer::tcp, v); },
               [&](udp::view v) { note(layer::udp, v); },
               [&](arp::view v) { note(layer::arp, v); },
               [&](gre::view v) { note(layer::gre, v); },
               [&](vxlan::view v) { note(layer::vxlan, v); }},
            type);
    return seen;
}
template <protocol T>
void expect_same_first(const packet& seen, const sight& chain, const std::string& what) {
    const auto one = seen.get<T>();
    const auto found = chain.at.find(T::id);
    ASSERT_EQ(one.has_value(), found != chain.at.end()) << what << " " << T::name;
    if (one) {
        EXPECT_EQ(static_cast<std::size_t>(one->octets().data() - seen.octets().data()),
                  found->second.front())
            << what << " " << T::name;
    }
}
void expect_agreement(bytes_view frame, link_type type, const std::string& what) {
    const sight chain = through_chain(frame, type);
    EXPECT_EQ(chain, through_handlers(frame, type)) << what;
    const packet record(frame, type);
    expect_same_first<ethernet>(record, chain, what);
    expect_same_first<ipv4>(record, chain, what);
    expect_same_first<ipv6>(record, chain, what);
    expect_same_first<tcp>(record, chain, what);
    expect_same_first<udp>(record, chain, what);
    expect_same_first<arp>(record, chain, what);
}
// Headers, the innermost payload, and trailers: each octet once.
void expect_whole(bytes_view frame, link_type type, const std::string& what) {
    std::size_t counted = 0;
    for (const layer_view& one : layers(frame, type)) {
        counted += one.header().size() + one.trailer().size();
        EXPECT_EQ(one.offset() + one.octets().size() <= frame.size(), true) << what;
    }
    EXPECT_EQ(counted, frame.size()) << what;
}

TEST(corpus, no_door_asks_the_heap_for_anything) {
    SONDE_REQUIRE_CORPUS();
    const auto frames = testing::read_capture(testing::list_captures("mixed").front());
    std::uint64_t seen = 0;
    (void)protocol_table::built_in();
    const std::uint64_t before = testing::heap().allocations;
    for (const auto& one : frames) {
        const bytes_view frame = one.octets;
        const link_type type{one.link_type};
        for (const layer_view& l : layers(frame, type)) seen += l.header().size();
        dissect(frame, on{[&](ipv4::view v) { seen += v.time_to_live(); }}, type);
        if (const auto ip = packet(frame, type).get<ipv4>()) seen += ip->time_to_live();
        if (const auto hit = match<ethernet, ipv4, udp>(frame, type)) ++seen;
    }
    EXPECT_EQ(testing::heap().allocations - before, 0U);
    EXPECT_GT(seen, 0U);
}

TEST(corpus, three_doors_tell_the_same_at_every_cut_length) {
    SONDE_REQUIRE_CORPUS();
    std::size_t frames = 0;
    for (const auto& name : testing::list_captures("")) {
        std::vector<testing::captured_frame> captured;
        try {
            captured = testing::read_capture(name);
        } catch (const std::exception&) {
            continue;  // broken on purpose, or another format
        }
        std::size_t in_file = 0;
        for (const auto& one : captured) {
            const bytes_view frame = one.octets;
            const link_type type{one.link_type};
            const std::string what = name + " frame " + std::to_string(++in_file);
            expect_whole(frame, type, what);
            expect_agreement(frame, type, what);
            if (in_file > 12) continue;  // every length of the first ones of each file
            for (std::size_t n = 0; n < std::min<std::size_t>(frame.size(), 160); ++n) {
                expect_whole(frame.first(n), type, what + " cut " + std::to_string(n));
                expect_agreement(frame.first(n), type, what + " cut " + std::to_string(n));
            }
            ++frames;
        }
    }
    EXPECT_GT(frames, 800U);
}

}  // namespace
}  // namespace sonde
