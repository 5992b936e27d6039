#pragma once
/// What the heap is asked for, in every program that calls `heap()`: tests that state a bound look
/// here.
///
///     const auto before = testing::heap().allocations;
///     ...
///     EXPECT_EQ(testing::heap().allocations - before, 0U);

#include <cstddef>

namespace sonde::testing {

struct heap_use {
    std::size_t octets = 0;       // held now
    std::size_t octets_peak = 0;  // since reset_heap_peak
    std::size_t allocations = 0;  // ever
};
[[nodiscard]] heap_use heap() noexcept;
void reset_heap_peak() noexcept;

/// As long as it lives, one allocation finds no memory: the one after `good` from now on.
class heap_refusal {
  public:
    explicit heap_refusal(std::size_t good) noexcept;
    heap_refusal(const heap_refusal&) = delete;
    heap_refusal& operator=(const heap_refusal&) = delete;
    ~heap_refusal();
};

/// As long as it lives, no allocation finds memory.
class heap_end {
  public:
    heap_end() noexcept;
    heap_end(const heap_end&) = delete;
    heap_end& operator=(const heap_end&) = delete;
    ~heap_end();
};

}  // namespace sonde::testing
