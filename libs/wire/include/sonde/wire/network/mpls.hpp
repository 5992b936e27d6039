#pragma once
/// MPLS (RFC 3032 s2.1): one entry of a label stack, as deep as the stack may be; and the word that
/// stands before the frame of a pseudowire (RFC 4385). The structs are what they mean; `view` is
/// how they lie.
///
///     0               1               2               3
///    +---------------------------------------+-----+-+---------------+
///    | label                                 | TC  |S| time to live  |
///    +---------------------------------------+-----+-+---------------+
///    | the next entry, or what the last label carries
///
/// S: bottom of stack. TC: traffic class, once "experimental" (RFC 5462).
///
/// Nothing in the stack says what it carries. Explicit null labels do (RFC 3032 s2.1); for others
/// the first four bits are the convention of RFC 4928 s3: 4 and 6 are IP, 0 a pseudowire's control
/// word, 1 its associated channel. An Ethernet frame without control word is not told from these.

#include <array>
#include <string_view>

#include <sonde/wire/automatics.hpp>
#include <sonde/wire/header_view.hpp>
#include <sonde/wire/link/ether_type.hpp>
#include <sonde/wire/link/link_type.hpp>

namespace sonde::inline v0 {

/// Labels that mean something everywhere (IANA, Special-Purpose MPLS Label Values).
/// "ipv4_explicit_null", "router_alert"...; empty for every other label.
[[nodiscard]] SONDE_API std::string_view mpls_label_name(std::uint32_t label) noexcept;

namespace detail {
[[nodiscard]] SONDE_API std::string_view mpls_label_field_name(std::uint64_t value) noexcept;
/// What the octets behind the last entry of a stack are taken for.
[[nodiscard]] SONDE_API selector mpls_payload_selector(std::uint32_t label,
                                                       bytes_view payload) noexcept;
}  // namespace detail

struct mpls {
    static constexpr std::string_view name = "mpls";
    static constexpr std::string_view spec = "RFC 3032 s2.1";
    static constexpr layer id = layer::mpls;
    static constexpr std::size_t header_len = 4;  // octets
    static constexpr std::array fields{
        field{"label", 0, 20, field_kind::number, detail::mpls_label_field_name},
        field{"traffic_class", 20, 3},
        field{"bottom_of_stack", 23, 1},
        field{"time_to_live", 24, 8}};
    static constexpr std::array selected_by{detail::by_ether_type(ether_type::mpls),
                                            detail::by_ether_type(ether_type::mpls_upstream),
                                            selector{selector_kind::ppp_protocol, 0x0281},
                                            selector{selector_kind::ppp_protocol, 0x0283},
                                            selector{selector_kind::ip_protocol, 137},  // RFC 4023
                                            selector{selector_kind::udp_port, 6635}};   // RFC 7510

    static constexpr std::uint32_t ipv4_explicit_null = 0;
    static constexpr std::uint32_t router_alert = 1;
    static constexpr std::uint32_t ipv6_explicit_null = 2;
    static constexpr std::uint32_t implicit_null = 3;                // never on the wire
    static constexpr std::uint32_t entropy_label_indicator = 7;      // RFC 6790
    static constexpr std::uint32_t generic_associated_channel = 13;  // RFC 5586

    // What an entry means, in host byte order. Borrows `payload`.
    std::uint32_t label = 0;            // 20 bits
    std::uint8_t traffic_class = 0;     // 3 bits
    automatic<bool> bottom_of_stack{};  // from what it carries; true when nobody says
    std::uint8_t time_to_live = 64;
    bytes_view payload{};
    static constexpr std::array automatics{automatic_field{
        "bottom_of_stack", detail::mpls_bottom, is_forced<&mpls::bottom_of_stack>::in}};

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
        [[nodiscard]] std::uint32_t label() const noexcept { return be32<0>(head()) >> 12; }
        [[nodiscard]] std::uint8_t traffic_class() const noexcept { return (head()[2] >> 1) & 7; }
        [[nodiscard]] bool bottom_of_stack() const noexcept { return (head()[2] & 1) != 0; }
        [[nodiscard]] std::uint8_t time_to_live() const noexcept { return head()[3]; }
        [[nodiscard]] std::span<Octet> payload() const noexcept { return rest(); }
        /// Another entry, or what the first octet of the payload looks like.
        [[nodiscard]] selector next_selector() const noexcept {
            if (!bottom_of_stack()) return detail::by_ether_type(ether_type::mpls);
            return detail::mpls_payload_selector(label(), payload());
        }
        void set_label(std::uint32_t value) const noexcept
            requires writable
        {
            put_be32<0>(head(), (be32<0>(head()) & 0x00000fff) | (value << 12));
        }
        void set_traffic_class(std::uint8_t value) const noexcept
            requires writable
        {
            head()[2] = static_cast<std::uint8_t>((head()[2] & 0xf1) | ((value & 7) << 1));
        }
        void set_bottom_of_stack(bool value) const noexcept
            requires writable
        {
            head()[2] = static_cast<std::uint8_t>((head()[2] & 0xfe) | (value ? 1 : 0));
        }
        void set_time_to_live(std::uint8_t value) const noexcept
            requires writable
        {
            head()[3] = value;
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept : base(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Reads every field; what is automatic comes back forced. Errors: none.
    [[nodiscard]] SONDE_API static result<mpls> read(view v) noexcept;
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + payload.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<mpls> && selectable<mpls> && carrier<mpls::view> &&
              std::is_trivially_copyable_v<mpls::view>);

/// The control word of a pseudowire (RFC 4385 s3, RFC 4448 s4.6).
///
///     0               1               2               3
///    +-------+-------+---+-----------+-------------------------------+
///    | 0     | flags |FRG| length    | sequence number               |
///    +-------+-------+---+-----------+-------------------------------+
///    | frame
struct pseudowire_control_word {
    static constexpr std::string_view name = "pseudowire_control_word";
    static constexpr std::string_view spec = "RFC 4385 s3";
    static constexpr layer id = layer::pseudowire_control_word;
    static constexpr std::size_t header_len = 4;  // octets
    static constexpr std::array fields{field{"zero", 0, 4},
                                       field{"flags", 4, 4, field_kind::hex},
                                       field{"fragmentation", 8, 2},
                                       field{"length", 10, 6},
                                       field{"sequence_number", 16, 16}};
    static constexpr std::array selected_by{selector{selector_kind::mpls_payload, 0}};

    // What it means, in host byte order. Borrows `payload`.
    std::uint8_t zero = 0;              // 4 bits; anything else is no control word
    std::uint8_t flags = 0;             // 4 bits, by the kind of pseudowire
    std::uint8_t fragmentation = 0;     // 2 bits, RFC 4623 s4.2
    std::uint8_t length = 0;            // 6 bits: octets of word and payload when below 64, else 0
    std::uint16_t sequence_number = 0;  // 0: not used
    bytes_view payload{};

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
        [[nodiscard]] std::uint8_t zero() const noexcept { return head()[0] >> 4; }
        [[nodiscard]] std::uint8_t flags() const noexcept { return head()[0] & 0x0f; }
        [[nodiscard]] std::uint8_t fragmentation() const noexcept { return head()[1] >> 6; }
        [[nodiscard]] std::uint8_t length() const noexcept { return head()[1] & 0x3f; }
        [[nodiscard]] std::uint16_t sequence_number() const noexcept { return be16<2>(head()); }
        [[nodiscard]] std::span<Octet> payload() const noexcept { return rest(); }
        /// Ethernet: the kind of a pseudowire is agreed elsewhere, and this is the usual one.
        [[nodiscard]] selector next_selector() const noexcept {
            return detail::by_link_type(link_type::ethernet);
        }
        void set_sequence_number(std::uint16_t value) const noexcept
            requires writable
        {
            put_be16<2>(head(), value);
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept : base(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Errors: none.
    [[nodiscard]] SONDE_API static result<pseudowire_control_word> read(view v) noexcept;
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + payload.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<pseudowire_control_word> && selectable<pseudowire_control_word> &&
              carrier<pseudowire_control_word::view>);

}  // namespace sonde::inline v0
