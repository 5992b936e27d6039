#pragma once
/// The exceptions of sonde. Only `client` throws, and only when work cannot start; what the network
/// says to a probe is data. Who prefers exceptions for that too calls `raise_for_status`.
///
///     error
///     |-- option_error                      the options contradict themselves: all problems at
///     once
///     |-- name_lookup_error                 a name has no address
///     |-- socket_error
///     |   |-- socket_address_error          the source address is not ours
///     |   |-- socket_permission_error       the message names the three remedies
///     |   |-- socket_unavailable_error      no such socket here, or used after close
///     |   |-- socket_broadcast_error        a broadcast address without the option
///     |   `-- timeout_exceeded              nothing came in time
///     `-- icmp_reply_error                  the network said no; `reply()` has all the facts
///         |-- destination_unreachable_error
///         |   |-- icmpv4_destination_unreachable_error
///         |   `-- icmpv6_destination_unreachable_error
///         `-- time_exceeded_error
///             |-- icmpv4_time_exceeded_error
///             `-- icmpv6_time_exceeded_error

#include <stdexcept>
#include <string>
#include <vector>

#include <sonde/base/api.hpp>
#include <sonde/base/os_error.hpp>
#include <sonde/probe/options.hpp>
#include <sonde/probe/ping.hpp>
#include <sonde/probe/session.hpp>
#include <sonde/probe/trace.hpp>

namespace sonde::inline v0 {

class SONDE_API error : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// The message is one line per problem.
class SONDE_API option_error : public error {
  public:
    explicit option_error(std::vector<option_problem> problems);
    [[nodiscard]] const std::vector<option_problem>& problems() const noexcept { return problems_; }

  private:
    std::vector<option_problem> problems_;
};

class SONDE_API name_lookup_error : public error {
  public:
    name_lookup_error(std::string name, const std::string& reason);
    [[nodiscard]] const std::string& name() const noexcept { return name_; }

  private:
    std::string name_;
};

/// `cause().code` is the errno, 0 where no system call failed.
class SONDE_API socket_error : public error {
  public:
    explicit socket_error(const std::string& message, os_error cause = {})
        : error(message), cause_(cause) {}
    [[nodiscard]] const os_error& cause() const noexcept { return cause_; }

  private:
    os_error cause_;
};

class SONDE_API socket_address_error : public socket_error {
  public:
    explicit socket_address_error(const os_error& cause);
};

class SONDE_API socket_permission_error : public socket_error {
  public:
    /// `what` comes before the remedy: "no ICMP socket may be opened". An empty `remedy` names the
    /// three that give an ICMP socket: setcap, ping_group_range, root.
    explicit socket_permission_error(const std::string& what, const os_error& cause = {},
                                     const std::string& remedy = {});
};

class SONDE_API socket_unavailable_error : public socket_error {
  public:
    using socket_error::socket_error;
};

class SONDE_API socket_broadcast_error : public socket_error {
  public:
    explicit socket_broadcast_error(const os_error& cause);
};

class SONDE_API timeout_exceeded : public socket_error {
  public:
    explicit timeout_exceeded(nanoseconds timeout);
    [[nodiscard]] nanoseconds timeout() const noexcept { return timeout_; }

  private:
    nanoseconds timeout_;
};

class SONDE_API icmp_reply_error : public error {
  public:
    icmp_reply_error(const std::string& message, answer reply)
        : error(message), reply_(std::move(reply)) {}
    [[nodiscard]] const answer& reply() const noexcept { return reply_; }

  private:
    answer reply_;
};

class SONDE_API destination_unreachable_error : public icmp_reply_error {
  public:
    using icmp_reply_error::icmp_reply_error;
};
class SONDE_API icmpv4_destination_unreachable_error : public destination_unreachable_error {
  public:
    using destination_unreachable_error::destination_unreachable_error;
};
class SONDE_API icmpv6_destination_unreachable_error : public destination_unreachable_error {
  public:
    using destination_unreachable_error::destination_unreachable_error;
};
class SONDE_API time_exceeded_error : public icmp_reply_error {
  public:
    using icmp_reply_error::icmp_reply_error;
};
class SONDE_API icmpv4_time_exceeded_error : public time_exceeded_error {
  public:
    using time_exceeded_error::time_exceeded_error;
};
class SONDE_API icmpv6_time_exceeded_error : public time_exceeded_error {
  public:
    using time_exceeded_error::time_exceeded_error;
};

/// Throws the socket_error that an errno asks for, with the remedy: EACCES and EPERM give
/// socket_permission_error (EACCES of a send to a broadcast address: socket_broadcast_error),
/// EADDRNOTAVAIL socket_address_error, the rest socket_unavailable_error.
[[noreturn]] SONDE_API void throw_socket_error(const os_error& cause);

/// Nothing for an answer of the target; otherwise the icmp_reply_error of its type. `family` is the
/// target's: types 1 and 3 mean different things in ICMP and ICMPv6.
SONDE_API void raise_for_status(const answer& reply, ip_family family);
/// The same; timeout_exceeded for a probe without an answer (`timeout` is what the message says),
/// a socket_error for one that the kernel refused to send.
SONDE_API void raise_for_status(const probe_record& probe, ip_family family,
                                nanoseconds timeout = {});
/// Nothing when at least one probe was answered; otherwise what became of the last one.
SONDE_API void raise_for_status(const ping_result& result);
/// Nothing when the target was reached; otherwise what ended the trace.
SONDE_API void raise_for_status(const trace_result& result);

}  // namespace sonde::inline v0
