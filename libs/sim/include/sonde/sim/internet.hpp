#pragma once
/// The simulated internet: complete IP datagrams go in, complete IP datagrams come back, in virtual
/// time. The same scenario, seed and datagrams give the same answers at the same nanosecond.
///
///     sim::internet net(*sim::ready_made("five_routers"), 1);
///     net.send(datagram, now);
///     while (auto arrived = net.next_delivery(later)) look(arrived->octets);
///
/// Routers count hop limits down and report what they drop, with correct quotes; targets answer
/// echo requests, UDP and TCP SYN. Datagrams on their way are held in buffers that are used again:
/// memory is bounded by what is in flight at once. Not thread-safe. Never throws on any octets.

#include <cstdint>
#include <memory>
#include <optional>

#include <sonde/base/api.hpp>
#include <sonde/base/octets.hpp>
#include <sonde/base/time.hpp>
#include <sonde/sim/scenario.hpp>

namespace sonde::inline v0::sim {

/// Datagrams that came back to us, by what had been done to them. Each is in exactly one class.
struct delivery_counts {
    std::uint64_t answers = 0;     // first and in order, or merely reordered; errors of routers too
    std::uint64_t late = 0;        // genuine, but longer under way than scenario::late_after
    std::uint64_t duplicates = 0;  // second and further copies of an answer
    std::uint64_t corrupted = 0;
    std::uint64_t forged = 0;
    std::uint64_t foreign = 0;

    [[nodiscard]] constexpr std::uint64_t all() const noexcept {
        return answers + late + duplicates + corrupted + forged + foreign;
    }
};

/// What the internet did, exactly. Every datagram sent is in exactly one of the counts from
/// `malformed` to `replied`.
struct internet_counts {
    std::uint64_t sent = 0;          // datagrams handed in
    std::uint64_t malformed = 0;     // no IP datagram, or one that no router forwards
    std::uint64_t no_route = 0;      // to an address that is not in the scenario
    std::uint64_t lost_forward = 0;  // on a link, before anybody could answer
    std::uint64_t on_the_way = 0;    // not arrived yet
    std::uint64_t silent = 0;        // arrived where nobody answers
    std::uint64_t rate_limited = 0;  // arrived at a router that had no token left
    std::uint64_t bad_checksum = 0;  // arrived damaged: hosts drop those
    std::uint64_t exceeded = 0;      // answered: time exceeded
    std::uint64_t unreachable = 0;   // answered: unreachable, by a router or for a port
    std::uint64_t replied = 0;       // answered: echo reply or TCP segment

    std::uint64_t lost_back = 0;  // answers and copies lost on a link
    std::uint64_t held_back = 0;  // answers that `reorder` delayed
    /// Of delivered.answers: an answer of the same target to a datagram sent later came before.
    std::uint64_t reordered = 0;
    delivery_counts delivered{};
};

/// A datagram that reached us.
struct delivery {
    mono_time at{};
    bytes_view octets{};  // valid until the next call of the internet
};

class SONDE_API internet {
  public:
    internet(const scenario& how, std::uint64_t seed);
    internet(internet&&) noexcept;
    internet& operator=(internet&&) noexcept;
    ~internet();

    /// Sends one complete IPv4 or IPv6 datagram; any octets are fine. Borrowed for the call only.
    /// `at` must not lie before a time already given to next_delivery; it is moved there if it
    /// does.
    void send(bytes_view ip_datagram, mono_time at);
    /// Nothing happens before this time; something may then. mono_time::max() when nothing will.
    [[nodiscard]] mono_time next_time() const noexcept;
    /// The next datagram that reached us at or before `now`; nothing when there is none. In the
    /// order of arrival; what arrives at the same nanosecond, in the order in which it was made.
    [[nodiscard]] std::optional<delivery> next_delivery(mono_time now);

    [[nodiscard]] const internet_counts& counts() const noexcept;
    [[nodiscard]] const scenario& how() const noexcept;

  private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace sonde::inline v0::sim
