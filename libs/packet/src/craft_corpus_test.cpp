// Every frame of the captures that others made must come back octet by octet: from the run-time
// packet, from its expression and from its JSON, wrong lengths, cuts and padding included.

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <sonde/packet/built_packet.hpp>
#include <sonde/packet/craft_expression.hpp>
#include <sonde/packet/packet_from_json.hpp>
#include <sonde/packet/print_json.hpp>
#include <sonde/testing/corpus.hpp>

namespace sonde {
namespace {

using octets = std::vector<std::uint8_t>;

std::string hex(bytes_view in) { return hex_literal(in); }

/// Calls `each(octets, link type, "file #n")` for every frame.
template <class Each>
std::size_t for_every_frame(Each each) {
    std::size_t frames = 0;
    for (const std::string& name : testing::list_captures("")) {
        std::size_t number = 0;
        for (const auto& frame : testing::read_capture(name)) {
            each(frame.octets, link_type(frame.link_type), name + " #" + std::to_string(++number));
            ++frames;
        }
    }
    return frames;
}

TEST(craft_corpus, every_frame_comes_back_octet_by_octet) {
    SONDE_REQUIRE_CORPUS();
    const std::size_t frames =
        for_every_frame([](const octets& in, link_type type, const auto& at) {
            ASSERT_EQ(built_packet::decode(in, type).to_bytes(), in) << at;
        });
    EXPECT_GT(frames, 3000U);
}

TEST(craft_corpus, every_frame_comes_back_at_every_cut) {
    SONDE_REQUIRE_CORPUS();
    std::map<std::string, int> seen;
    for_every_frame([&](const octets& in, link_type type, const auto& at) {
        // Two frames of each sequence of layers: the rest would repeat them.
        std::string shape;
        for (const layer_view& one : layers(in, type)) shape += std::string(one.name()) + "/";
        if (++seen[shape] > 2) return;
        for (std::size_t len = 0; len < std::min<std::size_t>(in.size(), 200); ++len) {
            const bytes_view cut = bytes_view(in).first(len);
            ASSERT_EQ(built_packet::decode(cut, type).to_bytes(), octets(cut.begin(), cut.end()))
                << at;
        }
    });
}

TEST(craft_corpus, a_field_set_to_what_it_holds_changes_nothing) {
    SONDE_REQUIRE_CORPUS();
    std::size_t fields = 0;
    std::map<std::size_t, int> seen;
    for_every_frame([&](const octets& in, link_type type, const auto& at) {
        if (++seen[in.size()] > 3) return;
        built_packet p = built_packet::decode(in, type);
        for (built_layer& one : p) {
            for (const field& which : one.info().fields) {
                const auto text = one.get_text(which.name);
                if (!text) continue;
                const octets before(one.header().begin(), one.header().end());
                std::string_view value = *text;
                // Octets are not text: they come in a literal of their own.
                if (value.starts_with("x'")) {
                    ASSERT_TRUE(one.set(which.name, bytes_view(*one.get_octets(which.name))));
                } else {
                    const auto set = one.set(which.name, value);
                    ASSERT_TRUE(set) << at << ": " << set.error().sentence;
                }
                ASSERT_EQ(hex(one.header()), hex(before))
                    << at << " " << which.name << " " << value;
                ++fields;
            }
        }
        ASSERT_EQ(p.to_bytes(), in) << at;
    });
    EXPECT_GT(fields, 10000U);
}

TEST(craft_corpus, every_frame_has_an_expression_that_gives_it_back) {
    SONDE_REQUIRE_CORPUS();
    std::size_t told = 0;
    const std::size_t frames =
        for_every_frame([&](const octets& in, link_type type, const auto& at) {
            const built_packet p = built_packet::decode(in, type);
            const std::string text = to_expression(p);
            const auto again = parse_expression(text);
            ASSERT_TRUE(again) << at << ": " << again.error().sentence << "\n" << text;
            ASSERT_EQ(again->to_bytes(), in) << at << ": " << text;
            // As layers, not as the octets of the whole frame: those would always come back.
            const bool as_layers = again->size() == p.size();
            if (!as_layers) ADD_FAILURE() << at << ": " << text;
            if (text.find("header=") == std::string::npos) ++told;
        });
    // Only cut headers, and lists that no sender may write, come as octets.
    EXPECT_GT(told * 100, frames * 97) << told << " of " << frames;
}

std::string as_json(const octets& in, link_type type, bool with_octets) {
    std::string json;
    append_json(json, {.octets = in, .type = type}, {.octets = with_octets});
    return json;
}

TEST(craft_corpus, every_frame_comes_back_from_json_that_tells_all_its_fields) {
    SONDE_REQUIRE_CORPUS();
    for_every_frame([](const octets& in, link_type type, const auto& at) {
        const auto again = packet_from_json(as_json(in, type, true));
        ASSERT_TRUE(again) << at << ": " << again.error().sentence;
        ASSERT_EQ(again->to_bytes(), in) << at;
        EXPECT_EQ(again->type(), type);
    });
}

TEST(craft_corpus, every_frame_comes_back_from_json_that_tells_only_its_layers) {
    SONDE_REQUIRE_CORPUS();
    const std::size_t frames =
        for_every_frame([](const octets& in, link_type type, const auto& at) {
            const auto again = packet_from_json(as_json(in, type, false));
            ASSERT_TRUE(again) << at << ": " << again.error().sentence;
            ASSERT_EQ(hex(again->to_bytes()), hex(in)) << at;
            EXPECT_EQ(again->type(), type) << at;
        });
    EXPECT_GT(frames, 3000U);
}

}  // namespace
}  // namespace sonde
