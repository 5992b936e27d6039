#include "socket_filter.hpp"

#include <array>
#include <initializer_list>
#include <netinet/in.h>
#include <utility>

namespace sonde::inline v0::detail {
namespace {

constexpr std::uint32_t take_all = 0xffffffff;
constexpr std::uint16_t load_octet = BPF_LD | BPF_B | BPF_IND;  // A = octet at X + k
constexpr std::uint16_t load_half = BPF_LD | BPF_H | BPF_IND;   // A = two octets at X + k

enum class label : std::uint8_t { answer, quote, quoted_message, take };
constexpr std::size_t label_count = 4;

// Writes statements one after the other; jumps name labels and are resolved at the end. A load
// outside the packet ends a program with "drop", so that cut messages need no care.
class program_builder {
  public:
    void add(std::uint16_t code, std::uint32_t k) { made_.push_back({code, 0, 0, k}); }
    void place(label here) { places_[static_cast<std::size_t>(here)] = made_.size(); }
    void jump_if_any(std::initializer_list<std::uint32_t> values, label to) {
        for (const std::uint32_t value : values) {
            jumps_.emplace_back(made_.size(), to);
            add(BPF_JMP | BPF_JEQ | BPF_K, value);
        }
    }
    void drop() { add(BPF_RET | BPF_K, 0); }
    [[nodiscard]] filter_program finish() && {
        drop();
        place(label::take);
        add(BPF_RET | BPF_K, take_all);
        for (const auto& [at, to] : jumps_) {
            const std::size_t target = places_[static_cast<std::size_t>(to)];
            made_[at].jt = static_cast<std::uint8_t>(target - at - 1);
        }
        return std::move(made_);
    }

  private:
    filter_program made_;
    std::array<std::size_t, label_count> places_{};
    std::vector<std::pair<std::size_t, label>> jumps_;
};

// X = octets of the IPv4 header that starts at offset 0.
void point_after_ipv4_header(program_builder& out) { out.add(BPF_LDX | BPF_B | BPF_MSH, 0); }
void point_at_start(program_builder& out) { out.add(BPF_LDX | BPF_W | BPF_IMM, 0); }

// X += octets of the IPv4 header that starts at X + offset.
void skip_quoted_ipv4_header(program_builder& out, std::uint32_t offset) {
    out.add(load_octet, offset);
    out.add(BPF_ALU | BPF_AND | BPF_K, 0x0f);
    out.add(BPF_ALU | BPF_LSH | BPF_K, 2);
    out.add(BPF_ALU | BPF_ADD | BPF_X, 0);
    out.add(BPF_MISC | BPF_TAX, 0);
}

// The identifier of an ICMP message that has one is at octet 4; an error's quote starts at octet 8.
constexpr std::uint32_t identifier_at = 4;
constexpr std::uint32_t quote_at = 8;

void take_identifier(program_builder& out, std::uint32_t offset, std::uint16_t identifier) {
    out.add(load_half, offset);
    out.jump_if_any({identifier}, label::take);
    out.drop();
}

// RFC 792: unreachable 3, quench 4, redirect 5, exceeded 11, parameter problem 12; replies 0, 14,
// 16; RFC 950: 18; RFC 8335: 43. The protocol is octet 9 of a quoted header.
filter_program icmpv4_filter(std::uint16_t identifier) {
    program_builder out;
    point_after_ipv4_header(out);
    out.add(load_octet, 0);
    out.jump_if_any({0, 14, 16, 18, 43}, label::answer);
    out.jump_if_any({3, 4, 5, 11, 12}, label::quote);
    out.drop();
    out.place(label::answer);
    take_identifier(out, identifier_at, identifier);
    out.place(label::quote);
    out.add(load_octet, quote_at + 9);
    out.jump_if_any({IPPROTO_ICMP}, label::quoted_message);
    out.drop();
    out.place(label::quoted_message);
    skip_quoted_ipv4_header(out, quote_at);
    take_identifier(out, quote_at + identifier_at, identifier);
    return std::move(out).finish();
}

// RFC 4443: errors 1 to 4, echo reply 129; RFC 8335: extended echo reply 161. The next header is
// octet 6 of a quoted header, which has 40 octets.
filter_program icmpv6_filter(std::uint16_t identifier) {
    program_builder out;
    point_at_start(out);
    out.add(load_octet, 0);
    out.jump_if_any({129, 161}, label::answer);
    out.jump_if_any({1, 2, 3, 4}, label::quote);
    out.drop();
    out.place(label::answer);
    take_identifier(out, identifier_at, identifier);
    out.place(label::quote);
    out.add(load_octet, quote_at + 6);
    out.jump_if_any({IPPROTO_ICMPV6}, label::quoted_message);
    out.jump_if_any(
        {IPPROTO_HOPOPTS, IPPROTO_ROUTING, IPPROTO_FRAGMENT, IPPROTO_AH, IPPROTO_DSTOPTS},
        label::take);
    out.drop();
    out.place(label::quoted_message);
    take_identifier(out, quote_at + 40 + identifier_at, identifier);
    return std::move(out).finish();
}

}  // namespace

filter_program icmp_filter(ip_family family, std::uint16_t identifier) {
    return family == ip_family::v4 ? icmpv4_filter(identifier) : icmpv6_filter(identifier);
}

filter_program tcp_filter(ip_family family, std::uint16_t port) {
    program_builder out;
    if (family == ip_family::v4) {
        point_after_ipv4_header(out);
    } else {
        point_at_start(out);
    }
    take_identifier(out, 2, port);  // the destination port, RFC 9293 s3.1
    return std::move(out).finish();
}

}  // namespace sonde::inline v0::detail
