#pragma once
/// One line in the making: where the walk over the layers stands, and what the layers outside
/// declare. Each `line_...` function writes one layer, or several that belong together, and moves
/// on.

#include <sonde/packet/layers.hpp>
#include <sonde/packet/print_line.hpp>
#include <sonde/wire/transport/tcp.hpp>

#include "print_text.hpp"

namespace sonde::inline v0::detail {

struct line_state {
    text_writer& out;
    const line_options& how;
    layer_range::iterator at;
    std::size_t end = 0;        // of what the layer outside declares; octets from the frame's start
    bool ports_told = false;    // the addresses were written with ports
    bool problem_told = false;  // so is why the walk ended
    bool multicast_dns = false;   // the ports are those of mDNS
    bool in_quote = false;        // inside a datagram that an ICMP error quotes
    std::size_t fragment_at = 0;  // of a first fragment: where its length stands
    std::size_t fragment_len = 0;

    [[nodiscard]] bool done() const noexcept { return at == std::default_sentinel; }
    void step() noexcept { ++at; }
    void finish() noexcept {
        while (!done()) step();
    }
    /// Nothing follows of which more is known than that it is there.
    [[nodiscard]] bool opaque() const noexcept { return done() || at->id() == layer::payload; }
    /// Octets from the current layer to the end of what is declared, captured or not.
    [[nodiscard]] std::size_t length() const noexcept { return length_from(at->offset()); }
    [[nodiscard]] std::size_t length_from(std::size_t offset) const noexcept {
        return end > offset ? end - offset : 0;
    }
};

/// Writes the current layer and moves behind it. Precondition: !done().
void line_layer(line_state& s);
void line_link(line_state& s);
void line_ip(line_state& s);
void line_ipv6_extension(line_state& s);
void line_transport(line_state& s);
void line_icmp(line_state& s);
void line_icmpv6(line_state& s);
void line_igmp(line_state& s);
void line_tunnel(line_state& s);
void line_sctp(line_state& s);
void line_dns(line_state& s);
/// The messages that a segment holds whole, the first of which begins with it; ends the line.
void line_dns_over_tcp(line_state& s);
/// Also of a header that is cut.
void line_dhcp(line_state& s);
/// The text of a segment of `length` octets, header included; false when it says that something is
/// wrong with it.
bool tcp_text(text_writer& out, tcp::view seen, std::size_t length, bool full);
/// `declared`: UDP's length field. `length`: what the layers outside leave to it.
void udp_text(text_writer& out, std::size_t declared, std::size_t length);
/// Whether a line goes on inside: what UDP then says of itself is left out.
[[nodiscard]] bool is_tunnel(layer id) noexcept;
/// Whether the full form says so much of it that UDP is left out, as tcpdump does.
[[nodiscard]] bool has_words_of_its_own(layer id) noexcept;
/// The whole line of an Ethernet frame that carries nothing but a plain TCP or UDP datagram, by
/// straight-line code: most frames are such. False, and nothing written, for any other.
bool line_plain(text_writer& out, bytes_view frame, std::size_t len, bool full);
/// What stands behind an IP header when no protocol is known for it.
void line_unknown_upper(line_state& s, std::uint8_t protocol);
/// ", quoting IP a > b: ..." where asked for; ends the line. Standing on the ICMP error.
void line_quote(line_state& s);

/// What tcpdump calls a layer that is cut: "tcp", "icmp6", "ether".
[[nodiscard]] std::string_view short_name(layer id) noexcept;
[[nodiscard]] bool is_icmp(layer id) noexcept;
[[nodiscard]] bool is_icmpv6(layer id) noexcept;

}  // namespace sonde::inline v0::detail
