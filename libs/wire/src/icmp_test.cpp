#include <array>
#include <map>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include <sonde/wire/checksum.hpp>

#include "icmp_each.hpp"
#include "wire_contract.hpp"

namespace sonde {
namespace {

using icmp_family =
    ::testing::Types<icmp, icmp_echo, icmp_destination_unreachable, icmp_source_quench,
                     icmp_redirect, icmp_router_advertisement, icmp_router_solicitation,
                     icmp_time_exceeded, icmp_parameter_problem, icmp_timestamp, icmp_information,
                     icmp_address_mask, icmp_photuris, icmp_extended_echo_request,
                     icmp_extended_echo_reply, icmp_extension>;
INSTANTIATE_TYPED_TEST_SUITE_P(icmp, wire_contract, icmp_family);

template <class Message>
std::vector<std::uint8_t> emitted(const Message& message) {
    std::vector<std::uint8_t> octets(message.wire_len(), 0xA5);
    message.emit(octets);
    return octets;
}

/// Every field of `Message` in random octets, by its name.
template <class Message>
class fields_of {
  public:
    explicit fields_of(bytes_view octets) : octets_(octets) {}
    std::uint64_t operator()(std::string_view name) {
        for (const field& f : Message::fields) {
            if (f.name == name) {
                asked_.insert(std::string(name));
                return read_field(octets_, f);
            }
        }
        ADD_FAILURE() << Message::name << " has no field " << name;
        return 0;
    }
    ~fields_of() { EXPECT_EQ(asked_.size(), Message::fields.size()) << "a field was not compared"; }

  private:
    bytes_view octets_;
    std::set<std::string> asked_;
};

template <class Message, class Compare>
void compare_on_random_octets(Compare compare) {
    std::mt19937_64 random(11);
    for (int round = 0; round < 200; ++round) {
        std::vector<std::uint8_t> octets(Message::header_len);
        for (auto& octet : octets) octet = static_cast<std::uint8_t>(random());
        const auto seen = Message::view::parse(octets);
        ASSERT_TRUE(seen.has_value()) << "any octets of header length parse";
        fields_of<Message> field_value(octets);
        EXPECT_EQ(field_value("type"), static_cast<std::uint64_t>(seen->type()));
        EXPECT_EQ(field_value("code"), seen->code());
        EXPECT_EQ(field_value("checksum"), seen->checksum());
        compare(*seen, field_value);
    }
}

TEST(icmp_fields, those_of_queries_agree_with_the_accessors) {
    compare_on_random_octets<icmp>([](auto, auto&) {});
    const auto identified = [](auto v, auto& at) {
        EXPECT_EQ(at("identifier"), v.identifier());
        EXPECT_EQ(at("sequence_number"), v.sequence_number());
    };
    compare_on_random_octets<icmp_echo>(identified);
    compare_on_random_octets<icmp_information>(identified);
    compare_on_random_octets<icmp_timestamp>([&](auto v, auto& at) {
        identified(v, at);
        EXPECT_EQ(at("originate_timestamp"), v.originate_timestamp().value);
        EXPECT_EQ(at("receive_timestamp"), v.receive_timestamp().value);
        EXPECT_EQ(at("transmit_timestamp"), v.transmit_timestamp().value);
    });
    compare_on_random_octets<icmp_address_mask>([&](auto v, auto& at) {
        identified(v, at);
        EXPECT_EQ(at("address_mask"), v.address_mask().value);
    });
    compare_on_random_octets<icmp_router_solicitation>(
        [](auto v, auto& at) { EXPECT_EQ(at("reserved"), v.reserved()); });
    compare_on_random_octets<icmp_router_advertisement>([](auto v, auto& at) {
        EXPECT_EQ(at("num_addrs"), v.num_addrs());
        EXPECT_EQ(at("addr_entry_size"), v.addr_entry_size());
        EXPECT_EQ(at("lifetime"), v.lifetime().count());
    });
    compare_on_random_octets<icmp_extended_echo_request>([&](auto v, auto& at) {
        identified(v, at);
        EXPECT_EQ(at("reserved"), v.reserved());
        EXPECT_EQ(at("local"), v.local());
    });
    compare_on_random_octets<icmp_extended_echo_reply>([&](auto v, auto& at) {
        identified(v, at);
        EXPECT_EQ(at("state"), static_cast<std::uint64_t>(v.state()));
        EXPECT_EQ(at("reserved"), v.reserved());
        EXPECT_EQ(at("active"), v.active());
        EXPECT_EQ(at("ipv4"), v.ipv4());
        EXPECT_EQ(at("ipv6"), v.ipv6());
    });
}

TEST(icmp_fields, those_of_errors_agree_with_the_accessors) {
    compare_on_random_octets<icmp_destination_unreachable>([](auto v, auto& at) {
        EXPECT_EQ(at("unused"), v.unused());
        EXPECT_EQ(at("length"), v.length_words());
        EXPECT_EQ(at("next_hop_mtu"), v.next_hop_mtu());
    });
    compare_on_random_octets<icmp_time_exceeded>([](auto v, auto& at) {
        EXPECT_EQ(at("unused"), v.unused());
        EXPECT_EQ(at("length"), v.length_words());
        EXPECT_EQ(at("unused_2"), v.unused_2());
    });
    compare_on_random_octets<icmp_parameter_problem>([](auto v, auto& at) {
        EXPECT_EQ(at("pointer"), v.pointer());
        EXPECT_EQ(at("length"), v.length_words());
        EXPECT_EQ(at("unused"), v.unused());
    });
    compare_on_random_octets<icmp_source_quench>(
        [](auto v, auto& at) { EXPECT_EQ(at("unused"), v.unused()); });
    compare_on_random_octets<icmp_redirect>([](auto v, auto& at) {
        EXPECT_EQ(at("gateway_internet_address"), v.gateway_internet_address().value);
    });
    compare_on_random_octets<icmp_photuris>([](auto v, auto& at) {
        EXPECT_EQ(at("reserved"), v.reserved());
        EXPECT_EQ(at("pointer"), v.pointer());
    });
}

TEST(icmp_views, what_a_mutable_view_writes_is_read_back) {
    std::array<std::uint8_t, 20> octets{};
    const auto echo = *icmp_echo::mutable_view::parse(octets);
    echo.set_type(icmp_type::echo_reply);
    echo.set_code(1);
    echo.set_checksum(0x2345);
    echo.set_identifier(0x6789);
    echo.set_sequence_number(0xabcd);
    EXPECT_EQ(octets, (std::array<std::uint8_t, 20>{0, 1, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd}));
    icmp_timestamp::mutable_view::parse(octets)->set_transmit_timestamp({0x01020304});
    EXPECT_EQ(icmp_timestamp::view::parse(octets)->transmit_timestamp().value, 0x01020304U);
    icmp_destination_unreachable::mutable_view::parse(octets)->set_next_hop_mtu(1400);
    EXPECT_EQ(icmp_destination_unreachable::view::parse(octets)->next_hop_mtu(), 1400);
    icmp_time_exceeded::mutable_view::parse(octets)->set_length_words(32);
    EXPECT_EQ(icmp_time_exceeded::view::parse(octets)->length_words(), 32);
    icmp_parameter_problem::mutable_view::parse(octets)->set_pointer(20);
    EXPECT_EQ(icmp_parameter_problem::view::parse(octets)->pointer(), 20);
    icmp_redirect::mutable_view::parse(octets)->set_gateway_internet_address({0xc0000201});
    EXPECT_EQ(to_string(icmp_redirect::view::parse(octets)->gateway_internet_address()),
              "192.0.2.1");
    const auto probe = *icmp_extended_echo_request::mutable_view::parse(octets);
    probe.set_local(true);
    EXPECT_TRUE(probe.local());
    probe.set_local(false);
    EXPECT_FALSE(probe.local());
    const auto answer = *icmp_extended_echo_reply::mutable_view::parse(octets);
    answer.set_state(icmp_neighbor_state::failed);
    EXPECT_EQ(answer.state(), icmp_neighbor_state::failed);
}

// ---- names: IANA, "Internet Control Message Protocol (ICMP) Parameters"

const std::map<int, std::string_view> registered_types{
    {0, "Echo Reply"},
    {3, "Destination Unreachable"},
    {4, "Source Quench"},
    {5, "Redirect"},
    {6, "Alternate Host Address"},
    {8, "Echo"},
    {9, "Router Advertisement"},
    {10, "Router Solicitation"},
    {11, "Time Exceeded"},
    {12, "Parameter Problem"},
    {13, "Timestamp"},
    {14, "Timestamp Reply"},
    {15, "Information Request"},
    {16, "Information Reply"},
    {17, "Address Mask Request"},
    {18, "Address Mask Reply"},
    {30, "Traceroute"},
    {31, "Datagram Conversion Error"},
    {32, "Mobile Host Redirect"},
    {33, "IPv6 Where-Are-You"},
    {34, "IPv6 I-Am-Here"},
    {35, "Mobile Registration Request"},
    {36, "Mobile Registration Reply"},
    {37, "Domain Name Request"},
    {38, "Domain Name Reply"},
    {39, "SKIP"},
    {40, "Photuris"},
    {41, "ICMP messages utilized by experimental mobility protocols such as Seamoby"},
    {42, "Extended Echo Request"},
    {43, "Extended Echo Reply"},
    {253, "RFC3692-style Experiment 1"},
    {254, "RFC3692-style Experiment 2"},
};

TEST(icmp_names, every_registered_type_has_its_name_and_no_other_has_one) {
    for (int type = 0; type < 256; ++type) {
        const auto found = registered_types.find(type);
        const auto expected = found == registered_types.end() ? std::string_view() : found->second;
        EXPECT_EQ(to_string(icmp_type{static_cast<std::uint8_t>(type)}), expected) << type;
    }
}

TEST(icmp_names, types_that_rfc_6633_and_rfc_6918_took_out_of_use_are_deprecated) {
    const std::set<int> deprecated{4, 6, 15, 16, 17, 18, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39};
    for (int type = 0; type < 256; ++type) {
        EXPECT_EQ(is_deprecated(icmp_type{static_cast<std::uint8_t>(type)}),
                  deprecated.contains(type))
            << type;
    }
}

TEST(icmp_names, errors_are_the_types_that_quote_a_datagram) {
    const std::set<int> errors{3, 4, 5, 11, 12, 31, 40};
    for (int type = 0; type < 256; ++type) {
        EXPECT_EQ(is_error(icmp_type{static_cast<std::uint8_t>(type)}), errors.contains(type))
            << type;
    }
}

TEST(icmp_names, every_registered_code_has_its_name_and_no_other_has_one) {
    const std::map<int, std::map<int, std::string_view>> registered{
        {0, {{0, "No Code"}}},
        {3,
         {{0, "Net Unreachable"},
          {1, "Host Unreachable"},
          {2, "Protocol Unreachable"},
          {3, "Port Unreachable"},
          {4, "Fragmentation Needed and Don't Fragment was Set"},
          {5, "Source Route Failed"},
          {6, "Destination Network Unknown"},
          {7, "Destination Host Unknown"},
          {8, "Source Host Isolated"},
          {9, "Communication with Destination Network is Administratively Prohibited"},
          {10, "Communication with Destination Host is Administratively Prohibited"},
          {11, "Destination Network Unreachable for Type of Service"},
          {12, "Destination Host Unreachable for Type of Service"},
          {13, "Communication Administratively Prohibited"},
          {14, "Host Precedence Violation"},
          {15, "Precedence cutoff in effect"}}},
        {4, {{0, "No Code"}}},
        {5,
         {{0, "Redirect Datagram for the Network (or subnet)"},
          {1, "Redirect Datagram for the Host"},
          {2, "Redirect Datagram for the Type of Service and Network"},
          {3, "Redirect Datagram for the Type of Service and Host"}}},
        {6, {{0, "Alternate Address for Host"}}},
        {8, {{0, "No Code"}}},
        {9, {{0, "Normal router advertisement"}, {16, "Does not route common traffic"}}},
        {10, {{0, "No Code"}}},
        {11, {{0, "Time to Live exceeded in Transit"}, {1, "Fragment Reassembly Time Exceeded"}}},
        {12,
         {{0, "Pointer indicates the error"}, {1, "Missing a Required Option"}, {2, "Bad Length"}}},
        {13, {{0, "No Code"}}},
        {14, {{0, "No Code"}}},
        {15, {{0, "No Code"}}},
        {16, {{0, "No Code"}}},
        {17, {{0, "No Code"}}},
        {18, {{0, "No Code"}}},
        {40,
         {{0, "Bad SPI"},
          {1, "Authentication Failed"},
          {2, "Decompression Failed"},
          {3, "Decryption Failed"},
          {4, "Need Authentication"},
          {5, "Need Authorization"}}},
        {42, {{0, "No Error"}}},
        {43,
         {{0, "No Error"},
          {1, "Malformed Query"},
          {2, "No Such Interface"},
          {3, "No Such Table Entry"},
          {4, "Multiple Interfaces Satisfy Query"}}},
    };
    for (int type = 0; type < 256; ++type) {
        for (int code = 0; code < 256; ++code) {
            std::string_view expected;
            if (const auto codes = registered.find(type); codes != registered.end()) {
                if (const auto found = codes->second.find(code); found != codes->second.end()) {
                    expected = found->second;
                }
            }
            EXPECT_EQ(icmp_code_name(icmp_type{static_cast<std::uint8_t>(type)},
                                     static_cast<std::uint8_t>(code)),
                      expected)
                << type << '/' << code;
        }
    }
}

TEST(icmp_names, a_type_with_a_struct_of_its_own_is_that_layer) {
    const std::map<int, layer> expected{{0, layer::icmp_echo},
                                        {3, layer::icmp_destination_unreachable},
                                        {4, layer::icmp_source_quench},
                                        {5, layer::icmp_redirect},
                                        {8, layer::icmp_echo},
                                        {9, layer::icmp_router_advertisement},
                                        {10, layer::icmp_router_solicitation},
                                        {11, layer::icmp_time_exceeded},
                                        {12, layer::icmp_parameter_problem},
                                        {13, layer::icmp_timestamp},
                                        {14, layer::icmp_timestamp},
                                        {15, layer::icmp_information},
                                        {16, layer::icmp_information},
                                        {17, layer::icmp_address_mask},
                                        {18, layer::icmp_address_mask},
                                        {40, layer::icmp_photuris},
                                        {42, layer::icmp_extended_echo_request},
                                        {43, layer::icmp_extended_echo_reply}};
    for (int type = 0; type < 256; ++type) {
        const std::array<std::uint8_t, 1> octets{static_cast<std::uint8_t>(type)};
        const auto found = expected.find(type);
        EXPECT_EQ(icmp_message_layer(octets), found == expected.end() ? layer::icmp : found->second)
            << type;
    }
    EXPECT_EQ(icmp_message_layer({}), layer::icmp);
}

// The words of iputils ping.
TEST(icmp_names, ping_text_is_what_users_of_ping_know) {
    const auto unreachable = [](std::uint8_t code) {
        return icmp_ping_text(icmp_type::destination_unreachable, code, 1400);
    };
    const std::array<std::string_view, 16> expected{
        "Destination Net Unreachable",
        "Destination Host Unreachable",
        "Destination Protocol Unreachable",
        "Destination Port Unreachable",
        "Frag needed and DF set (mtu = 1400)",
        "Source Route Failed",
        "Destination Net Unknown",
        "Destination Host Unknown",
        "Source Host Isolated",
        "Destination Net Prohibited",
        "Destination Host Prohibited",
        "Destination Net Unreachable for Type of Service",
        "Destination Host Unreachable for Type of Service",
        "Packet filtered",
        "Precedence Violation",
        "Precedence Cutoff"};
    for (std::uint8_t code = 0; code < 16; ++code) EXPECT_EQ(unreachable(code), expected[code]);
    EXPECT_EQ(unreachable(16), "Dest Unreachable, Bad Code: 16");
    EXPECT_EQ(icmp_ping_text(icmp_type::redirect, 0, 0xc0000201),
              "Redirect Network(New nexthop: 192.0.2.1)");
    EXPECT_EQ(icmp_ping_text(icmp_type::redirect, 1, 0xc0000201),
              "Redirect Host(New nexthop: 192.0.2.1)");
    EXPECT_EQ(icmp_ping_text(icmp_type::redirect, 2, 0xc0000201),
              "Redirect Type of Service and Network(New nexthop: 192.0.2.1)");
    EXPECT_EQ(icmp_ping_text(icmp_type::redirect, 3, 0xc0000201),
              "Redirect Type of Service and Host(New nexthop: 192.0.2.1)");
    EXPECT_EQ(icmp_ping_text(icmp_type::time_exceeded, 0, 0), "Time to live exceeded");
    EXPECT_EQ(icmp_ping_text(icmp_type::time_exceeded, 1, 0), "Frag reassembly time exceeded");
    EXPECT_EQ(icmp_ping_text(icmp_type::time_exceeded, 2, 0), "Time exceeded, Bad Code: 2");
    EXPECT_EQ(icmp_ping_text(icmp_type::parameter_problem, 0, 0x14000000),
              "Parameter problem: pointer = 20");
    EXPECT_EQ(icmp_ping_text(icmp_type::source_quench, 0, 0), "Source Quench");
    EXPECT_EQ(icmp_ping_text(icmp_type::echo, 0, 0), "Echo Request");
    EXPECT_EQ(icmp_ping_text(icmp_type{200}, 0, 0), "Bad ICMP type: 200");
}

// ---- echo

TEST(icmp_echo_message, without_data_has_no_data) {
    // RFC 792 p. 14 defines no timestamp in the data; a reader that expects one underflows here.
    const std::array<std::uint8_t, 8> octets{8, 0, 0xf7, 0xfd, 0, 1, 0, 1};
    const auto seen = icmp_echo::view::parse(octets);
    ASSERT_TRUE(seen.has_value());
    EXPECT_TRUE(seen->data().empty());
    EXPECT_TRUE(icmp_echo::read(*seen)->data.empty());
    EXPECT_TRUE(icmp_checksum_holds(octets));
}

TEST(icmp_echo_message, the_checksum_pads_odd_data_with_a_zero_at_its_end) {
    // RFC 792 p. 15: 0x0800 + 0x0000 + 0x0001 + 0xab00 = 0xb301; its complement is 0x4cfe.
    const std::array<std::uint8_t, 1> data{0xab};
    const auto octets = emitted(icmp_echo{.sequence_number = 1, .data = data});
    EXPECT_EQ(icmp_echo::view::parse(octets)->checksum(), 0x4cfe);
}

TEST(icmp_echo_message, a_wrong_checksum_can_be_made_on_purpose) {
    const auto octets = emitted(icmp_echo{.checksum = 0xdead});
    EXPECT_EQ(icmp_echo::view::parse(octets)->checksum(), 0xdead);
    EXPECT_FALSE(icmp_checksum_holds(octets));
}

TEST(icmp_echo_message, another_type_is_not_an_echo) {
    const std::array<std::uint8_t, 8> octets{13};
    const auto read = icmp_echo::read(*icmp_echo::view::parse(octets));
    ASSERT_FALSE(read.has_value());
    EXPECT_EQ(read.error().reason, parse_reason::not_this_message);
    EXPECT_EQ(read.error().at, layer::icmp_echo);
}

TEST(icmp_messages, every_reader_refuses_the_types_of_the_others) {
    std::vector<std::uint8_t> octets(64);
    for (int type = 0; type < 256; ++type) {
        octets[0] = static_cast<std::uint8_t>(type);
        const layer which = icmp_message_layer(octets);
        const auto check = [&]<class Message>() {
            const auto read = Message::read(*Message::view::parse(octets));
            EXPECT_EQ(read.has_value(), which == Message::id) << Message::name << ' ' << type;
            if (read) return;
            EXPECT_EQ(read.error().reason, parse_reason::not_this_message);
        };
        for (int other = 0; other < 44; ++other) {
            const std::array<std::uint8_t, 1> chosen{static_cast<std::uint8_t>(other)};
            if (icmp_message_layer(chosen) != layer::icmp) with_icmp_message(chosen, check);
        }
    }
}

// ---- timestamps

TEST(icmp_timestamp_message, times_are_milliseconds_since_midnight_in_network_byte_order) {
    // RFC 792 p. 16. The value of a request that tshark reads as 16131171: 04:28:51.171 UT.
    const std::array<std::uint8_t, 20> octets{13, 0, 0, 0, 0, 0, 0, 0, 0x00, 0xf6, 0x24, 0x63};
    const auto seen = icmp_timestamp::view::parse(octets);
    using std::chrono::milliseconds;
    EXPECT_EQ(seen->originate_timestamp().since_midnight(), milliseconds(0x00f62463));
    EXPECT_TRUE(seen->originate_timestamp().is_standard());
    EXPECT_EQ(icmp_time::at(std::chrono::hours(23)).value, 82'800'000U);
}

TEST(icmp_timestamp_message, the_high_bit_marks_a_value_that_is_not_standard) {
    // RFC 792 p. 17.
    EXPECT_FALSE(icmp_time{0x80000001}.is_standard());
    EXPECT_EQ(icmp_time{0x80000001}.since_midnight(), std::nullopt);
    EXPECT_TRUE(icmp_time{0x7fffffff}.is_standard());
}

// ---- router advertisement

TEST(icmp_router_advertisement_message, entries_are_read_at_the_declared_size) {
    // RFC 1256 s3.1 lets the entry size grow: an entry of 3 words keeps its first two.
    const std::array<std::uint8_t, 8 + 24> octets{
        9,    0, 0, 0, 2,   3, 0x07, 0x08, 192,  0, 2, 1, 0xff, 0xff, 0xff, 0xfb,
        0xee, 0, 0, 0, 192, 0, 2,    2,    0x80, 0, 0, 0, 0xee, 0,    0,    0};
    const auto seen = icmp_router_advertisement::view::parse(octets);
    EXPECT_EQ(seen->lifetime(), std::chrono::seconds(1800));
    ASSERT_EQ(seen->entry_count(), 2U);
    EXPECT_EQ(seen->entry(0), (icmp_router_entry{{0xc0000201}, -5}));
    EXPECT_EQ(seen->entry(1),
              (icmp_router_entry{{0xc0000202}, icmp_router_entry::not_a_default_router}));
    EXPECT_EQ(seen->error(), std::nullopt);
}

TEST(icmp_router_advertisement_message, missing_entries_are_reported_and_the_others_kept) {
    std::array<std::uint8_t, 8 + 12> octets{9, 0, 0, 0, 200, 2, 0, 0, 192, 0, 2, 1};
    const auto seen = icmp_router_advertisement::view::parse(octets);
    EXPECT_EQ(seen->entry_count(), 1U);
    ASSERT_TRUE(seen->error().has_value());
    EXPECT_EQ(seen->error()->reason, parse_reason::truncated);
    EXPECT_EQ(seen->error()->needed_octets, 1600U);
    EXPECT_EQ(seen->error()->have_octets, 12U);
    octets[5] = 1;
    const auto small = icmp_router_advertisement::view::parse(octets);
    EXPECT_EQ(small->entry_count(), 0U);
    EXPECT_EQ(small->error()->reason, parse_reason::bad_length);
    octets[5] = 0;
    EXPECT_EQ(icmp_router_advertisement::view::parse(octets)->entry_count(), 0U);
}

TEST(icmp_router_advertisement_message, entries_are_counted_when_they_are_emitted) {
    const std::array<icmp_router_entry, 2> routers{icmp_router_entry{{0xc0000201}, 7},
                                                   icmp_router_entry{{0xc0000202}, -1}};
    std::array<std::uint8_t, 16> entries{};
    icmp_router_advertisement::write_entries(routers, entries);
    const auto octets = emitted(icmp_router_advertisement{.entries = entries});
    const auto seen = icmp_router_advertisement::view::parse(octets);
    ASSERT_EQ(seen->entry_count(), 2U);
    EXPECT_EQ(seen->num_addrs(), 2);
    EXPECT_EQ(seen->entry(0), routers[0]);
    EXPECT_EQ(seen->entry(1), routers[1]);
    EXPECT_TRUE(icmp_checksum_holds(octets));
}

// ---- extended echo

TEST(icmp_extended_echo_message, every_state_has_its_name) {
    // RFC 8335 s3.
    const std::array<std::string_view, 8> expected{
        "Reserved", "Incomplete", "Reachable", "Stale", "Delay", "Probe", "Failed", "Unassigned"};
    for (std::uint8_t state = 0; state < 8; ++state) {
        EXPECT_EQ(to_string(icmp_neighbor_state{state}), expected[state]);
    }
}

TEST(icmp_extended_echo_message, the_flags_of_a_reply_lie_in_its_last_octet) {
    // RFC 8335 s3: state (3 bits), reserved (2), A, 4, 6. 0x46: reachable, A and 4.
    const auto octets = emitted(icmp_extended_echo_reply{.identifier = 7,
                                                         .sequence_number = 1,
                                                         .state = icmp_neighbor_state::reachable,
                                                         .active = true,
                                                         .ipv4 = true});
    EXPECT_EQ(octets[7], 0x46);
    EXPECT_EQ(octets[6], 1);
}

}  // namespace
}  // namespace sonde
