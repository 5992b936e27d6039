// The answers of captured DNS responses as lists: search them, change one, put one more behind.
#include <algorithm>
#include <iostream>

#include <sonde/capture/capture_file.hpp>
#include <sonde/packet/dns_record_list.hpp>
#include <sonde/sonde.hpp>

int main(int argc, char** argv) {
    using namespace sonde;
    for (const record& one : capture_file(argc > 1 ? argv[1] : "-")) {
        built_packet packet = built_packet::decode(one.octets);
        const auto at = packet.find<dns>();
        if (!at) continue;
        dns_record_list records = dns_record_list::of(packet, *at).value();
        const auto address = std::find_if(
            records.answers.begin(), records.answers.end(), [](const dns_entry& entry) {
                return entry.type() == dns_type::a;
            });
        if (address == records.answers.end()) continue;

        const bool changed = address->set_data(dns_a{*ipv4_address::parse("198.51.100.7")}) &&
                             address->set_time_to_live(1);
        const std::string name = address->name();
        const auto host = dns_owned_name::from_text("mail.lab.example").value();
        records.answers.push_back(
            dns_entry::make({.name = name, .time_to_live = 60}, dns_mx{10, host.name()}).value());
        if (!changed || !records.put_into(packet)) return 1;

        const dns_record_list again = dns_record_list::of(packet, *at).value();
        for (const dns_entry& entry : again.answers) std::cout << entry.text() << '\n';
        std::cout << one.octets.size() << " octets became " << packet.to_bytes().size() << '\n';
        return 0;
    }
    return 1;
}
