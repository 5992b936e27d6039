// Directions, answers and turning around, on any octets: the input is cut in two packets.

#include <algorithm>
#include <array>
#include <vector>

#include <sonde/base/check.hpp>
#include <sonde/packet/answer.hpp>
#include <sonde/packet/reverse.hpp>

namespace {

using namespace sonde;

void try_link(bytes_view a, bytes_view b, link_type link) {
    SONDE_CHECK(!to_string(answers(a, b, link)).empty());
    const packet_direction seen = direction_of(a, b, link);
    const packet_direction back = direction_of(b, a, link);
    SONDE_CHECK(seen.network == back.network && seen.link == back.link);
    SONDE_CHECK(seen.transport == back.transport);

    std::vector<std::uint8_t> turned(a.begin(), a.end());
    const reversed_layers done = reverse_addresses(turned, link);
    const packet_direction between = direction_of(a, turned, link);
    const auto is_turned = [](direction one) {
        return one == direction::reversed || one == direction::either;
    };
    if (done.link) SONDE_CHECK(is_turned(between.link));
    if (done.network) SONDE_CHECK(is_turned(between.network));
    if (done.transport) SONDE_CHECK(is_turned(between.transport));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::array links{
        link_type::ethernet, link_type::raw, link_type::linux_sll, link_type::null, link_type::ppp};
    if (size < 2) return 0;
    const bytes_view all(data + 1, size - 1);
    const link_type link = links[data[0] % links.size()];
    const std::size_t half = all.size() / 2;
    try_link(all.first(half), all.subspan(half), link);
    try_link(all, all, link);
    return 0;
}
