#pragma once
/// A sweep: opens the ports, gives each worker its share of the order, and hands everything on.

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <sonde/client/many.hpp>

#include "crew.hpp"
#include "many_run.hpp"
#include "run.hpp"

namespace sonde::inline v0::detail {

class sweep_run final : public running,
                        public sweep_control,
                        public std::enable_shared_from_this<sweep_run> {
  public:
    using result_type = sweep_result;
    using done_call = std::function<void(std::exception_ptr, sweep_result)>;

    /// Precondition: the options are checked. `done` is called once, perhaps from inside `begin`.
    sweep_run(std::shared_ptr<run_context> context, address_set targets,
              const sweep_options& options, sweep_observer watch, done_call done);

    // As the client uses it.
    void begin() override;
    void stop() override;
    void progress() override;

    // As its observers use it.
    [[nodiscard]] const address_set& targets() const override { return targets_; }
    [[nodiscard]] const sweep_options& options() const override { return options_; }
    [[nodiscard]] sweep_progress progress() const override;
    [[nodiscard]] rtt_statistics rtt() const override;
    [[nodiscard]] const std::vector<port_facts>& ports() const override { return ports_; }

  private:
    void open();
    void open_member(const socket_plan& plan, const sweep_options& options);
    [[nodiscard]] sweep_options options_for(unsigned worker) const;
    void see(probe_event& event);
    [[nodiscard]] sweep_result result() const;
    void finish(std::exception_ptr error);

    std::shared_ptr<run_context> context_;
    address_set targets_;
    sweep_options options_;
    sweep_observer watch_;
    done_call done_;
    std::vector<std::unique_ptr<sweep_session>> sessions_{};
    std::vector<crew_member> members_{};  // until they start
    std::vector<port_facts> ports_{};
    std::optional<tapped_session> tapped_{};
    std::weak_ptr<crew> crew_{};  // its waits own it, and it owns this run
    ticker ticking_;
    mono_time started_at_{};
    std::uint64_t send_waits_ = 0;
    unsigned workers_ = 1;
};

/// What several workers of one sweep have done together.
[[nodiscard]] sweep_progress merge(const std::vector<sweep_progress>& parts);

}  // namespace sonde::inline v0::detail
