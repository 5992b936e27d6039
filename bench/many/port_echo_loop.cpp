// port_echo_loop raw|ping PREFIX [count=N] [window=N] [rate=N] [data=N] [stamps=none|receive|both]
//
// The loop of plain_echo_loop through a probe_port: the ratio of the two is the price of the port.

#include <string>

#include <sonde/net/socket_port.hpp>

#include "port_way.hpp"

int main(int argc, char** argv) {
    using namespace sonde::bench;
    const std::string kind = argc > 1 ? argv[1] : "";
    if (kind != "raw" && kind != "ping") {
        std::fprintf(stderr, "port_echo_loop raw|ping PREFIX [count=N] [window=N] [rate=N] ...\n");
        return 2;
    }
    const auto options = read_echo_loop_options(argc, argv, 2);
    auto opened = sonde::probe_socket::open(
        {.kind = kind == "raw" ? sonde::socket_kind::icmp_raw : sonde::socket_kind::icmp_dgram,
         // Small packets are never fragmented: with DF the kernel draws no identification for each.
         .fragment = sonde::fragment_policy::discover,
         .receive_buffer_len = options.window * 1024,
         .packet_facts = options.facts,
         .kernel_stamps = options.stamps != stamp_use::none,
         .transmit_stamps = options.stamps == stamp_use::both});
    if (!opened) {
        std::fprintf(stderr, "port_echo_loop: %s\n", describe(opened.error()).c_str());
        return 1;
    }
    const std::uint16_t identifier = opened->local_port().value_or(0);
    sonde::socket_port port(std::move(*opened));
    port_way way(port, identifier, options);
    run_echo_loop(way, options).print(("socket port " + kind).c_str());
}
