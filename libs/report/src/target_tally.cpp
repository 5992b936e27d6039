#include <algorithm>
#include <bit>

#include <sonde/report/target_tally.hpp>

namespace sonde::inline v0 {
namespace {

// A code is the place of the highest bit, then the four bits behind it: 0 to 1023. Above them all
// stands the code of a loss.
constexpr std::uint16_t loss_code = UINT16_MAX;
constexpr unsigned fraction_bits = 4;

std::uint16_t code_of(nanoseconds rtt) noexcept {
    const auto ns = static_cast<std::uint64_t>(std::max<nanoseconds::rep>(rtt.count(), 0));
    if (ns < (1U << fraction_bits)) return static_cast<std::uint16_t>(ns);
    const auto top = static_cast<unsigned>(std::bit_width(ns)) - 1;
    const auto fraction = (ns >> (top - fraction_bits)) & ((1U << fraction_bits) - 1);
    return static_cast<std::uint16_t>((top << fraction_bits) | fraction);
}

nanoseconds rtt_of(std::uint16_t code) noexcept {
    constexpr std::uint64_t one = 1U << fraction_bits;
    if (code < one) return nanoseconds(code);
    const unsigned top = code >> fraction_bits;
    const std::uint64_t mantissa = one | (code & (one - 1));
    return nanoseconds(static_cast<nanoseconds::rep>(mantissa << (top - fraction_bits)));
}

}  // namespace

void rtt_history::push(std::uint16_t code) noexcept {
    codes_[next_] = code;
    next_ = static_cast<std::uint8_t>((next_ + 1U) % size_max);
    if (size_ < size_max) ++size_;
}

void rtt_history::add(nanoseconds rtt) noexcept { push(code_of(rtt)); }
void rtt_history::add_loss() noexcept { push(loss_code); }

std::optional<nanoseconds> rtt_history::operator[](std::size_t index) const noexcept {
    const std::uint16_t code = codes_[(next_ + size_max - size_ + index) % size_max];
    if (code == loss_code) return std::nullopt;
    return rtt_of(code);
}

target_tally::target_tally(bool keeps_histogram)
    : histogram_(keeps_histogram ? std::make_unique<latency_histogram>() : nullptr) {}

void target_tally::on_event(const probe_event& event) {
    switch (event.kind) {
        case event_kind::sent:
            ++counts_.sent;
            ++counts_.in_flight;
            break;
        case event_kind::timed_out:
            ++counts_.lost;
            if (counts_.in_flight > 0) --counts_.in_flight;
            history_.add_loss();
            break;
        case event_kind::send_failed:
            ++counts_.send_failed;
            history_.add_loss();
            break;
        case event_kind::reply:
            on_reply(event);
            break;
        default:
            break;
    }
}

void target_tally::on_reply(const probe_event& event) {
    const answer& reply = event.record.reply;
    switch (event.what) {
        case reply_class::late:
            ++counts_.late;
            return;
        case reply_class::duplicate:
            ++counts_.duplicates;
            return;
        case reply_class::corrupted:
            ++counts_.corrupted;
            return;
        case reply_class::forged:
            ++counts_.forged;
            return;
        case reply_class::foreign:
            ++counts_.foreign;
            return;
        case reply_class::answered:
            break;
    }
    if (event.record.state == probe_state::in_flight) return;  // a notice: the wait goes on
    if (counts_.in_flight > 0) --counts_.in_flight;
    if (reply.kind == answer_kind::icmp_error) {
        ++counts_.lost;
        ++counts_.errors;
        history_.add_loss();
        return;
    }
    ++counts_.received;
    if (reply.reordered) ++counts_.reordered;
    rtt_.add(reply.rtt);
    history_.add(reply.rtt);
    if (histogram_) histogram_->add(reply.rtt);
}

condition_facts target_tally::facts() const noexcept {
    return {.counts = counts_,
            .min = rtt_.min,
            .mean = rtt_.mean(),
            .max = rtt_.max,
            .deviation = rtt_.standard_deviation(),
            .jitter = rtt_.jitter(),
            .last = rtt_.last,
            .histogram = histogram_.get()};
}

double target_tally::loss() const noexcept {
    const std::uint64_t judged = counts_.received + counts_.lost;
    return judged == 0 ? 0.0 : static_cast<double>(counts_.lost) / static_cast<double>(judged);
}

}  // namespace sonde::inline v0
