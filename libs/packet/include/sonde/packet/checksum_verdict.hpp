#pragma once
/// Whether the checksums of a captured frame are right: layer by layer, for every protocol that
/// says how its checksum is computed.
///
///     checksum_judge judge;
///     for (const layer_view& one : layers(frame)) {
///         if (judge.enter(one) == checksum_verdict::wrong) ...
///     }

#include <cstdint>
#include <string_view>
#include <vector>

#include <sonde/packet/layers.hpp>

namespace sonde::inline v0 {

enum class checksum_verdict : std::uint8_t {
    none,     // the layer has no checksum
    right,    // what is there is what would be computed
    wrong,    // it is not: damage on the way, or hardware that fills it in later than the capture
    absent,   // zero in UDP: none was made (RFC 768)
    unknown,  // not all octets that it covers are there: cut, or a fragment
};
/// "right", "wrong", "absent", "unknown"; empty for none.
[[nodiscard]] SONDE_API std::string_view to_string(checksum_verdict verdict) noexcept;

/// The field of a layer that `enter` judges; null when it has none.
[[nodiscard]] SONDE_API const field* checksum_field(const protocol_info& info) noexcept;

/// Give it the layers of one frame, in their order: a checksum may cover addresses further outside.
/// Borrows the frame. Allocates once, as much as a header is long.
class checksum_judge {
  public:
    [[nodiscard]] SONDE_API checksum_verdict enter(const layer_view& one);

  private:
    [[nodiscard]] checksum_verdict judge(const layer_view& one, const automatic_field& rule,
                                         const field& where);
    void remember(const layer_view& one) noexcept;

    std::vector<std::uint8_t> header_{};  // with the checksum at zero
    layer network_ = layer::none;
    bytes_view network_header_{};
    bytes_view routing_header_{};
    bool in_part_ = false;  // of what is inside, octets are missing
};

}  // namespace sonde::inline v0
