#pragma once
/// Why a capture file could not be read or written further, with every number that the sentence
/// about it needs. Nothing in this library throws; `.value()` is the throwing form for examples.

#include <cstdint>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include <sonde/base/api.hpp>

namespace sonde::inline v0 {

enum class capture_reason : std::uint8_t {
    truncated,           // the file ends inside something
    bad_length,          // a length contradicts itself or its surroundings
    bad_value,           // a field has a value that the format forbids
    above_bound,         // a length is allowed by the format and above our stated bound
    unknown_interface,   // a packet names an interface that its section has not described
    not_a_capture,       // no capture format that anybody knows to us
    other_format,        // a known format that is not pcap or pcapng
    broken_compression,  // gzip or zstd say so
    mismatch,            // what is to be written does not fit the file
    refused_by_system,   // open, read, write...: see `os_code`
};

/// One failure. Offsets count the octets of the capture itself, after decompression; those of
/// broken_compression the compressed ones.
struct capture_error {
    capture_reason reason = capture_reason::truncated;
    const char* what = "";            // "pcap record header", "simple packet block": a literal
    std::uint64_t offset_octets = 0;  // where that begins
    std::uint64_t block = 0;          // its number, from 1: pcapng block or pcap record; 0: header
    std::uint64_t needed = 0;         // octets, or the value that was needed; 0 with `had` 0: none
    std::uint64_t had = 0;
    int os_code = 0;          // errno, with refused_by_system
    const char* remedy = "";  // what the user can do, or nothing
};

template <class T>
using capture_result = tl::expected<T, capture_error>;

/// "pcap record, number 3, at offset 1024: truncated: needed 98, had 40". Numbers are octets, where
/// the words do not say otherwise.
[[nodiscard]] SONDE_API std::string describe(const capture_error& error);
[[nodiscard]] SONDE_API std::string_view to_string(capture_reason reason) noexcept;

}  // namespace sonde::inline v0
