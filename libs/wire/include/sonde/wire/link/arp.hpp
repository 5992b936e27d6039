#pragma once
/// Address Resolution Protocol (RFC 826), with Reverse ARP (RFC 903) and Inverse ARP (RFC 2390),
/// for addresses of any length. `arp` and its `view` are how it lies; `arp_ipv4` is what nearly all
/// of it means.
///
///     0               1               2               3
///    +-------------------------------+-------------------------------+
///    | hardware type (1: Ethernet)   | protocol type (an EtherType)  |
///    +---------------+---------------+-------------------------------+
///    | hardware len  | protocol len  | operation                     |
///    +---------------+---------------+-------------------------------+
///    | sender hardware address, sender protocol address,
///    | target hardware address, target protocol address, each as long as declared

#include <array>
#include <optional>
#include <string_view>

#include <sonde/base/address.hpp>
#include <sonde/wire/header_view.hpp>
#include <sonde/wire/link/ether_type.hpp>

namespace sonde::inline v0 {

/// IANA, ARP Parameters. Other values stay representable.
enum class arp_operation : std::uint16_t {
    request = 1,
    reply = 2,
    reverse_request = 3,
    reverse_reply = 4,
    dynamic_reverse_request = 5,
    dynamic_reverse_reply = 6,
    dynamic_reverse_error = 7,
    inverse_request = 8,
    inverse_reply = 9,
    nak = 10,
};
/// "request", "reply"...; empty for a number that has no name here.
[[nodiscard]] SONDE_API std::string_view to_string(arp_operation operation) noexcept;

namespace detail {
[[nodiscard]] SONDE_API std::string_view arp_operation_field_name(std::uint64_t value) noexcept;
}

struct arp {
    static constexpr std::string_view name = "arp";
    static constexpr std::string_view spec = "RFC 826";
    static constexpr layer id = layer::arp;
    static constexpr std::size_t header_len = 8;                // octets, without the addresses
    static constexpr std::uint16_t hardware_type_ethernet = 1;  // IANA, ARP Parameters
    static constexpr std::array fields{
        field{"hardware_type", 0, 16},
        field{"protocol_type", 16, 16, field_kind::hex, detail::ether_type_field_name},
        field{"hardware_length", 32, 8},
        field{"protocol_length", 40, 8},
        field{"operation", 48, 16, field_kind::number, detail::arp_operation_field_name}};
    static constexpr std::array selected_by{detail::by_ether_type(ether_type::arp),
                                            detail::by_ether_type(ether_type::reverse_arp)};

    // What a message means, in host byte order. Borrows the addresses and `trailer`.
    std::uint16_t hardware_type = hardware_type_ethernet;
    ether_type protocol_type = ether_type::ipv4;
    automatic<std::uint8_t> hardware_length{};  // octets, from the sender's address unless set
    automatic<std::uint8_t> protocol_length{};  // likewise
    arp_operation operation = arp_operation::request;
    bytes_view sender_hardware_address{};
    bytes_view sender_protocol_address{};
    bytes_view target_hardware_address{};
    bytes_view target_protocol_address{};
    bytes_view trailer{};  // what follows, for example Ethernet's padding

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
        [[nodiscard]] std::uint16_t hardware_type() const noexcept { return be16<0>(head()); }
        [[nodiscard]] ether_type protocol_type() const noexcept {
            return ether_type(be16<2>(head()));
        }
        [[nodiscard]] std::uint8_t hardware_length() const noexcept { return head()[4]; }
        [[nodiscard]] std::uint8_t protocol_length() const noexcept { return head()[5]; }
        [[nodiscard]] arp_operation operation() const noexcept {
            return arp_operation(be16<6>(head()));
        }
        /// Octets of the header with its four addresses, as declared.
        [[nodiscard]] std::size_t declared_len() const noexcept { return address_at(4); }
        /// The whole message's length, once it is there.
        /// Errors: truncated (an address reaches over the end).
        [[nodiscard]] result<std::size_t> checked_len() const noexcept {
            if (declared_len() <= this->octets().size()) return declared_len();
            return truncated(id, declared_len(), this->octets().size());
        }
        // The addresses as they are declared, as far as we have them.
        [[nodiscard]] std::span<Octet> sender_hardware_address() const noexcept {
            return address(0);
        }
        [[nodiscard]] std::span<Octet> sender_protocol_address() const noexcept {
            return address(1);
        }
        [[nodiscard]] std::span<Octet> target_hardware_address() const noexcept {
            return address(2);
        }
        [[nodiscard]] std::span<Octet> target_protocol_address() const noexcept {
            return address(3);
        }
        // The same as values; nothing unless the type and the length are theirs and they are whole.
        [[nodiscard]] std::optional<mac_address> sender_mac() const noexcept { return mac(0); }
        [[nodiscard]] std::optional<ipv4_address> sender_ipv4() const noexcept { return v4(1); }
        [[nodiscard]] std::optional<mac_address> target_mac() const noexcept { return mac(2); }
        [[nodiscard]] std::optional<ipv4_address> target_ipv4() const noexcept { return v4(3); }
        /// What follows the addresses, for example Ethernet's padding.
        [[nodiscard]] std::span<Octet> trailer() const noexcept { return from(declared_len()); }
        void set_operation(arp_operation value) const noexcept
            requires writable
        {
            put_be16<6>(head(), static_cast<std::uint16_t>(value));
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept : base(octets) {}
        [[nodiscard]] std::size_t address_len(unsigned which) const noexcept {
            return which % 2 == 0 ? hardware_length() : protocol_length();
        }
        // Where address 0 to 3 begins; 4: where they end.
        [[nodiscard]] std::size_t address_at(unsigned which) const noexcept {
            return header_len + std::size_t{(which + 1) / 2} * hardware_length() +
                   std::size_t{which / 2} * protocol_length();
        }
        [[nodiscard]] std::span<Octet> from(std::size_t offset) const noexcept {
            return this->octets().subspan(std::min(offset, this->octets().size()));
        }
        [[nodiscard]] std::span<Octet> address(unsigned which) const noexcept {
            const auto found = from(address_at(which));
            return found.first(std::min(address_len(which), found.size()));
        }
        [[nodiscard]] std::optional<mac_address> mac(unsigned which) const noexcept {
            const auto found = address(which);
            if (hardware_length() != 6 || found.size() != 6) return std::nullopt;
            return mac_address::from_octets(found.template first<6>());
        }
        [[nodiscard]] std::optional<ipv4_address> v4(unsigned which) const noexcept {
            const auto found = address(which);
            if (protocol_type() != ether_type::ipv4 || protocol_length() != 4 || found.size() != 4)
                return std::nullopt;
            return ipv4_address::from_octets(found.template first<4>());
        }
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Reads every field, of a cut message as much as is there; lengths come back forced, so that
    /// emission is the identity. Errors: none.
    [[nodiscard]] SONDE_API static result<arp> read(view v) noexcept;
    /// The four addresses.
    SONDE_API static void describe(view seen, field_sink& to);
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + sender_hardware_address.size() + sender_protocol_address.size() +
               target_hardware_address.size() + target_protocol_address.size() + trailer.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<arp> && selectable<arp> && std::is_trivially_copyable_v<arp::view>);

/// ARP between Ethernet and IPv4 addresses, by value: the same octets, 28 of them.
///
///     arp_ipv4{.sender_mac = mine, .sender_ipv4 = here, .target_ipv4 = wanted}
struct arp_ipv4 {
    static constexpr std::string_view name = arp::name;
    static constexpr std::string_view spec = arp::spec;
    static constexpr layer id = layer::arp;
    static constexpr std::size_t header_len = arp::header_len;
    static constexpr std::size_t message_len = 28;  // octets
    static constexpr auto& fields = arp::fields;
    using view = arp::view;
    using mutable_view = arp::mutable_view;

    arp_operation operation = arp_operation::request;
    mac_address sender_mac{};
    ipv4_address sender_ipv4{};
    mac_address target_mac{};  // zeros in a request: it is what is asked for
    ipv4_address target_ipv4{};
    bytes_view trailer{};  // borrowed

    /// Errors: not_this_message (other types or lengths of addresses), truncated (an address
    /// reaches over the end).
    [[nodiscard]] SONDE_API static result<arp_ipv4> read(view v) noexcept;
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return message_len + trailer.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<arp_ipv4>);

}  // namespace sonde::inline v0
