#include "signals.hpp"

#include <array>
#include <atomic>
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

#include "terminal.hpp"

namespace sonde::cli {
namespace {

// What the handlers share with the program: lock-free, hence safe in both.
std::atomic<client*> running{nullptr};
std::atomic<bool> stopping{false};
std::atomic<bool> is_status_wanted{false};
static_assert(std::atomic<client*>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);

constexpr int interrupted_twice = 130;  // 128 + SIGINT, as shells have it

void on_stop(int) {
    if (stopping.exchange(true)) {
        terminal_scope::restore();
        ::_exit(interrupted_twice);
    }
    if (auto* const runs = running.load()) runs->stop();
}

void on_status(int) {
    is_status_wanted = true;
    if (auto* const runs = running.load()) runs->ask_progress();
}

void on_tick(int) {
    if (auto* const runs = running.load()) runs->ask_progress();
}

void install(int number, void (*handler)(int)) noexcept {
    struct sigaction action{};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    ::sigaction(number, &action, nullptr);
}

constexpr std::array handled{SIGINT, SIGTERM, SIGQUIT, SIGALRM};

}  // namespace

signal_scope::signal_scope(client& runs) noexcept {
    running = &runs;
    install(SIGINT, on_stop);
    install(SIGTERM, on_stop);
    install(SIGQUIT, on_status);
    install(SIGALRM, on_tick);
}

signal_scope::~signal_scope() {
    const itimerval never{};
    ::setitimer(ITIMER_REAL, &never, nullptr);
    running = nullptr;
    for (const int number : handled) install(number, SIG_DFL);
}

void signal_scope::tick() noexcept {
    const itimerval each_second{.it_interval = {.tv_sec = 1, .tv_usec = 0},
                                .it_value = {.tv_sec = 2, .tv_usec = 0}};
    ::setitimer(ITIMER_REAL, &each_second, nullptr);
}

bool signal_scope::is_stopping() noexcept { return stopping; }

bool signal_scope::take_status_request() noexcept { return is_status_wanted.exchange(false); }

}  // namespace sonde::cli
