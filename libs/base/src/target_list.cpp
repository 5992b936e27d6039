#include <algorithm>
#include <utility>

#include <sonde/base/target_list.hpp>
#include <sonde/base/text.hpp>

namespace sonde::inline v0 {
namespace {

using parsed_line = tl::expected<std::optional<target_entry>, std::string>;

constexpr std::size_t name_len_max = 253;  // RFC 1035 s2.3.4, without the dot at the end
constexpr std::size_t label_len_max = 63;  // the same
constexpr std::size_t excerpt_len = 60;    // octets of a line that a sentence shows
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
constexpr std::string_view blanks = " \t\r\v\f";

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string_view trimmed(std::string_view text) noexcept {
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

tl::unexpected<std::string> refused(std::string_view what, std::string_view because) {
    std::string text(1, '\'');
    text.append(printable(what.substr(0, excerpt_len)));
    if (what.size() > excerpt_len) text += "...";
    return tl::unexpected(std::move(text.append("' ").append(because)));
}

bool is_label(std::string_view label) noexcept {
    if (label.empty() || label.size() > label_len_max) return false;
    if (label.front() == '-' || label.back() == '-') return false;
    return std::all_of(label.begin(), label.end(), [](char c) {
        return is_letter(c) || is_digit(c) || c == '-' || c == '_';
    });
}

// As a resolver will take it (RFC 1123 s2.1, with '_'). What ends in a number is a broken address.
bool is_name(std::string_view text) noexcept {
    if (text.ends_with('.')) text.remove_suffix(1);
    if (text.empty() || text.size() > name_len_max) return false;
    std::string_view last;
    for (std::size_t at = 0; at <= text.size(); at += last.size() + 1) {
        last = text.substr(at, text.find('.', at) - at);
        if (!is_label(last)) return false;
    }
    return !std::all_of(last.begin(), last.end(), is_digit);
}

// "fe80::1%eth0", or with an index. Which interface that is only the system knows.
bool is_zoned(std::string_view text) noexcept {
    const std::size_t percent = text.find('%');
    if (percent == std::string_view::npos) return false;
    const std::string_view zone = text.substr(percent + 1);
    const bool is_printable =
        std::all_of(zone.begin(), zone.end(), [](char c) { return c > ' ' && c < 0x7f; });
    constexpr std::size_t zone_len_max = 15;  // IFNAMSIZ - 1
    return ipv6_address::parse(text.substr(0, percent)) && !zone.empty() &&
           zone.size() <= zone_len_max && is_printable;
}

// The remedy, guessed from what the text looks like.
std::string_view why_not_a_target(std::string_view text) noexcept {
    if (text.find('/') != std::string_view::npos) {
        return "is no prefix: write an address, a slash and 0 to 32 (IPv6: 0 to 128), as in "
               "192.0.2.0/24";
    }
    const bool is_numeric = std::all_of(
        text.begin(), text.end(), [](char c) { return is_digit(c) || c == '.' || c == '-'; });
    if (is_numeric && text.find('-') != std::string_view::npos) {
        return "is no range: write two addresses of which the second is not the lower, as in "
               "192.0.2.1-192.0.2.9 or 192.0.2.1-9";
    }
    if (is_numeric) return "is no address: write four numbers from 0 to 255, as in 192.0.2.1";
    if (text.find(':') != std::string_view::npos) {
        return "is no IPv6 address: write it as in 2001:db8::1, without brackets or a port";
    }
    if (std::any_of(text.begin(), text.end(), [](char c) { return (c & 0x80) != 0; })) {
        return "is no host name: write names with other letters in their xn-- form";
    }
    return "is neither an address, a prefix, a range nor a host name: correct it, or put # before "
           "it";
}

parsed_line parse_target(std::string_view text, bool is_exclusion) {
    target_entry made{.is_exclusion = is_exclusion};
    if (const auto range = ip_range::parse(text)) {
        made.range = *range;
    } else if (is_name(text) || is_zoned(text)) {
        made.name = text;
    } else {
        return refused(text, why_not_a_target(text));
    }
    return made;
}

}  // namespace

parsed_line parse_target_line(std::string_view line) {
    if (line.find('\0') != std::string_view::npos) {
        return refused(line, "has a zero octet: save the list as plain text (ASCII or UTF-8)");
    }
    std::string_view text = trimmed(line.substr(0, line.find('#')));
    if (text.empty()) return std::nullopt;
    const bool is_exclusion = text.front() == '!';
    if (is_exclusion) text = trimmed(text.substr(1));
    if (text.empty()) return refused("!", "leaves nothing out: write a target behind it");
    if (text.find_first_of(blanks) != std::string_view::npos) {
        return refused(text, "is more than one word: put each target on a line of its own");
    }
    return parse_target(text, is_exclusion);
}

// ---- lines -------------------------------------------------------------------------------------

line_cutter::line line_cutter::made(std::string_view text, bool is_too_long) noexcept {
    ++lines_;
    is_cut_ = false;
    if (lines_ == 1 && text.starts_with(byte_order_mark))
        text.remove_prefix(byte_order_mark.size());
    if (!is_too_long && text.ends_with('\r')) text.remove_suffix(1);
    return {.number = lines_, .text = text, .is_too_long = is_too_long};
}

std::optional<line_cutter::line> line_cutter::next(std::string_view& piece) {
    if (std::exchange(is_given_, false)) held_.clear();
    const std::size_t end = piece.find('\n');
    const std::string_view part = piece.substr(0, end);
    piece.remove_prefix(end == std::string_view::npos ? piece.size() : end + 1);
    const bool is_whole = end != std::string_view::npos;
    if (is_whole && held_.empty()) {  // nothing to be copied
        return made(part.substr(0, line_len_max), part.size() > line_len_max);
    }
    const std::size_t room = line_len_max - held_.size();
    is_cut_ = is_cut_ || part.size() > room;
    held_.append(part.substr(0, room));
    if (!is_whole) return std::nullopt;
    is_given_ = true;
    return made(held_, is_cut_);
}

std::optional<line_cutter::line> line_cutter::last() {
    if (std::exchange(is_given_, false)) held_.clear();
    if (held_.empty()) return std::nullopt;
    is_given_ = true;
    return made(held_, is_cut_);
}

// ---- lists -------------------------------------------------------------------------------------

void target_list_reader::read(std::string_view piece) {
    while (const auto line = targets_.next(piece)) take(*line, false);
}

void target_list_reader::read_exclusions(std::string_view piece) {
    while (const auto line = exclusions_.next(piece)) take(*line, true);
}

void target_list_reader::take(const line_cutter::line& line, bool all_excluded) {
    if (line.is_too_long) {
        return tell(line.number,
                    "the line is longer than " + std::to_string(line_cutter::line_len_max) +
                        " octets: put each target on a line of its own");
    }
    const auto read = parse_target_line(line.text);
    if (!read) return tell(line.number, read.error());
    if (!*read) return;
    const target_entry& entry = **read;
    if (all_excluded && entry.is_exclusion) {
        return tell(line.number, "remove the !: all that this list names is left out");
    }
    const bool is_excluded = all_excluded || entry.is_exclusion;
    if (!entry.range) {
        return take_name(is_excluded ? made_.excluded_names : made_.names, entry.name, line.number);
    }
    if (!is_excluded && entry.range->size().value_or(UINT64_MAX) > address_set::size_max) {
        return tell(
            line.number,
            to_string(*entry.range) + " has more than 2^63 addresses: write a longer prefix");
    }
    take_range(is_excluded ? left_out_ : listed_, *entry.range, line.number);
}

void target_list_reader::take_range(gathered& into, const ip_range& range, std::uint64_t line) {
    if (into.is_full) {
        return tell(line,
                    "the list has more than " + std::to_string(target_list::ranges_max) +
                        " ranges that do not touch: split it into several");
    }
    into.ranges.push_back(range);
    if (into.ranges.size() < into.join_at) return;
    into.ranges = joined(std::move(into.ranges));
    into.is_full = into.ranges.size() >= target_list::ranges_max;
    into.join_at = std::max(into.join_at, 2 * into.ranges.size());
}

void target_list_reader::take_name(std::vector<named_target>& into, std::string_view name,
                                   std::uint64_t line) {
    if (made_.names.size() + made_.excluded_names.size() >= target_list::names_max) {
        return tell(line,
                    "the list has more than " + std::to_string(target_list::names_max) +
                        " names: split it into several");
    }
    into.push_back({line, std::string(name)});
}

void target_list_reader::tell(std::uint64_t line, std::string text) {
    ++made_.problem_count;
    if (made_.problems.size() >= target_list::problems_max) return;
    made_.problems.push_back({line, std::move(text)});
}

target_list target_list_reader::finish() {
    if (const auto line = targets_.last()) take(*line, false);
    if (const auto line = exclusions_.last()) take(*line, true);
    if (!made_.addresses.add(listed_.ranges)) {
        tell(0, "the list has more than 2^63 addresses together: split it into several");
    }
    const std::uint64_t listed = made_.addresses.size();
    made_.addresses.remove(left_out_.ranges);
    made_.excluded = listed - made_.addresses.size();
    target_list done = std::move(made_);
    *this = {};
    return done;
}

}  // namespace sonde::inline v0
