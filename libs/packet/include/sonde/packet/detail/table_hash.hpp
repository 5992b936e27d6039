#pragma once
/// The hash of tables whose keys come from the network. Whoever does not know the secret cannot
/// choose addresses and ports that fall into one bucket: for any two keys, all but one in so many
/// secrets as there are buckets tell them apart (pair-multiply-shift; Thorup, High Speed Hashing
/// for Integers and Strings, s3.5). One multiplication for 64 bits, none waits for another.

#include <array>
#include <cstddef>
#include <cstdint>

#include <sonde/base/siphash.hpp>

namespace sonde::inline v0::detail {

/// Random words, drawn out of a key of 128 bits.
class table_secret {
  public:
    static constexpr std::size_t words_max = 6;  // 64-bit words of the longest key

    explicit table_secret(siphash_key key) noexcept {
        for (std::size_t i = 0; i < words_.size(); ++i) words_[i] = siphash24(key, i, 0);
    }

    /// A hash under way. Its high bits are the good ones.
    class hash {
      public:
        explicit constexpr hash(const table_secret& secret) noexcept : at_(secret.words_.data()) {}
        /// Precondition: at most words_max times.
        constexpr void add(std::uint64_t word) noexcept {
            sum_ += (at_[0] + (word & 0xffffffff)) * (at_[1] + (word >> 32));
            at_ += 2;  // NOLINT(cppcoreguidelines-pro-bounds-pointer-arithmetic)
        }
        [[nodiscard]] constexpr std::uint64_t value() const noexcept { return sum_; }

      private:
        const std::uint64_t* at_;
        std::uint64_t sum_ = 0;
    };

  private:
    std::array<std::uint64_t, 2 * words_max> words_{};
};

}  // namespace sonde::inline v0::detail
