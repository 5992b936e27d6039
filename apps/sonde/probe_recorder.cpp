#include "probe_recorder.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <sonde/base/text.hpp>
#include <sonde/net/clock.hpp>
#include <sonde/net/interfaces.hpp>
#include <sonde/wire/checksum.hpp>
#include <sonde/wire/network/ipv4.hpp>
#include <sonde/wire/network/ipv6.hpp>
#include <sonde/wire/transport/udp.hpp>

namespace sonde::cli {
namespace {

using octet_list = std::vector<std::uint8_t>;

constexpr std::uint16_t raw_ip_link_type = 101;
constexpr nanoseconds virtual_start = std::chrono::seconds(1'767'225'600);  // 2026-01-01
// Answers to several targets are read later than the stamps of probes that followed them.
constexpr nanoseconds hold_back = std::chrono::milliseconds(50);
constexpr std::size_t heard_max = 1024;
constexpr std::size_t sources_max = 65'536;
constexpr std::size_t probes_max = 4096;    // kept for errors that quote them
constexpr std::size_t quote_len_max = 548;  // octets: what fits in 576 with the headers before it
constexpr std::uint8_t usual_hop_limit = 64;

struct ip_facts {
    ip_address source{};
    ip_address destination{};
    std::uint8_t protocol = 0;
    std::uint8_t hop_limit = usual_hop_limit;
    std::uint8_t traffic_class = 0;
};

octet_list with_ip_header(const ip_facts& facts, bytes_view message) {
    octet_list made;
    if (facts.destination.is_v4()) {
        const ipv4 header{.dscp = static_cast<std::uint8_t>(facts.traffic_class >> 2),
                          .ecn = static_cast<ecn>(facts.traffic_class & 3),
                          .time_to_live = facts.hop_limit,
                          .protocol = ip_protocol(facts.protocol),
                          .source = facts.source.v4(),
                          .destination = facts.destination.v4(),
                          .payload = message};
        made.resize(header.wire_len());
        header.emit(made);
        return made;
    }
    made.resize(ipv6::header_len + message.size());
    const bytes_mut out = made;
    put_be32_at(out, 0, 0x60000000U | std::uint32_t{facts.traffic_class} << 20);
    put_be16_at(out, 4, static_cast<std::uint16_t>(message.size()));
    out[6] = facts.protocol;
    out[7] = facts.hop_limit;
    copy_octets(out.subspan(8), facts.source.v6().octets);
    copy_octets(out.subspan(24), facts.destination.v6().octets);
    copy_octets(out.subspan(ipv6::header_len), message);
    return made;
}

// The checksum that the kernel fills in: ICMPv6 always, and ours of UDP.
void sum_up(octet_list& message, std::size_t field, const ip_facts& facts) {
    if (message.size() < field + 2) return;
    put_be16_at(message, field, 0);
    const auto value =
        facts.protocol == 17
            ? udp_checksum(facts.source, facts.destination, message)
            : transport_checksum(
                  facts.source, facts.destination, ip_protocol(facts.protocol), message);
    put_be16_at(message, field, value);
}

constexpr std::uint8_t icmpv6_number = 58;
constexpr std::uint8_t udp_number = 17;

octet_list probe_message(const transmit& probe, const ip_facts& facts, std::uint16_t source_port) {
    const std::size_t head_len = probe.protocol == udp_number ? udp::header_len : 0;
    octet_list made(head_len + probe.octets.size());
    if (probe.protocol == udp_number) {
        put_be16_at(made, 0, source_port);
        put_be16_at(made, 2, probe.destination_port);
        put_be16_at(made, 4, static_cast<std::uint16_t>(made.size()));
    }
    copy_octets(bytes_mut(made).subspan(head_len), probe.octets);
    if (probe.protocol == udp_number) sum_up(made, 6, facts);
    if (probe.protocol == icmpv6_number) sum_up(made, 2, facts);
    return made;
}

std::string_view icmp_name(std::uint8_t type, bool v6) noexcept {
    switch (type) {
        case 0:
            return v6 ? "ICMPv6 message" : "echo reply";
        case 1:
            return v6 ? "destination unreachable" : "ICMP message";
        case 2:
            return v6 ? "packet too big" : "ICMP message";
        case 3:
            return v6 ? "time exceeded" : "destination unreachable";
        case 4:
            return v6 ? "parameter problem" : "source quench";
        case 5:
            return v6 ? "ICMPv6 message" : "redirect";
        case 11:
            return v6 ? "ICMPv6 message" : "time exceeded";
        case 12:
            return v6 ? "ICMPv6 message" : "parameter problem";
        case 129:
            return v6 ? "echo reply" : "ICMP message";
        default:
            return v6 ? "ICMPv6 message" : "ICMP message";
    }
}

std::string_view answer_name(const answer& what, bool v6) noexcept {
    switch (what.kind) {
        case answer_kind::tcp_syn_ack:
            return "TCP SYN-ACK";
        case answer_kind::tcp_reset:
            return "TCP reset";
        case answer_kind::tcp_other:
            return "TCP segment";
        default:
            return icmp_name(what.type, v6);
    }
}

std::string_view class_name(reply_class what) noexcept {
    switch (what) {
        case reply_class::late:
            return "late answer";
        case reply_class::duplicate:
            return "duplicate answer";
        case reply_class::corrupted:
            return "corrupted answer";
        case reply_class::forged:
            return "forged answer";
        default:
            return "answer";
    }
}

bool has_rtt(reply_class what) noexcept {
    return what == reply_class::answered || what == reply_class::late ||
           what == reply_class::duplicate;
}

// An ICMP error as it must have been, of what the kernel told and the probe that we know.
octet_list error_message(const icmp_error& error, bytes_view quote, const ip_facts& facts) {
    quote = quote.first(std::min(quote.size(), quote_len_max));
    octet_list made(8 + quote.size());
    copy_octets(bytes_mut(made).subspan(8), quote);
    made[0] = error.type;
    made[1] = error.code;
    const bool v6 = facts.destination.is_v6();
    if (v6 && error.type == 2) put_be32_at(made, 4, error.mtu);
    if (!v6 && error.type == 3) put_be16_at(made, 6, static_cast<std::uint16_t>(error.mtu));
    if (v6 && error.type == 4) put_be32_at(made, 4, error.pointer);
    if (!v6 && error.type == 12) made[4] = static_cast<std::uint8_t>(error.pointer);
    if (v6) {
        sum_up(made, 2, facts);
    } else {
        put_be16_at(made, 2, internet_checksum(made));
    }
    return made;
}

}  // namespace

probe_capture::probe_capture(std::string_view command, const common_settings& settings, channels to)
    : command_(command), settings_(settings), to_(to) {}

probe_capture::~probe_capture() = default;

bool probe_capture::open() {
    to_wall_ = wall_now().time_since_epoch() - mono_now().time_since_epoch();
    return create();
}

bool probe_capture::open_simulated() {
    to_wall_ = virtual_start;
    return create();
}

bool probe_capture::create() {
    if (settings_.write_to.empty()) return true;
    auto made = capture_writer::create(settings_.write_to, {.link_type = raw_ip_link_type});
    if (!made) {
        fail(made.error());
        return false;
    }
    out_ = std::move(*made);
    if (out_->format() == capture_format::pcap) return true;
    const auto added = out_->add_interface(
        {.link_type = raw_ip_link_type,
         .name = "sonde " + command_,
         .description = "probes of sonde and their answers; IP headers are rebuilt"});
    if (!added) fail(added.error());
    return added.has_value();
}

void probe_capture::fail(const capture_error& why) {
    if (!failed_) {
        to_.err.write("sonde " + command_ + ": " + printable(settings_.write_to) + ": " +
                      describe(why) + '\n');
    }
    failed_ = true;
}

session_tap* probe_capture::tap(const ip_address& destination, const probe_channel& channel) {
    many_setup one;
    (destination.is_v6() ? one.v6 : one.v4) = channel;
    return tap(one);
}

session_tap* probe_capture::tap(const many_setup& setup) {
    if (!out_) return nullptr;
    recorders_.push_back(std::make_unique<probe_recorder>(*this, setup, command_ == "trace"));
    return recorders_.back().get();
}

void probe_capture::write(bytes_view octets, mono_time at, const std::string& comment,
                          bool outbound) {
    if (failed_) return;
    const packet_flags flags{static_cast<std::uint32_t>(
        outbound ? packet_flags::direction_kind::outbound : packet_flags::direction_kind::inbound)};
    auto done = out_->write(octets,
                            wall_time(at.time_since_epoch() + to_wall_),
                            {.comments = {comment}, .flags = flags});
    if (!done) fail(done.error());
}

bool probe_capture::close() {
    for (const auto& each : recorders_) each->finish();
    if (out_ && !failed_) {
        if (auto done = out_->close(); !done) fail(done.error());
    }
    return !failed_;
}

const ip_address& probe_recorder::source_towards(const ip_address& host) {
    const auto& channel = channels_.of(host.family());
    if (channel && !channel->source.is_unspecified()) return channel->source;
    const auto known = sources_.find(host);
    if (known != sources_.end()) return known->second;
    if (sources_.size() >= sources_max) sources_.erase(sources_.begin());
    const auto route = look_up_route({.destination = host});
    const ip_address nobody =
        host.is_v6() ? ip_address(ipv6_address{}) : ip_address(ipv4_address{});
    return sources_.emplace(host, route ? route->source : nobody).first->second;
}

void probe_recorder::on_transmit(const transmit& sent) {
    const bool known = sent.hop_limit != 0;
    const auto& channel = channels_.of(sent.destination.family());
    const std::uint16_t source_port = channel ? channel->source_port : std::uint16_t{0};
    const ip_facts facts{.source = source_towards(sent.destination),
                         .destination = sent.destination,
                         .protocol = sent.protocol,
                         .hop_limit = known ? sent.hop_limit : usual_hop_limit};
    unwritten_.erase(sent.id.value);
    probe& made = probes_[sent.id.value];
    made = {.datagram = with_ip_header(facts, probe_message(sent, facts, source_port)),
            .hop_limit = sent.hop_limit};
    if (probes_.size() > probes_max && probes_.begin()->second.written) {
        probes_.erase(probes_.begin());
    }
}

void probe_recorder::on_send_done(probe_id id, const send_outcome& outcome) {
    const auto found = probes_.find(id.value);
    if (found == probes_.end()) return;
    if (outcome.code != 0) {  // it never left
        unwritten_.erase(id.value);
        probes_.erase(found);
        return;
    }
    found->second.sent = true;
    newest_ = std::max(newest_, outcome.at);
    unwritten_.insert(id.value);
    if (!found->second.stamped) found->second.at = outcome.at;
}

void probe_recorder::on_transmit_stamp(probe_id id, const stamp& at) {
    const auto found = probes_.find(id.value);
    if (found == probes_.end() || at.source == stamp_source::none) return;
    found->second.at = at.at;
    found->second.stamped = true;
    if (found->second.sequence != 0) settle(id.value);
    release();
}

void probe_recorder::on_datagram(bytes_view octets, const receive_facts& facts) {
    note({.message = {octets.begin(), octets.end()}, .error = {}, .facts = facts});
}

void probe_recorder::on_icmp_error(const icmp_error& error, const receive_facts& facts) {
    if (error.local) return;  // nobody on the path
    heard one{.message = {}, .error = error, .facts = facts};
    one.error.quoted_transport = one.error.quoted_payload = one.error.extension = {};
    note(std::move(one));
}

void probe_recorder::note(heard&& one) {
    newest_ = std::max(newest_, one.facts.at);
    heard_.push_back(std::move(one));
    if (heard_.size() > heard_max) heard_.pop_front();
}

std::string probe_recorder::comment_of(const probe& one) const {
    std::string text = fmt::format("probe {}", one.sequence);
    if (tells_hops_) text += fmt::format(" to hop {}", one.hop_limit);
    text +=
        one.hop_limit == 0 ? "; IP header rebuilt, its hop limit a guess" : "; IP header rebuilt";
    if (!one.stamped) text += "; time of user space";
    return text;
}

void probe_recorder::settle(std::uint64_t id) {
    const auto found = probes_.find(id);
    if (found == probes_.end() || found->second.written || !found->second.sent) return;
    probe& one = found->second;
    one.written = true;
    unwritten_.erase(id);
    waiting_.emplace(
        one.at, waiting{.datagram = one.datagram, .comment = comment_of(one), .outbound = true});
}

std::vector<std::uint8_t> probe_recorder::message_of(const heard& one, const probe_record& about,
                                                     const ip_address& source) const {
    if (!one.message.empty()) return one.message;
    const auto asked = probes_.find(about.id.value);
    const bytes_view quote = asked == probes_.end() ? bytes_view{} : asked->second.datagram;
    return error_message(
        one.error,
        quote,
        {.source = one.error.from, .destination = source, .protocol = one.facts.protocol});
}

void probe_recorder::record_answer(const probe_event& event, const heard& one) {
    const bool v6 = one.facts.source.is_v6();
    const ip_address source = source_towards(one.facts.source);
    const answer& reply = event.record.reply;
    std::string comment = fmt::format("{}: {}", class_name(event.what), answer_name(reply, v6));
    if (has_rtt(event.what)) {
        comment += fmt::format(" to probe {}, rtt {:.3f} ms",
                               event.record.sequence,
                               std::chrono::duration<double, std::milli>(reply.rtt).count());
    }
    comment +=
        one.message.empty() ? "; rebuilt from the kernel's error queue" : "; IP header rebuilt";
    const bool stamped = one.facts.kernel.source != stamp_source::none;
    if (!stamped) comment += "; time of user space";
    const ip_facts facts{.source = one.facts.source,
                         .destination = source,
                         .protocol = one.facts.protocol,
                         .hop_limit = one.facts.hop_limit.value_or(usual_hop_limit),
                         .traffic_class = one.facts.traffic_class.value_or(0)};
    waiting_.emplace(
        stamped ? one.facts.kernel.at : one.facts.at,
        waiting{.datagram = with_ip_header(facts, message_of(one, event.record, source)),
                .comment = std::move(comment)});
}

void probe_recorder::on_event(const probe_event& event) {
    const std::uint64_t id = event.record.id.value;
    if (event.kind == event_kind::sent) {
        const auto found = probes_.find(id);
        if (found == probes_.end()) return;
        found->second.sequence = event.record.sequence;
        if (found->second.stamped) settle(id);
    } else if (event.kind == event_kind::timed_out) {
        settle(id);
    } else if (event.kind == event_kind::reply) {
        // Events come in the order in which datagrams were heard.
        const auto found = std::find_if(heard_.begin(), heard_.end(), [&](const heard& one) {
            return one.facts.at == event.at && one.facts.source.same_host(event.record.reply.from);
        });
        if (found == heard_.end()) return;
        const heard one = std::move(*found);
        heard_.erase(heard_.begin(), found + 1);
        if (event.what == reply_class::foreign) return;  // none of our business
        settle(id);
        record_answer(event, one);
    }
    release();
}

// Everything that no unwritten probe can be earlier than, nor an answer that is still to be read.
void probe_recorder::release() {
    mono_time until = newest_ - hold_back;
    for (const std::uint64_t id : unwritten_) until = std::min(until, probes_.at(id).at);
    while (!waiting_.empty() && waiting_.begin()->first <= until) {
        const waiting& next = waiting_.begin()->second;
        to_.write(next.datagram, waiting_.begin()->first, next.comment, next.outbound);
        waiting_.erase(waiting_.begin());
    }
}

void probe_recorder::finish() {
    for (const auto& [id, one] : probes_) settle(id);
    newest_ = mono_time::max();
    release();
}

}  // namespace sonde::cli
