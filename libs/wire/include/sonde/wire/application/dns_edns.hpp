#pragma once
/// EDNS (RFC 6891): the OPT record and its options. Typed: NSID (RFC 5001), client subnet (RFC
/// 7871), cookie (RFC 7873), padding (RFC 7830), keepalive (RFC 7828), extended error (RFC 8914);
/// every other option keeps its code and octets.
///
///     if (const auto edns = message.edns()) {
///         for (const dns_option& option : edns->option_list())
///             if (const auto subnet = option.as<dns_client_subnet>()) use(*subnet);
///     }

#include <array>
#include <chrono>
#include <optional>

#include <sonde/wire/application/dns_record.hpp>
#include <sonde/wire/element_range.hpp>

namespace sonde::inline v0 {

/// One option as it lies: code, length, data (RFC 6891 s6.1.2). Borrows.
class dns_option {
  public:
    static constexpr std::size_t header_len = 4;  // octets

    /// Takes one option from the front of `rest`.
    /// Errors: truncated (fewer octets than the option declares).
    [[nodiscard]] SONDE_API static result<dns_option> parse(
        bytes_view rest SONDE_LIFETIMEBOUND) noexcept;
    [[nodiscard]] dns_option_code code() const noexcept {
        return dns_option_code(be16_at(octets_, 0));
    }
    [[nodiscard]] bytes_view data() const noexcept { return octets_.subspan(header_len); }
    [[nodiscard]] bytes_view octets() const noexcept { return octets_; }
    /// The data as one of the structs below.
    /// Errors: not_this_message (another code), bad_length, bad_value (see each).
    template <class Option>
    [[nodiscard]] result<Option> as() const noexcept {
        if (code() != Option::code) {
            return malformed({.reason = parse_reason::not_this_message,
                              .at = layer::dns_option,
                              .needed_octets = static_cast<std::uint32_t>(Option::code),
                              .have_octets = static_cast<std::uint32_t>(code())});
        }
        return Option::read(data());
    }

  private:
    explicit dns_option(bytes_view octets) noexcept : octets_(octets) {}
    bytes_view octets_;
};
using dns_options = element_range<dns_option>;

/// What an OPT record means (RFC 6891 s6.1.2 and s6.1.3). Borrows `options`.
struct dns_edns {
    std::uint16_t udp_payload_size = 1232;  // octets that its sender takes
    std::uint8_t response_code_high = 0;    // the upper 8 bits of 12
    std::uint8_t version = 0;
    bool dnssec_ok = false;   // DO, RFC 3225 s3
    std::uint16_t zeros = 0;  // 15 bits, Z
    bytes_view options{};     // whole options: see dns_option_writer

    [[nodiscard]] dns_options option_list() const noexcept { return dns_options(options); }
    [[nodiscard]] SONDE_API std::optional<dns_option> find(dns_option_code code) const noexcept;
    /// Precondition: the record's type is OPT.
    [[nodiscard]] SONDE_API static dns_edns read(const dns_record& record) noexcept;
    [[nodiscard]] dns_class class_field() const noexcept { return dns_class(udp_payload_size); }
    [[nodiscard]] SONDE_API std::uint32_t time_to_live_field() const noexcept;
};
/// "udp 1232, version 0, do; COOKIE 0123456789abcdef": the meaning of an OPT record.
SONDE_API void put_text(text_room& out, const dns_edns& edns) noexcept;
SONDE_API void put_text(text_room& out, const dns_option& option) noexcept;

/// The name of a server: any octets (RFC 5001 s2.3).
struct dns_nsid {
    static constexpr dns_option_code code = dns_option_code::nsid;
    bytes_view identifier{};  // empty in a question
    /// Errors: none.
    [[nodiscard]] static result<dns_nsid> read(bytes_view data) noexcept { return dns_nsid{data}; }
    [[nodiscard]] std::size_t wire_len() const noexcept { return identifier.size(); }  // octets
    void emit(bytes_mut out) const noexcept { copy_octets(out, identifier); }
};

/// The network that a question comes from (RFC 7871 s6).
struct dns_client_subnet {
    static constexpr dns_option_code code = dns_option_code::client_subnet;
    std::uint16_t family = 1;  // 1 IPv4, 2 IPv6, IANA address family numbers
    std::uint8_t source_prefix_length = 0;
    std::uint8_t scope_prefix_length = 0;
    bytes_view address{};  // as many octets as the prefix needs, when the sender is right
    /// Errors: bad_length (fewer than 4 octets). Prefixes and octets that do not agree are kept:
    /// see is_consistent().
    [[nodiscard]] SONDE_API static result<dns_client_subnet> read(bytes_view data) noexcept;
    /// The address, filled with zeros; nothing for another family or more octets than it has.
    [[nodiscard]] SONDE_API std::optional<ip_address> network() const noexcept;
    /// Whether family, prefix and octets agree as RFC 7871 s6 asks.
    [[nodiscard]] SONDE_API bool is_consistent() const noexcept;
    [[nodiscard]] std::size_t wire_len() const noexcept { return 4 + address.size(); }  // octets
    SONDE_API void emit(bytes_mut out) const noexcept;
};

/// RFC 7873 s4.
struct dns_cookie {
    static constexpr dns_option_code code = dns_option_code::cookie;
    bytes_view client{};  // 8 octets
    bytes_view server{};  // none, or 8 to 32 octets
    /// Errors: bad_length (not 8, nor 16 to 40 octets).
    [[nodiscard]] SONDE_API static result<dns_cookie> read(bytes_view data) noexcept;
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return client.size() + server.size();
    }  // octets
    SONDE_API void emit(bytes_mut out) const noexcept;
};

/// RFC 7830 s3.
struct dns_padding {
    static constexpr dns_option_code code = dns_option_code::padding;
    std::size_t len = 0;  // octets, zeros when written
    /// Errors: none.
    [[nodiscard]] static result<dns_padding> read(bytes_view data) noexcept {
        return dns_padding{data.size()};
    }
    [[nodiscard]] std::size_t wire_len() const noexcept { return len; }  // octets
    SONDE_API void emit(bytes_mut out) const noexcept;
};

/// How long an idle TCP connection is kept (RFC 7828 s3.1).
struct dns_keepalive {
    using tenths = std::chrono::duration<std::uint32_t, std::deci>;
    static constexpr dns_option_code code = dns_option_code::keepalive;
    std::optional<tenths> timeout{};  // absent in a question
    /// Errors: bad_length (neither 0 nor 2 octets).
    [[nodiscard]] SONDE_API static result<dns_keepalive> read(bytes_view data) noexcept;
    [[nodiscard]] std::size_t wire_len() const noexcept { return timeout ? 2 : 0; }  // octets
    SONDE_API void emit(bytes_mut out) const noexcept;
};

/// RFC 8914 s2.
struct dns_extended_error {
    static constexpr dns_option_code code = dns_option_code::extended_error;
    dns_extended_error_code info_code{};
    bytes_view extra_text{};  // UTF-8, or so the sender should
    /// Errors: bad_length (fewer than 2 octets).
    [[nodiscard]] SONDE_API static result<dns_extended_error> read(bytes_view data) noexcept;
    [[nodiscard]] std::size_t wire_len() const noexcept { return 2 + extra_text.size(); }  // octets
    SONDE_API void emit(bytes_mut out) const noexcept;
};

/// Options into a caller's buffer. One that does not fit is left out whole, and fits() is false
/// from then on. Borrows the buffer.
class dns_option_writer {
  public:
    explicit dns_option_writer(bytes_mut room) noexcept : room_(room) {}
    /// Any option by its code.
    SONDE_API dns_option_writer& add(dns_option_code code, bytes_view data) noexcept;
    template <class Option>
        requires requires { Option::code; }
    dns_option_writer& add(const Option& option) noexcept {
        const bytes_mut data = reserve(Option::code, option.wire_len());
        if (data.size() == option.wire_len()) option.emit(data);
        return *this;
    }
    [[nodiscard]] bytes_view octets() const noexcept { return bytes_view(room_).first(len_); }
    [[nodiscard]] bool fits() const noexcept { return fits_; }

  private:
    /// Room for the data; shorter than asked (empty) when it does not fit.
    [[nodiscard]] SONDE_API bytes_mut reserve(dns_option_code code, std::size_t len) noexcept;
    bytes_mut room_;
    std::size_t len_ = 0;
    bool fits_ = true;
};

}  // namespace sonde::inline v0
