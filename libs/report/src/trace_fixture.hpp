#pragma once
/// Traces built by hand.

#include <initializer_list>
#include <optional>
#include <vector>

#include "report_fixture.hpp"

namespace sonde::report_fixture {

inline answer exceeded(const char* from, double rtt_us) {
    answer made = error_reply(from, address(from).is_v4() ? 11 : 3, 0);
    made.rtt = us(rtt_us);
    made.rtt_user = us(rtt_us + 20);
    return made;
}

/// One hop whose probes ended so; nothing: no answer.
inline hop hop_of(std::uint8_t limit, std::initializer_list<std::optional<answer>> ends) {
    hop made;
    made.hop_limit = limit;
    std::uint64_t sequence = 0;
    for (const auto& end : ends) {
        ++sequence;
        made.probes.push_back(end ? record(sequence, *end) : without_answer(sequence));
        made.probes.back().hop_limit = limit;
        if (end) made.rtt.add(end->rtt);
    }
    return made;
}

inline trace_result small_trace() {
    trace_result made;
    made.target = "example.net";
    made.address = address("192.0.2.1");
    made.source = address("192.0.2.9");
    made.end = trace_end::reached;
    return made;
}

/// RFC 4950: version 2, no checksum, one object of 8 octets, class 1, type 1: label 100704, S,
/// TTL 1.
inline std::vector<std::uint8_t> mpls_extension() {
    return {0x20, 0x00, 0x00, 0x00, 0x00, 0x08, 0x01, 0x01, 0x18, 0x96, 0x01, 0x01};
}

/// Names, a label stack, a load balancer, silence, a refusal.
inline trace_result golden_trace() {
    trace_result made = small_trace();
    answer labelled = exceeded("10.9.2.2", 4210);
    labelled.extension = mpls_extension();
    labelled.quoted = quoted_ip{.source = made.source, .hop_limit = 1, .total_len = 60};
    answer refused = error_reply("10.9.4.2", 3, 13);
    made.hops = {
        hop_of(1, {exceeded("10.9.1.2", 34), exceeded("10.9.1.2", 7), exceeded("10.9.1.2", 5)}),
        hop_of(2, {labelled, exceeded("10.9.2.3", 4198), {}}),
        hop_of(3, {{}, {}, {}}),
        hop_of(4, {refused, {}, refused})};
    made.end = trace_end::unreachable;
    made.counts.sent = 12;
    made.counts.received = 7;
    made.counts.lost = 5;
    made.duration = us(25'123.456);
    return made;
}

inline address_book golden_book() {
    address_book made;
    made.names[address("10.9.1.2")] = "gate.example";
    made.names[address("10.9.4.2")] = "=HYPERLINK(\"http://evil\")\033[31m";
    return made;
}

}  // namespace sonde::report_fixture
