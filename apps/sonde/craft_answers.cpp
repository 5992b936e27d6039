#include "craft_answers.hpp"

#include <algorithm>

#include <sonde/packet/answer.hpp>
#include <sonde/packet/layers.hpp>

namespace sonde::cli {

void answer_book::sent(bytes_view octets, wall_time at) {
    if (requests_.size() == requests_max) requests_.pop_front();
    requests_.push_back({.octets = {octets.begin(), octets.end()}, .at = at});
    ++count_;
}

// What was sent without a link header is compared with what lies behind one.
bytes_view answer_book::comparable(const record& came) const noexcept {
    const auto link = static_cast<link_type>(came.link_type);
    if (type_ != link_type::raw || link == link_type::raw) return came.octets;
    for (const layer_view& one : layers(came.octets, link)) {
        if (one.id() == layer::ipv4 || one.id() == layer::ipv6) {
            return came.octets.subspan(one.offset());
        }
    }
    return {};
}

std::optional<shown_answer> answer_book::judge(const record& came) {
    const bytes_view octets = comparable(came);
    if (octets.empty()) return std::nullopt;
    for (std::size_t i = requests_.size(); i-- > 0;) {
        request& one = requests_[i];
        if (one.answered && !several_) continue;
        const reply_kind kind = answers(one.octets, octets, type_);
        if (kind == reply_kind::no) continue;
        if (!one.answered) ++answered_;
        one.answered = true;
        return shown_answer{.request = count_ - requests_.size() + i + 1,
                            .is_error = kind == reply_kind::error_about,
                            .after = std::max(came.time - one.at, nanoseconds(0)),
                            .octets = octets,
                            .type = type_};
    }
    return std::nullopt;
}

}  // namespace sonde::cli
