#pragma once
/// Octets and byte order. The rest of sonde knows only host byte order: these functions are the one
/// place where the network's order exists.

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

namespace sonde::inline v0 {

using bytes_view = std::span<const std::uint8_t>;  // somebody's octets; borrowed
using bytes_mut = std::span<std::uint8_t>;         // the same, writable

/// Reads a big-endian integer at octet `Offset` of a span whose length is in its type: an offset
/// outside is a compile error, and the read is one load and one rotate.
template <std::size_t Offset, class Octet, std::size_t Len>
[[nodiscard]] constexpr std::uint16_t be16(std::span<Octet, Len> in) noexcept {
    static_assert(Len != std::dynamic_extent && Offset + 2 <= Len, "field outside the header");
    return static_cast<std::uint16_t>((in[Offset] << 8) | in[Offset + 1]);
}

template <std::size_t Offset, class Octet, std::size_t Len>
[[nodiscard]] constexpr std::uint32_t be32(std::span<Octet, Len> in) noexcept {
    static_assert(Len != std::dynamic_extent && Offset + 4 <= Len, "field outside the header");
    return (std::uint32_t{in[Offset]} << 24) | (std::uint32_t{in[Offset + 1]} << 16) |
           (std::uint32_t{in[Offset + 2]} << 8) | std::uint32_t{in[Offset + 3]};
}

template <std::size_t Offset, class Octet, std::size_t Len>
[[nodiscard]] constexpr std::uint64_t be64(std::span<Octet, Len> in) noexcept {
    return (std::uint64_t{be32<Offset>(in)} << 32) | be32<Offset + 4>(in);
}

template <std::size_t Offset, std::size_t Len>
constexpr void put_be16(std::span<std::uint8_t, Len> out, std::uint16_t value) noexcept {
    static_assert(Len != std::dynamic_extent && Offset + 2 <= Len, "field outside the header");
    out[Offset] = static_cast<std::uint8_t>(value >> 8);
    out[Offset + 1] = static_cast<std::uint8_t>(value);
}

template <std::size_t Offset, std::size_t Len>
constexpr void put_be32(std::span<std::uint8_t, Len> out, std::uint32_t value) noexcept {
    static_assert(Len != std::dynamic_extent && Offset + 4 <= Len, "field outside the header");
    put_be16<Offset>(out, static_cast<std::uint16_t>(value >> 16));
    put_be16<Offset + 2>(out, static_cast<std::uint16_t>(value));
}

template <std::size_t Offset, std::size_t Len>
constexpr void put_be64(std::span<std::uint8_t, Len> out, std::uint64_t value) noexcept {
    put_be32<Offset>(out, static_cast<std::uint32_t>(value >> 32));
    put_be32<Offset + 4>(out, static_cast<std::uint32_t>(value));
}

/// The same at an offset known only at run time. Precondition: offset + size <= length.
[[nodiscard]] constexpr std::uint16_t be16_at(bytes_view in, std::size_t offset) noexcept {
    return be16<0>(in.subspan(offset).first<2>());
}
[[nodiscard]] constexpr std::uint32_t be32_at(bytes_view in, std::size_t offset) noexcept {
    return be32<0>(in.subspan(offset).first<4>());
}
[[nodiscard]] constexpr std::uint64_t be64_at(bytes_view in, std::size_t offset) noexcept {
    return be64<0>(in.subspan(offset).first<8>());
}
constexpr void put_be16_at(bytes_mut out, std::size_t offset, std::uint16_t value) noexcept {
    put_be16<0>(out.subspan(offset).first<2>(), value);
}
constexpr void put_be32_at(bytes_mut out, std::size_t offset, std::uint32_t value) noexcept {
    put_be32<0>(out.subspan(offset).first<4>(), value);
}
constexpr void put_be64_at(bytes_mut out, std::size_t offset, std::uint64_t value) noexcept {
    put_be64<0>(out.subspan(offset).first<8>(), value);
}

/// Copies octets; the lengths decide how many. Precondition: out.size() >= in.size().
constexpr void copy_octets(bytes_mut out, bytes_view in) noexcept {
    for (std::size_t i = 0; i < in.size(); ++i) out[i] = in[i];
}

}  // namespace sonde::inline v0
