#include "capture_writer_state.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "interface_options.hpp"

namespace sonde::inline v0::detail {
namespace {

constexpr std::uint64_t ns_per_s = 1'000'000'000;
/// Seconds of a pcap file have 32 bits; a time before 1970 is beyond, too, once it is unsigned.
constexpr std::uint64_t pcap_ns_end = (std::uint64_t{1} << 32) * ns_per_s;
constexpr std::size_t enhanced_packet_head_len = 28;
constexpr std::size_t section_head_len = 24;
constexpr std::size_t trailer_len = 4;

/// The words of a pcap record's header. A constant order costs nothing: one branch instead of four.
struct pcap_head {
    std::uint32_t seconds;
    std::uint32_t fraction;
    std::uint32_t captured_len;
    std::uint32_t original_len;

    template <byte_order Order>
    void store_in(std::span<std::uint8_t, pcap_record_header_len> out) const noexcept {
        store32(Order, out, 0, seconds);
        store32(Order, out, 4, fraction);
        store32(Order, out, 8, captured_len);
        store32(Order, out, 12, original_len);
    }
};

void store(std::span<std::uint8_t, pcap_record_header_len> out, const pcap_head& head,
           byte_order order) noexcept {
    if (order == byte_order::little) {
        head.store_in<byte_order::little>(out);
    } else {
        head.store_in<byte_order::big>(out);
    }
}

pcap_head make_head(const record& packet, std::size_t captured_len, bool nanoseconds) noexcept {
    const auto ns = static_cast<std::uint64_t>(packet.time.time_since_epoch().count());
    const std::uint64_t seconds = ns / ns_per_s;
    const auto fraction = static_cast<std::uint32_t>(ns - seconds * ns_per_s);
    return {.seconds = static_cast<std::uint32_t>(seconds),
            .fraction = nanoseconds ? fraction : fraction / 1000,
            .captured_len = static_cast<std::uint32_t>(captured_len),
            .original_len = packet.original_len};
}

}  // namespace

capture_writer_state::capture_writer_state(std::unique_ptr<octet_sink> sink,
                                           const writer_options& options)
    : sink_(std::move(sink)),
      buffer_(std::make_unique_for_overwrite<std::uint8_t[]>(buffer_len)),
      format_(options.format.value_or(capture_format::pcapng)),
      order_(options.order),
      options_(options) {}

capture_writer_state::~capture_writer_state() { static_cast<void>(close()); }

void capture_writer_state::go_on_behind(std::span<const capture_interface> interfaces) {
    begun_ = true;
    for (const capture_interface& one : interfaces) know_interface(one);
}

tl::unexpected<capture_error> capture_writer_state::unfit(const char* what, std::uint64_t needed,
                                                          std::uint64_t had) const {
    return tl::unexpected(capture_error{.reason = capture_reason::mismatch,
                                        .what = what,
                                        .offset_octets = octets_,
                                        .block = packets_ + 1,
                                        .needed = needed,
                                        .had = had});
}

capture_result<void> capture_writer_state::need_pcapng() const {
    if (format_ == capture_format::pcapng) return {};
    return unfit("pcapng block for a pcap file");
}

capture_result<void> capture_writer_state::empty_buffer() {
    const std::size_t len = std::exchange(used_, 0);
    if (len == 0) return {};
    return sink_->write(bytes_view(buffer_.get(), len));
}

capture_result<void> capture_writer_state::put(bytes_view octets) {
    if (octets.size() > buffer_len) [[unlikely]] {
        if (auto done = empty_buffer(); !done) return done;
        octets_ += octets.size();
        return sink_->write(octets);
    }
    if (auto done = make_room(octets.size()); !done) return done;
    const bytes_mut out = take(octets.size());
    std::copy(octets.begin(), octets.end(), out.begin());
    return {};
}

capture_result<void> capture_writer_state::begin() {
    if (begun_) return {};
    return format_ == capture_format::pcap ? begin_pcap() : begin_section(options_.comments);
}

capture_result<void> capture_writer_state::begin_pcap() {
    begun_ = true;
    std::array<std::uint8_t, pcap_header_len> head{};
    store32(order_, head, 0, options_.nanoseconds ? pcap_nano_magic : pcap_micro_magic);
    store16(order_, head, 4, 2);  // version 2.4; time zone and accuracy stay 0, as everywhere
    store16(order_, head, 6, 4);
    store32(order_, head, 16, options_.snap_len);
    std::uint32_t link = options_.link_type;
    if (options_.fcs_len != 0) {
        link |= pcap_fcs_present | (std::uint32_t{options_.fcs_len} / 2) << pcap_fcs_shift;
    }
    store32(order_, head, 20, link);
    return put(head);
}

capture_result<void> capture_writer_state::write(const record& packet, const packet_notes* notes) {
    if (!begun_) [[unlikely]] {
        if (auto done = begin(); !done) return done;
    }
    return format_ == capture_format::pcap ? write_pcap(packet) : write_pcapng(packet, notes);
}

capture_result<void> capture_writer_state::write_whole(bytes_view octets, wall_time time,
                                                       const packet_notes& notes) {
    if (octets.size() > std::numeric_limits<std::uint32_t>::max()) {
        return unfit("length of a packet");
    }
    const bool pcapng = format_ == capture_format::pcapng;
    const record packet{.octets = octets,
                        .time = time,
                        .original_len = static_cast<std::uint32_t>(octets.size()),
                        .link_type = pcapng && !interfaces_.empty() ? interfaces_.front().link_type
                                                                    : options_.link_type};
    return write(packet, &notes);
}

capture_result<void> capture_writer_state::write_pcap(const record& packet) {
    const auto ns = static_cast<std::uint64_t>(packet.time.time_since_epoch().count());
    const bytes_view kept = kept_of(packet, options_.snap_len);
    const std::size_t len = pcap_record_header_len + kept.size();
    if (packet.link_type != options_.link_type || ns >= pcap_ns_end) [[unlikely]] {
        return refuse_pcap(packet);
    }
    if (!has_room(len)) [[unlikely]] {
        if (len > buffer_len) return write_large_pcap(packet, kept);
        if (auto done = empty_buffer(); !done) return done;
    }
    ++packets_;
    const bytes_mut out = take(len);
    store(out.first<pcap_record_header_len>(),
          make_head(packet, kept.size(), options_.nanoseconds),
          order_);
    std::copy(kept.begin(), kept.end(), out.begin() + pcap_record_header_len);
    return {};
}

capture_result<void> capture_writer_state::write_large_pcap(const record& packet, bytes_view kept) {
    std::array<std::uint8_t, pcap_record_header_len> head{};
    store(head, make_head(packet, kept.size(), options_.nanoseconds), order_);
    ++packets_;
    if (auto done = put(head); !done) return done;
    return put(kept);
}

/// Why the packet does not fit a pcap file.
capture_result<void> capture_writer_state::refuse_pcap(const record& packet) const {
    if (packet.link_type != options_.link_type) {
        return unfit("link type of a packet", options_.link_type, packet.link_type);
    }
    return unfit("time of a packet, outside 1970 to 2106");
}

void capture_writer_state::know_interface(const capture_interface& interface) {
    interfaces_.push_back({.scale = tick_scale(interface.resolution, interface.offset_s),
                           .link_type = interface.link_type,
                           .snap_len = interface.snap_len});
}

void capture_writer_state::collect_options(const record& packet, const packet_notes* notes) {
    scratch_.clear();
    if (notes == nullptr && packet.option_octets.empty()) return;
    option_writer out(scratch_, order_);
    if (notes != nullptr) {
        if (notes->flags) out.put32(epb_flags, notes->flags->value);
        for (const std::string_view comment : notes->comments) out.put(opt_comment, comment);
    }
    out.put_packet_options(packet.options());
    out.end();
}

capture_result<void> capture_writer_state::write_pcapng(const record& packet,
                                                        const packet_notes* notes) {
    if (interfaces_.empty()) {
        auto made = add_interface({.link_type = packet.link_type, .snap_len = options_.snap_len});
        if (!made) return tl::unexpected(made.error());
    }
    if (packet.interface >= interfaces_.size()) [[unlikely]] {
        return tl::unexpected(capture_error{.reason = capture_reason::unknown_interface,
                                            .what = "packet to write",
                                            .offset_octets = octets_,
                                            .block = packets_ + 1,
                                            .needed = packet.interface + std::uint64_t{1},
                                            .had = interfaces_.size()});
    }
    const section_interface& on = interfaces_[packet.interface];
    if (packet.link_type != on.link_type) [[unlikely]] {
        return unfit("link type of a packet", on.link_type, packet.link_type);
    }
    const auto ticks = on.scale.to_ticks(packet.time);
    if (!ticks) [[unlikely]]
        return unfit("time of a packet, not expressible in the unit");
    const bytes_view kept = kept_of(packet, on.snap_len);
    collect_options(packet, notes);
    const std::uint32_t original = packet.original_len;
    const bool simple =
        !packet.has_time && packet.interface == 0 && scratch_.empty() &&
        kept.size() == (on.snap_len == 0 ? original : std::min(original, on.snap_len));
    return simple ? write_simple(packet, kept) : write_enhanced(packet, kept, *ticks);
}

capture_result<void> capture_writer_state::write_enhanced(const record& packet, bytes_view kept,
                                                          std::uint64_t ticks) {
    const std::size_t data_len = padded(kept.size());
    const std::size_t total = enhanced_packet_head_len + data_len + scratch_.size() + trailer_len;
    if (total > std::numeric_limits<std::uint32_t>::max()) return unfit("length of a packet");
    const bool fits = total <= buffer_len;
    const std::size_t len = fits ? total : enhanced_packet_head_len;
    if (!has_room(len)) [[unlikely]] {
        if (auto done = make_room(len); !done) return done;
    }
    const bytes_mut out = take(len);
    const byte_order order = order_;
    const auto head = out.first<enhanced_packet_head_len>();
    const auto total_len = static_cast<std::uint32_t>(total);
    store32(order, head, 0, static_cast<std::uint32_t>(block_type::enhanced_packet));
    store32(order, head, 4, total_len);
    store32(order, head, 8, packet.interface);
    store32(order, head, 12, static_cast<std::uint32_t>(ticks >> 32));
    store32(order, head, 16, static_cast<std::uint32_t>(ticks));
    store32(order, head, 20, static_cast<std::uint32_t>(kept.size()));
    store32(order, head, 24, packet.original_len);
    ++packets_;
    constexpr std::array<std::uint8_t, 3> zeros{};
    const bytes_view padding = bytes_view(zeros).first(data_len - kept.size());
    if (fits) [[likely]] {
        auto at = std::copy(kept.begin(), kept.end(), out.begin() + enhanced_packet_head_len);
        at = std::copy(padding.begin(), padding.end(), at);
        std::copy(scratch_.begin(), scratch_.end(), at);
        store32(order, out, total - trailer_len, total_len);
        return {};
    }
    std::array<std::uint8_t, trailer_len> trailer{};
    store32(order, trailer, 0, total_len);
    for (const bytes_view part : {kept, padding, bytes_view(scratch_), bytes_view(trailer)}) {
        if (auto done = put(part); !done) return done;
    }
    return {};
}

capture_result<void> capture_writer_state::write_simple(const record& packet, bytes_view kept) {
    std::vector<std::uint8_t> body(4 + kept.size());
    store32(order_, body, 0, packet.original_len);
    std::copy(kept.begin(), kept.end(), body.begin() + 4);
    ++packets_;
    return write_block(static_cast<std::uint32_t>(block_type::simple_packet), body);
}

capture_result<void> capture_writer_state::write_block(std::uint32_t type, bytes_view body) {
    const std::size_t total = block_len_min + padded(body.size());
    if (total > std::numeric_limits<std::uint32_t>::max()) return unfit("length of a block");
    const auto total_len = static_cast<std::uint32_t>(total);
    std::array<std::uint8_t, 8> head{};
    store32(order_, head, 0, type);
    store32(order_, head, 4, total_len);
    std::array<std::uint8_t, trailer_len> trailer{};
    store32(order_, trailer, 0, total_len);
    constexpr std::array<std::uint8_t, 3> zeros{};
    const bytes_view padding = bytes_view(zeros).first(padded(body.size()) - body.size());
    for (const bytes_view part : {bytes_view(head), body, padding, bytes_view(trailer)}) {
        if (auto done = put(part); !done) return done;
    }
    return {};
}

capture_result<void> capture_writer_state::begin_section(std::span<const std::string> comments) {
    if (auto fine = need_pcapng(); !fine) return fine;
    begun_ = true;
    interfaces_.clear();
    scratch_.assign(section_head_len - 8, 0);
    store32(order_, scratch_, 0, order_magic);
    store16(order_, scratch_, 4, 1);  // version 1.0
    store64(order_, scratch_, 8, section_len_unspecified);
    option_writer out(scratch_, order_);
    for (const std::string& comment : comments) out.put(opt_comment, comment);
    if (!options_.application.empty()) out.put(shb_application, options_.application);
    out.end();
    return write_block(section_magic, scratch_);
}

capture_result<std::uint32_t> capture_writer_state::add_interface(
    const capture_interface& interface) {
    if (auto fine = need_pcapng(); !fine) return tl::unexpected(fine.error());
    if (auto done = begin(); !done) return tl::unexpected(done.error());
    scratch_.assign(8, 0);
    store16(order_, scratch_, 0, interface.link_type);
    store32(order_, scratch_, 4, interface.snap_len);
    option_writer out(scratch_, order_);
    put_interface_options(out, interface);
    out.end();
    auto done =
        write_block(static_cast<std::uint32_t>(block_type::interface_description), scratch_);
    if (!done) return tl::unexpected(done.error());
    know_interface(interface);
    return static_cast<std::uint32_t>(interfaces_.size() - 1);
}

capture_result<void> capture_writer_state::write_statistics(const interface_statistics& counts) {
    if (auto fine = need_pcapng(); !fine) return fine;
    if (auto done = begin(); !done) return done;
    scratch_.assign(12, 0);
    store32(order_, scratch_, 0, counts.interface);
    store32(order_, scratch_, 4, static_cast<std::uint32_t>(counts.ticks >> 32));
    store32(order_, scratch_, 8, static_cast<std::uint32_t>(counts.ticks));
    option_writer out(scratch_, order_);
    const std::pair<std::uint16_t, const std::optional<std::uint64_t>&> counters[] = {
        {isb_received, counts.received},
        {isb_dropped, counts.dropped},
        {isb_accepted, counts.accepted},
        {isb_os_dropped, counts.os_dropped},
        {isb_delivered, counts.delivered}};
    for (const auto& [code, counter] : counters) {
        if (counter) out.put64(code, *counter);
    }
    out.end();
    return write_block(static_cast<std::uint32_t>(block_type::interface_statistics), scratch_);
}

capture_result<void> capture_writer_state::copy_section_header(const capture_block& block) {
    order_ = block.order;
    begun_ = true;
    interfaces_.clear();
    return put(block.octets);
}

capture_result<void> capture_writer_state::copy_block(const capture_block& block) {
    if (format_ == capture_format::pcap) {
        return block.packet != nullptr ? write(*block.packet, nullptr) : capture_result<void>{};
    }
    if (block.type == section_magic) return copy_section_header(block);
    if (block.type == 0 && block.packet != nullptr) return write(*block.packet, nullptr);
    if (auto done = begin(); !done) return done;
    if (block.order != order_) return unfit("block of the other byte order");
    if (block.type == static_cast<std::uint32_t>(block_type::interface_description) &&
        block.octets.size() >= 20) {
        capture_interface seen = described_by(options_of(block));
        seen.link_type = load16(block.order, block.octets, 8);
        seen.snap_len = load32(block.order, block.octets, 12);
        know_interface(seen);
    }
    if (block.packet != nullptr) ++packets_;
    return put(block.octets);
}

capture_result<void> capture_writer_state::flush() {
    if (auto done = begin(); !done) return done;
    if (auto done = empty_buffer(); !done) return done;
    return sink_->flush();
}

capture_result<void> capture_writer_state::close() {
    if (sink_ == nullptr) return {};
    auto done = begin();
    if (done) done = empty_buffer();
    const auto closed = sink_->close();
    sink_.reset();
    return done ? closed : done;
}

}  // namespace sonde::inline v0::detail

namespace sonde::inline v0 {

// Beside the machine that they start, so that they become one with it.
capture_result<void> capture_writer::write(const record& packet) {
    return state_->write(packet, nullptr);
}
capture_result<void> capture_writer::write(const record& packet, const packet_notes& notes) {
    return state_->write(packet, &notes);
}

}  // namespace sonde::inline v0
