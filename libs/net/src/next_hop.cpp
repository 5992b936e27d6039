#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <linux/fib_rules.h>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <span>

#include <sonde/base/octets.hpp>
#include <sonde/net/fd.hpp>
#include <sonde/net/next_hop.hpp>

namespace sonde::inline v0 {
namespace {

using octets_view = std::span<const std::uint8_t>;

constexpr std::size_t answer_len_max = 8192;  // octets; the kernel's are a few hundred
constexpr std::size_t list_len_max = 32768;  // octets of one part of a list (NLMSG_GOODSIZE, 8 KiB)

template <class T>
std::optional<T> read_struct(octets_view in) noexcept {
    if (in.size() < sizeof(T)) return std::nullopt;
    T made{};
    std::memcpy(&made, in.data(), sizeof made);
    return made;
}

// One message: its header, a fixed part, attributes.
class netlink_request {
  public:
    template <class Fixed>
    netlink_request(std::uint16_t type, const Fixed& fixed) {
        header_.nlmsg_type = type;
        header_.nlmsg_flags = NLM_F_REQUEST;
        header_.nlmsg_len = sizeof header_;
        put(&fixed, sizeof fixed);
    }
    void ask_for_all() { header_.nlmsg_flags |= NLM_F_DUMP; }
    void add(std::uint16_t type, octets_view value) {
        const rtattr head{.rta_len = static_cast<std::uint16_t>(sizeof(rtattr) + value.size()),
                          .rta_type = type};
        put(&head, sizeof head);
        put(value.data(), value.size());
    }
    void add(std::uint16_t type, const ip_address& address) {
        if (address.is_v6()) return add(type, address.v6().octets);
        std::array<std::uint8_t, 4> octets{};
        put_be32_at(octets, 0, address.v4().value);
        add(type, octets);
    }
    void add(std::uint16_t type, std::uint32_t value) {
        std::array<std::uint8_t, sizeof value> octets{};
        std::memcpy(octets.data(), &value, sizeof value);
        add(type, octets);
    }
    [[nodiscard]] octets_view octets() {
        std::memcpy(octets_.data(), &header_, sizeof header_);
        return octets_view(octets_).first(header_.nlmsg_len);
    }

  private:
    // Everything that we say is a multiple of four octets long, as attributes must be.
    void put(const void* from, std::size_t len) {
        std::memcpy(octets_.data() + header_.nlmsg_len, from, len);
        header_.nlmsg_len += static_cast<std::uint32_t>(len);
    }
    nlmsghdr header_{};
    std::array<std::uint8_t, 128> octets_{};  // the longest of ours has 72
};

struct netlink_answer {
    std::array<std::uint8_t, answer_len_max> buffer{};
    octets_view body{};  // behind the message's header
};

tl::unexpected<os_error> refused(const char* operation, int code, const ip_address& peer) {
    return tl::unexpected(os_error{operation, code, peer});
}

class netlink_socket {
  public:
    netlink_socket(const system_calls& calls, const ip_address& peer)
        : calls_(calls),
          peer_(peer),
          socket_(calls.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), calls) {
        if (!socket_.is_open()) code_ = errno;
    }
    // The answer is written into `out`, and its body refers to it.
    io_result<void> ask(octets_view request, std::uint16_t wanted, netlink_answer& out) {
        if (!socket_.is_open()) return refused("socket(AF_NETLINK)", code_, peer_);
        if (calls_.write(socket_.number(), request.data(), request.size()) < 0) {
            return refused("write(AF_NETLINK)", errno, peer_);
        }
        const ssize_t len = calls_.read(socket_.number(), out.buffer.data(), out.buffer.size());
        if (len < 0) return refused("read(AF_NETLINK)", errno, peer_);
        const octets_view got = octets_view(out.buffer).first(static_cast<std::size_t>(len));
        const auto head = read_struct<nlmsghdr>(got);
        if (!head || head->nlmsg_len < sizeof *head || head->nlmsg_len > got.size()) {
            return refused("read(AF_NETLINK)", EPROTO, peer_);
        }
        out.body = got.first(head->nlmsg_len).subspan(sizeof *head);
        if (head->nlmsg_type == wanted) return {};
        const auto said = read_struct<nlmsgerr>(out.body);
        const bool is_error = head->nlmsg_type == NLMSG_ERROR && said && said->error < 0;
        return refused("route lookup", is_error ? -said->error : EPROTO, peer_);
    }

    // Messages of a list, each handed to `take` as its header and its body, until the list ends.
    template <class Take>
    io_result<void> ask_for_all(octets_view request, const Take& take) {
        if (!socket_.is_open()) return refused("socket(AF_NETLINK)", code_, peer_);
        if (calls_.write(socket_.number(), request.data(), request.size()) < 0) {
            return refused("write(AF_NETLINK)", errno, peer_);
        }
        std::vector<std::uint8_t> buffer(list_len_max);
        for (;;) {
            const ssize_t len = calls_.read(socket_.number(), buffer.data(), buffer.size());
            if (len < 0) return refused("read(AF_NETLINK)", errno, peer_);
            octets_view rest = octets_view(buffer).first(static_cast<std::size_t>(len));
            if (rest.empty()) return refused("read(AF_NETLINK)", EPROTO, peer_);
            while (!rest.empty()) {
                const auto head = read_struct<nlmsghdr>(rest);
                if (!head || head->nlmsg_len < sizeof *head || head->nlmsg_len > rest.size()) {
                    return refused("read(AF_NETLINK)", EPROTO, peer_);
                }
                if (head->nlmsg_type == NLMSG_DONE) return {};
                const octets_view body = rest.first(head->nlmsg_len).subspan(sizeof *head);
                if (const int code = take(*head, body)) return refused("route list", code, peer_);
                const std::size_t step = (std::size_t{head->nlmsg_len} + 3) & ~std::size_t{3};
                rest = rest.subspan(std::min(step, rest.size()));
            }
        }
    }

  private:
    const system_calls& calls_;
    ip_address peer_;
    fd socket_;
    int code_ = 0;
};

// The value of the first attribute of a type.
std::optional<octets_view> attribute(octets_view attributes, std::uint16_t type) noexcept {
    while (const auto head = read_struct<rtattr>(attributes)) {
        if (head->rta_len < sizeof *head || head->rta_len > attributes.size()) break;
        if ((head->rta_type & NLA_TYPE_MASK) == type) {
            return attributes.first(head->rta_len).subspan(sizeof *head);
        }
        const std::size_t step = (std::size_t{head->rta_len} + 3) & ~std::size_t{3};
        attributes = attributes.subspan(std::min(step, attributes.size()));
    }
    return std::nullopt;
}

std::optional<ip_address> address_from(octets_view in) noexcept {
    if (in.size() == 4) return ip_address(ipv4_address{be32_at(in, 0)});
    if (in.size() != 16) return std::nullopt;
    ipv6_address made;
    std::copy(in.begin(), in.end(), made.octets.begin());
    return ip_address(made);
}

std::uint8_t kernel_family(const ip_address& address) noexcept {
    return address.is_v4() ? AF_INET : AF_INET6;
}

void read_route(next_hop& made, const rtmsg& fixed, octets_view attributes) {
    made.is_local = fixed.rtm_type == RTN_LOCAL;
    made.is_group = fixed.rtm_type == RTN_BROADCAST || fixed.rtm_type == RTN_MULTICAST;
    made.is_encapsulated = attribute(attributes, RTA_ENCAP_TYPE).has_value();
    if (const auto out = attribute(attributes, RTA_OIF)) {
        made.interface_index = read_struct<std::uint32_t>(*out).value_or(0);
    }
    if (const auto source = attribute(attributes, RTA_PREFSRC)) {
        made.source = address_from(*source).value_or(made.source);
    }
    auto router = attribute(attributes, RTA_GATEWAY);
    const auto via = attribute(attributes, RTA_VIA);  // an IPv4 route by an IPv6 router
    if (via && via->size() > sizeof(rtvia)) router = via->subspan(sizeof(rtvia));
    if (!router) return;
    if (const auto address = address_from(*router)) {
        made.neighbour = *address;
        made.is_router = true;
    }
}

// Who has been asked for: nothing while the kernel does not know.
std::optional<mac_address> known_mac(netlink_socket& kernel, const next_hop& whom) {
    ndmsg fixed{};
    fixed.ndm_family = kernel_family(whom.neighbour);
    fixed.ndm_ifindex = static_cast<int>(whom.interface_index);
    netlink_request request(RTM_GETNEIGH, fixed);
    request.add(NDA_DST, whom.neighbour);
    netlink_answer answer;
    if (!kernel.ask(request.octets(), RTM_NEWNEIGH, answer)) return std::nullopt;
    // Of a neighbour that it only asks for the kernel gives no address.
    if (answer.body.size() < sizeof fixed) return std::nullopt;
    const auto mac = attribute(answer.body.subspan(sizeof fixed), NDA_LLADDR);
    if (!mac || mac->size() != 6) return std::nullopt;
    return mac_address::from_octets(mac->first<6>());
}

// The prefix that one message of a list of routes or rules is about, which begin alike
// (linux/fib_rules.h); an errno when it cannot be read.
static_assert(sizeof(rtmsg) == sizeof(fib_rule_hdr) && int{RTA_DST} == int{FRA_DST});
int take_prefix(std::vector<route_prefix>& out, const nlmsghdr& head, octets_view body) {
    if (head.nlmsg_type == NLMSG_ERROR) {
        const auto said = read_struct<nlmsgerr>(body);
        return said && said->error < 0 ? -said->error : EPROTO;
    }
    const auto fixed = read_struct<rtmsg>(body);
    const bool is_known = head.nlmsg_type == RTM_NEWROUTE || head.nlmsg_type == RTM_NEWRULE;
    if (!is_known || !fixed) return EPROTO;
    if (out.size() == route_prefixes_max) return E2BIG;
    route_prefix made{.first = fixed->rtm_family == AF_INET ? ip_address(ipv4_address{})
                                                            : ip_address(ipv6_address{}),
                      .len = fixed->rtm_dst_len};
    if (const auto first = attribute(body.subspan(sizeof *fixed), RTA_DST)) {
        made.first = address_from(*first).value_or(made.first);
    }
    out.push_back(made);
    return 0;
}

}  // namespace

io_result<std::vector<route_prefix>> list_route_prefixes(ip_family family,
                                                         const system_calls& calls) {
    const ip_address any =
        family == ip_family::v4 ? ip_address(ipv4_address{}) : ip_address(ipv6_address{});
    netlink_socket kernel(calls, any);
    std::vector<route_prefix> made;
    const auto take = [&](const nlmsghdr& head, octets_view body) {
        return take_prefix(made, head, body);
    };
    for (const std::uint16_t list : {RTM_GETROUTE, RTM_GETRULE}) {
        rtmsg fixed{};
        fixed.rtm_family = kernel_family(any);
        netlink_request request(list, fixed);
        request.ask_for_all();
        auto done = kernel.ask_for_all(request.octets(), take);
        // A kernel without policy routing has no rules (CONFIG_IP_MULTIPLE_TABLES).
        if (!done && !(list == RTM_GETRULE && done.error().code == EOPNOTSUPP)) {
            return tl::unexpected(done.error());
        }
    }
    return made;
}

io_result<next_hop> find_next_hop(const next_hop_query& query, const system_calls& calls) {
    rtmsg fixed{};
    fixed.rtm_family = kernel_family(query.destination);
    fixed.rtm_dst_len = query.destination.is_v4() ? 32 : 128;
    netlink_request request(RTM_GETROUTE, fixed);
    request.add(RTA_DST, query.destination);
    const std::uint32_t out =
        query.interface_index != 0 ? query.interface_index : query.destination.zone();
    if (out != 0) request.add(RTA_OIF, out);
    netlink_socket kernel(calls, query.destination);
    netlink_answer answer;
    if (auto asked = kernel.ask(request.octets(), RTM_NEWROUTE, answer); !asked) {
        return tl::unexpected(asked.error());
    }
    const auto said = read_struct<rtmsg>(answer.body);
    if (!said) return refused("read(AF_NETLINK)", EPROTO, query.destination);
    next_hop made{.neighbour = query.destination};
    if (query.destination.is_v6()) made.source = ip_address(ipv6_address{});
    read_route(made, *said, answer.body.subspan(sizeof *said));
    if (!made.is_local) made.mac = known_mac(kernel, made);
    return made;
}

}  // namespace sonde::inline v0
