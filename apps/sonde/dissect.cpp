/// sonde dissect: the packets of capture files, as lines, trees, JSON or C++.
#include "dissect.hpp"

#include <algorithm>
#include <filesystem>
#include <poll.h>
#include <unistd.h>

#include "file.hpp"
#include "packet_screen.hpp"
#include "traffic.hpp"

namespace sonde::cli {
namespace {

// Whether a pipe has nothing more for now: then what is gathered should be seen.
bool is_dry(const std::string& path) noexcept {
    if (path != "-") return false;
    pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    return ::poll(&input, 1, 0) == 0;
}

/// One run over all files.
class dissection {
  public:
    dissection(const dissect_settings& settings, channels to)
        : settings_(settings),
          run_("dissect", to),
          inputs_(inputs_of(settings)),
          gate_(inputs_.which),
          screen_(settings, to.out),
          writer_(run_, settings.write_to, inputs_.files),
          writes_(!settings.write_to.empty()) {
        const bool person = to.out.is_terminal() && settings.form == dissect_form::lines &&
                            settings.write_to.empty();
        counts_traffic_ = settings.stats_only || (person && !settings.no_stats);
        shows_ = !settings.stats_only && settings.write_to.empty();
    }

    int run() {
        if (!settings_.follow.empty()) return follow_stream(settings_, inputs_, gate_, run_);
        for (const auto& path : inputs_.files) {
            if (is_done_ || !read(path)) break;
        }
        finish();
        return run_.exit_code();
    }

  private:
    bool read(const std::string& path) {
        auto file = run_.open(path);
        if (!file) return true;  // the others may be better
        ++read_.files;
        if (file->format() == capture_format::pcap) {
            if (const auto wrong = gate_.prepare(file->interfaces().front().link_type)) {
                return complain_filter();
            }
        }
        gate_.restart();
        screen_.restart();
        writer_.next_input();
        progress shown(run_.to().err, path, *file, !shows_ || !run_.to().out.is_terminal());
        const bool read_all = read_blocks(path, *file, shown);
        screen_.flush();
        run_.tell_stop(path, file->stopped());
        last_ = std::move(file);
        return read_all;
    }

    bool read_blocks(const std::string& path, capture_file& file, progress& shown) {
        std::uint64_t number = 0;
        while (const capture_block* block = file.next_block()) {
            if (block->packet != nullptr) {
                shown.step(file);
                ++read_.packets;
                const bool passes = gate_.passes(*block->packet, ++number);
                if (gate_.problem()) return complain_filter();
                if (passes && !take(*block->packet, number)) return false;
                if (!passes && gate_.is_behind(number)) {
                    --read_.packets;  // it was not asked for
                    read_.to_the_end = false;
                    return true;
                }
                if (!passes) continue;
            }
            if (writes_ && !writer_.put(file, *block)) return false;
            if (is_done_) return true;
            if (screen_.has_text() && is_dry(path)) screen_.flush();
        }
        return true;
    }

    bool take(const record& packet, std::uint64_t number) {
        ++passed_;
        if (shows_) screen_.show(packet, number);
        if (counts_traffic_) {
            traffic_.add(packet.octets,
                         static_cast<link_type>(packet.link_type),
                         packet.original_len,
                         packet.has_time ? std::optional(packet.time) : std::nullopt);
        }
        is_done_ = settings_.count && passed_ >= *settings_.count;
        return !run_.to().out.is_broken();
    }

    bool complain_filter() {
        run_.complain(*gate_.problem());
        return false;
    }

    void finish() {
        screen_.flush();
        if (writes_) writer_.close(last_ ? &*last_ : nullptr);
        if (passed_ == 0 && !gate_.problem()) run_.tell_none_passed(read_);
        if (!counts_traffic_ || passed_ == 0) return;
        output& out = run_.to().out;
        if (settings_.form == dissect_form::json) return out.write(traffic_.json(settings_.top));
        if (shows_) out.write("\n");
        out.write(traffic_.text(settings_.top, wants_color(settings_.color, out)));
    }

    const dissect_settings& settings_;
    file_run run_;
    dissect_inputs inputs_;
    packet_gate gate_;
    packet_screen screen_;
    traffic traffic_{};
    late_writer writer_;
    std::optional<capture_file> last_{};  // that was read
    bool writes_;
    bool counts_traffic_ = false;
    bool shows_ = true;
    bool is_done_ = false;
    packets_read read_{};
    std::uint64_t passed_ = 0;
};

}  // namespace

dissect_inputs inputs_of(const dissect_settings& settings) {
    dissect_inputs made{.files = {}, .which = settings.which};
    std::size_t at = 0;
    if (!settings.file.empty()) {
        made.files.push_back(settings.file);
    } else if (!settings.words.empty()) {
        made.files.push_back(settings.words[at++]);
        std::error_code ignored;
        while (at < settings.words.size() &&
               std::filesystem::is_regular_file(settings.words[at], ignored)) {
            made.files.push_back(settings.words[at++]);
        }
    }
    std::string words;
    for (; at < settings.words.size(); ++at) {
        if (!words.empty()) words += ' ';
        words += settings.words[at];
    }
    if (words.empty()) return made;
    // Both must hold.
    made.which.filter =
        made.which.filter.empty() ? words : "(" + made.which.filter + ") and (" + words + ")";
    return made;
}

int run_dissect(const dissect_settings& settings, channels to) {
    return dissection(settings, to).run();
}

}  // namespace sonde::cli
