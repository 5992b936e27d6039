// The driver, by sessions that do nothing but send what they are told and write down what they see.

#include <cerrno>
#include <optional>

#include <gtest/gtest.h>

#include <sonde/probe/many_ping.hpp>
#include <sonde/sim/run.hpp>
#include <sonde/wire/network/icmp_echo.hpp>

#include "sim_testing.hpp"

namespace sonde::sim {
namespace {

struct planned {
    mono_time at{};
    std::uint8_t protocol = 1;
    std::uint8_t hop_limit = 0;
    std::uint16_t number = 0;  // sequence number or destination port
};

struct seen_datagram {
    octets_t octets;
    receive_facts facts;
};
struct seen_error {
    icmp_error error;
    octets_t transport;
    octets_t payload;
    receive_facts facts;
};

/// Sends its plan and finishes at `until`.
class notebook final : public session {
  public:
    notebook(const session_setup& setup, std::vector<planned> plan, mono_time until)
        : setup_(setup), plan_(std::move(plan)), until_(until) {}

    void on_datagram(bytes_view octets, const receive_facts& facts) override {
        times.push_back(facts.at);
        datagrams.push_back({{octets.begin(), octets.end()}, facts});
    }
    void on_icmp_error(const icmp_error& error, const receive_facts& facts) override {
        times.push_back(facts.at);
        errors.push_back({error,
                          {error.quoted_transport.begin(), error.quoted_transport.end()},
                          {error.quoted_payload.begin(), error.quoted_payload.end()},
                          facts});
    }
    void on_send_done(probe_id, send_outcome outcome) override { outcomes.push_back(outcome); }
    void on_transmit_stamp(probe_id, stamp at) override { stamps.push_back(at); }
    void on_time(mono_time now) override {
        times.push_back(now);
        now_ = now;
    }
    void stop(mono_time) override { until_ = now_; }
    std::optional<transmit> next_transmit() override {
        if (next_ >= plan_.size() || plan_[next_].at > now_) return std::nullopt;
        const planned& probe = plan_[next_];
        const octets_t payload = payload_of(16);
        octets_ = payload;
        if (probe.protocol != 17) {
            icmp_echo message{.identifier = setup_.channel.identifier,
                              .sequence_number = probe.number,
                              .data = payload};
            octets_.resize(message.wire_len());
            message.emit(octets_);
            if (probe.protocol == 58) octets_[0] = 128;
        }
        return transmit{.id = {next_++},
                        .destination = setup_.destination,
                        .protocol = probe.protocol,
                        .destination_port = probe.number,
                        .hop_limit = probe.hop_limit,
                        .octets = octets_};
    }
    std::optional<probe_event> next_event() override {
        if (told_ || !finished()) return std::nullopt;
        told_ = true;
        return probe_event{.kind = event_kind::finished, .at = now_};
    }
    mono_time next_deadline() const noexcept override {
        return next_ < plan_.size() ? std::min(plan_[next_].at, until_) : until_;
    }
    bool finished() const noexcept override { return now_ >= until_; }

    std::vector<mono_time> times;
    std::vector<seen_datagram> datagrams;
    std::vector<seen_error> errors;
    std::vector<send_outcome> outcomes;
    std::vector<stamp> stamps;

  private:
    session_setup setup_;
    std::vector<planned> plan_;
    std::size_t next_ = 0;
    octets_t octets_;
    mono_time now_ = mono_time::min();
    mono_time until_;
    bool told_ = false;
};

constexpr mono_time end = test_start + std::chrono::seconds(2);

TEST(run, stamps_lie_between_the_clocks_of_user_space) {
    const scenario how = ready("five_routers");
    internet net(how, 1);
    const session_setup setup = make_setup(how);
    notebook book(setup, {{test_start, 1, 0, 5}}, end);
    const run_result ran = run(book, net, {.setup = setup});
    EXPECT_TRUE(ran.finished);
    EXPECT_EQ(ran.duration, std::chrono::seconds(2));
    ASSERT_EQ(book.datagrams.size(), 1U);
    const receive_facts& facts = book.datagrams[0].facts;
    ASSERT_EQ(book.stamps.size(), 1U);
    EXPECT_EQ(book.stamps[0].source, stamp_source::kernel);
    EXPECT_EQ(facts.kernel.at - book.stamps[0].at, ms(26)) << "the path, both ways";
    EXPECT_EQ(facts.at - book.outcomes[0].at, ms(26) + std::chrono::microseconds(40));
    EXPECT_EQ(facts.hop_limit, 59);
    EXPECT_EQ(to_string(facts.source), "192.0.2.9");
    EXPECT_EQ(facts.protocol, 1);
    EXPECT_TRUE(std::is_sorted(book.times.begin(), book.times.end()));
}

TEST(run, without_kernel_stamps_there_are_none) {
    const scenario how = ready("five_routers");
    internet net(how, 1);
    const session_setup setup = make_setup(how);
    notebook book(setup, {{test_start, 1, 0, 5}}, end);
    static_cast<void>(run(book, net, {.setup = setup, .kernel_stamps = false}));
    EXPECT_TRUE(book.stamps.empty());
    EXPECT_EQ(book.datagrams.at(0).facts.kernel.source, stamp_source::none);
}

TEST(run, a_raw_socket_gets_whole_messages_and_everybodys) {
    const scenario how = ready("hostile_target");
    internet net(how, 1);
    const session_setup setup = make_setup(how);
    notebook book(setup, {{test_start, 17, 1, 33434}, {test_start, 1, 1, 9}}, end);
    const run_result ran = run(book, net, {.setup = setup});
    EXPECT_TRUE(book.errors.empty());
    EXPECT_EQ(ran.delivered, book.datagrams.size());
    EXPECT_EQ(net.counts().delivered.foreign + 2, book.datagrams.size());
}

TEST(run, a_ping_socket_gets_its_own_replies_and_the_quoted_message_of_errors) {
    const scenario how = ready("hostile_target");
    internet net(how, 1);
    const session_setup setup = make_setup(how, {.raw = false, .identifier = 0x0777});
    notebook book(setup, {{test_start, 1, 1, 9}}, end);
    const run_result ran = run(book, net, {.setup = setup});
    EXPECT_TRUE(book.datagrams.empty());
    EXPECT_GT(ran.dropped, 0U) << "strangers' messages";
    ASSERT_EQ(book.errors.size(), 1U);
    const seen_error& seen = book.errors[0];
    EXPECT_EQ(seen.error.type, 11);
    EXPECT_EQ(to_string(seen.error.from), "10.0.1.1");
    EXPECT_EQ(to_string(seen.error.quoted_destination), "192.0.2.9");
    EXPECT_FALSE(seen.error.quoted.has_value()) << "the kernel hides the quoted IP header";
    ASSERT_EQ(seen.transport.size(), 24U);
    EXPECT_EQ(be16_at(seen.transport, 4), 0x0777);
    EXPECT_EQ(be16_at(seen.transport, 6), 9);
}

TEST(run, a_ping_socket_puts_the_kernels_identifier_in_and_sums_anew) {
    const scenario how = ready("five_routers");
    for (const ip_family family : {ip_family::v4, ip_family::v6}) {
        internet net(how, 1);
        const session_setup told =
            make_setup(how, {.family = family, .raw = false, .identifier = 0x1111});
        session_setup kernel = told;
        kernel.channel.identifier = 0x2222;
        const std::uint8_t protocol = family == ip_family::v4 ? 1 : 58;
        notebook book(told, {{test_start, protocol, 0, 9}}, end);
        static_cast<void>(run(book, net, {.setup = kernel}));
        ASSERT_EQ(book.datagrams.size(), 1U) << "a wrong checksum would not have been answered";
        EXPECT_EQ(be16_at(book.datagrams[0].octets, 4), 0x2222);
    }
}

TEST(run, a_udp_socket_gets_payload_and_port_of_errors) {
    const scenario how = ready("labelled_path");
    for (const ip_family family : {ip_family::v4, ip_family::v6}) {
        internet net(how, 1);
        const session_setup setup = make_setup(how, {.family = family, .raw = false});
        notebook book(setup, {{test_start, 17, 1, 33435}, {test_start, 17, 4, 33438}}, end);
        static_cast<void>(run(book, net, {.setup = setup}));
        ASSERT_EQ(book.errors.size(), 2U);
        EXPECT_TRUE(book.errors[0].transport.empty());
        EXPECT_EQ(book.errors[0].payload, payload_of(16));
        EXPECT_EQ(book.errors[0].error.quoted_destination_port, 33435);
        EXPECT_EQ(book.errors[1].error.quoted_destination_port, 33438);
        EXPECT_TRUE(book.errors[1].payload.empty()) << "a quote of the header and eight octets";
    }
}

TEST(run, the_error_queue_tells_a_structure_only_from_routers_that_fill_the_length_in) {
    const scenario how = ready("labelled_path");
    internet net(how, 1);
    const session_setup setup = make_setup(how, {.raw = false});
    notebook book(setup, {{test_start, 17, 2, 33435}, {test_start, 17, 3, 33436}}, end);
    static_cast<void>(run(book, net, {.setup = setup}));
    ASSERT_EQ(book.errors.size(), 2U);
    EXPECT_FALSE(book.errors[0].error.extension.empty());
    EXPECT_TRUE(book.errors[1].error.extension.empty());
}

TEST(run, a_pending_error_fails_the_next_send_once_when_asked_for) {
    const scenario how = ready("five_routers");
    const session_setup setup = make_setup(how, {.raw = false});
    const std::vector<planned> plan{{test_start, 17, 1, 33435},
                                    {test_start + ms(100), 17, 1, 33436},
                                    {test_start + ms(200), 17, 1, 33437}};
    internet bare(how, 1);
    notebook told(setup, plan, end);
    static_cast<void>(run(told, bare, {.setup = setup, .pending_error_fails_next_send = true}));
    ASSERT_EQ(told.outcomes.size(), 3U);
    EXPECT_EQ(told.outcomes[0].code, 0);
    EXPECT_EQ(told.outcomes[1].code, EHOSTUNREACH);
    EXPECT_EQ(told.outcomes[2].code, 0);
    EXPECT_EQ(bare.counts().sent, 2U);
    internet hidden(how, 1);
    notebook untold(setup, plan, end);
    static_cast<void>(run(untold, hidden, {.setup = setup}));
    EXPECT_EQ(hidden.counts().sent, 3U);
}

TEST(run, several_sessions_share_one_internet_and_each_gets_its_own) {
    const scenario how = ready("three_targets");
    internet net(how, 1);
    const session_setup one =
        make_setup(how, {.target = 0, .raw = false, .identifier = 1, .start = test_start});
    const session_setup two = make_setup(
        how, {.target = 1, .raw = false, .identifier = 2, .start = test_start + ms(500)});
    notebook first(one, {{test_start, 1, 0, 100}}, end);
    notebook second(two, {{test_start + ms(500), 1, 0, 200}}, end + ms(300));
    const std::array<participant, 2> both{participant{&first, one}, participant{&second, two}};
    std::size_t events = 0;
    const run_result ran = run_all(both, net, {.on_event = [&](const probe_event&) { ++events; }});
    EXPECT_TRUE(ran.finished);
    EXPECT_EQ(ran.duration, ms(2300));
    EXPECT_EQ(events, 2U);
    ASSERT_EQ(first.datagrams.size(), 1U);
    ASSERT_EQ(second.datagrams.size(), 1U);
    EXPECT_EQ(be16_at(first.datagrams[0].octets, 6), 100);
    EXPECT_EQ(be16_at(second.datagrams[0].octets, 6), 200);
    EXPECT_EQ(second.times.front(), test_start + ms(500));
}

TEST(run, ends_where_it_was_told_to_or_where_nobody_waits_any_more) {
    const scenario how = ready("five_routers");
    const session_setup setup = make_setup(how);
    internet net(how, 1);
    notebook busy(setup, {{test_start, 1, 0, 1}, {test_start + ms(1), 1, 0, 2}}, end);
    EXPECT_FALSE(run(busy, net, {.setup = setup, .step_limit = 2}).finished);
    notebook idle(setup, {}, mono_time::max());
    const run_result ran = run(idle, net, {.setup = setup});
    EXPECT_FALSE(ran.finished);
}

TEST(run, a_probe_of_the_other_family_fails_as_the_kernel_has_it) {
    const scenario how = ready("five_routers");
    internet net(how, 1);
    session_setup setup = make_setup(how);
    setup.destination = from_text("2001:db8::1");
    notebook book(setup, {{test_start, 1, 0, 1}}, end);
    static_cast<void>(run(book, net, {.setup = setup}));
    EXPECT_EQ(book.outcomes.at(0).code, EAFNOSUPPORT);
    EXPECT_EQ(net.counts().sent, 0U);
}

TEST(run, a_session_may_have_a_channel_of_each_family) {
    const scenario how = ready("five_routers");
    const many_setup both = make_many_setup(how, {.raw = false, .identifier = 0x0707});
    ASSERT_TRUE(both.v4 && both.v6);
    EXPECT_EQ(to_string(both.v6->source), "2001:db8:cafe::1");
    EXPECT_EQ(both.v4->identifier, 0x0707);
    EXPECT_EQ(both.key.k0, make_setup(how, {.raw = false, .identifier = 0x0707}).key.k0);
    internet net(how, 1);
    many_ping_session ping({}, both);
    static_cast<void>(ping.add(from_text("192.0.2.9"), both.start));
    static_cast<void>(ping.add(targets(how, ip_family::v6).at(0), both.start));
    ping.seal(both.start);
    EXPECT_TRUE(run(ping, net, {.setup = both}).finished);
    EXPECT_EQ(ping.counts().received, 2U);
}

TEST(make_setup, gives_each_target_of_each_family) {
    const scenario how = ready("three_targets");
    EXPECT_EQ(to_string(make_setup(how, {.target = 2}).destination), "192.0.2.13");
    const session_setup v6 = make_setup(how, {.family = ip_family::v6, .target = 1});
    EXPECT_EQ(to_string(v6.destination), "2001:db8:ffff::12");
    EXPECT_EQ(to_string(v6.channel.source), "2001:db8:cafe::1");
    EXPECT_TRUE(make_setup(how, {.target = 3}).destination.is_unspecified());
}

}  // namespace
}  // namespace sonde::sim
