#pragma once
/// The captures that others made, for tests. They live outside the project (SONDE_CORPUS in the
/// environment, else ../shared/corpus beside the checkout); tests pass without them, loudly.
///
///     SONDE_REQUIRE_CORPUS();
///     for (const auto& frame : testing::read_capture("icmp4/icmp-hdr-02.pcap")) ...

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace sonde::testing {

/// The folder that holds captures/ and oracle/, or nothing.
[[nodiscard]] std::optional<std::filesystem::path> corpus_root();

struct captured_frame {
    std::uint32_t link_type = 0;  // LINKTYPE_*: 1 is Ethernet, 101 raw IP
    std::uint32_t original_len = 0;
    std::vector<std::uint8_t> octets;
};

/// All frames of a pcap or pcapng file below captures/. Throws std::runtime_error on another
/// format.
[[nodiscard]] std::vector<captured_frame> read_capture(const std::string& name);
[[nodiscard]] std::vector<captured_frame> read_capture_file(const std::filesystem::path& path);
/// Every capture below captures/<folder>, sorted, relative to captures/; "" for all of them.
[[nodiscard]] std::vector<std::string> list_captures(const std::string& folder);
/// The lines of a text file below the corpus; .gz is unpacked.
[[nodiscard]] std::vector<std::string> read_lines(const std::filesystem::path& path);
[[nodiscard]] std::vector<std::uint8_t> read_octets(const std::filesystem::path& path);

}  // namespace sonde::testing

/// Skips, loudly, where the captures are absent.
#define SONDE_REQUIRE_CORPUS()                                                                  \
    if (!::sonde::testing::corpus_root())                                                       \
    GTEST_SKIP() << "captures absent: set SONDE_CORPUS to the folder that holds captures/ and " \
                    "oracle/ to run this comparison"
