#pragma once
/// Neighbor discovery options (RFC 4861 s4.6): the walk over them, and a struct for each that hosts
/// and routers use. An option of an unknown type is an `nd_option` like any other and survives.
///
///     0               1               2               3
///    +---------------+---------------+-------------------------------
///    | type          | length        | value, to the end of `length`
///    +---------------+---------------+-------------------------------   words of 8 octets
///
///     for (const nd_option& option : advertisement.options()) {
///         if (const auto prefix = nd_prefix_information::read(option)) use(prefix->prefix);
///     }
///
/// The structs are what an option means: reserved bits are written as zero. The octets of an option
/// that must come back unchanged are those of the `nd_option`. `emit` pads to whole words.

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <sonde/base/address.hpp>
#include <sonde/base/octets.hpp>
#include <sonde/base/result.hpp>
#include <sonde/wire/element_range.hpp>
#include <sonde/wire/layer.hpp>
#include <sonde/wire/network/address_list.hpp>

namespace sonde::inline v0 {

/// The types that IANA has assigned ("IPv6 Neighbor Discovery Option Formats"). Others stay
/// representable.
enum class nd_option_type : std::uint8_t {
    source_link_layer_address = 1,
    target_link_layer_address = 2,
    prefix_information = 3,
    redirected_header = 4,
    mtu = 5,
    nbma_shortcut_limit = 6,
    advertisement_interval = 7,
    home_agent_information = 8,
    source_address_list = 9,
    target_address_list = 10,
    cga = 11,
    rsa_signature = 12,
    timestamp = 13,
    nonce = 14,
    trust_anchor = 15,
    certificate = 16,
    ip_address_or_prefix = 17,
    new_router_prefix_information = 18,
    link_layer_address = 19,
    neighbor_advertisement_acknowledgment = 20,
    pvd_id_router_advertisement = 21,
    map = 23,
    route_information = 24,
    recursive_dns_server = 25,
    flags_extension = 26,
    handover_key_request = 27,
    handover_key_reply = 28,
    handover_assist_information = 29,
    mobile_node_identifier = 30,
    dns_search_list = 31,
    proxy_signature = 32,
    address_registration = 33,
    six_lowpan_context = 34,
    authoritative_border_router = 35,
    six_lowpan_capability_indication = 36,
    captive_portal = 37,
    pref64 = 38,
    crypto_id_parameters = 39,
    ndp_signature = 40,
    resource_directory_address = 41,
    consistent_uptime = 42,
    card_request = 138,
    card_reply = 139,
    encrypted_dns = 144,
    experiment_1 = 253,
    experiment_2 = 254,
};

/// The registry's name, "Prefix Information Option"; empty for a type that is not assigned.
[[nodiscard]] SONDE_API std::string_view to_string(nd_option_type type) noexcept;

inline constexpr std::size_t nd_option_unit = 8;  // octets, RFC 4861 s4.6

inline constexpr std::size_t nd_option_len_max = 255 * nd_option_unit;

/// Octets of an option whose type, length and value take `len` octets: whole words, and no more
/// than the length octet can say. What does not fit is cut on emission.
[[nodiscard]] constexpr std::size_t nd_option_padded_len(std::size_t len) noexcept {
    const std::size_t padded = (len + nd_option_unit - 1) / nd_option_unit * nd_option_unit;
    return padded < nd_option_len_max ? padded : nd_option_len_max;
}

/// One option as it lies. Borrows its octets: at least 8, and a multiple of 8.
class nd_option {
  public:
    /// Takes one option from the front of `rest`. A length of zero stops every walk: the packet
    /// that holds it must be discarded (RFC 4861 s4.6). Errors: truncated (fewer octets than the
    /// option has), bad_length (length zero).
    [[nodiscard]] SONDE_API static result<nd_option> parse(
        bytes_view rest SONDE_LIFETIMEBOUND) noexcept;
    [[nodiscard]] nd_option_type type() const noexcept { return nd_option_type{octets_[0]}; }
    [[nodiscard]] std::uint8_t length_words() const noexcept { return octets_[1]; }  // of 8 octets
    /// What follows type and length, padding included.
    [[nodiscard]] bytes_view value() const noexcept { return octets_.subspan(2); }
    [[nodiscard]] bytes_view octets() const noexcept { return octets_; }

  private:
    explicit nd_option(bytes_view octets) noexcept : octets_(octets) {}
    bytes_view octets_;
};

using nd_options = element_range<nd_option>;

/// Lifetimes of RFC 4861 s4.6.2: whole seconds in 32 bits; all ones is infinity.
using nd_lifetime = std::chrono::duration<std::uint32_t>;
inline constexpr nd_lifetime nd_lifetime_infinite{0xffffffffU};

/// Source or Target Link-Layer Address (RFC 4861 s4.6.1). How long the address is depends on the
/// link: on Ethernet 6 octets (RFC 2464 s6); elsewhere padding cannot be told from address.
struct nd_link_layer_address {
    nd_option_type type = nd_option_type::source_link_layer_address;  // or target_...
    bytes_view address{};                                             // borrowed

    /// Errors: not_this_message (type neither 1 nor 2).
    [[nodiscard]] SONDE_API static result<nd_link_layer_address> read(nd_option option) noexcept;
    /// The address on Ethernet; nothing when it is not 6 octets.
    [[nodiscard]] SONDE_API std::optional<mac_address> mac() const noexcept;
    [[nodiscard]] std::size_t wire_len() const noexcept {  // octets
        return nd_option_padded_len(2 + address.size());
    }
    /// Writes every octet. Precondition, here and below: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};

/// Prefix Information (RFC 4861 s4.6.2), with the R bit of RFC 6275 s7.2 and the P bit of RFC 9762.
struct nd_prefix_information {
    std::uint8_t prefix_length = 64;  // bits
    bool on_link = false;
    bool autonomous = false;      // may be used for address configuration
    bool router_address = false;  // the prefix holds the router's whole address
    bool dhcpv6_pd_preferred = false;
    nd_lifetime valid_lifetime{};
    nd_lifetime preferred_lifetime{};
    ipv6_address prefix{};

    /// Errors: not_this_message (type not 3), bad_length (length not 4), bad_value (more than 128
    /// bits).
    [[nodiscard]] SONDE_API static result<nd_prefix_information> read(nd_option option) noexcept;
    [[nodiscard]] static constexpr std::size_t wire_len() noexcept { return 32; }  // octets
    SONDE_API void emit(bytes_mut out) const noexcept;
};

/// Redirected Header (RFC 4861 s4.6.3): as much of the packet as fits. The reader returns its
/// padding too, the packet's own length fields tell.
struct nd_redirected_header {
    bytes_view packet{};  // borrowed

    /// Errors: not_this_message (type not 4).
    [[nodiscard]] SONDE_API static result<nd_redirected_header> read(nd_option option) noexcept;
    [[nodiscard]] std::size_t wire_len() const noexcept {  // octets
        return nd_option_padded_len(8 + packet.size());
    }
    SONDE_API void emit(bytes_mut out) const noexcept;
};

/// MTU (RFC 4861 s4.6.4).
struct nd_mtu {
    std::uint32_t mtu = 1500;  // octets

    /// Errors: not_this_message (type not 5), bad_length (length not 1).
    [[nodiscard]] SONDE_API static result<nd_mtu> read(nd_option option) noexcept;
    [[nodiscard]] static constexpr std::size_t wire_len() noexcept { return 8; }  // octets
    SONDE_API void emit(bytes_mut out) const noexcept;
};

/// Preference of a router or a route (RFC 4191 s2.1): two bits, signed. `reserved` counts as medium
/// in a router advertisement; a route option with it is to be ignored.
enum class router_preference : std::uint8_t { medium = 0, high = 1, reserved = 2, low = 3 };
[[nodiscard]] SONDE_API std::string_view to_string(router_preference preference) noexcept;

/// Route Information (RFC 4191 s2.3). The option is as short as the prefix length allows.
struct nd_route_information {
    std::uint8_t prefix_length = 0;  // bits
    router_preference preference = router_preference::medium;
    nd_lifetime route_lifetime{};
    ipv6_address prefix{};  // octets that are not there are zero

    /// Errors: not_this_message (type not 24), bad_length (more than 3 words, or too short for the
    /// prefix), bad_value (more than 128 bits).
    [[nodiscard]] SONDE_API static result<nd_route_information> read(nd_option option) noexcept;
    [[nodiscard]] std::size_t wire_len() const noexcept {  // octets
        return prefix_length == 0 ? 8 : prefix_length <= 64 ? 16 : 24;
    }
    SONDE_API void emit(bytes_mut out) const noexcept;
};

/// Recursive DNS Server (RFC 8106 s5.1).
struct nd_recursive_dns_server {
    nd_lifetime lifetime{};
    bytes_view servers{};  // addresses of 16 octets each; borrowed

    /// Errors: not_this_message (type not 25), bad_length (fewer than 3 words, or an even number).
    [[nodiscard]] SONDE_API static result<nd_recursive_dns_server> read(nd_option option) noexcept;
    [[nodiscard]] ipv6_address_list addresses() const noexcept {
        return ipv6_address_list(servers);
    }
    [[nodiscard]] std::size_t wire_len() const noexcept {  // octets
        return nd_option_padded_len(8 + servers.size());
    }
    SONDE_API void emit(bytes_mut out) const noexcept;
};

/// One name of a search list: labels of 1 to 63 octets, then an empty one; at most 255 octets (RFC
/// 1035 s3.1). Borrows the octets.
class dns_search_name {
  public:
    static constexpr std::size_t name_len_max = 255;  // octets, RFC 1035 s2.3.4
    static constexpr std::size_t label_len_max = 63;

    /// Takes one name from the front of `rest`. Compression is forbidden (RFC 8106 s5.2).
    /// Errors: truncated (no end of the name), bad_value (a label longer than 63 octets, which a
    /// compression pointer would be), bad_length (a name longer than 255 octets).
    [[nodiscard]] SONDE_API static result<dns_search_name> parse(
        bytes_view rest SONDE_LIFETIMEBOUND) noexcept;
    [[nodiscard]] bytes_view octets() const noexcept { return octets_; }
    /// "example.org", the root as "."; dots and backslashes inside a label as "\.", what is not
    /// printable as \ddd (RFC 1035 s5.1), so that nothing reaches a screen unchanged.
    [[nodiscard]] SONDE_API std::string text() const;

  private:
    explicit dns_search_name(bytes_view octets) noexcept : octets_(octets) {}
    bytes_view octets_;  // with the empty label
};

/// Writes "example.org" or "example.org." as labels. Nothing when a label is empty or longer than
/// 63 octets, the name is longer than 255, or `out` is too short; else the octets written. No
/// escapes.
[[nodiscard]] SONDE_API std::optional<std::size_t> put_dns_name(bytes_mut out,
                                                                std::string_view text) noexcept;

/// DNS Search List (RFC 8106 s5.2).
struct nd_dns_search_list {
    nd_lifetime lifetime{};
    bytes_view labels{};  // the names one after another, without padding; borrowed

    /// Broken names are left in: `names().error()` tells.
    /// Errors: not_this_message (type not 31), bad_length (fewer than 2 words).
    [[nodiscard]] SONDE_API static result<nd_dns_search_list> read(nd_option option) noexcept;
    [[nodiscard]] element_range<dns_search_name> names() const noexcept {
        return element_range<dns_search_name>(labels);
    }
    /// Octets; two words at least, even without a name (RFC 8106 s5.2).
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return nd_option_padded_len(8 + (labels.empty() ? 1 : labels.size()));
    }
    SONDE_API void emit(bytes_mut out) const noexcept;
};

/// Captive Portal (RFC 8910 s2.3): the octets of a URI, without the NULs that pad it. They come
/// from the network: nothing says that they are a URI, or fit to be shown.
struct nd_captive_portal {
    bytes_view uri{};  // borrowed

    /// Errors: not_this_message (type not 37).
    [[nodiscard]] SONDE_API static result<nd_captive_portal> read(nd_option option) noexcept;
    [[nodiscard]] std::size_t wire_len() const noexcept {  // octets
        return nd_option_padded_len(2 + uri.size());
    }
    SONDE_API void emit(bytes_mut out) const noexcept;
};

/// NAT64 prefix, PREF64 (RFC 8781 s4).
struct nd_pref64 {
    static constexpr std::chrono::seconds lifetime_unit{8};
    static constexpr std::chrono::seconds lifetime_max{65528};

    std::chrono::seconds lifetime{};  // a multiple of 8; rounded up on emission
    std::uint8_t prefix_length = 96;  // bits: 96, 64, 56, 48, 40 or 32; on emission others mean 96
    ipv6_address prefix{};            // at most 96 bits

    /// Errors: not_this_message (type not 38), bad_length (length not 2), bad_value (a prefix
    /// length code above 5).
    [[nodiscard]] SONDE_API static result<nd_pref64> read(nd_option option) noexcept;
    [[nodiscard]] static constexpr std::size_t wire_len() noexcept { return 16; }  // octets
    SONDE_API void emit(bytes_mut out) const noexcept;
};

/// Router Advertisement Flags Extension (RFC 5175 s4): 48 more flags, bit 47 is the first on the
/// wire.
struct nd_flags_extension {
    std::uint64_t flags = 0;  // 48 bits

    /// Errors: not_this_message (type not 26).
    [[nodiscard]] SONDE_API static result<nd_flags_extension> read(nd_option option) noexcept;
    [[nodiscard]] static constexpr std::size_t wire_len() noexcept { return 8; }  // octets
    SONDE_API void emit(bytes_mut out) const noexcept;
};

/// Any option by its value: nonce, CGA, RSA signature, timestamp (RFC 3971 s5), and those that have
/// no struct here. Padded with zeros to whole words.
struct nd_opaque {
    nd_option_type type = nd_option_type::nonce;
    bytes_view value{};  // borrowed

    /// Errors: none.
    [[nodiscard]] SONDE_API static result<nd_opaque> read(nd_option option) noexcept;
    [[nodiscard]] std::size_t wire_len() const noexcept {  // octets
        return nd_option_padded_len(2 + value.size());
    }
    SONDE_API void emit(bytes_mut out) const noexcept;
};

/// Octets of these options, one after another.
template <class... Options>
[[nodiscard]] constexpr std::size_t nd_options_len(const Options&... options) noexcept {
    return (std::size_t{0} + ... + options.wire_len());
}

/// Writes these options one after another. Precondition: out.size() == nd_options_len(options...).
template <class... Options>
constexpr void emit_nd_options(bytes_mut out, const Options&... options) noexcept {
    const auto emit_next = [&out](const auto& option) {
        option.emit(out.first(option.wire_len()));
        out = out.subspan(option.wire_len());
    };
    (emit_next(options), ...);
}

}  // namespace sonde::inline v0
