#pragma once
/// One VLAN tag (IEEE 802.1Q-2022 s9.6), customer or service alike, as it lies behind the type that
/// announced it. Tags may follow tags to any depth: each says what comes next. The struct is what
/// it means; `view` is how it lies.
///
///     0               1               2               3
///    +-----+-+-----------------------+-------------------------------+
///    | PCP |D| VID                   | type or length                |
///    +-----+-+-----------------------+-------------------------------+
///    | payload
///
/// PCP: priority code point. D: drop eligible indicator (DEI). VID: VLAN identifier; 0 tags the
/// priority alone, 4095 is reserved.

#include <array>
#include <string_view>

#include <sonde/wire/automatics.hpp>
#include <sonde/wire/header_view.hpp>
#include <sonde/wire/link/ether_type.hpp>

namespace sonde::inline v0 {

struct vlan {
    static constexpr std::string_view name = "vlan";
    static constexpr std::string_view spec = "IEEE 802.1Q s9.6";
    static constexpr layer id = layer::vlan;
    static constexpr std::size_t header_len = 4;  // octets
    static constexpr std::array fields{
        field{"pcp", 0, 3},
        field{"dei", 3, 1},
        field{"vid", 4, 12},
        field{"type", 16, 16, field_kind::hex, detail::ether_type_field_name}};
    static constexpr std::array selected_by{detail::by_ether_type(ether_type::vlan),
                                            detail::by_ether_type(ether_type::service_vlan),
                                            detail::by_ether_type(ether_type::vlan_double_old)};

    // What a tag means, in host byte order. Borrows `payload` and `trailer`.
    std::uint8_t pcp = 0;  // 3 bits
    bool dei = false;
    std::uint16_t vid = 0;         // 12 bits
    automatic<ether_type> type{};  // the payload's length unless set
    bytes_view payload{};
    bytes_view trailer{};  // what follows the payload that a length declares
    static constexpr std::array automatics{
        automatic_field{"type", detail::type_or_length, is_forced<&vlan::type>::in}};

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
        [[nodiscard]] std::uint8_t pcp() const noexcept { return head()[0] >> 5; }
        [[nodiscard]] bool dei() const noexcept { return (head()[0] & 0x10) != 0; }
        [[nodiscard]] std::uint16_t vid() const noexcept { return be16<0>(head()) & 0x0fff; }
        [[nodiscard]] ether_type type() const noexcept { return ether_type(be16<2>(head())); }
        /// Whether the field is a length (1500 and less), as in IEEE 802.3 frames with LLC.
        [[nodiscard]] bool has_length() const noexcept {
            return be16<2>(head()) <= ieee_802_3_length_max;
        }
        /// As much as a length declares; all that follows a type.
        [[nodiscard]] std::span<Octet> payload() const noexcept {
            return rest().first(detail::type_or_length_payload_len(type(), rest().size()));
        }
        [[nodiscard]] std::span<Octet> trailer() const noexcept {
            return rest().subspan(payload().size());
        }
        [[nodiscard]] selector next_selector() const noexcept {
            return detail::type_or_length_selector(type(), payload());
        }
        void set_pcp(std::uint8_t value) const noexcept
            requires writable
        {
            head()[0] = static_cast<std::uint8_t>((head()[0] & 0x1f) | ((value & 7) << 5));
        }
        void set_dei(bool value) const noexcept
            requires writable
        {
            head()[0] = static_cast<std::uint8_t>((head()[0] & 0xef) | (value ? 0x10 : 0));
        }
        void set_vid(std::uint16_t value) const noexcept
            requires writable
        {
            put_be16<0>(head(),
                        static_cast<std::uint16_t>((be16<0>(head()) & 0xf000) | (value & 0x0fff)));
        }
        void set_type(ether_type value) const noexcept
            requires writable
        {
            put_be16<2>(head(), static_cast<std::uint16_t>(value));
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept : base(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Reads every field; the type comes back forced, so that emission is the identity.
    /// Errors: none.
    [[nodiscard]] SONDE_API static result<vlan> read(view v) noexcept;
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + payload.size() + trailer.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<vlan> && selectable<vlan> && carrier<vlan::view> &&
              std::is_trivially_copyable_v<vlan::view>);

}  // namespace sonde::inline v0
