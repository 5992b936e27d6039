#include "link_port.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <sonde/net/ignore_interface.hpp>
#include <sonde/packet/neighbour.hpp>

namespace sonde::inline v0::detail {
namespace {

enum tag : unsigned { carrier_tag, ear_tag, socket_tag };
constexpr std::uint32_t bit_of(tag which) noexcept { return 1U << which; }

constexpr nanoseconds rest_time{1'000'000};  // until a link without room is tried again
constexpr nanoseconds way_age_max{100'000'000};
constexpr std::size_t own_max = 64;         // source addresses that are remembered
constexpr std::size_t introduced_max = 64;  // routers

bool has_no_room(int code) noexcept { return code == EAGAIN || code == ENOBUFS || code == EBUSY; }

bool is_of_link(const ip_address& address) noexcept {
    return address.is_v6() && address.v6().is_link_local();
}

// Addresses that the kernel treats as it does whatever its routing tables say.
bool is_special(const ip_address& address) noexcept {
    return address.is_multicast() || address.is_unspecified() ||
           (address.is_v4() && address.v4().is_broadcast());
}

os_error as_os_error(const live_error& error) noexcept {
    return {.operation = error.operation, .code = error.code};
}

}  // namespace

link_port::link_port(link_port_parts parts, route_cache routes, descriptor_group group,
                     const system_calls& calls)
    : parts_(std::move(parts)),
      calls_(&calls),
      writer_(parts_.look, parts_.first_identification),
      routes_(std::move(routes)),
      group_(std::move(group)),
      converter_(calls) {
    if (parts_.source) own_.push_back(*parts_.source);
}

io_result<std::unique_ptr<link_port>> link_port::make(link_port_parts parts, probe_socket& socket,
                                                      const system_calls& calls,
                                                      const packet_calls& packet) {
    auto routes = route_cache::make(parts.look.family, 0, calls);
    if (!routes) return tl::unexpected(routes.error());
    auto group = descriptor_group::make(packet);
    if (!group) return tl::unexpected(as_os_error(group.error()));
    std::unique_ptr<link_port> made(
        new link_port(std::move(parts), std::move(*routes), std::move(*group), calls));
    const auto watch = [&](int descriptor, tag which) -> io_result<void> {
        const auto done = made->group_.watch(descriptor, which);
        if (!done) return tl::unexpected(as_os_error(done.error()));
        return {};
    };
    auto done = watch(made->parts_.carrier->native_handle(), carrier_tag);
    if (done && made->parts_.ear) done = watch(made->parts_.ear->native_handle(), ear_tag);
    if (done) done = watch(socket.native_handle(), socket_tag);
    if (done && made->parts_.is_heard_twice) {
        done = ignore_interface(socket, made->parts_.interface_index, calls);
    }
    if (!done) return tl::unexpected(done.error());
    static_cast<void>(ask_for_no_stamps(socket, calls));
    if (!made->parts_.has_other_ways_in) {
        made->hears_replies_ = !hear_echo_replies(socket, false, calls);
    }
    made->socket_.emplace(std::move(socket));
    return made;
}

// --- out -----------------------------------------------------------------------------------

std::span<const send_result> link_port::send(std::span<const outgoing> packets) {
    results_.clear();
    for (const outgoing& packet : packets) results_.push_back({packet.token, std::nullopt});
    by_socket_at_.clear();
    if (is_open_ && !ready_.empty()) send_ready();
    const mono_time now = mono_now(*calls_);
    for (std::size_t at = 0; at < packets.size(); ++at) {
        const int code = is_open_ ? place(at, packets[at], now) : EBADF;
        if (code == 0) continue;
        // Without room this packet and those after it were not tried.
        const std::size_t end = code == EAGAIN ? packets.size() : at + 1;
        for (std::size_t i = at; i < end; ++i) {
            results_[i].error = os_error{"send", code, packets[i].destination.address};
        }
        if (code == EAGAIN) break;
    }
    if (!is_open_) return results_;
    hand_over();
    ask_neighbours(now);
    send_by_socket(packets);
    for (placed& each : placed_) each.result = placed::told;
    set_alarm();
    return results_;
}

bool link_port::fits(const outgoing& packet) const noexcept {
    return writer_.frame_len(packet.octets.size()) <= parts_.carrier->frame_len_max();
}

bool link_port::leaves_by_link(const cached_route& route) const {
    const next_hop& hop = route.hop;
    const bool has_source = parts_.source || !hop.source.is_unspecified();
    return route.code == 0 && hop.interface_index == parts_.interface_index && !hop.is_local &&
           !hop.is_group && !hop.is_encapsulated && has_source;
}

// 0, or the errno of a packet that was not accepted.
int link_port::place(std::size_t at, const outgoing& packet, mono_time now) {
    const ip_address& to = packet.destination.address;
    if (to.family() != family()) return EAFNOSUPPORT;
    const bool is_elsewhere = is_of_link(to) && to.zone() != parts_.interface_index;
    if (!is_elsewhere && !is_special(to) && fits(packet)) {
        if (now < way_.until && way_.part.contains(to)) return put(at, packet, way_.route);
        const cached_route& route = routes_.find(to, now);
        if (leaves_by_link(route)) return put_or_wait(at, packet, route.hop, now);
    }
    by_socket_at_.push_back(at);
    return 0;
}

int link_port::put(std::size_t at, const outgoing& packet, const frame_route& route) {
    const bytes_mut slot = free_slot();
    if (slot.empty()) return EAGAIN;
    parts_.carrier->put(writer_.write(slot, packet, route));
    placed& made = placed_.emplace_back();
    made.destination = packet.destination.address;
    made.result = at;
    return 0;
}

int link_port::put_or_wait(std::size_t at, const outgoing& packet, const next_hop& hop,
                           mono_time now) {
    const ip_address neighbour = hop.is_router ? hop.neighbour : packet.destination.address;
    auto mac = neighbours_.find(neighbour, now);
    if (!mac && hop.is_router && hop.mac) {
        introduce_router(hop, now);
        mac = neighbours_.find(neighbour, now);
    }
    if (!mac) return let_wait(packet, neighbour, hop, now);
    const frame_route route{.source = source_for(hop), .next = *mac};
    if (hop.is_router) way_ = {routes_.last_part(), now + way_age_max, route};
    return put(at, packet, route);
}

int link_port::let_wait(const outgoing& packet, const ip_address& neighbour, const next_hop& hop,
                        mono_time now) {
    waiting_frame frame{
        .token = packet.token,
        .octets = std::vector<std::uint8_t>(writer_.frame_len(packet.octets.size()))};
    writer_.write(frame.octets, packet, {.source = source_for(hop)});
    switch (neighbours_.wait(neighbour, std::move(frame), now)) {
        case neighbour_table::verdict::waits:
            return 0;
        case neighbour_table::verdict::no_room_for_it:
            // Whoever waits for a router waits with everybody behind it. A host that does not
            // answer must not keep the others waiting.
            return hop.is_router ? EAGAIN : EHOSTUNREACH;
        case neighbour_table::verdict::no_room:
            break;
    }
    return EAGAIN;
}

// What the kernel knows of a router, once: from then on we ask ourselves.
void link_port::introduce_router(const next_hop& hop, mono_time now) {
    if (introduced_.size() >= introduced_max ||
        std::ranges::find(introduced_, hop.neighbour) != introduced_.end()) {
        return;
    }
    introduced_.push_back(hop.neighbour);
    neighbours_.learn(hop.neighbour, *hop.mac, now);
}

const ip_address& link_port::source_for(const next_hop& hop) {
    if (parts_.source) return *parts_.source;
    const bool is_known = !own_.empty() && (own_.back() == hop.source ||
                                            std::ranges::find(own_, hop.source) != own_.end());
    if (!is_known) {
        if (own_.size() >= own_max) own_.erase(own_.begin());
        own_.push_back(hop.source);
    }
    return hop.source;
}

bytes_mut link_port::free_slot() {
    bytes_mut slot = parts_.carrier->slot();
    if (!slot.empty()) return slot;
    hand_over();
    return parts_.carrier->slot();
}

void link_port::hand_over() {
    is_blocked_ = false;
    while (parts_.carrier->pending() != 0) {
        const flush_result done = parts_.carrier->flush();
        placed_.erase(placed_.begin(), placed_.begin() + static_cast<std::ptrdiff_t>(done.taken));
        if (done.code == 0) continue;
        if (has_no_room(done.code)) {
            is_blocked_ = true;
            return;
        }
        refuse_oldest(done.code);
    }
}

void link_port::refuse_oldest(int code) {
    const placed oldest = placed_.front();
    placed_.erase(placed_.begin());
    parts_.carrier->skip();
    routes_.forget();  // an interface that is down has no routes any more
    way_.until = {};
    if (oldest.result != placed::told) {
        results_[oldest.result].error = os_error{"send", code, oldest.destination};
    } else if (!oldest.is_question) {
        failures_.push_back({code, oldest.destination});
    }
}

void link_port::send_by_socket(std::span<const outgoing> packets) {
    if (by_socket_at_.empty()) return;
    if (!hears_replies_) hears_replies_ = hear_echo_replies(*socket_, true, *calls_).has_value();
    by_socket_.clear();
    for (const std::size_t at : by_socket_at_) by_socket_.push_back(packets[at]);
    const auto results = socket_->send(by_socket_);
    for (std::size_t i = 0; i < results.size(); ++i) {
        auto& error = results_[by_socket_at_[i]].error;
        error = results[i].error;
        // Packets after this one have left: it alone is to be tried again.
        if (error && error->code == EAGAIN) error->code = ENOBUFS;
    }
}

void link_port::ask_neighbours(mono_time now) {
    while (true) {
        // A question that finds no room is asked again in a second.
        const auto whom = neighbours_.next_question();
        if (!whom) return;
        const cached_route& route = routes_.find(*whom, now);
        const ip_address from = parts_.source.value_or(route.hop.source);
        const bytes_mut slot = free_slot();
        if (route.code != 0 || from.is_unspecified() || slot.size() < neighbour_question_len_max) {
            continue;
        }
        const bytes_view frame =
            write_neighbour_question(slot, {.mac = parts_.look.mac, .from = from, .whom = *whom});
        parts_.carrier->put(frame.size());
        placed_.push_back({.destination = *whom, .is_question = true});
        if (placed_.size() >= frame_carrier::batch_max) hand_over();
    }
}

void link_port::set_alarm() {
    group_.wake_at(neighbours_.next_deadline());
    if (is_blocked_ || !ready_.empty()) group_.wake_at(mono_now(*calls_) + rest_time);
}

// --- in ------------------------------------------------------------------------------------

// While frames come, nobody has to be told of each.
void link_port::stop_watching() noexcept {
    if (!is_told_of_waits_ || !is_watching_) return;
    group_.ignore(parts_.carrier->native_handle());
    is_watching_ = false;
}

bool link_port::watch_carrier() const {
    is_told_of_waits_ = true;
    if (is_watching_) return true;
    is_watching_ = group_.watch(parts_.carrier->native_handle(), carrier_tag).has_value();
    return is_watching_;
}

bool link_port::arm() {
    return is_open_ && watch_carrier() && !has_backlog() && !parts_.carrier->has_more();
}

io_result<receive_pass> link_port::receive() {
    if (!is_open_) return tl::unexpected(os_error{"receive", EBADF});
    const mono_time now = mono_now(*calls_);
    const std::uint32_t ready = group_.ready();
    pass_datagrams_.clear();
    made_.clear();
    receive_pass pass;
    hear_carrier(ready, pass, now);
    if ((ready & bit_of(ear_tag)) != 0) hear_ear(now);
    neighbours_.on_time(now);
    settle_neighbours();
    send_ready();
    hand_over();
    ask_neighbours(now);
    hand_over();
    std::swap(stamps_, pass_stamps_);
    stamps_.clear();
    pass.stamps = pass_stamps_;
    tell_failures();
    pass.errors = pass_errors_;
    if (auto heard = hear_socket(ready, pass); !heard) return tl::unexpected(heard.error());
    pass.datagrams = pass_datagrams_;
    set_alarm();
    return pass;
}

void link_port::hear_carrier(std::uint32_t ready, receive_pass& pass, mono_time now) {
    const auto frames = parts_.carrier->receive();
    if (frames.empty()) {
        // Something made it readable that is no frame: the interface went down, or away.
        if ((ready & bit_of(carrier_tag)) != 0 && parts_.carrier->clear_failure() != 0) {
            routes_.forget();
            way_.until = {};
        }
        return;
    }
    stop_watching();
    pass.more = parts_.carrier->has_more();
    const bool stamps_hold = check_clock(!pass.more, pass);
    for (const carried_frame& frame : frames) hear_frame(frame, stamps_hold, now);
}

void link_port::hear_frame(const carried_frame& frame, bool stamps_hold, mono_time now) {
    constexpr std::uint8_t neighbor_advertisement = 136;  // RFC 4861 s4.4
    received_datagram& made = pass_datagrams_.emplace_back();
    const bool is_ours = read_probe_frame(frame.octets, family(), own_, made);
    const bool is_neighbour = is_ours && family() == ip_family::v6 && !made.octets.empty() &&
                              made.octets[0] == neighbor_advertisement;
    if (is_ours && !is_neighbour) {
        if (frame.is_stamped && stamps_hold) {
            made.received = {converter_.to_mono(frame.time), stamp_source::kernel};
        }
        made.interface_index = parts_.interface_index;
        made.truncated = made.truncated || frame.is_truncated;
        if (is_of_link(made.source.address)) {
            made.source.address = ip_address(made.source.address.v6(), parts_.interface_index);
        }
        return;
    }
    pass_datagrams_.pop_back();
    if (const auto answer = read_neighbour_answer(frame.octets)) {
        const bool is_link_local = is_of_link(answer->address);
        neighbours_.on_answer(is_link_local
                                  ? ip_address(answer->address.v6(), parts_.interface_index)
                                  : answer->address,
                              answer->mac,
                              now);
    }
}

void link_port::hear_ear(mono_time now) {
    do {
        for (const carried_frame& frame : parts_.ear->receive()) hear_frame(frame, false, now);
    } while (parts_.ear->has_more());
    static_cast<void>(parts_.ear->clear_failure());
}

// As the socket's own passes do: after a step of the wall clock no stamp is trusted until the end
// of the queue was seen.
bool link_port::check_clock(bool is_complete, receive_pass& pass) {
    switch (converter_.check()) {
        case stamp_converter::verdict::unreadable:
            return false;
        case stamp_converter::verdict::stepped:
            pass.clock_stepped = true;
            distrusts_stamps_ = true;
            return false;
        case stamp_converter::verdict::same:
            break;
    }
    const bool holds = !distrusts_stamps_;
    if (is_complete) distrusts_stamps_ = false;
    return holds;
}

io_result<void> link_port::hear_socket(std::uint32_t ready, receive_pass& pass) {
    pass.more = pass.more || has_backlog();
    if ((ready & bit_of(socket_tag)) == 0 && !socket_->has_backlog()) return {};
    const auto heard = socket_->receive();
    if (!heard) return tl::unexpected(heard.error());
    pass_datagrams_.insert(pass_datagrams_.end(), heard->datagrams.begin(), heard->datagrams.end());
    pass_stamps_.insert(pass_stamps_.end(), heard->stamps.begin(), heard->stamps.end());
    pass_errors_.insert(pass_errors_.end(), heard->errors.begin(), heard->errors.end());
    pass.stamps = pass_stamps_;
    pass.errors = pass_errors_;
    pass.more = pass.more || heard->more;
    pass.clock_stepped = pass.clock_stepped || heard->clock_stepped;
    return {};
}

void link_port::settle_neighbours() {
    while (made_.size() < failures_of_a_pass_max) {
        auto settled = neighbours_.next_settled();
        if (!settled) return;
        if (!settled->mac) {
            tell_unreachable(*settled);
            continue;
        }
        for (waiting_frame& frame : settled->frames) {
            set_next(frame.octets, *settled->mac);
            ready_.push_back(std::move(frame));
        }
    }
}

// Each gets a stamp of its own: it leaves now, not when it was given to `send`.
void link_port::send_ready() {
    while (!ready_.empty()) {
        const bytes_mut slot = free_slot();
        if (slot.empty()) return;
        const waiting_frame& frame = ready_.front();
        std::ranges::copy(frame.octets, slot.begin());
        parts_.carrier->put(frame.octets.size());
        placed_.push_back({});
        stamps_.push_back({frame.token, {mono_now(*calls_), stamp_source::user}, std::nullopt});
        ready_.pop_front();
    }
}

void link_port::tell_unreachable(const settled_neighbour& whom) {
    for (const waiting_frame& frame : whom.frames) {
        std::vector<std::uint8_t>& room = made_.emplace_back(unreachable_len_max);
        const bytes_view octets = write_unreachable(room, frame.octets);
        const bool is_v4 = family() == ip_family::v4;
        const ip_address own =
            is_v4
                ? ip_address(ipv4_address::from_octets(bytes_view(frame.octets).subspan<26, 4>()))
                : ip_address(ipv6_address::from_octets(bytes_view(frame.octets).subspan<22, 16>()));
        pass_datagrams_.push_back({.octets = octets,
                                   .header_len = is_v4 ? std::size_t{20} : std::size_t{0},
                                   .source = {own, 0},
                                   .destination = own,
                                   .hop_limit = sonde::hop_limit{64},
                                   .traffic_class = is_v4 ? std::uint8_t{0xc0} : std::uint8_t{0}});
    }
}

void link_port::tell_failures() {
    pass_errors_.clear();
    for (const failure& each : failures_) {
        pass_errors_.push_back({.origin = error_origin::local,
                                .code_errno = each.code,
                                .destination = {each.destination, 0}});
    }
    failures_.clear();
}

bool link_port::has_backlog() const noexcept {
    return is_open_ && (!failures_.empty() || neighbours_.has_settled() || socket_->has_backlog());
}

io_result<bool> link_port::wait(nanoseconds timeout) const {
    if (!is_open_) return tl::unexpected(os_error{"wait", EBADF});
    if (!watch_carrier() || has_backlog() || parts_.carrier->has_more()) return true;
    const auto done = group_.wait(timeout);
    if (!done) return tl::unexpected(as_os_error(done.error()));
    return *done;
}

int link_port::native_handle() const noexcept { return group_.native_handle(); }

void link_port::close() noexcept {
    if (!is_open_) return;
    is_open_ = false;
    pass_datagrams_.clear();
    parts_.carrier->close();
    if (parts_.ear) parts_.ear->close();
    socket_->close();
    group_.close();
}

io_result<std::uint64_t> link_port::drops() const {
    if (!is_open_) return tl::unexpected(os_error{"drops", EBADF});
    const auto by_link = parts_.carrier->drops();
    if (!by_link) return tl::unexpected(as_os_error(by_link.error()));
    const auto by_socket = socket_->drops();
    if (!by_socket) return tl::unexpected(by_socket.error());
    return *by_link + *by_socket;
}

}  // namespace sonde::inline v0::detail
