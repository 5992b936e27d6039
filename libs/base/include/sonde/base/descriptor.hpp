#pragma once
/// A descriptor with one owner: closed once, when its owner ends, through the table of system calls
/// that opened it. `Calls` is such a table with an entry `close`. Not thread-safe.

#include <utility>

namespace sonde::inline v0 {

template <class Calls>
class descriptor {
  public:
    descriptor() noexcept = default;  // owns nothing
    /// The table must outlive the descriptor.
    descriptor(int number, const Calls& calls) noexcept : calls_(&calls), number_(number) {}
    descriptor(descriptor&& other) noexcept
        : calls_(other.calls_), number_(std::exchange(other.number_, -1)) {}
    descriptor& operator=(descriptor&& other) noexcept {
        if (this != &other) {
            close();
            calls_ = other.calls_;
            number_ = std::exchange(other.number_, -1);
        }
        return *this;
    }
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;
    ~descriptor() { close(); }

    [[nodiscard]] int number() const noexcept { return number_; }  // -1: none
    [[nodiscard]] bool is_open() const noexcept { return number_ >= 0; }
    /// Gives the descriptor up; the caller closes it.
    [[nodiscard]] int release() noexcept { return std::exchange(number_, -1); }
    /// Any number of times. What close(2) says is not heard: the descriptor is gone either way.
    void close() noexcept {
        if (is_open()) calls_->close(std::exchange(number_, -1));
    }

  private:
    const Calls* calls_ = nullptr;
    int number_ = -1;
};

}  // namespace sonde::inline v0
