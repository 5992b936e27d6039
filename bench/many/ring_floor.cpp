// ring_floor packet|packet-txring|xdp|xdp-driver [SECONDS] [COUNT]: the least that a loop over a
// packet ring or an XDP socket must do. Sends IPv4 echo requests in batches of 64 to the addresses
// of TARGETS, with at most 4,096 unanswered, and counts the replies. No matching, no cookie, no
// statistics, no neighbours: what the ports are compared with.
//
// In scripts/many_lab, which sets NEAR_DEVICE, FAR and TARGETS. COUNT ends it after so many probes.
// Of little-endian machines only.

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <atomic>
#include <bit>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/if_xdp.h>
#include <net/if.h>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <vector>

namespace {

constexpr std::size_t batch_len = 64;
constexpr std::size_t frame_len = 14 + 20 + 8 + 24;
constexpr std::uint64_t in_flight_max = 4096;
constexpr std::uint16_t identifier = 0x5e0d;

[[noreturn]] void fail(const char* what) {
    std::fprintf(stderr, "ring_floor: %s: %s\n", what, std::strerror(errno));
    std::exit(1);
}
int checked(int result, const char* what) {
    if (result < 0) fail(what);
    return result;
}

double seconds_of(clockid_t clock) {
    timespec now{};
    ::clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}
double cpu_seconds() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto part = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return part(used.ru_utime) + part(used.ru_stime);
}

// Where the loop runs, and the frame that all probes begin as.
struct course {
    unsigned interface = 0;
    std::uint32_t first_target = 0;
    std::uint32_t target_count = 1;
    std::array<std::uint8_t, frame_len> frame{};
};

std::string variable(const char* name) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): one thread
    if (value == nullptr) {
        std::fprintf(stderr, "ring_floor: run it in scripts/many_lab\n");
        std::exit(2);
    }
    return value;
}

void put16(std::uint8_t* at, unsigned value) {
    at[0] = static_cast<std::uint8_t>(value >> 8);
    at[1] = static_cast<std::uint8_t>(value);
}
void put32(std::uint8_t* at, std::uint32_t value) {
    put16(at, value >> 16);
    put16(at + 2, value & 0xffff);
}

void put_link_addresses(course& made, const std::string& device, const std::string& router) {
    const int asking = checked(::socket(AF_INET, SOCK_DGRAM, 0), "socket");
    ifreq request{};
    device.copy(request.ifr_name, IFNAMSIZ - 1);
    checked(::ioctl(asking, SIOCGIFHWADDR, &request), "SIOCGIFHWADDR");
    std::copy_n(request.ifr_hwaddr.sa_data, 6, made.frame.begin() + 6);
    checked(::ioctl(asking, SIOCGIFADDR, &request), "SIOCGIFADDR");
    std::copy_n(request.ifr_addr.sa_data + 2, 4, made.frame.begin() + 26);
    ::close(asking);
    std::ifstream neighbours("/proc/net/arp");
    for (std::string line; std::getline(neighbours, line);) {
        if (!line.starts_with(router + " ")) continue;
        const auto at = line.find(':') - 2;
        for (std::size_t i = 0; i < 6; ++i) {
            made.frame[i] =
                static_cast<std::uint8_t>(std::stoi(line.substr(at + 3 * i, 2), nullptr, 16));
        }
        return;
    }
    std::fprintf(stderr, "ring_floor: %s is not in the neighbour table\n", router.c_str());
    std::exit(1);
}

course prepare() {
    course made;
    const std::string device = variable("NEAR_DEVICE");
    const std::string targets = variable("TARGETS");
    const auto slash = targets.find('/');
    in_addr first{};
    ::inet_pton(AF_INET, targets.substr(0, slash).c_str(), &first);
    made.first_target = __builtin_bswap32(first.s_addr);
    made.target_count = 1U << (32 - std::stoi(targets.substr(slash + 1)));
    made.interface = ::if_nametoindex(device.c_str());
    put16(&made.frame[12], ETH_P_IP);
    made.frame[14] = 0x45;
    put16(&made.frame[16], frame_len - 14);
    made.frame[22] = 64;
    made.frame[23] = IPPROTO_ICMP;
    made.frame[34] = 8;
    put16(&made.frame[38], identifier);
    put_link_addresses(made, device, variable("FAR"));
    return made;
}

std::uint16_t sum_of(const std::uint8_t* at, std::size_t len) {
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < len; i += 2) {
        sum += static_cast<std::uint32_t>(at[i] << 8 | at[i + 1]);
    }
    sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<std::uint16_t>(~(sum + (sum >> 16)));
}

// Probe `number` into a buffer that holds the frame already.
void write_probe(std::uint8_t* out, const course& on, std::uint64_t number) {
    put32(out + 30, on.first_target + static_cast<std::uint32_t>(number % on.target_count));
    put16(out + 24, 0);
    put16(out + 24, sum_of(out + 14, 20));
    put16(out + 40, static_cast<unsigned>(number & 0xffff));
    put16(out + 36, 0);
    put16(out + 36, sum_of(out + 34, frame_len - 34));
}

bool is_reply(const std::uint8_t* frame, std::size_t len) {
    return len >= 42 && frame[14] == 0x45 && frame[23] == IPPROTO_ICMP && frame[34] == 0 &&
           frame[38] == identifier >> 8 && frame[39] == (identifier & 0xff);
}

// --- AF_PACKET -------------------------------------------------------------------------------

class packet_path {
  public:
    packet_path(const course& on, bool by_ring) : on_(on), by_ring_(by_ring) {
        receiver_ = checked(::socket(AF_PACKET, SOCK_RAW, 0), "socket(AF_PACKET)");
        filter();
        open_receive_ring();
        bind(receiver_, ETH_P_IP);
        sender_ = checked(::socket(AF_PACKET, SOCK_RAW, 0), "socket(AF_PACKET)");
        const int yes = 1;
        checked(::setsockopt(sender_, SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof yes), "bypass");
        if (by_ring_) open_send_ring();
        bind(sender_, 0);
        if (!by_ring_) prepare_batch();
    }
    std::size_t send(std::uint64_t number, std::size_t count) {
        return by_ring_ ? send_by_ring(number, count) : send_by_batch(number, count);
    }
    std::uint64_t receive() {
        std::uint64_t replies = 0;
        for (;;) {
            auto* const block = blocks_ + block_ * block_len;
            const auto& head = *at_place<tpacket_block_desc>(block);
            const auto status = std::atomic_ref(*word(block + 8)).load(std::memory_order_acquire);
            if ((status & TP_STATUS_USER) == 0) return replies;
            const auto* at = block + head.hdr.bh1.offset_to_first_pkt;
            for (std::uint32_t i = 0; i < head.hdr.bh1.num_pkts; ++i) {
                const auto& frame = *at_place<tpacket3_hdr>(at);
                if (is_reply(at + frame.tp_mac, frame.tp_snaplen)) ++replies;
                at += frame.tp_next_offset;
            }
            std::atomic_ref(*word(block + 8)).store(TP_STATUS_KERNEL, std::memory_order_release);
            block_ = (block_ + 1) % block_count;
        }
    }
    void wait() const {
        pollfd watched{receiver_, POLLIN, 0};
        ::poll(&watched, 1, 100);
    }
    std::uint64_t drops() const {
        tpacket_stats_v3 seen{};
        socklen_t len = sizeof seen;
        ::getsockopt(receiver_, SOL_PACKET, PACKET_STATISTICS, &seen, &len);
        return seen.tp_drops;
    }

  private:
    static constexpr std::size_t block_len = 65536;
    static constexpr std::size_t block_count = 256;
    static constexpr std::size_t slot_len = 256;
    static constexpr std::size_t slot_count = 4096;

    template <class T>
    static const T* at_place(const std::uint8_t* at) {
        return static_cast<const T*>(static_cast<const void*>(at));
    }
    static std::uint32_t* word(std::uint8_t* at) {
        return static_cast<std::uint32_t*>(static_cast<void*>(at));
    }
    void bind(int to, std::uint16_t protocol) const {
        sockaddr_ll address{};
        address.sll_family = AF_PACKET;
        address.sll_protocol = __builtin_bswap16(protocol);
        address.sll_ifindex = static_cast<int>(on_.interface);
        checked(::bind(to,
                       static_cast<const sockaddr*>(static_cast<const void*>(&address)),
                       sizeof address),
                "bind");
    }
    void filter() const {  // replies with our identifier
        std::array<sock_filter, 6> code{{{BPF_LD | BPF_B | BPF_ABS, 0, 0, 23},
                                         {BPF_JMP | BPF_JEQ | BPF_K, 0, 3, IPPROTO_ICMP},
                                         {BPF_LD | BPF_H | BPF_ABS, 0, 0, 38},
                                         {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, identifier},
                                         {BPF_RET | BPF_K, 0, 0, 0xffff},
                                         {BPF_RET | BPF_K, 0, 0, 0}}};
        const sock_fprog program{code.size(), code.data()};
        checked(::setsockopt(receiver_, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program),
                "filter");
        const int yes = 1;
        checked(::setsockopt(receiver_, SOL_PACKET, PACKET_IGNORE_OUTGOING, &yes, sizeof yes),
                "ignore outgoing");
    }
    void open_receive_ring() {
        const int version = TPACKET_V3;
        checked(::setsockopt(receiver_, SOL_PACKET, PACKET_VERSION, &version, sizeof version),
                "version");
        tpacket_req3 asked{};
        asked.tp_block_size = block_len;
        asked.tp_block_nr = block_count;
        asked.tp_frame_size = 2048;
        asked.tp_frame_nr = block_len / 2048 * block_count;
        asked.tp_retire_blk_tov = 1;
        checked(::setsockopt(receiver_, SOL_PACKET, PACKET_RX_RING, &asked, sizeof asked), "ring");
        blocks_ = map(receiver_, block_len * block_count);
    }
    void open_send_ring() {
        const int version = TPACKET_V2;
        checked(::setsockopt(sender_, SOL_PACKET, PACKET_VERSION, &version, sizeof version),
                "version");
        tpacket_req asked{};
        asked.tp_block_size = block_len;
        asked.tp_block_nr = slot_len * slot_count / block_len;
        asked.tp_frame_size = slot_len;
        asked.tp_frame_nr = slot_count;
        checked(::setsockopt(sender_, SOL_PACKET, PACKET_TX_RING, &asked, sizeof asked), "tx ring");
        slots_ = map(sender_, slot_len * slot_count);
        for (std::size_t i = 0; i < slot_count; ++i) {
            std::ranges::copy(on_.frame, slots_ + i * slot_len + data_offset);
        }
    }
    static std::uint8_t* map(int from, std::size_t len) {
        void* const place =
            ::mmap(nullptr, len, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, from, 0);
        if (place == MAP_FAILED) fail("mmap");
        return static_cast<std::uint8_t*>(place);
    }
    void prepare_batch() {
        for (std::size_t i = 0; i < batch_len; ++i) {
            buffers_[i] = on_.frame;
            vectors_[i] = {buffers_[i].data(), frame_len};
            messages_[i].msg_hdr.msg_iov = &vectors_[i];
            messages_[i].msg_hdr.msg_iovlen = 1;
        }
    }
    std::size_t send_by_batch(std::uint64_t number, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) write_probe(buffers_[i].data(), on_, number + i);
        const int taken = ::sendmmsg(sender_, messages_.data(), static_cast<unsigned>(count), 0);
        return taken < 0 ? 0 : static_cast<std::size_t>(taken);
    }
    std::size_t send_by_ring(std::uint64_t number, std::size_t count) {
        std::size_t made = 0;
        for (; made < count; ++made) {
            auto* const slot = slots_ + slot_ * slot_len;
            std::atomic_ref status(*word(slot));
            if (status.load(std::memory_order_acquire) != TP_STATUS_AVAILABLE) break;
            write_probe(slot + data_offset, on_, number + made);
            *word(slot + 4) = frame_len;
            status.store(TP_STATUS_SEND_REQUEST, std::memory_order_release);
            slot_ = (slot_ + 1) % slot_count;
        }
        static_cast<void>(::sendto(sender_, nullptr, 0, MSG_DONTWAIT, nullptr, 0));
        return made;
    }
    static constexpr std::size_t data_offset = (sizeof(tpacket2_hdr) + 15) / 16 * 16;

    const course& on_;
    bool by_ring_;
    int receiver_ = -1;
    int sender_ = -1;
    std::uint8_t* blocks_ = nullptr;
    std::uint8_t* slots_ = nullptr;
    std::size_t block_ = 0;
    std::size_t slot_ = 0;
    std::array<std::array<std::uint8_t, frame_len>, batch_len> buffers_{};
    std::array<iovec, batch_len> vectors_{};
    std::array<mmsghdr, batch_len> messages_{};
};

// --- AF_XDP ----------------------------------------------------------------------------------

int bpf(int command, bpf_attr& attributes) {
    return static_cast<int>(::syscall(SYS_bpf, command, &attributes, sizeof attributes));
}
std::uint64_t address_of(const void* at) { return std::bit_cast<std::uintptr_t>(at); }

// One of the four rings of an XDP socket; `Entry` is an address or a descriptor.
template <class Entry>
struct xdp_ring {
    std::uint32_t* producer = nullptr;
    std::uint32_t* consumer = nullptr;
    std::uint32_t* flags = nullptr;
    Entry* entries = nullptr;

    std::uint32_t made() const {
        return std::atomic_ref(*producer).load(std::memory_order_acquire);
    }
    std::uint32_t used() const {
        return std::atomic_ref(*consumer).load(std::memory_order_acquire);
    }
    void make(std::uint32_t to) { std::atomic_ref(*producer).store(to, std::memory_order_release); }
    void use(std::uint32_t to) { std::atomic_ref(*consumer).store(to, std::memory_order_release); }
};

class xdp_path {
  public:
    xdp_path(const course& on, std::uint32_t mode) : on_(on) {
        socket_ = checked(::socket(AF_XDP, SOCK_RAW, 0), "socket(AF_XDP)");
        open_memory();
        attach(mode);
        for (std::uint32_t i = 0; i < half; ++i) {
            std::ranges::copy(on_.frame, memory_ + std::size_t{i} * chunk_len);
            fill_.entries[i] = (std::uint64_t{half} + i) * chunk_len;
            free_.push_back(std::uint64_t{i} * chunk_len);
        }
        fill_.make(half);
    }
    std::size_t send(std::uint64_t number, std::size_t count) {
        reclaim();
        count = std::min(count, free_.size());
        std::uint32_t at = *send_.producer;
        for (std::size_t i = 0; i < count; ++i) {
            const std::uint64_t where = free_.back();
            free_.pop_back();
            write_probe(memory_ + where, on_, number + i);
            send_.entries[at++ & (half - 1)] = {where, frame_len, 0};
        }
        send_.make(at);
        // Generic transmission takes 32 frames a call.
        for (int tries = 0; tries < 8 && send_.used() != at; ++tries) {
            static_cast<void>(::sendto(socket_, nullptr, 0, MSG_DONTWAIT, nullptr, 0));
        }
        return count;
    }
    std::uint64_t receive() {
        std::uint64_t replies = 0;
        const std::uint32_t end = receive_.made();
        std::uint32_t at = *receive_.consumer;
        std::uint32_t given = *fill_.producer;
        for (; at != end; ++at) {
            const xdp_desc& frame = receive_.entries[at & (half - 1)];
            if (is_reply(memory_ + frame.addr, frame.len)) ++replies;
            fill_.entries[given++ & (half - 1)] = frame.addr / chunk_len * chunk_len;
        }
        receive_.use(at);
        fill_.make(given);
        return replies;
    }
    void wait() const {
        pollfd watched{socket_, POLLIN, 0};
        ::poll(&watched, 1, 100);
    }
    std::uint64_t drops() const {
        xdp_statistics seen{};
        socklen_t len = sizeof seen;
        ::getsockopt(socket_, SOL_XDP, XDP_STATISTICS, &seen, &len);
        return seen.rx_dropped + seen.rx_ring_full;
    }

  private:
    static constexpr std::uint32_t half = 4096;  // chunks for sending, and as many for receiving
    static constexpr std::size_t chunk_len = 2048;

    template <class Entry>
    xdp_ring<Entry> map_ring(const xdp_ring_offset& at, std::uint64_t page) {
        const std::size_t len = at.desc + half * sizeof(Entry);
        void* const place = ::mmap(nullptr,
                                   len,
                                   PROT_READ | PROT_WRITE,
                                   MAP_SHARED | MAP_POPULATE,
                                   socket_,
                                   static_cast<off_t>(page));
        if (place == MAP_FAILED) fail("mmap");
        auto* const first = static_cast<std::uint8_t*>(place);
        const auto word = [&](std::uint64_t offset) {
            return static_cast<std::uint32_t*>(static_cast<void*>(first + offset));
        };
        return {word(at.producer),
                word(at.consumer),
                word(at.flags),
                static_cast<Entry*>(static_cast<void*>(first + at.desc))};
    }
    void open_memory() {
        const std::size_t len = 2 * half * chunk_len;
        void* const place = ::mmap(nullptr,
                                   len,
                                   PROT_READ | PROT_WRITE,
                                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE,
                                   -1,
                                   0);
        if (place == MAP_FAILED) fail("mmap");
        memory_ = static_cast<std::uint8_t*>(place);
        xdp_umem_reg memory{};
        memory.addr = address_of(place);
        memory.len = len;
        memory.chunk_size = chunk_len;
        checked(::setsockopt(socket_, SOL_XDP, XDP_UMEM_REG, &memory, sizeof memory), "umem");
        for (const int name :
             {XDP_UMEM_FILL_RING, XDP_UMEM_COMPLETION_RING, XDP_RX_RING, XDP_TX_RING}) {
            checked(::setsockopt(socket_, SOL_XDP, name, &half, sizeof half), "rings");
        }
        xdp_mmap_offsets offsets{};
        socklen_t offsets_len = sizeof offsets;
        checked(::getsockopt(socket_, SOL_XDP, XDP_MMAP_OFFSETS, &offsets, &offsets_len),
                "offsets");
        receive_ = map_ring<xdp_desc>(offsets.rx, XDP_PGOFF_RX_RING);
        send_ = map_ring<xdp_desc>(offsets.tx, XDP_PGOFF_TX_RING);
        fill_ = map_ring<std::uint64_t>(offsets.fr, XDP_UMEM_PGOFF_FILL_RING);
        done_ = map_ring<std::uint64_t>(offsets.cr, XDP_UMEM_PGOFF_COMPLETION_RING);
    }
    void attach(std::uint32_t mode) {
        bpf_attr attributes{};
        attributes.map_type = BPF_MAP_TYPE_XSKMAP;
        attributes.key_size = attributes.value_size = 4;
        attributes.max_entries = 1;
        const int map = checked(bpf(BPF_MAP_CREATE, attributes), "xskmap");
        // IPv4 to the socket of the queue, everything else to the stack.
        const std::array<bpf_insn, 12> code{{
            {BPF_LDX | BPF_MEM | BPF_W, 2, 1, 0, 0},
            {BPF_LDX | BPF_MEM | BPF_W, 3, 1, 4, 0},
            {BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, XDP_PASS},
            {BPF_ALU64 | BPF_MOV | BPF_X, 4, 2, 0, 0},
            {BPF_ALU64 | BPF_ADD | BPF_K, 4, 0, 0, 14},
            {BPF_JMP | BPF_JGT | BPF_X, 4, 3, 5 + 1, 0},
            {BPF_LDX | BPF_MEM | BPF_H, 4, 2, 12, 0},
            {BPF_JMP | BPF_JNE | BPF_K, 4, 0, 4, 0x0008},
            {BPF_LD | BPF_IMM | BPF_DW, 1, BPF_PSEUDO_MAP_FD, 0, map},
            {0, 0, 0, 0, 0},
            {BPF_ALU64 | BPF_MOV | BPF_K, 2, 0, 0, 0},
            {BPF_ALU64 | BPF_MOV | BPF_K, 3, 0, 0, XDP_PASS},
        }};
        std::vector<bpf_insn> whole(code.begin(), code.end());
        whole[5].off = 8;  // to the exit
        whole[7].off = 6;
        whole.push_back({BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_redirect_map});
        whole.push_back({BPF_JMP | BPF_EXIT, 0, 0, 0, 0});
        whole[5].off = static_cast<std::int16_t>(whole.size() - 1 - 5 - 1);
        whole[7].off = static_cast<std::int16_t>(whole.size() - 1 - 7 - 1);
        std::array<char, 16384> reasons{};
        attributes = {};
        attributes.prog_type = BPF_PROG_TYPE_XDP;
        attributes.insn_cnt = static_cast<std::uint32_t>(whole.size());
        attributes.insns = address_of(whole.data());
        attributes.license = address_of("GPL");
        attributes.log_buf = address_of(reasons.data());
        attributes.log_size = reasons.size();
        attributes.log_level = 1;
        const int program = bpf(BPF_PROG_LOAD, attributes);
        if (program < 0) std::fprintf(stderr, "%s", reasons.data());
        checked(program, "program");
        sockaddr_xdp address{};
        address.sxdp_family = AF_XDP;
        address.sxdp_flags = XDP_USE_NEED_WAKEUP;
        address.sxdp_ifindex = on_.interface;
        checked(::bind(socket_,
                       static_cast<const sockaddr*>(static_cast<const void*>(&address)),
                       sizeof address),
                "bind(AF_XDP)");
        const std::uint32_t key = 0;
        attributes = {};
        attributes.map_fd = static_cast<std::uint32_t>(map);
        attributes.key = address_of(&key);
        attributes.value = address_of(&socket_);
        checked(bpf(BPF_MAP_UPDATE_ELEM, attributes), "xskmap entry");
        attributes = {};
        attributes.link_create.prog_fd = static_cast<std::uint32_t>(program);
        attributes.link_create.target_ifindex = on_.interface;
        attributes.link_create.attach_type = BPF_XDP;
        attributes.link_create.flags = mode;
        checked(bpf(BPF_LINK_CREATE, attributes), "link");
    }
    void reclaim() {
        const std::uint32_t end = done_.made();
        std::uint32_t at = *done_.consumer;
        for (; at != end; ++at) free_.push_back(done_.entries[at & (half - 1)]);
        done_.use(at);
    }

    const course& on_;
    int socket_ = -1;
    std::uint8_t* memory_ = nullptr;
    std::vector<std::uint64_t> free_;
    xdp_ring<xdp_desc> receive_{};
    xdp_ring<xdp_desc> send_{};
    xdp_ring<std::uint64_t> fill_{};
    xdp_ring<std::uint64_t> done_{};
};

// --- the loop --------------------------------------------------------------------------------

template <class Path>
int run(Path& path, const char* name, double seconds, std::uint64_t count) {
    const double start = seconds_of(CLOCK_MONOTONIC);
    const double cpu = cpu_seconds();
    std::uint64_t sent = 0;
    std::uint64_t replies = 0;
    double last = start;
    double heard = start;
    for (std::uint64_t turn = 0;; ++turn) {
        if (turn % 64 == 0) last = seconds_of(CLOCK_MONOTONIC);
        const bool is_over = last - start > seconds || (count != 0 && sent >= count);
        if (is_over && (replies >= sent || last - heard > 1)) break;
        const std::uint64_t left = count == 0 ? batch_len : count - sent;
        const std::uint64_t room = std::min(in_flight_max - std::min(in_flight_max, sent - replies),
                                            std::min<std::uint64_t>(batch_len, left));
        if (!is_over && room > 0) sent += path.send(sent, static_cast<std::size_t>(room));
        const std::uint64_t got = path.receive();
        replies += got;
        if (got > 0) heard = last;
        if (got == 0 && (is_over || room == 0)) {
            path.wait();
            last = seconds_of(CLOCK_MONOTONIC);
        }
    }
    const double took = std::max(1e-9, heard - start);
    std::printf(
        "%-14s sent %llu replies %llu drops %llu  %.0f round trips/s  %.2f us CPU each\n",
        name,
        static_cast<unsigned long long>(sent),
        static_cast<unsigned long long>(replies),
        static_cast<unsigned long long>(path.drops()),
        static_cast<double>(replies) / took,
        (cpu_seconds() - cpu) * 1e6 / static_cast<double>(std::max<std::uint64_t>(1, replies)));
    return replies == sent ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view mode = argc > 1 ? argv[1] : "";
    const double seconds = argc > 2 ? std::atof(argv[2]) : 2;
    const std::uint64_t count = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 0;
    if (mode != "packet" && mode != "packet-txring" && mode != "xdp" && mode != "xdp-driver") {
        std::fprintf(stderr, "ring_floor packet|packet-txring|xdp|xdp-driver [SECONDS] [COUNT]\n");
        return 2;
    }
    const course on = prepare();
    if (mode.starts_with("packet")) {
        packet_path path(on, mode != "packet");
        return run(path, argv[1], seconds, count);
    }
    const std::uint32_t flags = mode == "xdp" ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE;
    xdp_path path(on, flags);
    return run(path, argv[1], seconds, count);
}
