#pragma once
/// What the fuzz targets of engines share: the octets of an input as decisions.

#include <cstdint>

#include <sonde/base/octets.hpp>

namespace sonde::fuzzing {

/// The input as numbers; zeros once it is used up.
class chooser {
  public:
    explicit chooser(bytes_view in) : in_(in) {}
    [[nodiscard]] bool empty() const { return at_ >= in_.size(); }
    std::uint8_t octet() { return empty() ? std::uint8_t{0} : in_[at_++]; }
    std::uint16_t word() { return static_cast<std::uint16_t>((octet() << 8) | octet()); }
    std::uint8_t below(int bound) { return static_cast<std::uint8_t>(octet() % bound); }
    bool chance(int one_in) { return octet() % one_in == 0; }

  private:
    bytes_view in_;
    std::size_t at_ = 0;
};

}  // namespace sonde::fuzzing
