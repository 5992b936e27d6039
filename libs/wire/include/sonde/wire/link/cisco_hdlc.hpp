#pragma once
/// Cisco's HDLC (LINKTYPE_C_HDLC; RFC 1547 s4.3.1 tells of it): four octets before the datagram of
/// a serial line. The struct is what it means; `view` is how it lies.
///
///     0               1               2               3
///    +---------------+---------------+-------------------------------+
///    | address       | control: 0    | protocol (an EtherType)       |
///    +---------------+---------------+-------------------------------+
///    | payload

#include <array>
#include <string_view>

#include <sonde/wire/automatics.hpp>
#include <sonde/wire/header_view.hpp>
#include <sonde/wire/link/ether_type.hpp>
#include <sonde/wire/link/link_type.hpp>

namespace sonde::inline v0 {

struct cisco_hdlc {
    static constexpr std::string_view name = "cisco_hdlc";
    static constexpr std::string_view spec = "LINKTYPE_C_HDLC";
    static constexpr layer id = layer::cisco_hdlc;
    static constexpr std::size_t header_len = 4;  // octets
    static constexpr std::uint8_t address_unicast = 0x0f;
    static constexpr std::uint8_t address_multicast = 0x8f;
    static constexpr std::array fields{
        field{"address", 0, 8, field_kind::hex},
        field{"control", 8, 8, field_kind::hex},
        field{"protocol", 16, 16, field_kind::hex, detail::ether_type_field_name}};
    static constexpr std::array selected_by{detail::by_link_type(link_type::cisco_hdlc)};

    // What it means, in host byte order. Borrows `payload`.
    std::uint8_t address = address_unicast;
    std::uint8_t control = 0;
    automatic<ether_type> protocol{};  // from what it carries; `reserved` when nobody says
    bytes_view payload{};
    static constexpr std::array automatics{automatic_field{
        "protocol", detail::carried_ether_type<2>, is_forced<&cisco_hdlc::protocol>::in}};

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
        [[nodiscard]] std::uint8_t address() const noexcept { return head()[0]; }
        [[nodiscard]] std::uint8_t control() const noexcept { return head()[1]; }
        [[nodiscard]] ether_type protocol() const noexcept { return ether_type(be16<2>(head())); }
        [[nodiscard]] std::span<Octet> payload() const noexcept { return rest(); }
        /// The number of Reverse ARP means Cisco's own keepalive here (SLARP).
        [[nodiscard]] selector next_selector() const noexcept {
            if (protocol() == ether_type::reverse_arp) return {};
            return detail::ether_type_selector(protocol());
        }
        void set_protocol(ether_type value) const noexcept
            requires writable
        {
            put_be16<2>(head(), static_cast<std::uint16_t>(value));
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept : base(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Reads every field; what is automatic comes back forced. Errors: none.
    [[nodiscard]] SONDE_API static result<cisco_hdlc> read(view v) noexcept;
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + payload.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<cisco_hdlc> && selectable<cisco_hdlc> && carrier<cisco_hdlc::view> &&
              std::is_trivially_copyable_v<cisco_hdlc::view>);

}  // namespace sonde::inline v0
