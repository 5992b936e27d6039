#pragma once
/// Packets received or exchanged in one call, as owned copies.
///
///     auto frames = receive(capture, {.limit = 10, .time = 2s}).value();
///     auto heard = exchange(out, capture, probes, [](bytes_view sent, const live_record& came) {
///         return is_answer(sent, came.octets);
///     }).value();
///     for (const frame_answer& one : heard.answers) use(probes[one.sent], one.frame);
///
/// What is an answer to what is the caller's to say: this library does not look into packets.

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include <sonde/base/api.hpp>
#include <sonde/capture/link.hpp>
#include <sonde/capture/live_capture.hpp>

namespace sonde::inline v0 {

/// A live packet that owns its octets.
struct owned_frame {
    std::vector<std::uint8_t> octets{};
    wall_time time{};
    stamp_source source = stamp_source::kernel;
    std::uint32_t original_len = 0;
    std::uint32_t interface_index = 0;
    std::uint16_t link_type = 1;
    packet_flags flags{};

    /// As a record that borrows this frame, for everything that takes records. Without options.
    [[nodiscard]] record as_record() const noexcept SONDE_LIFETIMEBOUND {
        record made;
        made.octets = octets;
        made.time = time;
        made.original_len = original_len;
        made.link_type = link_type;
        return made;
    }
};
[[nodiscard]] SONDE_API owned_frame to_owned(const live_record& packet);

struct receive_options {
    std::size_t limit = 0;                               // packets; 0: no limit
    nanoseconds time = std::chrono::seconds(1);          // in all
    std::function<bool(const live_record&)> matching{};  // absent: every packet
};
/// Packets of a capture, until there are enough, the time is over, or its stop().
/// Errors: as live_capture::next.
[[nodiscard]] SONDE_API live_result<std::vector<owned_frame>> receive(
    live_capture& from, const receive_options& options = {});

struct exchange_options {
    nanoseconds time = std::chrono::seconds(1);  // in all, from the first frame on
    std::uint32_t answers_max = 1;               // of each frame; 0: all that come in that time
    bool outbound_too = false;                   // ask `is_answer` also of what this host sent
};
struct frame_answer {
    std::size_t sent = 0;  // index of the frame that it answers
    owned_frame frame{};
};
struct exchange_result {
    std::vector<frame_answer> answers{};  // in the order in which they came
    send_counts sent{};
    std::uint64_t others = 0;    // packets that answer nothing
    std::size_t unanswered = 0;  // frames without an answer
};
using answer_predicate = std::function<bool(bytes_view sent, const live_record& came)>;

/// Sends frames, then collects answers until every frame has as many as wanted, the time is over,
/// or the capture's stop(). The capture was opened before, so that no answer is too early; it must
/// hear the interface that `out` sends by. A packet is compared with the frames that still want
/// one, in their order, and answers the first that says so: `is_answer` runs at most (packets x
/// frames) times. Errors: as packet_link::send and live_capture::next.
[[nodiscard]] SONDE_API live_result<exchange_result> exchange(packet_link& out, live_capture& in,
                                                              std::span<const bytes_view> frames,
                                                              const answer_predicate& is_answer,
                                                              const exchange_options& options = {});

}  // namespace sonde::inline v0
