#include "packet_time.hpp"

#include <array>
#include <ctime>

#include <fmt/format.h>

#include <sonde/base/written_time.hpp>

namespace sonde::cli {
namespace {

constexpr std::int64_t ns_per_s = 1'000'000'000;
constexpr std::int64_t s_per_minute = 60;

struct split_time {
    std::int64_t seconds;   // since 1970, rounded down
    std::int64_t fraction;  // nanoseconds
};
split_time split(nanoseconds since_1970) noexcept {
    std::int64_t seconds = since_1970.count() / ns_per_s;
    std::int64_t fraction = since_1970.count() % ns_per_s;
    if (fraction < 0) {
        --seconds;
        fraction += ns_per_s;
    }
    return {seconds, fraction};
}

// Digits with zeros before them.
void append_digits(std::string& out, std::int64_t value, int digits) {
    std::array<char, 20> text{};
    for (int i = digits; i-- > 0; value /= 10) {
        text[static_cast<std::size_t>(i)] = static_cast<char>('0' + value % 10);
    }
    out.append(text.data(), static_cast<std::size_t>(digits));
}

void append_fraction(std::string& out, std::int64_t ns, int decimals) {
    out += '.';
    append_digits(out, decimals == 9 ? ns : ns / 1000, decimals);
}

std::tm broken_down_time(std::int64_t seconds, bool utc) noexcept {
    std::tm made{};
    const auto at = static_cast<std::time_t>(seconds);
    static_cast<void>(utc ? ::gmtime_r(&at, &made) : ::localtime_r(&at, &made));
    return made;
}

// Of a time that is_out_of_range.
std::string_view bound_text(wall_time at) noexcept {
    return at == wall_time::max() ? "later than 2262-04-11" : "earlier than 1677-09-21";
}

}  // namespace

std::string epoch_text(wall_time at, int decimals) {
    const auto [seconds, fraction] = split(at.time_since_epoch());
    std::string made = std::to_string(seconds);
    append_fraction(made, fraction, decimals);
    return made;
}

std::string date_text(wall_time at) {
    if (is_out_of_range(at)) return std::string(bound_text(at));
    const auto [seconds, fraction] = split(at.time_since_epoch());
    const std::tm t = broken_down_time(seconds, true);
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:09} UTC",
                       t.tm_year + 1900,
                       t.tm_mon + 1,
                       t.tm_mday,
                       t.tm_hour,
                       t.tm_min,
                       t.tm_sec,
                       fraction);
}

void time_column::find_minute(std::int64_t minute) {
    // Every time zone of today is whole minutes away, so a minute here is one there.
    const std::tm t = broken_down_time(minute * s_per_minute, utc_);
    known_.date = fmt::format("{:04}-{:02}-{:02} ", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday);
    known_.second_of_day = (t.tm_hour * 60 + t.tm_min) * 60 + t.tm_sec;
    minute_ = minute;
}

void time_column::append_clock(std::string& out, wall_time at) {
    const auto [seconds, fraction] = split(at.time_since_epoch());
    std::int64_t minute = seconds / s_per_minute;
    if (seconds % s_per_minute < 0) --minute;
    if (minute_ != minute) find_minute(minute);
    if (form_ == time_form::date) out += known_.date;
    const std::int64_t second = known_.second_of_day + (seconds - minute * s_per_minute);
    append_digits(out, second / 3600 % 24, 2);
    out += ':';
    append_digits(out, second / 60 % 60, 2);
    out += ':';
    append_digits(out, second % 60, 2);
    append_fraction(out, fraction, decimals_);
}

void time_column::append_span(std::string& out, nanoseconds span) const {
    if (span < nanoseconds{0}) {
        out += '-';
        span = span == nanoseconds::min() ? nanoseconds::max() : -span;
    }
    const std::int64_t seconds = span.count() / ns_per_s;
    append_digits(out, seconds / 3600, seconds >= 360'000 ? 6 : 2);
    out += ':';
    append_digits(out, seconds / 60 % 60, 2);
    out += ':';
    append_digits(out, seconds % 60, 2);
    append_fraction(out, span.count() % ns_per_s, decimals_);
}

void time_column::append(std::string& out, std::optional<wall_time> at) {
    if (form_ == time_form::none) return;
    if (!at) {
        out += "- ";
        return;
    }
    if (is_out_of_range(*at)) {
        out.append(bound_text(*at)).append(1, ' ');
        return;
    }
    if (!first_) first_ = at;
    switch (form_) {
        case time_form::epoch:
            out += epoch_text(*at, decimals_);
            break;
        case time_form::delta:
            append_span(out, span_between(before_.value_or(*at), *at));
            break;
        case time_form::since_first:
            append_span(out, span_between(*first_, *at));
            break;
        default:
            append_clock(out, *at);
    }
    before_ = at;
    out += ' ';
}

}  // namespace sonde::cli
