#include "kernel_filter.hpp"

#include <algorithm>
#include <linux/if_packet.h>

namespace sonde::inline v0::detail {
namespace {

using code_list = std::vector<sock_filter>;

constexpr std::uint32_t fact(int which) noexcept {
    return static_cast<std::uint32_t>(SKF_AD_OFF + which);
}

bool reads_packet(const sock_filter& one) noexcept {
    const auto kind = BPF_CLASS(one.code);
    const auto mode = BPF_MODE(one.code);
    return (kind == BPF_LD && (mode == BPF_ABS || mode == BPF_IND)) ||
           (kind == BPF_LDX && mode == BPF_MSH);
}

// A load from the cooked header becomes one of what the kernel knows, one from behind it moves to
// the front. False: the kernel cannot do it.
bool move_to_network(sock_filter& one, std::uint16_t link_type) noexcept {
    if (!reads_packet(one)) return BPF_MODE(one.code) != BPF_LEN || BPF_CLASS(one.code) > BPF_LDX;
    const bool second = link_type == 276;
    const std::uint32_t header_len = second ? 20 : 16;
    if (one.k >= fact(0)) return true;
    if (one.k >= header_len) {
        one.k -= header_len;
        return true;
    }
    if (BPF_MODE(one.code) != BPF_ABS) return false;
    const auto size = BPF_SIZE(one.code);
    if (size == BPF_H && one.k == (second ? 0U : 14U)) return one.k = fact(SKF_AD_PROTOCOL), true;
    if (second && size == BPF_W && one.k == 4) return one.k = fact(SKF_AD_IFINDEX), true;
    if (size == BPF_H && one.k == (second ? 8U : 2U)) return one.k = fact(SKF_AD_HATYPE), true;
    if (second ? size == BPF_B && one.k == 10 : size == BPF_H && one.k == 0) {
        return one.k = fact(SKF_AD_PKTTYPE), true;
    }
    return false;
}

// Returns at most what is kept of a packet.
void cut_returns(code_list& code, std::uint32_t snap_len) noexcept {
    for (sock_filter& one : code) {
        if (one.code == (BPF_RET | BPF_K)) one.k = std::min(one.k, snap_len);
    }
}

void want_direction(code_list& code, capture_direction direction) {
    if (direction == capture_direction::both) return;
    const bool outbound = direction == capture_direction::outbound;
    code.push_back(BPF_STMT(BPF_LD | BPF_B | BPF_ABS, fact(SKF_AD_PKTTYPE)));
    const auto good = static_cast<std::uint8_t>(outbound ? 1 : 0);
    const auto bad = static_cast<std::uint8_t>(outbound ? 0 : 1);
    code.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_OUTGOING, good, bad));
    code.push_back(BPF_STMT(BPF_RET | BPF_K, 0));
}

void want_taken_tags(code_list& code, std::uint32_t snap_len) {
    code.push_back(BPF_STMT(BPF_LD | BPF_B | BPF_ABS, fact(SKF_AD_VLAN_TAG_PRESENT)));
    code.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0));
    code.push_back(BPF_STMT(BPF_RET | BPF_K, snap_len));
    code.push_back(BPF_STMT(BPF_LD | BPF_IMM, 0));  // programs begin with zeros
}

std::optional<code_list> translated(const bpf_program& program, const frame_shape& shape) {
    code_list code;
    for (const bpf_instruction& one : program.instructions()) {
        code.push_back({one.code, one.jump_true, one.jump_false, one.k});
        if (shape.cooked && !move_to_network(code.back(), shape.link_type)) return std::nullopt;
    }
    cut_returns(code, shape.snap_len);
    return code;
}

}  // namespace

kernel_filter kernel_filter_of(const std::optional<bpf_program>& program, const frame_shape& shape,
                               capture_direction direction) {
    kernel_filter made;
    want_direction(made.code, direction);
    if (program) {
        const auto code = translated(*program, shape);
        constexpr std::size_t ours_max = 8;
        made.decides = code && code->size() + ours_max <= bpf_program::instructions_max;
        if (made.decides) {
            want_taken_tags(made.code, shape.snap_len);
            made.code.insert(made.code.end(), code->begin(), code->end());
            return made;
        }
    }
    made.code.push_back(BPF_STMT(BPF_RET | BPF_K, shape.snap_len));
    return made;
}

}  // namespace sonde::inline v0::detail
