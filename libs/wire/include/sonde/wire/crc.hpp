#pragma once
/// Cyclic redundancy checks of packets: CRC-32C (RFC 9260 appendix A, RFC 3720 s12.1), the frame
/// check sequence of Ethernet (IEEE 802.3 s3.2.9) and the CRC-24 of Bluetooth Low Energy (Core
/// Specification, volume 6, part B, s3.1.1). Each takes its octets in pieces of any length.
///
///     const auto sum = crc32c().add(header).add(data).value();
///     const auto fcs = ethernet_fcs().add(frame).octets();
///
/// Values are integers as their specifications write them; `octets()` is what lies in the packet.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include <sonde/base/api.hpp>
#include <sonde/base/octets.hpp>

namespace sonde::inline v0 {

namespace detail {
// Each moves a register on over octets; the registers shift to the right.
/// The best that this processor has: the instruction of SSE4.2, else tables.
[[nodiscard]] SONDE_API std::uint32_t crc32c_update(std::uint32_t state,
                                                    bytes_view octets) noexcept;
/// Eight tables, eight octets a step: what every processor can do.
[[nodiscard]] SONDE_API std::uint32_t crc32c_update_by_tables(std::uint32_t state,
                                                              bytes_view octets) noexcept;
[[nodiscard]] SONDE_API std::uint32_t crc32_update(std::uint32_t state, bytes_view octets) noexcept;
[[nodiscard]] SONDE_API std::uint32_t ble_crc24_update(std::uint32_t state,
                                                       bytes_view octets) noexcept;
/// The register before these octets, from the register after them.
[[nodiscard]] SONDE_API std::uint32_t ble_crc24_undo(std::uint32_t state,
                                                     bytes_view octets) noexcept;

/// The lowest `Len` octets of a value, the least significant first.
template <std::size_t Len>
[[nodiscard]] constexpr std::array<std::uint8_t, Len> little_endian_octets(
    std::uint32_t value) noexcept {
    std::array<std::uint8_t, Len> made{};
    for (std::uint8_t& octet : made) {
        octet = static_cast<std::uint8_t>(value);
        value >>= 8;
    }
    return made;
}
}  // namespace detail

/// Castagnoli's polynomial 0x1edc6f41: SCTP, iSCSI.
class crc32c {
  public:
    constexpr crc32c() noexcept = default;
    crc32c& add(bytes_view octets) noexcept {
        state_ = detail::crc32c_update(state_, octets);
        return *this;
    }
    [[nodiscard]] constexpr std::uint32_t value() const noexcept { return ~state_; }
    /// As they lie behind the octets: the least significant first.
    [[nodiscard]] constexpr std::array<std::uint8_t, 4> octets() const noexcept {
        return detail::little_endian_octets<4>(value());
    }

  private:
    std::uint32_t state_ = 0xffffffff;
};

/// Polynomial 0x04c11db7: the frame check sequence of Ethernet, also gzip's and zlib's CRC.
class ethernet_fcs {
  public:
    static constexpr std::size_t len = 4;  // octets

    constexpr ethernet_fcs() noexcept = default;
    ethernet_fcs& add(bytes_view octets) noexcept {
        state_ = detail::crc32_update(state_, octets);
        return *this;
    }
    [[nodiscard]] constexpr std::uint32_t value() const noexcept { return ~state_; }
    /// As they end a frame: the least significant first.
    [[nodiscard]] constexpr std::array<std::uint8_t, len> octets() const noexcept {
        return detail::little_endian_octets<len>(value());
    }
    /// Whether a frame ends with the sequence over what is before it. False for one that is
    /// shorter than a sequence.
    [[nodiscard]] static bool holds(bytes_view frame) noexcept {
        // What the register holds behind any octets and their own sequence.
        constexpr std::uint32_t residue = 0x2144df1c;
        return frame.size() >= len && ethernet_fcs().add(frame).value() == residue;
    }

  private:
    std::uint32_t state_ = 0xffffffff;
};

/// Polynomial 0x00065b over the PDU (header and payload) of Bluetooth Low Energy. Where it starts
/// is a constant on advertising channels and a secret of each connection.
class ble_crc24 {
  public:
    static constexpr std::size_t len = 3;  // octets
    static constexpr std::uint32_t advertising_init = 0x555555;

    /// `init`: 24 bits as the specification numbers its register: the CRCInit of CONNECT_IND.
    constexpr explicit ble_crc24(std::uint32_t init = advertising_init) noexcept
        : state_(reordered(init)) {}
    ble_crc24& add(bytes_view octets) noexcept {
        state_ = detail::ble_crc24_update(state_, octets);
        return *this;
    }
    /// The register as the specification numbers it: position 23 is the highest bit.
    [[nodiscard]] constexpr std::uint32_t value() const noexcept { return reordered(state_); }
    /// As they lie behind a PDU: position 23 goes out first, and captures put what comes first into
    /// the lowest bit.
    [[nodiscard]] constexpr std::array<std::uint8_t, len> octets() const noexcept {
        return detail::little_endian_octets<len>(state_);
    }
    /// 24 bits in the opposite order: from the specification's register to the one that shifts to
    /// the right, and back.
    [[nodiscard]] static constexpr std::uint32_t reordered(std::uint32_t bits) noexcept {
        std::uint32_t made = 0;
        for (int i = 0; i < 24; ++i) made |= ((bits >> i) & 1U) << (23 - i);
        return made;
    }
    /// Where the register started, from one packet of a connection that was seen whole: with it,
    /// every later packet of the connection can be checked.
    [[nodiscard]] static std::uint32_t init_of(bytes_view pdu,
                                               std::span<const std::uint8_t, len> crc) noexcept {
        const std::uint32_t after =
            std::uint32_t{crc[0]} | (std::uint32_t{crc[1]} << 8) | (std::uint32_t{crc[2]} << 16);
        return reordered(detail::ble_crc24_undo(after, pdu));
    }

  private:
    std::uint32_t state_;
};

}  // namespace sonde::inline v0
