#pragma once
/// Logical link control (IEEE 802.2 / ISO 8802-2 s3 and s5) and the subnetwork access protocol on
/// top of it (IEEE 802-2014 s9.5, RFC 1042). Found in Ethernet frames that carry a length, in VLAN
/// tags and in Linux's cooked captures. The structs are what they mean; `view` is how they lie.
///
///     0               1               2               3
///    +---------------+---------------+---------------+---------------+
///    | DSAP        |G| SSAP        |R| control       | (control)     |
///    +---------------+---------------+---------------+---------------+
///
/// G: a group of service access points. R: a response. The control field is one octet in
/// unnumbered frames (low bits 11) and two in information and supervisory frames.

#include <algorithm>
#include <array>
#include <string_view>

#include <sonde/wire/automatics.hpp>
#include <sonde/wire/header_view.hpp>
#include <sonde/wire/link/ether_type.hpp>

namespace sonde::inline v0 {

/// Service access points, as they stand in the octet (IEEE 802.2 SAP registry).
enum class llc_sap : std::uint8_t {
    null = 0x00,
    management = 0x02,
    sna = 0x04,
    ip = 0x06,
    spanning_tree = 0x42,
    x25 = 0x7e,
    xns = 0x80,
    snap = 0xaa,
    banyan_vines = 0xbc,
    netware = 0xe0,
    netbios = 0xf0,
    iso_network_layer = 0xfe,
    global = 0xff,
};
/// "spanning_tree", "snap"...; empty for a number that has no name here.
[[nodiscard]] SONDE_API std::string_view to_string(llc_sap sap) noexcept;

/// The three forms of the control field (ISO 8802-2 s5.2).
enum class llc_format : std::uint8_t { information, supervisory, unnumbered };

namespace detail {
[[nodiscard]] SONDE_API std::string_view llc_sap_field_name(std::uint64_t value) noexcept;
}

struct llc {
    static constexpr std::string_view name = "llc";
    static constexpr std::string_view spec = "IEEE 802.2";
    static constexpr layer id = layer::llc;
    static constexpr std::size_t header_len = 3;  // octets, with one octet of control
    static constexpr std::uint16_t unnumbered_information = 0x03;  // control, ISO 8802-2 s5.4
    static constexpr std::array fields{
        field{"dsap", 0, 8, field_kind::hex, detail::llc_sap_field_name},
        field{"ssap", 8, 8, field_kind::hex, detail::llc_sap_field_name},
        field{"control_first_octet", 16, 8, field_kind::hex}};
    static constexpr std::array selected_by{detail::by_ether_type(ether_type::llc)};

    // What a frame means. Borrows `payload`.
    automatic<llc_sap> dsap{};                       // SNAP when nobody says
    automatic<llc_sap> ssap{};                       // the same as the destination's unless set
    std::uint16_t control = unnumbered_information;  // low octet first; two octets by its low bits
    bool control_cut = false;                        // only the first octet of two was captured
    bytes_view payload{};
    static constexpr std::array automatics{
        automatic_field{"dsap", detail::llc_destination, is_forced<&llc::dsap>::in},
        automatic_field{"ssap", detail::llc_source, is_forced<&llc::ssap>::in}};

    /// The octets as they lie; any bit pattern is fine, nothing is judged. Borrows them: invalid
    /// once they are freed or reused. Two words; pass by value.
    template <class Octet>
    class basic_view : public detail::header_view<Octet, header_len> {
        static constexpr bool writable = !std::is_const_v<Octet>;
        using base = detail::header_view<Octet, header_len>;
        using base::head;

      public:
        /// Errors: truncated (fewer than `header_len` octets).
        [[nodiscard]] static result<basic_view> parse(
            std::span<Octet> in SONDE_LIFETIMEBOUND) noexcept {
            if (in.size() < header_len) return truncated(id, header_len, in.size());
            return basic_view(in);
        }
        static result<basic_view> parse(dying_octets auto&&) = delete;
        /// With the group bit.
        [[nodiscard]] llc_sap dsap() const noexcept { return llc_sap(head()[0]); }
        /// With the response bit.
        [[nodiscard]] llc_sap ssap() const noexcept { return llc_sap(head()[1]); }
        [[nodiscard]] bool is_group() const noexcept { return (head()[0] & 1) != 0; }
        [[nodiscard]] bool is_response() const noexcept { return (head()[1] & 1) != 0; }
        [[nodiscard]] std::uint8_t control_first_octet() const noexcept { return head()[2]; }
        [[nodiscard]] llc_format format() const noexcept {
            if ((head()[2] & 1) == 0) return llc_format::information;
            return (head()[2] & 2) == 0 ? llc_format::supervisory : llc_format::unnumbered;
        }
        /// Octets of the header, as the control field declares.
        [[nodiscard]] std::size_t header_length() const noexcept {
            return format() == llc_format::unnumbered ? header_len : header_len + 1;
        }
        /// Errors: truncated (the second octet of control is not there).
        [[nodiscard]] result<std::size_t> checked_header_length() const noexcept {
            if (header_length() <= this->octets().size()) return header_length();
            return truncated(id, header_length(), this->octets().size());
        }
        /// One octet, or two with the first in the low half, as far as they are there.
        [[nodiscard]] std::uint16_t control() const noexcept {
            const auto all = this->octets().subspan(2, payload_at() - 2);
            return all.size() == 1 ? all[0] : static_cast<std::uint16_t>(all[0] | (all[1] << 8));
        }
        /// Poll in a command, final in a response.
        [[nodiscard]] bool poll_final() const noexcept {
            return format() == llc_format::unnumbered ? (head()[2] & 0x10) != 0
                                                      : (control() & 0x100) != 0;
        }
        /// N(S) of an information frame, 7 bits.
        [[nodiscard]] std::uint8_t send_sequence_number() const noexcept { return head()[2] >> 1; }
        /// N(R) of an information or supervisory frame, 7 bits.
        [[nodiscard]] std::uint8_t receive_sequence_number() const noexcept {
            return static_cast<std::uint8_t>(control() >> 9);
        }
        [[nodiscard]] std::span<Octet> payload() const noexcept {
            return this->octets().subspan(payload_at());
        }
        /// Information, numbered or not, belongs to the destination; other frames are LLC's own.
        [[nodiscard]] selector next_selector() const noexcept {
            const bool data = format() == llc_format::information ||
                              (control_first_octet() & 0xef) == unnumbered_information;
            if (!data) return {};
            return {selector_kind::llc_sap, head()[0]};
        }
        void set_dsap(llc_sap value) const noexcept
            requires writable
        {
            head()[0] = static_cast<std::uint8_t>(value);
        }
        void set_ssap(llc_sap value) const noexcept
            requires writable
        {
            head()[1] = static_cast<std::uint8_t>(value);
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept : base(octets) {}
        [[nodiscard]] std::size_t payload_at() const noexcept {
            return std::min(header_length(), this->octets().size());
        }
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Reads every field; the access points come back forced, so that emission is the identity.
    /// Errors: none.
    [[nodiscard]] SONDE_API static result<llc> read(view v) noexcept;
    /// The whole control field.
    SONDE_API static void describe(view seen, field_sink& to);
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + (has_second_control_octet() ? 1 : 0) + payload.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;

  private:
    [[nodiscard]] bool has_second_control_octet() const noexcept {
        return (control & 3) != 3 && !control_cut;
    }
};
static_assert(protocol<llc> && selectable<llc> && carrier<llc::view> &&
              std::is_trivially_copyable_v<llc::view>);

/// Subnetwork access protocol (IEEE 802-2014 s9.5): five octets behind LLC's 0xaa.
///
///     0               1               2               3
///    +-----------------------------------------------+---------------+
///    | organizationally unique identifier            | protocol      :
///    +---------------+-------------------------------+---------------+
///    :  identifier   | payload
struct snap {
    static constexpr std::string_view name = "snap";
    static constexpr std::string_view spec = "IEEE 802 s9.5";
    static constexpr layer id = layer::snap;
    static constexpr std::size_t header_len = 5;  // octets
    static constexpr std::array fields{
        field{"oui", 0, 24, field_kind::hex},
        field{"protocol_identifier", 24, 16, field_kind::hex, detail::ether_type_field_name}};
    static constexpr std::array selected_by{
        selector{selector_kind::llc_sap, static_cast<std::uint32_t>(llc_sap::snap)}};

    static constexpr std::uint32_t oui_encapsulated_ethernet = 0x000000;  // RFC 1042
    static constexpr std::uint32_t oui_bridge_tunnel = 0x0000f8;          // IEEE 802.1H
    static constexpr std::uint32_t oui_cisco = 0x00000c;
    static constexpr std::uint32_t oui_ieee_8021 = 0x0080c2;
    static constexpr std::uint32_t oui_apple = 0x080007;  // protocol identifiers are EtherTypes

    // What it means, in host byte order. Borrows `payload`.
    std::uint32_t oui = oui_encapsulated_ethernet;   // 24 bits
    automatic<std::uint16_t> protocol_identifier{};  // an EtherType where the identifier says so
    bytes_view payload{};
    static constexpr std::array automatics{automatic_field{
        "protocol_identifier", detail::snap_protocol, is_forced<&snap::protocol_identifier>::in}};

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
        [[nodiscard]] std::uint32_t oui() const noexcept { return detail::be24<0>(head()); }
        [[nodiscard]] std::uint16_t protocol_identifier() const noexcept { return be16<3>(head()); }
        [[nodiscard]] std::span<Octet> payload() const noexcept { return rest(); }
        [[nodiscard]] selector next_selector() const noexcept {
            switch (oui()) {
                case oui_encapsulated_ethernet:
                case oui_bridge_tunnel:
                case oui_apple:
                    return detail::ether_type_selector(ether_type(protocol_identifier()));
                case oui_cisco:
                    return {selector_kind::snap_cisco, protocol_identifier()};
                case oui_ieee_8021:
                    return {selector_kind::snap_ieee_8021, protocol_identifier()};
                default:
                    return {};
            }
        }
        void set_oui(std::uint32_t value) const noexcept
            requires writable
        {
            detail::put_be24<0>(head(), value);
        }
        void set_protocol_identifier(std::uint16_t value) const noexcept
            requires writable
        {
            put_be16<3>(head(), value);
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept : base(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Reads every field; what is automatic comes back forced. Errors: none.
    [[nodiscard]] SONDE_API static result<snap> read(view v) noexcept;
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + payload.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<snap> && selectable<snap> && carrier<snap::view> &&
              std::is_trivially_copyable_v<snap::view>);

}  // namespace sonde::inline v0
