#pragma once
/// What the name of a capture file says about what is to be in it. One rule, for everything that
/// writes one:
///
///     .pcap .cap .dump .dmp     pcap
///     .pcapng .ntar             pcapng
///     no suffix                 the format of what is copied, else pcapng
///
/// each also with .gz or .zst behind it; small and capital letters are the same. Another suffix
/// says nothing that we know: a program better asks than guesses.

#include <cstdint>
#include <optional>
#include <string_view>

#include <sonde/base/api.hpp>
#include <sonde/capture/capture_file.hpp>

namespace sonde::inline v0 {

struct capture_name {
    std::optional<capture_format> format{};  // absent: the name does not say
    capture_compression compression = capture_compression::none;
    std::string_view suffix{};  // ".pcap.gz", ".txt"; empty: none. Borrows the name
    bool is_known = true;       // the suffix is one of those above, or there is none
};

/// The rule as words, for a sentence.
inline constexpr std::string_view capture_suffixes =
    ".pcap, .cap, .dump or .dmp (pcap), .pcapng or .ntar (pcapng), each also with .gz or .zst";

[[nodiscard]] SONDE_API capture_name read_capture_name(std::string_view path) noexcept;

}  // namespace sonde::inline v0
