#pragma once
/// The mix: half a million frames drawn from captures that others made, the same on every machine.

#include <string>

namespace sonde::bench {

inline constexpr std::size_t mix_len = 500'000;       // frames
inline constexpr std::size_t small_mix_len = 20'000;  // frames

/// Writes mix.pcap, mix.pcapng, dns.pcap and a smaller one of each into `folder`, of the captures
/// below `captures`. Frames that not all columns read alike are left out; returns a sentence that
/// says how many. Throws std::runtime_error.
[[nodiscard]] std::string make_mix(const std::string& captures, const std::string& folder);

}  // namespace sonde::bench
