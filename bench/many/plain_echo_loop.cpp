// plain_echo_loop raw|ping PREFIX [count=N] [window=N] [rate=N] [data=N] [stamps=none|receive|both]
//
// What the kernel's sockets can do: sendmmsg and recvmmsg of 64 over one socket, headers made once,
// nothing looked at but the type of a reply. With stamps they are asked for and read, not used.

#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <linux/net_tstamp.h>
#include <netinet/in.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

#include "echo_loop.hpp"

namespace {

using namespace sonde::bench;

class plain_socket {
  public:
    plain_socket(bool is_raw, const echo_loop_options& options)
        : options_(options),
          echo_(static_cast<std::uint16_t>(::getpid()), options.data_len),
          descriptor_(::socket(AF_INET, is_raw ? SOCK_RAW : SOCK_DGRAM, IPPROTO_ICMP)),
          type_at_(is_raw ? 20 : 0) {
        if (descriptor_ < 0) give_up("socket");
        size_buffer(SO_RCVBUFFORCE, SO_RCVBUF);
        size_buffer(SO_SNDBUFFORCE, SO_SNDBUF);
        if (options.stamps != stamp_use::none) ask_for_stamps();
        prepare();
    }

    unsigned send(std::uint64_t first, unsigned count) {
        for (unsigned i = 0; i < count; ++i) {
            echo_.write(sonde::bytes_mut(requests_[i]).first(echo_.len()), first + i);
            to_[i].sin_addr = address_of(options_.target(first + i));
        }
        const int sent = ::sendmmsg(descriptor_, out_.data(), count, MSG_DONTWAIT);
        return sent < 0 ? 0 : static_cast<unsigned>(sent);
    }

    unsigned receive() {
        for (unsigned i = 0; i < used_; ++i) in_[i].msg_hdr.msg_controllen = room_of_controls();
        const int got = ::recvmmsg(descriptor_, in_.data(), echo_batch, MSG_DONTWAIT, nullptr);
        used_ = got > 0 ? static_cast<unsigned>(got) : 0;
        if (options_.stamps == stamp_use::both) read_transmit_stamps();
        unsigned replies = 0;
        for (unsigned i = 0; i < used_; ++i) replies += replies_[i][type_at_] == 0 ? 1U : 0U;
        return replies;
    }

    bool wait(std::chrono::microseconds timeout) {
        const timespec limit{.tv_sec = timeout.count() / 1'000'000,
                             .tv_nsec = timeout.count() % 1'000'000 * 1000};
        pollfd watched{.fd = descriptor_, .events = POLLIN, .revents = 0};
        return ::ppoll(&watched, 1, &limit, nullptr) > 0;
    }

  private:
    struct control_room {
        alignas(cmsghdr) std::array<std::uint8_t, 128> octets;
    };

    [[noreturn]] static void give_up(const char* what) {
        std::fprintf(stderr, "plain_echo_loop: %s: %s\n", what, std::strerror(errno));
        std::exit(1);
    }
    static in_addr address_of(std::uint32_t target) {
        std::array<std::uint8_t, 4> octets{};
        sonde::put_be32_at(octets, 0, target);
        return std::bit_cast<in_addr>(octets);
    }
    void size_buffer(int forced, int plain) {
        constexpr std::uint64_t octets_each = 1024;  // 832 as the kernel counts a small packet
        const int len =
            static_cast<int>(std::min<std::uint64_t>(options_.window * octets_each, 1U << 30));
        if (::setsockopt(descriptor_, SOL_SOCKET, forced, &len, sizeof len) != 0)
            ::setsockopt(descriptor_, SOL_SOCKET, plain, &len, sizeof len);
    }
    void ask_for_stamps() {
        unsigned flags = SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE;
        if (options_.stamps == stamp_use::both) {
            flags |= SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_OPT_ID |
                     SOF_TIMESTAMPING_OPT_TSONLY;
        }
        if (::setsockopt(descriptor_, SOL_SOCKET, SO_TIMESTAMPING, &flags, sizeof flags) != 0)
            give_up("SO_TIMESTAMPING");
    }
    [[nodiscard]] std::size_t room_of_controls() const {
        return options_.stamps == stamp_use::none ? 0 : controls_[0].octets.size();
    }
    void prepare() {
        for (unsigned i = 0; i < echo_batch; ++i) {
            to_[i].sin_family = AF_INET;
            out_vectors_[i] = {requests_[i].data(), echo_.len()};
            out_[i].msg_hdr.msg_iov = &out_vectors_[i];
            out_[i].msg_hdr.msg_iovlen = 1;
            out_[i].msg_hdr.msg_name = &to_[i];
            out_[i].msg_hdr.msg_namelen = sizeof to_[i];
            in_vectors_[i] = {replies_[i].data(), replies_[i].size()};
            in_[i].msg_hdr.msg_iov = &in_vectors_[i];
            in_[i].msg_hdr.msg_iovlen = 1;
            in_[i].msg_hdr.msg_control = room_of_controls() == 0 ? nullptr : &controls_[i];
            in_[i].msg_hdr.msg_controllen = room_of_controls();
            stamps_[i].msg_hdr.msg_control = &stamp_controls_[i];
        }
    }
    void read_transmit_stamps() {
        for (mmsghdr& each : stamps_) each.msg_hdr.msg_controllen = sizeof(control_room);
        ::recvmmsg(descriptor_, stamps_.data(), echo_batch, MSG_DONTWAIT | MSG_ERRQUEUE, nullptr);
    }

    const echo_loop_options& options_;
    echo_template echo_;
    int descriptor_;
    std::size_t type_at_;
    unsigned used_ = 0;
    std::array<std::array<std::uint8_t, echo_len_max>, echo_batch> requests_{};
    std::array<std::array<std::uint8_t, 128>, echo_batch> replies_{};
    std::array<sockaddr_in, echo_batch> to_{};
    std::array<iovec, echo_batch> out_vectors_{};
    std::array<iovec, echo_batch> in_vectors_{};
    std::array<mmsghdr, echo_batch> out_{};
    std::array<mmsghdr, echo_batch> in_{};
    std::array<control_room, echo_batch> controls_;
    std::array<mmsghdr, echo_batch> stamps_{};
    std::array<control_room, echo_batch> stamp_controls_;
};

}  // namespace

int main(int argc, char** argv) {
    const std::string kind = argc > 1 ? argv[1] : "";
    if (kind != "raw" && kind != "ping") {
        std::fprintf(stderr, "plain_echo_loop raw|ping PREFIX [count=N] [window=N] [rate=N] ...\n");
        return 2;
    }
    const auto options = read_echo_loop_options(argc, argv, 2);
    plain_socket way(kind == "raw", options);
    run_echo_loop(way, options).print(("plain " + kind).c_str());
}
