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

#include "async_state.hpp"
#include "many_run.hpp"
#include "run.hpp"
#include "sweep_run.hpp"

namespace sonde::inline v0 {
namespace detail {

namespace {

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

template <class Result>
Result unchanged(Result result) {
    return result;
}

/// An observer of whatever kind that tells events alone.
template <class Watch>
Watch watcher_of(const async_state& state) {
    Watch made;
    if (state.on_event) {
        made.event = [call = state.on_event](const auto&, const probe_event& event) {
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

/// `Run` on `who`, seen by a `Watch`; of its result `convert` makes what is waited for.
template <class Run, class Watch, class Who, class Options, class Result, class Convert>
operation_ptr make_run(async_state& state, Who who, const Options& options,
                       completion_ptr<Result> done, Convert convert) {
    using found = typename Run::result_type;
    auto made = std::make_shared<run_operation>(state.context->executor);
    auto finish = completing(made, std::move(done), convert);
    auto problems = validate(options);
    if (!problems.empty()) {
        const auto error = std::make_exception_ptr(option_error(std::move(problems)));
        made->prepare(std::make_shared<failing>([finish, error] { finish(error, found{}); }));
    } else {
        made->prepare(std::make_shared<Run>(
            state.context, std::move(who), options, watcher_of<Watch>(state), finish));
    }
    state.remember(made);
    return made;
}

}  // namespace

operation_ptr make_operation(const async_state_ptr& state, target who, const ping_options& options,
                             completion_ptr<ping_result> done) {
    return make_run<run<ping_kind>, observer<ping_result>>(
        *state, std::move(who), options, std::move(done), unchanged<ping_result>);
}

operation_ptr make_operation(const async_state_ptr& state, target who, const trace_options& options,
                             completion_ptr<trace_result> done) {
    return make_run<run<trace_kind>, observer<trace_result>>(
        *state, std::move(who), options, std::move(done), unchanged<trace_result>);
}

operation_ptr make_operation(const async_state_ptr& state, target who, const probe_options& options,
                             completion_ptr<probe_record> done) {
    return make_run<run<ping_kind>, observer<ping_result>>(
        *state, std::move(who), as_ping(options), std::move(done), only_record);
}

operation_ptr make_operation(const async_state_ptr& state, std::vector<target> who,
                             const many_ping_options& options,
                             completion_ptr<many_ping_result> done) {
    return make_run<many_run, many_ping_observer>(
        *state, std::move(who), options, std::move(done), unchanged<many_ping_result>);
}

operation_ptr make_operation(const async_state_ptr& state, address_set who,
                             const sweep_options& options, completion_ptr<sweep_result> done) {
    return make_run<sweep_run, sweep_observer>(
        *state, std::move(who), options, std::move(done), unchanged<sweep_result>);
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
