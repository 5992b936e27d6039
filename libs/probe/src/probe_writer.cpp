#include "probe_writer.hpp"

#include <sonde/wire/checksum.hpp>
#include <sonde/wire/network/icmp_echo.hpp>
#include <sonde/wire/network/icmpv6_echo.hpp>
#include <sonde/wire/network/ip_protocol.hpp>
#include <sonde/wire/transport/tcp.hpp>
#include <sonde/wire/transport/udp.hpp>

namespace sonde::inline v0::detail {
namespace {

constexpr std::uint16_t udp_port_default = 33'434;  // traceroute's since 1988
constexpr std::uint16_t tcp_port_default = 80;
constexpr std::uint16_t tcp_window = 65'535;

std::uint16_t or_one(std::uint16_t port) noexcept { return port == 0 ? std::uint16_t{1} : port; }

}  // namespace

std::uint8_t probe_plan::protocol() const noexcept {
    switch (method) {
        case probe_method::udp:
            return static_cast<std::uint8_t>(ip_protocol::udp);
        case probe_method::tcp:
            return static_cast<std::uint8_t>(ip_protocol::tcp);
        case probe_method::icmp:
            break;
    }
    return static_cast<std::uint8_t>(is_v4() ? ip_protocol::icmp : ip_protocol::icmpv6);
}

probe_numbers::probe_numbers(const probe_plan& plan) noexcept {
    const std::uint16_t usual =
        plan.method == probe_method::tcp ? tcp_port_default : udp_port_default;
    destination_port.start = plan.destination_port == 0 ? usual : plan.destination_port;
    source_port.start = or_one(plan.setup.channel.source_port);
    // Two sessions of one host start far from each other, so that a number alone seldom fits both.
    udp_checksum.start = 1 + static_cast<std::uint32_t>(plan.setup.key.k0 % udp_checksum.modulus);
}

probe_writer::probe_writer(const probe_plan& plan)
    : plan_(plan),
      numbers_(plan),
      protocol_(plan.protocol()),
      cookie_(plan.setup.key, plan.setup.destination, protocol_) {
    switch (plan_.method) {
        case probe_method::icmp:
            build_icmp();
            break;
        case probe_method::udp:
            build_udp();
            break;
        case probe_method::tcp:
            build_tcp();
            break;
    }
}

void probe_writer::build_icmp() {
    octets_.resize(icmp_echo::header_len + plan_.payload_len);
    payload_at_ = icmp_echo::header_len;
    fill_payload(payload(), plan_.pattern.view());
    const std::vector<std::uint8_t> fill(octets_.begin() + icmp_echo::header_len, octets_.end());
    const std::uint16_t identifier = plan_.setup.channel.identifier;
    if (plan_.is_v4()) {
        icmp_echo{.identifier = identifier, .data = fill, .checksum = 0}.emit(octets_);
        template_sum_ = checksum().add(octets_).sum();
    } else {
        icmpv6_echo{.checksum = 0, .identifier = identifier, .data = fill}.emit(octets_);
    }
}

void probe_writer::build_udp() {
    octets_.resize(plan_.payload_len);
    fill_payload(octets_, plan_.pattern.view());
    const auto len = static_cast<std::uint16_t>(udp::header_len + plan_.payload_len);
    const auto& setup = plan_.setup;
    template_sum_ = checksum()
                        .add_pseudo_header(setup.channel.source, setup.destination, protocol_, len)
                        .add_u16(setup.channel.source_port)
                        .add_u16(len)
                        .add(octets_)
                        .sum();
}

void probe_writer::build_tcp() {
    octets_.resize(tcp::header_len);
    const auto& setup = plan_.setup;
    tcp{.destination_port = numbers_.destination_port.of(0),
        .flags = tcp_flags::syn,
        .window = tcp_window}
        .emit(octets_);
    template_sum_ = checksum()
                        .add_pseudo_header(setup.channel.source,
                                           setup.destination,
                                           protocol_,
                                           static_cast<std::uint32_t>(octets_.size()))
                        .add(octets_)
                        .sum();
}

transmit probe_writer::write(probe_id id, bool own_port) noexcept {
    transmit made{.id = id, .destination = plan_.setup.destination, .protocol = protocol_};
    switch (plan_.method) {
        case probe_method::icmp:
            patch_icmp(id);
            break;
        case probe_method::udp:
            own_port = own_port || !plan_.constant_flow;
            made.destination_port = numbers_.destination_port.of(own_port ? id.value : 0);
            patch_udp(id, made.destination_port);
            break;
        case probe_method::tcp:
            made.destination_port = numbers_.destination_port.of(0);
            patch_tcp(id);
            break;
    }
    made.octets = octets_;
    return made;
}

// Sequence number, cookie and compensation together sum to 0xffff, which is zero in one's
// complement: the checksum of the message is that of the template, whatever the probe, and also
// when the kernel puts in an identifier of its own.
std::uint16_t probe_writer::icmp_compensation(probe_id id, std::uint64_t cookie) const noexcept {
    if (!plan_.constant_flow) return 0;
    const std::uint32_t changing = cookie_words(cookie) + numbers_.sequence.of(id.value);
    return static_cast<std::uint16_t>(~folded(changing));
}

void probe_writer::patch_icmp(probe_id id) noexcept {
    const auto head = bytes_mut(octets_).first<icmp_echo::header_len>();
    const std::uint16_t sequence = numbers_.sequence.of(id.value);
    put_be16<6>(head, sequence);
    const std::uint64_t made = cookie(id);
    put_cookie(payload(), made);
    std::uint16_t sum = template_sum_;
    if (plan_.payload_len >= payload_head_len) {
        const std::uint16_t compensation = icmp_compensation(id, made);
        put_be16_at(payload(), compensation_at, compensation);
        sum = folded(std::uint32_t{sum} + cookie_words(made) + sequence + compensation);
    } else if (plan_.is_v4()) {
        put_be16<2>(head, 0);
        sum = checksum().add(octets_).sum();
    }
    // The kernel sums ICMPv6 itself: it needs the addresses.
    if (plan_.is_v4()) put_be16<2>(head, static_cast<std::uint16_t>(~sum));
}

void probe_writer::patch_udp(probe_id id, std::uint16_t port) noexcept {
    const std::uint64_t made = cookie(id);
    put_cookie(octets_, made);
    if (octets_.size() < payload_head_len) return;
    const std::uint32_t rest = std::uint32_t{template_sum_} + port + cookie_words(made);
    const std::uint16_t wanted = numbers_.udp_checksum.of(id.value);
    const std::uint32_t needed = std::uint32_t{static_cast<std::uint16_t>(~wanted)} +
                                 static_cast<std::uint16_t>(~folded(rest));
    put_be16_at(octets_, compensation_at, folded(needed));
}

void probe_writer::patch_tcp(probe_id id) noexcept {
    const auto head = bytes_mut(octets_).first<tcp::header_len>();
    const std::uint16_t port = numbers_.source_port.of(id.value);
    const std::uint32_t sequence = tcp_sequence(id);
    put_be16<0>(head, port);
    put_be32<4>(head, sequence);
    const std::uint32_t sum =
        std::uint32_t{template_sum_} + port + (sequence >> 16) + (sequence & 0xffff);
    put_be16<16>(head, static_cast<std::uint16_t>(~folded(sum)));
}

bool probe_writer::knows_udp_checksum() const noexcept {
    return plan_.method == probe_method::udp && plan_.payload_len >= payload_head_len &&
           !plan_.setup.channel.source.is_unspecified() && plan_.setup.channel.source_port != 0;
}

bool probe_writer::is_payload_of(bytes_view echoed, probe_id id) const noexcept {
    const bytes_view ours = bytes_view(octets_).subspan(payload_at_);
    if (echoed.size() != ours.size()) return false;
    const std::uint64_t made = cookie(id);
    if (!starts_cookie(echoed, made)) return false;
    if (echoed.size() < payload_head_len) {
        return echoed.size() <= cookie_len || echoed[cookie_len] == 0;
    }
    return be16_at(echoed, compensation_at) == icmp_compensation(id, made) &&
           std::equal(
               echoed.begin() + payload_head_len, echoed.end(), ours.begin() + payload_head_len);
}

}  // namespace sonde::inline v0::detail
