/// Reads the text of a condition: words first, then the grammar, by descent.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <memory>

#include <fmt/format.h>

#include <sonde/base/text.hpp>
#include <sonde/report/condition.hpp>

#include "condition_node.hpp"

namespace sonde::inline v0 {

using detail::quantity;
using detail::unit_kind;

namespace {

struct known_name {
    std::string_view name;
    quantity which;
    unit_kind unit;
};
constexpr std::array known_names{
    known_name{"sent", quantity::sent, unit_kind::count},
    known_name{"received", quantity::received, unit_kind::count},
    known_name{"lost", quantity::lost, unit_kind::count},
    known_name{"duplicates", quantity::duplicates, unit_kind::count},
    known_name{"late", quantity::late, unit_kind::count},
    known_name{"errors", quantity::errors, unit_kind::count},
    known_name{"reordered", quantity::reordered, unit_kind::count},
    known_name{"corrupted", quantity::corrupted, unit_kind::count},
    known_name{"forged", quantity::forged, unit_kind::count},
    known_name{"loss", quantity::loss, unit_kind::share},
    known_name{"answered", quantity::answered, unit_kind::share},
    known_name{"min", quantity::min, unit_kind::time},
    known_name{"avg", quantity::avg, unit_kind::time},
    known_name{"max", quantity::max, unit_kind::time},
    known_name{"mdev", quantity::mdev, unit_kind::time},
    known_name{"jitter", quantity::jitter, unit_kind::time},
    known_name{"last", quantity::last, unit_kind::time},
};
constexpr std::array<std::string_view, 26> all_names{
    "sent",      "received", "lost",   "duplicates", "late", "errors", "reordered",
    "corrupted", "forged",   "loss",   "answered",   "min",  "avg",    "median",
    "max",       "mdev",     "jitter", "last",       "p95",  "alive",  "unreachable",
    "any",       "all",      "and",    "or",         "not"};

struct known_unit {
    std::string_view name;
    unit_kind kind;
    double factor;
};
constexpr std::array known_units{
    known_unit{"%", unit_kind::share, 1.0},
    known_unit{"ns", unit_kind::time, 1.0},
    known_unit{"us", unit_kind::time, 1e3},
    known_unit{"ms", unit_kind::time, 1e6},
    known_unit{"s", unit_kind::time, 1e9},
};

struct known_sign {
    std::string_view text;
    condition::what kind;
};
// The longer of two that begin alike stand first.
constexpr std::array known_signs{
    known_sign{"<=", condition::what::less_or_equal},
    known_sign{">=", condition::what::greater_or_equal},
    known_sign{"==", condition::what::equal},
    known_sign{"!=", condition::what::not_equal},
    known_sign{"<", condition::what::less},
    known_sign{">", condition::what::greater},
    known_sign{"=", condition::what::equal},
};

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_letter(char c) noexcept { return lower(c) >= 'a' && lower(c) <= 'z'; }
bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

std::string lowered(std::string_view text) {
    std::string made(text);
    std::transform(made.begin(), made.end(), made.begin(), lower);
    return made;
}

std::string_view kind_words(unit_kind kind) noexcept {
    switch (kind) {
        case unit_kind::count:
            return "a count, as 5";
        case unit_kind::share:
            return "a share, as 5 %";
        default:
            return "a time, as 80 ms";
    }
}

// Which percentile "p99.9" names; nothing for other words.
std::optional<double> percentile_of(std::string_view word) noexcept {
    if (word.size() < 2 || word.front() != 'p') return std::nullopt;
    word.remove_prefix(1);
    double percent = 0;
    const char* const end = std::to_address(word.end());
    const auto [stopped, error] =
        std::from_chars(std::to_address(word.begin()), end, percent, std::chars_format::fixed);
    if (error != std::errc{} || stopped != end) return std::nullopt;
    if (!(percent > 0 && percent < 100)) return std::nullopt;
    return percent;
}

}  // namespace

class condition_reader {
  public:
    explicit condition_reader(std::string_view text) : text_(text) {}

    tl::expected<condition, condition_error> read() {
        if (text_.size() > condition::text_len_max) {
            fail(0,
                 fmt::format(
                     "it has {} octets, {} are enough", text_.size(), condition::text_len_max));
        } else {
            either();
            skip_spaces();
            if (good() && at_ < text_.size()) fail(at_, "and what? `and` or `or` joins two");
        }
        if (!good()) return tl::unexpected(*std::move(error_));
        condition made;
        made.text_ = text_;
        made.nodes_ = std::make_shared<const std::vector<node>>(std::move(nodes_));
        return made;
    }

  private:
    using what = condition::what;
    using node = condition::node;
    using index = std::uint16_t;

    [[nodiscard]] bool good() const noexcept { return !error_.has_value(); }
    index fail(std::size_t offset, std::string text, std::string_view unknown = {}) {
        if (good()) error_ = {offset, std::move(text), std::string(unknown)};
        return 0;
    }
    // At most one node for each octet of the text, so that an index always fits.
    index add(node one) {
        nodes_.push_back(std::move(one));
        return static_cast<index>(nodes_.size() - 1);
    }

    void skip_spaces() noexcept {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
    }
    [[nodiscard]] std::string_view rest() const noexcept { return text_.substr(at_); }
    bool take(std::string_view sign) noexcept {
        skip_spaces();
        if (!rest().starts_with(sign)) return false;
        at_ += sign.size();
        return true;
    }
    // Letters, and behind a p the digits and the point of a percentile.
    [[nodiscard]] std::string_view word_here() noexcept {
        skip_spaces();
        std::size_t end = at_;
        while (end < text_.size() && (is_letter(text_[end]) || text_[end] == '_' ||
                                      (end > at_ && (is_digit(text_[end]) || text_[end] == '.')))) {
            ++end;
        }
        return text_.substr(at_, end - at_);
    }
    bool take_word(std::string_view word) {
        const std::string_view here = word_here();
        if (lowered(here) != word) return false;
        at_ += here.size();
        return true;
    }

    index either() {
        index left = both();
        while (good() && (take_word("or") || take("||"))) {
            const index right = both();
            left = add({.kind = what::either, .left = left, .right = right});
        }
        return left;
    }
    index both() {
        index left = factor();
        while (good() && (take_word("and") || take("&&"))) {
            const index right = factor();
            left = add({.kind = what::both, .left = left, .right = right});
        }
        return left;
    }

    index factor() {
        skip_spaces();
        if (++depth_ > condition::depth_max) {
            return fail(at_, fmt::format("more than {} levels", condition::depth_max));
        }
        const index made = factor_inside();
        --depth_;
        return made;
    }
    index factor_inside() {
        const std::size_t start = at_;
        if (take_word("not") || (!rest().starts_with("!=") && take("!"))) {
            const index inner = factor();
            return add({.kind = what::negation, .left = inner});
        }
        if (take("(")) {
            const index inner = either();
            return closed(start) ? inner : 0;
        }
        if (take_word("any")) return quantified(what::any, start);
        if (take_word("all")) return quantified(what::all, start);
        if (take_word("alive")) return add({.kind = what::alive});
        if (take_word("unreachable")) return add({.kind = what::unreachable});
        return comparison();
    }
    bool closed(std::size_t start) {
        if (!good()) return false;
        if (!take(")")) {
            fail(at_, fmt::format("a ) is missing for the ( that stands at {}", start + 1));
        }
        return good();
    }
    index quantified(what kind, std::size_t start) {
        const std::string_view word = kind == what::any ? "any" : "all";
        if (inside_) return fail(start, fmt::format("{} stands inside another any or all", word));
        if (slots_ == detail::slots_max) return fail(start, "too many any and all");
        const auto slot = static_cast<std::uint8_t>(slots_++);
        const std::size_t opened = at_;
        if (!take("(")) return fail(at_, fmt::format("{} needs parentheses: {}(...)", word, word));
        inside_ = true;
        const index inner = either();
        inside_ = false;
        if (!closed(opened)) return 0;
        return add({.kind = kind, .slot = slot, .left = inner});
    }

    index comparison() {
        const std::size_t start = at_;
        const index left = operand();
        if (!good()) return 0;
        skip_spaces();
        const auto sign = std::find_if(known_signs.begin(), known_signs.end(), [&](auto& each) {
            return rest().starts_with(each.text);
        });
        if (sign == known_signs.end()) {
            return fail(at_, "compare it with something: < <= > >= == or !=");
        }
        at_ += sign->text.size();
        const index right = operand();
        if (!good()) return 0;
        match_units(left, right, start);
        return add({.kind = sign->kind, .left = left, .right = right});
    }
    void match_units(index left, index right, std::size_t start) {
        const unit_kind one = nodes_[left].unit;
        const unit_kind other = nodes_[right].unit;
        if (one == other || one == unit_kind::zero || other == unit_kind::zero) return;
        const auto said = [&](index at) {
            const node& here = nodes_[at];
            return here.kind == what::name ? here.word : std::string("the number");
        };
        fail(
            start,
            fmt::format(
                "{} is {}; {} is {}", said(left), kind_words(one), said(right), kind_words(other)));
    }

    index operand() {
        skip_spaces();
        const std::size_t start = at_;
        if (at_ == text_.size()) return fail(at_, "something is missing at the end");
        if (is_digit(text_[at_]) || text_[at_] == '.') return number();
        const std::string_view word = word_here();
        if (word.empty()) {
            return fail(at_, printable(text_.substr(at_, 1)) + " is neither a name nor a number");
        }
        at_ += word.size();
        return name(lowered(word), word, start);
    }
    index name(const std::string& word, std::string_view written, std::size_t start) {
        const auto found = std::find_if(known_names.begin(),
                                        known_names.end(),
                                        [&](const known_name& each) { return each.name == word; });
        if (found != known_names.end()) {
            return add(
                {.kind = what::name, .which = found->which, .unit = found->unit, .word = word});
        }
        const auto percent = word == "median" ? std::optional(50.0) : percentile_of(word);
        if (percent) {
            return add({.kind = what::name,
                        .which = quantity::percentile,
                        .unit = unit_kind::time,
                        .number = *percent,
                        .word = word});
        }
        if (word == "alive" || word == "unreachable") {
            return fail(start, word + " is compared with nothing: it is true or false");
        }
        return fail(start, printable(written) + " is none of the names", written);
    }
    index number() {
        const std::size_t start = at_;
        double value = 0;
        const char* const begin = text_.data() + at_;
        const auto [stopped, error] =
            std::from_chars(begin, text_.data() + text_.size(), value, std::chars_format::fixed);
        if (error != std::errc{} || !std::isfinite(value)) {
            return fail(start, "a number of decimal digits is needed");
        }
        at_ += static_cast<std::size_t>(stopped - begin);
        const known_unit* const unit = take_unit();
        if (!good()) return 0;
        const unit_kind bare = value == 0 ? unit_kind::zero : unit_kind::count;
        return add({.unit = unit == nullptr ? bare : unit->kind,
                    .number = unit == nullptr ? value : value * unit->factor});
    }
    const known_unit* take_unit() {
        skip_spaces();
        if (take("%")) return known_units.data();
        const std::string_view word = word_here();
        const auto found =
            std::find_if(known_units.begin(), known_units.end(), [&](const known_unit& each) {
                return each.name == lowered(word);
            });
        if (found != known_units.end()) {
            at_ += word.size();
            return &*found;
        }
        const std::string low = lowered(word);
        if (!word.empty() && low != "and" && low != "or") {
            fail(at_, printable(word) + " is no unit: ns, us, ms, s and % are", word);
        }
        return nullptr;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    unsigned depth_ = 0;
    std::size_t slots_ = 0;
    bool inside_ = false;  // any(...) or all(...)
    std::vector<node> nodes_{};
    std::optional<condition_error> error_{};
};

tl::expected<condition, condition_error> condition::parse(std::string_view text) {
    return condition_reader(text).read();
}

std::span<const std::string_view> condition::names() noexcept { return all_names; }

}  // namespace sonde::inline v0
