#include "capture_reader.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "compression.hpp"

namespace sonde::inline v0::detail {
namespace {

/// The first octets of formats that others write and that we do not read.
struct other_format {
    std::string_view first;
    const char* name;
    const char* remedy;
};

constexpr const char* use_editcap = "editcap -F pcapng IN OUT converts it";
constexpr const char* unpack = "unpack it first";
constexpr other_format other_formats[] = {
    {{"snoop\0\0\0", 8}, "snoop capture (RFC 1761)", use_editcap},
    {{"btsnoop\0", 8}, "btsnoop capture", use_editcap},
    {{"GMBU", 4}, "Microsoft Network Monitor 2 capture", use_editcap},
    {{"RTSS", 4}, "Microsoft Network Monitor 1 capture", use_editcap},
    {{"TRSNIFF data", 12}, "Sniffer capture", use_editcap},
    {{"XCP\0", 4}, "NetXRay or Sniffer for Windows capture", use_editcap},
    {{"iptrace ", 8}, "AIX iptrace capture", use_editcap},
    {{"\x7fVNF", 4}, "EtherPeek capture", use_editcap},
    {{"\x1c\x00\x01\xac", 4}, "IXIA lcap capture", use_editcap},
    {{"\xac\x01\x00\x1c", 4}, "IXIA lcap capture", use_editcap},
    {{"\xfd"
      "7zXZ\0",
      6},
     "xz archive",
     unpack},
    {{"BZh", 3}, "bzip2 archive", unpack},
    {{"\x04\x22\x4d\x18", 4}, "lz4 archive", unpack},
    {{"PK\x03\x04", 4}, "zip archive", unpack},
};

tl::unexpected<capture_error> unreadable(bytes_view first) {
    for (const other_format& other : other_formats) {
        const bool same = first.size() >= other.first.size() &&
                          std::equal(other.first.begin(),
                                     other.first.end(),
                                     first.begin(),
                                     [](char wanted, std::uint8_t octet) {
                                         return static_cast<std::uint8_t>(wanted) == octet;
                                     });
        if (same) {
            return tl::unexpected(capture_error{.reason = capture_reason::other_format,
                                                .what = other.name,
                                                .remedy = other.remedy});
        }
    }
    return tl::unexpected(capture_error{.reason = capture_reason::not_a_capture,
                                        .what = "file",
                                        .remedy = "pcap and pcapng are read, plain, gzip or zstd"});
}

tl::unexpected<capture_error> cut_short(const char* what, std::size_t needed, std::size_t had) {
    return tl::unexpected(capture_error{.what = what, .needed = needed, .had = had});
}

bool is_pcap(std::uint32_t magic) noexcept {
    return magic == pcap_micro_magic || magic == pcap_nano_magic || magic == pcap_modified_magic;
}

constexpr std::size_t first_len_max = 16;  // octets that tell the format

}  // namespace

capture_reader::capture_reader(input_window window, capture_compression compression,
                               const read_limits& limits)
    : window_(std::move(window)), limits_(limits), compression_(compression) {}

capture_result<std::unique_ptr<capture_reader>> capture_reader::open(input_window raw,
                                                                     const read_limits& limits) {
    const auto compression = compression_of(raw.peek(4));
    if (compression != capture_compression::none) {
        raw = input_window(decompress(std::move(raw), compression, limits.zstd_window_log_max),
                           std::max<std::size_t>(limits.block_len_max, limits.record_len_max) +
                               pcap_modified_record_header_len);
    }
    std::unique_ptr<capture_reader> made(new capture_reader(std::move(raw), compression, limits));
    if (auto begun = made->begin(); !begun) return tl::unexpected(begun.error());
    return made;
}

capture_result<void> capture_reader::begin() {
    const bytes_view first = window_.peek(first_len_max);
    if (first.size() < 4) {
        if (window_.failure()) return tl::unexpected(*window_.failure());
        return cut_short(first.empty() ? "empty file" : "file", pcap_header_len, first.size());
    }
    const std::uint32_t magic = load32(byte_order::little, first, 0);
    if (magic == section_magic) {
        format_ = capture_format::pcapng;
        if (first.size() < block_len_min) {
            if (window_.failure()) return tl::unexpected(*window_.failure());
            return cut_short("section header block", section_header_len_min, first.size());
        }
        if (begin_section(first)) sections_ = 0;  // only looked at: read_block() begins it
        if (stopped_) return tl::unexpected(*stopped_);
        return {};
    }
    if (is_pcap(magic) || is_pcap(swapped(magic))) return begin_pcap(magic);
    return unreadable(first);
}

capture_result<void> capture_reader::begin_pcap(std::uint32_t magic) {
    order_ = is_pcap(magic) ? byte_order::little : byte_order::big;
    const std::uint32_t kind = order_ == byte_order::little ? magic : swapped(magic);
    const bytes_view head = window_.peek(pcap_header_len);
    if (head.size() < pcap_header_len) {
        if (window_.failure()) return tl::unexpected(*window_.failure());
        return cut_short("pcap file header", pcap_header_len, head.size());
    }
    const std::uint16_t major = load16(order_, head, 4);
    const std::uint16_t minor = load16(order_, head, 6);
    if (major != 2) {
        return tl::unexpected(capture_error{.reason = capture_reason::bad_value,
                                            .what = "pcap file header, major version",
                                            .offset_octets = 4,
                                            .needed = 2,
                                            .had = major});
    }
    if (minor < 4) lengths_ = minor == 3 ? length_order::perhaps_swapped : length_order::swapped;
    record_header_len_ =
        kind == pcap_modified_magic ? pcap_modified_record_header_len : pcap_record_header_len;
    ns_per_fraction_ = kind == pcap_nano_magic ? 1 : 1000;
    const std::uint32_t link = load32(order_, head, 20);
    const bool has_fcs = (link & pcap_fcs_present) != 0;
    capture_interface only{.link_type = static_cast<std::uint16_t>(link),
                           .snap_len = load32(order_, head, 16),
                           .resolution = static_cast<std::uint8_t>(ns_per_fraction_ == 1 ? 9 : 6)};
    if (has_fcs) only.fcs_len = static_cast<std::uint8_t>((link >> pcap_fcs_shift) * 2);
    record_ = {.link_type = only.link_type, .order = order_};
    interfaces_.push_back(std::move(only));
    sections_ = 1;
    window_.skip(pcap_header_len);
    return {};
}

void capture_reader::stop(const capture_error& error) { stopped_ = error; }

void capture_reader::stop(capture_reason reason, const char* what, std::uint64_t needed,
                          std::uint64_t had) {
    stop({.reason = reason,
          .what = what,
          .offset_octets = window_.offset(),
          .block = number_ + 1,
          .needed = needed,
          .had = had});
}

bool capture_reader::stop_at_pcap_record(std::size_t needed, std::size_t had) {
    if (window_.failure()) {
        stop(*window_.failure());
    } else if (had != 0) {
        stop(capture_reason::truncated, "pcap record", needed, had);
    }
    return false;
}

const record* capture_reader::next_pcap() {
    if (stopped_) [[unlikely]]
        return nullptr;
    const std::size_t header_len = record_header_len_;
    bytes_view in = window_.peek(header_len);
    if (in.size() < header_len) [[unlikely]] {
        stop_at_pcap_record(header_len, in.size());
        return nullptr;
    }
    const auto head = in.first<pcap_record_header_len>();
    const std::uint32_t seconds = load32(order_, head, 0);
    const std::uint32_t fraction = load32(order_, head, 4);
    std::uint32_t captured = load32(order_, head, 8);
    std::uint32_t original = load32(order_, head, 12);
    if (lengths_ != length_order::as_now) [[unlikely]] {
        if (lengths_ == length_order::swapped || captured > original) std::swap(captured, original);
    }
    if (captured > limits_.record_len_max) [[unlikely]] {
        stop(capture_reason::above_bound, "pcap record", captured, limits_.record_len_max);
        return nullptr;
    }
    const std::size_t total = header_len + captured;
    if (in.size() < total) [[unlikely]] {
        in = window_.peek(total);
        if (in.size() < total) {
            stop_at_pcap_record(total, in.size());
            return nullptr;
        }
    }
    record_.octets = in.subspan(header_len, captured);
    record_.time = wall_time(nanoseconds(std::int64_t{seconds} * 1'000'000'000 +
                                         std::int64_t{fraction} * ns_per_fraction_));
    record_.original_len = original;
    record_octets_ = in.first(total);
    window_.skip(total);
    ++number_;
    return &record_;
}

const record* capture_reader::next() {
    if (format_ == capture_format::pcap) return next_pcap();
    while (read_block()) {
        if (block_.packet != nullptr) return block_.packet;
    }
    return nullptr;
}

const capture_block* capture_reader::next_block() {
    if (format_ == capture_format::pcapng) return read_block() ? &block_ : nullptr;
    const std::uint64_t offset = window_.offset();
    const record* packet = next_pcap();
    if (packet == nullptr) return nullptr;
    block_ = {.order = order_,
              .offset_octets = offset,
              .number = number_,
              .octets = record_octets_,
              .packet = packet};
    return &block_;
}

capture_result<void> capture_reader::rewind() {
    if (auto done = window_.rewind(); !done) return done;
    interfaces_.clear();
    scales_.clear();
    stopped_.reset();
    number_ = 0;
    sections_ = 0;
    section_start_ = 0;
    text_len_ = 0;
    lengths_ = length_order::as_now;
    return begin();
}

}  // namespace sonde::inline v0::detail
