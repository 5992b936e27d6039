#pragma once
/// Point-to-Point Protocol (RFC 1661 s2), alone or in HDLC-like framing as captures have it,
/// without flags, escapes and check sequence (RFC 1662 s3.1). The struct is what it means; `view`
/// is how it lies.
///
///     0               1               2               3
///    +---------------+---------------+-------------------------------+
///    | address: 0xff | control: 0x03 | protocol                      |
///    +---------------+---------------+-------------------------------+
///    | information
///
/// Address and control are there or not (RFC 1661 s6.6), and the protocol is two octets or, with
/// compression, one: its last octet is odd and every other one even (RFC 1661 s2, s6.5).

#include <array>
#include <string_view>

#include <sonde/wire/automatics.hpp>
#include <sonde/wire/header_view.hpp>
#include <sonde/wire/link/ether_type.hpp>
#include <sonde/wire/link/link_type.hpp>

namespace sonde::inline v0 {

/// IANA, PPP DLL Protocol Numbers. Other values stay representable.
enum class ppp_protocol : std::uint16_t {
    padding = 0x0001,
    ipv4 = 0x0021,
    iso_network_layer = 0x0023,
    ipx = 0x002b,
    vj_compressed_tcp = 0x002d,
    vj_uncompressed_tcp = 0x002f,
    bridging = 0x0031,
    multilink = 0x003d,
    ipv6 = 0x0057,
    compressed_datagram = 0x00fd,
    mpls = 0x0281,
    mpls_upstream = 0x0283,
    ipcp = 0x8021,
    ipv6cp = 0x8057,
    ccp = 0x80fd,
    mplscp = 0x8281,
    lcp = 0xc021,
    pap = 0xc023,
    link_quality_report = 0xc025,
    chap = 0xc223,
    eap = 0xc227,
};
/// "ipv4", "lcp"...; empty for a number that has no name here.
[[nodiscard]] SONDE_API std::string_view to_string(ppp_protocol protocol) noexcept;

struct ppp {
    static constexpr std::string_view name = "ppp";
    static constexpr std::string_view spec = "RFC 1661 s2";
    static constexpr layer id = layer::ppp;
    static constexpr std::size_t header_len = 1;  // octets: a compressed protocol and nothing else
    static constexpr std::array<field, 0> fields{};  // none has a place of its own
    static constexpr std::uint16_t address_and_control_octets = 0xff03;  // RFC 1662 s3.1
    static constexpr std::array selected_by{detail::by_link_type(link_type::ppp),
                                            detail::by_link_type(link_type::ppp_hdlc),
                                            detail::by_ether_type(ether_type::ppp)};

    // What a frame means, in host byte order. Borrows `payload`.
    bool address_and_control = false;
    bool compressed_protocol = false;    // one octet; only for protocols below 256
    automatic<ppp_protocol> protocol{};  // from what it carries; padding when nobody says
    bytes_view payload{};
    static constexpr std::array automatics{automatic_field{
        "protocol", detail::ppp_number, is_forced<&ppp::protocol>::in, detail::store_ppp_number}};

    /// The octets as they lie; any bit pattern is fine, nothing is judged. Borrows them: invalid
    /// once they are freed or reused. Pass by value.
    template <class Octet>
    class basic_view {
        static constexpr bool writable = !std::is_const_v<Octet>;

      public:
        /// Errors: truncated (no whole protocol number).
        [[nodiscard]] static result<basic_view> parse(
            std::span<Octet> in SONDE_LIFETIMEBOUND) noexcept {
            const basic_view seen(in);
            if (in.size() < seen.header_length()) {
                return truncated(id, seen.header_length(), in.size());
            }
            return seen;
        }
        static result<basic_view> parse(dying_octets auto&&) = delete;
        [[nodiscard]] bool has_address_and_control() const noexcept {
            return octets_.size() >= 2 &&
                   be16<0>(octets_.template first<2>()) == address_and_control_octets;
        }
        [[nodiscard]] bool has_compressed_protocol() const noexcept {
            return protocol_at() < octets_.size() && (octets_[protocol_at()] & 1) != 0;
        }
        /// As one number, whatever its length on the wire.
        [[nodiscard]] ppp_protocol protocol() const noexcept {
            if (has_compressed_protocol()) return ppp_protocol(octets_[protocol_at()]);
            return ppp_protocol(be16_at(octets_, protocol_at()));
        }
        [[nodiscard]] std::size_t header_length() const noexcept {
            if (octets_.empty()) return header_len;
            return protocol_at() + (has_compressed_protocol() ? 1 : 2);
        }
        [[nodiscard]] std::span<Octet> payload() const noexcept {
            return octets_.subspan(header_length());
        }
        [[nodiscard]] selector next_selector() const noexcept {
            return {selector_kind::ppp_protocol, static_cast<std::uint32_t>(protocol())};
        }
        [[nodiscard]] std::span<Octet> octets() const noexcept { return octets_; }
        /// Keeps the length that the protocol has on the wire: of a compressed one the low octet.
        void set_protocol(ppp_protocol value) const noexcept
            requires writable
        {
            const auto number = static_cast<std::uint16_t>(value);
            if (has_compressed_protocol()) {
                octets_[protocol_at()] = static_cast<std::uint8_t>(number);
            } else {
                put_be16_at(octets_, protocol_at(), number);
            }
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept : octets_(octets) {}
        [[nodiscard]] std::size_t protocol_at() const noexcept {
            return has_address_and_control() ? 2 : 0;
        }
        std::span<Octet> octets_;  // never shorter than header_length()
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Reads every field; the protocol comes back forced, so that emission is the identity.
    /// Errors: none.
    [[nodiscard]] SONDE_API static result<ppp> read(view v) noexcept;
    /// All of the header, none of which has a place of its own.
    SONDE_API static void describe(view seen, field_sink& to);
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return (address_and_control ? 2U : 0U) + (compressed_protocol ? 1U : 2U) + payload.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<ppp> && selectable<ppp> && carrier<ppp::view> &&
              std::is_trivially_copyable_v<ppp::view>);

}  // namespace sonde::inline v0
