#include <array>

#include <sonde/wire/checksum.hpp>
#include <sonde/wire/transport/udp.hpp>

int main() {
    std::array<std::uint8_t, 8> octets{};
    sonde::udp{.source_port = 53}.emit(octets);
    return sonde::udp::view::parse(octets)->source_port() == 53 ? 0 : 1;
}
