// Filters: the compiler against tcpdump, the interpreter against the running kernel and against
// what tcpdump selects out of captures made by others.

#include <linux/filter.h>
#include <numeric>
#include <sstream>
#include <sys/socket.h>

#include <gtest/gtest.h>

#include <sonde/base/random.hpp>
#include <sonde/capture/bpf.hpp>

#include "capture_testing.hpp"

namespace sonde {
namespace {

using namespace capture_testing;

std::vector<bpf_instruction> listed(const std::string& text) {
    std::istringstream in(text);
    std::size_t count = 0;
    in >> count;
    std::vector<bpf_instruction> made(count);
    for (bpf_instruction& one : made) {
        unsigned code = 0;
        unsigned yes = 0;
        unsigned no = 0;
        in >> code >> yes >> no >> one.k;
        one.code = static_cast<std::uint16_t>(code);
        one.jump_true = static_cast<std::uint8_t>(yes);
        one.jump_false = static_cast<std::uint8_t>(no);
    }
    return made;
}

constexpr std::array texts{"",
                           "tcp port 80",
                           "ip6 and udp",
                           "host 192.0.2.1 and not arp",
                           "vlan and ip",
                           "tcp[tcpflags] & tcp-syn != 0",
                           "less 100 or icmp",
                           "ip[2:2] - ((ip[0]&0xf)<<2) > 64"};

TEST(bpf_text, compiles_to_the_instructions_that_tcpdump_lists) {
    for (const char* text : texts) {
        const auto listing = run("tcpdump", "-ddd -s 65535 -y EN10MB '" + std::string(text) + "'");
        SONDE_REQUIRE_OUTPUT(listing, "tcpdump");
        const auto program = bpf_program::compile(text, {.snap_len = 65535});
        ASSERT_TRUE(program) << text << ": " << describe(program.error());
        const auto wanted = listed(*listing);
        ASSERT_EQ(program->instructions().size(), wanted.size()) << text;
        EXPECT_TRUE(std::ranges::equal(program->instructions(), wanted)) << text;
    }
}

TEST(bpf_text, of_raw_ip_begins_at_the_ip_header) {
    const auto listing = run("tcpdump", "-ddd -s 65535 -y RAW 'tcp port 80'");
    SONDE_REQUIRE_OUTPUT(listing, "tcpdump");
    const auto program = bpf_program::compile("tcp port 80", {.link_type = 101, .snap_len = 65535});
    ASSERT_TRUE(program);
    EXPECT_TRUE(std::ranges::equal(program->instructions(), listed(*listing)));
}

TEST(bpf_text, that_is_wrong_is_one_sentence_with_the_end_of_what_is_understood) {
    const auto refused = bpf_program::compile("tcp and prot 80");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().position, 3U);
    EXPECT_EQ(describe(refused.error()),
              "the filter 'tcp and prot 80' is understood only up to 'tcp': position 3");
    EXPECT_EQ(describe(bpf_program::compile("prot 80").error()),
              "the filter 'prot 80' is not understood");
    EXPECT_EQ(
        describe(bpf_program::compile("ip[0] > 5000000000").error()),
        "the filter 'ip[0] > 5000000000' cannot be used: number 5000000000 overflows 32 bits");
    EXPECT_FALSE(bpf_program::compile(std::string(1 << 20, '(')));
    EXPECT_FALSE(bpf_program::compile(std::string("tcp\0udp", 7)));
}

struct refused_program {
    const char* sentence;
    std::vector<bpf_instruction> code;
};

TEST(bpf_program, that_could_leave_itself_its_memory_or_arithmetic_is_refused) {
    const bpf_instruction end{BPF_RET | BPF_K, 0, 0, 1};
    const std::vector<refused_program> all{
        {"a program has at least one instruction", {}},
        {"instruction 0 ends without a return", {{BPF_LD | BPF_IMM, 0, 0, 0}}},
        {"instruction 0 jumps behind the end", {{BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 0}, end}},
        {"instruction 0 jumps behind the end", {{BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0}, end}},
        {"instruction 0 jumps behind the end", {{BPF_JMP | BPF_JA, 0, 0, 0xffffffff}, end}},
        {"instruction 0 divides by zero", {{BPF_ALU | BPF_DIV | BPF_K, 0, 0, 0}, end}},
        {"instruction 0 divides by zero", {{BPF_ALU | BPF_MOD | BPF_K, 0, 0, 0}, end}},
        {"instruction 0 shifts by more than 31 bits", {{BPF_ALU | BPF_LSH | BPF_K, 0, 0, 32}, end}},
        {"instruction 0 uses a memory word that is not there", {{BPF_ST, 0, 0, 16}, end}},
        {"instruction 0 is unknown", {{0xffff, 0, 0, 0}, end}},
        {"instruction 0 is unknown", {{BPF_LD | BPF_MSH | BPF_B, 0, 0, 0}, end}},
        {"instruction 1 is unknown", {end, {BPF_RET | BPF_X, 0, 0, 0}}},
    };
    for (const auto& [sentence, code] : all) {
        const auto made = bpf_program::from(code);
        ASSERT_FALSE(made) << sentence;
        EXPECT_EQ(describe(made.error()), sentence);
    }
    EXPECT_EQ(describe(bpf_program::from(std::vector<bpf_instruction>(4097, end)).error()),
              "a program has at most 4096 instructions, this one has 4097");
    EXPECT_TRUE(bpf_program::from(std::vector<bpf_instruction>(4096, end)));
}

/// The kernel as an interpreter: a datagram between two sockets of this process passes the filter
/// of the one that receives, and arrives as long as the filter says. Needs no privilege.
class kernel_machine {
  public:
    kernel_machine() {
        std::array<int, 2> ends{-1, -1};
        if (::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) == 0) {
            near_ = ends[0];
            far_ = ends[1];
        }
    }
    kernel_machine(const kernel_machine&) = delete;
    kernel_machine& operator=(const kernel_machine&) = delete;
    ~kernel_machine() {
        ::close(near_);
        ::close(far_);
    }
    bool load(std::span<const bpf_instruction> program) {
        std::vector<sock_filter> code;
        for (const auto& one : program)
            code.push_back({one.code, one.jump_true, one.jump_false, one.k});
        const sock_fprog loaded{static_cast<unsigned short>(code.size()), code.data()};
        return ::setsockopt(far_, SOL_SOCKET, SO_ATTACH_FILTER, &loaded, sizeof loaded) == 0;
    }
    /// Octets that arrived, 0 when none did.
    std::uint32_t run(bytes_view octets) {
        std::array<std::uint8_t, 512> out{};
        static_cast<void>(::send(near_, octets.data(), octets.size(), 0));
        const ssize_t got = ::recv(far_, out.data(), out.size(), 0);
        return got > 0 ? static_cast<std::uint32_t>(got) : 0;
    }

  private:
    int near_ = -1;
    int far_ = -1;
};

bpf_instruction drawn(random_source& from, std::size_t left) {
    static constexpr std::array<unsigned, 43> codes{
        BPF_LD | BPF_W | BPF_ABS,
        BPF_LD | BPF_H | BPF_ABS,
        BPF_LD | BPF_B | BPF_ABS,
        BPF_LD | BPF_W | BPF_IND,
        BPF_LD | BPF_H | BPF_IND,
        BPF_LD | BPF_B | BPF_IND,
        BPF_LD | BPF_W | BPF_LEN,
        BPF_LDX | BPF_W | BPF_LEN,
        BPF_LDX | BPF_B | BPF_MSH,
        BPF_LD | BPF_IMM,
        BPF_LDX | BPF_IMM,
        BPF_ST,
        BPF_STX,
        BPF_MISC | BPF_TAX,
        BPF_MISC | BPF_TXA,
        BPF_ALU | BPF_ADD | BPF_K,
        BPF_ALU | BPF_ADD | BPF_X,
        BPF_ALU | BPF_SUB | BPF_K,
        BPF_ALU | BPF_SUB | BPF_X,
        BPF_ALU | BPF_MUL | BPF_K,
        BPF_ALU | BPF_MUL | BPF_X,
        BPF_ALU | BPF_DIV | BPF_K,
        BPF_ALU | BPF_DIV | BPF_X,
        BPF_ALU | BPF_MOD | BPF_K,
        BPF_ALU | BPF_MOD | BPF_X,
        BPF_ALU | BPF_OR | BPF_K,
        BPF_ALU | BPF_AND | BPF_X,
        BPF_ALU | BPF_XOR | BPF_K,
        BPF_ALU | BPF_LSH | BPF_K,
        BPF_ALU | BPF_LSH | BPF_X,
        BPF_ALU | BPF_RSH | BPF_K,
        BPF_ALU | BPF_RSH | BPF_X,
        BPF_ALU | BPF_NEG,
        BPF_JMP | BPF_JA,
        BPF_JMP | BPF_JEQ | BPF_K,
        BPF_JMP | BPF_JEQ | BPF_X,
        BPF_JMP | BPF_JGT | BPF_K,
        BPF_JMP | BPF_JGT | BPF_X,
        BPF_JMP | BPF_JGE | BPF_K,
        BPF_JMP | BPF_JGE | BPF_X,
        BPF_JMP | BPF_JSET | BPF_K,
        BPF_JMP | BPF_JSET | BPF_X,
        BPF_RET | BPF_A,
    };
    bpf_instruction one{static_cast<std::uint16_t>(codes[from.below(codes.size())]), 0, 0, 0};
    const bool small = from.below(4) != 0;
    one.k = static_cast<std::uint32_t>(small ? from.below(24) : from());
    if (BPF_CLASS(one.code) == BPF_JMP) {
        one.jump_true = static_cast<std::uint8_t>(from.below(left));
        one.jump_false = static_cast<std::uint8_t>(from.below(left));
        if (one.code == (BPF_JMP | BPF_JA)) one.k = static_cast<std::uint32_t>(from.below(left));
    }
    const bool memory = one.code == BPF_ST || one.code == BPF_STX;
    if (memory) one.k %= BPF_MEMWORDS;
    const bool shift = BPF_CLASS(one.code) == BPF_ALU && BPF_SRC(one.code) == BPF_K &&
                       (BPF_OP(one.code) == BPF_LSH || BPF_OP(one.code) == BPF_RSH);
    if (shift) one.k %= 32;
    const bool division = BPF_CLASS(one.code) == BPF_ALU && BPF_SRC(one.code) == BPF_K &&
                          (BPF_OP(one.code) == BPF_DIV || BPF_OP(one.code) == BPF_MOD);
    if (division && one.k == 0) one.k = 3;
    // Absolute loads near 2^32 are the kernel's own facts, which are not ours to know.
    const bool load = BPF_CLASS(one.code) == BPF_LD &&
                      (BPF_MODE(one.code) == BPF_ABS || BPF_MODE(one.code) == BPF_IND);
    if (load || BPF_CLASS(one.code) == BPF_LDX) one.k %= 64;
    return one;
}

TEST(bpf_program, gives_what_the_kernel_gives_for_any_program_and_packet) {
    random_source from(4711);
    kernel_machine kernel;
    int loaded = 0;
    int wanted = 0;
    for (int round = 0; round < 20000; ++round) {
        std::vector<bpf_instruction> code(2 + from.below(14));
        for (std::size_t i = 0; i + 1 < code.size(); ++i) {
            code[i] = drawn(from, code.size() - 1 - i);
        }
        code.back() = {static_cast<std::uint16_t>(BPF_RET | BPF_A), 0, 0, 0};
        const auto program = bpf_program::from(code);
        ASSERT_TRUE(program) << describe(program.error());
        ASSERT_TRUE(kernel.load(code));
        ++loaded;
        std::vector<std::uint8_t> octets(1 + from.below(60));
        for (auto& octet : octets) octet = static_cast<std::uint8_t>(from());
        const auto len = static_cast<std::uint32_t>(octets.size());
        const std::uint32_t ours = std::min(program->run(octets, len), len);
        EXPECT_EQ(ours, kernel.run(octets)) << "round " << round;
        wanted += ours != 0 ? 1 : 0;
    }
    EXPECT_EQ(loaded, 20000);
    EXPECT_GT(wanted, 2000) << "the comparison says little when nearly nothing passes";
}

TEST(bpf_program, selects_from_captures_what_tcpdump_selects) {
    SONDE_REQUIRE_CORPUS();
    static constexpr std::array asked{"tcp",
                                      "udp port 53",
                                      "icmp",
                                      "ip6",
                                      "vlan",
                                      "greater 200",
                                      "tcp[13] & 2 != 0",
                                      "ether broadcast",
                                      "not ip"};
    int files = 0;
    std::vector<std::filesystem::path> paths;
    const auto root = *testing::corpus_root() / "captures";
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
        if (entry.path().extension() == ".pcap") paths.push_back(entry.path());
    }
    std::ranges::sort(paths);
    for (const auto& path : paths) {
        auto file = capture_file::open(path.string());
        if (!file || file->format() != capture_format::pcap) continue;
        if (++files > 40) break;  // each takes nine runs of tcpdump
        const auto all = keep_all(*file);
        for (const char* text : asked) {
            const auto listing =
                run("tcpdump", "-nn -t -r '" + path.string() + "' --count '" + text + "'");
            SONDE_REQUIRE_OUTPUT(listing, "tcpdump");
            const auto link = static_cast<std::uint16_t>(file->interfaces()[0].link_type);
            const auto program = bpf_program::compile(text, {.link_type = link});
            if (!program || listing->empty())
                continue;  // tcpdump refuses the text for this link too
            const auto ours = std::ranges::count_if(all, [&](const kept_packet& one) {
                return program->run(one.octets, one.original_len) != 0;
            });
            EXPECT_EQ(std::to_string(ours), listing->substr(0, listing->find(' ')))
                << path << ": " << text;
        }
    }
    EXPECT_GT(files, 10);
}

}  // namespace
}  // namespace sonde
