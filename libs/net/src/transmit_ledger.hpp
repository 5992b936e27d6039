#pragma once
/// Which packet a transmit stamp belongs to. The kernel tags each stamp with a 32-bit identifier:
///
/// - `chosen` (Linux 6.13 and later): we name the identifier with each packet. Nothing can go
///   wrong: identifiers of 2^32 packets in a row differ.
/// - `counted`: the kernel counts packets per socket. A send that fails may or may not count,
///   which depends on the version; so the counter is restarted (SOF_TIMESTAMPING_OPT_ID off and
///   on) before the next send. Stamps of packets sent before may still be on their way with
///   numbers that will now be given again: numbers which might come twice are never booked, and
///   their packets go without a kernel stamp. No stamp is ever given to the wrong packet.
///
/// Bounded: `len_max` packets wait for a stamp; a newer one takes the place of the oldest.

#include <bit>
#include <cstdint>
#include <optional>
#include <vector>

namespace sonde::inline v0::detail {

enum class stamp_identifiers : std::uint8_t { chosen, counted };

class transmit_ledger {
  public:
    explicit transmit_ledger(std::size_t len_max) noexcept : len_max_(std::bit_ceil(len_max)) {}

    [[nodiscard]] stamp_identifiers mode() const noexcept { return mode_; }
    /// Only before the first stamp of a mode is booked or after `restart`.
    void set_mode(stamp_identifiers mode) noexcept { mode_ = mode; }

    /// The identifier of the packet that is sent next, or `ahead` packets after it.
    [[nodiscard]] std::uint32_t next_identifier(std::uint32_t ahead = 0) const noexcept {
        return next_ + ahead;
    }
    void book_sent(std::uint64_t token);
    /// Whether any packet waits for its stamp.
    [[nodiscard]] bool waits() const noexcept { return waiting_ > 0; }
    /// The packet that was next was given up. A chosen identifier is not used twice; whether the
    /// kernel counted is unknown, so that `restart` must follow in counted mode.
    void book_failed() noexcept {
        if (mode_ == stamp_identifiers::chosen) ++next_;
    }
    /// Counted: the kernel's counter is at zero again.
    void restart() noexcept;
    /// The token of a stamped packet; none for a stamp that is not ours to place. The entry stays
    /// when `keep` is set: a second stamp (hardware) may follow.
    [[nodiscard]] std::optional<std::uint64_t> find(std::uint32_t identifier, bool keep) noexcept;

  private:
    struct entry {
        std::uint64_t token = 0;
        std::uint32_t identifier = 0;
        bool waits = false;
    };
    struct range {  // of counted identifiers that may come again; both ends included
        std::uint32_t low = 1;
        std::uint32_t high = 0;
        [[nodiscard]] bool contains(std::uint32_t id) const noexcept {
            return low <= id && id <= high;
        }
        void include(std::uint32_t id) noexcept;
    };
    [[nodiscard]] entry& place_of(std::uint32_t identifier) noexcept {
        return entries_[identifier & (entries_.size() - 1)];
    }
    void grow();

    std::vector<entry> entries_;  // empty, or a power of two
    std::size_t len_max_;
    std::size_t waiting_ = 0;  // entries that wait
    std::uint32_t next_ = 0;
    range evicted_;    // booked since the last restart, pushed out before their stamp came
    range ambiguous_;  // from before the last restart
    stamp_identifiers mode_ = stamp_identifiers::chosen;
};

}  // namespace sonde::inline v0::detail
