#pragma once
/// A ping of many targets: opens the ports, looks names up while others are probed, keeps the order
/// of the targets, and hands everything on. The synchronous and the asynchronous client share it.

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <sonde/client/many.hpp>

#include "crew.hpp"
#include "many_book.hpp"
#include "mass_ports.hpp"
#include "run.hpp"
#include "ticker.hpp"

namespace sonde::inline v0::detail {

/// Bounded, beside what sessions keep: `lookups_max` questions to name servers are under way.
class many_run final : public running,
                       public many_ping_control,
                       public std::enable_shared_from_this<many_run> {
  public:
    static constexpr std::size_t lookups_max = 256;
    using result_type = many_ping_result;
    using done_call = std::function<void(std::exception_ptr, many_ping_result)>;

    /// Precondition: the options are checked. `given` must live until `begin` returns. `done` is
    /// called once, perhaps from inside `begin`.
    many_run(std::shared_ptr<run_context> context, std::span<const target> given,
             const many_ping_options& options, many_ping_observer watch, done_call done);
    /// The same with targets of its own.
    many_run(std::shared_ptr<run_context> context, std::vector<target> own,
             const many_ping_options& options, many_ping_observer watch, done_call done);

    // As the client uses it.
    void begin() override;
    void stop() override;
    void progress() override;

    // As its observers use it.
    target_index add(const target& who) override;
    void remove(target_index which) override;
    void keep_open(bool open) override;
    [[nodiscard]] std::size_t size() const override { return book_->size(); }
    [[nodiscard]] std::string_view text(target_index which) const override {
        return book_->texts[which];
    }
    [[nodiscard]] std::string_view error(target_index which) const override;
    [[nodiscard]] target_summary summary(target_index which) const override;
    [[nodiscard]] measured_targets::value_type row(target_index which) const;
    [[nodiscard]] many_totals totals() const override;
    [[nodiscard]] rtt_statistics rtt() const override;
    [[nodiscard]] const std::vector<port_facts>& ports() const override { return ports_; }

  private:
    template <class Work>
    void guarded(Work work) {
        try {
            work();
        } catch (...) {
            finish(std::current_exception());
        }
    }
    void open();
    void open_member(const socket_plan& plan, const many_ping_options& options);
    void start_crew();
    [[nodiscard]] many_ping_options options_for(unsigned workers) const;
    void take_in(const target& who);  // one more target; failures are told later
    void settle_address(target_index which, const ip_address& address);
    void note_failure(target_index which, std::string why);
    void tell_failures();
    void look_more_up();
    void take_addresses(target_index which, const resolve_result<std::vector<ip_address>>& found);
    void drop_names(const std::string& why);
    void seal_when_complete();
    void see(std::size_t member, probe_event& event);
    [[nodiscard]] bool is_wanted(const probe_event& event) const noexcept;
    [[nodiscard]] std::unique_lock<std::mutex> hold(std::size_t member) const;
    [[nodiscard]] many_ping_result result() const;
    void finish(std::exception_ptr error);

    std::shared_ptr<run_context> context_;
    std::vector<target> own_;
    std::span<const target> given_;
    many_ping_options options_;
    many_ping_observer watch_;
    done_call done_;
    std::shared_ptr<many_book> book_ = std::make_shared<many_book>();
    std::vector<crew_member> members_{};                // until they start
    std::vector<std::vector<target_index>> indices_{};  // of each session's targets, ours
    mass_load load_{};
    std::vector<port_facts> ports_{};
    std::string refused_v4_{};  // why there are no sockets of this family; empty: there are
    std::string refused_v6_{};
    std::vector<target_index> names_{};  // to be looked up, from next_name_ on
    std::size_t next_name_ = 0;
    std::map<target_index, lookup_id> lookups_{};  // under way
    std::vector<target_index> failures_{};         // not yet told
    std::optional<tapped_session> tapped_{};
    std::weak_ptr<crew> crew_{};  // its waits own it, and it owns this run
    ticker progress_;
    mono_time started_at_{};
    mono_time ended_at_{};
    std::uint64_t send_waits_ = 0;
    unsigned workers_ = 1;
    bool has_begun_ = false;
    bool is_kept_open_ = false;
    bool is_sealed_ = false;
    bool is_stopped_ = false;
};

}  // namespace sonde::inline v0::detail
