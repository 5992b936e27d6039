#include "packet_choice.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>

#include "option_value.hpp"

namespace sonde::cli {
namespace {

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t made = 0;
    const char* const begin = text.data();
    const char* const end = begin + text.size();
    const auto [stopped, error] = std::from_chars(begin, end, made);
    if (text.empty() || error != std::errc{} || stopped != end) return std::nullopt;
    return made;
}

// "17", "1-10", "300-", "-5".
std::optional<std::pair<std::uint64_t, std::uint64_t>> range(std::string_view text) {
    const auto dash = text.find('-');
    if (dash == std::string_view::npos) {
        const auto only = number(text);
        if (!only || *only == 0) return std::nullopt;
        return std::pair(*only, *only);
    }
    if (text.size() == 1) return std::nullopt;
    const auto first = dash == 0 ? std::uint64_t{1} : number(text.substr(0, dash));
    const auto last = dash + 1 == text.size() ? UINT64_MAX : number(text.substr(dash + 1));
    if (!first || !last || *first == 0 || *first > *last) return std::nullopt;
    return std::pair(*first, *last);
}

// Two or four digits that stand at the beginning; taken off.
std::optional<unsigned> take_digits(std::string_view& text, std::size_t count) {
    if (text.size() < count) return std::nullopt;
    const auto made = number(text.substr(0, count));
    text.remove_prefix(count);
    if (!made) return std::nullopt;
    return static_cast<unsigned>(*made);
}

bool take(std::string_view& text, char expected) {
    if (text.empty() || text.front() != expected) return false;
    text.remove_prefix(1);
    return true;
}

// ".25" as nanoseconds; what is finer is dropped.
std::optional<nanoseconds> take_fraction(std::string_view& text) {
    if (!take(text, '.')) return nanoseconds{0};
    const auto len = std::min(text.find_first_not_of("0123456789"), text.size());
    if (len == 0) return std::nullopt;
    std::string digits(text.substr(0, std::min<std::size_t>(len, 9)));
    digits.resize(9, '0');
    text.remove_prefix(len);
    return nanoseconds(static_cast<nanoseconds::rep>(*number(digits)));
}

std::optional<nanoseconds> take_clock(std::string_view& text) {
    const auto hours = take_digits(text, 2);
    if (!hours || *hours > 24 || !take(text, ':')) return std::nullopt;
    const auto minutes = take_digits(text, 2);
    if (!minutes || *minutes > 59) return std::nullopt;
    nanoseconds made = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
    if (!take(text, ':')) return made;
    const auto seconds = take_digits(text, 2);
    if (!seconds || *seconds > 60) return std::nullopt;
    const auto fraction = take_fraction(text);
    if (!fraction) return std::nullopt;
    return made + std::chrono::seconds(*seconds) + *fraction;
}

std::optional<moment> date(std::string_view text) {
    using namespace std::chrono;
    const auto y = take_digits(text, 4);
    if (!y || !take(text, '-')) return std::nullopt;
    const auto m = take_digits(text, 2);
    if (!m || !take(text, '-')) return std::nullopt;
    const auto d = take_digits(text, 2);
    if (!d) return std::nullopt;
    const year_month_day day{year(static_cast<int>(*y)), month(*m), std::chrono::day(*d)};
    if (!day.ok() || *y < 1970 || *y > 2200) return std::nullopt;
    nanoseconds made = sys_days(day).time_since_epoch();
    if (take(text, 'T') || take(text, ' ')) {
        const auto clock = take_clock(text);
        if (!clock) return std::nullopt;
        made += *clock;
    }
    static_cast<void>(take(text, 'Z'));
    if (!text.empty()) return std::nullopt;
    return moment{.at = made};
}

// Seconds and a fraction, without the rounding that a double would bring.
std::optional<moment> since_1970(std::string_view text) {
    const auto len = std::min(text.find('.'), text.size());
    const auto seconds = number(text.substr(0, len));
    text.remove_prefix(len);
    const auto fraction = take_fraction(text);
    if (!seconds || *seconds > 9'000'000'000 || !fraction || !text.empty()) return std::nullopt;
    return moment{.at = std::chrono::seconds(*seconds) + *fraction};
}

}  // namespace

bool frame_ranges::contains(std::uint64_t wanted) const noexcept {
    return ranges.empty() || std::any_of(ranges.begin(), ranges.end(), [&](const auto& one) {
               return wanted >= one.first && wanted <= one.second;
           });
}

std::uint64_t frame_ranges::last() const noexcept {
    std::uint64_t made = ranges.empty() ? UINT64_MAX : 0;
    for (const auto& one : ranges) made = std::max(made, one.second);
    return made;
}

std::optional<frame_ranges> parse_frame_ranges(std::string_view text) {
    frame_ranges made;
    for (;;) {
        const auto comma = std::min(text.find(','), text.size());
        const auto one = range(text.substr(0, comma));
        if (!one) return std::nullopt;
        made.ranges.push_back(*one);
        if (comma == text.size()) return made;
        text.remove_prefix(comma + 1);
    }
}

wall_time moment::when(wall_time first) const noexcept {
    if (!after_first) return wall_time(at);
    return first > wall_time::max() - at ? wall_time::max() : first + at;
}

std::optional<moment> parse_moment(std::string_view text) {
    if (text.starts_with('+')) {
        std::vector<std::string> ignored;
        const auto read = option_value("", text.substr(1), ignored).duration();
        if (!read) return std::nullopt;
        return moment{.at = *read, .after_first = true};
    }
    if (text.size() > 4 && text[4] == '-') return date(text);
    return since_1970(text);
}

}  // namespace sonde::cli
