#pragma once
/// Ethernet (IEEE 802.3-2022 s3), as captured: without preamble and, as a rule, without the frame
/// check sequence. The struct is what it means; `view` is how it lies.
///
///     0               1               2               3
///    +---------------------------------------------------------------+
///    | destination, 6 octets         :                               |
///    +-------------------------------+-------------------------------+
///    |                               : source, 6 octets              |
///    +---------------------------------------------------------------+
///    | type (1536 and more) or length (1500 and less)                |
///    +-------------------------------+-------------------------------+
///    | payload, then padding up to 46 octets and whatever trailer
///
/// A length bounds the payload and says that LLC follows. A type does not: the protocol above knows
/// how long it is, and split_trailer() parts what it left.

#include <algorithm>
#include <array>
#include <string_view>

#include <sonde/base/address.hpp>
#include <sonde/wire/automatics.hpp>
#include <sonde/wire/header_view.hpp>
#include <sonde/wire/link/ether_type.hpp>
#include <sonde/wire/link/link_type.hpp>

namespace sonde::inline v0 {

struct ethernet {
    static constexpr std::string_view name = "ethernet";
    static constexpr std::string_view spec = "IEEE 802.3 s3";
    static constexpr layer id = layer::ethernet;
    static constexpr std::size_t header_len = 14;       // octets
    static constexpr std::size_t payload_len_min = 46;  // octets, IEEE 802.3 s3.2.8: else padded
    static constexpr std::array fields{
        field{"destination", 0, 48, field_kind::mac},
        field{"source", 48, 48, field_kind::mac},
        field{"type", 96, 16, field_kind::hex, detail::ether_type_field_name}};
    static constexpr std::array selected_by{
        detail::by_link_type(link_type::ethernet),
        detail::by_ether_type(ether_type::transparent_bridging),
        selector{selector_kind::ip_protocol, 143}};  // RFC 8986 s4.9

    // What a frame means. Borrows `payload` and `trailer`.
    mac_address destination{};
    mac_address source{};
    automatic<ether_type> type{};  // the payload's length unless set
    bytes_view payload{};
    bytes_view trailer{};  // padding and what else follows
    bool padded = false;   // with zeros before the trailer, up to payload_len_min
    static constexpr std::array automatics{
        automatic_field{"type", detail::type_or_length, is_forced<&ethernet::type>::in}};

    /// Payload and the octets behind it.
    template <class Octet>
    struct parts {
        std::span<Octet> payload;
        std::span<Octet> trailer;
    };

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
        [[nodiscard]] mac_address destination() const noexcept {
            return mac_address::from_octets(head().template subspan<0, 6>());
        }
        [[nodiscard]] mac_address source() const noexcept {
            return mac_address::from_octets(head().template subspan<6, 6>());
        }
        /// The field as it stands, type or length.
        [[nodiscard]] ether_type type() const noexcept { return ether_type(be16<12>(head())); }
        /// Whether the field is a length (1500 and less), as in IEEE 802.3 frames with LLC.
        [[nodiscard]] bool has_length() const noexcept {
            return be16<12>(head()) <= ieee_802_3_length_max;
        }
        /// As much as a length declares; all that follows a type.
        [[nodiscard]] std::span<Octet> payload() const noexcept {
            return rest().first(detail::type_or_length_payload_len(type(), rest().size()));
        }
        /// What follows the payload that a length declares; nothing after a type.
        [[nodiscard]] std::span<Octet> trailer() const noexcept {
            return rest().subspan(payload().size());
        }
        /// The frame's octets parted by someone who knows: `payload_len` octets, at most what is
        /// there, belong to the protocol above.
        [[nodiscard]] parts<Octet> split_trailer(std::size_t payload_len) const noexcept {
            const std::size_t len = std::min(payload_len, rest().size());
            return {rest().first(len), rest().subspan(len)};
        }
        [[nodiscard]] selector next_selector() const noexcept {
            return detail::type_or_length_selector(type(), payload());
        }
        void set_destination(const mac_address& value) const noexcept
            requires writable
        {
            value.write(head().template subspan<0, 6>());
        }
        void set_source(const mac_address& value) const noexcept
            requires writable
        {
            value.write(head().template subspan<6, 6>());
        }
        void set_type(ether_type value) const noexcept
            requires writable
        {
            put_be16<12>(head(), static_cast<std::uint16_t>(value));
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept : base(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Reads every field; the type comes back forced, so that emission is the identity.
    /// Errors: none.
    [[nodiscard]] SONDE_API static result<ethernet> read(view v) noexcept;
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + payload.size() + padding_len() + trailer.size();
    }  // octets
    /// Octets of zero that `padded` adds.
    [[nodiscard]] std::size_t padding_len() const noexcept {
        const bool adds = padded && payload.size() < payload_len_min;
        return adds ? payload_len_min - payload.size() : 0;
    }
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<ethernet> && selectable<ethernet> && carrier<ethernet::view> &&
              std::is_trivially_copyable_v<ethernet::view>);

}  // namespace sonde::inline v0
