#include <sonde/packet/edit.hpp>
#include <sonde/wire/network/gre.hpp>
#include <sonde/wire/network/ipv6_routing.hpp>
#include <sonde/wire/transport/udp_lite.hpp>

namespace sonde::inline v0::detail {
namespace {

// Octets from the layer's start that its checksum is over.
std::size_t covered_len(const layer_view& one) noexcept {
    switch (one.id()) {
        case layer::ipv4:
            return one.header().size();
        case layer::udp:
            return one.header().size() + one.payload().size();
        case layer::udp_lite: {
            const auto seen = one.as<udp_lite>();
            const std::size_t coverage = seen ? seen->checksum_coverage() : 0;
            return coverage == 0 ? one.octets().size() : coverage;
        }
        default:
            return one.octets().size();
    }
}

edit_layer edit_layer_of(const layer_view& one) noexcept {
    edit_layer made{.at = static_cast<std::uint32_t>(one.offset()),
                    .end = static_cast<std::uint32_t>(one.offset() + covered_len(one)),
                    .rule = checksum_rule_of(one.id(), one.info().selected_by),
                    .is_network = one.id() == layer::ipv4 || one.id() == layer::ipv6};
    if (const auto seen = one.as<gre>()) made.rule.exists = seen->checksum_present();
    if (const auto seen = one.as<ipv6_routing>())
        made.hides_destination = seen->segments_left() != 0;
    return made;
}

}  // namespace

edit_chain edit_chain_of(bytes_view frame, link_type type) noexcept {
    edit_chain made;
    for (const layer_view& one : layers(frame, type)) {
        if (one.quoted() || made.count == edit_chain::depth_max) break;
        made.layers[made.count++] = edit_layer_of(one);
    }
    return made;
}

}  // namespace sonde::inline v0::detail
