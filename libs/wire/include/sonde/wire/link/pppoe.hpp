#pragma once
/// PPP over Ethernet (RFC 2516 s4): discovery, whose payload is a list of tags, and session, whose
/// payload is PPP without address and control. The struct is what it means; `view` is how it lies.
///
///     0               1               2               3
///    +-------+-------+---------------+-------------------------------+
///    | ver 1 | type 1| code          | session identifier            |
///    +-------+-------+---------------+-------------------------------+
///    | length of the payload         | payload
///    +-------------------------------+

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include <sonde/wire/automatics.hpp>
#include <sonde/wire/element_range.hpp>
#include <sonde/wire/header_view.hpp>
#include <sonde/wire/link/ether_type.hpp>

namespace sonde::inline v0 {

/// RFC 2516 s5 and s6; RFC 5578 s5 for the last three. Other values stay representable.
enum class pppoe_code : std::uint8_t {
    session = 0x00,
    padi = 0x09,  // initiation
    padg = 0x0a,  // session-grant
    padc = 0x0b,  // session-credit response
    padq = 0x0c,  // quality
    pado = 0x07,  // offer
    padr = 0x19,  // request
    pads = 0x65,  // session-confirmation
    padt = 0xa7,  // terminate
};
/// "PADI", "session"...; empty for a number that has no name here.
[[nodiscard]] SONDE_API std::string_view to_string(pppoe_code code) noexcept;

/// RFC 2516 appendix A, RFC 4638 s4, IANA PPPoE Tag Values. Other values stay representable.
enum class pppoe_tag_type : std::uint16_t {
    end_of_list = 0x0000,
    service_name = 0x0101,
    ac_name = 0x0102,
    host_uniq = 0x0103,
    ac_cookie = 0x0104,
    vendor_specific = 0x0105,
    credits = 0x0106,
    metrics = 0x0107,
    sequence_number = 0x0108,
    credit_scale_factor = 0x0109,
    relay_session_id = 0x0110,
    ppp_max_payload = 0x0120,
    service_name_error = 0x0201,
    ac_system_error = 0x0202,
    generic_error = 0x0203,
};
/// "Service-Name", "AC-Cookie"...; empty for a number that has no name here.
[[nodiscard]] SONDE_API std::string_view to_string(pppoe_tag_type type) noexcept;

/// One tag: a type, a length, a value. `view` is how it lies.
struct pppoe_tag {
    static constexpr std::size_t header_len = 4;  // octets

    pppoe_tag_type type = pppoe_tag_type::service_name;
    bytes_view value{};  // borrowed; at most 65535 octets

    /// Borrows the octets of one tag.
    class view {
      public:
        /// Takes one tag from the front of `rest`.
        /// Errors: truncated (fewer octets than the tag declares).
        [[nodiscard]] SONDE_API static result<view> parse(
            bytes_view rest SONDE_LIFETIMEBOUND) noexcept;
        [[nodiscard]] pppoe_tag_type type() const noexcept {
            return pppoe_tag_type(be16_at(octets_, 0));
        }
        [[nodiscard]] bytes_view value() const noexcept { return octets_.subspan(header_len); }
        [[nodiscard]] bytes_view octets() const noexcept { return octets_; }

      private:
        explicit view(bytes_view octets) noexcept : octets_(octets) {}
        bytes_view octets_;  // all of the tag
    };

    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + value.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
using pppoe_tags = element_range<pppoe_tag::view>;

namespace detail {
[[nodiscard]] SONDE_API std::string_view pppoe_code_field_name(std::uint64_t value) noexcept;
}

struct pppoe {
    static constexpr std::string_view name = "pppoe";
    static constexpr std::string_view spec = "RFC 2516 s4";
    static constexpr layer id = layer::pppoe;
    static constexpr std::size_t header_len = 6;  // octets
    static constexpr std::array fields{
        field{"version", 0, 4},
        field{"type", 4, 4},
        field{"code", 8, 8, field_kind::hex, detail::pppoe_code_field_name},
        field{"session_id", 16, 16, field_kind::hex},
        field{"length", 32, 16}};
    static constexpr std::array selected_by{detail::by_ether_type(ether_type::pppoe_discovery),
                                            detail::by_ether_type(ether_type::pppoe_session)};

    // What a packet means, in host byte order. Borrows `payload` and `trailer`.
    std::uint8_t version = 1;  // 4 bits
    std::uint8_t type = 1;     // 4 bits
    pppoe_code code = pppoe_code::session;
    std::uint16_t session_id = 0;
    automatic<std::uint16_t> length{};  // octets of payload; computed unless set
    bytes_view payload{};               // PPP, or whole tags: see pppoe_tag::emit
    bytes_view trailer{};               // what follows the payload, for example padding
    static constexpr std::array automatics{
        automatic_field{"length", detail::inside_len, is_forced<&pppoe::length>::in}};

    /// The octets as they lie; any bit pattern is fine, nothing is judged. Borrows them: invalid
    /// once they are freed or reused. Two words; pass by value.
    template <class Octet>
    class basic_view : public detail::header_view<Octet, header_len> {
        static constexpr bool writable = !std::is_const_v<Octet>;
        using base = detail::header_view<Octet, header_len>;
        using base::head;
        using base::rest;

      public:
        /// Errors: truncated (fewer than `header_len` octets).
        [[nodiscard]] static result<basic_view> parse(
            std::span<Octet> in SONDE_LIFETIMEBOUND) noexcept {
            if (in.size() < header_len) return truncated(id, header_len, in.size());
            return basic_view(in);
        }
        static result<basic_view> parse(dying_octets auto&&) = delete;
        [[nodiscard]] std::uint8_t version() const noexcept { return head()[0] >> 4; }
        [[nodiscard]] std::uint8_t type() const noexcept { return head()[0] & 0x0f; }
        [[nodiscard]] pppoe_code code() const noexcept { return pppoe_code(head()[1]); }
        [[nodiscard]] std::uint16_t session_id() const noexcept { return be16<2>(head()); }
        [[nodiscard]] std::uint16_t length() const noexcept { return be16<4>(head()); }
        /// As much as is declared and captured.
        [[nodiscard]] std::span<Octet> payload() const noexcept {
            return rest().first(std::min<std::size_t>(length(), rest().size()));
        }
        [[nodiscard]] std::span<Octet> trailer() const noexcept {
            return rest().subspan(payload().size());
        }
        /// The tags of a discovery packet; those of a session are an accident. Offsets in errors
        /// count from the start of this header. Ends with the payload, not at an End-Of-List.
        [[nodiscard]] pppoe_tags tags() const noexcept {
            return pppoe_tags(payload(), {}, header_len);
        }
        /// PPP in a session; tags are this protocol's own.
        [[nodiscard]] selector next_selector() const noexcept {
            if (code() != pppoe_code::session) return {};
            return detail::by_ether_type(ether_type::ppp);
        }
        void set_code(pppoe_code value) const noexcept
            requires writable
        {
            head()[1] = static_cast<std::uint8_t>(value);
        }
        void set_session_id(std::uint16_t value) const noexcept
            requires writable
        {
            put_be16<2>(head(), value);
        }
        void set_length(std::uint16_t value) const noexcept
            requires writable
        {
            put_be16<4>(head(), value);
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept : base(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Reads every field; the length comes back forced, so that emission is the identity.
    /// Errors: none.
    [[nodiscard]] SONDE_API static result<pppoe> read(view v) noexcept;
    /// The tags of a discovery packet.
    SONDE_API static void describe(view seen, field_sink& to);
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + payload.size() + trailer.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<pppoe> && selectable<pppoe> && carrier<pppoe::view> &&
              std::is_trivially_copyable_v<pppoe::view>);

}  // namespace sonde::inline v0
