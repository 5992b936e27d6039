#include "router.hpp"

namespace sonde::inline v0::sim {
namespace {

error_recipe recipe_of(const hop_spec& spec, place where, ip_family family) noexcept {
    error_recipe recipe{
        .quote = spec.quote, .labels = spec.mpls, .compliant_extension = spec.compliant_extension};
    if (where == place::router_expired) return recipe;
    const bool too_big = spec.unreachable->code == 4;
    recipe.what = too_big ? complaint::too_big : complaint::unreachable;
    recipe.code = family == ip_family::v4 ? spec.unreachable->code : spec.unreachable->code_v6;
    recipe.mtu = spec.unreachable->mtu;
    return recipe;
}

}  // namespace

verdict router::complain(octet_buffer& out, ip_header header, const parcel& arrived, mono_time at) {
    const auto about = read_datagram(arrived.octets);
    const ip_family family = header.destination.family();
    const auto own = spec_.address.of(family);
    if (!about || spec_.silent || !own || !may_be_reported(*about)) return verdict::silent;
    if (bucket_ && !bucket_->take(at)) return verdict::rate_limited;
    header.source = *own;
    make_error(out, header, arrived.octets, recipe_of(spec_, arrived.where, family));
    return verdict::answered;
}

}  // namespace sonde::inline v0::sim
