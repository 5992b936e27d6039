// Verdicts beside those of tshark 4.0, over every capture whose packets both read in one order.

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sonde/packet/checksum_verdict.hpp>
#include <sonde/testing/corpus.hpp>

namespace sonde {
namespace {

using nlohmann::json;

// The status of tshark: good, bad, unverified (of quotes and cut packets), not present.
enum class theirs : int { bad = 0, good = 1, unverified = 2, not_present = 3 };

struct tally {
    std::size_t right = 0;
    std::size_t wrong = 0;
    std::size_t absent = 0;
};

void compare(const json& layers_seen, const std::map<std::size_t, checksum_verdict>& ours,
             const std::string& where, tally& counted) {
    for (const json& one : layers_seen) {
        if (!one.contains("m") || !one["m"].contains("cksum_ok") || !one.contains("o")) continue;
        if (one["o"].is_null() || !one["m"]["cksum_ok"].is_number()) continue;
        const auto found = ours.find(one["o"].get<std::size_t>());
        if (found == ours.end() || found->second == checksum_verdict::unknown) continue;
        switch (theirs{one["m"]["cksum_ok"].get<int>()}) {
            case theirs::good:
                EXPECT_EQ(found->second, checksum_verdict::right) << where << one["p"];
                ++counted.right;
                break;
            case theirs::bad:
                EXPECT_EQ(found->second, checksum_verdict::wrong) << where << one["p"];
                ++counted.wrong;
                break;
            case theirs::not_present:
                EXPECT_EQ(found->second, checksum_verdict::absent) << where << one["p"];
                ++counted.absent;
                break;
            case theirs::unverified:
                break;
        }
    }
}

std::map<std::size_t, checksum_verdict> verdicts(const testing::captured_frame& frame) {
    std::map<std::size_t, checksum_verdict> found;
    checksum_judge judge;
    for (const layer_view& one : layers(frame.octets, link_type{frame.link_type})) {
        const auto verdict = judge.enter(one);
        if (verdict != checksum_verdict::none) found[one.offset()] = verdict;
    }
    return found;
}

TEST(checksum_verdicts, are_those_of_tshark) {
    SONDE_REQUIRE_CORPUS();
    tally counted;
    for (const auto& name : testing::list_captures("")) {
        // tshark sorts the packets of this file's interfaces by time.
        if (name == "pcapng/hadrielk-le-test202.pcapng") continue;
        std::vector<testing::captured_frame> frames;
        std::vector<std::string> lines;
        try {
            frames = testing::read_capture(name);
            lines = testing::read_lines(*testing::corpus_root() / "oracle" / (name + ".jsonl.gz"));
        } catch (const std::exception&) {
            continue;  // broken on purpose, or another format
        }
        for (std::size_t i = 0; i < std::min(frames.size(), lines.size()); ++i) {
            const json seen = json::parse(lines[i]);
            if (seen["cap"].get<std::size_t>() != frames[i].octets.size()) continue;
            compare(seen["layers"],
                    verdicts(frames[i]),
                    name + " packet " + std::to_string(i + 1) + " ",
                    counted);
        }
    }
    EXPECT_GT(counted.right, 15000U);
    EXPECT_GT(counted.wrong, 100U);
    EXPECT_GT(counted.absent, 10U);
}

// The sum of three words by hand (RFC 1071 s1).
TEST(checksum_verdicts, a_changed_octet_is_seen_and_a_cut_one_is_not_judged) {
    std::vector<std::uint8_t> echo{8, 0, 0, 0, 0x12, 0x34, 0, 1};
    const std::uint16_t sum = 0x0800 + 0x1234 + 0x0001;
    echo[2] = static_cast<std::uint8_t>(static_cast<std::uint16_t>(~sum) >> 8);
    echo[3] = static_cast<std::uint8_t>(~sum);
    const selector icmp_number{selector_kind::ip_protocol, 1};
    checksum_judge judge;
    EXPECT_EQ(judge.enter(*layers(echo, icmp_number).begin()), checksum_verdict::right);
    echo[7] ^= 1;
    EXPECT_EQ(judge.enter(*layers(echo, icmp_number).begin()), checksum_verdict::wrong);
    EXPECT_EQ(judge.enter(*layers(bytes_view(echo).first(6), icmp_number).begin()),
              checksum_verdict::unknown);
}

}  // namespace
}  // namespace sonde
