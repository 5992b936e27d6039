/// sonde capture: the packets of an interface, as they pass.
#include <unistd.h>

#include <fmt/format.h>

#include <sonde/base/text.hpp>
#include <sonde/net/clock.hpp>
#include <sonde/net/privileges.hpp>

#include "capture_files.hpp"
#include "file.hpp"
#include "live.hpp"
#include "packet_screen.hpp"
#include "run.hpp"
#include "stop_signals.hpp"
#include "traffic.hpp"

namespace sonde::cli {
namespace {

constexpr auto drain_max = std::chrono::milliseconds(500);  // after a signal

output_format format_of(const capture_settings& settings) noexcept {
    return settings.form == dissect_form::json ? output_format::json : output_format::text;
}

// The words and --filter: both must hold.
std::string filter_of(const capture_settings& settings) {
    std::string words;
    for (const auto& word : settings.words) {
        if (!words.empty()) words += ' ';
        words += word;
    }
    if (words.empty() || settings.filter.empty()) return words + settings.filter;
    return "(" + settings.filter + ") and (" + words + ")";
}

live_options options_of(const capture_settings& settings) {
    live_options made{.filter = filter_of(settings),
                      .snap_len = settings.snap_len,
                      .promiscuous = settings.promiscuous,
                      .direction = settings.direction,
                      .hardware_stamps = settings.hardware_stamps};
    if (settings.buffer_kib) {
        made.buffer_len = static_cast<std::uint32_t>(*settings.buffer_kib * 1024);
    }
    return made;
}

/// One run, from the open interface to the counts.
class capture_run : public stoppable {
  public:
    capture_run(const capture_settings& settings, std::string interface, live_capture from,
                channels to)
        : settings_(settings),
          interface_(std::move(interface)),
          from_(std::move(from)),
          run_("capture", to),
          screen_(settings, to.out),
          files_(settings, from_, run_),
          shows_((settings.write_to.empty() && !settings.stats) || settings.print) {}

    void stop() noexcept override { from_.stop(); }

    int run() {
        if (!settings_.write_to.empty() && !files_.open()) return run_.exit_code();
        give_up_capabilities();
        announce();
        const stop_scope signals(*this);
        receive();
        finish();
        return run_.exit_code();
    }

  private:
    // Root without capabilities may not write into the folders of others: later files would fail.
    void give_up_capabilities() {
        if (settings_.rotates() && ::geteuid() == 0) return;
        static_cast<void>(drop_capabilities());  // without any there is nothing to give up
    }

    void announce() {
        const std::uint16_t type = from_.link_type();
        run_.to().err.write(
            fmt::format("listening on {}, link type {} ({}), at most {} octets of a packet\n",
                        printable(interface_),
                        link_type_name(type),
                        type,
                        settings_.snap_len));
        if (settings_.duration) end_ = mono_now() + *settings_.duration;
    }

    void receive() {
        while (!is_done()) {
            auto got = from_.next(nanoseconds(0));
            if (got && *got == nullptr) {  // the ring is dry: what is gathered should be seen
                if (!flush()) return;
                got = wait();
            }
            if (!got) return lose(got.error());
            if (*got != nullptr && !take(**got)) return;
            if (*got == nullptr && !goes_on()) return;
        }
    }
    live_result<const live_record*> wait() {
        if (from_.is_stopped() || !end_) return from_.next();
        return from_.next(std::max(nanoseconds(*end_ - mono_now()), nanoseconds(0)));
    }
    [[nodiscard]] bool is_done() const noexcept {
        return (settings_.count && taken_ >= *settings_.count) || (end_ && mono_now() >= *end_);
    }
    // Nothing came: the time is over, or a signal came. SIGUSR1 wants to know, and no end.
    bool goes_on() {
        const bool asked = stop_scope::take_status_request();
        if (asked) tell_counts();
        if (stop_scope::is_stopping()) {
            drain();
            return false;
        }
        if (asked) from_.resume();
        return true;
    }
    // What passed the filter before the signal is in the ring, or on its way there.
    void drain() {
        const auto until = from_.counts();
        if (!until) return;
        from_.resume();
        const mono_time end = mono_now() + drain_max;
        while (mono_now() < end && !(settings_.count && taken_ >= *settings_.count)) {
            const auto now = from_.counts();
            if (!now || now->delivered + now->left_out + now->dropped >= until->seen) return;
            const auto got = from_.next(std::chrono::milliseconds(2));
            if (!got || (*got != nullptr && !take(**got))) return;
        }
    }

    bool take(const live_record& packet) {
        ++taken_;
        if (shows_) screen_.show(packet, taken_);
        if (settings_.stats) {
            traffic_.add(packet.octets,
                         static_cast<link_type>(packet.link_type),
                         packet.original_len,
                         packet.time);
        }
        if (!settings_.write_to.empty() && !files_.put(packet)) return false;
        return !run_.to().out.is_broken();
    }

    // A reader of standard output waits for each packet, a file does not unless it is asked.
    bool flush() {
        if (screen_.has_text()) screen_.flush();
        if (run_.to().out.is_broken()) return false;
        return !(settings_.flush || settings_.write_to == "-") || files_.flush();
    }

    void lose(const live_error& why) {
        screen_.flush();
        complain(run_.to(),
                 "capture",
                 format_of(settings_),
                 {.kind = kind_of(why), .target = interface_, .text = live_trouble(why)});
        failed_ = true;
    }

    void tell_counts() {
        const auto counts = from_.counts();
        const live_counts said = counts.value_or(live_counts{});
        run_.to().err.write(plural(taken_, "packet") + " captured\n" + plural(said.seen, "packet") +
                            " received by filter\n" + plural(said.dropped, "packet") +
                            " dropped by kernel\n");
    }
    [[nodiscard]] std::string counts_json() {
        const live_counts said = from_.counts().value_or(live_counts{});
        std::string name;
        append_json_string(name, interface_);
        return fmt::format(
            "{{\"type\":\"capture\",\"schema\":\"sonde/1\",\"interface\":{},\"captured\":{},"
            "\"received\":{},\"dropped\":{}}}\n",
            name,
            taken_,
            said.seen,
            said.dropped);
    }

    void finish() {
        output& out = run_.to().out;
        screen_.flush();
        const auto counts = from_.counts();
        files_.close(counts ? std::optional(*counts) : std::nullopt, wall_now());
        const bool json = settings_.form == dissect_form::json && settings_.write_to != "-";
        if (settings_.stats) {
            if (shows_ && !json && taken_ > 0) out.write("\n");
            out.write(json ? traffic_.json(settings_.top)
                           : traffic_.text(settings_.top, wants_color(settings_.color, out)));
        }
        if (json) out.write(counts_json());
        if (run_.to().err.is_terminal() && stop_scope::is_stopping()) run_.to().err.write("\n");
        tell_counts();
        if (failed_) run_.fail();
    }

    const capture_settings& settings_;
    std::string interface_;
    live_capture from_;
    file_run run_;
    packet_screen screen_;
    capture_files files_;
    traffic traffic_{};
    std::optional<mono_time> end_{};
    std::uint64_t taken_ = 0;
    bool shows_;
    bool failed_ = false;
};

}  // namespace

int run_capture(const capture_settings& settings, channels to) {
    if (settings.list_interfaces) return list_interfaces_for(format_of(settings), to);
    const std::string interface =
        settings.interface.empty() ? usual_interface() : settings.interface;
    auto from = live_capture::open(interface, options_of(settings));
    if (!from) {
        const live_error& why = from.error();
        complain(to,
                 "capture",
                 format_of(settings),
                 {.kind = kind_of(why), .target = interface, .text = live_trouble(why)});
        return exit_trouble;
    }
    return capture_run(settings, interface, std::move(*from), to).run();
}

}  // namespace sonde::cli
