#pragma once
/// Neighbours on a link: who is known, who is being asked for, and the frames that wait for them;
/// as RFC 4861 s7 and the kernel do it, but without the kernel's thousand: a swept prefix on the
/// link has as many neighbours as it has addresses, and each is asked for when its turn comes.
///
/// A neighbour is asked for three times, a second apart, then its frames are given up. One that was
/// not heard of for half a minute is asked for again while its old address is still used. A state
/// machine without I/O and clock: questions and settled neighbours come out.
///
/// Bounded: `neighbours_max` neighbours; when there are more, the one that was confirmed first is
/// forgotten, and when all of them are being asked for there is no room. `waiting_max` frames wait,
/// of those `waiting_for_one_max` for one neighbour.

#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

#include <sonde/base/address.hpp>
#include <sonde/base/octets.hpp>
#include <sonde/base/time.hpp>

namespace sonde::inline v0::detail {

/// A frame that is complete but for the link's destination address.
struct waiting_frame {
    std::uint64_t token = 0;
    std::vector<std::uint8_t> octets{};
};

/// A neighbour that frames had waited for: it answered, or it did not.
struct settled_neighbour {
    ip_address address{};
    std::optional<mac_address> mac{};
    std::vector<waiting_frame> frames{};
};

class neighbour_table {
  public:
    static constexpr std::size_t neighbours_max = 65'536;
    static constexpr std::size_t waiting_max = 65'536;
    static constexpr std::size_t waiting_for_one_max = 256;
    static constexpr unsigned questions_max = 3;                               // RFC 4861 s10
    static constexpr nanoseconds question_interval = std::chrono::seconds(1);  // likewise
    static constexpr nanoseconds confirmed_for = std::chrono::seconds(30);     // likewise

    /// What the kernel knew already.
    void learn(const ip_address& address, const mac_address& mac, mono_time now);

    /// The address to send to; none: it has to be asked for, see `wait`.
    [[nodiscard]] std::optional<mac_address> find(const ip_address& address, mono_time now);

    enum class verdict : std::uint8_t { waits, no_room_for_it, no_room };
    /// Lets a frame wait for a neighbour that `find` did not know. `no_room_for_it`: too many wait
    /// for this one; `no_room`: for anybody.
    [[nodiscard]] verdict wait(const ip_address& address, waiting_frame frame, mono_time now);

    /// Somebody said who has an address: heard only when it was asked for.
    void on_answer(const ip_address& address, const mac_address& mac, mono_time now);
    void on_time(mono_time now);

    /// Whom to ask for now.
    [[nodiscard]] std::optional<ip_address> next_question();
    [[nodiscard]] std::optional<settled_neighbour> next_settled();
    [[nodiscard]] bool has_settled() const noexcept { return !settled_.empty(); }
    [[nodiscard]] mono_time next_deadline() const noexcept;  // mono_time::max(): nothing is due

    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
    [[nodiscard]] std::size_t waiting() const noexcept { return waiting_; }

  private:
    struct entry {
        std::optional<mac_address> mac{};
        mono_time confirmed{};
        unsigned questions = 0;  // asked in vain; 0: nobody asks
        std::uint32_t turn = 0;  // of the question or confirmation that counts
        std::vector<waiting_frame> frames{};
    };
    struct due_question {
        mono_time at{};
        ip_address address{};
        std::uint32_t turn = 0;
    };
    struct known_since {
        ip_address address{};
        std::uint32_t turn = 0;
    };
    void ask(const ip_address& address, entry& about, mono_time now);
    void confirm(const ip_address& address, entry& about, const mac_address& mac, mono_time now);
    void forget_older_confirmations();
    void give_up(const ip_address& address);
    [[nodiscard]] bool make_room();

    std::unordered_map<ip_address, entry> entries_;
    std::deque<due_question> due_;   // in the order of their time: all have the same interval
    std::deque<known_since> known_;  // in the order of their confirmation
    std::deque<ip_address> questions_;
    std::deque<settled_neighbour> settled_;
    std::size_t waiting_ = 0;
    std::uint32_t turns_ = 0;
    ip_address last_{};  // the one that was found last
    entry* last_entry_ = nullptr;
};

}  // namespace sonde::inline v0::detail
