#pragma once
/// The course of a sweep: which address comes when, and which probe has which number.
///
/// A *position* is a place in the order of the whole set. A *step* is a place in what one session
/// does of it: every `shards`-th position from `first` on. Pass p (0 for the first) gives the probe
/// of a step the *number* p * share + step, so that a number tells its address for ever, and
/// numbers ascend in the order of sending.

#include <algorithm>
#include <cstdint>
#include <optional>

#include <sonde/base/permutation.hpp>
#include <sonde/probe/sweep.hpp>

namespace sonde::inline v0::detail {

class sweep_course {
  public:
    sweep_course(const sweep_options& options, std::uint64_t size) noexcept
        : order_(std::max<std::uint64_t>(size, 1), options.seed),
          size_(size),
          first_(first_of(options)),
          shards_(options.shards),
          in_order_(options.in_order) {
        share_ = first_ < size ? (size - first_ - 1) / shards_ + 1 : 0;
        if (options.limit) share_ = std::min(share_, *options.limit);
        passes_ = share_ > sweep_session::bits_max ? 1 : options.tries;
        share_ = std::min(share_, numbers_max / passes_);
    }

    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }    // of the set
    [[nodiscard]] std::uint64_t share() const noexcept { return share_; }  // steps of a pass
    [[nodiscard]] unsigned passes() const noexcept { return passes_; }

    /// Where a later run would begin to go on with this step.
    [[nodiscard]] std::uint64_t position_of(std::uint64_t step) const noexcept {
        // first_ may lie behind the end when there is nothing to be done at all.
        if (first_ >= size_ || step > (size_ - first_) / shards_) return size_;
        return std::min(size_, first_ + step * shards_);
    }
    /// The index of its address in the set. Precondition: step < share().
    [[nodiscard]] std::uint64_t index_of(std::uint64_t step) const noexcept {
        const std::uint64_t position = first_ + step * shards_;
        return in_order_ ? position : order_(position);
    }
    /// Nothing when another session has it. Precondition: index < size().
    [[nodiscard]] std::optional<std::uint64_t> step_of_index(std::uint64_t index) const noexcept {
        const std::uint64_t position = in_order_ ? index : order_.position_of(index);
        if (position < first_ || (position - first_) % shards_ != 0) return std::nullopt;
        const std::uint64_t step = (position - first_) / shards_;
        return step < share_ ? std::optional(step) : std::nullopt;
    }

    [[nodiscard]] std::uint64_t number_of(unsigned pass, std::uint64_t step) const noexcept {
        return pass * share_ + step;
    }
    /// Precondition: share() > 0.
    [[nodiscard]] std::uint64_t step_of(std::uint64_t number) const noexcept {
        return number < share_ ? number : number % share_;
    }

  private:
    static constexpr std::uint64_t numbers_max = std::uint64_t{1} << 48;  // what the wire carries

    /// The first position at or behind the one asked for that the shard has.
    [[nodiscard]] static std::uint64_t first_of(const sweep_options& options) noexcept {
        const std::uint64_t rest = options.position % options.shards;
        const std::uint64_t more =
            rest <= options.shard ? options.shard - rest : options.shards - rest + options.shard;
        return options.position > UINT64_MAX - more ? UINT64_MAX : options.position + more;
    }

    permutation order_;
    std::uint64_t size_;
    std::uint64_t first_;
    std::uint64_t shards_;
    std::uint64_t share_ = 0;
    unsigned passes_ = 1;
    bool in_order_;
};

}  // namespace sonde::inline v0::detail
