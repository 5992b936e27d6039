#pragma once
/// ICMP Timestamp and Timestamp Reply (RFC 792 p. 16). The struct is what it means; `view` is how
/// it lies.
///
///     0               1               2               3
///    +---------------+---------------+-------------------------------+
///    | type: 13, 14  | code: 0       | checksum                      |
///    +---------------+---------------+-------------------------------+
///    | identifier                    | sequence number               |
///    +-------------------------------+-------------------------------+
///    | originate timestamp: when the sender last touched it          |
///    +---------------------------------------------------------------+
///    | receive timestamp: when the echoer first touched it           |
///    +---------------------------------------------------------------+
///    | transmit timestamp: when the echoer last touched it           |
///    +---------------------------------------------------------------+

#include <chrono>
#include <optional>

#include <sonde/wire/automatics.hpp>
#include <sonde/wire/network/icmp.hpp>

namespace sonde::inline v0 {

/// A time of day as the message carries it: milliseconds since midnight UT, in network byte order
/// on the wire as everything else; with the high bit set, any other value (RFC 792 p. 17).
struct icmp_time {
    static constexpr std::uint32_t non_standard_bit = 0x80000000;

    std::uint32_t value = 0;  // host byte order

    [[nodiscard]] static constexpr icmp_time at(std::chrono::milliseconds since_midnight) noexcept {
        return {static_cast<std::uint32_t>(since_midnight.count())};
    }
    [[nodiscard]] constexpr bool is_standard() const noexcept {
        return (value & non_standard_bit) == 0;
    }
    /// Nothing for a value that is not standard: its unit and origin are the sender's business.
    [[nodiscard]] constexpr std::optional<std::chrono::milliseconds> since_midnight()
        const noexcept {
        if (!is_standard()) return std::nullopt;
        return std::chrono::milliseconds(value);
    }
    friend constexpr bool operator==(icmp_time, icmp_time) = default;
};

struct icmp_timestamp {
    static constexpr std::string_view name = "icmp_timestamp";
    static constexpr std::string_view spec = "RFC 792 p. 16";
    static constexpr layer id = layer::icmp_timestamp;
    static constexpr std::size_t header_len = 20;  // octets
    static constexpr std::array fields{detail::icmp_type_field,
                                       detail::icmp_code_field,
                                       detail::icmp_checksum_field,
                                       field{"identifier", 32, 16},
                                       field{"sequence_number", 48, 16},
                                       field{"originate_timestamp", 64, 32},
                                       field{"receive_timestamp", 96, 32},
                                       field{"transmit_timestamp", 128, 32}};
    static constexpr std::array selected_by{selector{selector_kind::icmp_type, 13},
                                            selector{selector_kind::icmp_type, 14}};
    enum class kind : std::uint8_t { request = 13, reply = 14 };

    kind type = kind::request;
    std::uint8_t code = 0;
    std::uint16_t identifier = 0;
    std::uint16_t sequence_number = 0;
    icmp_time originate_timestamp{};
    icmp_time receive_timestamp{};
    icmp_time transmit_timestamp{};
    bytes_view trailing{};                // after the last field: nothing is defined, all is kept
    automatic<std::uint16_t> checksum{};  // computed on emission unless set
    static constexpr std::array automatics{automatic_field{
        "checksum", detail::message_checksum<2>, is_forced<&icmp_timestamp::checksum>::in}};

    /// Two words over somebody's octets; any bit pattern is fine. Invalid once they are freed.
    template <class Octet>
    class basic_view : public detail::icmp_view<Octet, header_len> {
      public:
        /// Errors: truncated (fewer than `header_len` octets).
        [[nodiscard]] static result<basic_view> parse(
            std::span<Octet> in SONDE_LIFETIMEBOUND) noexcept {
            if (in.size() < header_len) return truncated(id, header_len, in.size());
            return basic_view(in);
        }
        static result<basic_view> parse(dying_octets auto&&) = delete;
        [[nodiscard]] std::uint16_t identifier() const noexcept { return be16<4>(this->head()); }
        [[nodiscard]] std::uint16_t sequence_number() const noexcept {
            return be16<6>(this->head());
        }
        [[nodiscard]] icmp_time originate_timestamp() const noexcept {
            return {be32<8>(this->head())};
        }
        [[nodiscard]] icmp_time receive_timestamp() const noexcept {
            return {be32<12>(this->head())};
        }
        [[nodiscard]] icmp_time transmit_timestamp() const noexcept {
            return {be32<16>(this->head())};
        }
        /// What follows the last field; nothing is defined there.
        [[nodiscard]] std::span<Octet> trailing() const noexcept { return this->rest(); }
        void set_identifier(std::uint16_t value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            put_be16<4>(this->head(), value);
        }
        void set_sequence_number(std::uint16_t value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            put_be16<6>(this->head(), value);
        }
        void set_originate_timestamp(icmp_time value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            put_be32<8>(this->head(), value.value);
        }
        void set_receive_timestamp(icmp_time value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            put_be32<12>(this->head(), value.value);
        }
        void set_transmit_timestamp(icmp_time value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            put_be32<16>(this->head(), value.value);
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept
            : detail::icmp_view<Octet, header_len>(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// What is automatic comes back forced, so that emission is the identity.
    /// Errors: not_this_message (type neither 13 nor 14).
    [[nodiscard]] SONDE_API static result<icmp_timestamp> read(view v) noexcept;
    /// What follows the last field.
    SONDE_API static void describe(view seen, field_sink& to);
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + trailing.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<icmp_timestamp> && std::is_trivially_copyable_v<icmp_timestamp::view>);

}  // namespace sonde::inline v0
