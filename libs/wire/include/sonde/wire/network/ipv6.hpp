#pragma once
/// IPv6 (RFC 8200). The struct is what it means; `view` is how it lies.
///
///     0               1               2               3
///    +-------+---------------+---------------------------------------+
///    | 6     | traffic class | flow label                            |
///    +-------+---------------+-------+---------------+---------------+
///    | payload length                | next header   | hop limit     |
///    +-------------------------------+---------------+---------------+
///    | source address: 16 octets                                     |
///    +---------------------------------------------------------------+
///    | destination address: 16 octets                                |
///    +---------------------------------------------------------------+
///    | extension headers (ipv6_extension.hpp), then the upper layer
///
/// The payload length counts what follows these 40 octets, extension headers among it.

#include <algorithm>
#include <array>
#include <string_view>

#include <sonde/base/address.hpp>
#include <sonde/wire/automatics.hpp>
#include <sonde/wire/network/ip_prefix.hpp>
#include <sonde/wire/network/ip_protocol.hpp>
#include <sonde/wire/network/ipv6_extension.hpp>
#include <sonde/wire/protocol.hpp>

namespace sonde::inline v0 {

struct ipv6 {
    static constexpr std::string_view name = "ipv6";
    static constexpr std::string_view spec = "RFC 8200";
    static constexpr layer id = layer::ipv6;
    static constexpr std::size_t header_len = 40;  // octets
    static constexpr std::array fields{
        field{"version", 0, 4},
        field{"traffic_class", 4, 8, field_kind::hex},
        field{"flow_label", 12, 20, field_kind::hex},
        field{"payload_length", 32, 16},
        field{"next_header", 48, 8, field_kind::number, detail::ip_protocol_field_name},
        field{"hop_limit", 56, 8},
        field{"source", 64, 128, field_kind::ipv6},
        field{"destination", 192, 128, field_kind::ipv6}};
    static constexpr std::array selected_by{selector{selector_kind::ether_type, 0x86dd},
                                            selector{selector_kind::ip_protocol, 41},
                                            selector{selector_kind::ppp_protocol, 0x57},
                                            selector{selector_kind::link_type, 229}};
    /// For filters: either address is in this network. Text that is none does not compile.
    [[nodiscard]] static constexpr ipv6_prefix network(const ipv6_prefix& of) noexcept {
        return of;
    }

    // What a datagram means, in host byte order. Borrows `payload`.
    std::uint8_t version = 6;
    std::uint8_t traffic_class = 0;             // DSCP and, in its low two bits, ECN
    std::uint32_t flow_label = 0;               // 20 bits
    automatic<std::uint16_t> payload_length{};  // octets behind this header; computed unless set
    automatic<ip_protocol>
        next_header{};  // from what it carries; `no_next_header` when nobody says
    std::uint8_t hop_limit = 64;
    ipv6_address source{};
    ipv6_address destination{};
    bytes_view payload{};
    static constexpr std::array automatics{
        automatic_field{"payload_length", detail::inside_len, is_forced<&ipv6::payload_length>::in},
        automatic_field{
            "next_header", detail::next_protocol<6>, is_forced<&ipv6::next_header>::in}};

    /// The octets as they lie; any bit pattern is fine, nothing is judged. Borrows them: invalid
    /// once they are freed or reused. Two words; pass by value.
    template <class Octet>
    class basic_view {
        static constexpr bool writable = !std::is_const_v<Octet>;

      public:
        /// Errors: truncated (fewer than `header_len` octets).
        [[nodiscard]] static result<basic_view> parse(
            std::span<Octet> in SONDE_LIFETIMEBOUND) noexcept {
            if (in.size() < header_len) return truncated(layer::ipv6, header_len, in.size());
            return basic_view(in);
        }
        static result<basic_view> parse(dying_octets auto&&) = delete;
        [[nodiscard]] std::uint8_t version() const noexcept { return head()[0] >> 4; }
        [[nodiscard]] std::uint8_t traffic_class() const noexcept {
            return static_cast<std::uint8_t>(be16<0>(head()) >> 4);
        }
        [[nodiscard]] std::uint8_t dscp() const noexcept { return traffic_class() >> 2; }
        [[nodiscard]] sonde::ecn ecn() const noexcept { return sonde::ecn(traffic_class() & 3); }
        [[nodiscard]] std::uint32_t flow_label() const noexcept {
            return be32<0>(head()) & 0x000fffff;
        }
        [[nodiscard]] std::uint16_t payload_length() const noexcept { return be16<4>(head()); }
        [[nodiscard]] ip_protocol next_header() const noexcept { return ip_protocol(head()[6]); }
        [[nodiscard]] std::uint8_t hop_limit() const noexcept { return head()[7]; }
        [[nodiscard]] ipv6_address source() const noexcept {
            return ipv6_address::from_octets(head().template subspan<8, 16>());
        }
        [[nodiscard]] ipv6_address destination() const noexcept {
            return ipv6_address::from_octets(head().template subspan<24, 16>());
        }
        /// Errors: bad_version (not 6).
        [[nodiscard]] result<std::size_t> checked_header_length() const noexcept {
            if (version() == 6) [[likely]]
                return header_len;
            return version_problem(version());
        }
        /// Octets of payload that the datagram declares. A payload length of zero is the length of
        /// a jumbogram's option (RFC 2675 s2) where there is one. Else it is true only before
        /// `no_next_header`: anybody else has a header to follow, so hardware will cut segments
        /// later, and what we have is what there is.
        [[nodiscard]] std::size_t payload_declared_len() const noexcept {
            return payload_length() != 0 ? payload_length() : declared_by_zero(octets_);
        }
        /// The payload, as much as is declared and captured, extension headers included.
        [[nodiscard]] std::span<Octet> payload() const noexcept {
            const std::size_t captured = octets_.size() - header_len;
            return octets_.subspan(header_len, std::min(payload_declared_len(), captured));
        }
        /// What lies behind the datagram, for example Ethernet's padding.
        [[nodiscard]] std::span<Octet> trailer() const noexcept {
            return octets_.subspan(header_len + payload().size());
        }
        /// The extension headers one by one, and what the datagram carries behind them. Offsets
        /// count from the start of this header.
        [[nodiscard]] ipv6_extension_chain extensions() const noexcept {
            const std::size_t captured = octets_.size() - header_len;
            return ipv6_extension_chain(octets_.first(header_len + payload().size()),
                                        next_header(),
                                        header_len,
                                        payload_declared_len() <= captured
                                            ? limit_field::outer_length
                                            : limit_field::captured);
        }
        [[nodiscard]] std::span<Octet> octets() const noexcept { return octets_; }
        [[nodiscard]] selector next_selector() const noexcept {
            return {selector_kind::ip_protocol, std::uint32_t(next_header())};
        }

        void set_version(std::uint8_t value) const noexcept
            requires writable
        {
            head()[0] = static_cast<std::uint8_t>((value << 4) | (head()[0] & 0x0f));
        }
        void set_traffic_class(std::uint8_t value) const noexcept
            requires writable
        {
            put_be16<0>(head(),
                        static_cast<std::uint16_t>((be16<0>(head()) & 0xf00f) | (value << 4)));
        }
        void set_flow_label(std::uint32_t value) const noexcept
            requires writable
        {
            put_be32<0>(head(), (be32<0>(head()) & 0xfff00000) | (value & 0x000fffff));
        }
        void set_payload_length(std::uint16_t value) const noexcept
            requires writable
        {
            put_be16<4>(head(), value);
        }
        void set_next_header(ip_protocol value) const noexcept
            requires writable
        {
            head()[6] = std::uint8_t(value);
        }
        void set_hop_limit(std::uint8_t value) const noexcept
            requires writable
        {
            head()[7] = value;
        }
        void set_source(const ipv6_address& value) const noexcept
            requires writable
        {
            value.write(head().template subspan<8, 16>());
        }
        void set_destination(const ipv6_address& value) const noexcept
            requires writable
        {
            value.write(head().template subspan<24, 16>());
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept : octets_(octets) {}
        [[nodiscard]] auto head() const noexcept { return octets_.template first<header_len>(); }
        std::span<Octet> octets_;  // never shorter than header_len
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Reads every field; what is automatic comes back forced, so that emission is the identity.
    /// `payload` is everything behind the header, a trailer too: restrict the octets to the
    /// datagram first where that matters.
    /// Errors: bad_version (not 6).
    [[nodiscard]] SONDE_API static result<ipv6> read(view v) noexcept;
    [[nodiscard]] std::size_t header_wire_len() const noexcept { return header_len; }
    [[nodiscard]] std::size_t wire_len() const noexcept {  // octets
        return header_len + payload.size();
    }
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
    /// Writes the header alone, as it stands before `payload_len` octets that are written
    /// elsewhere; the member `payload` is not looked at. Precondition: out.size() ==
    /// header_wire_len().
    SONDE_API void emit_header(bytes_mut out, std::size_t payload_len) const noexcept;

  private:
    SONDE_API static tl::unexpected<parse_error> version_problem(std::uint8_t version) noexcept;
    SONDE_API static std::size_t declared_by_zero(bytes_view octets) noexcept;
};
static_assert(protocol<ipv6> && std::is_trivially_copyable_v<ipv6::view>);

/// Where the datagram ends its journey, which is what the pseudo header of the upper layer knows
/// (RFC 8200 s8.1): the last address of a routing header that has segments left, else the
/// destination.
[[nodiscard]] SONDE_API ipv6_address ipv6_final_destination(ipv6::view v) noexcept;

}  // namespace sonde::inline v0
