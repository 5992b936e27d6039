#pragma once
/// The loopback header of BSD systems (LINKTYPE_NULL and LINKTYPE_LOOP of
/// draft-ietf-opsawg-pcaplinktype, a registry for IANA): an address family, in the byte order of
/// the machine that captured (null) or of the network (loop). The struct is what it means; `view`
/// is how it lies.
///
///     0               1               2               3
///    +---------------------------------------------------------------+
///    | address family, either byte order                             |
///    +---------------------------------------------------------------+
///    | payload
///
/// Families are small numbers: in which half the bits stand tells the order. Each system has its
/// own number for IPv6.

#include <array>
#include <string_view>

#include <sonde/wire/automatics.hpp>
#include <sonde/wire/header_view.hpp>
#include <sonde/wire/link/ether_type.hpp>
#include <sonde/wire/link/link_type.hpp>

namespace sonde::inline v0 {

/// Address families as they are found in captures. Other values stay representable.
enum class bsd_family : std::uint32_t {
    unspecified = 0,
    ipv4 = 2,
    osi = 7,
    appletalk = 16,
    ipx = 23,
    ipv6_openbsd = 24,  // also NetBSD and Windows
    ipv6_freebsd = 28,
    ipv6_darwin = 30,
};
/// "ipv4", "ipv6_darwin"...; empty for a number that has no name here.
[[nodiscard]] SONDE_API std::string_view to_string(bsd_family family) noexcept;

struct bsd_null {
    static constexpr std::string_view name = "bsd_null";
    static constexpr std::string_view spec = "LINKTYPE_NULL";
    static constexpr layer id = layer::bsd_null;
    static constexpr std::size_t header_len = 4;  // octets
    static constexpr std::array fields{field{"family_as_it_lies", 0, 32, field_kind::hex}};
    static constexpr std::array selected_by{detail::by_link_type(link_type::null),
                                            detail::by_link_type(link_type::loop)};

    // What it means. Borrows `payload`.
    automatic<bsd_family> family{};  // from what it carries; `unspecified` when nobody says
    bool little_endian = true;       // the capturing machine's order; LINKTYPE_LOOP: false
    bytes_view payload{};
    static constexpr std::array automatics{automatic_field{"family",
                                                           detail::null_family,
                                                           is_forced<&bsd_null::family>::in,
                                                           detail::store_null_family}};

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
        /// The four octets as a number in network byte order.
        [[nodiscard]] std::uint32_t family_as_it_lies() const noexcept { return be32<0>(head()); }
        /// Whether the family stands with its low octet first: no family needs the high half.
        [[nodiscard]] bool is_little_endian() const noexcept {
            return (family_as_it_lies() & 0xffff0000) != 0;
        }
        [[nodiscard]] bsd_family family() const noexcept {
            return bsd_family(is_little_endian() ? swapped(family_as_it_lies())
                                                 : family_as_it_lies());
        }
        [[nodiscard]] std::span<Octet> payload() const noexcept { return rest(); }
        /// Some writers put an EtherType into the second half of the header, in network order,
        /// whatever the first half says: no family is so large.
        [[nodiscard]] selector next_selector() const noexcept {
            switch (family()) {
                case bsd_family::ipv4:
                    return detail::by_ether_type(ether_type::ipv4);
                case bsd_family::ipv6_openbsd:
                case bsd_family::ipv6_freebsd:
                case bsd_family::ipv6_darwin:
                    return detail::by_ether_type(ether_type::ipv6);
                case bsd_family::ipx:
                    return detail::by_ether_type(ether_type::ipx);
                default:
                    return detail::ether_type_selector(ether_type(be16<2>(head())));
            }
        }
        /// Keeps the byte order that the header has.
        void set_family(bsd_family value) const noexcept
            requires writable
        {
            const auto number = static_cast<std::uint32_t>(value);
            put_be32<0>(head(), is_little_endian() ? swapped(number) : number);
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept : base(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Reads family and order; the family comes back forced. Errors: none.
    [[nodiscard]] SONDE_API static result<bsd_null> read(view v) noexcept;
    /// The family in its own byte order.
    SONDE_API static void describe(view seen, field_sink& to);
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + payload.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;

  private:
    [[nodiscard]] static constexpr std::uint32_t swapped(std::uint32_t value) noexcept {
        return (value >> 24) | ((value >> 8) & 0xff00) | ((value & 0xff00) << 8) | (value << 24);
    }
};
static_assert(protocol<bsd_null> && selectable<bsd_null> && carrier<bsd_null::view> &&
              std::is_trivially_copyable_v<bsd_null::view>);

}  // namespace sonde::inline v0
