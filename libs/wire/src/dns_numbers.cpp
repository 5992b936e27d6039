#include <charconv>

#include <sonde/wire/application/dns_numbers.hpp>

namespace sonde::inline v0 {

#define SONDE_DNS_NAME(name, number, text) \
    case number:                           \
        return text;
#define SONDE_DNS_TO_STRING(type, list)                                                          \
    std::string_view to_string(type value) noexcept {                                            \
        switch (static_cast<std::uint16_t>(value)) { list(SONDE_DNS_NAME) default : return {}; } \
    }
SONDE_DNS_TO_STRING(dns_type, SONDE_DNS_TYPES)
SONDE_DNS_TO_STRING(dns_class, SONDE_DNS_CLASSES)
SONDE_DNS_TO_STRING(dns_opcode, SONDE_DNS_OPCODES)
SONDE_DNS_TO_STRING(dns_response_code, SONDE_DNS_RESPONSE_CODES)
SONDE_DNS_TO_STRING(dns_option_code, SONDE_DNS_OPTION_CODES)
SONDE_DNS_TO_STRING(dns_service_key, SONDE_DNS_SERVICE_KEYS)
SONDE_DNS_TO_STRING(dns_extended_error_code, SONDE_DNS_EXTENDED_ERRORS)

namespace {

struct named_number {
    std::uint16_t number;
    std::string_view text;
};
#define SONDE_DNS_ROW(name, number, text) named_number{number, text},
constexpr named_number type_rows[] = {SONDE_DNS_TYPES(SONDE_DNS_ROW)};
constexpr named_number class_rows[] = {SONDE_DNS_CLASSES(SONDE_DNS_ROW)};

constexpr char upper(char c) noexcept {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}
bool same_ignoring_case(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (upper(a[i]) != upper(b[i])) return false;
    }
    return true;
}

// A mnemonic of the rows, or `prefix` and a decimal number.
std::optional<std::uint16_t> number_of(std::string_view text, std::span<const named_number> rows,
                                       std::string_view prefix) noexcept {
    for (const named_number& row : rows) {
        if (same_ignoring_case(row.text, text)) return row.number;
    }
    if (!same_ignoring_case(text.substr(0, prefix.size()), prefix)) return std::nullopt;
    text.remove_prefix(prefix.size());
    std::uint16_t number = 0;
    const char* const first = text.data();
    const char* const last = first + text.size();
    const auto [end, problem] = std::from_chars(first, last, number);
    if (problem != std::errc{} || end != last) return std::nullopt;
    return number;
}

template <class Number>
void put_name(text_room& out, Number value, std::string_view prefix) noexcept {
    const std::string_view known = to_string(value);
    if (!known.empty()) {
        out.put(known);
        return;
    }
    out.put(prefix).number(static_cast<std::uint16_t>(value));
}

}  // namespace

void put_text(text_room& out, dns_type type) noexcept { put_name(out, type, "TYPE"); }
void put_text(text_room& out, dns_class value) noexcept { put_name(out, value, "CLASS"); }

std::optional<dns_type> dns_type_of(std::string_view text) noexcept {
    const auto number = number_of(text, type_rows, "TYPE");
    return number ? std::optional(dns_type(*number)) : std::nullopt;
}
std::optional<dns_class> dns_class_of(std::string_view text) noexcept {
    const auto number = number_of(text, class_rows, "CLASS");
    return number ? std::optional(dns_class(*number)) : std::nullopt;
}

}  // namespace sonde::inline v0
