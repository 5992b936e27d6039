#pragma once
/// The fields table of a protocol against its accessors, on random octets: the two mentions of a
/// field may not drift apart.

#include <cstdint>
#include <random>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <sonde/wire/protocol.hpp>

namespace sonde::testing {

template <class View>
using field_getter = std::pair<std::string_view, std::uint64_t (*)(View)>;

/// Fields of more than 64 bits are left to tests of their own.
template <class T>
void expect_fields_agree(const std::vector<field_getter<typename T::view>>& getters) {
    std::mt19937_64 random(11);
    std::vector<std::uint8_t> octets(T::header_len);
    for (int round = 0; round < 200; ++round) {
        for (auto& octet : octets) octet = static_cast<std::uint8_t>(random());
        const auto seen = T::view::parse(octets);
        ASSERT_TRUE(seen.has_value());
        std::size_t at = 0;
        for (const field& f : T::fields) {
            if (f.bit_width > 64) continue;
            ASSERT_LT(at, getters.size()) << f.name;
            EXPECT_EQ(getters[at].first, f.name);
            EXPECT_EQ(getters[at].second(*seen), read_field(octets, f)) << f.name;
            ++at;
        }
        EXPECT_EQ(at, getters.size());
    }
}

}  // namespace sonde::testing
