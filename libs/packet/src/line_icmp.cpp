// ICMP and IGMP in a line.

#include <array>

#include <sonde/packet/icmp_error.hpp>
#include <sonde/wire/network/icmp.hpp>
#include <sonde/wire/network/icmp_redirect.hpp>
#include <sonde/wire/network/icmp_router_advertisement.hpp>
#include <sonde/wire/network/icmp_timestamp.hpp>
#include <sonde/wire/network/igmp.hpp>

#include "line_state.hpp"

namespace sonde::inline v0::detail {
namespace {

// What stands before and behind the destination of the datagram that was not delivered; by code.
struct unreachable_words {
    std::string_view before;
    std::string_view behind;
};
constexpr std::array unreachable_texts{
    unreachable_words{"net ", " unreachable"},
    unreachable_words{"host ", " unreachable"},
    unreachable_words{"", " protocol "},
    unreachable_words{"", " port "},
    unreachable_words{"", " unreachable - need to frag"},
    unreachable_words{"", " unreachable - source route failed"},
    unreachable_words{"net ", " unreachable - unknown"},
    unreachable_words{"host ", " unreachable - unknown"},
    unreachable_words{"", " unreachable - source host isolated"},
    unreachable_words{"net ", " unreachable - admin prohibited"},
    unreachable_words{"host ", " unreachable - admin prohibited"},
    unreachable_words{"net ", " unreachable - tos prohibited"},
    unreachable_words{"host ", " unreachable - tos prohibited"},
    unreachable_words{"host ", " unreachable - admin prohibited filter"},
    unreachable_words{"host ", " unreachable - host precedence violation"},
    unreachable_words{"host ", " unreachable - precedence cutoff"}};

void transport_port(text_writer& out, const icmp_error& error) {
    const ip_protocol protocol{error.quoted_protocol};
    if (protocol == ip_protocol::udp || protocol == ip_protocol::tcp) {
        out.put(protocol == ip_protocol::udp ? " udp port " : " tcp port ");
    } else {
        out.put(" protocol ").number(error.quoted_protocol).put(" port ");
    }
    const bytes_view transport = error.quoted_transport;
    out.number(transport.size() >= 4 ? be16_at(transport, 2) : error.quoted_destination_port);
}

void unreachable_text(text_writer& out, const icmp_error& error) {
    const auto code = icmp_unreachable_code{error.code};
    if (error.code >= unreachable_texts.size()) {
        out.put("unreachable-#").number(error.code);
        return;
    }
    const unreachable_words& words = unreachable_texts[error.code];
    out.put(words.before).ipv4(error.quoted_destination.v4().value);
    if (code == icmp_unreachable_code::port) {
        transport_port(out, error);
        out.put(" unreachable");
        return;
    }
    out.put(words.behind);
    if (code == icmp_unreachable_code::protocol)
        out.number(error.quoted_protocol).put(" unreachable");
    if (code == icmp_unreachable_code::fragmentation_needed && error.mtu != 0)
        out.put(" (mtu ").number(error.mtu).put(')');
}

void redirect_text(text_writer& out, const icmp_error& error) {
    constexpr std::array<unreachable_words, 4> words{
        unreachable_words{"redirect ", " to net "},
        unreachable_words{"redirect ", " to host "},
        unreachable_words{"redirect-tos ", " to net "},
        unreachable_words{"redirect-tos ", " to host "}};
    if (error.code < words.size()) {
        out.put(words[error.code].before).ipv4(error.quoted_destination.v4().value);
        out.put(words[error.code].behind);
    } else {
        out.put("redirect-#").number(error.code).put(' ');
        out.ipv4(error.quoted_destination.v4().value).put(" to ");
    }
    out.ipv4(error.gateway.v4().value);
}

void error_text(text_writer& out, const icmp_error& error) {
    const icmp_type type{error.type};
    const bool tells_whose =
        type == icmp_type::destination_unreachable || type == icmp_type::redirect;
    if (tells_whose && !error.quoted) {
        out.put(type == icmp_type::redirect ? "redirect" : "unreachable").put(" [|icmp]");
        return;
    }
    switch (icmp_type{error.type}) {
        case icmp_type::destination_unreachable:
            return unreachable_text(out, error);
        case icmp_type::redirect:
            return redirect_text(out, error);
        case icmp_type::time_exceeded:
            if (error.code > 1) {
                out.put("time exceeded-#").number(error.code);
                return;
            }
            out.put(error.code == 0 ? "time exceeded in-transit" : "ip reassembly time exceeded");
            return;
        case icmp_type::parameter_problem:
            out.put("parameter problem - ").put(error.code != 0 ? "code " : "octet ");
            out.number(error.code != 0 ? error.code : error.pointer);
            return;
        case icmp_type::source_quench:
            out.put("source quench");
            return;
        default:
            out.put("type-#").number(error.type);
    }
}

// Milliseconds since midnight.
void clock_text(text_writer& out, std::uint32_t value) {
    out.padded(value / 3600000, 2).put(':').padded(value / 60000 % 60, 2).put(':');
    out.padded(value / 1000 % 60, 2).put('.').padded(value % 1000, 3);
}

void timestamp_text(text_writer& out, icmp_timestamp::view seen) {
    const bytes_view octets = seen.octets();
    const bool reply = seen.type() == icmp_type::timestamp_reply;
    out.put(reply ? "time stamp reply id " : "time stamp query id ").number(be16_at(octets, 4));
    out.put(" seq ").number(be16_at(octets, 6));
    if (!reply) return;
    clock_text(out.put(": org "), be32_at(octets, 8));
    clock_text(out.put(", recv "), be32_at(octets, 12));
    clock_text(out.put(", xmit "), be32_at(octets, 16));
}

void router_advertisement_text(text_writer& out, icmp_router_advertisement::view seen) {
    const std::uint32_t lifetime = seen.lifetime().count();
    out.put("router advertisement lifetime ");
    if (lifetime >= 3600) out.number(lifetime / 3600).put(':').padded(lifetime / 60 % 60, 2);
    if (lifetime >= 60 && lifetime < 3600) out.number(lifetime / 60);
    if (lifetime >= 60) out.put(':').padded(lifetime % 60, 2);
    if (lifetime < 60) out.number(lifetime);
    out.put(' ').number(seen.num_addrs()).put(':');
    for (std::size_t i = 0; i < seen.entry_count(); ++i) {
        const icmp_router_entry entry = seen.entry(i);
        out.put(" {").ipv4(entry.router_address.value).put(' ');
        out.signed_number(entry.preference_level).put('}');
    }
}

std::string_view plain_name(icmp_type type) noexcept {
    switch (type) {
        case icmp_type::echo:
            return "echo request";
        case icmp_type::echo_reply:
            return "echo reply";
        case icmp_type::router_solicitation:
            return "router solicitation";
        case icmp_type::information_request:
            return "information request";
        case icmp_type::information_reply:
            return "information reply";
        case icmp_type::address_mask_request:
            return "address mask request";
        case icmp_type::extended_echo_request:
            return "extended echo request";
        case icmp_type::extended_echo_reply:
            return "extended echo reply";
        default:
            return {};
    }
}

void message_text(text_writer& out, const layer_view& message) {
    const bytes_view octets = message.octets();
    const icmp_type type{octets[0]};
    const std::string_view name = plain_name(type);
    if (const auto stamps = message.as<icmp_timestamp>()) return timestamp_text(out, *stamps);
    if (const auto router = message.as<icmp_router_advertisement>())
        return router_advertisement_text(out, *router);
    if (type == icmp_type::address_mask_reply && octets.size() >= 12) {
        out.put("address mask is 0x").hex(be32_at(octets, 8), 8);
    } else if (name.empty()) {
        out.put("type-#").number(octets[0]);
    } else {
        out.put(name);
    }
    if ((type == icmp_type::echo || type == icmp_type::echo_reply) && octets.size() >= 8)
        out.put(", id ").number(be16_at(octets, 4)).put(", seq ").number(be16_at(octets, 6));
    if (message.id() == layer::icmp_extended_echo_request ||
        message.id() == layer::icmp_extended_echo_reply)
        out.put(", id ").number(be16_at(octets, 4)).put(", seq ").number(octets[6]);
}

void query_text(text_writer& out, bytes_view message, ipv4_address group) {
    const auto version = igmp_query_version(message);
    out.put("igmp query v").number(version ? std::uint64_t(*version) : 2);
    const std::uint32_t tenths =
        version == igmp_version::v3 ? igmpv3_value_of_code(message[1]) : std::uint32_t{message[1]};
    if (version != igmp_version::v1 && tenths != 100) {
        out.put(" [max resp time ").number(tenths / 10).put('.').number(tenths % 10).put("s]");
    }
    const std::size_t sources =
        version == igmp_version::v3 && message.size() >= 12 ? be16_at(message, 10) : 0;
    if (group.is_unspecified() && sources == 0) return;
    out.put(" [gaddr ").ipv4(group.value);
    if (sources != 0) out.put(", ").number(sources).put(" source(s)");
    out.put(']');
}

}  // namespace

void line_icmp(line_state& s) {
    const std::size_t length = s.length();
    s.out.put("ICMP ");
    const auto error = read_icmp_error(s.at->octets(), ip_family::v4);
    const bool quoting = s.at->extent().quotes && error.has_value();
    quoting ? error_text(s.out, *error) : message_text(s.out, *s.at);
    s.out.put(", length ").number(length);
    quoting ? line_quote(s) : s.finish();
}

void line_igmp(line_state& s) {
    const bytes_view message = s.at->octets();
    s.finish();
    if (!s.how.full) {
        s.out.put("igmp");
        return;
    }
    const auto seen = igmp::view::parse(message);
    const igmp_type type{message[0]};
    if (type == igmp_type::v3_membership_report) {
        s.out.put("igmp v3 report, ").number(be16_at(message, 6)).put(" group record(s)");
    } else if (type == igmp_type::membership_query && seen) {
        query_text(s.out, message, seen->group_address());
    } else if (type == igmp_type::v1_membership_report && seen) {
        s.out.put("igmp v1 report ").ipv4(seen->group_address().value);
    } else if (type == igmp_type::v2_membership_report && seen) {
        s.out.put("igmp v2 report ").ipv4(seen->group_address().value);
    } else if (type == igmp_type::leave_group && seen) {
        s.out.put("igmp leave ").ipv4(seen->group_address().value);
    } else {
        s.out.put("igmp-").number(message[0]);
    }
}

}  // namespace sonde::inline v0::detail
