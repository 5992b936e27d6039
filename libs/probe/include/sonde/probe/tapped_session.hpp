#pragma once
/// What passes between a session and its sockets, seen by a third: who keeps a capture of our own
/// probes needs no socket for it.
///
///     trace_session trace(options, setup);
///     tapped_session seen(trace, recorder);
///     sim::run(seen, net, {.setup = setup});

#include <sonde/probe/session.hpp>

namespace sonde::inline v0 {

/// Each call is for the call only: octets are borrowed. `on_heard` and its kin come before the
/// session itself hears, `on_event` when the event is handed out.
class session_tap {
  public:
    session_tap() = default;
    session_tap(const session_tap&) = delete;
    session_tap& operator=(const session_tap&) = delete;
    virtual ~session_tap() = default;

    virtual void on_transmit(const transmit& probe) = 0;
    virtual void on_send_done(probe_id id, const send_outcome& outcome) = 0;
    virtual void on_transmit_stamp(probe_id id, const stamp& at) = 0;
    virtual void on_datagram(bytes_view octets, const receive_facts& facts) = 0;
    virtual void on_icmp_error(const icmp_error& error, const receive_facts& facts) = 0;
    virtual void on_event(const probe_event& event) = 0;
};

/// The session itself, with somebody who listens. Borrows both.
class tapped_session final : public session {
  public:
    tapped_session(session& inner SONDE_LIFETIMEBOUND, session_tap& tap SONDE_LIFETIMEBOUND)
        : inner_(inner), tap_(tap) {}

    void on_datagram(bytes_view octets, const receive_facts& facts) override {
        tap_.on_datagram(octets, facts);
        inner_.on_datagram(octets, facts);
    }
    void on_icmp_error(const icmp_error& error, const receive_facts& facts) override {
        tap_.on_icmp_error(error, facts);
        inner_.on_icmp_error(error, facts);
    }
    void on_send_done(probe_id id, send_outcome outcome) override {
        tap_.on_send_done(id, outcome);
        inner_.on_send_done(id, outcome);
    }
    void on_transmit_stamp(probe_id id, stamp at) override {
        tap_.on_transmit_stamp(id, at);
        inner_.on_transmit_stamp(id, at);
    }
    void on_time(mono_time now) override { inner_.on_time(now); }
    void stop(mono_time now) override { inner_.stop(now); }
    [[nodiscard]] std::optional<transmit> next_transmit() override {
        auto made = inner_.next_transmit();
        if (made) tap_.on_transmit(*made);
        return made;
    }
    [[nodiscard]] std::optional<probe_event> next_event() override {
        auto made = inner_.next_event();
        if (made) tap_.on_event(*made);
        return made;
    }
    [[nodiscard]] mono_time next_deadline() const noexcept override {
        return inner_.next_deadline();
    }
    [[nodiscard]] bool finished() const noexcept override { return inner_.finished(); }

  private:
    session& inner_;
    session_tap& tap_;
};

}  // namespace sonde::inline v0
