// A filter says the same in three tongues: as a predicate, as a program for the kernel, and in
// libpcap's, which is another program.

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <sonde/packet/filter.hpp>
#include <sonde/packet/stack.hpp>
#include <sonde/testing/corpus.hpp>
#include <sonde/wire/protocols.hpp>

#if defined(SONDE_HAVE_PCAP)
#include <pcap/pcap.h>
#endif

namespace sonde {
namespace {

using octets_t = std::vector<std::uint8_t>;

// The machine of classic BPF as McCanne and Jacobson describe it (USENIX 1993, s3.3): what a kernel
// does with a program. A load outside the packet ends it with 0.
class bpf_machine {
  public:
    explicit bpf_machine(bytes_view packet) : packet_(packet) {}
    std::uint32_t run(const std::vector<bpf_instruction>& program) {
        for (std::size_t at = 0; at < program.size(); ++at) {
            const bpf_instruction& now = program[at];
            switch (now.code & 7) {
                case 0:
                case 1:
                    if (!load(now)) return 0;
                    break;
                case 2:
                    memory_.at(now.k) = a_;
                    break;
                case 3:
                    memory_.at(now.k) = x_;
                    break;
                case 4:
                    calculate(now);
                    break;
                case 5:
                    at += jump(now);
                    break;
                case 6:
                    return now.k;
                default:
                    (now.code == 0x07 ? x_ : a_) = now.code == 0x07 ? a_ : x_;
            }
        }
        ADD_FAILURE() << "the program has no end";
        return 0;
    }

  private:
    bool load(const bpf_instruction& now) {
        std::uint32_t& into = (now.code & 7) == 0 ? a_ : x_;
        const std::size_t size = (now.code & 0x18) == 0 ? 4 : (now.code & 0x18) == 8 ? 2 : 1;
        switch (now.code & 0xe0) {
            case 0x00:
                into = now.k;
                return true;
            case 0x60:
                into = memory_.at(now.k);
                return true;
            case 0x80:
                into = static_cast<std::uint32_t>(packet_.size());
                return true;
            default:
                break;
        }
        const std::size_t from = std::size_t{now.k} + ((now.code & 0xe0) == 0x40 ? x_ : 0);
        if (from + size > packet_.size()) return false;
        into = 0;
        for (std::size_t i = 0; i < size; ++i) into = into << 8 | packet_[from + i];
        return true;
    }
    void calculate(const bpf_instruction& now) {
        const std::uint32_t with = (now.code & 8) != 0 ? x_ : now.k;
        switch (now.code & 0xf0) {
            case 0x00:
                a_ += with;
                break;
            case 0x10:
                a_ -= with;
                break;
            case 0x50:
                a_ &= with;
                break;
            case 0x60:
                a_ <<= with;
                break;
            case 0x70:
                a_ >>= with;
                break;
            default:
                ADD_FAILURE() << "an operation that no filter needs: " << now.code;
        }
    }
    std::size_t jump(const bpf_instruction& now) const {
        const std::uint32_t with = (now.code & 8) != 0 ? x_ : now.k;
        bool yes = false;
        switch (now.code & 0xf0) {
            case 0x00:
                return now.k;
            case 0x10:
                yes = a_ == with;
                break;
            case 0x20:
                yes = a_ > with;
                break;
            case 0x30:
                yes = a_ >= with;
                break;
            default:
                yes = (a_ & with) != 0;
        }
        return yes ? now.jump_true : now.jump_false;
    }
    bytes_view packet_;
    std::uint32_t a_ = 0;
    std::uint32_t x_ = 0;
    std::array<std::uint32_t, 16> memory_{};
};

const ipv4 ip_1{.source = {0x0a000001}, .destination = {0xc0a80002}};
const ipv6 ip6_1{.source = *ipv6_address::parse("2001:db8::1"),
                 .destination = *ipv6_address::parse("fe80::2")};

TEST(filter, finds_fields_at_their_place) {
    const octets_t frame =
        (ethernet{} / ip_1 / tcp{.source_port = 80, .destination_port = 9}).to_bytes();
    EXPECT_TRUE(filter(tcp::port == 80)(frame));
    EXPECT_TRUE(filter(tcp::port == 9)(frame));
    EXPECT_FALSE(filter(tcp::port == 81)(frame));
    EXPECT_FALSE(filter(udp::port == 80)(frame));
    EXPECT_FALSE(filter(udp::port != 80)(frame)) << "it has no port of UDP";
    EXPECT_TRUE(filter(!(udp::port == 80))(frame));
    EXPECT_TRUE(filter(ipv4::network("10.0.0.0/8"))(frame));
    EXPECT_TRUE(filter(ipv4::network("192.168.0.2"))(frame));
    EXPECT_FALSE(filter(ipv4::network("10.0.0.2/31"))(frame));
    EXPECT_FALSE(filter(destination_in(ipv4::network("10.0.0.0/8")))(frame));
    EXPECT_TRUE(filter(where<ipv4, "time_to_live">() >= 64)(frame));
    EXPECT_TRUE(filter(where<ipv4, "source">() == ipv4_address{0x0a000001})(frame));
    EXPECT_TRUE(filter((where<tcp, "flags">() & 2) == 0)(frame));
    EXPECT_TRUE(filter(where<tcp, "data_offset">() == 5)(frame));
    EXPECT_TRUE(filter(has<ethernet>() && has<ipv4>() && !has<ipv6>())(frame));
}

TEST(filter, finds_a_protocol_by_each_of_its_numbers) {
    constexpr auto seven = filter(where<icmp_echo, "identifier">() == 7);
    for (const auto kind : {icmp_echo::kind::request, icmp_echo::kind::reply}) {
        const octets_t frame =
            (ethernet{} / ip_1 / icmp_echo{.type = kind, .identifier = 7}).to_bytes();
        EXPECT_TRUE(filter(has<icmp_echo>())(frame));
        EXPECT_TRUE(seven(frame));
        EXPECT_NE(bpf_machine(frame).run(filter(has<icmp_echo>()).to_bpf()), 0U);
        EXPECT_NE(bpf_machine(frame).run(seven.to_bpf()), 0U);
        EXPECT_EQ(bpf_machine(frame).run(filter(!has<icmp_echo>()).to_bpf()), 0U);
        EXPECT_FALSE(filter(has<icmp_timestamp>())(frame));
    }
}

TEST(filter, reads_networks_of_both_families) {
    const octets_t frame = (ethernet{} / ip6_1 / icmpv6_echo{}).to_bytes();
    EXPECT_TRUE(filter(ipv6::network("2001:db8::/32"))(frame));
    EXPECT_TRUE(filter(ipv6::network("fe80::2"))(frame));
    EXPECT_TRUE(filter(ipv6::network("::/0"))(frame));
    EXPECT_FALSE(filter(ipv6::network("2001:db9::/32"))(frame));
    EXPECT_FALSE(filter(source_in(ipv6_prefix("fe80::/10")))(frame));
    EXPECT_TRUE(filter(has<icmpv6_echo>())(frame));
    EXPECT_FALSE(filter(has<icmp_echo>())(frame));
}

TEST(filter, steps_over_two_tags_and_options_and_not_into_fragments) {
    const octets_t options{1, 1, 1, 0};
    ipv4 long_header = ip_1;
    long_header.options = options;
    constexpr auto wanted = filter(udp::port == 53);
    const udp query{.destination_port = 53};
    EXPECT_TRUE(wanted((ethernet{} / vlan{} / vlan{} / long_header / query).to_bytes()));
    EXPECT_FALSE(wanted((ethernet{} / vlan{} / vlan{} / vlan{} / ip_1 / query).to_bytes()));
    ipv4 later = ip_1;
    later.fragment_offset = 1;
    EXPECT_FALSE(wanted((ethernet{} / later / query).to_bytes()));
    ipv4 first = ip_1;
    first.more_fragments = true;
    EXPECT_TRUE(wanted((ethernet{} / first / query).to_bytes()));
    EXPECT_TRUE(wanted((ip6_1 / query).to_bytes(), link_type::raw));
}

constexpr auto text_1 = filter(tcp::port == 80 || udp::port == 53);
constexpr auto text_2 =
    filter(ipv4::network("10.0.0.0/8") && !(where<ipv4, "time_to_live">() > 64));
constexpr auto text_3 = filter((where<tcp, "flags">() & 2) != 0 || has<icmp_echo>() ||
                               ipv6::network("fe80::/10") || where<arp, "operation">() == 1);
constexpr auto text_4 = filter(!(udp::port != 53) || where<ethernet, "type">() < 1536 ||
                               where<ipv6, "hop_limit">() <= 1);

template <class Filter>
struct both {
    Filter predicate;
    std::vector<bpf_instruction> on_ethernet;
    std::vector<bpf_instruction> raw;
    explicit both(const Filter& of)
        : predicate(of), on_ethernet(of.to_bpf()), raw(of.to_bpf(link_type::raw)) {}
    std::size_t check(bytes_view frame, link_type type, const std::string& what) const {
        const bool says = predicate(frame, type);
        const auto& program = type == link_type::ethernet ? on_ethernet : raw;
        EXPECT_EQ(bpf_machine(frame).run(program) != 0, says) << what;
        return says ? 1 : 0;
    }
};

TEST(filter, program_and_predicate_agree_at_every_length) {
    SONDE_REQUIRE_CORPUS();
    const both one(text_1);
    const both two(text_2);
    const both three(text_3);
    const both four(text_4);
    std::size_t hits = 0;
    for (const auto& name : testing::list_captures("")) {
        std::vector<testing::captured_frame> captured;
        try {
            captured = testing::read_capture(name);
        } catch (const std::exception&) {
            continue;  // broken on purpose, or another format
        }
        if (captured.size() > 40) captured.resize(40);
        for (const auto& frame : captured) {
            const link_type type{frame.link_type};
            if (type != link_type::ethernet && type != link_type::raw) continue;
            const bytes_view all = frame.octets;
            for (std::size_t n = 0; n <= std::min<std::size_t>(all.size(), 100); ++n) {
                const std::string what = name + " cut at " + std::to_string(n);
                hits += one.check(all.first(n), type, what) + two.check(all.first(n), type, what) +
                        three.check(all.first(n), type, what) +
                        four.check(all.first(n), type, what);
            }
        }
    }
    EXPECT_GT(hits, 10000U);
}

TEST(filter, a_long_program_jumps_far) {
    constexpr auto few = tcp::port == 1 || tcp::port == 2 || tcp::port == 3 || tcp::port == 4 ||
                         tcp::port == 5 || tcp::port == 6 || tcp::port == 7 || tcp::port == 8;
    constexpr auto many = filter(few || ipv6::network("2001:db8::/32") || few ||
                                 ipv6::network("2001:db9::/32") || tcp::port == 99);
    const auto program = many.to_bpf();
    EXPECT_GT(program.size(), 255U);
    for (const std::uint16_t port : std::array<std::uint16_t, 3>{8, 9, 99}) {
        const octets_t frame = (ethernet{} / ip_1 / tcp{.source_port = port}).to_bytes();
        EXPECT_EQ(bpf_machine(frame).run(program) != 0, many(frame)) << port;
        EXPECT_EQ(many(frame), port != 9);
    }
}

TEST(filter, an_unknown_link_type_never_matches) {
    const auto program = text_1.to_bpf(link_type::ieee_802_11);
    EXPECT_EQ(program, (std::vector<bpf_instruction>{{6, 0, 0, 0}}));
    const octets_t frame = (ethernet{} / ip_1 / tcp{.source_port = 80}).to_bytes();
    EXPECT_FALSE(text_1(frame, link_type::ieee_802_11));
}

#if defined(SONDE_HAVE_PCAP)

// Where the rules are the same: untagged frames whose IPv4 header is one.
bool is_plain(bytes_view frame) {
    const packet seen(frame);
    if (seen.vlan_count() != 0) return false;
    const auto ip = seen.get<ipv4>();
    return !ip || (ip->version() == 4 && ip->ihl() >= 5);
}

template <class Filter>
std::size_t expect_libpcap_agrees(const char* text, const Filter& ours) {
    pcap_t* const dead = pcap_open_dead(DLT_EN10MB, 0x40000);
    bpf_program theirs{};
    EXPECT_EQ(pcap_compile(dead, &theirs, text, 1, PCAP_NETMASK_UNKNOWN), 0) << text;
    std::size_t hits = 0;
    for (const auto& name : testing::list_captures("")) {
        std::vector<testing::captured_frame> captured;
        try {
            captured = testing::read_capture(name);
        } catch (const std::exception&) {
            continue;
        }
        for (const auto& one : captured) {
            if (one.link_type != 1 || !is_plain(one.octets)) continue;
            const auto len = static_cast<unsigned>(one.octets.size());
            const bool matches = bpf_filter(theirs.bf_insns, one.octets.data(), len, len) != 0;
            EXPECT_EQ(ours(one.octets), matches) << text << " " << name;
            if (matches) ++hits;
        }
    }
    pcap_freecode(&theirs);
    pcap_close(dead);
    return hits;
}

TEST(filter, libpcap_means_the_same_by_the_same_words) {
    SONDE_REQUIRE_CORPUS();
    EXPECT_GT(expect_libpcap_agrees("tcp port 80 or udp port 53", text_1), 100U);
    EXPECT_GT(expect_libpcap_agrees("ip and net 10.0.0.0/8 and not ip[8] > 64", text_2), 10U);
    EXPECT_GT(expect_libpcap_agrees("ip6 net fe80::/10", filter(ipv6::network("fe80::/10"))), 10U);
    EXPECT_GT(
        expect_libpcap_agrees("icmp[0] == 8 or icmp[0] == 0",
                              filter(where<icmp, "type">() == 8 || where<icmp, "type">() == 0)),
        10U);
}

#endif

}  // namespace
}  // namespace sonde
