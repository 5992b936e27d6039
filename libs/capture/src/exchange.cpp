#include <algorithm>

#include <sonde/capture/exchange.hpp>

namespace sonde::inline v0 {
namespace {

/// Which frames still want how many answers.
class open_questions {
  public:
    open_questions(std::span<const bytes_view> frames, std::uint32_t answers_max)
        : frames_(frames), had_(frames.size()), max_(answers_max), open_(frames.size()) {}

    // The frame that this packet answers, or none.
    std::optional<std::size_t> answered_by(const live_record& came, const answer_predicate& is) {
        for (std::size_t at = 0; at < frames_.size(); ++at) {
            if (is_settled(at) || !is(frames_[at], came)) continue;
            if (had_[at]++ == 0) ++answered_;
            if (is_settled(at)) --open_;
            return at;
        }
        return std::nullopt;
    }
    [[nodiscard]] bool are_settled() const noexcept { return open_ == 0; }
    [[nodiscard]] std::size_t unanswered() const noexcept { return frames_.size() - answered_; }

  private:
    [[nodiscard]] bool is_settled(std::size_t at) const noexcept {
        return max_ != 0 && had_[at] >= max_;
    }
    std::span<const bytes_view> frames_;
    std::vector<std::uint32_t> had_;
    std::uint32_t max_;
    std::size_t open_;
    std::size_t answered_ = 0;
};

}  // namespace

owned_frame to_owned(const live_record& packet) {
    return {.octets = {packet.octets.begin(), packet.octets.end()},
            .time = packet.time,
            .source = packet.source,
            .original_len = packet.original_len,
            .interface_index = packet.interface_index,
            .link_type = packet.link_type,
            .flags = packet.flags().value_or(packet_flags{})};
}

live_result<std::vector<owned_frame>> receive(live_capture& from, const receive_options& options) {
    std::vector<owned_frame> frames;
    if (auto begun = from.begin_time(options.time); !begun) return tl::unexpected(begun.error());
    while (options.limit == 0 || frames.size() < options.limit) {
        const auto got = from.next_in_time();
        if (!got) return tl::unexpected(got.error());
        if (*got == nullptr) break;
        if (!options.matching || options.matching(**got)) frames.push_back(to_owned(**got));
    }
    return frames;
}

live_result<exchange_result> exchange(packet_link& out, live_capture& in,
                                      std::span<const bytes_view> frames,
                                      const answer_predicate& is_answer,
                                      const exchange_options& options) {
    exchange_result made;
    open_questions questions(frames, options.answers_max);
    if (auto begun = in.begin_time(options.time); !begun) return tl::unexpected(begun.error());
    auto sent = out.send(frames);
    if (!sent) return tl::unexpected(std::move(sent.error()));
    made.sent = std::move(*sent);
    while (!questions.are_settled()) {
        const auto got = in.next_in_time();
        if (!got) return tl::unexpected(got.error());
        if (*got == nullptr) break;
        const live_record& came = **got;
        if (came.is_outbound() && !options.outbound_too) continue;
        if (const auto at = questions.answered_by(came, is_answer)) {
            made.answers.push_back({*at, to_owned(came)});
        } else {
            ++made.others;
        }
    }
    made.unanswered = questions.unanswered();
    return made;
}

}  // namespace sonde::inline v0
