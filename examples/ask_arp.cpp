// Layer 2: asks who has an address, and hears the answer. What answers what, sonde knows.
#include <algorithm>
#include <iostream>

#include <sonde/capture/exchange.hpp>
#include <sonde/net/interfaces.hpp>
#include <sonde/packet/answer.hpp>
#include <sonde/packet/packet.hpp>
#include <sonde/packet/stack.hpp>
#include <sonde/sonde.hpp>

int main(int argc, char** argv) {
    using namespace std::chrono_literals;
    using namespace sonde;
    const std::string name = argc > 1 ? argv[1] : "eth0";
    const auto wanted = ipv4_address::parse(argc > 2 ? argv[2] : "");
    const auto all = list_interfaces().value();
    const auto own = std::find_if(all.begin(), all.end(), [&](const auto& one) {
        return one.name == name && one.mac && !one.addresses.empty();
    });
    auto in = live_capture::open(name, {.filter = "arp"});
    auto out = sonde::packet_link::open(name);
    if (!in || !out) {
        std::cerr << describe(!in ? in.error() : out.error()) << '\n';
        return 2;
    }
    if (!wanted || own == all.end()) {
        std::cerr << "usage: ask_arp INTERFACE ADDRESS\n";
        return 2;
    }
    const auto sender = own->addresses.front().address.v4().to_octets();
    const auto target = wanted->to_octets();
    const mac_address nobody;
    const auto question = (ethernet{.destination = mac_address::from_integer(0xffffffffffff),
                                    .source = *own->mac,
                                    .padded = true} /
                           arp{.operation = arp_operation::request,
                               .sender_hardware_address = own->mac->octets,
                               .sender_protocol_address = sender,
                               .target_hardware_address = nobody.octets,
                               .target_protocol_address = target})
                              .to_bytes();
    const std::vector<bytes_view> frames{question};
    const auto is_answer = [](bytes_view sent, const live_record& came) {
        return answers(sent, came.octets, link_type::ethernet) == reply_kind::answer;
    };
    const auto heard = exchange(*out, *in, frames, is_answer, {.time = 10s}).value();
    for (const frame_answer& one : heard.answers) {
        const auto said = packet(one.frame.octets).get<arp>().value();
        std::cout << to_string(*wanted) << " is at "
                  << to_string(mac_address::from_octets(said.sender_hardware_address().first<6>()))
                  << '\n';
    }
    if (heard.unanswered > 0) std::cout << "nobody answered\n";
    return heard.unanswered > 0 ? 1 : 0;
}
