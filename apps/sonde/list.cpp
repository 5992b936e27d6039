/// sonde list: the protocols that sonde knows, their fields, defaults and constants.
#include <array>
#include <utility>

#include <fmt/format.h>

#include <sonde/base/text.hpp>
#include <sonde/packet/print_protocols.hpp>

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

// Protocols are named in small letters and underscores: IPv4 and icmp-echo mean ipv4 and icmp_echo.
std::string as_protocol_name(std::string name) {
    for (char& one : name) {
        if (one >= 'A' && one <= 'Z') one = static_cast<char>(one - 'A' + 'a');
        if (one == '-') one = '_';
    }
    return name;
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

// What a message of this protocol has there when nobody sets it.
std::string_view default_of(const field_facts& one) noexcept {
    if (one.automatic) return "computed";
    return one.default_text.empty() ? std::string_view("-") : one.default_text;
}

std::string selectors_text(const protocol_facts& what) {
    std::string out;
    for (const selector& by : what.selected_by) {
        if (!out.empty()) out += ", ";
        append_selector(out, by);
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

std::string details(const protocol_facts& what) {
    std::string out = fmt::format("{}: {}\n", what.name, what.spec);
    out += fmt::format("  header       {}{}\n",
                       plural(what.header_len, "octet"),
                       what.has_more ? ", options and records behind them" : "");
    out += fmt::format("  selected by  {}\n", selectors_text(what));
    out += fmt::format("\n  {:<8}{:<6}{:<28}{:<14}{}\n", "bit", "bits", "field", "kind", "default");
    for (const field_facts& one : what.fields) {
        out += fmt::format("  {:<8}{:<6}{:<28}{:<14}{}\n",
                           one.bit_offset,
                           one.bit_width,
                           one.name,
                           kind_name(one.kind),
                           default_of(one));
    }
    for (const field_facts& one : what.fields) {
        if (!one.constants.empty()) out += fmt::format("\n  {}:\n", one.name);
        for (const auto& [value, name] : one.constants) {
            out += one.kind == field_kind::hex ? fmt::format("    0x{:04x}  {}\n", value, name)
                                               : fmt::format("    {:<8}{}\n", value, name);
        }
    }
    return out;
}

void add_field_json(std::string& out, const field_facts& one) {
    out += "{\"name\":";
    append_json_string(out, one.name);
    out += fmt::format(",\"bit_offset\":{},\"bit_width\":{},\"kind\":\"{}\",\"computed\":{}",
                       one.bit_offset,
                       one.bit_width,
                       kind_name(one.kind),
                       one.automatic);
    if (!one.automatic && !one.default_text.empty()) {
        out += ",\"default\":";
        append_json_string(out, one.default_text);
    }
    bool more = false;
    for (const auto& [value, name] : one.constants) {
        out +=
            fmt::format("{}\"{}\":", std::exchange(more, true) ? "," : ",\"constants\":{", value);
        append_json_string(out, name);
    }
    out += more ? "}}" : "}";
}

std::string json_of(const protocol_facts& what) {
    std::string out = "{\"type\":\"protocol\",\"schema\":\"sonde/1\",\"protocol\":";
    append_json_string(out, what.name);
    out += ",\"spec\":";
    append_json_string(out, what.spec);
    out += fmt::format(",\"header_len\":{},\"selected_by\":[", what.header_len);
    bool more = false;
    for (const selector& by : what.selected_by) {
        out += fmt::format("{}{{\"kind\":\"{}\",\"value\":{}}}",
                           std::exchange(more, true) ? "," : "",
                           to_string(by.kind),
                           by.value);
    }
    out += "],\"fields\":[";
    more = false;
    for (const field_facts& one : what.fields) {
        if (std::exchange(more, true)) out += ',';
        add_field_json(out, one);
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
            for (const protocol_info* one : protocols.all()) out += json_of(facts_of(*one));
        }
        to.out.write(out);
        return run.exit_code();
    }
    const std::string name = as_protocol_name(settings.words.front());
    const protocol_info* found = protocols.find(name);
    if (found == nullptr) {
        std::vector<std::string_view> names;
        for (const protocol_info* one : protocols.all()) names.push_back(one->name);
        const auto near = nearest(name, names);
        run.complain("there is no protocol " + shown_input(settings.words.front()) +
                         (near.empty() ? "; `sonde list` names all"
                                       : ": did you mean " + std::string(near) + "?"),
                     exit_damaged);
        return run.exit_code();
    }
    to.out.write(settings.json ? json_of(facts_of(*found)) : details(facts_of(*found)));
    return run.exit_code();
}

}  // namespace sonde::cli
