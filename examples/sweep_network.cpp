// Who is there in a network: one probe to each address, in an order that looks random, and the
// answers as they come.
#include <chrono>
#include <iostream>

#include <sonde/sonde.hpp>

int main(int argc, char** argv) try {
    using namespace std::chrono_literals;
    sonde::address_set network;
    for (int i = 1; i < argc; ++i) {
        const auto range = sonde::ip_range::parse(argv[i]);
        if (!range || !network.add(*range)) {
            std::cerr << argv[i] << ": this is no network\n";
            return 2;
        }
    }

    sonde::sweep_observer watch;
    watch.event = [](sonde::sweep_control&, const sonde::probe_event& event) {
        if (event.kind != sonde::event_kind::reply) return;
        const auto& reply = event.record.reply;
        std::cout << sonde::address_text(reply.from) << " answered after "
                  << std::chrono::duration<double, std::milli>(reply.rtt).count() << " ms\n";
    };
    watch.progress_interval = 1s;
    watch.progress = [](sonde::sweep_control& run) {
        const auto so_far = run.progress();
        std::cerr << so_far.position << " of " << so_far.size << ", " << so_far.answered
                  << " answered\n";
    };

    sonde::client client;
    const auto result = client.sweep(network, {.rate = 10'000, .timeout = 500ms}, watch);
    std::cout << result.progress.answered << " of " << result.progress.size << " answered, by a "
              << result.ports.front().reason << '\n';
    return 0;
} catch (const sonde::error& error) {
    std::cerr << error.what() << '\n';
    return 2;
}
