#pragma once
/// A target: the host at the end of a path, and what befalls its answers.

#include <cstdint>
#include <unordered_map>

#include <sonde/base/random.hpp>
#include <sonde/packet/datagram.hpp>
#include <sonde/sim/scenario.hpp>

#include "craft.hpp"
#include "event_queue.hpp"
#include "link.hpp"
#include "router.hpp"

namespace sonde::inline v0::sim {

/// What befalls an answer. At most one of these, so that every answer has one class.
enum class fate : std::uint8_t { plain, corrupt, late, reorder, duplicate };

/// One host of a target: its link, and how far its requests have come.
struct host_state {
    in_order forward{};
    in_order back{};
    std::uint64_t requests = 0;         // sent to it so far
    std::uint64_t newest_answered = 0;  // ordinal of the newest request whose answer reached us
};

class target {
  public:
    explicit target(const target_spec& spec) : spec_(spec) {}
    [[nodiscard]] const target_spec& spec() const noexcept { return spec_; }
    /// The host behind an address; stays where it is. Those of a prefix are made as they are asked.
    [[nodiscard]] host_state& host(const ip_address& address) {
        if (spec_.address.of(address.family()) == address) return alone_;
        return hosts_[address];
    }

    /// Writes the answer to `seen` into `out`; `header` lacks only the source. `replied` is told
    /// whether it is a reply, not an error.
    [[nodiscard]] verdict answer(octet_buffer& out, ip_header header, const datagram& seen,
                                 bytes_view octets, random_source& random);
    [[nodiscard]] fate draw_fate(random_source& random) const noexcept;

  private:
    [[nodiscard]] bool answer_tcp(octet_buffer& out, const ip_header& header, bytes_view segment,
                                  random_source& random) const;
    target_spec spec_;
    host_state alone_{};
    std::unordered_map<ip_address, host_state> hosts_{};
};

/// Whether an answer is an ICMP error and not a reply.
[[nodiscard]] bool is_port_unreachable(const datagram& request) noexcept;

/// Turns one bit of the checksum or the payload of an answer over: its identity stays.
void corrupt(octet_buffer& answer, random_source& random) noexcept;
/// Makes an echo reply lie: other payload, right checksum. False when there is no payload.
[[nodiscard]] bool forge(octet_buffer& answer, random_source& random);

}  // namespace sonde::inline v0::sim
