#include "identifiers.hpp"

#include <bitset>
#include <mutex>
#include <unistd.h>

#include <sonde/base/random.hpp>
#include <sonde/net/clock.hpp>

namespace sonde::inline v0::detail {
namespace {

constexpr std::uint32_t identifier_count = 0x10000;

struct identifier_table {
    std::mutex lock;
    std::bitset<identifier_count> taken{1};  // 0 is nobody's
};

identifier_table& table() {
    static identifier_table shared;
    return shared;
}

}  // namespace

std::uint64_t random_word(const system_calls& calls) noexcept {
    std::uint64_t word = 0;
    if (calls.getrandom(&word, sizeof word, 0) == ssize_t{sizeof word}) return word;
    const auto now = static_cast<std::uint64_t>(mono_now(calls).time_since_epoch().count());
    return random_source(now ^ (static_cast<std::uint64_t>(::getpid()) << 40))();
}

identifier_lease identifier_lease::draw(const system_calls& calls) {
    const auto first = static_cast<std::uint16_t>(random_word(calls));
    auto& shared = table();
    const std::lock_guard guard(shared.lock);
    for (std::uint32_t step = 0; step < identifier_count; ++step) {
        const auto candidate = static_cast<std::uint16_t>(first + step);
        if (shared.taken.test(candidate)) continue;
        shared.taken.set(candidate);
        return {candidate, true};
    }
    return {first, false};
}

identifier_lease::~identifier_lease() {
    if (!is_ours_) return;
    auto& shared = table();
    const std::lock_guard guard(shared.lock);
    shared.taken.reset(value_);
}

}  // namespace sonde::inline v0::detail
