#include <algorithm>

#include <sonde/capture/pcapng_block.hpp>

#include "capture_reader.hpp"
#include "interface_options.hpp"

namespace sonde::inline v0::detail {
namespace {

constexpr std::size_t interface_len_min = 20;
constexpr std::size_t simple_packet_len_min = 16;
constexpr std::size_t packet_len_min = 32;  // enhanced and obsolete
constexpr std::size_t packet_data_offset = 28;
constexpr std::size_t simple_packet_data_offset = 12;
constexpr std::size_t trailer_len = 4;

}  // namespace

bool capture_reader::stop_at_block(const char* what, std::size_t needed, std::size_t had) {
    if (window_.failure()) {
        stop(*window_.failure());
    } else {
        stop(capture_reason::truncated, what, needed, had);
    }
    return false;
}

/// Reads the next block into block_, and into record_ when it carries a packet.
bool capture_reader::read_block() {
    if (stopped_) [[unlikely]]
        return false;
    bytes_view in = window_.peek(block_len_min);
    if (in.size() < block_len_min) [[unlikely]] {
        const bool clean_end = in.empty() && !window_.failure() && number_ != 0;
        return clean_end ? false : stop_at_block("pcapng block", block_len_min, in.size());
    }
    const std::uint32_t type = load32(order_, in, 0);
    if (type == section_magic && !begin_section(in)) return false;
    const char* name = block_name(type);
    const std::size_t len = load32(order_, in, 4);
    const std::size_t len_min = type == section_magic ? section_header_len_min : block_len_min;
    if (len < len_min || len % 4 != 0) [[unlikely]] {
        stop(capture_reason::bad_length, name, len_min, len);
        return false;
    }
    if (len > limits_.block_len_max) [[unlikely]] {
        stop(capture_reason::above_bound, name, len, limits_.block_len_max);
        return false;
    }
    if (in.size() < len) [[unlikely]] {
        in = window_.peek(len);
        if (in.size() < len) return stop_at_block(name, len, in.size());
    }
    const bytes_view octets = in.first(len);
    const std::size_t again = load32(order_, octets, len - trailer_len);
    if (again != len) [[unlikely]] {
        stop(capture_reason::bad_length, "pcapng block, length at its end", len, again);
        return false;
    }
    block_.type = type;
    block_.order = order_;
    block_.offset_octets = window_.offset();
    block_.number = number_ + 1;
    block_.octets = octets;
    block_.packet = nullptr;
    bool fine = true;
    if (type == static_cast<std::uint32_t>(block_type::enhanced_packet)) {
        fine = read_enhanced_packet(octets);
    } else if (type == static_cast<std::uint32_t>(block_type::interface_description)) {
        fine = read_interface(octets);
    } else if (type == static_cast<std::uint32_t>(block_type::simple_packet)) {
        fine = read_simple_packet(octets);
    } else if (type == static_cast<std::uint32_t>(block_type::packet)) {
        fine = read_obsolete_packet(octets);
    }
    if (!fine) [[unlikely]]
        return false;
    window_.skip(len);
    ++number_;
    return true;
}

/// Learns the byte order. Precondition: `head` holds 12 octets.
bool capture_reader::begin_section(bytes_view head) {
    const std::uint32_t little = load32(byte_order::little, head, 8);
    if (little != order_magic && little != swapped(order_magic)) {
        stop(capture_reason::bad_value,
             "section header block, byte-order magic",
             order_magic,
             little);
        return false;
    }
    order_ = little == order_magic ? byte_order::little : byte_order::big;
    section_start_ = interfaces_.size();
    ++sections_;
    return true;
}

bool capture_reader::read_interface(bytes_view block) {
    constexpr const char* what = "interface description block";
    if (block.size() < interface_len_min) {
        stop(capture_reason::bad_length, what, interface_len_min, block.size());
        return false;
    }
    text_len_ += block.size() - interface_len_min;
    if (interfaces_.size() >= limits_.interfaces_max) {
        stop(capture_reason::above_bound,
             "interface description block, interfaces",
             interfaces_.size() + 1,
             limits_.interfaces_max);
        return false;
    }
    if (text_len_ > limits_.text_len_max) {
        stop(capture_reason::above_bound,
             "interface description block, octets of options",
             text_len_,
             limits_.text_len_max);
        return false;
    }
    const std::size_t options_len = block.size() - interface_len_min;
    capture_interface made = described_by({block.subspan(16, options_len), order_});
    made.link_type = load16(order_, block, 8);
    made.snap_len = load32(order_, block, 12);
    made.section = sections_ - 1;
    scales_.emplace_back(made.resolution, made.offset_s);
    interfaces_.push_back(std::move(made));
    return true;
}

void capture_reader::set_time(bytes_view block, std::size_t offset) {
    const std::uint64_t high = load32(order_, block, offset);
    const std::uint64_t low = load32(order_, block, offset + 4);
    record_.time = scales_[record_.interface].to_time((high << 32) | low);
    record_.has_time = true;
}

/// Lets record_ borrow the packet's octets and options. What is left of the block's length decides
/// what fits.
bool capture_reader::place_packet(bytes_view block, const packet_place& place) {
    const std::size_t room = block.size() - trailer_len - place.data_offset;
    if (place.captured_len > room) [[unlikely]] {
        stop(capture_reason::bad_length, place.what, place.captured_len, room);
        return false;
    }
    if (place.captured_len > limits_.record_len_max) [[unlikely]] {
        stop(capture_reason::above_bound, place.what, place.captured_len, limits_.record_len_max);
        return false;
    }
    const std::size_t count = interfaces_.size() - section_start_;
    if (place.interface >= count) [[unlikely]] {
        stop(capture_reason::unknown_interface, place.what, place.interface + 1ULL, count);
        return false;
    }
    record_.octets = block.subspan(place.data_offset, place.captured_len);
    record_.interface = static_cast<std::uint32_t>(section_start_) + place.interface;
    record_.link_type = interfaces_[record_.interface].link_type;
    record_.order = order_;
    const std::size_t used = std::min(padded(place.captured_len), room);
    record_.option_octets = block.subspan(place.data_offset + used, room - used);
    block_.packet = &record_;
    return true;
}

bool capture_reader::read_enhanced_packet(bytes_view block) {
    constexpr const char* what = "enhanced packet block";
    if (block.size() < packet_len_min) [[unlikely]] {
        stop(capture_reason::bad_length, what, packet_len_min, block.size());
        return false;
    }
    if (!place_packet(block,
                      {.what = what,
                       .data_offset = packet_data_offset,
                       .captured_len = load32(order_, block, 20),
                       .interface = load32(order_, block, 8)})) {
        return false;
    }
    record_.original_len = load32(order_, block, 24);
    set_time(block, 12);
    return true;
}

bool capture_reader::read_obsolete_packet(bytes_view block) {
    constexpr const char* what = "obsolete packet block";
    if (block.size() < packet_len_min) {
        stop(capture_reason::bad_length, what, packet_len_min, block.size());
        return false;
    }
    if (!place_packet(block,
                      {.what = what,
                       .data_offset = packet_data_offset,
                       .captured_len = load32(order_, block, 20),
                       .interface = load16(order_, block, 8)})) {
        return false;
    }
    record_.original_len = load32(order_, block, 24);
    set_time(block, 12);
    return true;
}

bool capture_reader::read_simple_packet(bytes_view block) {
    constexpr const char* what = "simple packet block";
    if (block.size() < simple_packet_len_min) {
        stop(capture_reason::bad_length, what, simple_packet_len_min, block.size());
        return false;
    }
    if (section_start_ == interfaces_.size()) {
        stop(capture_reason::unknown_interface, what, 1, 0);
        return false;
    }
    const std::uint32_t original = load32(order_, block, 8);
    const std::uint32_t snap_len = interfaces_[section_start_].snap_len;
    const std::uint32_t kept = snap_len == 0 ? original : std::min(original, snap_len);
    if (!place_packet(block,
                      {.what = what,
                       .data_offset = simple_packet_data_offset,
                       .captured_len = kept,
                       .interface = 0})) {
        return false;
    }
    record_.original_len = original;
    record_.option_octets = {};
    record_.time = {};
    record_.has_time = false;
    return true;
}

}  // namespace sonde::inline v0::detail
