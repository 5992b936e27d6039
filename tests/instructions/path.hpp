#pragma once
/// A hot path: what is done a given number of times while its instructions are counted.

#include <span>
#include <string_view>

namespace sonde::testing {

struct hot_path {
    std::string_view name;
    void (*run)(long times);
};
[[nodiscard]] std::span<const hot_path> packet_paths() noexcept;
[[nodiscard]] std::span<const hot_path> probe_paths() noexcept;
[[nodiscard]] std::span<const hot_path> socket_paths() noexcept;

/// Keeps the compiler from leaving out what nobody looks at.
template <class T>
void keep(const T& value) {
    asm volatile("" : : "r,m"(value) : "memory");
}

}  // namespace sonde::testing
