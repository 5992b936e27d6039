#include <array>
#include <initializer_list>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <utility>

#include <sonde/capture/frame_filter.hpp>

namespace sonde::inline v0 {
namespace {

constexpr std::uint32_t take_all = 0xffffffff;
constexpr std::uint32_t link_len = ETH_HLEN;
// Offsets behind the link header: RFC 791 s3.1, RFC 8200 s3, RFC 826.
constexpr std::uint32_t ether_type_at = 12;
constexpr std::uint32_t fragment_at = link_len + 6;
constexpr std::uint32_t protocol_at = link_len + 9;
constexpr std::uint32_t next_header_at = link_len + 6;
constexpr std::uint32_t arp_operation_at = link_len + 6;
constexpr std::uint32_t ipv6_len = 40;
constexpr std::uint32_t fragment_bits = 0x3fff;  // more fragments, and the offset
// Offsets in an ICMP message: RFC 792, RFC 4443.
constexpr std::uint32_t identifier_at = 4;
constexpr std::uint32_t quote_at = 8;

enum class label : std::uint8_t { answer, quote, quoted_message, neighbour, take, drop };
constexpr std::size_t label_count = 6;

// Statements one after the other; jumps name labels and are resolved at the end. A load outside of
// the frame ends a program with "drop".
class writer {
  public:
    void add(std::uint16_t code, std::uint32_t k) { made_.push_back({code, 0, 0, k}); }
    void place(label here) { places_[static_cast<std::size_t>(here)] = made_.size(); }
    void go_if_any(std::initializer_list<std::uint32_t> values, label to) {
        for (const std::uint32_t value : values) jump(BPF_JEQ, value, to, true);
    }
    void drop_unless(std::uint32_t value) { jump(BPF_JEQ, value, label::drop, false); }
    void drop_if_any_bit(std::uint32_t mask) { jump(BPF_JSET, mask, label::drop, true); }
    void drop() { add(BPF_RET | BPF_K, 0); }
    [[nodiscard]] std::vector<bpf_instruction> finish() && {
        place(label::drop);
        drop();
        place(label::take);
        add(BPF_RET | BPF_K, take_all);
        for (const auto& [at, to, on_true] : jumps_) {
            const auto far =
                static_cast<std::uint8_t>(places_[static_cast<std::size_t>(to)] - at - 1);
            (on_true ? made_[at].jump_true : made_[at].jump_false) = far;
        }
        return std::move(made_);
    }

  private:
    struct open_jump {
        std::size_t at;
        label to;
        bool on_true;
    };
    void jump(std::uint16_t test, std::uint32_t value, label to, bool on_true) {
        jumps_.push_back({made_.size(), to, on_true});
        add(static_cast<std::uint16_t>(BPF_JMP | BPF_K | test), value);
    }
    std::vector<bpf_instruction> made_;
    std::array<std::size_t, label_count> places_{};
    std::vector<open_jump> jumps_;
};

constexpr std::uint16_t octet_abs = BPF_LD | BPF_B | BPF_ABS;
constexpr std::uint16_t half_abs = BPF_LD | BPF_H | BPF_ABS;
constexpr std::uint16_t octet_ind = BPF_LD | BPF_B | BPF_IND;
constexpr std::uint16_t half_ind = BPF_LD | BPF_H | BPF_IND;

void take_identifier(writer& out, std::uint32_t offset, std::uint16_t identifier) {
    out.add(half_ind, offset);
    out.go_if_any({identifier}, label::take);
    out.drop();
}

// X becomes the length of the IPv4 header; offsets of messages are from the link header's end.
void ask_ipv4(writer& out, const wanted_frames& wanted) {
    out.add(half_abs, ether_type_at);
    if (wanted.neighbours) out.go_if_any({ETH_P_ARP}, label::neighbour);
    if (!wanted.answers) out.drop();
    out.drop_unless(ETH_P_IP);
    out.add(octet_abs, protocol_at);
    out.drop_unless(IPPROTO_ICMP);
    out.add(half_abs, fragment_at);
    out.drop_if_any_bit(fragment_bits);
    out.add(BPF_LDX | BPF_B | BPF_MSH, link_len);
    out.add(octet_ind, link_len);
    out.go_if_any({0, 14, 16, 18, 43}, label::answer);
    out.go_if_any({3, 4, 5, 11, 12}, label::quote);
    out.drop();
    out.place(label::answer);
    take_identifier(out, link_len + identifier_at, wanted.identifier);
    out.place(label::quote);
    out.add(octet_ind, link_len + quote_at + 9);
    out.drop_unless(IPPROTO_ICMP);
    out.add(octet_ind, link_len + quote_at);  // X += the quoted header's length
    out.add(BPF_ALU | BPF_AND | BPF_K, 0x0f);
    out.add(BPF_ALU | BPF_LSH | BPF_K, 2);
    out.add(BPF_ALU | BPF_ADD | BPF_X, 0);
    out.add(BPF_MISC | BPF_TAX, 0);
    take_identifier(out, link_len + quote_at + identifier_at, wanted.identifier);
    out.place(label::neighbour);
    out.add(half_abs, arp_operation_at);
    out.drop_unless(2);  // a reply
    out.add(BPF_RET | BPF_K, take_all);
}

void ask_ipv6(writer& out, const wanted_frames& wanted) {
    constexpr std::uint32_t message_at = link_len + ipv6_len;
    constexpr std::uint32_t quoted_at = message_at + quote_at;
    out.add(half_abs, ether_type_at);
    out.drop_unless(ETH_P_IPV6);
    out.add(octet_abs, next_header_at);
    out.drop_unless(IPPROTO_ICMPV6);
    out.add(BPF_LDX | BPF_W | BPF_IMM, 0);
    out.add(octet_abs, message_at);
    if (wanted.neighbours) out.go_if_any({136}, label::take);
    if (!wanted.answers) out.drop();
    out.go_if_any({129, 161}, label::answer);
    out.go_if_any({1, 2, 3, 4}, label::quote);
    out.drop();
    out.place(label::answer);
    take_identifier(out, message_at + identifier_at, wanted.identifier);
    out.place(label::quote);
    out.add(octet_abs, quoted_at + 6);
    out.go_if_any({IPPROTO_ICMPV6}, label::quoted_message);
    out.go_if_any({IPPROTO_HOPOPTS, IPPROTO_ROUTING, IPPROTO_FRAGMENT, IPPROTO_AH, IPPROTO_DSTOPTS},
                  label::take);
    out.drop();
    out.place(label::quoted_message);
    take_identifier(out, quoted_at + ipv6_len + identifier_at, wanted.identifier);
}

}  // namespace

std::vector<bpf_instruction> frame_filter(const wanted_frames& wanted) {
    writer out;
    if (wanted.family == ip_family::v4) {
        ask_ipv4(out, wanted);
    } else {
        ask_ipv6(out, wanted);
    }
    return std::move(out).finish();
}

}  // namespace sonde::inline v0
