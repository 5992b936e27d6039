#pragma once
/// What the loops of this folder share: their arguments, the window, and what they print. A loop
/// sends echo requests to the addresses of a prefix in turn and counts the replies; it forgets
/// whom it asked. How packets leave and arrive is the business of a "way":
///
///     unsigned send(std::uint64_t first, unsigned count);  // numbers first, first + 1, ...; how
///     many left unsigned receive();                                  // how many replies came; 0:
///     none is there bool wait(std::chrono::microseconds timeout);        // false: the time ran
///     out
///
/// Not more than `window` are under way, so that nothing is lost for want of room.

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <sys/resource.h>

#include <sonde/base/address.hpp>
#include <sonde/base/octets.hpp>

namespace sonde::bench {

enum class stamp_use : std::uint8_t { none, receive, both };

struct echo_loop_options {
    std::uint32_t base = 0;     // the first address
    std::uint32_t targets = 1;  // a power of two
    std::uint64_t count = 65536;
    std::uint64_t window = 256;
    std::uint64_t rate = 0;       // a second; 0: as fast as the window allows
    std::uint64_t data_len = 16;  // octets after the ICMP header; at least 8
    stamp_use stamps = stamp_use::none;
    bool facts = false;  // of each packet, which a plain loop does not ask for

    [[nodiscard]] std::uint32_t target(std::uint64_t number) const noexcept {
        return base + (static_cast<std::uint32_t>(number) & (targets - 1));
    }
};

constexpr unsigned echo_batch = 64;
constexpr std::size_t echo_header_len = 8;
constexpr std::size_t echo_len_max = 1480;

/// An ICMP echo request (RFC 792) that carries its number in its sequence number and its data. The
/// checksum is that of `number` zero, adjusted (RFC 1624), so that no octet is summed twice.
class echo_template {
  public:
    echo_template(std::uint16_t identifier, std::size_t data_len) noexcept
        : len_(echo_header_len + data_len), sum_(std::uint32_t{8} << 8) {
        sum_ += identifier;
        identifier_ = identifier;
    }
    [[nodiscard]] std::size_t len() const noexcept { return len_; }
    /// Writes into `out` of `len()` octets, whose other data are zero.
    void write(bytes_mut out, std::uint64_t number) const noexcept {
        const auto low = static_cast<std::uint32_t>(number);
        std::uint32_t sum = sum_ + (low & 0xffff) * 2 + (low >> 16);
        while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
        put_be32_at(out, 0, 0x08000000U | (~sum & 0xffffU));
        put_be32_at(out, 4, std::uint32_t{identifier_} << 16 | (low & 0xffffU));
        put_be32_at(out, 8, low);
    }

  private:
    std::size_t len_;
    std::uint32_t sum_;
    std::uint16_t identifier_ = 0;
};

/// PREFIX [count=N] [window=N] [rate=N] [data=N] [facts=0|1] [stamps=none|receive|both]; exits when
/// it is not so.
inline echo_loop_options read_echo_loop_options(int argc, char** argv, int at) {
    const auto refuse = [](const char* what) {
        std::fprintf(stderr, "not understood: %s\n", what);
        std::exit(2);
    };
    echo_loop_options made;
    if (at >= argc) refuse("a prefix is missing");
    const std::string_view prefix = argv[at];
    const std::size_t slash = prefix.find('/');
    const auto base = ip_address::parse(prefix.substr(0, slash));
    const int bits = slash == prefix.npos ? 32 : std::atoi(argv[at] + slash + 1);
    if (!base || !base->is_v4() || bits < 1 || bits > 32) refuse(argv[at]);
    made.base = base->v4().value;
    made.targets = std::uint32_t{1} << (32 - bits);
    made.count = made.targets;
    while (++at < argc) {
        const std::string_view word = argv[at];
        const std::size_t equals = std::min(word.find('='), word.size());
        const std::string_view key = word.substr(0, equals);
        const std::string_view value = word.substr(std::min(equals + 1, word.size()));
        std::uint64_t number = 0;
        std::from_chars(value.data(), value.data() + value.size(), number);
        if (key == "count") {
            made.count = number;
        } else if (key == "window") {
            made.window = std::max<std::uint64_t>(number, 1);
        } else if (key == "rate") {
            made.rate = number;
        } else if (key == "data") {
            made.data_len = std::clamp<std::uint64_t>(number, 8, echo_len_max - echo_header_len);
        } else if (key == "facts") {
            made.facts = number != 0;
        } else if (key == "stamps" && value == "receive") {
            made.stamps = stamp_use::receive;
        } else if (key == "stamps" && value == "both") {
            made.stamps = stamp_use::both;
        } else if (key != "stamps" || value != "none") {
            refuse(argv[at]);
        }
    }
    return made;
}

struct echo_loop_report {
    std::uint64_t sent = 0;
    std::uint64_t answered = 0;
    double seconds = 0;
    double cpu_seconds = 0;  // of this process, in user space and in the kernel
    long peak_kib = 0;

    /// One line of JSON.
    void print(const char* loop) const {
        const auto each = static_cast<double>(std::max<std::uint64_t>(answered, 1));
        std::printf(
            "{\"loop\":\"%s\",\"sent\":%lu,\"lost\":%lu,\"seconds\":%.3f,"
            "\"round_trips_per_s\":%.0f,\"cpu_us_each\":%.3f,\"peak_kib\":%ld}\n",
            loop,
            sent,
            sent - std::min(sent, answered),
            seconds,
            static_cast<double>(answered) / seconds,
            cpu_seconds / each * 1e6,
            peak_kib);
    }
};

class usage_clock {
  public:
    void stop(echo_loop_report& into) const {
        rusage now{};
        ::getrusage(RUSAGE_SELF, &now);
        into.seconds = std::chrono::duration<double>(clock::now() - begun_).count();
        into.cpu_seconds = cpu_of(now) - cpu_begun_;
        into.peak_kib = now.ru_maxrss;
    }

  private:
    using clock = std::chrono::steady_clock;
    static double cpu_of(const rusage& used) {
        const auto seconds = [](const timeval& t) {
            return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
        };
        return seconds(used.ru_utime) + seconds(used.ru_stime);
    }
    static double cpu_now() {
        rusage now{};
        ::getrusage(RUSAGE_SELF, &now);
        return cpu_of(now);
    }
    clock::time_point begun_ = clock::now();
    double cpu_begun_ = cpu_now();
};

/// How many may leave now: what the window, the rate and the count leave, at most a batch.
class echo_allowance {
  public:
    explicit echo_allowance(const echo_loop_options& options) : options_(options) {}
    [[nodiscard]] unsigned now(std::uint64_t sent, std::uint64_t answered) const {
        const std::uint64_t under_way = sent - std::min(sent, answered);
        std::uint64_t most = std::min<std::uint64_t>(echo_batch, options_.count - sent);
        most = std::min(most, options_.window - std::min(options_.window, under_way));
        if (options_.rate != 0 && most != 0) {
            const std::chrono::duration<double> past = std::chrono::steady_clock::now() - begun_;
            const auto due =
                static_cast<std::uint64_t>(past.count() * static_cast<double>(options_.rate));
            most = std::min(most, due - std::min(due, sent));
        }
        return static_cast<unsigned>(most);
    }

  private:
    const echo_loop_options& options_;
    std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

/// Until all are answered or nothing has come for a second.
template <class Way>
echo_loop_report run_echo_loop(Way& way, const echo_loop_options& options) {
    using namespace std::chrono_literals;
    echo_loop_report made;
    const usage_clock usage;
    const echo_allowance allowance(options);
    auto last_answer = std::chrono::steady_clock::now();
    while (made.answered < options.count) {
        const unsigned most = allowance.now(made.sent, made.answered);
        const unsigned sent = most == 0 ? 0 : way.send(made.sent, most);
        made.sent += sent;
        unsigned came = way.receive();
        const bool is_idle = sent == 0 && came == 0;
        if (came != 0) last_answer = std::chrono::steady_clock::now();
        for (; came != 0; came = way.receive()) made.answered += came;
        if (!is_idle) continue;
        const bool waits_for_rate = options.rate != 0 && made.sent < options.count;
        if (way.wait(waits_for_rate ? 200us : 1'000'000us)) {
            last_answer = std::chrono::steady_clock::now();
        } else if (std::chrono::steady_clock::now() - last_answer >= 1s) {
            break;
        }
    }
    usage.stop(made);
    return made;
}

}  // namespace sonde::bench
