// Segments made from the fuzzer's octets, against a model that is too simple to be wrong: one slot
// for each octet of a stream. And the octets as they are, as datagrams.

#include <optional>
#include <vector>

#include <sonde/base/check.hpp>
#include <sonde/packet/tcp_follower.hpp>
#include <sonde/packet/tcp_streams.hpp>

#include "packet_samples.hpp"

namespace {

using namespace sonde;

struct model {
    std::vector<std::optional<std::uint8_t>> octets =
        std::vector<std::optional<std::uint8_t>>(8192);
    std::size_t told = 0;

    void take(std::size_t at, bytes_view data, overlap_policy policy) {
        for (std::size_t i = 0; i < data.size(); ++i) {
            if (at + i < told) continue;
            auto& slot = octets[at + i];
            if (!slot || policy == overlap_policy::last_wins) slot = data[i];
        }
    }
};

/// The sequence number of the first octet is near the wrap; nothing is skipped, so all that lies
/// behind each other from the start is told, at once, with the octets that the policy says.
void against_model(bytes_view script) {
    if (script.empty()) return;
    const auto policy = script[0] % 2 != 0 ? overlap_policy::first_wins : overlap_policy::last_wins;
    const bool v6 = script[0] % 4 >= 2;
    const std::uint32_t start = 0U - script[0] * 8U;
    tcp_streams streams({.overlap = policy, .skip_acknowledged = false, .key = {1, 2}});
    model expected;
    const auto on_event = [&](const tcp_stream_event& event) {
        SONDE_CHECK(event.kind != tcp_event_kind::gap);
        if (event.kind != tcp_event_kind::data) return;
        SONDE_CHECK(event.offset == expected.told);
        for (const std::uint8_t octet : event.octets) {
            SONDE_CHECK(expected.octets[expected.told] == octet);
            ++expected.told;
        }
    };
    streams.accept(
        sonde::testing::tcp_datagram({.sequence = start - 1, .flags = tcp_flags::syn}, v6),
        {},
        on_event);
    for (script = script.subspan(1); script.size() >= 4; script = script.subspan(4)) {
        const std::size_t at = script[0] * 16U + script[1];
        const sonde::testing::octets_t data(1 + script[2] * 6U, script[3]);
        expected.take(at, data, policy);
        streams.accept(sonde::testing::tcp_datagram(
                           {.sequence = start + static_cast<std::uint32_t>(at), .data = data}, v6),
                       {},
                       on_event);
        SONDE_CHECK(!expected.octets[expected.told]);
    }
}

/// The same flow hit by anything: bounds hold, and every octet is told or lost once.
void as_they_are(bytes_view script) {
    constexpr std::size_t limit = 1 << 16;
    tcp_streams streams({.flows_max = 4, .octets_max = limit, .flow_octets_max = 8192});
    tcp_follower follower(0, 4096);
    std::uint64_t expected[2] = {0, 0};
    std::uint64_t flow = 0;
    const auto on_event = [&](const tcp_stream_event& event) {
        follower(event);
        SONDE_CHECK(!to_string(event.kind).empty());
        if (event.kind == tcp_event_kind::opened) {
            flow = event.flow.number();
            expected[0] = expected[1] = 0;
        }
        if (event.flow.number() != flow) return;
        auto& at = expected[static_cast<std::size_t>(event.direction)];
        if (event.kind == tcp_event_kind::data) {
            SONDE_CHECK(event.offset == at && !event.octets.empty());
            at += event.octets.size();
        }
        if (event.kind == tcp_event_kind::gap) {
            SONDE_CHECK(event.offset == at && event.lost != 0);
            at += event.lost;
        }
    };
    streams.accept(script, {}, on_event);
    for (; script.size() >= 8; script = script.subspan(8)) {
        auto datagram = sonde::testing::tcp_datagram(
            {.sequence = be16_at(script, 0) * (script[7] % 16 == 0 ? 0x10001U : 1U),
             .data = sonde::testing::octets_t(script[2] * 4U, script[3]),
             .flags = tcp_flags{script[4]},
             .acknowledgment = be16_at(script, 5),
             .from_server = script[7] % 2 != 0,
             .client_port = 7});
        if (script[7] % 8 == 2) datagram.resize(datagram.size() - datagram.size() / 4);
        streams.accept(datagram, {}, on_event);
        SONDE_CHECK(streams.octets_waiting() <= limit);
    }
    streams.flush(on_event);
    SONDE_CHECK(streams.octets_waiting() == 0 && streams.flows() == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    against_model({data, size});
    as_they_are({data, size});
    return 0;
}
