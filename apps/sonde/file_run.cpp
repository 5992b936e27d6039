#include <algorithm>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include <sonde/base/text.hpp>
#include <sonde/capture/capture_name.hpp>
#include <sonde/net/clock.hpp>

#include "file.hpp"

namespace sonde::cli {
namespace {

constexpr nanoseconds patience = std::chrono::seconds(2);
constexpr nanoseconds refresh = std::chrono::milliseconds(250);

}  // namespace

std::string shown_input(const std::string& path) {
    return path == "-" ? "standard input" : printable(path);
}
std::string shown_output(const std::string& path) {
    return path == "-" ? "standard output" : printable(path);
}

std::string grouped(std::uint64_t number) {
    std::string made = std::to_string(number);
    for (std::size_t at = made.size(); at > 3;) made.insert(at -= 3, 1, ',');
    return made;
}

std::string sized(std::uint64_t octets) {
    constexpr std::array<std::string_view, 5> units{"octets", "kB", "MB", "GB", "TB"};
    auto value = static_cast<double>(octets);
    std::size_t unit = 0;
    for (; value >= 999.5 && unit + 1 < units.size(); ++unit) value /= 1000;
    if (unit == 0) return fmt::format("{} octets", octets);
    return fmt::format("{:.{}f} {}", value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0, units[unit]);
}

std::string plural(std::uint64_t count, std::string_view what) {
    return grouped(count) + ' ' + std::string(what) + (count == 1 ? "" : "s");
}

void file_run::complain(const std::string& text, int code) {
    to_.err.write("sonde " + command_ + ": " + text + '\n');
    worsen(code);
}

void file_run::remark(const std::string& text) {
    to_.err.write("sonde " + command_ + ": " + text + '\n');
}

void file_run::tell_none_passed(const packets_read& read) {
    if (read.files == 0) return;  // why is told already
    if (read.packets == 0) {
        return remark(read.files == 1 ? "there is no packet in the file"
                                      : "there is no packet in the files");
    }
    const std::string_view which = read.to_the_end ? "none of " : "none of the first ";
    remark(std::string(which) + plural(read.packets, "packet") + " matches");
}

std::optional<capture_file> file_run::open(const std::string& path) {
    auto file = capture_file::open(path);
    if (file) return std::move(*file);
    // A file that ends within its header is damaged; one that is none at all was a mistake.
    const bool damaged = file.error().reason == capture_reason::truncated ||
                         file.error().reason == capture_reason::broken_compression;
    complain(shown_input(path) + ": " + describe(file.error()),
             damaged ? exit_damaged : exit_trouble);
    return std::nullopt;
}

void file_run::close(capture_writer& out, const std::string& path) {
    if (auto done = out.close(); !done) {
        complain(shown_output(path) + ": " + describe(done.error()));
    }
}

void file_run::tell_stop(const std::string& path, const std::optional<capture_error>& stopped) {
    if (!stopped) return;
    complain(shown_input(path) + ": " + describe(*stopped) + "; what stands before it was read",
             exit_damaged);
}

bool late_writer::refuses() {
    for (const auto& input : inputs_) {
        std::error_code ignored;  // one of the two does not exist
        if (input != "-" && path_ != "-" && std::filesystem::equivalent(input, path_, ignored)) {
            run_.complain(shown_output(path_) + ": it would be written over while it is read");
            return true;
        }
    }
    if (path_ != "-" || !run_.to().out.is_terminal()) return false;
    run_.complain("standard output is a terminal: octets of a capture do not belong there");
    return true;
}

void late_writer::create(const capture_file& like, std::optional<std::uint16_t> link_type) {
    failed_ = refuses();
    if (failed_) return;
    writer_options how = options_like(like);
    how.format = read_capture_name(path_).format.value_or(like.format());
    if (like.format() == capture_format::pcapng) how.order = native_order;
    if (link_type) how.link_type = *link_type;
    how.cut_to_snap_len = false;
    auto made = capture_writer::create(path_, how);
    if (!made) {
        run_.complain(shown_output(path_) + ": " + describe(made.error()));
        failed_ = true;
        return;
    }
    out_ = std::move(*made);
    copier_.emplace(*out_);
}

capture_writer* late_writer::for_packet(const capture_file& like, const record* packet) {
    if (!out_ && !failed_) {
        const bool pcap =
            read_capture_name(path_).format.value_or(like.format()) == capture_format::pcap;
        if (pcap && packet == nullptr) return nullptr;
        create(like, packet != nullptr ? std::optional(packet->link_type) : std::nullopt);
    }
    return out_ && !failed_ ? &*out_ : nullptr;
}

bool late_writer::put(const capture_file& from, const capture_block& block,
                      std::uint32_t snap_len) {
    if (for_packet(from, block.packet) == nullptr) return !failed_;
    if (auto done = copier_->put(from, block, snap_len); !done) {
        run_.complain(shown_output(path_) + ": " + describe(done.error()));
        failed_ = true;
    }
    return !failed_;
}

void late_writer::close(const capture_file* like) {
    if (!out_ && !failed_ && like != nullptr) create(*like, std::nullopt);
    if (out_ && !failed_) run_.close(*out_, path_);
}

std::optional<std::string> packet_gate::prepare(std::uint16_t link_type) {
    if (!which_.filter.empty()) static_cast<void>(filter_for(link_type));
    return problem_;
}

const packet_gate::compiled& packet_gate::filter_for(std::uint16_t link_type) {
    const auto known = std::find_if(filters_.begin(), filters_.end(), [&](const compiled& one) {
        return one.link_type == link_type;
    });
    if (known != filters_.end()) return *known;
    compiled& made = filters_.emplace_back();
    made.link_type = link_type;
    auto program = bpf_program::compile(which_.filter, {.link_type = link_type});
    if (program) {
        made.program.emplace(std::move(*program));
    } else if (!problem_) {
        problem_ = describe(program.error());
    }
    return made;
}

bool packet_gate::passes_filter(const record& packet) {
    const bool same = !filters_.empty() && filters_.front().link_type == packet.link_type;
    const compiled& filter = same ? filters_.front() : filter_for(packet.link_type);
    return filter.program && filter.program->matches(packet);
}

bool packet_gate::passes(const record& packet, std::uint64_t number) {
    if (!first_ && packet.has_time) first_ = packet.time;
    if (!which_.frames.contains(number)) return false;
    if (which_.from || which_.until) {
        if (!packet.has_time) return false;
        if (which_.from && packet.time < which_.from->when(*first_)) return false;
        if (which_.until && packet.time >= which_.until->when(*first_)) return false;
    }
    return which_.filter.empty() || passes_filter(packet);
}

progress::progress(output& to, const std::string& path, const capture_file& file, bool wanted)
    : to_(to), wanted_(wanted && to.is_terminal()) {
    if (!wanted_) return;
    started_ = last_ = mono_now();
    std::error_code ignored;
    const auto size = std::filesystem::file_size(path, ignored);
    if (!ignored && file.compression() == capture_compression::none) size_ = size;
}

progress::~progress() {
    if (shown_) to_.write("\r\033[K");
}

void progress::show(const capture_file& file) {
    const mono_time now = mono_now();
    if (now - started_ < patience || now - last_ < refresh) return;
    last_ = now;
    shown_ = true;
    std::string line = "\r\033[K" + grouped(packets_) + " packets, " + sized(file.offset());
    if (size_ != 0)
        line += fmt::format(", {} %", std::min<std::uint64_t>(100, file.offset() * 100 / size_));
    to_.write(line);
}

}  // namespace sonde::cli
