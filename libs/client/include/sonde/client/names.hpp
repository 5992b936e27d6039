#pragma once
/// Names of addresses while something else runs. Asking never blocks; answers come while the client
/// probes or settles, are cached, and never delay the end of a run.
///
///     auto path = client.trace("192.0.2.1", {}, [&](const sonde::probe_event& event) {
///         if (event.kind == sonde::event_kind::reply)
///         client.names().reverse(event.record.reply.from);
///     });
///     client.names().settle(100ms);   // a short grace for the slow ones

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include <sonde/base/address.hpp>
#include <sonde/base/api.hpp>
#include <sonde/base/time.hpp>

namespace sonde::inline v0 {

enum class name_state : std::uint8_t {
    pending,  // asked, no answer yet
    absent,   // there is none, or nobody could say
    known,
};

struct reverse_name {
    name_state state = name_state::pending;
    std::string name{};  // as the PTR record has it: pass it through printable() before a screen
};

/// One client's names. Not thread-safe: use it where the client is used, callbacks included.
/// Bounded: at most 65,536 addresses are remembered and 256 queries are under way.
class SONDE_API name_service {
  public:
    using callback = std::function<void(const ip_address& address, const reverse_name& name)>;

    name_service() = default;
    name_service(const name_service&) = delete;
    name_service& operator=(const name_service&) = delete;
    virtual ~name_service() = default;

    /// What is known; asks when nothing is. Never blocks.
    virtual reverse_name reverse(const ip_address& address) = 0;
    /// Called once for each answer, in the thread that runs the client.
    virtual void on_answer(callback call) = 0;
    [[nodiscard]] virtual std::size_t pending() const noexcept = 0;
    /// Waits until every question is answered, at most `grace`. Returns how many are still pending.
    virtual std::size_t settle(nanoseconds grace) = 0;
};

}  // namespace sonde::inline v0
