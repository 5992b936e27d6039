#pragma once
/// ICMP Parameter Problem (RFC 792 p. 8) with the length of RFC 4884 s4.3.
///
///     0               1               2               3
///    +---------------+---------------+-------------------------------+
///    | type: 12      | code          | checksum                      |
///    +---------------+---------------+-------------------------------+
///    | pointer       | length        | unused                        |
///    +---------------+---------------+-------------------------------+
///    | quoted datagram, then perhaps an extension structure
///
/// The pointer is the octet of the quoted datagram where the error was found (code 0). The length
/// counts words of 4 octets of the quoted datagram.

#include <sonde/wire/automatics.hpp>
#include <sonde/wire/network/icmp.hpp>
#include <sonde/wire/network/icmp_extension.hpp>

namespace sonde::inline v0 {

struct icmp_parameter_problem {
    static constexpr std::string_view name = "icmp_parameter_problem";
    static constexpr std::string_view spec = "RFC 792 p. 8, RFC 4884 s4.3";
    static constexpr layer id = layer::icmp_parameter_problem;
    static constexpr std::size_t header_len = 8;  // octets
    static constexpr std::array fields{detail::icmp_type_field,
                                       detail::icmp_code_field_of<icmp_type::parameter_problem>,
                                       detail::icmp_checksum_field,
                                       field{"pointer", 32, 8},
                                       field{"length", 40, 8},
                                       field{"unused", 48, 16, field_kind::hex}};
    static constexpr std::array selected_by{selector{selector_kind::icmp_type, 12}};

    icmp_parameter_problem_code code = icmp_parameter_problem_code::pointer_indicates_the_error;
    std::uint8_t pointer = 0;                // octets from the start of the quoted datagram
    automatic<std::uint8_t> length_words{};  // computed unless set
    std::uint16_t unused = 0;
    bytes_view quoted{};                  // the datagram in question, borrowed
    bytes_view extension{};               // a whole structure, borrowed; empty: none
    automatic<std::uint16_t> checksum{};  // computed on emission unless set
    static constexpr std::array automatics{
        automatic_field{
            "length", detail::quote_units<4>, is_forced<&icmp_parameter_problem::length_words>::in},
        automatic_field{"checksum",
                        detail::message_checksum<2>,
                        is_forced<&icmp_parameter_problem::checksum>::in}};

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
        [[nodiscard]] std::uint8_t pointer() const noexcept { return this->head()[4]; }
        [[nodiscard]] std::uint8_t length_words() const noexcept { return this->head()[5]; }
        [[nodiscard]] std::uint16_t unused() const noexcept { return be16<6>(this->head()); }
        /// What follows the eight octets: quoted datagram, structure, padding.
        [[nodiscard]] std::span<Octet> body() const noexcept { return this->rest(); }
        /// The body split at the length field, tolerant of routers that do not fill it in.
        [[nodiscard]] icmp_quote quote() const noexcept {
            return split_icmp_quote(body(), std::size_t{length_words()} * icmp_length_unit, id);
        }
        void set_pointer(std::uint8_t value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            this->head()[4] = value;
        }
        void set_length_words(std::uint8_t value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            this->head()[5] = value;
        }
        void set_unused(std::uint16_t value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            put_be16<6>(this->head(), value);
        }
        /// The datagram that the message is about.
        [[nodiscard]] std::span<Octet> payload() const noexcept {
            return body().first(quote().datagram.size());
        }
        [[nodiscard]] selector next_selector() const noexcept {
            return {selector_kind::ip_protocol, std::uint32_t(ip_protocol::ipv4)};
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept
            : detail::icmp_view<Octet, header_len>(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// What is automatic comes back forced, so that emission is the identity.
    /// Errors: not_this_message (type not 12).
    [[nodiscard]] SONDE_API static result<icmp_parameter_problem> read(view v) noexcept;
    /// The extension structure.
    SONDE_API static void describe(view seen, field_sink& to);
    /// Octets; see icmp_quote_layout for when the quoted datagram is padded.
    [[nodiscard]] SONDE_API std::size_t wire_len() const noexcept;
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<icmp_parameter_problem> &&
              std::is_trivially_copyable_v<icmp_parameter_problem::view>);

}  // namespace sonde::inline v0
