// Values of DNS from the examples of its RFCs, typed by hand, and what a message must refuse.

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "dns_each.hpp"
#include "fields_agree.hpp"
#include "octets_of.hpp"
#include "wire_contract.hpp"

namespace sonde {
namespace {

using testing::data_text_of;
using testing::octets_of;
using testing::text_of;

using dns_family = ::testing::Types<dns, dns_over_tcp>;
INSTANTIATE_TYPED_TEST_SUITE_P(dns, wire_contract, dns_family);

TEST(dns_header, fields_agree_with_the_accessors) {
    testing::expect_fields_agree<dns>(
        {{"identifier", [](dns::view v) { return std::uint64_t{v.identifier()}; }},
         {"response", [](dns::view v) { return std::uint64_t{v.response()}; }},
         {"opcode", [](dns::view v) { return std::uint64_t(v.opcode()); }},
         {"authoritative_answer",
          [](dns::view v) { return std::uint64_t{v.authoritative_answer()}; }},
         {"truncated", [](dns::view v) { return std::uint64_t{v.truncated()}; }},
         {"recursion_desired", [](dns::view v) { return std::uint64_t{v.recursion_desired()}; }},
         {"recursion_available",
          [](dns::view v) { return std::uint64_t{v.recursion_available()}; }},
         {"reserved", [](dns::view v) { return std::uint64_t{v.reserved()}; }},
         {"authentic_data", [](dns::view v) { return std::uint64_t{v.authentic_data()}; }},
         {"checking_disabled", [](dns::view v) { return std::uint64_t{v.checking_disabled()}; }},
         {"response_code", [](dns::view v) { return std::uint64_t(v.response_code()); }},
         {"question_count", [](dns::view v) { return std::uint64_t{v.question_count()}; }},
         {"answer_count", [](dns::view v) { return std::uint64_t{v.answer_count()}; }},
         {"authority_count", [](dns::view v) { return std::uint64_t{v.authority_count()}; }},
         {"additional_count", [](dns::view v) { return std::uint64_t{v.additional_count()}; }}});
}

// ---- names

// RFC 1035 s4.1.4: F.ISI.ARPA at 20, FOO.F.ISI.ARPA at 40, ARPA at 64, the root at 92.
std::vector<std::uint8_t> compression_example() {
    std::vector<std::uint8_t> message(93, 0);
    const auto at = [&](std::size_t offset, std::string_view hex) {
        copy_octets(bytes_mut(message).subspan(offset), octets_of(hex));
    };
    at(20, "0146 03495349 0441525041 00");
    at(40, "03464f4f c014");
    at(64, "c01a");
    return message;
}

TEST(dns_names, the_example_of_rfc_1035_reads_as_it_says) {
    const auto message = compression_example();
    const auto first = dns_name::parse(message, 20);
    const auto second = dns_name::parse(message, 40);
    const auto third = dns_name::parse(message, 64);
    const auto root = dns_name::parse(message, 92);
    ASSERT_TRUE(first && second && third && root);
    EXPECT_EQ(text_of(*first), "F.ISI.ARPA.");
    EXPECT_EQ(text_of(*second), "FOO.F.ISI.ARPA.");
    EXPECT_EQ(text_of(*third), "ARPA.");
    EXPECT_EQ(text_of(*root), ".");
    EXPECT_TRUE(root->is_root() && *root == dns_name{});
    EXPECT_FALSE(first->is_compressed());
    EXPECT_TRUE(second->is_compressed());
    EXPECT_EQ(second->octets().size(), 6U);
    EXPECT_EQ(second->wire_len(), 16U);
    EXPECT_EQ(second->label_count(), 4U);
    EXPECT_EQ(second->parent(), *first);
    EXPECT_TRUE(second->is_within(*third));
    EXPECT_FALSE(third->is_within(*second));
    EXPECT_TRUE(third->is_within(*root));
    std::vector<std::uint8_t> plain(second->wire_len());
    second->emit(plain);
    EXPECT_EQ(plain, octets_of("03464f4f 0146 03495349 0441525041 00"));
}

TEST(dns_names, equality_ignores_the_case_of_ascii_letters_only) {
    const auto name = [](std::string_view text) { return dns_owned_name::from_text(text).value(); };
    EXPECT_EQ(name("Foo.ExamPLE.net").name(), name("foo.example.NET.").name());
    EXPECT_FALSE(name("Foo.net").name().is_identical(name("foo.net").name()));
    EXPECT_FALSE(name("foo.net").name() == name("fooo.net").name());
    // RFC 4343 s3: 0x5b differs from 0x7b, and so do octets above 0x7f.
    EXPECT_FALSE(name("a[").name() == name("a{").name());
    EXPECT_FALSE(name("a\\196").name() == name("a\\228").name());
    // A dot inside a label is no border.
    EXPECT_FALSE(name("a\\.b").name() == name("a.b").name());
}

TEST(dns_names, text_is_the_master_file_form_and_reads_back) {
    // RFC 4343 s2.1: a label of "Donald E. Eastlake 3rd".
    const auto label = dns_owned_name::from_text("Donald\\032E\\.\\032Eastlake\\0323rd.example");
    ASSERT_TRUE(label);
    EXPECT_EQ(label->octets()[0], 22U);
    EXPECT_EQ(text_of(label->name()), "Donald\\032E\\.\\032Eastlake\\0323rd.example.");
    const auto odd = dns_owned_name::from_text("a\\000\\255\\\"\\\\\\;\\(\\)\\@\\$");
    ASSERT_TRUE(odd);
    EXPECT_EQ(text_of(odd->name()), "a\\000\\255\\\"\\\\\\;\\(\\)\\@\\$.");
    EXPECT_EQ(dns_owned_name::from_text(".")->name().is_root(), true);
    EXPECT_EQ(dns_owned_name::from_text("")->name().is_root(), true);
    for (const char* const bad : {"a..b", ".a", "a\\", "a\\25", "a\\256", "..", "a.b.."}) {
        EXPECT_FALSE(dns_owned_name::from_text(bad)) << bad;
    }
    EXPECT_TRUE(dns_owned_name::from_text(std::string(63, 'a')));
    EXPECT_FALSE(dns_owned_name::from_text(std::string(64, 'a')));
}

TEST(dns_names, the_longest_name_has_the_longest_text) {
    std::string text;
    for (const std::size_t len : {63U, 63U, 63U, 61U}) {
        for (std::size_t i = 0; i < len; ++i) text += "\\001";
        text += '.';
    }
    const auto longest = dns_owned_name::from_text(text);
    ASSERT_TRUE(longest);
    EXPECT_EQ(longest->name().wire_len(), dns_name::wire_len_max);
    EXPECT_EQ(text_of(longest->name()), text);
    EXPECT_EQ(text.size(), dns_name::text_len_max);
    EXPECT_FALSE(dns_owned_name::from_text("a." + text));
}

TEST(dns_names, addresses_have_a_reverse_name) {
    const auto v4 = dns_owned_name::reverse_of(*ip_address::parse("10.2.0.52"));
    EXPECT_EQ(text_of(v4.name()), "52.0.2.10.in-addr.arpa.");  // RFC 1035 s3.5
    // RFC 3596 s2.5.
    const auto v6 = dns_owned_name::reverse_of(*ip_address::parse("4321:0:1:2:3:4:567:89ab"));
    EXPECT_EQ(text_of(v6.name()),
              "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.0.0.0.1.2.3.4.ip6.arpa.");
}

parse_error error_of(std::string_view hex, std::size_t offset) {
    const auto octets = octets_of(hex);
    const auto name = dns_name::parse(octets, offset);
    EXPECT_FALSE(name.has_value()) << hex;
    return name ? parse_error{} : name.error();
}

TEST(dns_names, what_is_no_name_is_refused_with_its_reason) {
    EXPECT_EQ(error_of("c000", 0).reason, parse_reason::bad_value);       // to itself
    EXPECT_EQ(error_of("c002 00", 0).reason, parse_reason::bad_value);    // forward
    EXPECT_EQ(error_of("0161 c000", 0).reason, parse_reason::bad_value);  // into itself
    EXPECT_EQ(error_of("c002 c000", 2).reason, parse_reason::bad_value);  // a loop of two
    EXPECT_EQ(error_of("40", 0).reason, parse_reason::bad_value);         // labels of kind 01
    EXPECT_EQ(error_of("80", 0).reason, parse_reason::bad_value);         // and 10
    EXPECT_EQ(error_of("c0", 0).reason, parse_reason::truncated);
    EXPECT_EQ(error_of("0361", 0).reason, parse_reason::truncated);
    EXPECT_EQ(error_of("0161", 0).reason, parse_reason::truncated);
    EXPECT_EQ(error_of("", 0).reason, parse_reason::truncated);
    EXPECT_EQ(error_of("00", 7).reason, parse_reason::truncated);
    const parse_error cut = error_of("0000 0361", 2);
    EXPECT_EQ(cut.offset_octets, 2U);
    EXPECT_EQ(cut.needed_octets, 5U);
    EXPECT_EQ(cut.have_octets, 2U);
    EXPECT_EQ(cut.at, layer::dns);
}

TEST(dns_names, a_name_over_255_octets_is_refused_also_when_pointers_make_it) {
    std::vector<std::uint8_t> message;
    for (int i = 0; i < 4; ++i) {
        message.push_back(63);
        message.insert(message.end(), 63, 'a');
    }
    message.push_back(0);
    const auto direct = dns_name::parse(message, 0);
    ASSERT_FALSE(direct);
    EXPECT_EQ(direct.error().reason, parse_reason::bad_length);
    message[192] = 61;  // 255 octets in all
    message[192 + 62] = 0;
    ASSERT_TRUE(dns_name::parse(message, 0));
    message.resize(255);
    const std::size_t more = message.size();
    message.insert(message.end(), {1, 'b', 0xc0, 0});
    const auto through = dns_name::parse(message, more);
    ASSERT_FALSE(through);
    EXPECT_EQ(through.error().reason, parse_reason::bad_length);
}

TEST(dns_names, a_chain_of_pointers_costs_no_more_than_its_bound) {
    // Each pointer leads to the one before: legal octets, 8,000 steps a name, 5,000 names.
    std::vector<std::uint8_t> message(12, 0);
    message.push_back(0);
    for (std::size_t target = 12; message.size() < 16000;) {
        const std::size_t here = message.size();
        message.push_back(static_cast<std::uint8_t>(0xc0 | target >> 8));
        message.push_back(static_cast<std::uint8_t>(target));
        target = here;
    }
    EXPECT_TRUE(dns_name::parse(message, 13 + 2 * (dns_name::pointers_max - 1)));
    const auto deep = dns_name::parse(message, 13 + 2 * dns_name::pointers_max);
    ASSERT_FALSE(deep);
    EXPECT_EQ(deep.error().reason, parse_reason::too_deep);
}

// ---- records

std::vector<std::uint8_t> message_with(dns_type type, const std::vector<std::uint8_t>& data) {
    std::vector<std::uint8_t> room(2048);
    dns_writer out(room);
    const auto name = dns_owned_name::from_text("alfa.example.com").value();
    EXPECT_TRUE(out.add_octets(
        dns_section::answer, {.name = name.name(), .time_to_live = 86400}, type, data));
    const bytes_view made = out.finish();
    return {made.begin(), made.end()};
}

std::string text_with(dns_type type, std::string_view hex) {
    const auto message = message_with(type, octets_of(hex));
    const auto seen = dns::view::parse(message);
    return data_text_of(*seen->answers().begin());
}

TEST(dns_data, text_is_what_the_rfcs_print) {
    using enum dns_type;
    const std::string example = "07657861 6d706c65 03636f6d 00";
    const std::string host = "04686f7374" + example;
    const std::string foo = "03666f6f" + example;
    EXPECT_EQ(text_with(a, "0a000034"), "10.0.0.52");
    EXPECT_EQ(text_with(aaaa, "20010db8 00000000 00000000 00000001"), "2001:db8::1");
    EXPECT_EQ(text_with(mx, "000a" + host), "10 host.example.com.");
    EXPECT_EQ(text_with(txt, "03612022 0462 5cff 00"), "\"a \\\"\" \"b\\\\\\255\\000\"");
    EXPECT_EQ(text_with(srv, "0001 0002 0050" + host), "1 2 80 host.example.com.");
    // RFC 4034 s4.3 and s5.4; digests are written in lower case.
    EXPECT_EQ(text_with(nsec,
                        host + "0006400100000003 041b" +
                            "00000000000000000000000000000000000000000000000000 0020"),
              "host.example.com. A MX RRSIG NSEC TYPE1234");
    EXPECT_EQ(text_with(ds, "ec45 05 01 2bb183af5f22588179a53b0a98631fad1a292118"),
              "60485 5 1 2bb183af5f22588179a53b0a98631fad1a292118");
    // RFC 5155 appendix A.
    EXPECT_EQ(text_with(nsec3,
                        "01 01 000c 04 aabbccdd 14"
                        "174eb2409fe28bcb4887a1836f957f0a8425e27b 0007 22 01 00 00 00 02 90"),
              "1 1 12 aabbccdd 2T7B4G4VSA5SMI47K61MV5BV1A22BOJR NS SOA MX RRSIG DNSKEY NSEC3PARAM");
    EXPECT_EQ(text_with(nsec3param, "01 00 0000 00"), "1 0 0 -");
    // RFC 8659 s4.1.1, RFC 7553 s4.6.
    EXPECT_EQ(text_with(caa, "00 05 6973737565 6361312e6578616d706c652e6e6574"),
              "0 issue \"ca1.example.net\"");
    EXPECT_EQ(text_with(uri, "000a 0001 6674703a2f2f66"), "10 1 \"ftp://f\"");
    // RFC 3597 s5: unknown types, and data that is not what its type says.
    EXPECT_EQ(text_with(dns_type{731}, "abcdef"), "\\# 3 abcdef");
    EXPECT_EQ(text_with(dns_type{62347}, ""), "\\# 0");
    EXPECT_EQ(text_with(a, "0a0000"), "\\# 3 0a0000");
    EXPECT_EQ(text_with(a, "0a00000001"), "\\# 5 0a00000001");
    EXPECT_EQ(text_with(mx, "000a"), "\\# 2 000a");
    EXPECT_EQ(text_with(txt, "0561"), "\\# 2 0561");
    EXPECT_EQ(text_with(sshfp, "02 01 123456789abcdef67890123456789abcdef67890"),
              "2 1 123456789abcdef67890123456789abcdef67890");  // RFC 4255 s3.2
    // RFC 1876 s3: "42 21 54 N 71 06 18 W -24m 30m".
    EXPECT_EQ(text_with(loc, "00 33 16 13 89172dd0 70be15f0 00988d20"),
              "42 21 54.000 N 71 6 18.000 W -24m 30m 10000m 10m");
}

TEST(dns_data, service_bindings_read_as_the_vectors_of_rfc_9460_appendix_d) {
    using enum dns_type;
    const std::string foo = "03666f6f 07657861 6d706c65 03636f6d 00";
    EXPECT_EQ(text_with(https, "0000" + foo), "0 foo.example.com.");
    EXPECT_EQ(text_with(svcb, "0001 00"), "1 .");
    EXPECT_EQ(text_with(svcb, "0010" + foo + "0003 0002 0035"), "16 foo.example.com. port=53");
    EXPECT_EQ(text_with(svcb, "0001" + foo + "029b 0005 68656c6c6f"),
              "1 foo.example.com. key667=\"hello\"");
    EXPECT_EQ(text_with(svcb, "0001" + foo + "029b 0009 68656c6c6fd2716f6f"),
              "1 foo.example.com. key667=\"hello\\210qoo\"");
    EXPECT_EQ(text_with(svcb, "0001 00 029b 000a 68656c6c6fd2716f6f"),
              "\\# 16 000100029b000a68656c6c6fd2716f6f")
        << "a parameter that is cut";
    EXPECT_EQ(text_with(svcb,
                        "0001" + foo +
                            "0006 0020 20010db8000000000000000000000001"
                            "20010db8000000000000000000530001"),
              "1 foo.example.com. ipv6hint=2001:db8::1,2001:db8::53:1");
    EXPECT_EQ(text_with(svcb,
                        "0010 03666f6f 07657861 6d706c65 036f7267 00"
                        "0000 0004 0001 0004 0001 0009 026832 0568332d3139"
                        "0004 0004 c0000201"),
              "16 foo.example.org. mandatory=alpn,ipv4hint alpn=\"h2,h3-19\" ipv4hint=192.0.2.1");
    EXPECT_EQ(text_with(svcb,
                        "0010 03666f6f 07657861 6d706c65 036f7267 00"
                        "0001 000c 08 665c6f6f2c626172 02 6832"),
              "16 foo.example.org. alpn=\"f\\\\\\\\oo\\\\,bar,h2\"");
}

TEST(dns_data, typed_reading_refuses_other_types_and_lengths) {
    const auto message = message_with(dns_type::a, octets_of("c0000201"));
    const dns_record record = *dns::view::parse(message)->answers().begin();
    EXPECT_EQ(record.as<dns_a>()->address, *ipv4_address::parse("192.0.2.1"));
    EXPECT_EQ(record.as<dns_aaaa>().error().reason, parse_reason::not_this_message);
    const auto longer = message_with(dns_type::a, octets_of("c000020101"));
    const auto five = dns::view::parse(longer)->answers().begin()->as<dns_a>();
    EXPECT_EQ(five.error().reason, parse_reason::bad_length);
    EXPECT_EQ(five.error().have_octets, 1U);
    const auto shorter = message_with(dns_type::a, octets_of("c00002"));
    const auto three = dns::view::parse(shorter)->answers().begin()->as<dns_a>();
    EXPECT_EQ(three.error().reason, parse_reason::truncated);
    EXPECT_EQ(three.error().have_octets, 3U);
    // A name may point out of its data and may not reach over its end.
    const auto over = message_with(dns_type::ns, octets_of("0161"));
    auto with_more = over;
    with_more.push_back(0);
    EXPECT_FALSE(dns::view::parse(with_more)->answers().begin()->as<dns_ns>());
    const auto pointing = message_with(dns_type::ns, octets_of("036e7331 c00c"));
    EXPECT_EQ(text_of(dns::view::parse(pointing)->answers().begin()->as<dns_ns>()->target),
              "ns1.alfa.example.com.");
}

TEST(dns_records, a_lifetime_with_the_top_bit_is_zero) {
    std::array<std::uint8_t, 64> room{};
    for (const auto& [ttl, seconds] :
         {std::pair{0x7fffffffU, 0x7fffffffU}, {0x80000000U, 0U}, {0xffffffffU, 0U}}) {
        dns_writer out(room);
        out.add(dns_section::answer, {.time_to_live = ttl}, dns_a{});
        const auto seen = dns::view::parse(out.finish());
        EXPECT_EQ(seen->answers().begin()->time_to_live(), ttl);
        EXPECT_EQ(seen->answers().begin()->lifetime(), std::chrono::seconds(seconds));
    }
}

TEST(dns_records, mdns_marks_the_top_bit_of_the_class) {
    std::array<std::uint8_t, 128> room{};
    dns_writer out(room, {.response = true});
    const auto name = dns_owned_name::from_text("printer.local").value();
    out.question(name.name(), dns_type::any, dns_class{0x8001});
    out.add(dns_section::answer, {.name = name.name(), .record_class = dns_class{0x8001}}, dns_a{});
    out.add(dns_section::answer, {.name = name.name()}, dns_a{});
    const auto seen = dns::view::parse(out.finish());
    const dns_record question = *seen->questions().begin();
    EXPECT_TRUE(question.unicast_response());
    EXPECT_FALSE(question.cache_flush());
    EXPECT_EQ(question.mdns_class(), dns_class::internet);
    EXPECT_EQ(question.record_class(), dns_class{0x8001});
    auto answer = seen->answers().begin();
    EXPECT_TRUE(answer->cache_flush());
    EXPECT_FALSE(answer->unicast_response());
    EXPECT_EQ(answer->mdns_class(), dns_class::internet);
    ++answer;
    EXPECT_FALSE(answer->cache_flush());
}

TEST(dns_records, a_walk_stops_at_what_is_cut_and_says_where) {
    std::array<std::uint8_t, 128> room{};
    dns_writer out(room);
    const auto name = dns_owned_name::from_text("a.test").value();
    out.question(name.name(), dns_type::a);
    out.add(dns_section::answer, {.name = name.name()}, dns_a{});
    const bytes_view whole = out.finish();
    ASSERT_EQ(whole.size(), 12U + 12 + 16);
    const auto no_data = dns::view::parse(whole.first(38))->answers();
    EXPECT_EQ(no_data.begin(), no_data.end());
    EXPECT_EQ(to_sentence(no_data.error().value()),
              "dns: truncated: needed 4 octets, had 2, at offset 36 (limit: element length)");
    const auto no_fixed = dns::view::parse(whole.first(30))->answers().error().value();
    EXPECT_EQ(to_sentence(no_fixed), "dns: truncated: needed 10 octets, had 4, at offset 26");
    const auto question = dns::view::parse(whole.first(30))->questions();
    EXPECT_FALSE(question.error());
    EXPECT_EQ(question.count(), 1U);
    // A broken question is the reason why there is no answer.
    const auto before = dns::view::parse(whole.first(20))->answers();
    EXPECT_EQ(before.count(), 0U);
    EXPECT_EQ(before.error()->offset_octets, 20U);
}

TEST(dns_records, counts_far_beyond_the_octets_cost_nothing) {
    auto octets = octets_of("0a04 02b8 63b8 0001 0000 9c50 00");
    const auto seen = dns::view::parse(octets);
    EXPECT_EQ(seen->records().count(), 0U);
    EXPECT_EQ(seen->records().error()->reason, parse_reason::truncated);
    EXPECT_TRUE(seen->trailer().empty());
}

// ---- making

TEST(dns_writer, compresses_as_the_example_of_rfc_1035) {
    std::array<std::uint8_t, 512> room{};
    dns_writer out(room);
    for (const char* const text : {"F.ISI.ARPA", "FOO.F.ISI.ARPA", "ARPA", "."}) {
        const auto name = dns_owned_name::from_text(text).value();
        EXPECT_TRUE(out.question(name.name(), dns_type::a));
    }
    const bytes_view made = out.finish();
    EXPECT_EQ(std::vector<std::uint8_t>(made.begin() + 12, made.end()),
              octets_of("0146 03495349 0441525041 00 0001 0001"
                        "03464f4f c00c 0001 0001 c012 0001 0001 00 0001 0001"));
    EXPECT_EQ(dns::view::parse(made)->question_count(), 4U);
}

TEST(dns_writer, compresses_in_data_of_the_types_of_rfc_1035_alone) {
    std::array<std::uint8_t, 512> room{};
    dns_writer out(room);
    const auto zone = dns_owned_name::from_text("example.com").value();
    out.question(zone.name(), dns_type::any);
    out.add(dns_section::answer, {.name = zone.name()}, dns_ns{zone.name()});
    out.add(dns_section::answer, {.name = zone.name()}, dns_mx{10, zone.name()});
    out.add(dns_section::answer, {.name = zone.name()}, dns_srv{1, 2, 3, zone.name()});
    out.add(dns_section::answer, {.name = zone.name()}, dns_dname{zone.name()});
    std::vector<std::uint16_t> lens;
    const auto seen = dns::view::parse(out.finish());
    for (const dns_record& record : seen->answers()) lens.push_back(record.data_len());
    EXPECT_EQ(lens, (std::vector<std::uint16_t>{2, 4, 6 + 13, 13}));
}

TEST(dns_writer, keeps_the_case_that_it_was_given) {
    std::array<std::uint8_t, 512> room{};
    dns_writer out(room);
    for (const char* const text : {"www.Example.com", "www.example.com"}) {
        out.question(dns_owned_name::from_text(text)->name(), dns_type::a);
    }
    std::vector<std::string> names;
    const auto seen = dns::view::parse(out.finish());
    for (const dns_record& record : seen->questions()) names.push_back(text_of(record.name()));
    EXPECT_EQ(names, (std::vector<std::string>{"www.Example.com.", "www.example.com."}));
}

TEST(dns_writer, adds_whole_entries_or_nothing) {
    std::array<std::uint8_t, 40> room{};
    dns_writer out(room);
    const auto name = dns_owned_name::from_text("a.test").value();
    EXPECT_TRUE(out.question(name.name(), dns_type::a));
    EXPECT_TRUE(out.add(dns_section::answer, {.name = name.name()}, dns_a{}));
    EXPECT_EQ(out.size(), room.size());
    EXPECT_FALSE(out.add(dns_section::answer, {.name = name.name()}, dns_a{}));
    EXPECT_EQ(out.refused(), dns_refusal::no_room);
    const auto seen = dns::view::parse(out.finish());
    EXPECT_EQ(seen->answer_count(), 1U);
    EXPECT_FALSE(seen->records().error());
    std::array<std::uint8_t, 40> other{};
    dns_writer later(other);
    EXPECT_TRUE(later.add(dns_section::authority, {}, dns_a{}));
    EXPECT_FALSE(later.question({}, dns_type::a));
    EXPECT_EQ(later.refused(), dns_refusal::out_of_order);
    std::array<std::uint8_t, 5> tiny{};
    dns_writer nothing(tiny);
    EXPECT_FALSE(nothing.question({}, dns_type::a));
    EXPECT_TRUE(nothing.finish().empty());
}

TEST(dns_writer, points_at_nothing_that_was_taken_back) {
    std::array<std::uint8_t, 60> room{};
    dns_writer out(room);
    const auto name = dns_owned_name::from_text("long.name.test").value();
    const std::vector<std::uint8_t> data(30);
    EXPECT_FALSE(out.add_octets(dns_section::answer, {.name = name.name()}, dns_type::null, data));
    EXPECT_TRUE(out.add_octets(dns_section::answer, {.name = name.name()}, dns_type::null, {}));
    const auto seen = dns::view::parse(out.finish());
    EXPECT_EQ(text_of(seen->answers().begin()->name()), "long.name.test.");
    EXPECT_FALSE(seen->answers().begin()->name().is_compressed());
}

TEST(dns_writer, counts_can_be_wrong_on_purpose) {
    std::array<std::uint8_t, 64> room{};
    dns_writer out(room, {.identifier = 7, .recursion_desired = true});
    out.question({}, dns_type::ns);
    out.force_count(dns_section::question, 9);
    const auto seen = dns::view::parse(out.finish());
    EXPECT_EQ(seen->question_count(), 9U);
    EXPECT_EQ(seen->flags(), 0x0100U);
    EXPECT_TRUE(seen->questions().error());
    EXPECT_EQ(out.message().wire_len(), out.size());
}

TEST(dns_writer, copies_what_a_predicate_likes_although_names_are_compressed) {
    std::array<std::uint8_t, 512> first{};
    dns_writer source(first, {.identifier = 3, .response = true});
    const auto zone = dns_owned_name::from_text("example.com").value();
    const auto mail = dns_owned_name::from_text("mail.example.com").value();
    source.question(zone.name(), dns_type::mx);
    source.add(dns_section::answer, {.name = zone.name()}, dns_rrsig{.signers_name = zone.name()});
    source.add(dns_section::answer, {.name = zone.name()}, dns_mx{10, mail.name()});
    source.add(dns_section::additional, {.name = mail.name()}, dns_a{{0xc0000201}});
    const auto seen = dns::view::parse(source.finish());
    for (const auto compression : {dns_compression::on, dns_compression::off}) {
        std::array<std::uint8_t, 512> second{};
        dns_writer out(second, *dns::read(*seen), compression);
        EXPECT_TRUE(out.copy_if(*seen, [](const dns_record& record) {
            return record.type() != dns_type::rrsig && !record.is_question();
        }));
        const auto made = dns::view::parse(out.finish());
        EXPECT_EQ(made->identifier(), 3U);
        EXPECT_EQ(made->question_count(), 0U);
        std::vector<std::string> lines;
        for (const dns_record& record : made->records()) lines.push_back(text_of(record));
        EXPECT_EQ(lines,
                  (std::vector<std::string>{"example.com. 0 IN MX 10 mail.example.com.",
                                            "mail.example.com. 0 IN A 192.0.2.1"}));
    }
}

TEST(dns_writer, refuses_to_copy_data_whose_names_lead_nowhere) {
    const auto message = message_with(dns_type::ns, octets_of("ffff"));
    std::array<std::uint8_t, 512> room{};
    dns_writer out(room);
    EXPECT_FALSE(out.copy(*dns::view::parse(message)->answers().begin()));
    EXPECT_EQ(out.refused(), dns_refusal::bad_data);
    EXPECT_EQ(out.size(), dns::header_len);
}

// What other libraries get wrong: a changed header that cannot be emitted, an OPT record that makes
// its section unreadable.
TEST(dns_message, a_changed_header_leaves_the_sections_alone) {
    std::array<std::uint8_t, 512> room{};
    dns_writer out(room, {.identifier = 1});
    const auto name = dns_owned_name::from_text("www.example.com").value();
    out.question(name.name(), dns_type::a);
    out.add(dns_section::answer, {.name = name.name()}, dns_cname{name.name()});
    out.add_edns({.udp_payload_size = 4096, .dnssec_ok = true});
    dns message = *dns::read(*dns::view::parse(out.finish()));
    message.identifier = 0xbeef;
    message.response = true;
    message.response_code = dns_response_code::refused;
    std::vector<std::uint8_t> octets(message.wire_len());
    message.emit(octets);
    const auto seen = dns::view::parse(octets);
    EXPECT_EQ(seen->identifier(), 0xbeefU);
    EXPECT_EQ(seen->response_code(), dns_response_code::refused);
    EXPECT_EQ(seen->records().count(), 3U);
    EXPECT_FALSE(seen->records().error());
    EXPECT_EQ(seen->additionals().begin()->type(), dns_type::opt);
    EXPECT_EQ(seen->edns()->udp_payload_size, 4096U);
    auto changed = dns::mutable_view::parse(octets);
    changed->set_response_code(dns_response_code::name_error);
    changed->set_truncated(true);
    changed->set_identifier(2);
    EXPECT_EQ(seen->response_code(), dns_response_code::name_error);
    EXPECT_TRUE(seen->truncated() && seen->response());
    EXPECT_EQ(seen->records().count(), 3U);
}

std::vector<std::uint8_t> message_of(dns header, std::string_view name, dns_type type) {
    std::vector<std::uint8_t> room(512);
    dns_writer out(room, header);
    out.question(dns_owned_name::from_text(name)->name(), type);
    room.resize(out.finish().size());
    return room;
}

TEST(dns_message, an_answer_has_the_identifier_and_the_questions_of_its_query) {
    const auto query = message_of({.identifier = 7}, "www.example.com", dns_type::a);
    const auto answers = [&](const std::vector<std::uint8_t>& answer) {
        return is_answer(*dns::view::parse(answer), *dns::view::parse(query));
    };
    const dns reply{.identifier = 7, .response = true};
    EXPECT_TRUE(answers(message_of(reply, "www.example.com", dns_type::a)));
    EXPECT_TRUE(answers(message_of(reply, "wWw.eXample.COM", dns_type::a)));
    EXPECT_FALSE(answers(query)) << "a query is no answer";
    EXPECT_FALSE(answers(message_of(reply, "www.example.org", dns_type::a)));
    EXPECT_FALSE(answers(message_of(reply, "www.example.com", dns_type::aaaa)));
    EXPECT_FALSE(
        answers(message_of({.identifier = 8, .response = true}, "www.example.com", dns_type::a)));
    EXPECT_FALSE(
        answers(message_of({.identifier = 7, .response = true, .opcode = dns_opcode::notify},
                           "www.example.com",
                           dns_type::a)));
    auto cut = message_of(reply, "www.example.com", dns_type::a);
    cut.pop_back();
    EXPECT_FALSE(answers(cut)) << "its question cannot be read";
    const dns empty{.identifier = 7, .response = true};
    std::vector<std::uint8_t> none(empty.wire_len());
    empty.emit(none);
    EXPECT_FALSE(answers(none));
}

// ---- EDNS

TEST(dns_edns, typed_options_read_back_and_unknown_ones_stay) {
    std::array<std::uint8_t, 256> options{};
    dns_option_writer list(options);
    const auto cookie = octets_of("24647a4b0c4c1c0a 010000005be2e4f4");
    const auto client = bytes_view(cookie).first(8);
    list.add(dns_nsid{})
        .add(dns_client_subnet{1, 24, 0, bytes_view(cookie).first(3)})
        .add(dns_cookie{client, bytes_view(cookie).subspan(8, 8)})
        .add(dns_keepalive{dns_keepalive::tenths(300)})
        .add(dns_extended_error{dns_extended_error_code::blocked, client.first(2)})
        .add(dns_option_code{65001}, client.first(1))
        .add(dns_padding{5});
    ASSERT_TRUE(list.fits());
    std::array<std::uint8_t, 512> room{};
    dns_writer out(room, {.response = true, .response_code = dns_response_code{7}});
    out.add_edns({.response_code_high = 1, .dnssec_ok = true, .options = list.octets()});
    const auto seen = dns::view::parse(out.finish());
    EXPECT_EQ(seen->extended_response_code(), dns_response_code::bad_cookie);
    const auto edns = seen->edns();
    ASSERT_TRUE(edns);
    EXPECT_EQ(edns->udp_payload_size, 1232U);
    EXPECT_TRUE(edns->dnssec_ok);
    EXPECT_EQ(text_of(*edns),
              "udp 1232, version 0, response code high 1, do; NSID; "
              "CLIENT-SUBNET 36.100.122.0/24/0; COOKIE 24647a4b0c4c1c0a010000005be2e4f4; "
              "KEEPALIVE 30.0 s; EDE 15 (Blocked) \"$d\"; OPT65001 24; PADDING 5 octets");
    EXPECT_EQ(edns->find(dns_option_code::padding)->as<dns_padding>()->len, 5U);
    EXPECT_EQ(edns->find(dns_option_code::cookie)->as<dns_cookie>()->server.size(), 8U);
    EXPECT_EQ(edns->find(dns_option_code::cookie)->as<dns_nsid>().error().reason,
              parse_reason::not_this_message);
}

TEST(dns_edns, options_of_a_wrong_length_are_no_typed_ones) {
    const auto octets = octets_of("000a 0007 01020304050607 000b 0001 ff 0008 0003 000118");
    const dns_options list{bytes_view(octets)};
    auto at = list.begin();
    EXPECT_EQ(at->as<dns_cookie>().error().reason, parse_reason::bad_length);
    EXPECT_EQ(text_of(*at), "COOKIE 01020304050607");
    ++at;
    EXPECT_EQ(at->as<dns_keepalive>().error().reason, parse_reason::bad_length);
    ++at;
    EXPECT_EQ(at->as<dns_client_subnet>().error().reason, parse_reason::bad_length);
    EXPECT_FALSE(list.error());
    const auto cut = dns_options(bytes_view(octets).first(13)).error();
    ASSERT_TRUE(cut);
    EXPECT_EQ(cut->offset_octets, 11U);
    EXPECT_EQ(cut->at, layer::dns_option);
}

TEST(dns_edns, a_client_subnet_is_consistent_as_rfc_7871_asks) {
    const auto octets = octets_of("c0000280");
    const auto subnet = [&](std::uint16_t family, std::uint8_t prefix, std::size_t len) {
        return dns_client_subnet{family, prefix, 0, bytes_view(octets).first(len)};
    };
    EXPECT_TRUE(subnet(1, 25, 4).is_consistent());
    EXPECT_FALSE(subnet(1, 24, 4).is_consistent()) << "an octet too many";
    EXPECT_TRUE(subnet(1, 24, 3).is_consistent());
    EXPECT_FALSE(subnet(1, 22, 3).is_consistent()) << "bits behind the prefix";
    EXPECT_FALSE(subnet(1, 255, 4).is_consistent());
    EXPECT_FALSE(subnet(3, 24, 3).is_consistent());
    EXPECT_TRUE(subnet(2, 0, 0).is_consistent());
    EXPECT_TRUE(subnet(1, 16, 2).is_consistent());
    EXPECT_FALSE(subnet(1, 8, 2).is_consistent()) << "an octet of zero too many";
    EXPECT_EQ(*subnet(1, 24, 3).network(), *ip_address::parse("192.0.2.0"));
}

// ---- streams

TEST(dns_over_tcp, a_segment_holds_several_messages_and_a_cut_one) {
    const auto octets = octets_of("0002 aabb 0000 0003 cc");
    const auto seen = dns_over_tcp::view::parse(octets);
    EXPECT_EQ(seen->length(), 2U);
    EXPECT_EQ(seen->payload().size(), 2U);
    EXPECT_EQ(seen->trailer().size(), 5U);
    std::vector<std::size_t> lens;
    for (const dns_tcp_message& one : seen->messages()) lens.push_back(one.message().size());
    EXPECT_EQ(lens, (std::vector<std::size_t>{2, 0}));
    EXPECT_EQ(to_sentence(seen->messages().error().value()),
              "dns_over_tcp: truncated: needed 5 octets, had 3, at offset 6 (limit: total length)");
    EXPECT_EQ(seen->next_selector(), (selector{selector_kind::udp_port, 53}));
}

// ---- numbers

TEST(dns_numbers, have_names_and_read_back) {
    EXPECT_EQ(to_string(dns_type::nsap_ptr), "NSAP-PTR");
    EXPECT_EQ(dns_type_of("aaaa"), dns_type::aaaa);
    EXPECT_EQ(dns_type_of("TYPE65280"), dns_type{65280});
    EXPECT_EQ(dns_type_of("TYPE65536"), std::nullopt);
    EXPECT_EQ(dns_type_of("TYPE"), std::nullopt);
    EXPECT_EQ(dns_type_of("TYPE1x"), std::nullopt);
    EXPECT_EQ(dns_class_of("ch"), dns_class::chaos);
    EXPECT_EQ(text_of(dns_type{65280}), "TYPE65280");
    EXPECT_EQ(text_of(dns_class{32}), "CLASS32");
    EXPECT_EQ(to_string(dns_opcode::update), "UPDATE");
    EXPECT_EQ(to_string(dns_response_code::bad_cookie), "BADCOOKIE");
    EXPECT_TRUE(to_string(dns_opcode{3}).empty());
}

TEST(text_room, writes_the_vectors_of_rfc_4648_and_leaves_out_what_does_not_fit) {
    const auto written = [](auto put) {
        std::array<char, 64> buffer{};
        text_room out(buffer);
        put(out);
        return std::string(out.text());
    };
    const auto foobar = octets_of("666f6f626172");
    const auto first = [&](std::size_t n) { return bytes_view(foobar).first(n); };
    EXPECT_EQ(written([&](text_room& o) { o.base64(first(6)); }), "Zm9vYmFy");
    EXPECT_EQ(written([&](text_room& o) { o.base64(first(5)); }), "Zm9vYmE=");
    EXPECT_EQ(written([&](text_room& o) { o.base64(first(4)); }), "Zm9vYg==");
    EXPECT_EQ(written([&](text_room& o) { o.base64(first(0)); }), "");
    EXPECT_EQ(written([&](text_room& o) { o.base32(first(6)); }), "CPNMUOJ1E8");
    EXPECT_EQ(written([&](text_room& o) { o.base32(first(1)); }), "CO");
    EXPECT_EQ(written([](text_room& o) { o.signed_number(-18000).put(' ').number(0); }),
              "-18000 0");
    for (const char* const text : {"::",
                                   "::1",
                                   "2001:db8::1:0:0:1",
                                   "2001:db8:0:1:1:1:1:1",
                                   "1::",
                                   "fe80::1",
                                   "::ffff:192.0.2.1"}) {
        EXPECT_EQ(written([&](text_room& o) { o.address(*ipv6_address::parse(text)); }), text);
    }
    std::array<char, 3> small{};
    text_room out(small);
    out.put("ab").put("cd");
    EXPECT_FALSE(out.fits());
    EXPECT_EQ(out.text(), "abc");
}

}  // namespace
}  // namespace sonde
