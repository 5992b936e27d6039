// A view of const octets has no setters.
#include <array>

#include <sonde/wire/transport/udp.hpp>

void change(std::span<std::uint8_t> octets) {
#ifdef MISUSE
    sonde::udp::view::parse(octets)->set_source_port(1);
#else
    sonde::udp::mutable_view::parse(octets)->set_source_port(1);
#endif
}
