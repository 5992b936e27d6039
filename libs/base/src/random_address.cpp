#include <sonde/base/random_address.hpp>
#include <sonde/base/special_purpose.hpp>

namespace sonde::inline v0 {
namespace {

constexpr int draws_max = 256;

constexpr ip_prefix all_v4{ipv4_address{}, 0};
constexpr ip_prefix multicast_v4{ipv4_address{0xe0000000}, 4};
constexpr ip_prefix multicast_v6{ipv6_address::from_integer(uint128{0xff} << 120), 8};
// RFC 4291 s2.4: all that IANA gives to hosts.
constexpr ip_prefix global_unicast_v6{ipv6_address::from_integer(uint128{0x2} << 124), 3};

ip_address draw(random_source& random, const ip_prefix& prefix) noexcept {
    const uint128 high = random();
    const uint128 bits = (high << 64) | random();
    return ip_address_from_integer(prefix.family(),
                                   to_integer(prefix.first()) | (bits & ~prefix.mask()));
}

// Whether a block is a part of the prefix, so that who asks for the prefix does not ask for it.
bool is_part(const ip_prefix& block, const ip_prefix& prefix) noexcept {
    return prefix.length() < block.length();
}

bool is_network_or_broadcast(const ip_address& address, const ip_prefix& prefix) noexcept {
    // RFC 3021: a network of two addresses has two hosts.
    if (!address.is_v4() || prefix.length() > 30) return false;
    return address == prefix.first() || address == prefix.last();
}

bool is_host(const ip_address& address, const ip_prefix& prefix) noexcept {
    if (is_network_or_broadcast(address, prefix)) return false;
    const ip_prefix& multicast = address.is_v4() ? multicast_v4 : multicast_v6;
    if (multicast.contains(address)) return !is_part(multicast, prefix);
    if (const special_purpose* found = find_special_purpose(address)) {
        return found->is_globally_reachable || !is_part(found->block, prefix);
    }
    const bool is_assigned = address.is_v4() || global_unicast_v6.contains(address);
    return is_assigned || !prefix.contains(global_unicast_v6);
}

}  // namespace

mac_address random_mac(random_source& random, const random_mac_options& options) noexcept {
    constexpr unsigned group_bit = 1;  // IEEE 802 s8.2
    constexpr unsigned local_bit = 2;
    mac_address made = mac_address::from_integer(random());
    const unsigned others = made.octets[0] & ~(group_bit | local_bit);
    made.octets[0] = static_cast<std::uint8_t>(others | (options.is_multicast ? group_bit : 0) |
                                               (options.is_locally_administered ? local_bit : 0));
    return made;
}

std::optional<ip_address> random_ip(random_source& random, const ip_prefix& prefix,
                                    random_ip_choice choice) noexcept {
    for (int i = 0; i < draws_max; ++i) {
        const ip_address made = draw(random, prefix);
        if (choice == random_ip_choice::any || is_host(made, prefix)) return made;
    }
    return std::nullopt;
}

ipv4_address random_ipv4(random_source& random) noexcept {
    for (;;) {  // six of seven addresses will do
        const ip_address made = draw(random, all_v4);
        if (is_global_unicast(made)) return made.v4();
    }
}

ipv6_address random_ipv6(random_source& random) noexcept {
    for (;;) {  // nearly all of them will do
        const ip_address made = draw(random, global_unicast_v6);
        if (is_global_unicast(made)) return made.v6();
    }
}

}  // namespace sonde::inline v0
