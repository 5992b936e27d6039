#include <array>
#include <new>

#include <sonde/probe/rate_ceiling.hpp>

namespace sonde::inline v0 {
namespace {

constexpr std::size_t buckets_len = 65'536;

/// The bucket of a /24 or /64. Neighbours get buckets of their own: of one IPv4 /8 all.
std::size_t place_of(const ip_address& address) noexcept {
    if (address.is_v4()) {
        const std::uint32_t network = address.v4().value >> 8;
        return (network ^ (network >> 16) * 0x9e37U) & (buckets_len - 1);
    }
    const std::uint64_t network = be64_at(address.v6().octets, 0);
    return static_cast<std::size_t>((network * 0x9e3779b97f4a7c15ULL) >> 48);
}

/// What all tokens of a burst but the first take to come back; at most about 30 years.
nanoseconds room_of(nanoseconds price, std::uint32_t burst) noexcept {
    constexpr double longest_ns = 1e18;
    const double all = static_cast<double>(price.count()) * (std::max(burst, 1U) - 1);
    return nanoseconds(static_cast<std::int64_t>(std::min(all, longest_ns)));
}

}  // namespace

struct ceiling_gate::buckets {
    std::array<token_clock, buckets_len> of{};
};

ceiling_gate::ceiling_gate(const rate_ceilings& ceilings) noexcept
    : price_(price_of(ceilings.per_network)), room_(room_of(price_, ceilings.network_burst)) {}
ceiling_gate::~ceiling_gate() = default;
ceiling_gate::ceiling_gate(ceiling_gate&&) noexcept = default;
ceiling_gate& ceiling_gate::operator=(ceiling_gate&&) noexcept = default;

token_clock& ceiling_gate::bucket_of(const ip_address& address) noexcept {
    if (!buckets_) buckets_.reset(new (std::nothrow) buckets);
    return buckets_ ? buckets_->of[place_of(address)] : shared_;
}

mono_time ceiling_gate::allowed_at(const ip_address& address, mono_time now) noexcept {
    return is_free(address) ? now : bucket_of(address).allowed_at(now, room_);
}

void ceiling_gate::on_send(const ip_address& address, mono_time at) noexcept {
    if (!is_free(address)) bucket_of(address).take(at, price_);
}

}  // namespace sonde::inline v0
