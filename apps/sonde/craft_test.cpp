#include <set>

#include <gtest/gtest.h>

#include <sonde/packet/craft_expression.hpp>

#include "craft_answers.hpp"
#include "craft_vary.hpp"

namespace sonde::cli {
namespace {

using namespace std::chrono_literals;

std::vector<std::uint8_t> octets_of(const char* expression) {
    auto made = parse_expression(expression);
    if (!made) ADD_FAILURE() << made.error().sentence;
    return made ? made->to_bytes() : std::vector<std::uint8_t>{};
}

record arrived(const std::vector<std::uint8_t>& octets, wall_time at) {
    record made;
    made.octets = octets;
    made.time = at;
    return made;
}

TEST(varied_fields, count_from_the_first_value_to_the_last) {
    auto packet = parse_expression("ipv4(destination=192.0.2.254) / udp").value();
    const auto one = varied_field::parse("ipv4.destination=192.0.2.254..192.0.3.1", packet).value();
    ASSERT_EQ(one.count(), 4U);
    random_source random(1);
    std::string seen;
    for (std::uint64_t i = 0; i < one.count(); ++i) {
        one.put(packet, i, random);
        seen += packet[0].get_text("destination").value() + ' ';
    }
    EXPECT_EQ(seen, "192.0.2.254 192.0.2.255 192.0.3.0 192.0.3.1 ");
}

TEST(varied_fields, of_few_bits_stay_within_them) {
    auto packet = parse_expression("ipv4 / udp").value();
    const auto one = varied_field::parse("ipv4.fragment_offset=random", packet).value();
    random_source random(1);
    std::set<std::uint64_t> seen;
    for (int i = 0; i < 100; ++i) {
        one.put(packet, 0, random);
        seen.insert(packet[0].get_number("fragment_offset").value());
        EXPECT_EQ(packet[0].get_number("version"), 4U);
        EXPECT_LE(packet[0].get_number("fragment_offset").value(), 0x1fffU);
    }
    EXPECT_GT(seen.size(), 90U);
    EXPECT_EQ(varied_field::parse("ipv4.version=3..15", packet)->count(), 13U);
}

TEST(varied_fields, that_cannot_be_are_refused_with_a_sentence) {
    const auto packet = parse_expression("ipv4 / udp").value();
    for (const char* wrong : {"",
                              "ipv4",
                              "ipv4.version",
                              "tcp.flags=syn",
                              "ipv4.version=16",
                              "ipv4.version=5..4",
                              "ipv4.nosuch=random",
                              "ipv4.time_to_live=1..",
                              "ipv4.time_to_live=..9"}) {
        EXPECT_FALSE(varied_field::parse(wrong, packet)) << wrong;
    }
    EXPECT_EQ(parse_varied("ipv4.time_to_live=1..3,udp.source_port=7", packet)->size(), 2U);
}

TEST(answers, belong_to_the_newest_request_that_they_fit) {
    answer_book book(link_type::raw, false);
    const auto request = [](int sequence) {
        return octets_of(("ipv4(source=192.0.2.1, destination=192.0.2.9) / icmp_echo(identifier=7, "
                          "sequence_number=" +
                          std::to_string(sequence) + ")")
                             .c_str());
    };
    book.sent(request(1), wall_time(1s));
    book.sent(request(2), wall_time(2s));
    const auto reply = octets_of(
        "ethernet / ipv4(source=192.0.2.9, destination=192.0.2.1) / icmp_echo(type=0, "
        "identifier=7, sequence_number=1)");
    const auto found = book.judge(arrived(reply, wall_time(1s + 3ms)));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->request, 1U);
    EXPECT_EQ(found->after, 3ms);
    EXPECT_FALSE(found->is_error);
    EXPECT_EQ(found->octets.size(), reply.size() - 14);       // without the link header
    EXPECT_FALSE(book.judge(arrived(reply, wall_time(3s))));  // once is enough
    EXPECT_EQ(book.answered(), 1U);
    EXPECT_FALSE(book.is_complete());
}

TEST(answers, from_a_group_may_be_many) {
    answer_book book(link_type::ethernet, true);
    book.sent(octets_of("ethernet(source=02:00:00:00:00:01, destination=ff:ff:ff:ff:ff:ff) / "
                        "arp(sender_hardware_address=02:00:00:00:00:01, "
                        "sender_protocol_address=192.0.2.1, target_protocol_address=192.0.2.9)"),
              wall_time(1s));
    const auto reply = octets_of(
        "ethernet(source=02:00:00:00:00:09, destination=02:00:00:00:00:01) / "
        "arp(operation=reply, sender_hardware_address=02:00:00:00:00:09, "
        "sender_protocol_address=192.0.2.9, target_hardware_address=02:00:00:00:00:01, "
        "target_protocol_address=192.0.2.1)");
    EXPECT_TRUE(book.judge(arrived(reply, wall_time(1s))));
    EXPECT_TRUE(book.judge(arrived(reply, wall_time(2s))));
    EXPECT_EQ(book.answered(), 1U);
    EXPECT_FALSE(book.is_complete());
}

TEST(answers, remember_the_last_requests_and_no_more) {
    answer_book book(link_type::raw, false);
    const auto request =
        octets_of("ipv4(source=192.0.2.1, destination=192.0.2.9) / icmp_echo(identifier=7)");
    const auto other = octets_of("ipv4(source=192.0.2.1, destination=192.0.2.8) / udp");
    book.sent(request, wall_time(1s));
    for (std::size_t i = 0; i < answer_book::requests_max; ++i) book.sent(other, wall_time(2s));
    const auto kept = octets_of(
        "ipv4(source=192.0.2.9, destination=192.0.2.1) / icmp_echo(type=0, identifier=7)");
    record reply = arrived(kept, wall_time(3s));
    reply.link_type = 101;
    EXPECT_FALSE(book.judge(reply));
    book.sent(request, wall_time(3s));
    const auto found = book.judge(reply);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->request, answer_book::requests_max + 2);
}

}  // namespace
}  // namespace sonde::cli
