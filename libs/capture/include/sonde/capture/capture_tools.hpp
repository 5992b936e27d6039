#pragma once
/// What is done with whole capture files: tell, copy, cut, split, merge, verify. Each reads as far
/// as a file is readable and hands back where it broke.
///
///     auto facts = file_info(capture_file::open("x.pcap").value());
///     auto done = merge_files({"a.pcap", "b.pcapng"}, "both.pcapng");

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <sonde/base/api.hpp>
#include <sonde/base/written_time.hpp>
#include <sonde/capture/capture_file.hpp>
#include <sonde/capture/capture_writer.hpp>

namespace sonde::inline v0 {

/// What one interface carried.
struct interface_info {
    capture_interface description;
    std::uint64_t packets = 0;
    std::optional<std::uint64_t> received{};  // as the file's last statistics block says
    std::optional<std::uint64_t> dropped{};
};

/// A file in numbers. Lengths in octets.
struct capture_info {
    capture_format format = capture_format::pcap;
    capture_compression compression = capture_compression::none;
    byte_order order = native_order;  // of the last section
    std::uint32_t sections = 0;
    std::uint64_t file_octets = 0;  // after decompression, as far as it was read
    std::uint64_t packets = 0;
    std::uint64_t captured_octets = 0;
    std::uint64_t original_octets = 0;
    std::uint32_t captured_len_min = 0;
    std::uint32_t captured_len_max = 0;
    std::uint64_t cut_packets = 0;      // captured less than was on the wire
    std::uint64_t comments = 0;         // of packets
    std::uint64_t untimed_packets = 0;  // of blocks that have no place for a time
    bool in_time_order = true;
    std::optional<wall_time> first_time{};  // the earliest, not the first in the file
    std::optional<wall_time> last_time{};
    std::map<std::uint16_t, std::uint64_t> link_types{};  // packets of each
    std::map<std::uint32_t, std::uint64_t> blocks{};      // pcapng: blocks of each type
    std::vector<interface_info> interfaces{};
    std::optional<capture_error> stopped{};

    /// At least that long, where one of the times is_out_of_range.
    [[nodiscard]] nanoseconds duration() const noexcept {
        return first_time && last_time ? span_between(*first_time, *last_time) : nanoseconds{0};
    }
};
[[nodiscard]] SONDE_API capture_info file_info(capture_file& file);

/// Which packets; absent means no limit. All that are given must hold.
struct packet_selection {
    std::uint64_t first_index = 0;          // from 0
    std::uint64_t last_index = UINT64_MAX;  // included
    std::optional<wall_time> from{};        // included
    std::optional<wall_time> until{};       // excluded
    std::function<bool(const record&)> matching{};
};

/// How a copy ended.
struct copy_report {
    std::uint64_t packets_in = 0;
    std::uint64_t packets_out = 0;
    std::optional<capture_error> stopped{};  // of the reading
};

/// Everything, pcapng blocks byte for byte. `out` must be new and of the file's format, or pcapng.
/// Errors: of the writing.
[[nodiscard]] SONDE_API capture_result<copy_report> copy_capture(capture_file& in,
                                                                 capture_writer& out);
/// The selected packets and every other block of the file. A section's stated length, which no
/// longer holds, becomes "unspecified". Errors: of the writing.
[[nodiscard]] SONDE_API capture_result<copy_report> slice_capture(
    capture_file& in, capture_writer& out, const packet_selection& selection);

/// Limits of one part; at least one is set. A part holds one packet at least.
struct split_limits {
    std::optional<std::uint64_t> packets{};
    std::optional<std::uint64_t> octets{};  // of the file, before compression
    std::optional<nanoseconds> duration{};  // from the part's first packet
};
struct split_part {
    std::string path;
    std::uint64_t packets = 0;
    std::uint64_t octets = 0;
    std::optional<wall_time> first_time{};
};
struct split_report {
    std::vector<split_part> parts{};
    std::optional<capture_error> stopped{};
};
/// Parts "x_00001.pcap", "x_00002.pcap"... for the path "x.pcap". Each part of a pcapng file
/// begins with its section's header, interfaces, names and secrets.
/// Errors: of the writing; above_bound (names and secrets of a section above 16 MiB); mismatch
/// (no limit given).
[[nodiscard]] SONDE_API capture_result<split_report> split_capture(capture_file& in,
                                                                   const std::string& path,
                                                                   const split_limits& limits);

/// Where that part goes: "x_00002.pcap.gz" for "x.pcap.gz" and 2.
[[nodiscard]] SONDE_API std::string split_part_path(const std::string& path, std::uint64_t number);

struct merge_report {
    std::uint64_t packets = 0;
    capture_format format = capture_format::pcapng;
    std::vector<std::optional<capture_error>> stopped{};  // of each input
};
/// All packets of the inputs by time, times and notes kept; one that a damaged input no longer
/// yields is the only one missing. Of equal times the earlier input comes first. An untimed packet
/// follows the one before it. pcap when every input is pcap of one link type, unless the name says
/// pcapng; else pcapng with an interface for each interface of each input.
/// Errors: of the writing; mismatch (a name that says pcap for inputs that need pcapng).
[[nodiscard]] SONDE_API capture_result<merge_report> merge_captures(
    std::span<capture_file> inputs, const std::string& path,
    const packet_selection& selection = {});
/// The same by name. Errors: also those of capture_file::open, and mismatch when the output is one
/// of the inputs.
[[nodiscard]] SONDE_API capture_result<merge_report> merge_files(
    std::span<const std::string> inputs, const std::string& path);

/// One thing that the format asks for and the file does not do, though it stays readable.
struct capture_flaw {
    const char* what = "";  // "captured more than the original length": a literal
    std::uint64_t offset_octets = 0;
    std::uint64_t block = 0;
};
struct verify_report {
    std::uint64_t packets = 0;
    std::uint64_t blocks = 0;
    std::uint64_t flaw_count = 0;
    std::vector<capture_flaw> flaws{};  // the first 100
    std::optional<capture_error> stopped{};
    [[nodiscard]] bool is_clean() const noexcept { return flaw_count == 0 && !stopped; }
};
/// Reads everything and compares it with what the format demands; hands each packet on to `each`.
[[nodiscard]] SONDE_API verify_report
verify_capture(capture_file& file, const std::function<void(const record&)>& each = {});
/// "captured more than the original length, in block 12 at offset 4711".
[[nodiscard]] SONDE_API std::string describe(const capture_flaw& flaw);

}  // namespace sonde::inline v0
