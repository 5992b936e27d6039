#pragma once
/// A probe_socket as the port that a driver knows.

#include <utility>

#include <sonde/net/probe_port.hpp>
#include <sonde/net/probe_socket.hpp>

namespace sonde::inline v0::detail {

class socket_port final : public probe_port {
  public:
    explicit socket_port(probe_socket socket) noexcept : socket_(std::move(socket)) {}

    [[nodiscard]] std::span<const send_result> send(std::span<const outgoing> packets) override {
        return socket_.send(packets);
    }
    [[nodiscard]] io_result<receive_pass> receive() override { return socket_.receive(); }
    [[nodiscard]] bool has_backlog() const noexcept override { return socket_.has_backlog(); }
    [[nodiscard]] io_result<bool> wait(nanoseconds timeout) const override {
        return socket_.wait(timeout);
    }
    [[nodiscard]] int native_handle() const noexcept override { return socket_.native_handle(); }
    void close() noexcept override { socket_.close(); }
    [[nodiscard]] socket_kind kind() const noexcept override { return socket_.kind(); }
    [[nodiscard]] ip_family family() const noexcept override { return socket_.family(); }
    [[nodiscard]] port_kind carrier() const noexcept override { return port_kind::socket; }
    [[nodiscard]] io_result<std::uint64_t> drops() const override {
        const auto count = socket_.drops();
        if (!count) return tl::unexpected(count.error());
        return std::uint64_t{*count};
    }

  private:
    probe_socket socket_;
};

}  // namespace sonde::inline v0::detail
