#pragma once
/// UDP (RFC 768). The struct is what it means; `view` is how it lies.
///
///     0               1               2               3
///    +-------------------------------+-------------------------------+
///    | source port                   | destination port              |
///    +-------------------------------+-------------------------------+
///    | length (header and data)      | checksum (0: none was made)   |
///    +-------------------------------+-------------------------------+
///    | data

#include <algorithm>
#include <array>
#include <string_view>

#include <sonde/wire/automatics.hpp>
#include <sonde/wire/protocol.hpp>

namespace sonde::inline v0 {

struct udp {
    static constexpr std::string_view name = "udp";
    static constexpr std::string_view spec = "RFC 768";
    static constexpr layer id = layer::udp;
    static constexpr std::size_t header_len = 8;  // octets
    static constexpr std::array fields{field{"source_port", 0, 16},
                                       field{"destination_port", 16, 16},
                                       field{"length", 32, 16},
                                       field{"checksum", 48, 16, field_kind::hex}};
    static constexpr std::array selected_by{selector{selector_kind::ip_protocol, 17}};
    static constexpr either_port<udp> port{};  // for filters

    // What a datagram means, in host byte order. Borrows `data`.
    std::uint16_t source_port = 0;
    std::uint16_t destination_port = 0;
    automatic<std::uint16_t> length{};    // octets of header and data; computed unless set
    automatic<std::uint16_t> checksum{};  // needs the addresses: zero on emission unless set
    bytes_view data{};
    static constexpr std::array automatics{
        automatic_field{"length", detail::whole_len, is_forced<&udp::length>::in},
        automatic_field{"checksum", detail::udp_checksum_of, is_forced<&udp::checksum>::in}};

    /// The octets as they lie; any bit pattern is fine, nothing is judged. Borrows them: invalid
    /// once they are freed or reused. Two words; pass by value.
    template <class Octet>
    class basic_view {
      public:
        /// Errors: truncated (fewer than `header_len` octets).
        [[nodiscard]] static result<basic_view> parse(
            std::span<Octet> in SONDE_LIFETIMEBOUND) noexcept {
            if (in.size() < header_len) return truncated(layer::udp, header_len, in.size());
            return basic_view(in);
        }
        static result<basic_view> parse(dying_octets auto&&) = delete;
        [[nodiscard]] std::uint16_t source_port() const noexcept { return be16<0>(head()); }
        [[nodiscard]] std::uint16_t destination_port() const noexcept { return be16<2>(head()); }
        [[nodiscard]] std::uint16_t length() const noexcept { return be16<4>(head()); }
        [[nodiscard]] std::uint16_t checksum() const noexcept { return be16<6>(head()); }
        /// What follows the header, at most what `length` declares. A length below 8 bounds nothing
        /// (0 is a jumbogram, RFC 2675 s4; 1 to 7 is wrong).
        [[nodiscard]] std::span<Octet> data() const noexcept {
            const std::size_t declared = length() >= header_len ? length() : octets_.size();
            return octets_.first(std::min(declared, octets_.size())).subspan(header_len);
        }
        /// What follows the header, by the port it goes to...
        [[nodiscard]] std::span<Octet> payload() const noexcept { return data(); }
        [[nodiscard]] selector next_selector() const noexcept {
            return {selector_kind::udp_port, destination_port()};
        }
        /// ...or, when nobody knows that one, by the port it comes from.
        [[nodiscard]] selector other_selector() const noexcept {
            return {selector_kind::udp_port, source_port()};
        }
        [[nodiscard]] std::span<Octet> octets() const noexcept { return octets_; }
        void set_source_port(std::uint16_t value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            put_be16<0>(head(), value);
        }
        void set_destination_port(std::uint16_t value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            put_be16<2>(head(), value);
        }
        void set_length(std::uint16_t value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            put_be16<4>(head(), value);
        }
        void set_checksum(std::uint16_t value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            put_be16<6>(head(), value);
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept : octets_(octets) {}
        [[nodiscard]] auto head() const noexcept { return octets_.template first<header_len>(); }
        std::span<Octet> octets_;  // never shorter than header_len
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Reads every field; what is automatic comes back forced, so that emission is the identity.
    /// Errors: none.
    [[nodiscard]] SONDE_API static result<udp> read(view v) noexcept;
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + data.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<udp> && std::is_trivially_copyable_v<udp::view>);

}  // namespace sonde::inline v0
