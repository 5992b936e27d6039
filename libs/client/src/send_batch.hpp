#pragma once
/// Probes on their way from a session to the kernel. A session's octets live until its next call,
/// so they are copied here: into one buffer that is used again.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <sonde/net/probe_socket.hpp>
#include <sonde/probe/session.hpp>

namespace sonde::inline v0::detail {

/// Bounded: at most probes_max probes of together octets_max octets and one probe.
class send_batch {
  public:
    static constexpr std::size_t probes_max = 64;  // beyond, batches gain nothing
    static constexpr std::size_t octets_max = 262'144;
    static constexpr std::size_t probe_len_max = 65'535;

    [[nodiscard]] bool is_empty() const noexcept { return packets_.empty(); }
    [[nodiscard]] bool is_full() const noexcept {
        return packets_.size() >= probes_max || octets_len_ >= octets_max;
    }
    /// Precondition: it is not full.
    void add(const transmit& probe);
    /// Borrowed until the next call.
    [[nodiscard]] std::span<const outgoing> packets() const noexcept { return packets_; }
    /// Those at these places, ascending, stay, in order; the others are done with.
    void keep_only(std::span<const std::size_t> places);

  private:
    static constexpr std::size_t room = octets_max + probe_len_max;

    std::vector<outgoing> packets_;
    // Never moved: packets point into it. Pages that nobody writes to take no memory.
    std::unique_ptr<std::uint8_t[]> octets_;
    std::size_t octets_len_ = 0;
};

}  // namespace sonde::inline v0::detail
