// A view of octets that are gone at the end of the statement is refused.
#include <vector>

#include <sonde/wire/transport/udp.hpp>

std::vector<std::uint8_t> receive();

std::uint16_t port() {
#ifdef MISUSE
    const auto view = sonde::udp::view::parse(receive());
#else
    const auto octets = receive();
    const auto view = sonde::udp::view::parse(octets);
#endif
    return view ? view->source_port() : std::uint16_t{0};
}
