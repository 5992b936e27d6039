#pragma once
/// The client: probes hosts from this machine, synchronously. Sockets are opened for each run, the
/// best that this user is allowed; the choice is automatic, visible in `session_facts` and can be
/// forced by `socket_options::mode`.
///
///     sonde::client client;
///     auto result = client.ping("192.0.2.1", {.count = 4});
///     auto path = client.trace("example.net");
///     auto one = client.probe("192.0.2.1", {.hop_limit = 3});
///     auto many = client.ping_all(targets, {.count = {}, .interval = 1s});   // until stopped
///
/// Threads: as many clients as you like in as many threads; one client from one thread at a time.
/// Only `stop` and `ask_progress` may be called from anywhere, signal handlers included.
/// Exceptions (errors.hpp) say that work cannot start; a probe without an answer is a result.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <sonde/base/address.hpp>
#include <sonde/base/api.hpp>
#include <sonde/capture/xdp_mode.hpp>
#include <sonde/client/errors.hpp>
#include <sonde/client/log.hpp>
#include <sonde/client/many.hpp>
#include <sonde/client/names.hpp>
#include <sonde/client/target.hpp>
#include <sonde/probe/options.hpp>
#include <sonde/probe/ping.hpp>
#include <sonde/probe/session.hpp>
#include <sonde/probe/tapped_session.hpp>
#include <sonde/probe/trace.hpp>

namespace sonde::inline v0 {

struct system_calls;

struct client_options {
    log_options log{};
    nanoseconds name_timeout = std::chrono::seconds(5);  // of one forward or reverse lookup
    const system_calls* calls = nullptr;                 // for tests; null: the kernel's
    /// Threads that probe in ping_all and sweep, each with sockets and state of its own, at most
    /// 15. 0: as the load asks: one below 100,000 probes a second, or where there is one core.
    unsigned workers = 0;
    /// What carries ping_all and sweep; none: the fastest that this user is allowed and that is
    /// worth its set-up.
    std::optional<port_kind> carrier{};
    xdp_mode xdp = xdp_mode::automatic;  // where the program of an XDP socket sits
};

/// Which kind of socket serves, and why.
struct socket_facts {
    bool raw = false;
    std::string reason{};  // "raw ICMP socket: this process has CAP_NET_RAW"
};

/// One run against one target, as it was set up.
struct session_facts {
    std::size_t index = 0;  // of the target in trace_all; else 0
    std::string target{};   // as the user wrote it
    ip_address address{};
    ip_address source{};  // as the kernel chooses it for this target
    std::uint16_t identifier = 0;
    socket_facts socket{};
    std::uint16_t source_port = 0;  // UDP and TCP
};

/// Whoever wants to see a run while it runs. Any of them may be empty. They are called in the
/// thread that runs the client, may call `stop` and the name service, and must not start another
/// run.
template <class Result>
struct observer {
    std::function<void(const session_facts&)> started{};  // before the first probe
    std::function<void(const session_facts&, const probe_event&)> event{};
    std::function<void(const session_facts&, const Result&)> progress{};  // after ask_progress()
    std::function<void(const session_facts&, const Result&)> finished{};
    /// trace_all only: this target could not be tried.
    std::function<void(const session_facts&, const std::string& why)> failed{};
    /// Who listens to what the session sends and hears, asked before the first probe; it must
    /// outlive the run. Null: nobody.
    std::function<session_tap*(const session_facts&)> tap{};
};

using event_callback = std::function<void(const probe_event&)>;

/// A single echo request, whatever its hop limit.
struct probe_options {
    std::uint8_t hop_limit = 0;  // 0: the system's default
    nanoseconds timeout = std::chrono::seconds(2);
    std::uint16_t payload_len = 56;             // octets
    std::optional<std::uint16_t> identifier{};  // raw sockets only
    socket_options socket{};
};
static_assert(std::is_trivially_destructible_v<probe_options>);

/// Errors of every run: option_error, name_lookup_error, socket_error and its children.
class SONDE_API client {
  public:
    explicit client(client_options options = {});
    client(client&&) noexcept;
    client& operator=(client&&) noexcept;
    ~client();

    ping_result ping(const target& who, const ping_options& options = {},
                     const observer<ping_result>& watch = {});
    ping_result ping(const target& who, const ping_options& options, const event_callback& call);

    trace_result trace(const target& who, const trace_options& options = {},
                       const observer<trace_result>& watch = {});
    trace_result trace(const target& who, const trace_options& options, const event_callback& call);

    /// One echo request. The record says what came back: the target's echo reply, a router's time
    /// exceeded, another ICMP error, nothing.
    probe_record probe(const target& who, const probe_options& options = {});

    /// All at once, over one socket for each family; results in the order of the targets, which may
    /// be of both families, names among them, and the same several times. Names are looked up while
    /// others are probed. A target that cannot be tried stops no other.
    /// Errors: option_error; socket_error and its children when no family has a socket.
    many_ping_result ping_all(std::span<const target> targets,
                              const many_ping_options& options = {},
                              const many_ping_observer& watch = {});
    many_ping_result ping_all(std::span<const std::string> targets,
                              const many_ping_options& options = {},
                              const many_ping_observer& watch = {});
    /// One probe to each address of a set, of any size. Errors: as ping_all.
    sweep_result sweep(address_set targets, const sweep_options& options = {},
                       const sweep_observer& watch = {});
    /// As many traces at a time as sockets allow; results in the order of the targets. A target
    /// that cannot be tried stops no other. Errors: option_error only.
    std::vector<target_result<trace_result>> trace_all(std::span<const target> targets,
                                                       const trace_options& options = {},
                                                       const observer<trace_result>& watch = {});

    /// Every address of a name, IPv4 before IPv6, or of one family; an address as text gives
    /// itself. Errors: name_lookup_error. Never empty.
    std::vector<ip_address> resolve(const target& who, std::optional<ip_family> family = {});
    /// The name that the PTR record of an address gives; none when there is none in time.
    std::optional<std::string> reverse(const ip_address& address);
    [[nodiscard]] name_service& names();

    /// Ends what runs, with what is known so far; nothing when nothing runs, or the run that starts
    /// next when one is about to. Callable from any thread and from a signal handler.
    void stop() noexcept;
    /// Makes the running session call `observer::progress`. Callable as `stop` is.
    void ask_progress() noexcept;

    /// Which ICMP socket this user would get. Errors: socket_error and its children.
    [[nodiscard]] sonde::socket_facts socket_facts(ip_family family,
                                                   const socket_options& options = {}) const;

  private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace sonde::inline v0
