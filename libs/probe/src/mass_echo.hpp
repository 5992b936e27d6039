#pragma once
/// Echo requests to many targets: how they are written, and how what comes back is found.
///
///     0                       8           10                  16
///    +-----------------------+-----------+-------------------+----------------+
///    | keyed cookie          | compen-   | number of the     | fill           |
///    | of number and target  | sation    | probe, 48 bits    |                |
///    +-----------------------+-----------+-------------------+----------------+
///
/// The identifier is the socket's, the sequence number the low 16 bits of the probe's number. The
/// compensation holds the ICMP checksum of all probes to one value, so that load balancers which
/// hash it see one flow, and no probe needs to be summed. Payloads that are too short for the
/// number leave it out, and those too short for the cookie keep what fits; then the address and the
/// sequence number have to tell the probe.

#include <cstdint>
#include <optional>
#include <vector>

#include <sonde/probe/many_ping.hpp>

#include "answer_match.hpp"

namespace sonde::inline v0::detail {

struct mass_plan {
    many_setup setup{};
    std::uint16_t payload_len = 0;
    short_text<16> pattern{};
    std::uint8_t hop_limit = 0;
    bool verify_checksum = true;
};

/// Who knows which probes are remembered: the session.
class mass_memory {
  public:
    mass_memory() = default;
    mass_memory(const mass_memory&) = delete;
    mass_memory& operator=(const mass_memory&) = delete;
    virtual ~mass_memory() = default;
    /// The address that a probe went to, or none when it never was or is forgotten.
    [[nodiscard]] virtual std::optional<ip_address> destination_of(std::uint64_t number) const = 0;
    /// The newest remembered probe to this address with this sequence number.
    [[nodiscard]] virtual std::optional<std::uint64_t> newest_to(const ip_address& address,
                                                                 std::uint16_t sequence) const = 0;
};

class mass_echo {
  public:
    explicit mass_echo(const mass_plan& plan);

    /// Octets are valid until the next call.
    [[nodiscard]] transmit write(std::uint64_t number, const ip_address& to) noexcept;
    [[nodiscard]] std::uint64_t cookie(std::uint64_t number, const ip_address& to) const noexcept;

    /// As answer_matcher: what a datagram or error is, and of which probe (match::id is its
    /// number).
    [[nodiscard]] match on_datagram(bytes_view octets, const receive_facts& facts,
                                    const mass_memory& memory) const;
    [[nodiscard]] match on_error(const icmp_error& error, const receive_facts& facts,
                                 const mass_memory& memory) const;

  private:
    mass_plan plan_;
    std::vector<std::uint8_t> request_v4_;
    std::vector<std::uint8_t> request_v6_;
};

}  // namespace sonde::inline v0::detail
