#pragma once
/// The routing header of IPv6 (RFC 8200 s4.4). The struct is what it means; `view` is how it lies.
///
///     0               1               2               3
///    +---------------+---------------+---------------+---------------+
///    | next header   | extension len | routing type  | segments left |
///    +---------------+---------------+---------------+---------------+
///    | type-specific data, then what follows the header
///
/// The extension length counts units of 8 octets beyond the first. Types: 0 source route
/// (RFC 2460 s4.4, deprecated by RFC 5095), 2 home address (RFC 6275 s6.4), 3 RPL source route
/// (RFC 6554 s3), 4 segment routing (RFC 8754 s2).

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include <sonde/base/address.hpp>
#include <sonde/wire/automatics.hpp>
#include <sonde/wire/network/ip_protocol.hpp>
#include <sonde/wire/protocol.hpp>

namespace sonde::inline v0 {

/// Other values stay representable.
enum class ipv6_routing_type : std::uint8_t {
    source_route = 0,
    nimrod = 1,
    home_address = 2,
    rpl_source_route = 3,
    segment_routing = 4,
    compressed_16 = 5,  // CRH-16, RFC 9631
    compressed_32 = 6,  // CRH-32, RFC 9631
    experimental_1 = 253,
    experimental_2 = 254,
};
[[nodiscard]] SONDE_API std::string_view to_string(ipv6_routing_type type) noexcept;

namespace detail {
[[nodiscard]] SONDE_API std::string_view ipv6_routing_field_name(std::uint64_t value) noexcept;
}

struct ipv6_routing {
    static constexpr std::string_view name = "ipv6_routing";
    static constexpr std::string_view spec = "RFC 8200 s4.4";
    static constexpr layer id = layer::ipv6_routing;
    static constexpr std::size_t header_len = 4;  // octets, without the type-specific data
    static constexpr std::array fields{
        field{"next_header", 0, 8, field_kind::number, detail::ip_protocol_field_name},
        field{"header_extension_length", 8, 8},
        field{"routing_type", 16, 8, field_kind::number, detail::ipv6_routing_field_name},
        field{"segments_left", 24, 8}};
    static constexpr std::array selected_by{selector{selector_kind::ip_protocol, 43}};

    // What it means, in host byte order. Borrows `data` and `payload`.
    automatic<ip_protocol>
        next_header{};  // from what it carries; `no_next_header` when nobody says
    automatic<std::uint8_t> header_extension_length{};  // 8 octets beyond the first 8; computed
    ipv6_routing_type routing_type = ipv6_routing_type::segment_routing;
    std::uint8_t segments_left = 0;
    bytes_view data{};  // type-specific; padded with zeros to the next unit of 8 octets
    bytes_view payload{};
    static constexpr std::array automatics{
        automatic_field{
            "next_header", detail::next_protocol<0>, is_forced<&ipv6_routing::next_header>::in},
        automatic_field{"header_extension_length",
                        detail::header_units<8, 1>,
                        is_forced<&ipv6_routing::header_extension_length>::in}};

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
        [[nodiscard]] std::uint8_t header_extension_length() const noexcept { return head()[1]; }
        /// Octets of this header as declared.
        [[nodiscard]] std::size_t header_length() const noexcept {
            return (std::size_t{header_extension_length()} + 1) * 8;
        }
        [[nodiscard]] ipv6_routing_type routing_type() const noexcept {
            return ipv6_routing_type(head()[2]);
        }
        [[nodiscard]] std::uint8_t segments_left() const noexcept { return head()[3]; }
        /// The type-specific data, as much as is declared and captured.
        [[nodiscard]] std::span<Octet> data() const noexcept {
            return octets_.first(payload_at()).subspan(header_len);
        }
        [[nodiscard]] std::span<Octet> payload() const noexcept {
            return octets_.subspan(payload_at());
        }
        [[nodiscard]] selector next_selector() const noexcept {
            return {selector_kind::ip_protocol, std::uint32_t(next_header())};
        }
        [[nodiscard]] std::span<Octet> octets() const noexcept { return octets_; }
        void set_next_header(ip_protocol value) const noexcept
            requires writable
        {
            head()[0] = std::uint8_t(value);
        }
        void set_segments_left(std::uint8_t value) const noexcept
            requires writable
        {
            head()[3] = value;
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept : octets_(octets) {}
        [[nodiscard]] auto head() const noexcept { return octets_.template first<header_len>(); }
        [[nodiscard]] std::size_t payload_at() const noexcept {
            return std::min(header_length(), octets_.size());
        }
        std::span<Octet> octets_;  // never shorter than header_len
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Reads every field; what is automatic comes back forced, so that emission is the identity.
    /// Errors: truncated (the declared length reaches over the end).
    [[nodiscard]] SONDE_API static result<ipv6_routing> read(view v) noexcept;
    /// The addresses, or what else the type has.
    SONDE_API static void describe(view seen, field_sink& to);
    /// Octets of the header with its data, padded.
    [[nodiscard]] std::size_t header_wire_len() const noexcept {
        return std::max<std::size_t>(8, (header_len + data.size() + 7) / 8 * 8);
    }
    [[nodiscard]] std::size_t wire_len() const noexcept {  // octets
        return header_wire_len() + payload.size();
    }
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<ipv6_routing> && std::is_trivially_copyable_v<ipv6_routing::view>);

/// The addresses of types 0 and 2: four reserved octets, then whole addresses.
struct ipv6_source_route {
    std::uint32_t reserved = 0;
    bytes_view addresses{};  // 16 octets each; what is left over at the end is no address

    /// Errors: not_this_message (another type), truncated (no room for the reserved octets).
    [[nodiscard]] SONDE_API static result<ipv6_source_route> read(ipv6_routing::view v) noexcept;
    [[nodiscard]] std::size_t count() const noexcept { return addresses.size() / 16; }
    /// Precondition: which < count().
    [[nodiscard]] SONDE_API ipv6_address address(std::size_t which) const noexcept;
};

/// The RPL source route (RFC 6554 s3), type 3: addresses without the octets that they share with
/// the destination of the datagram.
///
///     0               1               2               3
///    +-------+-------+-------+---------------------------------------+
///    | CmprI | CmprE | pad   | reserved                              |
///    +-------+-------+-------+---------------------------------------+
///    | all addresses but the last, 16 - CmprI octets each; the last, 16 - CmprE; pad octets
struct ipv6_rpl_source_route {
    std::uint8_t shared_octets = 0;       // CmprI: octets elided of all addresses but the last
    std::uint8_t shared_octets_last = 0;  // CmprE: of the last
    std::uint8_t pad_octets = 0;
    std::uint32_t reserved = 0;  // 20 bits
    bytes_view addresses{};      // without the padding

    /// Errors: not_this_message (another type), truncated (no room for the first word), bad_length
    /// (more padding than octets).
    [[nodiscard]] SONDE_API static result<ipv6_rpl_source_route> read(
        ipv6_routing::view v) noexcept;
    [[nodiscard]] SONDE_API std::size_t count() const noexcept;
    /// One address, whole again by the destination of the datagram. Precondition: which < count().
    [[nodiscard]] SONDE_API ipv6_address address(std::size_t which,
                                                 const ipv6_address& destination) const noexcept;
};

/// Segment routing (RFC 8754 s2), type 4. The list lies in reverse: segment 0 is the last one to be
/// visited, and `segments_left` is the index of the one under way.
///
///     0               1               2               3
///    +---------------+---------------+-------------------------------+
///    | last entry    | flags         | tag                           |
///    +---------------+---------------+-------------------------------+
///    | segment list: 16 octets each, last entry + 1 of them; then optional TLVs
struct ipv6_segment_routing {
    std::uint8_t last_entry = 0;
    std::uint8_t flags = 0;
    std::uint16_t tag = 0;
    bytes_view segments{};  // whole segments that are declared and there
    bytes_view tlvs{};      // behind them

    /// Errors: not_this_message (another type), truncated (no room for the first word, or fewer
    /// segments than the last entry says).
    [[nodiscard]] SONDE_API static result<ipv6_segment_routing> read(ipv6_routing::view v) noexcept;
    [[nodiscard]] std::size_t count() const noexcept { return segments.size() / 16; }
    /// Precondition: which < count().
    [[nodiscard]] SONDE_API ipv6_address segment(std::size_t which) const noexcept;
};

/// Where a datagram with this header ends its journey, which is what the pseudo header of the upper
/// layer knows (RFC 8200 s8.1): the last address of a route that has segments left, else the
/// `destination` of the datagram.
[[nodiscard]] SONDE_API ipv6_address
ipv6_final_destination(ipv6_routing::view v, const ipv6_address& destination) noexcept;

}  // namespace sonde::inline v0
