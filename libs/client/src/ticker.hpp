#pragma once
/// Calls somebody again and again.

#include <functional>
#include <utility>

#include <asio/any_io_executor.hpp>
#include <asio/steady_timer.hpp>

#include <sonde/base/time.hpp>

namespace sonde::inline v0::detail {

/// `tick` must hold whoever owns the ticker.
class ticker {
  public:
    explicit ticker(const asio::any_io_executor& executor) : timer_(executor) {}

    void begin(nanoseconds interval, std::function<void()> tick) {
        timer_.expires_after(interval);
        timer_.async_wait([this, interval, tick = std::move(tick)](const asio::error_code& error) {
            if (error || is_over_) return;
            const auto again = tick;  // holds the owner while it is called
            again();
            if (!is_over_) begin(interval, again);
        });
    }
    void end() {
        is_over_ = true;
        timer_.cancel();
    }

  private:
    asio::steady_timer timer_;
    bool is_over_ = false;
};

}  // namespace sonde::inline v0::detail
