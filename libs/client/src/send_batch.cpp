#include "send_batch.hpp"

namespace sonde::inline v0::detail {

void send_batch::add(const transmit& probe) {
    waiting made{.packet = {.destination = {probe.destination, probe.destination_port},
                            .token = probe.id.value},
                 .offset = octets_.size(),
                 .len = probe.octets.size()};
    if (probe.hop_limit != 0) made.packet.hop_limit = sonde::hop_limit{probe.hop_limit};
    octets_.insert(octets_.end(), probe.octets.begin(), probe.octets.end());
    probes_.push_back(made);
}

std::span<const outgoing> send_batch::packets() {
    packets_.clear();
    for (const auto& probe : probes_) {
        packets_.push_back(probe.packet);
        packets_.back().octets = bytes_view(octets_).subspan(probe.offset, probe.len);
    }
    return packets_;
}

void send_batch::keep_only(std::span<const std::size_t> places) {
    for (std::size_t i = 0; i < places.size(); ++i) probes_[i] = probes_[places[i]];
    probes_.resize(places.size());
    if (probes_.empty()) octets_.clear();
}

}  // namespace sonde::inline v0::detail
