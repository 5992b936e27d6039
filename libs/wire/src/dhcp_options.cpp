#include <algorithm>
#include <array>

#include <sonde/wire/application/dhcp_options.hpp>
#include <sonde/wire/application/dns_name.hpp>

namespace sonde::inline v0 {
namespace {

tl::unexpected<parse_error> short_option(std::size_t needed, std::size_t have,
                                         limit_field limit) noexcept {
    return malformed({.reason = parse_reason::truncated,
                      .limit = limit,
                      .at = layer::dhcp_option,
                      .needed_octets = static_cast<std::uint32_t>(needed),
                      .have_octets = static_cast<std::uint32_t>(have)});
}

// The length of code, length and value at the front of `rest`.
result<std::size_t> coded_len(bytes_view rest) noexcept {
    if (rest.size() < dhcp_option::header_len) {
        return short_option(dhcp_option::header_len, rest.size(), limit_field::captured);
    }
    const std::size_t len = dhcp_option::header_len + rest[1];
    if (rest.size() < len) return short_option(len, rest.size(), limit_field::option_length);
    return len;
}

}  // namespace

std::string_view to_string(dhcp_option_code code) noexcept {
    switch (code) {
#define SONDE_DHCP_NAME(name, number, text, value) \
    case dhcp_option_code::name:                   \
        return text;
        SONDE_DHCP_OPTIONS(SONDE_DHCP_NAME)
#undef SONDE_DHCP_NAME
    }
    return {};
}

dhcp_value value_of(dhcp_option_code code) noexcept {
    static constexpr auto values = [] {
        std::array<dhcp_value, 256> made{};
        made.fill(dhcp_value::octets);
#define SONDE_DHCP_VALUE(name, number, text, value) made[number] = dhcp_value::value;
        SONDE_DHCP_OPTIONS(SONDE_DHCP_VALUE)
#undef SONDE_DHCP_VALUE
        return made;
    }();
    return values[static_cast<std::uint8_t>(code)];
}

std::string_view to_string(dhcp_message_type type) noexcept {
    static constexpr std::array<std::string_view, 19> names{"",
                                                            "DHCPDISCOVER",
                                                            "DHCPOFFER",
                                                            "DHCPREQUEST",
                                                            "DHCPDECLINE",
                                                            "DHCPACK",
                                                            "DHCPNAK",
                                                            "DHCPRELEASE",
                                                            "DHCPINFORM",
                                                            "DHCPFORCERENEW",
                                                            "DHCPLEASEQUERY",
                                                            "DHCPLEASEUNASSIGNED",
                                                            "DHCPLEASEUNKNOWN",
                                                            "DHCPLEASEACTIVE",
                                                            "DHCPBULKLEASEQUERY",
                                                            "DHCPLEASEQUERYDONE",
                                                            "DHCPACTIVELEASEQUERY",
                                                            "DHCPLEASEQUERYSTATUS",
                                                            "DHCPTLS"};
    const auto number = static_cast<std::size_t>(type);
    return number < names.size() ? names[number] : std::string_view{};
}

result<dhcp_option> dhcp_option::parse(bytes_view rest) noexcept {
    if (rest.empty()) return short_option(1, 0, limit_field::captured);
    const auto code = dhcp_option_code(rest[0]);
    if (code == dhcp_option_code::pad) return dhcp_option(rest.first(1));
    if (code == dhcp_option_code::end) return dhcp_option(rest);
    const auto len = coded_len(rest);
    if (!len) return malformed(len.error());
    return dhcp_option(rest.first(*len));
}

result<dhcp_suboption> dhcp_suboption::parse(bytes_view rest) noexcept {
    const auto len = coded_len(rest);
    if (!len) return malformed(len.error());
    return dhcp_suboption(rest.first(*len));
}

namespace {

std::optional<std::uint32_t> number_in(bytes_view value) noexcept {
    switch (value.size()) {
        case 1:
            return value[0];
        case 2:
            return be16_at(value, 0);
        case 4:
            return be32_at(value, 0);
        default:
            return std::nullopt;
    }
}

}  // namespace

std::optional<std::uint32_t> dhcp_option::number() const noexcept { return number_in(data()); }

std::optional<ipv4_address> dhcp_option::address() const noexcept {
    if (data().size() != 4) return std::nullopt;
    return address_at(0);
}

namespace {

// Each writes the value, or says that it is not what its code promises.
bool put_addresses(text_room& out, bytes_view value, std::size_t together) noexcept {
    if (value.empty() || value.size() % (4 * together) != 0) return false;
    for (std::size_t at = 0; at < value.size(); at += 4) {
        if (at != 0) out.put(at / 4 % together == 0 ? ", " : " ");
        out.address(ipv4_address{be32_at(value, at)});
    }
    return true;
}

bool put_numbers16(text_room& out, bytes_view value) noexcept {
    if (value.empty() || value.size() % 2 != 0) return false;
    for (std::size_t at = 0; at < value.size(); at += 2) {
        if (at != 0) out.put(", ");
        out.number(be16_at(value, at));
    }
    return true;
}

bool put_number(text_room& out, bytes_view value, bool is_offset) noexcept {
    const auto number = number_in(value);
    if (!number) return false;
    if (is_offset) {  // the one signed number: seconds east of Greenwich, RFC 2132 s3.4
        out.signed_number(static_cast<std::int32_t>(*number));
    } else {
        out.number(*number);
    }
    return true;
}

bool put_seconds(text_room& out, bytes_view value) noexcept {
    constexpr std::uint32_t infinity = 0xffffffff;  // RFC 2131 s3.3
    const auto number = number_in(value);
    if (!number) return false;
    if (value.size() == 4 && *number == infinity) {
        out.put("infinite");
    } else {
        out.number(*number).put(" s");
    }
    return true;
}

bool put_flag(text_room& out, bytes_view value) noexcept {
    if (value.size() != 1 || value[0] > 1) return false;
    out.put(value[0] != 0 ? "on" : "off");
    return true;
}

bool put_codes(text_room& out, bytes_view value) noexcept {
    for (std::size_t at = 0; at < value.size(); ++at) {
        if (at != 0) out.put(", ");
        const std::string_view known = to_string(dhcp_option_code(value[at]));
        if (known.empty()) {
            out.number(value[at]);
        } else {
            out.put(known);
        }
    }
    return !value.empty();
}

bool put_message_type(text_room& out, bytes_view value) noexcept {
    if (value.size() != 1) return false;
    const std::string_view known = to_string(dhcp_message_type(value[0]));
    if (known.empty()) {
        out.number(value[0]);
    } else {
        out.put(known);
    }
    return true;
}

bool put_client(text_room& out, bytes_view value) noexcept {
    constexpr std::uint8_t ethernet_type = 1;
    constexpr std::size_t mac_len = 6;
    if (value.size() < 2) return false;
    if (value[0] != ethernet_type || value.size() != 1 + mac_len) {
        out.number(value[0]).put(' ').hex(value.subspan(1));
        return true;
    }
    for (std::size_t at = 1; at < value.size(); ++at) {
        if (at != 1) out.put(':');
        out.hex(value.subspan(at, 1));
    }
    return true;
}

// Names with pointers into the option (RFC 3397 s2).
bool put_domain_list(text_room& out, bytes_view value) noexcept {
    for (std::size_t at = 0; at < value.size();) {
        const auto name = dns_name::parse(value, at);
        if (!name) return false;
        if (at != 0) out.put(", ");
        name->put_text(out);
        at += name->octets().size();
    }
    return !value.empty();
}

// RFC 3442: the width of a prefix, its significant octets, a router.
bool put_routes(text_room& out, bytes_view value) noexcept {
    const bool any = !value.empty();
    bool first = true;
    while (!value.empty()) {
        const std::uint8_t width = value[0];
        const std::size_t significant = (width + 7U) / 8U;
        if (width > 32 || value.size() < 1 + significant + 4) return false;
        std::array<std::uint8_t, 4> prefix{};
        copy_octets(prefix, value.subspan(1, significant));
        if (!first) out.put(", ");
        first = false;
        out.address(ipv4_address{be32_at(prefix, 0)}).put('/').number(width).put(" via ");
        out.address(ipv4_address{be32_at(value, 1 + significant)});
        value = value.subspan(1 + significant + 4);
    }
    return any;
}

bool put_suboptions(text_room& out, bytes_view value) noexcept {
    const element_range<dhcp_suboption> list(value);
    if (value.empty() || list.error()) return false;
    bool first = true;
    for (const dhcp_suboption& one : list) {
        if (!first) out.put(", ");
        first = false;
        out.number(one.code()).put(' ').hex(one.data());
    }
    return true;
}

bool put_value(text_room& out, dhcp_option_code code, bytes_view value) noexcept {
    switch (value_of(code)) {
        case dhcp_value::none:
        case dhcp_value::octets:
            return false;
        case dhcp_value::text:
            out.quoted(value);
            return true;
        case dhcp_value::number:
            return put_number(out, value, code == dhcp_option_code::time_offset);
        case dhcp_value::seconds:
            return put_seconds(out, value);
        case dhcp_value::flag:
            return put_flag(out, value);
        case dhcp_value::numbers16:
            return put_numbers16(out, value);
        case dhcp_value::addresses:
            return put_addresses(out, value, 1);
        case dhcp_value::address_pairs:
            return put_addresses(out, value, 2);
        case dhcp_value::codes:
            return put_codes(out, value);
        case dhcp_value::message_type:
            return put_message_type(out, value);
        case dhcp_value::client:
            return put_client(out, value);
        case dhcp_value::domain_list:
            return put_domain_list(out, value);
        case dhcp_value::routes:
            return put_routes(out, value);
        case dhcp_value::suboptions:
            return put_suboptions(out, value);
    }
    return false;
}

}  // namespace

void put_value_text(text_room& out, dhcp_option_code code, bytes_view value) noexcept {
    const std::size_t start = out.size();
    const bool had_room = out.fits();
    if (put_value(out, code, value) || !had_room) return;
    out.rewind(start);
    out.hex(value);
}

void put_text(text_room& out, const dhcp_option& option) noexcept {
    const std::string_view known = to_string(option.code());
    if (known.empty()) {
        out.put("option ").number(static_cast<std::uint8_t>(option.code()));
    } else {
        out.put(known);
    }
    if (value_of(option.code()) == dhcp_value::none || option.data().empty()) return;
    out.put(' ');
    put_value_text(out, option.code(), option.data());
}

dhcp_option_writer& dhcp_option_writer::add(dhcp_option_code code, bytes_view data) noexcept {
    constexpr std::size_t part_len_max = 255;  // octets, one octet of length
    const std::size_t parts = std::max<std::size_t>(1, (data.size() + part_len_max - 1) / 255);
    if (!fits_ || room_.size() - len_ < data.size() + parts * dhcp_option::header_len) {
        fits_ = false;
        return *this;
    }
    for (std::size_t part = 0; part < parts; ++part) {
        const bytes_view value = data.first(std::min(data.size(), part_len_max));
        const bytes_mut out = room_.subspan(len_, dhcp_option::header_len + value.size());
        out[0] = static_cast<std::uint8_t>(code);
        out[1] = static_cast<std::uint8_t>(value.size());
        copy_octets(out.subspan(dhcp_option::header_len), value);
        len_ += out.size();
        data = data.subspan(value.size());
    }
    return *this;
}

dhcp_option_writer& dhcp_option_writer::add(dhcp_option_code code, std::string_view text) noexcept {
    // Characters are octets on the wire; copied, for a view of one is no view of the other.
    std::array<std::uint8_t, 255> octets{};
    if (text.size() > octets.size()) {
        fits_ = false;
        return *this;
    }
    std::transform(text.begin(), text.end(), octets.begin(), [](char c) {
        return static_cast<std::uint8_t>(c);
    });
    return add(code, bytes_view(octets).first(text.size()));
}

dhcp_option_writer& dhcp_option_writer::add(dhcp_option_code code, ipv4_address address) noexcept {
    return add_number(code, address.value);
}

dhcp_option_writer& dhcp_option_writer::end() noexcept {
    if (!fits_ || len_ == room_.size()) {
        fits_ = false;
        return *this;
    }
    room_[len_++] = static_cast<std::uint8_t>(dhcp_option_code::end);
    return *this;
}

}  // namespace sonde::inline v0
