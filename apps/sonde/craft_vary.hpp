#pragma once
/// Fields that are another in each packet: "tcp.destination_port=1..1024".

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include <sonde/base/random.hpp>
#include <sonde/packet/built_packet.hpp>

namespace sonde::cli {

class varied_field {
  public:
    /// "ipv4.destination=192.0.2.1..192.0.2.9", "tcp.flags=random", "ipv4.time_to_live=3" (one
    /// value). A sentence when it is none, or `packet` has no such field.
    [[nodiscard]] static tl::expected<varied_field, std::string> parse(std::string_view text,
                                                                       const built_packet& packet);

    /// Values; 1 for a random one, which counts nothing.
    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
    [[nodiscard]] std::string_view layer_name() const noexcept { return layer_; }
    [[nodiscard]] std::string_view field_name() const noexcept { return field_; }
    /// Precondition: which < count(), and the packet has the layers that it had.
    void put(built_packet& into, std::uint64_t which, random_source& random) const;

  private:
    std::string layer_{};
    std::string field_{};
    std::size_t at_ = 0;                 // of the layer
    std::vector<std::uint8_t> first_{};  // big endian, the field's bits at the low end
    std::uint64_t count_ = 1;
    std::uint8_t mask_ = 0xff;  // of the highest octet: bits of the field
    bool random_ = false;
};

/// Several, between commas.
[[nodiscard]] tl::expected<std::vector<varied_field>, std::string> parse_varied(
    std::string_view text, const built_packet& packet);

}  // namespace sonde::cli
