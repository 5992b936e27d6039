#include <sonde/wire/network/ipv6_options.hpp>

namespace sonde::inline v0 {

std::string_view to_string(ipv6_option_type type) noexcept {
    switch (type) {
        case ipv6_option_type::pad1:
            return "pad1";
        case ipv6_option_type::pad_n:
            return "pad_n";
        case ipv6_option_type::tunnel_encapsulation_limit:
            return "tunnel_encapsulation_limit";
        case ipv6_option_type::router_alert:
            return "router_alert";
        case ipv6_option_type::calipso:
            return "calipso";
        case ipv6_option_type::smf_dpd:
            return "smf_dpd";
        case ipv6_option_type::performance_and_diagnostic_metrics:
            return "performance_and_diagnostic_metrics";
        case ipv6_option_type::ioam:
            return "ioam";
        case ipv6_option_type::alternate_marking:
            return "alternate_marking";
        case ipv6_option_type::rpl:
            return "rpl";
        case ipv6_option_type::quick_start:
            return "quick_start";
        case ipv6_option_type::minimum_path_mtu:
            return "minimum_path_mtu";
        case ipv6_option_type::ioam_mutable:
            return "ioam_mutable";
        case ipv6_option_type::rpl_deprecated:
            return "rpl_deprecated";
        case ipv6_option_type::mpl:
            return "mpl";
        case ipv6_option_type::endpoint_identification:
            return "endpoint_identification";
        case ipv6_option_type::ilnp_nonce:
            return "ilnp_nonce";
        case ipv6_option_type::line_identification:
            return "line_identification";
        case ipv6_option_type::jumbo_payload:
            return "jumbo_payload";
        case ipv6_option_type::home_address:
            return "home_address";
        case ipv6_option_type::ip_dff:
            return "ip_dff";
    }
    return {};
}

std::optional<std::uint16_t> ipv6_option::router_alert() const noexcept {
    if (type != ipv6_option_type::router_alert || octets.size() != 4) return std::nullopt;
    return be16_at(octets, 2);
}

std::optional<std::uint32_t> ipv6_option::jumbo_payload_length() const noexcept {
    if (type != ipv6_option_type::jumbo_payload || octets.size() != 6) return std::nullopt;
    return be32_at(octets, 2);
}

std::optional<std::uint8_t> ipv6_option::tunnel_encapsulation_limit() const noexcept {
    if (type != ipv6_option_type::tunnel_encapsulation_limit || octets.size() != 3) {
        return std::nullopt;
    }
    return octets[2];
}

std::optional<ipv6_address> ipv6_option::home_address() const noexcept {
    if (type != ipv6_option_type::home_address || octets.size() != 18) return std::nullopt;
    return ipv6_address::from_octets(octets.subspan<2>().first<16>());
}

void ipv6_option_list::iterator::step() noexcept {
    offset_ += now_.octets.size();
    now_ = {};
    if (rest_.empty()) return;
    const auto type = ipv6_option_type(rest_[0]);
    std::size_t len = 1;
    if (type != ipv6_option_type::pad1) {
        len = rest_.size() < 2 ? 2 : std::size_t{rest_[1]} + 2;
    }
    if (len > rest_.size()) {
        problem_ = parse_error{.reason = parse_reason::truncated,
                               .limit = limit_,
                               .at = layer::ip_option,
                               .offset_octets = static_cast<std::uint32_t>(offset_),
                               .needed_octets = static_cast<std::uint32_t>(len),
                               .have_octets = static_cast<std::uint32_t>(rest_.size())};
        return;
    }
    now_ = {type, rest_.first(len)};
    rest_ = rest_.subspan(len);
}

std::optional<parse_error> ipv6_option_list::problem() const noexcept {
    iterator at = begin();
    while (at != end()) ++at;
    return at.problem();
}

std::optional<ipv6_option> ipv6_option_list::find(ipv6_option_type type) const noexcept {
    for (const ipv6_option& option : *this) {
        if (option.type == type) return option;
    }
    return std::nullopt;
}

bytes_mut ipv6_option_builder::append(ipv6_option_type type, std::size_t data_len) noexcept {
    if (data_len > 255 || data_len + 2 > room_.size() - len_) {
        fits_ = false;
        return {};
    }
    const bytes_mut option = room_.subspan(len_, data_len + 2);
    option[0] = static_cast<std::uint8_t>(type);
    option[1] = static_cast<std::uint8_t>(data_len);
    len_ += option.size();
    return option.subspan(2);
}

ipv6_option_builder& ipv6_option_builder::pad(std::size_t len) noexcept {
    if (len == 0) return *this;
    if (len > room_.size() - len_ || len > 257) {
        fits_ = false;
        return *this;
    }
    if (len == 1) {
        room_[len_++] = static_cast<std::uint8_t>(ipv6_option_type::pad1);
        return *this;
    }
    for (std::uint8_t& octet : append(ipv6_option_type::pad_n, len - 2)) octet = 0;
    return *this;
}

// Pads until the next option begins at `remainder` in a unit, counted from the header's start.
void ipv6_option_builder::align(std::size_t unit, std::size_t remainder) noexcept {
    const std::size_t at = (len_ + 2) % unit;
    pad((remainder + unit - at) % unit);
}

ipv6_option_builder& ipv6_option_builder::router_alert(std::uint16_t value) noexcept {
    align(2, 0);
    const bytes_mut data = append(ipv6_option_type::router_alert, 2);
    if (!data.empty()) put_be16_at(data, 0, value);
    return *this;
}

ipv6_option_builder& ipv6_option_builder::jumbo_payload(std::uint32_t payload_len) noexcept {
    align(4, 2);
    const bytes_mut data = append(ipv6_option_type::jumbo_payload, 4);
    if (!data.empty()) put_be32_at(data, 0, payload_len);
    return *this;
}

ipv6_option_builder& ipv6_option_builder::tunnel_encapsulation_limit(std::uint8_t limit) noexcept {
    const bytes_mut data = append(ipv6_option_type::tunnel_encapsulation_limit, 1);
    if (!data.empty()) data[0] = limit;
    return *this;
}

ipv6_option_builder& ipv6_option_builder::home_address(const ipv6_address& address) noexcept {
    align(8, 6);
    const bytes_mut data = append(ipv6_option_type::home_address, 16);
    if (!data.empty()) address.write(data.first<16>());
    return *this;
}

ipv6_option_builder& ipv6_option_builder::option(ipv6_option_type type, bytes_view data) noexcept {
    const bytes_mut room = append(type, data.size());
    if (!room.empty()) copy_octets(room, data);
    return *this;
}

template <layer Layer>
result<ipv6_options_header<Layer>> ipv6_options_header<Layer>::read(view v) noexcept {
    if (v.header_length() > v.octets().size()) {
        return truncated(id, v.header_length(), v.octets().size());
    }
    return ipv6_options_header{.next_header = v.next_header(),
                               .header_extension_length = v.header_extension_length(),
                               .options = v.options(),
                               .payload = v.payload()};
}

template <layer Layer>
void ipv6_options_header<Layer>::emit(bytes_mut out) const noexcept {
    const std::size_t header = header_wire_len();
    out[0] = static_cast<std::uint8_t>(next_header.value_or(ip_protocol::no_next_header));
    out[1] = header_extension_length.value_or(static_cast<std::uint8_t>(header / 8 - 1));
    copy_octets(out.subspan(header_len), options);
    const std::size_t padded = header_len + options.size();
    ipv6_option_builder(out.subspan(padded, header - padded)).pad(header - padded);
    copy_octets(out.subspan(header), payload);
}

template struct ipv6_options_header<layer::ipv6_hop_by_hop>;
template struct ipv6_options_header<layer::ipv6_destination_options>;

}  // namespace sonde::inline v0
