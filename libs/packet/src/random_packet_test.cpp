#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <sonde/packet/craft_expression.hpp>
#include <sonde/packet/random_packet.hpp>

namespace sonde {
namespace {

TEST(random_packet, dissection_finds_the_same_layers_and_stops_nowhere_early) {
    random_source random(1);
    for (int i = 0; i < 150; ++i) {
        const built_packet p = random_packet(random, {.any_link = true});
        const std::vector<std::uint8_t> frame = p.to_bytes();
        std::vector<std::string_view> wanted;
        std::vector<std::string_view> found;
        for (const built_layer& one : p) wanted.push_back(one.name());
        for (const layer_view& one : layers(frame, p.type())) found.push_back(one.name());
        ASSERT_EQ(found, wanted) << to_expression(p);
    }
}

TEST(random_packet, what_was_made_is_taken_apart_and_written_again) {
    random_source random(2);
    for (int i = 0; i < 100; ++i) {
        const built_packet p = random_packet(random);
        const auto frame = p.to_bytes();
        ASSERT_EQ(built_packet::decode(frame).to_bytes(), frame) << to_expression(p);
        const auto again = parse_expression(to_expression(p));
        ASSERT_TRUE(again) << to_expression(p);
        ASSERT_EQ(again->to_bytes(), frame) << to_expression(p);
    }
}

TEST(random_packet, nearly_every_protocol_comes_up) {
    random_source random(3);
    std::set<std::string_view> seen;
    for (int i = 0; i < 500; ++i) {
        const built_packet p = random_packet(random, {.any_link = true});
        for (const built_layer& one : p) seen.insert(one.name());
    }
    std::string missing;
    for (const protocol_info* one : protocol_table::built_in().all()) {
        if (!seen.contains(one->name)) missing += std::string(one->name) + " ";
    }
    EXPECT_GE(seen.size() * 10, protocol_table::built_in().all().size() * 8) << missing;
}

TEST(random_packet, the_same_seed_gives_the_same_packet) {
    random_source a(7);
    random_source b(7);
    EXPECT_EQ(random_packet(a), random_packet(b));
    EXPECT_EQ(random_packet(a), random_packet(b)) << "the second one too";
}

TEST(random_packet, addresses_are_those_set_aside_for_documentation) {
    random_source random(4);
    for (int i = 0; i < 50; ++i) {
        for (built_packet p = random_packet(random); const built_layer& one : p) {
            if (one.id() != layer::ipv4) continue;
            EXPECT_EQ(one.get_number("destination").value() >> 8, 0xc00002U) << "192.0.2.0/24";
        }
    }
}

}  // namespace
}  // namespace sonde
