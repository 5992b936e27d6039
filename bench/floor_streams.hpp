#pragma once
/// The least that a program must do to see TCP streams: IPv4 alone, an open table without limits, a
/// map for what comes early.

#include <cstdint>
#include <map>
#include <vector>

#include <sonde/base/octets.hpp>

namespace sonde::bench {

/// What was told: the same sum from everybody who did the same work.
struct told_octets {
    std::uint64_t octets = 0;
    void add(bytes_view data) noexcept { octets += data.size(); }
};

class floor_streams {
  public:
    floor_streams() : flows_(8192) {}

    void accept(bytes_view frame, told_octets& told) {
        if (frame.size() < 54 || be16_at(frame, 12) != 0x800 || frame[23] != 6) return;
        const std::size_t ihl = std::size_t{frame[14]} % 16 * 4;
        const std::size_t total = be16_at(frame, 16);
        if (ihl < 20 || 14 + total > frame.size() || total < ihl + 20) return;
        const bytes_view segment = frame.subspan(14 + ihl, total - ihl);
        const std::size_t header = std::size_t{segment[12]} / 16 * 4;
        if (header < 20 || header > segment.size()) return;
        half& mine = half_of(frame, segment);
        const std::uint32_t sequence = be32_at(segment, 4);
        if ((segment[13] & 2) != 0 || !mine.started) {
            mine.next = sequence + ((segment[13] & 2) != 0 ? 1 : 0);
            mine.started = true;
        }
        if (segment.size() > header) take(mine, sequence, segment.subspan(header), told);
    }

  private:
    struct half {
        std::uint32_t next = 0;
        bool started = false;
        std::map<std::uint32_t, std::vector<std::uint8_t>> early{};
    };
    struct flow {
        std::uint64_t addresses = 0;
        std::uint32_t ports = 0;
        bool used = false;
        half halves[2]{};
    };

    [[nodiscard]] half& half_of(bytes_view frame, bytes_view segment) noexcept {
        const std::uint64_t source = be32_at(frame, 26);
        const std::uint64_t destination = be32_at(frame, 30);
        const std::uint32_t from = be16_at(segment, 0);
        const std::uint32_t to = be16_at(segment, 2);
        const bool second = source > destination || (source == destination && from > to);
        const std::uint64_t addresses =
            second ? destination << 32 | source : source << 32 | destination;
        const std::uint32_t ports = second ? to << 16 | from : from << 16 | to;
        std::uint64_t hash = (addresses ^ ports * 0x9e3779b97f4a7c15ULL) * 0xff51afd7ed558ccdULL;
        hash ^= hash >> 32;
        std::size_t at = hash & (flows_.size() - 1);
        while (flows_[at].used && (flows_[at].addresses != addresses || flows_[at].ports != ports))
            at = (at + 1) & (flows_.size() - 1);
        flows_[at].used = true;
        flows_[at].addresses = addresses;
        flows_[at].ports = ports;
        return flows_[at].halves[second];
    }
    static void take(half& mine, std::uint32_t sequence, bytes_view data, told_octets& told) {
        const auto ahead = static_cast<std::int32_t>(sequence - mine.next);
        if (ahead > 0) {
            mine.early.emplace(sequence, std::vector<std::uint8_t>(data.begin(), data.end()));
            return;
        }
        const auto behind = static_cast<std::uint32_t>(-ahead);
        if (behind < data.size()) {
            told.add(data.subspan(behind));
            mine.next += static_cast<std::uint32_t>(data.size()) - behind;
        }
        while (!mine.early.empty()) {
            const auto first = mine.early.begin();
            if (static_cast<std::int32_t>(first->first - mine.next) > 0) return;
            const std::uint32_t known = mine.next - first->first;
            if (known < first->second.size()) {
                told.add(bytes_view(first->second).subspan(known));
                mine.next += static_cast<std::uint32_t>(first->second.size()) - known;
            }
            mine.early.erase(first);
        }
    }

    std::vector<flow> flows_;
};

}  // namespace sonde::bench
