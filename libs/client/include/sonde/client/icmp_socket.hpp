#pragma once
/// An ICMP socket for those who build their own tools. It sends echo requests and hands over
/// whatever comes; what it means is the caller's business.
///
///     sonde::icmp_socket socket({.family = sonde::ip_family::v4});
///     sonde::icmp_request request{.destination = *sonde::parse_address("192.0.2.1"), .sequence =
///     1}; socket.send(request); auto reply = socket.receive(request, 2s);   // throws
///     timeout_exceeded reply.raise_for_status();
///
/// Messages that a `receive` with a request passes over stay for later calls: several requests may
/// be under way. Bounded: at most 1,024 stay, the oldest goes first.
///
/// Not thread-safe. Use after close: socket_unavailable_error.

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <sonde/base/address.hpp>
#include <sonde/base/api.hpp>
#include <sonde/base/octets.hpp>
#include <sonde/base/time.hpp>
#include <sonde/client/client.hpp>
#include <sonde/probe/options.hpp>
#include <sonde/probe/session.hpp>

namespace sonde::inline v0 {

struct icmp_socket_options {
    ip_family family = ip_family::v4;
    socket_options socket{};
    bool match_source = false;  // an echo reply counts only from the address that was asked
};
static_assert(std::is_trivially_destructible_v<icmp_socket_options>);

/// One echo request. `payload` is borrowed until send returns.
struct icmp_request {
    ip_address destination{};
    /// None: random (raw), or the kernel's (ping socket); `send` writes what was used.
    std::optional<std::uint16_t> identifier{};
    std::uint16_t sequence = 0;
    bytes_view payload{};            // empty: payload_len random octets
    std::uint16_t payload_len = 56;  // octets; looked at only when payload is empty
    std::uint8_t hop_limit = 0;      // 0: the system's default
    std::optional<std::uint8_t> traffic_class{};
    mono_time sent_at{};  // written by send: user space's clock just before the system call
};
static_assert(std::is_trivially_destructible_v<icmp_request>);

/// What came in. For an ICMP error, identifier and sequence are those of the quoted request.
struct icmp_reply {
    ip_family family = ip_family::v4;
    ip_address source{};
    std::uint8_t type = 0;
    std::uint8_t code = 0;
    std::uint16_t identifier = 0;
    std::uint16_t sequence = 0;
    std::uint16_t message_len = 0;  // octets received, from the ICMP header on
    mono_time at{};                 // when it arrived, by the best clock there was
    stamp_source received_by = stamp_source::user;
    std::optional<std::uint8_t> hop_limit{};
    bool is_error = false;
    /// The ICMP message as it came; empty for an error that the kernel's error queue reported.
    std::vector<std::uint8_t> octets{};
    /// What an ICMP error quotes, from its transport header on; empty for other messages.
    std::vector<std::uint8_t> embedded{};
    std::optional<ip_address> embedded_destination{};

    [[nodiscard]] bool is_echo_reply() const noexcept {
        return !is_error && type == (family == ip_family::v4 ? 0 : 129);
    }
    /// From send to arrival. Precondition: the reply belongs to `request`.
    [[nodiscard]] nanoseconds rtt(const icmp_request& request) const noexcept {
        return at - request.sent_at;
    }
    /// Throws the icmp_reply_error that the message stands for; nothing for an echo reply.
    SONDE_API void raise_for_status() const;
};

class SONDE_API icmp_socket {
  public:
    /// Errors: socket_permission_error, socket_address_error, socket_unavailable_error.
    explicit icmp_socket(const icmp_socket_options& options = {},
                         const system_calls* calls = nullptr);
    icmp_socket(icmp_socket&&) noexcept;
    icmp_socket& operator=(icmp_socket&&) noexcept;
    ~icmp_socket();

    /// Writes `identifier` and `sent_at` into the request. Errors: socket_error and its children;
    /// socket_broadcast_error for a broadcast address without the option.
    void send(icmp_request& request);

    /// The next message, whoever it is for. Errors: timeout_exceeded, socket_error.
    icmp_reply receive(nanoseconds timeout);
    /// The next answer to `request`: its echo reply, or an ICMP error that quotes it. Call it again
    /// for the next answer to a broadcast. Other packets do not prolong the timeout, and our own
    /// echo requests, as loopback shows them, are no answer.
    icmp_reply receive(const icmp_request& request, nanoseconds timeout);
    /// The same, with nothing instead of timeout_exceeded. `timeout` 0 does not wait at all.
    std::optional<icmp_reply> try_receive(nanoseconds timeout);
    std::optional<icmp_reply> try_receive(const icmp_request& request, nanoseconds timeout);

    [[nodiscard]] bool broadcast() const;
    void set_broadcast(bool allowed);

    [[nodiscard]] ip_family family() const noexcept;
    [[nodiscard]] const socket_facts& facts() const;
    [[nodiscard]] ip_address source() const;  // bound to; unspecified when none was asked for
    /// Non-blocking; for poll and its kin. Stays ours.
    [[nodiscard]] int native_handle() const;
    void close() noexcept;  // any number of times
    [[nodiscard]] bool is_closed() const noexcept;

  private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace sonde::inline v0
