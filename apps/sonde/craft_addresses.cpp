#include "craft_addresses.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include <sonde/base/text.hpp>
#include <sonde/net/next_hop.hpp>

#include "live.hpp"

namespace sonde::cli {
namespace {

bool is_ip(const built_layer& one) noexcept {
    return one.id() == layer::ipv4 || one.id() == layer::ipv6;
}

bool is_zero(const built_layer& one, std::string_view field) {
    const auto octets = one.get_octets(field);
    return octets && std::all_of(octets->begin(), octets->end(), [](auto o) { return o == 0; });
}

std::optional<ip_address> address_in(const built_layer& one, std::string_view field) {
    const auto text = one.get_text(field);
    return text ? ip_address::parse(*text) : std::nullopt;
}

bool is_everybody(const ip_address& address) noexcept {
    return address.is_v4() && address.v4().value == 0xffff'ffff;
}

// RFC 1112 s6.4 and RFC 2464 s7.
mac_address group_mac(const ip_address& group) noexcept {
    if (group.is_v4()) {
        return mac_address::from_integer(0x0100'5e00'0000 | (group.v4().value & 0x7f'ffff));
    }
    const auto& o = group.v6().octets;
    return {{0x33, 0x33, o[12], o[13], o[14], o[15]}};
}

constexpr std::size_t told_max = 8;  // fields that were filled in

/// The work of plan_sending on one pattern after the other.
class planner {
  public:
    planner(const craft_settings& settings, packet_source& source, file_run& run)
        : settings_(settings), source_(source), packet_(&source.patterns().front()), run_(run) {}

    std::optional<sending_plan> make() {
        plan_.interface = settings_.interface;
        plan_.by_route = begins_with_ip();
        const link_type type = packet_->type();
        for (built_packet& one : source_.patterns()) {
            packet_ = &one;
            if (one.empty() && !source_.is_random()) {
                static_cast<void>(fail("there is no packet"));
                return std::nullopt;
            }
            if (begins_with_ip() != plan_.by_route || one.type() != type) {
                static_cast<void>(fail(
                    "some packets of the file go by the kernel's routes, some by an interface, or "
                    "they have several link types: --frame N sends one"));
                return std::nullopt;
            }
            if (!(plan_.by_route ? by_route() : by_link())) return std::nullopt;
        }
        return std::move(plan_);
    }

  private:
    bool fail(const std::string& why) {
        run_.complain(why);
        return false;
    }
    [[nodiscard]] bool begins_with_ip() const { return !packet_->empty() && is_ip((*packet_)[0]); }

    void fill(std::size_t at, std::string_view field, const std::string& value) {
        if (!(*packet_)[at].set(field, std::string_view(value))) return;
        std::string said = fmt::format("{}.{} {}", (*packet_)[at].name(), field, value);
        // Several packets often get the same; what many get is not told in full.
        auto& told = plan_.filled;
        if (told.size() > told_max || std::find(told.begin(), told.end(), said) != told.end())
            return;
        told.push_back(told.size() < told_max ? std::move(said) : "and others");
    }
    void fill_source(std::size_t at, const ip_address& source) {
        if (settings_.as_is || source.is_unspecified() || !is_zero((*packet_)[at], "source"))
            return;
        fill(at, "source", to_string(source.is_v6() ? ip_address(source.v6()) : source));
    }

    // The destination of an IP layer, or nothing after having complained.
    std::optional<ip_address> destination(std::size_t at) {
        auto found = address_in((*packet_)[at], "destination");
        if (found && (!found->is_unspecified() || settings_.as_is)) {
            plan_.to_group = plan_.to_group || found->is_multicast() || is_everybody(*found);
            return found;
        }
        run_.complain(fmt::format("to whom? {0}(destination=ADDRESS), or --as-is for {0} to none",
                                  (*packet_)[at].name()));
        return std::nullopt;
    }

    bool by_route() {
        const auto to = destination(0);
        if (!to) return false;
        next_hop_query query{.destination = *to};
        if (!settings_.interface.empty()) {
            const auto index = interface_index(settings_.interface);
            if (!index) return true;  // who opens it says so, with the nearest name
            query.interface_index = *index;
        }
        const auto way = find_next_hop(query);
        if (!way) {
            if (settings_.as_is) return true;
            return fail(fmt::format("{}: {}", to_string(*to), describe(way.error())));
        }
        const std::string by = interface_name_of(way->interface_index).value_or("");
        if (plan_.interface.empty()) plan_.interface = by;
        if (plan_.interface != by && settings_.interface.empty()) plan_.interface = "any";
        fill_source(0, way->source.is_unspecified() && way->is_local ? *to : way->source);
        fill_identification();
        tell_what_the_kernel_writes();
        return true;
    }
    // The kernel replaces zero by a number of its own, and errors about it would be about another.
    void fill_identification() {
        if (settings_.as_is || (*packet_)[0].id() != layer::ipv4) return;
        if (!is_zero((*packet_)[0], "identification")) return;
        const std::uint64_t some = 1 + random_source(settings_.seed).below(0xffff);
        fill(0, "identification", std::to_string(some));
    }
    void tell_what_the_kernel_writes() {
        const built_layer& ip = (*packet_)[0];
        if (ip.id() != layer::ipv4) return;
        const bool is_other = ip.is_forced("header_checksum") || ip.is_forced("total_length");
        if (is_other && !std::exchange(told_of_kernel_, true)) {
            run_.remark(
                "the kernel writes total_length and header_checksum of IPv4 itself; to send others "
                "begin with ethernet");
        }
    }

    bool by_link() {
        if (settings_.interface.empty()) {
            return fail(
                "by which interface? -i IF; or begin with ipv4 or ipv6, and the kernel finds the "
                "way");
        }
        const auto all = list_interfaces();
        if (!all) return fail(describe(all.error()));
        const auto index = interface_index(settings_.interface);
        const auto by = std::find_if(all->begin(), all->end(), [&](const auto& one) {
            return one.name == settings_.interface || (index && one.index == *index);
        });
        if (by == all->end() || source_.is_random() || (*packet_)[0].id() != layer::ethernet) {
            return true;  // who opens it says what is wrong
        }
        const bool good = fill_link(*by);
        const auto mac = (*packet_)[0].get_octets("destination");
        if (mac && !mac->empty() && (mac->front() & 1) != 0) plan_.to_group = true;
        return good;
    }

    bool fill_link(const network_interface& by) {
        if (settings_.as_is) return true;
        if (by.mac && !by.is_loopback && is_zero((*packet_)[0], "source")) {
            fill(0, "source", to_string(*by.mac));
        }
        const auto ip = packet_->find_if(is_ip);
        if (packet_->size() > 1 && (*packet_)[1].id() == layer::arp) return fill_arp(by);
        if (!ip) return fill_mac(by, {});
        const auto to = destination(*ip);
        if (!to) return false;
        const auto way = find_next_hop({.destination = *to, .interface_index = by.index});
        if (way) fill_source(*ip, way->source);
        if (*ip != 1) return fill_mac(by, {});
        return way ? fill_mac(by, *way) : fill_mac(by, next_hop{.neighbour = *to});
    }

    bool fill_arp(const network_interface& by) {
        const auto operation = (*packet_)[1].get_number("operation");
        const bool asks = operation && *operation == 1;
        if (by.mac && is_zero((*packet_)[1], "sender_hardware_address")) {
            fill(1, "sender_hardware_address", to_string(*by.mac));
        }
        const auto whom = address_in((*packet_)[1], "target_protocol_address");
        if (asks && whom && is_zero((*packet_)[1], "sender_protocol_address")) {
            const auto way = find_next_hop({.destination = *whom, .interface_index = by.index});
            if (way && !way->source.is_unspecified()) {
                fill(1, "sender_protocol_address", to_string(way->source));
            }
        }
        if (asks && is_zero((*packet_)[0], "destination")) {
            fill(0, "destination", "ff:ff:ff:ff:ff:ff");
            return true;
        }
        return fill_mac(by, {});
    }

    // `way`: without an interface, nobody is known to whom the frame could go.
    bool fill_mac(const network_interface& by, const next_hop& way) {
        if (by.is_loopback || !is_zero((*packet_)[0], "destination")) return true;
        const ip_address& to = way.neighbour;
        if (to.is_multicast()) {
            fill(0, "destination", to_string(group_mac(to)));
            return true;
        }
        if (is_everybody(to) || is_broadcast_of(by, to)) {
            plan_.to_group = true;
            fill(0, "destination", "ff:ff:ff:ff:ff:ff");
            return true;
        }
        if (way.interface_index == 0) {
            return fail(
                "to whom? ethernet(destination=MAC), or --as-is for zeros; only for IP right "
                "behind ethernet, and where there is a route, can it be found");
        }
        if (!way.is_router && varies_destination()) {
            return fail(
                "each destination has a MAC address of its own: begin with ipv4 or ipv6, and the "
                "kernel finds them");
        }
        const auto mac = way.mac ? way.mac : asked_mac(by, to, way.source);
        if (!mac) {
            return fail(fmt::format("nobody on {} says to have {}: give ethernet(destination=MAC)",
                                    printable(by.name),
                                    to_string(to)));
        }
        fill(0, "destination", to_string(*mac));
        return true;
    }
    // Each is asked once, whatever number of packets goes to it.
    std::optional<mac_address> asked_mac(const network_interface& by, const ip_address& to,
                                         const ip_address& from) {
        const auto [at, is_new] = asked_.try_emplace(to);
        if (is_new) at->second = ask_for_mac(by, to, from);
        return at->second;
    }
    static bool is_broadcast_of(const network_interface& by, const ip_address& to) {
        return std::any_of(by.addresses.begin(), by.addresses.end(), [&](const auto& one) {
            return one.broadcast && to.is_v4() && *one.broadcast == to.v4();
        });
    }
    [[nodiscard]] bool varies_destination() const noexcept {
        return source_.varies("ipv4", "destination") || source_.varies("ipv6", "destination");
    }

    const craft_settings& settings_;
    packet_source& source_;
    built_packet* packet_;  // one after the other
    file_run& run_;
    sending_plan plan_{};
    std::map<ip_address, std::optional<mac_address>> asked_{};
    bool told_of_kernel_ = false;
};

}  // namespace

std::optional<sending_plan> plan_sending(const craft_settings& settings, packet_source& source,
                                         file_run& run) {
    return planner(settings, source, run).make();
}

}  // namespace sonde::cli
