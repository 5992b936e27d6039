#pragma once
/// Drives sessions through a simulated internet in virtual time, as client drives them through the
/// kernel: the same order of calls, the same facts, and what Linux hides stays hidden.
///
///     const auto how = *sim::ready_made("five_routers");
///     sim::internet net(how, 1);
///     const auto setup = sim::make_setup(how, {.raw = false});
///     trace_session trace({.method = probe_method::icmp}, setup);
///     sim::run(trace, net, {.setup = setup});
///     trace.result();
///
/// A session with many targets is driven in the same way, over a channel for each family:
///
///     many_ping_session ping({.count = 3}, sim::make_many_setup(how));
///     sim::run(ping, net, {.setup = sim::make_many_setup(how)});
///
/// With `setup.channel.raw` every ICMP message of the family comes as on_datagram, foreign ones
/// too, and for TCP the segments. Without it: echo replies with our identifier come as on_datagram
/// and errors as on_icmp_error, with what Linux puts into the error queue (ping socket: the quoted
/// ICMP message; UDP: the quoted payload and the destination port, no quoted IP header).

#include <cstdint>
#include <functional>
#include <span>

#include <sonde/base/api.hpp>
#include <sonde/base/time.hpp>
#include <sonde/probe/many_ping.hpp>
#include <sonde/probe/session.hpp>
#include <sonde/sim/internet.hpp>
#include <sonde/sim/scenario.hpp>

namespace sonde::inline v0::sim {

/// What make_setup is asked for.
struct setup_options {
    ip_family family = ip_family::v4;
    std::size_t target = 0;  // index in targets(scenario, family)
    bool raw = true;
    std::uint16_t identifier = 0x2a2a;
    std::uint16_t source_port = 40'000;
    std::uint64_t seed = 1;  // makes the cookies' key
    mono_time start{std::chrono::seconds(1)};
};
/// The set-up of a session towards a target of the scenario. Without such a target, or without an
/// address of ours in the family, the addresses are unspecified: no probe will find a route.
[[nodiscard]] SONDE_API session_setup make_setup(const scenario& how,
                                                 const setup_options& options = {});

/// The same for a session with targets of both families: a channel for each in which the scenario
/// has an address of ours. `family` and `target` play no part.
[[nodiscard]] SONDE_API many_setup make_many_setup(const scenario& how,
                                                   const setup_options& options = {});

/// The sockets of one session: what it was made with, whether it has one target or many.
struct channels {
    many_setup of_all{};

    channels() = default;
    channels(const session_setup& one)  // NOLINT(google-explicit-constructor)
        : of_all{.key = one.key, .start = one.start} {
        (one.channel.source.is_v4() ? of_all.v4 : of_all.v6) = one.channel;
    }
    channels(const many_setup& many) : of_all(many) {}  // NOLINT(google-explicit-constructor)
};

struct run_options {
    channels setup{};           // the very one that the session was made with; run_all ignores it
    bool kernel_stamps = true;  // transmit and receive stamps; otherwise user space's clock only
    nanoseconds transmit_delay = std::chrono::microseconds(10);  // user space's clock to the wire
    nanoseconds receive_delay = std::chrono::microseconds(30);   // the wire to user space's clock
    /// After an entry in the error queue the next send fails once with EHOSTUNREACH and nothing
    /// leaves, as with a bare socket; net hides this.
    bool pending_error_fails_next_send = false;
    std::uint8_t default_hop_limit = 64;                 // for probes that ask for none
    std::uint64_t step_limit = 0;                        // events handled before giving up; 0: none
    std::function<void(const probe_event&)> on_event{};  // every event, as it comes
};

struct run_result {
    nanoseconds duration{};       // virtual, from the start to the end of the last session
    std::uint64_t steps = 0;      // events handled
    bool finished = false;        // false: the step limit, or a session that waits for nothing
    std::uint64_t delivered = 0;  // messages and errors handed to sessions, to each counted
    std::uint64_t dropped = 0;  // datagrams that the kernel would not show anybody: wrong checksum,
                                // no socket
};

/// Until the session has finished.
SONDE_API run_result run(session& engine, internet& net, const run_options& options);

/// One of several sessions on one host, each with channels of its own.
struct participant {
    session* engine = nullptr;
    channels setup{};
};
/// Until all have finished. Each starts at its own setup.start.
SONDE_API run_result run_all(std::span<const participant> all, internet& net,
                             const run_options& options = {});

}  // namespace sonde::inline v0::sim
