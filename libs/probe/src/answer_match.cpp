#include "answer_match.hpp"

#include <sonde/wire/checksum.hpp>
#include <sonde/wire/network/icmp.hpp>
#include <sonde/wire/network/icmp_echo.hpp>
#include <sonde/wire/network/icmpv6.hpp>
#include <sonde/wire/network/ip_protocol.hpp>
#include <sonde/wire/transport/tcp.hpp>
#include <sonde/wire/transport/udp.hpp>

#include "answer_facts.hpp"

namespace sonde::inline v0::detail {
namespace {

// A number wraps after about 65,536 probes. Answers to probes of so many rounds back, which are
// forgotten, are still recognised as not forged.
constexpr int forgotten_generations = 4;
constexpr std::size_t ports_len = 4;         // of UDP and TCP alike
constexpr std::size_t tcp_sequence_end = 8;  // ports and sequence number: all that RFC 792 quotes

/// Cuts what was quoted and read past the end: a quote may come from a hostile host.
bytes_view udp_payload_of(const icmp_error& error) noexcept {
    if (!error.quoted_payload.empty()) return error.quoted_payload;
    if (error.quoted_transport.size() <= udp::header_len) return {};
    return error.quoted_transport.subspan(udp::header_len);
}

}  // namespace

match answer_matcher::on_datagram(bytes_view octets, const receive_facts& facts,
                                  remembered window) const {
    if (facts.protocol == static_cast<std::uint8_t>(ip_protocol::tcp)) {
        return on_segment(octets, facts, window);
    }
    const bool v4 = plan().is_v4();
    const auto expected = static_cast<std::uint8_t>(v4 ? ip_protocol::icmp : ip_protocol::icmpv6);
    if (facts.protocol != expected || octets.empty()) return {};
    if (octets[0] == echo_of(v4).reply) return on_echo_reply(octets, facts, window);
    if (octets[0] == echo_of(v4).request) return {};  // a raw socket sees our own on loopback
    const auto error = read_icmp_error(octets, plan().setup.destination.family());
    if (!error) return {};
    icmp_error reported = *error;
    reported.from = facts.source;
    match found = on_error(reported, facts, window);
    found.reply.message_len = facts_of(facts, octets.size()).message_len;
    const bool is_ours = found.what == match::kind::genuine || found.what == match::kind::forged;
    if (is_ours && v4 && plan().verify_checksum && !checksum_holds(octets)) {
        found.what = match::kind::corrupted;
        found.reply.verified = false;
    }
    return found;
}

match answer_matcher::on_echo_reply(bytes_view octets, const receive_facts& facts,
                                    remembered window) const {
    match made{.what = match::kind::foreign, .id = {}, .reply = facts_of(facts, octets.size())};
    made.reply.type = octets[0];
    if (octets.size() < icmp_echo::header_len || plan().method != probe_method::icmp) return made;
    made.reply.code = octets[1];
    const finding found = find_echo(octets, window);
    made.id = {found.id};
    made.what = found.what;
    made.reply.verified = found.verified;
    if (made.what == match::kind::foreign) return made;
    // ICMPv6 is summed by the kernel, which drops what is damaged. The checksum comes before the
    // cookie: a cookie with a flipped bit is an accident, not a forgery.
    if (plan().is_v4() && plan().verify_checksum && !checksum_holds(octets)) {
        made.what = match::kind::corrupted;
        made.reply.verified = false;
        return made;
    }
    if (made.what == match::kind::genuine &&
        !writer_.is_payload_of(octets.subspan(icmp_echo::header_len), made.id)) {
        made.what = match::kind::corrupted;
    }
    return made;
}

// The message may be a reply or the quote of a request, which may be cut behind the header.
answer_matcher::finding answer_matcher::find_echo(bytes_view message,
                                                  remembered window) const noexcept {
    const auto head = message.first<icmp_echo::header_len>();
    if (be16<4>(head) != plan().setup.channel.identifier) return {};
    const auto newest = writer_.numbers().sequence.newest(be16<6>(head), window.next);
    if (!newest || *newest < window.oldest) return {};
    const bytes_view payload = message.subspan(icmp_echo::header_len);
    if (plan().payload_len < cookie_len) {
        return {.what = match::kind::genuine, .id = *newest, .verified = false};
    }
    if (payload.size() >= cookie_len) {
        return with_cookie(newest, be64_at(payload, 0), window);
    }
    const bool fits = starts_cookie(payload, writer_.cookie({*newest}));
    return {.what = fits ? match::kind::genuine : match::kind::forged,
            .id = *newest,
            .verified = false};
}

// The newest probe with this number need not be the one: an answer of an old round of numbers must
// never count for the new one.
answer_matcher::finding answer_matcher::with_cookie(std::optional<std::uint64_t> newest,
                                                    std::uint64_t cookie,
                                                    remembered window) const noexcept {
    if (!newest) return {};
    const std::uint64_t modulus = writer_.numbers().sequence.modulus;
    std::uint64_t id = *newest;
    for (int forgotten = 0; forgotten < forgotten_generations; id -= modulus) {
        const bool known = id >= window.oldest;
        if (writer_.cookie({id}) == cookie) {
            return {.what = known ? match::kind::genuine : match::kind::foreign,
                    .id = id,
                    .verified = known};
        }
        if (!known) ++forgotten;
        if (id < modulus) break;
    }
    return {.what = match::kind::forged, .id = *newest, .verified = false};
}

match answer_matcher::on_error(const icmp_error& error, const receive_facts& facts,
                               remembered window) const {
    const finding found = find_quote(error, window);
    match made{.what = found.what, .id = {found.id}, .reply = answer_of(error, facts)};
    made.reply.verified = found.verified;
    if (made.what == match::kind::genuine) {
        made.reply.extension.assign(error.extension.begin(), error.extension.end());
    }
    return made;
}

answer_matcher::finding answer_matcher::find_quote(const icmp_error& error,
                                                   remembered window) const noexcept {
    if (error.quoted_protocol != writer_.protocol()) return {};
    finding found;
    switch (plan().method) {
        case probe_method::icmp:
            found = find_quoted_echo(error, window);
            break;
        case probe_method::udp:
            found = find_quoted_udp(error, window);
            break;
        case probe_method::tcp:
            found = find_quoted_tcp(error, window);
            break;
    }
    // Without a cookie the destination has to fit. With one, an address that a translator changed
    // does not make the quote somebody else's.
    const bool elsewhere = !error.quoted_destination.is_unspecified() &&
                           !error.quoted_destination.same_host(plan().setup.destination);
    if (!found.verified && elsewhere) return {};
    return found;
}

answer_matcher::finding answer_matcher::find_quoted_echo(const icmp_error& error,
                                                         remembered window) const noexcept {
    const bytes_view quote = error.quoted_transport;
    if (quote.size() < icmp_echo::header_len) return {};
    if (quote[0] != echo_of(plan().is_v4()).request) return {};
    return find_echo(quote, window);
}

// The cookie if it was quoted, else what 28 octets tell: ports and the checksum that we chose.
answer_matcher::finding answer_matcher::find_quoted_udp(const icmp_error& error,
                                                        remembered window) const noexcept {
    const finding by_number = find_udp_by_number(error, window);
    const bytes_view payload = udp_payload_of(error);
    if (plan().payload_len < cookie_len || payload.size() < cookie_len) return by_number;
    const std::uint64_t cookie = be64_at(payload, 0);
    if (by_number.what == match::kind::genuine && writer_.cookie({by_number.id}) == cookie) {
        return {.what = match::kind::genuine, .id = by_number.id, .verified = true};
    }
    // The error queue hides the UDP header, and a sender on the same machine may leave the checksum
    // to the hardware: then the cookie has to be searched.
    for (std::uint64_t id = window.next; id-- > window.oldest;) {
        if (writer_.cookie({id}) == cookie) {
            return {.what = match::kind::genuine, .id = id, .verified = true};
        }
    }
    if (by_number.what != match::kind::genuine) return by_number;
    return {.what = match::kind::forged, .id = by_number.id, .verified = false};
}

answer_matcher::finding answer_matcher::find_udp_by_number(const icmp_error& error,
                                                           remembered window) const noexcept {
    const auto& numbers = writer_.numbers();
    std::optional<std::uint64_t> id;
    const auto header = udp::view::parse(error.quoted_transport);
    if (header && header->source_port() != plan().setup.channel.source_port) return {};
    if (error.quoted_destination_port != numbers.destination_port.of(0)) {
        id = numbers.destination_port.newest(error.quoted_destination_port, window.next);
    } else if (header && writer_.knows_udp_checksum()) {
        id = numbers.udp_checksum.newest(header->checksum(), window.next);
    } else if (!plan().constant_flow && window.next > 0) {
        id = 0;
    }
    if (!id || *id < window.oldest) return {};
    return {.what = match::kind::genuine, .id = *id, .verified = false};
}

answer_matcher::finding answer_matcher::find_quoted_tcp(const icmp_error& error,
                                                        remembered window) const noexcept {
    const bytes_view quote = error.quoted_transport;
    if (quote.size() < ports_len) return {};
    const auto& numbers = writer_.numbers();
    if (be16_at(quote, 2) != numbers.destination_port.of(0)) return {};
    const auto id = numbers.source_port.newest(be16_at(quote, 0), window.next);
    if (!id || *id < window.oldest) return {};
    if (quote.size() < tcp_sequence_end) {
        return {.what = match::kind::genuine, .id = *id, .verified = false};
    }
    const bool ours = be32_at(quote, ports_len) == writer_.tcp_sequence({*id});
    return {.what = ours ? match::kind::genuine : match::kind::forged, .id = *id, .verified = ours};
}

// The checksum of a segment is not looked at: between two ends on one machine, and behind a card
// that sums, a raw socket sees it unfinished.
match answer_matcher::on_segment(bytes_view octets, const receive_facts& facts,
                                 remembered window) const {
    const auto segment = tcp::view::parse(octets);
    if (plan().method != probe_method::tcp || !segment) return {};
    const auto& numbers = writer_.numbers();
    // A raw socket shows every segment of this host, those to others and our own on loopback too.
    if (segment->source_port() != numbers.destination_port.of(0)) return {};
    if (!has(segment->flags(), tcp_flags::ack)) return {};
    const auto id = numbers.source_port.newest(segment->destination_port(), window.next);
    if (!id || *id < window.oldest) return {};
    match made{.what = match::kind::forged, .id = {*id}, .reply = facts_of(facts, octets.size())};
    made.reply.kind = answer_kind::tcp_other;
    if (has(segment->flags(), tcp_flags::syn)) made.reply.kind = answer_kind::tcp_syn_ack;
    if (has(segment->flags(), tcp_flags::rst)) made.reply.kind = answer_kind::tcp_reset;
    if (segment->acknowledgment_number() == writer_.tcp_sequence(made.id) + 1) {
        made.what = match::kind::genuine;
        made.reply.verified = true;
    }
    return made;
}

}  // namespace sonde::inline v0::detail
