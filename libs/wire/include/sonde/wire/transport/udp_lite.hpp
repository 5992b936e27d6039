#pragma once
/// UDP-Lite (RFC 3828 s3.1): UDP whose checksum may cover only the beginning. The struct is what it
/// means; `view` is how it lies.
///
///     0               1               2               3
///    +-------------------------------+-------------------------------+
///    | source port                   | destination port              |
///    +-------------------------------+-------------------------------+
///    | checksum coverage             | checksum (never zero)         |
///    +-------------------------------+-------------------------------+
///    | data
///
/// Coverage counts octets from the start of this header; 0 is all of them, 1 to 7 are forbidden.
/// The datagram's length is that of the IP payload.

#include <array>
#include <string_view>

#include <sonde/wire/automatics.hpp>
#include <sonde/wire/checksum.hpp>
#include <sonde/wire/header_view.hpp>
#include <sonde/wire/protocol.hpp>

namespace sonde::inline v0 {

struct udp_lite {
    static constexpr std::string_view name = "udp_lite";
    static constexpr std::string_view spec = "RFC 3828 s3.1";
    static constexpr layer id = layer::udp_lite;
    static constexpr std::size_t header_len = 8;  // octets
    static constexpr std::array fields{field{"source_port", 0, 16},
                                       field{"destination_port", 16, 16},
                                       field{"checksum_coverage", 32, 16},
                                       field{"checksum", 48, 16, field_kind::hex}};
    static constexpr std::array selected_by{selector{selector_kind::ip_protocol, 136}};

    // What a datagram means, in host byte order. Borrows `data`.
    std::uint16_t source_port = 0;
    std::uint16_t destination_port = 0;
    std::uint16_t checksum_coverage = 0;  // octets from the start of the header; 0: all
    automatic<std::uint16_t> checksum{};  // needs the addresses: zero on emission unless set
    bytes_view data{};
    static constexpr std::array automatics{automatic_field{
        "checksum", detail::udp_lite_checksum_of, is_forced<&udp_lite::checksum>::in}};

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
        [[nodiscard]] std::uint16_t source_port() const noexcept { return be16<0>(head()); }
        [[nodiscard]] std::uint16_t destination_port() const noexcept { return be16<2>(head()); }
        [[nodiscard]] std::uint16_t checksum_coverage() const noexcept { return be16<4>(head()); }
        [[nodiscard]] std::uint16_t checksum() const noexcept { return be16<6>(head()); }
        [[nodiscard]] std::span<Octet> data() const noexcept { return rest(); }
        [[nodiscard]] std::span<Octet> payload() const noexcept { return data(); }
        /// The ports are those of UDP (RFC 3828 s6).
        [[nodiscard]] selector next_selector() const noexcept {
            return {selector_kind::udp_port, destination_port()};
        }
        [[nodiscard]] selector other_selector() const noexcept {
            return {selector_kind::udp_port, source_port()};
        }
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
        void set_checksum_coverage(std::uint16_t value) const noexcept
            requires writable
        {
            put_be16<4>(head(), value);
        }
        void set_checksum(std::uint16_t value) const noexcept
            requires writable
        {
            put_be16<6>(head(), value);
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept : base(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Reads every field; the checksum comes back forced, so that emission is the identity.
    /// Errors: none.
    [[nodiscard]] SONDE_API static result<udp_lite> read(view v) noexcept;
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + data.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
    /// The checksum field between these addresses; what is not covered does not matter to it.
    [[nodiscard]] SONDE_API std::uint16_t checksum_between(
        const ip_address& source, const ip_address& destination) const noexcept;
};
static_assert(protocol<udp_lite> && selectable<udp_lite> &&
              std::is_trivially_copyable_v<udp_lite::view>);

/// Judges the checksum of a whole datagram. `bad` too where the coverage is forbidden (1 to 7, or
/// beyond the end: RFC 3828 s3.1) or there is no checksum.
[[nodiscard]] SONDE_API checksum_state verify_udp_lite_checksum(const ip_address& source,
                                                                const ip_address& destination,
                                                                udp_lite::view seen) noexcept;

}  // namespace sonde::inline v0
