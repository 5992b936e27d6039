// The wall before libpcap: its compiler of filter texts, and nothing else of it.

#include <algorithm>
#include <limits>
#include <memory>
#include <pcap/pcap.h>

#include <sonde/base/text.hpp>
#include <sonde/capture/bpf.hpp>

// libpcap.a has one table of all its sources of packets, D-Bus among them, and so asks for libdbus
// and libsystemd of every program that is linked with it statically. These two functions stand in
// for its file pcap-dbus.o: there is no such source here. They lie beside the only use of libpcap,
// so that the linker knows them before it looks into the archive. A shared libpcap keeps its own.
extern "C" {
struct pcap_if_list;
int dbus_findalldevs(pcap_if_list*, char*);
pcap_t* dbus_create(const char*, char*, int*);
int dbus_findalldevs(pcap_if_list*, char*) { return 0; }
pcap_t* dbus_create(const char*, char*, int* is_ours) {
    *is_ours = 0;
    return nullptr;
}
}

namespace sonde::inline v0 {
namespace {

struct pcap_closer {
    void operator()(pcap_t* handle) const noexcept { ::pcap_close(handle); }
};
using pcap_handle = std::unique_ptr<pcap_t, pcap_closer>;

// LINKTYPE_* of files is DLT_* of libpcap but for those whose DLT_* differs between systems.
int data_link_of(std::uint16_t link_type) noexcept {
    switch (link_type) {
        case 100:
            return DLT_ATM_RFC1483;
        case 101:
            return DLT_RAW;
        case 106:
            return DLT_ATM_CLIP;
        default:
            return link_type;
    }
}

class compiled_text {
  public:
    compiled_text() = default;
    compiled_text(const compiled_text&) = delete;
    compiled_text& operator=(const compiled_text&) = delete;
    ~compiled_text() { ::pcap_freecode(&program_); }
    bool make(pcap_t* handle, const std::string& text, const bpf_options& options) {
        return ::pcap_compile(handle,
                              &program_,
                              text.c_str(),
                              options.optimize ? 1 : 0,
                              options.ipv4_netmask.value_or(PCAP_NETMASK_UNKNOWN)) == 0;
    }
    [[nodiscard]] std::vector<bpf_instruction> instructions() const {
        std::vector<bpf_instruction> made;
        made.reserve(program_.bf_len);
        for (const bpf_insn& one : std::span(program_.bf_insns, program_.bf_len)) {
            made.push_back({one.code, one.jt, one.jf, one.k});
        }
        return made;
    }

  private:
    struct ::bpf_program program_{};
};

// The end of the longest run of whole words from the start that is a filter by itself.
std::size_t end_of_good_part(pcap_t* handle, const std::string& text, const bpf_options& options) {
    constexpr int tries_max = 64;
    std::size_t end = text.size();
    for (int tries = 0; tries < tries_max; ++tries) {
        end = text.find_last_of(" \t\n()&|!", end == 0 ? 0 : end - 1);
        if (end == std::string::npos || end == 0) return 0;
        compiled_text part;
        if (part.make(handle, text.substr(0, end), options)) {
            const std::size_t last = text.find_last_not_of(" \t\n", end - 1);
            return last == std::string::npos ? 0 : last + 1;
        }
    }
    return 0;
}

bpf_error error_of(pcap_t* handle, const std::string& text, const bpf_options& options) {
    const std::string said = ::pcap_geterr(handle);
    bpf_error error{"the filter '" + printable(text) + "' ", std::nullopt};
    if (said.find("syntax error") == std::string::npos) {
        error.sentence += "cannot be used: " + printable(said);
        return error;
    }
    const std::size_t end = end_of_good_part(handle, text, options);
    error.position = end;
    if (end == 0) {
        error.sentence += "is not understood";
    } else {
        error.sentence += "is understood only up to '" + printable(text.substr(0, end)) +
                          "': position " + std::to_string(end);
    }
    return error;
}

}  // namespace

bpf_result<bpf_program> bpf_program::compile(const std::string& text, const bpf_options& options) {
    constexpr std::size_t text_len_max = 65536;
    if (text.size() > text_len_max || text.find('\0') != std::string::npos) {
        return tl::unexpected(bpf_error{"a filter is a text of at most " +
                                            std::to_string(text_len_max) +
                                            " letters without a zero octet",
                                        std::nullopt});
    }
    constexpr auto snap_len_max = static_cast<std::uint32_t>(std::numeric_limits<int>::max());
    const pcap_handle handle(
        ::pcap_open_dead(data_link_of(options.link_type),
                         static_cast<int>(std::min(options.snap_len, snap_len_max))));
    if (!handle) return tl::unexpected(bpf_error{"libpcap has no memory", std::nullopt});
    compiled_text compiled;
    if (!compiled.make(handle.get(), text, options)) {
        return tl::unexpected(error_of(handle.get(), text, options));
    }
    return from(compiled.instructions());
}

}  // namespace sonde::inline v0
