// Follows every TCP connection of a capture and tells what was asked over HTTP and answered.
#include <algorithm>
#include <iostream>
#include <map>

#include <sonde/capture/capture_file.hpp>
#include <sonde/packet/packet.hpp>
#include <sonde/packet/tcp_streams.hpp>
#include <sonde/sonde.hpp>

namespace {

/// Both directions of one connection, as far as they were seen.
struct conversation {
    std::string request;
    std::string response;
};

std::string first_line(const std::string& text) { return text.substr(0, text.find("\r\n")); }

}  // namespace

int main(int argc, char** argv) {
    std::map<std::uint64_t, conversation> all;
    const auto tell = [&](const sonde::tcp_stream_event& event) {
        conversation& one = all[event.flow.number()];
        if (event.kind == sonde::tcp_event_kind::data) {
            const bool asked = event.direction == sonde::tcp_direction::from_client;
            (asked ? one.request : one.response).append(event.octets.begin(), event.octets.end());
        } else if (event.kind == sonde::tcp_event_kind::gap) {
            std::cout << event.lost << " octets were not captured\n";
        } else if (event.kind == sonde::tcp_event_kind::closed) {
            const auto client = event.flow.client();
            std::cout << to_string(client.address) << " port " << client.port << ": "
                      << first_line(one.request) << "\n    " << first_line(one.response) << ", "
                      << one.response.size() << " octets, " << to_string(event.close) << '\n';
            all.erase(event.flow.number());
        }
    };
    sonde::tcp_streams streams;
    for (const sonde::record& one : sonde::capture_file(argc > 1 ? argv[1] : "-")) {
        const sonde::packet packet(one.octets, sonde::link_type(one.link_type));
        const sonde::mono_time at(one.time.time_since_epoch());
        if (const auto ip = packet.get<sonde::ipv4>()) streams.accept(ip->octets(), at, tell);
    }
    streams.flush(tell);
    return 0;
}
