#pragma once
/// The value of a field as somebody gives it: a number, an address, octets, or text such as "udp",
/// "0x11", "192.0.2.1". And back: the text that gives the same value.

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include <sonde/base/address.hpp>
#include <sonde/packet/craft_error.hpp>
#include <sonde/wire/protocol.hpp>

namespace sonde::inline v0 {

class field_value {
  public:
    // What somebody writes is what the field gets: each of these is meant to convert.
    template <class Number>
        requires(std::integral<Number> || std::is_enum_v<Number>)
    field_value(Number number)  // NOLINT(google-explicit-constructor)
        : held_(static_cast<std::uint64_t>(number)) {}
    field_value(ipv4_address address)  // NOLINT(google-explicit-constructor)
        : held_(std::uint64_t{address.value}) {}
    field_value(const ipv6_address& address)  // NOLINT(google-explicit-constructor)
        : field_value(bytes_view(address.octets)) {}
    field_value(const mac_address& address)  // NOLINT(google-explicit-constructor)
        : field_value(bytes_view(address.octets)) {}
    field_value(bytes_view octets)  // NOLINT(google-explicit-constructor)
        : held_(std::vector<std::uint8_t>(octets.begin(), octets.end())) {}
    field_value(std::string_view text)  // NOLINT(google-explicit-constructor)
        : held_(std::string(text)) {}
    field_value(const char* text)  // NOLINT(google-explicit-constructor)
        : held_(std::string(text)) {}

    /// One of the three; the others are null.
    [[nodiscard]] const std::uint64_t* number() const noexcept {
        return std::get_if<std::uint64_t>(&held_);
    }
    [[nodiscard]] const std::vector<std::uint8_t>* octets() const noexcept {
        return std::get_if<std::vector<std::uint8_t>>(&held_);
    }
    [[nodiscard]] const std::string* text() const noexcept {
        return std::get_if<std::string>(&held_);
    }

  private:
    std::variant<std::uint64_t, std::vector<std::uint8_t>, std::string> held_;
};

/// The octets of a value in a field that has so many bits: as many octets as hold them, the bits at
/// their low end. Fails with numbers when the value is too large or of the wrong length, and with
/// the nearest name when a name is not known. `of`: the protocol, for the sentence.
[[nodiscard]] SONDE_API craft_result<std::vector<std::uint8_t>> field_octets(
    const field_value& value, const field& which, std::string_view of);

/// The text that `field_octets` reads back, from octets as it gives them: 192.0.2.1, 0x0800, udp.
[[nodiscard]] SONDE_API std::string field_text(bytes_view octets, const field& which,
                                               std::string_view of);

/// A number as people write them: decimal, 0x hex, 0b binary, with _ between digits. Nothing
/// for anything else, or above 64 bits.
[[nodiscard]] SONDE_API std::optional<std::uint64_t> parse_number(std::string_view text) noexcept;

/// "x'de ad be ef'" for octets.
[[nodiscard]] SONDE_API std::string hex_literal(bytes_view octets);

}  // namespace sonde::inline v0
