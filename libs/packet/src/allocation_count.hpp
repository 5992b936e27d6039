#pragma once
/// What the program holds on the heap: tests that state a bound look here. The operators are in
/// allocation_count.cpp, once in each test program.

#include <cstddef>

namespace sonde::testing {

struct heap_use {
    std::size_t octets = 0;       // held now
    std::size_t octets_peak = 0;  // since reset_heap_peak
    std::size_t allocations = 0;  // ever
};
[[nodiscard]] heap_use heap() noexcept;
void reset_heap_peak() noexcept;

}  // namespace sonde::testing
