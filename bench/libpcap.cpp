// The column "libpcap".

#include <array>
#include <pcap/pcap.h>

#include "task.hpp"

namespace sonde::bench {
namespace {

outcome read_file(const input& in) {
    std::array<char, PCAP_ERRBUF_SIZE> error{};
    pcap_t* const file = ::pcap_open_offline_with_tstamp_precision(
        in.path.c_str(), PCAP_TSTAMP_PRECISION_NANO, error.data());
    outcome made;
    if (file == nullptr) return made;
    pcap_pkthdr* head = nullptr;
    const u_char* octets = nullptr;
    while (::pcap_next_ex(file, &head, &octets) == 1) {
        ++made.packets;
        made.sum += head->caplen;
    }
    ::pcap_close(file);
    return made;
}

outcome write_pcap(const input& in) {
    pcap_t* const kind =
        ::pcap_open_dead_with_tstamp_precision(DLT_EN10MB, 262144, PCAP_TSTAMP_PRECISION_NANO);
    pcap_dumper_t* const out = ::pcap_dump_open(kind, "/dev/null");
    outcome made;
    pcap_pkthdr head{};
    head.ts.tv_sec = 1'600'000'000;
    for (const bytes_view frame : in.frames.all) {
        head.caplen = head.len = static_cast<bpf_u_int32>(frame.size());
        ::pcap_dump(static_cast<u_char*>(static_cast<void*>(out)), &head, frame.data());
        ++made.packets;
        made.sum += frame.size();
    }
    ::pcap_dump_close(out);
    ::pcap_close(kind);
    return made;
}

std::uint64_t filter_frame(bytes_view frame) {
    static const bpf_program wanted = [] {
        bpf_program made{};
        pcap_t* const kind = ::pcap_open_dead(DLT_EN10MB, 262144);
        static_cast<void>(::pcap_compile(kind, &made, filter_text.data(), 1, PCAP_NETMASK_UNKNOWN));
        ::pcap_close(kind);
        return made;
    }();
    const auto len = static_cast<u_int>(frame.size());
    return ::bpf_filter(wanted.bf_insns, frame.data(), len, len) != 0 ? 1 : 0;
}

constexpr std::string_view me = "libpcap";
constexpr task tasks[] = {{"read_pcap", me, read_file},
                          {"read_pcapng", me, read_file},
                          {"write_pcap", me, write_pcap},
                          {"filter", me, over_frames<filter_frame>}};

}  // namespace

std::span<const task> libpcap_tasks() noexcept { return tasks; }

}  // namespace sonde::bench
