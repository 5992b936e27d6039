#pragma once
/// Names to addresses and back, without blocking and without a thread: it shows its descriptors and
/// its next deadline to whatever loop there is, and answers are drained.
///
/// Nothing is opened before the first question that needs the network: numeric addresses,
/// "localhost" (RFC 6761 s6.3), the hosts file and the cache answer at once. Bounded: at most
/// `in_flight_max` questions on the network, the others wait their turn; at most `cache_max`
/// answers are remembered, failures too. Not thread-safe. Host names must be names (RFC 1123 s2.1);
/// a name in a PTR answer comes as the octets that came, whatever they are: `printable` makes them
/// safe to show.
///
///     sonde::resolver names;
///     names.reverse(address, now);
///     auto ran = names.run_until_done(deadline);  // or: watch descriptors() in the loop you have
///     while (auto answer = names.next_answer()) use(*answer);

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include <sonde/base/address.hpp>
#include <sonde/base/api.hpp>
#include <sonde/base/os_error.hpp>
#include <sonde/base/strong.hpp>
#include <sonde/base/time.hpp>
#include <sonde/net/system_calls.hpp>

namespace sonde::inline v0 {

/// Dotted quad and RFC 5952 text, nothing else. A zone ("%eth0") is allowed in IPv6.
[[nodiscard]] SONDE_API bool is_ipv4(std::string_view text) noexcept;
[[nodiscard]] SONDE_API bool is_ipv6(std::string_view text) noexcept;
/// RFC 1123 s2.1 and RFC 1035 s2.3.4: labels of 1 to 63 letters, digits and inner hyphens, at most
/// 253 octets, the last label not all digits. One final dot is allowed, and '_' (it is in use).
[[nodiscard]] SONDE_API bool is_hostname(std::string_view text) noexcept;

enum class family_choice : std::uint8_t { any, v4, v6 };

enum class resolve_failure : std::uint8_t {
    bad_name,        // neither an address nor a host name
    not_found,       // the name does not exist
    no_such_family,  // it exists, without an address of the family asked for
    timed_out,       // no server answered
    server_failure,  // servers answered that they cannot, or nonsense, or none could be reached
    cancelled,
    cannot_start,  // no resolver could be set up here
};
[[nodiscard]] SONDE_API std::string_view to_string(resolve_failure failure) noexcept;

struct resolve_error {
    resolve_failure failure = resolve_failure::not_found;
    std::string question;
};
/// "example.net: the name does not exist".
[[nodiscard]] SONDE_API std::string describe(const resolve_error& error);

template <class T>
using resolve_result = tl::expected<T, resolve_error>;

using lookup_id = strong<struct lookup_id_tag, std::uint64_t>;

struct resolver_options {
    std::vector<std::string>
        servers{};  // "192.0.2.53", "192.0.2.53:5353", "[::1]:53"; else resolv.conf
    std::string hosts_file = "/etc/hosts";
    std::chrono::milliseconds timeout{2000};  // of the first try; later ones wait longer
    int tries = 2;
    std::size_t in_flight_max = 256;  // more are lost by the servers, not answered sooner
    std::size_t cache_max = 4096;
    std::chrono::seconds ttl_max{3600};
    std::chrono::seconds negative_ttl{30};
};

/// The answer to one question. A forward one has `addresses`, a reverse one `names`.
struct lookup_answer {
    lookup_id id{};
    std::string question{};  // the name, or the address as text
    bool is_reverse = false;
    resolve_result<std::vector<ip_address>> addresses{};
    resolve_result<std::vector<std::string>> names{};  // raw octets, without the final dot
    bool from_network = false;  // else: hosts file, cache, or no lookup was needed
};

/// What a loop should watch: level-triggered, until asked again.
struct watched_descriptor {
    int descriptor = -1;
    bool readable = false;
    bool writable = false;
    friend bool operator==(const watched_descriptor&, const watched_descriptor&) = default;
};

class SONDE_API resolver {
  public:
    explicit resolver(resolver_options options = {}, const system_calls& calls = kernel_calls());
    resolver(resolver&&) noexcept;
    resolver& operator=(resolver&&) noexcept;
    ~resolver();  // what is under way is forgotten

    /// All addresses of a name, best first (RFC 6724). Answers come by `next_answer`, never from
    /// inside this call. Numeric text gives itself.
    lookup_id forward(std::string_view name, family_choice family, mono_time now);
    lookup_id reverse(const ip_address& address, mono_time now);
    /// The answer will be `cancelled`. An id that is no longer under way is ignored.
    void cancel(lookup_id id);
    void cancel_all();

    [[nodiscard]] std::optional<lookup_answer> next_answer();

    /// Descriptors to watch now; ask again after every call of this class.
    [[nodiscard]] std::vector<watched_descriptor> descriptors() const;
    /// When `process` wants to be called although nothing happened; mono_time::max() when idle.
    [[nodiscard]] mono_time next_deadline(mono_time now) const;
    /// Handles descriptors that are ready (an empty list: only time has passed).
    void process(const std::vector<watched_descriptor>& ready, mono_time now);

    [[nodiscard]] bool is_busy() const noexcept;  // a question is under way or waits
    [[nodiscard]] std::size_t in_flight() const noexcept;

    /// Blocks until nothing is under way, or until `deadline`. Reads the clock: for client only.
    /// Errors: EINTR when a signal came; what ppoll says.
    [[nodiscard]] io_result<void> run_until_done(mono_time deadline);

    /// One forward lookup, waited for. Past `deadline`: timed_out.
    [[nodiscard]] resolve_result<std::vector<ip_address>> resolve_now(std::string_view name,
                                                                      family_choice family,
                                                                      mono_time deadline);

  private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace sonde::inline v0
