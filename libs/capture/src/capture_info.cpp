#include <algorithm>

#include <sonde/capture/capture_tools.hpp>

namespace sonde::inline v0 {
namespace {

void count_packet(capture_info& info, const record& packet, std::optional<wall_time>& before) {
    const std::uint32_t len = packet.captured_len();
    info.captured_len_min = info.packets == 0 ? len : std::min(info.captured_len_min, len);
    info.captured_len_max = std::max(info.captured_len_max, len);
    ++info.packets;
    info.captured_octets += len;
    info.original_octets += packet.original_len;
    if (packet.is_cut()) ++info.cut_packets;
    ++info.link_types[packet.link_type];
    ++info.interfaces[packet.interface].packets;
    for ([[maybe_unused]] const std::string_view comment : packet.comments()) ++info.comments;
    if (!packet.has_time) {
        ++info.untimed_packets;
        return;
    }
    if (before && packet.time < *before) info.in_time_order = false;
    before = packet.time;
    info.first_time = info.first_time ? std::min(*info.first_time, packet.time) : packet.time;
    info.last_time = info.last_time ? std::max(*info.last_time, packet.time) : packet.time;
}

void count_statistics(capture_info& info, const capture_block& block, std::size_t section_start) {
    const auto counts = statistics_of(block);
    if (!counts || counts->interface >= info.interfaces.size() - section_start) return;
    interface_info& on = info.interfaces[section_start + counts->interface];
    if (counts->received) on.received = counts->received;
    if (counts->dropped) on.dropped = counts->dropped;
}

/// Interfaces become known on the way.
void meet_interfaces(capture_info& info, const capture_file& file) {
    const auto known = file.interfaces();
    for (std::size_t i = info.interfaces.size(); i < known.size(); ++i) {
        info.interfaces.push_back({.description = known[i]});
    }
}

}  // namespace

capture_info file_info(capture_file& file) {
    capture_info info{.format = file.format(), .compression = file.compression()};
    std::optional<wall_time> before;
    std::size_t section_start = 0;
    meet_interfaces(info, file);
    while (const capture_block* block = file.next_block()) {
        meet_interfaces(info, file);
        if (file.format() == capture_format::pcapng) ++info.blocks[block->type];
        if (block->type == static_cast<std::uint32_t>(block_type::section_header)) {
            section_start = info.interfaces.size();
        }
        if (block->packet != nullptr) count_packet(info, *block->packet, before);
        count_statistics(info, *block, section_start);
    }
    info.order = file.order();
    info.sections = file.sections();
    info.file_octets = file.offset();
    info.stopped = file.stopped();
    return info;
}

}  // namespace sonde::inline v0
