#pragma once
/// ICMP Router Advertisement (RFC 1256 s3.1): the addresses of a router on this link.
///
///     0               1               2               3
///    +---------------+---------------+-------------------------------+
///    | type: 9       | code: 0, 16   | checksum                      |
///    +---------------+---------------+-------------------------------+
///    | num addrs     | entry size: 2 | lifetime in seconds           |
///    +---------------+---------------+-------------------------------+
///    | router address                                                |  one entry; the size counts
///    +---------------------------------------------------------------+  words of 4 octets
///    | preference level, two's complement                            |
///    +---------------------------------------------------------------+
///    | ... num addrs entries

#include <algorithm>
#include <chrono>
#include <optional>
#include <span>

#include <sonde/wire/automatics.hpp>
#include <sonde/wire/network/icmp.hpp>

namespace sonde::inline v0 {

/// One address of a router and how much it wants to be chosen, higher is better.
struct icmp_router_entry {
    static constexpr std::int32_t not_a_default_router = INT32_MIN;  // RFC 1256 s3.1

    ipv4_address router_address{};
    std::int32_t preference_level = 0;
    friend constexpr bool operator==(const icmp_router_entry&, const icmp_router_entry&) = default;
};

struct icmp_router_advertisement {
    static constexpr std::string_view name = "icmp_router_advertisement";
    static constexpr std::string_view spec = "RFC 1256 s3.1";
    static constexpr layer id = layer::icmp_router_advertisement;
    static constexpr std::size_t header_len = 8;  // octets
    static constexpr std::array fields{detail::icmp_type_field,
                                       detail::icmp_code_field_of<icmp_type::router_advertisement>,
                                       detail::icmp_checksum_field,
                                       field{"num_addrs", 32, 8},
                                       field{"addr_entry_size", 40, 8},
                                       field{"lifetime", 48, 16}};
    static constexpr std::array selected_by{selector{selector_kind::icmp_type, 9}};

    static constexpr std::uint8_t entry_words = 2;                          // RFC 1256 s3.1
    static constexpr std::size_t entry_len = std::size_t{entry_words} * 4;  // octets
    using lifetime_seconds = std::chrono::duration<std::uint16_t>;          // as wide as the field

    icmp_router_advertisement_code code = icmp_router_advertisement_code::normal;
    automatic<std::uint8_t> num_addrs{};         // what `entries` holds unless set
    std::uint8_t addr_entry_size = entry_words;  // words of 4 octets
    lifetime_seconds lifetime{1800};             // RFC 1256 s4.1, the default
    bytes_view entries{};                        // as write_entries makes them; borrowed
    automatic<std::uint16_t> checksum{};         // computed on emission unless set
    static constexpr std::array automatics{
        automatic_field{"num_addrs",
                        detail::router_entries,
                        is_forced<&icmp_router_advertisement::num_addrs>::in},
        automatic_field{"checksum",
                        detail::message_checksum<2>,
                        is_forced<&icmp_router_advertisement::checksum>::in}};

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
        [[nodiscard]] std::uint8_t num_addrs() const noexcept { return this->head()[4]; }
        [[nodiscard]] std::uint8_t addr_entry_size() const noexcept { return this->head()[5]; }
        [[nodiscard]] lifetime_seconds lifetime() const noexcept {
            return lifetime_seconds{be16<6>(this->head())};
        }
        /// All that follows the header, entries or not.
        [[nodiscard]] std::span<Octet> entries() const noexcept { return this->rest(); }
        /// How many entries can be read: those declared, as far as their octets are there.
        [[nodiscard]] std::size_t entry_count() const noexcept {
            const std::size_t len = std::size_t{addr_entry_size()} * 4;
            if (len < entry_len) return 0;  // too small to hold an address and its preference
            return std::min<std::size_t>(num_addrs(), entries().size() / len);
        }
        /// Precondition: index < entry_count().
        [[nodiscard]] icmp_router_entry entry(std::size_t index) const noexcept {
            const auto at = bytes_view(entries()).subspan(index * addr_entry_size() * 4);
            return {.router_address = {be32_at(at, 0)},
                    .preference_level = static_cast<std::int32_t>(be32_at(at, 4))};
        }
        /// Why fewer entries can be read than are declared; nothing when all can.
        /// Errors: bad_length (an entry size below 2 words), truncated (entries missing).
        [[nodiscard]] std::optional<parse_error> error() const noexcept {
            return icmp_router_advertisement::error_of(
                num_addrs(), std::size_t{addr_entry_size()} * 4, entries().size());
        }
        void set_num_addrs(std::uint8_t value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            this->head()[4] = value;
        }
        void set_addr_entry_size(std::uint8_t value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            this->head()[5] = value;
        }
        void set_lifetime(lifetime_seconds value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            put_be16<6>(this->head(), value.count());
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept
            : detail::icmp_view<Octet, header_len>(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// What is automatic comes back forced, so that emission is the identity.
    /// Errors: not_this_message (type not 9).
    [[nodiscard]] SONDE_API static result<icmp_router_advertisement> read(view v) noexcept;
    /// The entries.
    SONDE_API static void describe(view seen, field_sink& to);
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + entries.size();
    }  // octets
    /// Writes entries of 2 words. Precondition: out.size() == in.size() * entry_len.
    SONDE_API static void write_entries(std::span<const icmp_router_entry> in,
                                        bytes_mut out) noexcept;
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;

  private:
    [[nodiscard]] SONDE_API static std::optional<parse_error> error_of(std::size_t declared,
                                                                       std::size_t size,
                                                                       std::size_t have) noexcept;
};
static_assert(protocol<icmp_router_advertisement> &&
              std::is_trivially_copyable_v<icmp_router_advertisement::view>);

}  // namespace sonde::inline v0
