#pragma once
/// Which way packets go, asked of the kernel once for all addresses that it treats alike. Those are
/// the addresses between two neighbouring ends of prefixes that its routing tables and rules name:
/// a sweep of a prefix behind one router asks once, an own address inside of it is a case by
/// itself.
///
/// Answers are asked for again after `answer_age_max`, refusals after `refusal_age_max`; the ends
/// of prefixes are read once. Of several equal paths a cached one carries all. Bounded:
/// `answers_max` answers. Not thread-safe; reads no clock.

#include <cstdint>
#include <unordered_map>
#include <vector>

#include <sonde/base/time.hpp>
#include <sonde/net/next_hop.hpp>

namespace sonde::inline v0::detail {

struct cached_route {
    next_hop hop{};
    int code = 0;  // errno of the refusal; 0: there is a hop
    mono_time asked{};
};

/// A part of an address space: from `first` on, before `end`; an end of 0 is the space's own.
struct address_part {
    uint128 first = 1;
    uint128 end = 1;  // nothing, until somebody says otherwise
    [[nodiscard]] bool contains(const ip_address& address) const noexcept {
        const uint128 at =
            address.is_v4() ? uint128{address.v4().value} : address.v6().to_integer();
        return at >= first && (end == 0 || at < end);
    }
};

class route_cache {
  public:
    static constexpr nanoseconds answer_age_max = std::chrono::seconds(5);
    static constexpr nanoseconds refusal_age_max = std::chrono::seconds(1);
    static constexpr std::size_t answers_max = 65'536;

    /// `interface_index`: leave by this one; 0: by the route. Errors: as list_route_prefixes.
    [[nodiscard]] static io_result<route_cache> make(ip_family family,
                                                     std::uint32_t interface_index,
                                                     const system_calls& calls);
    /// Valid until the next call.
    [[nodiscard]] const cached_route& find(const ip_address& destination, mono_time now);
    /// For which addresses the last answer holds.
    [[nodiscard]] const address_part& last_part() const noexcept { return last_part_; }

    /// The next `find` asks again, whatever it is asked.
    void forget() noexcept { is_outdated_ = true; }

    [[nodiscard]] std::uint64_t questions() const noexcept { return questions_; }

  private:
    route_cache(std::uint32_t interface_index, const system_calls& calls) noexcept
        : calls_(&calls), interface_index_(interface_index) {}
    [[nodiscard]] std::size_t part_of(uint128 address) const noexcept;
    [[nodiscard]] static bool is_fresh(const cached_route& route, mono_time now) noexcept;

    const system_calls* calls_;
    std::uint32_t interface_index_;
    std::vector<uint128> starts_;  // of parts, ascending; the first is 0
    std::unordered_map<std::size_t, cached_route> answers_;
    address_part last_part_{};
    cached_route* last_ = nullptr;
    std::uint64_t questions_ = 0;
    bool is_outdated_ = false;
};

}  // namespace sonde::inline v0::detail
