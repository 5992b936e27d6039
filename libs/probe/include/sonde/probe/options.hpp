#pragma once
/// What a user asks of ping and trace. Every type here is trivially destructible: options may stand
/// as temporaries in a co_await expression, where g++ 12.2 destroys anything else twice.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <sonde/base/address.hpp>
#include <sonde/base/api.hpp>
#include <sonde/base/socket_mode.hpp>
#include <sonde/base/time.hpp>

namespace sonde::inline v0 {

enum class probe_method : std::uint8_t { icmp, udp, tcp };

/// Text of at most `Max` octets kept in place; longer text is cut and remembered as too long.
template <std::size_t Max>
class short_text {
  public:
    constexpr short_text() noexcept = default;
    constexpr short_text(std::string_view text) noexcept  // NOLINT(google-explicit-constructor)
        : len_(static_cast<std::uint16_t>(std::min(text.size(), Max))), cut_(text.size() > Max) {
        std::copy_n(text.begin(), len_, text_.begin());
    }
    constexpr short_text(const char* text) noexcept  // NOLINT(google-explicit-constructor)
        : short_text(std::string_view(text)) {}
    [[nodiscard]] constexpr std::string_view view() const noexcept { return {text_.data(), len_}; }
    [[nodiscard]] constexpr bool empty() const noexcept { return len_ == 0; }
    [[nodiscard]] constexpr bool was_cut() const noexcept { return cut_; }

  private:
    std::array<char, Max> text_{};
    std::uint16_t len_ = 0;
    bool cut_ = false;
};

/// How the sockets are opened; the engines do not look at it.
struct socket_options {
    socket_mode mode = socket_mode::automatic;
    std::optional<ip_family> family{};            // none: A before AAAA for a name
    std::optional<ip_address> source{};           // to bind to
    short_text<15> interface{};                   // name; IFNAMSIZ - 1 octets
    std::optional<std::uint32_t> mark{};          // SO_MARK; needs CAP_NET_ADMIN
    std::optional<std::uint8_t> traffic_class{};  // DSCP and ECN
    std::optional<bool> dont_fragment{};          // none: the system's default
    bool broadcast = false;                       // allow a broadcast address as target
    std::uint32_t receive_buffer = 0;             // octets; 0: sized to the rate
    bool verify_checksum = true;  // false: an answer with a wrong ICMP checksum counts
};

struct ping_options {
    std::optional<std::uint64_t> count{4};           // none: until stopped
    nanoseconds interval = std::chrono::seconds(1);  // from send to send
    nanoseconds timeout = std::chrono::seconds(2);   // of one probe; answers after it are late
    std::optional<nanoseconds> deadline{};           // of the whole run
    std::uint16_t payload_len = 56;  // octets; below 8 an answer cannot carry the cookie
    short_text<16> pattern{};    // repeated in the payload behind the cookie; may hold any octet
    std::uint8_t hop_limit = 0;  // 0: the system's default
    std::optional<std::uint16_t> identifier{};  // raw sockets only; none: unique by random draw
    std::uint32_t preload = 1;                  // probes sent at once at the start
    bool adaptive = false;                      // the next probe as soon as one is answered
    bool flood = false;                         // the same, and at least 100 a second
    bool stop_at_first_answer = false;
    bool keep_records = true;              // every probe's record in the result
    std::uint32_t in_flight_max = 65'536;  // probes remembered; a power of two is kept
    socket_options socket{};
};

struct trace_options {
    probe_method method = probe_method::udp;
    std::uint8_t first_hop = 1;
    std::uint8_t max_hops = 30;
    std::uint8_t probes_per_hop = 3;
    nanoseconds timeout = std::chrono::seconds(5);  // the longest wait for one probe
    double wait_factor = 5.0;  // a silent hop is waited for this many round trips of its neighbours
    nanoseconds wait_min = std::chrono::microseconds(2500);  // but at least so long
    nanoseconds pace = std::chrono::microseconds(50);        // between any two probes
    nanoseconds interval{};      // between two probes of one hop; 0: as the pace allows
    std::uint8_t retries = 1;    // how often a probe without an answer is sent again
    bool fast = false;           // one answer settles a hop: no further probes to it
    bool one_at_a_time = false;  // a hop after the other, as old tools do; for fragile networks
    bool constant_flow = true;   // Paris: what load balancers hash stays the same
    std::uint16_t destination_port = 0;         // 0: 33434 for UDP, 80 for TCP
    std::uint16_t source_port = 0;              // 0: any
    std::uint16_t payload_len = 32;             // octets behind the ICMP or UDP header
    std::optional<std::uint16_t> identifier{};  // ICMP on raw sockets only
    socket_options socket{};
};

static_assert(std::is_trivially_destructible_v<ping_options>);
static_assert(std::is_trivially_destructible_v<trace_options>);

/// One thing wrong with the options, as a sentence with its numbers.
struct option_problem {
    std::string option;  // "interval"
    std::string text;    // "interval is -1 ms: it must be 0 ms or more"
};
/// Everything that is wrong, at once. Empty: fine.
[[nodiscard]] SONDE_API std::vector<option_problem> validate(const ping_options& options);
[[nodiscard]] SONDE_API std::vector<option_problem> validate(const trace_options& options);

}  // namespace sonde::inline v0
