#include <algorithm>
#include <utility>

#include <sonde/packet/tcp_follower.hpp>

namespace sonde::inline v0 {

bool tcp_follower::is_ours(const tcp_stream_event& event) {
    if (!number_) {
        const tcp_endpoint client = event.flow.client();
        const tcp_endpoint server = event.flow.server();
        const bool between = (client == ends_[0] && server == ends_[1]) ||
                             (client == ends_[1] && server == ends_[0]);
        if (between) number_ = event.flow.number();
    }
    return number_ == event.flow.number();
}

void tcp_follower::operator()(const tcp_stream_event& event) {
    if (!is_ours(event)) return;
    if (!std::exchange(seen_, true)) {
        client_ = event.flow.client();
        server_ = event.flow.server();
    }
    if (event.kind == tcp_event_kind::data) append(event);
    if (event.kind == tcp_event_kind::gap) {
        lost_[static_cast<std::size_t>(event.direction)] += event.lost;
    }
    if (event.kind == tcp_event_kind::closed) ended_ = event.close;
}

void tcp_follower::append(const tcp_stream_event& event) {
    const auto which = static_cast<std::size_t>(event.direction);
    std::vector<std::uint8_t>& stream = streams_[which];
    const std::size_t room = octets_max_ - streams_[0].size() - streams_[1].size();
    const std::uint64_t lost = std::exchange(lost_[which], 0);
    const bool goes_on = !turns_.empty() && turns_.back().direction == event.direction && lost == 0;
    const bool no_turn = !goes_on && turns_.size() >= octets_max_ / 16;
    const std::size_t len = no_turn ? 0 : std::min(room, event.octets.size());
    left_out_ += event.octets.size() - len;
    if (len == 0) return;
    if (!goes_on) turns_.push_back({event.direction, stream.size(), 0, lost});
    turns_.back().len += len;
    stream.insert(stream.end(), event.octets.begin(), event.octets.begin() + std::ptrdiff_t(len));
}

}  // namespace sonde::inline v0
