#include "probe_payload.hpp"

namespace sonde::inline v0::detail {

cookie_maker::cookie_maker(siphash_key key, const ip_address& destination,
                           std::uint8_t protocol) noexcept
    : key_(key), mix_(0) {
    std::array<std::uint8_t, 17> octets{};
    octets[16] = protocol;
    const bytes_mut all(octets);
    if (destination.is_v4()) {
        destination.v4().write(all.first<4>());
    } else {
        destination.v6().write(all.first<16>());
    }
    mix_ = siphash24(key, octets);
}

void fill_payload(bytes_mut payload, std::string_view pattern, std::size_t from) noexcept {
    for (std::size_t i = from; i < payload.size(); ++i) {
        payload[i] = pattern.empty()
                         ? static_cast<std::uint8_t>(i)
                         : static_cast<std::uint8_t>(pattern[(i - from) % pattern.size()]);
    }
}

}  // namespace sonde::inline v0::detail
