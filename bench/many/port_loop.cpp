// port_loop packet|xdp|xdp-driver [SECONDS] [COUNT]: what ring_floor does, through the ports that
// the client uses: routes, neighbours, headers, checksums and every check of what arrives. Sends
// IPv4 echo requests in batches of 64 to the addresses of TARGETS, with at most 4,096 unanswered,
// and counts the replies.
//
// In scripts/many_lab, which sets NEAR_DEVICE, FAR and TARGETS. COUNT ends it after so many probes.

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <vector>

#include <sonde/net/clock.hpp>
#include <sonde/wire/checksum.hpp>

#include "packet_port.hpp"
#include "port_choice.hpp"
#include "xdp_port.hpp"

namespace {

using namespace sonde;

constexpr std::size_t batch_len = 64;
constexpr std::size_t message_len = 8 + 24;
constexpr std::uint64_t in_flight_max = 4096;
constexpr std::uint16_t identifier = 0x5e0d;

[[noreturn]] void fail(const std::string& what) {
    std::fprintf(stderr, "port_loop: %s\n", what.c_str());
    std::exit(1);
}

double cpu_seconds() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto part = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return part(used.ru_utime) + part(used.ru_stime);
}

double seconds_between(mono_time from, mono_time to) {
    return std::chrono::duration<double>(to - from).count();
}

class course {
  public:
    course() {
        const char* given = std::getenv("TARGETS");  // NOLINT(concurrency-mt-unsafe): one thread
        if (given == nullptr) fail("run it in scripts/many_lab");
        const std::string targets = given;
        const auto slash = targets.find('/');
        first_ = ipv4_address::parse(targets.substr(0, slash)).value();
        count_ = 1U << (32 - std::stoi(targets.substr(slash + 1)));
        for (std::size_t i = 0; i < batch_len; ++i) messages_[i] = {8, 0, 0, 0, 0x5e, 0x0d};
    }
    [[nodiscard]] ip_address target(std::uint64_t number) const {
        return ipv4_address{first_.value + static_cast<std::uint32_t>(number % count_)};
    }
    std::span<const outgoing> batch(std::uint64_t number, std::size_t count) {
        packets_.clear();
        for (std::size_t i = 0; i < count; ++i) {
            auto& message = messages_[i];
            put_be16_at(message, 6, static_cast<std::uint16_t>(number + i));
            put_be16_at(message, 2, 0);
            put_be16_at(message, 2, internet_checksum(message));
            packets_.push_back(
                {.octets = message, .destination = {target(number + i), 0}, .token = number + i});
        }
        return packets_;
    }

  private:
    ipv4_address first_{};
    std::uint32_t count_ = 1;
    std::array<std::array<std::uint8_t, message_len>, batch_len> messages_{};
    std::vector<outgoing> packets_;
};

std::unique_ptr<probe_port> open(std::string_view mode, const course& on) {
    auto socket = probe_socket::open({.local_port = identifier});
    if (!socket) fail(describe(socket.error()));
    const detail::port_wish wish{.example = on.target(1)};
    const auto way = detail::find_link_way(*socket, wish, kernel_calls());
    if (!way) fail(way.error());
    const detail::link_request request{*way, wish, kernel_calls(), kernel_packet_calls()};
    const auto xdp = mode == "xdp" ? xdp_mode::generic : xdp_mode::driver;
    if (mode == "packet") {
        auto made = detail::open_packet_port(*socket, request);
        if (!made) fail(made.error());
        return std::move(*made);
    }
    auto made = detail::open_xdp_port(*socket, request, xdp);
    if (!made) fail(made.error());
    return std::move(made->port);
}

std::uint64_t replies_in(const receive_pass& pass) {
    std::uint64_t replies = 0;
    for (const auto& each : pass.datagrams) {
        const bytes_view message = each.message();
        if (message.size() >= 8 && message[0] == 0 && be16_at(message, 4) == identifier) ++replies;
    }
    return replies;
}

struct outcome {
    std::uint64_t sent = 0;
    std::uint64_t replies = 0;
    std::uint64_t refused = 0;
    double seconds = 0;  // from the first probe to the last reply
};

void send_some(probe_port& port, course& on, std::size_t count, outcome& out) {
    std::uint64_t taken = 0;
    for (const auto& result : port.send(on.batch(out.sent, count))) {
        if (!result.error) ++taken;
    }
    out.refused += count - taken;
    out.sent += taken;
}

outcome run(probe_port& port, course& on, double seconds, std::uint64_t count) {
    outcome out;
    const mono_time start = mono_now();
    mono_time last = start;
    mono_time heard = start;
    for (std::uint64_t turn = 0;; ++turn) {
        if (turn % 64 == 0) last = mono_now();
        const bool is_over =
            seconds_between(start, last) > seconds || (count != 0 && out.sent >= count);
        if (is_over && (out.replies >= out.sent || seconds_between(heard, last) > 1)) break;
        const std::uint64_t in_flight = out.sent - out.replies;
        const std::uint64_t left = count == 0 ? batch_len : count - out.sent;
        const std::uint64_t room = std::min(in_flight_max - std::min(in_flight_max, in_flight),
                                            std::min<std::uint64_t>(batch_len, left));
        if (!is_over && room > 0) send_some(port, on, static_cast<std::size_t>(room), out);
        const auto pass = port.receive();
        if (!pass) fail(describe(pass.error()));
        const std::uint64_t got = replies_in(*pass);
        out.replies += got;
        if (got > 0) heard = last;
        if (got == 0 && (is_over || room == 0)) {
            static_cast<void>(port.wait(std::chrono::milliseconds(100)));
            last = mono_now();
        }
    }
    out.seconds = std::max(1e-9, seconds_between(start, heard));
    return out;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view mode = argc > 1 ? argv[1] : "";
    if (mode != "packet" && mode != "xdp" && mode != "xdp-driver") {
        std::fprintf(stderr, "port_loop packet|xdp|xdp-driver [SECONDS] [COUNT]\n");
        return 2;
    }
    const double seconds = argc > 2 ? std::atof(argv[2]) : 2;
    const std::uint64_t count = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 0;
    course on;
    const auto port = open(mode, on);
    static_cast<void>(port->arm());  // we say when we wait, as the client's loop does
    const double cpu = cpu_seconds();
    const outcome made = run(*port, on, seconds, count);
    const auto replies = static_cast<double>(made.replies);
    std::printf(
        "%-14s sent %llu replies %llu refused %llu drops %llu  %.0f round trips/s  "
        "%.2f us CPU each\n",
        argv[1],
        static_cast<unsigned long long>(made.sent),
        static_cast<unsigned long long>(made.replies),
        static_cast<unsigned long long>(made.refused),
        static_cast<unsigned long long>(port->drops().value_or(0)),
        replies / made.seconds,
        (cpu_seconds() - cpu) * 1e6 / std::max(1.0, replies));
    return made.replies == made.sent ? 0 : 1;
}
