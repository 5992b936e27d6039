#include <algorithm>
#include <string>

#include <sonde/packet/fragment.hpp>
#include <sonde/wire/network/ipv4.hpp>
#include <sonde/wire/network/ipv4_options.hpp>
#include <sonde/wire/network/ipv6.hpp>

#include "upper_layer.hpp"

namespace sonde::inline v0 {
namespace {

constexpr std::size_t unit = 8;                  // octets: what an offset counts in
constexpr std::size_t datagram_len_max = 65535;  // octets

using planned = tl::expected<fragmenter, fragment_error>;

tl::unexpected<fragment_error> refused(fragment_problem reason, std::size_t datagram_len,
                                       std::size_t mtu, std::size_t mtu_needed = 0) noexcept {
    return tl::unexpected(fragment_error{
        .reason = reason, .datagram_len = datagram_len, .mtu = mtu, .mtu_needed = mtu_needed});
}
tl::unexpected<fragment_error> broken(const parse_error& cause, std::size_t datagram_len,
                                      std::size_t mtu) noexcept {
    return tl::unexpected(
        fragment_error{.datagram_len = datagram_len, .mtu = mtu, .mtu_needed = 0, .cause = cause});
}

bool is_copied(const header_option& option) noexcept {
    return is_copied_on_fragmentation(ipv4_option_type{option.type});
}

/// Octets of a header that keeps only the options to be copied.
std::size_t copied_header_len(ipv4::view ip) noexcept {
    std::size_t options = 0;
    for (const header_option& option : ip.option_list()) {
        if (is_copied(option)) options += option.octets.size();
    }
    return ipv4::header_len + (options + 3) / 4 * 4;
}

/// What stands before the fragment header: all up to a routing header, else a hop-by-hop header,
/// else the IPv6 header alone (RFC 8200 s4.5).
struct ipv6_split {
    std::size_t per_fragment_len = ipv6::header_len;  // octets
    std::size_t next_header_at = 6;  // where the number of what follows them stands
    std::size_t chain_len = 0;       // octets to the end of the upper layer's header
    std::optional<parse_error> stopped{};
    bool has_fragment_header = false;
};

ipv6_split split_v6(ipv6::view ip) noexcept {
    ipv6_split found;
    const ipv6_extension_chain chain = ip.extensions();
    auto at = chain.begin();
    for (; at != chain.end(); ++at) {
        if (at->kind == ip_protocol::ipv6_fragment) found.has_fragment_header = true;
        const bool last_of_them =
            at->kind == ip_protocol::ipv6_routing || (at->kind == ip_protocol::ipv6_hop_by_hop);
        if (!last_of_them) continue;
        found.per_fragment_len = at->offset + at->octets.size();
        found.next_header_at = at->offset;  // every extension header begins with it
    }
    const ipv6_upper_layer& upper = at.upper();
    found.stopped = upper.stopped;
    const bytes_view rest =
        bytes_view(ip.octets()).subspan(std::min(upper.offset, ip.octets().size()));
    found.chain_len = upper.offset + detail::upper_header_len(upper.protocol, rest);
    return found;
}

}  // namespace

std::string_view to_string(fragment_problem problem) noexcept {
    switch (problem) {
        case fragment_problem::malformed:
            return "malformed";
        case fragment_problem::dont_fragment:
            return "dont_fragment";
        case fragment_problem::mtu_too_small:
            return "mtu_too_small";
        case fragment_problem::too_long:
            return "too_long";
        case fragment_problem::already_fragment:
            return "already_fragment";
    }
    return "";
}

std::string describe(const fragment_error& error) {
    std::string text(to_string(error.reason));
    text += ": a datagram of " + std::to_string(error.datagram_len) + " octets, an MTU of " +
            std::to_string(error.mtu);
    if (error.mtu_needed != 0) text += ", needed " + std::to_string(error.mtu_needed);
    if (error.reason == fragment_problem::malformed) text += "; " + to_sentence(error.cause);
    return text;
}

planned fragmenter::plan(bytes_view datagram, const fragment_options& options) noexcept {
    const unsigned version = datagram.empty() ? 4U : datagram[0] / 16U;
    if (version == 4) return plan_v4(datagram, options);
    if (version == 6) return plan_v6(datagram, options);
    return broken(
        {.reason = parse_reason::bad_version, .at = layer::ipv4}, datagram.size(), options.mtu);
}

planned fragmenter::plan_v4(bytes_view octets, const fragment_options& options) noexcept {
    const auto ip = ipv4::view::parse(octets);
    if (!ip) return broken(ip.error(), octets.size(), options.mtu);
    const auto header_len = ip->checked_header_length();
    if (!header_len) return broken(header_len.error(), octets.size(), options.mtu);
    const std::size_t len = *header_len + ip->payload_declared_len();
    if (len > octets.size()) {
        return broken(truncated(layer::ipv4, len, octets.size()).value(), len, options.mtu);
    }
    if (ip->total_length() != 0 && ip->total_length() < *header_len) {
        return broken({.reason = parse_reason::bad_length,
                       .limit = limit_field::total_length,
                       .at = layer::ipv4,
                       .needed_octets = static_cast<std::uint32_t>(*header_len),
                       .have_octets = ip->total_length()},
                      len,
                      options.mtu);
    }
    fragmenter made;
    made.header_ = ip->header();
    made.data_ = ip->payload();
    made.mtu_ = options.mtu;
    made.first_offset_ = ip->fragment_offset();
    made.more_behind_ = ip->more_fragments();
    made.later_header_len_ = copied_header_len(*ip);
    made.whole_ = len <= options.mtu;
    if (made.whole_) return made;
    if (ip->dont_fragment() && !options.ignore_dont_fragment) {
        return refused(fragment_problem::dont_fragment, len, options.mtu);
    }
    if (options.mtu < *header_len + unit) {
        return refused(fragment_problem::mtu_too_small, len, options.mtu, *header_len + unit);
    }
    if (*header_len + ip->fragment_offset_octets() + made.data_.size() > datagram_len_max) {
        return refused(fragment_problem::too_long, len, options.mtu);
    }
    return made;
}

planned fragmenter::plan_v6(bytes_view octets, const fragment_options& options) noexcept {
    const auto ip = ipv6::view::parse(octets);
    if (!ip) return broken(ip.error(), octets.size(), options.mtu);
    const std::size_t len = ipv6::header_len + ip->payload_declared_len();
    if (len > octets.size()) {
        return broken(truncated(layer::ipv6, len, octets.size()).value(), len, options.mtu);
    }
    fragmenter made;
    made.v6_ = true;
    made.mtu_ = options.mtu;
    made.identification_ = options.identification;
    made.header_ = octets.first(ipv6::header_len);
    made.data_ = ip->payload();
    made.whole_ = len <= options.mtu;
    if (made.whole_) return made;
    const ipv6_split split = split_v6(*ip);
    if (split.has_fragment_header) {
        return refused(fragment_problem::already_fragment, len, options.mtu);
    }
    if (split.stopped) return broken(*split.stopped, len, options.mtu);
    // A jumbogram cannot be cut (RFC 2675 s4).
    if (len - ipv6::header_len > datagram_len_max) {
        return refused(fragment_problem::too_long, len, options.mtu);
    }
    // All headers stand in the first fragment (RFC 8200 s4.5, RFC 7112).
    const std::size_t headers = std::min(split.chain_len, len) - split.per_fragment_len;
    const std::size_t least = split.per_fragment_len + ipv6_fragment::header_len +
                              std::max((headers + unit - 1) / unit * unit, unit);
    if (options.mtu < least) {
        return refused(fragment_problem::mtu_too_small, len, options.mtu, least);
    }
    made.next_header_at_ = split.next_header_at;
    made.header_ = octets.first(split.per_fragment_len);
    made.data_ = octets.first(len).subspan(split.per_fragment_len);
    return made;
}

std::size_t fragmenter::header_len() const noexcept {
    if (whole_) return header_.size();
    if (v6_) return header_.size() + ipv6_fragment::header_len;
    return at_ == 0 ? header_.size() : later_header_len_;
}

std::size_t fragmenter::longest() const noexcept {
    // A later IPv4 fragment's header is shorter, never longer: it holds more data instead.
    const std::size_t overhead = v6_ && !whole_ ? ipv6_fragment::header_len : 0;
    return std::min(std::max(mtu_, header_.size()), header_.size() + overhead + data_.size());
}

std::size_t fragmenter::next(bytes_mut out) noexcept {
    started_ = true;
    const bytes_view rest = data_.subspan(at_);
    const std::size_t room = whole_ ? rest.size() : mtu_ - header_len();
    const bool last = rest.size() <= room;
    const bytes_view piece = last ? rest : rest.first(room / unit * unit);
    std::size_t behind = header_.size();
    if (whole_) {
        copy_octets(out, header_);
    } else {
        behind =
            v6_ ? emit_header_v6(out, piece.size(), last) : emit_header_v4(out, piece.size(), last);
    }
    std::copy(piece.begin(), piece.end(), out.begin() + static_cast<std::ptrdiff_t>(behind));
    at_ += piece.size();
    return behind + piece.size();
}

std::size_t fragmenter::emit_header_v4(bytes_mut out, std::size_t len, bool last) const noexcept {
    const std::size_t total = header_len();
    copy_octets(out, header_.first(at_ == 0 ? total : ipv4::header_len));
    if (at_ != 0) {
        std::size_t at = ipv4::header_len;
        for (const header_option& option : ipv4::view::parse(header_)->option_list()) {
            if (!is_copied(option)) continue;
            copy_octets(out.subspan(at), option.octets);
            at += option.octets.size();
        }
        for (; at < total; ++at) out[at] = 0;  // end of list, to the end of the word
    }
    const auto ip = *ipv4::mutable_view::parse(out);
    ip.set_ihl(static_cast<std::uint8_t>(total / 4));
    ip.set_total_length(static_cast<std::uint16_t>(total + len));
    ip.set_more_fragments(more_behind_ || !last);
    ip.set_fragment_offset(static_cast<std::uint16_t>(first_offset_ + at_ / unit));
    ip.update_header_checksum();
    return total;
}

std::size_t fragmenter::emit_header_v6(bytes_mut out, std::size_t len, bool last) const noexcept {
    copy_octets(out, header_);
    const std::size_t total = header_len();
    ipv6::mutable_view::parse(out)->set_payload_length(
        static_cast<std::uint16_t>(total + len - ipv6::header_len));
    const ipv6_fragment header{.next_header = ip_protocol{header_[next_header_at_]},
                               .fragment_offset = static_cast<std::uint16_t>(at_ / unit),
                               .more_fragments = !last,
                               .identification = identification_,
                               .payload = {}};
    out[next_header_at_] = static_cast<std::uint8_t>(ip_protocol::ipv6_fragment);
    header.emit(out.subspan(header_.size(), ipv6_fragment::header_len));
    return total;
}

}  // namespace sonde::inline v0
