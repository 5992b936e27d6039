// The hot paths of probing.

#include <array>

#include <sonde/packet/datagram.hpp>
#include <sonde/packet/icmp_error.hpp>
#include <sonde/probe/ping.hpp>
#include <sonde/wire/checksum.hpp>
#include <sonde/wire/network/icmp_echo.hpp>
#include <sonde/wire/network/icmp_time_exceeded.hpp>
#include <sonde/wire/network/ipv4.hpp>

#include "answer_match.hpp"
#include "path.hpp"

namespace sonde::testing {
namespace {

constexpr mono_time start{std::chrono::seconds(10)};
constexpr std::size_t data_len = 56;
constexpr std::size_t echo_len = icmp_echo::header_len + data_len;
using echo = std::array<std::uint8_t, echo_len>;

session_setup setup() {
    return {.destination = ip_address(ipv4_address{0xc0000209}),
            .channel = {.raw = true,
                        .source = ip_address(ipv4_address{0xc6336401}),
                        .identifier = 0x1234},
            .key = {.k0 = 1, .k1 = 2},
            .start = start};
}

echo reply_of(bytes_view request) {
    echo made{};
    copy_octets(made, request);
    made[0] = 0;
    put_be16<2>(bytes_mut(made).first<4>(), 0);
    put_be16<2>(bytes_mut(made).first<4>(), internet_checksum(made));
    return made;
}

void sum_1460(long times) {
    std::array<std::uint8_t, 1460> octets{};
    for (long i = 0; i < times; ++i) {
        keep(octets);
        keep(internet_checksum(octets));
    }
}

void craft_echo(long times) {
    const std::array<std::uint8_t, data_len> data{};
    echo out{};
    for (long i = 0; i < times; ++i) {
        keep(data);
        icmp_echo{.identifier = 1, .sequence_number = static_cast<std::uint16_t>(i), .data = data}
            .emit(out);
        keep(out);
    }
}

void dissect_and_match(long times) {
    detail::probe_writer writer(
        {.method = probe_method::icmp, .setup = setup(), .payload_len = data_len});
    const detail::answer_matcher matcher(writer);
    const echo reply = reply_of(writer.write({7}).octets);
    const receive_facts facts{.source = setup().destination, .protocol = 1, .at = start};
    for (long i = 0; i < times; ++i) {
        keep(reply);
        keep(matcher.on_datagram(reply, facts, {0, 1024}).id);
    }
}

void craft_probe(long times) {
    detail::probe_writer writer(
        {.method = probe_method::icmp, .setup = setup(), .payload_len = data_len});
    for (long i = 0; i < times; ++i) keep(writer.write({static_cast<std::uint64_t>(i)}).octets[8]);
}

void read_error(long times) {
    std::array<std::uint8_t, ipv4::header_len + echo_len> quoted{};
    const echo sent{};
    ipv4{.protocol = ip_protocol::icmp, .payload = sent}.emit(quoted);
    std::array<std::uint8_t, icmp_time_exceeded::header_len + quoted.size()> octets{};
    icmp_time_exceeded{.quoted = quoted}.emit(octets);
    for (long i = 0; i < times; ++i) {
        keep(octets);
        keep(read_icmp_error(octets, ip_family::v4)->quoted_protocol);
    }
}

void add_statistics(long times) {
    rtt_statistics statistics;
    for (long i = 0; i < times; ++i) statistics.add(nanoseconds(20'000 + i % 1024));
    keep(statistics.mean());
}

void whole_ping(long times) {
    ping_options options{.count = std::nullopt, .interval = std::chrono::microseconds(1)};
    options.keep_records = false;
    ping_session session(options, setup());
    mono_time now = start;
    for (long i = 0; i < times; ++i) {
        const auto probe = session.next_transmit();
        const echo reply = reply_of(probe->octets);
        session.on_send_done(probe->id, {.at = now});
        session.on_transmit_stamp(probe->id, {now, stamp_source::kernel});
        now += std::chrono::microseconds(1);
        session.on_datagram(reply,
                            {.source = setup().destination,
                             .protocol = 1,
                             .at = now,
                             .kernel = {now, stamp_source::kernel}});
        while (auto event = session.next_event()) keep(event->kind);
    }
}

constexpr std::array paths{hot_path{"sum_1460", sum_1460},
                           hot_path{"craft_echo", craft_echo},
                           hot_path{"craft_probe", craft_probe},
                           hot_path{"dissect_and_match", dissect_and_match},
                           hot_path{"read_error", read_error},
                           hot_path{"add_statistics", add_statistics},
                           hot_path{"whole_ping", whole_ping}};

}  // namespace

std::span<const hot_path> probe_paths() noexcept { return paths; }

}  // namespace sonde::testing
