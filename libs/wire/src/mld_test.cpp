#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <vector>

#include <gtest/gtest.h>

#include <sonde/testing/corpus.hpp>
#include <sonde/wire/network/mld.hpp>

namespace sonde {
namespace {

using namespace std::chrono_literals;

const ipv6_address group = *ipv6_address::parse("ff02::1:ff00:1");
const ipv6_address source = *ipv6_address::parse("2001:db8::1");

// What Linux 6.18 sends to ff02::16 when an interface comes up: it joins its solicited-node group.
constexpr std::array<std::uint8_t, 28> kernel_report{0x8f, 0, 0x72, 0x07, 0,    0, 0, 1, 0x04, 0,
                                                     0,    0, 0xff, 0x02, 0,    0, 0, 0, 0,    0,
                                                     0,    0, 0,    1,    0xff, 0, 0, 1};

TEST(mld, a_report_of_the_kernel_is_read) {
    const auto seen = mldv2_report::view::parse(kernel_report);
    ASSERT_TRUE(seen.has_value());
    EXPECT_TRUE(icmpv6_checksum_holds(
        *ipv6_address::parse("fe80::ff:fe00:1"), *ipv6_address::parse("ff02::16"), kernel_report));
    const auto records = seen->records();
    ASSERT_EQ(std::distance(records.begin(), records.end()), 1);
    EXPECT_EQ(records.begin()->type(), multicast_record_type::change_to_exclude_mode);
    EXPECT_EQ(records.begin()->multicast_address(), group);
    EXPECT_TRUE(records.begin()->sources().empty());
    EXPECT_FALSE(records.error().has_value());
}

TEST(mld, a_report_built_from_values_is_the_one_of_the_kernel) {
    const mldv2_record record{.type = multicast_record_type::change_to_exclude_mode,
                              .multicast_address = group};
    std::vector<std::uint8_t> records(record.wire_len(), 0xa5);
    record.emit(records);
    const mldv2_report report{.records = records};
    std::vector<std::uint8_t> octets(report.wire_len(), 0xa5);
    report.emit(octets);
    set_icmpv6_checksum(
        *ipv6_address::parse("fe80::ff:fe00:1"), *ipv6_address::parse("ff02::16"), octets);
    EXPECT_TRUE(std::ranges::equal(octets, kernel_report));
}

// RFC 3810 s5.2: sources, then auxiliary data in words of 32 bits.
TEST(mld, a_record_keeps_its_sources_and_its_auxiliary_data) {
    const std::array<ipv6_address, 2> sources{source, group};
    const std::array<std::uint8_t, 5> auxiliary{1, 2, 3, 4, 5};
    const mldv2_record record{.type = multicast_record_type::allow_new_sources,
                              .multicast_address = group,
                              .sources = sources,
                              .auxiliary_data = auxiliary};
    std::vector<std::uint8_t> octets(record.wire_len(), 0xa5);
    ASSERT_EQ(octets.size(), 20U + 32 + 8);
    record.emit(octets);
    EXPECT_EQ(octets[1], 2) << "words of auxiliary data";
    EXPECT_EQ(octets[3], 2) << "sources";
    octets.push_back(0x77);  // the next record's
    const auto seen = mldv2_record::view::parse(octets);
    ASSERT_TRUE(seen.has_value());
    EXPECT_TRUE(std::ranges::equal(seen->sources(), sources));
    EXPECT_TRUE(std::ranges::equal(seen->auxiliary_data(),
                                   std::array<std::uint8_t, 8>{1, 2, 3, 4, 5, 0, 0, 0}));
    EXPECT_EQ(seen->octets().size(), 60U);
}

TEST(mld, records_before_a_cut_one_stay_readable) {
    std::vector<std::uint8_t> octets(kernel_report.begin(), kernel_report.end());
    octets[7] = 2;                       // two records declared
    octets.insert(octets.end(), 19, 0);  // one octet short of a record without sources
    const auto records = mldv2_report::view::parse(octets)->records();
    EXPECT_EQ(std::distance(records.begin(), records.end()), 1);
    const auto stopped = records.error();
    ASSERT_TRUE(stopped.has_value());
    EXPECT_EQ(stopped->reason, parse_reason::truncated);
    EXPECT_EQ(stopped->offset_octets, 28U) << "from the start of the message";
    EXPECT_EQ(stopped->needed_octets, 20U);
    EXPECT_EQ(stopped->have_octets, 19U);
}

TEST(mld, a_record_with_more_sources_than_octets_is_truncated) {
    std::array<std::uint8_t, 20 + 15> octets{1, 0, 0, 1};
    const auto seen = mldv2_record::view::parse(octets);
    ASSERT_FALSE(seen.has_value());
    EXPECT_EQ(seen.error().reason, parse_reason::truncated);
    EXPECT_EQ(seen.error().needed_octets, 36U);
    EXPECT_EQ(seen.error().limit, limit_field::element_length);
}

TEST(mld, what_follows_the_declared_records_is_no_record) {
    std::vector<std::uint8_t> octets(kernel_report.begin(), kernel_report.end());
    octets.insert(octets.end(), 40, 0);
    const auto records = mldv2_report::view::parse(octets)->records();
    EXPECT_EQ(std::distance(records.begin(), records.end()), 1);
    EXPECT_FALSE(records.error().has_value());
}

// RFC 3810 s8.1: version 1 has 24 octets, version 2 at least 28; nothing else is a query.
TEST(mld, a_query_is_of_the_version_that_its_length_says) {
    const std::array<std::uint8_t, 64> octets{130};
    const auto layer_of = [&octets](std::size_t len) {
        return icmpv6_message_layer(bytes_view(octets).first(len));
    };
    EXPECT_EQ(layer_of(24), layer::mld_query);
    EXPECT_EQ(layer_of(28), layer::mldv2_query);
    EXPECT_EQ(layer_of(64), layer::mldv2_query);
    for (const std::size_t len : {25U, 26U, 27U}) {
        ASSERT_EQ(layer_of(len), layer::mldv2_query);
        EXPECT_EQ(mldv2_query::view::parse(bytes_view(octets).first(len)).error().needed_octets,
                  28U);
    }
    for (const std::size_t len : {4U, 23U}) {
        ASSERT_EQ(layer_of(len), layer::mld_query);
        EXPECT_EQ(mld_query::view::parse(bytes_view(octets).first(len)).error().needed_octets, 24U);
    }
}

// RFC 3810 s5.1.3: below 32768 the value itself, else (mantissa | 0x1000) << (exponent + 3).
TEST(mld, a_maximum_response_code_stands_for_a_delay) {
    EXPECT_EQ(mldv2_delay_of_code(0), 0ms);
    EXPECT_EQ(mldv2_delay_of_code(10000), 10s);
    EXPECT_EQ(mldv2_delay_of_code(0x7fff), 32767ms);
    EXPECT_EQ(mldv2_delay_of_code(0x8000), 32768ms);
    EXPECT_EQ(mldv2_delay_of_code(0x8001), 32776ms);
    EXPECT_EQ(mldv2_delay_of_code(0x9000), 65536ms);
    EXPECT_EQ(mldv2_delay_of_code(0xffff), 8387584ms);
}

// RFC 3810 s5.1.9: the same with 4 bits of mantissa.
TEST(mld, a_querier_interval_code_stands_for_an_interval) {
    EXPECT_EQ(mldv2_interval_of_code(125), 125s);
    EXPECT_EQ(mldv2_interval_of_code(0x7f), 127s);
    EXPECT_EQ(mldv2_interval_of_code(0x80), 128s);
    EXPECT_EQ(mldv2_interval_of_code(0x81), 136s);
    EXPECT_EQ(mldv2_interval_of_code(0xff), 31744s);
}

TEST(mld, every_code_is_found_again_from_what_it_stands_for) {
    for (unsigned code = 0; code < 0x10000; ++code) {
        const auto narrow = static_cast<std::uint16_t>(code);
        ASSERT_EQ(mldv2_code_of_delay(mldv2_delay_of_code(narrow)), narrow);
    }
    for (unsigned code = 0; code < 0x100; ++code) {
        const auto narrow = static_cast<std::uint8_t>(code);
        ASSERT_EQ(mldv2_code_of_interval(mldv2_interval_of_code(narrow)), narrow);
    }
}

TEST(mld, what_a_code_cannot_say_is_said_by_the_next_smaller) {
    EXPECT_EQ(mldv2_code_of_delay(mld_delay(32775)), 0x8000);
    EXPECT_EQ(mldv2_code_of_delay(mld_delay(0xffffffff)), 0xffff);
    EXPECT_EQ(mldv2_code_of_interval(135s), 0x80);
    EXPECT_EQ(mldv2_code_of_interval(1000000s), 0xff);
    EXPECT_EQ(mldv2_code_of_interval(-1s), 0);
}

// gen_icmp.py: a query for a group, code 10000, S clear, QRV 2, QQIC 125, two sources.
TEST(mld, the_generated_query_of_version_2_is_read) {
    SONDE_REQUIRE_CORPUS();
    const auto frame = testing::read_capture("icmp-generated/icmp6_nd.pcap").at(12);
    const auto message = bytes_view(frame.octets).subspan(54);
    ASSERT_EQ(icmpv6_message_layer(message), layer::mldv2_query);
    const auto seen = mldv2_query::view::parse(message);
    EXPECT_EQ(seen->maximum_response_delay(), 10s);
    EXPECT_FALSE(seen->suppress());
    EXPECT_EQ(seen->robustness(), 2);
    EXPECT_EQ(seen->interval(), 125s);
    EXPECT_EQ(seen->number_of_sources(), 2);
    ASSERT_EQ(seen->sources().size(), 2U);
    EXPECT_TRUE(to_string(seen->sources()[0]).starts_with("2001:db8:"));
    EXPECT_TRUE(to_string(seen->sources()[1]).starts_with("2001:db8:"));
}

// gen_icmp.py: two records for one group, the second with one source.
TEST(mld, the_generated_report_of_version_2_is_read) {
    SONDE_REQUIRE_CORPUS();
    const auto frame = testing::read_capture("icmp-generated/icmp6_nd.pcap").at(13);
    const auto seen = mldv2_report::view::parse(bytes_view(frame.octets).subspan(54));
    std::vector<mldv2_record::view> records(seen->records().begin(), seen->records().end());
    ASSERT_EQ(records.size(), 2U);
    EXPECT_EQ(records[0].type(), multicast_record_type::change_to_exclude_mode);
    EXPECT_EQ(records[0].number_of_sources(), 0);
    EXPECT_EQ(records[1].type(), multicast_record_type::mode_is_include);
    EXPECT_EQ(records[1].sources().size(), 1U);
    EXPECT_EQ(records[0].multicast_address(), records[1].multicast_address());
}

TEST(mld, a_query_with_fewer_sources_than_declared_gives_those_that_are_there) {
    std::vector<std::uint8_t> octets(28 + 20);
    octets[0] = 130;
    octets[27] = 3;
    const auto seen = mldv2_query::view::parse(octets);
    EXPECT_EQ(seen->number_of_sources(), 3);
    EXPECT_EQ(seen->sources().size(), 1U);
}

TEST(mld, every_record_type_has_the_name_of_the_rfc) {
    EXPECT_EQ(to_string(multicast_record_type{1}), "MODE_IS_INCLUDE");
    EXPECT_EQ(to_string(multicast_record_type{6}), "BLOCK_OLD_SOURCES");
    EXPECT_EQ(to_string(multicast_record_type{7}), "");
}

}  // namespace
}  // namespace sonde
