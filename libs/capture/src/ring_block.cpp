#include "ring_block.hpp"

#include <algorithm>
#include <linux/if_packet.h>

#include <sonde/capture/byte_order.hpp>

namespace sonde::inline v0::detail {
namespace {

std::uint32_t word(bytes_view in, std::size_t offset) noexcept {
    return load32(native_order, in, offset);
}
std::uint16_t half(bytes_view in, std::size_t offset) noexcept {
    return load16(native_order, in, offset);
}

constexpr std::size_t block_header_len = sizeof(tpacket_block_desc);
// The sender's address lies behind the header, where TPACKET_ALIGN puts it.
constexpr std::size_t address_offset = sizeof(tpacket3_hdr);
constexpr std::size_t header_len = address_offset + sizeof(sockaddr_ll);
static_assert(sizeof(tpacket3_hdr) % TPACKET_ALIGNMENT == 0);
static_assert(offsetof(tpacket_block_desc, hdr.bh1.block_status) == ring_block::status_offset);

ring_frame described(bytes_view header) noexcept {
    const auto from = header.subspan(address_offset);
    return {
        .original_len = word(header, offsetof(tpacket3_hdr, tp_len)),
        .seconds = word(header, offsetof(tpacket3_hdr, tp_sec)),
        .nanoseconds = word(header, offsetof(tpacket3_hdr, tp_nsec)),
        .status = word(header, offsetof(tpacket3_hdr, tp_status)),
        .vlan_control =
            static_cast<std::uint16_t>(word(header, offsetof(tpacket3_hdr, hv1.tp_vlan_tci))),
        .vlan_protocol = half(header, offsetof(tpacket3_hdr, hv1.tp_vlan_tpid)),
        .protocol = be16_at(from, offsetof(sockaddr_ll, sll_protocol)),
        .interface_index = word(from, offsetof(sockaddr_ll, sll_ifindex)),
        .hardware = half(from, offsetof(sockaddr_ll, sll_hatype)),
        .kind = from[offsetof(sockaddr_ll, sll_pkttype)],
        .address_len = std::min<std::uint8_t>(from[offsetof(sockaddr_ll, sll_halen)], 8),
        .address = be64_at(from, offsetof(sockaddr_ll, sll_addr)),
    };
}

}  // namespace

ring_block::ring_block(bytes_mut octets) noexcept : octets_(octets) {
    if (octets.size() < block_header_len) {
        damaged_ = true;
        return;
    }
    left_ = word(octets, offsetof(tpacket_block_desc, hdr.bh1.num_pkts));
    at_ = word(octets, offsetof(tpacket_block_desc, hdr.bh1.offset_to_first_pkt));
    damaged_ = left_ != 0 && at_ < block_header_len;
}

std::optional<ring_frame> ring_block::next() noexcept {
    if (left_ == 0 || damaged_) return std::nullopt;
    damaged_ = true;  // until shown to be good
    if (at_ > octets_.size() || octets_.size() - at_ < header_len) return std::nullopt;
    const bytes_mut rest = octets_.subspan(at_);
    const std::size_t mac = half(rest, offsetof(tpacket3_hdr, tp_mac));
    const std::size_t len = word(rest, offsetof(tpacket3_hdr, tp_snaplen));
    const std::size_t step = word(rest, offsetof(tpacket3_hdr, tp_next_offset));
    if (mac < header_len || mac > rest.size() || rest.size() - mac < len) return std::nullopt;
    if (left_ > 1 && step < mac + len) return std::nullopt;  // frames do not overlap
    ring_frame frame = described(rest);
    frame.room = rest.subspan(header_len, mac - header_len + len);
    frame.headroom = mac - header_len;
    at_ += step;
    --left_;
    damaged_ = false;
    return frame;
}

}  // namespace sonde::inline v0::detail
