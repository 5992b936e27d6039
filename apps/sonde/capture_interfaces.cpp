/// The interfaces that can be captured from.
#include <algorithm>

#include <fmt/format.h>

#include <sonde/base/text.hpp>
#include <sonde/net/interfaces.hpp>

#include "live.hpp"
#include "run.hpp"

namespace sonde::cli {
namespace {

std::string state_of(const network_interface& one) {
    std::string made = one.is_up ? (one.has_carrier ? "up" : "up, no carrier") : "down";
    if (one.is_loopback) made += ", loopback";
    return made;
}

std::string addresses_of(const network_interface& one, std::string_view between,
                         std::string_view quote) {
    std::string made;
    for (const auto& each : one.addresses) {
        if (!made.empty()) made += between;
        made +=
            fmt::format("{}{}/{}{}", quote, to_scoped_string(each.address), each.prefix_len, quote);
    }
    return made;
}

std::string as_text(const std::vector<network_interface>& all) {
    std::string out;
    for (const auto& one : all) {
        std::string line = fmt::format("{:>3}  {:<15}  {:<16}  {:<17}  {}",
                                       one.index,
                                       printable(one.name),
                                       state_of(one),
                                       one.mac ? to_string(*one.mac) : "",
                                       addresses_of(one, " ", ""));
        line.resize(line.find_last_not_of(' ') + 1);
        out += line + '\n';
    }
    return out + "     any              all of them\n";
}

std::string as_json(const network_interface& one) {
    std::string name;
    append_json_string(name, one.name);
    return fmt::format(
        "{{\"type\":\"interface\",\"schema\":\"sonde/1\",\"index\":{},\"name\":{},\"up\":{},"
        "\"carrier\":{},\"loopback\":{},\"mtu\":{}{},\"addresses\":[{}]}}\n",
        one.index,
        name,
        one.is_up,
        one.has_carrier,
        one.is_loopback,
        one.mtu,
        one.mac ? fmt::format(",\"mac\":\"{}\"", to_string(*one.mac)) : "",
        addresses_of(one, ",", "\""));
}

}  // namespace

int list_interfaces_for(output_format format, channels to) {
    const auto all = list_interfaces();
    if (!all) {
        complain(to,
                 "capture",
                 format,
                 {.kind = "cannot_start", .target = {}, .text = describe(all.error())});
        return exit_trouble;
    }
    if (format != output_format::json) {
        to.out.write(as_text(*all));
        return exit_good;
    }
    for (const auto& one : *all) to.out.write(as_json(one));
    return exit_good;
}

std::string usual_interface() {
    const auto all = list_interfaces();
    if (!all) return {};
    const auto first = [&](bool loopback) {
        return std::find_if(all->begin(), all->end(), [&](const network_interface& one) {
            return one.is_up && one.is_loopback == loopback && (loopback || one.has_carrier);
        });
    };
    if (const auto found = first(false); found != all->end()) return found->name;
    if (const auto found = first(true); found != all->end()) return found->name;
    return {};
}

}  // namespace sonde::cli
