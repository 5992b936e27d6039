// Scenarios from JSON. Every key is described in docs/schema/scenario.schema.json.

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include <nlohmann/json.hpp>

#include <sonde/sim/scenario.hpp>

#include "json_object.hpp"

namespace sonde::inline v0::sim {
namespace {

using nlohmann::json;

constexpr std::size_t hops_max = 255;  // a hop limit has eight bits
constexpr std::size_t list_max = 100'000;
constexpr std::size_t labels_max = 16;
constexpr bounds octet_bounds{0, 255};
constexpr bounds port_bounds{0, 65'535};

std::string element(const std::string& list, std::size_t index) {
    return list + '[' + std::to_string(index) + ']';
}

class scenario_reader {
  public:
    [[nodiscard]] scenario read(const json& value);
    [[nodiscard]] const first_error& error() const noexcept { return error_; }

  private:
    path_spec read_path(json_object& in);
    hop_spec read_hop(const json& value, std::string place);
    target_spec read_target(const json& value, std::string place);
    void read_targets(json_object& in, path_spec& out);
    void read_faults(json_object& in, target_spec& out);
    void read_ports(json_object& in, const char* key, std::vector<std::uint16_t>& out);
    void read_address(json_object& in, const char* key, const char* key6, node_address& out);
    void read_prefix(json_object& in, node_prefix& out);
    void read_link(json_object& in, link_spec& out);
    void read_quote(json_object& in, quote_length& out);
    void read_rate_limit(json_object& in, hop_spec& out);
    void read_unreachable(json_object& in, hop_spec& out);
    void read_labels(json_object& in, hop_spec& out);
    void read_delay_chance(json_object& in, const char* key, delay_chance& out);
    void read_duplicate(json_object& in, target_spec& out);
    void refuse_twins(const scenario& made);

    first_error error_{};
};

template <class Int>
void read_optional(json_object& in, const char* key, bounds allowed, std::optional<Int>& out) {
    int read = -1;
    in.integer(key, allowed, read);
    if (read >= 0) out = static_cast<Int>(read);
}

/// "address" takes either family, "address6" an IPv6 address beside an IPv4 one.
void scenario_reader::read_address(json_object& in, const char* key, const char* key6,
                                   node_address& out) {
    if (const json* value = in.find(key)) {
        const auto parsed = value->is_string() ? ip_address::parse(value->get<std::string>())
                                               : std::optional<ip_address>();
        if (!parsed) return in.reject(key, *value, "it must be an IPv4 or IPv6 address");
        if (parsed->is_v4()) out.v4 = parsed->v4();
        if (parsed->is_v6()) out.v6 = parsed->v6();
    }
    if (const json* value = in.find(key6)) {
        const auto parsed = value->is_string() ? ipv6_address::parse(value->get<std::string>())
                                               : std::optional<ipv6_address>();
        if (!parsed) return in.reject(key6, *value, "it must be an IPv6 address");
        if (out.v6)
            return in.reject(key6, *value, std::string(key) + " is an IPv6 address already");
        out.v6 = *parsed;
    }
}

/// "prefix" takes either family, "prefix6" an IPv6 block beside an IPv4 one.
void scenario_reader::read_prefix(json_object& in, node_prefix& out) {
    const auto parse = [](const json& value) {
        const bool is_block =
            value.is_string() && value.get<std::string>().find('/') != std::string::npos;
        return is_block ? ip_prefix::parse(value.get<std::string>()) : std::optional<ip_prefix>();
    };
    if (const json* value = in.find("prefix")) {
        const auto parsed = parse(*value);
        if (!parsed)
            return in.reject("prefix", *value, "it must be as 192.0.2.0/24 or 2001:db8::/64");
        (parsed->family() == ip_family::v4 ? out.v4 : out.v6) = parsed;
    }
    if (const json* value = in.find("prefix6")) {
        const auto parsed = parse(*value);
        if (!parsed || parsed->family() != ip_family::v6) {
            return in.reject("prefix6", *value, "it must be as 2001:db8::/64");
        }
        if (out.v6) return in.reject("prefix6", *value, "prefix is an IPv6 block already");
        out.v6 = parsed;
    }
}

void scenario_reader::read_link(json_object& in, link_spec& out) {
    in.milliseconds("delay_ms", out.delay);
    in.milliseconds("jitter_ms", out.jitter);
    in.number("loss", probability_bounds, out.loss);
}

void scenario_reader::read_quote(json_object& in, quote_length& out) {
    static constexpr std::array<std::string_view, 2> words{"full", "minimal"};
    auto index = static_cast<std::size_t>(out);
    in.choice("answers", words, index);
    out = static_cast<quote_length>(index);
}

void scenario_reader::read_rate_limit(json_object& in, hop_spec& out) {
    const json* value = in.find("rate_limit");
    if (value == nullptr) return;
    json_object limit(*value, in.place("rate_limit"), error_);
    rate_limit_spec made;
    limit.number("per_second", {0.001, 1'000'000}, made.per_second);
    limit.integer("burst", {1, 1'000'000}, made.burst);
    limit.finish();
    out.rate_limit = made;
}

void scenario_reader::read_unreachable(json_object& in, hop_spec& out) {
    std::optional<std::uint8_t> code;
    std::optional<std::uint8_t> code_v6;
    std::uint16_t mtu = 0;
    read_optional(in, "unreachable", {0, 15}, code);
    read_optional(in, "unreachable6", {0, 8}, code_v6);
    in.integer("mtu", {0, 65'535}, mtu);
    if (code) {
        out.unreachable = unreachable_spec{
            .code = *code, .code_v6 = code_v6.value_or(unreachable_code_v6(*code)), .mtu = mtu};
    } else if (code_v6 || mtu != 0) {
        error_.set(in.place(code_v6 ? "unreachable6" : "mtu") +
                   " says nothing without unreachable: give both");
    }
}

void scenario_reader::read_labels(json_object& in, hop_spec& out) {
    const json* list = in.array("mpls", labels_max);
    if (list == nullptr) return;
    for (std::size_t i = 0; i < list->size(); ++i) {
        // A bare number is the label alone.
        const json entry =
            (*list)[i].is_object() ? (*list)[i] : json::object({{"label", (*list)[i]}});
        json_object label(entry, element(in.place("mpls"), i), error_);
        mpls_label made{.time_to_live = 1};
        label.integer("label", {0, 1'048'575}, made.label);
        label.integer("traffic_class", {0, 7}, made.traffic_class);
        label.integer("time_to_live", octet_bounds, made.time_to_live);
        label.finish();
        out.mpls.push_back(made);
    }
}

hop_spec scenario_reader::read_hop(const json& value, std::string place) {
    hop_spec made;
    json_object in(value, std::move(place), error_);
    read_address(in, "address", "address6", made.address);
    read_link(in, made.link);
    in.flag("silent", made.silent);
    read_rate_limit(in, made);
    read_quote(in, made.quote);
    read_labels(in, made);
    in.flag("compliant_extension", made.compliant_extension);
    read_unreachable(in, made);
    in.integer("hop_limit", {1, 255}, made.hop_limit);
    read_optional(in, "hop_limit_reset", {1, 255}, made.hop_limit_reset);
    read_optional(in, "traffic_class", octet_bounds, made.traffic_class);
    in.finish();
    return made;
}

void scenario_reader::read_delay_chance(json_object& in, const char* key, delay_chance& out) {
    const json* value = in.find(key);
    if (value == nullptr) return;
    json_object chance(*value, in.place(key), error_);
    chance.number("probability", probability_bounds, out.probability);
    chance.milliseconds("delay_ms", out.delay);
    chance.finish();
}

void scenario_reader::read_duplicate(json_object& in, target_spec& out) {
    const json* value = in.find("duplicate");
    if (value == nullptr) return;
    const json spelled = value->is_number() ? json::object({{"probability", *value}}) : *value;
    json_object chance(spelled, in.place("duplicate"), error_);
    chance.number("probability", probability_bounds, out.duplicate);
    chance.integer("copies", {1, 100}, out.copies);
    chance.milliseconds("interval_ms", out.copy_interval);
    chance.finish();
}

void scenario_reader::read_faults(json_object& in, target_spec& out) {
    in.number("corrupt", probability_bounds, out.corrupt);
    in.number("forge", probability_bounds, out.forge);
    read_delay_chance(in, "late", out.late);
    read_delay_chance(in, "reorder", out.reorder);
    read_duplicate(in, out);
}

void scenario_reader::read_ports(json_object& in, const char* key,
                                 std::vector<std::uint16_t>& out) {
    const json* list = in.array(key, list_max);
    if (list == nullptr) return;
    for (std::size_t i = 0; i < list->size(); ++i) {
        const json& port = (*list)[i];
        const double number = port.is_number_integer() ? port.get<double>() : -1;
        if (number < port_bounds.low || number > port_bounds.high) {
            return in.reject(element(key, i), port, "it must be a whole number, 0 to 65535");
        }
        out.push_back(static_cast<std::uint16_t>(number));
    }
}

target_spec scenario_reader::read_target(const json& value, std::string place) {
    static constexpr std::array<std::string_view, 2> udp_words{"port_unreachable", "silent"};
    target_spec made;
    json_object in(value, std::move(place), error_);
    read_address(in, "address", "address6", made.address);
    read_prefix(in, made.prefix);
    read_link(in, made.link);
    in.flag("silent", made.silent);
    read_faults(in, made);
    read_ports(in, "tcp_open", made.tcp_open);
    read_ports(in, "tcp_closed", made.tcp_closed);
    made.tcp_filtered = value.is_object() && value.contains("tcp_closed");
    auto udp_index = static_cast<std::size_t>(made.udp);
    in.choice("udp", udp_words, udp_index);
    made.udp = static_cast<udp_answer>(udp_index);
    read_quote(in, made.quote);
    in.integer("hop_limit", {1, 255}, made.hop_limit);
    in.finish();
    const bool is_anywhere = made.address.v4 || made.address.v6 || made.prefix.v4 || made.prefix.v6;
    if (!is_anywhere) error_.set(in.place("address") + " is missing");
    return made;
}

void scenario_reader::read_targets(json_object& in, path_spec& out) {
    if (const json* one = in.find("target")) {
        out.targets.push_back(read_target(*one, in.place("target")));
    }
    if (const json* list = in.array("targets", list_max)) {
        for (std::size_t i = 0; i < list->size() && !error_.is_set(); ++i) {
            out.targets.push_back(read_target((*list)[i], element(in.place("targets"), i)));
        }
    }
    if (out.targets.empty()) error_.set(in.place("target") + " is missing");
}

path_spec scenario_reader::read_path(json_object& in) {
    path_spec made;
    if (const json* list = in.array("hops", hops_max)) {
        for (std::size_t i = 0; i < list->size(); ++i) {
            made.hops.push_back(read_hop((*list)[i], element(in.place("hops"), i)));
        }
    }
    read_targets(in, made);
    return made;
}

scenario scenario_reader::read(const json& value) {
    scenario made;
    std::string ignored;
    json_object in(value, "", error_);
    in.text("description", ignored);
    node_address source;
    read_address(in, "source", "source6", source);
    if (source.v4 || source.v6) made.source = source;
    in.number("foreign_per_second", {0, 1'000'000}, made.foreign_per_second);
    in.milliseconds("late_after_ms", made.late_after);
    const json* list = in.array("paths", list_max);
    if (list == nullptr) {
        made.paths.push_back(read_path(in));
    } else {
        for (std::size_t i = 0; i < list->size() && !error_.is_set(); ++i) {
            json_object path((*list)[i], element("paths", i), error_);
            made.paths.push_back(read_path(path));
            path.finish();
        }
    }
    in.finish();
    refuse_twins(made);
    return made;
}

/// Two targets of one address or block: nobody could say which of them answers.
void scenario_reader::refuse_twins(const scenario& made) {
    std::set<std::string> seen;
    const auto refuse_twin = [&](const char* what, const std::string& text) {
        if (!seen.insert(text).second) error_.set("two targets have the " + (what + (' ' + text)));
    };
    for (const path_spec& path : made.paths) {
        for (const target_spec& target : path.targets) {
            for (const ip_family family : {ip_family::v4, ip_family::v6}) {
                const auto address = target.address.of(family);
                const auto block = target.prefix.of(family);
                if (address) refuse_twin("address", to_string(*address));
                if (block) refuse_twin("prefix", to_string(*block));
            }
        }
    }
}

/// "line 3, column 7" of an offset that the JSON library reports, which counts from 1.
std::string line_and_column(std::string_view text, std::size_t offset) {
    const std::string_view before = text.substr(0, offset == 0 ? 0 : offset - 1);
    const auto lines = std::count(before.begin(), before.end(), '\n');
    const std::size_t start = before.rfind('\n') + 1;  // npos + 1 is 0: the first line
    return "line " + std::to_string(lines + 1) + ", column " +
           std::to_string(before.size() - start + 1);
}

}  // namespace

tl::expected<scenario, std::string> read_scenario(std::string_view text) {
    json value;
    try {
        value = json::parse(text);
    } catch (const json::parse_error& broken) {
        return tl::unexpected("the scenario is not JSON: see " +
                              line_and_column(text, broken.byte));
    } catch (const json::exception&) {
        return tl::unexpected(std::string("the scenario is not JSON: a number is out of range"));
    }
    scenario_reader reader;
    scenario made = reader.read(value);
    if (reader.error().is_set()) return tl::unexpected(reader.error().text());
    return made;
}

}  // namespace sonde::inline v0::sim
