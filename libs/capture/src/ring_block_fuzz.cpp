// Any octets as a block of a ring: walked, every frame made a record of each shape, every octet
// read.

#include <vector>

#include <sonde/base/check.hpp>

#include "live_frame.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sonde;
    static constexpr detail::frame_shape shapes[] = {
        {1, false, 262144}, {276, true, 262144}, {113, true, 40}};
    for (const auto& shape : shapes) {
        std::vector<std::uint8_t> octets(data, data + size);
        detail::ring_block block(octets);
        std::size_t frames = 0;
        std::size_t sum = 0;
        while (auto frame = block.next()) {
            detail::flags_option option{};
            const live_record made = detail::record_of(*frame, shape, option);
            for (const std::uint8_t octet : made.octets) sum += octet;
            SONDE_CHECK(made.captured_len() <= shape.snap_len);
            SONDE_CHECK(made.flags().has_value());
            ++frames;
        }
        SONDE_CHECK(frames <= size / 68 && sum != SIZE_MAX);
    }
    return 0;
}
