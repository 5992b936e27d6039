#pragma once
/// What was sent lately, and which of it a packet that came answers.

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include <sonde/capture/record.hpp>
#include <sonde/wire/link/link_type.hpp>

#include "craft_screen.hpp"

namespace sonde::cli {

/// Bounded: the last `requests_max` packets are remembered.
class answer_book {
  public:
    static constexpr std::size_t requests_max = 65'536;

    /// `type`: of what is sent. `several`: one request may have many answers.
    answer_book(link_type type, bool several) noexcept : type_(type), several_(several) {}

    void sent(bytes_view octets, wall_time at);
    /// The newest request that this packet answers. Borrows the packet.
    [[nodiscard]] std::optional<shown_answer> judge(const record& came) SONDE_LIFETIMEBOUND;
    /// How many requests were answered.
    [[nodiscard]] std::uint64_t answered() const noexcept { return answered_; }
    [[nodiscard]] bool is_complete() const noexcept { return !several_ && answered_ == count_; }

  private:
    struct request {
        std::vector<std::uint8_t> octets{};
        wall_time at{};
        bool answered = false;
    };
    [[nodiscard]] bytes_view comparable(const record& came) const noexcept;

    std::deque<request> requests_{};  // the last ones
    std::uint64_t count_ = 0;
    std::uint64_t answered_ = 0;
    link_type type_;
    bool several_;
};

}  // namespace sonde::cli
