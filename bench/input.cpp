#include "input.hpp"

#include <stdexcept>

#include <sonde/capture/capture_file.hpp>

#include "mix.hpp"
#include "stream_traffic.hpp"

namespace sonde::bench {
namespace {

constexpr std::size_t crafted_count = 20'000;
constexpr std::size_t streamed_count = 200'000;  // frames

bool is_wanted(bytes_view frame, source from) noexcept {
    const std::uint16_t type = be16_at(frame, 12);
    if (from == source::ipv4) return type == 0x0800;
    return from != source::untagged || (type != 0x8100 && type != 0x88a8);
}

frame_set read_frames(const std::string& path, source from) {
    frame_set made;
    auto file = capture_file::open(path);
    if (!file) throw std::runtime_error(describe(file.error()));
    while (const record* one = file->next()) {
        if (is_wanted(one->octets, from)) made.add(one->octets);
    }
    made.settle();
    return made;
}

frame_set read_streams(std::size_t count) {
    frame_set made;
    const stream_traffic traffic = make_stream_traffic(count);
    for (std::size_t i = 0; i < traffic.size(); ++i) made.add(traffic.frame(i));
    made.settle();
    return made;
}

}  // namespace

void frame_set::add(bytes_view frame) {
    octets_.insert(octets_.end(), frame.begin(), frame.end());
    lengths_.push_back(frame.size());
}

void frame_set::settle() {
    all.clear();
    std::size_t at = 0;
    for (const std::size_t len : lengths_) {
        all.push_back(bytes_view(octets_).subspan(at, len));
        at += len;
    }
}

input load(const std::string& folder, const row& of, scale how_much) {
    const bool full = how_much == scale::full;
    const std::string mix = folder + (full ? "/mix" : "/small_mix");
    switch (of.from) {
        case source::count:
            return {.count = crafted_count};
        case source::pcap:
            return {.path = mix + ".pcap"};
        case source::pcapng:
            return {.path = mix + ".pcapng"};
        case source::whole:
            return {.frames = read_frames(mix + ".pcap", of.from)};
        case source::dns:
            return {.frames = read_frames(folder + "/dns.pcap", of.from)};
        case source::streams:
            return {.frames = read_streams(full ? streamed_count : small_mix_len)};
        default:
            return {.frames = read_frames(folder + "/small_mix.pcap", of.from)};
    }
}

}  // namespace sonde::bench
