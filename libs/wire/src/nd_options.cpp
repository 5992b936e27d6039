#include <algorithm>

#include <sonde/wire/network/nd_options.hpp>

namespace sonde::inline v0 {
namespace {

constexpr std::size_t address_len = ipv6_address_list::address_len;
constexpr std::size_t head_len = 2;       // type and length
constexpr std::size_t long_head_len = 8;  // with six octets more, as half of the options have
constexpr std::uint8_t prefix_length_max = 128;  // bits

constexpr std::uint8_t on_link_bit = 0x80;
constexpr std::uint8_t autonomous_bit = 0x40;
constexpr std::uint8_t router_address_bit = 0x20;  // RFC 6275 s7.2
constexpr std::uint8_t pd_preferred_bit = 0x10;    // RFC 9762 s4

tl::unexpected<parse_error> other_option() noexcept {
    return malformed({.reason = parse_reason::not_this_message, .at = layer::nd_option});
}

// The length octet says another size than this option has.
tl::unexpected<parse_error> wrong_length(std::size_t needed, nd_option option) noexcept {
    return malformed({.reason = parse_reason::bad_length,
                      .limit = limit_field::option_length,
                      .at = layer::nd_option,
                      .offset_octets = 1,
                      .needed_octets = static_cast<std::uint32_t>(needed),
                      .have_octets = static_cast<std::uint32_t>(option.octets().size())});
}

tl::unexpected<parse_error> wrong_value(std::uint32_t offset) noexcept {
    return malformed(
        {.reason = parse_reason::bad_value, .at = layer::nd_option, .offset_octets = offset});
}

nd_lifetime lifetime_at(nd_option option, std::size_t offset) noexcept {
    return nd_lifetime(be32_at(option.octets(), offset));
}

// Type, length and zeros: what is not written afterwards is padding or reserved.
void start_option(bytes_mut out, nd_option_type type) noexcept {
    std::ranges::fill(out, std::uint8_t{0});
    out[0] = static_cast<std::uint8_t>(type);
    out[1] = static_cast<std::uint8_t>(out.size() / nd_option_unit);
}

// An option that is octets behind `offset` octets of head.
void emit_octets(bytes_mut out, nd_option_type type, std::size_t offset,
                 bytes_view octets) noexcept {
    start_option(out, type);
    const auto room = out.subspan(offset);
    copy_octets(room, octets.first(std::min(octets.size(), room.size())));
}

bytes_view without_trailing_zeros(bytes_view octets) noexcept {
    while (!octets.empty() && octets.back() == 0) octets = octets.first(octets.size() - 1);
    return octets;
}

// The first `len` octets of a prefix, the others zero.
ipv6_address prefix_of(bytes_view octets) noexcept {
    ipv6_address prefix;
    copy_octets(prefix.octets, octets.first(std::min(octets.size(), address_len)));
    return prefix;
}

// The names of a search list without the padding: whole names up to the first empty one. A broken
// name and what follows it stay, so that reading the names meets the error.
bytes_view names_of(bytes_view octets) noexcept {
    std::size_t at = 0;
    while (at < octets.size() && octets[at] != 0) {
        const auto name = dns_search_name::parse(octets.subspan(at));
        if (!name) return octets;
        at += name->octets().size();
    }
    return octets.first(at);
}

// RFC 1035 s5.1.
void append_label(std::string& out, bytes_view label) {
    for (const std::uint8_t octet : label) {
        if (octet == '.' || octet == '\\') {
            out += '\\';
            out += static_cast<char>(octet);
        } else if (octet > 0x20 && octet < 0x7f) {
            out += static_cast<char>(octet);
        } else {
            out += '\\';
            out += static_cast<char>('0' + octet / 100);
            out += static_cast<char>('0' + octet / 10 % 10);
            out += static_cast<char>('0' + octet % 10);
        }
    }
}

// RFC 8781 s4: a scaled lifetime of 13 bits, then a code of 3 bits for the prefix length.
constexpr std::array<std::uint8_t, 6> pref64_lengths{96, 64, 56, 48, 40, 32};
constexpr unsigned pref64_code_bits = 3;
constexpr unsigned pref64_code_mask = 7;
constexpr std::size_t pref64_prefix_len = 12;  // octets

constexpr std::uint64_t flags_extension_mask = 0xffffffffffffU;  // 48 bits, RFC 5175 s4

struct named_option {
    nd_option_type type;
    std::string_view name;
};

using enum nd_option_type;
constexpr std::array option_names = std::to_array<named_option>({
    {source_link_layer_address, "Source Link-layer Address"},
    {target_link_layer_address, "Target Link-layer Address"},
    {prefix_information, "Prefix Information"},
    {redirected_header, "Redirected Header"},
    {mtu, "MTU"},
    {nbma_shortcut_limit, "NBMA Shortcut Limit Option"},
    {advertisement_interval, "Advertisement Interval Option"},
    {home_agent_information, "Home Agent Information Option"},
    {source_address_list, "Source Address List"},
    {target_address_list, "Target Address List"},
    {cga, "CGA option"},
    {rsa_signature, "RSA Signature option"},
    {timestamp, "Timestamp option"},
    {nonce, "Nonce option"},
    {trust_anchor, "Trust Anchor option"},
    {certificate, "Certificate option"},
    {ip_address_or_prefix, "IP Address/Prefix Option"},
    {new_router_prefix_information, "New Router Prefix Information Option"},
    {link_layer_address, "Link-layer Address Option"},
    {neighbor_advertisement_acknowledgment, "Neighbor Advertisement Acknowledgment Option"},
    {pvd_id_router_advertisement, "PvD ID Router Advertisement Option"},
    {map, "MAP Option"},
    {route_information, "Route Information Option"},
    {recursive_dns_server, "Recursive DNS Server Option"},
    {flags_extension, "RA Flags Extension Option"},
    {handover_key_request, "Handover Key Request Option"},
    {handover_key_reply, "Handover Key Reply Option"},
    {handover_assist_information, "Handover Assist Information Option"},
    {mobile_node_identifier, "Mobile Node Identifier Option"},
    {dns_search_list, "DNS Search List Option"},
    {proxy_signature, "Proxy Signature (PS)"},
    {address_registration, "Address Registration Option"},
    {six_lowpan_context, "6LoWPAN Context Option"},
    {authoritative_border_router, "Authoritative Border Router Option"},
    {six_lowpan_capability_indication, "6LoWPAN Capability Indication Option (6CIO)"},
    {captive_portal, "DHCP Captive-Portal"},
    {pref64, "PREF64 option"},
    {crypto_id_parameters, "Crypto-ID Parameters Option (CIPO)"},
    {ndp_signature, "NDP Signature Option (NDPSO)"},
    {resource_directory_address, "Resource Directory Address Option"},
    {consistent_uptime, "Consistent Uptime Option"},
    {card_request, "CARD Request option"},
    {card_reply, "CARD Reply option"},
    {encrypted_dns, "Encrypted DNS Option"},
    {experiment_1, "RFC3692-style Experiment 1"},
    {experiment_2, "RFC3692-style Experiment 2"},
});

}  // namespace

std::string_view to_string(nd_option_type type) noexcept {
    const auto found = std::ranges::find(option_names, type, &named_option::type);
    return found == option_names.end() ? std::string_view() : found->name;
}

std::string_view to_string(router_preference preference) noexcept {
    switch (preference) {
        case router_preference::medium:
            return "medium";
        case router_preference::high:
            return "high";
        case router_preference::reserved:
            return "reserved";
        case router_preference::low:
            return "low";
    }
    return {};
}

result<nd_option> nd_option::parse(bytes_view rest) noexcept {
    if (rest.size() < head_len) return truncated(layer::nd_option, nd_option_unit, rest.size());
    const std::size_t len = std::size_t{rest[1]} * nd_option_unit;
    if (len == 0) {
        return malformed({.reason = parse_reason::bad_length,
                          .limit = limit_field::option_length,
                          .at = layer::nd_option,
                          .offset_octets = 1,
                          .needed_octets = nd_option_unit,
                          .have_octets = 0});
    }
    if (rest.size() < len) {
        return malformed({.reason = parse_reason::truncated,
                          .limit = limit_field::option_length,
                          .at = layer::nd_option,
                          .needed_octets = static_cast<std::uint32_t>(len),
                          .have_octets = static_cast<std::uint32_t>(rest.size())});
    }
    return nd_option(rest.first(len));
}

result<nd_link_layer_address> nd_link_layer_address::read(nd_option option) noexcept {
    if (option.type() != source_link_layer_address && option.type() != target_link_layer_address) {
        return other_option();
    }
    return nd_link_layer_address{.type = option.type(), .address = option.value()};
}

std::optional<mac_address> nd_link_layer_address::mac() const noexcept {
    if (address.size() != 6) return std::nullopt;
    return mac_address::from_octets(address.first<6>());
}

void nd_link_layer_address::emit(bytes_mut out) const noexcept {
    emit_octets(out, type, head_len, address);
}

result<nd_prefix_information> nd_prefix_information::read(nd_option option) noexcept {
    if (option.type() != prefix_information) return other_option();
    if (option.octets().size() != wire_len()) return wrong_length(wire_len(), option);
    const auto octets = option.octets().first<wire_len()>();
    if (octets[2] > prefix_length_max) return wrong_value(2);
    return nd_prefix_information{.prefix_length = octets[2],
                                 .on_link = (octets[3] & on_link_bit) != 0,
                                 .autonomous = (octets[3] & autonomous_bit) != 0,
                                 .router_address = (octets[3] & router_address_bit) != 0,
                                 .dhcpv6_pd_preferred = (octets[3] & pd_preferred_bit) != 0,
                                 .valid_lifetime = lifetime_at(option, 4),
                                 .preferred_lifetime = lifetime_at(option, 8),
                                 .prefix = ipv6_address::from_octets(octets.last<address_len>())};
}

void nd_prefix_information::emit(bytes_mut out) const noexcept {
    start_option(out, prefix_information);
    const auto octets = out.first<wire_len()>();
    octets[2] = prefix_length;
    octets[3] = static_cast<std::uint8_t>(
        (on_link ? on_link_bit : 0) | (autonomous ? autonomous_bit : 0) |
        (router_address ? router_address_bit : 0) | (dhcpv6_pd_preferred ? pd_preferred_bit : 0));
    put_be32<4>(octets, valid_lifetime.count());
    put_be32<8>(octets, preferred_lifetime.count());
    prefix.write(octets.last<address_len>());
}

result<nd_redirected_header> nd_redirected_header::read(nd_option option) noexcept {
    if (option.type() != redirected_header) return other_option();
    return nd_redirected_header{.packet = option.octets().subspan(long_head_len)};
}

void nd_redirected_header::emit(bytes_mut out) const noexcept {
    emit_octets(out, redirected_header, long_head_len, packet);
}

result<nd_mtu> nd_mtu::read(nd_option option) noexcept {
    if (option.type() != nd_option_type::mtu) return other_option();
    if (option.octets().size() != wire_len()) return wrong_length(wire_len(), option);
    return nd_mtu{.mtu = be32_at(option.octets(), 4)};
}

void nd_mtu::emit(bytes_mut out) const noexcept {
    start_option(out, nd_option_type::mtu);
    put_be32_at(out, 4, mtu);
}

result<nd_route_information> nd_route_information::read(nd_option option) noexcept {
    if (option.type() != route_information) return other_option();
    const auto octets = option.octets();
    if (octets[2] > prefix_length_max) return wrong_value(2);
    const nd_route_information route{
        .prefix_length = octets[2],
        .preference = router_preference{static_cast<std::uint8_t>((octets[3] >> 3) & 3)},
        .route_lifetime = lifetime_at(option, 4),
        .prefix = prefix_of(octets.subspan(long_head_len))};
    constexpr std::size_t len_max = long_head_len + address_len;
    if (octets.size() < route.wire_len() || octets.size() > len_max) {
        return wrong_length(route.wire_len(), option);
    }
    return route;
}

void nd_route_information::emit(bytes_mut out) const noexcept {
    start_option(out, route_information);
    out[2] = prefix_length;
    out[3] = static_cast<std::uint8_t>((static_cast<unsigned>(preference) & 3U) << 3);
    put_be32_at(out, 4, route_lifetime.count());
    const auto room = out.subspan(long_head_len);
    copy_octets(room, bytes_view(prefix.octets).first(std::min(room.size(), address_len)));
}

result<nd_recursive_dns_server> nd_recursive_dns_server::read(nd_option option) noexcept {
    if (option.type() != recursive_dns_server) return other_option();
    const auto servers = option.octets().subspan(long_head_len);
    if (servers.empty() || servers.size() % address_len != 0) {
        return wrong_length(long_head_len + address_len, option);
    }
    return nd_recursive_dns_server{.lifetime = lifetime_at(option, 4), .servers = servers};
}

void nd_recursive_dns_server::emit(bytes_mut out) const noexcept {
    emit_octets(out, recursive_dns_server, long_head_len, servers);
    put_be32_at(out, 4, lifetime.count());
}

result<dns_search_name> dns_search_name::parse(bytes_view rest) noexcept {
    std::size_t at = 0;
    while (at < rest.size()) {
        const std::size_t label_len = rest[at];
        if (label_len > label_len_max) return wrong_value(static_cast<std::uint32_t>(at));
        at += 1 + label_len;
        if (at > name_len_max) {
            return malformed({.reason = parse_reason::bad_length,
                              .limit = limit_field::element_length,
                              .at = layer::nd_option,
                              .needed_octets = static_cast<std::uint32_t>(at),
                              .have_octets = name_len_max});
        }
        if (label_len == 0) return dns_search_name(rest.first(at));
    }
    return truncated(layer::nd_option, at + 1, rest.size());
}

std::string dns_search_name::text() const {
    std::string out;
    for (std::size_t at = 0; octets_[at] != 0; at += 1 + std::size_t{octets_[at]}) {
        if (at != 0) out += '.';
        append_label(out, octets_.subspan(at + 1, octets_[at]));
    }
    return out.empty() ? "." : out;
}

std::optional<std::size_t> put_dns_name(bytes_mut out, std::string_view text) noexcept {
    if (text.ends_with('.')) text.remove_suffix(1);
    std::size_t at = 0;
    while (!text.empty()) {
        const std::size_t label_len = std::min(text.find('.'), text.size());
        if (label_len == 0 || label_len > dns_search_name::label_len_max) return std::nullopt;
        // The dot behind a label announces another one.
        if (label_len + 1 == text.size() || out.size() - at < label_len + 2) return std::nullopt;
        out[at++] = static_cast<std::uint8_t>(label_len);
        for (const char octet : text.substr(0, label_len))
            out[at++] = static_cast<std::uint8_t>(octet);
        text.remove_prefix(std::min(label_len + 1, text.size()));
    }
    if (at >= out.size() || at >= dns_search_name::name_len_max) return std::nullopt;
    out[at++] = 0;
    return at;
}

result<nd_dns_search_list> nd_dns_search_list::read(nd_option option) noexcept {
    if (option.type() != dns_search_list) return other_option();
    if (option.octets().size() <= long_head_len) return wrong_length(2 * nd_option_unit, option);
    return nd_dns_search_list{.lifetime = lifetime_at(option, 4),
                              .labels = names_of(option.octets().subspan(long_head_len))};
}

void nd_dns_search_list::emit(bytes_mut out) const noexcept {
    emit_octets(out, dns_search_list, long_head_len, labels);
    put_be32_at(out, 4, lifetime.count());
}

result<nd_captive_portal> nd_captive_portal::read(nd_option option) noexcept {
    if (option.type() != captive_portal) return other_option();
    return nd_captive_portal{.uri = without_trailing_zeros(option.value())};
}

void nd_captive_portal::emit(bytes_mut out) const noexcept {
    emit_octets(out, captive_portal, head_len, uri);
}

result<nd_pref64> nd_pref64::read(nd_option option) noexcept {
    if (option.type() != pref64) return other_option();
    if (option.octets().size() != wire_len()) return wrong_length(wire_len(), option);
    const std::uint16_t scaled = be16_at(option.octets(), 2);
    const std::size_t code = scaled & pref64_code_mask;
    if (code >= pref64_lengths.size()) return wrong_value(3);
    return nd_pref64{.lifetime = lifetime_unit * (scaled >> pref64_code_bits),
                     .prefix_length = pref64_lengths[code],
                     .prefix = prefix_of(option.octets().subspan(4))};
}

void nd_pref64::emit(bytes_mut out) const noexcept {
    start_option(out, pref64);
    const auto bounded = std::clamp(lifetime, std::chrono::seconds(0), lifetime_max);
    const auto scaled =
        static_cast<unsigned>((bounded + lifetime_unit - std::chrono::seconds(1)) / lifetime_unit);
    const auto known = std::ranges::find(pref64_lengths, prefix_length);
    const auto code = known == pref64_lengths.end() ? 0 : known - pref64_lengths.begin();
    put_be16_at(
        out,
        2,
        static_cast<std::uint16_t>((scaled << pref64_code_bits) | static_cast<unsigned>(code)));
    copy_octets(out.subspan(4), bytes_view(prefix.octets).first(pref64_prefix_len));
}

result<nd_flags_extension> nd_flags_extension::read(nd_option option) noexcept {
    if (option.type() != flags_extension) return other_option();
    return nd_flags_extension{.flags = be64_at(option.octets(), 0) & flags_extension_mask};
}

void nd_flags_extension::emit(bytes_mut out) const noexcept {
    put_be64_at(out, 0, flags & flags_extension_mask);
    out[0] = static_cast<std::uint8_t>(flags_extension);
    out[1] = 1;
}

result<nd_opaque> nd_opaque::read(nd_option option) noexcept {
    return nd_opaque{.type = option.type(), .value = option.value()};
}

void nd_opaque::emit(bytes_mut out) const noexcept { emit_octets(out, type, head_len, value); }

}  // namespace sonde::inline v0
