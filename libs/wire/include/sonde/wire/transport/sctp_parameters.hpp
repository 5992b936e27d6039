#pragma once
/// What chunks of SCTP are made of: parameters and error causes (RFC 9260 s3.2.1, s3.3.10), the
/// lists inside them, and a writer. Both have one form:
///
///     0               1               2               3
///    +-------------------------------+-------------------------------+
///    | type, or cause code           | length: 4 and the value's     |
///    +-------------------------------+-------------------------------+
///    | value; zeros to a whole word of 32 bits, which no length counts
///
///     for (const auto& parameter : init.parameters()) {
///         if (const auto address = sctp_address(parameter)) use(*address);
///     }
///
/// An unknown type is a parameter like any other and survives.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include <sonde/base/address.hpp>
#include <sonde/wire/element_range.hpp>
#include <sonde/wire/layer.hpp>
#include <sonde/wire/protocol.hpp>

namespace sonde::inline v0 {

/// IANA, SCTP Chunk Parameter Types. Other values stay representable.
enum class sctp_parameter_type : std::uint16_t {
    heartbeat_info = 1,
    ipv4_address = 5,
    ipv6_address = 6,
    state_cookie = 7,
    unrecognized_parameter = 8,
    cookie_preservative = 9,
    host_name_address = 11,  // deprecated, RFC 9260 s3.3.2.4
    supported_address_types = 12,
    outgoing_ssn_reset_request = 13,  // RFC 6525 s4
    incoming_ssn_reset_request = 14,
    ssn_tsn_reset_request = 15,
    reconfiguration_response = 16,
    add_outgoing_streams_request = 17,
    add_incoming_streams_request = 18,
    ecn_capable = 0x8000,
    zero_checksum_acceptable = 0x8001,  // RFC 9653
    random = 0x8002,                    // RFC 4895 s3
    chunk_list = 0x8003,
    requested_hmac_algorithm = 0x8004,
    padding = 0x8005,                // RFC 4820
    supported_extensions = 0x8008,   // RFC 5061 s4.2.7
    forward_tsn_supported = 0xc000,  // RFC 3758 s3.1
    add_ip_address = 0xc001,         // RFC 5061 s4.2
    delete_ip_address = 0xc002,
    error_cause_indication = 0xc003,
    set_primary_address = 0xc004,
    success_indication = 0xc005,
    adaptation_layer_indication = 0xc006,
};
/// The registry's words; empty for a type that is not assigned.
[[nodiscard]] SONDE_API std::string_view to_string(sctp_parameter_type type) noexcept;

/// IANA, SCTP Error Cause Codes. Other values stay representable.
enum class sctp_cause_code : std::uint16_t {
    invalid_stream_identifier = 1,
    missing_mandatory_parameter = 2,
    stale_cookie = 3,
    out_of_resource = 4,
    unresolvable_address = 5,
    unrecognized_chunk_type = 6,
    invalid_mandatory_parameter = 7,
    unrecognized_parameters = 8,
    no_user_data = 9,
    cookie_received_while_shutting_down = 10,
    restart_with_new_addresses = 11,
    user_initiated_abort = 12,
    protocol_violation = 13,
    delete_last_address = 160,  // RFC 5061 s4.3
    resource_shortage = 161,
    delete_source_address = 162,
    illegal_asconf_ack = 163,
    no_authorization = 164,
    unsupported_hmac = 261,  // RFC 4895 s4.1
};
/// The registry's words; empty for a code that is not assigned.
[[nodiscard]] SONDE_API std::string_view to_string(sctp_cause_code code) noexcept;

namespace detail {

/// `len` and what completes its last word.
[[nodiscard]] constexpr std::size_t whole_words(std::size_t len) noexcept {
    return (len + 3) / 4 * 4;
}
/// The declared length of a chunk, parameter or cause in front of `rest`: 4 to rest.size().
[[nodiscard]] SONDE_API result<std::size_t> sctp_element_length(bytes_view rest, layer at) noexcept;
/// Octets of an element: zeros to a whole word, unless a padding was forced.
[[nodiscard]] constexpr std::size_t sctp_padded_len(std::size_t len,
                                                    const automatic<bytes_view>& padding) noexcept {
    return padding ? len + padding->size() : whole_words(len);
}
/// Fills `out` with the forced padding, else with zeros. Precondition: the sizes agree.
SONDE_API void emit_sctp_padding(bytes_mut out, const automatic<bytes_view>& padding) noexcept;

/// The form above. `Layer` names it in errors.
template <class Type, layer Layer>
struct sctp_element {
    static constexpr std::size_t header_len = 4;  // octets

    // What it means, in host byte order. Borrows `value` and `padding`.
    Type type{};
    automatic<std::uint16_t> length{};  // octets of header and value; computed unless set
    bytes_view value{};
    automatic<bytes_view> padding{};  // zeros to a whole word unless set

    /// Borrows the octets of one element and its padding.
    class view {
      public:
        /// Takes one element from the front of `rest`; padding may be missing behind the last.
        /// Errors: truncated (fewer octets than the element declares), bad_length (below 4).
        [[nodiscard]] static result<view> parse(bytes_view rest SONDE_LIFETIMEBOUND) noexcept {
            const auto len = sctp_element_length(rest, Layer);
            if (!len) return malformed(len.error());
            return view(rest.first(std::min(whole_words(*len), rest.size())));
        }
        [[nodiscard]] Type type() const noexcept { return Type{be16_at(octets_, 0)}; }
        [[nodiscard]] std::uint16_t length() const noexcept { return be16_at(octets_, 2); }
        [[nodiscard]] bytes_view value() const noexcept {
            return octets_.first(length()).subspan(header_len);
        }
        [[nodiscard]] bytes_view padding() const noexcept { return octets_.subspan(length()); }
        [[nodiscard]] bytes_view octets() const noexcept { return octets_; }
        /// What the two highest bits ask of a receiver that does not know the type (RFC 9260
        /// s3.2.1): go on with the next one, or stop here; tell the sender, or be silent.
        [[nodiscard]] bool is_skipped_when_unknown() const noexcept {
            return (octets_[0] & 0x80) != 0;
        }
        [[nodiscard]] bool is_reported_when_unknown() const noexcept {
            return (octets_[0] & 0x40) != 0;
        }

      private:
        explicit view(bytes_view octets) noexcept : octets_(octets) {}
        bytes_view octets_;
    };

    /// What is automatic comes back forced, so that emission is the identity.
    [[nodiscard]] static sctp_element read(view v) noexcept {
        return {v.type(), v.length(), v.value(), v.padding()};
    }
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return sctp_padded_len(header_len + value.size(), padding);
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    void emit(bytes_mut out) const noexcept {
        const std::size_t len = header_len + value.size();
        put_be16_at(out, 0, static_cast<std::uint16_t>(type));
        put_be16_at(out, 2, length.value_or(static_cast<std::uint16_t>(len)));
        copy_octets(out.subspan(header_len), value);
        emit_sctp_padding(out.subspan(len), padding);
    }
};

}  // namespace detail

using sctp_parameter = detail::sctp_element<sctp_parameter_type, layer::sctp_parameter>;
using sctp_parameters = element_range<sctp_parameter::view>;
using sctp_error_cause = detail::sctp_element<sctp_cause_code, layer::sctp_error_cause>;
using sctp_error_causes = element_range<sctp_error_cause::view>;

/// Integers in a row, as streams, transmission sequence numbers and address types lie. Borrows
/// them; what does not fill one at the end is left out.
template <class Int>
class sctp_list {
  public:
    constexpr sctp_list() noexcept = default;
    constexpr explicit sctp_list(bytes_view octets SONDE_LIFETIMEBOUND) noexcept
        : octets_(octets) {}
    [[nodiscard]] constexpr std::size_t size() const noexcept {
        return octets_.size() / sizeof(Int);
    }
    [[nodiscard]] constexpr bool empty() const noexcept { return size() == 0; }
    /// Precondition: which < size().
    [[nodiscard]] constexpr Int operator[](std::size_t which) const noexcept {
        const std::size_t at = which * sizeof(Int);
        if constexpr (sizeof(Int) == 2) return Int{be16_at(octets_, at)};
        if constexpr (sizeof(Int) == 4) return Int{be32_at(octets_, at)};
    }
    [[nodiscard]] constexpr bytes_view octets() const noexcept { return octets_; }

  private:
    static_assert(sizeof(Int) == 2 || sizeof(Int) == 4);
    bytes_view octets_{};
};
using sctp_stream_list = sctp_list<std::uint16_t>;

// Each function below gives nothing when the parameter has another type or a length that this type
// cannot have.

[[nodiscard]] SONDE_API std::optional<ipv4_address> sctp_ipv4_address(
    sctp_parameter::view parameter) noexcept;
[[nodiscard]] SONDE_API std::optional<ipv6_address> sctp_ipv6_address(
    sctp_parameter::view parameter) noexcept;
/// One of the two.
[[nodiscard]] SONDE_API std::optional<ip_address> sctp_address(
    sctp_parameter::view parameter) noexcept;
/// How much longer than usual the cookie should live (RFC 9260 s3.3.2.3).
[[nodiscard]] SONDE_API std::optional<std::chrono::duration<std::uint32_t, std::milli>>
sctp_cookie_preservative(sctp_parameter::view parameter) noexcept;
/// The name without the zeros that end it.
[[nodiscard]] SONDE_API std::optional<bytes_view> sctp_host_name(
    sctp_parameter::view parameter) noexcept;
/// Parameter types of addresses.
[[nodiscard]] SONDE_API std::optional<sctp_list<sctp_parameter_type>> sctp_supported_address_types(
    sctp_parameter::view parameter) noexcept;
/// Chunk types, an octet each: of a list of chunks to authenticate (RFC 4895 s3.2) or of supported
/// extensions (RFC 5061 s4.2.7).
[[nodiscard]] SONDE_API std::optional<bytes_view> sctp_chunk_type_list(
    sctp_parameter::view parameter) noexcept;
/// IANA: 1 is SHA-1, 3 is SHA-256 (RFC 4895 s3.3).
[[nodiscard]] SONDE_API std::optional<sctp_list<std::uint16_t>> sctp_requested_hmacs(
    sctp_parameter::view parameter) noexcept;
/// RFC 5061 s4.2.6.
[[nodiscard]] SONDE_API std::optional<std::uint32_t> sctp_adaptation_indication(
    sctp_parameter::view parameter) noexcept;
/// Which error detection method replaces the checksum (RFC 9653 s4).
[[nodiscard]] SONDE_API std::optional<std::uint32_t> sctp_zero_checksum_method(
    sctp_parameter::view parameter) noexcept;

/// The stream that does not exist (RFC 9260 s3.3.10.1).
[[nodiscard]] SONDE_API std::optional<std::uint16_t> sctp_invalid_stream(
    sctp_error_cause::view cause) noexcept;
/// The parameters that were missed, as many as are counted and there (RFC 9260 s3.3.10.2).
[[nodiscard]] SONDE_API std::optional<sctp_list<sctp_parameter_type>> sctp_missing_parameters(
    sctp_error_cause::view cause) noexcept;
/// How long ago the cookie ended (RFC 9260 s3.3.10.3).
[[nodiscard]] SONDE_API std::optional<std::chrono::duration<std::uint32_t, std::micro>>
sctp_cookie_staleness(sctp_error_cause::view cause) noexcept;
/// The transmission sequence number of DATA without data (RFC 9260 s3.3.10.9).
[[nodiscard]] SONDE_API std::optional<std::uint32_t> sctp_empty_data_tsn(
    sctp_error_cause::view cause) noexcept;

/// Reset of outgoing streams (RFC 6525 s4.1); no stream means all of them.
struct sctp_outgoing_reset {
    std::uint32_t request_sequence_number = 0;
    std::uint32_t response_sequence_number = 0;
    std::uint32_t last_assigned_tsn = 0;
    sctp_stream_list streams{};
    [[nodiscard]] SONDE_API static std::optional<sctp_outgoing_reset> read(
        sctp_parameter::view parameter) noexcept;
};

/// The wish that the peer resets its outgoing streams (RFC 6525 s4.2).
struct sctp_incoming_reset {
    std::uint32_t request_sequence_number = 0;
    sctp_stream_list streams{};
    [[nodiscard]] SONDE_API static std::optional<sctp_incoming_reset> read(
        sctp_parameter::view parameter) noexcept;
};

/// Reset of all sequence numbers (RFC 6525 s4.3).
[[nodiscard]] SONDE_API std::optional<std::uint32_t> sctp_tsn_reset(
    sctp_parameter::view parameter) noexcept;

/// Answer to a request of RFC 6525 (s4.4).
struct sctp_reconfiguration_response {
    enum class outcome : std::uint32_t {
        nothing_to_do = 0,
        performed = 1,
        denied = 2,
        wrong_ssn = 3,
        already_in_progress = 4,
        bad_sequence_number = 5,
        in_progress = 6,
    };
    struct tsns {
        std::uint32_t sender_next = 0;
        std::uint32_t receiver_next = 0;
        friend constexpr bool operator==(const tsns&, const tsns&) = default;
    };
    std::uint32_t response_sequence_number = 0;
    outcome result{};
    std::optional<tsns> next_tsns{};  // of an answer to a reset of all sequence numbers
    [[nodiscard]] SONDE_API static std::optional<sctp_reconfiguration_response> read(
        sctp_parameter::view parameter) noexcept;
};
/// "performed"...; empty for a value that has no name.
[[nodiscard]] SONDE_API std::string_view to_string(
    sctp_reconfiguration_response::outcome result) noexcept;

/// More streams (RFC 6525 s4.5, s4.6).
struct sctp_add_streams {
    sctp_parameter_type type = sctp_parameter_type::add_outgoing_streams_request;  // or incoming
    std::uint32_t request_sequence_number = 0;
    std::uint16_t number_of_new_streams = 0;
    std::uint16_t reserved = 0;
    [[nodiscard]] SONDE_API static std::optional<sctp_add_streams> read(
        sctp_parameter::view parameter) noexcept;
};

/// A change of addresses (RFC 5061 s4.2.1, s4.2.2, s4.2.4).
struct sctp_address_change {
    sctp_parameter_type type = sctp_parameter_type::add_ip_address;  // or delete_, set_primary_
    std::uint32_t correlation_id = 0;
    ip_address address{};
    [[nodiscard]] SONDE_API static std::optional<sctp_address_change> read(
        sctp_parameter::view parameter) noexcept;
};

/// What became of a change of addresses (RFC 5061 s4.2.3, s4.2.5): no cause means success.
struct sctp_address_change_outcome {
    std::uint32_t correlation_id = 0;
    sctp_error_causes causes{bytes_view{}};
    [[nodiscard]] SONDE_API static std::optional<sctp_address_change_outcome> read(
        sctp_parameter::view parameter) noexcept;
};

/// Puts chunks, parameters or causes one behind the other into somebody's octets. What does not
/// fit is left out whole, and fits() is false from then on.
///
///     std::array<std::uint8_t, 64> room;
///     const auto parameters = sctp_writer(room).ipv4_address(a).ecn_capable();
///     const sctp_init init{.initiate_tag = tag, .parameters = parameters.unpadded()};
class sctp_writer {
  public:
    explicit sctp_writer(bytes_mut room SONDE_LIFETIMEBOUND) noexcept : room_(room) {}

    /// Anything that has wire_len() and emit().
    template <class Message>
    sctp_writer& add(const Message& message) noexcept {
        const std::size_t len = message.wire_len();
        if (const bytes_mut out = reserve(len); !out.empty()) message.emit(out);
        return *this;
    }
    sctp_writer& parameter(sctp_parameter_type type, bytes_view value = {}) noexcept {
        return add(sctp_parameter{.type = type, .length = {}, .value = value, .padding = {}});
    }
    sctp_writer& cause(sctp_cause_code code, bytes_view value = {}) noexcept {
        return add(sctp_error_cause{.type = code, .length = {}, .value = value, .padding = {}});
    }
    SONDE_API sctp_writer& ipv4_address(sonde::ipv4_address address) noexcept;
    SONDE_API sctp_writer& ipv6_address(const sonde::ipv6_address& address) noexcept;
    SONDE_API sctp_writer& cookie_preservative(
        std::chrono::duration<std::uint32_t, std::milli> more) noexcept;
    SONDE_API sctp_writer& supported_address_types(
        std::span<const sctp_parameter_type> types) noexcept;
    sctp_writer& ecn_capable() noexcept { return parameter(sctp_parameter_type::ecn_capable); }
    sctp_writer& forward_tsn_supported() noexcept {
        return parameter(sctp_parameter_type::forward_tsn_supported);
    }
    SONDE_API sctp_writer& adaptation_indication(std::uint32_t code_point) noexcept;
    SONDE_API sctp_writer& zero_checksum_acceptable(std::uint32_t method) noexcept;
    SONDE_API sctp_writer& requested_hmacs(std::span<const std::uint16_t> identifiers) noexcept;
    SONDE_API sctp_writer& outgoing_reset(const sctp_outgoing_reset& request) noexcept;
    SONDE_API sctp_writer& incoming_reset(const sctp_incoming_reset& request) noexcept;
    SONDE_API sctp_writer& tsn_reset(std::uint32_t request_sequence_number) noexcept;
    SONDE_API sctp_writer& reconfiguration_response(
        const sctp_reconfiguration_response& response) noexcept;
    SONDE_API sctp_writer& add_streams(const sctp_add_streams& request) noexcept;
    SONDE_API sctp_writer& address_change(const sctp_address_change& change) noexcept;
    SONDE_API sctp_writer& address_change_outcome(
        const sctp_address_change_outcome& outcome) noexcept;

    /// The octets so far, padding included: what a packet takes.
    [[nodiscard]] bytes_view octets() const noexcept { return bytes_view(room_).first(len_); }
    /// Without the padding behind the last: what a chunk takes, whose length does not count it
    /// (RFC 9260 s3.2).
    [[nodiscard]] SONDE_API bytes_view unpadded() const noexcept;
    [[nodiscard]] bool fits() const noexcept { return fits_; }

  private:
    [[nodiscard]] SONDE_API bytes_mut reserve(std::size_t len) noexcept;
    // Type, length and room for `value_len` octets, which are returned zeroed; empty when they do
    // not fit.
    [[nodiscard]] bytes_mut start(sctp_parameter_type type, std::size_t value_len) noexcept;
    bytes_mut room_;
    std::size_t len_ = 0;
    std::size_t last_at_ = 0;  // where the last element begins
    bool fits_ = true;
};

}  // namespace sonde::inline v0
