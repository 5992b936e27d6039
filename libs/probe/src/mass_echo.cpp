#include "mass_echo.hpp"

#include <algorithm>

#include <sonde/wire/checksum.hpp>
#include <sonde/wire/network/icmp_echo.hpp>
#include <sonde/wire/network/icmpv6_echo.hpp>
#include <sonde/wire/network/ip_protocol.hpp>

#include "answer_facts.hpp"

namespace sonde::inline v0::detail {
namespace {

constexpr std::size_t number_at = payload_head_len;  // offset in the payload
constexpr std::size_t number_len = 6;                // octets
constexpr std::size_t numbered_len = number_at + number_len;

constexpr std::uint8_t icmp_v4 = static_cast<std::uint8_t>(ip_protocol::icmp);
constexpr std::uint8_t icmp_v6 = static_cast<std::uint8_t>(ip_protocol::icmpv6);

std::uint64_t number_in(bytes_view payload) noexcept {
    return (std::uint64_t{be16_at(payload, number_at)} << 32) | be32_at(payload, number_at + 2);
}

std::uint32_t number_words(std::uint64_t number) noexcept {
    return static_cast<std::uint32_t>((number >> 32) + ((number >> 16) & 0xffff) +
                                      (number & 0xffff));
}

std::uint16_t sequence_of(std::uint64_t number) noexcept {
    return static_cast<std::uint16_t>(number);
}

// Cookie, sequence number, number and compensation together sum to 0xffff, which is zero in one's
// complement: the message sums to what its other octets sum to.
std::uint16_t compensation_of(std::uint64_t cookie, std::uint64_t number, bool numbered) noexcept {
    const std::uint32_t changing =
        cookie_words(cookie) + sequence_of(number) + (numbered ? number_words(number) : 0);
    return static_cast<std::uint16_t>(~folded(changing));
}

bytes_view payload_of(bytes_view message) noexcept {
    return message.subspan(icmp_echo::header_len);
}

}  // namespace

mass_echo::mass_echo(const mass_plan& plan) : plan_(plan) {
    if (plan_.setup.v4) build(ip_family::v4);
    if (plan_.setup.v6) build(ip_family::v6);
}

bool mass_echo::is_numbered() const noexcept { return plan_.payload_len >= numbered_len; }
bool mass_echo::is_compensated() const noexcept { return plan_.payload_len >= payload_head_len; }

void mass_echo::build(ip_family family) {
    const bool v4 = family == ip_family::v4;
    request& made = v4 ? v4_ : v6_;
    made.octets.resize(icmp_echo::header_len + plan_.payload_len);
    const std::size_t fill_at = is_numbered() ? numbered_len : payload_head_len;
    const bytes_mut payload = bytes_mut(made.octets).subspan(icmp_echo::header_len);
    fill_payload(payload, plan_.pattern.view(), fill_at);
    const bytes_mut head = bytes_mut(made.octets).first(icmp_echo::header_len);
    head[0] = echo_of(v4).request;
    put_be16_at(head, 4, plan_.setup.of(family)->identifier);
    made.sum = checksum().add(made.octets).sum();
    // Type and code are the high and the low half of one word.
    const auto request_type = static_cast<std::uint16_t>(echo_of(v4).request << 8);
    const auto reply_type = static_cast<std::uint16_t>(echo_of(v4).reply << 8);
    const auto field = static_cast<std::uint16_t>(~made.sum);
    made.reply_sum = checksum_update(field, request_type, reply_type);
    // The kernel sums ICMPv6 itself: it needs the addresses.
    if (v4) put_be16_at(head, 2, field);
}

std::uint64_t mass_echo::cookie(std::uint64_t number, const ip_address& to) const noexcept {
    const siphash_key key = plan_.setup.key;
    if (to.is_v4()) return siphash24(key, number, to.v4().value);
    const ipv6_address whole = to.v6();
    const bytes_view octets(whole.octets);
    // The key itself for the address alone, and what comes of it beside the number.
    return siphash24(key, number, siphash24(key, be64_at(octets, 0), be64_at(octets, 8)));
}

transmit mass_echo::write(std::uint64_t number, const ip_address& to) noexcept {
    const bool v4 = to.is_v4();
    request& made = v4 ? v4_ : v6_;
    const bytes_mut octets(made.octets);
    const auto head = octets.first<icmp_echo::header_len>();
    const bytes_mut payload = octets.subspan(icmp_echo::header_len);
    const std::uint64_t proof = cookie(number, to);
    put_be16<6>(head, sequence_of(number));
    put_cookie(payload, proof);
    if (is_compensated()) {
        put_be16_at(payload, compensation_at, compensation_of(proof, number, is_numbered()));
    } else if (v4) {
        put_be16<2>(head, 0);
        put_be16<2>(head, internet_checksum(octets));
    }
    if (is_numbered()) {
        put_be16_at(payload, number_at, static_cast<std::uint16_t>(number >> 32));
        put_be32_at(payload, number_at + 2, static_cast<std::uint32_t>(number));
    }
    return {.id = {number},
            .destination = to,
            .protocol = v4 ? icmp_v4 : icmp_v6,
            .hop_limit = plan_.hop_limit,
            .octets = octets};
}

// ---- what comes back ---------------------------------------------------------------------------

match mass_echo::on_datagram(bytes_view octets, const receive_facts& facts,
                             const mass_memory& memory) const {
    const bool v4 = facts.protocol == icmp_v4;
    if ((!v4 && facts.protocol != icmp_v6) || octets.empty()) return {};
    if (facts.source.is_v4() != v4 || !plan_.setup.of(facts.source.family())) return {};
    if (octets[0] == echo_of(v4).reply) return on_echo_reply(octets, facts, memory);
    if (octets[0] == echo_of(v4).request) return {};  // a raw socket sees our own on loopback
    return on_error_message(octets, facts, memory);
}

match mass_echo::on_error_message(bytes_view octets, const receive_facts& facts,
                                  const mass_memory& memory) const {
    const auto error = read_icmp_error(octets, facts.source.family());
    if (!error) return {};
    icmp_error reported = *error;
    reported.from = facts.source;
    match found = on_error(reported, facts, memory);
    tell_facts(found.reply, facts, octets.size());
    const bool is_ours = found.what == match::kind::genuine || found.what == match::kind::forged;
    if (is_ours && facts.source.is_v4() && plan_.verify_checksum && !checksum_holds(octets)) {
        found.what = match::kind::corrupted;
        found.reply.verified = false;
    }
    return found;
}

match mass_echo::on_echo_reply(bytes_view octets, const receive_facts& facts,
                               const mass_memory& memory) const {
    match made;  // its members are set one by one: zeroing all of it first would cost more
    made.what = match::kind::foreign;
    tell_facts(made.reply, facts, octets.size());
    made.reply.type = octets[0];
    if (octets.size() < icmp_echo::header_len) return made;
    made.reply.code = octets[1];
    const finding found = find({.message = octets, .address = facts.source}, memory);
    made.id = {found.number};
    made.what = found.what;
    made.reply.verified = found.verified;
    if (made.what == match::kind::foreign) return made;
    const bool v4 = facts.source.is_v4();
    const bool same = found.what == match::kind::genuine && is_undamaged(octets, found);
    // Of an undamaged reply the checksum is known; only others need to be summed.
    const bool sum_is_known =
        same && octets[1] == 0 && is_compensated() && be16_at(octets, 2) == v4_.reply_sum;
    // ICMPv6 is summed by the kernel, which drops what is damaged. The checksum comes before the
    // cookie: a cookie with a flipped bit is an accident, not a forgery.
    if (v4 && plan_.verify_checksum && !sum_is_known && !checksum_holds(octets)) {
        made.what = match::kind::corrupted;
        made.reply.verified = false;
    } else if (made.what == match::kind::genuine && !same) {
        made.what = match::kind::corrupted;
    }
    return made;
}

/// Whether an echoed payload is octet for octet the one of this probe. Its number or sequence
/// number has been found right, and its cookie as far as there is one.
bool mass_echo::is_undamaged(bytes_view reply, const finding& found) const noexcept {
    const bytes_view ours = request_of(found.address.family()).octets;
    if (reply.size() != ours.size()) return false;
    const bytes_view payload = payload_of(reply);
    // A verified cookie was compared as a whole already.
    const std::uint64_t proof =
        found.verified ? be64_at(payload, 0) : cookie(found.number, found.address);
    if (!found.verified && !starts_cookie(payload, proof)) return false;
    if (!is_compensated()) return payload.size() <= cookie_len || payload[cookie_len] == 0;
    if (be16_at(payload, compensation_at) != compensation_of(proof, found.number, is_numbered())) {
        return false;
    }
    if (is_numbered() && number_in(payload) != found.number) return false;
    const std::size_t fill_at = icmp_echo::header_len + (is_numbered() ? numbered_len : number_at);
    const auto behind = static_cast<std::ptrdiff_t>(fill_at);
    return std::equal(reply.begin() + behind, reply.end(), ours.begin() + behind);
}

match mass_echo::on_error(const icmp_error& error, const receive_facts& facts,
                          const mass_memory& memory) const {
    match made{.what = match::kind::foreign, .id = {}, .reply = answer_of(error, facts)};
    const bool v4 = error.quoted_protocol == icmp_v4;
    if (!v4 && error.quoted_protocol != icmp_v6) return made;
    const bytes_view quote = error.quoted_transport;
    if (quote.size() < icmp_echo::header_len || quote[0] != echo_of(v4).request) return made;
    // An error queue that does not tell the destination leaves the cookie to tell the probe.
    ip_address to = error.quoted_destination;
    if (to.is_v4() != v4) to = v4 ? ip_address(ipv4_address{}) : ip_address(ipv6_address{});
    if (!plan_.setup.of(to.family())) return made;
    const finding found = find({.message = quote, .address = to}, memory);
    made.what = found.what;
    made.id = {found.number};
    made.reply.verified = found.verified;
    if (made.what == match::kind::genuine) {
        made.reply.extension.assign(error.extension.begin(), error.extension.end());
    }
    return made;
}

mass_echo::finding mass_echo::find(const claim& what, const mass_memory& memory) const {
    const auto head = what.message.first<icmp_echo::header_len>();
    if (be16<4>(head) != plan_.setup.of(what.address.family())->identifier) return {};
    if (is_numbered() && payload_of(what.message).size() >= numbered_len) {
        const finding by_number = find_by_number(what, memory);
        if (by_number.verified) return by_number;
    }
    return find_by_sequence(what, memory);
}

mass_echo::finding mass_echo::find_by_number(const claim& what, const mass_memory& memory) const {
    const bytes_view payload = payload_of(what.message);
    const std::uint64_t number = number_in(payload);
    if (sequence_of(number) != be16_at(what.message, 6)) return {};
    const auto to = memory.destination_of(number);
    if (!to || cookie(number, *to) != be64_at(payload, 0)) return {};
    return {.what = match::kind::genuine, .number = number, .address = *to, .verified = true};
}

// Numbers repeat in 16 bits: the newest probe to this address with that sequence number need not be
// the one, and an answer to an older one must never count for it.
mass_echo::finding mass_echo::find_by_sequence(const claim& what, const mass_memory& memory) const {
    const std::uint16_t sequence = be16_at(what.message, 6);
    const bytes_view payload = payload_of(what.message);
    const auto newest = memory.newest_to(what.address, sequence, UINT64_MAX);
    if (!newest) return {};
    const bool is_whole = plan_.payload_len >= cookie_len && payload.size() >= cookie_len;
    if (plan_.payload_len < cookie_len && payload.size() > plan_.payload_len) {
        return {.what = match::kind::genuine, .number = *newest, .address = what.address};
    }
    for (auto number = newest; number; number = memory.newest_to(what.address, sequence, *number)) {
        if (!starts_cookie(payload, cookie(*number, what.address))) continue;
        return {.what = match::kind::genuine,
                .number = *number,
                .address = what.address,
                .verified = is_whole};
    }
    // What the payload cannot prove it cannot disprove either.
    const auto kind = plan_.payload_len < cookie_len ? match::kind::genuine : match::kind::forged;
    return {.what = kind, .number = *newest, .address = what.address};
}

}  // namespace sonde::inline v0::detail
