#pragma once
/// Makes the probes of one session. The datagram is built once; each probe patches its number, its
/// cookie and the octets that hold the checksum into the same buffer.

#include <cstdint>
#include <vector>

#include <sonde/probe/options.hpp>
#include <sonde/probe/session.hpp>

#include "probe_payload.hpp"

namespace sonde::inline v0::detail {

/// What all probes of a session have in common.
struct probe_plan {
    probe_method method = probe_method::icmp;
    session_setup setup{};
    std::uint16_t payload_len = 0;
    short_text<16> pattern{};
    std::uint16_t destination_port = 0;  // of the first probe; UDP and TCP
    bool constant_flow = true;
    bool verify_checksum = true;

    [[nodiscard]] bool is_v4() const noexcept { return setup.destination.is_v4(); }
    [[nodiscard]] std::uint8_t protocol() const noexcept;
};

/// Which numbers the probes carry, so that an answer finds its probe:
///   ICMP: the sequence number, 1 for the first probe, as people count.
///   UDP:  the checksum, by choice of the compensation octets: 28 quoted octets tell it. Some
///   probes
///         have a destination port of their own instead, see write().
///   TCP:  the source port, since a host answers one SYN per flow only.
struct probe_numbers {
    explicit probe_numbers(const probe_plan& plan) noexcept;
    wrapped_number sequence{.first = 0, .modulus = 65'536, .start = 1};
    // 0 means "no checksum" (RFC 768), and 0xffff stands for a sum of 0: both are left out.
    wrapped_number udp_checksum{.first = 1, .modulus = 65'534, .start = 1};
    wrapped_number destination_port{.first = 1, .modulus = 65'535, .start = 1};
    wrapped_number source_port{.first = 1, .modulus = 65'535, .start = 1};
};

class probe_writer {
  public:
    explicit probe_writer(const probe_plan& plan);

    /// The datagram of one probe; its octets are valid until the next call. `own_port`: UDP only,
    /// send to a destination port that no other probe has, so that an answer which quotes nothing
    /// but the port can still be told.
    [[nodiscard]] transmit write(probe_id id, bool own_port = false) noexcept;
    [[nodiscard]] std::uint64_t cookie(probe_id id) const noexcept { return cookie_(id); }
    [[nodiscard]] const probe_plan& plan() const noexcept { return plan_; }
    [[nodiscard]] const probe_numbers& numbers() const noexcept { return numbers_; }
    [[nodiscard]] std::uint8_t protocol() const noexcept { return protocol_; }
    /// Whether the UDP checksum of our probes is known: our source address must be.
    [[nodiscard]] bool knows_udp_checksum() const noexcept;
    /// The low half of the cookie: what a SYN has as its sequence number.
    [[nodiscard]] std::uint32_t tcp_sequence(probe_id id) const noexcept {
        return static_cast<std::uint32_t>(cookie(id));
    }
    /// Whether an echoed payload is octet for octet the one of this probe.
    [[nodiscard]] bool is_payload_of(bytes_view echoed, probe_id id) const noexcept;

  private:
    void build_icmp();
    void build_udp();
    void build_tcp();
    void patch_icmp(probe_id id) noexcept;
    void patch_udp(probe_id id, std::uint16_t port) noexcept;
    void patch_tcp(probe_id id) noexcept;
    [[nodiscard]] bytes_mut payload() noexcept { return bytes_mut(octets_).subspan(payload_at_); }
    [[nodiscard]] std::uint16_t icmp_compensation(probe_id id, std::uint64_t cookie) const noexcept;

    probe_plan plan_;
    probe_numbers numbers_;
    std::uint8_t protocol_;
    cookie_maker cookie_;
    std::vector<std::uint8_t> octets_;
    std::size_t payload_at_ = 0;
    std::uint16_t template_sum_ = 0;  // one's complement, of what no probe changes
};

}  // namespace sonde::inline v0::detail
