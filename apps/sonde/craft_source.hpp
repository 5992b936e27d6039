#pragma once
/// Where the packets of sonde craft come from: an expression, a file, chance.

#include <cstdint>
#include <optional>
#include <vector>

#include <sonde/base/random.hpp>
#include <sonde/packet/built_packet.hpp>

#include "craft_vary.hpp"
#include "file.hpp"

namespace sonde::cli {

class packet_source {
  public:
    /// Nothing after having complained.
    [[nodiscard]] static std::optional<packet_source> open(const craft_settings& settings,
                                                           file_run& run);

    /// What they are made from, to be changed before the first is made: several of a file, else one
    /// that they have in common.
    [[nodiscard]] std::vector<built_packet>& patterns() noexcept { return packets_; }
    /// The next packet; valid until the next call. They come round again.
    [[nodiscard]] const built_packet& next();
    /// How many different ones there are: 1 where nothing varies and no file has several.
    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
    /// Whether all of them are the same.
    [[nodiscard]] bool is_constant() const noexcept {
        return !is_random_ && varied_.empty() && packets_.size() == 1;
    }
    /// Whether they have one layout: only fields change.
    [[nodiscard]] bool has_one_layout() const noexcept {
        return !is_random_ && packets_.size() == 1;
    }
    [[nodiscard]] bool is_random() const noexcept { return is_random_; }
    [[nodiscard]] bool varies(std::string_view layer, std::string_view field) const noexcept;

  private:
    packet_source(const craft_settings& settings, std::vector<built_packet> from)
        : packets_(std::move(from)),
          random_(settings.seed),
          is_random_(settings.random),
          count_(packets_.size()) {}
    [[nodiscard]] bool vary(const craft_settings& settings, file_run& run);

    std::vector<built_packet> packets_;  // never empty
    std::vector<varied_field> varied_{};
    random_source random_;
    bool is_random_;
    std::uint64_t made_ = 0;
    std::uint64_t count_;
};

}  // namespace sonde::cli
