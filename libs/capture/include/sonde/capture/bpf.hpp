#pragma once
/// Classic BPF programs ("The BSD Packet Filter", McCanne and Jacobson 1993): from the text that
/// tcpdump takes, for the kernel and for records of files. A program was verified before it exists:
/// every jump goes forward to an instruction that is there, the last instruction returns.
///
///     auto web = bpf_program::compile("tcp port 80").value();
///     for (const record& r : capture_file("x.pcapng")) if (web.matches(r)) use(r);
///
/// Immutable once made, so that threads may share one. At most 4096 instructions, as the kernel.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include <sonde/base/api.hpp>
#include <sonde/base/bpf_instruction.hpp>
#include <sonde/base/octets.hpp>
#include <sonde/capture/record.hpp>

namespace sonde::inline v0 {

/// Why there is no program. `sentence` says it all; for a text, `position` is where its longest
/// beginning ends that is a filter by itself (libpcap does not say where it stumbled).
struct bpf_error {
    std::string sentence{};
    std::optional<std::size_t> position{};  // of a text: letters; of instructions: their index
};
template <class T>
using bpf_result = tl::expected<T, bpf_error>;

[[nodiscard]] SONDE_API std::string describe(const bpf_error& error);

/// For which packets a text is compiled.
struct bpf_options {
    std::uint16_t link_type = 1;      // LINKTYPE_*; 1 is Ethernet
    std::uint32_t snap_len = 262144;  // what the program returns for a packet that it wants
    bool optimize = true;
    /// Of the network, in host byte order, for the word "broadcast" of IPv4.
    std::optional<std::uint32_t> ipv4_netmask{};
};

class bpf_program {
  public:
    static constexpr std::size_t instructions_max = 4096;  // BPF_MAXINSNS of linux/bpf_common.h

    /// Of a text as pcap-filter(7) describes it; the empty text wants every packet. Names of hosts
    /// in it are looked up, which may take the resolver's time; numbers are not.
    [[nodiscard]] SONDE_API static bpf_result<bpf_program> compile(const std::string& text,
                                                                   const bpf_options& options = {});
    /// Of instructions that somebody made. Verifies them.
    [[nodiscard]] SONDE_API static bpf_result<bpf_program> from(
        std::vector<bpf_instruction> instructions);

    [[nodiscard]] std::span<const bpf_instruction> instructions() const noexcept { return code_; }
    /// Octets of the packet that the program wants; 0: not this packet. A load outside of the
    /// octets and a division by zero want nothing, as in the kernel. `kind` is what the kernel's
    /// loads of SKF_AD_PKTTYPE give ("inbound", "outbound"); its other ancillary loads want nothing
    /// here.
    [[nodiscard]] SONDE_API std::uint32_t run(
        bytes_view octets, std::uint32_t original_len,
        std::optional<std::uint32_t> kind = {}) const noexcept;
    /// Whether the program wants this packet, whose link type it must have been made for.
    [[nodiscard]] SONDE_API bool matches(const record& packet) const noexcept;

  private:
    explicit bpf_program(std::vector<bpf_instruction> code) noexcept : code_(std::move(code)) {}
    std::vector<bpf_instruction> code_;
};

}  // namespace sonde::inline v0
