#pragma once
/// Packets as they pass an interface, out of a ring that the kernel fills (AF_PACKET, TPACKET_V3).
/// They come out as the records that capture files give, so that everything that takes those takes
/// these, and a capture_writer writes them.
///
///     auto capture = live_capture::open("eth0", {.filter = "tcp port 80"}).value();
///     for (const live_record& r : capture.packets(10s)) use(r);   // ends after 10 s of silence
///     auto counts = capture.counts().value();                     // counts.dropped by the kernel
///
/// A VLAN tag that the kernel took out of a frame is put back, and the filter sees frames so: a
/// text selects live what it selects in a file. Needs CAP_NET_RAW while it is opened.
///
/// Bounded: the ring (`buffer_len`) and nothing else; no packet allocates. Not thread-safe, but for
/// stop(), which any thread and any signal handler may call.

#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>

#include <sonde/base/api.hpp>
#include <sonde/base/time.hpp>
#include <sonde/capture/bpf.hpp>
#include <sonde/capture/capture_file.hpp>
#include <sonde/capture/live_error.hpp>
#include <sonde/capture/packet_calls.hpp>
#include <sonde/capture/record.hpp>

namespace sonde::inline v0 {

/// How the captures of one group share the packets (packet(7), PACKET_FANOUT).
struct capture_fanout {
    enum class kind : std::uint16_t {
        hash = 0,          // by flow
        load_balance = 1,  // in turn
        cpu = 2,           // by the processor that received it
        rollover = 3,      // to the next when one is full
        random = 4,
        queue = 5,  // by the interface's receive queue
    };
    std::uint16_t group = 0;  // of this network namespace
    kind by = kind::hash;
    bool defragment = false;  // IPv4 fragments are put together first, so that flows stay together
    bool roll_over = false;   // besides, to the next when one is full
};

enum class capture_direction : std::uint8_t { both, inbound, outbound };

struct live_options {
    std::string filter{};                  // pcap-filter(7); empty: every packet
    std::optional<bpf_program> program{};  // instead of a text; for the capture's link type
    std::uint32_t snap_len = 262144;       // octets kept of a packet
    bool promiscuous = true;               // not with "any"
    capture_direction direction = capture_direction::both;
    std::uint32_t buffer_len = 16777216;  // octets of the ring, at least two blocks of it
    /// How long the kernel may keep a packet to hand over more with it. At least a millisecond.
    std::chrono::milliseconds delivery{1};
    bool hardware_stamps = false;  // by the interface's clock where it has one
    /// The link header in front of packets of "any" and of interfaces of unknown kind:
    /// LINKTYPE_LINUX_SLL2 (276), or LINKTYPE_LINUX_SLL (113).
    std::uint16_t cooked_link_type = 276;
    std::optional<capture_fanout> fanout{};
};

/// A packet and what only the kernel knows of it. The base's options hold the direction, so that
/// `flags()` gives it, and a pcapng file keeps it.
struct live_record : record {
    std::uint32_t interface_index = 0;           // the kernel's number, also with "any"
    stamp_source source = stamp_source::kernel;  // who took `time`
    bool vlan_restored = false;                  // the kernel had taken a tag out
    [[nodiscard]] bool is_outbound() const noexcept {
        const auto found = flags();
        return found && found->direction() == packet_flags::direction_kind::outbound;
    }
};

/// Since the capture was opened. delivered + dropped + what waits in the ring + what a filter of
/// ours left out == seen.
struct live_counts {
    std::uint64_t seen = 0;       // passed the kernel's filter, dropped ones included
    std::uint64_t dropped = 0;    // by the kernel: the ring was full
    std::uint64_t freezes = 0;    // how often the ring became full
    std::uint64_t delivered = 0;  // given out by next()
    std::uint64_t left_out = 0;   // taken out of the ring and not given out: filter, direction
    friend bool operator==(const live_counts&, const live_counts&) = default;
};

namespace detail {
class live_state;
}

class live_capture {
  public:
    /// Packets of an interface, by name or number, or of all of them ("any").
    /// Errors: EPERM (no CAP_NET_RAW), ENODEV (no such interface; the nearest is named), ENETDOWN,
    /// EINVAL (the filter; the remedy says where), ENOMEM (the ring), and what the calls say.
    [[nodiscard]] SONDE_API static live_result<live_capture> open(
        const std::string& interface, const live_options& options = {},
        const packet_calls& calls = kernel_packet_calls());

    SONDE_API live_capture(live_capture&&) noexcept;
    SONDE_API live_capture& operator=(live_capture&&) noexcept;
    SONDE_API ~live_capture();

    /// The next packet, valid until the next call. Waits at most so long, for ever without a time,
    /// not at all with zero. nullptr: none came, or stop() was called.
    /// Errors: ENETDOWN (the interface went down or away), and what ppoll says.
    [[nodiscard]] SONDE_API live_result<const live_record*> next(
        std::optional<nanoseconds> wait = {}) SONDE_LIFETIMEBOUND;

    /// Starts the time that next_in_time() has.
    SONDE_API live_result<void> begin_time(nanoseconds limit);
    /// The next packet within what is left of that time; nullptr when it is over, or stopped.
    [[nodiscard]] SONDE_API live_result<const live_record*> next_in_time() SONDE_LIFETIMEBOUND;

    /// Packets until none comes for so long, until stop(), or until an error: see failure().
    class range;
    [[nodiscard]] range packets(std::optional<nanoseconds> wait = {}) SONDE_LIFETIMEBOUND;
    /// What ended the last range, when it was an error.
    [[nodiscard]] SONDE_API const std::optional<live_error>& failure() const noexcept;

    /// Makes next() return nullptr, now and until resume().
    SONDE_API void stop() noexcept;
    SONDE_API void resume() noexcept;
    [[nodiscard]] SONDE_API bool is_stopped() const noexcept;

    /// Errors: what getsockopt says.
    [[nodiscard]] SONDE_API live_result<live_counts> counts();
    /// From the next packet on; those in the ring are filtered here.
    /// Errors: EINVAL (the text), ENOMEM, EPERM (the kernel's).
    SONDE_API live_result<void> set_filter(const std::string& text);
    SONDE_API live_result<void> set_filter(const bpf_program& program);

    /// LINKTYPE_* of every record.
    [[nodiscard]] SONDE_API std::uint16_t link_type() const noexcept;
    /// As a pcapng writer wants to be told.
    [[nodiscard]] SONDE_API capture_interface description() const;
    /// The socket: readable when packets wait. Stays the capture's.
    [[nodiscard]] SONDE_API int native_handle() const noexcept;

  private:
    explicit live_capture(std::unique_ptr<detail::live_state> state) noexcept;
    std::unique_ptr<detail::live_state> state_;
    std::optional<live_error> failure_;
};

/// An input range; see live_capture::packets.
class live_capture::range {
  public:
    class iterator {
      public:
        using value_type = live_record;
        using difference_type = std::ptrdiff_t;
        iterator() noexcept = default;
        iterator(live_capture& from, std::optional<nanoseconds> wait) : from_(&from), wait_(wait) {
            ++*this;
        }
        const live_record& operator*() const noexcept { return *at_; }
        const live_record* operator->() const noexcept { return at_; }
        iterator& operator++() {
            auto got = from_->next(wait_);
            at_ = got ? *got : nullptr;
            if (!got) from_->failure_ = std::move(got.error());
            return *this;
        }
        void operator++(int) { ++*this; }
        friend bool operator==(const iterator& it, std::default_sentinel_t) noexcept {
            return it.at_ == nullptr;
        }

      private:
        live_capture* from_ = nullptr;
        const live_record* at_ = nullptr;
        std::optional<nanoseconds> wait_{};
    };

    range(live_capture& from, std::optional<nanoseconds> wait) noexcept
        : from_(&from), wait_(wait) {}
    [[nodiscard]] iterator begin() const {
        from_->failure_.reset();
        return {*from_, wait_};
    }
    [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

  private:
    live_capture* from_;
    std::optional<nanoseconds> wait_;
};

inline live_capture::range live_capture::packets(std::optional<nanoseconds> wait) {
    return {*this, wait};
}

}  // namespace sonde::inline v0
