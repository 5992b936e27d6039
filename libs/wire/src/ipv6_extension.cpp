#include <algorithm>

#include <sonde/wire/network/ipv6_extension.hpp>

namespace sonde::inline v0 {
namespace {

// How long a header says it is; where its length octet is missing, as far as that octet.
std::size_t declared_len(ip_protocol kind, bytes_view octets) noexcept {
    if (kind == ip_protocol::ipv6_fragment) return ipv6_fragment::header_len;
    if (octets.size() < 2) return 2;
    if (kind == ip_protocol::authentication_header) return (std::size_t{octets[1]} + 2) * 4;
    return (std::size_t{octets[1]} + 1) * 8;
}

}  // namespace

void ipv6_extension_chain::iterator::step() noexcept {
    now_ = {};
    if (!upper_.begins_here() || !is_ipv6_extension(upper_.protocol)) return;
    const ip_protocol kind = upper_.protocol;
    parse_error problem{.at = ipv6_extension_layer(kind),
                        .offset_octets = static_cast<std::uint32_t>(upper_.offset)};
    if (upper_.header_count == depth_max) {
        problem.reason = parse_reason::too_deep;
        problem.needed_octets = depth_max + 1;
        problem.have_octets = depth_max;
        upper_.stopped = problem;
        return;
    }
    const bytes_view rest = octets_.subspan(std::min(upper_.offset, octets_.size()));
    const std::size_t declared = declared_len(kind, rest);
    const std::size_t seen = std::min(declared, rest.size());
    if (seen > 0) now_ = {kind, ip_protocol(rest[0]), upper_.offset, rest.first(seen)};
    if (rest.size() < declared) {
        problem.limit = limit_;
        problem.needed_octets = static_cast<std::uint32_t>(declared);
        problem.have_octets = static_cast<std::uint32_t>(rest.size());
        upper_.stopped = problem;
        return;
    }
    if (kind == ip_protocol::authentication_header && declared < ipv6_authentication::header_len) {
        problem.reason = parse_reason::bad_length;
        problem.limit = limit_field::header_length;
        problem.needed_octets = ipv6_authentication::header_len;
        problem.have_octets = static_cast<std::uint32_t>(declared);
        upper_.stopped = problem;
        return;
    }
    if (kind == ip_protocol::ipv6_fragment) {
        upper_.fragment = ipv6_fragment::view::parse(rest)->info();
    }
    upper_.protocol = now_.next_header;
    upper_.offset += declared;
    ++upper_.header_count;
}

}  // namespace sonde::inline v0
