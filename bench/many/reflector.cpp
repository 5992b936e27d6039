// reflector INTERFACE [tc|xdp|xdp-driver]: turns IPv4 echo requests round at the far end of a link.
//
// A BPF program swaps the addresses and makes each request its own reply, so that a loop at the
// near end is measured without the far stack's work. Everything else, ARP too, passes to the far
// stack. The program is a list of instructions loaded by bpf(2): no compiler for BPF is needed. It
// lives as long as this process, which says "ready" and waits to be ended.
//
// With tc and xdp a frame that its sender wanted stamped is stamped when it leaves the far end,
// too: the sender's error queue then holds two stamps for each packet, of which the first is right.
//
// tc (Linux 6.6) is the cheapest for frames that come from sockets; xdp is the same on older
// kernels; xdp-driver is for peers that speak XDP themselves (on a veth pair the near end needs
// generic receive offload or a program of its own).

#include <array>
#include <bit>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <linux/bpf.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <string_view>
#include <sys/syscall.h>
#include <unistd.h>
#include <vector>

namespace {

// Offsets into a frame: Ethernet, an IPv4 header without options, ICMP.
constexpr std::int16_t link_destination = 0;
constexpr std::int16_t link_source = 6;
constexpr std::int16_t ether_type = 12;
constexpr std::int16_t version_and_length = 14;
constexpr std::int16_t fragment = 20;
constexpr std::int16_t protocol = 23;
constexpr std::int16_t source = 26;
constexpr std::int16_t destination = 30;
constexpr std::int16_t icmp_type = 34;
constexpr std::int16_t icmp_checksum = 36;
constexpr std::int32_t frame_len_min = 42;

enum reg : std::uint8_t { r0, r1, r2, r3, r4, r5, r6, r7 };

// What differs between the two places where a program may sit.
struct place {
    std::uint32_t program_type;
    std::int16_t data;      // offsets into the context
    std::int16_t data_end;  //
    std::int32_t pass;      // verdict
};
constexpr place at_tc{BPF_PROG_TYPE_SCHED_CLS, 76, 80, 0};
constexpr place at_xdp{BPF_PROG_TYPE_XDP, 0, 4, XDP_PASS};

// Writes instructions one after the other; refusals jump to the end, which passes the frame on.
class program {
  public:
    explicit program(const place& where) : pass_(where.pass) {
        load(BPF_W, r2, r1, where.data);
        load(BPF_W, r3, r1, where.data_end);
        // The verifier wants the bound checked before the frame is looked at.
        add(BPF_ALU64 | BPF_MOV | BPF_X, r4, r2, 0, 0);
        add(BPF_ALU64 | BPF_ADD | BPF_K, r4, r0, 0, frame_len_min);
        refuse(BPF_JMP | BPF_JGT | BPF_X, r4, r3, 0);
    }
    /// Passes the frame on unless the field is `value` in the machine's own (little-endian) order.
    void want(std::uint8_t size, std::int16_t offset, std::int32_t value) {
        load(size, r4, r2, offset);
        refuse(BPF_JMP | BPF_JNE | BPF_K, r4, r0, value);
    }
    void refuse_if_any(std::uint8_t size, std::int16_t offset, std::int32_t mask) {
        load(size, r4, r2, offset);
        refuse(BPF_JMP | BPF_JSET | BPF_K, r4, r0, mask);
    }
    void swap(std::uint8_t size, std::int16_t one, std::int16_t other) {
        load(size, r4, r2, one);
        load(size, r5, r2, other);
        store(size, r5, one);
        store(size, r4, other);
    }
    /// Type 8 becomes 0: eight less in the sum, so eight more in its complement (RFC 1624).
    void make_reply() {
        add(BPF_ST | BPF_MEM | BPF_B, r2, r0, icmp_type, 0);
        load(BPF_H, r4, r2, icmp_checksum);
        add(BPF_ALU64 | BPF_ADD | BPF_K, r4, r0, 0, 8);
        add(BPF_ALU64 | BPF_MOV | BPF_X, r5, r4, 0, 0);
        add(BPF_ALU64 | BPF_RSH | BPF_K, r5, r0, 0, 16);
        add(BPF_ALU64 | BPF_ADD | BPF_X, r4, r5, 0, 0);
        store(BPF_H, r4, icmp_checksum);
    }
    void send_back_from_tc(unsigned interface) {
        add(BPF_ALU64 | BPF_MOV | BPF_K, r1, r0, 0, static_cast<std::int32_t>(interface));
        add(BPF_ALU64 | BPF_MOV | BPF_K, r2, r0, 0, 0);
        add(BPF_JMP | BPF_CALL, r0, r0, 0, BPF_FUNC_redirect);
        add(BPF_JMP | BPF_EXIT, r0, r0, 0, 0);
    }
    void send_back_from_xdp() { leave(XDP_TX); }
    [[nodiscard]] std::vector<bpf_insn> finish() && {
        for (const std::size_t at : refusals_)
            made_[at].off = static_cast<std::int16_t>(made_.size() - at - 1);
        leave(pass_);
        return std::move(made_);
    }

  private:
    void add(unsigned code, reg to, reg from, std::int16_t offset, std::int32_t value) {
        bpf_insn made{};
        made.code = static_cast<std::uint8_t>(code);
        made.dst_reg = to & 0xfU;
        made.src_reg = from & 0xfU;
        made.off = offset;
        made.imm = value;
        made_.push_back(made);
    }
    void load(std::uint8_t size, reg to, reg from, std::int16_t offset) {
        add(BPF_LDX | BPF_MEM | unsigned{size}, to, from, offset, 0);
    }
    void store(std::uint8_t size, reg from, std::int16_t offset) {
        add(BPF_STX | BPF_MEM | unsigned{size}, r2, from, offset, 0);
    }
    void refuse(unsigned code, reg left, reg right, std::int32_t value) {
        refusals_.push_back(made_.size());
        add(code, left, right, 0, value);
    }
    void leave(std::int32_t verdict) {
        add(BPF_ALU64 | BPF_MOV | BPF_K, r0, r0, 0, verdict);
        add(BPF_JMP | BPF_EXIT, r0, r0, 0, 0);
    }

    std::vector<bpf_insn> made_;
    std::vector<std::size_t> refusals_;
    std::int32_t pass_;
};

std::vector<bpf_insn> reflecting_program(const place& where, unsigned interface) {
    program out(where);
    out.want(BPF_H, ether_type, 0x0008);        // IPv4
    out.want(BPF_B, version_and_length, 0x45);  // without options
    out.refuse_if_any(BPF_H, fragment, 0xff3f);
    out.want(BPF_B, protocol, 1);
    out.want(BPF_H, icmp_type, 8);  // and code 0
    out.swap(BPF_W, link_destination, link_source);
    out.swap(BPF_H, link_destination + 4, link_source + 4);
    out.swap(BPF_W, source, destination);
    out.make_reply();
    if (where.program_type == at_tc.program_type) {
        out.send_back_from_tc(interface);
    } else {
        out.send_back_from_xdp();
    }
    return std::move(out).finish();
}

int bpf(int command, bpf_attr& attributes) {
    return static_cast<int>(::syscall(SYS_bpf, command, &attributes, sizeof attributes));
}

// bpf(2) takes addresses as integers.
std::uint64_t address_of(const void* at) { return std::bit_cast<std::uintptr_t>(at); }

int load(const place& where, const std::vector<bpf_insn>& instructions) {
    static std::array<char, 65536> reasons;
    bpf_attr attributes{};
    attributes.prog_type = where.program_type;
    attributes.insn_cnt = static_cast<std::uint32_t>(instructions.size());
    attributes.insns = address_of(instructions.data());
    attributes.license = address_of("GPL");
    attributes.log_buf = address_of(reasons.data());
    attributes.log_size = reasons.size();
    attributes.log_level = 1;
    const int loaded = bpf(BPF_PROG_LOAD, attributes);
    if (loaded < 0) std::fprintf(stderr, "reflector: %s\n%s", std::strerror(errno), reasons.data());
    return loaded;
}

int attach(int loaded, unsigned interface, std::uint32_t type, std::uint32_t flags) {
    bpf_attr attributes{};
    attributes.link_create.prog_fd = static_cast<std::uint32_t>(loaded);
    attributes.link_create.target_ifindex = interface;
    attributes.link_create.attach_type = type;
    attributes.link_create.flags = flags;
    const int attached = bpf(BPF_LINK_CREATE, attributes);
    if (attached < 0) std::fprintf(stderr, "reflector: attaching: %s\n", std::strerror(errno));
    return attached;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view mode = argc > 2 ? argv[2] : "tc";
    const unsigned interface = argc > 1 ? ::if_nametoindex(argv[1]) : 0;
    const bool is_tc = mode == "tc";
    if (interface == 0 || (!is_tc && mode != "xdp" && mode != "xdp-driver")) {
        std::fprintf(stderr, "reflector INTERFACE [tc|xdp|xdp-driver]\n");
        return 2;
    }
    constexpr std::uint32_t tcx_ingress = 46;  // BPF_TCX_INGRESS, which older headers do not name
    const place& where = is_tc ? at_tc : at_xdp;
    const int loaded = load(where, reflecting_program(where, interface));
    if (loaded < 0) return 1;
    const std::uint32_t xdp_flags = mode == "xdp" ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE;
    const int attached = is_tc ? attach(loaded, interface, tcx_ingress, 0)
                               : attach(loaded, interface, BPF_XDP, xdp_flags);
    if (attached < 0) return 1;
    std::puts("ready");
    std::fflush(stdout);
    for (;;) ::pause();
}
