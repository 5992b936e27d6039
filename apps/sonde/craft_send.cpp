#include "craft_send.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <poll.h>

#include <fmt/format.h>

#include <sonde/base/text.hpp>
#include <sonde/capture/ip_sender.hpp>
#include <sonde/capture/link.hpp>
#include <sonde/capture/live_capture.hpp>
#include <sonde/net/clock.hpp>
#include <sonde/net/privileges.hpp>
#include <sonde/packet/print_line.hpp>

#include "craft_answers.hpp"
#include "craft_file.hpp"
#include "live.hpp"
#include "run.hpp"
#include "stop_signals.hpp"

namespace sonde::cli {
namespace {

constexpr double rate_without = 100;  // packets a second, unless somebody says otherwise
constexpr double rate_to_group = 1;   // every host of the link hears them
constexpr auto slice = std::chrono::milliseconds(50);  // of waiting without a capture

/// One run: the way out, the way in, and the loop between them.
class crafted_sending : public stoppable {
  public:
    crafted_sending(const craft_settings& settings, packet_source& source, sending_plan plan,
                    file_run& run)
        : settings_(settings),
          source_(source),
          plan_(std::move(plan)),
          run_(run),
          screen_(settings, run.to().out),
          file_(settings, run),
          wanted_(settings.count.value_or(source.count())),
          rate_(settings.rate.value_or(plan_.to_group ? rate_to_group : rate_without)) {}

    void stop() noexcept override {
        if (link_) link_->stop();
        if (in_) in_->stop();
    }

    int run() {
        if (!is_allowed() || !open()) return run_.exit_code();
        static_cast<void>(drop_capabilities());  // without any there is nothing to give up
        const stop_scope signals(*this);
        const bool floods = link_ && !in_ && !file_.is_wanted() && source_.has_one_layout();
        const mono_time begun = mono_now();
        if (floods) {
            flood();
        } else {
            send_each();
        }
        const nanoseconds took = mono_now() - begun;
        if (in_) listen_to_the_end();
        file_.close();
        tell(took);
        return run_.exit_code();
    }

  private:
    // A group is many hosts: each packet costs all of them.
    bool is_allowed() {
        const bool fast = rate_ == 0 || rate_ > rate_to_group;
        if (!plan_.to_group || !fast || wanted_ == 1 || settings_.force) return true;
        run_.complain(
            "broadcast and multicast reach many hosts: more than one packet a second is sent only "
            "with --force");
        return false;
    }

    bool refuse(const live_error& why) {
        run_.complain(live_trouble(why));
        return false;
    }
    bool open() {
        if (settings_.answers) {
            if (plan_.interface.empty()) {
                run_.complain("by which interface do answers come? -i IF, or any");
                return false;
            }
            auto in = live_capture::open(
                plan_.interface, {.promiscuous = false, .direction = capture_direction::inbound});
            if (!in) return refuse(in.error());
            in_.emplace(std::move(*in));
        }
        if (plan_.by_route) {
            auto out = ip_sender::open({.interface = settings_.interface});
            if (!out) return refuse(out.error());
            routed_.emplace(std::move(*out));
            return true;
        }
        // Past the queue nobody on this host sees them: only for a flood.
        auto out = packet_link::open(plan_.interface, {.past_queue = rate_ == 0});
        if (!out) return refuse(out.error());
        link_.emplace(std::move(*out));
        return true;
    }

    // A frame that has nothing to say but where it is cut begins with a blank, as in tcpdump.
    static std::string line_of(const built_packet& packet, bytes_view octets) {
        std::string line;
        append_line(line, {.octets = octets, .type = packet.type()}, {.full = true});
        const bool is_cut = line.empty() || line.front() == ' ';
        return is_cut ? plural(octets.size(), "octet") + line : line;
    }

    // Who is sent what, before it is.
    void announce(const built_packet& first, bytes_view octets) {
        std::string text;
        for (const auto& one : plan_.filled) text += (text.empty() ? "" : ", ") + one;
        if (!text.empty()) run_.remark("filled in: " + text);
        text = "sending " + line_of(first, octets);
        if (!plan_.interface.empty()) text += ", by " + printable(plan_.interface);
        const bool is_first = source_.patterns().size() > 1;
        text += wanted_ == 1   ? ", once"
                : wanted_ == 0 ? ", until Ctrl-C"
                : is_first     ? ", the first of " + grouped(wanted_)
                               : ", " + grouped(wanted_) + " times";
        if (wanted_ != 1) text += rate_ == 0 ? ", as fast as they go" : rate_text();
        run_.remark(text);
        if (in_) book_.emplace(first.type(), plan_.to_group);
    }
    [[nodiscard]] std::string rate_text() const { return fmt::format(", {:g} a second", rate_); }

    const built_packet& make() {
        const built_packet& made = source_.next();
        octets_.resize(made.wire_len());
        made.emit(octets_);
        if (made_++ == 0) announce(made, octets_);
        return made;
    }

    void flood() {
        make();
        const injection what{
            .frame = octets_, .count = wanted_, .rate = rate_, .burst = rate_ == 0 ? 256U : 64U};
        frame_filler fill;
        if (!source_.is_constant()) {
            fill = [&](std::uint64_t number, bytes_mut frame) {
                if (number > 0) source_.next().emit(frame);  // fields change, lengths do not
                return frame.size();
            };
        }
        const auto done = link_->inject(what, fill);
        if (!done) {
            static_cast<void>(refuse(done.error()));
            return;
        }
        sent_ = done->sent;
        failed_ = done->failed;
        first_failure_ = done->first_failure;
    }

    void send_each() {
        mono_time due = mono_now();
        const auto period = rate_ == 0 ? nanoseconds(0) : nanoseconds(std::llround(1e9 / rate_));
        for (std::uint64_t i = 0; wanted_ == 0 || i < wanted_; ++i) {
            listen_until(due);
            if (stop_scope::is_stopping() || has_broken_) return;
            send(make());
            due = std::max(due + period, mono_now() - std::chrono::milliseconds(100));
        }
    }
    void send(const built_packet& packet) {
        const wall_time at = wall_now();
        const auto done = link_ ? link_->send(octets_) : routed_->send(octets_);
        if (!done) {
            ++failed_;
            if (!first_failure_) first_failure_ = done.error();
            return;
        }
        ++sent_;
        if (book_) book_->sent(octets_, at);
        if (!file_.put(packet.type(), octets_, at, fmt::format("packet {}", sent_))) {
            has_broken_ = true;
        }
    }

    void listen_until(mono_time end) {
        while (!stop_scope::is_stopping() && !has_broken_) {
            const nanoseconds left = std::max(nanoseconds(end - mono_now()), nanoseconds(0));
            if (!in_) {
                if (left.count() == 0) return;
                pause(std::min(left, nanoseconds(slice)));
                continue;
            }
            const auto came = in_->next(left);
            if (!came) {
                has_broken_ = true;
                static_cast<void>(refuse(came.error()));
                return;
            }
            if (*came == nullptr) return;
            judge(**came);
            if (is_last_ && book_->is_complete()) return;
        }
    }
    static void pause(nanoseconds time) noexcept {
        const timespec wait{.tv_sec = 0, .tv_nsec = static_cast<long>(time.count())};
        static_cast<void>(::ppoll(nullptr, 0, &wait, nullptr));
    }
    void listen_to_the_end() {
        is_last_ = true;
        if (book_ && !book_->is_complete()) listen_until(mono_now() + settings_.timeout);
    }
    void judge(const live_record& came) {
        if (!book_) return;
        const auto answer = book_->judge(came);
        if (!answer) return;
        screen_.show(*answer);
        const std::string_view what = answer->is_error ? "error about" : "answer to";
        if (!file_.put(answer->type,
                       answer->octets,
                       came.time,
                       fmt::format("{} packet {}", what, answer->request))) {
            has_broken_ = true;
        }
    }

    void tell(nanoseconds took) {
        std::string text = plural(sent_, "packet") + " sent";
        if (sent_ > 1 && took.count() > 0) {
            const double seconds = static_cast<double>(took.count()) / 1e9;
            text += fmt::format(
                " in {:.3f} s, {:.0f} a second", seconds, static_cast<double>(sent_) / seconds);
        }
        if (failed_ > 0) text += ", " + grouped(failed_) + " refused";
        if (book_) text += ", " + grouped(book_->answered()) + " answered";
        run_.remark(text);
        if (first_failure_) {
            run_.complain(live_trouble(*first_failure_),
                          sent_ == 0 ? exit_trouble : exit_no_answer);
        }
        if (book_ && book_->answered() == 0) run_.nothing_matched();
    }

    const craft_settings& settings_;
    packet_source& source_;
    sending_plan plan_;
    file_run& run_;
    craft_screen screen_;
    craft_file file_;
    std::uint64_t wanted_;  // 0: until a signal
    double rate_;           // packets a second; 0: as fast as they go
    std::optional<packet_link> link_{};
    std::optional<ip_sender> routed_{};
    std::optional<live_capture> in_{};
    std::optional<answer_book> book_{};
    std::vector<std::uint8_t> octets_{};  // of the packet being sent
    std::uint64_t made_ = 0;
    std::uint64_t sent_ = 0;
    std::uint64_t failed_ = 0;
    std::optional<live_error> first_failure_{};
    bool is_last_ = false;     // everything was sent
    bool has_broken_ = false;  // the file or the interface
};

}  // namespace

int send_crafted(const craft_settings& settings, packet_source& source, file_run& run) {
    auto plan = plan_sending(settings, source, run);
    if (!plan) return run.exit_code();
    return crafted_sending(settings, source, *std::move(plan), run).run();
}

}  // namespace sonde::cli
