#include "sonde/client/icmp_socket.hpp"

#include <cerrno>
#include <deque>
#include <utility>

#include <sonde/base/random.hpp>
#include <sonde/net/clock.hpp>
#include <sonde/net/socket_choice.hpp>
#include <sonde/packet/icmp_error.hpp>
#include <sonde/wire/network/icmp_echo.hpp>
#include <sonde/wire/network/icmpv6_echo.hpp>

#include "identifiers.hpp"
#include "kernel_events.hpp"
#include "probe_sockets.hpp"

namespace sonde::inline v0 {
namespace {

constexpr std::size_t kept_max = 1024;
constexpr std::size_t echo_header_len = 8;  // octets, RFC 792 p. 14, RFC 4443 s4.1

bool is_echo_request(std::uint8_t type, ip_family family) noexcept {
    return type == (family == ip_family::v4 ? 8 : 128);
}

std::vector<std::uint8_t> owned(bytes_view octets) { return {octets.begin(), octets.end()}; }

// Identifier and sequence number lie at the same place in all messages that have them.
void read_numbers(icmp_reply& out, bytes_view message) {
    if (message.size() < echo_header_len) return;
    out.identifier = be16_at(message, 4);
    out.sequence = be16_at(message, 6);
}

void read_quote(icmp_reply& out, const icmp_error& error) {
    out.is_error = true;
    out.embedded = owned(error.quoted_transport);
    out.embedded_destination = error.quoted_destination;
    out.identifier = 0;
    out.sequence = 0;
    if (error.quoted_protocol == detail::protocol_of(socket_kind::icmp_raw, out.family)) {
        read_numbers(out, error.quoted_transport);
    }
}

icmp_reply reply_of(const received_datagram& in, ip_family family, mono_time now) {
    const bytes_view message = in.message();
    icmp_reply made{.family = family,
                    .source = in.source.address,
                    .message_len = static_cast<std::uint16_t>(message.size()),
                    .at = now,
                    .octets = owned(message)};
    if (in.received.source != stamp_source::none) {
        made.at = in.received.at;
        made.received_by = in.received.source;
    }
    if (in.hop_limit) made.hop_limit = in.hop_limit->value;
    if (message.size() >= 2) {
        made.type = message[0];
        made.code = message[1];
    }
    read_numbers(made, message);
    if (const auto error = read_icmp_error(message, family)) read_quote(made, *error);
    return made;
}

std::optional<icmp_reply> reply_of(const received_error& in, const probe_socket& from,
                                   mono_time now) {
    const auto error = detail::error_of(in, from.kind(), from.family());
    if (!error) return std::nullopt;
    icmp_reply made{.family = from.family(),
                    .source = error->from,
                    .type = error->type,
                    .code = error->code,
                    .at = now};
    if (in.received.source != stamp_source::none) {
        made.at = in.received.at;
        made.received_by = in.received.source;
    }
    if (in.hop_limit) made.hop_limit = in.hop_limit->value;
    read_quote(made, *error);
    return made;
}

bool belongs(const icmp_reply& reply, const icmp_request& request, bool match_source) {
    if (reply.identifier != request.identifier || reply.sequence != request.sequence) return false;
    if (!reply.is_error) {
        if (!reply.is_echo_reply()) return false;
        return !match_source || reply.source.same_host(request.destination);
    }
    const bool quotes_request =
        reply.embedded.empty() || is_echo_request(reply.embedded.front(), reply.family);
    return quotes_request && (!reply.embedded_destination ||
                              reply.embedded_destination->same_host(request.destination));
}

}  // namespace

void icmp_reply::raise_for_status() const {
    if (!is_error) return;
    sonde::raise_for_status(
        answer{.kind = answer_kind::icmp_error, .from = source, .type = type, .code = code},
        family);
}

struct icmp_socket::state {
    state(const icmp_socket_options& given, const system_calls& table)
        : options(given), calls(table), opened(open()) {
        facts = std::move(opened.facts);
    }

    probe_socket& socket() {
        if (!opened.sender.is_open()) {
            throw socket_unavailable_error("the socket is closed: open another one");
        }
        return opened.sender;
    }

    icmp_reply take(const std::deque<icmp_reply>::iterator& at) {
        icmp_reply taken = std::move(*at);
        kept.erase(at);
        return taken;
    }

    std::optional<icmp_reply> take_kept(const icmp_request* request) {
        for (auto at = kept.begin(); at != kept.end(); ++at) {
            if (request == nullptr || belongs(*at, *request, options.match_source)) return take(at);
        }
        return std::nullopt;
    }

    void hear() {
        const auto pass = socket().receive();
        if (!pass) throw_socket_error(pass.error());
        const mono_time now = mono_now(calls);
        for (const auto& each : pass->errors) {
            if (auto reply = reply_of(each, socket(), now)) keep(std::move(*reply));
        }
        for (const auto& each : pass->datagrams) keep(reply_of(each, options.family, now));
    }

    void keep(icmp_reply reply) {
        if (kept.size() >= kept_max) kept.pop_front();
        kept.push_back(std::move(reply));
    }

    std::optional<icmp_reply> await(const icmp_request* request, nanoseconds timeout) {
        const mono_time deadline = mono_now(calls) + timeout;
        for (;;) {
            hear();
            if (auto reply = take_kept(request)) return reply;
            const nanoseconds left = deadline - mono_now(calls);
            if (left <= nanoseconds::zero()) return std::nullopt;
            const auto ready = socket().wait(left);
            if (!ready && ready.error().code != EINTR) throw_socket_error(ready.error());
        }
    }

    std::uint16_t identifier_for(const icmp_request& request) {
        const auto own = socket().local_port();
        if (!own) throw_socket_error(own.error());
        return facts.raw ? request.identifier.value_or(*own) : *own;
    }

    bytes_view payload_for(const icmp_request& request) {
        if (!request.payload.empty()) return request.payload;
        random_source noise(detail::random_word(calls));
        filler.resize(request.payload_len);
        for (auto& octet : filler) octet = static_cast<std::uint8_t>(noise());
        return filler;
    }

    bytes_view message_for(const icmp_request& request) {
        const bytes_view data = payload_for(request);
        message.resize(echo_header_len + data.size());
        if (options.family == ip_family::v4) {
            icmp_echo{.identifier = *request.identifier,
                      .sequence_number = request.sequence,
                      .data = data}
                .emit(message);
        } else {
            icmpv6_echo{.identifier = *request.identifier,
                        .sequence_number = request.sequence,
                        .data = data}
                .emit(message);
        }
        return message;
    }

    [[nodiscard]] detail::probe_sockets open() const {
        detail::socket_plan plan{.options = options.socket};
        return detail::open_own_tool_socket(plan, options.family, calls);
    }

    icmp_socket_options options;
    const system_calls& calls;
    detail::probe_sockets opened;
    sonde::socket_facts facts{};
    std::deque<icmp_reply> kept{};
    std::vector<std::uint8_t> filler{};
    std::vector<std::uint8_t> message{};
};

icmp_socket::icmp_socket(const icmp_socket_options& options, const system_calls* calls)
    : state_(std::make_unique<state>(options, calls != nullptr ? *calls : kernel_calls())) {}
icmp_socket::icmp_socket(icmp_socket&&) noexcept = default;
icmp_socket& icmp_socket::operator=(icmp_socket&&) noexcept = default;
icmp_socket::~icmp_socket() = default;

void icmp_socket::send(icmp_request& request) {
    auto& socket = state_->socket();
    if (request.destination.family() != state_->options.family) {
        throw socket_unavailable_error(address_text(request.destination) +
                                       ": this socket is of the other address family");
    }
    request.identifier = state_->identifier_for(request);
    outgoing packet{.octets = state_->message_for(request),
                    .destination = {request.destination, 0},
                    .traffic_class = request.traffic_class};
    if (request.hop_limit != 0) packet.hop_limit = sonde::hop_limit{request.hop_limit};
    request.sent_at = mono_now(state_->calls);
    const auto sent = socket.send({&packet, 1});
    if (!sent.front().error) return;
    os_error cause = *sent.front().error;
    if (cause.peer == ip_address{}) cause.peer = request.destination;
    if (cause.code == EACCES && !broadcast()) throw socket_broadcast_error(cause);
    throw_socket_error(cause);
}

std::optional<icmp_reply> icmp_socket::try_receive(nanoseconds timeout) {
    return state_->await(nullptr, timeout);
}

std::optional<icmp_reply> icmp_socket::try_receive(const icmp_request& request,
                                                   nanoseconds timeout) {
    return state_->await(&request, timeout);
}

icmp_reply icmp_socket::receive(nanoseconds timeout) {
    auto reply = try_receive(timeout);
    if (!reply) throw timeout_exceeded(timeout);
    return std::move(*reply);
}

icmp_reply icmp_socket::receive(const icmp_request& request, nanoseconds timeout) {
    auto reply = try_receive(request, timeout);
    if (!reply) throw timeout_exceeded(timeout);
    return std::move(*reply);
}

bool icmp_socket::broadcast() const {
    const auto allowed = state_->socket().broadcast();
    if (!allowed) throw_socket_error(allowed.error());
    return *allowed;
}

void icmp_socket::set_broadcast(bool allowed) {
    const auto done = state_->socket().set_broadcast(allowed);
    if (!done) throw_socket_error(done.error());
}

ip_family icmp_socket::family() const noexcept { return state_->options.family; }
const socket_facts& icmp_socket::facts() const { return state_->facts; }

ip_address icmp_socket::source() const {
    return state_->options.socket.source.value_or(ip_address{});
}

int icmp_socket::native_handle() const { return state_->socket().native_handle(); }
void icmp_socket::close() noexcept {
    if (state_) state_->opened.sender.close();
}
bool icmp_socket::is_closed() const noexcept { return !state_ || !state_->opened.sender.is_open(); }

}  // namespace sonde::inline v0
