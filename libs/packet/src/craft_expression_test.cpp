#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <sonde/packet/craft_expression.hpp>
#include <sonde/packet/packet.hpp>
#include <sonde/wire/protocols.hpp>

namespace sonde {
namespace {

using octets = std::vector<std::uint8_t>;

octets made(std::string_view text) {
    const auto packet = parse_expression(text);
    EXPECT_TRUE(packet) << text << ": " << (packet ? "" : packet.error().sentence);
    return packet ? packet->to_bytes() : octets{};
}
std::string refused(std::string_view text) {
    const auto packet = parse_expression(text);
    return packet ? "accepted" : packet.error().sentence;
}
std::string hex(bytes_view in) { return hex_literal(in); }
TEST(craft_expression, a_ping_is_what_ping_sends) {
    // Recorded under Linux from `ping -4 -c 1 -t 3 -s 5 -p 68656c6c6f 10.0.0.2`.
    const octets recorded = made(
        "x'45 00 00 21 a8 88 40 00 03 01 bb 51 0a 00 00 01 0a 00 00 02"
        " 08 00 5f d4 54 58 00 01 68 65 6c 6c 6f'");
    EXPECT_EQ(hex(made("ipv4(source=10.0.0.1, destination=10.0.0.2, dont_fragment=1,"
                       " identification=0xa888, time_to_live=3)"
                       " / icmp_echo(identifier=0x5458, sequence_number=1) / \"hello\"")),
              hex(recorded));
}

TEST(craft_expression, types_follow_from_the_next_layer) {
    const octets frame = made(
        "ethernet / vlan(vid=5) / ipv6(source=2001:db8::1, destination=2001:db8::2)"
        " / udp(source_port=1000) / vxlan(vni=7) / ethernet / arp(operation=reply)");
    const packet seen(frame);
    EXPECT_FALSE(seen.stopped());
    std::vector<std::string_view> names;
    for (const layer_view& one : seen.layers()) names.push_back(one.name());
    EXPECT_EQ(names,
              (std::vector<std::string_view>{
                  "ethernet", "vlan", "ipv6", "udp", "vxlan", "ethernet", "arp"}));
    EXPECT_EQ(seen.get<udp>()->destination_port(), 4789) << "RFC 7348 s5: VXLAN's port";
    EXPECT_EQ(seen.get<ipv6>()->next_header(), ip_protocol::udp);
}

TEST(craft_expression, the_options_of_a_syn_lie_as_linux_sends_them) {
    // Recorded from a connect(): the options of the SYN, and its data offset of 10 words.
    const octets segment = made(
        "tcp(source_port=57800, destination_port=4243, sequence_number=0xd3938473, flags=syn,"
        " window=64240, checksum=0x1431, options=[mss(1460), sack_permitted,"
        " timestamps(0xa36e65ab, 0), nop, window_scale(10)])");
    EXPECT_EQ(hex(segment),
              "x'e1 c8 10 93 d3 93 84 73 00 00 00 00 a0 02 fa f0 14 31 00 00 02 04 05 b4 04 02 08 "
              "0a a3 6e 65 ab 00 00 00 00 01 03 03 0a'");
}

TEST(craft_expression, padding_of_options_is_zeros_and_never_ones) {
    // NOP, NOP, timestamps are 12 octets, a whole number of words: the payload follows at once.
    const octets segment = made("tcp(options=[nop, nop, timestamps(1, 2)]) / \"data\"");
    EXPECT_EQ(hex(bytes_view(segment).subspan(20)),
              "x'01 01 08 0a 00 00 00 01 00 00 00 02 64 61 74 61'");
    // A window scale alone needs one octet of padding: end of list (RFC 9293 s3.2).
    EXPECT_EQ(hex(bytes_view(made("tcp(options=[window_scale(7)])")).subspan(20)),
              "x'03 03 07 00'");
}

TEST(craft_expression, a_forced_field_stays_wrong) {
    const octets datagram =
        made("ipv4(header_checksum=0xdead, total_length=7) / udp(checksum=1, length=9)");
    EXPECT_EQ(be16_at(datagram, 10), 0xdead);
    EXPECT_EQ(be16_at(datagram, 2), 7);
    EXPECT_EQ(be16_at(datagram, 20 + 4), 9);
    EXPECT_EQ(be16_at(datagram, 20 + 6), 1);
}

TEST(craft_expression, two_customer_tags_or_one_service_tag) {
    EXPECT_EQ(be16_at(made("ethernet / vlan / vlan / ipv4"), 12), 0x8100);
    EXPECT_EQ(be16_at(made("ethernet / vlan / vlan / ipv4"), 16), 0x8100);
    EXPECT_EQ(be16_at(made("ethernet(type=service_vlan) / vlan(vid=9) / ipv4"), 12), 0x88a8);
    EXPECT_EQ(be16_at(made("ethernet(type=service_vlan) / vlan(vid=9) / ipv4"), 16), 0x0800);
}

TEST(craft_expression, a_session_of_pppoe_and_its_discovery_have_types_of_their_own) {
    EXPECT_EQ(be16_at(made("ethernet / pppoe(session_id=1) / ppp / ipv4"), 12), 0x8864);
    const octets offer =
        made("ethernet / pppoe(code=pado, tags=[ac_name(\"bras\"), host_uniq(x'01')])");
    EXPECT_EQ(be16_at(offer, 12), 0x8863);
    EXPECT_EQ(hex(bytes_view(offer).subspan(14)),
              "x'11 07 00 00 00 0d 01 02 00 04 62 72 61 73 01 03 00 01 01'");
}

TEST(craft_expression, values_have_every_form) {
    EXPECT_EQ(made("ipv4(protocol=udp)")[9], 17);
    EXPECT_EQ(made("ipv4(protocol=0x11)")[9], 17);
    EXPECT_EQ(made("ipv4(protocol=0b10001)")[9], 17);
    EXPECT_EQ(made("icmp_echo(type=echo_reply)")[0], 0);
    EXPECT_EQ(made("tcp(flags=syn|ack)")[13], 0x12);
    EXPECT_EQ(made("tcp(flags=0x12)")[13], 0x12);
    EXPECT_EQ(hex(made(R"("a\x00\n\"\\b")")), "x'61 00 0a 22 5c 62'");
    EXPECT_EQ(hex(made("x'de ad:be EF'")), "x'de ad be ef'");
    EXPECT_EQ(hex(bytes_view(made("ethernet(source=02:00:00:00:00:0a)")).subspan(6, 6)),
              "x'02 00 00 00 00 0a'");
    EXPECT_EQ(made("zeros(3) / random(5)").size(), 8U);
}

TEST(craft_expression, arp_and_gre_have_fields_behind_the_fixed_header) {
    const octets request = made(
        "arp(sender_protocol_address=10.0.0.1,"
        " target_protocol_address=10.0.0.2,"
        " sender_hardware_address=02:00:00:00:00:01)");
    // RFC 826: Ethernet, IPv4, lengths 6 and 4, request; the target's address is asked for.
    EXPECT_EQ(hex(request),
              "x'00 01 08 00 06 04 00 01 02 00 00 00 00 01 0a 00 00 01 00 00 00 00 00 00 0a 00 00 "
              "02'");
    // RFC 2890 s2: K and S, the key first.
    EXPECT_EQ(hex(made("gre(sequence_number=2, key=1) / ipv4")).substr(0, 2 + 12 * 3 - 1),
              "x'30 00 08 00 00 00 00 01 00 00 00 02");
}

TEST(craft_expression, an_error_with_objects_pads_what_it_quotes) {
    // RFC 4884 s3: 128 octets at least; s4.2: their length in words of four.
    const octets message = made(
        "icmp_time_exceeded(objects=[mpls(16000, 0, 1, 1)]) / ipv4(destination=192.0.2.1) / udp");
    ASSERT_EQ(message.size(), 8U + 128 + 4 + 8);
    EXPECT_EQ(message[5], 32);
    const auto seen = icmp_time_exceeded::view::parse(message);
    const auto extension = icmp_extension::view::parse(seen->quote().extension);
    ASSERT_TRUE(extension);
    EXPECT_EQ(extension->checksum_status(), checksum_state::good);
    EXPECT_EQ(hex(seen->quote().extension.subspan(4)), "x'00 08 01 01 03 e8 01 01'");
}

TEST(craft_expression, options_of_ipv6_are_aligned) {
    // RFC 2675 s2: jumbo payload at 4n + 2; RFC 2711: router alert at 2n.
    EXPECT_EQ(hex(made("ipv6_hop_by_hop(options=[jumbo_payload(65536)])")),
              "x'3b 00 c2 04 00 01 00 00'");
    // RFC 2473 s4.1.1 asks for no alignment: octets 2 to 4. RFC 2711 s2.1 asks for an even offset:
    // 6, behind a Pad1. The header is two units of 8: a PadN of 6 octets completes it.
    EXPECT_EQ(hex(made("ipv6_hop_by_hop("
                       "options=[tunnel_encapsulation_limit(4), router_alert(0)])")),
              "x'3b 01 04 01 04 00 05 02 00 00 01 04 00 00 00 00'");
}

TEST(craft_expression, unknown_names_give_the_nearest_one) {
    EXPECT_EQ(refused("ipv4(ttl=3)"),
              "no field 'ttl' in ipv4: did you mean time_to_live? (character 6)");
    EXPECT_EQ(refused("ipv6(ttl=3)"),
              "no field 'ttl' in ipv6: did you mean hop_limit? (character 6)");
    EXPECT_EQ(refused("ipv4(desitnation=10.0.0.1)"),
              "no field 'desitnation' in ipv4: did you mean destination? (character 6)");
    EXPECT_EQ(refused("ethernt / ipv4"),
              "no protocol 'ethernt': did you mean ethernet? (character 1)");
    EXPECT_EQ(refused("ethernet / ip"), "no protocol 'ip': did you mean ipv4? (character 12)");
    EXPECT_EQ(refused("ipv4(protocol=upd)"),
              "no value 'upd' for ipv4 protocol: did you mean udp? (character 15)");
    EXPECT_EQ(refused("tcp(options=[windowscale(7)])"),
              "no 'windowscale' among tcp options: did you mean window_scale? (character 14)");
}

TEST(craft_expression, every_error_is_a_sentence_with_numbers_and_a_place) {
    EXPECT_EQ(refused(""), "there is no layer (character 1)");
    EXPECT_EQ(refused("ipv4(time_to_live=256)"),
              "ipv4 time_to_live has 8 bits: at most 255, not 256 (character 19)");
    EXPECT_EQ(refused("ipv4(source=10.0.0)"),
              "ipv4 source takes an IPv4 address such as 192.0.2.1, not '10.0.0' (character 13)");
    EXPECT_EQ(refused("ipv4(time_to_live=1, time_to_live=2)"),
              "'time_to_live' is given twice (character 22)");
    EXPECT_EQ(refused("ipv4 udp"),
              "here stands 'udp' where '/' between layers is wanted (character 6)");
    EXPECT_EQ(refused("ipv4("),
              "here stands the end where the name of a field is wanted (character 6)");
    EXPECT_EQ(refused("ipv4(source)"),
              "here stands ')' where '=' behind source is wanted (character 12)");
    EXPECT_EQ(refused("\"abc"), "text without its closing quote (character 1)");
    EXPECT_EQ(refused("x'abc'"), "octets with half an octet at their end (character 6)");
    EXPECT_EQ(refused("tcp(options=[timestamps(1)])"),
              "timestamps takes more than 1 value (character 14)");
    EXPECT_EQ(refused("tcp(options=[mss(1, 2)])"), "mss takes 1 value, not 2 (character 14)");
    EXPECT_EQ(refused("ipv4(options=[record_route(4, 1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,"
                      "1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1)])"),
              "ipv4 options: 44 octets, at most 40 fit (character 14)");
    std::string deep = "vlan";
    for (int i = 0; i < 64; ++i) deep += "/vlan";
    EXPECT_EQ(refused(deep), "more than 64 layers (character 321)");
}

TEST(craft_expression, what_is_printed_is_what_somebody_would_write) {
    const std::string ping =
        "ethernet / ipv4(time_to_live=3, destination=192.0.2.1) / icmp_echo(identifier=7)";
    for (const std::string& text : {
             ping + " / \"hello\"",
             std::string("ipv4 / tcp(source_port=1, destination_port=2, flags=syn|ack,"
                         " options=[maximum_segment_size(1460), sack_permitted,"
                         " timestamps(1, 0), no_operation, window_scale(7)])"),
             std::string("ethernet / arp(operation=reply, sender_protocol_address=10.0.0.1)"),
             std::string("ipv4(header_checksum=0xdead) / x'00 01'"),
             std::string("ipv4 / gre(key=5) / ipv4"),
         }) {
        const auto packet = parse_expression(text);
        ASSERT_TRUE(packet) << packet.error().sentence;
        EXPECT_EQ(to_expression(*packet), text);
    }
}

// A protocol of a program's own.
struct meter {
    static constexpr std::string_view name = "meter";
    static constexpr std::string_view spec = "ours";
    static constexpr layer id{0x8007};
    static constexpr std::size_t header_len = 4;
    static constexpr std::array fields{field{"sensor", 0, 16}, field{"reading", 16, 16}};
    static constexpr std::array selected_by{selector{selector_kind::udp_port, 7777}};
    std::uint16_t sensor = 0;
    std::uint16_t reading = 0;

    class view {
      public:
        static result<view> parse(bytes_view in) noexcept {
            if (in.size() < header_len) return truncated(id, header_len, in.size());
            return view(in);
        }
        static result<view> parse(dying_octets auto&&) = delete;
        [[nodiscard]] bytes_view octets() const noexcept { return octets_; }

      private:
        explicit view(bytes_view octets) noexcept : octets_(octets) {}
        bytes_view octets_;
    };
    static result<meter> read(view v) noexcept {
        return meter{be16_at(v.octets(), 0), be16_at(v.octets(), 2)};
    }
    [[nodiscard]] static std::size_t wire_len() noexcept { return header_len; }
    void emit(bytes_mut out) const noexcept {
        put_be16_at(out, 0, sensor);
        put_be16_at(out, 2, reading);
    }
};

TEST(craft_expression, a_protocol_of_ones_own_is_written_like_any_other) {
    protocol_table mine;
    mine.add<meter>();
    const auto packet = parse_expression("udp / meter(sensor=5, reading=0x102)", {.table = &mine});
    ASSERT_TRUE(packet) << packet.error().sentence;
    const octets frame = packet->to_bytes();
    EXPECT_EQ(be16_at(frame, 2), 7777) << "the port that it is selected by";
    EXPECT_EQ(hex(bytes_view(frame).subspan(8)), "x'00 05 01 02'");
    const selector udp_number{selector_kind::ip_protocol, 17};
    const built_packet again = built_packet::decode(frame, udp_number, mine);
    EXPECT_EQ(to_expression(again),
              "udp(source_port=0, destination_port=7777) / meter(sensor=5, reading=258)");
    EXPECT_EQ(parse_expression("meter(senser=1)", {.table = &mine}).error().sentence,
              "no field 'senser' in meter: did you mean sensor? (character 7)");
}

TEST(craft_expression, every_protocol_can_be_written_by_its_name_alone) {
    all_protocols::for_each([]<class T> {
        const auto packet = parse_expression(T::name);
        ASSERT_TRUE(packet) << T::name;
        const auto again = parse_expression(to_expression(*packet));
        ASSERT_TRUE(again) << T::name;
        EXPECT_EQ(hex(again->to_bytes()), hex(packet->to_bytes())) << T::name;
    });
}

TEST(craft_expression, random_values_come_again_with_the_same_seed) {
    const std::string text = "ipv4(source=random, fragment_offset=random) / random(20)";
    EXPECT_EQ(parse_expression(text, {.seed = 9})->to_bytes(),
              parse_expression(text, {.seed = 9})->to_bytes());
    EXPECT_EQ(made("gre(key=random)").size(), 8U) << "a word that was not there";
    EXPECT_NE(parse_expression(text, {.seed = 9})->to_bytes(),
              parse_expression(text, {.seed = 10})->to_bytes());
}

}  // namespace
}  // namespace sonde
