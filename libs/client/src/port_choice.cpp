#include "port_choice.hpp"

#include <utility>

#include <sonde/capture/xdp_socket.hpp>
#include <sonde/net/socket_port.hpp>

#include "link_way.hpp"
#include "packet_port.hpp"
#include "xdp_port.hpp"

namespace sonde::inline v0::detail {
namespace {

std::string name_of(port_kind kind) {
    switch (kind) {
        case port_kind::packet_ring:
            return "packet ring";
        case port_kind::xdp:
            return "XDP socket";
        case port_kind::socket:
            break;
    }
    return "socket";
}

// Why the run is the socket's whatever else could be had; empty: it is not.
std::string why_socket_suffices(const port_wish& wish) {
    if (wish.forced) return {};
    if (wish.wants_exact_rtt) return "it has transmit stamps";
    if (wish.targets < link_targets_min) {
        return "fewer than " + std::to_string(link_targets_min) + " probes";
    }
    if (wish.rate > 0 && wish.rate < link_rate_min) return "the rate is no more than it can do";
    return {};
}

// Why no frames of ours may go: whoever asks for these things asks the kernel.
std::string why_no_link(const probe_socket& socket, const port_wish& wish) {
    if (socket.kind() != socket_kind::icmp_raw) return "frames need CAP_NET_RAW";
    if (wish.broadcast) return "broadcasts go by it";
    if (wish.has_mark) return "only it has a mark";
    return {};
}

// Why XDP is not chosen unasked; empty: it may be. Cards with several queues restart their link for
// a program, and one socket serves one queue.
std::string why_no_xdp(const link_request& request) {
    if (std::string why = xdp_support(request.packet); !why.empty()) return why;
    if (request.wish.workers > 1) return "several workers share a receive queue";
    const auto queues = receive_queues(request.way.interface, request.packet);
    if (!queues) return describe(queues.error());
    if (*queues > 1) return request.way.interface + " has several receive queues";
    return {};
}

class chooser {
  public:
    chooser(probe_socket socket, std::string why_socket, const link_request& request)
        : socket_(std::move(socket)), why_socket_(std::move(why_socket)), request_(request) {}

    chosen_port stay(const std::string& why, bool is_fallback) {
        std::string reason = why_socket_ + (why_socket_.empty() ? "" : "; ") + why;
        return {std::make_unique<socket_port>(std::move(socket_)), std::move(reason), is_fallback};
    }
    // The kinds in turn: the fastest that is to be had, or the one that was asked for.
    chosen_port choose_link() {
        const auto forced = request_.wish.forced;
        std::string why_not;
        if (forced != port_kind::packet_ring) {
            if (!forced) why_not = why_no_xdp(request_);
            if (why_not.empty() && try_xdp(why_not)) return made(port_kind::xdp);
        }
        if (forced != port_kind::xdp && try_ring(why_not)) return made(port_kind::packet_ring);
        const std::string wanted = forced ? name_of(*forced) + " was asked for, but " : "";
        return stay(wanted + why_not, forced.has_value());
    }

  private:
    // Unasked it is never a second best: a driver without XDP means a ring.
    bool try_xdp(std::string& why_not) {
        xdp_mode mode = request_.wish.xdp;
        if (!request_.wish.forced && mode == xdp_mode::automatic) {
            mode = preferred_xdp_mode(request_.way.interface, request_.packet);
        }
        auto opened = open_xdp_port(socket_, request_, mode);
        if (!opened) {
            why_not = opened.error();
            return false;
        }
        made_ = std::move(opened->port);
        place_ = opened->mode == xdp_mode::driver ? "in the driver of " : "behind the driver of ";
        return true;
    }
    bool try_ring(std::string& why_not) {
        auto opened = open_packet_port(socket_, request_);
        if (!opened) {
            why_not = opened.error();
            return false;
        }
        made_ = std::move(*opened);
        return true;
    }
    chosen_port made(port_kind kind) {
        const port_wish& wish = request_.wish;
        std::string reason = name_of(kind) + " ";
        reason.append(place_).append(request_.way.interface).append(": ");
        if (wish.forced) {
            reason += "asked for";
        } else {
            reason += std::to_string(wish.targets) + " probes";
            reason += wish.rate > 0 ? ", " + std::to_string(static_cast<std::uint64_t>(wish.rate)) +
                                          " a second"
                                    : ", as fast as they go";
        }
        return {std::move(made_), std::move(reason), false};
    }

    probe_socket socket_;
    std::string why_socket_;
    const link_request& request_;
    std::unique_ptr<probe_port> made_;
    std::string_view place_ = "on ";
};

}  // namespace

chosen_port choose_port(probe_socket socket, const std::string& why_socket, const port_wish& wish,
                        const system_calls& calls, const packet_calls& packet) {
    const bool is_asked_for = wish.forced && *wish.forced != port_kind::socket;
    const auto stay = [&](const std::string& why) {
        const link_way nowhere;
        const link_request request{nowhere, wish, calls, packet};
        const std::string wanted =
            is_asked_for ? name_of(*wish.forced) + " was asked for, but " : std::string();
        return chooser(std::move(socket), why_socket, request).stay(wanted + why, is_asked_for);
    };
    if (wish.forced == port_kind::socket) return stay("asked for");
    if (const std::string why = why_socket_suffices(wish); !why.empty()) return stay(why);
    if (const std::string why = why_no_link(socket, wish); !why.empty()) return stay(why);
    const auto way = find_link_way(socket, wish, calls);
    if (!way) return stay(way.error());
    const frame_writer writer(way->look, 0);
    if (writer.frame_len(wish.message_len) > way->frame_len_max) {
        return stay("packets longer than the MTU of " + way->interface + " go in fragments");
    }
    const link_request request{*way, wish, calls, packet};
    return chooser(std::move(socket), why_socket, request).choose_link();
}

}  // namespace sonde::inline v0::detail
