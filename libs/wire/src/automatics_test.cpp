// What stands around a layer decides its automatic fields: the table of each protocol, by itself.

#include <array>
#include <vector>

#include <gtest/gtest.h>

#include <sonde/wire/protocols.hpp>

namespace sonde {
namespace {

// Whether anybody could store this field: it has a place, or a function that knows one.
bool has_a_place(const automatic_field& one, std::span<const field> fields) {
    if (one.store != nullptr) return true;
    for (const field& place : fields) {
        if (place.name == one.name) return true;
    }
    return false;
}

TEST(automatics, each_has_a_place_and_can_be_forced) {
    std::size_t count = 0;
    all_protocols::for_each([&]<class T> {
        if constexpr (completing<T>) {
            const T message{};
            for (const automatic_field& one : T::automatics) {
                EXPECT_TRUE(has_a_place(one, T::fields)) << T::name << " " << one.name;
                EXPECT_FALSE(one.forced(&message)) << T::name << " " << one.name;
                ++count;
            }
        }
    });
    EXPECT_GT(count, 60U);
}

// Emits with everything forced to odd values; completing must change nothing.
TEST(automatics, what_was_forced_stays) {
    const ipv4 message{.ihl = 7,
                       .total_length = 3,
                       .protocol = ip_protocol::gre,
                       .header_checksum = 0xdead,
                       .source = {0xc0000201},
                       .destination = {0xc0000202}};
    std::array<std::uint8_t, 20> header{};
    message.emit(header);
    const auto before = header;
    const std::array<std::uint8_t, 5> inside{};
    complete_layer(ipv4::automatics,
                   ipv4::fields,
                   &message,
                   header,
                   {.header = header, .inside = inside, .carried = udp::selected_by});
    EXPECT_EQ(header, before);
}

// RFC 768's rule for a sum of zero, with the addresses and ports chosen so that it is one: the
// pseudo header and the header without data sum to 0xffff.
TEST(automatics, a_udp_sum_of_zero_is_sent_as_ones) {
    const ipv4 outer{.source = {0x00000000}, .destination = {0x00000000}};
    std::array<std::uint8_t, 20> network{};
    outer.emit(network);
    // 17 + 8 + 8 and the port: 0xffff.
    const udp message{.source_port = 0xffff - 17 - 8 - 8};
    std::array<std::uint8_t, 8> header{};
    message.emit(header);
    complete_layer(udp::automatics,
                   udp::fields,
                   &message,
                   header,
                   {.header = header, .network = layer::ipv4, .network_header = network});
    EXPECT_EQ(udp::view::parse(bytes_view(header))->checksum(), 0xffff);
    EXPECT_EQ(udp::view::parse(bytes_view(header))->length(), 8);
}

TEST(automatics, without_addresses_a_transport_has_no_checksum) {
    const tcp message{.source_port = 1};
    std::array<std::uint8_t, 20> header{};
    message.emit(header);
    complete_layer(tcp::automatics, tcp::fields, &message, header, {.header = header});
    EXPECT_EQ(tcp::view::parse(bytes_view(header))->checksum(), 0);
    EXPECT_EQ(tcp::view::parse(bytes_view(header))->data_offset(), 5);
}

TEST(automatics, ppp_writes_its_number_where_it_stands) {
    for (const bool framed : {false, true}) {
        for (const bool compressed : {false, true}) {
            const ppp message{.address_and_control = framed, .compressed_protocol = compressed};
            std::vector<std::uint8_t> header(message.wire_len());
            message.emit(header);
            complete_layer(ppp::automatics,
                           ppp::fields,
                           &message,
                           header,
                           {.header = header, .carried = ipv4::selected_by});
            const auto seen = ppp::view::parse(bytes_view(header));
            ASSERT_TRUE(seen);
            EXPECT_EQ(seen->protocol(), ppp_protocol::ipv4) << framed << compressed;
        }
    }
}

TEST(automatics, a_family_is_written_in_the_order_of_its_machine) {
    for (const bool little : {false, true}) {
        const bsd_null message{.little_endian = little};
        std::array<std::uint8_t, 4> header{};
        message.emit(header);
        complete_layer(bsd_null::automatics,
                       bsd_null::fields,
                       &message,
                       header,
                       {.header = header, .carried = ipv6::selected_by});
        EXPECT_EQ(header[little ? 0 : 3], 30);
        EXPECT_EQ(header[little ? 3 : 0], 0);
    }
}

}  // namespace
}  // namespace sonde
