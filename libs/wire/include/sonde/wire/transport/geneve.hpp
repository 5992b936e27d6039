#pragma once
/// Generic network virtualization encapsulation (RFC 8926 s3.4, s3.5). The struct is what it means;
/// `view` is how it lies.
///
///     0               1               2               3
///    +---+-----------+-+-+-----------+-------------------------------+
///    |ver| opt len   |O|C| reserved  | protocol type (an EtherType)  |
///    +---+-----------+-+-+-----------+---------------+---------------+
///    | virtual network identifier (VNI)              | reserved      |
///    +-----------------------------------------------+---------------+
///    | options: "opt len" words of 32 bits; then the payload
///
/// O: a control packet. C: critical options are present.

#include <algorithm>
#include <array>
#include <string_view>

#include <sonde/wire/automatics.hpp>
#include <sonde/wire/element_range.hpp>
#include <sonde/wire/header_view.hpp>
#include <sonde/wire/link/ether_type.hpp>

namespace sonde::inline v0 {

/// One option (RFC 8926 s3.5). `view` is how it lies.
///
///     0               1               2               3
///    +-------------------------------+-+-------------+-----+---------+
///    | option class                  |C| type        | rsv | length  |
///    +-------------------------------+-+-------------+-----+---------+
///    | data: "length" words of 32 bits
struct geneve_option {
    static constexpr std::size_t header_len = 4;      // octets
    static constexpr std::size_t data_len_max = 124;  // octets: 31 words

    std::uint16_t option_class = 0;
    std::uint8_t type = 0;      // with the critical bit, 0x80
    std::uint8_t reserved = 0;  // 3 bits
    bytes_view data{};  // borrowed; at most `data_len_max`, padded with zeros to whole words

    /// Borrows the octets of one option.
    class view {
      public:
        /// Takes one option from the front of `rest`.
        /// Errors: truncated (fewer octets than the option declares).
        [[nodiscard]] SONDE_API static result<view> parse(
            bytes_view rest SONDE_LIFETIMEBOUND) noexcept;
        [[nodiscard]] std::uint16_t option_class() const noexcept { return be16_at(octets_, 0); }
        [[nodiscard]] std::uint8_t type() const noexcept { return octets_[2]; }
        /// Who does not know this option drops the packet (RFC 8926 s3.5).
        [[nodiscard]] bool is_critical() const noexcept { return (type() & 0x80) != 0; }
        [[nodiscard]] std::uint8_t reserved() const noexcept { return octets_[3] >> 5; }
        [[nodiscard]] std::uint8_t length_words() const noexcept { return octets_[3] & 0x1f; }
        [[nodiscard]] bytes_view data() const noexcept { return octets_.subspan(header_len); }
        [[nodiscard]] bytes_view octets() const noexcept { return octets_; }

      private:
        explicit view(bytes_view octets) noexcept : octets_(octets) {}
        bytes_view octets_;  // all of the option
    };

    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + (data.size() + 3) / 4 * 4;
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
using geneve_options = element_range<geneve_option::view>;

struct geneve {
    static constexpr std::string_view name = "geneve";
    static constexpr std::string_view spec = "RFC 8926 s3.4";
    static constexpr layer id = layer::geneve;
    static constexpr std::size_t header_len = 8;        // octets, without options
    static constexpr std::size_t header_len_max = 260;  // octets: 63 words of options
    static constexpr std::array fields{
        field{"version", 0, 2},
        field{"option_length", 2, 6},
        field{"control", 8, 1},
        field{"critical", 9, 1},
        field{"reserved", 10, 6, field_kind::hex},
        field{"protocol_type", 16, 16, field_kind::hex, detail::ether_type_field_name},
        field{"vni", 32, 24},
        field{"reserved_2", 56, 8, field_kind::hex}};
    static constexpr std::array selected_by{selector{selector_kind::udp_port, 6081}};

    // What it means, in host byte order. Borrows `options` and `payload`.
    std::uint8_t version = 0;                 // 2 bits
    automatic<std::uint8_t> option_length{};  // 32-bit words, 6 bits; from the options unless set
    bool control = false;
    automatic<bool> critical{};             // whether an option is, unless set
    std::uint8_t reserved = 0;              // 6 bits
    automatic<ether_type> protocol_type{};  // from what it carries; `reserved` when nobody says
    std::uint32_t vni = 0;                  // 24 bits
    std::uint8_t reserved_2 = 0;
    bytes_view options{};  // whole options, see geneve_option::emit
    bytes_view payload{};
    static constexpr std::array automatics{
        automatic_field{
            "option_length", detail::header_elements<8, 4>, is_forced<&geneve::option_length>::in},
        automatic_field{"critical", detail::geneve_critical, is_forced<&geneve::critical>::in},
        automatic_field{
            "protocol_type", detail::carried_ether_type<2>, is_forced<&geneve::protocol_type>::in}};

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
        [[nodiscard]] std::uint8_t version() const noexcept { return head()[0] >> 6; }
        /// In words of 32 bits.
        [[nodiscard]] std::uint8_t option_length() const noexcept { return head()[0] & 0x3f; }
        [[nodiscard]] bool control() const noexcept { return (head()[1] & 0x80) != 0; }
        [[nodiscard]] bool critical() const noexcept { return (head()[1] & 0x40) != 0; }
        [[nodiscard]] std::uint8_t reserved() const noexcept { return head()[1] & 0x3f; }
        [[nodiscard]] ether_type protocol_type() const noexcept {
            return ether_type(be16<2>(head()));
        }
        [[nodiscard]] std::uint32_t vni() const noexcept { return detail::be24<4>(head()); }
        [[nodiscard]] std::uint8_t reserved_2() const noexcept { return head()[7]; }
        /// Octets of the header with its options, as declared.
        [[nodiscard]] std::size_t header_length() const noexcept {
            return header_len + std::size_t{option_length()} * 4;
        }
        /// Errors: truncated (options that are declared are not there).
        [[nodiscard]] result<std::size_t> checked_header_length() const noexcept {
            if (header_length() <= this->octets().size()) return header_length();
            return truncated(id, header_length(), this->octets().size());
        }
        /// The octets of the options, as far as they are declared and captured.
        [[nodiscard]] std::span<Octet> options() const noexcept {
            return rest().first(options_len());
        }
        /// The options one by one; offsets in errors count from the start of this header.
        [[nodiscard]] geneve_options option_list() const noexcept {
            return geneve_options(options(), {}, header_len);
        }
        [[nodiscard]] std::span<Octet> payload() const noexcept {
            return rest().subspan(options_len());
        }
        /// Nothing in versions that nobody knows.
        [[nodiscard]] selector next_selector() const noexcept {
            if (version() != 0) return {};
            return detail::ether_type_selector(protocol_type());
        }
        void set_vni(std::uint32_t value) const noexcept
            requires writable
        {
            detail::put_be24<4>(head(), value);
        }
        void set_protocol_type(ether_type value) const noexcept
            requires writable
        {
            put_be16<2>(head(), static_cast<std::uint16_t>(value));
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept : base(octets) {}
        [[nodiscard]] std::size_t options_len() const noexcept {
            return std::min(std::size_t{option_length()} * 4, rest().size());
        }
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Reads every field; what is automatic comes back forced. Errors: none.
    [[nodiscard]] SONDE_API static result<geneve> read(view v) noexcept;
    /// The options.
    SONDE_API static void describe(view seen, field_sink& to);
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + options.size() + payload.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<geneve> && selectable<geneve> && carrier<geneve::view> &&
              std::is_trivially_copyable_v<geneve::view>);

}  // namespace sonde::inline v0
