#pragma once
/// Ethernet frames of 2,000 TCP connections at a time, made up: always the same for the same count.

#include <utility>
#include <vector>

#include <sonde/base/random.hpp>
#include <sonde/packet/stack.hpp>

namespace sonde::bench {

/// Frames one behind another.
struct stream_traffic {
    std::vector<std::uint8_t> octets{};
    std::vector<std::pair<std::size_t, std::size_t>> places{};  // where and how long

    [[nodiscard]] std::size_t size() const noexcept { return places.size(); }
    [[nodiscard]] bytes_view frame(std::size_t i) const noexcept {
        return bytes_view(octets).subspan(places[i].first, places[i].second);
    }
};

namespace detail {

inline constexpr std::size_t flow_count = 2000;

inline void add_segment(stream_traffic& to, std::size_t flow, bool back, tcp segment) {
    const ipv4_address client{0x0a000001U + static_cast<std::uint32_t>(flow)};
    const ipv4_address server{0xc0000201U};
    segment.source_port = back ? 443 : static_cast<std::uint16_t>(20000 + flow);
    segment.destination_port = back ? static_cast<std::uint16_t>(20000 + flow) : 443;
    const auto frame =
        ethernet{} / ipv4{.source = back ? server : client, .destination = back ? client : server} /
        segment;
    const std::size_t start = to.octets.size();
    to.octets.resize(start + frame.wire_len());
    frame.emit(bytes_mut(to.octets).subspan(start));
    to.places.emplace_back(start, frame.wire_len());
}

struct stream_talk {
    std::uint32_t sequence[2] = {1000, 5000};
    bool shaken = false;
};

inline void shake_hands(stream_traffic& to, std::size_t flow) {
    add_segment(to, flow, false, {.sequence_number = 999, .flags = tcp_flags::syn});
    add_segment(to,
                flow,
                true,
                {.sequence_number = 4999,
                 .acknowledgment_number = 1000,
                 .flags = tcp_flags::syn | tcp_flags::ack});
}

}  // namespace detail

/// Connections in turn at random; one segment of fifty arrives before the one in front of it, one
/// of a hundred twice; half of them are acknowledgments without data, as in a download.
[[nodiscard]] inline stream_traffic make_stream_traffic(std::size_t frames) {
    stream_traffic made;
    random_source random(7);
    std::vector<detail::stream_talk> talks(detail::flow_count);
    const std::vector<std::uint8_t> data(1460, 0x61);
    while (made.size() < frames) {
        const auto flow = static_cast<std::size_t>(random.below(detail::flow_count));
        detail::stream_talk& now = talks[flow];
        if (!std::exchange(now.shaken, true)) {
            detail::shake_hands(made, flow);
            continue;
        }
        const bool back = random.below(2) != 0;
        const std::size_t len = !back ? 200 + static_cast<std::size_t>(random.below(1260)) : 0;
        const tcp one{.sequence_number = now.sequence[back],
                      .acknowledgment_number = now.sequence[!back],
                      .flags = tcp_flags::ack,
                      .data = bytes_view(data).first(len)};
        now.sequence[back] += static_cast<std::uint32_t>(len);
        const std::uint64_t luck = random.below(100);
        if (luck < 2 && len != 0) {
            tcp next = one;
            next.sequence_number = now.sequence[back];
            now.sequence[back] += static_cast<std::uint32_t>(len);
            detail::add_segment(made, flow, back, next);
        }
        detail::add_segment(made, flow, back, one);
        if (luck == 99) detail::add_segment(made, flow, back, one);
    }
    return made;
}

}  // namespace sonde::bench
