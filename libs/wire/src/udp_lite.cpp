#include <sonde/wire/transport/udp_lite.hpp>

namespace sonde::inline v0 {
namespace {

// Octets that the checksum covers; nothing where RFC 3828 s3.1 forbids the coverage.
std::optional<std::size_t> covered_len(std::uint16_t coverage, std::size_t datagram_len) noexcept {
    if (coverage == 0) return datagram_len;
    if (coverage < udp_lite::header_len || coverage > datagram_len) return std::nullopt;
    return coverage;
}

}  // namespace

result<udp_lite> udp_lite::read(view v) noexcept {
    return udp_lite{.source_port = v.source_port(),
                    .destination_port = v.destination_port(),
                    .checksum_coverage = v.checksum_coverage(),
                    .checksum = v.checksum(),
                    .data = v.data()};
}

void udp_lite::emit(bytes_mut out) const noexcept {
    const auto head = out.first<header_len>();
    put_be16<0>(head, source_port);
    put_be16<2>(head, destination_port);
    put_be16<4>(head, checksum_coverage);
    put_be16<6>(head, checksum.value_or(0));
    copy_octets(out.subspan(header_len), data);
}

std::uint16_t udp_lite::checksum_between(const ip_address& source,
                                         const ip_address& destination) const noexcept {
    const std::size_t covered = covered_len(checksum_coverage, wire_len()).value_or(wire_len());
    // The pseudo header counts the whole datagram, covered or not (RFC 3828 s3.1).
    const std::uint16_t value =
        sonde::checksum()
            .add_pseudo_header(
                source, destination, ip_protocol::udp_lite, static_cast<std::uint32_t>(wire_len()))
            .add_u16(source_port)
            .add_u16(destination_port)
            .add_u16(checksum_coverage)
            .add(data.first(covered - header_len))
            .value();
    return value == 0 ? 0xffff : value;
}

checksum_state verify_udp_lite_checksum(const ip_address& source, const ip_address& destination,
                                        udp_lite::view seen) noexcept {
    const bytes_view all = seen.octets();
    const auto covered = covered_len(seen.checksum_coverage(), all.size());
    if (!covered || seen.checksum() == 0) return checksum_state::bad;
    const std::uint16_t sum =
        checksum()
            .add_pseudo_header(
                source, destination, ip_protocol::udp_lite, static_cast<std::uint32_t>(all.size()))
            .add(all.first(*covered))
            .sum();
    return sum == 0xffff ? checksum_state::good : checksum_state::bad;
}

}  // namespace sonde::inline v0
