#include <sonde/wire/network/nd_messages.hpp>

namespace sonde::inline v0 {
namespace {

constexpr std::uint32_t bit_if(bool set, std::uint32_t bit) noexcept { return set ? bit : 0; }

}  // namespace

result<router_solicitation> router_solicitation::read(view v) noexcept {
    if (v.type() != icmpv6_type::router_solicitation) return detail::other_icmpv6_message(id);
    return router_solicitation{.code = v.code(),
                               .checksum = v.checksum(),
                               .reserved = v.reserved(),
                               .options = v.options().octets()};
}

void router_solicitation::emit(bytes_mut out) const noexcept {
    const auto head = out.first<header_len>();
    detail::put_icmpv6_head(head, icmpv6_type::router_solicitation, code, checksum);
    put_be32<4>(head, reserved);
    copy_octets(out.subspan(header_len), options);
}

result<router_advertisement> router_advertisement::read(view v) noexcept {
    if (v.type() != icmpv6_type::router_advertisement) return detail::other_icmpv6_message(id);
    return router_advertisement{.code = v.code(),
                                .checksum = v.checksum(),
                                .cur_hop_limit = v.cur_hop_limit(),
                                .managed = v.managed(),
                                .other_configuration = v.other_configuration(),
                                .home_agent = v.home_agent(),
                                .preference = v.preference(),
                                .proxy = v.proxy(),
                                .reserved = v.reserved(),
                                .router_lifetime = v.router_lifetime(),
                                .reachable_time = v.reachable_time(),
                                .retrans_timer = v.retrans_timer(),
                                .options = v.options().octets()};
}

void router_advertisement::emit(bytes_mut out) const noexcept {
    const auto head = out.first<header_len>();
    detail::put_icmpv6_head(head, icmpv6_type::router_advertisement, code, checksum);
    head[4] = cur_hop_limit;
    head[5] = static_cast<std::uint8_t>(
        bit_if(managed, 0x80) | bit_if(other_configuration, 0x40) | bit_if(home_agent, 0x20) |
        (static_cast<unsigned>(preference) & 3U) << 3 | bit_if(proxy, 0x04) | (reserved & 3U));
    put_be16<6>(head, router_lifetime.count());
    put_be32<8>(head, reachable_time.count());
    put_be32<12>(head, retrans_timer.count());
    copy_octets(out.subspan(header_len), options);
}

result<neighbor_solicitation> neighbor_solicitation::read(view v) noexcept {
    if (v.type() != icmpv6_type::neighbor_solicitation) return detail::other_icmpv6_message(id);
    return neighbor_solicitation{.code = v.code(),
                                 .checksum = v.checksum(),
                                 .reserved = v.reserved(),
                                 .target_address = v.target_address(),
                                 .options = v.options().octets()};
}

void neighbor_solicitation::emit(bytes_mut out) const noexcept {
    const auto head = out.first<header_len>();
    detail::put_icmpv6_head(head, icmpv6_type::neighbor_solicitation, code, checksum);
    put_be32<4>(head, reserved);
    target_address.write(head.subspan<8, 16>());
    copy_octets(out.subspan(header_len), options);
}

result<neighbor_advertisement> neighbor_advertisement::read(view v) noexcept {
    if (v.type() != icmpv6_type::neighbor_advertisement) return detail::other_icmpv6_message(id);
    return neighbor_advertisement{.code = v.code(),
                                  .checksum = v.checksum(),
                                  .router = v.router(),
                                  .solicited = v.solicited(),
                                  .override_cache = v.override_cache(),
                                  .reserved = v.reserved(),
                                  .target_address = v.target_address(),
                                  .options = v.options().octets()};
}

void neighbor_advertisement::emit(bytes_mut out) const noexcept {
    const auto head = out.first<header_len>();
    detail::put_icmpv6_head(head, icmpv6_type::neighbor_advertisement, code, checksum);
    put_be32<4>(head,
                bit_if(router, 0x80000000U) | bit_if(solicited, 0x40000000U) |
                    bit_if(override_cache, 0x20000000U) | (reserved & 0x1fffffffU));
    target_address.write(head.subspan<8, 16>());
    copy_octets(out.subspan(header_len), options);
}

result<nd_redirect> nd_redirect::read(view v) noexcept {
    if (v.type() != icmpv6_type::redirect) return detail::other_icmpv6_message(id);
    return nd_redirect{.code = v.code(),
                       .checksum = v.checksum(),
                       .reserved = v.reserved(),
                       .target_address = v.target_address(),
                       .destination_address = v.destination_address(),
                       .options = v.options().octets()};
}

void nd_redirect::emit(bytes_mut out) const noexcept {
    const auto head = out.first<header_len>();
    detail::put_icmpv6_head(head, icmpv6_type::redirect, code, checksum);
    put_be32<4>(head, reserved);
    target_address.write(head.subspan<8, 16>());
    destination_address.write(head.subspan<24, 16>());
    copy_octets(out.subspan(header_len), options);
}

}  // namespace sonde::inline v0
