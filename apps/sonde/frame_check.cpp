#include "frame_check.hpp"

#include <algorithm>

#include <sonde/packet/built_packet.hpp>
#include <sonde/packet/packet.hpp>
#include <sonde/wire/checksum.hpp>

namespace sonde::cli {
namespace {

constexpr std::size_t changed_max = 10;  // numbers kept

}  // namespace

// Headers from the outside in, then trailers from the inside out: the order on the wire.
bool frame_checker::comes_back(bytes_view frame, link_type type) {
    rebuilt_.clear();
    trailers_.clear();
    for (const layer_view& one : layers(frame, type)) {
        const bytes_view header = one.header();
        rebuilt_.insert(rebuilt_.end(), header.begin(), header.end());
        trailers_.push_back(one.trailer());
    }
    for (auto at = trailers_.rbegin(); at != trailers_.rend(); ++at) {
        rebuilt_.insert(rebuilt_.end(), at->begin(), at->end());
    }
    return std::ranges::equal(rebuilt_, frame);
}

bool frame_checker::is_emitted_same(bytes_view frame, link_type type) {
    const built_packet decoded = built_packet::decode(frame, type);
    rebuilt_.resize(decoded.wire_len());
    decoded.emit(rebuilt_);
    return std::ranges::equal(rebuilt_, frame);
}

void frame_checker::judge_checksums(bytes_view frame, link_type type, bool cut) {
    const packet seen(frame, type);
    const auto count = [&](checksum_state state) {
        if (state == checksum_state::good) ++counts_.checksums_good;
        if (state == checksum_state::bad) ++counts_.checksums_bad;
        if (state == checksum_state::absent) ++counts_.checksums_unknown;
    };
    ip_address source;
    ip_address destination;
    bool fragment = false;
    if (const auto v4 = seen.get<ipv4>()) {
        const auto len = v4->checked_header_length();
        if (!len || *len > v4->octets().size()) return;
        count(checksum_holds(v4->octets().first(*len)) ? checksum_state::good
                                                       : checksum_state::bad);
        source = v4->source();
        destination = v4->destination();
        fragment = v4->fragment_offset() != 0 || v4->more_fragments();
    } else if (const auto v6 = seen.get<ipv6>()) {
        source = v6->source();
        destination = v6->destination();
        fragment = seen.layers().find(layer::ipv6_fragment).has_value();
        if (seen.layers().find(layer::ipv6_routing)) return;  // the route hides the destination
    } else {
        return;
    }
    const ip_protocol protocol = seen.transport_protocol();
    const bool judged = protocol == ip_protocol::tcp || protocol == ip_protocol::udp ||
                        protocol == ip_protocol::icmp || protocol == ip_protocol::icmpv6;
    if (!judged || seen.transport().empty()) return;
    if (cut || fragment) return count(checksum_state::absent);
    if (protocol == ip_protocol::icmp) {
        return count(checksum_holds(seen.transport()) ? checksum_state::good : checksum_state::bad);
    }
    count(verify_transport_checksum(source, destination, protocol, seen.transport()));
}

void frame_checker::check(bytes_view frame, link_type type, std::size_t original_len) {
    ++counts_.frames;
    const bool same = comes_back(frame, type);
    if (same) ++counts_.same;
    const bool emitted_same = is_emitted_same(frame, type);
    if (emitted_same) ++counts_.emitted_same;
    if (!(same && emitted_same) && counts_.changed.size() < changed_max)
        counts_.changed.push_back(counts_.frames);
    if (!layers(frame, type).stopped()) ++counts_.whole;
    judge_checksums(frame, type, frame.size() < original_len);
}

}  // namespace sonde::cli
