#include <sonde/packet/filter.hpp>

namespace sonde::inline v0::detail {
namespace {

// The instructions of classic BPF that are used here (Linux, include/uapi/linux/bpf_common.h).
constexpr std::uint16_t load_u32_x = 0x40;  // BPF_LD | BPF_W | BPF_IND
constexpr std::uint16_t load_u16_x = 0x48;
constexpr std::uint16_t load_u8_x = 0x50;
constexpr std::uint16_t load_u16 = 0x28;  // BPF_LD | BPF_H | BPF_ABS
constexpr std::uint16_t load_u8 = 0x30;
constexpr std::uint16_t load_len = 0x80;
constexpr std::uint16_t load_number = 0x00;
constexpr std::uint16_t load_memory = 0x60;
constexpr std::uint16_t load_memory_to_x = 0x61;
constexpr std::uint16_t load_number_to_x = 0x01;
constexpr std::uint16_t store = 0x02;
constexpr std::uint16_t store_x = 0x03;
constexpr std::uint16_t add_number = 0x04;
constexpr std::uint16_t add_x = 0x0c;
constexpr std::uint16_t subtract_x = 0x1c;
constexpr std::uint16_t and_number = 0x54;
constexpr std::uint16_t shift_left = 0x64;
constexpr std::uint16_t shift_right = 0x74;
constexpr std::uint16_t jump_always = 0x05;
constexpr std::uint16_t jump_equal = 0x15;
constexpr std::uint16_t jump_greater_or_equal = 0x35;
constexpr std::uint16_t jump_greater_or_equal_x = 0x3d;
constexpr std::uint16_t jump_any_bit = 0x45;

// The cells of scratch memory that the prologue fills in.
constexpr std::uint32_t network_at = 0;
constexpr std::uint32_t transport_at = 1;
constexpr std::uint32_t ether_type_cell = 2;
constexpr std::uint32_t protocol_cell = 3;

constexpr std::uint32_t jump_max = 255;

}  // namespace

bpf_writer::label bpf_writer::make_label() {
    places_.push_back(0);
    return static_cast<label>(places_.size() - 1);
}

void bpf_writer::place(label where) { places_[where] = program_.size(); }

void bpf_writer::add(std::uint16_t code, std::uint32_t k) { program_.push_back({code, 0, 0, k}); }

void bpf_writer::jump(std::uint16_t code, std::uint32_t k, label yes, label no) {
    if (far_jumps_ && code != jump_always) {
        // The eight bits of a conditional jump reach two jumps of 32 bits.
        program_.push_back({code, 0, 1, k});
        jump(jump_always, 0, yes, yes);
        jump(jump_always, 0, no, no);
        return;
    }
    jumps_.push_back({program_.size(), yes, no});
    program_.push_back({code, 0, 0, k});
}

void bpf_writer::write_prologue(bool raw) {
    add(load_number, filter_view::none);
    add(store, ether_type_cell);
    add(store, protocol_cell);
    add(load_number, 0);
    add(store, network_at);
    add(store, transport_at);
    const label done = make_label();
    const label is_ipv4 = make_label();
    const label maybe_ipv6 = make_label();
    const label is_ipv6 = make_label();
    if (raw)
        write_raw_types();
    else
        write_ethernet_types();
    add(load_memory_to_x, network_at);
    add(load_memory, ether_type_cell);
    jump(jump_equal, 0x0800, is_ipv4, maybe_ipv6);
    place(maybe_ipv6);
    jump(jump_equal, 0x86dd, is_ipv6, done);
    place(is_ipv4);
    write_ipv4(done);
    place(is_ipv6);
    write_ipv6(done);
    place(done);
}

void bpf_writer::write_ethernet_types() {
    const label done = make_label();
    const label whole = make_label();
    add(load_len, 0);
    jump(jump_greater_or_equal, ethernet::header_len, whole, done);
    place(whole);
    add(load_number_to_x, ethernet::header_len);
    add(store_x, network_at);
    add(load_u16, 12);
    add(store, ether_type_cell);
    for (int tags = 0; tags < 2; ++tags) {
        const label tagged = make_label();
        const label there = make_label();
        for (const std::uint32_t type : {0x8100U, 0x88a8U, 0x9100U}) {
            const label next = make_label();
            jump(jump_equal, type, tagged, type == 0x9100U ? done : next);
            place(next);
        }
        place(tagged);
        add(load_memory_to_x, network_at);
        require_len(vlan::header_len, done);
        jump(jump_always, 0, there, there);
        place(there);
        add(load_memory, network_at);
        add(add_number, vlan::header_len);
        add(store, network_at);
        add(load_u16_x, 2);
        add(store, ether_type_cell);
    }
    place(done);
}

void bpf_writer::write_raw_types() {
    const label done = make_label();
    const label any = make_label();
    add(load_len, 0);
    jump(jump_greater_or_equal, 1, any, done);
    place(any);
    for (const std::uint32_t version : {4U, 6U}) {
        const label yes = make_label();
        const label no = make_label();
        add(load_u8, 0);
        add(shift_right, 4);
        jump(jump_equal, version, yes, no);
        place(yes);
        add(load_number, version == 4 ? 0x0800 : 0x86dd);
        add(store, ether_type_cell);
        jump(jump_always, 0, done, done);
        place(no);
    }
    place(done);
}

// X: where the header begins. The version, an IHL of at least 5, and not a later fragment.
void bpf_writer::write_ipv4(label done) {
    const label is_version_4 = make_label();
    const label has_ihl = make_label();
    const label is_first = make_label();
    require_len(ipv4::header_len, done);
    add(load_u8_x, 0);
    add(shift_right, 4);
    jump(jump_equal, 4, is_version_4, done);
    place(is_version_4);
    add(load_u8_x, 0);
    add(and_number, 0x0f);
    jump(jump_greater_or_equal, 5, has_ihl, done);
    place(has_ihl);
    add(load_u16_x, 6);
    jump(jump_any_bit, 0x1fff, done, is_first);
    place(is_first);
    add(load_u8_x, 9);
    add(store, protocol_cell);
    add(load_u8_x, 0);
    add(and_number, 0x0f);
    add(shift_left, 2);
    add(add_x, 0);
    add(store, transport_at);
    jump(jump_always, 0, done, done);
}

void bpf_writer::write_ipv6(label done) {
    const label is_version_6 = make_label();
    require_len(ipv6::header_len, done);
    add(load_u8_x, 0);
    add(shift_right, 4);
    jump(jump_equal, 6, is_version_6, done);
    place(is_version_6);
    add(load_u8_x, 6);
    add(store, protocol_cell);
    add(load_number, ipv6::header_len);
    add(add_x, 0);
    add(store, transport_at);
}

void bpf_writer::require(const selector& by, label no) {
    const label there = make_label();
    switch (by.kind) {
        case selector_kind::link_type:  // an Ethernet frame has a network layer behind it
            add(load_memory, network_at);
            jump(jump_equal, 0, no, there);
            place(there);
            add(load_number_to_x, 0);
            return;
        case selector_kind::ether_type:
            add(load_memory, ether_type_cell);
            jump(jump_equal, by.value, there, no);
            place(there);
            add(load_memory_to_x, network_at);
            return;
        case selector_kind::icmp_type:
        case selector_kind::icmpv6_type:
            require({selector_kind::ip_protocol, by.kind == selector_kind::icmp_type ? 1U : 58U},
                    no);
            require_len(1, no);
            add(load_u8_x, 0);
            jump(jump_equal, by.value, there, no);
            place(there);
            return;
        default:
            add(load_memory, protocol_cell);
            jump(jump_equal, by.value, there, no);
            place(there);
            add(load_memory_to_x, transport_at);
            return;
    }
}

// The length less X would wrap where X is beyond the end: that is asked first.
void bpf_writer::require_len(std::uint32_t end, label no) {
    const label reaches = make_label();
    const label there = make_label();
    add(load_len, 0);
    jump(jump_greater_or_equal_x, 0, reaches, no);
    place(reaches);
    add(subtract_x, 0);
    jump(jump_greater_or_equal, end, there, no);
    place(there);
}

void bpf_writer::load(std::uint32_t at, std::size_t size) {
    add(size == 1 ? load_u8_x : size == 2 ? load_u16_x : load_u32_x, at);
}

std::vector<bpf_instruction> bpf_writer::finish() const {
    std::vector<bpf_instruction> made = program_;
    for (const jump_targets& one : jumps_) {
        const std::size_t yes = places_[one.yes] - one.at - 1;
        const std::size_t no = places_[one.no] - one.at - 1;
        if (made[one.at].code == jump_always) {
            made[one.at].k = static_cast<std::uint32_t>(yes);
            continue;
        }
        if (yes > jump_max || no > jump_max) return {};
        made[one.at].jump_true = static_cast<std::uint8_t>(yes);
        made[one.at].jump_false = static_cast<std::uint8_t>(no);
    }
    return made;
}

void write_comparison(bpf_writer& to, const bit_place& place, const bpf_comparison& what,
                      bpf_writer::label yes, bpf_writer::label no) {
    to.load(place.at, place.size);
    if (place.shift != 0) to.add(shift_right, place.shift);
    const std::uint32_t both = place.mask & what.mask;
    if (both != 0xffffffff) to.add(and_number, both);
    to.jump(what.code, what.value, yes, no);
}

void network_node<ipv4_prefix>::write(bpf_writer& to, bpf_writer::label yes,
                                      bpf_writer::label no) const {
    to.require({selector_kind::ether_type, 0x0800}, no);
    to.require_len(at + 4, no);
    to.load(at, 4);
    to.add(and_number, of.mask());
    to.jump(jump_equal, of.address.value & of.mask(), yes, no);
}

void network_node<ipv6_prefix>::write(bpf_writer& to, bpf_writer::label yes,
                                      bpf_writer::label no) const {
    to.require({selector_kind::ether_type, 0x86dd}, no);
    to.require_len(at + 16, no);
    for (std::uint32_t i = 0; i < 4; ++i) {
        const auto next = to.make_label();
        to.load(at + i * 4, 4);
        to.add(and_number, of.mask(i));
        to.jump(jump_equal, of.word(i) & of.mask(i), next, no);
        to.place(next);
    }
    to.jump(jump_always, 0, yes, yes);
}

}  // namespace sonde::inline v0::detail
