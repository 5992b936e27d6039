// Lists of targets as people keep them, and as nobody should.

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <sonde/base/target_list.hpp>

namespace sonde {
namespace {

using namespace std::string_literals;

ip_range range(const char* text) { return ip_range::parse(text).value(); }

target_list read(std::string_view text, std::string_view exclusions = {}) {
    target_list_reader reader;
    reader.read(text);
    reader.read_exclusions(exclusions);
    return reader.finish();
}

std::string problem_of(std::string_view line) {
    const auto list = read(line);
    EXPECT_EQ(list.problem_count, 1U) << line;
    EXPECT_TRUE(list.addresses.empty() && list.names.empty()) << line;
    return list.problems.empty() ? "" : list.problems[0].text;
}

TEST(target_list, takes_addresses_prefixes_ranges_names_comments_and_blank_lines) {
    const auto list = read(
        "# the lab\n"
        "192.0.2.1\n"
        "\n"
        "  192.0.2.16/28   # a comment behind\n"
        "198.51.100.1-198.51.100.9\n"
        "203.0.113.1-9\n"
        "2001:db8::/120\n"
        "\trouter.example.net \t# core\n"
        "host-1.example\n"
        "2001-db8.example.\n"
        "fe80::1%eth0\n");
    EXPECT_EQ(list.problem_count, 0U);
    EXPECT_EQ(list.addresses.size(), 1U + 16U + 9U + 9U + 256U);
    EXPECT_TRUE(list.addresses.contains(*ip_address::parse("203.0.113.9")));
    ASSERT_EQ(list.names.size(), 4U);
    EXPECT_EQ(list.names[0].name, "router.example.net");
    EXPECT_EQ(list.names[0].line, 8U);
    EXPECT_EQ(list.names[1].name, "host-1.example");
    EXPECT_EQ(list.names[2].name, "2001-db8.example.");
    EXPECT_EQ(list.names[3].name, "fe80::1%eth0");
}

TEST(target_list, leaves_out_what_a_line_with_a_mark_or_a_list_of_its_own_names) {
    const auto list = read("!192.0.2.128/25\n192.0.2.0/24\n! 192.0.2.1\n!printer.example\n",
                           "# never\n192.0.2.2-192.0.2.5\n::/0\nscanner.example\n");
    EXPECT_EQ(list.problem_count, 0U);
    EXPECT_EQ(list.addresses.size(), 256U - 128U - 1U - 4U);
    EXPECT_EQ(list.excluded, 133U);
    EXPECT_FALSE(list.addresses.contains(*ip_address::parse("192.0.2.1")));
    ASSERT_EQ(list.excluded_names.size(), 2U);
    EXPECT_EQ(list.excluded_names[0].name, "printer.example");
    EXPECT_EQ(list.excluded_names[1].name, "scanner.example");
    EXPECT_TRUE(list.names.empty());
}

TEST(target_list, takes_lines_that_end_in_cr_lf_and_a_last_line_without_an_end) {
    const auto list = read("192.0.2.1\r\nname.example\r\n\r\n192.0.2.3");
    EXPECT_EQ(list.problem_count, 0U);
    EXPECT_EQ(list.addresses.size(), 2U);
    ASSERT_EQ(list.names.size(), 1U);
    EXPECT_EQ(list.names[0].name, "name.example");
}

TEST(target_list, passes_over_the_mark_that_some_editors_put_in_front_of_utf_8) {
    EXPECT_EQ(read("\xef\xbb\xbf"
                   "192.0.2.1\n")
                  .addresses.size(),
              1U);
    EXPECT_EQ(read("192.0.2.1\n\xef\xbb\xbf"
                   "192.0.2.2\n")
                  .problem_count,
              1U);
}

TEST(target_list, a_broken_line_is_a_problem_that_names_the_remedy_and_the_rest_is_read) {
    const auto list = read("192.0.2.1\n192.0.2.256\n192.0.2.3\n");
    EXPECT_EQ(list.addresses.size(), 2U);
    ASSERT_EQ(list.problems.size(), 1U);
    EXPECT_EQ(list.problems[0].line, 2U);
    EXPECT_EQ(list.problems[0].text,
              "'192.0.2.256' is no address: write four numbers from 0 to 255, as in 192.0.2.1");
    EXPECT_EQ(problem_of("10.0.0.0/33"),
              "'10.0.0.0/33' is no prefix: write an address, a slash and 0 to 32 (IPv6: 0 to 128), "
              "as in 192.0.2.0/24");
    EXPECT_EQ(problem_of("192.0.2.9-192.0.2.1"),
              "'192.0.2.9-192.0.2.1' is no range: write two addresses of which the second is not "
              "the lower, as in 192.0.2.1-192.0.2.9 or 192.0.2.1-9");
    EXPECT_EQ(problem_of("[2001:db8::1]:80"),
              "'[2001:db8::1]:80' is no IPv6 address: write it as in 2001:db8::1, without brackets "
              "or a port");
    EXPECT_EQ(problem_of("b\xc3\xbc"
                         "cher.example"),
              "'b\\195\\188cher.example' is no host name: write names with other letters in their "
              "xn-- form");
    EXPECT_EQ(problem_of("a..b"),
              "'a..b' is neither an address, a prefix, a range nor a host name: correct it, or put "
              "# before it");
    EXPECT_EQ(problem_of("192.0.2.1 gateway"),
              "'192.0.2.1 gateway' is more than one word: put each target on a line of its own");
    EXPECT_EQ(problem_of("!"), "'!' leaves nothing out: write a target behind it");
    EXPECT_EQ(problem_of("2001:db8::/64"),
              "2001:db8::-2001:db8::ffff:ffff:ffff:ffff has more than 2^63 addresses: write a "
              "longer prefix");
}

TEST(target_list, numbers_that_are_no_address_are_never_taken_for_names) {
    for (const char* text : {"1", "10", "1.2.3", "1.2.3.4.5", "192.0.2.01", "0x7f.1", "a.1"}) {
        EXPECT_NE(problem_of(text), "") << text;
    }
}

TEST(target_list, what_a_terminal_would_obey_is_not_repeated) {
    const std::string text = problem_of("\x1b[2J\x1b]0;owned\x07.example");
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_EQ(text.find('\x07'), std::string::npos);
    EXPECT_NE(text.find("\\027[2J"), std::string::npos);
}

TEST(target_list, zero_octets_are_told_as_a_list_that_is_not_plain_text) {
    const auto list = read("1\0009\0002\000\n192.0.2.1\n"s);
    ASSERT_EQ(list.problems.size(), 1U);
    EXPECT_EQ(
        list.problems[0].text,
        "'1\\0009\\0002\\000' has a zero octet: save the list as plain text (ASCII or UTF-8)");
    EXPECT_EQ(list.addresses.size(), 1U);
}

TEST(target_list, a_line_that_is_too_long_is_skipped_and_told) {
    const auto list = read(std::string(100'000, 'a').append("\n192.0.2.1\n"));
    ASSERT_EQ(list.problems.size(), 1U);
    EXPECT_EQ(list.problems[0].line, 1U);
    EXPECT_EQ(list.problems[0].text,
              "the line is longer than 1024 octets: put each target on a line of its own");
    EXPECT_EQ(list.addresses.size(), 1U);
    const std::string longest = "192.0.2.1" + std::string(line_cutter::line_len_max - 9, ' ');
    EXPECT_EQ(read(longest + "\n192.0.2.2").addresses.size(), 2U);
    EXPECT_EQ(read(longest + " \n192.0.2.2").addresses.size(), 1U);
}

TEST(target_list, a_long_line_in_many_pieces_is_not_kept) {
    target_list_reader reader;
    for (int i = 0; i < 1000; ++i) reader.read(std::string(10'000, '7'));
    reader.read("\n192.0.2.1");
    const auto list = reader.finish();
    ASSERT_EQ(list.problem_count, 1U);
    EXPECT_NE(list.problems[0].text.find("longer than 1024"), std::string::npos);
    EXPECT_EQ(list.addresses.size(), 1U);
}

TEST(target_list, is_the_same_wherever_the_text_is_cut) {
    const std::string text =
        "\xef\xbb\xbf# lab\r\n192.0.2.0/28\r\n!192.0.2.3\nname.example\n1.2.3\n\n" +
        std::string(1030, 'x') + "\r\n2001:db8::1-2001:db8::9";
    const auto whole = read(text);
    EXPECT_EQ(whole.addresses.size(), 24U);
    EXPECT_EQ(whole.problem_count, 2U);
    for (std::size_t first = 0; first <= text.size(); ++first) {
        target_list_reader reader;
        reader.read(std::string(text, 0, first));
        reader.read({});
        reader.read(std::string(text, first));
        const auto cut = reader.finish();
        ASSERT_EQ(cut.addresses, whole.addresses) << first;
        ASSERT_EQ(cut.names.size(), whole.names.size()) << first;
        ASSERT_EQ(cut.problem_count, whole.problem_count) << first;
        ASSERT_EQ(cut.problems[1].line, whole.problems[1].line) << first;
    }
}

TEST(target_list, keeps_the_first_hundred_problems_and_counts_all) {
    std::string text;
    for (int i = 0; i < 5000; ++i) text += "1.2.3\n";
    const auto list = read(text);
    EXPECT_EQ(list.problems.size(), target_list::problems_max);
    EXPECT_EQ(list.problem_count, 5000U);
    EXPECT_EQ(list.problems.back().line, 100U);
}

TEST(target_list, a_hundred_thousand_single_addresses_in_any_order_become_few_ranges) {
    std::string text;
    for (std::uint32_t i = 0; i < 131'072; ++i) {
        // An odd multiplier goes through all residues, far from in order.
        text += to_string(ipv4_address{0x0a000000 + (i * 40'503U & 0x1ffff)}) + "\n";
    }
    const auto list = read(text);
    EXPECT_EQ(list.addresses.size(), 131'072U);
    ASSERT_EQ(list.addresses.ranges().size(), 1U);
    EXPECT_EQ(list.addresses.ranges()[0], range("10.0.0.0/15"));
}

TEST(target_list, more_than_two_to_the_63_addresses_together_are_refused_as_one_problem) {
    const auto list = read("2001:db8::/65\n192.0.2.1\n");
    ASSERT_EQ(list.problems.size(), 1U);
    EXPECT_EQ(list.problems[0].line, 0U);
    EXPECT_EQ(list.problems[0].text,
              "the list has more than 2^63 addresses together: split it into several");
    EXPECT_TRUE(list.addresses.empty());
}

TEST(target_list, a_reader_is_empty_once_it_has_finished) {
    target_list_reader reader;
    reader.read("192.0.2.1\n1.2");
    EXPECT_EQ(reader.finish().problem_count, 1U);
    reader.read("192.0.2.2");
    const auto list = reader.finish();
    EXPECT_EQ(list.problem_count, 0U);
    EXPECT_EQ(list.addresses.size(), 1U);
}

TEST(target_list, a_mark_in_a_list_of_exclusions_is_a_mistake) {
    const auto list = read("192.0.2.1", "!192.0.2.1\n");
    ASSERT_EQ(list.problems.size(), 1U);
    EXPECT_EQ(list.problems[0].text, "remove the !: all that this list names is left out");
    EXPECT_EQ(list.addresses.size(), 1U);
}

}  // namespace
}  // namespace sonde
