#pragma once
/// Finds the probe that a message belongs to: the one place where answers are told apart, shared by
/// ping and trace. Octets from outside decide nothing here that the keyed cookie can contradict.

#include <cstdint>
#include <optional>

#include <sonde/probe/session.hpp>

#include "probe_writer.hpp"

namespace sonde::inline v0::detail {

/// The probes that a session remembers: ids from `oldest` up to, not including, `next`.
struct remembered {
    std::uint64_t oldest = 0;
    std::uint64_t next = 0;
};

/// What a message turned out to be. Whether a genuine one is the first, late or a duplicate only
/// the session knows.
struct match {
    enum class kind : std::uint8_t {
        ignored,    // no answer at all: requests, messages of other protocols
        foreign,    // belongs to somebody else, or to a probe that is no longer remembered
        forged,     // names a probe of ours without its cookie
        corrupted,  // of probe `id`, but damaged on the way
        genuine,    // of probe `id`
    };
    kind what = kind::ignored;
    probe_id id{};
    answer reply{};  // without RTT
};

class answer_matcher {
  public:
    /// Borrows the writer, which must outlive this.
    explicit answer_matcher(const probe_writer& writer) noexcept : writer_(writer) {}

    [[nodiscard]] match on_datagram(bytes_view octets, const receive_facts& facts,
                                    remembered window) const;
    [[nodiscard]] match on_error(const icmp_error& error, const receive_facts& facts,
                                 remembered window) const;

  private:
    /// Which probe, how sure, and whether it claims one of ours wrongly.
    struct finding {
        match::kind what = match::kind::foreign;
        std::uint64_t id = 0;
        bool verified = false;
    };
    [[nodiscard]] match on_echo_reply(bytes_view octets, const receive_facts& facts,
                                      remembered window) const;
    [[nodiscard]] match on_segment(bytes_view octets, const receive_facts& facts,
                                   remembered window) const;
    [[nodiscard]] finding find_echo(bytes_view message, remembered window) const noexcept;
    [[nodiscard]] finding find_quote(const icmp_error& error, remembered window) const noexcept;
    [[nodiscard]] finding find_quoted_echo(const icmp_error& error,
                                           remembered window) const noexcept;
    [[nodiscard]] finding find_quoted_udp(const icmp_error& error,
                                          remembered window) const noexcept;
    [[nodiscard]] finding find_quoted_tcp(const icmp_error& error,
                                          remembered window) const noexcept;
    [[nodiscard]] finding find_udp_by_number(const icmp_error& error,
                                             remembered window) const noexcept;
    [[nodiscard]] finding with_cookie(std::optional<std::uint64_t> newest, std::uint64_t cookie,
                                      remembered window) const noexcept;
    [[nodiscard]] const probe_plan& plan() const noexcept { return writer_.plan(); }

    const probe_writer& writer_;
};

}  // namespace sonde::inline v0::detail
