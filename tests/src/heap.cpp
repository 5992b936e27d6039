// Linked only into programs that ask: this file then is where operator new comes from.

#include <atomic>
#include <cstdlib>
#include <malloc.h>
#include <new>

#include <sonde/testing/heap.hpp>

namespace sonde::testing {
namespace {

std::atomic<std::size_t> octets{0};
std::atomic<std::size_t> octets_peak{0};
std::atomic<std::size_t> allocations{0};
std::atomic<std::size_t> refused_number{0};  // of an allocation; 0: none is refused
std::atomic<bool> is_at_end{false};

void* take(std::size_t size, std::size_t alignment = 1) noexcept {
    if (is_at_end) return nullptr;
    if (++allocations == refused_number) return nullptr;
    void* made = alignment > alignof(std::max_align_t)
                     ? std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment)
                     : std::malloc(size == 0 ? 1 : size);
    if (made == nullptr) return nullptr;
    const std::size_t now = octets += malloc_usable_size(made);
    if (now > octets_peak) octets_peak = now;
    return made;
}
void* take_or_throw(std::size_t size, std::size_t alignment = 1) {
    if (void* made = take(size, alignment)) return made;
    throw std::bad_alloc();
}
void give(void* made) noexcept {
    if (made == nullptr) return;
    octets -= malloc_usable_size(made);
    std::free(made);
}

}  // namespace

heap_use heap() noexcept { return {octets, octets_peak, allocations}; }
void reset_heap_peak() noexcept { octets_peak = octets.load(); }

heap_refusal::heap_refusal(std::size_t good) noexcept { refused_number = allocations + good + 1; }
heap_refusal::~heap_refusal() { refused_number = 0; }
heap_end::heap_end() noexcept { is_at_end = true; }
heap_end::~heap_end() { is_at_end = false; }

}  // namespace sonde::testing

using namespace sonde::testing;

void* operator new(std::size_t size) { return take_or_throw(size); }
void* operator new[](std::size_t size) { return take_or_throw(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return take(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return take(size); }
void* operator new(std::size_t size, std::align_val_t to) {
    return take_or_throw(size, static_cast<std::size_t>(to));
}
void* operator new[](std::size_t size, std::align_val_t to) {
    return take_or_throw(size, static_cast<std::size_t>(to));
}
void operator delete(void* made) noexcept { give(made); }
void operator delete[](void* made) noexcept { give(made); }
void operator delete(void* made, const std::nothrow_t&) noexcept { give(made); }
void operator delete[](void* made, const std::nothrow_t&) noexcept { give(made); }
void operator delete(void* made, std::size_t) noexcept { give(made); }
void operator delete[](void* made, std::size_t) noexcept { give(made); }
void operator delete(void* made, std::align_val_t) noexcept { give(made); }
void operator delete[](void* made, std::align_val_t) noexcept { give(made); }
void operator delete(void* made, std::size_t, std::align_val_t) noexcept { give(made); }
void operator delete[](void* made, std::size_t, std::align_val_t) noexcept { give(made); }
