#pragma once
/// Reads pcap and pcapng files: both byte orders, every time resolution, several sections and
/// interfaces with different link types; plain, gzip or zstd; from a path, a descriptor or memory.
///
///     capture_file file("x.pcapng.gz");
///     for (const record& r : file) use(r.octets, r.time);
///     if (file.stopped()) warn(describe(*file.stopped()));   // where a damaged file broke
///
/// A damaged file yields what is readable, then stops with a sentence. Records borrow the
/// reader's buffer until the next one; nothing is allocated for a packet. Not thread-safe.
///
/// Bounded whatever a file says: 256 KiB of buffer and one block (`read_limits`), 8 MiB of
/// zstd window, and the interfaces' texts.

#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <sonde/base/api.hpp>
#include <sonde/base/octets.hpp>
#include <sonde/capture/capture_error.hpp>
#include <sonde/capture/record.hpp>

namespace sonde::inline v0 {

enum class capture_format : std::uint8_t { pcap, pcapng };
enum class capture_compression : std::uint8_t { none, gzip, zstd };

[[nodiscard]] SONDE_API std::string_view to_string(capture_format format) noexcept;
[[nodiscard]] SONDE_API std::string_view to_string(capture_compression compression) noexcept;

/// What a file may make us hold. A length above one of these ends the reading with a sentence.
struct read_limits {
    std::uint32_t record_len_max = 262144;  // octets captured of one packet, as libpcap
    std::uint32_t block_len_max = 1048576;  // octets of one pcapng block
    std::uint32_t interfaces_max = 65536;   // of one file
    std::uint32_t text_len_max = 4194304;   // octets of all interfaces' options together
    std::uint8_t zstd_window_log_max = 23;  // 2^23 octets, what zstd -19 asks for
};

/// An interface as a pcapng file describes it (draft-ietf-opsawg-pcapng s4.2), or the one of a
/// pcap file. Also what a writer is told.
struct capture_interface {
    std::uint16_t link_type = 1;  // LINKTYPE_*
    std::uint32_t snap_len = 0;   // octets kept of a packet; 0: no limit
    std::uint8_t resolution = 9;  // if_tsresol: 10^-n s, or 2^-n s with the highest bit set
    std::int64_t offset_s = 0;    // if_tsoffset: seconds added to each time
    std::uint8_t fcs_len = 0;     // octets of frame check sequence at each packet's end
    std::uint64_t speed = 0;      // bits a second; 0: not said
    std::string name{};           // "eth0"
    std::string description{};
    std::string filter{};  // what selected the packets, as text
    std::string hardware{};
    std::string os{};
    std::vector<std::string> comments{};
    std::uint32_t section = 0;  // which section of the file described it, from 0
    friend bool operator==(const capture_interface&, const capture_interface&) = default;
};

/// Any block of a pcapng file, or a record of a pcap file, as it lies. Borrowed until the next.
struct capture_block {
    std::uint32_t type = 0;  // pcapng: block type; pcap: 0
    byte_order order = native_order;
    std::uint64_t offset_octets = 0;  // in the capture, after decompression
    std::uint64_t number = 0;         // from 1
    bytes_view octets{};              // header and trailer included
    const record* packet = nullptr;   // the packet, when it carries one
};

namespace detail {
class capture_reader;
}

class capture_file {
  public:
    /// `open(path).value()`, for a range-based for over a file that must exist.
    SONDE_API explicit capture_file(const std::string& path, const read_limits& limits = {});

    /// A path, or "-" for standard input. Errors: refused_by_system, truncated, not_a_capture,
    /// other_format (snoop and others, by name), broken_compression, bad_value.
    [[nodiscard]] SONDE_API static capture_result<capture_file> open(
        const std::string& path, const read_limits& limits = {});
    /// An open descriptor, which stays the caller's. Errors: as open.
    [[nodiscard]] SONDE_API static capture_result<capture_file> from_descriptor(
        int number, const read_limits& limits = {});
    /// Octets that outlive the file; a plain capture is read where it lies. Errors: as open.
    [[nodiscard]] SONDE_API static capture_result<capture_file> from_memory(
        bytes_view octets SONDE_LIFETIMEBOUND, const read_limits& limits = {});

    SONDE_API capture_file(capture_file&&) noexcept;
    SONDE_API capture_file& operator=(capture_file&&) noexcept;
    SONDE_API ~capture_file();

    /// The next packet; nullptr at the end, or where the file broke: see stopped().
    [[nodiscard]] SONDE_API const record* next() SONDE_LIFETIMEBOUND;
    /// The next block of any kind, packets included. A pcap file's blocks are its records.
    [[nodiscard]] SONDE_API const capture_block* next_block() SONDE_LIFETIMEBOUND;
    /// From the first packet again. Errors: refused_by_system (a pipe has no way back).
    [[nodiscard]] SONDE_API capture_result<void> rewind();

    /// Why reading ended before the end of the file; nothing as long as it has not.
    [[nodiscard]] SONDE_API const std::optional<capture_error>& stopped() const noexcept;
    /// Those described so far. A pcap file has one from the start.
    [[nodiscard]] SONDE_API std::span<const capture_interface> interfaces() const noexcept;
    [[nodiscard]] SONDE_API capture_format format() const noexcept;
    [[nodiscard]] SONDE_API capture_compression compression() const noexcept;
    /// False for a pcap file of an older version than 2.4, or with the longer record headers of
    /// the "modified" kind: both are read, neither is written or continued.
    [[nodiscard]] SONDE_API bool is_current() const noexcept;
    /// Of the section that is being read.
    [[nodiscard]] SONDE_API byte_order order() const noexcept;
    /// pcapng: sections begun so far; pcap: 1.
    [[nodiscard]] SONDE_API std::uint32_t sections() const noexcept;
    /// Octets of the capture read so far, after decompression.
    [[nodiscard]] SONDE_API std::uint64_t offset() const noexcept;
    [[nodiscard]] SONDE_API const read_limits& limits() const noexcept;

    class iterator {
      public:
        using iterator_concept = std::input_iterator_tag;
        using value_type = record;
        using difference_type = std::ptrdiff_t;
        iterator() noexcept = default;
        explicit iterator(capture_file& file) : file_(&file), found_(file.next()) {}
        const record& operator*() const noexcept { return *found_; }
        const record* operator->() const noexcept { return found_; }
        iterator& operator++() {
            found_ = file_->next();
            return *this;
        }
        void operator++(int) { ++*this; }
        friend bool operator==(const iterator& it, std::default_sentinel_t) noexcept {
            return it.found_ == nullptr;
        }

      private:
        capture_file* file_ = nullptr;
        const record* found_ = nullptr;
    };
    /// Goes on where the reading stands; rewind() starts anew.
    [[nodiscard]] iterator begin() { return iterator(*this); }
    [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

  private:
    explicit capture_file(std::unique_ptr<detail::capture_reader> reader) noexcept;
    std::unique_ptr<detail::capture_reader> reader_;
};

/// All packets of a file, owned, by index. Holds about the file's own size.
///
///     auto all = read_all(file);
///     use(all[41].octets, all.stopped());
class capture_records {
  public:
    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
    [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
    /// Borrows this container. Precondition: index < size().
    [[nodiscard]] SONDE_API record operator[](std::size_t index) const noexcept SONDE_LIFETIMEBOUND;
    /// Appends a copy.
    SONDE_API void push_back(const record& packet);
    [[nodiscard]] std::span<const capture_interface> interfaces() const noexcept
        SONDE_LIFETIMEBOUND {
        return interfaces_;
    }
    /// Why the file ended early, as capture_file::stopped().
    [[nodiscard]] const std::optional<capture_error>& stopped() const noexcept { return stopped_; }

    friend SONDE_API capture_records read_all(capture_file& file);

  private:
    struct entry {
        record facts;  // its spans are empty: the octets lie in octets_
        std::size_t offset = 0;
        std::uint32_t captured_len = 0;
        std::uint32_t option_len = 0;
    };
    std::vector<std::uint8_t> octets_;
    std::vector<entry> entries_;
    std::vector<capture_interface> interfaces_;
    std::optional<capture_error> stopped_;
};

/// What is left of the file.
[[nodiscard]] SONDE_API capture_records read_all(capture_file& file);

}  // namespace sonde::inline v0
