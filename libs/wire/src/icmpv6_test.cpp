#include <algorithm>
#include <array>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <sonde/wire/network/icmp_extension.hpp>

#include "icmpv6_each.hpp"
#include "wire_contract.hpp"

namespace sonde {
namespace {

using icmpv6_family =
    ::testing::Types<icmpv6, icmpv6_destination_unreachable, icmpv6_packet_too_big,
                     icmpv6_time_exceeded, icmpv6_parameter_problem, icmpv6_echo,
                     icmpv6_extended_echo_request, icmpv6_extended_echo_reply, router_solicitation,
                     router_advertisement, neighbor_solicitation, neighbor_advertisement,
                     nd_redirect, mld_query, mld_report, mld_done, mldv2_query, mldv2_report>;
INSTANTIATE_TYPED_TEST_SUITE_P(icmpv6, wire_contract, icmpv6_family);

const ipv6_address loopback = *ipv6_address::parse("::1");

// "ping -6 -c 1 -p ab -s 8 ::1" on Linux 6.18, from octet 40 of the packet on.
constexpr std::array<std::uint8_t, 16> kernel_echo{
    0x80, 0x00, 0x9d, 0x8f, 0x37, 0x22, 0x00, 0x01, 0xab, 0, 0, 0, 0, 0, 0, 0};

// The answer of Linux 6.18 to a datagram for a closed UDP port of ::1.
constexpr std::array<std::uint8_t, 61> kernel_port_unreachable{
    0x01, 0x04, 0xaa, 0x9a, 0x00, 0x00, 0x00, 0x00, 0x60, 0x04, 0x3f, 0xcd, 0x00, 0x0d, 0x11, 0x40,
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0x01,
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0x01,
    0xd9, 0x2b, 0x82, 0x9a, 0x00, 0x0d, 0x00, 0x20, 0x73, 0x6f, 0x6e, 0x64, 0x65};

TEST(icmpv6, an_echo_request_of_the_kernel_is_read) {
    const auto seen = icmpv6_echo::view::parse(kernel_echo);
    ASSERT_TRUE(seen.has_value());
    EXPECT_EQ(seen->type(), icmpv6_type::echo_request);
    EXPECT_EQ(seen->code(), 0);
    EXPECT_EQ(seen->checksum(), 0x9d8f);
    EXPECT_EQ(seen->identifier(), 0x3722);
    EXPECT_EQ(seen->sequence_number(), 1);
    EXPECT_EQ(seen->data().size(), 8U);
}

TEST(icmpv6, an_echo_request_built_from_values_is_the_one_of_the_kernel) {
    const std::array<std::uint8_t, 8> data{0xab};
    const icmpv6_echo echo{.identifier = 0x3722, .sequence_number = 1, .data = data};
    std::vector<std::uint8_t> octets(echo.wire_len(), 0xa5);
    echo.emit(octets);
    EXPECT_EQ(icmpv6_echo::view::parse(octets)->checksum(), 0) << "the addresses are not known yet";
    set_icmpv6_checksum(loopback, loopback, octets);
    EXPECT_TRUE(std::ranges::equal(octets, kernel_echo));
}

TEST(icmpv6, the_checksum_covers_the_addresses_and_every_octet) {
    EXPECT_TRUE(icmpv6_checksum_holds(loopback, loopback, kernel_echo));
    EXPECT_TRUE(icmpv6_checksum_holds(loopback, loopback, kernel_port_unreachable)) << "odd length";
    EXPECT_EQ(icmpv6_checksum(loopback, loopback, kernel_port_unreachable), 0xaa9a);
    EXPECT_FALSE(icmpv6_checksum_holds(loopback, *ipv6_address::parse("::2"), kernel_echo));
    for (std::size_t i = 0; i < kernel_port_unreachable.size(); ++i) {
        auto changed = kernel_port_unreachable;
        changed[i] ^= 0x10;
        EXPECT_FALSE(icmpv6_checksum_holds(loopback, loopback, changed)) << i;
    }
}

TEST(icmpv6, a_message_without_a_whole_checksum_field_has_none) {
    const std::array<std::uint8_t, 3> octets{128, 0, 0xff};
    EXPECT_FALSE(icmpv6_checksum_holds(loopback, loopback, octets));
    EXPECT_EQ(icmpv6_checksum(loopback, loopback, octets), 0);
}

TEST(icmpv6, a_forced_checksum_is_emitted_as_it_is) {
    const icmpv6_echo echo{.checksum = 0xdead};
    std::array<std::uint8_t, 8> octets{};
    echo.emit(octets);
    EXPECT_EQ(icmpv6_echo::view::parse(octets)->checksum(), 0xdead);
}

TEST(icmpv6, port_unreachable_of_the_kernel_quotes_the_datagram) {
    const auto seen = icmpv6_destination_unreachable::view::parse(kernel_port_unreachable);
    const auto meant = icmpv6_destination_unreachable::read(*seen);
    ASSERT_TRUE(meant.has_value());
    EXPECT_EQ(meant->code, icmpv6_unreachable_code::port_unreachable);
    EXPECT_EQ(meant->quoted.size(), 53U);
    EXPECT_EQ(meant->quoted[0] >> 4, 6);
    EXPECT_TRUE(meant->extension.empty());
    EXPECT_FALSE(seen->quote().problem.has_value());
}

// The drawings of RFC 4443 s3.2 and s3.4: four octets of MTU or pointer, then the packet.
TEST(icmpv6, the_packet_that_was_too_big_follows_the_mtu_at_once) {
    const std::array<std::uint8_t, 9> octets{2, 0, 0, 0, 0, 0, 0x05, 0x78, 0x60};
    const auto meant = icmpv6_packet_too_big::read(*icmpv6_packet_too_big::view::parse(octets));
    ASSERT_TRUE(meant.has_value());
    EXPECT_EQ(meant->mtu, 1400U);
    ASSERT_EQ(meant->quoted.size(), 1U);
    EXPECT_EQ(meant->quoted[0], 0x60);
    EXPECT_EQ(meant->wire_len(), octets.size());
}

TEST(icmpv6, the_packet_with_a_problem_follows_the_pointer_at_once) {
    const std::array<std::uint8_t, 9> octets{4, 1, 0, 0, 0x00, 0x01, 0x00, 0x28, 0x60};
    const auto meant =
        icmpv6_parameter_problem::read(*icmpv6_parameter_problem::view::parse(octets));
    ASSERT_TRUE(meant.has_value());
    EXPECT_EQ(meant->code, icmpv6_parameter_problem_code::unrecognized_next_header);
    EXPECT_EQ(meant->pointer, 0x10028U) << "all 32 bits";
    EXPECT_EQ(meant->quoted[0], 0x60);
    EXPECT_EQ(meant->wire_len(), octets.size());
}

// RFC 4884 s4.5: the length counts words of 64 bits; s3: at least 128 octets of datagram.
TEST(icmpv6, a_quote_before_an_extension_is_padded_to_128_octets_and_counted_in_64_bit_words) {
    const std::array<std::uint8_t, 60> quoted{0x60};
    const std::array<std::uint8_t, 4> extension{0x20, 0, 0xdf, 0xff};  // no objects
    const icmpv6_time_exceeded message{.quoted = quoted, .extension = extension};
    ASSERT_EQ(message.wire_len(), 8U + 128 + 4);
    std::vector<std::uint8_t> octets(message.wire_len(), 0xa5);
    message.emit(octets);
    EXPECT_EQ(octets[4], 16);
    EXPECT_TRUE(
        std::all_of(octets.begin() + 68, octets.begin() + 136, [](auto o) { return o == 0; }));
    const auto quote = icmpv6_time_exceeded::view::parse(octets)->quote();
    EXPECT_EQ(quote.datagram.size(), 128U);
    EXPECT_TRUE(std::ranges::equal(quote.extension, extension));
}

TEST(icmpv6, a_quote_without_an_extension_is_neither_padded_nor_counted) {
    const std::array<std::uint8_t, 60> quoted{0x60};
    const icmpv6_destination_unreachable message{.quoted = quoted};
    ASSERT_EQ(message.wire_len(), 68U);
    std::vector<std::uint8_t> octets(message.wire_len(), 0xa5);
    message.emit(octets);
    EXPECT_EQ(octets[4], 0);
}

// RFC 4884 s5.5: routers older than it leave the length zero and put the structure at octet 128.
TEST(icmpv6, an_extension_of_an_old_router_is_found_at_octet_128) {
    std::vector<std::uint8_t> octets(8 + 128 + 4);
    octets[0] = 3;
    octets[8] = 0x60;
    octets[136] = 0x20;
    octets[138] = 0xdf;
    octets[139] = 0xff;
    const auto quote = icmpv6_time_exceeded::view::parse(octets)->quote();
    EXPECT_EQ(quote.datagram.size(), 128U);
    EXPECT_EQ(quote.extension.size(), 4U);
    EXPECT_EQ(reemitted<icmpv6_time_exceeded>(octets), octets);

    octets[139] = 0xfe;  // without a right checksum it is nothing but quoted data
    EXPECT_TRUE(icmpv6_time_exceeded::view::parse(octets)->quote().extension.empty());
    EXPECT_EQ(reemitted<icmpv6_time_exceeded>(octets), octets);
}

TEST(icmpv6, another_message_is_refused_by_each_reader) {
    const std::array<std::uint8_t, 64> octets{0xc8};  // type 200, private experimentation
    for_each_icmpv6_message([&octets]<class Message>() {
        const auto meant = Message::read(*Message::view::parse(octets));
        if (Message::id == layer::icmpv6) {
            EXPECT_TRUE(meant.has_value());
            return;
        }
        ASSERT_FALSE(meant.has_value()) << Message::name;
        EXPECT_EQ(meant.error().reason, parse_reason::not_this_message);
        EXPECT_EQ(meant.error().at, Message::id);
    });
}

TEST(icmpv6, every_message_is_found_by_what_it_emits) {
    std::set<layer> found;
    for_each_icmpv6_message([&found]<class Message>() {
        const Message message{};
        std::vector<std::uint8_t> octets(message.wire_len());
        message.emit(octets);
        if (Message::id == layer::icmpv6) octets[0] = 200;
        EXPECT_EQ(icmpv6_message_layer(octets), Message::id) << Message::name;
        EXPECT_TRUE(found.insert(Message::id).second);
    });
    EXPECT_EQ(found.size(), 18U);
}

TEST(icmpv6, too_few_octets_for_a_type_are_only_icmpv6) {
    EXPECT_EQ(icmpv6_message_layer(bytes_view(kernel_echo).first(3)), layer::icmpv6);
    EXPECT_EQ(icmpv6_message_layer(bytes_view(kernel_echo).first(4)), layer::icmpv6_echo);
}

// The registry as of 2025: types 1-4, 100, 101, 127, 128-161, 200, 201 and 255.
TEST(icmpv6, every_assigned_type_has_a_name_and_no_other) {
    int named = 0;
    for (unsigned value = 0; value < 256; ++value) {
        const bool assigned = (value >= 1 && value <= 4) || value == 100 || value == 101 ||
                              (value >= 127 && value <= 161) || value == 200 || value == 201 ||
                              value == 255;
        const auto name = to_string(icmpv6_type{static_cast<std::uint8_t>(value)});
        EXPECT_EQ(!name.empty(), assigned) << value;
        named += int{!name.empty()};
    }
    EXPECT_EQ(named, 44);
    EXPECT_EQ(to_string(icmpv6_type::packet_too_big), "Packet Too Big");
    EXPECT_EQ(to_string(icmpv6_type::multicast_listener_report_v2),
              "Version 2 Multicast Listener Report");
    EXPECT_EQ(to_string(icmpv6_type::mpl_control), "MPL Control Message");
}

TEST(icmpv6, errors_are_the_types_below_128) {
    EXPECT_TRUE(is_error(icmpv6_type::reserved_error_127));
    EXPECT_FALSE(is_error(icmpv6_type::echo_request));
}

struct code_count {
    icmpv6_type type;
    unsigned count;
};

TEST(icmpv6, every_assigned_code_has_a_name_and_no_other) {
    for (const auto [type, count] : {code_count{icmpv6_type::destination_unreachable, 10},
                                     code_count{icmpv6_type::packet_too_big, 0},
                                     code_count{icmpv6_type::time_exceeded, 2},
                                     code_count{icmpv6_type::parameter_problem, 11},
                                     code_count{icmpv6_type::echo_request, 0},
                                     code_count{icmpv6_type::node_information_query, 3},
                                     code_count{icmpv6_type::node_information_response, 3},
                                     code_count{icmpv6_type::duplicate_address_request, 5},
                                     code_count{icmpv6_type::duplicate_address_confirmation, 5},
                                     code_count{icmpv6_type::extended_echo_request, 1},
                                     code_count{icmpv6_type::extended_echo_reply, 5}}) {
        for (unsigned code = 0; code < 256; ++code) {
            const auto name = icmpv6_code_name(type, static_cast<std::uint8_t>(code));
            EXPECT_EQ(!name.empty(), code < count) << to_string(type) << ' ' << code;
        }
    }
    EXPECT_EQ(icmpv6_code_name(icmpv6_type::router_renumbering, 255), "Sequence Number Reset");
    EXPECT_EQ(icmpv6_code_name(icmpv6_type::rpl_control, 0x8a), "Consistency Check");
    EXPECT_EQ(icmpv6_code_name(icmpv6_type::destination_unreachable, 8), "Headers too long");
    EXPECT_EQ(icmpv6_code_name(icmpv6_type::parameter_problem, 4), "SR Upper-layer Header Error");
}

// What ping of iputils prints after "From ... icmp_seq=1".
TEST(icmpv6, errors_have_the_words_that_users_of_ping_know) {
    using enum icmpv6_type;
    const auto text = [](icmpv6_type type, std::uint8_t code, std::uint32_t information = 0) {
        return icmpv6_ping_text(type, code, information);
    };
    EXPECT_EQ(text(destination_unreachable, 0), "Destination unreachable: No route");
    EXPECT_EQ(text(destination_unreachable, 1),
              "Destination unreachable: Administratively prohibited");
    EXPECT_EQ(text(destination_unreachable, 2),
              "Destination unreachable: Beyond scope of source address");
    EXPECT_EQ(text(destination_unreachable, 3), "Destination unreachable: Address unreachable");
    EXPECT_EQ(text(destination_unreachable, 4), "Destination unreachable: Port unreachable");
    EXPECT_EQ(text(destination_unreachable, 200), "Destination unreachable: Unknown code 200");
    EXPECT_EQ(text(packet_too_big, 0, 1400), "Packet too big: mtu=1400");
    EXPECT_EQ(text(packet_too_big, 3, 1400), "Packet too big: mtu=1400, code=3");
    EXPECT_EQ(text(time_exceeded, 0), "Time exceeded: Hop limit");
    EXPECT_EQ(text(time_exceeded, 1), "Time exceeded: Defragmentation failure");
    EXPECT_EQ(text(time_exceeded, 9), "Time exceeded: code 9");
    EXPECT_EQ(text(parameter_problem, 0, 4), "Parameter problem: Wrong header field at 4");
    EXPECT_EQ(text(parameter_problem, 1, 40), "Parameter problem: Unknown header at 40");
    EXPECT_EQ(text(parameter_problem, 2, 42), "Parameter problem: Unknown option at 42");
    EXPECT_EQ(text(parameter_problem, 99, 7), "Parameter problem: code 99 at 7");
    EXPECT_EQ(text(icmpv6_type{42}, 0), "unknown icmp type: 42");
}

// RFC 8335 s3: state in three bits, two reserved, then A, 4 and 6.
TEST(icmpv6, an_extended_echo_reply_says_what_its_last_octet_says) {
    const std::array<std::uint8_t, 8> octets{161, 2, 0, 0, 0x12, 0x34, 5, 0b110'01'101};
    const auto meant =
        icmpv6_extended_echo_reply::read(*icmpv6_extended_echo_reply::view::parse(octets));
    ASSERT_TRUE(meant.has_value());
    EXPECT_EQ(meant->code, icmp_extended_echo_code::no_such_interface);
    EXPECT_EQ(meant->identifier, 0x1234);
    EXPECT_EQ(meant->sequence_number, 5);
    EXPECT_EQ(meant->state, icmp_neighbor_state::failed);
    EXPECT_EQ(meant->reserved, 1);
    EXPECT_TRUE(meant->active);
    EXPECT_FALSE(meant->ipv4);
    EXPECT_TRUE(meant->ipv6);
}

// What Linux 6.18 sends when an interface comes up, to ff02::2 from fe80::ff:fe00:1.
TEST(icmpv6, a_router_solicitation_of_the_kernel_is_read) {
    constexpr std::array<std::uint8_t, 16> octets{
        0x85, 0, 0x7b, 0x2c, 0, 0, 0, 0, 0x01, 0x01, 0x02, 0, 0, 0, 0, 0x01};
    EXPECT_TRUE(icmpv6_checksum_holds(
        *ipv6_address::parse("fe80::ff:fe00:1"), *ipv6_address::parse("ff02::2"), octets));
    const auto seen = router_solicitation::view::parse(octets);
    const auto options = seen->options();
    ASSERT_EQ(std::distance(options.begin(), options.end()), 1);
    const auto address = nd_link_layer_address::read(*options.begin());
    ASSERT_TRUE(address.has_value());
    EXPECT_EQ(address->mac(), mac_address::parse("02:00:00:00:00:01"));
}

// Duplicate address detection of Linux 6.18, with the nonce of RFC 7527.
TEST(icmpv6, a_neighbor_solicitation_of_the_kernel_is_read) {
    constexpr std::array<std::uint8_t, 32> octets{
        0x87, 0, 0xb7, 0xc7, 0,    0, 0, 0,    0xfe, 0x80, 0,    0,    0,    0,    0,    0,
        0,    0, 0,    0xff, 0xfe, 0, 0, 0x01, 0x0e, 0x01, 0x10, 0xb2, 0xce, 0xf1, 0xd7, 0xb0};
    const auto seen = neighbor_solicitation::view::parse(octets);
    EXPECT_EQ(seen->target_address(), *ipv6_address::parse("fe80::ff:fe00:1"));
    const auto option = *seen->options().begin();
    EXPECT_EQ(option.type(), nd_option_type::nonce);
    const auto nonce = nd_opaque::read(option);
    EXPECT_TRUE(std::ranges::equal(
        nonce->value, std::array<std::uint8_t, 6>{0x10, 0xb2, 0xce, 0xf1, 0xd7, 0xb0}));
}

// RFC 4861 s4.2 with RFC 6275 s7.1 (H), RFC 4191 s2.2 (preference) and RFC 4389 (P).
TEST(icmpv6, the_flags_of_a_router_advertisement_are_told_apart) {
    std::array<std::uint8_t, 16> octets{134};
    const auto flags_of = [&octets](std::uint8_t flags) {
        octets[5] = flags;
        return *router_advertisement::read(*router_advertisement::view::parse(octets));
    };
    EXPECT_TRUE(flags_of(0x80).managed);
    EXPECT_TRUE(flags_of(0x40).other_configuration);
    EXPECT_TRUE(flags_of(0x20).home_agent);
    EXPECT_EQ(flags_of(0x08).preference, router_preference::high);
    EXPECT_EQ(flags_of(0x18).preference, router_preference::low);
    EXPECT_TRUE(flags_of(0x04).proxy);
    EXPECT_EQ(flags_of(0x03).reserved, 3);
    EXPECT_FALSE(flags_of(0x7f).managed);
}

TEST(icmpv6, setters_write_what_getters_read) {
    std::array<std::uint8_t, 40> octets{};
    const auto target = *ipv6_address::parse("2001:db8::1");
    const auto redirect = nd_redirect::mutable_view::parse(octets);
    redirect->set_type(icmpv6_type::redirect);
    redirect->set_code(3);
    redirect->set_checksum(0x1234);
    redirect->set_target_address(target);
    redirect->set_destination_address(loopback);
    const auto seen = nd_redirect::view::parse(octets);
    EXPECT_EQ(seen->type(), icmpv6_type::redirect);
    EXPECT_EQ(seen->code(), 3);
    EXPECT_EQ(seen->checksum(), 0x1234);
    EXPECT_EQ(seen->target_address(), target);
    EXPECT_EQ(seen->destination_address(), loopback);
    const auto echo = icmpv6_echo::mutable_view::parse(octets);
    echo->set_identifier(0xabcd);
    echo->set_sequence_number(0xef01);
    EXPECT_EQ(icmpv6_echo::view::parse(octets)->identifier(), 0xabcd);
    EXPECT_EQ(icmpv6_echo::view::parse(octets)->sequence_number(), 0xef01);
}

// What the accessor of a field says, as a number; nothing where the message has no such accessor.
#define SONDE_NUMBER(name)                \
    if constexpr (requires { v.name(); }) \
        if (field_name == #name) return static_cast<std::uint64_t>(v.name())
#define SONDE_TIME(name)                  \
    if constexpr (requires { v.name(); }) \
        if (field_name == #name) return v.name().count()
template <class View>
std::optional<std::uint64_t> accessor_says(View v, std::string_view field_name) {
    SONDE_NUMBER(type);
    SONDE_NUMBER(code);
    SONDE_NUMBER(checksum);
    SONDE_NUMBER(identifier);
    SONDE_NUMBER(sequence_number);
    SONDE_NUMBER(mtu);
    SONDE_NUMBER(pointer);
    SONDE_NUMBER(unused);
    SONDE_NUMBER(reserved);
    SONDE_NUMBER(local);
    SONDE_NUMBER(active);
    SONDE_NUMBER(ipv4);
    SONDE_NUMBER(ipv6);
    SONDE_NUMBER(cur_hop_limit);
    SONDE_NUMBER(managed);
    SONDE_NUMBER(other_configuration);
    SONDE_NUMBER(home_agent);
    SONDE_NUMBER(proxy);
    SONDE_NUMBER(router);
    SONDE_NUMBER(solicited);
    SONDE_NUMBER(override_cache);
    SONDE_NUMBER(maximum_response_code);
    SONDE_NUMBER(resv);
    SONDE_NUMBER(suppress);
    SONDE_NUMBER(robustness);
    SONDE_NUMBER(interval_code);
    SONDE_NUMBER(number_of_sources);
    SONDE_NUMBER(number_of_records);
    SONDE_NUMBER(state);
    SONDE_NUMBER(preference);
    SONDE_TIME(router_lifetime);
    SONDE_TIME(reachable_time);
    SONDE_TIME(retrans_timer);
    if constexpr (requires { v.length_words(); }) {
        if (field_name == "length") return v.length_words();
    }
    if constexpr (!requires { v.maximum_response_code(); }) SONDE_TIME(maximum_response_delay);
    return std::nullopt;
}
#undef SONDE_NUMBER
#undef SONDE_TIME

TEST(icmpv6, fields_agree_with_accessors_on_random_octets) {
    std::mt19937_64 random(5);
    std::array<std::uint8_t, 64> octets{};
    for (int round = 0; round < 200; ++round) {
        for (auto& octet : octets) octet = static_cast<std::uint8_t>(random());
        for_each_icmpv6_message([&octets]<class Message>() {
            const auto seen = *Message::view::parse(octets);
            for (const field& one : Message::fields) {
                if (one.bit_width > 64) continue;  // addresses: every_address_is_where_it_says
                EXPECT_EQ(accessor_says(seen, one.name), read_field(octets, one))
                    << Message::name << ' ' << one.name;
            }
        });
    }
}

template <class View>
std::optional<ipv6_address> address_accessor_says(View v, std::string_view field_name) {
    if constexpr (requires { v.target_address(); }) {
        if (field_name == "target_address") return v.target_address();
    }
    if constexpr (requires { v.destination_address(); }) {
        if (field_name == "destination_address") return v.destination_address();
    }
    if constexpr (requires { v.multicast_address(); }) {
        if (field_name == "multicast_address") return v.multicast_address();
    }
    return std::nullopt;
}

TEST(icmpv6, every_address_lies_where_its_field_says) {
    std::array<std::uint8_t, 64> octets{};
    for (std::size_t i = 0; i < octets.size(); ++i) octets[i] = static_cast<std::uint8_t>(i);
    int addresses = 0;
    for_each_icmpv6_message([&]<class Message>() {
        const auto seen = *Message::view::parse(octets);
        for (const field& one : Message::fields) {
            if (one.kind != field_kind::ipv6) continue;
            const auto expected = ipv6_address::from_octets(
                bytes_view(octets).subspan(one.bit_offset / 8).template first<16>());
            EXPECT_EQ(address_accessor_says(seen, one.name), expected) << one.name;
            ++addresses;
        }
    });
    EXPECT_EQ(addresses, 8);
}

}  // namespace
}  // namespace sonde
