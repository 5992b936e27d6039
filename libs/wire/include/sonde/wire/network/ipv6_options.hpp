#pragma once
/// Hop-by-hop and destination options of IPv6 (RFC 8200 s4.2, s4.3, s4.6): two headers of one form.
///
///     0               1               2               3
///    +---------------+---------------+-------------------------------+
///    | next header   | extension len | options: type, length, data
///    +---------------+---------------+---------------------------
///
/// The extension length counts units of 8 octets beyond the first. The two high bits of an option's
/// type say what a node does that does not know it, the third whether routers may change it.
/// Pad1 (type 0) is a single octet; every other option has a length octet that counts its data.

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <string_view>

#include <sonde/base/address.hpp>
#include <sonde/wire/automatics.hpp>
#include <sonde/wire/network/ip_protocol.hpp>
#include <sonde/wire/protocol.hpp>

namespace sonde::inline v0 {

/// IANA, Destination Options and Hop-by-Hop Options. Other values stay representable.
enum class ipv6_option_type : std::uint8_t {
    pad1 = 0x00,
    pad_n = 0x01,
    tunnel_encapsulation_limit = 0x04,          // RFC 2473 s4.1.1
    router_alert = 0x05,                        // RFC 2711
    calipso = 0x07,                             // RFC 5570
    smf_dpd = 0x08,                             // RFC 6621
    performance_and_diagnostic_metrics = 0x0f,  // RFC 8250
    ioam = 0x11,                                // RFC 9486
    alternate_marking = 0x12,                   // RFC 9343
    rpl = 0x23,                                 // RFC 9008
    quick_start = 0x26,                         // RFC 4782
    minimum_path_mtu = 0x30,                    // RFC 9268
    ioam_mutable = 0x31,                        // RFC 9486
    rpl_deprecated = 0x63,                      // RFC 6553
    mpl = 0x6d,                                 // RFC 7731
    endpoint_identification = 0x8a,             // deprecated
    ilnp_nonce = 0x8b,                          // RFC 6744
    line_identification = 0x8c,                 // RFC 6788
    jumbo_payload = 0xc2,                       // RFC 2675
    home_address = 0xc9,                        // RFC 6275 s6.3
    ip_dff = 0xee,                              // RFC 6971
};
[[nodiscard]] SONDE_API std::string_view to_string(ipv6_option_type type) noexcept;

/// What a node does with an option whose type it does not know: the type's two high bits.
enum class ipv6_option_unknown : std::uint8_t {
    skip = 0,
    discard = 1,
    discard_and_report = 2,             // ICMPv6 parameter problem, code 2
    discard_and_report_if_unicast = 3,  // the same, unless sent to a multicast group
};

/// One option as it lies. Borrows the octets of the header.
struct ipv6_option {
    ipv6_option_type type = ipv6_option_type::pad1;
    bytes_view octets{};  // all of it: type, length, data

    [[nodiscard]] constexpr bytes_view data() const noexcept SONDE_LIFETIMEBOUND {
        return octets.subspan(type == ipv6_option_type::pad1 ? 1 : 2);
    }
    [[nodiscard]] constexpr ipv6_option_unknown if_unknown() const noexcept {
        return ipv6_option_unknown(static_cast<std::uint8_t>(type) >> 6);
    }
    [[nodiscard]] constexpr bool may_change_en_route() const noexcept {
        return (static_cast<std::uint8_t>(type) & 0x20) != 0;
    }
    // What known options hold; nothing when the type or the length is another.
    [[nodiscard]] SONDE_API std::optional<std::uint16_t> router_alert() const noexcept;
    [[nodiscard]] SONDE_API std::optional<std::uint32_t> jumbo_payload_length() const noexcept;
    [[nodiscard]] SONDE_API std::optional<std::uint8_t> tunnel_encapsulation_limit() const noexcept;
    [[nodiscard]] SONDE_API std::optional<ipv6_address> home_address() const noexcept;
};

/// A walk over options: iterated, never collected; at most one step an octet.
class ipv6_option_list {
  public:
    class iterator {
      public:
        using value_type = ipv6_option;
        using difference_type = std::ptrdiff_t;
        iterator() noexcept = default;
        [[nodiscard]] const ipv6_option& operator*() const noexcept { return now_; }
        [[nodiscard]] const ipv6_option* operator->() const noexcept { return &now_; }
        iterator& operator++() noexcept {
            step();
            return *this;
        }
        iterator operator++(int) noexcept {
            const iterator before = *this;
            step();
            return before;
        }
        [[nodiscard]] bool operator==(std::default_sentinel_t) const noexcept {
            return now_.octets.empty();
        }
        [[nodiscard]] bool operator==(const iterator& other) const noexcept {
            return now_.octets.data() == other.now_.octets.data() &&
                   now_.octets.size() == other.now_.octets.size();
        }
        /// Why the walk ended before the end of the octets, if it did.
        [[nodiscard]] const std::optional<parse_error>& problem() const noexcept {
            return problem_;
        }

      private:
        friend class ipv6_option_list;
        iterator(bytes_view octets, std::size_t start, limit_field limit) noexcept
            : rest_(octets), offset_(start), limit_(limit) {
            step();
        }
        SONDE_API void step() noexcept;

        ipv6_option now_{};
        bytes_view rest_{};
        std::size_t offset_ = 0;
        limit_field limit_ = limit_field::header_length;
        std::optional<parse_error> problem_{};
    };

    /// `start`: where the options begin in their header. `limit`: what ends the octets.
    explicit ipv6_option_list(bytes_view octets SONDE_LIFETIMEBOUND, std::size_t start = 2,
                              limit_field limit = limit_field::header_length) noexcept
        : octets_(octets), start_(start), limit_(limit) {}
    [[nodiscard]] iterator begin() const noexcept { return iterator(octets_, start_, limit_); }
    [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }
    [[nodiscard]] bytes_view octets() const noexcept { return octets_; }
    /// What is wrong with the list: truncated (an option reaches over the end).
    [[nodiscard]] SONDE_API std::optional<parse_error> problem() const noexcept;
    /// The first option of this type.
    [[nodiscard]] SONDE_API std::optional<ipv6_option> find(ipv6_option_type type) const noexcept;

  private:
    bytes_view octets_;
    std::size_t start_ = 2;
    limit_field limit_ = limit_field::header_length;
};

/// Makes options in octets that the caller owns, each where its alignment asks for it (RFC 8200
/// s4.2; the header's own two octets are counted). What does not fit is left out, and fits() is
/// false from then on.
class ipv6_option_builder {
  public:
    explicit ipv6_option_builder(bytes_mut room SONDE_LIFETIMEBOUND) noexcept : room_(room) {}

    /// So many octets of padding: Pad1 for one, PadN up to 257, nothing for none.
    SONDE_API ipv6_option_builder& pad(std::size_t len) noexcept;
    SONDE_API ipv6_option_builder& router_alert(std::uint16_t value) noexcept;         // 2n
    SONDE_API ipv6_option_builder& jumbo_payload(std::uint32_t payload_len) noexcept;  // 4n + 2
    SONDE_API ipv6_option_builder& tunnel_encapsulation_limit(std::uint8_t limit) noexcept;
    SONDE_API ipv6_option_builder& home_address(const ipv6_address& address) noexcept;  // 8n + 6
    /// Any option; no alignment. Data beyond 255 octets do not fit.
    SONDE_API ipv6_option_builder& option(ipv6_option_type type, bytes_view data) noexcept;

    [[nodiscard]] bytes_view octets() const noexcept { return room_.first(len_); }
    [[nodiscard]] bool fits() const noexcept { return fits_; }

  private:
    bytes_mut append(ipv6_option_type type, std::size_t data_len) noexcept;
    void align(std::size_t unit, std::size_t remainder) noexcept;
    bytes_mut room_;
    std::size_t len_ = 0;
    bool fits_ = true;
};

/// The header that carries options; `Layer` says which of the two. The struct is what it means;
/// `view` is how it lies.
template <layer Layer>
struct ipv6_options_header {
    static_assert(Layer == layer::ipv6_hop_by_hop || Layer == layer::ipv6_destination_options);
    static constexpr std::string_view name =
        Layer == layer::ipv6_hop_by_hop ? "ipv6_hop_by_hop" : "ipv6_destination_options";
    static constexpr std::string_view spec =
        Layer == layer::ipv6_hop_by_hop ? "RFC 8200 s4.3" : "RFC 8200 s4.6";
    static constexpr layer id = Layer;
    static constexpr std::size_t header_len = 2;  // octets, without options; never sent without
    static constexpr std::array fields{
        field{"next_header", 0, 8, field_kind::number, detail::ip_protocol_field_name},
        field{"header_extension_length", 8, 8}};
    static constexpr std::array selected_by{
        selector{selector_kind::ip_protocol, Layer == layer::ipv6_hop_by_hop ? 0U : 60U}};

    // What it means, in host byte order. Borrows `options` and `payload`.
    automatic<ip_protocol>
        next_header{};  // from what it carries; `no_next_header` when nobody says
    automatic<std::uint8_t> header_extension_length{};  // 8 octets beyond the first 8; computed
    bytes_view options{};  // padded with Pad1 or PadN to the next unit of 8 octets
    bytes_view payload{};
    static constexpr std::array automatics{
        automatic_field{"next_header",
                        detail::next_protocol<0>,
                        is_forced<&ipv6_options_header::next_header>::in},
        automatic_field{"header_extension_length",
                        detail::header_units<8, 1>,
                        is_forced<&ipv6_options_header::header_extension_length>::in}};

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
        /// As much of the options as is declared and captured.
        [[nodiscard]] std::span<Octet> options() const noexcept {
            return octets_.first(payload_at()).subspan(header_len);
        }
        /// The options one by one; offsets in errors count from the start of this header.
        [[nodiscard]] ipv6_option_list option_list() const noexcept {
            return ipv6_option_list(options(),
                                    header_len,
                                    header_length() <= octets_.size() ? limit_field::header_length
                                                                      : limit_field::captured);
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
    [[nodiscard]] static result<ipv6_options_header> read(view v) noexcept;
    /// The options.
    static void describe(view seen, field_sink& to);
    /// Octets of the header with its options, padded.
    [[nodiscard]] std::size_t header_wire_len() const noexcept {
        return std::max<std::size_t>(8, (header_len + options.size() + 7) / 8 * 8);
    }
    [[nodiscard]] std::size_t wire_len() const noexcept {  // octets
        return header_wire_len() + payload.size();
    }
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    void emit(bytes_mut out) const noexcept;
};
extern template struct SONDE_API ipv6_options_header<layer::ipv6_hop_by_hop>;
extern template struct SONDE_API ipv6_options_header<layer::ipv6_destination_options>;

using ipv6_hop_by_hop = ipv6_options_header<layer::ipv6_hop_by_hop>;
using ipv6_destination_options = ipv6_options_header<layer::ipv6_destination_options>;
static_assert(protocol<ipv6_hop_by_hop> && std::is_trivially_copyable_v<ipv6_hop_by_hop::view>);
static_assert(protocol<ipv6_destination_options>);

}  // namespace sonde::inline v0
