#pragma once
/// How a single value is written, in trees and in dumps.

#include <sonde/packet/tree.hpp>

#include "print_text.hpp"

namespace sonde::inline v0::detail {

/// The value without its name: "64", "0x0800", "192.0.2.1", "00112233... (200 octets)".
void put_value(text_writer& out, const described& value, std::size_t octets_max);
/// "14", "14-15", "14.0-3".
void put_place(text_writer& out, const tree_value& value);
/// Whether octets have the length that an address of this kind has.
[[nodiscard]] bool is_address(const described& value) noexcept;
/// Writes an address. Precondition: is_address(value).
void put_address(text_writer& out, const described& value);

}  // namespace sonde::inline v0::detail
