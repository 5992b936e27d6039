#pragma once
/// A descriptor with one owner: closed once, when its owner ends. Not thread-safe.

#include <utility>

#include <sonde/net/system_calls.hpp>

namespace sonde::inline v0 {

class fd {
  public:
    fd() noexcept = default;  // owns nothing
    explicit fd(int number, const system_calls& calls = kernel_calls()) noexcept
        : calls_(&calls), number_(number) {}
    fd(fd&& other) noexcept : calls_(other.calls_), number_(std::exchange(other.number_, -1)) {}
    fd& operator=(fd&& other) noexcept {
        if (this != &other) {
            close();
            calls_ = other.calls_;
            number_ = std::exchange(other.number_, -1);
        }
        return *this;
    }
    fd(const fd&) = delete;
    fd& operator=(const fd&) = delete;
    ~fd() { close(); }

    [[nodiscard]] int number() const noexcept { return number_; }  // -1: none
    [[nodiscard]] bool is_open() const noexcept { return number_ >= 0; }
    /// Gives the descriptor up; the caller closes it.
    [[nodiscard]] int release() noexcept { return std::exchange(number_, -1); }
    /// Any number of times. What close(2) says is not heard: the descriptor is gone either way.
    void close() noexcept {
        if (is_open()) calls_->close(std::exchange(number_, -1));
    }

  private:
    const system_calls* calls_ = nullptr;
    int number_ = -1;
};

}  // namespace sonde::inline v0
