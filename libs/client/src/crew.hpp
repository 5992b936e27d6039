#pragma once
/// Those who probe in a run over many targets: one session on the loop of the run, or several, each
/// in a thread of its own, with sockets of its own and nothing shared but what is said here.
///
/// A thread turns a loop of its own. What its session tells goes through a bounded queue to the
/// loop of the run; when that queue is full, events wait in the session, which counts those that it
/// has to drop. Whoever uses a session from the loop of the run holds its lock; that is never held
/// while a thread sleeps.

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include <sonde/net/fd.hpp>
#include <sonde/probe/session.hpp>

#include "driver.hpp"
#include "run.hpp"
#include "watch.hpp"

namespace sonde::inline v0::detail {

struct crew_member {
    session* driven = nullptr;  // must live as long as the crew works
    driver_ports ports{};
    std::function<void(std::uint64_t)> drops{};
};

class crew : public std::enable_shared_from_this<crew> {
  public:
    static constexpr std::size_t members_max = 15;
    static constexpr std::size_t queue_max = 8192;  // events of a thread on their way

    struct hooks {
        /// In the loop of the run; of one member in the order of time.
        std::function<void(std::size_t member, probe_event&)> event{};
        /// Once: all have finished, or something threw. Then no thread is left.
        std::function<void(std::exception_ptr)> done{};
        /// Nothing is sent while a queue is full: for runs in which no event may be lost.
        bool sends_only_with_room = false;
    };

    explicit crew(std::shared_ptr<run_context> context);
    crew(const crew&) = delete;
    crew& operator=(const crew&) = delete;
    ~crew();

    void start(std::vector<crew_member> members, hooks to);
    void stop();
    /// Nothing more happens; threads are gone when this returns.
    void abandon() noexcept;
    /// To use a member's session from outside its hooks.
    [[nodiscard]] std::unique_lock<std::mutex> hold(std::size_t member) const;
    /// After its session was told something.
    void wake(std::size_t member);
    [[nodiscard]] std::uint64_t send_waits() const;

  private:
    struct worker;
    void start_alone(crew_member member);
    void start_threads(std::vector<crew_member> members);
    void watch_bell();
    void hear_bell();
    bool take_from(std::size_t member);  // whether it has finished
    void finish(std::exception_ptr error);

    std::shared_ptr<run_context> context_;
    hooks hooks_{};
    std::weak_ptr<driver> alone_{};  // its waits own it, and it owns this crew
    std::vector<std::unique_ptr<worker>> workers_{};
    fd bell_{};  // rung by workers that have something to say
    std::optional<descriptor_watch> bell_watch_{};
    std::uint64_t waits_before_ = 0;  // of those who are gone
};

/// How many threads a load is worth; `wish` when it is not 0.
[[nodiscard]] unsigned workers_for(unsigned wish, double rate);

}  // namespace sonde::inline v0::detail
