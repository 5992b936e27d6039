#include <algorithm>
#include <utility>

#include <sonde/capture/capture_file.hpp>

#include "capture_reader.hpp"

namespace sonde::inline v0 {
namespace {

constexpr int standard_input = 0;

std::size_t held_max(const read_limits& limits) {
    return std::max<std::size_t>(limits.block_len_max, limits.record_len_max) +
           detail::pcap_modified_record_header_len;
}

}  // namespace

std::string_view to_string(capture_format format) noexcept {
    return format == capture_format::pcap ? "pcap" : "pcapng";
}

std::string_view to_string(capture_compression compression) noexcept {
    switch (compression) {
        case capture_compression::none:
            return "none";
        case capture_compression::gzip:
            return "gzip";
        case capture_compression::zstd:
            return "zstd";
    }
    return "none";
}

capture_file::capture_file(std::unique_ptr<detail::capture_reader> reader) noexcept
    : reader_(std::move(reader)) {}
capture_file::capture_file(const std::string& path, const read_limits& limits)
    : capture_file(open(path, limits).value()) {}
capture_file::capture_file(capture_file&&) noexcept = default;
capture_file& capture_file::operator=(capture_file&&) noexcept = default;
capture_file::~capture_file() = default;

capture_result<capture_file> capture_file::open(const std::string& path,
                                                const read_limits& limits) {
    if (path == "-") return from_descriptor(standard_input, limits);
    auto file = detail::open_to_read(path.c_str());
    if (!file) return tl::unexpected(file.error());
    auto reader = detail::capture_reader::open(
        detail::input_window(detail::read_from(std::move(*file)), held_max(limits)), limits);
    if (!reader) return tl::unexpected(reader.error());
    return capture_file(std::move(*reader));
}

capture_result<capture_file> capture_file::from_descriptor(int number, const read_limits& limits) {
    auto reader = detail::capture_reader::open(
        detail::input_window(detail::read_from(detail::descriptor(number, false)),
                             held_max(limits)),
        limits);
    if (!reader) return tl::unexpected(reader.error());
    return capture_file(std::move(*reader));
}

capture_result<capture_file> capture_file::from_memory(bytes_view octets,
                                                       const read_limits& limits) {
    auto reader = detail::capture_reader::open(detail::input_window(octets), limits);
    if (!reader) return tl::unexpected(reader.error());
    return capture_file(std::move(*reader));
}

const record* capture_file::next() { return reader_->next(); }
const capture_block* capture_file::next_block() { return reader_->next_block(); }
capture_result<void> capture_file::rewind() { return reader_->rewind(); }
const std::optional<capture_error>& capture_file::stopped() const noexcept {
    return reader_->stopped();
}
std::span<const capture_interface> capture_file::interfaces() const noexcept {
    return reader_->interfaces();
}
capture_format capture_file::format() const noexcept { return reader_->format(); }
capture_compression capture_file::compression() const noexcept { return reader_->compression(); }
bool capture_file::is_current() const noexcept { return reader_->is_current(); }
byte_order capture_file::order() const noexcept { return reader_->order(); }
std::uint32_t capture_file::sections() const noexcept { return reader_->sections(); }
std::uint64_t capture_file::offset() const noexcept { return reader_->offset(); }
const read_limits& capture_file::limits() const noexcept { return reader_->limits(); }

record capture_records::operator[](std::size_t index) const noexcept {
    const entry& one = entries_[index];
    record made = one.facts;
    const bytes_view octets = bytes_view(octets_).subspan(one.offset);
    made.octets = octets.first(one.captured_len);
    made.option_octets = octets.subspan(one.captured_len, one.option_len);
    return made;
}

void capture_records::push_back(const record& packet) {
    entry one{.facts = packet,
              .offset = octets_.size(),
              .captured_len = packet.captured_len(),
              .option_len = static_cast<std::uint32_t>(packet.option_octets.size())};
    one.facts.octets = {};
    one.facts.option_octets = {};
    octets_.insert(octets_.end(), packet.octets.begin(), packet.octets.end());
    octets_.insert(octets_.end(), packet.option_octets.begin(), packet.option_octets.end());
    entries_.push_back(one);
}

capture_records read_all(capture_file& file) {
    capture_records all;
    while (const record* packet = file.next()) all.push_back(*packet);
    const auto interfaces = file.interfaces();
    all.interfaces_.assign(interfaces.begin(), interfaces.end());
    all.stopped_ = file.stopped();
    return all;
}

}  // namespace sonde::inline v0
