#pragma once
/// Blocks of a TPACKET_V3 ring made by hand, field by field as linux/if_packet.h lays them out.

#include <algorithm>
#include <cstddef>
#include <linux/if_packet.h>
#include <string_view>
#include <vector>

#include <sonde/capture/byte_order.hpp>

namespace sonde::capture_testing {

/// What a made frame says of itself.
struct made_frame {
    std::vector<std::uint8_t> octets{};
    std::uint32_t original_len = 0;  // 0: as many as there are octets
    std::uint32_t seconds = 1;
    std::uint32_t nanoseconds = 2;
    std::uint32_t status = TP_STATUS_USER;
    std::uint16_t vlan_control = 0;
    std::uint16_t vlan_protocol = 0;
    std::uint16_t protocol = 0x0800;
    std::uint32_t interface_index = 7;
    std::uint16_t hardware = 1;  // ARPHRD_ETHER
    std::uint8_t kind = PACKET_HOST;
    std::size_t mac = 96;  // where the octets begin, as the kernel puts them for SOCK_DGRAM
};

class block_maker {
  public:
    explicit block_maker(std::size_t len = 65536) : octets_(len) {
        put32(offsetof(tpacket_block_desc, version), TPACKET_V3);
        put32(offsetof(tpacket_block_desc, hdr.bh1.offset_to_first_pkt), first_);
        put32(offsetof(tpacket_block_desc, hdr.bh1.block_status), TP_STATUS_USER);
    }
    block_maker& add(const made_frame& frame) {
        const std::size_t at = next_;
        const auto len = static_cast<std::uint32_t>(frame.octets.size());
        next_ = at + (frame.mac + len + 15) / 16 * 16;
        if (count_ != 0) put32(last_, static_cast<std::uint32_t>(at - last_));
        last_ = at;  // tp_next_offset is the header's first word
        put32(at + offsetof(tpacket3_hdr, tp_sec), frame.seconds);
        put32(at + offsetof(tpacket3_hdr, tp_nsec), frame.nanoseconds);
        put32(at + offsetof(tpacket3_hdr, tp_snaplen), len);
        put32(at + offsetof(tpacket3_hdr, tp_len),
              frame.original_len != 0 ? frame.original_len : len);
        put32(at + offsetof(tpacket3_hdr, tp_status), frame.status);
        put16(at + offsetof(tpacket3_hdr, tp_mac), static_cast<std::uint16_t>(frame.mac));
        put32(at + offsetof(tpacket3_hdr, hv1.tp_vlan_tci), frame.vlan_control);
        put16(at + offsetof(tpacket3_hdr, hv1.tp_vlan_tpid), frame.vlan_protocol);
        const std::size_t from = at + 48;  // sockaddr_ll, behind the aligned header
        put_be16_at(octets_, from + 2, frame.protocol);
        put32(from + 4, frame.interface_index);
        put16(from + 8, frame.hardware);
        octets_[from + 10] = frame.kind;
        octets_[from + 11] = 6;
        for (std::uint8_t i = 0; i < 6; ++i)
            octets_[from + 12 + i] = static_cast<std::uint8_t>(0xa0 + i);
        std::ranges::copy(frame.octets,
                          octets_.begin() + static_cast<std::ptrdiff_t>(at + frame.mac));
        put32(offsetof(tpacket_block_desc, hdr.bh1.num_pkts), ++count_);
        return *this;
    }
    void put32(std::size_t at, std::uint32_t value) {
        detail::store(native_order, bytes_mut(octets_), at, value);
    }
    void put16(std::size_t at, std::uint16_t value) {
        detail::store(native_order, bytes_mut(octets_), at, value);
    }
    /// Where the frame that was added last begins.
    [[nodiscard]] std::size_t last() const { return last_; }
    [[nodiscard]] std::vector<std::uint8_t>& octets() { return octets_; }

    static constexpr std::size_t first_ = sizeof(tpacket_block_desc);

  private:
    std::vector<std::uint8_t> octets_;
    std::size_t next_ = first_;
    std::size_t last_ = 0;
    std::uint32_t count_ = 0;
};

}  // namespace sonde::capture_testing
