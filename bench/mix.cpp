#include "mix.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <vector>

#include <sonde/base/random.hpp>
#include <sonde/capture/capture_file.hpp>
#include <sonde/capture/capture_writer.hpp>
#include <sonde/packet/packet.hpp>
#include <sonde/wire/link/arp.hpp>

#include "task.hpp"

namespace sonde::bench {
namespace {

namespace fs = std::filesystem;
using frame_octets = std::vector<std::uint8_t>;

constexpr std::size_t frame_len_max = 1514;  // octets
constexpr std::size_t tagged_by_us = 300;    // frames: captures with 802.1Q tags are few
constexpr std::uint32_t link_ethernet = 1;
constexpr std::uint32_t link_raw = 101;

/// A kind of frame, how many of a thousand it is given, and those that captures have.
enum kind : std::size_t { tcp4, udp4, dns4, icmp4, tcp6, udp6, icmp6, tagged, arp_any, igmp4 };
constexpr std::array<std::uint32_t, 10> shares{500, 110, 170, 70, 50, 30, 25, 25, 15, 5};
using pools = std::array<std::vector<frame_octets>, shares.size()>;

std::optional<kind> kind_of_ip(const packet& frame, bool v4) {
    switch (frame.transport_protocol()) {
        case ip_protocol::tcp:
            return v4 ? tcp4 : tcp6;
        case ip_protocol::icmp:
            return v4 ? std::optional(icmp4) : std::nullopt;
        case ip_protocol::igmp:
            return v4 ? std::optional(igmp4) : std::nullopt;
        case ip_protocol::icmpv6:
            return v4 ? std::nullopt : std::optional(icmp6);
        case ip_protocol::udp: {
            const auto datagram = frame.get<udp>();
            if (!datagram) return std::nullopt;
            const bool is_dns = datagram->source_port() == 53 || datagram->destination_port() == 53;
            if (is_dns && v4) return dns4;
            return v4 ? udp4 : udp6;
        }
        default:
            return std::nullopt;
    }
}
std::optional<kind> kind_of(bytes_view octets) {
    const packet frame(octets);
    if (frame.vlan_count() != 0) return tagged;
    if (frame.network() == layer::none)
        return frame.has<arp>() ? std::optional(arp_any) : std::nullopt;
    return kind_of_ip(frame, frame.network() == layer::ipv4);
}

/// What a column makes of one frame; nothing when it refuses.
std::optional<outcome> attempt(const task& one, const input& frame) {
    try {
        return one.pass(frame);
    } catch (const std::exception&) {
        return std::nullopt;
    }
}
/// Whether all columns make the same of it in every row that is about such frames.
bool all_agree(bytes_view frame, kind of) {
    input one;
    one.frames.add(frame);
    one.frames.settle();
    for (const row& each : rows) {
        const bool concerns = each.from == source::mix ||
                              (each.from == source::untagged && of != tagged) ||
                              (each.from == source::dns && of == dns4) ||
                              (each.from == source::ipv4 && be16_at(frame, 12) == 0x0800);
        if (!concerns) continue;
        std::optional<outcome> first;
        for (const auto tasks : {floor_tasks(), sonde_tasks(), libtins_tasks(), libpcap_tasks()}) {
            for (const task& column : tasks) {
                if (column.row != each.name) continue;
                const auto seen = attempt(column, one);
                if (!seen || (first && *seen != *first)) return false;
                first = seen;
            }
        }
    }
    return true;
}

struct collection {
    pools found{};
    std::size_t left_out = 0;

    void add(bytes_view frame) {
        if (frame.size() > frame_len_max || frame.size() < 34) return;
        const auto kind = kind_of(frame);
        if (!kind) return;
        if (all_agree(frame, *kind))
            found[*kind].emplace_back(frame.begin(), frame.end());
        else
            ++left_out;
    }
    void add(const record& one) {
        if (one.is_cut() || one.octets.empty()) return;
        if (one.link_type == link_ethernet) return add(one.octets);
        if (one.link_type != link_raw) return;
        frame_octets framed{2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0};
        if (one.octets[0] >> 4 == 6) {
            framed[12] = 0x86;
            framed[13] = 0xdd;
        }
        framed.insert(framed.end(), one.octets.begin(), one.octets.end());
        add(framed);
    }
    /// Some of the frames without tags, with one.
    void add_tagged(random_source& random) {
        for (std::size_t i = 0; i < tagged_by_us; ++i) {
            const auto& pool = found[i % 2 == 0 ? tcp4 : udp4];
            if (pool.empty()) continue;
            frame_octets frame = pool[random.below(pool.size())];
            const std::array<std::uint8_t, 4> tag{0x81, 0, 0, 100};
            frame.insert(frame.begin() + 12, tag.begin(), tag.end());
            add(frame);
        }
    }
};

collection collect(const std::string& captures) {
    std::vector<std::string> paths;
    for (const auto& one : fs::recursive_directory_iterator(captures)) {
        if (one.is_regular_file()) paths.push_back(one.path().string());
    }
    std::sort(paths.begin(), paths.end());
    collection made;
    for (const std::string& path : paths) {
        auto file = capture_file::open(path);
        if (!file) continue;  // what is no capture
        while (const record* one = file->next()) made.add(*one);
    }
    random_source random(11);
    made.add_tagged(random);
    return made;
}

const frame_octets& draw(const pools& from, random_source& random) {
    for (;;) {
        auto at = static_cast<std::uint32_t>(random.below(1000));
        std::size_t kind = 0;
        while (at >= shares[kind]) at -= shares[kind++];
        if (!from[kind].empty()) return from[kind][random.below(from[kind].size())];
    }
}

/// A capture to be written, a packet each seven microseconds.
class mix_file {
  public:
    mix_file(const std::string& path, capture_format format)
        : out_(capture_writer::create(path, {.format = format, .nanoseconds = false})) {
        if (!out_) throw std::runtime_error(describe(out_.error()));
    }
    void add(bytes_view frame) {
        now_ += std::chrono::microseconds(7);
        if (const auto done = out_->write(frame, now_); !done)
            throw std::runtime_error(describe(done.error()));
    }
    void close() {
        if (const auto done = out_->close(); !done)
            throw std::runtime_error(describe(done.error()));
    }

  private:
    capture_result<capture_writer> out_;
    wall_time now_{std::chrono::seconds(1'700'000'000)};
};

void write_mix(const pools& from, const std::string& stem, std::size_t count) {
    mix_file pcap(stem + ".pcap", capture_format::pcap);
    mix_file pcapng(stem + ".pcapng", capture_format::pcapng);
    random_source random(3);
    for (std::size_t i = 0; i < count; ++i) {
        const frame_octets& frame = draw(from, random);
        pcap.add(frame);
        pcapng.add(frame);
    }
    pcap.close();
    pcapng.close();
}

}  // namespace

std::string make_mix(const std::string& captures, const std::string& folder) {
    const collection all = collect(captures);
    const auto& messages = all.found[dns4];
    if (messages.empty() || all.found[tcp4].empty())
        throw std::runtime_error("no frames in " + captures);
    fs::create_directories(folder);
    write_mix(all.found, folder + "/mix", mix_len);
    write_mix(all.found, folder + "/small_mix", small_mix_len);
    mix_file dns(folder + "/dns.pcap", capture_format::pcap);
    random_source random(5);
    for (std::size_t i = 0; i < small_mix_len; ++i)
        dns.add(messages[random.below(messages.size())]);
    dns.close();
    std::size_t frames = 0;
    for (const auto& pool : all.found) frames += pool.size();
    return "a mix of " + std::to_string(mix_len) + " frames, drawn from " + std::to_string(frames) +
           "; " + std::to_string(all.left_out) + " that not all columns read alike were left out";
}

}  // namespace sonde::bench
