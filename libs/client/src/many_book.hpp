#pragma once
/// What is known of the targets of a run: their texts, kept once and close together, where they are
/// in which session, and what is wrong with them. Some 30 octets for each target beside its row in
/// a session.

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <sonde/client/many.hpp>

namespace sonde::inline v0::detail {

/// Texts one behind the other.
class text_list {
  public:
    void reserve(std::size_t texts, std::size_t octets) {
        ends_.reserve(texts);
        octets_.reserve(octets);
    }
    void add(std::string_view text) {
        octets_ += text;
        ends_.push_back(octets_.size());
    }
    [[nodiscard]] std::size_t size() const noexcept { return ends_.size(); }
    [[nodiscard]] std::string_view operator[](std::size_t index) const {
        const std::size_t begin = index == 0 ? 0 : ends_[index - 1];
        return std::string_view(octets_).substr(begin, ends_[index] - begin);
    }

  private:
    std::string octets_{};
    std::vector<std::size_t> ends_{};
};

/// Where a target is: in which session, and which of its targets.
class target_place {
  public:
    static constexpr unsigned index_bits = 28;    // 268 million targets a session
    constexpr target_place() noexcept = default;  // in none yet
    constexpr target_place(std::size_t session, target_index index) noexcept
        : value_(static_cast<std::uint32_t>(session << index_bits | index)) {}
    [[nodiscard]] static constexpr target_place removed() noexcept {
        target_place made;
        --made.value_;
        return made;
    }
    [[nodiscard]] constexpr bool is_known() const noexcept { return value_ < removed().value_; }
    [[nodiscard]] constexpr std::size_t session() const noexcept { return value_ >> index_bits; }
    [[nodiscard]] constexpr target_index index() const noexcept {
        return value_ & ((1U << index_bits) - 1);
    }
    friend constexpr bool operator==(const target_place&, const target_place&) = default;

  private:
    std::uint32_t value_ = UINT32_MAX;
};

[[nodiscard]] inline probe_counts sum(const probe_counts& one, const probe_counts& other) noexcept {
    return {.sent = one.sent + other.sent,
            .received = one.received + other.received,
            .lost = one.lost + other.lost,
            .in_flight = one.in_flight + other.in_flight,
            .errors = one.errors + other.errors,
            .late = one.late + other.late,
            .send_failed = one.send_failed + other.send_failed,
            .duplicates = one.duplicates + other.duplicates,
            .reordered = one.reordered + other.reordered,
            .corrupted = one.corrupted + other.corrupted,
            .forged = one.forged + other.forged,
            .foreign = one.foreign + other.foreign};
}

/// The run writes it; what is measured stays in the sessions. A result holds it when the run is
/// over, and nobody changes it then.
struct many_book final : measured_targets::rows {
    text_list texts{};
    std::vector<target_place> places{};
    std::map<target_index, std::string> errors{};
    std::vector<std::unique_ptr<many_ping_session>> sessions{};

    [[nodiscard]] std::size_t size() const override { return texts.size(); }
    [[nodiscard]] target_summary summary(target_index which) const {
        const target_place place = places.at(which);
        if (place.is_known()) return sessions[place.session()]->summary(place.index());
        target_summary made;
        if (place == target_place::removed()) made.state = target_state::removed;
        return made;
    }
    [[nodiscard]] measured_targets::value_type at(std::size_t index) const override {
        measured_targets::value_type made{.target = std::string(texts[index])};
        if (const auto wrong = errors.find(index); wrong != errors.end()) {
            made.error = wrong->second;
        } else {
            made.result = summary(index);
        }
        return made;
    }
};

}  // namespace sonde::inline v0::detail
