#include <array>

#include <sonde/wire/checksum.hpp>

namespace sonde::inline v0 {

checksum& checksum::add(bytes_view octets) noexcept {
    std::size_t at = 0;
    if (odd_ && !octets.empty()) {
        sum_ += octets[at++];
        odd_ = false;
    }
    for (; at + 2 <= octets.size(); at += 2) sum_ += be16_at(octets, at);
    if (at < octets.size()) {
        sum_ += static_cast<std::uint64_t>(octets[at]) << 8;
        odd_ = true;
    }
    return *this;
}

checksum& checksum::add_pseudo_header(const ip_address& source,
                                      const ip_address& destination,
                                      std::uint8_t protocol,
                                      std::uint32_t len) noexcept {
    for (const auto& address : {source, destination}) {
        if (address.is_v4()) {
            add_u32(address.v4().value);
        } else {
            add(address.v6().octets);
        }
    }
    return add_u32(len).add_u16(protocol);
}

}  // namespace sonde::inline v0
