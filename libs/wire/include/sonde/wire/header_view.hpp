#pragma once
/// What the views of protocols with a fixed header share: somebody's octets, never fewer than the
/// header's.

#include <cstddef>
#include <span>

#include <sonde/base/octets.hpp>

namespace sonde::inline v0::detail {

template <class Octet, std::size_t HeaderLen>
class header_view {
  public:
    [[nodiscard]] std::span<Octet> octets() const noexcept { return octets_; }

  protected:
    /// Precondition: at least HeaderLen octets.
    explicit header_view(std::span<Octet> octets) noexcept : octets_(octets) {}
    [[nodiscard]] std::span<Octet, HeaderLen> head() const noexcept {
        return octets_.template first<HeaderLen>();
    }
    /// What follows the header.
    [[nodiscard]] std::span<Octet> rest() const noexcept { return octets_.subspan(HeaderLen); }

  private:
    std::span<Octet> octets_;
};

/// An integer of 24 bits, of which the wire has several.
template <std::size_t Offset, class Octet, std::size_t Len>
[[nodiscard]] constexpr std::uint32_t be24(std::span<Octet, Len> in) noexcept {
    static_assert(Len != std::dynamic_extent && Offset + 3 <= Len, "field outside the header");
    return (std::uint32_t{in[Offset]} << 16) | (std::uint32_t{in[Offset + 1]} << 8) |
           std::uint32_t{in[Offset + 2]};
}
template <std::size_t Offset, std::size_t Len>
constexpr void put_be24(std::span<std::uint8_t, Len> out, std::uint32_t value) noexcept {
    static_assert(Len != std::dynamic_extent && Offset + 3 <= Len, "field outside the header");
    out[Offset] = static_cast<std::uint8_t>(value >> 16);
    put_be16<Offset + 1>(out, static_cast<std::uint16_t>(value));
}

}  // namespace sonde::inline v0::detail
