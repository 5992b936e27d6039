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
///
/// An answer is of a probe when its cookie is right, whoever sent it. Without that, it is forged
/// when it comes from an address that a probe with its sequence number went to, and foreign
/// otherwise: another process may have our identifier.

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
    /// The newest remembered probe to this address with this sequence number and with a number
    /// below `below`.
    [[nodiscard]] virtual std::optional<std::uint64_t> newest_to(const ip_address& address,
                                                                 std::uint16_t sequence,
                                                                 std::uint64_t below) const = 0;
};

class mass_echo {
  public:
    explicit mass_echo(const mass_plan& plan);

    /// Octets are valid until the next call. Precondition: number < 2^48, and there is a channel of
    /// the address's family.
    [[nodiscard]] transmit write(std::uint64_t number, const ip_address& to) noexcept;
    [[nodiscard]] std::uint64_t cookie(std::uint64_t number, const ip_address& to) const noexcept;

    /// As answer_matcher: what a datagram or error is, and of which probe (match::id is its
    /// number; of a forged one the probe that it claims to answer).
    [[nodiscard]] match on_datagram(bytes_view octets, const receive_facts& facts,
                                    const mass_memory& memory) const;
    [[nodiscard]] match on_error(const icmp_error& error, const receive_facts& facts,
                                 const mass_memory& memory) const;

  private:
    /// The octets of a request in one family; each probe changes some of them in place.
    struct request {
        std::vector<std::uint8_t> octets{};
        std::uint16_t sum = 0;        // one's complement, of all probes alike; checksum left out
        std::uint16_t reply_sum = 0;  // the checksum field of an undamaged reply
    };
    /// An echo message that came back whole, or the request in a quote, cut anywhere behind its
    /// header; and the address whose probe it claims to be.
    struct claim {
        bytes_view message{};
        ip_address address{};
    };
    struct finding {
        match::kind what = match::kind::foreign;
        std::uint64_t number = 0;
        ip_address address{};  // that the probe went to
        bool verified = false;
    };
    [[nodiscard]] match on_echo_reply(bytes_view octets, const receive_facts& facts,
                                      const mass_memory& memory) const;
    [[nodiscard]] match on_error_message(bytes_view octets, const receive_facts& facts,
                                         const mass_memory& memory) const;
    [[nodiscard]] finding find(const claim& what, const mass_memory& memory) const;
    [[nodiscard]] finding find_by_number(const claim& what, const mass_memory& memory) const;
    [[nodiscard]] finding find_by_sequence(const claim& what, const mass_memory& memory) const;
    [[nodiscard]] bool is_undamaged(bytes_view reply, const finding& found) const noexcept;
    void build(ip_family family);
    [[nodiscard]] bool is_numbered() const noexcept;
    [[nodiscard]] bool is_compensated() const noexcept;
    [[nodiscard]] const request& request_of(ip_family family) const noexcept {
        return family == ip_family::v4 ? v4_ : v6_;
    }

    mass_plan plan_;
    request v4_{};
    request v6_{};
};

}  // namespace sonde::inline v0::detail
