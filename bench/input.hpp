#pragma once
/// What the rows of the table work on: a mix of frames made of captures, and traffic made up.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <sonde/base/octets.hpp>

namespace sonde::bench {

/// Frames one behind another, as a reader's buffer holds them.
class frame_set {
  public:
    void add(bytes_view frame);
    /// Once all are there.
    void settle();
    std::vector<bytes_view> all{};

  private:
    std::vector<std::uint8_t> octets_{};
    std::vector<std::size_t> lengths_{};
};

/// What a row is given.
enum class source : std::uint8_t {
    count,     // nothing but a number
    mix,       // frames that fit into the cache
    untagged,  // those without 802.1Q tags
    ipv4,      // those of IPv4 without tags
    dns,       // messages of DNS over UDP over IPv4
    whole,     // all frames of the mix: more than the cache holds
    streams,   // TCP, 2,000 connections
    pcap,      // files
    pcapng,
};
/// Instructions are counted over less than what time is measured with.
enum class scale : std::uint8_t { full, small };

struct row {
    std::string_view name;
    source from;
};
inline constexpr row rows[] = {{"dissect_handlers", source::mix},
                               {"dissect_record", source::mix},
                               {"dissect_chain", source::mix},
                               {"read_pcap", source::pcap},
                               {"read_pcapng", source::pcapng},
                               {"read_dissect", source::pcap},
                               {"dns_walk", source::dns},
                               {"dns_text", source::dns},
                               {"craft_echo", source::count},
                               {"craft_echo_frozen", source::count},
                               {"craft_syn", source::count},
                               {"edit", source::ipv4},
                               {"write_pcap", source::whole},
                               {"filter", source::untagged},
                               {"streams", source::streams},
                               {"checksum_1460", source::count}};

struct input {
    std::string path{};     // of the file, for rows that read one
    frame_set frames{};     // for rows that work in memory
    std::size_t count = 0;  // for the others
};

/// What that row works on, out of a folder that make_mix filled. Throws std::runtime_error.
[[nodiscard]] input load(const std::string& folder, const row& of, scale how_much);

}  // namespace sonde::bench
