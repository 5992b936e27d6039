#include "value_text.hpp"

namespace sonde::inline v0::detail {

bool is_address(const described& value) noexcept {
    switch (value.kind) {
        case field_kind::ipv4:
            return value.octets.size() == 4;
        case field_kind::ipv6:
            return value.octets.size() == 16;
        case field_kind::mac:
            return value.octets.size() == 6;
        default:
            return false;
    }
}

void put_address(text_writer& out, const described& value) {
    if (value.kind == field_kind::ipv4) {
        out.ipv4(be32_at(value.octets, 0));
    } else if (value.kind == field_kind::ipv6) {
        out.ipv6(value.octets);
    } else {
        out.mac(value.octets);
    }
}

void put_value(text_writer& out, const described& value, std::size_t octets_max) {
    if (!value.text.empty()) {
        out.put('"').printable(value.text).put('"');
    } else if (value.kind == field_kind::number) {
        out.number(value.number);
    } else if (value.kind == field_kind::hex) {
        const std::size_t bits = value.bit_width != 0 ? value.bit_width : value.octets.size() * 8;
        out.put("0x").hex(value.number, std::min<std::size_t>(16, (bits + 3) / 4));
    } else if (is_address(value)) {
        put_address(out, value);
    } else if (value.octets.empty()) {
        out.put("none");
    } else {
        out.octets(value.octets.first(std::min(value.octets.size(), octets_max)));
        if (value.octets.size() > octets_max)
            out.put("... (").number(value.octets.size()).put(" octets)");
    }
}

void put_place(text_writer& out, const tree_value& value) {
    const std::size_t first = value.first_octet();
    const std::size_t last = value.last_octet();
    out.number(first);
    if (value.whole_octets()) {
        if (last != first) out.put('-').number(last);
        return;
    }
    // Bits of one octet, or from a bit to a bit in another.
    out.put('.').number(value.bit_offset % 8);
    if (value.bit_len <= 1) return;
    out.put('-');
    if (last != first) out.number(last).put('.');
    out.number((value.bit_offset + value.bit_len - 1) % 8);
}

}  // namespace sonde::inline v0::detail
