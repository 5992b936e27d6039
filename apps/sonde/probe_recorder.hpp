#pragma once
/// --write of ping and trace: our own probes and their answers as a capture, with a comment on
/// each. What the sockets did not give (IP headers always, the octets of an error that came through
/// the kernel's error queue) is rebuilt, and the comment says so.

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <sonde/capture/capture_writer.hpp>
#include <sonde/probe/many_ping.hpp>
#include <sonde/probe/tapped_session.hpp>

#include "output.hpp"
#include "settings.hpp"

namespace sonde::cli {

class probe_recorder;

/// The file of one run, and who writes to it.
class probe_capture {
  public:
    probe_capture(std::string_view command, const common_settings& settings, channels to);
    probe_capture(const probe_capture&) = delete;
    probe_capture& operator=(const probe_capture&) = delete;
    ~probe_capture();

    /// False after having complained; true too when no file is asked for.
    [[nodiscard]] bool open();
    /// The same for virtual time, which begins with the year 2026.
    [[nodiscard]] bool open_simulated();
    /// Who listens to a session towards `destination`; null when no file is asked for.
    [[nodiscard]] session_tap* tap(const ip_address& destination, const probe_channel& channel);
    /// The same of a session with many targets; our addresses towards them are looked up.
    [[nodiscard]] session_tap* tap(const many_setup& setup);
    /// Whether all of it was written; complains.
    [[nodiscard]] bool close();

  private:
    friend class probe_recorder;
    void write(bytes_view octets, mono_time at, const std::string& comment, bool outbound);
    [[nodiscard]] bool create();
    void fail(const capture_error& why);

    std::string command_;
    const common_settings& settings_;
    channels to_;
    nanoseconds to_wall_{};  // from the steady clock
    std::optional<capture_writer> out_{};
    std::vector<std::unique_ptr<probe_recorder>> recorders_{};
    bool failed_ = false;
};

/// One session. A probe waits until its transmit stamp is there, or its fate; then it is written,
/// and what came later behind it, so that the file is in the order of time. Bounded: as the session
/// is, and 1,024 datagrams that no event has told of yet.
class probe_recorder final : public session_tap {
  public:
    /// A channel without a source address: it is looked up for each destination.
    probe_recorder(probe_capture& to, const many_setup& channels, bool tells_hops)
        : to_(to), channels_(channels), tells_hops_(tells_hops) {}

    void on_transmit(const transmit& probe) override;
    void on_send_done(probe_id id, const send_outcome& outcome) override;
    void on_transmit_stamp(probe_id id, const stamp& at) override;
    void on_datagram(bytes_view octets, const receive_facts& facts) override;
    void on_icmp_error(const icmp_error& error, const receive_facts& facts) override;
    void on_event(const probe_event& event) override;
    /// Writes what still waits.
    void finish();

  private:
    struct probe {
        std::vector<std::uint8_t> datagram{};
        mono_time at{};
        bool stamped = false;  // by the kernel
        bool sent = false;
        bool written = false;
        std::uint8_t hop_limit = 0;
        std::uint64_t sequence = 0;  // 0: not told yet
    };
    struct heard {
        std::vector<std::uint8_t> message{};  // empty: came through the error queue
        icmp_error error{};                   // its spans are not used
        receive_facts facts{};
    };
    struct waiting {
        std::vector<std::uint8_t> datagram{};
        std::string comment{};
        bool outbound = false;
    };
    void note(heard&& one);
    void settle(std::uint64_t id);  // the probe is complete: writes it
    void record_answer(const probe_event& event, const heard& one);
    void release();
    [[nodiscard]] std::string comment_of(const probe& one) const;
    [[nodiscard]] std::vector<std::uint8_t> message_of(const heard& one, const probe_record& about,
                                                       const ip_address& source) const;
    /// Our address towards a host.
    [[nodiscard]] const ip_address& source_towards(const ip_address& host);

    probe_capture& to_;
    many_setup channels_;
    bool tells_hops_;
    std::map<ip_address, ip_address> sources_{};  // looked up, at most sources_max
    std::map<std::uint64_t, probe> probes_{};
    std::set<std::uint64_t> unwritten_{};  // those of them that were sent
    std::deque<heard> heard_{};
    std::multimap<mono_time, waiting> waiting_{};
    mono_time newest_{};  // the latest that anything was heard or sent
};

}  // namespace sonde::cli
