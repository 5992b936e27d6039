#include "option_value.hpp"

#include <charconv>
#include <cmath>

#include <sonde/base/text.hpp>
#include <sonde/capture/capture_name.hpp>
#include <sonde/net/interfaces.hpp>

namespace sonde::cli {
namespace {

constexpr double rate_max = 1e9;        // a second; no link carries more
constexpr double duration_max_s = 1e6;  // eleven days; more is a mistake

template <class Number, class... Base>
std::optional<Number> read_all(std::string_view text, Base... base) {
    Number made{};
    const char* const begin = text.data();
    const char* const end = begin + text.size();
    const auto [stopped, error] = std::from_chars(begin, end, made, base...);
    if (error != std::errc{} || stopped != end) return std::nullopt;
    return made;
}

int hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// Takes a unit off the end; gives how many seconds it is.
double take_unit(std::string_view& text) noexcept {
    struct unit {
        std::string_view name;
        double seconds;
    };
    for (const auto& [name, seconds] : {unit{"ms", 1e-3}, unit{"us", 1e-6}, unit{"s", 1.0}}) {
        if (!text.ends_with(name)) continue;
        text.remove_suffix(name.size());
        return seconds;
    }
    return 1.0;
}

}  // namespace

void option_value::complain(std::string_view must_be) {
    problems_->push_back(name_ + " is " + printable(text_) + ": it must be " +
                         std::string(must_be));
}

void option_value::refuse(const std::string& why) { problems_->push_back(name_ + " " + why); }

std::optional<std::uint64_t> option_value::whole(std::uint64_t low, std::uint64_t high) {
    const bool is_hex = text_.starts_with("0x") || text_.starts_with("0X");
    const auto read =
        is_hex ? read_all<std::uint64_t>(text_.substr(2), 16) : read_all<std::uint64_t>(text_);
    if (read && *read >= low && *read <= high) return read;
    const bool open = high == UINT64_MAX;
    complain("a whole number, " + std::to_string(low) +
             (open ? " or more" : " to " + std::to_string(high)));
    return std::nullopt;
}

std::optional<std::uint64_t> option_value::octets() {
    struct unit {
        char letter;
        std::uint64_t octets;
    };
    std::string_view number = text_;
    std::uint64_t factor = 1;
    for (const auto& [letter, size] :
         {unit{'k', 1'000}, unit{'M', 1'000'000}, unit{'G', 1'000'000'000}}) {
        if (!number.ends_with(letter)) continue;
        number.remove_suffix(1);
        factor = size;
        break;
    }
    const auto read = read_all<std::uint64_t>(number);
    if (read && *read > 0 && *read <= UINT64_MAX / factor) return *read * factor;
    complain("a number of octets, as 500k, 10M or 1G");
    return std::nullopt;
}

std::optional<double> option_value::real(double low) {
    const auto read = read_all<double>(text_);
    if (read && std::isfinite(*read) && *read >= low) return read;
    complain(low < 1 && low > 0
                 ? std::string("a number above 0")
                 : "a number, " + std::to_string(static_cast<int>(low)) + " or more");
    return std::nullopt;
}

std::optional<nanoseconds> option_value::duration() {
    std::string_view number = text_;
    const double unit = take_unit(number);
    const auto read = read_all<double>(number);
    if (read && *read >= 0 && *read * unit <= duration_max_s) {
        return nanoseconds(std::llround(*read * unit * 1e9));
    }
    complain("a time in seconds, as 0.2, or with a unit, as 200ms");
    return std::nullopt;
}

std::optional<nanoseconds> option_value::milliseconds() {
    const auto read = read_all<double>(text_);
    if (read && *read >= 0 && *read <= duration_max_s * 1e3) {
        return nanoseconds(std::llround(*read * 1e6));
    }
    complain("a time in milliseconds, as 10 or 0.5");
    return std::nullopt;
}

std::optional<double> option_value::rate() {
    std::string_view number = text_;
    double factor = 1;
    if (number.ends_with('k') || number.ends_with('M')) {
        factor = number.back() == 'k' ? 1e3 : 1e6;
        number.remove_suffix(1);
    }
    const auto read = read_all<double>(number);
    if (read && *read >= 0 && *read * factor <= rate_max) return *read * factor;
    complain("a number a second, as 500, 200k or 1M; 0 is without limit");
    return std::nullopt;
}

std::optional<nanoseconds> option_value::time_span() {
    const auto read = duration();
    if (!read || read->count() > 0) return read;
    complain("a time above 0 seconds, as 0.2, or with a unit, as 200ms");
    return std::nullopt;
}

std::optional<std::string> option_value::capture_path() {
    const capture_name said = read_capture_name(text_);
    if (said.is_known) return std::string(text_);
    complain("a name that ends in " + std::string(capture_suffixes) +
             ", or a name without a suffix");
    return std::nullopt;
}

std::optional<ip_address> option_value::address() {
    if (const auto read = parse_scoped_address(text_)) return *read;
    complain("an address of this host");
    return std::nullopt;
}

std::optional<short_text<16>> option_value::pattern() {
    std::string octets;
    bool good = !text_.empty() && text_.size() <= 32;
    const std::string even = std::string(text_.size() % 2, '0').append(text_);
    for (std::size_t i = 0; good && i < even.size(); i += 2) {
        const int high = hex_digit(even[i]);
        const int low = hex_digit(even[i + 1]);
        good = high >= 0 && low >= 0;
        octets += static_cast<char>(high * 16 + low);
    }
    if (good) return short_text<16>(std::string_view(octets));
    complain("1 to 16 octets in hexadecimal, as ff00");
    return std::nullopt;
}

std::optional<std::size_t> option_value::choice(std::initializer_list<std::string_view> words) {
    std::string all;
    std::size_t place = 0;
    for (const auto word : words) {
        if (word == text_) return place;
        all += (place == 0 ? "" : place + 1 == words.size() ? " or " : ", ");
        all += word;
        ++place;
    }
    complain(all);
    return std::nullopt;
}

}  // namespace sonde::cli
