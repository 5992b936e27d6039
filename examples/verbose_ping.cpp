// Shows every answer as it comes, and says what went wrong when something did.
#include <chrono>
#include <iostream>

#include <sonde/sonde.hpp>

namespace {

using milliseconds = std::chrono::duration<double, std::milli>;

void show(const sonde::probe_event& event, sonde::ip_family family) {
    const auto& probe = event.record;
    if (event.kind == sonde::event_kind::timed_out) {
        std::cout << "no answer to " << probe.sequence << '\n';
    }
    if (event.kind != sonde::event_kind::reply) return;
    try {
        sonde::raise_for_status(probe.reply, family);
        std::cout << probe.reply.message_len << " octets from "
                  << sonde::address_text(probe.reply.from) << ": sequence " << probe.sequence
                  << " time " << milliseconds(probe.reply.rtt).count() << " ms, measured by the "
                  << to_string(probe.reply.received_by) << '\n';
    } catch (const sonde::icmp_reply_error& refusal) {
        std::cout << refusal.what() << '\n';
    }
}

}  // namespace

int main(int argc, char** argv) try {
    using namespace std::chrono_literals;
    sonde::client client;
    sonde::ip_family family{};

    sonde::observer<sonde::ping_result> watch;
    watch.started = [&](const sonde::session_facts& facts) {
        family = facts.address.family();
        std::cout << "pinging " << facts.target << " by a " << facts.socket.reason << '\n';
    };
    watch.event = [&](const sonde::session_facts&, const sonde::probe_event& event) {
        show(event, family);
    };
    const auto result =
        client.ping(argc > 1 ? argv[1] : "127.0.0.1", {.count = 3, .interval = 200ms}, watch);
    return result.is_alive() ? 0 : 1;
} catch (const sonde::error& error) {
    std::cerr << error.what() << '\n';
    return 2;
}
