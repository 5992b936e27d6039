#pragma once
/// Writes pcap and pcapng files: either byte order, micro- or nanoseconds, plain, gzip or zstd, to
/// a path, standard output or memory; also behind what a file already holds.
///
///     auto out = capture_writer::create("probes.pcapng.gz").value();
///     out.write(frame, sent_at, {.comments = {"probe 7, hop limit 3"}});
///     out.close();   // says whether everything arrived; the destructor cannot
///
/// Octets are gathered in one buffer of 256 KiB; nothing is allocated for a packet without notes.
/// Not thread-safe.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <sonde/base/api.hpp>
#include <sonde/capture/capture_file.hpp>
#include <sonde/capture/pcapng_block.hpp>

namespace sonde::inline v0 {

struct writer_options {
    /// Absent: what the name says (capture_name.hpp), pcapng where it says nothing.
    std::optional<capture_format> format{};
    /// Absent: by the name's end, ".gz" or ".zst".
    std::optional<capture_compression> compression{};
    byte_order order = native_order;
    bool nanoseconds = true;            // pcap: the unit of its times, else microseconds
    std::uint16_t link_type = 1;        // pcap: of the file; pcapng: of an interface made on demand
    std::uint8_t fcs_len = 0;           // pcap: octets of frame check sequence, even, at most 30
    std::uint32_t snap_len = 262144;    // octets promised at most of a packet; 0: no promise
    bool cut_to_snap_len = true;        // else longer packets stay whole, as files are that exist
    std::string application = "sonde";  // pcapng: who wrote the section
    std::vector<std::string> comments{};  // pcapng: of the section
};

/// What follows the end of an existing file.
struct append_options {
    enum class damaged_tail : std::uint8_t { refuse, cut_off };
    enum class pcapng_part : std::uint8_t { new_section, same_section };
    /// What to do when the file ends inside a record. Only a plain file can be cut.
    damaged_tail tail = damaged_tail::refuse;
    pcapng_part part = pcapng_part::new_section;
    /// pcap: what the file must be; absent: whatever it is, which the writer then follows.
    std::optional<std::uint16_t> link_type{};
    std::optional<byte_order> order{};
    std::optional<bool> nanoseconds{};
};

/// What a pcapng packet says beside its octets; a pcap file has no place for it.
struct packet_notes {
    std::vector<std::string_view> comments{};
    std::optional<packet_flags> flags{};
};

namespace detail {
class capture_writer_state;
}

class capture_writer {
  public:
    /// A path (an existing file is replaced), or "-" for standard output.
    /// Errors: refused_by_system, mismatch (options that the format cannot hold).
    [[nodiscard]] SONDE_API static capture_result<capture_writer> create(
        const std::string& path, const writer_options& options = {});
    /// An open descriptor, which stays the caller's. Errors: as create.
    [[nodiscard]] SONDE_API static capture_result<capture_writer> to_descriptor(
        int number, const writer_options& options = {});
    /// Appends to `octets`, which outlives the writer. Errors: as create.
    [[nodiscard]] SONDE_API static capture_result<capture_writer> to_memory(
        std::vector<std::uint8_t>& octets SONDE_LIFETIMEBOUND, const writer_options& options = {});
    /// Behind an existing file: reads it to its end first. A compressed file gets a further gzip
    /// member or zstd frame. Errors: those of capture_file::open; truncated and what else stopped
    /// the reading, when the tail is to be refused; mismatch (link type, byte order, resolution).
    [[nodiscard]] SONDE_API static capture_result<capture_writer> append(
        const std::string& path, const append_options& options = {});

    SONDE_API capture_writer(capture_writer&&) noexcept;
    SONDE_API capture_writer& operator=(capture_writer&&) noexcept;
    SONDE_API ~capture_writer();  // closes; what fails then is not heard

    /// One packet. `interface` counts those of this section; a pcapng section without any gets
    /// one with the record's link type. The record's pcapng options are kept.
    /// Errors: mismatch (link type, time before 1970 or above what the file can hold, a length
    /// above 32 bits), unknown_interface, refused_by_system.
    SONDE_API capture_result<void> write(const record& packet);
    SONDE_API capture_result<void> write(const record& packet, const packet_notes& notes);

    /// A whole packet of the first interface, of which nothing was cut. Errors: as above.
    SONDE_API capture_result<void> write(bytes_view octets, wall_time time,
                                         const packet_notes& notes = {});

    // pcapng only; each has Errors: mismatch (a pcap file has no place for it), refused_by_system.

    /// The index for record::interface.
    SONDE_API capture_result<std::uint32_t> add_interface(const capture_interface& interface);
    /// Interfaces start at 0 again.
    SONDE_API capture_result<void> begin_section(std::span<const std::string> comments = {});
    SONDE_API capture_result<void> write_names(std::span<const resolved_name> names);
    SONDE_API capture_result<void> write_secrets(const decryption_secrets& secrets);
    SONDE_API capture_result<void> write_custom(const custom_block& block);
    SONDE_API capture_result<void> write_statistics(const interface_statistics& counts);
    /// A block of another file, byte for byte, known to us or not. A copied section header begins
    /// a section of its byte order, and a copied interface counts as added; every other block must
    /// be of the section's byte order, else mismatch. To a pcap file only packets go.
    SONDE_API capture_result<void> copy_block(const capture_block& block);

    /// Hands over what the buffer holds.
    SONDE_API capture_result<void> flush();
    /// Writes the header if nothing was written, finishes compression, closes what we opened.
    SONDE_API capture_result<void> close();

    [[nodiscard]] SONDE_API capture_format format() const noexcept;
    [[nodiscard]] SONDE_API std::uint64_t packets() const noexcept;
    /// Written so far, before compression; what an existing file held is not counted.
    [[nodiscard]] SONDE_API std::uint64_t octets() const noexcept;

  private:
    explicit capture_writer(std::unique_ptr<detail::capture_writer_state> state) noexcept;
    std::unique_ptr<detail::capture_writer_state> state_;
};

/// Options with which a file of the same shape is written: format, byte order, resolution, link
/// type. Compression is left to the name.
[[nodiscard]] SONDE_API writer_options options_like(const capture_file& file);

}  // namespace sonde::inline v0
