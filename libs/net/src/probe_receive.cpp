#include <algorithm>
#include <cerrno>
#include <linux/net_tstamp.h>

#include "probe_socket_state.hpp"

namespace sonde::inline v0 {
namespace {

// What an ICMP error leaves pending on a socket (icmp_err_convert of the kernel; ENETDOWN and
// ETIMEDOUT come from neighbour resolution). A receive call reports it once, in place of data.
bool can_be_pending(int code) noexcept {
    switch (code) {
        case ENETUNREACH:
        case EHOSTUNREACH:
        case ENOPROTOOPT:
        case ECONNREFUSED:
        case EMSGSIZE:
        case EOPNOTSUPP:
        case EHOSTDOWN:
        case ENONET:
        case EPROTO:
        case EACCES:
        case EREMOTEIO:
        case ENETDOWN:
        case ETIMEDOUT:
        case EINTR:
            return true;
        default:
            return false;
    }
}

// RFC 791 s3.1; the kernel has checked that the header is whole.
void read_ipv4_header(received_datagram& out) noexcept {
    const bytes_view packet = out.octets;
    constexpr std::size_t header_len_min = 20;
    if (packet.size() < header_len_min) {
        out.header_len = packet.size();
        return;
    }
    out.header_len = std::min<std::size_t>(std::size_t{4} * (packet[0] & 0x0fU), packet.size());
    out.traffic_class = packet[1];
    out.hop_limit = hop_limit{packet[8]};
    out.destination = ipv4_address{be32_at(packet, 16)};
}

}  // namespace

namespace detail {

void message_slots::allocate() {
    octets_ = std::make_unique_for_overwrite<std::uint8_t[]>(count_ * slot_stride);
    headers_.resize(count_);
    vectors_.resize(count_);
    names_.resize(count_);
    controls_.resize(count_);
    for (std::size_t i = 0; i < count_; ++i) {
        vectors_[i] = {octets_.get() + i * slot_stride, slot_len};
    }
    used_ = count_;
}

// The kernel overwrites lengths and flags of the headers that it uses, and of no others.
void message_slots::prepare() noexcept {
    for (std::size_t i = 0; i < used_; ++i) {
        msghdr& header = headers_[i].msg_hdr;
        header = {};
        header.msg_iov = &vectors_[i];
        header.msg_iovlen = 1;
        header.msg_name = names_[i].get();
        header.msg_namelen = sizeof names_[i].storage;
        header.msg_control = controls_[i].octets.data();
        header.msg_controllen = controls_[i].octets.size();
    }
}

int message_slots::receive(const system_calls& calls, int descriptor, int flags) {
    prepare();
    const int got = calls.recvmmsg(
        descriptor, headers_.data(), static_cast<unsigned>(count_), flags | MSG_DONTWAIT, nullptr);
    // One more than were filled: a message that fails half-way leaves its header changed.
    used_ = std::min(count_, static_cast<std::size_t>(std::max(got, 0)) + 1);
    return got;
}

bytes_view message_slots::octets(std::size_t i) const noexcept {
    return bytes_view(octets_.get() + i * slot_stride,
                      std::min<std::size_t>(headers_[i].msg_len, slot_len));
}

bool message_slots::is_truncated(std::size_t i) const noexcept {
    return (headers_[i].msg_hdr.msg_flags & MSG_TRUNC) != 0;
}

std::optional<endpoint> message_slots::name(std::size_t i) const noexcept {
    return read_endpoint(names_[i].get(), headers_[i].msg_hdr.msg_namelen);
}

control_in message_slots::control(std::size_t i) const noexcept {
    return read_control(headers_[i].msg_hdr);
}

}  // namespace detail

io_result<receive_pass> probe_socket::receive() {
    if (!is_open()) return tl::unexpected(os_error{"recvmmsg", EBADF});
    return state_->receive();
}

// At the start, so that want of memory is known then and not in the middle of the work.
void probe_socket::state::make_room() {
    results.reserve(batch_max);
    headers.resize(batch_max);
    vectors.resize(batch_max);
    addresses.resize(batch_max);
    controls.resize(batch_max);
    pass_datagrams.reserve(batch_max);
    datagram_slots.allocate();
    if (error_queue || stamps_transmits()) error_slots.allocate();
}

bool probe_socket::state::stamps_transmits() const noexcept {
    return (stamp_flags & SOF_TIMESTAMPING_TX_SOFTWARE) != 0;
}

// Whether reading the error queue is worth a system call. An ICMP error that is queued is pending
// on the socket too, so that the call before reported it. Nothing announces a stamp, and where the
// kernel counts there are stamps that nobody waits for. A pass without datagrams has time to make
// sure.
bool probe_socket::state::may_hold_errors(std::size_t datagrams) const noexcept {
    if (counts_stamps() || (stamps_transmits() && ledger.waits())) return true;
    return error_queue && (saw_error || datagrams == 0);
}

// Datagrams first, the error queue after: a packet's transmit stamp is queued before the packet
// leaves, so that the stamp of every answer in this pass is in this pass or was in an earlier one.
io_result<receive_pass> probe_socket::state::receive() {
    const auto datagrams = read_datagrams();
    if (!datagrams) return tl::unexpected(datagrams.error());
    const auto seen = may_hold_errors(*datagrams) ? drain_error_queue() : detail::drained{};
    std::swap(backlog, current);
    backlog.clear();
    receive_pass pass;
    pass.more = *datagrams == datagram_slots.count() || !seen.is_complete;
    const bool stamps_hold = check_clock(!pass.more, pass);
    hand_out_backlog(stamps_hold);
    hand_out_datagrams(*datagrams, stamps_hold);
    pass.stamps = pass_stamps;
    pass.errors = pass_errors;
    pass.datagrams = pass_datagrams;
    return pass;
}

io_result<std::size_t> probe_socket::state::read_datagrams() {
    for (int tries = 0;; ++tries) {
        const int got = datagram_slots.receive(*calls, descriptor.number(), 0);
        if (got >= 0) return static_cast<std::size_t>(got);
        if (errno == EAGAIN) return 0;
        if (!can_be_pending(errno) || tries == send_tries_max) {
            return tl::unexpected(os_error{"recvmmsg", errno});
        }
        saw_error = true;
    }
}

detail::drained probe_socket::state::drain_error_queue() {
    detail::drained seen;
    int tries = 0;
    while (!backlog.is_full()) {
        const int got = error_slots.receive(*calls, descriptor.number(), MSG_ERRQUEUE);
        if (got < 0 && can_be_pending(errno) && ++tries <= send_tries_max) continue;
        for (int i = 0; i < got; ++i) keep_error(static_cast<std::size_t>(i), seen);
        if (got < static_cast<int>(error_slots.count())) {
            saw_error = false;
            return seen;
        }
    }
    seen.is_complete = false;
    saw_error = true;
    return seen;
}

void probe_socket::state::keep_error(std::size_t slot, detail::drained& seen) {
    const detail::control_in control = error_slots.control(slot);
    if (!control.error) return;
    if (control.error->is_transmit_stamp) {
        const bool two_stamps = (stamp_flags & SOF_TIMESTAMPING_TX_HARDWARE) != 0;
        if (const auto token = ledger.find(control.error->stamp_id, two_stamps)) {
            backlog.stamps.push_back({*token, control.stamped, control.hardware});
        }
        return;
    }
    ++(control.error->origin == error_origin::local ? seen.from_here : seen.from_network);
    const bytes_view quote = error_slots.octets(slot);
    backlog.errors.push_back({.control = control,
                              .error = *control.error,
                              .destination = error_slots.name(slot).value_or(endpoint{}),
                              .offset = backlog.octets.size(),
                              .len = quote.size(),
                              .truncated = error_slots.is_truncated(slot)});
    backlog.octets.insert(backlog.octets.end(), quote.begin(), quote.end());
}

// Whether the stamps of this pass can be placed. They were all taken before this check. After a
// step, stamps from before it may be queued still: until a pass has found the end of all queues,
// none is trusted.
bool probe_socket::state::check_clock(bool is_complete, receive_pass& pass) {
    if (stamp_flags == 0) return false;
    switch (converter.check()) {
        case stamp_converter::verdict::unreadable:
            return false;
        case stamp_converter::verdict::stepped:
            pass.clock_stepped = true;
            distrusts_stamps = true;
            return false;
        case stamp_converter::verdict::same:
            break;
    }
    const bool holds = !distrusts_stamps;
    if (is_complete) distrusts_stamps = false;
    return holds;
}

stamp probe_socket::state::converted(std::optional<wall_time> at, bool stamps_hold) const noexcept {
    if (!at || !stamps_hold) return {};
    return {converter.to_mono(*at), stamp_source::kernel};
}

void probe_socket::state::hand_out_backlog(bool stamps_hold) {
    pass_stamps.clear();
    for (const auto& each : current.stamps) {
        const stamp at = converted(each.stamped, stamps_hold);
        if (at.source == stamp_source::none && !each.hardware) continue;
        pass_stamps.push_back({each.token, at, each.hardware});
    }
    pass_errors.clear();
    for (const auto& each : current.errors) {
        const detail::extended_error& error = each.error;
        const auto octets = bytes_view(current.octets).subspan(each.offset, each.len);
        const bool extended = error.extension_offset > 0 && error.extension_offset <= octets.size();
        const std::size_t quoted_len = extended ? error.extension_offset : octets.size();
        pass_errors.push_back({.origin = error.origin,
                               .code_errno = error.code_errno,
                               .type = error.type,
                               .code = error.code,
                               .info = error.info,
                               .offender = error.offender,
                               .destination = each.destination,
                               .quoted = octets.first(quoted_len),
                               .extensions = octets.subspan(quoted_len),
                               .interface_index = each.control.interface_index,
                               .hop_limit = each.control.hop_limit,
                               .traffic_class = each.control.traffic_class,
                               .received = converted(each.control.stamped, stamps_hold),
                               .hardware = each.control.hardware,
                               .truncated = each.truncated});
    }
}

void probe_socket::state::hand_out_datagrams(std::size_t count, bool stamps_hold) {
    pass_datagrams.clear();
    for (std::size_t i = 0; i < count; ++i) pass_datagrams.push_back(datagram_in(i, stamps_hold));
}

received_datagram probe_socket::state::datagram_in(std::size_t slot, bool stamps_hold) const {
    const detail::control_in control = datagram_slots.control(slot);
    received_datagram made{.octets = datagram_slots.octets(slot),
                           .source = datagram_slots.name(slot).value_or(endpoint{}),
                           .destination = control.destination,
                           .interface_index = control.interface_index,
                           .hop_limit = control.hop_limit,
                           .traffic_class = control.traffic_class,
                           .received = converted(control.stamped, stamps_hold),
                           .hardware = control.hardware,
                           .truncated = datagram_slots.is_truncated(slot)};
    const bool is_raw = kind == socket_kind::icmp_raw || kind == socket_kind::tcp_raw;
    if (is_raw && family == ip_family::v4) read_ipv4_header(made);
    return made;
}

}  // namespace sonde::inline v0
