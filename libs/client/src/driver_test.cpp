// The driver over ports that do as they are told: no network, no privileges.

#include "driver.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <deque>
#include <functional>
#include <map>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>

#include <asio/io_context.hpp>
#include <gtest/gtest.h>

#include <sonde/net/clock.hpp>

namespace sonde {
namespace {

using namespace std::chrono_literals;

const ip_address some_v4 = ipv4_address{0x7f000001};
const ip_address some_v6 = *ip_address::parse("::1");

/// What a test sees and says of one port.
struct port_script {
    std::function<int(const outgoing&)> send = [](const outgoing&) { return 0; };  // errno
    std::vector<std::size_t> batches{};
    std::vector<std::uint64_t> taken{};  // tokens that were sent, in order
    std::vector<mono_time> at{};
    std::uint64_t drops = 0;
    int receive_failure = 0;
    bool has_closed = false;
};

class scripted_port final : public probe_port {
  public:
    scripted_port(ip_family family, port_script& script)
        : family_(family), script_(script), bell_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
    ~scripted_port() override { ::close(bell_); }

    std::span<const send_result> send(std::span<const outgoing> packets) override {
        script_.batches.push_back(packets.size());
        results_.clear();
        bool is_full = false;
        for (const auto& packet : packets) {
            const int code = is_full ? EAGAIN : script_.send(packet);
            is_full = is_full || code == EAGAIN;
            results_.push_back({.token = packet.token});
            if (code != 0) {
                results_.back().error = os_error{"sendmsg", code, packet.destination.address};
            } else {
                script_.taken.push_back(packet.token);
                script_.at.push_back(mono_now());
                answers_.push_back(packet.destination.address);
            }
        }
        return results_;
    }
    io_result<receive_pass> receive() override {
        if (script_.receive_failure != 0) {
            return tl::unexpected(os_error{"recvmsg", script_.receive_failure, {}});
        }
        heard_.clear();
        for (const auto& from : answers_) {
            heard_.push_back({.octets = echo_, .source = {from, 0}});
        }
        answers_.clear();
        return receive_pass{.datagrams = heard_};
    }
    bool has_backlog() const noexcept override { return !answers_.empty(); }
    io_result<bool> wait(nanoseconds) const override { return true; }
    int native_handle() const noexcept override { return bell_; }
    void close() noexcept override { script_.has_closed = true; }
    socket_kind kind() const noexcept override { return socket_kind::icmp_raw; }
    ip_family family() const noexcept override { return family_; }
    port_kind carrier() const noexcept override { return port_kind::socket; }
    io_result<std::uint64_t> drops() const override { return script_.drops; }

  private:
    ip_family family_;
    port_script& script_;
    int bell_;
    std::array<std::uint8_t, 8> echo_{};
    std::vector<send_result> results_{};
    std::deque<ip_address> answers_{};
    std::vector<received_datagram> heard_{};
};

/// Sends probe after probe, `gap` apart, to destinations in turn; ends when all are judged.
class plain_session final : public session {
  public:
    plain_session(std::vector<ip_address> to, std::uint64_t count, nanoseconds gap = {})
        : to_(std::move(to)), count_(count), gap_(gap) {}

    void on_datagram(bytes_view, const receive_facts&) override { ++heard; }
    void on_icmp_error(const icmp_error&, const receive_facts&) override {}
    void on_send_done(probe_id id, send_outcome outcome) override {
        codes[id.value] = outcome.code;
    }
    void on_transmit_stamp(probe_id, stamp) override {}
    void on_time(mono_time now) override {
        now_ = now;
        if (start_ == mono_time{}) start_ = now;
    }
    void stop(mono_time) override { is_stopped_ = true; }
    std::optional<transmit> next_transmit() override {
        if (next_ == count_ || is_stopped_ || start_ == mono_time{} || due() > now_) return {};
        const std::uint64_t id = next_++;
        return transmit{
            .id = {id}, .destination = to_[id % to_.size()], .protocol = 1, .octets = octets_};
    }
    std::optional<probe_event> next_event() override {
        if (told_ == codes.size() * events_of_each) return {};
        ++told_;
        return probe_event{};
    }
    mono_time next_deadline() const noexcept override {
        if (start_ == mono_time{}) return start_;
        return next_ == count_ ? mono_time::max() : due();
    }
    bool finished() const noexcept override {
        return is_stopped_ || (next_ == count_ && codes.size() == count_);
    }

    std::map<std::uint64_t, int> codes{};
    std::uint64_t heard = 0;
    std::size_t events_of_each = 0;

  private:
    std::size_t told_ = 0;
    mono_time due() const noexcept { return start_ + gap_ * static_cast<std::int64_t>(next_); }
    std::vector<ip_address> to_;
    std::uint64_t count_;
    nanoseconds gap_;
    std::uint64_t next_ = 0;
    mono_time now_{};
    mono_time start_{};
    bool is_stopped_ = false;
    std::array<std::uint8_t, 8> octets_{8};
};

/// One driver over a port of each family.
struct bench_top {
    port_script v4{};
    port_script v6{};
    std::uint64_t drops = 0;
    std::uint64_t waits = 0;

    void drive(session& run) {
        detail::driver_ports ports;
        ports.ports.push_back({.port = std::make_unique<scripted_port>(ip_family::v4, v4)});
        ports.ports.push_back({.port = std::make_unique<scripted_port>(ip_family::v6, v6)});
        ports.waits_for_room = true;
        asio::io_context loop;
        const detail::logger log({});
        const auto driving = std::make_shared<detail::driver>(
            loop.get_executor(), std::move(ports), kernel_calls(), log);
        std::exception_ptr failure;
        driving->start(run,
                       {.done = [&](std::exception_ptr error) { failure = error; },
                        .drops = [&](std::uint64_t more) { drops += more; }});
        loop.run();
        waits = driving->send_waits();
        if (failure) std::rethrow_exception(failure);
    }
};

TEST(driver, sends_each_probe_from_the_port_of_its_family_in_batches_of_64) {
    bench_top top;
    plain_session run({some_v4, some_v4, some_v6}, 300);
    top.drive(run);
    EXPECT_EQ(top.v4.taken.size(), 200U);
    EXPECT_EQ(top.v6.taken.size(), 100U);
    for (const std::uint64_t token : top.v6.taken) EXPECT_EQ(token % 3, 2U);
    EXPECT_EQ(top.v4.batches.front(), 64U);
    for (const std::size_t each : top.v4.batches) EXPECT_LE(each, 64U);
    EXPECT_TRUE(top.v4.has_closed && top.v6.has_closed);
}

TEST(driver, a_probe_of_a_family_without_a_port_fails_and_delays_nobody) {
    port_script v4;
    detail::driver_ports ports;
    ports.ports.push_back({.port = std::make_unique<scripted_port>(ip_family::v4, v4)});
    asio::io_context loop;
    const detail::logger log({});
    plain_session run({some_v4, some_v6}, 4);
    const auto driving = std::make_shared<detail::driver>(
        loop.get_executor(), std::move(ports), kernel_calls(), log);
    driving->start(run, {});
    loop.run();
    EXPECT_EQ(run.codes,
              (std::map<std::uint64_t, int>{{0, 0}, {1, EAFNOSUPPORT}, {2, 0}, {3, EAFNOSUPPORT}}));
}

TEST(driver, a_probe_that_finds_no_buffer_is_sent_again_and_the_others_are_not) {
    bench_top top;
    std::map<std::uint64_t, int> tries;
    top.v4.send = [&](const outgoing& packet) {
        const bool is_refused = packet.token % 10 == 0 && ++tries[packet.token] <= 3;
        return is_refused ? ENOBUFS : 0;
    };
    plain_session run({some_v4}, 100);
    top.drive(run);
    EXPECT_EQ(top.v4.taken.size(), 100U) << "each was sent once";
    EXPECT_EQ(run.codes.size(), 100U);
    for (const auto& [id, code] : run.codes) EXPECT_EQ(code, 0) << id;
    EXPECT_GE(top.waits, 3U);
}

TEST(driver, room_that_never_comes_fails_the_probe_in_bounded_time) {
    bench_top top;
    top.v4.send = [](const outgoing& packet) { return packet.token < 70 ? ENOBUFS : 0; };
    plain_session run({some_v4}, 100);
    top.drive(run);
    for (const auto& [id, code] : run.codes) EXPECT_EQ(code, id < 70 ? ENOBUFS : 0) << id;
    EXPECT_LE(top.waits, 60U) << "those behind the first do not wait as long again";
}

TEST(driver, a_full_port_of_one_family_leaves_the_other_alone) {
    bench_top top;
    int refusals = 0;
    top.v4.send = [&](const outgoing&) { return ++refusals <= 5 ? EAGAIN : 0; };
    plain_session run({some_v4, some_v6}, 200);
    top.drive(run);
    EXPECT_EQ(top.v4.taken.size(), 100U);
    EXPECT_TRUE(std::is_sorted(top.v4.taken.begin(), top.v4.taken.end()));
    EXPECT_EQ(top.v6.taken.size(), 100U);
}

TEST(driver, tells_drops_as_they_grow_and_no_drop_twice) {
    bench_top top;
    top.v4.send = [&](const outgoing& packet) {
        if (packet.token == 3) top.v4.drops = 5;
        if (packet.token == 7) top.v4.drops = 11;
        return 0;
    };
    plain_session run({some_v4}, 10, 3ms);
    top.drive(run);
    EXPECT_EQ(top.drops, 11U);
    EXPECT_GE(run.heard, 9U) << "it ends with the last probe, whatever that hears";
}

TEST(driver, a_port_that_only_fails_to_receive_ends_the_run) {
    bench_top top;
    top.v6.receive_failure = ENETDOWN;
    plain_session run({some_v4}, 10'000, 100us);
    EXPECT_THROW(top.drive(run), std::exception);
}

/// Takes so many events, and no more until somebody has asked for them.
struct small_room {
    static constexpr std::size_t most = 5;
    std::size_t held = 0;
    std::size_t taken = 0;
    bool is_over = false;

    detail::driver::hooks hooks(bool sends_only_with_room) {
        return {.event = [this](probe_event&) { ++held; },
                .done = [this](std::exception_ptr) { is_over = true; },
                .has_room = [this] { return held < most; },
                .sends_only_with_room = sends_only_with_room};
    }
    void take() { taken += std::exchange(held, 0); }
};

TEST(driver, events_that_found_no_room_are_told_before_it_is_over) {
    port_script v4;
    detail::driver_ports ports;
    ports.ports.push_back({.port = std::make_unique<scripted_port>(ip_family::v4, v4)});
    asio::io_context loop;
    const detail::logger log({});
    plain_session run({some_v4}, 4);
    run.events_of_each = 10;
    small_room room;
    const auto driving = std::make_shared<detail::driver>(
        loop.get_executor(), std::move(ports), kernel_calls(), log);
    driving->start(run, room.hooks(false));
    while (!room.is_over) {
        EXPECT_LE(room.held, small_room::most);
        room.take();
        driving->wake_soon();
        loop.run_one();
    }
    room.take();
    EXPECT_EQ(room.taken, 40U);
}

TEST(driver, a_run_that_may_lose_no_event_sends_nothing_while_there_is_no_room) {
    port_script v4;
    detail::driver_ports ports;
    ports.ports.push_back({.port = std::make_unique<scripted_port>(ip_family::v4, v4)});
    asio::io_context loop;
    const detail::logger log({});
    plain_session run({some_v4}, 1'000);
    run.events_of_each = 1;
    small_room room;
    const auto driving = std::make_shared<detail::driver>(
        loop.get_executor(), std::move(ports), kernel_calls(), log);
    driving->start(run, room.hooks(true));
    while (!room.is_over) {
        // At most one batch is ahead of what was told.
        EXPECT_LE(v4.taken.size(), room.taken + room.held + 64);
        room.take();
        driving->wake_soon();
        loop.run_one();
    }
    room.take();
    EXPECT_EQ(room.taken, 1'000U);
}

// How even a rate is: printed, not judged, because the machine decides.
void print_gaps(double rate) {
    const auto gap = nanoseconds(static_cast<std::int64_t>(1e9 / rate));
    const auto count = static_cast<std::uint64_t>(rate / 5);
    bench_top top;
    plain_session run({some_v4}, count, gap);
    top.drive(run);
    const double took = std::chrono::duration<double>(top.v4.at.back() - top.v4.at.front()).count();
    std::size_t longest = 0;
    for (const std::size_t each : top.v4.batches) longest = std::max(longest, each);
    std::printf("%.0f a second asked, %.1f kept, longest burst %zu; gaps:\n",
                rate,
                static_cast<double>(count - 1) / took,
                longest);
    std::map<int, std::uint64_t> buckets;  // by powers of two, in us
    for (std::size_t i = 1; i < top.v4.at.size(); ++i) {
        const auto us = (top.v4.at[i] - top.v4.at[i - 1]) / 1us;
        int power = 0;
        while ((std::int64_t{1} << power) <= us) ++power;
        ++buckets[power];
    }
    for (const auto& [power, times] : buckets) {
        std::printf("  below %6d us %8llu\n", 1 << power, static_cast<unsigned long long>(times));
    }
    EXPECT_EQ(run.codes.size(), count);
}

TEST(driver, keeps_a_rate_whatever_it_is) {
    for (const double rate : {100.0, 10'000.0, 100'000.0}) print_gaps(rate);
}

}  // namespace
}  // namespace sonde
