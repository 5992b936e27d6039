#pragma once
/// ICMP Echo and Echo Reply (RFC 792 p. 14). The struct is what it means; `view` is how it lies.
///
///     0               1               2               3
///    +---------------+---------------+-------------------------------+
///    | type: 8 or 0  | code: 0       | checksum                      |
///    +---------------+---------------+-------------------------------+
///    | identifier                    | sequence number               |
///    +-------------------------------+-------------------------------+
///    | data: zero or more octets, the sender's business (no timestamp is defined)

#include <sonde/wire/automatics.hpp>
#include <sonde/wire/network/icmp.hpp>

namespace sonde::inline v0 {

struct icmp_echo {
    static constexpr std::string_view name = "icmp_echo";
    static constexpr std::string_view spec = "RFC 792 p. 14";
    static constexpr layer id = layer::icmp_echo;
    static constexpr std::size_t header_len = 8;  // octets
    static constexpr std::array fields{detail::icmp_type_field,
                                       detail::icmp_code_field,
                                       detail::icmp_checksum_field,
                                       field{"identifier", 32, 16},
                                       field{"sequence_number", 48, 16}};
    static constexpr std::array selected_by{selector{selector_kind::icmp_type, 0},
                                            selector{selector_kind::icmp_type, 8}};
    enum class kind : std::uint8_t { reply = 0, request = 8 };

    // What an echo means, in host byte order. Borrows `data`.
    kind type = kind::request;
    std::uint8_t code = 0;  // RFC 792 has only 0, but hosts answer others with the code they got
    std::uint16_t identifier = 0;
    std::uint16_t sequence_number = 0;
    bytes_view data{};
    automatic<std::uint16_t> checksum{};  // computed on emission unless set
    static constexpr std::array automatics{automatic_field{
        "checksum", detail::message_checksum<2>, is_forced<&icmp_echo::checksum>::in}};

    /// Two words over somebody's octets; any bit pattern is fine. Invalid once they are freed.
    template <class Octet>
    class basic_view : public detail::icmp_view<Octet, header_len> {
      public:
        /// Errors: truncated (fewer than `header_len` octets).
        [[nodiscard]] static result<basic_view> parse(
            std::span<Octet> in SONDE_LIFETIMEBOUND) noexcept {
            if (in.size() < header_len) return truncated(id, header_len, in.size());
            return basic_view(in);
        }
        static result<basic_view> parse(dying_octets auto&&) = delete;
        [[nodiscard]] std::uint16_t identifier() const noexcept { return be16<4>(this->head()); }
        [[nodiscard]] std::uint16_t sequence_number() const noexcept {
            return be16<6>(this->head());
        }
        [[nodiscard]] std::span<Octet> data() const noexcept { return this->rest(); }
        void set_identifier(std::uint16_t value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            put_be16<4>(this->head(), value);
        }
        void set_sequence_number(std::uint16_t value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            put_be16<6>(this->head(), value);
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept
            : detail::icmp_view<Octet, header_len>(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// The checksum comes back forced, so that emission is the identity.
    /// Errors: not_this_message (type neither 0 nor 8).
    [[nodiscard]] SONDE_API static result<icmp_echo> read(view v) noexcept;
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + data.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<icmp_echo> && std::is_trivially_copyable_v<icmp_echo::view>);

// Inline: with a length that the caller's code shows, half of the work disappears.
inline void icmp_echo::emit(bytes_mut out) const noexcept {
    detail::emit_icmp_head(out,
                           {.type = static_cast<std::uint8_t>(type),
                            .code = code,
                            .information = detail::two_u16(identifier, sequence_number),
                            .checksum = checksum},
                           data);
    copy_octets(out.subspan(header_len), data);
}

}  // namespace sonde::inline v0
