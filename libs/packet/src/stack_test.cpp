// Stacks of messages: what is filled in, what was forced, and that another program agrees.

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

#include <sonde/base/random.hpp>
#include <sonde/packet/layers.hpp>
#include <sonde/packet/stack.hpp>
#include <sonde/wire/protocols.hpp>
#include <sonde/wire/transport/tcp_options.hpp>

namespace sonde {
namespace {

using octets_t = std::vector<std::uint8_t>;

const mac_address mac_1{{0, 1, 2, 3, 4, 5}};
const mac_address mac_2{{0, 0x11, 0x22, 0x33, 0x44, 0x55}};
const ipv4_address host_1{0xc0a80001};
const ipv4_address host_2{0xc0a80002};
const ipv6_address host6_1 = *ipv6_address::parse("2001:db8::1");
const ipv6_address host6_2 = *ipv6_address::parse("2001:db8::2");

// RFC 1071 s1, in the plainest words.
std::uint16_t plain_checksum(bytes_view octets) {
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < octets.size(); ++i)
        sum += i % 2 == 0 ? std::uint32_t{octets[i]} << 8 : octets[i];
    while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<std::uint16_t>(~sum);
}

std::vector<std::string> names_of(bytes_view frame, link_type type = link_type::ethernet) {
    std::vector<std::string> found;
    for (const layer_view& one : layers(frame, type)) found.emplace_back(one.name());
    return found;
}
using names = std::vector<std::string>;

octets_t counting(std::size_t len) {
    octets_t made(len);
    for (std::size_t i = 0; i < len; ++i) made[i] = static_cast<std::uint8_t>(i);
    return made;
}

TEST(stack, an_echo_is_octet_for_octet_what_rfc_791_and_792_draw) {
    const octets_t data = counting(56);
    const auto made = (ethernet{.destination = mac_1, .source = mac_2} /
                       ipv4{.identification = 7, .source = host_1, .destination = host_2} /
                       icmp_echo{.identifier = 0x1234, .sequence_number = 7} / payload(data))
                          .to_bytes();
    octets_t expected{0,    1, 2,   3,   4, 5, 0, 0x11, 0x22, 0x33, 0x44, 0x55, 8,   0,
                      0x45, 0, 0,   84,  0, 7, 0, 0,    64,   1,    0,    0,    192, 168,
                      0,    1, 192, 168, 0, 2, 8, 0,    0,    0,    0x12, 0x34, 0,   7};
    expected.insert(expected.end(), data.begin(), data.end());
    put_be16_at(expected, 24, plain_checksum(bytes_view(expected).subspan(14, 20)));
    put_be16_at(expected, 36, plain_checksum(bytes_view(expected).subspan(34)));
    EXPECT_EQ(made, expected);
}

TEST(stack, a_syn_has_its_options_and_the_checksum_of_rfc_9293) {
    const auto options = tcp_option_builder()
                             .maximum_segment_size(1460)
                             .sack_permitted()
                             .timestamps({9, 0})
                             .no_operation()
                             .window_scale(7);
    const auto made = (ethernet{.destination = mac_1, .source = mac_2} /
                       ipv4{.source = host_1, .destination = host_2} /
                       tcp{.source_port = 12345,
                           .destination_port = 80,
                           .sequence_number = 9,
                           .flags = tcp_flags::syn,
                           .window = 29200,
                           .options = options.octets()})
                          .to_bytes();
    ASSERT_EQ(made.size(), 74U);
    const octets_t segment{0x30, 0x39, 0, 80, 0, 0, 0, 9, 0, 0,    0, 0, 0xa0, 2,
                           0x72, 0x10, 0, 0,  0, 0, 2, 4, 5, 0xb4, 4, 2, 8,    10,
                           0,    0,    0, 9,  0, 0, 0, 0, 1, 3,    3, 7};
    octets_t pseudo{192, 168, 0, 1, 192, 168, 0, 2, 0, 6, 0, 40};
    pseudo.insert(pseudo.end(), segment.begin(), segment.end());
    octets_t expected = segment;
    put_be16_at(expected, 16, plain_checksum(pseudo));
    EXPECT_EQ(octets_t(made.begin() + 34, made.end()), expected);
}

// The straight way and the tables are two ways to say one thing.
template <class... Layers>
void expect_both_ways(const stack<Layers...>& one) {
    octets_t table(one.lengths()[0], 0xa5);
    one.emit_by_table(table);
    EXPECT_EQ(one.to_bytes(), table) << testing::PrintToString(names_of(table));
}

class random_messages {
  public:
    explicit random_messages(std::uint64_t seed) : random_(seed) {}
    std::uint64_t operator()() { return random_(); }
    template <class T>
    automatic<T> maybe() {
        if (random_.below(4) != 0) return std::nullopt;
        return static_cast<T>(random_());
    }
    bytes_view octets(std::size_t max) { return bytes_view(pool_).first(random_.below(max + 1)); }
    mac_address mac() {
        mac_address made;
        for (auto& octet : made.octets) octet = static_cast<std::uint8_t>(random_());
        return made;
    }
    ipv6_address address6() {
        ipv6_address made;
        for (auto& octet : made.octets) octet = static_cast<std::uint8_t>(random_());
        return made;
    }
    sonde::ethernet link() {
        return {.destination = mac(),
                .source = mac(),
                .type = maybe<ether_type>(),
                .payload = octets(random_.below(3) == 0 ? 9 : 0),
                .trailer = octets(random_.below(3) == 0 ? 9 : 0),
                .padded = random_.below(4) == 0};
    }
    sonde::vlan tag() {
        return {.pcp = static_cast<std::uint8_t>(random_()),
                .dei = random_.below(2) == 0,
                .vid = static_cast<std::uint16_t>(random_()),
                .type = maybe<ether_type>(),
                .trailer = octets(random_.below(3) == 0 ? 5 : 0)};
    }
    sonde::ipv4 ip() {
        return {.version = static_cast<std::uint8_t>(random_()),
                .ihl = maybe<std::uint8_t>(),
                .dscp = static_cast<std::uint8_t>(random_()),
                .ecn = ecn(random_() & 3),
                .total_length = maybe<std::uint16_t>(),
                .identification = static_cast<std::uint16_t>(random_()),
                .reserved_flag = random_.below(2) == 0,
                .dont_fragment = random_.below(2) == 0,
                .more_fragments = random_.below(2) == 0,
                .fragment_offset = static_cast<std::uint16_t>(random_()),
                .time_to_live = static_cast<std::uint8_t>(random_()),
                .protocol = maybe<ip_protocol>(),
                .header_checksum = maybe<std::uint16_t>(),
                .source = {static_cast<std::uint32_t>(random_())},
                .destination = {static_cast<std::uint32_t>(random_())},
                .options = octets(random_.below(3) == 0 ? 40 : 0)};
    }
    sonde::ipv6 ip6() {
        return {.version = static_cast<std::uint8_t>(random_()),
                .traffic_class = static_cast<std::uint8_t>(random_()),
                .flow_label = static_cast<std::uint32_t>(random_()),
                .payload_length = maybe<std::uint16_t>(),
                .next_header = maybe<ip_protocol>(),
                .hop_limit = static_cast<std::uint8_t>(random_()),
                .source = address6(),
                .destination = address6()};
    }
    sonde::udp datagram() {
        return {.source_port = static_cast<std::uint16_t>(random_()),
                .destination_port = static_cast<std::uint16_t>(random_()),
                .length = maybe<std::uint16_t>(),
                .checksum = maybe<std::uint16_t>(),
                .data = octets(random_.below(3) == 0 ? 7 : 0)};
    }
    sonde::tcp segment() {
        return {.source_port = static_cast<std::uint16_t>(random_()),
                .destination_port = static_cast<std::uint16_t>(random_()),
                .sequence_number = static_cast<std::uint32_t>(random_()),
                .acknowledgment_number = static_cast<std::uint32_t>(random_()),
                .data_offset = maybe<std::uint8_t>(),
                .reserved = static_cast<std::uint8_t>(random_()),
                .flags = tcp_flags(static_cast<std::uint8_t>(random_())),
                .window = static_cast<std::uint16_t>(random_()),
                .checksum = maybe<std::uint16_t>(),
                .urgent_pointer = static_cast<std::uint16_t>(random_()),
                .options = octets(random_.below(2) == 0 ? 40 : 0),
                .data = octets(random_.below(3) == 0 ? 7 : 0)};
    }
    sonde::icmp_echo echo() {
        return {.code = static_cast<std::uint8_t>(random_()),
                .identifier = static_cast<std::uint16_t>(random_()),
                .sequence_number = static_cast<std::uint16_t>(random_()),
                .data = octets(9),
                .checksum = maybe<std::uint16_t>()};
    }
    sonde::icmpv6_echo echo6() {
        return {.code = static_cast<std::uint8_t>(random_()),
                .checksum = maybe<std::uint16_t>(),
                .identifier = static_cast<std::uint16_t>(random_()),
                .sequence_number = static_cast<std::uint16_t>(random_()),
                .data = octets(9)};
    }
    sonde::vxlan tunnel() { return {.vni = static_cast<std::uint32_t>(random_() & 0xffffff)}; }
    payload data() { return payload(octets(200)); }

  private:
    random_source random_;
    octets_t pool_ = counting(256);
};

TEST(stack, the_straight_way_writes_what_the_tables_say) {
    random_messages any(20);
    for (int round = 0; round < 400; ++round) {
        expect_both_ways(any.link() / any.ip() / any.echo() / any.data());
        expect_both_ways(any.link() / any.tag() / any.tag() / any.ip() / any.segment());
        expect_both_ways(any.link() / any.ip6() / any.datagram() / any.data());
        expect_both_ways(any.link() / any.ip6() / any.echo6() / any.data() / any.data());
        expect_both_ways(any.link() / any.ip() / any.datagram() / any.tunnel() / any.link() /
                         any.ip6() / any.segment() / any.data());
        expect_both_ways(any.ip() / any.ip6() / any.datagram());
        expect_both_ways(any.segment() / any.data());
        expect_both_ways(any.link() / any.data());
    }
}

// Sums are kept in words as they lie, and turned round at their end: the extremes of every length.
TEST(stack, data_of_any_length_and_value_are_summed_while_they_are_copied) {
    random_source random(21);
    for (std::size_t len = 0; len <= 80; ++len) {
        octets_t any(len);
        for (auto& octet : any) octet = static_cast<std::uint8_t>(random());
        for (const octets_t& data : {octets_t(len), octets_t(len, 0xff), any}) {
            expect_both_ways(ipv4{} / icmp_echo{.identifier = 7} / payload(data));
            expect_both_ways(ipv4{} / udp{} / payload(bytes_view(any).first(len % 8)) /
                             payload(data));
        }
    }
}

TEST(stack, gives_back_the_messages_it_was_made_of) {
    random_messages any(21);
    for (int round = 0; round < 100; ++round) {
        const auto whole = any.link() / any.tag() / any.ip() / any.ip6() / any.datagram() /
                           any.tunnel() / any.segment() / any.echo() / any.echo6();
        const auto again = whole.at<0>() / whole.at<1>() / whole.at<2>() / whole.at<3>() /
                           whole.at<4>() / whole.at<5>() / whole.at<6>() / whole.at<7>() /
                           whole.at<8>();
        EXPECT_EQ(again.to_bytes(), whole.to_bytes());
    }
}

TEST(stack, every_layer_names_what_it_carries) {
    const octets_t data = counting(4);
    const auto inner = ipv4{.source = host_1, .destination = host_2} / udp{} / payload(data);
    const names rest{"ipv4", "udp", "payload"};
    const auto expect = [&](const auto& one, names outer, link_type type = link_type::ethernet) {
        outer.insert(outer.end(), rest.begin(), rest.end());
        EXPECT_EQ(names_of(one.to_bytes(), type), outer);
    };
    expect(ethernet{} / inner, {"ethernet"});
    expect(ethernet{} / vlan{} / vlan{} / inner, {"ethernet", "vlan", "vlan"});
    expect(ethernet{} / llc{} / snap{} / inner, {"ethernet", "llc", "snap"});
    expect(ethernet{} / mpls{.label = 100} / mpls{.label = 200} / inner,
           {"ethernet", "mpls", "mpls"});
    expect(ethernet{} / pppoe{} / ppp{} / inner, {"ethernet", "pppoe", "ppp"});
    expect(ethernet{} / ipv4{} / gre{.with_checksum = true, .key = 7} / inner,
           {"ethernet", "ipv4", "gre"});
    expect(ethernet{} / ipv4{} / gre{} / ethernet{} / inner,
           {"ethernet", "ipv4", "gre", "ethernet"});
    expect(ethernet{} / ipv6{} / udp{.destination_port = 6081} / geneve{} / ethernet{} / inner,
           {"ethernet", "ipv6", "udp", "geneve", "ethernet"});
    expect(ethernet{} / ipv6{} / ipv6_hop_by_hop{} / ipv6_destination_options{} / inner,
           {"ethernet", "ipv6", "ipv6_hop_by_hop", "ipv6_destination_options"});
    expect(linux_sll{} / inner, {"linux_sll"}, link_type::linux_sll);
    expect(linux_sll2{} / inner, {"linux_sll2"}, link_type::linux_sll2);
    expect(bsd_null{} / inner, {"bsd_null"}, link_type::null);
    expect(bsd_null{.little_endian = false} / inner, {"bsd_null"}, link_type::loop);
    expect(cisco_hdlc{} / inner, {"cisco_hdlc"}, link_type::cisco_hdlc);
    expect(ppp{.address_and_control = true} / inner, {"ppp"}, link_type::ppp);
}

TEST(stack, a_frame_is_padded_when_it_says_so_and_only_then) {
    const auto plain = (ethernet{} / ipv4{} / udp{}).to_bytes();
    EXPECT_EQ(plain.size(), 42U);
    const auto padded = (ethernet{.padded = true} / ipv4{} / udp{}).to_bytes();
    ASSERT_EQ(padded.size(), 60U) << "IEEE 802.3 s3.2.8: 64 octets less the check sequence";
    EXPECT_EQ(be16_at(padded, 16), 28) << "padding is not part of the datagram";
    // An 802.3 length counts without the padding.
    const auto length = (ethernet{.padded = true} / llc{} / snap{} / ipv4{} / udp{}).to_bytes();
    EXPECT_EQ(length.size(), 60U);
    EXPECT_EQ(be16_at(length, 12), 36);
}

TEST(stack, what_is_set_stays_wrong) {
    const auto made =
        (ethernet{.type = ether_type::arp} /
         ipv4{
             .ihl = 6, .total_length = 9, .protocol = ip_protocol::tcp, .header_checksum = 0xdead} /
         udp{.length = 3, .checksum = 0} / "hello")
            .to_bytes();
    EXPECT_EQ(be16_at(made, 12), 0x0806);
    EXPECT_EQ(made[14], 0x46);
    EXPECT_EQ(be16_at(made, 16), 9);
    EXPECT_EQ(made[23], 6);
    EXPECT_EQ(be16_at(made, 24), 0xdead);
    EXPECT_EQ(be16_at(made, 38), 3);
    EXPECT_EQ(be16_at(made, 40), 0);
    EXPECT_EQ(made.size(), 47U);
}

TEST(stack, a_message_is_exchanged_in_its_place) {
    auto frame = ethernet{} / ipv4{.time_to_live = 1} / udp{};
    ipv4 ip = frame.get<ipv4>();
    ip.time_to_live = 77;
    frame.set(ip);
    EXPECT_EQ(frame.to_bytes()[22], 77);
}

// RFC 8200 s8.1: while segments are left, the checksum knows the last address of the route.
TEST(stack, an_ipv6_route_gives_the_checksum_its_final_destination) {
    octets_t route(4 + 16);  // reserved, then one address
    host6_2.write(bytes_mut(route).subspan(4).first<16>());
    const auto made =
        (ipv6{.source = host6_1, .destination = *ipv6_address::parse("2001:db8::3")} /
         ipv6_routing{
             .routing_type = ipv6_routing_type::source_route, .segments_left = 1, .data = route} /
         udp{.source_port = 1, .destination_port = 2} / "data")
            .to_bytes();
    const bytes_view datagram = bytes_view(made).last(12);
    EXPECT_EQ(verify_transport_checksum(host6_1, host6_2, ip_protocol::udp, datagram),
              checksum_state::good);
}

// RFC 4884 s4.1 and s5.1: the quoted datagram is padded to 128 octets, and the length counts them.
TEST(stack, an_icmp_error_parts_what_it_quotes_from_its_extension) {
    const octets_t extension{0x20, 0, 0, 0, 0, 8, 1, 1, 0, 1, 1, 64};
    const auto quoted =
        ipv4{.time_to_live = 1, .source = host_1, .destination = host_2} / udp{} / "five!";
    const auto made = (ipv4{.source = host_2, .destination = host_1} /
                       icmp_time_exceeded{.extension = extension} / quoted)
                          .to_bytes();
    ASSERT_EQ(made.size(), 20U + 8 + 128 + 12);
    const auto seen = icmp_time_exceeded::view::parse(bytes_view(made).subspan(20));
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->length_words(), 32);
    EXPECT_EQ(seen->quote().datagram.size(), 128U);
    EXPECT_EQ(octets_t(seen->quote().extension.begin(), seen->quote().extension.end()), extension);
    EXPECT_TRUE(icmp_checksum_holds(bytes_view(made).subspan(20)));
}

TEST(stack, udp_lite_covers_what_it_says) {
    for (const std::uint16_t coverage : std::array<std::uint16_t, 3>{0, 8, 11}) {
        const auto made = (ipv4{.source = host_1, .destination = host_2} /
                           udp_lite{.source_port = 7, .checksum_coverage = coverage} / "datum")
                              .to_bytes();
        const auto seen = udp_lite::view::parse(bytes_view(made).subspan(20));
        EXPECT_EQ(verify_udp_lite_checksum(host_1, host_2, *seen), checksum_state::good)
            << coverage;
    }
}

// Another program's judgement.
std::string run(const std::string& command) {
    std::string out;
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    std::array<char, 512> part{};
    while (pipe && fgets(part.data(), part.size(), pipe.get()) != nullptr) out += part.data();
    return out;
}
class written_capture {
  public:
    written_capture() {
        const std::uint32_t head[6]{0xa1b2c3d4, 0x00040002, 0, 0, 0x40000, 1};
        for (const std::uint32_t word : head) put(word);
    }
    void add(const octets_t& frame) {
        const auto len = static_cast<std::uint32_t>(frame.size());
        for (const std::uint32_t word : {0U, 0U, len, len}) put(word);
        octets_.append(frame.begin(), frame.end());
        ++count_;
    }
    std::string write() const {
        const std::string path = std::filesystem::temp_directory_path() /
                                 ("sonde_stack_" + std::to_string(getpid()) + ".pcap");
        std::ofstream(path, std::ios::binary) << octets_;
        return path;
    }
    std::size_t count() const { return count_; }

  private:
    void put(std::uint32_t word) {
        for (int i = 0; i < 4; ++i) octets_ += static_cast<char>(word >> (8 * i));
    }
    std::string octets_{};
    std::size_t count_ = 0;
};

void add_stacks(written_capture& to) {
    const octets_t odd = counting(33);
    const ethernet link{.destination = mac_1, .source = mac_2};
    const ipv4 ip{.source = host_1, .destination = host_2};
    const ipv6 ip6{.source = host6_1, .destination = host6_2};
    const udp datagram{.source_port = 5000, .destination_port = 5001};
    const tcp segment{.source_port = 1, .destination_port = 2, .flags = tcp_flags::syn};
    to.add((link / ip / icmp_echo{} / payload(odd)).to_bytes());
    to.add((link / ip / datagram / payload(odd)).to_bytes());
    to.add((link / ip / segment / payload(odd)).to_bytes());
    to.add((link / ip / igmp{}).to_bytes());
    to.add((link / ip6 / icmpv6_echo{} / payload(odd)).to_bytes());
    to.add((link / ip6 / datagram / payload(odd)).to_bytes());
    to.add((link / ip6 / ipv6_hop_by_hop{} / segment / payload(odd)).to_bytes());
    to.add((link / ip6 / neighbor_solicitation{}).to_bytes());
    to.add((link / ip6 / router_advertisement{}).to_bytes());
    to.add((link / ip6 / mld_report{}).to_bytes());
    to.add(
        (link / ip / udp{.destination_port = 4789} / vxlan{} / link / ip / segment / payload(odd))
            .to_bytes());
    to.add((link / ip6 / udp{.destination_port = 6081} / geneve{} / link / ip6 / datagram /
            payload(odd))
               .to_bytes());
    to.add((link / ip / gre{.with_checksum = true} / ip6 / segment / payload(odd)).to_bytes());
    to.add((link / ip / icmp_time_exceeded{} / ip / datagram / payload(odd)).to_bytes());
    to.add((link / mpls{.label = 77} / ip / ip6 / icmpv6_echo{} / payload(odd)).to_bytes());
}

TEST(stack, tshark_finds_every_checksum_right) {
    if (run("command -v tshark").empty())
        GTEST_SKIP()
            << "tshark is not installed: install it to have every stack's checksums judged";
    written_capture file;
    add_stacks(file);
    const std::string path = file.write();
    const std::string seen =
        run("tshark -r " + path +
            " -o ip.check_checksum:TRUE -o udp.check_checksum:TRUE -o tcp.check_checksum:TRUE"
            " -T fields -E separator=/s -e ip.checksum.status -e udp.checksum.status"
            " -e tcp.checksum.status -e icmp.checksum.status -e icmpv6.checksum.status"
            " -e igmp.checksum.status -e gre.checksum.status"
            " -e _ws.malformed 2>/dev/null");
    std::filesystem::remove(path);
    // A status of 1 is "good"; 0 is bad, 2 is not verified.
    std::size_t good = 0;
    for (const char c : seen) {
        EXPECT_TRUE(c == '1' || c == ' ' || c == ',' || c == '\n') << seen;
        if (c == '1') ++good;
    }
    EXPECT_EQ(static_cast<std::size_t>(std::count(seen.begin(), seen.end(), '\n')), file.count());
    EXPECT_GE(good, 25U) << seen;
}

}  // namespace
}  // namespace sonde
