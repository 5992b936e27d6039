#include "mass_ports.hpp"

#include <exception>
#include <utility>

#include "port_choice.hpp"
namespace sonde::inline v0::detail {
namespace {

constexpr std::size_t echo_header_len = 8;

chosen_port choose(probe_sockets& opened, const socket_plan& plan, const mass_load& load,
                   const run_context& context) {
    const auto& example = load.example(opened.sender.family());
    const auto& asked = plan.options;
    port_wish wish{.forced = context.mass.carrier,
                   .xdp = context.mass.xdp,
                   .example = example.value_or(ip_address{}),
                   .targets = load.probes,
                   .rate = load.rate,
                   .workers = load.workers,
                   .message_len = echo_header_len + plan.payload_len,
                   .wants_exact_rtt = load.wants_exact_rtt,
                   .broadcast = asked.broadcast,
                   .has_mark = asked.mark.has_value(),
                   .source = asked.source};
    if (!example) wish.forced = port_kind::socket;
    if (!asked.interface.empty()) {
        wish.interface_index =
            context.calls.if_nametoindex(std::string(asked.interface.view()).c_str());
    }
    return choose_port(std::move(opened.sender), opened.facts.reason, wish, context.calls);
}

void open_family(mass_ports& to, const socket_plan& plan, const mass_load& load, ip_family family,
                 const run_context& context) {
    probe_sockets opened = open_icmp_of(plan, family, context.calls);
    chosen_port chosen = choose(opened, plan, load, context);
    (family == ip_family::v4 ? to.setup.v4 : to.setup.v6) = opened.channel;
    context.log.write(log_level::info, "socket", [&] { return chosen.reason; });
    to.facts.push_back({.family = family,
                        .carrier = chosen.port->carrier(),
                        .raw = opened.facts.raw,
                        .reason = std::move(chosen.reason),
                        .identifier = opened.channel.identifier});
    to.ports.ports.push_back({.port = std::move(chosen.port)});
    to.ports.leases.push_back(std::move(opened.lease));
    to.ports.route = std::move(opened.route);
}

}  // namespace

mass_ports open_mass_ports(const socket_plan& plan, const mass_load& load,
                           const run_context& context, mono_time start) {
    mass_ports made;
    made.setup.key = {.k0 = random_word(context.calls), .k1 = random_word(context.calls)};
    made.setup.start = start;
    made.ports.waits_for_room = true;
    const auto only =
        plan.options.source ? std::optional(plan.options.source->family()) : plan.options.family;
    std::exception_ptr first_failure;
    for (const ip_family family : {ip_family::v4, ip_family::v6}) {
        std::string& refused = family == ip_family::v4 ? made.refused_v4 : made.refused_v6;
        if (only && *only != family) {
            refused = "only the other family was asked for";
            continue;
        }
        try {
            open_family(made, plan, load, family, context);
        } catch (const socket_error& failure) {
            refused = failure.what();
            if (!first_failure) first_failure = std::current_exception();
            context.log.write(log_level::info, "socket", [&] { return refused; });
        }
    }
    if (made.facts.empty() && first_failure) std::rethrow_exception(first_failure);
    return made;
}

}  // namespace sonde::inline v0::detail
