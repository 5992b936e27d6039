// Any octets as a frame of any link type, with every choice of what becomes of ports and payload:
// nothing crashes, no octet is added, and the same frame gives the same result again.

#include <algorithm>
#include <cstdlib>

#include <sonde/packet/anonymize.hpp>

namespace {

using namespace sonde;

std::size_t hidden(const anonymize_options& options, std::vector<std::uint8_t>& frame,
                   link_type type) {
    anonymizer hide(options);
    return hide.apply(frame, type);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const bytes_view in(data, size);
    const anonymize_options options{.key = {1, 2},
                                    .keep_mac_vendor = (in[0] & 1) != 0,
                                    .ports = (in[0] & 2) != 0,
                                    .payload = static_cast<payload_fate>((in[0] >> 2) % 3)};
    const auto type = static_cast<link_type>(in[0] >> 4 == 0 ? 1U : std::uint32_t{in[1]});
    std::vector<std::uint8_t> frame(in.begin() + 2, in.end());
    std::vector<std::uint8_t> again = frame;
    const std::size_t kept = hidden(options, frame, type);
    if (kept > frame.size() || frame.size() != size - 2) std::abort();
    if (hidden(options, again, type) != kept || frame != again) std::abort();
    return 0;
}
