#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include <sonde/base/text.hpp>
#include <sonde/report/condition.hpp>

#include "condition_node.hpp"
#include "numbers.hpp"

namespace sonde::inline v0 {
namespace {

using detail::quantity;
using detail::unit_kind;
using node = condition::node;
using what = condition::what;

// Three values: neither stands for what is not known yet.
enum class truth : std::uint8_t { no, neither, yes };
truth truth_of(bool value) noexcept { return value ? truth::yes : truth::no; }
truth opposite(truth value) noexcept {
    return static_cast<truth>(2 - static_cast<std::uint8_t>(value));
}

double share(std::uint64_t part, std::uint64_t whole) noexcept {
    return static_cast<double>(part) / static_cast<double>(whole) * 100.0;
}

double in_ns(nanoseconds value) noexcept { return static_cast<double>(value.count()); }

std::optional<double> count_of(const probe_counts& counts, quantity which) noexcept {
    switch (which) {
        case quantity::sent:
            return static_cast<double>(counts.sent);
        case quantity::received:
            return static_cast<double>(counts.received);
        case quantity::lost:
            return static_cast<double>(counts.lost);
        case quantity::duplicates:
            return static_cast<double>(counts.duplicates);
        case quantity::late:
            return static_cast<double>(counts.late);
        case quantity::errors:
            return static_cast<double>(counts.errors);
        case quantity::reordered:
            return static_cast<double>(counts.reordered);
        case quantity::corrupted:
            return static_cast<double>(counts.corrupted);
        case quantity::forged:
            return static_cast<double>(counts.forged);
        default:
            break;
    }
    const std::uint64_t judged = counts.received + counts.lost;
    if (judged == 0) return std::nullopt;
    if (which == quantity::loss) return share(counts.lost, judged);
    return share(counts.received, judged);
}

std::optional<double> time_of(const condition_facts& facts, const node& at) noexcept {
    if (facts.counts.received == 0) return std::nullopt;
    switch (at.which) {
        case quantity::min:
            return in_ns(facts.min);
        case quantity::avg:
            return in_ns(facts.mean);
        case quantity::max:
            return in_ns(facts.max);
        case quantity::mdev:
            return in_ns(facts.deviation);
        case quantity::jitter:
            return in_ns(facts.jitter);
        case quantity::last:
            return in_ns(facts.last);
        default:
            break;
    }
    if (facts.histogram == nullptr || facts.histogram->count() == 0) return std::nullopt;
    return in_ns(facts.histogram->percentile(at.number));
}

std::optional<double> value_of(const node& at, const condition_facts& facts) noexcept {
    if (at.kind == what::number) return at.number;
    if (at.unit == unit_kind::time) return time_of(facts, at);
    return count_of(facts.counts, at.which);
}

truth compared(what how, double left, double right) noexcept {
    switch (how) {
        case what::less:
            return truth_of(left < right);
        case what::less_or_equal:
            return truth_of(left <= right);
        case what::greater:
            return truth_of(left > right);
        case what::greater_or_equal:
            return truth_of(left >= right);
        case what::equal:
            return truth_of(left == right);
        default:
            return truth_of(left != right);
    }
}

// Judges nodes; any(...) and all(...) were judged before, once for all targets.
class judge {
  public:
    explicit judge(std::span<const node> nodes) noexcept : nodes_(nodes) {}

    truth operator()(std::size_t at, const condition_facts& facts) const {
        const node& here = nodes_[at];
        switch (here.kind) {
            case what::both:
                return std::min((*this)(here.left, facts), (*this)(here.right, facts));
            case what::either:
                return std::max((*this)(here.left, facts), (*this)(here.right, facts));
            case what::negation:
                return opposite((*this)(here.left, facts));
            case what::alive:
                return truth_of(facts.counts.received > 0);
            case what::unreachable:
                return truth_of(facts.counts.received == 0 && facts.counts.lost > 0);
            case what::any:
            case what::all:
                return known_[here.slot];
            default:
                break;
        }
        const auto left = value_of(nodes_[here.left], facts);
        const auto right = value_of(nodes_[here.right], facts);
        if (!left || !right) return truth::neither;
        return compared(here.kind, *left, *right);
    }

    // Precondition: at most slots_max of them, which the reader holds.
    void settle(std::size_t count, const condition::lookup& facts) {
        for (std::size_t at = 0; at < nodes_.size(); ++at) {
            const node& here = nodes_[at];
            if (here.kind == what::any) known_[here.slot] = best(here.left, count, facts);
            if (here.kind == what::all) known_[here.slot] = worst(here.left, count, facts);
        }
    }

  private:
    [[nodiscard]] truth best(std::size_t at, std::size_t count,
                             const condition::lookup& facts) const {
        truth found = truth::no;
        for (std::size_t i = 0; i < count && found != truth::yes; ++i) {
            found = std::max(found, (*this)(at, facts(i)));
        }
        return found;
    }
    [[nodiscard]] truth worst(std::size_t at, std::size_t count,
                              const condition::lookup& facts) const {
        truth found = truth::yes;
        for (std::size_t i = 0; i < count && found != truth::no; ++i) {
            found = std::min(found, (*this)(at, facts(i)));
        }
        return found;
    }

    std::span<const node> nodes_;
    std::array<truth, detail::slots_max> known_{};
};

std::string value_text(const node& at, double value) {
    switch (at.unit) {
        case unit_kind::share:
            return fmt::format("{:.4g} %", value);
        case unit_kind::time:
            return detail::ping_ms(nanoseconds(std::llround(value))) + " ms";
        default:
            return fmt::format("{}", value);
    }
}

}  // namespace

condition_facts facts_of(const probe_counts& counts, const rtt_statistics& rtt) {
    return {.counts = counts,
            .min = rtt.min(),
            .mean = rtt.mean(),
            .max = rtt.max(),
            .deviation = rtt.standard_deviation(),
            .jitter = rtt.jitter(),
            .last = rtt.last(),
            .histogram = &rtt.histogram()};
}

bool condition::needs_percentiles() const noexcept {
    return std::any_of(nodes_->begin(), nodes_->end(), [](const node& each) {
        return each.kind == what::name && each.which == quantity::percentile;
    });
}

bool condition::is_about_all() const noexcept {
    return std::any_of(nodes_->begin(), nodes_->end(), [](const node& each) {
        return each.kind == what::any || each.kind == what::all;
    });
}

std::optional<std::size_t> condition::first_true(std::size_t count, const lookup& facts) const {
    judge judged(*nodes_);
    judged.settle(count, facts);
    for (std::size_t i = 0; i < count; ++i) {
        if (judged(nodes_->size() - 1, facts(i)) == truth::yes) return i;
    }
    return std::nullopt;
}

bool condition::is_true(const condition_facts& facts) const {
    return first_true(1, [&](std::size_t) { return facts; }).has_value();
}

std::string condition::values(const condition_facts& facts) const {
    std::string out;
    std::vector<std::string> seen;
    for (const node& each : *nodes_) {
        if (each.kind != what::name) continue;
        const auto value = value_of(each, facts);
        if (!value || std::find(seen.begin(), seen.end(), each.word) != seen.end()) continue;
        seen.push_back(each.word);
        if (!out.empty()) out += ", ";
        out += each.word + ' ' + value_text(each, *value);
    }
    return out;
}

}  // namespace sonde::inline v0
