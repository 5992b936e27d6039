#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include <sonde/base/text.hpp>
#include <sonde/packet/field_value.hpp>

#include "nearest_name.hpp"

namespace sonde::inline v0 {
namespace {

using octets_of_field = std::vector<std::uint8_t>;

std::size_t octets_for(const field& which) noexcept {
    return (std::size_t{which.bit_width} + 7) / 8;
}

std::string called(const field& which, std::string_view of) {
    return std::string(of) + " " + std::string(which.name);
}

octets_of_field low_octets(std::uint64_t number, std::size_t len) {
    octets_of_field made(len);
    for (std::size_t i = len; i-- > 0; number >>= 8) made[i] = static_cast<std::uint8_t>(number);
    return made;
}

craft_result<octets_of_field> of_number(std::uint64_t number, const field& which,
                                        std::string_view of) {
    if (which.bit_width < 64 && number >> which.bit_width != 0) {
        const std::uint64_t most = (std::uint64_t{1} << which.bit_width) - 1;
        return craft_failure(called(which, of) + " has " + std::to_string(which.bit_width) +
                             " bits: at most " + std::to_string(most) + ", not " +
                             std::to_string(number));
    }
    return low_octets(number, octets_for(which));
}

craft_result<octets_of_field> of_octets(bytes_view octets, const field& which,
                                        std::string_view of) {
    if (octets.size() != octets_for(which)) {
        return craft_failure(called(which, of) + " has " + std::to_string(octets_for(which)) +
                             " octets, not " + std::to_string(octets.size()));
    }
    const unsigned spare_bits = static_cast<unsigned>(octets.size() * 8 - which.bit_width);
    if (spare_bits > 0 && octets[0] >> (8 - spare_bits) != 0) {
        return craft_failure(called(which, of) + " has " + std::to_string(which.bit_width) +
                             " bits: the octets hold more");
    }
    return octets_of_field(octets.begin(), octets.end());
}

constexpr std::array<std::string_view, 8> tcp_flag_names{
    "fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr"};

/// Flags that have names, one a bit from the lowest; empty for other fields.
std::span<const std::string_view> flag_names(const field& which, std::string_view of) noexcept {
    if (of == "tcp" && which.name == "flags") return tcp_flag_names;
    return {};
}

using value_namer = std::string_view (*)(std::uint64_t) noexcept;

/// The names that a field's values have, found out once: every value of up to 16 bits is asked.
struct value_names {
    value_namer of = nullptr;
    unsigned bits = 0;
    std::vector<std::pair<std::string, std::uint64_t>> sorted{};  // by name, then by value

    value_names(value_namer namer, unsigned bit_count) : of(namer), bits(bit_count) {
        for (std::uint64_t value = 0; value < std::uint64_t{1} << bits; ++value) {
            if (const std::string_view known = namer(value); !known.empty())
                sorted.emplace_back(detail::as_identifier(known), value);
        }
        std::sort(sorted.begin(), sorted.end());
    }
    [[nodiscard]] std::optional<std::uint64_t> find(const std::string& name) const {
        const auto at = std::lower_bound(
            sorted.begin(), sorted.end(), std::pair<std::string, std::uint64_t>(name, 0));
        if (at == sorted.end() || at->first != name) return std::nullopt;
        return at->second;
    }
};

/// A few dozen lists at most, one for each table of names. A thread has its own: no lock.
const value_names& names_of(const field& which) {
    thread_local std::vector<std::unique_ptr<value_names>> known;
    const unsigned bits = std::min<unsigned>(which.bit_width, 16);
    for (const auto& one : known) {
        if (one->of == which.value_name && one->bits == bits) return *one;
    }
    known.push_back(std::make_unique<value_names>(which.value_name, bits));
    return *known.back();
}

std::optional<std::uint64_t> value_named(std::string_view name, const field& which,
                                         std::string_view of) {
    const std::string wanted = detail::as_identifier(name);
    const auto flags = flag_names(which, of);
    for (std::size_t bit = 0; bit < flags.size(); ++bit) {
        if (flags[bit] == wanted) return std::uint64_t{1} << bit;
    }
    if (!flags.empty() && wanted == "none") return 0;
    if (which.bit_width == 1 && (wanted == "true" || wanted == "yes")) return 1;
    if (which.bit_width == 1 && (wanted == "false" || wanted == "no")) return 0;
    if (which.value_name == nullptr || wanted.empty()) return std::nullopt;
    return names_of(which).find(wanted);
}

tl::unexpected<craft_error> no_such_name(std::string_view name, const field& which,
                                         std::string_view of) {
    const auto flags = flag_names(which, of);
    std::vector<std::string_view> known(flags.begin(), flags.end());
    if (which.value_name != nullptr) {
        for (const auto& one : names_of(which).sorted) known.push_back(one.first);
    }
    return craft_failure("no value '" + printable(name) + "' for " + called(which, of) +
                         detail::name_hint(name, known));
}

/// "syn|ack": each part a number or a name.
craft_result<octets_of_field> of_names(std::string_view text, const field& which,
                                       std::string_view of) {
    std::uint64_t number = 0;
    while (true) {
        const std::size_t bar = text.find('|');
        const std::string_view part = text.substr(0, bar);
        if (const auto plain = parse_number(part)) {
            number |= *plain;
        } else if (const auto named = value_named(part, which, of)) {
            number |= *named;
        } else {
            return no_such_name(part, which, of);
        }
        if (bar == std::string_view::npos) return of_number(number, which, of);
        text.remove_prefix(bar + 1);
    }
}

/// Where an address may stand; nothing when the text is none of the kind.
std::optional<octets_of_field> of_address(std::string_view text, const field& which) {
    if (which.kind == field_kind::mac || which.kind == field_kind::octets) {
        if (const auto mac = mac_address::parse(text))
            return octets_of_field(mac->octets.begin(), mac->octets.end());
    }
    if (which.kind == field_kind::ipv4 || which.kind == field_kind::octets) {
        if (const auto v4 = ipv4_address::parse(text)) return low_octets(v4->value, 4);
    }
    if (which.kind == field_kind::ipv6 || which.kind == field_kind::octets) {
        if (const auto v6 = ipv6_address::parse(text))
            return octets_of_field(v6->octets.begin(), v6->octets.end());
    }
    return std::nullopt;
}

std::string_view wanted_form(const field& which) noexcept {
    switch (which.kind) {
        case field_kind::ipv4:
            return "an IPv4 address such as 192.0.2.1";
        case field_kind::ipv6:
            return "an IPv6 address such as 2001:db8::1";
        case field_kind::mac:
            return "a MAC address such as 02:00:00:00:00:01";
        default:
            return "octets such as x'de ad'";
    }
}

craft_result<octets_of_field> of_text(std::string_view text, const field& which,
                                      std::string_view of) {
    if (auto address = of_address(text, which)) return of_octets(*address, which, of);
    if (which.kind == field_kind::number || which.kind == field_kind::hex) {
        if (which.bit_width <= 64) return of_names(text, which, of);
    }
    if (const auto number = parse_number(text); number && which.bit_width <= 64)
        return of_number(*number, which, of);
    return craft_failure(called(which, of) + " takes " + std::string(wanted_form(which)) +
                         ", not '" + printable(text.substr(0, 60)) + "'");
}

std::string hex_number(std::uint64_t number, std::size_t bits) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string made;
    for (std::size_t left = (bits + 3) / 4; left-- > 0;) made += digits[number >> (left * 4) & 15U];
    return "0x" + made;
}

std::string flags_text(std::uint64_t number, std::span<const std::string_view> names) {
    std::string made;
    for (std::size_t bit = 0; bit < names.size(); ++bit) {
        if ((number >> bit & 1U) == 0) continue;
        if (!made.empty()) made += '|';
        made += names[bit];
    }
    return made.empty() ? "none" : made;
}

}  // namespace

craft_result<std::vector<std::uint8_t>> field_octets(const field_value& value, const field& which,
                                                     std::string_view of) {
    if (value.number() != nullptr) {
        if (which.bit_width > 64) {
            return craft_failure(called(which, of) + " takes " + std::string(wanted_form(which)) +
                                 ", not a number");
        }
        return of_number(*value.number(), which, of);
    }
    if (value.octets() != nullptr) return of_octets(*value.octets(), which, of);
    return of_text(*value.text(), which, of);
}

std::string field_text(bytes_view octets, const field& which, std::string_view of) {
    if (which.kind == field_kind::ipv4 && octets.size() == 4)
        return to_string(ipv4_address::from_octets(octets.first<4>()));
    if (which.kind == field_kind::ipv6 && octets.size() == 16)
        return to_string(ipv6_address::from_octets(octets.first<16>()));
    if (which.kind == field_kind::mac && octets.size() == 6)
        return to_string(mac_address::from_octets(octets.first<6>()));
    if (which.kind == field_kind::octets || which.bit_width > 64) return hex_literal(octets);
    std::uint64_t number = 0;
    for (const std::uint8_t octet : octets) number = number << 8 | octet;
    if (const auto names = flag_names(which, of); !names.empty()) return flags_text(number, names);
    if (which.value_name != nullptr) {
        const std::string name = detail::as_identifier(which.value_name(number));
        // A name that several values share says the first of them.
        if (!name.empty() && value_named(name, which, of) == number && !parse_number(name))
            return name;
    }
    return which.kind == field_kind::hex ? hex_number(number, which.bit_width)
                                         : std::to_string(number);
}

std::optional<std::uint64_t> parse_number(std::string_view text) noexcept {
    std::uint64_t base = 10;
    if (text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) base = 16;
    if (text.size() > 2 && text[0] == '0' && (text[1] == 'b' || text[1] == 'B')) base = 2;
    if (base != 10) text.remove_prefix(2);
    if (text.empty() || text.front() == '_' || text.back() == '_') return std::nullopt;
    std::uint64_t number = 0;
    for (const char letter : text) {
        if (letter == '_') continue;
        std::uint64_t digit = base;
        if (letter >= '0' && letter <= '9') digit = static_cast<std::uint64_t>(letter - '0');
        if (letter >= 'a' && letter <= 'f') digit = static_cast<std::uint64_t>(letter - 'a') + 10;
        if (letter >= 'A' && letter <= 'F') digit = static_cast<std::uint64_t>(letter - 'A') + 10;
        if (digit >= base) return std::nullopt;
        if (number > (~std::uint64_t{0} - digit) / base) return std::nullopt;
        number = number * base + digit;
    }
    return number;
}

std::string hex_literal(bytes_view octets) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string made = "x'";
    for (std::size_t i = 0; i < octets.size(); ++i) {
        if (i > 0) made += ' ';
        made += digits[octets[i] >> 4];
        made += digits[octets[i] & 15U];
    }
    return made + "'";
}

}  // namespace sonde::inline v0
