#pragma once
/// The five messages of neighbor discovery (RFC 4861 s4). All end in options (nd_options.hpp), and
/// a receiver believes none that did not arrive with hop limit 255 (s6.1, s7.1, s8.1), which only
/// the layer below knows.

#include <chrono>

#include <sonde/wire/automatics.hpp>
#include <sonde/wire/network/icmpv6.hpp>
#include <sonde/wire/network/nd_options.hpp>

namespace sonde::inline v0 {

/// Router Solicitation (RFC 4861 s4.1): hosts ask routers to advertise now.
///
///     | type: 133     | code: 0       | checksum                      |
///     | reserved                                                      |
///     | options
struct router_solicitation {
    static constexpr std::string_view name = "router_solicitation";
    static constexpr std::string_view spec = "RFC 4861 s4.1";
    static constexpr layer id = layer::router_solicitation;
    static constexpr std::size_t header_len = 8;  // octets
    static constexpr std::array fields{detail::icmpv6_type_field,
                                       detail::icmpv6_code_field,
                                       detail::icmpv6_checksum_field,
                                       field{"reserved", 32, 32, field_kind::hex}};
    static constexpr std::array selected_by{selector{selector_kind::icmpv6_type, 133}};

    // In host byte order. Borrows `options`.
    std::uint8_t code = 0;
    automatic<std::uint16_t> checksum{};  // needs the addresses: zero on emission unless set
    std::uint32_t reserved = 0;
    bytes_view options{};  // whole options, see emit_nd_options
    static constexpr std::array automatics{
        automatic_field{"checksum",
                        detail::checksum_with_addresses<ip_protocol::icmpv6, 2>,
                        is_forced<&router_solicitation::checksum>::in}};

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
        [[nodiscard]] std::uint32_t reserved() const noexcept { return be32<4>(this->head()); }
        [[nodiscard]] nd_options options() const noexcept {
            return nd_options(this->rest(), {}, header_len);
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept
            : detail::icmpv6_view<Octet, header_len>(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Errors: not_this_message (type not 133).
    [[nodiscard]] SONDE_API static result<router_solicitation> read(view v) noexcept;
    /// The options.
    SONDE_API static void describe(view seen, field_sink& to);
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + options.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<router_solicitation> &&
              std::is_trivially_copyable_v<router_solicitation::view>);

/// Router Advertisement (RFC 4861 s4.2), with the H bit of RFC 6275 s7.1, the preference of RFC
/// 4191 s2.2 and the P bit of RFC 4389 s4.1.3.3.
///
///     0               1               2               3
///    +---------------+---------------+-------------------------------+
///    | type: 134     | code: 0       | checksum                      |
///    +---------------+-+-+-+---+-+---+-------------------------------+
///    | cur hop limit |M|O|H|prf|P|res| router lifetime, seconds      |
///    +---------------+-+-+-+---+-+---+-------------------------------+
///    | reachable time, milliseconds                                  |
///    +---------------------------------------------------------------+
///    | retrans timer, milliseconds                                   |
///    +---------------------------------------------------------------+
///    | options
struct router_advertisement {
    static constexpr std::string_view name = "router_advertisement";
    static constexpr std::string_view spec = "RFC 4861 s4.2";
    static constexpr layer id = layer::router_advertisement;
    static constexpr std::size_t header_len = 16;  // octets
    static constexpr std::array fields{detail::icmpv6_type_field,
                                       detail::icmpv6_code_field,
                                       detail::icmpv6_checksum_field,
                                       field{"cur_hop_limit", 32, 8},
                                       field{"managed", 40, 1},
                                       field{"other_configuration", 41, 1},
                                       field{"home_agent", 42, 1},
                                       field{"preference", 43, 2},
                                       field{"proxy", 45, 1},
                                       field{"reserved", 46, 2},
                                       field{"router_lifetime", 48, 16},
                                       field{"reachable_time", 64, 32},
                                       field{"retrans_timer", 96, 32}};
    static constexpr std::array selected_by{selector{selector_kind::icmpv6_type, 134}};
    using seconds16 = std::chrono::duration<std::uint16_t>;
    using milliseconds32 = std::chrono::duration<std::uint32_t, std::milli>;

    // In host byte order. Borrows `options`.
    std::uint8_t code = 0;
    automatic<std::uint16_t> checksum{};  // needs the addresses: zero on emission unless set
    std::uint8_t cur_hop_limit = 64;      // 0: not specified by this router
    bool managed = false;                 // addresses by DHCPv6
    bool other_configuration = false;     // other settings by DHCPv6
    bool home_agent = false;
    router_preference preference = router_preference::medium;
    bool proxy = false;
    std::uint8_t reserved = 0;        // 2 bits
    seconds16 router_lifetime{};      // 0: not a default router
    milliseconds32 reachable_time{};  // 0: not specified
    milliseconds32 retrans_timer{};   // 0: not specified
    bytes_view options{};             // whole options, see emit_nd_options
    static constexpr std::array automatics{
        automatic_field{"checksum",
                        detail::checksum_with_addresses<ip_protocol::icmpv6, 2>,
                        is_forced<&router_advertisement::checksum>::in}};

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
        [[nodiscard]] std::uint8_t cur_hop_limit() const noexcept { return this->head()[4]; }
        [[nodiscard]] bool managed() const noexcept { return (flags() & 0x80) != 0; }
        [[nodiscard]] bool other_configuration() const noexcept { return (flags() & 0x40) != 0; }
        [[nodiscard]] bool home_agent() const noexcept { return (flags() & 0x20) != 0; }
        [[nodiscard]] router_preference preference() const noexcept {
            return router_preference{static_cast<std::uint8_t>((flags() >> 3) & 3)};
        }
        [[nodiscard]] bool proxy() const noexcept { return (flags() & 0x04) != 0; }
        [[nodiscard]] std::uint8_t reserved() const noexcept { return flags() & 3; }
        [[nodiscard]] seconds16 router_lifetime() const noexcept {
            return seconds16(be16<6>(this->head()));
        }
        [[nodiscard]] milliseconds32 reachable_time() const noexcept {
            return milliseconds32(be32<8>(this->head()));
        }
        [[nodiscard]] milliseconds32 retrans_timer() const noexcept {
            return milliseconds32(be32<12>(this->head()));
        }
        [[nodiscard]] nd_options options() const noexcept {
            return nd_options(this->rest(), {}, header_len);
        }
        void set_cur_hop_limit(std::uint8_t value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            this->head()[4] = value;
        }
        void set_router_lifetime(seconds16 value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            put_be16<6>(this->head(), value.count());
        }

      private:
        [[nodiscard]] std::uint8_t flags() const noexcept { return this->head()[5]; }
        explicit basic_view(std::span<Octet> octets) noexcept
            : detail::icmpv6_view<Octet, header_len>(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Errors: not_this_message (type not 134).
    [[nodiscard]] SONDE_API static result<router_advertisement> read(view v) noexcept;
    /// The options.
    SONDE_API static void describe(view seen, field_sink& to);
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + options.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<router_advertisement> &&
              std::is_trivially_copyable_v<router_advertisement::view>);

/// Neighbor Solicitation (RFC 4861 s4.3): who has this address?
///
///     | type: 135     | code: 0       | checksum                      |
///     | reserved                                                      |
///     | target address, 16 octets                                     |
///     | options
struct neighbor_solicitation {
    static constexpr std::string_view name = "neighbor_solicitation";
    static constexpr std::string_view spec = "RFC 4861 s4.3";
    static constexpr layer id = layer::neighbor_solicitation;
    static constexpr std::size_t header_len = 24;  // octets
    static constexpr std::array fields{detail::icmpv6_type_field,
                                       detail::icmpv6_code_field,
                                       detail::icmpv6_checksum_field,
                                       field{"reserved", 32, 32, field_kind::hex},
                                       field{"target_address", 64, 128, field_kind::ipv6}};
    static constexpr std::array selected_by{selector{selector_kind::icmpv6_type, 135}};

    // In host byte order. Borrows `options`.
    std::uint8_t code = 0;
    automatic<std::uint16_t> checksum{};  // needs the addresses: zero on emission unless set
    std::uint32_t reserved = 0;
    ipv6_address target_address{};
    bytes_view options{};  // whole options, see emit_nd_options
    static constexpr std::array automatics{
        automatic_field{"checksum",
                        detail::checksum_with_addresses<ip_protocol::icmpv6, 2>,
                        is_forced<&neighbor_solicitation::checksum>::in}};

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
        [[nodiscard]] std::uint32_t reserved() const noexcept { return be32<4>(this->head()); }
        [[nodiscard]] ipv6_address target_address() const noexcept {
            return this->template address<8>();
        }
        [[nodiscard]] nd_options options() const noexcept {
            return nd_options(this->rest(), {}, header_len);
        }
        void set_target_address(const ipv6_address& value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            this->template set_address<8>(value);
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept
            : detail::icmpv6_view<Octet, header_len>(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Errors: not_this_message (type not 135).
    [[nodiscard]] SONDE_API static result<neighbor_solicitation> read(view v) noexcept;
    /// The options.
    SONDE_API static void describe(view seen, field_sink& to);
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + options.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<neighbor_solicitation> &&
              std::is_trivially_copyable_v<neighbor_solicitation::view>);

/// Neighbor Advertisement (RFC 4861 s4.4).
///
///     | type: 136     | code: 0       | checksum                      |
///     |R|S|O| reserved                                                |
///     | target address, 16 octets                                     |
///     | options
struct neighbor_advertisement {
    static constexpr std::string_view name = "neighbor_advertisement";
    static constexpr std::string_view spec = "RFC 4861 s4.4";
    static constexpr layer id = layer::neighbor_advertisement;
    static constexpr std::size_t header_len = 24;  // octets
    static constexpr std::array fields{detail::icmpv6_type_field,
                                       detail::icmpv6_code_field,
                                       detail::icmpv6_checksum_field,
                                       field{"router", 32, 1},
                                       field{"solicited", 33, 1},
                                       field{"override_cache", 34, 1},
                                       field{"reserved", 35, 29, field_kind::hex},
                                       field{"target_address", 64, 128, field_kind::ipv6}};
    static constexpr std::array selected_by{selector{selector_kind::icmpv6_type, 136}};

    // In host byte order. Borrows `options`.
    std::uint8_t code = 0;
    automatic<std::uint16_t> checksum{};  // needs the addresses: zero on emission unless set
    bool router = false;                  // R: the sender is a router
    bool solicited = false;               // S: the answer to a solicitation
    bool override_cache = false;          // O: replaces a cached link-layer address
    std::uint32_t reserved = 0;           // 29 bits
    ipv6_address target_address{};
    bytes_view options{};  // whole options, see emit_nd_options
    static constexpr std::array automatics{
        automatic_field{"checksum",
                        detail::checksum_with_addresses<ip_protocol::icmpv6, 2>,
                        is_forced<&neighbor_advertisement::checksum>::in}};

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
        [[nodiscard]] bool router() const noexcept { return (this->head()[4] & 0x80) != 0; }
        [[nodiscard]] bool solicited() const noexcept { return (this->head()[4] & 0x40) != 0; }
        [[nodiscard]] bool override_cache() const noexcept { return (this->head()[4] & 0x20) != 0; }
        [[nodiscard]] std::uint32_t reserved() const noexcept {
            return be32<4>(this->head()) & 0x1fffffffU;
        }
        [[nodiscard]] ipv6_address target_address() const noexcept {
            return this->template address<8>();
        }
        [[nodiscard]] nd_options options() const noexcept {
            return nd_options(this->rest(), {}, header_len);
        }
        void set_target_address(const ipv6_address& value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            this->template set_address<8>(value);
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept
            : detail::icmpv6_view<Octet, header_len>(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Errors: not_this_message (type not 136).
    [[nodiscard]] SONDE_API static result<neighbor_advertisement> read(view v) noexcept;
    /// The options.
    SONDE_API static void describe(view seen, field_sink& to);
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + options.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<neighbor_advertisement> &&
              std::is_trivially_copyable_v<neighbor_advertisement::view>);

/// Redirect (RFC 4861 s4.5): a better first hop for a destination.
///
///     | type: 137     | code: 0       | checksum                      |
///     | reserved                                                      |
///     | target address, 16 octets: the better first hop               |
///     | destination address, 16 octets                                |
///     | options
struct nd_redirect {
    static constexpr std::string_view name = "nd_redirect";
    static constexpr std::string_view spec = "RFC 4861 s4.5";
    static constexpr layer id = layer::nd_redirect;
    static constexpr std::size_t header_len = 40;  // octets
    static constexpr std::array fields{detail::icmpv6_type_field,
                                       detail::icmpv6_code_field,
                                       detail::icmpv6_checksum_field,
                                       field{"reserved", 32, 32, field_kind::hex},
                                       field{"target_address", 64, 128, field_kind::ipv6},
                                       field{"destination_address", 192, 128, field_kind::ipv6}};
    static constexpr std::array selected_by{selector{selector_kind::icmpv6_type, 137}};

    // In host byte order. Borrows `options`.
    std::uint8_t code = 0;
    automatic<std::uint16_t> checksum{};  // needs the addresses: zero on emission unless set
    std::uint32_t reserved = 0;
    ipv6_address target_address{};  // equal to destination_address: it is on this link
    ipv6_address destination_address{};
    bytes_view options{};  // whole options, see emit_nd_options
    static constexpr std::array automatics{
        automatic_field{"checksum",
                        detail::checksum_with_addresses<ip_protocol::icmpv6, 2>,
                        is_forced<&nd_redirect::checksum>::in}};

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
        [[nodiscard]] std::uint32_t reserved() const noexcept { return be32<4>(this->head()); }
        [[nodiscard]] ipv6_address target_address() const noexcept {
            return this->template address<8>();
        }
        [[nodiscard]] ipv6_address destination_address() const noexcept {
            return this->template address<24>();
        }
        [[nodiscard]] nd_options options() const noexcept {
            return nd_options(this->rest(), {}, header_len);
        }
        void set_target_address(const ipv6_address& value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            this->template set_address<8>(value);
        }
        void set_destination_address(const ipv6_address& value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            this->template set_address<24>(value);
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept
            : detail::icmpv6_view<Octet, header_len>(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Errors: not_this_message (type not 137).
    [[nodiscard]] SONDE_API static result<nd_redirect> read(view v) noexcept;
    /// The options.
    SONDE_API static void describe(view seen, field_sink& to);
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + options.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<nd_redirect> && std::is_trivially_copyable_v<nd_redirect::view>);

}  // namespace sonde::inline v0
