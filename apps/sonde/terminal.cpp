#include "terminal.hpp"

#include <array>
#include <atomic>
#include <cstdlib>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

namespace sonde::cli {
namespace {

// The other screen buffer, no cursor; and back.
constexpr std::string_view enter_screen = "\033[?1049h\033[?25l";
constexpr std::string_view leave_screen = "\033[?25h\033[?1049l";

// What the signal handler needs to put back.
std::atomic<bool> on_screen{false};
std::atomic<bool> keys_changed{false};
termios keys_before{};  // set before keys_changed

std::string_view variable(const char* name) noexcept {
    const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): no threads
    return value == nullptr ? std::string_view{} : std::string_view(value);
}

}  // namespace

terminal_scope::terminal_scope(output& to) : to_(to) {
    if (::tcgetattr(STDIN_FILENO, &keys_before) == 0) {
        termios now = keys_before;
        now.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);  // ISIG stays: Ctrl-C is a signal
        now.c_cc[VMIN] = 0;
        now.c_cc[VTIME] = 0;
        // A background process must not touch the terminal of the one in front.
        has_keys_ = ::tcgetpgrp(STDIN_FILENO) == ::getpgrp() &&
                    ::tcsetattr(STDIN_FILENO, TCSANOW, &now) == 0;
        keys_changed = has_keys_;
    }
    on_screen = true;
    to_.write(enter_screen);
}

terminal_scope::~terminal_scope() { restore(); }

void terminal_scope::restore() noexcept {
    if (on_screen.exchange(false)) {
        const ssize_t written = ::write(STDOUT_FILENO, leave_screen.data(), leave_screen.size());
        static_cast<void>(written);  // nothing can be done about a terminal that is gone
    }
    if (keys_changed.exchange(false)) ::tcsetattr(STDIN_FILENO, TCSANOW, &keys_before);
}

terminal_size terminal_scope::size() const noexcept {
    winsize now{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &now) != 0 || now.ws_col == 0) return {};
    return {now.ws_col, now.ws_row};
}

std::string terminal_scope::keys() {
    if (!has_keys_) return {};
    std::array<char, 256> some{};
    pollfd ready{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, 0) <= 0) return {};
    const ssize_t len = ::read(STDIN_FILENO, some.data(), some.size());
    if (len <= 0) {
        has_keys_ = false;  // hung up
        return {};
    }
    return {some.data(), static_cast<std::size_t>(len)};
}

void terminal_scope::draw(std::string_view frame) {
    std::string out = "\033[H";
    for (const char c : frame) {
        if (c == '\n') {
            out += "\033[K\r\n";
        } else {
            out += c;
        }
    }
    out += "\033[K\033[J";
    to_.write(out);
}

bool speaks_utf8() noexcept {
    for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        const std::string_view value = variable(name);
        if (value.empty()) continue;
        return value.find("UTF-8") != value.npos || value.find("utf8") != value.npos ||
               value.find("utf-8") != value.npos || value.find("UTF8") != value.npos;
    }
    return false;
}

}  // namespace sonde::cli
