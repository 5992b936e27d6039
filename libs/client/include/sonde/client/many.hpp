#pragma once
/// Runs over many targets: what client::ping_all, client::sweep and async_monitor show while they
/// run, and what they give in the end.
///
///     sonde::many_ping_observer watch;
///     watch.finished = [](auto& run, sonde::target_index which) { print(run.text(which)); };
///     auto result = client.ping_all(targets, {.count = 3}, watch);
///     for (const auto& host : result.targets) print(host.target, host.result->loss());
///
/// Everything here is used in the thread that runs the client.

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sonde/base/address.hpp>
#include <sonde/base/address_set.hpp>
#include <sonde/base/api.hpp>
#include <sonde/base/time.hpp>
#include <sonde/client/target.hpp>
#include <sonde/net/probe_port.hpp>
#include <sonde/probe/many_ping.hpp>
#include <sonde/probe/statistics.hpp>
#include <sonde/probe/sweep.hpp>
#include <sonde/probe/tapped_session.hpp>

namespace sonde::inline v0 {

/// What became of one target of several: a result, or the reason why there is none.
template <class Result>
struct target_result {
    std::string target{};
    std::optional<Result> result{};
    std::string error{};  // one sentence; empty when there is a result
};

/// What carries the probes of one family, and why.
struct port_facts {
    ip_family family = ip_family::v4;
    port_kind carrier = port_kind::socket;
    bool raw = false;            // false: a ping socket of an unprivileged user
    std::string reason{};        // "raw ICMP socket: this process has CAP_NET_RAW"
    std::uint16_t identifier{};  // ICMP, as it is on the wire
};

/// Numbers of a run over many targets, at any moment: sent == received + lost + in_flight.
struct many_totals {
    probe_counts counts{};
    std::uint64_t dropped_here = 0;    // answers that the own kernel had no room for
    std::uint64_t events_dropped = 0;  // that came faster than they were taken
    std::uint64_t send_waits = 0;      // how often the kernel had no room for a probe; it was sent
                                       // a moment later
    nanoseconds duration{};            // since the first probe was about to be sent
};

/// The targets of a run in their order, each made when it is looked at: `list[i]` is a value.
/// Copies share what was measured. Several threads may look at one list.
class SONDE_API measured_targets {
  public:
    using value_type = target_result<target_summary>;
    class rows {  // where the values come from
      public:
        rows() = default;
        rows(const rows&) = delete;
        rows& operator=(const rows&) = delete;
        virtual ~rows() = default;
        [[nodiscard]] virtual std::size_t size() const = 0;
        [[nodiscard]] virtual value_type at(std::size_t index) const = 0;
    };

    measured_targets() = default;
    explicit measured_targets(std::shared_ptr<const rows> from) : rows_(std::move(from)) {}

    [[nodiscard]] std::size_t size() const { return rows_ ? rows_->size() : 0; }
    [[nodiscard]] bool empty() const { return size() == 0; }
    /// Precondition: index < size().
    [[nodiscard]] value_type operator[](std::size_t index) const { return rows_->at(index); }

    class iterator {
      public:
        using value_type = measured_targets::value_type;
        using difference_type = std::ptrdiff_t;
        iterator() = default;
        [[nodiscard]] value_type operator*() const { return rows_->at(index_); }
        iterator& operator++() noexcept {
            ++index_;
            return *this;
        }
        iterator operator++(int) noexcept {
            const iterator before = *this;
            ++*this;
            return before;
        }
        friend bool operator==(const iterator&, const iterator&) = default;

      private:
        friend class measured_targets;
        iterator(const rows* from, std::size_t index) noexcept : rows_(from), index_(index) {}
        const rows* rows_ = nullptr;
        std::size_t index_ = 0;
    };
    [[nodiscard]] iterator begin() const { return {rows_.get(), 0}; }
    [[nodiscard]] iterator end() const { return {rows_.get(), size()}; }

  private:
    std::shared_ptr<const rows> rows_{};
};

struct many_ping_result {
    many_ping_options options{};
    measured_targets targets{};  // in the order in which they were given, then those added later
    many_totals totals{};
    rtt_statistics rtt{};  // of all targets
    std::vector<port_facts> ports{};
    unsigned workers = 1;  // threads that probed
};

/// A run over many targets, in the hands of its observers; ends with the run.
class many_ping_control {
  public:
    many_ping_control() = default;
    many_ping_control(const many_ping_control&) = delete;
    many_ping_control& operator=(const many_ping_control&) = delete;
    virtual ~many_ping_control() = default;

    /// A further target; its name is looked up while the others are probed. The index is the one
    /// that events, results and `failed` have.
    virtual target_index add(const target& who) = 0;
    /// Nothing more is sent to it; what is in flight counts as lost. Its numbers stay.
    virtual void remove(target_index which) = 0;
    /// True: the run does not end when all targets are done, because more may be added.
    virtual void keep_open(bool open) = 0;
    virtual void stop() = 0;

    [[nodiscard]] virtual std::size_t size() const = 0;  // targets ever given or added
    // Precondition of each: which < size().
    [[nodiscard]] virtual std::string_view text(target_index which) const = 0;   // as it was given
    [[nodiscard]] virtual std::string_view error(target_index which) const = 0;  // empty: none
    /// Of a target whose name is being looked up, or that cannot be tried: nothing but `waiting`.
    [[nodiscard]] virtual target_summary summary(target_index which) const = 0;
    [[nodiscard]] virtual many_totals totals() const = 0;
    [[nodiscard]] virtual rtt_statistics rtt() const = 0;
    [[nodiscard]] virtual const std::vector<port_facts>& ports() const = 0;
};

/// Whoever wants to see a run over many targets while it runs. Any of them may be empty. They must
/// not start another run of the same client. Which events come, many_ping_options::events says.
struct many_ping_observer {
    std::function<void(many_ping_control&)> started{};  // before the first probe
    std::function<void(many_ping_control&, const probe_event&)> event{};
    /// All rounds of this target are over.
    std::function<void(many_ping_control&, target_index which)> finished{};
    /// This target cannot be tried.
    std::function<void(many_ping_control&, target_index which, const std::string& why)> failed{};
    /// After client::ask_progress(), and each `progress_interval` when that is not 0.
    std::function<void(many_ping_control&)> progress{};
    nanoseconds progress_interval{};
    /// Who listens to what the session sends and hears, asked once before the first probe; it must
    /// outlive the run. In what it is told `target` counts addresses in the order in which they
    /// became known. Null: nobody. A run with a listener has one worker.
    std::function<session_tap*(const many_setup& setup)> tap{};
};

/// What a sweep found. The addresses that answered were told as they came: see
/// sweep_observer::event.
struct sweep_result {
    sweep_options options{};  // with the seed that was used
    sweep_progress progress{};
    rtt_statistics rtt{};
    std::uint64_t send_waits = 0;  // as many_totals has it
    std::vector<port_facts> ports{};
    unsigned workers = 1;
};

/// A sweep in the hands of its observers; ends with it.
class sweep_control {
  public:
    sweep_control() = default;
    sweep_control(const sweep_control&) = delete;
    sweep_control& operator=(const sweep_control&) = delete;
    virtual ~sweep_control() = default;

    virtual void stop() = 0;
    /// What probe_event::target is the index of.
    [[nodiscard]] virtual const address_set& targets() const = 0;
    [[nodiscard]] virtual const sweep_options& options() const = 0;  // with the seed in use
    [[nodiscard]] virtual sweep_progress progress() const = 0;
    [[nodiscard]] virtual rtt_statistics rtt() const = 0;
    [[nodiscard]] virtual const std::vector<port_facts>& ports() const = 0;
};

/// As many_ping_observer, of a sweep.
struct sweep_observer {
    std::function<void(sweep_control&)> started{};
    std::function<void(sweep_control&, const probe_event&)> event{};
    std::function<void(sweep_control&)> progress{};
    nanoseconds progress_interval{};
    std::function<session_tap*(const many_setup& setup)> tap{};
};

}  // namespace sonde::inline v0
