// Every probe of every hop, with names that never hold the trace up and traceroute's annotations.
#include <chrono>
#include <iostream>

#include <sonde/sonde.hpp>

namespace {

using milliseconds = std::chrono::duration<double, std::milli>;

void show(const sonde::probe_record& probe, sonde::ip_family family, sonde::name_service& names) {
    if (probe.state != sonde::probe_state::answered) {
        std::cout << "    *\n";
        return;
    }
    const auto name = names.reverse(probe.reply.from);
    std::cout << "    " << sonde::address_text(probe.reply.from);
    // A PTR record may hold anything, terminal escapes included.
    if (name.state == sonde::name_state::known) std::cout << ' ' << sonde::printable(name.name);
    std::cout << ' ' << milliseconds(probe.reply.rtt).count() << " ms "
              << sonde::trace_annotation(probe.reply, family) << '\n';
}

}  // namespace

int main(int argc, char** argv) try {
    using namespace std::chrono_literals;
    sonde::client client;
    const auto path = client.trace(argc > 1 ? argv[1] : "127.0.0.1",
                                   {.method = sonde::probe_method::icmp, .probes_per_hop = 3},
                                   [&](const sonde::probe_event& event) {
                                       if (event.kind != sonde::event_kind::reply) return;
                                       client.names().reverse(event.record.reply.from);
                                   });
    client.names().settle(200ms);  // a short grace for the slow ones

    for (const auto& hop : path.hops) {
        std::cout << "hop " << int{hop.hop_limit} << ": " << hop.received() << " of " << hop.sent()
                  << " answered\n";
        for (const auto& probe : hop.probes) {
            show(probe, path.address.family(), client.names());
        }
    }
    return path.end == sonde::trace_end::reached ? 0 : 1;
} catch (const sonde::error& error) {
    std::cerr << error.what() << '\n';
    return 2;
}
