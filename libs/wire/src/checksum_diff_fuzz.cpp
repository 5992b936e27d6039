// Each checksum in its fast form, whole and in two pieces, against a plain loop.

#include <sonde/base/check.hpp>
#include <sonde/wire/checksum.hpp>
#include <sonde/wire/crc.hpp>
#include <sonde/wire/fletcher.hpp>

#include "plain_checksums.hpp"

namespace sonde::testing {
namespace {

template <class Sum, class Value>
void agree(const Sum& start, bytes_view octets, std::size_t cut, Value plain) {
    SONDE_CHECK(Sum(start).add(octets).value() == plain);
    SONDE_CHECK(Sum(start).add(octets.first(cut)).add(octets.subspan(cut)).value() == plain);
}

void compare_all(bytes_view octets, std::size_t cut, std::uint32_t init) {
    agree(checksum(), octets, cut, plain_internet_checksum(octets));
    agree(crc32c(), octets, cut, plain_crc32c(octets));
    SONDE_CHECK(~detail::crc32c_update_by_tables(0xffffffff, octets) == plain_crc32c(octets));
    agree(ethernet_fcs(), octets, cut, plain_crc32(octets));
    agree(ble_crc24(init), octets, cut, plain_ble_crc24(init, octets));
    SONDE_CHECK(ble_crc24::init_of(octets, ble_crc24(init).add(octets).octets()) == init);
    agree(fletcher16(), octets, cut, plain_fletcher16(octets));
    agree(fletcher32(), octets, cut, plain_fletcher32(true, octets));
    agree(fletcher32(word_order::little_endian), octets, cut, plain_fletcher32(false, octets));
    agree(adler32(), octets, cut, plain_adler32(octets));
}

}  // namespace
}  // namespace sonde::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    sonde::bytes_view octets(data, size);
    if (octets.size() < 5) return 0;
    const std::size_t wanted = sonde::be16_at(octets, 0);
    const std::uint32_t init = sonde::be32_at(octets, 1) & 0xffffff;
    octets = octets.subspan(5);
    sonde::testing::compare_all(octets, wanted % (octets.size() + 1), init);
    return 0;
}
