#include "xdp_program.hpp"

#include <array>
#include <bit>
#include <initializer_list>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <utility>

#include <sonde/capture/byte_order.hpp>

namespace sonde::inline v0::detail {
namespace {

enum reg : std::uint8_t { r0, r1, r2, r3, r4, r5, r6 };
enum class label : std::uint8_t { answer, quote, redirect, pass };
constexpr std::size_t label_count = 4;

// What a load of the machine gives for a field of the network.
constexpr std::int32_t as_loaded(std::uint16_t value) noexcept {
    return native_order == byte_order::big ? value : swapped(value);
}

// Instructions one after the other; jumps name labels and are resolved at the end. r2 is where the
// frame begins, r3 where it ends, r6 the receive queue.
class writer {
  public:
    writer() {
        load(BPF_W, r6, r1, offsetof(xdp_md, rx_queue_index));
        load(BPF_W, r2, r1, offsetof(xdp_md, data));
        load(BPF_W, r3, r1, offsetof(xdp_md, data_end));
    }
    void place(label here) { places_[static_cast<std::size_t>(here)] = made_.size(); }
    /// The verifier lets nobody look at octets whose end was not compared with the frame's.
    void need(std::int32_t len) {
        add(BPF_ALU64 | BPF_MOV | BPF_X, r4, r2, 0);
        add(BPF_ALU64 | BPF_ADD | BPF_K, r4, r0, len);
        jump(BPF_JMP | BPF_JGT | BPF_X, r4, r3, 0, label::pass);
    }
    void want_octet(std::int16_t at, std::int32_t value) { want(BPF_B, at, value); }
    void want_half(std::int16_t at, std::uint16_t value) { want(BPF_H, at, as_loaded(value)); }
    void want_no_bit(std::int16_t at, std::uint16_t mask) {
        load(BPF_H, r4, r2, at);
        jump(BPF_JMP | BPF_JSET | BPF_K, r4, r0, as_loaded(mask), label::pass);
    }
    void load_octet(std::int16_t at) { load(BPF_B, r4, r2, at); }
    void go_if_any(std::initializer_list<std::int32_t> values, label to) {
        for (const std::int32_t value : values) {
            jump(BPF_JMP | BPF_JEQ | BPF_K, r4, r0, value, to);
        }
    }
    void go(label to) { jump(BPF_JMP | BPF_JA, r0, r0, 0, to); }
    [[nodiscard]] std::vector<bpf_insn> finish(int map) && {
        place(label::redirect);
        add(BPF_LD | BPF_IMM | BPF_DW, r1, static_cast<reg>(BPF_PSEUDO_MAP_FD), map);
        add(0, r0, r0, 0);  // the upper half of the 64 bits
        add(BPF_ALU64 | BPF_MOV | BPF_X, r2, r6, 0);
        add(BPF_ALU64 | BPF_MOV | BPF_K, r3, r0, XDP_PASS);  // where no socket is
        add(BPF_JMP | BPF_CALL, r0, r0, BPF_FUNC_redirect_map);
        add(BPF_JMP | BPF_EXIT, r0, r0, 0);
        place(label::pass);
        add(BPF_ALU64 | BPF_MOV | BPF_K, r0, r0, XDP_PASS);
        add(BPF_JMP | BPF_EXIT, r0, r0, 0);
        for (const auto& [at, to] : jumps_) {
            made_[at].off =
                static_cast<std::int16_t>(places_[static_cast<std::size_t>(to)] - at - 1);
        }
        return std::move(made_);
    }

  private:
    void add(unsigned code, reg to, reg from, std::int32_t value) {
        bpf_insn made{};
        made.code = static_cast<std::uint8_t>(code);
        made.dst_reg = to & 0xfU;
        made.src_reg = from & 0xfU;
        made.imm = value;
        made_.push_back(made);
    }
    void load(unsigned size, reg to, reg from, std::int16_t at) {
        add(BPF_LDX | BPF_MEM | size, to, from, 0);
        made_.back().off = at;
    }
    void want(unsigned size, std::int16_t at, std::int32_t value) {
        load(size, r4, r2, at);
        jump(BPF_JMP | BPF_JNE | BPF_K, r4, r0, value, label::pass);
    }
    void jump(unsigned code, reg left, reg right, std::int32_t value, label to) {
        jumps_.emplace_back(made_.size(), to);
        add(code, left, right, value);
    }
    std::vector<bpf_insn> made_;
    std::array<std::size_t, label_count> places_{};
    std::vector<std::pair<std::size_t, label>> jumps_;
};

// The kinds of messages, and how they are laid out behind IP headers without anything further.
struct layout {
    std::int16_t message;  // where the ICMP message begins
    std::int16_t ip_len;   // of the quoted header
    std::int16_t quoted_protocol;
    std::int32_t protocol;
};

void find_identifier(writer& out, const wanted_frames& wanted, const layout& in) {
    constexpr std::int16_t identifier_at = 4;
    constexpr std::int16_t quote_at = 8;
    const auto quoted = static_cast<std::int16_t>(in.message + quote_at);
    const auto quoted_message = static_cast<std::int16_t>(quoted + in.ip_len);
    out.place(label::answer);
    out.want_half(static_cast<std::int16_t>(in.message + identifier_at), wanted.identifier);
    out.go(label::redirect);
    out.place(label::quote);
    out.need(quoted_message + 8);
    out.want_octet(static_cast<std::int16_t>(quoted + in.quoted_protocol), in.protocol);
    if (wanted.family == ip_family::v4) out.want_octet(quoted, 0x45);
    out.want_half(static_cast<std::int16_t>(quoted_message + identifier_at), wanted.identifier);
}

}  // namespace

std::vector<bpf_insn> redirecting_program(const wanted_frames& wanted, int map) {
    writer out;
    if (wanted.family == ip_family::v4) {  // RFC 791 s3.1, RFC 792
        out.need(ETH_HLEN + 20 + 8);
        out.want_half(12, ETH_P_IP);
        out.want_octet(14, 0x45);
        out.want_no_bit(20, 0x3fff);  // a fragment
        out.want_octet(23, IPPROTO_ICMP);
        out.load_octet(34);
        out.go_if_any({0}, label::answer);
        out.go_if_any({3, 4, 5, 11, 12}, label::quote);
        out.go(label::pass);
        find_identifier(out, wanted, {34, 20, 9, IPPROTO_ICMP});
    } else {  // RFC 8200 s3, RFC 4443
        out.need(ETH_HLEN + 40 + 8);
        out.want_half(12, ETH_P_IPV6);
        out.want_octet(20, IPPROTO_ICMPV6);
        out.load_octet(54);
        out.go_if_any({129}, label::answer);
        out.go_if_any({1, 2, 3, 4}, label::quote);
        out.go(label::pass);
        find_identifier(out, wanted, {54, 40, 6, IPPROTO_ICMPV6});
    }
    return std::move(out).finish(map);
}

}  // namespace sonde::inline v0::detail
