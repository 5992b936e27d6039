// Any octets as each protocol of IP and transport: nothing may go outside them, every list and
// chain must end, and what can be read must come back in the same octets.

#include <cstdint>
#include <vector>

#include <sonde/base/check.hpp>
#include <sonde/wire/checksum.hpp>
#include <sonde/wire/network/ipv4.hpp>
#include <sonde/wire/network/ipv4_options.hpp>
#include <sonde/wire/network/ipv6.hpp>
#include <sonde/wire/transport/tcp.hpp>
#include <sonde/wire/transport/tcp_options.hpp>
#include <sonde/wire/transport/udp.hpp>

namespace sonde {
namespace {

// Touches every octet, so that a sanitizer sees a span that reaches too far.
void touch(bytes_view octets) { (void)internet_checksum(octets); }

template <class T>
void round_trip(typename T::view seen) {
    const auto meant = T::read(seen);
    if (!meant) {
        SONDE_CHECK(!to_sentence(meant.error()).empty());
        return;
    }
    const bytes_view octets = seen.octets();
    SONDE_CHECK(meant->wire_len() == octets.size());
    std::vector<std::uint8_t> again(meant->wire_len(), 0x5a);
    meant->emit(again);
    for (std::size_t i = 0; i < again.size(); ++i) SONDE_CHECK(again[i] == octets[i]);
}

// Options lie without gaps from the start; the walk ends at the end or says why not.
template <class List>
void walk(const List& list) {
    std::size_t walked = 0;
    auto it = list.begin();
    for (; it != list.end(); ++it) {
        touch(it->data());
        walked += it->octets.size();
    }
    SONDE_CHECK(walked == list.octets().size() || it.problem().has_value());
    SONDE_CHECK(list.problem() == it.problem());
}

void ipv4_option_values(const header_option& option) {
    if (const auto route = ipv4_route_option::read(option)) {
        SONDE_CHECK(route->done_count() <= route->count());
        for (std::size_t i = 0; i < route->count(); ++i) (void)route->address(i);
    }
    if (const auto stamps = ipv4_timestamp_option::read(option)) {
        SONDE_CHECK(stamps->done_count() <= stamps->count());
        for (std::size_t i = 0; i < stamps->count(); ++i) (void)stamps->entry(i);
    }
    if (const auto security = ipv4_security_option::read(option)) {
        touch(security->protection_authority);
    }
    (void)ipv4_router_alert(option);
    (void)ipv4_mtu(option);
    (void)ipv4_stream_identifier(option);
}

void tcp_option_values(const header_option& option) {
    if (const auto sack = tcp_sack::read(option)) {
        for (std::size_t i = 0; i < sack->count(); ++i) (void)sack->block(i);
    }
    if (const auto cookie = tcp_fast_open_cookie(option)) touch(*cookie);
    (void)tcp_timestamps::read(option);
    (void)tcp_maximum_segment_size(option);
    (void)tcp_window_scale(option);
}

void as_ipv4(bytes_view octets) {
    const auto seen = ipv4::view::parse(octets);
    if (!seen) return;
    touch(seen->header());
    touch(seen->payload());
    touch(seen->trailer());
    (void)seen->checked_header_length();
    (void)ipv4_final_destination(*seen);
    walk(seen->option_list());
    for (const header_option& option : seen->option_list()) ipv4_option_values(option);
    round_trip<ipv4>(*seen);
    std::vector<std::uint8_t> own(octets.begin(), octets.end());
    const auto writable = *ipv4::mutable_view::parse(own);
    writable.update_header_checksum();
    SONDE_CHECK(writable.header_checksum_holds());
    // RFC 1624 s3: only a header of zeros has a sum of zero, and it has no version either.
    if (writable.version() == 0) return;
    writable.patch_time_to_live(octets[0]);
    writable.patch_source({be32_at(octets, 4)});
    SONDE_CHECK(writable.header_checksum_holds());
}

void as_ipv6_routing(bytes_view octets) {
    const auto seen = ipv6_routing::view::parse(octets);
    if (!seen) return;
    touch(seen->payload());
    if (const auto route = ipv6_source_route::read(*seen)) {
        for (std::size_t i = 0; i < route->count(); ++i) (void)route->address(i);
    }
    if (const auto route = ipv6_rpl_source_route::read(*seen)) {
        for (std::size_t i = 0; i < route->count(); ++i) (void)route->address(i, {});
    }
    if (const auto route = ipv6_segment_routing::read(*seen)) {
        for (std::size_t i = 0; i < route->count(); ++i) (void)route->segment(i);
        touch(route->tlvs);
    }
    round_trip<ipv6_routing>(*seen);
}

void as_ipv6_options(bytes_view octets) {
    const auto seen = ipv6_hop_by_hop::view::parse(octets);
    if (!seen) return;
    walk(seen->option_list());
    for (const ipv6_option& option : seen->option_list()) {
        (void)option.router_alert();
        (void)option.jumbo_payload_length();
        (void)option.tunnel_encapsulation_limit();
        (void)option.home_address();
    }
    round_trip<ipv6_hop_by_hop>(*seen);
}

void as_ipv6(bytes_view octets) {
    const auto seen = ipv6::view::parse(octets);
    if (!seen) return;
    touch(seen->payload());
    touch(seen->trailer());
    (void)ipv6_final_destination(*seen);
    const auto chain = seen->extensions();
    std::size_t at = ipv6::header_len;
    for (const ipv6_extension_header& header : chain) {
        SONDE_CHECK(header.offset == at);
        at += header.octets.size();
        touch(header.octets);
    }
    const auto upper = chain.upper();
    SONDE_CHECK(upper.stopped || (upper.offset == at && at <= octets.size()));
    SONDE_CHECK(upper.header_count <= ipv6_extension_chain::depth_max);
    round_trip<ipv6>(*seen);
}

template <class T>
void as_plain(bytes_view octets) {
    if (const auto seen = T::view::parse(octets)) round_trip<T>(*seen);
}

void as_tcp(bytes_view octets) {
    const auto seen = tcp::view::parse(octets);
    if (!seen) return;
    touch(seen->data());
    walk(seen->option_list());
    for (const header_option& option : seen->option_list()) tcp_option_values(option);
    round_trip<tcp>(*seen);
}

}  // namespace
}  // namespace sonde

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const sonde::bytes_view octets(data, size);
    sonde::as_ipv4(octets);
    sonde::as_ipv6(octets);
    sonde::as_ipv6_options(octets);
    sonde::as_ipv6_routing(octets);
    sonde::as_plain<sonde::ipv6_fragment>(octets);
    sonde::as_plain<sonde::ipv6_authentication>(octets);
    sonde::as_tcp(octets);
    sonde::as_plain<sonde::udp>(octets);
    return 0;
}
