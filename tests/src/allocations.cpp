// Linked only into programs that ask for the count: this file then is where operator new comes
// from.

#include <atomic>
#include <cstdlib>
#include <new>

#include <sonde/testing/allocations.hpp>

namespace {

std::atomic<std::uint64_t> count = 0;

}  // namespace

void* operator new(std::size_t size) {
    ++count;
    if (void* made = std::malloc(size == 0 ? 1 : size)) return made;
    throw std::bad_alloc();
}
void* operator new[](std::size_t size) { return operator new(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    ++count;
    return std::malloc(size == 0 ? 1 : size);
}
void* operator new[](std::size_t size, const std::nothrow_t& none) noexcept {
    return operator new(size, none);
}
void operator delete(void* what) noexcept { std::free(what); }
void operator delete(void* what, const std::nothrow_t&) noexcept { std::free(what); }
void operator delete[](void* what, const std::nothrow_t&) noexcept { std::free(what); }
void operator delete[](void* what) noexcept { std::free(what); }
void operator delete(void* what, std::size_t) noexcept { std::free(what); }
void operator delete[](void* what, std::size_t) noexcept { std::free(what); }

namespace sonde::testing {

std::uint64_t allocations() noexcept { return count; }

}  // namespace sonde::testing
