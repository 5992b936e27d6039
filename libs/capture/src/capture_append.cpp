#include <cerrno>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

#include <sonde/capture/capture_writer.hpp>

#include "capture_writer_state.hpp"
#include "compression.hpp"

namespace sonde::inline v0 {
namespace {

tl::unexpected<capture_error> unfit(const char* what, std::uint64_t needed, std::uint64_t had) {
    return tl::unexpected(capture_error{
        .reason = capture_reason::mismatch, .what = what, .needed = needed, .had = had});
}

/// Where a file that is read to its end ends, and how its last section began.
struct file_end {
    std::uint64_t offset = 0;  // behind the last whole record or block
    std::uint64_t section_len = detail::section_len_unspecified;  // as the last section says
};

file_end read_to_end(capture_file& file) {
    file_end end{.offset = file.offset()};
    while (const capture_block* block = file.next_block()) {
        end.offset = file.offset();
        if (block->type == detail::section_magic) {
            end.section_len = load64(block->order, block->octets, 16);
        }
    }
    return end;
}

/// Whether the file is what the caller said it must be.
capture_result<void> check_kind(const capture_file& file, const append_options& options) {
    const writer_options kind = options_like(file);
    if (options.order && *options.order != kind.order && file.format() == capture_format::pcap) {
        return unfit("byte order of the file (0: little, 1: big)",
                     static_cast<std::uint64_t>(*options.order),
                     static_cast<std::uint64_t>(kind.order));
    }
    if (file.format() == capture_format::pcapng) return {};
    if (!file.is_current()) return unfit("pcap file of an old or modified kind", 0, 0);
    if (options.link_type && *options.link_type != kind.link_type) {
        return unfit("link type of the file", *options.link_type, kind.link_type);
    }
    if (options.nanoseconds && *options.nanoseconds != kind.nanoseconds) {
        return unfit(
            "decimals of the file's times", *options.nanoseconds ? 9 : 6, kind.nanoseconds ? 9 : 6);
    }
    return {};
}

/// Cuts a half-written record off, or says why not.
capture_result<void> repair(const std::string& path, const capture_file& file,
                            const append_options& options, std::uint64_t end) {
    if (!file.stopped()) return {};
    capture_error why = *file.stopped();
    const bool can_cut =
        why.reason == capture_reason::truncated && file.compression() == capture_compression::none;
    if (options.tail == append_options::damaged_tail::refuse || !can_cut) {
        why.remedy = can_cut ? "it can be cut off before appending" : "copy what is readable first";
        return tl::unexpected(why);
    }
    if (::truncate(path.c_str(), static_cast<off_t>(end)) != 0) {
        return detail::system_refused("truncate", errno);
    }
    return {};
}

}  // namespace

capture_result<capture_writer> capture_writer::append(const std::string& path,
                                                      const append_options& options) {
    auto file = capture_file::open(path);
    if (!file) return tl::unexpected(file.error());
    if (auto fits = check_kind(*file, options); !fits) return tl::unexpected(fits.error());
    const file_end end = read_to_end(*file);
    if (auto fits = repair(path, *file, options, end.offset); !fits) {
        return tl::unexpected(fits.error());
    }
    const bool same_section = options.part == append_options::pcapng_part::same_section;
    const bool pcapng = file->format() == capture_format::pcapng;
    if (pcapng && same_section && end.section_len != detail::section_len_unspecified) {
        return unfit("section that states its length", 0, 0);
    }
    const int number = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    if (number < 0) return detail::system_refused("open", errno);
    auto sink =
        detail::compress(detail::write_to(detail::descriptor(number, true)), file->compression());
    writer_options kind = options_like(*file);
    if (pcapng && !same_section) kind.order = options.order.value_or(native_order);
    auto state = std::make_unique<detail::capture_writer_state>(std::move(sink), kind);
    if (!pcapng || same_section) {
        std::vector<capture_interface> interfaces;
        for (const capture_interface& one : file->interfaces()) {
            if (pcapng && one.section + 1 == file->sections()) interfaces.push_back(one);
        }
        state->go_on_behind(interfaces);
    }
    return capture_writer(std::move(state));
}

}  // namespace sonde::inline v0
