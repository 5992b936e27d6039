#pragma once
/// Multicast listener discovery, version 1 (RFC 2710 s3) and version 2 (RFC 3810 s5). A query is
/// one of version 1 when the message is exactly 24 octets long, and one of version 2 from 28 octets
/// on (RFC 3810 s8.1); `icmpv6_message_layer` decides so.

#include <algorithm>
#include <chrono>

#include <sonde/wire/automatics.hpp>
#include <sonde/wire/element_range.hpp>
#include <sonde/wire/network/address_list.hpp>
#include <sonde/wire/network/icmpv6.hpp>
#include <sonde/wire/network/multicast_record.hpp>

namespace sonde::inline v0 {

/// Delays of listeners: whole milliseconds.
using mld_delay = std::chrono::duration<std::uint32_t, std::milli>;
/// The longest that a maximum response code can say (RFC 3810 s5.1.3): 0x1fff << 10.
inline constexpr mld_delay mld_delay_max{8387584};

/// The delay that a Maximum Response Code of version 2 stands for: itself below 32768, else a
/// 12-bit mantissa with its hidden bit and a 3-bit exponent (RFC 3810 s5.1.3).
[[nodiscard]] constexpr mld_delay mldv2_delay_of_code(std::uint16_t code) noexcept {
    if (code < 0x8000) return mld_delay(code);
    const unsigned exponent = (code >> 12) & 7U;
    return mld_delay(std::uint32_t{(code & 0x0fffU) | 0x1000U} << (exponent + 3));
}
/// The code of the longest delay that is not longer than `delay`.
[[nodiscard]] SONDE_API std::uint16_t mldv2_code_of_delay(mld_delay delay) noexcept;

/// The querier's interval that a QQIC stands for: itself below 128, else a 4-bit mantissa with its
/// hidden bit and a 3-bit exponent (RFC 3810 s5.1.9).
[[nodiscard]] constexpr std::chrono::seconds mldv2_interval_of_code(std::uint8_t code) noexcept {
    if (code < 0x80) return std::chrono::seconds(code);
    const unsigned exponent = (code >> 4) & 7U;
    return std::chrono::seconds(((code & 0x0fU) | 0x10U) << (exponent + 3));
}
/// The code of the longest interval that is not longer than `interval`.
[[nodiscard]] SONDE_API std::uint8_t mldv2_code_of_interval(std::chrono::seconds interval) noexcept;

/// Multicast Listener Query of version 1 (RFC 2710 s3): general when the address is unspecified.
///
///     0               1               2               3
///    +---------------+---------------+-------------------------------+
///    | type: 130     | code: 0       | checksum                      |
///    +---------------+---------------+-------------------------------+
///    | maximum response delay, ms    | reserved                      |
///    +-------------------------------+-------------------------------+
///    | multicast address, 16 octets                                  |
struct mld_query {
    static constexpr std::string_view name = "mld_query";
    static constexpr std::string_view spec = "RFC 2710 s3";
    static constexpr layer id = layer::mld_query;
    static constexpr std::size_t header_len = 24;  // octets
    static constexpr std::array fields{detail::icmpv6_type_field,
                                       detail::icmpv6_code_field,
                                       detail::icmpv6_checksum_field,
                                       field{"maximum_response_delay", 32, 16},
                                       field{"reserved", 48, 16, field_kind::hex},
                                       field{"multicast_address", 64, 128, field_kind::ipv6}};
    static constexpr std::array selected_by{selector{selector_kind::icmpv6_type, 130}};
    using milliseconds16 = std::chrono::duration<std::uint16_t, std::milli>;

    // In host byte order. Borrows `data`.
    std::uint8_t code = 0;
    automatic<std::uint16_t> checksum{};      // needs the addresses: zero on emission unless set
    milliseconds16 maximum_response_delay{};  // listeners answer within
    std::uint16_t reserved = 0;
    ipv6_address multicast_address{};
    bytes_view data{};  // what a later version may append; ignored by receivers (RFC 2710 s3.7)
    static constexpr std::array automatics{
        automatic_field{"checksum",
                        detail::checksum_with_addresses<ip_protocol::icmpv6, 2>,
                        is_forced<&mld_query::checksum>::in}};

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
        [[nodiscard]] milliseconds16 maximum_response_delay() const noexcept {
            return milliseconds16(be16<4>(this->head()));
        }
        [[nodiscard]] std::uint16_t reserved() const noexcept { return be16<6>(this->head()); }
        [[nodiscard]] ipv6_address multicast_address() const noexcept {
            return this->template address<8>();
        }
        [[nodiscard]] std::span<Octet> data() const noexcept { return this->rest(); }
        void set_maximum_response_delay(milliseconds16 value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            put_be16<4>(this->head(), value.count());
        }
        void set_multicast_address(const ipv6_address& value) const noexcept
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

    /// Errors: not_this_message (type not 130).
    [[nodiscard]] SONDE_API static result<mld_query> read(view v) noexcept;
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + data.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<mld_query> && std::is_trivially_copyable_v<mld_query::view>);

/// Multicast Listener Report of version 1 (RFC 2710 s3): somebody listens to the address.
///
///     0               1               2               3
///    +---------------+---------------+-------------------------------+
///    | type: 131     | code: 0       | checksum                      |
///    +---------------+---------------+-------------------------------+
///    | maximum response delay, ms    | reserved                      |
///    +-------------------------------+-------------------------------+
///    | multicast address, 16 octets                                  |
struct mld_report {
    static constexpr std::string_view name = "mld_report";
    static constexpr std::string_view spec = "RFC 2710 s3";
    static constexpr layer id = layer::mld_report;
    static constexpr std::size_t header_len = 24;  // octets
    static constexpr std::array fields{detail::icmpv6_type_field,
                                       detail::icmpv6_code_field,
                                       detail::icmpv6_checksum_field,
                                       field{"maximum_response_delay", 32, 16},
                                       field{"reserved", 48, 16, field_kind::hex},
                                       field{"multicast_address", 64, 128, field_kind::ipv6}};
    static constexpr std::array selected_by{selector{selector_kind::icmpv6_type, 131}};
    using milliseconds16 = std::chrono::duration<std::uint16_t, std::milli>;

    // In host byte order. Borrows `data`.
    std::uint8_t code = 0;
    automatic<std::uint16_t> checksum{};      // needs the addresses: zero on emission unless set
    milliseconds16 maximum_response_delay{};  // zero in a report
    std::uint16_t reserved = 0;
    ipv6_address multicast_address{};
    bytes_view data{};  // what a later version may append; ignored by receivers (RFC 2710 s3.7)
    static constexpr std::array automatics{
        automatic_field{"checksum",
                        detail::checksum_with_addresses<ip_protocol::icmpv6, 2>,
                        is_forced<&mld_report::checksum>::in}};

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
        [[nodiscard]] milliseconds16 maximum_response_delay() const noexcept {
            return milliseconds16(be16<4>(this->head()));
        }
        [[nodiscard]] std::uint16_t reserved() const noexcept { return be16<6>(this->head()); }
        [[nodiscard]] ipv6_address multicast_address() const noexcept {
            return this->template address<8>();
        }
        [[nodiscard]] std::span<Octet> data() const noexcept { return this->rest(); }
        void set_maximum_response_delay(milliseconds16 value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            put_be16<4>(this->head(), value.count());
        }
        void set_multicast_address(const ipv6_address& value) const noexcept
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

    /// Errors: not_this_message (type not 131).
    [[nodiscard]] SONDE_API static result<mld_report> read(view v) noexcept;
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + data.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<mld_report> && std::is_trivially_copyable_v<mld_report::view>);

/// Multicast Listener Done (RFC 2710 s3): the sender listens no more; ping calls it a reduction.
///
///     0               1               2               3
///    +---------------+---------------+-------------------------------+
///    | type: 132     | code: 0       | checksum                      |
///    +---------------+---------------+-------------------------------+
///    | maximum response delay, ms    | reserved                      |
///    +-------------------------------+-------------------------------+
///    | multicast address, 16 octets                                  |
struct mld_done {
    static constexpr std::string_view name = "mld_done";
    static constexpr std::string_view spec = "RFC 2710 s3";
    static constexpr layer id = layer::mld_done;
    static constexpr std::size_t header_len = 24;  // octets
    static constexpr std::array fields{detail::icmpv6_type_field,
                                       detail::icmpv6_code_field,
                                       detail::icmpv6_checksum_field,
                                       field{"maximum_response_delay", 32, 16},
                                       field{"reserved", 48, 16, field_kind::hex},
                                       field{"multicast_address", 64, 128, field_kind::ipv6}};
    static constexpr std::array selected_by{selector{selector_kind::icmpv6_type, 132}};
    using milliseconds16 = std::chrono::duration<std::uint16_t, std::milli>;

    // In host byte order. Borrows `data`.
    std::uint8_t code = 0;
    automatic<std::uint16_t> checksum{};      // needs the addresses: zero on emission unless set
    milliseconds16 maximum_response_delay{};  // zero in a done
    std::uint16_t reserved = 0;
    ipv6_address multicast_address{};
    bytes_view data{};  // what a later version may append; ignored by receivers (RFC 2710 s3.7)
    static constexpr std::array automatics{
        automatic_field{"checksum",
                        detail::checksum_with_addresses<ip_protocol::icmpv6, 2>,
                        is_forced<&mld_done::checksum>::in}};

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
        [[nodiscard]] milliseconds16 maximum_response_delay() const noexcept {
            return milliseconds16(be16<4>(this->head()));
        }
        [[nodiscard]] std::uint16_t reserved() const noexcept { return be16<6>(this->head()); }
        [[nodiscard]] ipv6_address multicast_address() const noexcept {
            return this->template address<8>();
        }
        [[nodiscard]] std::span<Octet> data() const noexcept { return this->rest(); }
        void set_maximum_response_delay(milliseconds16 value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            put_be16<4>(this->head(), value.count());
        }
        void set_multicast_address(const ipv6_address& value) const noexcept
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

    /// Errors: not_this_message (type not 132).
    [[nodiscard]] SONDE_API static result<mld_done> read(view v) noexcept;
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + data.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<mld_done> && std::is_trivially_copyable_v<mld_done::view>);

/// Multicast Listener Query of version 2 (RFC 3810 s5.1).
///
///     0               1               2               3
///    +---------------+---------------+-------------------------------+
///    | type: 130     | code: 0       | checksum                      |
///    +---------------+---------------+-------------------------------+
///    | maximum response code         | reserved                      |
///    +-------------------------------+-------------------------------+
///    | multicast address, 16 octets                                  |
///    +-------+-+-----+---------------+-------------------------------+
///    | resv  |S| QRV | QQIC          | number of sources             |
///    +-------+-+-----+---------------+-------------------------------+
///    | source addresses, 16 octets each
struct mldv2_query {
    static constexpr std::string_view name = "mldv2_query";
    static constexpr std::string_view spec = "RFC 3810 s5.1";
    static constexpr layer id = layer::mldv2_query;
    static constexpr std::size_t header_len = 28;  // octets
    static constexpr std::array fields{detail::icmpv6_type_field,
                                       detail::icmpv6_code_field,
                                       detail::icmpv6_checksum_field,
                                       field{"maximum_response_code", 32, 16},
                                       field{"reserved", 48, 16, field_kind::hex},
                                       field{"multicast_address", 64, 128, field_kind::ipv6},
                                       field{"resv", 192, 4},
                                       field{"suppress", 196, 1},
                                       field{"robustness", 197, 3},
                                       field{"interval_code", 200, 8},
                                       field{"number_of_sources", 208, 16}};
    static constexpr std::array selected_by{selector{selector_kind::icmpv6_type, 130}};
    /// Version 1 has the same type, and 24 octets (RFC 3810 s8.1).
    [[nodiscard]] static constexpr bool recognises(bytes_view octets) noexcept {
        return octets.size() >= header_len;
    }

    // In host byte order. Borrows `sources`.
    std::uint8_t code = 0;
    automatic<std::uint16_t> checksum{};      // needs the addresses: zero on emission unless set
    std::uint16_t maximum_response_code = 0;  // see mldv2_code_of_delay
    std::uint16_t reserved = 0;
    ipv6_address multicast_address{};
    std::uint8_t resv = 0;                         // 4 bits
    bool suppress = false;                         // S: routers leave their timers alone
    std::uint8_t robustness = 2;                   // QRV, 3 bits
    std::uint8_t interval_code = 0;                // QQIC, see mldv2_code_of_interval
    automatic<std::uint16_t> number_of_sources{};  // computed unless set
    bytes_view sources{};                          // addresses of 16 octets, and what follows them
    static constexpr std::array automatics{
        automatic_field{"number_of_sources",
                        detail::header_elements<28, 16>,
                        is_forced<&mldv2_query::number_of_sources>::in},
        automatic_field{"checksum",
                        detail::checksum_with_addresses<ip_protocol::icmpv6, 2>,
                        is_forced<&mldv2_query::checksum>::in}};

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
        [[nodiscard]] std::uint16_t maximum_response_code() const noexcept {
            return be16<4>(this->head());
        }
        [[nodiscard]] mld_delay maximum_response_delay() const noexcept {
            return mldv2_delay_of_code(maximum_response_code());
        }
        [[nodiscard]] std::uint16_t reserved() const noexcept { return be16<6>(this->head()); }
        [[nodiscard]] ipv6_address multicast_address() const noexcept {
            return this->template address<8>();
        }
        [[nodiscard]] std::uint8_t resv() const noexcept { return this->head()[24] >> 4; }
        [[nodiscard]] bool suppress() const noexcept { return (this->head()[24] & 8) != 0; }
        [[nodiscard]] std::uint8_t robustness() const noexcept { return this->head()[24] & 7; }
        [[nodiscard]] std::uint8_t interval_code() const noexcept { return this->head()[25]; }
        [[nodiscard]] std::chrono::seconds interval() const noexcept {
            return mldv2_interval_of_code(interval_code());
        }
        [[nodiscard]] std::uint16_t number_of_sources() const noexcept {
            return be16<26>(this->head());
        }
        /// The sources that are there: `number_of_sources` when the message is whole, else fewer.
        [[nodiscard]] ipv6_address_list sources() const noexcept {
            const std::size_t declared = std::size_t{number_of_sources()} * 16;
            return ipv6_address_list(this->rest().first(std::min(declared, this->rest().size())));
        }
        void set_maximum_response_code(std::uint16_t value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            put_be16<4>(this->head(), value);
        }
        void set_multicast_address(const ipv6_address& value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            this->template set_address<8>(value);
        }
        void set_interval_code(std::uint8_t value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            this->head()[25] = value;
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept
            : detail::icmpv6_view<Octet, header_len>(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Errors: not_this_message (type not 130). Declared sources may be missing: see `sources()`.
    [[nodiscard]] SONDE_API static result<mldv2_query> read(view v) noexcept;
    /// The sources.
    SONDE_API static void describe(view seen, field_sink& to);
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + sources.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<mldv2_query> && std::is_trivially_copyable_v<mldv2_query::view>);

using mldv2_records = element_range<mldv2_record::view>;

/// Multicast Listener Report of version 2 (RFC 3810 s5.2).
///
///     | type: 143     | code: 0       | checksum                      |
///     | reserved                      | number of records             |
///     | multicast address records
struct mldv2_report {
    static constexpr std::string_view name = "mldv2_report";
    static constexpr std::string_view spec = "RFC 3810 s5.2";
    static constexpr layer id = layer::mldv2_report;
    static constexpr std::size_t header_len = 8;  // octets
    static constexpr std::array fields{detail::icmpv6_type_field,
                                       detail::icmpv6_code_field,
                                       detail::icmpv6_checksum_field,
                                       field{"reserved", 32, 16, field_kind::hex},
                                       field{"number_of_records", 48, 16}};
    static constexpr std::array selected_by{selector{selector_kind::icmpv6_type, 143}};

    // In host byte order. Borrows `records`.
    std::uint8_t code = 0;
    automatic<std::uint16_t> checksum{};  // needs the addresses: zero on emission unless set
    std::uint16_t reserved = 0;
    automatic<std::uint16_t> number_of_records{};  // counted unless set
    bytes_view records{};  // whole records, see mldv2_record::emit, and what follows them
    static constexpr std::array automatics{
        automatic_field{"number_of_records",
                        detail::mld_records,
                        is_forced<&mldv2_report::number_of_records>::in},
        automatic_field{"checksum",
                        detail::checksum_with_addresses<ip_protocol::icmpv6, 2>,
                        is_forced<&mldv2_report::checksum>::in}};

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
        [[nodiscard]] std::uint16_t reserved() const noexcept { return be16<4>(this->head()); }
        [[nodiscard]] std::uint16_t number_of_records() const noexcept {
            return be16<6>(this->head());
        }
        /// As many as are declared; a record that is cut ends the walk, see `error()`, whose
        /// offsets count from the start of the message.
        [[nodiscard]] mldv2_records records() const noexcept {
            return mldv2_records(this->rest(), number_of_records(), header_len);
        }
        void set_number_of_records(std::uint16_t value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            put_be16<6>(this->head(), value);
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept
            : detail::icmpv6_view<Octet, header_len>(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Errors: not_this_message (type not 143).
    [[nodiscard]] SONDE_API static result<mldv2_report> read(view v) noexcept;
    /// The address records.
    SONDE_API static void describe(view seen, field_sink& to);
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + records.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<mldv2_report> && std::is_trivially_copyable_v<mldv2_report::view>);

}  // namespace sonde::inline v0
