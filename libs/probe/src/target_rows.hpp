#pragma once
/// What is kept of each target of many: one row of 240 octets, in pieces that never move, and a
/// table that finds the first row of an address.

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include <sonde/base/check.hpp>
#include <sonde/probe/many_ping.hpp>

namespace sonde::inline v0::detail {

/// rtt_moments without their count, which the row has.
struct compact_moments {
    nanoseconds min{};
    nanoseconds max{};
    nanoseconds last{};
    double mean_ns = 0;
    double squares_ns2 = 0;
    double steps_ns = 0;

    [[nodiscard]] rtt_moments with(std::uint64_t count) const noexcept {
        return {.count = count,
                .min = min,
                .max = max,
                .last = last,
                .mean_ns = mean_ns,
                .squares_ns2 = squares_ns2,
                .steps_ns = steps_ns};
    }
    /// `count`: of the RTTs before this one.
    void add(nanoseconds rtt, std::uint64_t count) noexcept {
        rtt_moments whole = with(count);
        whole.add(rtt);
        *this = {.min = whole.min,
                 .max = whole.max,
                 .last = whole.last,
                 .mean_ns = whole.mean_ns,
                 .squares_ns2 = whole.squares_ns2,
                 .steps_ns = whole.steps_ns};
    }
};

/// An address without its family, which the row has among its flags.
struct compact_address {
    std::array<std::uint8_t, 16> octets{};
    std::uint32_t zone = 0;

    compact_address() noexcept = default;
    explicit compact_address(const ip_address& from) noexcept : zone(from.zone()) {
        if (from.is_v4()) {
            from.v4().write(std::span(octets).first<4>());
        } else {
            octets = from.v6().octets;
        }
    }
    [[nodiscard]] ip_address as(ip_family family) const noexcept {
        if (family == ip_family::v4) {
            return ipv4_address::from_octets(std::span(octets).first<4>());
        }
        return {ipv6_address{octets}, zone};
    }
};

struct target_row {
    // When: of the timer wheel, and of the ceilings.
    mono_time due{};           // the next probe
    mono_time round_at{};      // when the round began, on the grid
    token_clock host{};        // of the leader: shared by all targets of its address
    std::uint32_t link = 0;    // to the next row of a slot of the wheel
    std::uint32_t leader = 0;  // the first row with this address
    // What was done.
    std::uint64_t handed = 0;  // probes handed out; the sequence number of the newest
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    std::uint32_t in_flight = 0;
    std::uint32_t rounds = 0;           // begun; stays at its greatest
    std::uint32_t newest_answered = 0;  // the low half of its sequence number
    // These stay at their greatest.
    std::uint32_t errors = 0;
    std::uint32_t late = 0;
    std::uint32_t send_failed = 0;
    std::uint32_t duplicates = 0;
    std::uint32_t reordered = 0;
    std::uint32_t corrupted = 0;
    std::uint32_t forged = 0;
    compact_moments rtt{};  // of the settled answers, as the next
    compact_moments rtt_user{};
    compact_address address{};
    compact_address last_from{};    // of the last ICMP error
    std::uint16_t unconfirmed = 0;  // handed out, and not known to be sent
    std::uint8_t unsettled = 0;     // received, and its RTT may still change
    std::uint8_t last_type = 0;
    std::uint8_t last_code = 0;
    target_state state : 4 = target_state::waiting;
    std::uint8_t next_attempt : 4 = 0;  // of the round: what is due is this one
    stamp_source sent_by : 2 = stamp_source::none;
    stamp_source received_by : 2 = stamp_source::none;
    bool is_v6 : 1 = false;
    bool is_last_from_v6 : 1 = false;
    bool is_cleared : 1 = false;  // its place under the ceilings is reserved

    [[nodiscard]] ip_address destination() const noexcept {
        return address.as(is_v6 ? ip_family::v6 : ip_family::v4);
    }
    /// Whether probes to it may still be sent.
    [[nodiscard]] bool is_active() const noexcept {
        return state == target_state::waiting || state == target_state::under_way;
    }
    [[nodiscard]] bool has_open_probe() const noexcept { return in_flight + unconfirmed > 0; }
    [[nodiscard]] std::uint64_t lost() const noexcept { return sent - received - in_flight; }
};
static_assert(sizeof(target_row) == 240);

class target_rows {
  public:
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    /// Precondition: index < size().
    [[nodiscard]] target_row& operator[](std::uint64_t index) noexcept {
        return (*pieces_[index / piece_len])[index % piece_len];
    }
    [[nodiscard]] const target_row& operator[](std::uint64_t index) const noexcept {
        return (*pieces_[index / piece_len])[index % piece_len];
    }
    // For the timer wheel.
    [[nodiscard]] mono_time due(std::uint32_t row) const noexcept { return (*this)[row].due; }
    [[nodiscard]] std::uint32_t& link(std::uint32_t row) noexcept { return (*this)[row].link; }

    /// Makes room for one more, of 2^32 - 1 at most. Throws std::bad_alloc.
    void reserve_one() {
        SONDE_CHECK(size_ < UINT32_MAX);  // their rows would take a terabyte
        if (size_ == pieces_.size() * piece_len) pieces_.push_back(std::make_unique<piece>());
    }
    /// Precondition: reserve_one() came before.
    target_row& add() noexcept { return (*this)[size_++]; }

  private:
    static constexpr std::size_t piece_len = 64;
    using piece = std::array<target_row, piece_len>;
    std::vector<std::unique_ptr<piece>> pieces_{};
    std::size_t size_ = 0;
};

/// Finds the first row of an address: 5 to 10 octets an address.
class leader_table {
  public:
    /// Makes room for one more. Throws std::bad_alloc.
    void reserve_one(const target_rows& rows) {
        if ((used_ + 1) * 5 > places_.size() * 4) grow(rows);
    }
    /// The first row with the address of row `index`: itself, when there is none yet.
    /// Precondition: reserve_one() came before.
    [[nodiscard]] std::uint32_t leader_of(std::uint32_t index, const target_rows& rows) noexcept {
        const ip_address address = rows[index].destination();
        for (std::size_t at = place_of(address);; at = (at + 1) & (places_.size() - 1)) {
            if (places_[at] == empty) {
                places_[at] = index;
                ++used_;
                return index;
            }
            if (rows[places_[at]].destination() == address) return places_[at];
        }
    }

  private:
    static constexpr std::uint32_t empty = UINT32_MAX;
    [[nodiscard]] std::size_t place_of(const ip_address& address) const noexcept {
        std::uint64_t mixed = std::hash<ip_address>()(address);
        mixed = (mixed ^ (mixed >> 32)) * 0x9e3779b97f4a7c15ULL;
        return static_cast<std::size_t>(mixed >> 32) & (places_.size() - 1);
    }
    void grow(const target_rows& rows) {
        std::vector<std::uint32_t> before(std::max<std::size_t>(64, places_.size() * 2), empty);
        before.swap(places_);
        for (const std::uint32_t index : before) {
            if (index == empty) continue;
            std::size_t at = place_of(rows[index].destination());
            while (places_[at] != empty) at = (at + 1) & (places_.size() - 1);
            places_[at] = index;
        }
    }
    std::vector<std::uint32_t> places_{};  // a power of two
    std::size_t used_ = 0;
};

}  // namespace sonde::inline v0::detail
