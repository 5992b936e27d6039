// Nothing that a frame may hold takes a reader, a printer or a changer off its feet: every length
// at which a frame may be cut, and mutations of it. One frame of each sequence of layers and length
// is taken from the captures; SONDE_MUTATIONS in the environment says how many mutations of each
// (docs/verification.md has a run with 300).

#include <cstdlib>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <sonde/packet/anonymize.hpp>
#include <sonde/packet/answer.hpp>
#include <sonde/packet/built_packet.hpp>
#include <sonde/packet/checksum_verdict.hpp>
#include <sonde/packet/craft_expression.hpp>
#include <sonde/packet/edit.hpp>
#include <sonde/packet/print_cpp_source.hpp>
#include <sonde/packet/print_hexdump.hpp>
#include <sonde/packet/print_json.hpp>
#include <sonde/packet/print_line.hpp>
#include <sonde/packet/print_tree.hpp>
#include <sonde/packet/reverse.hpp>
#include <sonde/testing/corpus.hpp>

namespace sonde {
namespace {

using octet_list = std::vector<std::uint8_t>;

// Only what a terminal shows as it stands.
void expect_plain(const std::string& text, const char* printer) {
    for (const char shown : text) {
        if ((shown < ' ' || shown > '~') && shown != '\n') {
            ADD_FAILURE() << printer << " lets octet " << int{static_cast<unsigned char>(shown)}
                          << " through";
            return;
        }
    }
}

void print_all(bytes_view octets, link_type type, std::string& out) {
    const printed_frame frame{.octets = octets, .type = type};
    const auto check = [&](const char* printer) {
        expect_plain(out, printer);
        out.clear();
    };
    append_line(out, frame, {.full = false});
    check("brief line");
    append_line(out, frame, {.full = true});
    check("line");
    append_tree(out, frame);
    check("tree");
    append_json(out, frame);
    check("JSON");
    append_hexdump(out, frame);
    check("hexdump");
    append_cpp_source(out, frame);
    check("C++ source");
}

void change_all(bytes_view octets, link_type type, anonymizer& hide) {
    const built_packet parted = built_packet::decode(octets, type);
    const octet_list again = parted.to_bytes();
    EXPECT_TRUE(std::equal(again.begin(), again.end(), octets.begin(), octets.end()))
        << "decode and emit is not the identity";
    octet_list changed(octets.begin(), octets.end());
    static_cast<void>(reverse_addresses(changed, type));
    static_cast<void>(answers(changed, octets, type));
    static_cast<void>(hide.apply(changed, type));
    if (const auto ip = edit(changed, type).get<ipv4>()) ip->set_time_to_live(1);
}

void survive(bytes_view octets, link_type type, std::string& out, anonymizer& hide) {
    print_all(octets, type, out);
    change_all(octets, type, hide);
}

/// One frame of each sequence of layers and length, of at most `len_max` octets.
std::vector<testing::captured_frame> distinct_frames(std::size_t len_max) {
    std::set<std::string> seen;
    std::vector<testing::captured_frame> chosen;
    for (const auto& name : testing::list_captures("")) {
        std::vector<testing::captured_frame> frames;
        try {
            frames = testing::read_capture(name);
        } catch (const std::exception&) {
            continue;  // broken on purpose, or another format
        }
        for (auto& one : frames) {
            std::string key = std::to_string(one.octets.size() / 16);
            for (const layer_view& l : layers(one.octets, link_type{one.link_type}))
                key += ' ' + std::string(l.name());
            if (one.octets.size() <= len_max && seen.insert(key).second)
                chosen.push_back(std::move(one));
        }
    }
    return chosen;
}

void mutate(octet_list& frame, std::mt19937_64& random) {
    static constexpr std::array<std::uint8_t, 6> edges{0x00, 0xff, 0x7f, 0x80, 0x01, 0x40};
    for (auto left = random() % 6 + 1; left > 0 && !frame.empty(); --left) {
        std::uint8_t& octet = frame[random() % frame.size()];
        octet = random() % 2 == 0 ? edges[random() % edges.size()]
                                  : static_cast<std::uint8_t>(random());
    }
    if (random() % 4 == 0) frame.resize(random() % (frame.size() + 1));
}

std::size_t mutations_asked() {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): tests are one thread
    const char* asked = std::getenv("SONDE_MUTATIONS");
    return asked != nullptr ? std::strtoul(asked, nullptr, 10) : 1;
}

TEST(robustness, every_cut_length_is_survived_by_every_printer_and_changer) {
    SONDE_REQUIRE_CORPUS();
    anonymizer hide({});
    std::string out;
    const bool thorough = mutations_asked() > 1;
    const auto frames = distinct_frames(thorough ? 1600 : 120);
    for (std::size_t i = 0; i < frames.size(); ++i) {
        if (!thorough && i % 4 != 0) continue;
        const bytes_view whole = frames[i].octets;
        for (std::size_t n = 0; n <= std::min<std::size_t>(whole.size(), 400); ++n)
            survive(whole.first(n), link_type{frames[i].link_type}, out, hide);
    }
    EXPECT_GT(frames.size(), 100U);
}

// Found by mutation: octets behind a datagram that no link layer is around.
TEST(robustness, source_of_a_bare_datagram_with_octets_behind_it_is_told_as_octets) {
    std::vector<std::uint8_t> datagram{0x45, 0, 0, 20, 0, 0, 0, 0, 64, 253, 0, 0};
    datagram.resize(20, 0);
    datagram.push_back(0xee);
    std::string out;
    append_cpp_source(out, {.octets = datagram, .type = link_type::raw});
    EXPECT_NE(out.find("payload("), std::string::npos) << out;
    EXPECT_NE(out.find("0xee"), std::string::npos) << out;
}

TEST(robustness, mutations_are_survived_by_every_printer_and_changer) {
    SONDE_REQUIRE_CORPUS();
    anonymizer hide({});
    std::string out;
    std::mt19937_64 random(20);
    for (const auto& one : distinct_frames(1600)) {
        for (std::size_t i = 0; i < mutations_asked(); ++i) {
            octet_list frame = one.octets;
            mutate(frame, random);
            survive(frame, link_type{one.link_type}, out, hide);
        }
    }
}

}  // namespace
}  // namespace sonde
