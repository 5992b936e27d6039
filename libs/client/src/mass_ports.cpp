#include "mass_ports.hpp"

#include <exception>
#include <utility>

#include <sonde/net/socket_port.hpp>

namespace sonde::inline v0::detail {
namespace {

void open_family(mass_ports& to, const socket_plan& plan, ip_family family,
                 const run_context& context) {
    probe_sockets opened = open_icmp_of(plan, family, context.calls);
    (family == ip_family::v4 ? to.setup.v4 : to.setup.v6) = opened.channel;
    context.log.write(log_level::info, "socket", [&] { return opened.facts.reason; });
    to.facts.push_back({.family = family,
                        .raw = opened.facts.raw,
                        .reason = opened.facts.reason,
                        .identifier = opened.channel.identifier});
    to.ports.ports.push_back({.port = std::make_unique<socket_port>(std::move(opened.sender))});
    to.ports.leases.push_back(std::move(opened.lease));
    to.ports.route = std::move(opened.route);
}

}  // namespace

mass_ports open_mass_ports(const socket_plan& plan, const run_context& context, mono_time start) {
    mass_ports made;
    made.setup.key = {.k0 = random_word(context.calls), .k1 = random_word(context.calls)};
    made.setup.start = start;
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
            open_family(made, plan, family, context);
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
