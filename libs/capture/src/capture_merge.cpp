#include <algorithm>
#include <filesystem>
#include <queue>
#include <utility>

#include <sonde/capture/capture_name.hpp>
#include <sonde/capture/capture_tools.hpp>

#include "packet_selection.hpp"

namespace sonde::inline v0 {
namespace {

constexpr std::uint8_t nano = 9;

/// One input and its packet that waits.
struct lane {
    capture_file* file = nullptr;
    const record* head = nullptr;
    wall_time time{};                                        // of head; an untimed one has the last
    std::vector<std::optional<std::uint32_t>> interfaces{};  // of the output, by input interface

    void advance() {
        head = file->next();
        if (head != nullptr && head->has_time) time = head->time;
    }
};

/// The lane with the earliest packet on top; of equal times the earlier input.
struct later {
    const std::vector<lane>* lanes;
    bool operator()(std::size_t a, std::size_t b) const {
        const wall_time at_a = (*lanes)[a].time;
        const wall_time at_b = (*lanes)[b].time;
        return at_a != at_b ? at_a > at_b : a > b;
    }
};

bool one_pcap_holds(const std::vector<lane>& lanes) {
    return std::all_of(lanes.begin(), lanes.end(), [&](const lane& one) {
        return one.file->format() == capture_format::pcap &&
               one.file->interfaces().front().link_type ==
                   lanes.front().file->interfaces().front().link_type;
    });
}

writer_options options_for(const std::vector<lane>& lanes, capture_format format) {
    if (format == capture_format::pcapng || lanes.empty()) {
        return {.format = format, .cut_to_snap_len = false};
    }
    writer_options made = options_like(*lanes.front().file);
    made.order = native_order;
    for (const lane& one : lanes) {
        const capture_interface& only = one.file->interfaces().front();
        made.nanoseconds = made.nanoseconds || only.resolution == nano;
        made.snap_len = std::max(made.snap_len, only.snap_len);
        if (only.fcs_len != made.fcs_len) made.fcs_len = 0;
        if (only.snap_len == 0) made.snap_len = 0;
    }
    return made;
}

/// The output's number of the interface that the packet came from; made on first use.
capture_result<std::uint32_t> interface_in(capture_writer& out, lane& from) {
    const std::size_t index = from.head->interface;
    if (from.interfaces.size() <= index) from.interfaces.resize(index + 1);
    if (from.interfaces[index]) return *from.interfaces[index];
    capture_interface made = from.file->interfaces()[index];
    made.resolution = nano;  // what times have become while they were read
    made.offset_s = 0;
    auto added = out.add_interface(made);
    if (added) from.interfaces[index] = *added;
    return added;
}

capture_result<void> write_head(capture_writer& out, lane& from) {
    record packet = *from.head;
    if (out.format() == capture_format::pcap) return out.write(packet);
    const auto interface = interface_in(out, from);
    if (!interface) return tl::unexpected(interface.error());
    packet.interface = *interface;
    packet.time = from.time;
    packet.has_time = true;  // a place in the order, which is all that is known of its time
    return out.write(packet);
}

capture_result<std::uint64_t> merge_lanes(std::vector<lane>& lanes, capture_writer& out,
                                          const packet_selection& selection) {
    std::priority_queue<std::size_t, std::vector<std::size_t>, later> next(later{&lanes});
    for (std::size_t i = 0; i < lanes.size(); ++i) {
        if (lanes[i].head != nullptr) next.push(i);
    }
    std::uint64_t index = 0;
    while (!next.empty()) {
        const std::size_t i = next.top();
        next.pop();
        lane& first = lanes[i];
        if (detail::selects(selection, *first.head, index++)) {
            if (auto done = write_head(out, first); !done) return tl::unexpected(done.error());
        }
        first.advance();
        if (first.head != nullptr) next.push(i);
    }
    return out.packets();
}

}  // namespace

capture_result<merge_report> merge_captures(std::span<capture_file> inputs, const std::string& path,
                                            const packet_selection& selection) {
    std::vector<lane> lanes;
    for (capture_file& input : inputs) {
        lanes.push_back({.file = &input});
        lanes.back().advance();
    }
    const auto named = read_capture_name(path).format;
    const bool pcap = one_pcap_holds(lanes) && named != capture_format::pcapng;
    if (named == capture_format::pcap && !pcap) {
        return tl::unexpected(
            capture_error{.reason = capture_reason::mismatch,
                          .what = "merge into a pcap file",
                          .remedy = "several link types or interfaces need a .pcapng file"});
    }
    merge_report report{.format = pcap ? capture_format::pcap : capture_format::pcapng};
    auto out = capture_writer::create(path, options_for(lanes, report.format));
    if (!out) return tl::unexpected(out.error());
    const auto merged = merge_lanes(lanes, *out, selection);
    if (!merged) return tl::unexpected(merged.error());
    if (auto done = out->close(); !done) return tl::unexpected(done.error());
    report.packets = *merged;
    for (const capture_file& input : inputs) report.stopped.push_back(input.stopped());
    return report;
}

capture_result<merge_report> merge_files(std::span<const std::string> inputs,
                                         const std::string& path) {
    std::vector<capture_file> files;
    for (const std::string& input : inputs) {
        std::error_code ignored;  // one of the two does not exist
        if (std::filesystem::equivalent(input, path, ignored)) {
            return tl::unexpected(capture_error{.reason = capture_reason::mismatch,
                                                .what = "merge into one of its inputs",
                                                .remedy = "name another file"});
        }
        auto file = capture_file::open(input);
        if (!file) return tl::unexpected(file.error());
        files.push_back(std::move(*file));
    }
    return merge_captures(files, path);
}

}  // namespace sonde::inline v0
