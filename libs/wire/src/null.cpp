#include <sonde/wire/link/null.hpp>

namespace sonde::inline v0 {

std::string_view to_string(bsd_family family) noexcept {
    switch (family) {
        case bsd_family::unspecified:
            return "unspecified";
        case bsd_family::ipv4:
            return "ipv4";
        case bsd_family::osi:
            return "osi";
        case bsd_family::appletalk:
            return "appletalk";
        case bsd_family::ipx:
            return "ipx";
        case bsd_family::ipv6_openbsd:
            return "ipv6_openbsd";
        case bsd_family::ipv6_freebsd:
            return "ipv6_freebsd";
        case bsd_family::ipv6_darwin:
            return "ipv6_darwin";
    }
    return {};
}

result<bsd_null> bsd_null::read(view v) noexcept {
    return bsd_null{
        .family = v.family(), .little_endian = v.is_little_endian(), .payload = v.payload()};
}

void bsd_null::emit(bytes_mut out) const noexcept {
    const auto number = static_cast<std::uint32_t>(family.value_or(bsd_family::unspecified));
    put_be32<0>(out.first<header_len>(), little_endian ? swapped(number) : number);
    copy_octets(out.subspan(header_len), payload);
}

}  // namespace sonde::inline v0
