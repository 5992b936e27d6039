#include <algorithm>

#include <sonde/capture/capture_tools.hpp>

#include "pcapng.hpp"

namespace sonde::inline v0 {
namespace {

constexpr std::size_t flaws_kept = 100;

class verifier {
  public:
    verifier(capture_file& file, const std::function<void(const record&)>& each)
        : file_(file), each_(each) {}

    verify_report run() {
        while (const capture_block* block = file_.next_block()) {
            ++report_.blocks;
            check_section(*block);
            if (block->packet != nullptr) check_packet(*block);
            if (block->packet != nullptr && each_) each_(*block->packet);
            if (file_.format() == capture_format::pcapng) check_options(*block);
        }
        end_section(file_.offset());
        report_.stopped = file_.stopped();
        return std::move(report_);
    }

  private:
    void flaw(const char* what, const capture_block& at) {
        ++report_.flaw_count;
        if (report_.flaws.size() < flaws_kept) {
            report_.flaws.push_back(
                {.what = what, .offset_octets = at.offset_octets, .block = at.number});
        }
    }

    void check_packet(const capture_block& block) {
        const record& packet = *block.packet;
        ++report_.packets;
        const std::uint32_t snap_len = file_.interfaces()[packet.interface].snap_len;
        if (packet.captured_len() > packet.original_len) {
            flaw("captured more than the original length", block);
        }
        if (snap_len != 0 && packet.captured_len() > snap_len) {
            flaw("captured more than the snap length", block);
        }
        if (packet.has_time) {
            if (before_ && packet.time < *before_) flaw("time runs backwards", block);
            before_ = packet.time;
        }
        if (file_.format() == capture_format::pcap) check_fraction(block);
    }

    /// pcap: the part of a second is below one.
    void check_fraction(const capture_block& block) {
        const bool nano = file_.interfaces().front().resolution == 9;
        const std::uint32_t fraction = load32(block.order, block.octets, 4);
        if (fraction >= (nano ? 1'000'000'000U : 1'000'000U)) {
            flaw("part of a second above one second", block);
        }
    }

    /// Options that end before their octets do, other than by opt_endofopt.
    void check_options(const capture_block& block) {
        const bytes_view octets = options_of(block).octets();
        std::size_t at = 0;
        while (octets.size() - at >= 4) {
            const std::uint16_t code = load16(block.order, octets, at);
            const std::size_t len = load16(block.order, octets, at + 2);
            if (code == detail::opt_end) return;
            if (detail::padded(len) > octets.size() - at - 4) {
                return flaw("option does not fit its block", block);
            }
            at += 4 + detail::padded(len);
        }
        if (at != octets.size()) flaw("octets behind the options", block);
    }

    void check_section(const capture_block& block) {
        if (block.type != detail::section_magic || file_.format() == capture_format::pcap) return;
        end_section(block.offset_octets);
        section_ = block;
        section_.octets = {};
        section_len_ = load64(block.order, block.octets, 16);
        content_offset_ = block.offset_octets + block.octets.size();
        if (load16(block.order, block.octets, 12) != 1) flaw("section of another version", block);
    }

    void end_section(std::uint64_t offset) {
        if (section_len_ == detail::section_len_unspecified) return;
        if (section_len_ != offset - content_offset_) {
            flaw("section has another length than it states", section_);
        }
        section_len_ = detail::section_len_unspecified;
    }

    capture_file& file_;
    const std::function<void(const record&)>& each_;
    verify_report report_;
    std::optional<wall_time> before_;
    capture_block section_{};
    std::uint64_t section_len_ = detail::section_len_unspecified;
    std::uint64_t content_offset_ = 0;
};

}  // namespace

verify_report verify_capture(capture_file& file, const std::function<void(const record&)>& each) {
    return verifier(file, each).run();
}

std::string describe(const capture_flaw& flaw) {
    return std::string(flaw.what) + ", in block " + std::to_string(flaw.block) + " at offset " +
           std::to_string(flaw.offset_octets);
}

}  // namespace sonde::inline v0
