#pragma once
/// The machine behind capture_writer: one buffer before a sink, and what the section holds so far.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <sonde/capture/capture_writer.hpp>

#include "octet_sink.hpp"
#include "pcapng.hpp"
#include "tick_scale.hpp"

namespace sonde::inline v0::detail {

class capture_writer_state {
  public:
    capture_writer_state(std::unique_ptr<octet_sink> sink, const writer_options& options);
    ~capture_writer_state();
    capture_writer_state(const capture_writer_state&) = delete;
    capture_writer_state& operator=(const capture_writer_state&) = delete;

    /// The sink already holds a header; for pcapng, also a section with these interfaces.
    void go_on_behind(std::span<const capture_interface> interfaces);

    capture_result<void> write(const record& packet, const packet_notes* notes);
    capture_result<void> write_whole(bytes_view octets, wall_time time, const packet_notes& notes);
    capture_result<std::uint32_t> add_interface(const capture_interface& interface);
    capture_result<void> begin_section(std::span<const std::string> comments);
    /// A block of which `body` is what lies between the two lengths, padded to four octets.
    capture_result<void> write_block(std::uint32_t type, bytes_view body);
    capture_result<void> write_statistics(const interface_statistics& counts);
    capture_result<void> copy_block(const capture_block& block);
    capture_result<void> flush();
    capture_result<void> close();

    /// Writes the file header, or the first section's, unless it is there.
    capture_result<void> begin();
    /// Errors: mismatch, when the file is pcap.
    [[nodiscard]] capture_result<void> need_pcapng() const;
    [[nodiscard]] byte_order order() const noexcept { return order_; }
    [[nodiscard]] capture_format format() const noexcept { return format_; }
    [[nodiscard]] std::uint64_t packets() const noexcept { return packets_; }
    [[nodiscard]] std::uint64_t octets() const noexcept { return octets_; }

  private:
    static constexpr std::size_t buffer_len = 262144;  // octets

    struct section_interface {
        tick_scale scale;
        std::uint16_t link_type;
        std::uint32_t snap_len;  // 0: no limit
    };

    capture_result<void> begin_pcap();
    capture_result<void> write_pcap(const record& packet);
    [[gnu::cold]] capture_result<void> write_large_pcap(const record& packet, bytes_view kept);
    [[nodiscard, gnu::cold]] capture_result<void> refuse_pcap(const record& packet) const;
    capture_result<void> write_pcapng(const record& packet, const packet_notes* notes);
    capture_result<void> write_enhanced(const record& packet, bytes_view kept, std::uint64_t ticks);
    capture_result<void> write_simple(const record& packet, bytes_view kept);
    [[nodiscard]] bytes_view kept_of(const record& packet, std::uint32_t snap_len) const noexcept {
        const bool whole =
            snap_len == 0 || packet.octets.size() <= snap_len || !options_.cut_to_snap_len;
        return whole ? packet.octets : packet.octets.first(snap_len);
    }
    void know_interface(const capture_interface& interface);
    void collect_options(const record& packet, const packet_notes* notes);
    capture_result<void> copy_section_header(const capture_block& block);
    [[nodiscard, gnu::cold]] tl::unexpected<capture_error> unfit(const char* what,
                                                                 std::uint64_t needed = 0,
                                                                 std::uint64_t had = 0) const;

    [[nodiscard]] bool has_room(std::size_t len) const noexcept {
        return buffer_len - used_ >= len;
    }
    /// Precondition of both: len <= buffer_len; of take(): has_room(len). What is taken counts as
    /// written.
    capture_result<void> make_room(std::size_t len) {
        return has_room(len) ? capture_result<void>{} : empty_buffer();
    }
    bytes_mut take(std::size_t len) noexcept {
        const bytes_mut taken = bytes_mut(buffer_.get(), buffer_len).subspan(used_, len);
        used_ += len;
        octets_ += len;
        return taken;
    }
    capture_result<void> put(bytes_view octets);
    [[gnu::cold]] capture_result<void> empty_buffer();

    std::unique_ptr<octet_sink> sink_;
    std::unique_ptr<std::uint8_t[]> buffer_;
    std::size_t used_ = 0;
    std::uint64_t packets_ = 0;
    std::uint64_t octets_ = 0;
    capture_format format_;
    byte_order order_;
    bool begun_ = false;
    writer_options options_;
    std::vector<section_interface> interfaces_;  // of the section
    std::vector<std::uint8_t> scratch_;          // a block's options, reused
};

}  // namespace sonde::inline v0::detail
