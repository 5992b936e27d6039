#pragma once
/// What an asynchronous client is made of, and what runs in its strand.

#include <exception>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include <asio/any_io_executor.hpp>
#include <asio/error.hpp>
#include <asio/post.hpp>
#include <asio/strand.hpp>
#include <asio/system_error.hpp>

#include <sonde/client/async_client.hpp>
#include <sonde/net/system_calls.hpp>

#include "name_pump.hpp"
#include "run.hpp"

namespace sonde::inline v0::detail {

/// Owned by the client alone; what runs holds only the context, so that nothing keeps itself alive.
struct async_state {
    async_state(asio::any_io_executor given, client_options options)
        : user_executor(std::move(given)),
          context(std::make_shared<run_context>(
              run_context{asio::any_io_executor(asio::make_strand(user_executor)),
                          options.calls != nullptr ? *options.calls : kernel_calls(),
                          logger(options.log),
                          {},
                          mass_wishes_of(options)})),
          names(std::make_shared<name_pump>(context->executor, options.name_timeout,
                                            context->calls)) {
        context->names = names;
    }
    async_state(const async_state&) = delete;
    async_state& operator=(const async_state&) = delete;
    ~async_state() {
        for (const auto& weak : operations) {
            if (const auto running = weak.lock()) running->cancel();
        }
        // The pump may be in use by another thread of the executor: its last owner is the strand.
        asio::post(context->executor, [last = std::move(names)] {});
    }
    void remember(const operation_ptr& made) {
        std::erase_if(operations, [](const auto& weak) { return weak.expired(); });
        operations.push_back(made);
    }

    asio::any_io_executor user_executor;
    std::shared_ptr<run_context> context;
    std::shared_ptr<name_pump> names;
    event_callback on_event{};
    std::vector<std::weak_ptr<async_operation>> operations{};
};

[[nodiscard]] inline std::exception_ptr aborted() {
    return std::make_exception_ptr(asio::system_error(asio::error::operation_aborted));
}

/// A run or several, launched and cancelled in the client's strand. Whoever waits for the result
/// keeps the operation, and once launched the operation does not keep the run: no circle.
class run_operation final : public async_operation,
                            public std::enable_shared_from_this<run_operation> {
  public:
    explicit run_operation(asio::any_io_executor executor) : executor_(std::move(executor)) {}
    void prepare(std::shared_ptr<running> work) { work_ = std::move(work); }
    void launch() override {
        asio::post(executor_, [self = shared_from_this(), work = std::exchange(work_, nullptr)] {
            self->begun_ = work;
            work->begin();
        });
    }
    void cancel() override {
        asio::post(executor_, [self = shared_from_this()] {
            if (const auto running = self->begun_.lock()) running->stop();
        });
    }

  private:
    asio::any_io_executor executor_;
    std::shared_ptr<running> work_{};  // until the launch
    std::weak_ptr<running> begun_{};
};

/// std::function copies, and a completion cannot be copied.
template <class Result, class Convert>
auto completing(const operation_ptr& operation, completion_ptr<Result> done, Convert convert) {
    auto shared = std::shared_ptr<completion<Result>>(std::move(done));
    return [operation, shared, convert](std::exception_ptr error, auto result) {
        shared->complete(std::move(error), convert(std::move(result)));
    };
}

}  // namespace sonde::inline v0::detail
