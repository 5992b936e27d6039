#pragma once
/// A scenario: the simulated internet as data. One or several paths, each a row of routers with one
/// or several targets behind it, and what goes wrong where. Written as JSON (docs/schema/
/// scenario.schema.json says every key) or filled in by a program:
///
///     {"hops":   [{"address": "10.0.1.1", "address6": "2001:db8:1::1", "delay_ms": 3.2},
///                 {"address": "10.0.2.1", "silent": true},
///                 {"address": "10.0.3.1", "rate_limit": {"per_second": 1, "burst": 6}}],
///      "target": {"address": "192.0.2.9", "address6": "2001:db8::9", "delay_ms": 5, "loss": 0.01}}
///
/// Several paths stand in "paths": [{"hops": [...], "targets": [...]}, ...]. Every delay, jitter
/// and loss belongs to the link that leads to the hop or target, and counts once in each direction.
/// A target may stand for a whole block of addresses: a million hosts are one line,
///
///      "target": {"prefix": "10.0.0.0/12", "delay_ms": 5, "loss": 0.01}

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include <sonde/base/address.hpp>
#include <sonde/base/address_range.hpp>
#include <sonde/base/api.hpp>
#include <sonde/base/time.hpp>
#include <sonde/wire/network/icmp_extension_objects.hpp>

namespace sonde::inline v0::sim {

/// The link towards a hop or target, the same in both directions.
struct link_spec {
    nanoseconds delay{};   // one way
    nanoseconds jitter{};  // uniform in [0, jitter), on top of `delay`; does not change the order
    double loss = 0;       // probability, each way
};

/// Either may be absent: the node does not speak that family then, and answers nothing in it.
struct node_address {
    std::optional<ipv4_address> v4{};
    std::optional<ipv6_address> v6{};

    [[nodiscard]] std::optional<ip_address> of(ip_family family) const noexcept {
        if (family == ip_family::v4) return v4 ? std::optional<ip_address>(*v4) : std::nullopt;
        return v6 ? std::optional<ip_address>(*v6) : std::nullopt;
    }
};

/// The same of blocks of addresses.
struct node_prefix {
    std::optional<ip_prefix> v4{};
    std::optional<ip_prefix> v6{};

    [[nodiscard]] std::optional<ip_prefix> of(ip_family family) const noexcept {
        return family == ip_family::v4 ? v4 : v6;
    }
};

/// How much of a datagram an ICMP error quotes.
enum class quote_length : std::uint8_t {
    full,     // what fits in 576 octets (RFC 1812 s4.3.2.3), in 1280 (RFC 4443 s2.4 (c))
    minimal,  // the IP header and 8 octets (RFC 792); IPv6 routers do not, but some devices do
};

/// A token bucket for the errors that a router makes: starts full.
struct rate_limit_spec {
    double per_second = 1;
    std::uint32_t burst = 1;
};

/// What a router answers with instead of forwarding.
struct unreachable_spec {
    std::uint8_t code = 1;     // of ICMP type 3; 4 is "fragmentation needed" and tells `mtu`
    std::uint8_t code_v6 = 0;  // of ICMPv6 type 1; unused with code 4: that is packet too big
    std::uint16_t mtu = 0;     // octets
};
/// The ICMPv6 code for an ICMP unreachable code, as RFC 7915 s4.2 translates.
[[nodiscard]] SONDE_API std::uint8_t unreachable_code_v6(std::uint8_t code) noexcept;

struct hop_spec {
    node_address address{};
    link_spec link{};
    bool silent = false;  // forwards, never answers
    std::optional<rate_limit_spec> rate_limit{};
    quote_length quote = quote_length::full;
    std::vector<mpls_label> mpls{};   // told in an RFC 4950 object with every error
    bool compliant_extension = true;  // false: at octet 128 without a length (RFC 4884 s5.5)
    std::optional<unreachable_spec> unreachable{};
    std::uint8_t hop_limit = 255;                   // its own messages start with
    std::optional<std::uint8_t> hop_limit_reset{};  // forwarded datagrams leave with this one
    std::optional<std::uint8_t> traffic_class{};    // forwarded datagrams leave with this one
};

/// With this probability that much more delay.
struct delay_chance {
    double probability = 0;
    nanoseconds delay{};
};

enum class udp_answer : std::uint8_t { port_unreachable, silent };

/// What befalls an answer of a target, tried in this order; the first that strikes is the only one:
/// corrupt, late, reorder, duplicate. A forgery comes in addition to whatever happens.
struct target_spec {
    node_address address{};
    /// Every address in it answers as this target does, on draws, a link and an order of its own.
    /// Of several that hold an address the longest counts, and an address alone before all.
    node_prefix prefix{};
    link_spec link{};
    bool silent = false;
    double corrupt = 0;           // probability that one bit of checksum or payload is flipped
    delay_chance late{};          // held back for so long that nobody waits any more
    delay_chance reorder{};       // held back so that later answers overtake it
    double duplicate = 0;         // probability of `copies` more of the same answer
    std::uint32_t copies = 1;     // 1 to 100
    nanoseconds copy_interval{};  // from one copy to the next
    double forge = 0;  // probability of one more echo reply: right identifier, right sequence
                       // number, good checksum, other payload. Needs a payload.
    std::vector<std::uint16_t> tcp_open{};    // ports that answer SYN with SYN and ACK
    std::vector<std::uint16_t> tcp_closed{};  // those that answer RST...
    bool tcp_filtered = false;  // ...and whether all others are silent; they answer RST otherwise
    udp_answer udp = udp_answer::port_unreachable;
    quote_length quote = quote_length::full;
    std::uint8_t hop_limit = 64;  // its own messages start with
};

struct path_spec {
    std::vector<hop_spec> hops{};  // 0 to 255
    std::vector<target_spec> targets{};
};

struct scenario {
    node_address source{ipv4_address{0xc6336401}, std::nullopt};  // ours: 198.51.100.1
    std::vector<path_spec> paths{};
    double foreign_per_second = 0;  // ICMP messages that belong to somebody else's probes
    nanoseconds late_after =
        std::chrono::seconds(2);  // from send to delivery: longer counts as late
};

/// Reads a scenario. The error is one sentence with its place: "hops[2].delay_ms is -1: it must be
/// 0 to 3600000", "target.los is unknown: did you mean loss?".
[[nodiscard]] SONDE_API tl::expected<scenario, std::string> read_scenario(std::string_view json);

/// The names of the scenarios that come with sonde (libs/sim/scenarios), sorted: "five_routers",
/// "fifteen_routers_50ms_two_silent"...
[[nodiscard]] SONDE_API std::vector<std::string_view> ready_made_names();
/// The JSON of one of them; empty for an unknown name.
[[nodiscard]] SONDE_API std::string_view ready_made_text(std::string_view name) noexcept;
/// The same, read. The error names the nearest one there is.
[[nodiscard]] SONDE_API tl::expected<scenario, std::string> ready_made(std::string_view name);

/// The addresses of all targets in a family, path by path; of a prefix its first.
[[nodiscard]] SONDE_API std::vector<ip_address> targets(const scenario& which, ip_family family);

}  // namespace sonde::inline v0::sim
