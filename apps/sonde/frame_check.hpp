#pragma once
/// Takes frames apart and puts them together again, and counts what came back.

#include <cstdint>
#include <vector>

#include <sonde/base/octets.hpp>
#include <sonde/packet/layers.hpp>

namespace sonde::cli {

struct frame_counts {
    std::uint64_t frames = 0;
    std::uint64_t same = 0;          // headers and trailers of the layers, one after the other
    std::uint64_t emitted_same = 0;  // decoded to messages and emitted
    std::uint64_t whole = 0;         // read to the last octet, without a stop
    std::uint64_t checksums_good = 0;
    std::uint64_t checksums_bad = 0;
    std::uint64_t checksums_unknown = 0;   // cut, fragments, none made
    std::vector<std::uint64_t> changed{};  // numbers of the first frames that did not come back

    [[nodiscard]] bool is_clean() const noexcept {
        return same == frames && emitted_same == frames;
    }
};

class frame_checker {
  public:
    explicit frame_checker(frame_counts& counts) noexcept : counts_(counts) {}
    void check(bytes_view frame, link_type type, std::size_t original_len);

  private:
    [[nodiscard]] bool comes_back(bytes_view frame, link_type type);
    [[nodiscard]] bool is_emitted_same(bytes_view frame, link_type type);
    void judge_checksums(bytes_view frame, link_type type, bool cut);
    frame_counts& counts_;
    std::vector<std::uint8_t> rebuilt_{};
    std::vector<bytes_view> trailers_{};
};

}  // namespace sonde::cli
