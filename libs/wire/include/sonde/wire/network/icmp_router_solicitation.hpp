#pragma once
/// ICMP Router Solicitation (RFC 1256 s3.2): a host asks the routers of its link to advertise
/// themselves at once.
///
///     0               1               2               3
///    +---------------+---------------+-------------------------------+
///    | type: 10      | code: 0       | checksum                      |
///    +---------------+---------------+-------------------------------+
///    | reserved                                                      |
///    +---------------------------------------------------------------+

#include <sonde/wire/automatics.hpp>
#include <sonde/wire/network/icmp.hpp>

namespace sonde::inline v0 {

struct icmp_router_solicitation {
    static constexpr std::string_view name = "icmp_router_solicitation";
    static constexpr std::string_view spec = "RFC 1256 s3.2";
    static constexpr layer id = layer::icmp_router_solicitation;
    static constexpr std::size_t header_len = 8;  // octets
    static constexpr std::array fields{detail::icmp_type_field,
                                       detail::icmp_code_field,
                                       detail::icmp_checksum_field,
                                       field{"reserved", 32, 32, field_kind::hex}};
    static constexpr std::array selected_by{selector{selector_kind::icmp_type, 10}};

    std::uint8_t code = 0;
    std::uint32_t reserved = 0;
    bytes_view trailing{};                // after the last field: nothing is defined, all is kept
    automatic<std::uint16_t> checksum{};  // computed on emission unless set
    static constexpr std::array automatics{
        automatic_field{"checksum",
                        detail::message_checksum<2>,
                        is_forced<&icmp_router_solicitation::checksum>::in}};

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
        [[nodiscard]] std::uint32_t reserved() const noexcept { return be32<4>(this->head()); }
        /// What follows the last field; nothing is defined there.
        [[nodiscard]] std::span<Octet> trailing() const noexcept { return this->rest(); }
        void set_reserved(std::uint32_t value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            put_be32<4>(this->head(), value);
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept
            : detail::icmp_view<Octet, header_len>(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// What is automatic comes back forced, so that emission is the identity.
    /// Errors: not_this_message (type not 10).
    [[nodiscard]] SONDE_API static result<icmp_router_solicitation> read(view v) noexcept;
    /// What follows the last field.
    SONDE_API static void describe(view seen, field_sink& to);
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + trailing.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<icmp_router_solicitation> &&
              std::is_trivially_copyable_v<icmp_router_solicitation::view>);

}  // namespace sonde::inline v0
