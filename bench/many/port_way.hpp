#pragma once
/// A probe_port as a way of echo_loop.hpp: what the port costs beside a plain loop. Like that one
/// it looks at nothing of a reply but its type.

#include <array>
#include <vector>

#include <sonde/net/probe_port.hpp>

#include "echo_loop.hpp"

namespace sonde::bench {

class port_way {
  public:
    /// `identifier` is the one whose replies the port hears.
    port_way(probe_port& port, std::uint16_t identifier, const echo_loop_options& options)
        : port_(port), options_(options), echo_(identifier, options.data_len) {}

    unsigned send(std::uint64_t first, unsigned count) {
        for (unsigned i = 0; i < count; ++i) {
            const auto octets = bytes_mut(requests_[i]).first(echo_.len());
            echo_.write(octets, first + i);
            packets_[i].octets = octets;
            packets_[i].destination.address = ipv4_address{options_.target(first + i)};
            packets_[i].token = first + i;
        }
        unsigned sent = 0;
        for (const send_result& each : port_.send(std::span(packets_).first(count))) {
            if (!each.error) ++sent;
        }
        return sent;
    }

    unsigned receive() {
        const auto pass = port_.receive();
        if (!pass) return 0;
        stamps_ += pass->stamps.size();
        unsigned replies = 0;
        for (const received_datagram& each : pass->datagrams) {
            const bytes_view message = each.message();
            if (!message.empty() && message[0] == 0) ++replies;
        }
        return replies;
    }

    bool wait(std::chrono::microseconds timeout) { return port_.wait(timeout).value_or(false); }

    [[nodiscard]] std::uint64_t stamps() const noexcept { return stamps_; }

  private:
    probe_port& port_;
    const echo_loop_options& options_;
    echo_template echo_;
    std::array<std::array<std::uint8_t, echo_len_max>, echo_batch> requests_{};
    std::array<outgoing, echo_batch> packets_{};
    std::uint64_t stamps_ = 0;
};

}  // namespace sonde::bench
