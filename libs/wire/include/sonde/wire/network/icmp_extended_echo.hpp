#pragma once
/// ICMP Extended Echo Request and Reply (RFC 8335): how is that interface of yours, or of your
/// neighbor? The structs are what they mean; `view` is how they lie.
///
///     0               1               2               3
///    +---------------+---------------+-------------------------------+
///    | type: 42      | code: 0       | checksum                      |
///    +---------------+---------------+---------------+-------------+-+
///    | identifier                    | sequence no.  | reserved    |L|
///    +-------------------------------+---------------+-------------+-+
///    | extension structure with one interface identification object,
///    | then data, the sender's business
///
///    +---------------+---------------+-------------------------------+
///    | type: 43      | code          | checksum                      |
///    +---------------+---------------+---------------+-----+---+-+-+-+
///    | identifier                    | sequence no.  |state|res|A|4|6|
///    +-------------------------------+---------------+-----+---+-+-+-+

#include <sonde/wire/automatics.hpp>
#include <sonde/wire/network/icmp.hpp>
#include <sonde/wire/network/icmp_extension.hpp>

namespace sonde::inline v0 {

/// What the neighbor table of the proxy says of a probed neighbor (RFC 8335 s3). Three bits: 7 is
/// not assigned but representable.
enum class icmp_neighbor_state : std::uint8_t {
    reserved = 0,
    incomplete = 1,
    reachable = 2,
    stale = 3,
    delay = 4,
    probe = 5,
    failed = 6,
};

/// "Reachable"; "Unassigned" for 7.
[[nodiscard]] SONDE_API std::string_view to_string(icmp_neighbor_state state) noexcept;

namespace detail {
[[nodiscard]] SONDE_API std::string_view icmp_neighbor_state_field_name(
    std::uint64_t value) noexcept;
}

struct icmp_extended_echo_request {
    static constexpr std::string_view name = "icmp_extended_echo_request";
    static constexpr std::string_view spec = "RFC 8335 s2";
    static constexpr layer id = layer::icmp_extended_echo_request;
    static constexpr std::size_t header_len = 8;  // octets
    static constexpr std::array fields{detail::icmp_type_field,
                                       detail::icmp_code_field_of<icmp_type::extended_echo_request>,
                                       detail::icmp_checksum_field,
                                       field{"identifier", 32, 16},
                                       field{"sequence_number", 48, 8},
                                       field{"reserved", 56, 7, field_kind::hex},
                                       field{"local", 63, 1}};
    static constexpr std::array selected_by{selector{selector_kind::icmp_type, 42}};

    std::uint8_t code = 0;
    std::uint16_t identifier = 0;
    std::uint8_t sequence_number = 0;
    std::uint8_t reserved = 0;            // 7 bits
    bool local = true;                    // the L bit: an interface of the proxy itself
    bytes_view extension{};               // a structure with one object, borrowed
    bytes_view data{};                    // after the structure, borrowed
    automatic<std::uint16_t> checksum{};  // computed on emission unless set
    static constexpr std::array automatics{
        automatic_field{"checksum",
                        detail::message_checksum<2>,
                        is_forced<&icmp_extended_echo_request::checksum>::in}};

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
        [[nodiscard]] std::uint8_t sequence_number() const noexcept { return this->head()[6]; }
        [[nodiscard]] std::uint8_t reserved() const noexcept {
            return static_cast<std::uint8_t>(this->head()[7] >> 1);
        }
        [[nodiscard]] bool local() const noexcept { return (this->head()[7] & 1) != 0; }
        /// The structure: its header and one object; all that follows when that cannot be read.
        [[nodiscard]] std::span<Octet> extension() const noexcept {
            return this->rest().first(icmp_single_object_len(this->rest()));
        }
        /// What follows the structure.
        [[nodiscard]] std::span<Octet> data() const noexcept {
            return this->rest().subspan(icmp_single_object_len(this->rest()));
        }
        void set_identifier(std::uint16_t value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            put_be16<4>(this->head(), value);
        }
        void set_sequence_number(std::uint8_t value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            this->head()[6] = value;
        }
        void set_local(bool value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            this->head()[7] = static_cast<std::uint8_t>((this->head()[7] & 0xfe) | (value ? 1 : 0));
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept
            : detail::icmp_view<Octet, header_len>(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// The checksum comes back forced, so that emission is the identity.
    /// Errors: not_this_message (type not 42).
    [[nodiscard]] SONDE_API static result<icmp_extended_echo_request> read(view v) noexcept;
    /// The extension structure.
    SONDE_API static void describe(view seen, field_sink& to);
    [[nodiscard]] std::size_t wire_len() const noexcept {  // octets
        return header_len + extension.size() + data.size();
    }
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<icmp_extended_echo_request> &&
              std::is_trivially_copyable_v<icmp_extended_echo_request::view>);

struct icmp_extended_echo_reply {
    static constexpr std::string_view name = "icmp_extended_echo_reply";
    static constexpr std::string_view spec = "RFC 8335 s3";
    static constexpr layer id = layer::icmp_extended_echo_reply;
    static constexpr std::size_t header_len = 8;  // octets
    static constexpr std::array fields{
        detail::icmp_type_field,
        detail::icmp_code_field_of<icmp_type::extended_echo_reply>,
        detail::icmp_checksum_field,
        field{"identifier", 32, 16},
        field{"sequence_number", 48, 8},
        field{"state", 56, 3, field_kind::number, &detail::icmp_neighbor_state_field_name},
        field{"reserved", 59, 2, field_kind::hex},
        field{"active", 61, 1},
        field{"ipv4", 62, 1},
        field{"ipv6", 63, 1}};
    static constexpr std::array selected_by{selector{selector_kind::icmp_type, 43}};

    icmp_extended_echo_code code = icmp_extended_echo_code::no_error;
    std::uint16_t identifier = 0;
    std::uint8_t sequence_number = 0;
    icmp_neighbor_state state = icmp_neighbor_state::reserved;  // for a neighbor: L was clear
    std::uint8_t reserved = 0;                                  // 2 bits
    bool active = false;                                        // for the proxy's own: L was set
    bool ipv4 = false;                                          // IPv4 runs on the interface
    bool ipv6 = false;                                          // IPv6 runs on the interface
    bytes_view trailing{};                // after the last field: nothing is defined, all is kept
    automatic<std::uint16_t> checksum{};  // computed on emission unless set
    static constexpr std::array automatics{
        automatic_field{"checksum",
                        detail::message_checksum<2>,
                        is_forced<&icmp_extended_echo_reply::checksum>::in}};

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
        [[nodiscard]] std::uint8_t sequence_number() const noexcept { return this->head()[6]; }
        [[nodiscard]] icmp_neighbor_state state() const noexcept {
            return icmp_neighbor_state{static_cast<std::uint8_t>(this->head()[7] >> 5)};
        }
        [[nodiscard]] std::uint8_t reserved() const noexcept {
            return static_cast<std::uint8_t>((this->head()[7] >> 3) & 3);
        }
        [[nodiscard]] bool active() const noexcept { return (this->head()[7] & 4) != 0; }
        [[nodiscard]] bool ipv4() const noexcept { return (this->head()[7] & 2) != 0; }
        [[nodiscard]] bool ipv6() const noexcept { return (this->head()[7] & 1) != 0; }
        /// What follows the last field; nothing is defined there.
        [[nodiscard]] std::span<Octet> trailing() const noexcept { return this->rest(); }
        void set_identifier(std::uint16_t value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            put_be16<4>(this->head(), value);
        }
        void set_sequence_number(std::uint8_t value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            this->head()[6] = value;
        }
        void set_state(icmp_neighbor_state value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            this->head()[7] = static_cast<std::uint8_t>((this->head()[7] & 0x1f) |
                                                        (static_cast<unsigned>(value) << 5));
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept
            : detail::icmp_view<Octet, header_len>(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// The checksum comes back forced, so that emission is the identity.
    /// Errors: not_this_message (type not 43).
    [[nodiscard]] SONDE_API static result<icmp_extended_echo_reply> read(view v) noexcept;
    /// What follows the last field.
    SONDE_API static void describe(view seen, field_sink& to);
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + trailing.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<icmp_extended_echo_reply> &&
              std::is_trivially_copyable_v<icmp_extended_echo_reply::view>);

}  // namespace sonde::inline v0
