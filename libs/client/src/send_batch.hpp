#pragma once
/// Probes on their way from a session to the kernel. A session's octets live until its next call,
/// so they are copied here: into one buffer that is used again.

#include <cstddef>
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

    [[nodiscard]] bool is_empty() const noexcept { return probes_.empty(); }
    [[nodiscard]] bool is_full() const noexcept {
        return probes_.size() >= probes_max || octets_.size() >= octets_max;
    }
    void add(const transmit& probe);
    /// Borrowed until the next call.
    [[nodiscard]] std::span<const outgoing> packets();
    /// Those at these places, ascending, stay, in order; the others are done with.
    void keep_only(std::span<const std::size_t> places);

  private:
    struct waiting {
        outgoing packet{};
        std::size_t offset = 0;
        std::size_t len = 0;
    };
    std::vector<waiting> probes_;
    std::vector<std::uint8_t> octets_;
    std::vector<outgoing> packets_;
};

}  // namespace sonde::inline v0::detail
