#include "numbers.hpp"

#include <iterator>

#include <fmt/format.h>

namespace sonde::inline v0::detail {
namespace {

constexpr std::int64_t us_per_ms = 1000;

std::int64_t microseconds(nanoseconds value) noexcept { return (value.count() + 500) / 1000; }

}  // namespace

std::string ping_ms(nanoseconds value) {
    const std::int64_t us = microseconds(value);
    // Each bound is where rounding would add a digit before the point.
    if (us >= 100 * us_per_ms - 50) return fmt::format("{}", (us + 500) / us_per_ms);
    if (us >= 10 * us_per_ms - 5) {
        const std::int64_t tenths = (us + 50) / 100;
        return fmt::format("{}.{}", tenths / 10, tenths % 10);
    }
    if (us >= us_per_ms) {
        const std::int64_t hundredths = (us + 5) / 10;
        return fmt::format("{}.{:02}", hundredths / 100, hundredths % 100);
    }
    return fixed_ms(value);
}

std::string fixed_ms(nanoseconds value) {
    const std::int64_t us = microseconds(value);
    return fmt::format("{}.{:03}", us / us_per_ms, us % us_per_ms);
}

void append_exact_ms(std::string& out, nanoseconds value) {
    auto rest = static_cast<std::uint64_t>(value.count());
    if (value.count() < 0) {
        out += '-';
        rest = 0 - rest;
    }
    constexpr std::uint64_t ns_per_ms = 1'000'000;
    fmt::format_to(std::back_inserter(out), "{}", rest / ns_per_ms);
    if (rest % ns_per_ms == 0) return;
    fmt::format_to(std::back_inserter(out), ".{:06}", rest % ns_per_ms);
    while (out.back() == '0') out.pop_back();
}

std::string joined_ms(std::initializer_list<nanoseconds> values) {
    std::string out;
    for (const auto value : values) {
        if (!out.empty()) out += '/';
        out += fixed_ms(value);
    }
    return out;
}

std::string painted(std::string text, ink color, const text_options& options) {
    if (!options.color || text.empty()) return text;
    const std::string_view begin = color == ink::red      ? "\033[31m"
                                   : color == ink::yellow ? "\033[33m"
                                                          : "\033[2m";
    return std::string(begin) + text + "\033[0m";
}

}  // namespace sonde::inline v0::detail
