// Sends numbered frames at a rate and captures them on the same interface; writes what was seen.
#include <chrono>
#include <iostream>
#include <vector>

#include <sonde/capture/capture_writer.hpp>
#include <sonde/capture/link.hpp>
#include <sonde/capture/live_capture.hpp>

int main(int argc, char** argv) {
    using namespace std::chrono_literals;
    const std::string interface = argc > 1 ? argv[1] : "lo";
    auto capture = sonde::live_capture::open(interface, {.filter = "ether proto 0x88b5"});
    auto out = sonde::packet_link::open(interface);
    if (!capture || !out) {
        std::cerr << describe(!capture ? capture.error() : out.error()) << '\n';
        return 2;
    }
    std::vector<std::uint8_t> frame(60);    // to nobody, from nobody,
    sonde::put_be16_at(frame, 12, 0x88b5);  // EtherType for experiments
    const auto done = out->inject({.frame = frame, .count = 5, .rate = 1000},
                                  [](std::uint64_t number, sonde::bytes_mut octets) {
                                      octets[14] = static_cast<std::uint8_t>(number);
                                      return octets.size();
                                  });
    if (!done) {
        std::cerr << describe(done.error()) << '\n';
        return 2;
    }
    std::vector<std::uint8_t> file;
    auto writer = sonde::capture_writer::to_memory(file).value();
    writer.add_interface(capture->description()).value();
    for (const auto& packet : capture->packets(200ms)) {
        std::cout << "frame " << int{packet.octets[14]} << ", " << packet.captured_len()
                  << " octets, stamped by the " << to_string(packet.source) << '\n';
        if (!writer.write(packet)) return 1;
    }
    if (!writer.close()) return 1;
    const auto counts = capture->counts().value();
    std::cout << done->sent << " sent, " << counts.delivered << " seen, " << counts.dropped
              << " dropped, " << writer.packets() << " in the file\n";
    return 0;
}
