#pragma once
/// ICMPv6 Parameter Problem (RFC 4443 s3.4). The pointer is 32 bits wide: it may point beyond what
/// is quoted. RFC 4884 does not extend this message in ICMPv6.
///
///     0               1               2               3
///    +---------------+---------------+-------------------------------+
///    | type: 4       | code          | checksum                      |
///    +---------------+---------------+-------------------------------+
///    | pointer: octet of the invoking packet where the error is      |
///    +---------------------------------------------------------------+
///    | as much of the invoking packet as fits in 1280 octets

#include <sonde/wire/automatics.hpp>
#include <sonde/wire/network/icmpv6.hpp>

namespace sonde::inline v0 {

/// Codes of Parameter Problem; others stay representable. RFC 7112 gave 3, RFC 8754 gave 4,
/// RFC 8883 gave 5 to 10.
enum class icmpv6_parameter_problem_code : std::uint8_t {
    erroneous_header_field = 0,
    unrecognized_next_header = 1,
    unrecognized_option = 2,
    incomplete_header_chain = 3,
    sr_upper_layer_header = 4,
    unrecognized_next_header_at_intermediate_node = 5,
    extension_header_too_big = 6,
    extension_header_chain_too_long = 7,
    too_many_extension_headers = 8,
    too_many_options = 9,
    option_too_big = 10,
};

struct icmpv6_parameter_problem {
    static constexpr std::string_view name = "icmpv6_parameter_problem";
    static constexpr std::string_view spec = "RFC 4443 s3.4";
    static constexpr layer id = layer::icmpv6_parameter_problem;
    static constexpr std::size_t header_len = 8;  // octets
    static constexpr std::array fields{detail::icmpv6_type_field,
                                       detail::icmpv6_code_field_of<icmpv6_type::parameter_problem>,
                                       detail::icmpv6_checksum_field,
                                       field{"pointer", 32, 32}};
    static constexpr std::array selected_by{selector{selector_kind::icmpv6_type, 4}};
    using code_type = icmpv6_parameter_problem_code;

    // In host byte order. Borrows `quoted`.
    code_type code = code_type::erroneous_header_field;
    automatic<std::uint16_t> checksum{};  // needs the addresses: zero on emission unless set
    std::uint32_t pointer = 0;            // octets from the start of the invoking packet
    bytes_view quoted{};
    static constexpr std::array automatics{
        automatic_field{"checksum",
                        detail::checksum_with_addresses<ip_protocol::icmpv6, 2>,
                        is_forced<&icmpv6_parameter_problem::checksum>::in}};

    /// Two words over somebody's octets; any bit pattern is fine. Invalid once they are freed.
    template <class Octet>
    class basic_view : public detail::icmpv6_view<Octet, header_len> {
      public:
        /// Errors: truncated (fewer than `header_len` octets).
        [[nodiscard]] static result<basic_view> parse(
            std::span<Octet> in SONDE_LIFETIMEBOUND) noexcept {
            if (in.size() < header_len) return truncated(id, header_len, in.size());
            return basic_view(in);
        }
        static result<basic_view> parse(dying_octets auto&&) = delete;
        [[nodiscard]] std::uint32_t pointer() const noexcept { return be32<4>(this->head()); }
        [[nodiscard]] std::span<Octet> quoted() const noexcept { return this->rest(); }
        void set_pointer(std::uint32_t value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            put_be32<4>(this->head(), value);
        }
        /// The datagram that the message is about.
        [[nodiscard]] std::span<Octet> payload() const noexcept { return quoted(); }
        [[nodiscard]] selector next_selector() const noexcept {
            return {selector_kind::ip_protocol, std::uint32_t(ip_protocol::ipv6)};
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept
            : detail::icmpv6_view<Octet, header_len>(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Errors: not_this_message (type not 4).
    [[nodiscard]] SONDE_API static result<icmpv6_parameter_problem> read(view v) noexcept;
    [[nodiscard]] std::size_t wire_len() const noexcept {  // octets
        return header_len + quoted.size();
    }
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<icmpv6_parameter_problem> &&
              std::is_trivially_copyable_v<icmpv6_parameter_problem::view>);

}  // namespace sonde::inline v0
