#pragma once
/// TCP (RFC 9293). The struct is what it means; `view` is how it lies.
///
///     0               1               2               3
///    +-------------------------------+-------------------------------+
///    | source port                   | destination port              |
///    +-------------------------------+-------------------------------+
///    | sequence number                                               |
///    +---------------------------------------------------------------+
///    | acknowledgment number                                         |
///    +-------+-------+---------------+-------------------------------+
///    | offset| rsrvd |C E U A P R S F| window                        |
///    +-------+-------+---------------+-------------------------------+
///    | checksum                      | urgent pointer                |
///    +-------------------------------+-------------------------------+
///    | options: data offset - 5 words of 32 bits; then the data

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include <sonde/wire/automatics.hpp>
#include <sonde/wire/checksum.hpp>
#include <sonde/wire/option_list.hpp>
#include <sonde/wire/protocol.hpp>

namespace sonde::inline v0 {

/// The control bits (RFC 9293 s3.1), any combination of them.
enum class tcp_flags : std::uint8_t {
    none = 0x00,
    fin = 0x01,
    syn = 0x02,
    rst = 0x04,
    psh = 0x08,
    ack = 0x10,
    urg = 0x20,
    ece = 0x40,
    cwr = 0x80,
};
[[nodiscard]] constexpr tcp_flags operator|(tcp_flags a, tcp_flags b) noexcept {
    return tcp_flags(static_cast<std::uint8_t>(a) | static_cast<std::uint8_t>(b));
}
[[nodiscard]] constexpr tcp_flags operator&(tcp_flags a, tcp_flags b) noexcept {
    return tcp_flags(static_cast<std::uint8_t>(a) & static_cast<std::uint8_t>(b));
}
/// Whether all of `wanted` are set.
[[nodiscard]] constexpr bool has(tcp_flags flags, tcp_flags wanted) noexcept {
    return (flags & wanted) == wanted;
}
/// "syn|ack", "none".
[[nodiscard]] SONDE_API std::string to_string(tcp_flags flags);

using tcp_option_list = header_option_list<layer::tcp_option>;

struct tcp {
    static constexpr std::string_view name = "tcp";
    static constexpr std::string_view spec = "RFC 9293";
    static constexpr layer id = layer::tcp;
    static constexpr std::size_t header_len = 20;      // octets, without options
    static constexpr std::size_t header_len_max = 60;  // octets: the data offset has four bits
    static constexpr std::array fields{field{"source_port", 0, 16},
                                       field{"destination_port", 16, 16},
                                       field{"sequence_number", 32, 32},
                                       field{"acknowledgment_number", 64, 32},
                                       field{"data_offset", 96, 4},
                                       field{"reserved", 100, 4},
                                       field{"flags", 104, 8, field_kind::hex},
                                       field{"window", 112, 16},
                                       field{"checksum", 128, 16, field_kind::hex},
                                       field{"urgent_pointer", 144, 16}};
    static constexpr std::array selected_by{selector{selector_kind::ip_protocol, 6}};
    static constexpr either_port<tcp> port{};  // for filters

    // What a segment means, in host byte order. Borrows `options` and `data`.
    std::uint16_t source_port = 0;
    std::uint16_t destination_port = 0;
    std::uint32_t sequence_number = 0;
    std::uint32_t acknowledgment_number = 0;
    automatic<std::uint8_t> data_offset{};  // 32-bit words; from the options unless set
    std::uint8_t reserved = 0;              // 4 bits; the lowest was NS (RFC 3540, see RFC 8311)
    tcp_flags flags = tcp_flags::none;
    std::uint16_t window = 0;
    automatic<std::uint16_t> checksum{};  // needs the addresses: zero on emission unless set
    std::uint16_t urgent_pointer = 0;
    bytes_view options{};  // at most 40 octets; padded to whole words with end-of-list octets
    bytes_view data{};
    static constexpr std::array automatics{
        automatic_field{
            "data_offset", detail::header_units<4, 0>, is_forced<&tcp::data_offset>::in},
        automatic_field{"checksum",
                        detail::checksum_with_addresses<ip_protocol::tcp, 16>,
                        is_forced<&tcp::checksum>::in}};

    /// The octets as they lie; any bit pattern is fine, nothing is judged. Borrows them: invalid
    /// once they are freed or reused. Two words; pass by value.
    template <class Octet>
    class basic_view {
        static constexpr bool writable = !std::is_const_v<Octet>;

      public:
        /// Errors: truncated (fewer than `header_len` octets).
        [[nodiscard]] static result<basic_view> parse(
            std::span<Octet> in SONDE_LIFETIMEBOUND) noexcept {
            if (in.size() < header_len) return truncated(layer::tcp, header_len, in.size());
            return basic_view(in);
        }
        static result<basic_view> parse(dying_octets auto&&) = delete;
        [[nodiscard]] std::uint16_t source_port() const noexcept { return be16<0>(head()); }
        [[nodiscard]] std::uint16_t destination_port() const noexcept { return be16<2>(head()); }
        [[nodiscard]] std::uint32_t sequence_number() const noexcept { return be32<4>(head()); }
        [[nodiscard]] std::uint32_t acknowledgment_number() const noexcept {
            return be32<8>(head());
        }
        /// In 32-bit words.
        [[nodiscard]] std::uint8_t data_offset() const noexcept { return head()[12] >> 4; }
        [[nodiscard]] std::uint8_t reserved() const noexcept { return head()[12] & 0x0f; }
        [[nodiscard]] tcp_flags flags() const noexcept { return tcp_flags(head()[13]); }
        [[nodiscard]] std::uint16_t window() const noexcept { return be16<14>(head()); }
        [[nodiscard]] std::uint16_t checksum() const noexcept { return be16<16>(head()); }
        [[nodiscard]] std::uint16_t urgent_pointer() const noexcept { return be16<18>(head()); }

        /// Octets of the header as declared; below 20 is wrong, see checked_header_length.
        [[nodiscard]] std::size_t header_length() const noexcept {
            return std::size_t{data_offset()} * 4;
        }
        /// The header's length, once it makes sense.
        /// Errors: bad_length (a data offset below 5), truncated (a data offset beyond the end).
        [[nodiscard]] result<std::size_t> checked_header_length() const noexcept {
            const std::size_t len = header_length();
            if (len >= header_len && len <= octets_.size()) [[likely]]
                return len;
            return header_problem(len, octets_.size());
        }
        /// The octets of the options, as far as the data offset declares and we have them.
        [[nodiscard]] std::span<Octet> options() const noexcept {
            return octets_.first(data_at()).subspan(header_len);
        }
        /// The options one by one; offsets in errors count from the start of this header.
        [[nodiscard]] tcp_option_list option_list() const noexcept {
            return tcp_option_list(options(),
                                   header_len,
                                   header_length() <= octets_.size() ? limit_field::header_length
                                                                     : limit_field::captured);
        }
        /// What follows the header; its end is the end of the datagram.
        [[nodiscard]] std::span<Octet> data() const noexcept { return octets_.subspan(data_at()); }
        /// What follows the header, by the port it goes to...
        [[nodiscard]] std::span<Octet> payload() const noexcept { return data(); }
        [[nodiscard]] selector next_selector() const noexcept {
            return {selector_kind::tcp_port, destination_port()};
        }
        /// ...or, when nobody knows that one, by the port it comes from.
        [[nodiscard]] selector other_selector() const noexcept {
            return {selector_kind::tcp_port, source_port()};
        }
        [[nodiscard]] std::span<Octet> octets() const noexcept { return octets_; }

        void set_source_port(std::uint16_t value) const noexcept
            requires writable
        {
            put_be16<0>(head(), value);
        }
        void set_destination_port(std::uint16_t value) const noexcept
            requires writable
        {
            put_be16<2>(head(), value);
        }
        void set_sequence_number(std::uint32_t value) const noexcept
            requires writable
        {
            put_be32<4>(head(), value);
        }
        void set_acknowledgment_number(std::uint32_t value) const noexcept
            requires writable
        {
            put_be32<8>(head(), value);
        }
        void set_data_offset(std::uint8_t words) const noexcept
            requires writable
        {
            head()[12] = static_cast<std::uint8_t>((words << 4) | reserved());
        }
        void set_flags(tcp_flags value) const noexcept
            requires writable
        {
            head()[13] = static_cast<std::uint8_t>(value);
        }
        void set_window(std::uint16_t value) const noexcept
            requires writable
        {
            put_be16<14>(head(), value);
        }
        void set_checksum(std::uint16_t value) const noexcept
            requires writable
        {
            put_be16<16>(head(), value);
        }
        void set_urgent_pointer(std::uint16_t value) const noexcept
            requires writable
        {
            put_be16<18>(head(), value);
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept : octets_(octets) {}
        [[nodiscard]] auto head() const noexcept { return octets_.template first<header_len>(); }
        [[nodiscard]] std::size_t data_at() const noexcept {
            return std::min(std::max(header_length(), header_len), octets_.size());
        }
        std::span<Octet> octets_;  // never shorter than header_len
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Reads every field; what is automatic comes back forced, so that emission is the identity.
    /// Errors: bad_length (a data offset below 5), truncated (a data offset beyond the end).
    [[nodiscard]] SONDE_API static result<tcp> read(view v) noexcept;
    /// The options.
    SONDE_API static void describe(view seen, field_sink& to);
    /// Octets of the header with its options, padded.
    [[nodiscard]] std::size_t header_wire_len() const noexcept {
        return header_len + (options.size() + 3) / 4 * 4;
    }
    [[nodiscard]] std::size_t wire_len() const noexcept {  // octets
        return header_wire_len() + data.size();
    }
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
    /// The checksum that the segment has between these two, whatever `checksum` says: summed from
    /// the values, no octets needed.
    [[nodiscard]] SONDE_API std::uint16_t checksum_between(
        const ip_address& source, const ip_address& destination) const noexcept;

  private:
    [[nodiscard]] std::uint16_t offset_and_flags() const noexcept;
    SONDE_API static tl::unexpected<parse_error> header_problem(std::size_t declared,
                                                                std::size_t have) noexcept;
};
static_assert(protocol<tcp> && std::is_trivially_copyable_v<tcp::view>);

}  // namespace sonde::inline v0
