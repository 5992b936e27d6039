#include "probe_sockets.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <string>
#include <utility>

#include <sonde/base/os_error.hpp>
#include <sonde/client/errors.hpp>
#include <sonde/client/target.hpp>
#include <sonde/net/interfaces.hpp>
#include <sonde/net/socket_choice.hpp>

namespace sonde::inline v0::detail {
namespace {

constexpr int draws_max = 8;  // of an identifier or port that turns out to be in use
constexpr std::uint16_t ephemeral_port_min = 32768;  // Linux: ip_local_port_range

// What arrives in half a second should fit. Memory is taken only by what waits there.
std::size_t buffer_for(const socket_plan& plan) {
    constexpr std::size_t default_len = 212'992;  // net.core.rmem_default
    constexpr std::size_t len_max = 33'554'432;
    const std::size_t wanted = receive_buffer_for(static_cast<std::size_t>(plan.rate / 2)) +
                               static_cast<std::size_t>(plan.rate / 2) * plan.payload_len;
    return wanted <= default_len ? 0 : std::min(wanted, len_max);
}

[[noreturn]] void throw_refusal(const os_error& cause, const socket_plan& plan) {
    if (cause.code == EPERM && plan.options.mark) {
        throw socket_permission_error(describe(cause),
                                      cause,
                                      "a mark needs CAP_NET_ADMIN: setcap "
                                      "cap_net_admin,cap_net_raw+ep <program>, or run as root");
    }
    throw_socket_error(cause);
}

route_query query_towards(const ip_address& destination, const socket_plan& plan) {
    return {.destination = destination,
            .source = plan.options.source,
            .interface = std::string(plan.options.interface.view()),
            .mark = plan.options.mark};
}

// An address of the link that does not say of which (RFC 4007 s6).
bool lacks_zone(const ip_address& address) noexcept {
    constexpr std::uint8_t link_scope = 2;  // RFC 4291 s2.7
    if (!address.is_v6() || address.zone() != 0) return false;
    const bool is_of_link =
        address.is_multicast() && (address.v6().octets[1] & 0x0fU) == link_scope;
    return is_of_link || address.v6().is_link_local();
}

[[noreturn]] void throw_no_route(os_error cause, const route_query& asked,
                                 const socket_plan& plan) {
    const std::string whom = address_text(asked.destination);
    if (cause.peer == ip_address{}) cause.peer = asked.destination;
    if (cause.code == EAFNOSUPPORT && asked.source &&
        asked.source->family() != asked.destination.family()) {
        throw socket_unavailable_error("the source address " + address_text(*asked.source) +
                                           " is of another family than the target " + whom,
                                       cause);
    }
    if (cause.code == EINVAL && lacks_zone(asked.destination)) {
        throw socket_unavailable_error(
            whom + " is an address of one link: say which, as " + whom + "%eth0", cause);
    }
    // EACCES: a prohibit route. EINVAL: a blackhole (RTN_BLACKHOLE).
    if (cause.code == EACCES || cause.code == EINVAL) {
        throw socket_unavailable_error("the routing table forbids " + whom + ": " +
                                           describe(cause) + "; `ip route get " + whom +
                                           "` shows why",
                                       cause);
    }
    throw_refusal(cause, plan);
}

ip_address source_towards(const route_query& asked, const socket_plan& plan,
                          const system_calls& calls) {
    const auto route = look_up_route(asked, calls);
    if (!route) throw_no_route(route.error(), asked, plan);
    return route->source;
}

probe_socket_options settings_for(const socket_plan& plan, ip_family family) {
    probe_socket_options made = socket_settings(plan.options, family);
    if (plan.ignores_path_mtu && made.fragment == fragment_policy::refuse) {
        made.fragment = fragment_policy::discover;
    }
    // The same DF on the wire, without an identification that the kernel would draw for each
    // packet.
    constexpr std::uint16_t fits_any_link = 1200;  // octets
    if (plan.is_mass && made.fragment == fragment_policy::system &&
        plan.payload_len <= fits_any_link) {
        made.fragment = fragment_policy::discover;
    }
    if (made.receive_buffer_len == 0) made.receive_buffer_len = buffer_for(plan);
    // A batch holds 64 KiB for each datagram: a slow ping needs no 4 MiB of them.
    constexpr double slow_rate = 100;
    constexpr std::size_t small_batch = 4;
    if (plan.rate <= slow_rate) made.batch_max = small_batch;
    made.kernel_filter = !plan.is_brief;
    made.transmit_stamps = !plan.is_hasty;
    made.packet_facts = !plan.is_hasty;
    return made;
}

[[noreturn]] void throw_refusal(const socket_refusal& refusal, const socket_plan& plan) {
    if (refusal.is_permission && !plan.options.mark) {
        throw socket_permission_error(refusal.reason, refusal.error, refusal.remedy);
    }
    throw_refusal(refusal.error, plan);
}

probe_sockets open_icmp(const socket_plan& plan, probe_socket_options settings,
                        const system_calls& calls) {
    for (int draw = 1;; ++draw) {
        identifier_lease lease;
        if (!plan.identifier) lease = identifier_lease::draw(calls);
        settings.local_port = plan.identifier.value_or(lease.value());
        auto chosen = open_icmp_socket(settings, plan.options.mode, calls);
        if (chosen) {
            const bool raw = chosen->kind == socket_kind::icmp_raw;
            return {.sender = std::move(chosen->socket),
                    .channel = {.raw = raw},
                    .facts = {.raw = raw, .reason = std::move(chosen->reason)},
                    .lease = std::move(lease)};
        }
        const bool again = chosen.error().error.code == EADDRINUSE && !plan.identifier;
        if (!again || draw == draws_max) throw_refusal(chosen.error(), plan);
    }
}

io_result<probe_socket> open_listener(const socket_plan& plan, ip_family family,
                                      const system_calls& calls) {
    probe_socket_options settings = settings_for(plan, family);
    settings.kind = socket_kind::icmp_raw;
    settings.kernel_filter = false;  // the filter knows identifiers of echo requests, not ports
    return probe_socket::open(settings, calls);
}

probe_sockets open_udp(const socket_plan& plan, ip_family family, const system_calls& calls) {
    std::optional<probe_socket> listener;
    std::string reason = "UDP socket with its error queue, as asked for";
    if (plan.options.mode != socket_mode::dgram) {
        auto opened = open_listener(plan, family, calls);
        const bool permission =
            !opened && (opened.error().code == EPERM || opened.error().code == EACCES);
        if (opened) {
            listener = std::move(*opened);
            reason = "UDP socket, errors by a raw ICMP socket";
        } else if (plan.options.mode == socket_mode::automatic && permission) {
            reason = "UDP socket with its error queue: a raw ICMP socket was refused (" +
                     errno_name(opened.error().code) + ")";
        } else {
            throw_refusal(opened.error(), plan);
        }
    }
    probe_socket_options settings = settings_for(plan, family);
    settings.kind = socket_kind::udp;
    settings.local_port = plan.source_port;  // 0: the kernel chooses one now, not at the first send
    settings.errors = listener ? error_queue_use::off : error_queue_use::on;
    auto sender = probe_socket::open(settings, calls);
    if (!sender) throw_refusal(sender.error(), plan);
    const bool raw = listener.has_value();
    return {.sender = std::move(*sender),
            .listener = std::move(listener),
            .channel = {.raw = raw},
            .facts = {.raw = raw, .reason = std::move(reason)}};
}

identifier_lease draw_port(const system_calls& calls) {
    for (;;) {
        auto lease = identifier_lease::draw(calls);
        if (lease.value() >= ephemeral_port_min) return lease;
    }
}

// Every SYN has a source port of its own, from the one told to the session on: the kernel's filter
// knows one port only. Hearing nobody but the target spares us the other segments.
probe_sockets open_tcp(const socket_plan& plan, const ip_address& destination,
                       const system_calls& calls) {
    const ip_family family = destination.family();
    identifier_lease lease;
    if (plan.source_port == 0) lease = draw_port(calls);
    probe_socket_options settings = settings_for(plan, family);
    settings.kind = socket_kind::tcp_raw;
    settings.local_port = plan.source_port != 0 ? plan.source_port : lease.value();
    settings.kernel_filter = false;
    settings.connect_to = endpoint{destination, 0};
    settings.errors = error_queue_use::off;  // the raw ICMP socket hears them
    auto sender = probe_socket::open(settings, calls);
    auto listener = sender ? open_listener(plan, family, calls)
                           : io_result<probe_socket>(tl::unexpected(sender.error()));
    if (!listener) {
        const os_error cause = listener.error();
        if (cause.code != EPERM || plan.options.mark) throw_refusal(cause, plan);
        throw socket_permission_error("TCP probes need raw sockets: " + describe(cause),
                                      cause,
                                      remedy_for(socket_kind::tcp_raw, calls));
    }
    return {.sender = std::move(*sender),
            .listener = std::move(*listener),
            .channel = {.raw = true},
            .facts = {.raw = true, .reason = "raw TCP socket, errors by a raw ICMP socket"},
            .lease = std::move(lease)};
}

probe_sockets open_by_method(const socket_plan& plan, const ip_address& destination,
                             const system_calls& calls) {
    const ip_family family = destination.family();
    switch (plan.method) {
        case probe_method::icmp:
            break;
        case probe_method::udp:
            return open_udp(plan, family, calls);
        case probe_method::tcp:
            return open_tcp(plan, destination, calls);
    }
    return open_icmp(plan, settings_for(plan, family), calls);
}

}  // namespace

socket_plan plan_of(const ping_options& options) {
    constexpr double flood_rate = 10'000;  // a guess at what a fast path answers
    const double seconds = std::chrono::duration<double>(options.interval).count();
    const bool is_fast = options.flood || options.adaptive || seconds <= 1 / flood_rate;
    return {.method = probe_method::icmp,
            .options = options.socket,
            .identifier = options.identifier,
            .payload_len = options.payload_len,
            .rate = (is_fast ? flood_rate : 1 / seconds) + options.preload,
            .is_brief = options.count == 1};
}

socket_plan plan_of(const trace_options& options) {
    const double probes = double{1} * options.max_hops * options.probes_per_hop;
    return {.method = options.method,
            .options = options.socket,
            .identifier = options.identifier,
            .source_port = options.source_port,
            .payload_len = options.payload_len,
            .rate = 2 * probes,
            .ignores_path_mtu = true};
}

socket_plan plan_of(const many_ping_options& options, std::size_t targets) {
    const double seconds = std::chrono::duration<double>(options.interval).count();
    const double of_all = static_cast<double>(targets) / std::max(seconds, 1e-6);
    socket_plan made{.options = options.socket,
                     .identifier = options.identifier,
                     .payload_len = options.payload_len,
                     .rate = options.rate > 0 ? std::min(options.rate, of_all) : of_all,
                     .is_mass = true};
    made.options.broadcast = made.options.broadcast || options.ceilings.allow_broadcast;
    return made;
}

socket_plan plan_of(const sweep_options& options) {
    constexpr double fastest = 1'000'000;
    constexpr double hasty = 100'000;
    socket_plan made{.options = options.socket,
                     .identifier = options.identifier,
                     .payload_len = options.payload_len,
                     .rate = options.rate > 0 ? options.rate : fastest,
                     .is_mass = true,
                     .is_hasty = options.rate == 0 || options.rate >= hasty};
    made.options.broadcast = made.options.broadcast || options.ceilings.allow_broadcast;
    return made;
}

probe_sockets open_icmp_of(const socket_plan& plan, ip_family family, const system_calls& calls) {
    probe_sockets made = open_icmp(plan, settings_for(plan, family), calls);
    const auto identifier = made.sender.local_port();
    if (!identifier) throw_refusal(identifier.error(), plan);
    const ip_address any = family == ip_family::v4 ? ip_address(ipv4_address{}) : ipv6_address{};
    made.channel.identifier = *identifier;
    made.channel.source = plan.options.source.value_or(any);
    made.route = query_towards(any, plan);
    return made;
}

probe_sockets open_own_tool_socket(const socket_plan& plan, ip_family family,
                                   const system_calls& calls) {
    probe_socket_options settings = settings_for(plan, family);
    settings.kernel_filter = false;
    return open_icmp(plan, std::move(settings), calls);
}

probe_socket_options socket_settings(const socket_options& options, ip_family family) {
    fragment_policy fragment = fragment_policy::system;
    if (options.dont_fragment) {
        fragment = *options.dont_fragment ? fragment_policy::refuse : fragment_policy::allow;
    }
    return {.family = family,
            .source = options.source,
            .interface = std::string(options.interface.view()),
            .mark = options.mark,
            .traffic_class = options.traffic_class,
            .fragment = fragment,
            .broadcast = options.broadcast,
            .receive_buffer_len = options.receive_buffer};
}

probe_sockets open_sockets(const socket_plan& plan, const ip_address& destination,
                           const system_calls& calls) {
    const route_query route = query_towards(destination, plan);
    const ip_address source = source_towards(route, plan, calls);
    probe_sockets made = open_by_method(plan, destination, calls);
    const auto port = made.sender.local_port();
    if (!port) throw_refusal(port.error(), plan);
    made.channel.source = source;
    made.route = route;
    if (plan.method == probe_method::icmp) {
        made.channel.identifier = *port;
    } else {
        made.channel.source_port = *port;
    }
    return made;
}

}  // namespace sonde::inline v0::detail
