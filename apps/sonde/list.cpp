/// sonde list: the protocols that sonde knows, their fields, defaults and constants.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include <sonde/packet/protocol_table.hpp>
#include <sonde/wire/layer.hpp>

#include "common_rows.hpp"
#include "file.hpp"

namespace sonde::cli {
namespace {

const std::array table{
    option_row<list_settings>{{"--json", "", output_group, "one JSON object a protocol and line"},
                              [](list_settings& s, option_value&) { s.json = true; }},
    help_row<list_settings>,
    version_row<list_settings>,
};
constexpr std::array examples{
    example{"sonde list", "all protocols"},
    example{"sonde list tcp", "the fields of one, with defaults and constants"},
    example{"sonde list --json | jq -r .protocol", "the same for a program"},
};
constexpr std::array exits{
    exit_rule{0, "listed"},
    exit_rule{1, "no such protocol"},
    exit_rule{2, "wrong option"},
};

constexpr std::uint16_t named_bits_max = 16;  // wider fields have too many values to ask for each

struct constant {
    std::uint64_t value;
    std::string_view name;
};

std::vector<constant> constants_of(const field& one) {
    std::vector<constant> made;
    if (one.value_name == nullptr || one.bit_width > named_bits_max) return made;
    for (std::uint64_t value = 0; value < (std::uint64_t{1} << one.bit_width); ++value) {
        if (const auto name = one.value_name(value); !name.empty()) made.push_back({value, name});
    }
    return made;
}

std::string_view kind_name(field_kind kind) noexcept {
    switch (kind) {
        case field_kind::number:
            return "number";
        case field_kind::hex:
            return "bits";
        case field_kind::ipv4:
            return "IPv4 address";
        case field_kind::ipv6:
            return "IPv6 address";
        case field_kind::mac:
            return "MAC address";
        case field_kind::octets:
            return "octets";
    }
    return "octets";
}

std::string_view selector_name(selector_kind kind) noexcept {
    switch (kind) {
        case selector_kind::none:
            return "nothing";
        case selector_kind::link_type:
            return "link type";
        case selector_kind::ether_type:
            return "EtherType";
        case selector_kind::llc_sap:
            return "LLC SAP";
        case selector_kind::snap_cisco:
            return "SNAP 00-00-0c";
        case selector_kind::snap_ieee_8021:
            return "SNAP 00-80-c2";
        case selector_kind::ppp_protocol:
            return "PPP protocol";
        case selector_kind::ip_protocol:
            return "IP protocol";
        case selector_kind::icmp_type:
            return "ICMP type";
        case selector_kind::icmpv6_type:
            return "ICMPv6 type";
        case selector_kind::udp_port:
            return "UDP port";
        case selector_kind::tcp_port:
            return "TCP port";
        case selector_kind::sctp_port:
            return "SCTP port";
        case selector_kind::sctp_payload_protocol:
            return "SCTP payload protocol";
        case selector_kind::mpls_payload:
            return "first bits behind MPLS labels";
        default:
            return "another number";
    }
}

bool is_hex(selector_kind kind) noexcept {
    return kind == selector_kind::ether_type || kind == selector_kind::llc_sap ||
           kind == selector_kind::ppp_protocol;
}

bool is_automatic(const protocol_info& what, std::string_view name) {
    return std::any_of(what.automatics.begin(), what.automatics.end(), [&](const auto& one) {
        return one.name == name;
    });
}

// What a message of this protocol has there when nobody sets it.
std::string default_of(const protocol_info& what, const field& one,
                       const std::vector<std::uint8_t>& emitted) {
    if (is_automatic(what, one.name)) return "computed";
    const std::size_t end = std::size_t{one.bit_offset} + one.bit_width;
    if (end > emitted.size() * 8) return "-";
    if (one.bit_width > 64 || one.bit_offset % 8 != 0 || one.kind == field_kind::octets) {
        const auto first = emitted.begin() + one.bit_offset / 8;
        const bool zero =
            std::all_of(first, first + one.bit_width / 8, [](auto o) { return o == 0; });
        return zero ? "0" : "...";
    }
    const std::uint64_t value = read_field(emitted, one);
    return one.kind == field_kind::hex && value > 9 ? fmt::format("0x{:x}", value)
                                                    : std::to_string(value);
}

std::vector<std::uint8_t> defaults_of(const protocol_info& what) {
    std::vector<std::uint8_t> emitted;
    if (what.emit_default != nullptr) what.emit_default(emitted);
    return emitted;
}

std::string selectors_text(const protocol_info& what) {
    std::string out;
    for (const selector& by : what.selected_by) {
        if (!out.empty()) out += ", ";
        out += fmt::format("{} ", selector_name(by.kind));
        out += is_hex(by.kind) ? fmt::format("0x{:x}", by.value) : std::to_string(by.value);
    }
    return out.empty() ? "nothing: taken by hand" : out;
}

std::string overview() {
    std::string out;
    for (const protocol_info* one : protocol_table::built_in().all()) {
        out += fmt::format("{:<34}{:>4} octets  {}\n", one->name, one->header_len, one->spec);
    }
    return out;
}

std::string details(const protocol_info& what) {
    std::string out = fmt::format("{}: {}\n", what.name, what.spec);
    out += fmt::format("  header         {} octets, without options\n", what.header_len);
    out += fmt::format("  selected by    {}\n", selectors_text(what));
    out += fmt::format("\n  {:<8}{:<6}{:<28}{:<14}{}\n", "bit", "bits", "field", "kind", "default");
    const auto emitted = defaults_of(what);
    for (const field& one : what.fields) {
        out += fmt::format("  {:<8}{:<6}{:<28}{:<14}{}\n",
                           one.bit_offset,
                           one.bit_width,
                           one.name,
                           kind_name(one.kind),
                           default_of(what, one, emitted));
    }
    for (const field& one : what.fields) {
        const auto named = constants_of(one);
        if (!named.empty()) out += fmt::format("\n  {}:\n", one.name);
        for (const auto& [value, name] : named) {
            out += one.kind == field_kind::hex ? fmt::format("    0x{:04x}  {}\n", value, name)
                                               : fmt::format("    {:<8}{}\n", value, name);
        }
    }
    return out;
}

std::string json_of(const protocol_info& what) {
    std::string out = fmt::format(
        "{{\"type\":\"protocol\",\"schema\":1,\"protocol\":\"{}\",\"spec\":\"{}\",\"header_len\":{}"
        ","
        "\"selected_by\":[",
        what.name,
        what.spec,
        what.header_len);
    for (std::size_t i = 0; i < what.selected_by.size(); ++i) {
        const selector& by = what.selected_by[i];
        out += fmt::format("{}{{\"kind\":\"{}\",\"value\":{}}}",
                           i == 0 ? "" : ",",
                           selector_name(by.kind),
                           by.value);
    }
    out += "],\"fields\":[";
    const auto emitted = defaults_of(what);
    for (std::size_t i = 0; i < what.fields.size(); ++i) {
        const field& one = what.fields[i];
        out += fmt::format(
            "{}{{\"name\":\"{}\",\"bit_offset\":{},\"bit_width\":{},\"kind\":\"{}\",\"default\":\"{"
            "}\"",
            i == 0 ? "" : ",",
            one.name,
            one.bit_offset,
            one.bit_width,
            kind_name(one.kind),
            default_of(what, one, emitted));
        const auto named = constants_of(one);
        if (!named.empty()) out += ",\"constants\":{";
        for (std::size_t n = 0; n < named.size(); ++n) {
            out += fmt::format("{}\"{}\":\"{}\"", n == 0 ? "" : ",", named[n].value, named[n].name);
        }
        out += named.empty() ? "}" : "}}";
    }
    return out + "]}\n";
}

}  // namespace

std::span<const option_row<list_settings>> list_rows() noexcept { return table; }

command_info describe_list() {
    return {"list",
            "the protocols that sonde knows",
            "[--json] [PROTOCOL]",
            "Without a name: all protocols, the length of their headers, and where they are "
            "defined. With one: its fields, what they are when nobody sets them, what their "
            "values are called, and which numbers select the protocol.",
            infos(table),
            examples,
            exits,
            {},
            true};
}

int run_list(const list_settings& settings, channels to) {
    file_run run("list", to);
    const auto& protocols = protocol_table::built_in();
    if (settings.words.empty()) {
        std::string out = settings.json ? std::string{} : overview();
        if (settings.json) {
            for (const protocol_info* one : protocols.all()) out += json_of(*one);
        }
        to.out.write(out);
        return run.exit_code();
    }
    const std::string& name = settings.words.front();
    const protocol_info* found = protocols.find(name);
    if (found == nullptr) {
        std::vector<std::string_view> names;
        for (const protocol_info* one : protocols.all()) names.push_back(one->name);
        const auto near = nearest(name, names);
        run.complain("there is no protocol " + shown_input(name) +
                         (near.empty() ? "; `sonde list` names all"
                                       : ": did you mean " + std::string(near) + "?"),
                     exit_damaged);
        return run.exit_code();
    }
    to.out.write(settings.json ? json_of(*found) : details(*found));
    return run.exit_code();
}

}  // namespace sonde::cli
