// One filter over typed fields, twice: as a function on frames, and as a program for the kernel.
#include <iostream>

#include <sonde/capture/bpf.hpp>
#include <sonde/capture/capture_file.hpp>
#include <sonde/packet/filter.hpp>
#include <sonde/sonde.hpp>

int main(int argc, char** argv) {
    using namespace sonde;
    constexpr auto wanted =
        filter((tcp::port == 80 && (where<tcp, "flags">() & 2) != 0) || has<icmp_echo>());

    std::uint64_t by_us = 0;
    std::uint64_t by_program = 0;
    const auto program = bpf_program::from(wanted.to_bpf(link_type::ethernet)).value();
    for (const record& one : capture_file(argc > 1 ? argv[1] : "-")) {
        by_us += wanted(one.octets) ? 1U : 0U;
        by_program += program.matches(one) ? 1U : 0U;
    }
    std::cout << by_us << " packets by the function, " << by_program << " by the program of "
              << program.instructions().size() << " instructions\n";
    return by_us == by_program ? 0 : 1;
}
