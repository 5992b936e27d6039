#pragma once
/// One block of a TPACKET_V3 ring (linux/if_packet.h, Documentation/networking/packet_mmap.rst):
/// the frames that the kernel put into it. Nothing that a block says makes us read outside of it.

#include <cstddef>
#include <cstdint>
#include <optional>

#include <sonde/base/octets.hpp>

namespace sonde::inline v0::detail {

/// A frame in a block and what the kernel says about it.
struct ring_frame {
    bytes_mut room{};          // from behind the kernel's headers to the end of the frame
    std::size_t headroom = 0;  // octets of it before the frame, which nobody needs any more
    std::uint32_t original_len = 0;
    std::uint32_t seconds = 0;
    std::uint32_t nanoseconds = 0;
    std::uint32_t status = 0;         // TP_STATUS_*
    std::uint16_t vlan_control = 0;   // tag control information, where status says so
    std::uint16_t vlan_protocol = 0;  // host byte order
    std::uint16_t protocol = 0;       // EtherType or Linux's own number, host byte order
    std::uint32_t interface_index = 0;
    std::uint16_t hardware = 0;    // ARPHRD_*
    std::uint8_t kind = 0;         // PACKET_HOST, PACKET_OUTGOING...
    std::uint8_t address_len = 0;  // octets of `address` that are one, at most 8
    std::uint64_t address = 0;     // the sender's, first octet highest

    [[nodiscard]] bytes_mut octets() const noexcept { return room.subspan(headroom); }
};

class ring_block {
  public:
    explicit ring_block(bytes_mut octets) noexcept;
    /// Nothing when all were seen, or when the block contradicts itself.
    [[nodiscard]] std::optional<ring_frame> next() noexcept;
    /// The kernel never makes one.
    [[nodiscard]] bool is_damaged() const noexcept { return damaged_; }

    static constexpr std::size_t status_offset = 8;  // of block_status in tpacket_block_desc

  private:
    bytes_mut octets_;
    std::size_t at_ = 0;
    std::uint32_t left_ = 0;
    bool damaged_ = false;
};

}  // namespace sonde::inline v0::detail
