// What carries other packets, in a line: GRE, VXLAN, GENEVE, MPLS.

#include <sonde/wire/network/gre.hpp>
#include <sonde/wire/network/mpls.hpp>
#include <sonde/wire/transport/geneve.hpp>
#include <sonde/wire/transport/vxlan.hpp>

#include "line_state.hpp"

namespace sonde::inline v0::detail {
namespace {

void line_gre(line_state& s) {
    const auto seen = *s.at->as<gre>();
    text_writer& out = s.out;
    out.put("GREv").number(seen.version());
    if (const auto pptp = seen.pptp())
        out.put(", call ").number(pptp->call_id);
    else if (const auto key = seen.key())
        out.put(", key=0x").hex(*key);
    if (const auto number = seen.sequence_number()) out.put(", seq ").number(*number);
    if (const auto number = seen.acknowledgment_number()) out.put(", ack ").number(*number);
    const bool carries = seen.version() == 0 || seen.sequence_number_present();
    if (!carries) out.put(", no-payload");
    out.put(", length ").number(s.length());
    if (carries) out.put(": ");
    s.step();
    if (!s.opaque()) return;
    s.finish();
    if (carries) out.put("gre-proto-0x").hex(std::uint16_t(seen.protocol_type()));
}

void line_vxlan(line_state& s) {
    const auto seen = *s.at->as<vxlan>();
    s.out.put("VXLAN, flags [").put((seen.flags() & vxlan::flag_vni) != 0 ? "I" : ".");
    s.out.put("] (0x").hex(seen.flags(), 2).put("), vni ").number(seen.vni()).put(": ");
    s.step();
}

void line_geneve(line_state& s) {
    const auto seen = *s.at->as<geneve>();
    text_writer& out = s.out;
    out.put("Geneve, Flags [");
    if (seen.control()) out.put('O');
    if (seen.critical()) out.put('C');
    if (!seen.control() && !seen.critical()) out.put("none");
    out.put("], vni 0x").hex(seen.vni());
    if (s.how.full && seen.option_length() != 0)
        out.put(", options [").number(std::size_t{seen.option_length()} * 4).put(" bytes]");
    s.step();
    out.put(": ");
    if (!s.opaque()) return;
    out.put("geneve-proto-0x").hex(std::uint16_t(seen.protocol_type()));
    s.finish();
}

void line_mpls(line_state& s) {
    s.out.put("MPLS ");
    for (; !s.done() && s.at->id() == layer::mpls && s.at->whole(); s.step()) {
        const auto seen = *s.at->as<mpls>();
        s.out.put("(label ").number(seen.label()).put(", tc ").number(seen.traffic_class());
        if (seen.bottom_of_stack()) s.out.put(", [S]");
        s.out.put(", ttl ").number(seen.time_to_live()).put(") ");
    }
    if (!s.done() && s.at->id() == layer::payload) s.out.put("payload, length ").number(s.length());
}

void line_control_word(line_state& s) {
    const auto seen = *s.at->as<pseudowire_control_word>();
    s.out.put("CW, seq ").number(seen.sequence_number()).put(": ");
    s.step();
}

}  // namespace

void line_tunnel(line_state& s) {
    switch (s.at->id()) {
        case layer::gre:
            return line_gre(s);
        case layer::vxlan:
            return line_vxlan(s);
        case layer::geneve:
            return line_geneve(s);
        case layer::mpls:
            return line_mpls(s);
        default:
            return line_control_word(s);
    }
}

}  // namespace sonde::inline v0::detail
