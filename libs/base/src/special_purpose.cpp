#include <array>

#include <sonde/base/special_purpose.hpp>

namespace sonde::inline v0 {
namespace {

// The five answers of a row, as the registry orders them: source, destination, forwardable,
// globally reachable, reserved by protocol.
struct uses {
    bool source;
    bool destination;
    bool forwardable;
    bool global;
    bool reserved;
};
constexpr uses none{false, false, false, false, false};
constexpr uses here_only{true, true, false, false, true};  // on one link
constexpr uses private_use{true, true, true, false, false};
constexpr uses anywhere{true, true, true, true, false};
constexpr uses reserved{false, false, false, false, true};
constexpr uses source_of_itself{true, false, false, false, true};

constexpr special_purpose row(const ip_prefix& block, std::string_view name, std::string_view spec,
                              uses of) noexcept {
    return {block, name, spec, of.source, of.destination, of.forwardable, of.global, of.reserved};
}
constexpr ip_prefix v4(std::uint32_t address, unsigned length) noexcept {
    return {ipv4_address{address}, length};
}
// The first 64 bits, which hold all that most blocks fix.
constexpr ip_prefix v6(std::uint64_t high, unsigned length, std::uint64_t low = 0) noexcept {
    return {ipv6_address::from_integer((uint128{high} << 64) | low), length};
}

constexpr std::array rows{
    row(v4(0x00000000, 8), "\"This network\"", "RFC 791 s3.2", source_of_itself),
    row(v4(0x00000000, 32), "\"This host on this network\"", "RFC 1122 s3.2.1.3", source_of_itself),
    row(v4(0x0a000000, 8), "Private-Use", "RFC 1918", private_use),
    row(v4(0x64400000, 10), "Shared Address Space", "RFC 6598", private_use),
    row(v4(0x7f000000, 8), "Loopback", "RFC 1122 s3.2.1.3", reserved),
    row(v4(0xa9fe0000, 16), "Link Local", "RFC 3927", here_only),
    row(v4(0xac100000, 12), "Private-Use", "RFC 1918", private_use),
    row(v4(0xc0000000, 24), "IETF Protocol Assignments", "RFC 6890 s2.1", none),
    row(v4(0xc0000000, 29), "IPv4 Service Continuity Prefix", "RFC 7335", private_use),
    row(v4(0xc0000008, 32), "IPv4 dummy address", "RFC 7600", {true, false, false, false, false}),
    row(v4(0xc0000009, 32), "Port Control Protocol Anycast", "RFC 7723", anywhere),
    row(v4(0xc000000a, 32), "Traversal Using Relays around NAT Anycast", "RFC 8155", anywhere),
    row(v4(0xc00000aa, 31), "NAT64/DNS64 Discovery", "RFC 7050 s2.2", reserved),
    row(v4(0xc0000200, 24), "Documentation (TEST-NET-1)", "RFC 5737", none),
    row(v4(0xc01fc400, 24), "AS112-v4", "RFC 7535", anywhere),
    row(v4(0xc034c100, 24), "AMT", "RFC 7450", anywhere),
    row(v4(0xc0586300, 24), "Deprecated (6to4 Relay Anycast)", "RFC 7526", none),
    row(v4(0xc0a80000, 16), "Private-Use", "RFC 1918", private_use),
    row(v4(0xc0af3000, 24), "Direct Delegation AS112 Service", "RFC 7534", anywhere),
    row(v4(0xc6120000, 15), "Benchmarking", "RFC 2544", private_use),
    row(v4(0xc6336400, 24), "Documentation (TEST-NET-2)", "RFC 5737", none),
    row(v4(0xcb007100, 24), "Documentation (TEST-NET-3)", "RFC 5737", none),
    row(v4(0xf0000000, 4), "Reserved", "RFC 1112 s4", reserved),
    row(v4(0xffffffff, 32), "Limited Broadcast", "RFC 8190", {false, true, false, false, true}),
    row(v6(0, 128, 1), "Loopback Address", "RFC 4291", reserved),
    row(v6(0, 128), "Unspecified Address", "RFC 4291", source_of_itself),
    row(v6(0, 96, 0xffff00000000), "IPv4-mapped Address", "RFC 4291", reserved),
    row(v6(0x0064ff9b00000000, 96), "IPv4-IPv6 Translat.", "RFC 6052", anywhere),
    row(v6(0x0064ff9b00010000, 48), "IPv4-IPv6 Translat.", "RFC 8215", private_use),
    row(v6(0x0100000000000000, 64), "Discard-Only Address Block", "RFC 6666", private_use),
    row(v6(0x0100000000000001, 64), "Dummy IPv6 Prefix", "RFC 9780",
        {true, false, false, false, false}),
    row(v6(0x2001000000000000, 23), "IETF Protocol Assignments", "RFC 2928", none),
    row(v6(0x2001000000000000, 32), "TEREDO", "RFC 4380", private_use),
    row(v6(0x2001000100000000, 128, 1), "Port Control Protocol Anycast", "RFC 7723", anywhere),
    row(v6(0x2001000100000000, 128, 2), "Traversal Using Relays around NAT Anycast", "RFC 8155",
        anywhere),
    row(v6(0x2001000100000000, 128, 3), "DNS-SD Service Registration Protocol Anycast", "RFC 9665",
        anywhere),
    row(v6(0x2001000200000000, 48), "Benchmarking", "RFC 5180", private_use),
    row(v6(0x2001000300000000, 32), "AMT", "RFC 7450", anywhere),
    row(v6(0x2001000401120000, 48), "AS112-v6", "RFC 7535", anywhere),
    row(v6(0x2001001000000000, 28), "Deprecated (previously ORCHID)", "RFC 4843", none),
    row(v6(0x2001002000000000, 28), "ORCHIDv2", "RFC 7343", anywhere),
    row(v6(0x2001003000000000, 28), "Drone Remote ID Protocol Entity Tags (DETs) Prefix",
        "RFC 9374", anywhere),
    row(v6(0x20010db800000000, 32), "Documentation", "RFC 3849", none),
    row(v6(0x2002000000000000, 16), "6to4", "RFC 3056", private_use),
    row(v6(0x2620004f80000000, 48), "Direct Delegation AS112 Service", "RFC 7534", anywhere),
    row(v6(0x3fff000000000000, 20), "Documentation", "RFC 9637", none),
    row(v6(0x5f00000000000000, 16), "Segment Routing (SRv6) SIDs", "RFC 9602", private_use),
    row(v6(0xfc00000000000000, 7), "Unique-Local", "RFC 4193", private_use),
    row(v6(0xfe80000000000000, 10), "Link-Local Unicast", "RFC 4291", here_only),
};

constexpr ip_prefix global_unicast_v6 = v6(0x2000000000000000, 3);  // RFC 4291 s2.4, IANA

}  // namespace

std::span<const special_purpose> special_purposes() noexcept { return rows; }

const special_purpose* find_special_purpose(const ip_address& address) noexcept {
    const special_purpose* best = nullptr;
    for (const special_purpose& one : rows) {
        if (!one.block.contains(address)) continue;
        if (best == nullptr || one.block.length() > best->block.length()) best = &one;
    }
    return best;
}

bool is_global_unicast(const ip_address& address) noexcept {
    if (address.is_multicast()) return false;
    if (const special_purpose* found = find_special_purpose(address)) {
        return found->is_globally_reachable;
    }
    return address.is_v4() || global_unicast_v6.contains(address);
}

}  // namespace sonde::inline v0
