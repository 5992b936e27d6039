#include <algorithm>

#include <sonde/net/resolver.hpp>

namespace sonde::inline v0 {
namespace {

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_label(std::string_view label) noexcept {
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-')
        return false;
    return std::all_of(label.begin(), label.end(), [](char c) {
        return is_letter(c) || is_digit(c) || c == '-' || c == '_';
    });
}

}  // namespace

bool is_ipv4(std::string_view text) noexcept { return ipv4_address::parse(text).has_value(); }

bool is_ipv6(std::string_view text) noexcept {
    const std::size_t mark = text.find('%');
    const bool has_empty_zone = mark != std::string_view::npos && mark + 1 == text.size();
    return !has_empty_zone && ipv6_address::parse(text.substr(0, mark)).has_value();
}

bool is_hostname(std::string_view text) noexcept {
    if (text.ends_with('.')) text.remove_suffix(1);
    if (text.empty() || text.size() > 253) return false;
    std::string_view last;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find('.', at), text.size());
        last = text.substr(at, end - at);
        if (!is_label(last)) return false;
        at = end + 1;
    }
    // "1.2.3" and "10" are broken addresses, not names: RFC 1123 s2.1 relies on it.
    return !std::all_of(last.begin(), last.end(), is_digit);
}

std::string_view to_string(resolve_failure failure) noexcept {
    switch (failure) {
        case resolve_failure::bad_name:
            return "neither an address nor a host name";
        case resolve_failure::not_found:
            return "the name does not exist";
        case resolve_failure::no_such_family:
            return "the name has no address of this family";
        case resolve_failure::timed_out:
            return "no name server answered in time";
        case resolve_failure::server_failure:
            return "the name servers could not answer";
        case resolve_failure::cancelled:
            return "the lookup was cancelled";
        case resolve_failure::cannot_start:
            return "name lookups cannot be set up here";
    }
    return "unknown failure";
}

std::string describe(const resolve_error& error) {
    return error.question + ": " + std::string(to_string(error.failure));
}

}  // namespace sonde::inline v0
