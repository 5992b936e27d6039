#pragma once
/// Linux "cooked" captures, versions 1 and 2: what `-i any` gives in place of a link header
/// (LINKTYPE_LINUX_SLL and LINKTYPE_LINUX_SLL2 of draft-ietf-opsawg-pcaplinktype, a registry for
/// IANA). The structs are what they mean; `view` is how they lie.

#include <algorithm>
#include <array>
#include <string_view>

#include <sonde/wire/automatics.hpp>
#include <sonde/wire/header_view.hpp>
#include <sonde/wire/link/ether_type.hpp>
#include <sonde/wire/link/link_type.hpp>

namespace sonde::inline v0 {

/// How the packet passed this host.
enum class sll_packet_type : std::uint16_t { to_us, broadcast, multicast, to_others, from_us };
/// "to_us", "broadcast"...; empty for a number that has no name here.
[[nodiscard]] SONDE_API std::string_view to_string(sll_packet_type type) noexcept;

namespace detail {
[[nodiscard]] SONDE_API std::string_view sll_packet_type_field_name(std::uint64_t value) noexcept;
/// What follows, by the device's ARPHRD_ number and the protocol.
[[nodiscard]] SONDE_API selector sll_selector(std::uint16_t arphrd_type,
                                              ether_type protocol) noexcept;
inline constexpr std::size_t sll_address_len_max = 8;  // octets
}  // namespace detail

/// Version 1.
///
///     0               1               2               3
///    +-------------------------------+-------------------------------+
///    | packet type                   | ARPHRD_ type                  |
///    +-------------------------------+-------------------------------+
///    | address length                | address, 8 octets, the first  :
///    +-------------------------------+                               +
///    :                    "address length" of them are the sender's  :
///    +                               +-------------------------------+
///    :                               | protocol (an EtherType)       |
///    +-------------------------------+-------------------------------+
///    | payload
struct linux_sll {
    static constexpr std::string_view name = "linux_sll";
    static constexpr std::string_view spec = "LINKTYPE_LINUX_SLL";
    static constexpr layer id = layer::linux_sll;
    static constexpr std::size_t header_len = 16;  // octets
    static constexpr std::array fields{
        field{"packet_type", 0, 16, field_kind::number, detail::sll_packet_type_field_name},
        field{"arphrd_type", 16, 16},
        field{"address_length", 32, 16},
        field{"address", 48, 64, field_kind::octets},
        field{"protocol", 112, 16, field_kind::hex, detail::ether_type_field_name}};
    static constexpr std::array selected_by{detail::by_link_type(link_type::linux_sll)};

    // What it means, in host byte order. Borrows `payload`.
    sll_packet_type packet_type = sll_packet_type::to_us;
    std::uint16_t arphrd_type = 1;     // 1: Ethernet (ARPHRD_ETHER)
    std::uint16_t address_length = 6;  // octets; more than 8 were cut
    std::array<std::uint8_t, detail::sll_address_len_max> address{};
    automatic<ether_type> protocol{};  // from what it carries; `reserved` when nobody says
    bytes_view payload{};
    static constexpr std::array automatics{automatic_field{
        "protocol", detail::carried_ether_type<14>, is_forced<&linux_sll::protocol>::in}};

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
        [[nodiscard]] sll_packet_type packet_type() const noexcept {
            return sll_packet_type(be16<0>(head()));
        }
        [[nodiscard]] std::uint16_t arphrd_type() const noexcept { return be16<2>(head()); }
        [[nodiscard]] std::uint16_t address_length() const noexcept { return be16<4>(head()); }
        /// The sender's address, at most eight octets of it.
        [[nodiscard]] std::span<Octet> address() const noexcept {
            return padded_address().first(
                std::min<std::size_t>(address_length(), detail::sll_address_len_max));
        }
        [[nodiscard]] std::span<Octet, detail::sll_address_len_max> padded_address()
            const noexcept {
            return head().template subspan<6, detail::sll_address_len_max>();
        }
        [[nodiscard]] ether_type protocol() const noexcept { return ether_type(be16<14>(head())); }
        [[nodiscard]] std::span<Octet> payload() const noexcept { return rest(); }
        [[nodiscard]] selector next_selector() const noexcept {
            return detail::sll_selector(arphrd_type(), protocol());
        }
        void set_packet_type(sll_packet_type value) const noexcept
            requires writable
        {
            put_be16<0>(head(), static_cast<std::uint16_t>(value));
        }
        void set_protocol(ether_type value) const noexcept
            requires writable
        {
            put_be16<14>(head(), static_cast<std::uint16_t>(value));
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept : base(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Reads every field; what is automatic comes back forced. Errors: none.
    [[nodiscard]] SONDE_API static result<linux_sll> read(view v) noexcept;
    /// The sender's address without its padding.
    SONDE_API static void describe(view seen, field_sink& to);
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + payload.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<linux_sll> && selectable<linux_sll> && carrier<linux_sll::view> &&
              std::is_trivially_copyable_v<linux_sll::view>);

/// Version 2: the same in another order, with the interface.
///
///     0               1               2               3
///    +-------------------------------+-------------------------------+
///    | protocol (an EtherType)       | reserved                      |
///    +-------------------------------+-------------------------------+
///    | interface index                                               |
///    +-------------------------------+---------------+---------------+
///    | ARPHRD_ type                  | packet type   | address len   |
///    +-------------------------------+---------------+---------------+
///    | address, 8 octets, the first "address length" of them are the :
///    :                                                      sender's |
///    +---------------------------------------------------------------+
///    | payload
struct linux_sll2 {
    static constexpr std::string_view name = "linux_sll2";
    static constexpr std::string_view spec = "LINKTYPE_LINUX_SLL2";
    static constexpr layer id = layer::linux_sll2;
    static constexpr std::size_t header_len = 20;  // octets
    static constexpr std::array fields{
        field{"protocol", 0, 16, field_kind::hex, detail::ether_type_field_name},
        field{"reserved", 16, 16, field_kind::hex},
        field{"interface_index", 32, 32},
        field{"arphrd_type", 64, 16},
        field{"packet_type", 80, 8, field_kind::number, detail::sll_packet_type_field_name},
        field{"address_length", 88, 8},
        field{"address", 96, 64, field_kind::octets}};
    static constexpr std::array selected_by{detail::by_link_type(link_type::linux_sll2)};

    // What it means, in host byte order. Borrows `payload`.
    automatic<ether_type> protocol{};  // from what it carries; `reserved` when nobody says
    std::uint16_t reserved = 0;
    std::uint32_t interface_index = 0;
    std::uint16_t arphrd_type = 1;                         // 1: Ethernet (ARPHRD_ETHER)
    sll_packet_type packet_type = sll_packet_type::to_us;  // 8 bits on the wire
    std::uint8_t address_length = 6;                       // octets; more than 8 were cut
    std::array<std::uint8_t, detail::sll_address_len_max> address{};
    bytes_view payload{};
    static constexpr std::array automatics{automatic_field{
        "protocol", detail::carried_ether_type<0>, is_forced<&linux_sll2::protocol>::in}};

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
        [[nodiscard]] ether_type protocol() const noexcept { return ether_type(be16<0>(head())); }
        [[nodiscard]] std::uint16_t reserved() const noexcept { return be16<2>(head()); }
        [[nodiscard]] std::uint32_t interface_index() const noexcept { return be32<4>(head()); }
        [[nodiscard]] std::uint16_t arphrd_type() const noexcept { return be16<8>(head()); }
        [[nodiscard]] sll_packet_type packet_type() const noexcept {
            return sll_packet_type(head()[10]);
        }
        [[nodiscard]] std::uint8_t address_length() const noexcept { return head()[11]; }
        /// The sender's address, at most eight octets of it.
        [[nodiscard]] std::span<Octet> address() const noexcept {
            return padded_address().first(
                std::min<std::size_t>(address_length(), detail::sll_address_len_max));
        }
        [[nodiscard]] std::span<Octet, detail::sll_address_len_max> padded_address()
            const noexcept {
            return head().template subspan<12, detail::sll_address_len_max>();
        }
        [[nodiscard]] std::span<Octet> payload() const noexcept { return rest(); }
        [[nodiscard]] selector next_selector() const noexcept {
            return detail::sll_selector(arphrd_type(), protocol());
        }
        void set_protocol(ether_type value) const noexcept
            requires writable
        {
            put_be16<0>(head(), static_cast<std::uint16_t>(value));
        }
        void set_interface_index(std::uint32_t value) const noexcept
            requires writable
        {
            put_be32<4>(head(), value);
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept : base(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Reads every field; what is automatic comes back forced. Errors: none.
    [[nodiscard]] SONDE_API static result<linux_sll2> read(view v) noexcept;
    /// The sender's address without its padding.
    SONDE_API static void describe(view seen, field_sink& to);
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + payload.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<linux_sll2> && selectable<linux_sll2> && carrier<linux_sll2::view> &&
              std::is_trivially_copyable_v<linux_sll2::view>);

}  // namespace sonde::inline v0
