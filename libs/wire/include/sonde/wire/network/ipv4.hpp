#pragma once
/// IPv4 (RFC 791). The struct is what it means; `view` is how it lies.
///
///     0               1               2               3
///    +-------+-------+-----------+---+-------------------------------+
///    | 4     | IHL   | DSCP      |ECN| total length                  |
///    +-------+-------+-----------+---+-----+-------------------------+
///    | identification                |0|D|M| fragment offset         |
///    +---------------+---------------+-----+-------------------------+
///    | time to live  | protocol      | header checksum               |
///    +---------------+---------------+-------------------------------+
///    | source address                                                |
///    +---------------------------------------------------------------+
///    | destination address                                           |
///    +---------------------------------------------------------------+
///    | options: IHL - 5 words of 32 bits; then the payload
///
/// IHL is the header's length in 32-bit words. The octet that RFC 791 calls type of service holds
/// DSCP (RFC 2474) and ECN (RFC 3168).

#include <algorithm>
#include <array>
#include <string_view>

#include <sonde/base/address.hpp>
#include <sonde/wire/automatics.hpp>
#include <sonde/wire/checksum.hpp>
#include <sonde/wire/network/ip_prefix.hpp>
#include <sonde/wire/network/ip_protocol.hpp>
#include <sonde/wire/option_list.hpp>
#include <sonde/wire/protocol.hpp>

namespace sonde::inline v0 {

using ipv4_option_list = header_option_list<layer::ip_option>;

struct ipv4 {
    static constexpr std::string_view name = "ipv4";
    static constexpr std::string_view spec = "RFC 791";
    static constexpr layer id = layer::ipv4;
    static constexpr std::size_t header_len = 20;      // octets, without options
    static constexpr std::size_t header_len_max = 60;  // octets: IHL has four bits
    static constexpr std::array fields{
        field{"version", 0, 4},
        field{"ihl", 4, 4},
        field{"dscp", 8, 6, field_kind::number, detail::dscp_field_name},
        field{"ecn", 14, 2, field_kind::number, detail::ecn_field_name},
        field{"total_length", 16, 16},
        field{"identification", 32, 16, field_kind::hex},
        field{"reserved_flag", 48, 1},
        field{"dont_fragment", 49, 1},
        field{"more_fragments", 50, 1},
        field{"fragment_offset", 51, 13},
        field{"time_to_live", 64, 8},
        field{"protocol", 72, 8, field_kind::number, detail::ip_protocol_field_name},
        field{"header_checksum", 80, 16, field_kind::hex},
        field{"source", 96, 32, field_kind::ipv4},
        field{"destination", 128, 32, field_kind::ipv4}};
    static constexpr std::array selected_by{selector{selector_kind::ether_type, 0x0800},
                                            selector{selector_kind::ip_protocol, 4},
                                            selector{selector_kind::ppp_protocol, 0x21},
                                            selector{selector_kind::link_type, 228}};
    /// For filters: either address is in this network. Text that is none does not compile.
    [[nodiscard]] static constexpr ipv4_prefix network(const ipv4_prefix& of) noexcept {
        return of;
    }

    // What a datagram means, in host byte order. Borrows `options` and `payload`.
    std::uint8_t version = 4;
    automatic<std::uint8_t> ihl{};  // 32-bit words; from the options unless set
    std::uint8_t dscp = 0;          // 6 bits
    sonde::ecn ecn = sonde::ecn::not_capable;
    automatic<std::uint16_t> total_length{};  // octets of header and payload; computed unless set
    std::uint16_t identification = 0;
    bool reserved_flag = false;
    bool dont_fragment = false;
    bool more_fragments = false;
    std::uint16_t fragment_offset = 0;  // units of 8 octets, 13 bits
    std::uint8_t time_to_live = 64;
    automatic<ip_protocol> protocol{};  // from what it carries; `reserved` when nobody says
    automatic<std::uint16_t> header_checksum{};  // computed on emission unless set
    ipv4_address source{};
    ipv4_address destination{};
    bytes_view options{};  // at most 40 octets; padded to whole words with end-of-list octets
    bytes_view payload{};
    static constexpr std::array automatics{
        automatic_field{"ihl", detail::header_units<4, 0>, is_forced<&ipv4::ihl>::in},
        automatic_field{"total_length", detail::whole_len, is_forced<&ipv4::total_length>::in},
        automatic_field{"protocol", detail::next_protocol<9>, is_forced<&ipv4::protocol>::in},
        automatic_field{
            "header_checksum", detail::ipv4_checksum, is_forced<&ipv4::header_checksum>::in}};

    /// The octets as they lie; any bit pattern is fine, nothing is judged. Borrows them: invalid
    /// once they are freed or reused. Two words; pass by value.
    template <class Octet>
    class basic_view {
        static constexpr bool writable = !std::is_const_v<Octet>;

      public:
        /// Errors: truncated (fewer than `header_len` octets).
        [[nodiscard]] static result<basic_view> parse(
            std::span<Octet> in SONDE_LIFETIMEBOUND) noexcept {
            if (in.size() < header_len) return truncated(layer::ipv4, header_len, in.size());
            return basic_view(in);
        }
        static result<basic_view> parse(dying_octets auto&&) = delete;
        [[nodiscard]] std::uint8_t version() const noexcept { return head()[0] >> 4; }
        [[nodiscard]] std::uint8_t ihl() const noexcept { return head()[0] & 0x0f; }
        [[nodiscard]] std::uint8_t dscp() const noexcept { return head()[1] >> 2; }
        [[nodiscard]] sonde::ecn ecn() const noexcept { return sonde::ecn(head()[1] & 3); }
        [[nodiscard]] std::uint16_t total_length() const noexcept { return be16<2>(head()); }
        [[nodiscard]] std::uint16_t identification() const noexcept { return be16<4>(head()); }
        [[nodiscard]] bool reserved_flag() const noexcept { return (head()[6] & 0x80) != 0; }
        [[nodiscard]] bool dont_fragment() const noexcept { return (head()[6] & 0x40) != 0; }
        [[nodiscard]] bool more_fragments() const noexcept { return (head()[6] & 0x20) != 0; }
        /// In units of 8 octets.
        [[nodiscard]] std::uint16_t fragment_offset() const noexcept {
            return be16<6>(head()) & 0x1fff;
        }
        [[nodiscard]] std::size_t fragment_offset_octets() const noexcept {
            return std::size_t{fragment_offset()} * 8;
        }
        /// Whether this is a piece of a datagram and not a whole one.
        [[nodiscard]] bool is_fragment() const noexcept {
            return (be16<6>(head()) & 0x3fff) != 0;  // more fragments, or an offset
        }
        [[nodiscard]] std::uint8_t time_to_live() const noexcept { return head()[8]; }
        [[nodiscard]] ip_protocol protocol() const noexcept { return ip_protocol(head()[9]); }
        [[nodiscard]] std::uint16_t header_checksum() const noexcept { return be16<10>(head()); }
        [[nodiscard]] ipv4_address source() const noexcept { return {be32<12>(head())}; }
        [[nodiscard]] ipv4_address destination() const noexcept { return {be32<16>(head())}; }

        /// Octets of the header as IHL declares them; below 20 is wrong, see checked_header_length.
        [[nodiscard]] std::size_t header_length() const noexcept { return std::size_t{ihl()} * 4; }
        /// The header's length, once it makes sense.
        /// Errors: bad_version (not 4), bad_length (IHL below 5), truncated (IHL beyond the end).
        [[nodiscard]] result<std::size_t> checked_header_length() const noexcept {
            const std::size_t len = header_length();
            if (version() == 4 && len >= header_len && len <= octets_.size()) [[likely]]
                return len;
            return header_problem(version(), len, octets_.size());
        }
        /// The octets of the options, as far as IHL declares and we have them.
        [[nodiscard]] std::span<Octet> options() const noexcept {
            return octets_.first(payload_at()).subspan(header_len);
        }
        /// The options one by one; offsets in errors count from the start of this header.
        [[nodiscard]] ipv4_option_list option_list() const noexcept {
            return ipv4_option_list(options(), header_len, options_limit());
        }
        /// Octets of payload that the datagram declares. A total length of zero is written by
        /// hardware that cuts segments later: then what we have is what there is.
        [[nodiscard]] std::size_t payload_declared_len() const noexcept {
            if (total_length() == 0) return octets_.size() - payload_at();
            const std::size_t header = std::max(header_length(), header_len);
            return total_length() > header ? total_length() - header : 0;
        }
        /// The payload, as much as is declared and captured. Safe on any octets.
        [[nodiscard]] std::span<Octet> payload() const noexcept {
            const std::size_t at = payload_at();
            return octets_.subspan(at, std::min(payload_declared_len(), octets_.size() - at));
        }
        /// What lies behind the datagram, for example Ethernet's padding.
        [[nodiscard]] std::span<Octet> trailer() const noexcept {
            return octets_.subspan(payload_at() + payload().size());
        }
        /// The header and its options, as far as we have them.
        [[nodiscard]] std::span<Octet> header() const noexcept {
            return octets_.first(payload_at());
        }
        [[nodiscard]] bool header_checksum_holds() const noexcept {
            return sonde::checksum_holds(header());
        }
        [[nodiscard]] std::span<Octet> octets() const noexcept { return octets_; }
        /// Nothing for a later fragment: its payload is the middle of something.
        [[nodiscard]] selector next_selector() const noexcept {
            if (fragment_offset() != 0) return {};
            return {selector_kind::ip_protocol, std::uint32_t(protocol())};
        }

        // Writing, each as it stands: the header checksum is the caller's business...
        void set_version(std::uint8_t value) const noexcept
            requires writable
        {
            head()[0] = static_cast<std::uint8_t>((value << 4) | ihl());
        }
        void set_ihl(std::uint8_t words) const noexcept
            requires writable
        {
            head()[0] = static_cast<std::uint8_t>((head()[0] & 0xf0) | (words & 0x0f));
        }
        void set_dscp(std::uint8_t value) const noexcept
            requires writable
        {
            head()[1] = static_cast<std::uint8_t>((value << 2) | (head()[1] & 3));
        }
        void set_ecn(sonde::ecn value) const noexcept
            requires writable
        {
            head()[1] = static_cast<std::uint8_t>((head()[1] & 0xfc) | (std::uint8_t(value) & 3));
        }
        void set_total_length(std::uint16_t value) const noexcept
            requires writable
        {
            put_be16<2>(head(), value);
        }
        void set_identification(std::uint16_t value) const noexcept
            requires writable
        {
            put_be16<4>(head(), value);
        }
        void set_dont_fragment(bool value) const noexcept
            requires writable
        {
            set_bit(0x40, value);
        }
        void set_more_fragments(bool value) const noexcept
            requires writable
        {
            set_bit(0x20, value);
        }
        void set_fragment_offset(std::uint16_t units) const noexcept
            requires writable
        {
            put_be16<6>(head(),
                        static_cast<std::uint16_t>((be16<6>(head()) & 0xe000) | (units & 0x1fff)));
        }
        void set_time_to_live(std::uint8_t value) const noexcept
            requires writable
        {
            head()[8] = value;
        }
        void set_protocol(ip_protocol value) const noexcept
            requires writable
        {
            head()[9] = std::uint8_t(value);
        }
        void set_header_checksum(std::uint16_t value) const noexcept
            requires writable
        {
            put_be16<10>(head(), value);
        }
        void set_source(ipv4_address value) const noexcept
            requires writable
        {
            put_be32<12>(head(), value.value);
        }
        void set_destination(ipv4_address value) const noexcept
            requires writable
        {
            put_be32<16>(head(), value.value);
        }

        // ...and the same with the checksum patched by RFC 1624: right before, right after; and a
        // wrong one stays as wrong as it was. The checksum of what the header carries knows the
        // addresses too (checksum_update serves there).
        void patch_dscp(std::uint8_t value) const noexcept
            requires writable
        {
            patch<0>([&] { set_dscp(value); });
        }
        void patch_ecn(sonde::ecn value) const noexcept
            requires writable
        {
            patch<0>([&] { set_ecn(value); });
        }
        void patch_total_length(std::uint16_t value) const noexcept
            requires writable
        {
            patch<2>([&] { set_total_length(value); });
        }
        void patch_identification(std::uint16_t value) const noexcept
            requires writable
        {
            patch<4>([&] { set_identification(value); });
        }
        void patch_dont_fragment(bool value) const noexcept
            requires writable
        {
            patch<6>([&] { set_dont_fragment(value); });
        }
        void patch_time_to_live(std::uint8_t value) const noexcept
            requires writable
        {
            patch<8>([&] { set_time_to_live(value); });
        }
        void patch_protocol(ip_protocol value) const noexcept
            requires writable
        {
            patch<8>([&] { set_protocol(value); });
        }
        void patch_source(ipv4_address value) const noexcept
            requires writable
        {
            patch<12>([&] { patch<14>([&] { set_source(value); }); });
        }
        void patch_destination(ipv4_address value) const noexcept
            requires writable
        {
            patch<16>([&] { patch<18>([&] { set_destination(value); }); });
        }
        /// Computes the header checksum anew, over what header() spans.
        void update_header_checksum() const noexcept
            requires writable
        {
            set_header_checksum(0);
            set_header_checksum(internet_checksum(header()));
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept : octets_(octets) {}
        [[nodiscard]] auto head() const noexcept { return octets_.template first<header_len>(); }
        /// Where the payload begins: behind the declared header, never outside what we have.
        [[nodiscard]] std::size_t payload_at() const noexcept {
            return std::min(std::max(header_length(), header_len), octets_.size());
        }
        [[nodiscard]] limit_field options_limit() const noexcept {
            return header_length() <= octets_.size() ? limit_field::header_length
                                                     : limit_field::captured;
        }
        void set_bit(std::uint8_t bit, bool value) const noexcept
            requires writable
        {
            head()[6] = static_cast<std::uint8_t>(value ? head()[6] | bit : head()[6] & ~bit);
        }
        /// Changes the word at `Offset` by `change`, and the checksum with it.
        template <std::size_t Offset, class Change>
        void patch(Change change) const noexcept
            requires writable
        {
            const std::uint16_t before = be16<Offset>(head());
            change();
            set_header_checksum(checksum_update(header_checksum(), before, be16<Offset>(head())));
        }
        std::span<Octet> octets_;  // never shorter than header_len
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Reads every field; what is automatic comes back forced, so that emission is the identity.
    /// `payload` is everything behind the header, a trailer too: restrict the octets to the
    /// datagram first where that matters.
    /// Errors: bad_version (not 4), bad_length (IHL below 5), truncated (IHL beyond the end).
    [[nodiscard]] SONDE_API static result<ipv4> read(view v) noexcept;
    /// The options.
    SONDE_API static void describe(view seen, field_sink& to);
    /// Octets of the header with its options, padded.
    [[nodiscard]] std::size_t header_wire_len() const noexcept {
        return header_len + (options.size() + 3) / 4 * 4;
    }
    [[nodiscard]] std::size_t wire_len() const noexcept {  // octets
        return header_wire_len() + payload.size();
    }
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
    /// Writes the header alone, as it stands before `payload_len` octets that are written
    /// elsewhere; the member `payload` is not looked at. Precondition: out.size() ==
    /// header_wire_len().
    SONDE_API void emit_header(bytes_mut out, std::size_t payload_len) const noexcept;

  private:
    SONDE_API static tl::unexpected<parse_error> header_problem(std::uint8_t version,
                                                                std::size_t declared,
                                                                std::size_t have) noexcept;
};
static_assert(protocol<ipv4> && std::is_trivially_copyable_v<ipv4::view>);

}  // namespace sonde::inline v0
