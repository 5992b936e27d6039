#include <sonde/packet/checksum_verdict.hpp>
#include <sonde/wire/network/ipv4.hpp>
#include <sonde/wire/network/ipv6_fragment.hpp>

namespace sonde::inline v0 {
namespace {

const automatic_field* checksum_rule(const protocol_info& info) noexcept {
    for (const automatic_field& one : info.automatics) {
        if (one.name.ends_with("checksum")) return &one;
    }
    return nullptr;
}

bool is_piece(const layer_view& one) noexcept {
    if (const auto ip = one.as<ipv4>()) return ip->is_fragment();
    const auto part = one.as<ipv6_fragment>();
    return part && (part->fragment_offset() != 0 || part->more_fragments());
}

}  // namespace

std::string_view to_string(checksum_verdict verdict) noexcept {
    switch (verdict) {
        case checksum_verdict::right:
            return "right";
        case checksum_verdict::wrong:
            return "wrong";
        case checksum_verdict::absent:
            return "absent";
        case checksum_verdict::unknown:
            return "unknown";
        case checksum_verdict::none:
            break;
    }
    return {};
}

const field* checksum_field(const protocol_info& info) noexcept {
    const automatic_field* rule = checksum_rule(info);
    if (rule == nullptr) return nullptr;
    for (const field& one : info.fields) {
        if (one.name == rule->name) return &one;
    }
    return nullptr;
}

checksum_verdict checksum_judge::enter(const layer_view& one) {
    const field* where = checksum_field(one.info());
    const auto verdict =
        where == nullptr ? checksum_verdict::none : judge(one, *checksum_rule(one.info()), *where);
    remember(one);
    return verdict;
}

void checksum_judge::remember(const layer_view& one) noexcept {
    if (one.id() == layer::ipv4 || one.id() == layer::ipv6) {
        network_ = one.id();
        network_header_ = one.header();
        routing_header_ = {};
        in_part_ = false;  // what a tunnel or a quote carries is judged by its own lengths
    }
    if (one.id() == layer::ipv6_routing) routing_header_ = one.header();
    in_part_ = in_part_ || is_piece(one) || one.payload_declared_len() > one.payload().size();
}

checksum_verdict checksum_judge::judge(const layer_view& one, const automatic_field& rule,
                                       const field& where) {
    // The header of IPv4 covers itself alone; all others cover what they carry.
    const bool covers_payload = one.id() != layer::ipv4;
    const bool missing = in_part_ || one.payload_declared_len() > one.payload().size();
    if (!one.whole() || one.extent().stopped || (covers_payload && missing))
        return checksum_verdict::unknown;
    const std::uint64_t present = read_field(one.header(), where);
    if (present == 0 && one.id() == layer::udp) return checksum_verdict::absent;
    header_.assign(one.header().begin(), one.header().end());
    write_field(header_, where, 0);
    const std::uint64_t right = rule.compute({.header = header_,
                                              .inside = one.payload(),
                                              .trailer = one.trailer(),
                                              .network = network_,
                                              .network_header = network_header_,
                                              .routing_header = routing_header_});
    return present == right ? checksum_verdict::right : checksum_verdict::wrong;
}

}  // namespace sonde::inline v0
