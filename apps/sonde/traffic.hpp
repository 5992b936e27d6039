#pragma once
/// What is in a capture, in short: which protocols, in which hierarchy, and who talks with whom.

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <sonde/base/time.hpp>

#include "conversation.hpp"

namespace sonde::cli {

/// Bounded: a million conversations, what comes later is counted as one.
class traffic {
  public:
    static constexpr std::size_t conversations_max = 1'000'000;

    void add(bytes_view frame, link_type type, std::uint64_t original_len,
             std::optional<wall_time> at);

    [[nodiscard]] std::uint64_t packets() const noexcept { return packets_; }
    /// Both parts, with bars; `top`: how many conversations.
    [[nodiscard]] std::string text(std::size_t top, bool color) const;
    /// One line.
    [[nodiscard]] std::string json(std::size_t top) const;

  private:
    struct node {
        const protocol_info* what = nullptr;
        std::uint64_t packets = 0;
        std::uint64_t octets = 0;  // on the wire, of whole frames
        std::vector<std::uint32_t> inside{};
    };
    struct talk {
        conversation_key key{};
        std::uint64_t number = 0;      // as it appeared, from 0
        std::uint64_t packets_up = 0;  // from the lower end
        std::uint64_t packets_down = 0;
        std::uint64_t octets_up = 0;
        std::uint64_t octets_down = 0;
        std::optional<wall_time> first{};
        std::optional<wall_time> last{};
        [[nodiscard]] std::uint64_t octets() const noexcept { return octets_up + octets_down; }
        [[nodiscard]] std::uint64_t packets() const noexcept { return packets_up + packets_down; }
    };
    [[nodiscard]] std::uint32_t child_of(std::uint32_t parent, const protocol_info& what);
    void add_layers(bytes_view frame, link_type type, std::uint64_t len);
    void add_talk(bytes_view frame, link_type type, std::uint64_t len, std::optional<wall_time> at);
    [[nodiscard]] std::vector<const talk*> longest(std::size_t top) const;
    void append_node(std::string& out, std::uint32_t index, std::size_t depth, bool color) const;
    void append_node_json(std::string& out, std::uint32_t index) const;
    void append_talks(std::string& out, std::size_t top, bool color) const;

    std::vector<node> nodes_{node{}};  // the first one is all frames
    std::unordered_map<conversation_key, talk, conversation_hash> talks_{};
    std::uint64_t packets_ = 0;
    std::uint64_t octets_ = 0;
    std::uint64_t unlisted_packets_ = 0;
};

}  // namespace sonde::cli
