#pragma once
/// The two streams of octets of one connection, collected out of tcp_streams' events.
///
///     tcp_follower follower(3);                      // the fourth connection of a capture
///     streams.accept(datagram, at, follower);        // it is a sink by itself
///     write(follower.stream(tcp_direction::from_server));

#include <optional>
#include <vector>

#include <sonde/packet/tcp_streams.hpp>

namespace sonde::inline v0 {

class SONDE_API tcp_follower {
  public:
    /// One direction's turn in the conversation.
    struct turn {
        tcp_direction direction = tcp_direction::from_client;
        std::size_t offset = 0;         // octets, into stream(direction)
        std::size_t len = 0;            // octets
        std::uint64_t lost_before = 0;  // octets that are missing in front of it
    };

    static constexpr std::size_t octets_max_default = std::size_t{64} << 20;

    /// Keeps at most `octets_max` octets of both directions together, and as many turns as a
    /// sixteenth of that; is_complete() tells whether that was enough.
    explicit tcp_follower(std::uint64_t number,
                          std::size_t octets_max = octets_max_default) noexcept
        : number_(number), octets_max_(octets_max) {}
    /// The first connection between these two, whoever is the client.
    tcp_follower(const tcp_endpoint& one, const tcp_endpoint& other,
                 std::size_t octets_max = octets_max_default) noexcept
        : ends_{one, other}, octets_max_(octets_max) {}

    void operator()(const tcp_stream_event& event);

    [[nodiscard]] bytes_view stream(tcp_direction direction) const noexcept SONDE_LIFETIMEBOUND {
        return streams_[static_cast<std::size_t>(direction)];
    }
    [[nodiscard]] const std::vector<turn>& turns() const noexcept SONDE_LIFETIMEBOUND {
        return turns_;
    }
    [[nodiscard]] bool was_seen() const noexcept { return seen_; }
    /// Nothing was left out for want of room.
    [[nodiscard]] bool is_complete() const noexcept { return left_out_ == 0; }
    [[nodiscard]] std::uint64_t left_out() const noexcept { return left_out_; }  // octets
    [[nodiscard]] const std::optional<tcp_endpoint>& client() const noexcept { return client_; }
    [[nodiscard]] const std::optional<tcp_endpoint>& server() const noexcept { return server_; }
    [[nodiscard]] tcp_close_reason ended() const noexcept { return ended_; }

  private:
    [[nodiscard]] bool is_ours(const tcp_stream_event& event);
    void append(const tcp_stream_event& event);

    std::optional<std::uint64_t> number_{};
    std::array<tcp_endpoint, 2> ends_{};
    std::size_t octets_max_;
    std::array<std::vector<std::uint8_t>, 2> streams_{};
    std::array<std::uint64_t, 2> lost_{};  // not yet told by a turn
    std::vector<turn> turns_{};
    std::uint64_t left_out_ = 0;
    std::optional<tcp_endpoint> client_{};
    std::optional<tcp_endpoint> server_{};
    tcp_close_reason ended_ = tcp_close_reason::none;
    bool seen_ = false;
};

}  // namespace sonde::inline v0
