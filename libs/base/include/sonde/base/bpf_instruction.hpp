#pragma once
/// An instruction of classic BPF: what a filter becomes (packet) and what a socket is given
/// (capture).

#include <cstdint>

namespace sonde::inline v0 {

/// One instruction. Its layout and its codes are those of the kernel's sock_filter
/// (linux/filter.h).
struct bpf_instruction {
    std::uint16_t code = 0;
    std::uint8_t jump_true = 0;   // instructions to skip
    std::uint8_t jump_false = 0;  // likewise
    std::uint32_t k = 0;
    friend constexpr bool operator==(const bpf_instruction&, const bpf_instruction&) = default;
};

}  // namespace sonde::inline v0
