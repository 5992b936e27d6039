// Any octets as each protocol of the link layer and of the tunnels, and as frames of each link
// type: nothing may go outside them, every list must end, and what can be read must come back in
// the same octets.

#include "link_each.hpp"

namespace sonde::testing {
namespace {

struct exerciser {
    template <class T>
    void operator()(typename T::view seen) {
        exercise<T>(seen);
    }
};

void as_each_protocol(bytes_view octets) {
    for_each_protocol(link_protocols{}, [octets]<class T>() {
        if (const auto seen = T::view::parse(octets)) exercise<T>(*seen);
    });
}

void as_typed_addresses(bytes_view octets) {
    const auto seen = arp::view::parse(octets);
    if (!seen) return;
    const auto meant = arp_ipv4::read(*seen);
    if (meant) round_trip<arp_ipv4>(*seen);
    SONDE_CHECK(!meant || seen->checked_len().has_value());
}

void as_frames(bytes_view octets) {
    using enum link_type;
    for (const link_type type :
         {null, ethernet, ppp, ppp_hdlc, raw, cisco_hdlc, loop, linux_sll, linux_sll2}) {
        walk_frame(type, octets, exerciser{});
    }
}

void as_igmp(bytes_view octets) {
    const layer found = igmp_message_layer(octets);
    if (found == layer::igmpv3_query) {
        SONDE_CHECK(octets.size() >= igmpv3_query::header_len);
    }
}

}  // namespace
}  // namespace sonde::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const sonde::bytes_view octets(data, size);
    sonde::testing::as_each_protocol(octets);
    sonde::testing::as_typed_addresses(octets);
    sonde::testing::as_frames(octets);
    sonde::testing::as_igmp(octets);
    return 0;
}
