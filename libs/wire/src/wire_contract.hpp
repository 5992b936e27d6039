#pragma once
/// The contract that every protocol keeps (docs/style.md, section 9), as a typed test suite.
///
///     using udp_family = ::testing::Types<udp>;
///     INSTANTIATE_TYPED_TEST_SUITE_P(udp, wire_contract, udp_family);

#include <cstdint>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include <sonde/wire/protocol.hpp>

namespace sonde {

template <class T>
class wire_contract : public ::testing::Test {};
TYPED_TEST_SUITE_P(wire_contract);

TYPED_TEST_P(wire_contract, every_short_prefix_is_truncated_and_says_what_it_had) {
    const std::vector<std::uint8_t> octets(TypeParam::header_len, 0xA5);
    for (std::size_t n = 0; n < octets.size(); ++n) {
        const auto r = TypeParam::view::parse(bytes_view(octets).first(n));
        ASSERT_FALSE(r.has_value());
        EXPECT_EQ(r.error().have_octets, n);
        EXPECT_EQ(r.error().needed_octets, TypeParam::header_len);
        EXPECT_EQ(r.error().at, TypeParam::id);
    }
}

TYPED_TEST_P(wire_contract, a_default_message_survives_a_dirty_buffer) {
    const TypeParam message{};
    std::vector<std::uint8_t> first(message.wire_len(), 0xA5);
    std::vector<std::uint8_t> second(message.wire_len(), 0x5A);
    message.emit(first);
    message.emit(second);
    EXPECT_EQ(first, second) << "an octet of the header was never written";
    EXPECT_GE(first.size(), TypeParam::header_len);
}

TYPED_TEST_P(wire_contract, what_is_emitted_reads_back_and_emits_the_same_octets) {
    const TypeParam message{};
    std::vector<std::uint8_t> octets(message.wire_len(), 0xA5);
    message.emit(octets);
    const auto seen = TypeParam::view::parse(octets);
    ASSERT_TRUE(seen.has_value());
    const auto meant = TypeParam::read(*seen);
    ASSERT_TRUE(meant.has_value()) << to_sentence(meant.error());
    std::vector<std::uint8_t> again(meant->wire_len(), 0x5A);
    meant->emit(again);
    EXPECT_EQ(again, octets);
}

TYPED_TEST_P(wire_contract, any_octets_that_can_be_read_are_emitted_unchanged) {
    std::mt19937_64 random(7);
    const TypeParam start{};
    std::vector<std::uint8_t> octets(start.wire_len() + 64);
    for (int round = 0; round < 2000; ++round) {
        octets.resize(start.wire_len() + random() % 64);
        start.emit(bytes_mut(octets).first(start.wire_len()));
        for (std::size_t i = start.wire_len(); i < octets.size(); ++i)
            octets[i] = static_cast<std::uint8_t>(random());
        // One random octet of the header changes: types, lengths and flags among them.
        octets[random() % TypeParam::header_len] = static_cast<std::uint8_t>(random());
        const auto seen = TypeParam::view::parse(octets);
        if (!seen) continue;
        const auto meant = TypeParam::read(*seen);
        if (!meant) continue;
        std::vector<std::uint8_t> again(meant->wire_len(), 0x5A);
        meant->emit(again);
        EXPECT_EQ(again, octets);
    }
}

TYPED_TEST_P(wire_contract, fields_lie_inside_the_header_and_do_not_overlap) {
    std::vector<int> owner(TypeParam::header_len * 8, 0);
    for (const field& f : TypeParam::fields) {
        ASSERT_LE(std::size_t{f.bit_offset} + f.bit_width, TypeParam::header_len * 8) << f.name;
        EXPECT_FALSE(f.name.empty());
        for (std::size_t bit = 0; bit < f.bit_width; ++bit)
            EXPECT_EQ(owner[f.bit_offset + bit]++, 0) << f.name;
    }
}

REGISTER_TYPED_TEST_SUITE_P(wire_contract, every_short_prefix_is_truncated_and_says_what_it_had,
                            a_default_message_survives_a_dirty_buffer,
                            what_is_emitted_reads_back_and_emits_the_same_octets,
                            any_octets_that_can_be_read_are_emitted_unchanged,
                            fields_lie_inside_the_header_and_do_not_overlap);

}  // namespace sonde
