#pragma once
/// The fragment header of IPv6 (RFC 8200 s4.5). The struct is what it means; `view` is how it lies.
///
///     0               1               2               3
///    +---------------+---------------+-------------------------+---+-+
///    | next header   | reserved      | fragment offset         |res|M|
///    +---------------+---------------+-------------------------+---+-+
///    | identification                                                |
///    +---------------------------------------------------------------+
///    | the fragment
///
/// Offset 0 without M is an atomic fragment: a whole datagram (RFC 6946).

#include <array>
#include <string_view>

#include <sonde/wire/automatics.hpp>
#include <sonde/wire/network/ip_protocol.hpp>
#include <sonde/wire/protocol.hpp>

namespace sonde::inline v0 {

/// Which piece of which datagram this is.
struct ipv6_fragment_info {
    std::uint32_t identification = 0;
    std::uint16_t offset = 0;  // units of 8 octets
    bool more_fragments = false;
    friend constexpr bool operator==(const ipv6_fragment_info&,
                                     const ipv6_fragment_info&) = default;
};

struct ipv6_fragment {
    static constexpr std::string_view name = "ipv6_fragment";
    static constexpr std::string_view spec = "RFC 8200 s4.5";
    static constexpr layer id = layer::ipv6_fragment;
    static constexpr std::size_t header_len = 8;  // octets
    static constexpr std::array fields{
        field{"next_header", 0, 8, field_kind::number, detail::ip_protocol_field_name},
        field{"reserved", 8, 8, field_kind::hex},
        field{"fragment_offset", 16, 13},
        field{"reserved_bits", 29, 2},
        field{"more_fragments", 31, 1},
        field{"identification", 32, 32, field_kind::hex}};
    static constexpr std::array selected_by{selector{selector_kind::ip_protocol, 44}};

    // What a fragment means, in host byte order. Borrows `payload`.
    automatic<ip_protocol>
        next_header{};  // from what it carries; `no_next_header` when nobody says
    std::uint8_t reserved = 0;
    std::uint16_t fragment_offset = 0;  // units of 8 octets, 13 bits
    std::uint8_t reserved_bits = 0;     // 2 bits
    bool more_fragments = false;
    std::uint32_t identification = 0;
    bytes_view payload{};
    static constexpr std::array automatics{automatic_field{
        "next_header", detail::next_protocol<0>, is_forced<&ipv6_fragment::next_header>::in}};

    /// The octets as they lie; any bit pattern is fine, nothing is judged. Borrows them: invalid
    /// once they are freed or reused. Two words; pass by value.
    template <class Octet>
    class basic_view {
        static constexpr bool writable = !std::is_const_v<Octet>;

      public:
        /// Errors: truncated (fewer than `header_len` octets).
        [[nodiscard]] static result<basic_view> parse(
            std::span<Octet> in SONDE_LIFETIMEBOUND) noexcept {
            if (in.size() < header_len) return truncated(id, header_len, in.size());
            return basic_view(in);
        }
        static result<basic_view> parse(dying_octets auto&&) = delete;
        [[nodiscard]] ip_protocol next_header() const noexcept { return ip_protocol(head()[0]); }
        [[nodiscard]] std::uint8_t reserved() const noexcept { return head()[1]; }
        /// In units of 8 octets.
        [[nodiscard]] std::uint16_t fragment_offset() const noexcept {
            return be16<2>(head()) >> 3;
        }
        [[nodiscard]] std::uint8_t reserved_bits() const noexcept { return (head()[3] >> 1) & 3; }
        [[nodiscard]] bool more_fragments() const noexcept { return (head()[3] & 1) != 0; }
        [[nodiscard]] std::uint32_t identification() const noexcept { return be32<4>(head()); }
        [[nodiscard]] ipv6_fragment_info info() const noexcept {
            return {identification(), fragment_offset(), more_fragments()};
        }
        [[nodiscard]] std::span<Octet> payload() const noexcept {
            return octets_.subspan(header_len);
        }
        [[nodiscard]] std::span<Octet> octets() const noexcept { return octets_; }
        /// Nothing for a later fragment: its payload is the middle of something.
        [[nodiscard]] selector next_selector() const noexcept {
            if (fragment_offset() != 0) return {};
            return {selector_kind::ip_protocol, std::uint32_t(next_header())};
        }
        void set_next_header(ip_protocol value) const noexcept
            requires writable
        {
            head()[0] = std::uint8_t(value);
        }
        void set_fragment_offset(std::uint16_t units) const noexcept
            requires writable
        {
            put_be16<2>(head(), static_cast<std::uint16_t>((units << 3) | (head()[3] & 7)));
        }
        void set_more_fragments(bool value) const noexcept
            requires writable
        {
            head()[3] = static_cast<std::uint8_t>((head()[3] & 0xfe) | (value ? 1 : 0));
        }
        void set_identification(std::uint32_t value) const noexcept
            requires writable
        {
            put_be32<4>(head(), value);
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept : octets_(octets) {}
        [[nodiscard]] auto head() const noexcept { return octets_.template first<header_len>(); }
        std::span<Octet> octets_;  // never shorter than header_len
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Reads every field; emission is the identity. Errors: none.
    [[nodiscard]] SONDE_API static result<ipv6_fragment> read(view v) noexcept;
    [[nodiscard]] std::size_t wire_len() const noexcept {  // octets
        return header_len + payload.size();
    }
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<ipv6_fragment> && std::is_trivially_copyable_v<ipv6_fragment::view>);

}  // namespace sonde::inline v0
