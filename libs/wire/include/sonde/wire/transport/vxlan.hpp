#pragma once
/// Virtual eXtensible Local Area Network (RFC 7348 s5): an Ethernet frame in UDP. The struct is
/// what it means; `view` is how it lies.
///
///     0               1               2               3
///    +---------------+---------------+-------------------------------+
///    |R R R R I R R R| reserved      | reserved                      |
///    +---------------+---------------+---------------+---------------+
///    | VXLAN network identifier (VNI)                | reserved      |
///    +-----------------------------------------------+---------------+
///    | Ethernet frame
///
/// The group policy extension (draft-smith-vxlan-group-policy) sets the first bit and keeps a
/// group in the second half of the first word.

#include <array>
#include <string_view>

#include <sonde/wire/header_view.hpp>
#include <sonde/wire/link/link_type.hpp>

namespace sonde::inline v0 {

struct vxlan {
    static constexpr std::string_view name = "vxlan";
    static constexpr std::string_view spec = "RFC 7348 s5";
    static constexpr layer id = layer::vxlan;
    static constexpr std::size_t header_len = 8;             // octets
    static constexpr std::uint8_t flag_vni = 0x08;           // the identifier is valid
    static constexpr std::uint8_t flag_group_policy = 0x80;  // draft-smith-vxlan-group-policy
    static constexpr std::array fields{field{"flags", 0, 8, field_kind::hex},
                                       field{"policy_flags", 8, 8, field_kind::hex},
                                       field{"group_policy_id", 16, 16},
                                       field{"vni", 32, 24},
                                       field{"reserved", 56, 8, field_kind::hex}};
    static constexpr std::array selected_by{selector{selector_kind::udp_port, 4789}};

    // What it means, in host byte order. Borrows `payload`.
    std::uint8_t flags = flag_vni;
    std::uint8_t policy_flags = 0;      // reserved without group policy
    std::uint16_t group_policy_id = 0;  // reserved without group policy
    std::uint32_t vni = 0;              // 24 bits
    std::uint8_t reserved = 0;
    bytes_view payload{};

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
        [[nodiscard]] std::uint8_t flags() const noexcept { return head()[0]; }
        [[nodiscard]] std::uint8_t policy_flags() const noexcept { return head()[1]; }
        [[nodiscard]] std::uint16_t group_policy_id() const noexcept { return be16<2>(head()); }
        [[nodiscard]] std::uint32_t vni() const noexcept { return detail::be24<4>(head()); }
        [[nodiscard]] std::uint8_t reserved() const noexcept { return head()[7]; }
        [[nodiscard]] std::span<Octet> payload() const noexcept { return rest(); }
        [[nodiscard]] selector next_selector() const noexcept {
            return detail::by_link_type(link_type::ethernet);
        }
        void set_flags(std::uint8_t value) const noexcept
            requires writable
        {
            head()[0] = value;
        }
        void set_vni(std::uint32_t value) const noexcept
            requires writable
        {
            detail::put_be24<4>(head(), value);
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept : base(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Errors: none.
    [[nodiscard]] SONDE_API static result<vxlan> read(view v) noexcept;
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + payload.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<vxlan> && selectable<vxlan> && carrier<vxlan::view> &&
              std::is_trivially_copyable_v<vxlan::view>);

}  // namespace sonde::inline v0
