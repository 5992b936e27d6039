// A field outside its header is refused by the compiler.
#include <array>

#include <sonde/base/octets.hpp>

std::uint16_t last_field(const std::array<std::uint8_t, 8>& header) {
#ifdef MISUSE
    return sonde::be16<7>(std::span<const std::uint8_t, 8>(header));
#else
    return sonde::be16<6>(std::span<const std::uint8_t, 8>(header));
#endif
}
