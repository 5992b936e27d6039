// TCP and UDP in a line.

#include <sonde/wire/transport/sctp.hpp>
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

bool is_tunnel(layer id) noexcept {
    return id == layer::vxlan || id == layer::geneve || id == layer::gre || id == layer::mpls;
}

namespace {

void line_tcp(line_state& s) {
    s.problem_told = !tcp_text(s.out, *s.at->as<tcp>(), s.length(), s.how.full);
    s.finish();
}

void line_udp(line_state& s) {
    const std::size_t length = s.length();
    const std::size_t declared = be16_at(s.at->octets(), 4);
    const bool lite = s.at->id() == layer::udp_lite;  // no length there, but a coverage
    s.step();
    if (!s.opaque() && is_tunnel(s.at->id())) return;
    if (lite) {
        s.out.put("UDP-Lite, length ").number(length > 8 ? length - 8 : 0);
    } else {
        udp_text(s.out, declared, length);
    }
    if (s.opaque() || !s.how.full) return s.finish();
    s.out.put(": ");
}

void data_text(text_writer& out, const sctp_chunk::view& chunk) {
    const bytes_view value = chunk.value();
    if ((chunk.flags() & 4) != 0) out.put("(U)");
    if ((chunk.flags() & 2) != 0) out.put("(B)");
    if ((chunk.flags() & 1) != 0) out.put("(E)");
    if (value.size() < 12) return;
    out.put(" [TSN: ").number(be32_at(value, 0)).put("] [SID: ").number(be16_at(value, 4));
    out.put("] [SSEQ ").number(be16_at(value, 6)).put("] [PPID ");
    const auto protocol = sctp_payload_protocol{be32_at(value, 8)};
    const std::string_view name = to_string(protocol);
    name.empty() ? out.put("0x").hex(be32_at(value, 8)) : out.put(name);
    out.put("] ");
}

void chunk_text(text_writer& out, const sctp_chunk::view& chunk) {
    const bytes_view value = chunk.value();
    const std::string_view name = to_string(chunk.type());
    name.empty() ? out.put("[type ").number(chunk.octets()[0]) : out.put('[').put(name);
    out.put("] ");
    const bool opens =
        chunk.type() == sctp_chunk_type::init || chunk.type() == sctp_chunk_type::init_ack;
    if (chunk.type() == sctp_chunk_type::data) {
        data_text(out, chunk);
    } else if (opens && value.size() >= 16) {
        out.put("[init tag: ").number(be32_at(value, 0)).put("] [rwnd: ");
        out.number(be32_at(value, 4)).put("] [OS: ").number(be16_at(value, 8)).put("] [MIS: ");
        out.number(be16_at(value, 10)).put("] [init TSN: ").number(be32_at(value, 12)).put("] ");
    } else if (chunk.type() == sctp_chunk_type::sack && value.size() >= 12) {
        out.put("[cum ack ").number(be32_at(value, 0)).put("] [a_rwnd ");
        out.number(be32_at(value, 4)).put("] [#gap acks ").number(be16_at(value, 8));
        out.put("] [#dup tsns ").number(be16_at(value, 10)).put("] ");
    }
}

// The user's messages inside are told with their chunk: the line ends here.
void line_sctp(line_state& s) {
    const auto seen = *s.at->as<sctp>();
    s.out.put("sctp ");
    std::size_t number = 0;
    for (const sctp_chunk::view& chunk : seen.chunks()) {
        s.out.put('(').number(++number).put(") ");
        chunk_text(s.out, chunk);
    }
    s.out.cut_to(s.out.size() - 1);
    s.finish();
}

}  // namespace

void line_transport(line_state& s) {
    if (!s.ports_told) {
        const bytes_view octets = s.at->octets();
        s.out.number(be16_at(octets, 0)).put(" > ").number(be16_at(octets, 2)).put(": ");
    }
    s.ports_told = false;
    if (s.at->id() == layer::sctp) return line_sctp(s);
    s.at->id() == layer::tcp ? line_tcp(s) : line_udp(s);
}

}  // namespace sonde::inline v0::detail
