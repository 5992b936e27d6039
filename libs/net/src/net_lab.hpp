#pragma once
/// For tests against the real kernel: network namespaces made by the test itself, and what the
/// tests need to talk through them. Everything happens in a thread of its own, whose namespaces
/// vanish with it. Without the permission to make them, the test says so and is skipped.

#include <array>
#include <cstdint>
#include <fcntl.h>
#include <functional>
#include <optional>
#include <sched.h>
#include <spawn.h>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

#include <sonde/net/clock.hpp>
#include <sonde/net/fd.hpp>
#include <sonde/net/probe_socket.hpp>

namespace sonde::testing {

/// Runs shell commands in the namespace of the calling thread. True: all of them succeeded.
inline bool run_shell(const std::string& commands) {
    std::string text = "set -e\n" + commands;
    std::array<char*, 4> arguments{
        const_cast<char*>("sh"), const_cast<char*>("-c"), text.data(), nullptr};
    pid_t child = 0;
    if (::posix_spawn(&child, "/bin/sh", nullptr, nullptr, arguments.data(), environ) != 0)
        return false;
    int status = 0;
    return ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// A new namespace for this thread, in which IPv6 addresses are usable at once.
inline bool enter_new_namespace() {
    return ::unshare(CLONE_NEWNET) == 0 &&
           run_shell(
               "echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad\n"
               "echo 0 >/proc/sys/net/ipv6/conf/all/accept_dad\n"
               "ip link set lo up");
}

inline fd here() { return fd(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)); }

/// A chain: this host (10.81.1.1, fd81:1::1), a router, the far host (10.81.2.2, fd81:2::2).
class chain {
  public:
    bool build() {
        if (!enter_new_namespace()) return false;
        far_ = here();
        if (!enter_new_namespace()) return false;
        router_ = here();
        const std::string far_path = path_of(far_);
        if (!run_shell("echo 1 >/proc/sys/net/ipv4/ip_forward\n"
                       "echo 1 >/proc/sys/net/ipv6/conf/all/forwarding\n"
                       // Two limiters each: per target, and (a burst of 50) for the whole host.
                       "echo 0 >/proc/sys/net/ipv4/icmp_ratelimit\n"
                       "echo 0 >/proc/sys/net/ipv4/icmp_ratemask\n"
                       "echo >/proc/sys/net/ipv6/icmp/ratemask\n"
                       "echo 0 >/proc/sys/net/ipv6/icmp/ratelimit\n"
                       "ip link add sr2 type veth peer name sf1 netns " +
                       far_path +
                       "\n"
                       "ip addr add 10.81.2.1/24 dev sr2; ip addr add fd81:2::1/64 dev sr2 nodad\n"
                       "ip link set sr2 up")) {
            return false;
        }
        if (!enter_new_namespace()) return false;
        near_ = here();
        const bool near_done =
            run_shell("ip link add sn1 type veth peer name sr1 netns " + path_of(router_) +
                      "\n"
                      "ip addr add 10.81.1.1/24 dev sn1; ip addr add fd81:1::1/64 dev sn1 nodad\n"
                      "ip link set sn1 up; ip route add default via 10.81.1.2; ip -6 route add "
                      "default via fd81:1::2");
        const bool router_done = near_done && at_router(
                                                  "ip addr add 10.81.1.2/24 dev sr1; ip addr add "
                                                  "fd81:1::2/64 dev sr1 nodad; ip link set sr1 up");
        return router_done &&
               at_far(
                   "ip addr add 10.81.2.2/24 dev sf1; ip addr add fd81:2::2/64 dev sf1 nodad\n"
                   "ip link set sf1 up; ip route add default via 10.81.2.1; ip -6 route add "
                   "default via fd81:2::1");
    }
    bool at_router(const std::string& commands) { return run_in(router_, commands); }
    bool at_far(const std::string& commands) { return run_in(far_, commands); }

  private:
    static std::string path_of(const fd& space) {
        return "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(space.number());
    }
    bool run_in(const fd& space, const std::string& commands) {
        if (::setns(space.number(), CLONE_NEWNET) != 0) return false;
        const bool done = run_shell(commands);
        return ::setns(near_.number(), CLONE_NEWNET) == 0 && done;
    }
    fd near_;
    fd router_;
    fd far_;
};

constexpr const char* needs_namespaces =
    "skipped: making network namespaces needs CAP_SYS_ADMIN (run as root)";

/// What a socket brought, copied, so that several passes can be looked at together.
struct gathered {
    struct datagram {
        received_datagram meta;
        std::vector<std::uint8_t> octets;
    };
    struct error {
        received_error meta;
        std::vector<std::uint8_t> quoted;
        std::vector<std::uint8_t> extensions;
    };
    std::vector<transmit_stamp> stamps;
    std::vector<datagram> datagrams;
    std::vector<error> errors;
    bool clock_stepped = false;

    void take(const receive_pass& pass) {
        stamps.insert(stamps.end(), pass.stamps.begin(), pass.stamps.end());
        clock_stepped = clock_stepped || pass.clock_stepped;
        for (const auto& each : pass.datagrams) {
            datagrams.push_back({each, {each.octets.begin(), each.octets.end()}});
        }
        for (const auto& each : pass.errors) {
            errors.push_back({each,
                              {each.quoted.begin(), each.quoted.end()},
                              {each.extensions.begin(), each.extensions.end()}});
        }
    }
    [[nodiscard]] std::optional<transmit_stamp> stamp_of(std::uint64_t token) const {
        for (const auto& each : stamps) {
            if (each.token == token) return each;
        }
        return std::nullopt;
    }
};

/// Receives until `done` is content, at most a few seconds.
inline gathered gather(probe_socket& socket, const std::function<bool(const gathered&)>& done) {
    gathered all;
    const mono_time deadline = mono_now() + std::chrono::seconds(3);
    while (!done(all) && mono_now() < deadline) {
        if (!socket.wait(std::chrono::milliseconds(200)).value_or(false)) continue;
        const auto pass = socket.receive();
        if (!pass) {
            ADD_FAILURE() << describe(pass.error());
            break;
        }
        all.take(*pass);
    }
    return all;
}

inline ip_address address(const char* text) {
    return ip_address::parse(text).value_or(ip_address{});
}

/// The kernel begins to stamp what it receives a moment after the first socket asked. Keeps such a
/// socket and talks to itself through it until stamps come, once in a process.
inline bool warm_up_stamping() {
    static const auto keeper = [] {
        auto socket = probe_socket::open({.kind = socket_kind::udp});
        const std::array<std::uint8_t, 1> octets{};
        const outgoing packet{
            .octets = octets,
            .destination = {address("127.0.0.1"), socket->local_port().value_or(0)}};
        bool stamped = false;
        const mono_time deadline = mono_now() + std::chrono::seconds(3);
        while (!stamped && mono_now() < deadline) {
            static_cast<void>(socket->send({&packet, 1}));
            const auto all =
                gather(*socket, [](const gathered& seen) { return !seen.datagrams.empty(); });
            stamped = !all.datagrams.empty() &&
                      all.datagrams[0].meta.received.source == stamp_source::kernel;
        }
        EXPECT_TRUE(stamped) << "the kernel does not stamp received packets";
        return socket;
    }();
    return true;
}

/// Runs `body` in a namespace of its own with its loopback up. False: not permitted here.
inline bool in_namespace(const std::function<void()>& body) {
    bool permitted = false;
    std::thread([&] {
        permitted = enter_new_namespace();
        if (permitted && warm_up_stamping()) body();
    }).join();
    return permitted;
}

/// Runs `body` at the near end of a chain. False: not permitted here.
inline bool in_chain(const std::function<void(chain&)>& body) {
    bool permitted = false;
    std::thread([&] {
        chain made;
        permitted = made.build();
        if (permitted && warm_up_stamping()) body(made);
    }).join();
    return permitted;
}

/// The Internet checksum (RFC 1071) of an ICMP message, into its octets 2 and 3.
inline void fill_checksum(std::vector<std::uint8_t>& made) {
    made[2] = made[3] = 0;
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i + 1 < made.size(); i += 2) sum += be16_at(made, i);
    if (made.size() % 2 != 0) sum += static_cast<std::uint32_t>(made.back()) << 8;
    while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
    put_be16_at(made, 2, static_cast<std::uint16_t>(~sum));
}

/// An echo request (RFC 792, RFC 4443) whose checksum is right over IPv4; over IPv6 the kernel
/// makes it.
inline std::vector<std::uint8_t> echo_request(ip_family family, std::uint16_t id,
                                              std::uint16_t sequence, std::size_t data_len = 16) {
    std::vector<std::uint8_t> made(8 + data_len, 0x5a);
    made[0] = family == ip_family::v4 ? 8 : 128;
    made[1] = 0;
    put_be16_at(made, 4, id);
    put_be16_at(made, 6, sequence);
    fill_checksum(made);
    return made;
}

}  // namespace sonde::testing
