#include <algorithm>
#include <unordered_map>
#include <utility>

#include <sonde/base/random.hpp>
#include <sonde/packet/datagram.hpp>
#include <sonde/sim/internet.hpp>
#include <sonde/wire/network/ipv4.hpp>
#include <sonde/wire/network/ipv6.hpp>

#include "craft.hpp"
#include "event_queue.hpp"
#include "link.hpp"
#include "router.hpp"
#include "strangers.hpp"
#include "target.hpp"

namespace sonde::inline v0::sim {
namespace {

struct path {
    std::vector<router> routers{};
    std::vector<target> targets{};
};

struct route {
    std::uint32_t path = 0;
    std::uint32_t target = 0;
};

struct block_route {
    ip_prefix covers{};
    route way{};
};

/// Whether routers would forward these octets: a whole datagram with a good header.
bool is_forwardable(const datagram& seen, bytes_view octets) noexcept {
    if (seen.total_len < seen.header_len || seen.total_len > octets.size()) return false;
    if (seen.hop_limit == 0) return false;
    if (seen.source.is_v6()) return true;
    const auto header = ipv4::view::parse(octets);
    return header && header->checked_header_length() && header->total_length() != 0 &&
           header->header_checksum_holds();
}

/// Writes what forwarding changed into the header of a datagram, checksum included.
void rewrite(octet_buffer& octets, ip_family family, const forwarding& now) noexcept {
    if (family == ip_family::v4) {
        const auto header = ipv4::mutable_view::parse(octets);
        if (!header) return;
        header->patch_time_to_live(now.hop_limit);
        header->patch_dscp(static_cast<std::uint8_t>(now.traffic_class >> 2));
        header->patch_ecn(ecn(now.traffic_class & 3));
    } else {
        const auto header = ipv6::mutable_view::parse(octets);
        if (!header) return;
        header->set_hop_limit(now.hop_limit);
        header->set_traffic_class(now.traffic_class);
    }
}

}  // namespace

struct internet::state {
    state(const scenario& given, std::uint64_t seed) : how(given), random(seed) {
        for (const path_spec& spec : how.paths) add_path(spec);
        sort_blocks();
    }

    scenario how;
    random_source random;
    internet_counts counts{};
    event_queue events{};
    parcel_store parcels{};
    std::vector<path> paths{};
    std::unordered_map<ip_address, route> routes{};
    std::vector<block_route> blocks{};
    mono_time now = mono_time::min();     // the latest time that was told
    std::optional<std::uint32_t> lent{};  // the parcel behind the last delivery
    std::uint16_t identification = 0;     // of the next IPv4 datagram of ours
    mono_time next_foreign = mono_time::max();
    ip_family foreign_family = ip_family::v4;
    std::vector<ip_address> strangers{};  // who answers strangers; of the family above
    parcel answer{};                      // the one that is being made; its buffer is used again

    void add_path(const path_spec& spec) {
        const auto index = static_cast<std::uint32_t>(paths.size());
        path& made = paths.emplace_back();
        for (const hop_spec& hop : spec.hops) made.routers.emplace_back(hop);
        for (const target_spec& one : spec.targets) {
            const route way{index, static_cast<std::uint32_t>(made.targets.size())};
            if (one.address.v4) routes.try_emplace(*one.address.v4, way);
            if (one.address.v6) routes.try_emplace(*one.address.v6, way);
            for (const auto& block : {one.prefix.v4, one.prefix.v6}) {
                if (block) blocks.push_back({*block, way});
            }
            made.targets.emplace_back(one);
        }
    }
    /// The longest first.
    void sort_blocks() {
        std::sort(blocks.begin(), blocks.end(), [](const auto& a, const auto& b) {
            return a.covers.length() > b.covers.length();
        });
    }
    [[nodiscard]] std::optional<route> route_to(const ip_address& address) const {
        const auto exact = routes.find(address);
        if (exact != routes.end()) return exact->second;
        for (const block_route& block : blocks) {
            if (block.covers.contains(address)) return block.way;
        }
        return std::nullopt;
    }

    void send(bytes_view octets, mono_time at);
    void travel(const datagram& seen, bytes_view octets, route way, mono_time at);
    void arrive(std::uint32_t index, mono_time at);
    void arrive_at_router(parcel& arrived, mono_time at);
    void arrive_at_target(parcel& arrived, mono_time at);
    void begin_answer(const parcel& arrived);
    std::optional<mono_time> way_back(const path& along, std::size_t routers, mono_time at);
    void launch(mono_time at, fate what);
    void launch_copies(mono_time at);
    void launch_forgery(mono_time at);
    void plan_home(const parcel& message, treatment treated, mono_time at);
    void start_foreign(mono_time at, ip_family family);
    void send_foreign();
    void count_delivery(const parcel& arrived, mono_time at);
    std::optional<delivery> next_delivery(mono_time until);
};

void internet::state::send(bytes_view octets, mono_time at) {
    ++counts.sent;
    now = std::max(now, at);
    const auto seen = read_datagram(octets);
    if (!seen || !is_forwardable(*seen, octets)) {
        ++counts.malformed;
        return;
    }
    const auto way = route_to(seen->destination);
    if (!way) {
        ++counts.no_route;
        return;
    }
    start_foreign(now, seen->source.family());
    travel(*seen, octets.first(seen->total_len), *way, now);
}

/// Walks the links towards the target until somebody stops the datagram, and plans its arrival.
void internet::state::travel(const datagram& seen, bytes_view octets, route way, mono_time at) {
    path& along = paths[way.path];
    target& goal = along.targets[way.target];
    forwarding header{.hop_limit = seen.hop_limit, .traffic_class = seen.traffic_class};
    place stopped = place::target;
    std::uint32_t node = way.target;
    host_state& host = goal.host(seen.destination);
    const std::uint64_t ordinal = ++host.requests;
    for (std::uint32_t i = 0; i < along.routers.size() && stopped == place::target; ++i) {
        router& hop = along.routers[i];
        const auto arrives = carry(hop.link(), at, random);
        if (!arrives) {
            ++counts.lost_forward;
            return;
        }
        at = hop.forward.pass(*arrives);
        if (const auto stop = hop.stops(header)) {
            stopped = *stop;
            node = i;
        }
    }
    if (stopped == place::target) {
        const auto arrives = carry(goal.spec().link, at, random);
        if (!arrives) {
            ++counts.lost_forward;
            return;
        }
        at = host.forward.pass(*arrives);
    }
    const std::uint32_t index = parcels.take();
    parcel& made = parcels[index];
    made.octets.assign(octets.begin(), octets.end());
    rewrite(made.octets, seen.source.family(), header);
    made.where = stopped;
    made.treated = treatment::none;
    made.path = way.path;
    made.node = node;
    made.host = &host;
    made.ordinal = ordinal;
    made.sent_at = now;
    ++counts.on_the_way;
    events.plan(at, index);
}

void internet::state::arrive(std::uint32_t index, mono_time at) {
    parcel& arrived = parcels[index];
    --counts.on_the_way;
    if (arrived.where == place::target) {
        arrive_at_target(arrived, at);
    } else {
        arrive_at_router(arrived, at);
    }
    parcels.give_back(index);
}

/// What `answer` inherits from the datagram that it answers.
void internet::state::begin_answer(const parcel& arrived) {
    answer.path = arrived.path;
    answer.node = arrived.node;
    answer.from_target = arrived.where == place::target;
    answer.host = arrived.host;
    answer.ordinal = arrived.ordinal;
    answer.sent_at = arrived.sent_at;
}

void internet::state::arrive_at_router(parcel& arrived, mono_time at) {
    path& along = paths[arrived.path];
    router& hop = along.routers[arrived.node];
    const auto about = read_datagram(arrived.octets);
    if (!about) return;
    begin_answer(arrived);
    const std::uint8_t passed = static_cast<std::uint8_t>(arrived.node);
    const bool reaches = hop.hop_limit() > passed;
    const ip_header header{.destination = about->source,
                           .hop_limit = static_cast<std::uint8_t>(hop.hop_limit() - passed),
                           .identification = identification++};
    switch (hop.complain(answer.octets, header, arrived, at)) {
        case verdict::silent:
        case verdict::bad_checksum:
            ++counts.silent;
            return;
        case verdict::rate_limited:
            ++counts.rate_limited;
            return;
        case verdict::answered:
            break;
    }
    ++(arrived.where == place::router_expired ? counts.exceeded : counts.unreachable);
    const auto home = reaches ? way_back(along, std::size_t{arrived.node} + 1, at) : std::nullopt;
    if (!home) {
        ++counts.lost_back;
        return;
    }
    plan_home(answer, treatment::none, hop.back.pass(*home));
}

void internet::state::arrive_at_target(parcel& arrived, mono_time at) {
    path& along = paths[arrived.path];
    target& goal = along.targets[arrived.node];
    const auto request = read_datagram(arrived.octets);
    if (!request) return;
    begin_answer(arrived);
    const std::size_t passed = along.routers.size();
    const std::uint8_t start = goal.spec().hop_limit;
    const ip_header header{.destination = request->source,
                           .hop_limit = static_cast<std::uint8_t>(start - passed),
                           .identification = identification++};
    switch (goal.answer(answer.octets, header, *request, arrived.octets, random)) {
        case verdict::silent:
        case verdict::rate_limited:
            ++counts.silent;
            return;
        case verdict::bad_checksum:
            ++counts.bad_checksum;
            return;
        case verdict::answered:
            break;
    }
    ++(is_port_unreachable(*request) ? counts.unreachable : counts.replied);
    if (start <= passed) {
        ++counts.lost_back;
        return;
    }
    if (is_echo_request(*request) && happens(goal.spec().forge, random)) launch_forgery(at);
    launch(at, goal.draw_fate(random));
}

/// When something that leaves behind the first `routers` links of a path at `at` reaches us.
std::optional<mono_time> internet::state::way_back(const path& along, std::size_t routers,
                                                   mono_time at) {
    for (std::size_t i = routers; i-- > 0;) {
        const auto arrives = carry(along.routers[i].link(), at, random);
        if (!arrives) return std::nullopt;
        at = *arrives;
    }
    return at;
}

/// Sends an answer of a target home, by what befalls it.
void internet::state::launch(mono_time at, fate what) {
    path& along = paths[answer.path];
    target& goal = along.targets[answer.node];
    if (what == fate::duplicate) return launch_copies(at);
    const auto left = carry(goal.spec().link, at, random);
    const auto home = left ? way_back(along, along.routers.size(), *left) : std::nullopt;
    if (!home) {
        ++counts.lost_back;
        return;
    }
    switch (what) {
        case fate::late:
            return plan_home(answer, treatment::none, *home + goal.spec().late.delay);
        case fate::reorder:
            ++counts.held_back;
            return plan_home(answer, treatment::none, *home + goal.spec().reorder.delay);
        case fate::corrupt: {
            parcel damaged = answer;
            corrupt(damaged.octets, random);
            return plan_home(damaged, treatment::corrupted, answer.host->back.pass(*home));
        }
        default:
            return plan_home(answer, treatment::none, answer.host->back.pass(*home));
    }
}

/// The answer and its copies, each on its own: the first that is not lost is the answer. Copies
/// that come later do not hold up the answers behind them.
void internet::state::launch_copies(mono_time at) {
    path& along = paths[answer.path];
    target& goal = along.targets[answer.node];
    treatment treated = treatment::none;
    mono_time previous = mono_time::min();
    for (std::uint32_t copy = 0; copy <= goal.spec().copies; ++copy) {
        const auto left = carry(goal.spec().link, at, random);
        const auto home = left ? way_back(along, along.routers.size(), *left) : std::nullopt;
        if (!home) {
            ++counts.lost_back;
            continue;
        }
        const mono_time arrives =
            copy == 0 ? answer.host->back.pass(*home) : *home + goal.spec().copy_interval * copy;
        previous = std::max(previous, arrives);
        plan_home(answer, treated, previous);
        treated = treatment::duplicate;
    }
}

/// Somebody nearer than the target answers in its name: in half to all of the time that the true
/// answer takes.
void internet::state::launch_forgery(mono_time at) {
    path& along = paths[answer.path];
    parcel lie = answer;
    if (!forge(lie.octets, random)) return;
    const auto left = carry(along.targets[answer.node].spec().link, at, random);
    const auto home = left ? way_back(along, along.routers.size(), *left) : std::nullopt;
    if (!home) {
        ++counts.lost_back;
        return;
    }
    const auto half = (*home - at) / 2;
    const auto more = random.below(static_cast<std::uint64_t>(half.count()) + 1);
    plan_home(lie, treatment::forged, at + half + nanoseconds(static_cast<std::int64_t>(more)));
}

void internet::state::plan_home(const parcel& message, treatment treated, mono_time at) {
    const std::uint32_t index = parcels.take();
    parcel& made = parcels[index];
    made = message;  // into a buffer that is mostly large enough already
    made.where = place::home;
    made.treated = treated;
    events.plan(at, index);
}

/// Strangers are at work from our first datagram on.
void internet::state::start_foreign(mono_time at, ip_family family) {
    if (how.foreign_per_second <= 0 || next_foreign != mono_time::max()) return;
    foreign_family = family;
    strangers = targets(how, family);
    next_foreign = at;
    send_foreign();
}

/// Plans the next foreign message: half to one and a half mean intervals after the last.
void internet::state::send_foreign() {
    const double interval_ns = 1e9 / how.foreign_per_second * (0.5 + random.unit());
    next_foreign += nanoseconds(static_cast<std::int64_t>(interval_ns) + 1);
    const auto us = how.source.of(foreign_family);
    if (!us || strangers.empty()) return;
    const ip_address them = strangers[random.below(strangers.size())];
    parcel message;
    make_foreign(message.octets,
                 {.source = them, .destination = *us, .identification = identification++},
                 random);
    plan_home(message, treatment::foreign, next_foreign);
}

void internet::state::count_delivery(const parcel& arrived, mono_time at) {
    delivery_counts& delivered = counts.delivered;
    switch (arrived.treated) {
        case treatment::duplicate:
            ++delivered.duplicates;
            return;
        case treatment::corrupted:
            ++delivered.corrupted;
            return;
        case treatment::forged:
            ++delivered.forged;
            return;
        case treatment::foreign:
            ++delivered.foreign;
            return;
        case treatment::none:
            break;
    }
    if (at - arrived.sent_at > how.late_after) {
        ++delivered.late;
        return;
    }
    ++delivered.answers;
    if (!arrived.from_target) return;
    host_state& from = *arrived.host;
    if (arrived.ordinal < from.newest_answered) ++counts.reordered;
    from.newest_answered = std::max(from.newest_answered, arrived.ordinal);
}

std::optional<delivery> internet::state::next_delivery(mono_time until) {
    if (lent) parcels.give_back(*std::exchange(lent, std::nullopt));
    now = std::max(now, until);
    while (events.next_time() <= until) {
        const event next = events.pop();
        const parcel& arrived = parcels[next.parcel];
        if (arrived.where != place::home) {
            arrive(next.parcel, next.at);
            continue;
        }
        if (arrived.treated == treatment::foreign) send_foreign();
        count_delivery(arrived, next.at);
        lent = next.parcel;
        return delivery{next.at, arrived.octets};
    }
    return std::nullopt;
}

internet::internet(const scenario& how, std::uint64_t seed)
    : state_(std::make_unique<state>(how, seed)) {}
internet::internet(internet&&) noexcept = default;
internet& internet::operator=(internet&&) noexcept = default;
internet::~internet() = default;

void internet::send(bytes_view ip_datagram, mono_time at) { state_->send(ip_datagram, at); }
mono_time internet::next_time() const noexcept { return state_->events.next_time(); }
std::optional<delivery> internet::next_delivery(mono_time now) {
    return state_->next_delivery(now);
}
const internet_counts& internet::counts() const noexcept { return state_->counts; }
const scenario& internet::how() const noexcept { return state_->how; }

}  // namespace sonde::inline v0::sim
