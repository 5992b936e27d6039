#pragma once
/// A router of a path: what it does to what it forwards, and what it says about what it does not.

#include <cstdint>
#include <optional>

#include <sonde/packet/datagram.hpp>
#include <sonde/sim/scenario.hpp>

#include "craft.hpp"
#include "event_queue.hpp"
#include "link.hpp"
#include "token_bucket.hpp"

namespace sonde::inline v0::sim {

/// What became of a datagram that a node would have to answer.
enum class verdict : std::uint8_t { answered, silent, rate_limited, bad_checksum };

/// What forwarding does to a datagram's header.
struct forwarding {
    std::uint8_t hop_limit = 0;
    std::uint8_t traffic_class = 0;
};

class router {
  public:
    explicit router(const hop_spec& spec) : spec_(spec) {
        if (spec.rate_limit) bucket_.emplace(*spec.rate_limit);
    }
    [[nodiscard]] const link_spec& link() const noexcept { return spec_.link; }
    [[nodiscard]] std::uint8_t hop_limit() const noexcept { return spec_.hop_limit; }

    /// Whether it forwards a datagram that arrives like this, and how it leaves; otherwise where
    /// its event is. A route is looked up before the hop limit, as Linux does.
    [[nodiscard]] std::optional<place> stops(forwarding& datagram) const noexcept {
        if (spec_.unreachable) return place::router_unreachable;
        if (datagram.hop_limit <= 1) return place::router_expired;
        --datagram.hop_limit;
        if (spec_.hop_limit_reset) datagram.hop_limit = *spec_.hop_limit_reset;
        if (spec_.traffic_class) datagram.traffic_class = *spec_.traffic_class;
        return std::nullopt;
    }
    /// Writes what it says about `arrived` into `out`; `header` lacks only the source.
    [[nodiscard]] verdict complain(octet_buffer& out, ip_header header, const parcel& arrived,
                                   mono_time at);

    in_order forward{};  // what leaves its link towards the target
    in_order back{};     // what it says itself, as it reaches us

  private:
    hop_spec spec_;
    std::optional<token_bucket> bucket_{};
};

}  // namespace sonde::inline v0::sim
