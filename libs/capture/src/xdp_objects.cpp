#include "xdp_objects.hpp"

#include <bit>
#include <cerrno>
#include <linux/bpf.h>

#include "xdp_program.hpp"

namespace sonde::inline v0::detail {
namespace {

// bpf(2) takes addresses as integers of 64 bits.
std::uint64_t as_integer(const void* at) noexcept { return std::bit_cast<std::uintptr_t>(at); }

int ask(const packet_calls& calls, bpf_cmd command, bpf_attr& attributes) noexcept {
    return calls.bpf(command, &attributes, sizeof attributes);
}

std::string remedy_for(int code) {
    switch (code) {
        case EPERM:
        case EACCES:
            return "XDP needs CAP_BPF and CAP_NET_ADMIN beside CAP_NET_RAW: run it as root";
        case EBUSY:
            return "another XDP program is attached to the interface; `ip link` shows it";
        case EOPNOTSUPP:
            return "the interface's driver has no XDP";
        case ENOSYS:
        case EINVAL:
            return "this kernel cannot do it (Linux 5.9 or later, CONFIG_XDP_SOCKETS)";
        default:
            return {};
    }
}

tl::unexpected<live_error> refused(const char* operation) {
    const int code = errno;
    return tl::unexpected(live_error{operation, code, {}, remedy_for(code)});
}

}  // namespace

live_result<xdp_objects> load_xdp(const wanted_frames& wanted, std::uint32_t queue,
                                  const packet_calls& calls) {
    xdp_objects made;
    bpf_attr attributes{};
    attributes.map_type = BPF_MAP_TYPE_XSKMAP;
    attributes.key_size = sizeof queue;
    attributes.value_size = sizeof(int);
    attributes.max_entries = queue + 1;
    made.map = owned_fd(ask(calls, BPF_MAP_CREATE, attributes), calls);
    if (!made.map.is_open()) return refused("bpf(BPF_MAP_CREATE)");
    const auto code = redirecting_program(wanted, made.map.number());
    attributes = {};
    attributes.prog_type = BPF_PROG_TYPE_XDP;
    attributes.insn_cnt = static_cast<std::uint32_t>(code.size());
    attributes.insns = as_integer(code.data());
    attributes.license = as_integer("MIT");  // it calls nothing that asks for the GPL
    made.program = owned_fd(ask(calls, BPF_PROG_LOAD, attributes), calls);
    if (!made.program.is_open()) return refused("bpf(BPF_PROG_LOAD)");
    return made;
}

live_result<void> attach_xdp(xdp_objects& objects, std::uint32_t interface_index,
                             std::uint32_t flags, const packet_calls& calls) {
    bpf_attr attributes{};
    attributes.link_create.prog_fd = static_cast<std::uint32_t>(objects.program.number());
    attributes.link_create.target_ifindex = interface_index;
    attributes.link_create.attach_type = BPF_XDP;
    attributes.link_create.flags = flags;
    objects.link = owned_fd(ask(calls, BPF_LINK_CREATE, attributes), calls);
    // A program at the other place, in the driver or behind it, keeps ours away just as well.
    if (!objects.link.is_open() && errno == EEXIST) errno = EBUSY;
    if (!objects.link.is_open()) return refused("bpf(BPF_LINK_CREATE)");
    return {};
}

void detach_xdp(xdp_objects& objects, const packet_calls& calls) noexcept {
    if (objects.link.is_open()) {
        bpf_attr attributes{};
        attributes.link_detach.link_fd = static_cast<std::uint32_t>(objects.link.number());
        static_cast<void>(ask(calls, BPF_LINK_DETACH, attributes));
    }
    objects.link.close();
    objects.program.close();
    objects.map.close();
}

live_result<void> enter_socket(const xdp_objects& objects, std::uint32_t queue, int socket,
                               const packet_calls& calls) {
    bpf_attr attributes{};
    attributes.map_fd = static_cast<std::uint32_t>(objects.map.number());
    attributes.key = as_integer(&queue);
    attributes.value = as_integer(&socket);
    if (ask(calls, BPF_MAP_UPDATE_ELEM, attributes) != 0)
        return refused("bpf(BPF_MAP_UPDATE_ELEM)");
    return {};
}

}  // namespace sonde::inline v0::detail
