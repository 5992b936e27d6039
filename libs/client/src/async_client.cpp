#include "sonde/client/async_client.hpp"

#include <functional>
#include <memory>
#include <system_error>
#include <utility>

#include <asio/error.hpp>
#include <asio/post.hpp>
#include <asio/strand.hpp>
#include <asio/system_error.hpp>

#include <sonde/net/system_calls.hpp>

#include "run.hpp"

namespace sonde::inline v0 {
namespace detail {

/// Owned by the client alone; what runs holds only the context, so that nothing keeps itself alive.
struct async_state {
    async_state(asio::any_io_executor given, client_options options)
        : user_executor(std::move(given)),
          context(std::make_shared<run_context>(
              run_context{asio::any_io_executor(asio::make_strand(user_executor)),
                          options.calls != nullptr ? *options.calls : kernel_calls(),
                          logger(options.log),
                          {}})),
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

namespace {

std::exception_ptr aborted() {
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

/// A question to the name pump.
template <class Answer>
class lookup_operation final : public async_operation,
                               public std::enable_shared_from_this<lookup_operation<Answer>> {
  public:
    using take_call = std::function<void(std::exception_ptr, Answer)>;
    using ask_call = std::function<lookup_id(name_pump&, take_call)>;

    lookup_operation(std::shared_ptr<run_context> context, ask_call ask,
                     completion_ptr<Answer> done)
        : context_(std::move(context)), ask_(std::move(ask)), done_(std::move(done)) {}

    void launch() override {
        asio::post(context_->executor, [self = this->shared_from_this()] { self->begin(); });
    }
    void cancel() override {
        asio::post(context_->executor, [self = this->shared_from_this()] {
            const auto names = self->context_->names.lock();
            if (names && self->id_) names->cancel(*self->id_);
            self->finish(aborted(), {});
        });
    }

  private:
    void begin() {
        const auto names = context_->names.lock();
        if (!names) return finish(aborted(), {});
        try {
            id_ = ask_(*names, [self = this->shared_from_this()](auto error, auto answer) {
                self->finish(std::move(error), std::move(answer));
            });
        } catch (...) {
            finish(std::current_exception(), {});
        }
    }
    void finish(std::exception_ptr error, Answer answer) {
        if (const auto done = std::move(done_)) done->complete(std::move(error), std::move(answer));
    }

    std::shared_ptr<run_context> context_;
    ask_call ask_;
    completion_ptr<Answer> done_;
    std::optional<lookup_id> id_{};
};

/// std::function copies, and a completion cannot be copied.
template <class Result, class Convert>
auto completing(const operation_ptr& operation, completion_ptr<Result> done, Convert convert) {
    auto shared = std::shared_ptr<completion<Result>>(std::move(done));
    return [operation, shared, convert](std::exception_ptr error, auto result) {
        shared->complete(std::move(error), convert(std::move(result)));
    };
}

template <class Result>
Result unchanged(Result result) {
    return result;
}

template <class Result>
observer<Result> watcher_of(const async_state& state) {
    observer<Result> made;
    if (state.on_event) {
        made.event = [call = state.on_event](const session_facts&, const probe_event& event) {
            call(event);
        };
    }
    return made;
}

/// Work that fails at once: what check_options threw comes by the completion, too.
class failing final : public running {
  public:
    explicit failing(std::function<void()> fail) : fail_(std::move(fail)) {}
    void begin() override { fail_(); }
    void stop() override {}
    void progress() override {}

  private:
    std::function<void()> fail_;
};

template <class Kind, class Who, class Done>
std::shared_ptr<running> make_work(const async_state& state, Who who,
                                   const typename Kind::options_type& options, Done done) {
    using result_type = typename Kind::result_type;
    constexpr bool is_many = std::is_same_v<Who, std::vector<target>>;
    using work = std::conditional_t<is_many, many_runs<Kind>, run<Kind>>;
    auto problems = validate(options);
    if (!problems.empty()) {
        const auto error = std::make_exception_ptr(option_error(std::move(problems)));
        using empty = std::conditional_t<is_many, typename many_runs<Kind>::results, result_type>;
        return std::make_shared<failing>([done, error] { done(error, empty{}); });
    }
    return std::make_shared<work>(
        state.context, std::move(who), options, watcher_of<result_type>(state), done);
}

template <class Kind, class Who, class Result, class Convert>
operation_ptr make_run(async_state& state, Who who, const typename Kind::options_type& options,
                       completion_ptr<Result> done, Convert convert) {
    auto made = std::make_shared<run_operation>(state.context->executor);
    made->prepare(make_work<Kind>(
        state, std::move(who), options, completing(made, std::move(done), convert)));
    state.remember(made);
    return made;
}

}  // namespace

operation_ptr make_operation(const async_state_ptr& state, target who, const ping_options& options,
                             completion_ptr<ping_result> done) {
    return make_run<ping_kind>(
        *state, std::move(who), options, std::move(done), unchanged<ping_result>);
}

operation_ptr make_operation(const async_state_ptr& state, target who, const trace_options& options,
                             completion_ptr<trace_result> done) {
    return make_run<trace_kind>(
        *state, std::move(who), options, std::move(done), unchanged<trace_result>);
}

operation_ptr make_operation(const async_state_ptr& state, target who, const probe_options& options,
                             completion_ptr<probe_record> done) {
    return make_run<ping_kind>(
        *state, std::move(who), as_ping(options), std::move(done), only_record);
}

operation_ptr make_operation(const async_state_ptr& state, std::vector<target> who,
                             const ping_options& options, completion_ptr<ping_results> done) {
    return make_run<ping_kind>(
        *state, std::move(who), options, std::move(done), unchanged<ping_results>);
}

operation_ptr make_operation(const async_state_ptr& state, target who,
                             const resolve_question& question, completion_ptr<addresses> done) {
    using operation = lookup_operation<addresses>;
    const auto ask = [who, question, executor = state->context->executor](
                         name_pump& names, operation::take_call take) -> lookup_id {
        if (const auto known = numeric_address(who, question.family)) {
            asio::post(executor, [take, known] { take(nullptr, {*known}); });
            return {};
        }
        return names.forward(who.text(), question.family, [who, take](auto found) {
            if (found) return take(nullptr, std::move(*found));
            take(lookup_failure(who.text(), found.error()), {});
        });
    };
    auto made = std::make_shared<operation>(state->context, ask, std::move(done));
    state->remember(made);
    return made;
}

operation_ptr make_operation(const async_state_ptr& state, target who, const reverse_question&,
                             completion_ptr<optional_name> done) {
    using operation = lookup_operation<optional_name>;
    const auto ask = [who](name_pump& names, operation::take_call take) -> lookup_id {
        return names.reverse(who.address().value_or(ip_address{}), [take](auto found) {
            const bool is_known = found && !found->empty();
            take(nullptr, is_known ? optional_name(std::move(found->front())) : std::nullopt);
        });
    };
    auto made = std::make_shared<operation>(state->context, ask, std::move(done));
    state->remember(made);
    return made;
}

asio::any_io_executor executor_of(const async_state_ptr& state) { return state->user_executor; }

}  // namespace detail

async_client::async_client(asio::any_io_executor executor, client_options options)
    : state_(std::make_shared<detail::async_state>(std::move(executor), std::move(options))) {}
async_client::async_client(async_client&&) noexcept = default;
async_client& async_client::operator=(async_client&&) noexcept = default;
async_client::~async_client() = default;

async_client::executor_type async_client::get_executor() const { return state_->user_executor; }

void async_client::on_event(event_callback call) { state_->on_event = std::move(call); }

}  // namespace sonde::inline v0
