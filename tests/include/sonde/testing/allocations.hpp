#pragma once
/// Counts what the heap is asked for, in every program that calls `allocations()`.
///
///     const auto before = testing::allocations();
///     ...
///     EXPECT_EQ(testing::allocations() - before, 0U);

#include <cstdint>

namespace sonde::testing {

/// How often operator new has been called since the program began, by all threads.
[[nodiscard]] std::uint64_t allocations() noexcept;

}  // namespace sonde::testing
