#pragma once
/// What a probe_socket holds, in pieces that its sources share.

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <sys/socket.h>
#include <vector>

#include <sonde/net/clock.hpp>
#include <sonde/net/fd.hpp>
#include <sonde/net/probe_socket.hpp>

#include "control_messages.hpp"
#include "socket_address.hpp"
#include "transmit_ledger.hpp"

namespace sonde::inline v0::detail {

/// Room for a batch of messages from the kernel, made by `allocate`. Each has 65,536 octets, so
/// that the largest datagram comes whole; memory that no large datagram touches costs nothing.
class message_slots {
  public:
    explicit message_slots(std::size_t count) noexcept : count_(count) {}
    void allocate();

    /// One recvmmsg. The number of messages, or -1 with errno.
    [[nodiscard]] int receive(const system_calls& calls, int descriptor, int flags);
    [[nodiscard]] std::size_t count() const noexcept { return count_; }
    [[nodiscard]] bytes_view octets(std::size_t i) const noexcept;
    [[nodiscard]] bool is_truncated(std::size_t i) const noexcept;
    [[nodiscard]] std::optional<endpoint> name(std::size_t i) const noexcept;
    [[nodiscard]] control_in control(std::size_t i) const noexcept;

  private:
    static constexpr std::size_t slot_len = 65536;
    // Slots that are 64 KiB apart would share the same few lines of the processor's cache.
    static constexpr std::size_t slot_stride = slot_len + 192;
    struct alignas(cmsghdr) control_room {
        std::array<std::uint8_t, control_in_room> octets;
    };
    void prepare() noexcept;

    std::size_t count_;
    std::size_t used_ = 0;  // headers that the kernel wrote into since they were prepared
    std::unique_ptr<std::uint8_t[]> octets_;  // NOLINT(modernize-avoid-c-arrays): stays untouched
    std::vector<mmsghdr> headers_;
    std::vector<iovec> vectors_;
    std::vector<socket_address> names_;
    std::vector<control_room> controls_;
};

/// What was read from the error queue and not yet handed out.
struct error_backlog {
    struct stamp_record {
        std::uint64_t token = 0;
        std::optional<wall_time> stamped{};
        std::optional<nanoseconds> hardware{};
    };
    struct error_record {
        control_in control{};
        extended_error error{};
        endpoint destination{};
        std::size_t offset = 0;  // into `octets`
        std::size_t len = 0;
        bool truncated = false;
    };
    std::vector<stamp_record> stamps;
    std::vector<error_record> errors;
    std::vector<std::uint8_t> octets;  // the quotes, one after the other

    [[nodiscard]] bool is_empty() const noexcept { return stamps.empty() && errors.empty(); }
    [[nodiscard]] bool is_full() const noexcept {
        return stamps.size() >= probe_socket::backlog_max ||
               errors.size() >= probe_socket::backlog_max;
    }
    void clear() noexcept {
        stamps.clear();
        errors.clear();
        octets.clear();
    }
};

/// A counter of the kernel that wraps after 32 bits, counted on.
class wide_counter {
  public:
    std::uint64_t advance_to(std::uint32_t seen) noexcept {
        total_ += static_cast<std::uint32_t>(seen - last_);
        last_ = seen;
        return total_;
    }

  private:
    std::uint64_t total_ = 0;
    std::uint32_t last_ = 0;
};

/// How many errors one reading of the error queue brought, by whose fault they are.
struct drained {
    std::size_t from_network = 0;
    std::size_t from_here = 0;
    bool is_complete = true;  // nothing is left
};

}  // namespace sonde::inline v0::detail

namespace sonde::inline v0 {

struct probe_socket::state {
    state(const probe_socket_options& options, const system_calls& table)
        : calls(&table),
          kind(options.kind),
          family(options.family),
          batch_max(std::max<std::size_t>(options.batch_max, 1)),
          converter(table),
          ledger(stamp_ring_len),
          datagram_slots(batch_max),
          error_slots(batch_max) {}

    // Set-up (probe_socket.cpp).
    [[nodiscard]] io_result<void> set_up(const probe_socket_options& options);
    [[nodiscard]] io_result<void> set(int level, int name, int value, const char* operation) const;
    [[nodiscard]] io_result<int> get(int level, int name, const char* operation) const;

    // Sending (probe_send.cpp).
    void send_batch(std::span<const outgoing> packets, std::span<send_result> results);
    void write_headers(std::span<const outgoing> packets);
    void write_controls(std::span<const outgoing> packets, std::size_t from);
    [[nodiscard]] int send_from(std::size_t at, std::size_t end);
    [[nodiscard]] bool is_pending_error(int code, int tries);
    [[nodiscard]] bool changes_identifiers(int code);
    void book_sent(std::span<const outgoing> packets);
    void after_failure();
    void after_silent_failure();
    void restart_counter();

    // Receiving (probe_receive.cpp).
    void make_room();
    [[nodiscard]] io_result<receive_pass> receive();
    [[nodiscard]] io_result<std::size_t> read_datagrams();
    [[nodiscard]] bool may_hold_errors(std::size_t datagrams) const noexcept;
    detail::drained drain_error_queue();
    void keep_error(std::size_t slot, detail::drained& seen);
    void hand_out_backlog(bool stamps_hold);
    void hand_out_datagrams(std::size_t count, bool stamps_hold);
    [[nodiscard]] received_datagram datagram_in(std::size_t slot, bool stamps_hold) const;
    [[nodiscard]] bool check_clock(bool is_complete, receive_pass& pass);
    [[nodiscard]] stamp converted(std::optional<wall_time> at, bool stamps_hold) const noexcept;

    [[nodiscard]] bool stamps_transmits() const noexcept;
    [[nodiscard]] bool counts_stamps() const noexcept {
        return stamps_transmits() && ledger.mode() == detail::stamp_identifiers::counted;
    }

    const system_calls* calls;
    fd descriptor;
    socket_kind kind;
    ip_family family;
    std::size_t batch_max;
    std::uint16_t identifier = 0;  // of raw sockets, which the kernel gives none
    bool error_queue = false;
    bool saw_error = false;  // a call reported one: the error queue has to be read
    bool is_connected = false;
    int stamp_flags = 0;  // SO_TIMESTAMPING; 0: no kernel stamps
    detail::wide_counter drops;

    stamp_converter converter;
    bool distrusts_stamps = false;  // the wall clock was stepped, and old stamps may be queued

    detail::transmit_ledger ledger;
    bool identifiers_proven = false;  // a chosen identifier was accepted once
    bool tries_counting = false;      // counting was tried for the packet that is being sent

    std::vector<send_result> results;
    std::vector<mmsghdr> headers;
    std::vector<iovec> vectors;
    std::vector<detail::socket_address> addresses;
    std::vector<detail::control_out> controls;

    detail::message_slots datagram_slots;
    detail::message_slots error_slots;
    detail::error_backlog backlog;  // being collected
    detail::error_backlog current;  // being handed out
    std::vector<transmit_stamp> pass_stamps;
    std::vector<received_error> pass_errors;
    std::vector<received_datagram> pass_datagrams;
};

}  // namespace sonde::inline v0
