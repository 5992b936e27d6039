#include <algorithm>

#include <sonde/wire/application/dns_edns.hpp>

namespace sonde::inline v0 {
namespace {

constexpr std::uint32_t dnssec_ok_mask = 0x8000;
constexpr std::uint16_t family_v4 = 1;
constexpr std::uint16_t family_v6 = 2;
constexpr std::size_t client_cookie_len = 8;  // octets, RFC 7873 s4
constexpr std::size_t server_cookie_len_min = 8;
constexpr std::size_t server_cookie_len_max = 32;

tl::unexpected<parse_error> bad_option_length(std::size_t needed, std::size_t have) noexcept {
    return malformed({.reason = parse_reason::bad_length,
                      .limit = limit_field::option_length,
                      .at = layer::dns_option,
                      .needed_octets = static_cast<std::uint32_t>(needed),
                      .have_octets = static_cast<std::uint32_t>(have)});
}

}  // namespace

result<dns_option> dns_option::parse(bytes_view rest) noexcept {
    if (rest.size() < header_len) return truncated(layer::dns_option, header_len, rest.size());
    const std::size_t len = header_len + be16_at(rest, 2);
    if (rest.size() < len) {
        return malformed({.reason = parse_reason::truncated,
                          .limit = limit_field::option_length,
                          .at = layer::dns_option,
                          .needed_octets = static_cast<std::uint32_t>(len),
                          .have_octets = static_cast<std::uint32_t>(rest.size())});
    }
    return dns_option(rest.first(len));
}

std::optional<dns_option> dns_edns::find(dns_option_code code) const noexcept {
    for (const dns_option& option : option_list()) {
        if (option.code() == code) return option;
    }
    return std::nullopt;
}

dns_edns dns_edns::read(const dns_record& record) noexcept {
    const std::uint32_t word = record.time_to_live();
    return {.udp_payload_size = static_cast<std::uint16_t>(record.record_class()),
            .response_code_high = static_cast<std::uint8_t>(word >> 24),
            .version = static_cast<std::uint8_t>(word >> 16),
            .dnssec_ok = (word & dnssec_ok_mask) != 0,
            .zeros = static_cast<std::uint16_t>(word & (dnssec_ok_mask - 1)),
            .options = record.data()};
}

std::uint32_t dns_edns::time_to_live_field() const noexcept {
    return std::uint32_t{response_code_high} << 24 | std::uint32_t{version} << 16 |
           (dnssec_ok ? dnssec_ok_mask : 0U) | (zeros & (dnssec_ok_mask - 1));
}

result<dns_client_subnet> dns_client_subnet::read(bytes_view data) noexcept {
    if (data.size() < 4) return bad_option_length(4, data.size());
    return dns_client_subnet{.family = be16_at(data, 0),
                             .source_prefix_length = data[2],
                             .scope_prefix_length = data[3],
                             .address = data.subspan(4)};
}

std::optional<ip_address> dns_client_subnet::network() const noexcept {
    if (family == family_v4 && address.size() <= 4) {
        std::array<std::uint8_t, 4> octets{};
        copy_octets(octets, address);
        return ip_address(ipv4_address::from_octets(octets));
    }
    if (family == family_v6 && address.size() <= 16) {
        ipv6_address made;
        copy_octets(made.octets, address);
        return ip_address(made);
    }
    return std::nullopt;
}

bool dns_client_subnet::is_consistent() const noexcept {
    const unsigned bits_max = family == family_v4 ? 32 : 128;
    if (!network() || source_prefix_length > bits_max || scope_prefix_length > bits_max)
        return false;
    if (address.size() != (source_prefix_length + 7U) / 8U) return false;
    const unsigned spare = static_cast<unsigned>(8 * address.size()) - source_prefix_length;
    return address.empty() || (address.back() & ((1U << spare) - 1U)) == 0;
}

void dns_client_subnet::emit(bytes_mut out) const noexcept {
    put_be16_at(out, 0, family);
    out[2] = source_prefix_length;
    out[3] = scope_prefix_length;
    copy_octets(out.subspan(4), address);
}

result<dns_cookie> dns_cookie::read(bytes_view data) noexcept {
    if (data.size() < client_cookie_len) return bad_option_length(client_cookie_len, data.size());
    const std::size_t server_len = data.size() - client_cookie_len;
    if (server_len != 0 &&
        (server_len < server_cookie_len_min || server_len > server_cookie_len_max)) {
        return bad_option_length(client_cookie_len + server_cookie_len_min, data.size());
    }
    return dns_cookie{data.first(client_cookie_len), data.subspan(client_cookie_len)};
}

void dns_cookie::emit(bytes_mut out) const noexcept {
    copy_octets(out, client);
    copy_octets(out.subspan(client.size()), server);
}

void dns_padding::emit(bytes_mut out) const noexcept {
    std::fill(out.begin(), out.end(), std::uint8_t{0});
}

result<dns_keepalive> dns_keepalive::read(bytes_view data) noexcept {
    if (data.empty()) return dns_keepalive{};
    if (data.size() != 2) return bad_option_length(2, data.size());
    return dns_keepalive{tenths(be16_at(data, 0))};
}

void dns_keepalive::emit(bytes_mut out) const noexcept {
    if (timeout) put_be16_at(out, 0, static_cast<std::uint16_t>(timeout->count()));
}

result<dns_extended_error> dns_extended_error::read(bytes_view data) noexcept {
    if (data.size() < 2) return bad_option_length(2, data.size());
    return dns_extended_error{dns_extended_error_code(be16_at(data, 0)), data.subspan(2)};
}

void dns_extended_error::emit(bytes_mut out) const noexcept {
    put_be16_at(out, 0, static_cast<std::uint16_t>(info_code));
    copy_octets(out.subspan(2), extra_text);
}

bytes_mut dns_option_writer::reserve(dns_option_code code, std::size_t len) noexcept {
    if (!fits_ || len > 0xffff || room_.size() - len_ < dns_option::header_len + len) {
        fits_ = false;
        return {};
    }
    const bytes_mut out = room_.subspan(len_, dns_option::header_len + len);
    put_be16_at(out, 0, static_cast<std::uint16_t>(code));
    put_be16_at(out, 2, static_cast<std::uint16_t>(len));
    len_ += out.size();
    return out.subspan(dns_option::header_len);
}

dns_option_writer& dns_option_writer::add(dns_option_code code, bytes_view data) noexcept {
    const bytes_mut out = reserve(code, data.size());
    if (out.size() == data.size()) copy_octets(out, data);
    return *this;
}

namespace {

bool put_option_value(text_room& out, const dns_option& option) noexcept {
    if (const auto subnet = option.as<dns_client_subnet>()) {
        const auto network = subnet->network();
        if (!network) return false;
        network->is_v4() ? out.address(network->v4()) : out.address(network->v6());
        out.put('/').number(subnet->source_prefix_length);
        out.put('/').number(subnet->scope_prefix_length);
        return true;
    }
    if (const auto error = option.as<dns_extended_error>()) {
        out.number(static_cast<std::uint16_t>(error->info_code));
        const std::string_view known = to_string(error->info_code);
        if (!known.empty()) out.put(" (").put(known).put(')');
        if (!error->extra_text.empty()) out.put(' ').quoted(error->extra_text);
        return true;
    }
    if (const auto padding = option.as<dns_padding>()) {
        out.number(padding->len).put(" octets");
        return true;
    }
    if (const auto keepalive = option.as<dns_keepalive>(); keepalive && keepalive->timeout) {
        const auto tenths = keepalive->timeout->count();
        out.number(tenths / 10).put('.').number(tenths % 10).put(" s");
        return true;
    }
    if (const auto nsid = option.as<dns_nsid>()) {
        out.quoted(nsid->identifier);
        return true;
    }
    return false;
}

}  // namespace

void put_text(text_room& out, const dns_option& option) noexcept {
    const std::string_view known = to_string(option.code());
    if (known.empty()) {
        out.put("OPT").number(static_cast<std::uint16_t>(option.code()));
    } else {
        out.put(known);
    }
    if (option.data().empty()) return;
    out.put(' ');
    if (!put_option_value(out, option)) out.hex(option.data());
}

void put_text(text_room& out, const dns_edns& edns) noexcept {
    out.put("udp ").number(edns.udp_payload_size).put(", version ").number(edns.version);
    if (edns.response_code_high != 0) {
        out.put(", response code high ").number(edns.response_code_high);
    }
    if (edns.dnssec_ok) out.put(", do");
    if (edns.zeros != 0) out.put(", z ").number(edns.zeros);
    for (const dns_option& option : edns.option_list()) {
        out.put("; ");
        put_text(out, option);
    }
    if (const auto stopped = edns.option_list().error()) {
        out.put("; broken ").hex(edns.options.subspan(stopped->offset_octets));
    }
}

}  // namespace sonde::inline v0
