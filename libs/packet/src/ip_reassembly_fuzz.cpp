// Fragments made from the fuzzer's octets, against a model that is too simple to be wrong: one slot
// for each octet of a datagram. And the octets as they are, as a datagram, cut and put together.

#include <optional>
#include <vector>

#include <sonde/base/check.hpp>
#include <sonde/packet/fragment.hpp>
#include <sonde/packet/ip_reassembler.hpp>

#include "packet_samples.hpp"

namespace {

using namespace sonde;

/// One datagram as first_wins or last_wins see it. Only what ip_reassembler takes comes here.
struct model {
    std::vector<std::optional<std::uint8_t>> octets =
        std::vector<std::optional<std::uint8_t>>(1024);
    std::optional<std::size_t> end{};

    void take(std::size_t at, bytes_view data, bool more, overlap_policy policy) {
        for (std::size_t i = 0; i < data.size(); ++i) {
            auto& slot = octets[at + i];
            if (!slot || policy == overlap_policy::last_wins) slot = data[i];
        }
        if (!more) end = at + data.size();
    }
};

void against_model(bytes_view script) {
    if (script.empty()) return;
    const auto policy = script[0] % 2 != 0 ? overlap_policy::first_wins : overlap_policy::last_wins;
    ip_reassembler reassembler({.octets_max = 1 << 20, .overlap = policy, .key = {1, 2}});
    model expected;
    for (script = script.subspan(1); script.size() >= 4; script = script.subspan(4)) {
        const std::size_t offset = (script[0] % 64U) * 8;
        const bool more = script[1] % 4 != 0;
        const std::size_t len = more ? 8 * (1 + script[2] % 20U) : 1 + script[2] % 100U;
        const sonde::testing::octets_t data(len, script[3]);
        const auto datagram =
            sonde::testing::v4_piece({.offset = offset, .more = more, .data = data});
        if (offset == 0 && !more) continue;
        reassembler.accept(datagram, {}, [&](const ip_reassembly_event& event) {
            SONDE_CHECK(!describe(event).empty());
            if (event.kind == ip_reassembly_kind::refused) return;
            expected.take(offset, data, more, policy);
            if (event.kind != ip_reassembly_kind::whole) return;
            const bytes_view payload = event.octets.subspan(ipv4::header_len);
            SONDE_CHECK(payload.size() == *expected.end);
            for (std::size_t i = 0; i < payload.size(); ++i) {
                SONDE_CHECK(expected.octets[i] == payload[i]);
            }
            expected = {};
        });
    }
}

void as_they_are(bytes_view octets) {
    ip_reassembler reassembler({.octets_max = 1 << 16, .refuse_tiny_tcp_fragments = true});
    std::uint64_t sum = 0;
    const auto touch = [&](const ip_reassembly_event& event) {
        for (const std::uint8_t octet : event.octets) sum += octet;
        SONDE_CHECK(!describe(event).empty());
    };
    reassembler.accept(octets, {}, touch);
    std::vector<std::vector<std::uint8_t>> pieces;
    const auto count =
        fragment(octets, {.mtu = 64, .ignore_dont_fragment = true}, [&](bytes_view one) {
            SONDE_CHECK(one.size() <= std::max<std::size_t>(64, octets.size()));
            pieces.emplace_back(one.begin(), one.end());
        });
    if (!count) SONDE_CHECK(!describe(count.error()).empty());
    for (const auto& one : pieces) reassembler.accept(one, {}, touch);
    reassembler.on_time(mono_time(std::chrono::seconds(61)), touch);
    SONDE_CHECK(reassembler.octets_held() == 0 && reassembler.datagrams() == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    against_model({data, size});
    as_they_are({data, size});
    return 0;
}
