#include "stop_signals.hpp"

#include <array>
#include <atomic>
#include <signal.h>
#include <unistd.h>

namespace sonde::cli {
namespace {

// What the handlers share with the program: lock-free, hence safe in both.
std::atomic<stoppable*> running{nullptr};
std::atomic<bool> stopping{false};
std::atomic<bool> status_wanted{false};
static_assert(std::atomic<stoppable*>::is_always_lock_free &&
              std::atomic<bool>::is_always_lock_free);

constexpr int interrupted_twice = 130;  // 128 + SIGINT, as shells have it
constexpr std::array handled{SIGINT, SIGTERM, SIGUSR1};

void on_signal(int number) {
    if (number == SIGUSR1) {
        status_wanted = true;
    } else if (stopping.exchange(true)) {
        ::_exit(interrupted_twice);
    }
    if (auto* const what = running.load()) what->stop();
}

void install(int number, void (*handler)(int)) noexcept {
    struct sigaction action{};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    ::sigaction(number, &action, nullptr);
}

}  // namespace

stop_scope::stop_scope(stoppable& what) noexcept {
    running = &what;
    for (const int number : handled) install(number, on_signal);
}

stop_scope::~stop_scope() {
    for (const int number : handled) install(number, SIG_DFL);
    running = nullptr;
}

bool stop_scope::is_stopping() noexcept { return stopping; }
bool stop_scope::take_status_request() noexcept { return status_wanted.exchange(false); }

}  // namespace sonde::cli
