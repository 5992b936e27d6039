#include "send_batch.hpp"

#include <algorithm>

#include <sonde/base/check.hpp>

namespace sonde::inline v0::detail {

void send_batch::add(const transmit& probe) {
    SONDE_CHECK(!is_full() && probe.octets.size() <= probe_len_max);
    if (!octets_) octets_ = std::make_unique_for_overwrite<std::uint8_t[]>(room);
    const bytes_mut own(octets_.get() + octets_len_, probe.octets.size());
    std::ranges::copy(probe.octets, own.begin());
    octets_len_ += own.size();
    // Made where it lies: a copy would be read back before its parts are written.
    outgoing& made = packets_.emplace_back();
    made.octets = own;
    made.destination.address = probe.destination;
    made.destination.port = probe.destination_port;
    made.token = probe.id.value;
    if (probe.hop_limit != 0) made.hop_limit = sonde::hop_limit{probe.hop_limit};
}

void send_batch::keep_only(std::span<const std::size_t> places) {
    for (std::size_t i = 0; i < places.size(); ++i) packets_[i] = packets_[places[i]];
    packets_.resize(places.size());
    if (packets_.empty()) octets_len_ = 0;
}

}  // namespace sonde::inline v0::detail
