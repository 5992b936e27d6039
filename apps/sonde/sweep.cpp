/// sonde sweep.
#include <algorithm>
#include <string>
#include <unistd.h>

#include <sonde/base/special_purpose.hpp>
#include <sonde/base/text.hpp>
#include <sonde/net/clock.hpp>
#include <sonde/net/privileges.hpp>
#include <sonde/report/fping_text.hpp>
#include <sonde/report/many.hpp>

#include "condition_watch.hpp"
#include "name_book.hpp"
#include "run.hpp"
#include "signals.hpp"
#include "simulated_many.hpp"
#include "target_files.hpp"

namespace sonde::cli {
namespace {

// More public addresses than this are swept only by who says so.
constexpr std::uint64_t public_max = 65'536;
constexpr nanoseconds quiet_time = std::chrono::seconds(2);  // before the first line of progress
constexpr nanoseconds redraw_interval = std::chrono::milliseconds(200);
constexpr nanoseconds line_interval = std::chrono::seconds(1);  // where lines stay
constexpr nanoseconds judge_interval = std::chrono::milliseconds(100);

// How many of them are reachable from anywhere, by IANA's registries.
std::uint64_t public_addresses(address_set set) {
    std::vector<ip_range> inner;
    for (const special_purpose& each : special_purposes()) {
        if (!each.is_globally_reachable) inner.push_back(each.block.range());
    }
    for (const char* text : {"224.0.0.0/4", "::/3", "4000::/2", "8000::/1"}) {
        inner.push_back(ip_prefix::parse(text)->range());
    }
    for (const ip_range& each : inner) set.remove(each);
    return set.size();
}

// The words of a shell: quoted where they need it, and nothing that steers a terminal.
std::string shell_word(const std::string& word) {
    const auto is_plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("_./:@%+,-=").find(c) != std::string_view::npos;
    };
    if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain)) return word;
    std::string made = "'";
    for (const char c : printable(word)) {
        if (c == '\'') {
            made += "'\\''";
        } else {
            made += c;
        }
    }
    return made + '\'';
}

std::string_view words_of(port_kind kind) noexcept {
    switch (kind) {
        case port_kind::packet_ring:
            return "a packet ring";
        case port_kind::xdp:
            return "an XDP socket";
        default:
            return "a socket";
    }
}

// Lists, files and exclusions become one set; what is wrong is said already.
class sweep_targets {
  public:
    sweep_targets(const sweep_settings& settings, channels to) : settings_(settings), to_(to) {}

    bool gather() {
        for (const auto& each : settings_.common.targets) reader_.read(each + '\n');
        for (const auto& each : settings_.files) {
            if (!read_file_of(each, false)) return false;
        }
        for (std::string each : settings_.exclusions) {
            std::replace(each.begin(), each.end(), ',', '\n');
            reader_.read_exclusions(each + '\n');
        }
        for (const auto& each : settings_.exclusion_files) {
            if (!read_file_of(each, true)) return false;
        }
        list_ = reader_.finish();
        for (const auto& each : list_.problems) refuse(each.text);
        return list_.problem_count == 0;
    }
    /// Names become addresses.
    bool resolve(client& runs) {
        const auto family = settings_.options.socket.family;
        for (const auto& [names, is_exclusion] :
             {std::pair(&list_.names, false), {&list_.excluded_names, true}}) {
            for (const named_target& each : *names) {
                try {
                    for (const auto& address : runs.resolve(each.name, family)) {
                        take(address, is_exclusion);
                        if (!is_exclusion) break;  // one address of a name, as everywhere
                    }
                } catch (const error& why) {
                    refuse(why.what());
                    return false;
                }
            }
        }
        keep_family();
        return true;
    }
    [[nodiscard]] bool has_names() const noexcept {
        return !list_.names.empty() || !list_.excluded_names.empty();
    }
    [[nodiscard]] const address_set& addresses() const noexcept { return list_.addresses; }
    [[nodiscard]] std::uint64_t excluded() const noexcept { return list_.excluded; }
    void refuse(const std::string& text) {
        complain(to_,
                 "sweep",
                 settings_.common.format,
                 {.kind = "bad_target", .target = {}, .text = text});
    }
    void keep_family() {
        const auto family = settings_.options.socket.family;
        if (!family) return;
        const char* const others = *family == ip_family::v4 ? "::/0" : "0.0.0.0/0";
        list_.addresses.remove(ip_prefix::parse(others)->range());
    }

  private:
    void take(const ip_address& address, bool is_exclusion) {
        if (is_exclusion) {
            list_.addresses.remove(ip_range(address));
        } else {
            static_cast<void>(list_.addresses.add(ip_range(address)));
        }
    }
    bool read_file_of(const std::string& file, bool is_exclusion) {
        const auto done = read_pieces(file, [&](std::string_view piece) {
            is_exclusion ? reader_.read_exclusions(piece) : reader_.read(piece);
        });
        if (!done) refuse(file_problem(file, done.error()));
        // A file without a line feed at its end ends its line all the same.
        is_exclusion ? reader_.read_exclusions("\n") : reader_.read("\n");
        return done.has_value();
    }

    const sweep_settings& settings_;
    channels to_;
    target_list_reader reader_{};
    target_list list_{};
};

// What a running sweep shows: answers on standard output, all else on standard error.
class sweep_screen {
  public:
    sweep_screen(const sweep_settings& settings, channels to, bool has_dates)
        : settings_(settings), to_(to), has_dates_(has_dates) {
        redraws_ = to.err.is_terminal() && !settings.common.quiet;
        if (settings.common.format == output_format::csv) to.out.write(sweep_csv_header());
    }

    void started(const sweep_control& run) {
        if (settings_.common.quiet) return;
        for (const port_facts& each : run.ports()) {
            if (run.targets().size(each.family) == 0) continue;
            to_.err.write("Carried by " + std::string(words_of(each.carrier)) + " (IPv" +
                          (each.family == ip_family::v4 ? "4" : "6") +
                          "): " + printable(each.reason) + ".\n");
        }
    }

    void event(const sweep_control& run, const probe_event& what) {
        if (what.kind != event_kind::reply || what.target >= run.targets().size()) return;
        const ip_address address = run.targets().at(what.target);
        const bool answered =
            what.what == reply_class::answered && what.record.reply.kind == answer_kind::echo_reply;
        buffer_.clear();
        switch (settings_.common.format) {
            case output_format::text:
                if (!answered) return;
                buffer_ = to_string(address);
                if (settings_.common.verbose) {
                    buffer_ += ' ' + fping_ms(what.record.reply.rtt) + " ms";
                }
                buffer_ += '\n';
                break;
            case output_format::csv:
                append_sweep_answer_csv(buffer_, what, address, names_.book());
                break;
            case output_format::json:
                append_sweep_answer_json(
                    buffer_,
                    what,
                    address,
                    names_.book(),
                    has_dates_ ? std::optional(wall_now() - (mono_now() - what.at)) : std::nullopt);
                break;
        }
        waiting_ += buffer_;
        if (is_watched_ || waiting_.size() >= waiting_max) tell();
    }

    void progress(const sweep_facts& of) {
        tell();
        if (of.progress.elapsed < quiet_time || settings_.common.quiet) return;
        const nanoseconds interval = redraws_ ? redraw_interval : line_interval;
        if (of.progress.elapsed - shown_at_ < interval) return;
        shown_at_ = of.progress.elapsed;
        if (settings_.progress && settings_.common.format == output_format::json) {
            buffer_.clear();
            append_sweep_progress_json(buffer_, of);
            to_.out.write(buffer_);
        }
        if (redraws_) {
            to_.err.write('\r' + sweep_progress_line(of) + "\033[K");
            is_drawn_ = true;
        } else if (settings_.progress) {
            to_.err.write(sweep_progress_line(of) + '\n');
        }
    }

    void finished(const sweep_facts& of) {
        tell();
        erase();
        if (settings_.common.format == output_format::json) {
            buffer_.clear();
            append_sweep_summary_json(buffer_, of);
            to_.out.write(buffer_);
        }
        if (settings_.common.quiet) return;
        to_.err.write(sweep_summary_text(of));
        if (!of.interrupted) return;
        std::string line = "Interrupted; to go on:\n  sonde sweep";
        for (const auto& each : settings_.words) line += ' ' + shell_word(each);
        if (!settings_.options.in_order) line += " --seed " + std::to_string(of.seed);
        to_.err.write(line + " --resume " + std::to_string(of.progress.settled) + '\n');
    }
    [[nodiscard]] bool reader_has_gone() const noexcept { return to_.out.is_broken(); }

  private:
    // Answers go out together, at each look at the progress or when they are many: a system call
    // for each of 300,000 a second would take a third of the time. A person sees each at once.
    static constexpr std::size_t waiting_max = 32'768;  // octets
    void tell() {
        if (waiting_.empty()) return;
        if (is_watched_) erase();
        to_.out.write(waiting_);
        waiting_.clear();
    }
    void erase() {
        if (is_drawn_) to_.err.write("\r\033[K");
        is_drawn_ = false;
    }

    const sweep_settings& settings_;
    channels to_;
    bool has_dates_;
    bool redraws_ = false;
    bool is_drawn_ = false;
    nanoseconds shown_at_{};
    name_book names_{};
    std::string buffer_{};
    std::string waiting_{};  // for standard output
    bool is_watched_ = to_.out.is_terminal();
};

// A question that only a person at a terminal can answer.
bool confirmed(channels to, std::uint64_t count) {
    to.err.write("Sweep " + std::to_string(count) + " public addresses? [y/N] ");
    char first = 0;
    char next = 0;
    for (bool is_first = true; ::read(STDIN_FILENO, &next, 1) == 1 && next != '\n';
         is_first = false) {
        if (is_first) first = next;
    }
    return first == 'y' || first == 'Y';
}

sweep_plan_facts plan_of(const sweep_settings& settings, const sweep_targets& targets,
                         std::uint64_t open) {
    const sweep_options& options = settings.options;
    return {.addresses = targets.addresses().size(),
            .v6_addresses = targets.addresses().size(ip_family::v6),
            .public_addresses = open,
            .excluded = targets.excluded(),
            .tries = options.tries,
            .rate = options.rate,
            .payload_len = options.payload_len,
            .per_host = options.ceilings.per_host,
            .per_network = options.ceilings.per_network,
            .carrier = {},
            .why = {}};
}

class sweep_run {
  public:
    sweep_run(const sweep_settings& settings, channels to)
        : settings_(settings),
          screen_(settings, to, settings.common.scenario.empty()),
          watch_(settings.conditions, "sweep", settings.common.format, to) {}

    sweep_observer observer(bool is_live) {
        sweep_observer made;
        made.started = [this, is_live](sweep_control& run) {
            if (is_live) static_cast<void>(drop_capabilities());
            screen_.started(run);
        };
        made.event = [this](sweep_control& run, const probe_event& what) {
            screen_.event(run, what);
            if (screen_.reader_has_gone() || is_over(run, what.at)) stop(run);
        };
        made.progress = [this](sweep_control& run) {
            const sweep_progress at = run.progress();
            screen_.progress({.progress = at,
                              .seed = run.options().seed,
                              .tries = settings_.options.tries,
                              .rate_asked = settings_.options.rate});
            if (is_over(run, mono_now())) stop(run);
        };
        if (is_live) made.progress_interval = std::chrono::milliseconds(100);
        return made;
    }

    int finish(const sweep_result& result) {
        const bool interrupted = was_stopped_ || signal_scope::is_stopping();
        screen_.finished(
            {.progress = result.progress,
             .seed = result.options.seed,
             .tries = settings_.options.tries,
             .rate_asked = settings_.options.rate,
             .rtt = &result.rtt,
             .interrupted = interrupted && result.progress.settled < result.progress.size});
        const int code = result.progress.answered > 0 ? exit_good : exit_no_answer;
        return watch_.judge(
            1,
            [&](std::size_t) { return facts(result.progress, result.rtt); },
            [](std::size_t) { return std::string(); },
            code);
    }

  private:
    // Of a sweep: addresses, not probes.
    static condition_facts facts(const sweep_progress& at, const rtt_statistics& rtt) {
        condition_facts made = facts_of(at.counts, rtt);
        made.counts.received = at.answered;
        return made;
    }
    bool is_over(const sweep_control& run, mono_time now) {
        if (!settings_.conditions.until) return false;
        if (judged_at_ && now - *judged_at_ < judge_interval) return false;
        judged_at_ = now;
        const rtt_statistics rtt = run.rtt();
        return watch_.is_over(facts(run.progress(), rtt));
    }
    void stop(sweep_control& run) {
        was_stopped_ = true;
        run.stop();
    }

    const sweep_settings& settings_;
    sweep_screen screen_;
    condition_watch watch_;
    std::optional<mono_time> judged_at_{};
    bool was_stopped_ = false;
};

// Says what will happen, and asks where many strangers are concerned. False: not wanted.
bool announce(const sweep_settings& settings, sweep_targets& targets, channels to) {
    const std::uint64_t open = public_addresses(targets.addresses());
    if (!settings.common.quiet) to.err.write(sweep_plan_text(plan_of(settings, targets, open)));
    if (open <= public_max || settings.yes) return true;
    if (::isatty(STDIN_FILENO) == 1 && to.err.is_terminal()) return confirmed(to, open);
    targets.refuse(std::to_string(open) +
                   " public addresses are somebody else's: --yes says that you may");
    return false;
}

int simulate(const sweep_settings& settings, sweep_targets& targets, channels to) {
    if (targets.has_names()) {
        targets.refuse("a simulated internet has no names; give addresses");
        return exit_trouble;
    }
    targets.keep_family();
    // The same questions as on the network, so that what they say can be tried out.
    if (!targets.addresses().empty() && !announce(settings, targets, to)) return exit_trouble;
    sweep_options options = settings.options;
    if (options.seed == 0) options.seed = settings.common.seed;
    sweep_run run(settings, to);
    const auto result =
        simulate_sweep(settings.common, targets.addresses(), options, run.observer(false), to);
    return result ? run.finish(*result) : exit_trouble;
}

}  // namespace

int run_sweep(const sweep_settings& settings, channels to) {
    sweep_targets targets(settings, to);
    if (!targets.gather()) return exit_trouble;
    if (!settings.common.scenario.empty()) return simulate(settings, targets, to);
    try {
        client runs(
            {.workers = settings.workers, .carrier = settings.carrier, .xdp = settings.xdp});
        signal_scope signals(runs);
        if (!targets.resolve(runs)) return exit_trouble;
        if (targets.addresses().empty()) {
            targets.refuse("no address is left to sweep");
            return exit_trouble;
        }
        if (!announce(settings, targets, to)) return exit_trouble;
        sweep_run run(settings, to);
        return run.finish(runs.sweep(targets.addresses(), settings.options, run.observer(true)));
    } catch (const error& why) {
        complain(to,
                 "sweep",
                 settings.common.format,
                 {.kind = kind_of(why), .target = {}, .text = why.what()});
        return exit_trouble;
    }
}

}  // namespace sonde::cli
