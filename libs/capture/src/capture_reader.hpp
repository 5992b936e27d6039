#pragma once
/// The machine behind capture_file: one window, one record, one block, and what the section said.

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <sonde/capture/capture_file.hpp>

#include "input_window.hpp"
#include "pcapng.hpp"
#include "tick_scale.hpp"

namespace sonde::inline v0::detail {

class capture_reader {
  public:
    /// Errors: as capture_file::open, without those of opening.
    [[nodiscard]] static capture_result<std::unique_ptr<capture_reader>> open(
        input_window raw, const read_limits& limits);

    [[nodiscard]] const record* next();
    [[nodiscard]] const capture_block* next_block();
    [[nodiscard]] capture_result<void> rewind();

    [[nodiscard]] const std::optional<capture_error>& stopped() const noexcept { return stopped_; }
    [[nodiscard]] const std::vector<capture_interface>& interfaces() const noexcept {
        return interfaces_;
    }
    [[nodiscard]] capture_format format() const noexcept { return format_; }
    [[nodiscard]] capture_compression compression() const noexcept { return compression_; }
    [[nodiscard]] byte_order order() const noexcept { return order_; }
    [[nodiscard]] std::uint32_t sections() const noexcept { return sections_; }
    [[nodiscard]] std::uint64_t offset() const noexcept { return window_.offset(); }
    [[nodiscard]] bool is_current() const noexcept {
        return lengths_ == length_order::as_now && record_header_len_ == pcap_record_header_len;
    }
    [[nodiscard]] const read_limits& limits() const noexcept { return limits_; }

  private:
    /// pcap files before version 2.4 have the two lengths the other way round, or may have.
    enum class length_order : std::uint8_t { as_now, perhaps_swapped, swapped };

    capture_reader(input_window window, capture_compression compression, const read_limits& limits);

    // capture_reader.cpp
    capture_result<void> begin();
    capture_result<void> begin_pcap(std::uint32_t magic);
    void stop(const capture_error& error);
    void stop(capture_reason reason, const char* what, std::uint64_t needed, std::uint64_t had);
    const record* next_pcap();
    bool stop_at_pcap_record(std::size_t needed, std::size_t had);

    // pcapng_reader.cpp
    bool read_block();
    bool stop_at_block(const char* what, std::size_t needed, std::size_t had);
    bool begin_section(bytes_view head);
    bool read_interface(bytes_view block);
    bool read_enhanced_packet(bytes_view block);
    bool read_obsolete_packet(bytes_view block);
    bool read_simple_packet(bytes_view block);
    struct packet_place {
        const char* what;
        std::size_t data_offset;
        std::uint32_t captured_len;
        std::uint32_t interface;  // in its section
    };
    bool place_packet(bytes_view block, const packet_place& place);
    void set_time(bytes_view block, std::size_t offset);

    input_window window_;
    read_limits limits_;
    record record_{};
    capture_block block_{};
    bytes_view record_octets_{};  // pcap: of the last record, header included
    std::uint64_t number_ = 0;    // of the last record or block
    capture_format format_ = capture_format::pcap;
    capture_compression compression_ = capture_compression::none;
    byte_order order_ = native_order;
    length_order lengths_ = length_order::as_now;
    std::size_t record_header_len_ = pcap_record_header_len;
    std::uint32_t ns_per_fraction_ = 1000;
    std::uint32_t sections_ = 0;
    std::size_t section_start_ = 0;  // index of the section's first interface
    std::size_t text_len_ = 0;       // octets of interface options so far
    std::vector<capture_interface> interfaces_;
    std::vector<tick_scale> scales_;  // of each interface
    std::optional<capture_error> stopped_;
};

}  // namespace sonde::inline v0::detail
