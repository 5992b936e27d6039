#include <algorithm>
#include <cerrno>
#include <linux/net_tstamp.h>

#include "probe_socket_state.hpp"

namespace sonde::inline v0 {
namespace {

// An IPv6 raw socket takes a port for a protocol number and refuses it.
endpoint kernel_destination(socket_kind kind, const endpoint& to) noexcept {
    return {to.address, kind == socket_kind::udp ? to.port : std::uint16_t{0}};
}

// Errors that say something about the call or the descriptor: never left pending by the network.
// Nor is this host's own want of room, which another try at once would only make worse.
bool is_final(int code) noexcept {
    return code == EBADF || code == ENOTSOCK || code == EFAULT || code == EAFNOSUPPORT ||
           code == ENOBUFS || code == ENOMEM;
}

}  // namespace

std::span<const send_result> probe_socket::send(std::span<const outgoing> packets) {
    if (!state_) return {};
    state& self = *state_;
    self.results.clear();
    for (const outgoing& packet : packets) self.results.push_back({packet.token, std::nullopt});
    for (std::size_t at = 0; at < packets.size();) {
        // A packet of the other family would make the kernel say EINVAL, which has other meanings.
        const auto fits = [&](const outgoing& packet) {
            return packet.destination.address.family() == self.family ||
                   (self.is_connected && packet.destination.address.is_unspecified());
        };
        const std::size_t left = std::min(packets.size() - at, self.batch_max);
        const auto batch = packets.subspan(at, left);
        const auto good = static_cast<std::size_t>(
            std::find_if_not(batch.begin(), batch.end(), fits) - batch.begin());
        const auto results = std::span(self.results).subspan(at, left);
        if (good > 0) self.send_batch(batch.first(good), results.first(good));
        if (good < left) {
            results[good].error =
                os_error{"sendmsg", EAFNOSUPPORT, batch[good].destination.address};
        }
        at += std::min(good + 1, left);
    }
    return self.results;
}

void probe_socket::state::write_headers(std::span<const outgoing> packets) {
    for (std::size_t i = 0; i < packets.size(); ++i) {
        const outgoing& packet = packets[i];
        // The kernel reads from it; iovec has no const form.
        vectors[i] = {const_cast<std::uint8_t*>(packet.octets.data()), packet.octets.size()};
        headers[i] = {};
        msghdr& header = headers[i].msg_hdr;
        header.msg_iov = &vectors[i];
        header.msg_iovlen = 1;
        if (is_connected && packet.destination.address.is_unspecified()) continue;
        addresses[i] = detail::socket_address(kernel_destination(kind, packet.destination));
        header.msg_name = addresses[i].get();
        header.msg_namelen = addresses[i].len;
    }
    write_controls(packets, 0);
}

void probe_socket::state::write_controls(std::span<const outgoing> packets, std::size_t from) {
    const bool chooses = stamps_transmits() && !counts_stamps();
    for (std::size_t i = from; i < packets.size(); ++i) {
        const auto ahead = static_cast<std::uint32_t>(i - from);
        const auto id = chooses ? std::optional(ledger.next_identifier(ahead)) : std::nullopt;
        controls[i].fill(family, packets[i], id);
        controls[i].attach_to(headers[i].msg_hdr);
    }
}

// The number of packets that left, or -1 with errno of the first one.
int probe_socket::state::send_from(std::size_t at, std::size_t end) {
    if (counts_stamps()) {
        // A pending error would cost a restart of the counter: reading it first clears it.
        static_cast<void>(get(SOL_SOCKET, SO_ERROR, "getsockopt(SO_ERROR)"));
    }
    const int number = descriptor.number();
    if (end - at == 1) {
        return calls->sendmsg(number, &headers[at].msg_hdr, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? -1
                                                                                             : 1;
    }
    return calls->sendmmsg(
        number, &headers[at], static_cast<unsigned>(end - at), MSG_DONTWAIT | MSG_NOSIGNAL);
}

// Whether an earlier packet may be to blame, so that the same packet deserves another try. Reading
// the error queue clears what is pending. When that brought errors of the network, they were it. A
// local error there is this packet's own. An empty queue proves nothing: one more try.
bool probe_socket::state::is_pending_error(int code, int tries) {
    if (is_final(code) || tries >= send_tries_max) return false;
    if (code == EINTR) return true;
    const detail::drained seen = drain_error_queue();
    if (seen.from_network > 0) return true;
    return seen.from_here == 0 && tries == 1;
}

// Kernels before 6.13 answer EINVAL to a chosen identifier: let the kernel count instead. When it
// still says EINVAL, the packet is to blame and nothing is known about the kernel.
bool probe_socket::state::changes_identifiers(int code) {
    if (code != EINVAL || !stamps_transmits() || identifiers_proven) return false;
    if (tries_counting) {
        ledger.set_mode(detail::stamp_identifiers::chosen);
        tries_counting = false;
        return false;
    }
    ledger.set_mode(detail::stamp_identifiers::counted);
    tries_counting = true;
    return true;
}

void probe_socket::state::restart_counter() {
    static_cast<void>(drain_error_queue());  // books the stamps that are there
    const auto stamping = [&](int flags) {
        return set(SOL_SOCKET, SO_TIMESTAMPING, flags, "setsockopt(SO_TIMESTAMPING)").has_value();
    };
    const bool restarted =
        stamping(stamp_flags & ~SOF_TIMESTAMPING_OPT_ID) && stamping(stamp_flags);
    if (!restarted) stamp_flags = 0;  // rather none than wrong ones
    ledger.restart();
}

// Every failed send comes here, those that are tried again too: it may have counted.
void probe_socket::state::after_failure() {
    if (counts_stamps()) restart_counter();
}

// sendmmsg stops at a failure only, and keeps it to itself when packets before it left. A pending
// error is then pending no longer, but its entry is in the queue.
void probe_socket::state::after_silent_failure() {
    saw_error = true;
    after_failure();
}

void probe_socket::state::book_sent(std::span<const outgoing> packets) {
    if (!stamps_transmits()) return;
    identifiers_proven = true;
    for (const outgoing& packet : packets) ledger.book_sent(packet.token);
}

void probe_socket::state::send_batch(std::span<const outgoing> packets,
                                     std::span<send_result> outcome) {
    write_headers(packets);
    tries_counting = false;
    int tries = 0;
    for (std::size_t at = 0; at < packets.size();) {
        const int sent = send_from(at, packets.size());
        if (sent > 0) {
            book_sent(packets.subspan(at, static_cast<std::size_t>(sent)));
            at += static_cast<std::size_t>(sent);
            tries = 0;
            if (at < packets.size()) after_silent_failure();
            continue;
        }
        const int code = sent == 0 ? EAGAIN : errno;
        const bool is_full = code == EAGAIN;
        const bool tries_again =
            !is_full && (changes_identifiers(code) || is_pending_error(code, ++tries));
        after_failure();
        if (!tries_again) {
            // A full buffer is everybody's trouble; any other error is this packet's alone.
            const std::size_t end = is_full ? packets.size() : at + 1;
            for (; at < end; ++at) {
                outcome[at].error = os_error{"sendmsg", code, packets[at].destination.address};
                if (!is_full) ledger.book_failed();
            }
            tries = 0;
            tries_counting = false;
        }
        write_controls(packets, at);
    }
}

}  // namespace sonde::inline v0
