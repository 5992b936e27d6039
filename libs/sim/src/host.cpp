#include "host.hpp"

#include <sonde/wire/network/icmp_echo.hpp>
#include <sonde/wire/network/icmpv6_echo.hpp>
#include <sonde/wire/network/ip_protocol.hpp>
#include <sonde/wire/transport/udp.hpp>

namespace sonde::inline v0::sim {
namespace {

bool is_icmp(std::uint8_t protocol) noexcept {
    return ip_protocol{protocol} == ip_protocol::icmp ||
           ip_protocol{protocol} == ip_protocol::icmpv6;
}

bool is_echo_reply(const datagram& seen) noexcept {
    const auto message = icmp_echo::view::parse(seen.transport);
    if (!message) return false;
    if (seen.source.is_v4()) return message->type() == icmp_type::echo_reply;
    return seen.transport[0] == static_cast<std::uint8_t>(icmpv6_type::echo_reply);
}

/// Whether an error is about something that this socket sent: Linux looks the socket up by the
/// quoted identifier or source port.
bool is_about(const probe_channel& channel, std::uint8_t protocol,
              const icmp_error& error) noexcept {
    if (error.quoted_protocol != protocol || !error.quoted) return false;
    if (!error.quoted->source.same_host(channel.source)) return false;
    const bytes_view quoted = error.quoted_transport;
    if (quoted.size() < icmp_echo::header_len) return false;
    return is_icmp(protocol) ? be16_at(quoted, 4) == channel.identifier
                             : be16_at(quoted, 0) == channel.source_port;
}

}  // namespace

void make_probe_datagram(octet_buffer& out, const transmit& probe, const probe_channel& channel,
                         ip_header header) {
    header.protocol = probe.protocol;
    if (ip_protocol{probe.protocol} == ip_protocol::udp) {
        const udp message{.source_port = channel.source_port,
                          .destination_port = probe.destination_port,
                          .data = probe.octets};
        const bytes_mut room = begin_datagram(out, header, message.wire_len());
        message.emit(room);
        set_transport_checksum(header, room);
        return;
    }
    const bytes_mut room = begin_datagram(out, header, probe.octets.size());
    copy_octets(room, probe.octets);
    if (!is_icmp(probe.protocol)) return;
    if (!channel.raw) {
        if (const auto echo = icmp_echo::mutable_view::parse(room)) {
            echo->set_identifier(channel.identifier);  // ICMPv6's lies at the same place
        }
    }
    if (!channel.raw || header.source.is_v6()) set_transport_checksum(header, room);
}

std::optional<arrival> read_arrival(bytes_view octets) noexcept {
    const auto seen = read_datagram(octets);
    if (!seen || seen->stopped) return std::nullopt;
    arrival made{.seen = *seen, .checksum_holds = transport_checksum_holds(*seen)};
    if (is_icmp(seen->protocol)) {
        if (auto error = read_icmp_error(seen->transport, seen->source.family())) {
            error->from = seen->source;
            made.error = *error;
        }
    }
    return made;
}

shown_as shown_to(const probe_channel& channel, std::uint8_t protocol,
                  const arrival& arrived) noexcept {
    const datagram& seen = arrived.seen;
    if (seen.destination.family() != channel.source.family()) return shown_as::nothing;
    if (ip_protocol{seen.protocol} == ip_protocol::tcp) {
        return protocol == seen.protocol ? shown_as::message : shown_as::nothing;
    }
    if (!is_icmp(seen.protocol)) return shown_as::nothing;
    if (channel.raw) {
        // A raw socket sees ICMP before its checksum is looked at, ICMPv6 only after (RFC 3542
        // s3.1).
        return seen.source.is_v4() || arrived.checksum_holds ? shown_as::message
                                                             : shown_as::nothing;
    }
    if (!arrived.checksum_holds) return shown_as::nothing;
    if (arrived.error) {
        return is_about(channel, protocol, *arrived.error) ? shown_as::queued_error
                                                           : shown_as::nothing;
    }
    const bool ours = is_icmp(protocol) && is_echo_reply(seen) &&
                      be16_at(seen.transport, 4) == channel.identifier;
    return ours ? shown_as::message : shown_as::nothing;
}

icmp_error as_queued(const icmp_error& error) noexcept {
    icmp_error told = error;
    told.quoted.reset();
    if (ip_protocol{error.quoted_protocol} == ip_protocol::udp) told.quoted_transport = {};
    // Linux tells where a structure begins only when the router filled the length in
    // (IP_RECVERR_RFC4884).
    if (!error.extension_compliant) told.extension = {};
    told.extension_compliant = true;
    return told;
}

}  // namespace sonde::inline v0::sim
