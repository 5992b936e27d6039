// delay_forwarder MILLISECONDS NEAR-DEVICE FAR-NAMESPACE FAR-DEVICE: a path with a delay.
//
// Makes a TAP device here and one in another network namespace (a path as /run/netns/far), says
// "ready", and carries what enters one to the other, each way half of the delay later. Nothing is
// thrown away: when all places are taken it reads no more, and packets wait in the queue of their
// device, which should be long (ip link set ... txqueuelen 500000). Until it is ended; then it says
// what it carried and what the far device refused.

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <functional>
#include <linux/if_tun.h>
#include <memory>
#include <net/if.h>
#include <optional>
#include <poll.h>
#include <sched.h>
#include <string>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>

namespace {

using clock = std::chrono::steady_clock;

constexpr std::size_t places = 65536;  // packets under way in one direction
constexpr std::size_t place_len = 2048;
constexpr int batch = 64;

volatile std::sig_atomic_t ended = 0;

// One direction. A packet's octets lie in a place that was used most lately, so that a short queue
// stays in the processor's cache; its time stands in the ring.
class direction {
  public:
    direction(int from, int to, clock::duration delay) : from_(from), to_(to), delay_(delay) {
        for (std::size_t i = 0; i < places; ++i) free_.push_back(places - 1 - i);
    }
    /// Takes what is there, at most a batch. True: something was.
    bool take(clock::time_point now) {
        int got = 0;
        for (; got < batch && !free_.empty(); ++got) {
            const std::size_t place = free_.back();
            const ssize_t len = ::read(from_, octets_of(place), place_len);
            if (len <= 0) break;
            free_.pop_back();
            ring_[(first_ + len_++) % places] = {
                now + delay_, place, static_cast<std::size_t>(len)};
        }
        return got > 0;
    }
    /// Hands on what is due, at most a batch. True: something was.
    bool hand_on(clock::time_point now) {
        int gone = 0;
        for (; gone < batch && len_ > 0 && ring_[first_].due <= now; ++gone) {
            const packet& next = ring_[first_];
            if (::write(to_, octets_of(next.place), next.len) < 0) ++refused_;
            ++carried_;
            free_.push_back(next.place);
            first_ = (first_ + 1) % places;
            --len_;
        }
        return gone > 0;
    }
    [[nodiscard]] std::optional<clock::time_point> next_due() const {
        return len_ == 0 ? std::nullopt : std::optional(ring_[first_].due);
    }
    [[nodiscard]] pollfd watched() const {
        return {.fd = from_, .events = free_.empty() ? short{0} : short{POLLIN}, .revents = 0};
    }
    [[nodiscard]] std::uint64_t carried() const { return carried_; }
    [[nodiscard]] std::uint64_t refused() const { return refused_; }

  private:
    struct packet {
        clock::time_point due{};
        std::size_t place = 0;
        std::size_t len = 0;
    };
    std::uint8_t* octets_of(std::size_t place) { return octets_.data() + place * place_len; }

    int from_;
    int to_;
    clock::duration delay_;
    std::vector<std::uint8_t> octets_ = std::vector<std::uint8_t>(places * place_len);
    std::vector<std::size_t> free_;
    std::vector<packet> ring_ = std::vector<packet>(places);
    std::size_t first_ = 0;
    std::size_t len_ = 0;
    std::uint64_t carried_ = 0;
    std::uint64_t refused_ = 0;
};

[[noreturn]] void give_up(const char* what) {
    std::fprintf(stderr, "delay_forwarder: %s: %s\n", what, std::strerror(errno));
    std::exit(1);
}

int open_tap(const char* name) {
    const int made = ::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (made < 0) give_up("/dev/net/tun");
    ifreq request{};
    request.ifr_flags = IFF_TAP | IFF_NO_PI;
    std::strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    if (::ioctl(made, TUNSETIFF, &request) != 0) give_up(name);
    return made;
}

void enter(int space) {
    if (space < 0 || ::setns(space, CLONE_NEWNET) != 0) give_up("the far namespace");
}

// The device stays in the namespace in which it was made.
int open_tap_in(const char* space, const char* name) {
    const int here = ::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    const int there = ::open(space, O_RDONLY | O_CLOEXEC);
    enter(there);
    const int made = open_tap(name);
    enter(here);
    ::close(there);
    ::close(here);
    return made;
}

void wait_for(const direction& there, const direction& back) {
    std::array watched{there.watched(), back.watched()};
    auto due = there.next_due();
    if (const auto other = back.next_due(); other && (!due || *other < *due)) due = other;
    timespec limit{.tv_sec = 1, .tv_nsec = 0};
    if (due) {
        const auto left = std::max(*due - clock::now(), clock::duration::zero());
        limit = {.tv_sec = 0, .tv_nsec = std::chrono::nanoseconds(left).count()};
    }
    ::ppoll(watched.data(), watched.size(), &limit, nullptr);
}

void carry(direction& there, direction& back) {
    while (ended == 0) {
        const auto now = clock::now();
        // Each of the four is asked once in a turn, so that none waits for another.
        const std::array moved{
            there.take(now), back.take(now), there.hand_on(now), back.hand_on(now)};
        if (std::none_of(moved.begin(), moved.end(), std::identity())) wait_for(there, back);
    }
}

void tell(const direction& there, const direction& back) {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto us = static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e6 +
                    static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
    const std::uint64_t all = there.carried() + back.carried();
    std::fprintf(
        stderr,
        "delay_forwarder: carried %lu there and %lu back, refused %lu, %.2f us of CPU each\n",
        there.carried(),
        back.carried(),
        there.refused() + back.refused(),
        us / static_cast<double>(all == 0 ? 1 : all));
}

}  // namespace

int main(int argc, char** argv) {
    const double milliseconds = argc == 5 ? std::atof(argv[1]) : 0;
    if (milliseconds <= 0 || milliseconds > 1000) {
        std::fprintf(stderr, "delay_forwarder MILLISECONDS NEAR-DEVICE FAR-NAMESPACE FAR-DEVICE\n");
        return 2;
    }
    const auto each_way = std::chrono::duration_cast<clock::duration>(
        std::chrono::duration<double, std::milli>(milliseconds / 2));
    ::prctl(PR_SET_TIMERSLACK, 1UL);
    struct sigaction end{};
    end.sa_handler = [](int) { ended = 1; };
    ::sigaction(SIGTERM, &end, nullptr);
    ::sigaction(SIGINT, &end, nullptr);
    const int near_end = open_tap(argv[2]);
    const int far_end = open_tap_in(argv[3], argv[4]);
    const auto there = std::make_unique<direction>(near_end, far_end, each_way);
    const auto back = std::make_unique<direction>(far_end, near_end, each_way);
    std::puts("ready");
    std::fflush(stdout);
    carry(*there, *back);
    tell(*there, *back);
}
