#pragma once
/// Very many bits, most of them alike at first: pages that hold a one are made when it is set.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sonde::inline v0::detail {

/// Bounded: one bit for each below `size`, and 24 octets for each page of 32,768 of them.
class paged_bits {
  public:
    explicit paged_bits(std::uint64_t size) : pages_((size + page_bits - 1) / page_bits) {}

    // Precondition of all: bit < size.
    [[nodiscard]] bool operator[](std::uint64_t bit) const noexcept {
        const page& in = pages_[bit / page_bits];
        return !in.empty() && (in[word_of(bit)] & mask_of(bit)) != 0;
    }
    void set(std::uint64_t bit) {
        page& in = pages_[bit / page_bits];
        if (in.empty()) in.resize(page_words);
        in[word_of(bit)] |= mask_of(bit);
    }
    /// The first zero at or behind `bit`; `size` or more when there is none below it.
    [[nodiscard]] std::uint64_t next_clear(std::uint64_t bit) const noexcept {
        std::uint64_t word = bit / word_bits;
        std::uint64_t passed = mask_of(bit) - 1;  // those in front of `bit` count as ones
        for (; word / page_words < pages_.size(); ++word) {
            const page& in = pages_[word / page_words];
            if (in.empty()) return std::max(bit, word * word_bits);
            const std::uint64_t ones = in[word % page_words] | passed;
            passed = 0;
            if (~ones != 0) {
                return word * word_bits + static_cast<unsigned>(std::countr_one(ones));
            }
        }
        return std::max(bit, word * word_bits);
    }

  private:
    static constexpr std::uint64_t word_bits = 64;
    static constexpr std::uint64_t page_words = 512;  // 4 KB
    static constexpr std::uint64_t page_bits = page_words * word_bits;
    using page = std::vector<std::uint64_t>;

    [[nodiscard]] static std::size_t word_of(std::uint64_t bit) noexcept {
        return static_cast<std::size_t>(bit / word_bits % page_words);
    }
    [[nodiscard]] static std::uint64_t mask_of(std::uint64_t bit) noexcept {
        return std::uint64_t{1} << bit % word_bits;
    }
    std::vector<page> pages_;
};

}  // namespace sonde::inline v0::detail
