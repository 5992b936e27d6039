#include "capture_files.hpp"

#include <filesystem>

#include <sonde/capture/capture_tools.hpp>

namespace sonde::cli {
namespace {

// pcapng counts time in the interface's unit: ours is a nanosecond.
std::uint64_t ticks(wall_time at) noexcept {
    return static_cast<std::uint64_t>(nanoseconds(at.time_since_epoch()).count());
}

}  // namespace

bool capture_files::check(const capture_result<void>& done) {
    if (!done) run_.complain(shown_output(path_) + ": " + describe(done.error()));
    return done.has_value();
}

bool capture_files::open() {
    if (settings_.write_to == "-" && run_.to().out.is_terminal()) {
        run_.complain("standard output is a terminal: octets of a capture do not belong there");
        return false;
    }
    ++number_;
    path_ = settings_.rotates() ? split_part_path(settings_.write_to, number_) : settings_.write_to;
    packets_ = 0;
    begun_.reset();
    auto made =
        capture_writer::create(path_, {.link_type = about_.link_type, .snap_len = about_.snap_len});
    if (!made) {
        run_.complain(shown_output(path_) + ": " + describe(made.error()));
        return false;
    }
    out_ = std::move(*made);
    if (settings_.files_max) forget_oldest();
    if (out_->format() == capture_format::pcap) return true;
    const auto added = out_->add_interface(about_);
    if (!added) run_.complain(shown_output(path_) + ": " + describe(added.error()));
    return added.has_value();
}

void capture_files::forget_oldest() {
    kept_.push_back(path_);
    if (kept_.size() <= *settings_.files_max) return;
    std::error_code failed;
    std::filesystem::remove(kept_.front(), failed);
    if (failed) run_.remark(shown_output(kept_.front()) + ": " + failed.message());
    kept_.pop_front();
}

bool capture_files::is_full(const live_record& next) const noexcept {
    if (packets_ == 0) return false;
    if (settings_.rotate_octets && out_->octets() >= *settings_.rotate_octets) return true;
    return settings_.rotate_after && begun_ && next.time - *begun_ >= *settings_.rotate_after;
}

bool capture_files::put(const live_record& packet) {
    if (is_full(packet) && (!check(out_->close()) || !open())) return false;
    if (!begun_) begun_ = packet.time;
    ++packets_;
    return check(out_->write(packet));
}

bool capture_files::flush() { return !out_ || check(out_->flush()); }

void capture_files::close(const std::optional<live_counts>& counts, wall_time at) {
    if (!out_) return;
    if (counts && out_->format() == capture_format::pcapng) {
        const interface_statistics said{.ticks = ticks(at),
                                        .accepted = counts->seen,
                                        .os_dropped = counts->dropped,
                                        .delivered = counts->delivered};
        if (!check(out_->write_statistics(said))) return;
    }
    static_cast<void>(check(out_->close()));
    out_.reset();
}

}  // namespace sonde::cli
