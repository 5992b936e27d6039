// TCP and UDP in a line.

#include <sonde/wire/transport/tcp.hpp>
#include <sonde/wire/transport/tcp_options.hpp>
#include <sonde/wire/transport/udp.hpp>

#include "line_state.hpp"

namespace sonde::inline v0::detail {
namespace {

struct flag_letter {
    tcp_flags flag;
    char letter;
};
constexpr std::array flag_letters{flag_letter{tcp_flags::fin, 'F'},
                                  flag_letter{tcp_flags::syn, 'S'},
                                  flag_letter{tcp_flags::rst, 'R'},
                                  flag_letter{tcp_flags::psh, 'P'},
                                  flag_letter{tcp_flags::ack, '.'},
                                  flag_letter{tcp_flags::urg, 'U'},
                                  flag_letter{tcp_flags::ece, 'E'},
                                  flag_letter{tcp_flags::cwr, 'W'}};

void tcp_flags_text(text_writer& out, tcp_flags flags) {
    if (flags == tcp_flags::none) out.put("none");
    for (const flag_letter& one : flag_letters) {
        if (has(flags, one.flag)) out.put(one.letter);
    }
}

void sack_text(text_writer& out, const tcp_sack& sack) {
    out.put("sack ").number(sack.count()).put(' ');
    for (std::size_t i = 0; i < sack.count(); ++i) {
        const tcp_sack_block block = sack.block(i);
        out.put('{').number(block.left).put(':').number(block.right).put('}');
    }
}

void option_text(text_writer& out, const header_option& option) {
    if (tcp_kind(option) == tcp_option_kind::end_of_list) {
        out.put("eol");
    } else if (tcp_kind(option) == tcp_option_kind::no_operation) {
        out.put("nop");
    } else if (const auto size = tcp_maximum_segment_size(option)) {
        out.put("mss ").number(*size);
    } else if (const auto shift = tcp_window_scale(option)) {
        out.put("wscale ").number(*shift);
    } else if (tcp_sack_permitted(option)) {
        out.put("sackOK");
    } else if (const auto stamps = tcp_timestamps::read(option)) {
        out.put("TS val ").number(stamps->value).put(" ecr ").number(stamps->echo_reply);
    } else if (const auto sack = tcp_sack::read(option)) {
        sack_text(out, *sack);
    } else if (const auto cookie = tcp_fast_open_cookie(option)) {
        out.put("tfo ").put(cookie->empty() ? " cookiereq" : " cookie ").octets(*cookie);
    } else {
        const std::string_view name = to_string(tcp_kind(option));
        name.empty() ? out.put("unknown-").number(option.type) : out.put(name);
        if (!option.data().empty()) out.put(" 0x").octets(option.data());
    }
}

void options_text(text_writer& out, tcp::view seen) {
    out.put(", options [");
    bool first = true;
    auto at = seen.option_list().begin();
    for (; at != std::default_sentinel; ++at) {
        if (!first) out.put(',');
        first = false;
        option_text(out, *at);
    }
    if (at.problem()) out.put("[|").problem(*at.problem()).put(']');
    out.put(']');
}

void bad_header(text_writer& out, std::size_t header_len, std::size_t have) {
    out.put(" [bad hdr length ").number(header_len);
    if (header_len < tcp::header_len) {
        out.put(" - too short, < ").number(tcp::header_len);
    } else {
        out.put(" - too long, > ").number(have);
    }
    out.put(']');
}

void segment_text(text_writer& out, tcp::view seen, std::size_t data_len) {
    const tcp_flags flags = seen.flags();
    constexpr tcp_flags marks = tcp_flags::syn | tcp_flags::fin | tcp_flags::rst;
    if (data_len > 0 || (flags & marks) != tcp_flags::none) {
        out.put(", seq ").number(seen.sequence_number());
        if (data_len > 0) {
            const auto len = static_cast<std::uint32_t>(data_len);
            out.put(':').number(seen.sequence_number() + len);
        }
    }
    if (has(flags, tcp_flags::ack)) out.put(", ack ").number(seen.acknowledgment_number());
    out.put(", win ").number(seen.window());
    if (has(flags, tcp_flags::urg)) out.put(", urg ").number(seen.urgent_pointer());
    if (seen.header_length() > tcp::header_len) options_text(out, seen);
    out.put(", length ").number(data_len);
}

}  // namespace

bool tcp_text(text_writer& out, tcp::view seen, std::size_t length, bool full) {
    const std::size_t header_len = seen.header_length();
    const bool sound = header_len >= tcp::header_len && header_len <= length;
    const std::size_t data_len = sound ? length - header_len : 0;
    if (full) {
        out.put("Flags [");
        tcp_flags_text(out, seen.flags());
        out.put(']');
        if (sound) segment_text(out, seen, data_len);
    } else {
        out.put("tcp ").number(data_len);
    }
    if (sound && header_len <= seen.octets().size()) [[likely]]
        return true;
    sound ? static_cast<void>(out.put(" [|tcp]")) : bad_header(out, header_len, length);
    return false;
}

void udp_text(text_writer& out, std::size_t declared, std::size_t length) {
    if (declared < udp::header_len && declared != 0) {
        out.put("UDP, bad length ").number(declared);
        return;
    }
    const std::size_t len = declared == 0 ? length : declared;
    out.put("UDP, length ").number(len > udp::header_len ? len - udp::header_len : 0);
}

bool has_words_of_its_own(layer id) noexcept {
    return id == layer::dns || id == layer::dhcp || id == layer::sctp;
}

bool is_tunnel(layer id) noexcept {
    return id == layer::vxlan || id == layer::geneve || id == layer::gre || id == layer::mpls;
}

namespace {

void line_tcp(line_state& s) {
    const bool sound = tcp_text(s.out, *s.at->as<tcp>(), s.length(), s.how.full);
    s.problem_told = true;  // segments part what is inside anywhere
    s.step();
    const bool goes_on = s.how.full && sound && !s.opaque();
    if (!goes_on || s.at->id() != layer::dns_over_tcp) return s.finish();
    line_dns_over_tcp(s);
}

constexpr std::uint16_t dns_port = 53;
constexpr std::uint16_t mdns_port = 5353;

bool is_multicast_dns(bytes_view header) noexcept {
    const std::uint16_t source = be16_at(header, 0);
    const std::uint16_t destination = be16_at(header, 2);
    if (source == dns_port || destination == dns_port) return false;
    return source == mdns_port || destination == mdns_port;
}

void line_udp(line_state& s) {
    const std::size_t length = s.length();
    const std::size_t at = s.at->offset();
    const bytes_view header = s.at->octets();
    const std::size_t declared = be16_at(header, 4);
    const bool lite = s.at->id() == layer::udp_lite;  // no length there, but a coverage
    s.step();
    if (!s.opaque() && is_tunnel(s.at->id())) return;
    if (!s.opaque() && s.how.full && has_words_of_its_own(s.at->id())) {
        s.multicast_dns = is_multicast_dns(header);
        if (!lite && declared >= udp::header_len) s.end = std::min(s.end, at + declared);
        return;
    }
    if (lite) {
        s.out.put("UDP-Lite, length ").number(length > 8 ? length - 8 : 0);
    } else {
        udp_text(s.out, declared, length);
    }
    // What nothing is told of needs no word of where it ends.
    if (!s.how.full) s.problem_told = true;
    if (s.opaque() || !s.how.full) return s.finish();
    s.out.put(": ");
}

}  // namespace

void line_transport(line_state& s) {
    if (!s.ports_told) {
        const bytes_view octets = s.at->octets();
        s.out.number(be16_at(octets, 0)).put(" > ").number(be16_at(octets, 2)).put(": ");
    }
    s.ports_told = false;
    s.at->id() == layer::tcp ? line_tcp(s) : line_udp(s);
}

}  // namespace sonde::inline v0::detail
