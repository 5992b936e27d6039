// Stands between two hosts: hands on what they say, and changes it on the way.
#include <array>
#include <cstdlib>
#include <iostream>
#include <utility>
#include <vector>

#include <sonde/capture/link.hpp>
#include <sonde/capture/live_capture.hpp>
#include <sonde/packet/edit.hpp>
#include <sonde/sonde.hpp>

namespace {

/// What is heard of one host goes out to the other.
struct way {
    sonde::live_capture from;
    sonde::packet_link to;
};

/// Every echo request gets another text, where it has one; its checksum follows.
bool change(sonde::bytes_mut frame) {
    static constexpr std::array<std::uint8_t, 5> text{'s', 'o', 'n', 'd', 'e'};
    const auto echo = sonde::edit(frame).get<sonde::icmp_echo>();
    if (!echo || echo->view().data().size() < text.size()) return false;
    if (echo->view().type() != sonde::icmp_type::echo) return false;
    echo->set_octets(sonde::icmp_echo::header_len, text);
    std::cout << "changed an echo request of " << frame.size() << " octets\n";
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    using namespace std::chrono_literals;
    using sonde::capture_direction::inbound;
    if (argc < 4) return 2;  // one interface, the other, and after how many changes to end
    std::vector<way> ways;
    for (const auto& [from, to] : {std::pair{argv[1], argv[2]}, std::pair{argv[2], argv[1]}}) {
        auto in = sonde::live_capture::open(from, {.direction = inbound});
        auto out = sonde::packet_link::open(to);
        if (!in || !out) {
            std::cerr << describe(!in ? in.error() : out.error()) << '\n';
            return 2;
        }
        ways.push_back({std::move(*in), std::move(*out)});
    }
    for (long left = std::strtol(argv[3], nullptr, 10); left > 0;) {
        for (auto& [from, to] : ways) {
            const auto one = from.next(1ms).value();
            if (one == nullptr) continue;
            std::vector<std::uint8_t> frame(one->octets.begin(), one->octets.end());
            if (change(frame)) --left;
            if (!to.send(frame)) return 1;
        }
    }
    return 0;
}
