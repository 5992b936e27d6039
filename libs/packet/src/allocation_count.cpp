#include "allocation_count.hpp"

#include <cstdlib>
#include <malloc.h>
#include <new>

namespace sonde::testing {
namespace {
heap_use counted;
}
heap_use heap() noexcept { return counted; }
void reset_heap_peak() noexcept { counted.octets_peak = counted.octets; }

static void* take(std::size_t size, std::size_t alignment) {
    void* made = alignment > alignof(std::max_align_t)
                     ? std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment)
                     : std::malloc(size);
    if (made == nullptr) std::abort();
    counted.octets += malloc_usable_size(made);
    if (counted.octets > counted.octets_peak) counted.octets_peak = counted.octets;
    ++counted.allocations;
    return made;
}
static void give(void* made) noexcept {
    if (made == nullptr) return;
    counted.octets -= malloc_usable_size(made);
    std::free(made);
}
}  // namespace sonde::testing

void* operator new(std::size_t size) { return sonde::testing::take(size, 1); }
void* operator new[](std::size_t size) { return sonde::testing::take(size, 1); }
void* operator new(std::size_t size, std::align_val_t alignment) {
    return sonde::testing::take(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
    return sonde::testing::take(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* made) noexcept { sonde::testing::give(made); }
void operator delete[](void* made) noexcept { sonde::testing::give(made); }
void operator delete(void* made, std::size_t) noexcept { sonde::testing::give(made); }
void operator delete[](void* made, std::size_t) noexcept { sonde::testing::give(made); }
void operator delete(void* made, std::align_val_t) noexcept { sonde::testing::give(made); }
void operator delete[](void* made, std::align_val_t) noexcept { sonde::testing::give(made); }
void operator delete(void* made, std::size_t, std::align_val_t) noexcept {
    sonde::testing::give(made);
}
void operator delete[](void* made, std::size_t, std::align_val_t) noexcept {
    sonde::testing::give(made);
}
