#pragma once
/// Byte order of capture files. Unlike the network, a capture file is written in the order of the
/// machine that wrote it, and says which; a pcapng file may change it with every section.

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <sonde/base/octets.hpp>

namespace sonde::inline v0 {

enum class byte_order : std::uint8_t { little, big };

inline constexpr byte_order native_order =
    std::endian::native == std::endian::little ? byte_order::little : byte_order::big;

[[nodiscard]] constexpr std::string_view to_string(byte_order order) noexcept {
    return order == byte_order::little ? "little-endian" : "big-endian";
}

namespace detail {

constexpr std::uint16_t swapped(std::uint16_t value) noexcept { return __builtin_bswap16(value); }
constexpr std::uint32_t swapped(std::uint32_t value) noexcept { return __builtin_bswap32(value); }
constexpr std::uint64_t swapped(std::uint64_t value) noexcept { return __builtin_bswap64(value); }

/// One move of the machine, and a swap when the order is the other one. Put together from single
/// octets, g++ 12 makes forty instructions of a header of four words.
template <class Int>
[[nodiscard]] constexpr Int load(byte_order order, bytes_view in, std::size_t offset) noexcept {
    std::array<std::uint8_t, sizeof(Int)> octets{};
    std::ranges::copy(in.subspan(offset).template first<sizeof(Int)>(), octets.begin());
    const auto value = std::bit_cast<Int>(octets);
    return order == native_order ? value : swapped(value);
}
template <class Int>
constexpr void store(byte_order order, bytes_mut out, std::size_t offset, Int value) noexcept {
    const auto octets = std::bit_cast<std::array<std::uint8_t, sizeof(Int)>>(
        order == native_order ? value : swapped(value));
    std::ranges::copy(octets, out.subspan(offset).template first<sizeof(Int)>().begin());
}

}  // namespace detail

/// Integers of a file in its order. Precondition of each: offset + size <= length.
[[nodiscard]] constexpr std::uint16_t load16(byte_order order, bytes_view in,
                                             std::size_t offset) noexcept {
    return detail::load<std::uint16_t>(order, in, offset);
}
[[nodiscard]] constexpr std::uint32_t load32(byte_order order, bytes_view in,
                                             std::size_t offset) noexcept {
    return detail::load<std::uint32_t>(order, in, offset);
}
[[nodiscard]] constexpr std::uint64_t load64(byte_order order, bytes_view in,
                                             std::size_t offset) noexcept {
    return detail::load<std::uint64_t>(order, in, offset);
}
constexpr void store16(byte_order order, bytes_mut out, std::size_t offset,
                       std::uint16_t value) noexcept {
    detail::store(order, out, offset, value);
}
constexpr void store32(byte_order order, bytes_mut out, std::size_t offset,
                       std::uint32_t value) noexcept {
    detail::store(order, out, offset, value);
}
constexpr void store64(byte_order order, bytes_mut out, std::size_t offset,
                       std::uint64_t value) noexcept {
    detail::store(order, out, offset, value);
}

}  // namespace sonde::inline v0
