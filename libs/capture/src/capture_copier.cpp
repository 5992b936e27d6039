#include <algorithm>

#include <sonde/capture/capture_copier.hpp>

#include "pcapng.hpp"

namespace sonde::inline v0 {
namespace {

constexpr std::uint8_t nano = 9;

}  // namespace

capture_result<void> capture_copier::put(const capture_file& from, const capture_block& block,
                                         std::uint32_t snap_len) {
    if (block.packet == nullptr) return put_other(from, block);
    const bool cut = snap_len != 0 && block.packet->octets.size() > snap_len;
    const bool as_it_lies = !cut && from.format() == out_.format() && from.is_current();
    if (as_it_lies && from.format() == capture_format::pcapng) return out_.copy_block(block);
    record packet = *block.packet;
    if (cut) packet.octets = packet.octets.first(snap_len);
    return put_packet(from, packet);
}

capture_result<void> capture_copier::put_packet(const capture_file& from, const record& packet) {
    record made = packet;
    if (out_.format() == capture_format::pcap) return out_.write(made);
    if (from.format() == capture_format::pcapng) {
        made.interface -= static_cast<std::uint32_t>(section_begin_);
        return out_.write(made);
    }
    if (!pcap_interface_) {
        const auto added = out_.add_interface(same_interface(from.interfaces().front()));
        if (!added) return tl::unexpected(added.error());
        pcap_interface_ = *added;
    }
    made.interface = *pcap_interface_;
    return out_.write(made);
}

capture_result<void> capture_copier::put_other(const capture_file& from,
                                               const capture_block& block) {
    if (out_.format() == capture_format::pcap) return {};
    if (block.type != detail::section_magic) return out_.copy_block(block);
    section_begin_ = from.interfaces().size();
    scratch_.assign(block.octets.begin(), block.octets.end());
    store64(block.order, scratch_, 16, detail::section_len_unspecified);
    capture_block open = block;
    open.octets = scratch_;
    return out_.copy_block(open);
}

capture_result<void> packet_copier::put(const capture_file& from, record packet,
                                        const packet_notes& notes) {
    if (out_.format() == capture_format::pcap) return out_.write(packet);
    const std::size_t index = packet.interface;
    if (interfaces_.size() <= index) interfaces_.resize(index + 1);
    if (!interfaces_[index]) {
        const auto added = out_.add_interface(describe_(from.interfaces()[index]));
        if (!added) return tl::unexpected(added.error());
        interfaces_[index] = *added;
    }
    packet.interface = *interfaces_[index];
    return out_.write(packet, notes);
}

capture_interface same_interface(const capture_interface& one) {
    capture_interface made = one;
    made.resolution = nano;
    made.offset_s = 0;
    return made;
}

capture_interface nameless_interface(const capture_interface& one) {
    return {.link_type = one.link_type,
            .snap_len = one.snap_len,
            .resolution = nano,
            .fcs_len = one.fcs_len,
            .speed = one.speed};
}

}  // namespace sonde::inline v0
