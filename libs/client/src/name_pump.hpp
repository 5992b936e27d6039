#pragma once
/// The resolver on an Asio executor: questions in, one callback each. Nothing is opened and nothing
/// is watched before the first question.

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <asio/any_io_executor.hpp>
#include <asio/steady_timer.hpp>

#include <sonde/base/time.hpp>
#include <sonde/net/resolver.hpp>

#include "watch.hpp"

namespace sonde::inline v0::detail {

/// Not thread-safe: everything happens in the executor's one strand. Callbacks are never called
/// from inside a question.
class name_pump : public std::enable_shared_from_this<name_pump> {
  public:
    using forward_call = std::function<void(resolve_result<std::vector<ip_address>>)>;
    using reverse_call = std::function<void(resolve_result<std::vector<std::string>>)>;

    /// `timeout` bounds each question as a whole. `calls` must outlive the pump.
    name_pump(asio::any_io_executor executor, nanoseconds timeout, const system_calls& calls);

    /// IPv4 addresses come before IPv6 ones, each family best first.
    lookup_id forward(std::string_view name, std::optional<ip_family> family, forward_call call);
    lookup_id reverse(const ip_address& address, reverse_call call);
    /// The callback is told `cancelled`.
    void cancel(lookup_id id);
    [[nodiscard]] std::size_t pending() const noexcept { return questions_.size(); }
    /// Watches nothing more; callbacks are dropped.
    void abandon() noexcept;

  private:
    struct question {
        forward_call forward{};
        reverse_call reverse{};
        mono_time deadline{};
        bool is_expired = false;
    };
    resolver& names();
    lookup_id remember(lookup_id id, question made);
    void turn_soon();
    void turn(const std::vector<watched_descriptor>& ready);
    void expire(mono_time now);
    void answer_all();
    void sleep();
    [[nodiscard]] mono_time next_deadline(mono_time now) const;

    asio::any_io_executor executor_;
    nanoseconds timeout_;
    const system_calls& calls_;
    std::optional<resolver> names_;
    std::map<lookup_id, question> questions_;
    std::vector<std::unique_ptr<descriptor_watch>> watches_;
    asio::steady_timer timer_;
    bool is_turn_coming_ = false;
};

}  // namespace sonde::inline v0::detail
