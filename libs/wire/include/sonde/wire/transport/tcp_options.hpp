#pragma once
/// Options of TCP (RFC 9293 s3.2 and later): what known kinds mean, and a builder. The walk over
/// them is tcp::view::option_list(); unknown kinds pass through it as they lie.

#include <optional>
#include <span>
#include <string_view>

#include <sonde/wire/option_list.hpp>

namespace sonde::inline v0 {

/// IANA, TCP Option Kind Numbers. Other values stay representable.
enum class tcp_option_kind : std::uint8_t {
    end_of_list = 0,
    no_operation = 1,
    maximum_segment_size = 2,
    window_scale = 3,             // RFC 7323 s2
    sack_permitted = 4,           // RFC 2018 s2
    sack = 5,                     // RFC 2018 s3
    echo = 6,                     // obsolete
    echo_reply = 7,               // obsolete
    timestamps = 8,               // RFC 7323 s3
    partial_order_permitted = 9,  // obsolete
    partial_order_profile = 10,   // obsolete
    connection_count = 11,        // obsolete
    connection_count_new = 12,    // obsolete
    connection_count_echo = 13,   // obsolete
    alternate_checksum_request = 14,
    alternate_checksum_data = 15,
    skeeter = 16,
    bubba = 17,
    trailer_checksum = 18,
    md5_signature = 19,  // RFC 2385
    scps_capabilities = 20,
    selective_negative_ack = 21,
    record_boundaries = 22,
    corruption_experienced = 23,
    snap = 24,
    compression_filter = 26,
    quick_start_response = 27,    // RFC 4782
    user_timeout = 28,            // RFC 5482
    authentication = 29,          // RFC 5925
    multipath = 30,               // RFC 8684
    fast_open = 34,               // RFC 7413
    encryption_negotiation = 69,  // RFC 8547
    accurate_ecn_0 = 172,
    accurate_ecn_1 = 174,
    experiment_253 = 253,  // RFC 4727
    experiment_254 = 254,  // RFC 4727
};
/// "timestamps"...; empty for a kind that has no name here.
[[nodiscard]] SONDE_API std::string_view to_string(tcp_option_kind kind) noexcept;

[[nodiscard]] constexpr tcp_option_kind tcp_kind(const header_option& option) noexcept {
    return tcp_option_kind(option.type);
}

// Each function below gives nothing when the option has another kind or a length that this kind
// cannot have.

/// The largest segment that the sender takes, octets without headers.
[[nodiscard]] SONDE_API std::optional<std::uint16_t> tcp_maximum_segment_size(
    const header_option& option) noexcept;
/// The shift of the window; above 14 it counts as 14 (RFC 7323 s2.3).
[[nodiscard]] SONDE_API std::optional<std::uint8_t> tcp_window_scale(
    const header_option& option) noexcept;
[[nodiscard]] SONDE_API bool tcp_sack_permitted(const header_option& option) noexcept;
/// The cookie of fast open; empty when one is asked for.
[[nodiscard]] SONDE_API std::optional<bytes_view> tcp_fast_open_cookie(
    const header_option& option) noexcept;

/// Timestamps (RFC 7323 s3.2).
struct tcp_timestamps {
    std::uint32_t value = 0;       // the sender's clock
    std::uint32_t echo_reply = 0;  // the receiver's, given back; meaningful with ACK only

    [[nodiscard]] SONDE_API static std::optional<tcp_timestamps> read(
        const header_option& option) noexcept;
    friend constexpr bool operator==(const tcp_timestamps&, const tcp_timestamps&) = default;
};

/// Sequence numbers that arrived although something before them did not: [left, right).
struct tcp_sack_block {
    std::uint32_t left = 0;
    std::uint32_t right = 0;
    friend constexpr bool operator==(const tcp_sack_block&, const tcp_sack_block&) = default;
};

/// Selective acknowledgement: one to four blocks.
struct tcp_sack {
    bytes_view blocks{};  // 8 octets each

    [[nodiscard]] SONDE_API static std::optional<tcp_sack> read(
        const header_option& option) noexcept;
    [[nodiscard]] std::size_t count() const noexcept { return blocks.size() / 8; }
    /// Precondition: which < count().
    [[nodiscard]] tcp_sack_block block(std::size_t which) const noexcept {
        return {be32_at(blocks, which * 8), be32_at(blocks, which * 8 + 4)};
    }
};

/// Makes the options of one header.
///
///     const auto options = tcp_option_builder().maximum_segment_size(1460).sack_permitted();
///     tcp probe{.flags = tcp_flags::syn, .options = options.octets()};
class tcp_option_builder : public header_option_buffer {
  public:
    tcp_option_builder& end_of_list() noexcept { return single(tcp_option_kind::end_of_list); }
    tcp_option_builder& no_operation() noexcept { return single(tcp_option_kind::no_operation); }
    tcp_option_builder& maximum_segment_size(std::uint16_t octets) noexcept {
        append_u16(static_cast<std::uint8_t>(tcp_option_kind::maximum_segment_size), octets);
        return *this;
    }
    tcp_option_builder& window_scale(std::uint8_t shift) noexcept {
        return option(tcp_option_kind::window_scale, std::array{shift});
    }
    tcp_option_builder& sack_permitted() noexcept {
        return option(tcp_option_kind::sack_permitted, {});
    }
    tcp_option_builder& timestamps(const tcp_timestamps& stamps) noexcept {
        const bytes_mut room =
            append_room(static_cast<std::uint8_t>(tcp_option_kind::timestamps), 8);
        if (room.empty()) return *this;
        put_be32_at(room, 0, stamps.value);
        put_be32_at(room, 4, stamps.echo_reply);
        return *this;
    }
    /// An empty cookie asks for one.
    tcp_option_builder& fast_open(bytes_view cookie = {}) noexcept {
        return option(tcp_option_kind::fast_open, cookie);
    }
    SONDE_API tcp_option_builder& sack(std::span<const tcp_sack_block> blocks) noexcept;
    /// Any option with a length octet.
    tcp_option_builder& option(tcp_option_kind kind, bytes_view data) noexcept {
        append(static_cast<std::uint8_t>(kind), data);
        return *this;
    }

  private:
    tcp_option_builder& single(tcp_option_kind kind) noexcept {
        append_single(static_cast<std::uint8_t>(kind));
        return *this;
    }
};

}  // namespace sonde::inline v0
