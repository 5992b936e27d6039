#pragma once
/// Cutting a datagram into fragments: IPv4 by RFC 791 s3.2, IPv6 by RFC 8200 s4.5.
///
///     const auto count = fragment(octets, {.mtu = 1280, .identification = 7},
///                                 [&](bytes_view piece) { send(piece); });
///     if (!count) report(describe(count.error()));

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include <sonde/base/api.hpp>
#include <sonde/base/octets.hpp>
#include <sonde/base/result.hpp>

namespace sonde::inline v0 {

struct fragment_options {
    std::size_t mtu = 1500;            // octets, of the largest fragment with its headers
    std::uint32_t identification = 0;  // IPv6; an IPv4 datagram has its own
    bool ignore_dont_fragment = false;
};

enum class fragment_problem : std::uint8_t {
    malformed,         // see `cause`
    dont_fragment,     // IPv4: its sender forbids it
    mtu_too_small,     // not even eight octets fit behind the headers
    too_long,          // a fragment would lie beyond what an offset of 13 bits can say
    already_fragment,  // IPv6: only the source cuts (RFC 8200 s4.5)
};
[[nodiscard]] SONDE_API std::string_view to_string(fragment_problem problem) noexcept;

/// Why a datagram cannot be cut, with the numbers.
struct fragment_error {
    fragment_problem reason = fragment_problem::malformed;
    std::size_t datagram_len = 0;  // octets
    std::size_t mtu = 0;           // octets
    std::size_t mtu_needed = 0;    // octets, with mtu_too_small: the least that would do
    parse_error cause{};           // with malformed
};
/// "dont_fragment: a datagram of 1500 octets, an MTU of 1280".
[[nodiscard]] SONDE_API std::string describe(const fragment_error& error);

/// The plan of a cut, and the fragments one after another. Borrows the datagram.
class SONDE_API fragmenter {
  public:
    /// What lies behind the datagram's declared length (padding) is left out. A datagram that fits
    /// comes out whole, as it is. Options that cannot be walked are copied as far as they can.
    /// Errors: malformed with truncated, bad_version or bad_length as its cause, and every other
    /// fragment_problem.
    [[nodiscard]] static tl::expected<fragmenter, fragment_error> plan(
        bytes_view datagram SONDE_LIFETIMEBOUND, const fragment_options& options) noexcept;

    [[nodiscard]] bool done() const noexcept { return at_ >= data_.size() && started_; }
    /// The longest fragment that is left. Octets.
    [[nodiscard]] std::size_t longest() const noexcept;
    /// Writes the next fragment; how many octets it has. Preconditions: !done(), and
    /// out.size() >= longest().
    [[nodiscard]] std::size_t next(bytes_mut out) noexcept;

  private:
    fragmenter() noexcept = default;
    static tl::expected<fragmenter, fragment_error> plan_v4(
        bytes_view octets, const fragment_options& options) noexcept;
    static tl::expected<fragmenter, fragment_error> plan_v6(
        bytes_view octets, const fragment_options& options) noexcept;
    [[nodiscard]] std::size_t header_len() const noexcept;
    [[nodiscard]] std::size_t emit_header_v4(bytes_mut out, std::size_t len,
                                             bool last) const noexcept;
    [[nodiscard]] std::size_t emit_header_v6(bytes_mut out, std::size_t len,
                                             bool last) const noexcept;

    bytes_view header_{};  // IPv4: with options; IPv6: the per-fragment headers
    bytes_view data_{};    // what is cut
    std::size_t mtu_ = 0;
    std::size_t at_ = 0;                // octets of data_ that are out already
    std::size_t later_header_len_ = 0;  // IPv4: the header with the options that are copied
    std::size_t next_header_at_ = 0;    // IPv6: the field that will say "fragment"
    std::uint32_t identification_ = 0;
    std::uint16_t first_offset_ = 0;  // IPv4, units of 8 octets: of the datagram itself
    bool more_behind_ = false;        // IPv4: the datagram was a fragment, and not the last
    bool v6_ = false;
    bool whole_ = false;  // it fits
    bool started_ = false;
};

/// Cuts `datagram` and hands each fragment to `sink` as octets that are good for that call.
/// Allocates one buffer of at most the MTU. Returns how many there were; errors as of
/// fragmenter::plan.
template <std::invocable<bytes_view> Sink>
tl::expected<std::size_t, fragment_error> fragment(bytes_view datagram,
                                                   const fragment_options& options, Sink&& sink) {
    auto plan = fragmenter::plan(datagram, options);
    if (!plan) return tl::unexpected(plan.error());
    std::vector<std::uint8_t> buffer(plan->longest());
    std::size_t count = 0;
    for (; !plan->done(); ++count) sink(bytes_view(buffer).first(plan->next(buffer)));
    return count;
}

}  // namespace sonde::inline v0
