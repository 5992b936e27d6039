#pragma once
/// What the tests of the engines share: a caller by hand, who sends what a session wants sent,
/// keeps a copy, answers as the test says, and looks after every step whether the counts add up.

#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <sonde/probe/ping.hpp>
#include <sonde/probe/trace.hpp>
#include <sonde/wire/checksum.hpp>

namespace sonde::probe_testing {

using octets_t = std::vector<std::uint8_t>;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

inline constexpr mono_time start{seconds(100)};
inline const ip_address us{ipv4_address{0xc6336401}};      // 198.51.100.1
inline const ip_address target{ipv4_address{0xc0000209}};  // 192.0.2.9
inline const ip_address router{ipv4_address{0x0a000101}};  // 10.0.1.1

inline session_setup test_setup(bool raw = true) {
    return {.destination = target,
            .channel = {.raw = raw, .source = us, .identifier = 0x1234, .source_port = 40'000},
            .key = {.k0 = 0x0706050403020100, .k1 = 0x0f0e0d0c0b0a0908},
            .start = start};
}

/// A datagram that the session handed out.
struct handed {
    probe_id id{};
    mono_time at{};
    std::uint8_t hop_limit = 0;
    std::uint8_t protocol = 0;
    std::uint16_t destination_port = 0;
    octets_t octets;
};

inline void resum(octets_t& message) {
    message[2] = message[3] = 0;
    put_be16_at(message, 2, internet_checksum(message));
}

/// The reply to an echo request: type 0, everything else as it came.
inline octets_t echo_reply(octets_t request) {
    request[0] = 0;
    resum(request);
    return request;
}

/// An IPv4 datagram around a transport, as a router quotes it.
inline octets_t quoted_datagram(const handed& probe, const octets_t& transport) {
    octets_t made(20 + transport.size());
    copy_octets(bytes_mut(made).subspan(20), transport);
    made[0] = 0x45;
    put_be16_at(made, 2, static_cast<std::uint16_t>(20 + transport.size()));
    made[8] = 1;
    made[9] = probe.protocol;
    put_be32_at(made, 12, us.v4().value);
    put_be32_at(made, 16, target.v4().value);
    return made;
}

/// The UDP datagram around a payload that the session handed out, summed as the kernel does it.
inline octets_t udp_around(const handed& probe, std::uint16_t source_port = 40'000) {
    octets_t made(8 + probe.octets.size());
    copy_octets(bytes_mut(made).subspan(8), probe.octets);
    put_be16_at(made, 0, source_port);
    put_be16_at(made, 2, probe.destination_port);
    const auto len = static_cast<std::uint16_t>(8 + probe.octets.size());
    put_be16_at(made, 4, len);
    const auto sum = checksum().add_pseudo_header(us, target, 17, len).add(made).value();
    put_be16_at(made, 6, sum == 0 ? std::uint16_t{0xffff} : sum);
    return made;
}

/// An ICMP error (RFC 792): type, code, checksum, a word, and the quote, cut to `quote_len` octets
/// of the transport.
inline octets_t icmp_error_about(std::uint8_t type, std::uint8_t code, const handed& probe,
                                 octets_t transport, std::size_t quote_len = SIZE_MAX) {
    octets_t quote = quoted_datagram(probe, transport);
    if (quote_len < transport.size()) quote.resize(20 + quote_len);
    octets_t made(8 + quote.size());
    copy_octets(bytes_mut(made).subspan(8), quote);
    made[0] = type;
    made[1] = code;
    resum(made);
    return made;
}

template <class Session>
class caller {
  public:
    template <class Options>
    explicit caller(const Options& options, const session_setup& setup = test_setup())
        : session(options, setup), now(setup.start), setup_(setup) {
        EXPECT_TRUE(validate(options).empty());
    }

    Session session;
    mono_time now;
    std::vector<handed> sent{};
    std::vector<probe_event> events{};
    int send_error = 0;        // errno that sending ends with
    nanoseconds send_takes{};  // user space's clock to the wire
    bool stamps = false;       // the kernel stamps what it sends

    /// Sends what is to be sent and takes all events.
    void attend() {
        while (const auto probe = session.next_transmit()) {
            sent.push_back({probe->id,
                            now,
                            probe->hop_limit,
                            probe->protocol,
                            probe->destination_port,
                            {probe->octets.begin(), probe->octets.end()}});
            session.on_send_done(probe->id, {.code = send_error, .at = now});
            if (stamps) {
                session.on_transmit_stamp(probe->id, {now + send_takes, stamp_source::kernel});
            }
            check();
            if (sent.size() > 200'000) FAIL() << "sends without end";
        }
        take_events();
    }
    void take_events() {
        while (auto event = session.next_event()) {
            if (event->kind == event_kind::reply) replies_.push_back(*event);
            events.push_back(std::move(*event));
        }
        check();
    }
    void check() {
        const auto counts = session.result().counts;
        ASSERT_EQ(counts.sent, counts.received + counts.lost + counts.in_flight);
        ASSERT_LE(counts.errors + counts.late, counts.lost);
    }
    /// Lets time pass, waking the session whenever it wants to be.
    void run_until(mono_time until) {
        attend();
        while (!session.finished()) {
            const mono_time next = std::max(session.next_deadline(), now);
            if (next > until) break;
            now = std::max(next, now + nanoseconds(next == now ? 1 : 0));
            if (now > until) break;
            session.on_time(now);
            attend();
        }
        now = std::max(now, until);
    }
    void run_for(nanoseconds span) { run_until(now + span); }
    void run_to_the_end() {
        attend();
        while (!session.finished()) {
            const mono_time next = session.next_deadline();
            ASSERT_NE(next, mono_time::max()) << "waits for nothing";
            now = next > now ? next : now + nanoseconds(1);
            session.on_time(now);
            attend();
        }
    }
    void receive(const octets_t& octets, ip_address from = target, stamp kernel = {}) {
        const bool v4 = setup_.destination.is_v4();
        session.on_datagram(octets,
                            {.source = from,
                             .protocol = static_cast<std::uint8_t>(v4 ? 1 : 58),
                             .at = now,
                             .kernel = kernel,
                             .hop_limit = std::uint8_t{60}});
        check();
        attend();
    }
    void receive_segment(const octets_t& octets, ip_address from = target) {
        session.on_datagram(octets, {.source = from, .protocol = 6, .at = now});
        check();
        attend();
    }
    void receive_error(const icmp_error& error) {
        session.on_icmp_error(error, {.source = error.from, .at = now});
        check();
        attend();
    }
    [[nodiscard]] probe_counts counts() const { return session.result().counts; }
    [[nodiscard]] const std::vector<probe_event>& replies() const { return replies_; }
    [[nodiscard]] reply_class last_class() const { return replies().back().what; }

  private:
    session_setup setup_;
    std::vector<probe_event> replies_{};
};

}  // namespace sonde::probe_testing
