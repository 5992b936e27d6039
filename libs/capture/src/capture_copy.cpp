#include <algorithm>
#include <utility>

#include <sonde/capture/capture_copier.hpp>
#include <sonde/capture/capture_name.hpp>
#include <sonde/capture/capture_tools.hpp>

#include "packet_selection.hpp"
#include "pcapng.hpp"

namespace sonde::inline v0 {
namespace {

/// Section headers with their length set to "unspecified"; bounded by the reader's block length.
class open_section {
  public:
    capture_block of(const capture_block& block) {
        if (block.type != detail::section_magic) return block;
        octets_.assign(block.octets.begin(), block.octets.end());
        store64(block.order, octets_, 16, detail::section_len_unspecified);
        capture_block made = block;
        made.octets = octets_;
        return made;
    }

  private:
    std::vector<std::uint8_t> octets_;
};

constexpr std::uint64_t preamble_len_max = 16777216;  // octets of a section's preamble kept

bool belongs_to_every_part(std::uint32_t type) noexcept {
    switch (static_cast<block_type>(type)) {
        case block_type::section_header:
        case block_type::interface_description:
        case block_type::name_resolution:
        case block_type::decryption_secrets:
            return true;
        default:
            return false;
    }
}

/// Writes parts one after the other. The preamble is what each of them repeats.
class splitter {
  public:
    splitter(capture_file& in, const std::string& path, const split_limits& limits)
        : in_(in), path_(path), limits_(limits) {}

    capture_result<split_report> run() {
        while (const capture_block* block = in_.next_block()) {
            auto done = block->packet != nullptr ? take_packet(*block) : take_other(*block);
            if (!done) return tl::unexpected(done.error());
        }
        if (auto done = end_part(); !done) return tl::unexpected(done.error());
        report_.stopped = in_.stopped();
        return std::move(report_);
    }

  private:
    capture_result<void> take_packet(const capture_block& block) {
        if (out_ && is_full(block)) {
            if (auto done = end_part(); !done) return done;
        }
        if (!out_) {
            if (auto done = begin_part(block.packet->link_type); !done) return done;
        }
        split_part& part = report_.parts.back();
        if (!part.first_time && block.packet->has_time) part.first_time = block.packet->time;
        ++part.packets;
        return copier_ ? copier_->put(in_, *block.packet) : out_->copy_block(block);
    }

    capture_result<void> take_other(const capture_block& block) {
        if (block.type == detail::section_magic) preamble_.clear();
        const capture_block open = section_.of(block);
        if (belongs_to_every_part(block.type)) {
            if (preamble_.size() + open.octets.size() > preamble_len_max) {
                return tl::unexpected(
                    capture_error{.reason = capture_reason::above_bound,
                                  .what = "names, secrets and interfaces of a section",
                                  .offset_octets = block.offset_octets,
                                  .block = block.number,
                                  .needed = preamble_.size() + open.octets.size(),
                                  .had = preamble_len_max});
            }
            preamble_.insert(preamble_.end(), open.octets.begin(), open.octets.end());
        }
        return out_ && !copier_ ? out_->copy_block(open) : capture_result<void>{};
    }

    [[nodiscard]] bool is_full(const capture_block& block) const {
        const split_part& part = report_.parts.back();
        if (part.packets == 0) return false;
        if (limits_.packets && part.packets >= *limits_.packets) return true;
        if (limits_.octets && out_->octets() + block.octets.size() > *limits_.octets) return true;
        return limits_.duration && block.packet->has_time && part.first_time &&
               span_between(*part.first_time, block.packet->time) >= *limits_.duration;
    }

    capture_result<void> begin_part(std::uint16_t link_type) {
        report_.parts.push_back({.path = split_part_path(path_, report_.parts.size() + 1)});
        writer_options how = options_like(in_);
        how.format = read_capture_name(path_).format.value_or(in_.format());
        how.link_type = link_type;
        auto made = capture_writer::create(report_.parts.back().path, how);
        if (!made) return tl::unexpected(made.error());
        out_ = std::move(*made);
        if (how.format != in_.format()) {
            copier_.emplace(*out_, same_interface);  // blocks have no place there: packets alone
            return {};
        }
        if (preamble_.empty()) return {};
        // The preamble is read again as the small file that it is.
        auto blocks = capture_file::from_memory(preamble_, in_.limits());
        if (!blocks) return tl::unexpected(blocks.error());
        while (const capture_block* block = blocks->next_block()) {
            if (auto done = out_->copy_block(*block); !done) return done;
        }
        return {};
    }

    capture_result<void> end_part() {
        if (!out_) return {};
        auto done = out_->close();
        report_.parts.back().octets = out_->octets();
        copier_.reset();
        out_.reset();
        return done;
    }

    capture_file& in_;
    const std::string& path_;
    const split_limits& limits_;
    open_section section_;
    std::vector<std::uint8_t> preamble_;
    std::optional<capture_writer> out_;
    std::optional<packet_copier> copier_;  // into a file of the other format; borrows out_
    split_report report_;
};

}  // namespace

namespace detail {

bool selects(const packet_selection& wanted, const record& packet, std::uint64_t index) {
    if (index < wanted.first_index || index > wanted.last_index) return false;
    if ((wanted.from || wanted.until) && !packet.has_time) return false;
    if (wanted.from && packet.time < *wanted.from) return false;
    if (wanted.until && packet.time >= *wanted.until) return false;
    return !wanted.matching || wanted.matching(packet);
}

}  // namespace detail

capture_result<copy_report> copy_capture(capture_file& in, capture_writer& out) {
    copy_report report;
    while (const capture_block* block = in.next_block()) {
        if (auto done = out.copy_block(*block); !done) return tl::unexpected(done.error());
        if (block->packet != nullptr) ++report.packets_in;
    }
    report.packets_out = report.packets_in;
    report.stopped = in.stopped();
    return report;
}

capture_result<copy_report> slice_capture(capture_file& in, capture_writer& out,
                                          const packet_selection& selection) {
    copy_report report;
    open_section section;
    while (const capture_block* block = in.next_block()) {
        if (block->packet != nullptr) {
            const std::uint64_t index = report.packets_in++;
            if (!detail::selects(selection, *block->packet, index)) continue;
            ++report.packets_out;
        }
        const capture_block open = section.of(*block);
        if (auto done = out.copy_block(open); !done) return tl::unexpected(done.error());
    }
    report.stopped = in.stopped();
    return report;
}

std::string split_part_path(const std::string& path, std::uint64_t number) {
    std::string digits = std::to_string(number);
    constexpr std::size_t digits_min = 5;
    if (digits.size() < digits_min) digits.insert(0, digits_min - digits.size(), '0');
    const capture_name said = read_capture_name(path);
    const std::size_t dot = path.size() - (said.is_known ? said.suffix.size() : 0);
    return path.substr(0, dot) + "_" + digits + path.substr(dot);
}

capture_result<split_report> split_capture(capture_file& in, const std::string& path,
                                           const split_limits& limits) {
    if (!limits.packets && !limits.octets && !limits.duration) {
        return tl::unexpected(capture_error{.reason = capture_reason::mismatch,
                                            .what = "split without a limit",
                                            .remedy = "give packets, octets or a duration"});
    }
    return splitter(in, path, limits).run();
}

}  // namespace sonde::inline v0
