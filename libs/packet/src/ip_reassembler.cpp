#include <algorithm>
#include <array>
#include <bitset>
#include <optional>
#include <string>

#include <sonde/packet/detail/keyed_table.hpp>
#include <sonde/packet/detail/sparse_octets.hpp>
#include <sonde/packet/ip_reassembler.hpp>
#include <sonde/wire/layer.hpp>
#include <sonde/wire/network/ipv4.hpp>
#include <sonde/wire/network/ipv6.hpp>

#include "upper_layer.hpp"

namespace sonde::inline v0 {
namespace {

constexpr std::size_t unit = 8;               // octets: what an offset counts in
constexpr std::size_t length_max = 65535;     // octets: what a length of 16 bits says
constexpr std::size_t units_max = 8192;       // what an offset of 13 bits says
constexpr std::size_t header_len_max = 1024;  // octets before the payload that we keep

/// What makes fragments one datagram's: RFC 791 p. 28 (with the protocol), RFC 8200 s4.5 (without).
struct datagram_key {
    std::array<std::uint64_t, 4> addresses{};
    std::uint32_t identification = 0;
    std::uint16_t family_and_protocol = 0;
    friend bool operator==(const datagram_key&, const datagram_key&) = default;

    template <class Visit>
    void words(Visit visit) const {
        for (const std::uint64_t word : addresses) visit(word);
        visit((std::uint64_t{identification} << 16) | family_and_protocol);
    }
};

/// A fragment, read: what both families have in common.
struct fragment_facts {
    ip_address source{};
    ip_address destination{};
    bytes_view header{};  // what stands before the payload, without a fragment header
    bytes_view payload{};
    std::size_t next_header_at = 0;  // IPv6: the field that says "fragment"
    std::uint32_t identification = 0;
    std::uint32_t offset = 0;  // octets
    std::uint8_t protocol = 0;
    bool more = false;
    bool congested = false;
    bool v6 = false;

    [[nodiscard]] std::size_t end() const noexcept { return offset + payload.size(); }
    /// Octets before the payload that the length field of the whole datagram counts.
    [[nodiscard]] std::size_t counted_header_len() const noexcept {
        return v6 ? header.size() - ipv6::header_len : header.size();
    }
};

/// An unfinished datagram.
struct partial {
    explicit partial(detail::memory_budget& budget) : octets(budget, 0) {}

    void keep_header(const fragment_facts& facts) {
        header.assign(facts.header.begin(), facts.header.end());
        next_header_at = facts.next_header_at;
        counted_header_len = facts.counted_header_len();
        protocol = facts.protocol;  // of the first fragment alone (RFC 8200 s4.5)
    }
    void note(const fragment_facts& facts) {
        if (fragments++ == 0) {
            source = facts.source;
            destination = facts.destination;
            if (header.empty()) protocol = facts.protocol;
        }
        starts.set(facts.offset / unit);
        furthest = std::max(furthest, static_cast<std::uint32_t>(facts.end()));
        if (!facts.more) end = static_cast<std::uint32_t>(facts.end());
        congested = congested || facts.congested;
    }

    detail::sparse_octets octets;
    std::bitset<units_max> starts{};     // where fragments begin: tells a duplicate from an overlap
    std::vector<std::uint8_t> header{};  // of the first fragment; empty until it comes
    ip_address source{};
    ip_address destination{};
    std::size_t counted = 0;  // octets that the budget counts for this, pages apart
    std::size_t next_header_at = 0;
    std::size_t counted_header_len = 0;
    std::optional<std::uint32_t> end{};  // octets of payload, once the last fragment came
    std::uint32_t furthest = 0;          // octets: the highest end seen
    std::uint32_t fragments = 0;
    std::uint8_t protocol = 0;
    bool congested = false;
};
// What an unfinished datagram costs beside its octets and header.
constexpr std::size_t partial_cost = sizeof(partial) + 2 * sizeof(void*);

/// Nothing: the datagram was refused, and so is all that still comes of it (RFC 5722 s3).
struct slot {
    std::unique_ptr<partial> held{};
    mono_time since{};
};
using table = detail::keyed_table<datagram_key, slot>;

datagram_key key_of(const fragment_facts& facts) noexcept {
    datagram_key key;
    key.identification = facts.identification;
    if (facts.v6) {
        key.family_and_protocol = 6 << 8;
        key.addresses = {be64_at(facts.source.v6().octets, 0),
                         be64_at(facts.source.v6().octets, 8),
                         be64_at(facts.destination.v6().octets, 0),
                         be64_at(facts.destination.v6().octets, 8)};
    } else {
        key.family_and_protocol = static_cast<std::uint16_t>((4 << 8) | facts.protocol);
        key.addresses[0] =
            (std::uint64_t{facts.source.v4().value} << 32) | facts.destination.v4().value;
    }
    return key;
}

/// A datagram as it came: a fragment, or none.
struct reading {
    fragment_facts facts{};
    bytes_view whole{};  // without padding, when it is no fragment
    bool is_fragment = false;
};

result<reading> read_v4(bytes_view octets) noexcept {
    const auto ip = ipv4::view::parse(octets);
    if (!ip) return tl::unexpected(ip.error());
    const auto header_len = ip->checked_header_length();
    if (!header_len) return tl::unexpected(header_len.error());
    const std::size_t len = *header_len + ip->payload_declared_len();
    if (ip->total_length() != 0 && ip->total_length() < *header_len) {
        return malformed({.reason = parse_reason::bad_length,
                          .limit = limit_field::total_length,
                          .at = layer::ipv4,
                          .needed_octets = static_cast<std::uint32_t>(*header_len),
                          .have_octets = ip->total_length()});
    }
    reading seen;
    seen.is_fragment = ip->is_fragment();
    if (seen.is_fragment && len > octets.size()) {
        return truncated(layer::ipv4, len, octets.size());
    }
    seen.whole = octets.first(std::min(len, octets.size()));
    seen.facts = {.source = ip->source(),
                  .destination = ip->destination(),
                  .header = ip->header(),
                  .payload = ip->payload(),
                  .identification = ip->identification(),
                  .offset = static_cast<std::uint32_t>(ip->fragment_offset_octets()),
                  .protocol = static_cast<std::uint8_t>(ip->protocol()),
                  .more = ip->more_fragments(),
                  .congested = ip->ecn() == ecn::congested};
    return seen;
}

result<reading> read_v6(bytes_view octets) noexcept {
    const auto ip = ipv6::view::parse(octets);
    if (!ip) return tl::unexpected(ip.error());
    const std::size_t len = ipv6::header_len + ip->payload_declared_len();
    reading seen;
    seen.whole = octets.first(std::min(len, octets.size()));
    seen.facts = {.source = ip->source(),
                  .destination = ip->destination(),
                  .protocol = static_cast<std::uint8_t>(ip->next_header()),
                  .congested = ip->ecn() == ecn::congested,
                  .v6 = true};
    std::size_t next_header_at = 6;  // in the IPv6 header; then the first octet of each extension
    for (const ipv6_extension_header& one : ip->extensions()) {
        const auto header = ipv6_fragment::view::parse(one.octets);
        if (one.kind != ip_protocol::ipv6_fragment || !header) {
            next_header_at = one.offset;
            continue;
        }
        if (len > octets.size()) return truncated(layer::ipv6, len, octets.size());
        seen.is_fragment = true;
        seen.facts.header = seen.whole.first(one.offset);
        seen.facts.payload = seen.whole.subspan(one.offset + ipv6_fragment::header_len);
        seen.facts.next_header_at = next_header_at;
        seen.facts.identification = header->identification();
        seen.facts.offset = std::uint32_t{header->fragment_offset()} * unit;
        seen.facts.protocol = static_cast<std::uint8_t>(header->next_header());
        seen.facts.more = header->more_fragments();
        return seen;  // one inside it is the next round's
    }
    return seen;
}

result<reading> read_any(bytes_view octets) noexcept {
    if (octets.empty()) return truncated(layer::ipv4, ipv4::header_len, 0);
    if (octets[0] >> 4 == 4) return read_v4(octets);
    if (octets[0] >> 4 == 6) return read_v6(octets);
    return malformed({.reason = parse_reason::bad_version, .at = layer::ipv4});
}

/// Why a fragment is not taken.
struct verdict {
    ip_refusal refusal = ip_refusal::none;
    std::size_t limit = 0;
    std::size_t had = 0;
};

/// A first fragment of IPv6 must have all headers through the upper layer's (RFC 8200 s4.5).
verdict judge_chain(const fragment_facts& facts) noexcept {
    const ipv6_extension_chain chain(facts.payload, ip_protocol{facts.protocol}, 0);
    const ipv6_upper_layer upper = chain.upper();
    const bytes_view rest = facts.payload.subspan(std::min(upper.offset, facts.payload.size()));
    const std::size_t needed = upper.stopped
                                   ? facts.payload.size() + 1
                                   : upper.offset + detail::upper_header_len(upper.protocol, rest);
    if (needed <= facts.payload.size()) return {};
    return {ip_refusal::tiny_first, needed, facts.payload.size()};
}

/// The rules of packet filters (RFC 1858 s3.2.1 and s3.2.2; RFC 3128 s3).
verdict judge_tiny_tcp(const fragment_facts& facts) noexcept {
    constexpr std::size_t flags_len = 16;  // octets of TCP's header with the flags in them
    if (ip_protocol{facts.protocol} != ip_protocol::tcp) return {};
    if (facts.offset == 0 && facts.payload.size() < flags_len) {
        return {ip_refusal::tiny_first, flags_len, facts.payload.size()};
    }
    if (facts.offset == unit) return {ip_refusal::tiny_first, flags_len, facts.offset};
    return {};
}

/// What can be said of a fragment by itself.
verdict judge(const fragment_facts& facts, const ip_reassembly_options& options) noexcept {
    if (facts.payload.empty()) return {ip_refusal::empty, 1, 0};
    if (facts.more && facts.payload.size() % unit != 0) {
        return {
            ip_refusal::length_not_in_8, facts.payload.size() / unit * unit, facts.payload.size()};
    }
    const std::size_t total = facts.counted_header_len() + facts.end();
    if (total > length_max) return {ip_refusal::too_long, length_max, total};
    if (facts.header.size() > header_len_max) {
        return {ip_refusal::header_too_long, header_len_max, facts.header.size()};
    }
    if (facts.v6) return facts.offset == 0 && facts.more ? judge_chain(facts) : verdict{};
    return options.refuse_tiny_tcp_fragments ? judge_tiny_tcp(facts) : verdict{};
}

/// Whether the same fragment was taken before: the same bounds and the same octets.
bool is_duplicate(const partial& held, const fragment_facts& facts) noexcept {
    const std::size_t first = facts.offset / unit;
    const std::size_t behind = (facts.end() + unit - 1) / unit;
    if (!held.starts.test(first)) return false;
    for (std::size_t i = first + 1; i < behind; ++i) {
        if (held.starts.test(i)) return false;  // two fragments lie there
    }
    const auto seen = held.octets.compare(facts.offset, facts.payload);
    if (seen.held != facts.payload.size() || seen.differing != 0) return false;
    if (held.end == facts.end()) return true;
    if (!facts.more) return false;  // another end of the datagram
    return behind == units_max || held.starts.test(behind) ||
           held.octets.next_held(facts.end(), facts.end() + 1) != facts.end();
}

ip_reassembly_event event_of(const fragment_facts& facts, ip_reassembly_kind kind) noexcept {
    return {.kind = kind,
            .source = facts.source,
            .destination = facts.destination,
            .identification = facts.identification,
            .protocol = facts.protocol};
}

}  // namespace

struct ip_reassembler::state {
    explicit state(const ip_reassembly_options& wanted)
        : options(wanted),
          budget{.limit = wanted.octets_max},
          datagrams(wanted.key, std::max<std::size_t>(wanted.datagrams_max, 1)) {
        options.fragments_max = std::max<std::size_t>(wanted.fragments_max, 1);
        options.timeout = std::clamp<nanoseconds>(
            wanted.timeout, std::chrono::seconds(15), std::chrono::seconds(60));
        whole.reserve(ipv6::header_len + length_max);
    }

    ip_reassembly_event take(const fragment_facts& facts, mono_time now, sink events);
    ip_reassembly_event take_atomic(const fragment_facts& facts);
    void expire(mono_time now, sink events);

  private:
    table::entry& slot_for(const fragment_facts& facts, mono_time now, sink events);
    verdict add(table::entry& to, const fragment_facts& facts, sink events);
    [[nodiscard]] verdict check_bounds(const partial& held,
                                       const fragment_facts& facts) const noexcept;
    bool reserve(table::entry& spared, std::size_t octets, sink events);
    bool put(table::entry& to, const fragment_facts& facts, sink events);
    bool evict_for(const table::entry& spared, sink events);
    void give_up(table::entry& which, ip_reassembly_kind why, sink events);
    void forget(partial* held) noexcept;
    void drop(table::entry& which) noexcept;
    [[nodiscard]] ip_reassembly_event refused(const fragment_facts& facts,
                                              const verdict& said) const noexcept;
    bytes_view assemble(const partial& held, std::size_t payload_len);
    bytes_view quote(const table::entry& which);

  public:
    ip_reassembly_options options;
    detail::memory_budget budget;
    table datagrams;
    std::vector<std::uint8_t> whole{};  // the buffer that events borrow
};

ip_reassembler::ip_reassembler(const ip_reassembly_options& options)
    : state_(std::make_unique<state>(options)) {}
ip_reassembler::~ip_reassembler() = default;

std::size_t ip_reassembler::datagrams() const noexcept { return state_->datagrams.size(); }
std::size_t ip_reassembler::octets_held() const noexcept { return state_->budget.used; }

mono_time ip_reassembler::next_deadline() const noexcept {
    const table::entry* oldest = state_->datagrams.oldest();
    return oldest == nullptr ? mono_time::max() : oldest->value.since + state_->options.timeout;
}

void ip_reassembler::on_time(mono_time now, sink events) { state_->expire(now, events); }

void ip_reassembler::accept(bytes_view datagram, mono_time now, sink events) {
    state_->expire(now, events);
    const auto seen = read_any(datagram);
    if (!seen) {
        events(ip_reassembly_event{.kind = ip_reassembly_kind::refused,
                                   .refusal = ip_refusal::malformed,
                                   .limit = seen.error().needed_octets,
                                   .had = seen.error().have_octets,
                                   .cause = seen.error()});
    } else if (!seen->is_fragment) {
        ip_reassembly_event event = event_of(seen->facts, ip_reassembly_kind::whole);
        event.octets = seen->whole;
        events(event);
    } else {
        events(state_->take(seen->facts, now, events));
    }
}

ip_reassembly_event ip_reassembler::state::take(const fragment_facts& facts, mono_time now,
                                                sink events) {
    verdict said = judge(facts, options);
    if (said.refusal != ip_refusal::none) return refused(facts, said);
    // A datagram of its own, whatever else has its identification (RFC 6946 s4).
    if (facts.offset == 0 && !facts.more) return take_atomic(facts);
    table::entry& to = slot_for(facts, now, events);
    said = to.value.held ? add(to, facts, events) : verdict{ip_refusal::overlap, 0, 0};
    if (said.refusal == ip_refusal::no_memory) drop(to);
    if (said.refusal != ip_refusal::none) return refused(facts, said);
    const partial& held = *to.value.held;
    ip_reassembly_event event = event_of(facts, ip_reassembly_kind::held);
    event.fragments = held.fragments;
    event.held_octets = held.octets.held_len();
    if (!held.end || held.octets.held_len() != *held.end) return event;
    event.kind = ip_reassembly_kind::whole;
    event.protocol = held.protocol;
    event.octets = assemble(held, *held.end);
    drop(to);
    return event;
}

ip_reassembly_event ip_reassembler::state::take_atomic(const fragment_facts& facts) {
    whole.assign(facts.header.begin(), facts.header.end());
    whole.insert(whole.end(), facts.payload.begin(), facts.payload.end());
    whole[facts.next_header_at] = facts.protocol;
    ipv6::mutable_view::parse(bytes_mut(whole))
        ->set_payload_length(static_cast<std::uint16_t>(whole.size() - ipv6::header_len));
    ip_reassembly_event event = event_of(facts, ip_reassembly_kind::whole);
    event.fragments = 1;
    event.held_octets = facts.payload.size();
    event.octets = whole;
    return event;
}

/// The datagram that a fragment belongs to: found, or made with room for it.
table::entry& ip_reassembler::state::slot_for(const fragment_facts& facts, mono_time now,
                                              sink events) {
    const datagram_key key = key_of(facts);
    if (table::entry* found = datagrams.find(key); found != nullptr) return *found;
    if (datagrams.full()) give_up(*datagrams.oldest(), ip_reassembly_kind::evicted, events);
    table::entry& made = datagrams.insert(key);
    made.value.since = now;
    made.value.held = std::make_unique<partial>(budget);
    return made;
}

/// Octets out of the budget, if need be by giving up the oldest datagrams but this one.
bool ip_reassembler::state::reserve(table::entry& spared, std::size_t octets, sink events) {
    while (!budget.take(octets)) {
        if (!evict_for(spared, events)) return false;
    }
    return true;
}

/// Puts the octets where they belong, with the policy and the same way to make room.
bool ip_reassembler::state::put(table::entry& to, const fragment_facts& facts, sink events) {
    while (!to.value.held->octets.put(facts.offset, facts.payload, options.overlap)) {
        if (!evict_for(to, events)) return false;
    }
    return true;
}

bool ip_reassembler::state::evict_for(const table::entry& spared, sink events) {
    table::entry* victim = datagrams.oldest();
    if (victim == &spared) victim = victim->newer;
    if (victim == nullptr) return false;
    give_up(*victim, ip_reassembly_kind::evicted, events);
    return true;
}

/// One end of the datagram, and nothing behind it.
verdict ip_reassembler::state::check_bounds(const partial& held,
                                            const fragment_facts& facts) const noexcept {
    if (held.fragments >= options.fragments_max) {
        return {ip_refusal::too_many, options.fragments_max, held.fragments + 1};
    }
    const std::size_t end = facts.end();
    if (held.end && (end > *held.end || (!facts.more && end != *held.end))) {
        return {ip_refusal::contradicts_end, *held.end, end};
    }
    if (!facts.more && end < held.furthest) {
        return {ip_refusal::contradicts_end, end, held.furthest};
    }
    const std::size_t header_len =
        facts.offset == 0 ? facts.counted_header_len() : held.counted_header_len;
    const std::size_t total = header_len + std::max<std::size_t>(end, held.furthest);
    if (total > length_max) return {ip_refusal::too_long, length_max, total};
    return {};
}

verdict ip_reassembler::state::add(table::entry& to, const fragment_facts& facts, sink events) {
    partial& held = *to.value.held;
    if (is_duplicate(held, facts)) return {};
    verdict said = check_bounds(held, facts);
    if (said.refusal == ip_refusal::none && options.overlap == overlap_policy::refuse) {
        const auto seen = held.octets.compare(facts.offset, facts.payload);
        if (seen.held != 0) said = {ip_refusal::overlap, 0, seen.held};
    }
    const bool poisons =
        said.refusal == ip_refusal::overlap ||
        (said.refusal == ip_refusal::contradicts_end && options.overlap == overlap_policy::refuse);
    if (poisons) forget(to.value.held.get());
    if (poisons) to.value.held.reset();
    if (said.refusal != ip_refusal::none) return said;
    if (held.fragments == 0 && !reserve(to, partial_cost, events)) {
        return {ip_refusal::no_memory, budget.limit, partial_cost};
    }
    if (held.fragments == 0) held.counted = partial_cost;
    if (!put(to, facts, events)) {
        return {ip_refusal::no_memory, budget.limit, facts.payload.size()};
    }
    if (facts.offset == 0 &&
        (held.header.empty() || options.overlap == overlap_policy::last_wins)) {
        budget.give(held.header.size());
        held.counted -= held.header.size();
        held.header.clear();
        if (!reserve(to, facts.header.size(), events)) {
            return {ip_refusal::no_memory, budget.limit, facts.header.size()};
        }
        held.counted += facts.header.size();
        held.keep_header(facts);
    }
    held.note(facts);
    return {};
}

ip_reassembly_event ip_reassembler::state::refused(const fragment_facts& facts,
                                                   const verdict& said) const noexcept {
    ip_reassembly_event event = event_of(facts, ip_reassembly_kind::refused);
    event.refusal = said.refusal;
    event.limit = static_cast<std::uint32_t>(said.limit);
    event.had = static_cast<std::uint32_t>(said.had);
    return event;
}

void ip_reassembler::state::forget(partial* held) noexcept {
    if (held != nullptr) budget.give(held->counted);
}

void ip_reassembler::state::drop(table::entry& which) noexcept {
    forget(which.value.held.get());
    datagrams.erase(which);
}

void ip_reassembler::state::expire(mono_time now, sink events) {
    for (table::entry* at = datagrams.oldest();
         at != nullptr && now - at->value.since >= options.timeout;
         at = datagrams.oldest()) {
        give_up(*at, ip_reassembly_kind::timed_out, events);
    }
}

void ip_reassembler::state::give_up(table::entry& which, ip_reassembly_kind why, sink events) {
    // What was refused before has been told of: it goes without a word.
    if (const partial* held = which.value.held.get(); held != nullptr) {
        ip_reassembly_event event{.kind = why,
                                  .source = held->source,
                                  .destination = held->destination,
                                  .identification = which.key.identification,
                                  .protocol = held->protocol,
                                  .fragments = held->fragments,
                                  .held_octets = held->octets.held_len(),
                                  .octets = quote(which)};
        drop(which);
        events(event);
        return;
    }
    drop(which);
}

/// The first fragment's header, then the payload from its start.
bytes_view ip_reassembler::state::assemble(const partial& held, std::size_t payload_len) {
    whole.assign(held.header.begin(), held.header.end());
    for (std::size_t at = 0; at < payload_len;) {
        const bytes_view run = held.octets.run_at(at);
        whole.insert(whole.end(), run.begin(), run.end());
        at += run.size();
    }
    if (held.source.is_v6()) {
        whole[held.next_header_at] = held.protocol;
        const auto ip = *ipv6::mutable_view::parse(bytes_mut(whole));
        ip.set_payload_length(static_cast<std::uint16_t>(whole.size() - ipv6::header_len));
        // One congested fragment is a congested datagram (RFC 3168 s5.3).
        if (held.congested && ip.ecn() != ecn::not_capable) {
            ip.set_traffic_class(ip.traffic_class() | static_cast<std::uint8_t>(ecn::congested));
        }
        return whole;
    }
    const auto ip = *ipv4::mutable_view::parse(bytes_mut(whole));
    ip.set_total_length(static_cast<std::uint16_t>(whole.size()));
    ip.set_more_fragments(false);
    if (held.congested && ip.ecn() != ecn::not_capable) ip.set_ecn(ecn::congested);
    ip.update_header_checksum();
    return whole;
}

/// The first fragment with what is held behind it, as a fragment that is not the last.
bytes_view ip_reassembler::state::quote(const table::entry& which) {
    const partial& held = *which.value.held;
    whole.clear();
    if (held.header.empty()) return whole;
    whole.assign(held.header.begin(), held.header.end());
    if (held.source.is_v6()) {
        const ipv6_fragment header{.next_header = ip_protocol{held.protocol},
                                   .more_fragments = true,
                                   .identification = which.key.identification,
                                   .payload = {}};
        whole.resize(whole.size() + ipv6_fragment::header_len);
        header.emit(bytes_mut(whole).last(ipv6_fragment::header_len));
    }
    const std::size_t header_len = whole.size();
    for (bytes_view run = held.octets.run_at(0); !run.empty();
         run = held.octets.run_at(whole.size() - header_len)) {
        whole.insert(whole.end(), run.begin(), run.end());
    }
    if (held.source.is_v6()) {
        ipv6::mutable_view::parse(bytes_mut(whole))
            ->set_payload_length(static_cast<std::uint16_t>(whole.size() - ipv6::header_len));
        return whole;
    }
    const auto ip = *ipv4::mutable_view::parse(bytes_mut(whole));
    ip.set_total_length(static_cast<std::uint16_t>(whole.size()));
    ip.set_more_fragments(true);
    ip.update_header_checksum();
    return whole;
}

std::string_view to_string(ip_reassembly_kind kind) noexcept {
    switch (kind) {
        case ip_reassembly_kind::whole:
            return "whole";
        case ip_reassembly_kind::held:
            return "held";
        case ip_reassembly_kind::refused:
            return "refused";
        case ip_reassembly_kind::timed_out:
            return "timed_out";
        case ip_reassembly_kind::evicted:
            return "evicted";
    }
    return "";
}

std::string_view to_string(ip_refusal refusal) noexcept {
    switch (refusal) {
        case ip_refusal::none:
            return "none";
        case ip_refusal::malformed:
            return "malformed";
        case ip_refusal::length_not_in_8:
            return "length_not_in_8";
        case ip_refusal::too_long:
            return "too_long";
        case ip_refusal::empty:
            return "empty";
        case ip_refusal::overlap:
            return "overlap";
        case ip_refusal::contradicts_end:
            return "contradicts_end";
        case ip_refusal::tiny_first:
            return "tiny_first";
        case ip_refusal::too_many:
            return "too_many";
        case ip_refusal::header_too_long:
            return "header_too_long";
        case ip_refusal::no_memory:
            return "no_memory";
    }
    return "";
}

std::string describe(const ip_reassembly_event& event) {
    std::string text(to_string(event.kind));
    if (event.kind != ip_reassembly_kind::refused) {
        return text + ": " + std::to_string(event.held_octets) + " octets in " +
               std::to_string(event.fragments) + " fragments";
    }
    text += ": ";
    text += to_string(event.refusal);
    if (event.refusal == ip_refusal::malformed) return text + ": " + to_sentence(event.cause);
    return text + ": had " + std::to_string(event.had) + ", limit " + std::to_string(event.limit);
}

}  // namespace sonde::inline v0
