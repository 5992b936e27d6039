/// sonde fping.
#include <algorithm>
#include <array>
#include <ctime>

#include <sonde/base/address_range.hpp>
#include <sonde/base/random.hpp>
#include <sonde/base/text.hpp>
#include <sonde/net/clock.hpp>
#include <sonde/net/privileges.hpp>
#include <sonde/net/resolver.hpp>
#include <sonde/report/fping_text.hpp>

#include "condition_watch.hpp"
#include "run.hpp"
#include "signals.hpp"
#include "simulated_many.hpp"
#include "target_files.hpp"

namespace sonde::cli {
namespace {

constexpr int exit_unknown_name = 2;
constexpr int exit_system = 4;
constexpr nanoseconds timeout_usual = std::chrono::milliseconds(500);
constexpr nanoseconds timeout_tuned_max = std::chrono::seconds(2);
constexpr nanoseconds names_grace = std::chrono::seconds(5);
constexpr double rate_without_limit = 1e9;  // -i 0

bool has_rounds(const fping_settings& settings) { return settings.count || settings.loop; }

many_ping_options options_of(const fping_settings& settings) {
    many_ping_options made;
    made.count = settings.loop ? std::nullopt : std::optional(settings.count.value_or(1));
    made.interval = settings.period;
    if (settings.timeout) {
        made.timeout = *settings.timeout;
    } else if (has_rounds(settings)) {
        made.timeout = std::min(settings.period, timeout_tuned_max);
    } else {
        made.timeout = timeout_usual;
    }
    if (!has_rounds(settings)) {
        made.retries = settings.retries;
        made.backoff = settings.backoff;
        made.stop_at_first_answer = true;
    }
    const auto interval = static_cast<double>(settings.interval.count());
    made.rate = interval > 0 ? 1e9 / interval : rate_without_limit;
    // Who writes -i and -p says how often a host and its network are asked.
    made.ceilings.per_host = 0;
    made.ceilings.per_network = 0;
    made.payload_len = settings.payload_len;
    if (settings.random_data) {
        random_source random(static_cast<std::uint64_t>(mono_now().time_since_epoch().count()));
        std::string octets;
        while (octets.size() < 16) octets += static_cast<char>(random() & 0xff);
        made.pattern = short_text<16>(std::string_view(octets));
    }
    made.hop_limit = settings.hop_limit;
    made.events = {.sent = true};
    made.socket = settings.socket;
    return made;
}

fping_style style_of(const fping_settings& settings) {
    return {.counts = settings.count.has_value(),
            .loops = settings.loop,
            .all_rtts = settings.all_rtts,
            .alive = settings.show_alive,
            .unreachable = settings.show_unreachable,
            .quiet = settings.common.quiet,
            .elapsed = settings.elapsed,
            .outage = settings.outage,
            .time_stamps = settings.time_stamps,
            .statistics = settings.statistics,
            .netdata = settings.netdata,
            .json = settings.json,
            .enough = settings.enough,
            .period = settings.period,
            .report_interval = settings.report_interval.value_or(nanoseconds{})};
}

std::string clock_now() {
    const std::time_t now =
        std::chrono::duration_cast<std::chrono::seconds>(wall_now().time_since_epoch()).count();
    std::tm local{};
    if (::localtime_r(&now, &local) == nullptr) return {};
    std::array<char, 16> text{};
    const std::size_t len = std::strftime(text.data(), text.size(), "%H:%M:%S", &local);
    return {text.data(), len};
}

bool is_number(const std::string& name) { return parse_address(name).has_value(); }

// What getaddrinfo(3) says, which fping passes on and scripts look for.
std::string_view lookup_words(const name_lookup_error& why, bool has_other_family) {
    if (has_other_family) return "Address family for hostname not supported";
    const std::string_view text(why.what());
    for (const auto temporary : {resolve_failure::timed_out, resolve_failure::server_failure}) {
        if (text.ends_with(to_string(temporary))) return "Temporary failure in name resolution";
    }
    if (text.ends_with(to_string(resolve_failure::no_such_family))) {
        return "No address associated with hostname";
    }
    return "Name or service not known";
}

// The targets as fping understands its arguments; what is wrong is said already.
class fping_targets {
  public:
    fping_targets(const fping_settings& settings, channels to) : settings_(settings), to_(to) {}

    /// The exit code when there is nothing to do.
    std::optional<int> gather() {
        const auto& given = settings_.common.targets;
        if (settings_.generate && settings_.file.empty()) return generate(given);
        if (!given.empty()) {
            names_ = given;
            return std::nullopt;
        }
        if (!settings_.common.scenario.empty() && settings_.file.empty()) return std::nullopt;
        return read(settings_.file.empty() ? "-" : settings_.file);
    }
    [[nodiscard]] const std::vector<std::string>& names() const noexcept { return names_; }

  private:
    int refuse(const std::string& text, int code) {
        to_.err.write("sonde fping: " + text + '\n');
        return code;
    }
    std::optional<int> read(const std::string& file) {
        std::string text;
        const auto done = read_pieces(file, [&](std::string_view piece) {
            text += piece;
            take_lines(text);
        });
        take_line(text);
        if (!done) return refuse(file_problem(file, done.error()), exit_system);
        if (names_.empty()) return exit_no_answer;
        return std::nullopt;
    }
    void take_lines(std::string& text) {
        std::size_t start = 0;
        for (auto end = text.find('\n'); end != text.npos; end = text.find('\n', start)) {
            take_line(std::string_view(text).substr(start, end - start));
            start = end + 1;
        }
        text.erase(0, start);
    }
    // The first word of a line that is no comment.
    void take_line(std::string_view line) {
        constexpr std::string_view spaces = " \t\r\n\v\f";
        const auto first = line.find_first_not_of(spaces);
        if (first == line.npos || line[first] == '#') return;
        line.remove_prefix(first);
        names_.emplace_back(line.substr(0, line.find_first_of(spaces)));
    }
    std::optional<int> generate(const std::vector<std::string>& given) {
        const auto first = ip_address::parse(given.front().substr(0, given.front().find('/')));
        const auto last = given.size() == 2 ? ip_address::parse(given[1]) : first;
        if (!first || !last) {
            return refuse(printable(first ? given.back() : given.front()) + " is no address",
                          exit_no_answer);
        }
        if (given.size() == 2) {
            const auto range = ip_range::between(*first, *last);
            return range ? write_out(*range) : exit_no_answer;  // the wrong way round: nobody
        }
        const auto prefix = given.front().find('/') == std::string::npos
                                ? std::nullopt
                                : ip_prefix::parse(given.front());
        if (!prefix || prefix->length() == 0) {
            return refuse(printable(given.front()) + " is no prefix, as 192.0.2.0/24",
                          exit_no_answer);
        }
        // Neither the network's own address nor its broadcast address is a host.
        if (prefix->length() >= address_bits(prefix->family()) - 1)
            return write_out(prefix->range());
        const auto inner = ip_range::between(prefix->range().at(1), prefix->last());
        const auto size = inner->size();
        const uint128 hosts = size ? *size - 2 : uint128{UINT64_MAX};
        return write_out(*ip_range::between(inner->first(), inner->at(hosts)));
    }
    std::optional<int> write_out(const ip_range& range) {
        const auto size = range.size();
        if (!size || *size > targets_max) {
            return refuse("more than " + std::to_string(targets_max) +
                              " targets: `sonde sweep` takes any number",
                          exit_no_answer);
        }
        for (const ip_address& each : range) names_.push_back(to_string(each));
        return std::nullopt;
    }

    const fping_settings& settings_;
    channels to_;
    std::vector<std::string> names_{};
};

class fping_run {
  public:
    fping_run(const fping_settings& settings, channels to)
        : settings_(settings),
          to_(to),
          report_(style_of(settings)),
          board_(settings.conditions),
          watch_(settings.conditions, "fping", output_format::text, to) {}

    int in_virtual_time(const std::vector<std::string>& names) {
        common_settings world_only = settings_.common;
        world_only.targets = names;
        const auto world = open_simulation(world_only, settings_.socket, "fping", to_);
        if (!world) return exit_no_answer;
        for (const auto& each : world->targets) {
            if (each.problem.empty()) {
                add(each.text, each.text, each.setup.destination);
            } else {
                report_.add_unknown(each.text, "Name or service not known");
            }
        }
        flush();
        if (targets_.empty()) return exit_unknown_name;
        many_ping_options options = options_of(settings_);
        if (!options.count) options.count = 4;  // virtual time has no Ctrl-C
        const auto result =
            simulate_many({"fping", settings_.common, to_}, targets_, options, observer(nullptr));
        return result ? finish(result->totals.duration) : exit_no_answer;
    }

    int on_network(const std::vector<std::string>& names) {
        client runs;
        signal_scope signals(runs);
        const mono_time start = mono_now();
        for (const auto& name : names) resolve(runs, name);
        show_names(runs);
        flush();
        if (targets_.empty()) return names.empty() ? exit_no_answer : exit_unknown_name;
        many_ping_observer seen = observer(&runs);
        seen.progress = [&](many_ping_control&) {
            if (signals.take_status_request()) on_interval();
            const mono_time now = mono_now();
            if (!settings_.report_interval || now < next_report_) return;
            on_interval();
            while (next_report_ <= now) next_report_ += *settings_.report_interval;
        };
        if (settings_.report_interval && has_rounds(settings_)) {
            if (*settings_.report_interval > nanoseconds{}) {
                next_report_ = mono_now() + *settings_.report_interval;
                seen.progress_interval = std::min<nanoseconds>(*settings_.report_interval,
                                                               std::chrono::milliseconds(20));
            } else {
                next_report_ = mono_time::max();  // -Q 0: never, as fping
            }
        }
        try {
            static_cast<void>(runs.ping_all(targets_, options_of(settings_), seen));
        } catch (const error& why) {
            complain(to_,
                     "fping",
                     output_format::text,
                     {.kind = kind_of(why), .target = {}, .text = why.what()});
            const bool is_option = dynamic_cast<const option_error*>(&why) != nullptr;
            return is_option ? exit_no_answer : exit_system;
        }
        return finish(mono_now() - start);
    }

  private:
    struct named {
        std::string given{};
        std::string shown{};
        ip_address address{};
    };
    void add(const std::string& given, const std::string& shown, const ip_address& address) {
        report_.add_target(given, shown, address);
        targets_.emplace_back(shown, address);
    }

    void resolve(client& runs, const std::string& name) {
        try {
            auto addresses = runs.resolve(name, settings_.socket.family);
            if (!settings_.all_addresses) addresses.resize(1);
            for (const auto& each : addresses) named_.push_back({name, name, each});
        } catch (const name_lookup_error& why) {
            report_.add_unknown(name,
                                lookup_words(why, settings_.socket.family && is_number(name)));
        }
    }
    // -n, -d and -A: all names are asked for at once, then waited for together.
    void show_names(client& runs) {
        const auto wants_name = [&](const named& one) {
            return settings_.force_name || (settings_.by_name && is_number(one.given));
        };
        bool asked = false;
        for (const named& each : named_) {
            if (!wants_name(each)) continue;
            static_cast<void>(runs.names().reverse(each.address));
            asked = true;
        }
        if (asked) static_cast<void>(runs.names().settle(names_grace));
        const bool named_too = settings_.by_name || settings_.force_name;
        for (named& each : named_) {
            if (wants_name(each)) {
                const auto answer = runs.names().reverse(each.address);
                if (answer.state == name_state::known) each.shown = answer.name;
            }
            if (settings_.by_address) {
                const std::string number = address_text(each.address);
                each.shown = named_too ? each.shown + " (" + number + ")" : number;
            }
            add(each.given, each.shown, each.address);
        }
    }

    many_ping_observer observer(client* runs) {
        many_ping_observer made;
        made.started = [](many_ping_control&) { static_cast<void>(drop_capabilities()); };
        made.event = [this, runs](many_ping_control& run, const probe_event& event) {
            const bool live = runs != nullptr;
            if (live && signal_scope::is_stopping()) report_.interrupt();
            report_.on_event(event,
                             live ? wall_now() - (mono_now() - event.at)
                                  : wall_time(event.at.time_since_epoch()));
            flush();
            bool over = settings_.fast_enough && report_.has_enough();
            if (!settings_.conditions.empty()) {
                board_.on_event(event);
                over |= watch_.is_over(board_, event);
            }
            if (!over && !to_.out.is_broken()) return;
            report_.interrupt();
            run.stop();
        };
        made.failed = [this](many_ping_control& run, target_index which, const std::string& why) {
            to_.err.write("sonde fping: " + printable(run.text(which)) + ": " + why + '\n');
        };
        return made;
    }
    void on_interval() {
        report_.on_interval(wall_now(), clock_now());
        flush();
    }
    void flush() {
        to_.out.write(report_.take_out());
        to_.err.write(report_.take_err());
    }
    int finish(nanoseconds elapsed) {
        report_.finish(elapsed);
        flush();
        return watch_.judge(
            board_, [&](std::size_t i) { return targets_[i].text(); }, report_.exit_code());
    }

    const fping_settings& settings_;
    channels to_;
    fping_report report_;
    tally_board board_;
    condition_watch watch_;
    std::vector<named> named_{};
    std::vector<target> targets_{};
    mono_time next_report_{};
};

}  // namespace

int run_fping(const fping_settings& settings, channels to) {
    for (const auto& each : validate(options_of(settings))) {
        to.err.write("sonde fping: " + each.text + '\n');
        return exit_no_answer;
    }
    fping_targets targets(settings, to);
    if (const auto code = targets.gather()) return *code;
    fping_run run(settings, to);
    return settings.common.scenario.empty() ? run.on_network(targets.names())
                                            : run.in_virtual_time(targets.names());
}

}  // namespace sonde::cli
