#include <algorithm>
#include <utility>

#include <sonde/packet/datagram.hpp>
#include <sonde/packet/tcp_streams.hpp>
#include <sonde/wire/checksum.hpp>
#include <sonde/wire/network/ipv4.hpp>
#include <sonde/wire/network/ipv6.hpp>
#include <sonde/wire/transport/tcp.hpp>

namespace sonde::inline v0 {
namespace detail {

/// What a direction keeps once something came too early.
struct tcp_waiting {
    tcp_waiting(memory_budget& budget, std::uint64_t start, tcp_flow_table::entry& of, bool half)
        : octets(budget, start), flow(&of), second(half) {}

    sparse_octets octets;
    std::optional<std::uint64_t> fin_at{};  // where the direction ends, told by a FIN
    tcp_flow_table::entry* flow;
    tcp_waiting* older = nullptr;
    tcp_waiting* newer = nullptr;
    bool second;
};

/// What of a segment matters here.
struct tcp_segment {
    tcp_flow_key key{};
    bytes_view data{};
    std::size_t data_len = 0;  // octets, as declared; more than `data` where the capture cuts
    std::uint32_t sequence = 0;
    std::uint32_t acknowledgment = 0;
    tcp_flags flags{};
    bool second = false;  // sent by the second end of the key

    /// Of the first octet of data: a SYN takes a number too.
    [[nodiscard]] std::uint32_t first_sequence() const noexcept {
        return sequence + (is(tcp_flags::syn) ? 1U : 0U);
    }
    [[nodiscard]] bool is(tcp_flags wanted) const noexcept { return has(flags, wanted); }
    /// Neither the first nor the last of a direction.
    [[nodiscard]] bool is_plain() const noexcept {
        return (flags & (tcp_flags::syn | tcp_flags::fin | tcp_flags::rst)) == tcp_flags::none;
    }
};

tcp_half::tcp_half() noexcept = default;
tcp_half::tcp_half(tcp_half&&) noexcept = default;
tcp_half& tcp_half::operator=(tcp_half&&) noexcept = default;
tcp_half::~tcp_half() = default;

}  // namespace detail

namespace {

// RFC 7323 s2.3: a window is below 2^30, so nothing true is further away.
constexpr std::int64_t window_max = std::int64_t{1} << 30;
// How much later than its place a flow's turn in the list may be: moving it at every segment would
// touch its neighbours' memory too.
constexpr nanoseconds order_slack = std::chrono::seconds(1);
constexpr std::size_t waiting_cost = sizeof(detail::tcp_waiting) + 2 * sizeof(void*);

/// How far `sequence` is ahead of `expected`, across the wrap.
std::int64_t distance(std::uint32_t sequence, std::uint32_t expected) noexcept {
    return static_cast<std::int32_t>(sequence - expected);
}

}  // namespace

tcp_streams::tcp_streams(const tcp_stream_options& options)
    : options_(options),
      budget_{.limit = options.octets_max},
      flows_(options.key, std::max<std::size_t>(options.flows_max, 1)) {
    options_.flow_octets_max = std::clamp<std::size_t>(
        options.flow_octets_max, detail::sparse_octets::page_len, std::size_t{window_max});
}
tcp_streams::~tcp_streams() = default;

namespace {

/// Puts the ends of an IPv4 segment into the order of the key; whether the second one sent it.
/// Without a branch: who speaks next cannot be guessed.
bool order_v4(detail::tcp_flow_key& key, ipv4::view ip, tcp::view header) noexcept {
    const std::uint64_t source = ip.source().value;
    const std::uint64_t destination = ip.destination().value;
    const std::uint32_t from = header.source_port();
    const std::uint32_t to = header.destination_port();
    const bool second = ((source << 16) | from) > ((destination << 16) | to);
    const std::uint64_t address_swap = (source ^ destination) & (0 - std::uint64_t{second});
    const std::uint32_t port_swap = (from ^ to) & (0 - std::uint32_t{second});
    key.addresses[0] = ((source ^ address_swap) << 32) | (destination ^ address_swap);
    key.set_ends(4, ((from ^ port_swap) << 16) | (to ^ port_swap));
    return second;
}

bool order_v6(detail::tcp_flow_key& key, const datagram& ip, tcp::view header) noexcept {
    const auto& source = ip.source.v6().octets;
    const auto& destination = ip.destination.v6().octets;
    const std::uint32_t from = header.source_port();
    const std::uint32_t to = header.destination_port();
    const bool second = source != destination ? source > destination : from > to;
    const auto& low = second ? destination : source;
    const auto& high = second ? source : destination;
    key.addresses = {be64_at(low, 0), be64_at(low, 8), be64_at(high, 0), be64_at(high, 8)};
    key.set_ends(6, second ? (to << 16) | from : (from << 16) | to);
    return second;
}

bool checksum_is_wrong(bytes_view datagram) noexcept {
    const auto ip = read_datagram(datagram);
    return ip && ip->transport.size() == ip->total_len - ip->header_len &&
           verify_transport_checksum(
               ip->source, ip->destination, ip_protocol::tcp, ip->transport) == checksum_state::bad;
}

/// The transport of a datagram, unless it is a piece of one.
struct carried {
    bytes_view octets{};       // as captured
    std::size_t declared = 0;  // octets of header and data
};

bool read_header(const carried& in, tcp::view header, detail::tcp_segment& seen) noexcept {
    const std::size_t header_len = header.header_length();
    if (header_len < tcp::header_len || header_len > in.declared) return false;
    seen.data = in.octets.subspan(std::min(header_len, in.octets.size()));
    seen.data_len = in.declared - header_len;
    seen.sequence = header.sequence_number();
    seen.acknowledgment = header.acknowledgment_number();
    seen.flags = header.flags();
    return true;
}

bool read_v4(ipv4::view ip, detail::tcp_segment& seen) noexcept {
    if (ip.protocol() != ip_protocol::tcp || ip.is_fragment()) return false;
    if (ip.header_length() < ipv4::header_len) return false;
    const carried in{ip.payload(), ip.payload_declared_len()};
    const auto header = tcp::view::parse(in.octets);
    if (!header) return false;
    seen.second = order_v4(seen.key, ip, *header);
    return read_header(in, *header, seen);
}

bool read_v6(bytes_view octets, detail::tcp_segment& seen) noexcept {
    const auto ip = read_datagram(octets);
    if (!ip || ip->stopped || ip->source.is_v4()) return false;
    if (ip_protocol{ip->protocol} != ip_protocol::tcp) return false;
    if (ip->more_fragments || ip->fragment_offset != 0) return false;
    const carried in{ip->transport, ip->total_len - ip->header_len};
    const auto header = tcp::view::parse(in.octets);
    if (!header) return false;
    seen.second = order_v6(seen.key, *ip, *header);
    return read_header(in, *header, seen);
}

}  // namespace

void tcp_streams::accept(bytes_view datagram, mono_time now, sink events) {
    segment seen;
    const auto ip = ipv4::view::parse(datagram);
    const bool good = ip && (ip->version() == 4 ? read_v4(*ip, seen) : read_v6(datagram, seen));
    if (!good || (options_.verify_checksums && checksum_is_wrong(datagram))) {
        ++counters_.passed_over;
        return;
    }
    ++counters_.segments;
    entry* flow = flows_.find(seen.key);
    if (flow == nullptr) [[unlikely]] {
        flow = open(seen, now, events);
        if (flow == nullptr) return;
    } else if (now - flow->value.last_seen > order_slack) {
        flow->value.last_seen = now;
        flows_.make_newest(*flow);
    }
    detail::tcp_half& mine = flow->value.halves[seen.second];
    const bool in_order = mine.started && seen.sequence == mine.next_sequence && seen.is_plain() &&
                          seen.data.size() == seen.data_len && !flow->value.closed &&
                          !mine.finished;
    if (in_order && !mine.waiting && !flow->value.halves[!seen.second].waiting) [[likely]] {
        if (!seen.data.empty()) tell(*flow, seen.second, seen.data, events);
    } else {
        take(*flow, seen, events);
    }
}

tcp_streams::entry* tcp_streams::open(const segment& seen, mono_time now, sink events) {
    const bool begins = seen.is(tcp_flags::syn);
    // A reset or the end of something unknown opens nothing.
    if (seen.is(tcp_flags::rst) || (!begins && !options_.mid_stream)) return nullptr;
    on_time(now, events);
    if (flows_.full()) remove(*flows_.oldest(), tcp_close_reason::evicted, events);
    entry& made = flows_.insert(seen.key);
    made.value.number_low = static_cast<std::uint32_t>(counters_.opened);
    made.value.number_high = static_cast<std::uint16_t>(counters_.opened >> 32);
    made.value.last_seen = now;
    made.value.mid_stream = !begins;
    // Whoever answers a SYN is the server; else whoever speaks first is taken for the client.
    const bool is_answer = begins && seen.is(tcp_flags::ack);
    made.value.client_is_second = seen.second != is_answer;
    ++counters_.opened;
    events(event_of(made, seen.second, tcp_event_kind::opened));
    return &made;
}

/// Whether a SYN opens another connection between the ports of this one: it has another sequence
/// number then (RFC 9293 s3.4.1).
bool tcp_streams::begins_anew(const entry& flow, const segment& seen) noexcept {
    const detail::tcp_half& mine = flow.value.halves[seen.second];
    if (!mine.started || !seen.is(tcp_flags::syn) || seen.is(tcp_flags::ack)) return false;
    const std::uint32_t first = mine.next_sequence - static_cast<std::uint32_t>(mine.position);
    return seen.first_sequence() != first;
}

void tcp_streams::take(entry& flow, const segment& seen, sink events) {
    if (begins_anew(flow, seen)) {
        const mono_time now = flow.value.last_seen;
        remove(flow, tcp_close_reason::replaced, events);
        if (entry* made = open(seen, now, events); made != nullptr) take(*made, seen, events);
        return;
    }
    if (flow.value.closed) {
        ++counters_.after_close;
        return;
    }
    if (seen.is(tcp_flags::rst)) return take_rst(flow, seen, events);
    detail::tcp_half& mine = flow.value.halves[seen.second];
    if (!mine.started) {
        mine.started = true;
        mine.next_sequence = seen.first_sequence();
    }
    take_data(flow, seen, events);
    if (!flow.value.closed && seen.is(tcp_flags::ack)) take_ack(flow, seen, events);
}

void tcp_streams::take_data(entry& flow, const segment& seen, sink events) {
    detail::tcp_half& mine = flow.value.halves[seen.second];
    const std::int64_t ahead = distance(seen.first_sequence(), mine.next_sequence);
    if (ahead > window_max || ahead < -window_max) {
        ++counters_.out_of_window;
        return;
    }
    const std::uint64_t position = mine.position + static_cast<std::uint64_t>(ahead);
    const bool ends =
        seen.is(tcp_flags::fin) && ahead + static_cast<std::int64_t>(seen.data_len) >= 0;
    if (ahead <= 0) {
        take_in_order(flow, seen, events);
    } else if (seen.data_len != 0) {
        take_early(flow, seen, position, events);
    }
    if (ends && !flow.value.closed) take_fin(flow, seen.second, position + seen.data_len, events);
    if (!flow.value.closed) finish_if_due(flow, seen.second, events);
}

/// A segment that begins where we are, or before.
void tcp_streams::take_in_order(entry& flow, const segment& seen, sink events) {
    detail::tcp_half& mine = flow.value.halves[seen.second];
    const auto behind =
        static_cast<std::size_t>(-distance(seen.first_sequence(), mine.next_sequence));
    counters_.octets_again += std::min(behind, seen.data_len);
    if (behind >= seen.data_len || mine.finished) return;
    const bytes_view fresh = seen.data.subspan(std::min(behind, seen.data.size()));
    if (!mine.waiting || mine.waiting->octets.empty()) {
        if (!fresh.empty()) tell(flow, seen.second, fresh, events);
    } else {
        tell_merged(flow, seen.second, fresh, events);
    }
    if (flow.value.closed) return;
    const std::size_t cut = seen.data_len - std::max(behind, seen.data.size());
    if (cut != 0) {
        const std::uint64_t until = mine.position + cut;
        const std::uint64_t held =
            mine.waiting ? mine.waiting->octets.next_held(mine.position, until) : until;
        skip_to(flow, seen.second, held, tcp_gap_reason::cut, events);
    }
    tell_waiting(flow, seen.second, events);
}

/// Octets for a place of which some were held already.
void tcp_streams::tell_merged(entry& flow, bool second, bytes_view octets, sink events) {
    detail::tcp_half& mine = flow.value.halves[second];
    if (conflicts(flow, second, mine.position, octets, events)) return;
    const std::uint64_t end = mine.position + octets.size();
    if (options_.overlap == overlap_policy::last_wins) return tell(flow, second, octets, events);
    while (mine.position < end) {
        bytes_view piece = mine.waiting->octets.run_at(mine.position);
        if (piece.empty()) {
            const std::uint64_t until = mine.waiting->octets.next_held(mine.position, end);
            piece = octets.last(static_cast<std::size_t>(end - mine.position))
                        .first(static_cast<std::size_t>(until - mine.position));
        }
        const std::uint64_t left = end - mine.position;
        tell(flow, second, piece.first(std::min<std::size_t>(piece.size(), left)), events);
    }
}

/// A segment with a gap before it.
void tcp_streams::take_early(entry& flow, const segment& seen, std::uint64_t position,
                             sink events) {
    ++counters_.early_segments;
    detail::tcp_half& mine = flow.value.halves[seen.second];
    if (mine.finished) return;
    const auto too_far = [&] {
        return position + seen.data.size() > mine.position + options_.flow_octets_max;
    };
    while (too_far() && mine.waiting && !mine.waiting->octets.empty()) {
        skip_to(flow, seen.second, mine.waiting->octets.lowest(), tcp_gap_reason::limit, events);
        tell_waiting(flow, seen.second, events);
    }
    if (!too_far() && position > mine.position && keep(flow, seen, position, events)) return;
    if (flow.value.closed) return;
    if (position > mine.position) {
        skip_all(flow, seen.second, tcp_gap_reason::limit, events);
    }
    if (position > mine.position) {
        skip_to(flow, seen.second, position, tcp_gap_reason::limit, events);
    }
    take_in_order(flow, seen, events);
}

/// Keeps a segment until the gap closes; false when there is no room for it, or no flow any more.
bool tcp_streams::keep(entry& flow, const segment& seen, std::uint64_t position, sink events) {
    const detail::tcp_half& mine = flow.value.halves[seen.second];
    if (mine.waiting && conflicts(flow, seen.second, position, seen.data, events)) return false;
    while (!flow.value.closed) {
        detail::tcp_waiting* waiting = waiting_of(flow, seen.second);
        if (waiting != nullptr && waiting->octets.put(position, seen.data, options_.overlap)) {
            return true;
        }
        detail::tcp_waiting* victim = oldest_waiting_;
        if (victim == nullptr || victim == waiting) return false;
        skip_for_others(*victim, events);
    }
    return false;
}

/// Ends the waiting of the direction that has waited longest: its gap is the least likely to close.
void tcp_streams::skip_for_others(detail::tcp_waiting& victim, sink events) {
    entry& flow = *victim.flow;
    const bool second = victim.second;
    skip_all(flow, second, tcp_gap_reason::limit, events);
    const detail::tcp_half& half = flow.value.halves[second];
    if (!half.waiting || !half.waiting->fin_at) return;
    skip_to(flow, second, *half.waiting->fin_at, tcp_gap_reason::limit, events);
    finish_if_due(flow, second, events);
}

/// Tells of octets that differ from those that wait; true when that closed the flow.
bool tcp_streams::conflicts(entry& flow, bool second, std::uint64_t position, bytes_view octets,
                            sink events) {
    const auto overlap = flow.value.halves[second].waiting->octets.compare(position, octets);
    counters_.octets_again += overlap.held;
    if (overlap.differing == 0) return false;
    ++counters_.conflicts;
    tcp_stream_event event = event_of(flow, second, tcp_event_kind::conflict);
    event.offset = position;
    event.length = octets.size();
    event.differing = overlap.differing;
    events(event);
    if (options_.overlap != overlap_policy::refuse) return false;
    close(flow, tcp_close_reason::conflict, events);
    return true;
}

/// What the other side has received, although we did not see it, will not be sent again.
void tcp_streams::take_ack(entry& flow, const segment& seen, sink events) {
    detail::tcp_half& theirs = flow.value.halves[!seen.second];
    if (!options_.skip_acknowledged || !theirs.waiting) return;
    const std::int64_t ahead = distance(seen.acknowledgment, theirs.next_sequence);
    if (ahead <= 0 || ahead > window_max) return;
    const std::uint64_t acknowledged = theirs.position + static_cast<std::uint64_t>(ahead);
    while (theirs.waiting && !theirs.waiting->octets.empty() &&
           theirs.waiting->octets.lowest() <= acknowledged) {
        const std::uint64_t to = theirs.waiting->octets.lowest();
        skip_to(flow, !seen.second, to, tcp_gap_reason::acknowledged, events);
        tell_waiting(flow, !seen.second, events);
    }
    // The acknowledgment of a FIN counts one more than there are octets.
    if (theirs.waiting && theirs.waiting->fin_at && *theirs.waiting->fin_at < acknowledged) {
        skip_to(flow, !seen.second, *theirs.waiting->fin_at, tcp_gap_reason::acknowledged, events);
    }
    finish_if_due(flow, !seen.second, events);
}

/// A FIN says where its direction ends; that may be ahead.
void tcp_streams::take_fin(entry& flow, bool second, std::uint64_t end, sink events) {
    const detail::tcp_half& mine = flow.value.halves[second];
    if (mine.finished) return;
    if (end <= mine.position) return finish(flow, second, events);
    detail::tcp_waiting* waiting = waiting_of(flow, second);  // nothing: no room even for this
    if (waiting != nullptr && !waiting->fin_at) waiting->fin_at = end;
}

/// A reset is believed near what is expected of its sender (RFC 9293 s3.10.7.4), or as its first
/// word.
void tcp_streams::take_rst(entry& flow, const segment& seen, sink events) {
    const detail::tcp_half& mine = flow.value.halves[seen.second];
    const auto reach = static_cast<std::int64_t>(options_.flow_octets_max);
    const std::int64_t ahead = distance(seen.sequence, mine.next_sequence);
    if (mine.started && (ahead > reach || ahead < -reach)) {
        ++counters_.out_of_window;
    } else {
        close(flow, tcp_close_reason::reset, events);
    }
}

void tcp_streams::tell(entry& flow, bool second, bytes_view octets, sink events) {
    detail::tcp_half& half = flow.value.halves[second];
    tcp_stream_event event = event_of(flow, second, tcp_event_kind::data);
    event.octets = octets;
    half.position += octets.size();
    half.next_sequence += static_cast<std::uint32_t>(octets.size());
    counters_.octets_told += octets.size();
    events(event);
}

/// What waited for this moment.
void tcp_streams::tell_waiting(entry& flow, bool second, sink events) {
    detail::tcp_half& half = flow.value.halves[second];
    if (!half.waiting) return;
    half.waiting->octets.drop_before(half.position);
    for (bytes_view run = half.waiting->octets.run_at(half.position); !run.empty();
         run = half.waiting->octets.run_at(half.position)) {
        tell(flow, second, run, events);
        half.waiting->octets.drop_before(half.position);
    }
    if (half.waiting->octets.empty() && !half.waiting->fin_at) stop_waiting(half);
}

void tcp_streams::skip_to(entry& flow, bool second, std::uint64_t position, tcp_gap_reason why,
                          sink events) {
    detail::tcp_half& half = flow.value.halves[second];
    if (position <= half.position) return;
    tcp_stream_event event = event_of(flow, second, tcp_event_kind::gap);
    event.gap = why;
    event.lost = position - half.position;
    half.position = position;
    half.next_sequence += static_cast<std::uint32_t>(event.lost);
    counters_.octets_lost += event.lost;
    events(event);
}

/// Tells all that waits, with the gaps between.
void tcp_streams::skip_all(entry& flow, bool second, tcp_gap_reason why, sink events) {
    detail::tcp_half& half = flow.value.halves[second];
    while (half.waiting && !half.waiting->octets.empty()) {
        skip_to(flow, second, half.waiting->octets.lowest(), why, events);
        tell_waiting(flow, second, events);
    }
    finish_if_due(flow, second, events);
}

void tcp_streams::finish_if_due(entry& flow, bool second, sink events) {
    const detail::tcp_half& half = flow.value.halves[second];
    if (half.waiting && half.waiting->fin_at && *half.waiting->fin_at <= half.position) {
        finish(flow, second, events);
    }
}

void tcp_streams::finish(entry& flow, bool second, sink events) {
    detail::tcp_half& half = flow.value.halves[second];
    half.finished = true;
    if (half.waiting) stop_waiting(half);
    events(event_of(flow, second, tcp_event_kind::finished));
    if (flow.value.halves[!second].finished) close(flow, tcp_close_reason::finished, events);
}

/// Ends a flow; it stays in the table, so that what straggles in is known for what it is.
void tcp_streams::close(entry& flow, tcp_close_reason why, sink events) {
    if (flow.value.closed) return;
    flow.value.closed = true;
    for (const bool second : {false, true}) {
        detail::tcp_half& half = flow.value.halves[second];
        while (half.waiting && !half.waiting->octets.empty()) {
            skip_to(flow, second, half.waiting->octets.lowest(), tcp_gap_reason::ended, events);
            tell_waiting(flow, second, events);
        }
        if (half.waiting) stop_waiting(half);
    }
    tcp_stream_event event = event_of(flow, flow.value.client_is_second, tcp_event_kind::closed);
    event.close = why;
    events(event);
}

void tcp_streams::remove(entry& flow, tcp_close_reason why, sink events) {
    close(flow, why, events);
    flows_.erase(flow);
}

void tcp_streams::on_time(mono_time now, sink events) {
    for (entry* at = flows_.oldest(); at != nullptr; at = flows_.oldest()) {
        if (now - at->value.last_seen < options_.idle_timeout) return;
        remove(*at, tcp_close_reason::timed_out, events);
    }
}

void tcp_streams::flush(sink events) {
    while (flows_.oldest() != nullptr) remove(*flows_.oldest(), tcp_close_reason::flushed, events);
}

mono_time tcp_streams::next_deadline() const noexcept {
    const entry* oldest = flows_.oldest();
    return oldest == nullptr ? mono_time::max() : oldest->value.last_seen + options_.idle_timeout;
}

/// What the direction keeps, made if need be; nothing when the budget does not allow it.
detail::tcp_waiting* tcp_streams::waiting_of(entry& flow, bool second) {
    detail::tcp_half& half = flow.value.halves[second];
    if (half.waiting) return half.waiting.get();
    if (!budget_.take(waiting_cost)) return nullptr;
    half.waiting = std::make_unique<detail::tcp_waiting>(budget_, half.position, flow, second);
    half.waiting->older = newest_waiting_;
    (newest_waiting_ == nullptr ? oldest_waiting_ : newest_waiting_->newer) = half.waiting.get();
    newest_waiting_ = half.waiting.get();
    return newest_waiting_;
}

void tcp_streams::stop_waiting(detail::tcp_half& half) noexcept {
    detail::tcp_waiting& done = *half.waiting;
    (done.older == nullptr ? oldest_waiting_ : done.older->newer) = done.newer;
    (done.newer == nullptr ? newest_waiting_ : done.newer->older) = done.older;
    half.waiting.reset();
    budget_.give(waiting_cost);
}

tcp_endpoint tcp_flow::end(bool second) const noexcept {
    const detail::tcp_flow_key& key = entry_->key;
    const auto port = static_cast<std::uint16_t>(second ? key.ports() : key.ports() >> 16);
    if (key.is_v4()) {
        const std::uint64_t both = key.addresses[0];
        return {ipv4_address{static_cast<std::uint32_t>(second ? both : both >> 32)}, port};
    }
    ipv6_address address;
    put_be64_at(address.octets, 0, key.addresses[second ? 2 : 0]);
    put_be64_at(address.octets, 8, key.addresses[second ? 3 : 1]);
    return {address, port};
}
tcp_endpoint tcp_flow::client() const noexcept { return end(entry_->value.client_is_second); }
tcp_endpoint tcp_flow::server() const noexcept { return end(!entry_->value.client_is_second); }

std::string_view to_string(tcp_direction direction) noexcept {
    return direction == tcp_direction::from_client ? "from_client" : "from_server";
}

std::string_view to_string(tcp_event_kind kind) noexcept {
    switch (kind) {
        case tcp_event_kind::opened:
            return "opened";
        case tcp_event_kind::data:
            return "data";
        case tcp_event_kind::gap:
            return "gap";
        case tcp_event_kind::conflict:
            return "conflict";
        case tcp_event_kind::finished:
            return "finished";
        case tcp_event_kind::closed:
            return "closed";
    }
    return "";
}

std::string_view to_string(tcp_gap_reason reason) noexcept {
    switch (reason) {
        case tcp_gap_reason::none:
            return "none";
        case tcp_gap_reason::acknowledged:
            return "acknowledged";
        case tcp_gap_reason::limit:
            return "limit";
        case tcp_gap_reason::cut:
            return "cut";
        case tcp_gap_reason::ended:
            return "ended";
    }
    return "";
}

std::string_view to_string(tcp_close_reason reason) noexcept {
    switch (reason) {
        case tcp_close_reason::none:
            return "none";
        case tcp_close_reason::finished:
            return "finished";
        case tcp_close_reason::reset:
            return "reset";
        case tcp_close_reason::timed_out:
            return "timed_out";
        case tcp_close_reason::evicted:
            return "evicted";
        case tcp_close_reason::replaced:
            return "replaced";
        case tcp_close_reason::conflict:
            return "conflict";
        case tcp_close_reason::flushed:
            return "flushed";
    }
    return "";
}

}  // namespace sonde::inline v0
