#include <array>
#include <bit>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <utility>

#include <sonde/capture/bpf.hpp>

namespace sonde::inline v0 {
namespace {

constexpr std::uint32_t kind_offset = static_cast<std::uint32_t>(SKF_AD_OFF + SKF_AD_PKTTYPE);

tl::unexpected<bpf_error> wrong(std::size_t at, const char* why) {
    return tl::unexpected(bpf_error{"instruction " + std::to_string(at) + " " + why, at});
}

const char* fault_of_load(const bpf_instruction& one) noexcept {
    switch (one.code) {
        case BPF_LD | BPF_W | BPF_ABS:
        case BPF_LD | BPF_H | BPF_ABS:
        case BPF_LD | BPF_B | BPF_ABS:
        case BPF_LD | BPF_W | BPF_IND:
        case BPF_LD | BPF_H | BPF_IND:
        case BPF_LD | BPF_B | BPF_IND:
        case BPF_LD | BPF_W | BPF_LEN:
        case BPF_LDX | BPF_W | BPF_LEN:
        case BPF_LDX | BPF_B | BPF_MSH:
        case BPF_LD | BPF_IMM:
        case BPF_LDX | BPF_IMM:
            return nullptr;
        case BPF_LD | BPF_MEM:
        case BPF_LDX | BPF_MEM:
        case BPF_ST:
        case BPF_STX:
            return one.k < BPF_MEMWORDS ? nullptr : "uses a memory word that is not there";
        default:
            return "is unknown";
    }
}

const char* fault_of_arithmetic(const bpf_instruction& one) noexcept {
    const bool constant = BPF_SRC(one.code) == BPF_K;
    switch (BPF_OP(one.code)) {
        case BPF_DIV:
        case BPF_MOD:
            return constant && one.k == 0 ? "divides by zero" : nullptr;
        case BPF_LSH:
        case BPF_RSH:
            return constant && one.k > 31 ? "shifts by more than 31 bits" : nullptr;
        case BPF_ADD:
        case BPF_SUB:
        case BPF_MUL:
        case BPF_OR:
        case BPF_AND:
        case BPF_XOR:
            return nullptr;
        case BPF_NEG:
            return constant ? nullptr : "is unknown";
        default:
            return "is unknown";
    }
}

const char* fault_of_jump(const bpf_instruction& one, std::size_t left) noexcept {
    switch (one.code) {
        case BPF_JMP | BPF_JA:
            return one.k < left ? nullptr : "jumps behind the end";
        case BPF_JMP | BPF_JEQ | BPF_K:
        case BPF_JMP | BPF_JEQ | BPF_X:
        case BPF_JMP | BPF_JGT | BPF_K:
        case BPF_JMP | BPF_JGT | BPF_X:
        case BPF_JMP | BPF_JGE | BPF_K:
        case BPF_JMP | BPF_JGE | BPF_X:
        case BPF_JMP | BPF_JSET | BPF_K:
        case BPF_JMP | BPF_JSET | BPF_X:
            return one.jump_true < left && one.jump_false < left ? nullptr : "jumps behind the end";
        default:
            return "is unknown";
    }
}

// `left` instructions follow. Null: nothing is wrong with it.
const char* fault_of(const bpf_instruction& one, std::size_t left) noexcept {
    switch (BPF_CLASS(one.code)) {
        case BPF_ALU:
            return one.code < 0x100 ? fault_of_arithmetic(one) : "is unknown";
        case BPF_JMP:
            return fault_of_jump(one, left);
        case BPF_RET:
            return one.code == (BPF_RET | BPF_K) || one.code == (BPF_RET | BPF_A) ? nullptr
                                                                                  : "is unknown";
        case BPF_MISC:
            return one.code == (BPF_MISC | BPF_TAX) || one.code == (BPF_MISC | BPF_TXA)
                       ? nullptr
                       : "is unknown";
        default:
            return fault_of_load(one);
    }
}

// A run of a verified program over one packet.
class machine {
  public:
    machine(bytes_view octets, std::uint32_t original_len,
            std::optional<std::uint32_t> kind) noexcept
        : octets_(octets), original_len_(original_len), kind_(kind) {}

    // What nearly all filters are made of stands here, flat; the rest goes to step().
    std::uint32_t run(std::span<const bpf_instruction> code) noexcept {
        for (std::size_t at = 0;; ++at) {
            const bpf_instruction& one = code[at];
            bool good = true;
            switch (one.code) {
                case BPF_LD | BPF_W | BPF_ABS:
                    good = load<4>(one.k) || load_fact(one.k);
                    break;
                case BPF_LD | BPF_H | BPF_ABS:
                    good = load<2>(one.k) || load_fact(one.k);
                    break;
                case BPF_LD | BPF_B | BPF_ABS:
                    good = load<1>(one.k) || load_fact(one.k);
                    break;
                case BPF_LD | BPF_W | BPF_IND:
                    good =
                        load<4>(one.k + x_);  // X may be negative: the sum wraps, as in the kernel
                    break;
                case BPF_LD | BPF_H | BPF_IND:
                    good = load<2>(one.k + x_);
                    break;
                case BPF_LD | BPF_B | BPF_IND:
                    good = load<1>(one.k + x_);
                    break;
                case BPF_JMP | BPF_JEQ | BPF_K:
                    at += a_ == one.k ? one.jump_true : one.jump_false;
                    break;
                case BPF_JMP | BPF_JSET | BPF_K:
                    at += (a_ & one.k) != 0 ? one.jump_true : one.jump_false;
                    break;
                case BPF_RET | BPF_K:
                    return one.k;
                case BPF_RET | BPF_A:
                    return a_;
                default:
                    good = step(one, at);
            }
            if (!good) return 0;
        }
    }

  private:
    // False: the packet is not wanted.
    bool step(const bpf_instruction& one, std::size_t& at) noexcept {
        switch (BPF_CLASS(one.code)) {
            case BPF_JMP:
                at += skipped(one);
                return true;
            case BPF_ALU:
                return calculate(one);
            case BPF_MISC:
                (one.code == (BPF_MISC | BPF_TAX) ? x_ : a_) =
                    one.code == (BPF_MISC | BPF_TAX) ? a_ : x_;
                return true;
            case BPF_ST:
                memory_[one.k] = a_;
                return true;
            case BPF_STX:
                memory_[one.k] = x_;
                return true;
            default:
                return load_other(one);
        }
    }

    [[nodiscard]] std::size_t skipped(const bpf_instruction& one) const noexcept {
        if (one.code == (BPF_JMP | BPF_JA)) return one.k;
        const std::uint32_t other = BPF_SRC(one.code) == BPF_X ? x_ : one.k;
        bool holds = false;
        switch (BPF_OP(one.code)) {
            case BPF_JEQ:
                holds = a_ == other;
                break;
            case BPF_JGT:
                holds = a_ > other;
                break;
            case BPF_JGE:
                holds = a_ >= other;
                break;
            default:
                holds = (a_ & other) != 0;
        }
        return holds ? one.jump_true : one.jump_false;
    }

    bool calculate(const bpf_instruction& one) noexcept {
        const std::uint32_t other = BPF_SRC(one.code) == BPF_X ? x_ : one.k;
        switch (BPF_OP(one.code)) {
            case BPF_ADD:
                a_ += other;
                return true;
            case BPF_SUB:
                a_ -= other;
                return true;
            case BPF_MUL:
                a_ *= other;
                return true;
            case BPF_OR:
                a_ |= other;
                return true;
            case BPF_AND:
                a_ &= other;
                return true;
            case BPF_XOR:
                a_ ^= other;
                return true;
            case BPF_LSH:
                a_ <<= other & 31;  // as the kernel masks a shift by X
                return true;
            case BPF_RSH:
                a_ >>= other & 31;
                return true;
            case BPF_NEG:
                a_ = 0 - a_;
                return true;
            default:
                if (other == 0) return false;
                a_ = BPF_OP(one.code) == BPF_DIV ? a_ / other : a_ % other;
                return true;
        }
    }

    bool load_other(const bpf_instruction& one) noexcept {
        std::uint32_t& to = BPF_CLASS(one.code) == BPF_LDX ? x_ : a_;
        switch (BPF_MODE(one.code)) {
            case BPF_IMM:
                to = one.k;
                return true;
            case BPF_LEN:
                to = original_len_;
                return true;
            case BPF_MEM:
                to = memory_[one.k];
                return true;
            default:  // MSH: the length of an IPv4 header
                if (one.k >= octets_.size()) return false;
                x_ = (octets_[one.k] & 15U) * 4;
                return true;
        }
    }

    template <std::size_t Size>
    bool load(std::uint32_t offset) noexcept {
        if (octets_.size() < Size || offset > octets_.size() - Size) return false;
        if constexpr (Size == 4) {
            a_ = be32_at(octets_, offset);
        } else if constexpr (Size == 2) {
            a_ = be16_at(octets_, offset);
        } else {
            a_ = octets_[offset];
        }
        return true;
    }

    bool load_fact(std::uint32_t offset) noexcept {
        if (offset != kind_offset || !kind_) return false;
        a_ = *kind_;
        return true;
    }

    bytes_view octets_;
    std::uint32_t original_len_;
    std::optional<std::uint32_t> kind_;
    std::uint32_t a_ = 0;
    std::uint32_t x_ = 0;
    std::array<std::uint32_t, BPF_MEMWORDS> memory_{};
};

std::optional<std::uint32_t> kind_of(const record& packet) noexcept {
    using direction = packet_flags::direction_kind;
    const auto flags = packet.flags();
    if (!flags || flags->direction() == direction::unknown) return std::nullopt;
    if (flags->direction() == direction::outbound) return PACKET_OUTGOING;
    switch (flags->reception()) {
        case packet_flags::reception_kind::broadcast:
            return PACKET_BROADCAST;
        case packet_flags::reception_kind::multicast:
            return PACKET_MULTICAST;
        case packet_flags::reception_kind::promiscuous:
            return PACKET_OTHERHOST;
        default:
            return PACKET_HOST;
    }
}

}  // namespace

bpf_result<bpf_program> bpf_program::from(std::vector<bpf_instruction> instructions) {
    if (instructions.empty()) {
        return tl::unexpected(bpf_error{"a program has at least one instruction", std::nullopt});
    }
    if (instructions.size() > instructions_max) {
        return tl::unexpected(
            bpf_error{"a program has at most " + std::to_string(instructions_max) +
                          " instructions, this one has " + std::to_string(instructions.size()),
                      std::nullopt});
    }
    const std::size_t last = instructions.size() - 1;
    for (std::size_t at = 0; at <= last; ++at) {
        if (const char* fault = fault_of(instructions[at], last - at)) return wrong(at, fault);
    }
    if (BPF_CLASS(instructions[last].code) != BPF_RET) return wrong(last, "ends without a return");
    return bpf_program(std::move(instructions));
}

std::uint32_t bpf_program::run(bytes_view octets, std::uint32_t original_len,
                               std::optional<std::uint32_t> kind) const noexcept {
    return machine(octets, original_len, kind).run(code_);
}

bool bpf_program::matches(const record& packet) const noexcept {
    // Reading the options costs more than most programs, and nearly none asks for the direction.
    const bool asks = !packet.option_octets.empty();
    return run(packet.octets,
               packet.original_len,
               asks ? kind_of(packet) : std::optional<std::uint32_t>{}) != 0;
}

std::string describe(const bpf_error& error) { return error.sentence; }

}  // namespace sonde::inline v0
