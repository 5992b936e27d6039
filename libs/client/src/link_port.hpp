#pragma once
/// A carrier of frames as a port: ICMP messages leave and arrive by the link of one interface, with
/// headers made and taken off here, and neighbours asked for here.
///
/// What cannot or must not go that way goes by the raw socket beside it, packet by packet: own
/// addresses, other interfaces, groups, encapsulating routes, what the routing table refuses,
/// messages longer than the interface takes. So the answers are those that the socket alone would
/// have given; only the kernel's firewall, NAT and IPsec do not see what leaves by the link.
///
/// A packet whose neighbour is not known yet counts as sent and waits. When it leaves, `receive`
/// tells its transmit stamp; when nobody answers for the neighbour, it gives the ICMP message that
/// the kernel would have sent to itself. EAGAIN: no room, the port becomes readable when it is
/// worth another try. Bounded as neighbour_table, route_cache and the carrier are. Not thread-safe.

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include <sonde/capture/descriptor_group.hpp>
#include <sonde/capture/frame_carrier.hpp>
#include <sonde/net/clock.hpp>
#include <sonde/net/probe_port.hpp>

#include "neighbour_table.hpp"
#include "probe_frame.hpp"
#include "route_cache.hpp"

namespace sonde::inline v0::detail {

struct link_port_parts {
    port_kind carried_by = port_kind::packet_ring;
    std::unique_ptr<frame_carrier> carrier{};
    std::unique_ptr<frame_carrier> ear{};  // hears neighbours, where the carrier does not
    /// Whether the kernel's stack sees what the carrier hears: then the socket ignores the
    /// interface.
    bool is_heard_twice = true;
    frame_look look{};
    std::uint32_t interface_index = 0;
    /// Whether answers may come in by other interfaces than the carrier's.
    bool has_other_ways_in = true;
    std::optional<ip_address> source{};  // of all packets; none: by the route
    std::uint16_t first_identification = 0;
};

class link_port final : public probe_port {
  public:
    static constexpr std::size_t failures_of_a_pass_max = 256;

    /// Takes the raw socket over when there is no error.
    /// Errors: what the routing table, epoll, timers and the socket's filter say.
    [[nodiscard]] static io_result<std::unique_ptr<link_port>> make(
        link_port_parts parts, probe_socket& socket, const system_calls& calls = kernel_calls(),
        const packet_calls& packet = kernel_packet_calls());

    [[nodiscard]] std::span<const send_result> send(std::span<const outgoing> packets) override;
    [[nodiscard]] io_result<receive_pass> receive() override;
    [[nodiscard]] bool has_backlog() const noexcept override;
    [[nodiscard]] io_result<bool> wait(nanoseconds timeout) const override;
    [[nodiscard]] int native_handle() const noexcept override;
    void close() noexcept override;
    [[nodiscard]] bool arm() override;
    [[nodiscard]] socket_kind kind() const noexcept override { return socket_kind::icmp_raw; }
    [[nodiscard]] ip_family family() const noexcept override { return parts_.look.family; }
    [[nodiscard]] port_kind carrier() const noexcept override { return parts_.carried_by; }
    [[nodiscard]] io_result<std::uint64_t> drops() const override;

  private:
    // A frame that was put into the carrier and whose fate is not known.
    struct placed {
        static constexpr std::size_t told = SIZE_MAX;
        ip_address destination{};
        std::size_t result = told;  // its place in results_, while `send` runs
        bool is_question = false;   // for a neighbour: asked again if it does not leave
    };
    // Addresses behind one router, and how they are reached: looked up anew after `way_age_max`.
    struct known_way {
        address_part part{};
        mono_time until{};
        frame_route route{};
    };
    struct failure {
        int code = 0;
        ip_address destination{};
    };

    link_port(link_port_parts parts, route_cache routes, descriptor_group group,
              const system_calls& calls);

    // Out.
    int place(std::size_t at, const outgoing& packet, mono_time now);
    [[nodiscard]] bool fits(const outgoing& packet) const noexcept;
    [[nodiscard]] bool leaves_by_link(const cached_route& route) const;
    int put_or_wait(std::size_t at, const outgoing& packet, const next_hop& hop, mono_time now);
    int put(std::size_t at, const outgoing& packet, const frame_route& route);
    int let_wait(const outgoing& packet, const ip_address& neighbour, const next_hop& hop,
                 mono_time now);
    [[nodiscard]] bytes_mut free_slot();
    void hand_over();
    void refuse_oldest(int code);
    void send_by_socket(std::span<const outgoing> packets);
    void introduce_router(const next_hop& hop, mono_time now);
    [[nodiscard]] const ip_address& source_for(const next_hop& hop);
    void ask_neighbours(mono_time now);
    void set_alarm();

    // In.
    bool watch_carrier() const;
    void stop_watching() noexcept;
    void hear_carrier(std::uint32_t ready, receive_pass& pass, mono_time now);
    void hear_frame(const carried_frame& frame, bool stamps_hold, mono_time now);
    void hear_ear(mono_time now);
    io_result<void> hear_socket(std::uint32_t ready, receive_pass& pass);
    [[nodiscard]] bool check_clock(bool is_complete, receive_pass& pass);
    void settle_neighbours();
    void send_ready();
    void tell_unreachable(const settled_neighbour& whom);
    void tell_failures();

    link_port_parts parts_;
    std::optional<probe_socket> socket_;  // always there once made
    const system_calls* calls_;
    frame_writer writer_;
    route_cache routes_;
    neighbour_table neighbours_;
    mutable descriptor_group group_;
    stamp_converter converter_;
    bool distrusts_stamps_ = false;
    bool is_open_ = true;
    bool is_blocked_ = false;  // the link had no room
    mutable bool is_told_of_waits_ = false;
    mutable bool is_watching_ = true;  // the group watches the carrier
    bool hears_replies_ = true;        // the socket does

    std::vector<send_result> results_;
    std::vector<placed> placed_;  // what the carrier holds, oldest first
    known_way way_;
    std::vector<outgoing> by_socket_;
    std::vector<std::size_t> by_socket_at_;
    std::deque<waiting_frame> ready_;  // whose neighbour is known now
    std::vector<ip_address> own_;      // addresses that answers come to
    std::vector<ip_address> introduced_;

    std::vector<transmit_stamp> stamps_;
    std::vector<transmit_stamp> pass_stamps_;
    std::vector<failure> failures_;
    std::vector<received_error> pass_errors_;
    std::vector<received_datagram> pass_datagrams_;
    std::vector<std::vector<std::uint8_t>> made_;  // datagrams that were made here, for this pass
};

}  // namespace sonde::inline v0::detail
