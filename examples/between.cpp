// Stands between two hosts: hands on what they say, and changes it on the way.
#include <array>
#include <cstdlib>
#include <iostream>

#include <sonde/capture/link.hpp>
#include <sonde/capture/live_capture.hpp>
#include <sonde/packet/edit.hpp>
#include <sonde/sonde.hpp>

namespace {

/// Every echo request gets another text, where it has one; its checksum follows.
bool change(sonde::bytes_mut frame) {
    static constexpr std::array<std::uint8_t, 5> text{'s', 'o', 'n', 'd', 'e'};
    const auto echo = sonde::edit(frame).get<sonde::icmp_echo>();
    if (!echo || echo->view().data().size() < text.size()) return false;
    if (echo->view().type() != sonde::icmp_type::echo) return false;
    echo->set_octets(sonde::icmp_echo::header_len, text);
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    using namespace std::chrono_literals;
    if (argc < 4) {
        std::cerr << "usage: between LEFT RIGHT CHANGES\n";
        return 2;
    }
    const sonde::live_options heard{.direction = sonde::capture_direction::inbound};
    std::array in{sonde::live_capture::open(argv[1], heard),
                  sonde::live_capture::open(argv[2], heard)};
    std::array out{sonde::link::open(argv[2]), sonde::link::open(argv[1])};
    for (long left = std::strtol(argv[3], nullptr, 10); left > 0;) {
        for (const std::size_t side : {0U, 1U}) {
            const auto one = in[side]->next(1ms).value();
            if (one == nullptr) continue;
            std::vector<std::uint8_t> frame(one->octets.begin(), one->octets.end());
            const bool changed = change(frame);
            if (!out[side]->send(frame)) return 1;
            if (!changed) continue;
            std::cout << "changed an echo request of " << frame.size() << " octets\n";
            --left;
        }
    }
    return 0;
}
