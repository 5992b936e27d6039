#pragma once
/// Internet group management: version 1 (RFC 1112 appendix I), 2 (RFC 2236 s2) and 3 (RFC 3376 s4).
/// `igmp` reads the eight octets that all messages have; `igmpv3_query` and `igmpv3_report` the
/// lists of version 3. `igmp_message_layer` says which of them octets are. The structs are what
/// they mean; `view` is how they lie.
///
///     0               1               2               3
///    +---------------+---------------+-------------------------------+
///    | type          | max resp code | checksum, over all of it      |
///    +---------------+---------------+-------------------------------+
///    | group address                                                 |
///    +---------------------------------------------------------------+

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string_view>

#include <sonde/base/address.hpp>
#include <sonde/wire/automatics.hpp>
#include <sonde/wire/checksum.hpp>
#include <sonde/wire/element_range.hpp>
#include <sonde/wire/header_view.hpp>
#include <sonde/wire/network/address_list.hpp>
#include <sonde/wire/network/multicast_record.hpp>
#include <sonde/wire/protocol.hpp>

namespace sonde::inline v0 {

/// IANA, IGMP Type Numbers. Other values stay representable.
enum class igmp_type : std::uint8_t {
    membership_query = 0x11,
    v1_membership_report = 0x12,
    dvmrp = 0x13,
    pim_version_1 = 0x14,
    v2_membership_report = 0x16,
    leave_group = 0x17,
    multicast_traceroute_response = 0x1e,
    multicast_traceroute = 0x1f,
    v3_membership_report = 0x22,
    multicast_router_advertisement = 0x30,  // RFC 4286
    multicast_router_solicitation = 0x31,
    multicast_router_termination = 0x32,
};
/// "membership_query", "leave_group"...; empty for a number that has no name here.
[[nodiscard]] SONDE_API std::string_view to_string(igmp_type type) noexcept;

/// Which version a query is of (RFC 3376 s7.1): by its length, and 1 from 2 by the code, which
/// version 1 leaves zero. Nothing for 9 to 11 octets, which everybody must ignore, or below 8, or
/// another type.
enum class igmp_version : std::uint8_t { v1 = 1, v2 = 2, v3 = 3 };
[[nodiscard]] SONDE_API std::optional<igmp_version> igmp_query_version(bytes_view message) noexcept;

/// The protocol that reads these octets, the whole payload of their datagram: `igmpv3_query`,
/// `igmpv3_report`, else `igmp`.
[[nodiscard]] SONDE_API layer igmp_message_layer(bytes_view message) noexcept;

/// Times are in tenths of a second.
using igmp_time = std::chrono::duration<std::uint32_t, std::deci>;

/// What a maximum response code of version 3 stands for: itself below 128, else a 4-bit mantissa
/// with its hidden bit and a 3-bit exponent (RFC 3376 s4.1.1). The QQIC has the same form, in
/// seconds (s4.1.7).
[[nodiscard]] constexpr std::uint32_t igmpv3_value_of_code(std::uint8_t code) noexcept {
    if (code < 0x80) return code;
    return ((code & 0x0fU) | 0x10U) << (((code >> 4) & 7U) + 3);
}
/// The code of the greatest value that is not greater than `value`; at most 31744.
[[nodiscard]] SONDE_API std::uint8_t igmpv3_code_of_value(std::uint32_t value) noexcept;

namespace detail {
[[nodiscard]] SONDE_API std::string_view igmp_type_field_name(std::uint64_t value) noexcept;
inline constexpr field igmp_type_field{"type", 0, 8, field_kind::hex, igmp_type_field_name};

/// The first four octets of every message, and its checksum.
template <class Octet, std::size_t HeaderLen>
class igmp_view : public header_view<Octet, HeaderLen> {
  public:
    [[nodiscard]] igmp_type type() const noexcept { return igmp_type(this->head()[0]); }
    [[nodiscard]] std::uint16_t checksum() const noexcept { return be16<2>(this->head()); }
    /// Precondition: the octets end with the message, as the datagram around them says.
    [[nodiscard]] bool checksum_holds() const noexcept {
        return sonde::checksum_holds(this->octets());
    }
    void set_checksum(std::uint16_t value) const noexcept
        requires(!std::is_const_v<Octet>)
    {
        put_be16<2>(this->head(), value);
    }

  protected:
    using header_view<Octet, HeaderLen>::header_view;
};
}  // namespace detail

/// Any message of eight octets: queries and reports of versions 1 and 2, leaves.
struct igmp {
    static constexpr std::string_view name = "igmp";
    static constexpr std::string_view spec = "RFC 2236 s2";
    static constexpr layer id = layer::igmp;
    static constexpr std::size_t header_len = 8;  // octets
    static constexpr std::array fields{detail::igmp_type_field,
                                       field{"max_resp_code", 8, 8},
                                       field{"checksum", 16, 16, field_kind::hex},
                                       field{"group_address", 32, 32, field_kind::ipv4}};
    static constexpr std::array selected_by{selector{selector_kind::ip_protocol, 2}};

    // What a message means, in host byte order. Borrows `data`.
    igmp_type type = igmp_type::membership_query;
    std::uint8_t max_resp_code = 0;       // tenths of a second in version 2; zero in 1
    automatic<std::uint16_t> checksum{};  // computed on emission unless set
    ipv4_address group_address{};         // unspecified: a general query
    bytes_view data{};                    // what other messages have behind; ignored in these
    static constexpr std::array automatics{
        automatic_field{"checksum", detail::message_checksum<2>, is_forced<&igmp::checksum>::in}};

    /// The octets as they lie; any bit pattern is fine, nothing is judged. Borrows them: invalid
    /// once they are freed or reused. Two words; pass by value.
    template <class Octet>
    class basic_view : public detail::igmp_view<Octet, header_len> {
        static constexpr bool writable = !std::is_const_v<Octet>;
        using base = detail::igmp_view<Octet, header_len>;
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
        [[nodiscard]] std::uint8_t max_resp_code() const noexcept { return head()[1]; }
        /// As version 2 counts it; version 3 has a floating form, see igmpv3_query.
        [[nodiscard]] igmp_time max_resp_time() const noexcept {
            return igmp_time(max_resp_code());
        }
        [[nodiscard]] ipv4_address group_address() const noexcept { return {be32<4>(head())}; }
        [[nodiscard]] std::span<Octet> data() const noexcept { return rest(); }
        void set_max_resp_code(std::uint8_t value) const noexcept
            requires writable
        {
            head()[1] = value;
        }
        void set_group_address(ipv4_address value) const noexcept
            requires writable
        {
            put_be32<4>(head(), value.value);
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept : base(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Reads every field; the checksum comes back forced, so that emission is the identity.
    /// Errors: none.
    [[nodiscard]] SONDE_API static result<igmp> read(view v) noexcept;
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + data.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<igmp> && selectable<igmp> && std::is_trivially_copyable_v<igmp::view>);

/// Membership query of version 3 (RFC 3376 s4.1).
///
///     0               1               2               3
///    +---------------+---------------+-------------------------------+
///    | type: 0x11    | max resp code | checksum                      |
///    +---------------+---------------+-------------------------------+
///    | group address                                                 |
///    +-------+-+-----+---------------+-------------------------------+
///    | resv  |S| QRV | QQIC          | number of sources             |
///    +-------+-+-----+---------------+-------------------------------+
///    | source addresses
struct igmpv3_query {
    static constexpr std::string_view name = "igmpv3_query";
    static constexpr std::string_view spec = "RFC 3376 s4.1";
    static constexpr layer id = layer::igmpv3_query;
    static constexpr std::size_t header_len = 12;  // octets
    static constexpr std::array fields{detail::igmp_type_field,
                                       field{"max_resp_code", 8, 8},
                                       field{"checksum", 16, 16, field_kind::hex},
                                       field{"group_address", 32, 32, field_kind::ipv4},
                                       field{"resv", 64, 4, field_kind::hex},
                                       field{"suppress", 68, 1},
                                       field{"robustness", 69, 3},
                                       field{"interval_code", 72, 8},
                                       field{"number_of_sources", 80, 16}};
    static constexpr std::array selected_by{selector{selector_kind::ip_protocol, 2}};
    /// Version 1 and 2 have the same type, and 8 octets (RFC 3376 s7.1).
    [[nodiscard]] static constexpr bool recognises(bytes_view octets) noexcept {
        return octets.size() >= header_len && octets[0] == 0x11;
    }

    // What a query means, in host byte order. Borrows `sources`.
    std::uint8_t max_resp_code = 0;       // see igmpv3_code_of_value, tenths of a second
    automatic<std::uint16_t> checksum{};  // computed on emission unless set
    ipv4_address group_address{};         // unspecified: a general query
    std::uint8_t resv = 0;                // 4 bits
    bool suppress = false;                // routers do not lower their timers
    std::uint8_t robustness = 2;          // QRV, 3 bits; 2 is the default of RFC 3376 s8.1
    std::uint8_t interval_code = 125;     // QQIC, seconds; 125 is the default of RFC 3376 s8.2
    automatic<std::uint16_t> number_of_sources{};  // counted unless set
    bytes_view sources{};                          // addresses of 4 octets, and what follows them
    static constexpr std::array automatics{
        automatic_field{"number_of_sources",
                        detail::header_elements<12, 4>,
                        is_forced<&igmpv3_query::number_of_sources>::in},
        automatic_field{
            "checksum", detail::message_checksum<2>, is_forced<&igmpv3_query::checksum>::in}};

    /// The octets as they lie; any bit pattern is fine, nothing is judged. Borrows them: invalid
    /// once they are freed or reused. Two words; pass by value.
    template <class Octet>
    class basic_view : public detail::igmp_view<Octet, header_len> {
        static constexpr bool writable = !std::is_const_v<Octet>;
        using base = detail::igmp_view<Octet, header_len>;
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
        [[nodiscard]] std::uint8_t max_resp_code() const noexcept { return head()[1]; }
        [[nodiscard]] igmp_time max_resp_time() const noexcept {
            return igmp_time(igmpv3_value_of_code(max_resp_code()));
        }
        [[nodiscard]] ipv4_address group_address() const noexcept { return {be32<4>(head())}; }
        [[nodiscard]] std::uint8_t resv() const noexcept { return head()[8] >> 4; }
        [[nodiscard]] bool suppress() const noexcept { return (head()[8] & 8) != 0; }
        [[nodiscard]] std::uint8_t robustness() const noexcept { return head()[8] & 7; }
        [[nodiscard]] std::uint8_t interval_code() const noexcept { return head()[9]; }
        [[nodiscard]] std::chrono::seconds interval() const noexcept {
            return std::chrono::seconds(igmpv3_value_of_code(interval_code()));
        }
        [[nodiscard]] std::uint16_t number_of_sources() const noexcept { return be16<10>(head()); }
        /// As many as are declared and there.
        [[nodiscard]] ipv4_address_list sources() const noexcept {
            const std::size_t declared =
                std::size_t{number_of_sources()} * ipv4_address_list::address_len;
            return ipv4_address_list(rest().first(std::min(declared, rest().size())));
        }
        void set_number_of_sources(std::uint16_t value) const noexcept
            requires writable
        {
            put_be16<10>(head(), value);
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept : base(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Errors: not_this_message (type not 0x11).
    [[nodiscard]] SONDE_API static result<igmpv3_query> read(view v) noexcept;
    /// The sources.
    SONDE_API static void describe(view seen, field_sink& to);
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + sources.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<igmpv3_query> && std::is_trivially_copyable_v<igmpv3_query::view>);

using igmpv3_records = element_range<igmpv3_record::view>;

/// Membership report of version 3 (RFC 3376 s4.2).
///
///     0               1               2               3
///    +---------------+---------------+-------------------------------+
///    | type: 0x22    | reserved      | checksum                      |
///    +---------------+---------------+-------------------------------+
///    | reserved                      | number of group records       |
///    +-------------------------------+-------------------------------+
///    | group records
struct igmpv3_report {
    static constexpr std::string_view name = "igmpv3_report";
    static constexpr std::string_view spec = "RFC 3376 s4.2";
    static constexpr layer id = layer::igmpv3_report;
    static constexpr std::size_t header_len = 8;  // octets
    static constexpr std::array fields{detail::igmp_type_field,
                                       field{"reserved", 8, 8, field_kind::hex},
                                       field{"checksum", 16, 16, field_kind::hex},
                                       field{"reserved_2", 32, 16, field_kind::hex},
                                       field{"number_of_records", 48, 16}};
    static constexpr std::array selected_by{selector{selector_kind::ip_protocol, 2}};
    [[nodiscard]] static constexpr bool recognises(bytes_view octets) noexcept {
        return !octets.empty() && octets[0] == 0x22;
    }

    // What a report means, in host byte order. Borrows `records`.
    std::uint8_t reserved = 0;
    automatic<std::uint16_t> checksum{};  // computed on emission unless set
    std::uint16_t reserved_2 = 0;
    automatic<std::uint16_t> number_of_records{};  // counted unless set
    bytes_view records{};  // whole records, see igmpv3_record::emit, and what follows them
    static constexpr std::array automatics{
        automatic_field{"number_of_records",
                        detail::igmp_records,
                        is_forced<&igmpv3_report::number_of_records>::in},
        automatic_field{
            "checksum", detail::message_checksum<2>, is_forced<&igmpv3_report::checksum>::in}};

    /// The octets as they lie; any bit pattern is fine, nothing is judged. Borrows them: invalid
    /// once they are freed or reused. Two words; pass by value.
    template <class Octet>
    class basic_view : public detail::igmp_view<Octet, header_len> {
        static constexpr bool writable = !std::is_const_v<Octet>;
        using base = detail::igmp_view<Octet, header_len>;
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
        [[nodiscard]] std::uint8_t reserved() const noexcept { return head()[1]; }
        [[nodiscard]] std::uint16_t reserved_2() const noexcept { return be16<4>(head()); }
        [[nodiscard]] std::uint16_t number_of_records() const noexcept { return be16<6>(head()); }
        /// As many as are declared; a record that is cut ends the walk, see `error()`, whose
        /// offsets count from the start of the message.
        [[nodiscard]] igmpv3_records records() const noexcept {
            return igmpv3_records(rest(), number_of_records(), header_len);
        }
        void set_number_of_records(std::uint16_t value) const noexcept
            requires writable
        {
            put_be16<6>(head(), value);
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept : base(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Errors: not_this_message (type not 0x22).
    [[nodiscard]] SONDE_API static result<igmpv3_report> read(view v) noexcept;
    /// The group records.
    SONDE_API static void describe(view seen, field_sink& to);
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + records.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<igmpv3_report> && std::is_trivially_copyable_v<igmpv3_report::view>);

}  // namespace sonde::inline v0
