#pragma once
/// Values built by hand, and the comparison with the golden files. With SONDE_GOLDEN_UPDATE set in
/// the environment the files are written anew: read the difference before you keep it.

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include <sonde/probe/ping.hpp>
#include <sonde/probe/trace.hpp>
#include <sonde/report/text.hpp>

namespace sonde::report_fixture {

inline ip_address address(const char* text) { return ip_address::parse(text).value(); }

inline nanoseconds us(double count) {
    return nanoseconds(static_cast<nanoseconds::rep>(count * 1000.0));
}

inline ping_result about(const char* target, const char* number) {
    ping_result made;
    made.target = target;
    made.address = address(number);
    made.source = address(made.address.is_v4() ? "192.0.2.9" : "2001:db8::9");
    return made;
}

/// An echo reply of 64 octets, stamped by the kernel on both ends.
inline answer echo_reply(const char* from, nanoseconds rtt) {
    answer made;
    made.from = address(from);
    made.type = made.from.is_v4() ? 0 : 129;
    made.rtt = rtt;
    made.rtt_user = rtt + us(20);
    made.sent_by = stamp_source::kernel;
    made.received_by = stamp_source::kernel;
    made.message_len = 64;
    made.hop_limit = std::uint8_t{64};
    made.verified = true;
    return made;
}

inline answer error_reply(const char* from, std::uint8_t type, std::uint8_t code) {
    answer made = echo_reply(from, us(1500));
    made.kind = answer_kind::icmp_error;
    made.type = type;
    made.code = code;
    made.message_len = 92;
    return made;
}

inline probe_record record(std::uint64_t sequence, answer reply) {
    probe_record made;
    made.id = probe_id{sequence - 1};
    made.sequence = sequence;
    made.state = probe_state::answered;
    made.sent_at = mono_time(std::chrono::seconds(sequence));
    made.reply = std::move(reply);
    return made;
}

inline probe_record without_answer(std::uint64_t sequence) {
    probe_record made = record(sequence, {});
    made.state = probe_state::timed_out;
    return made;
}

inline probe_event reply(std::uint64_t sequence, answer what,
                         reply_class kind = reply_class::answered) {
    return {.kind = event_kind::reply, .what = kind, .record = record(sequence, std::move(what))};
}

inline probe_event sent(std::uint64_t sequence) {
    probe_event made{.kind = event_kind::sent, .record = without_answer(sequence)};
    made.record.state = probe_state::in_flight;
    made.at = made.record.sent_at;
    return made;
}

inline void expect_golden(const std::string& name, const std::string& text) {
    const std::string path = std::string(SONDE_GOLDEN) + '/' + name;
    if (std::getenv("SONDE_GOLDEN_UPDATE") != nullptr) {  // NOLINT(concurrency-mt-unsafe)
        std::ofstream(path, std::ios::binary) << text;
    }
    std::ifstream in(path, std::ios::binary);
    ASSERT_TRUE(in) << path << " is missing";
    EXPECT_EQ(text, std::string(std::istreambuf_iterator<char>(in), {})) << name;
}

}  // namespace sonde::report_fixture
