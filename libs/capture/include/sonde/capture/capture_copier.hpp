#pragma once
/// Copies captures into one writer, block by block, whatever the formats are: what the output can
/// hold is kept as it lies, the rest becomes plain packets. One input after the other.
///
///     capture_copier copier(out);
///     while (const capture_block* block = in.next_block())
///         if (block->packet == nullptr || wanted(*block->packet)) copier.put(in, *block);

#include <cstdint>
#include <optional>
#include <vector>

#include <sonde/capture/capture_file.hpp>
#include <sonde/capture/capture_writer.hpp>

namespace sonde::inline v0 {

/// Borrows the writer. Not thread-safe.
class capture_copier {
  public:
    explicit capture_copier(capture_writer& out SONDE_LIFETIMEBOUND) noexcept : out_(out) {}

    /// What comes now is of another file. Nothing to do before the first one.
    void next_input() noexcept {
        section_begin_ = 0;
        pcap_interface_.reset();
    }
    /// A block of `from`, of which every block that is no packet must come by here. With
    /// `snap_len`, no more than so many octets of a packet. A section's stated length, which may no
    /// longer hold, becomes "unspecified". Errors: those of capture_writer::write and copy_block.
    SONDE_API capture_result<void> put(const capture_file& from, const capture_block& block,
                                       std::uint32_t snap_len = 0);

  private:
    capture_result<void> put_packet(const capture_file& from, const record& packet);
    capture_result<void> put_other(const capture_file& from, const capture_block& block);

    capture_writer& out_;
    std::size_t section_begin_ = 0;                  // index of the section's first interface
    std::optional<std::uint32_t> pcap_interface_{};  // of a pcap input in a pcapng output
    std::vector<std::uint8_t> scratch_{};
};

/// Packets alone, of any number of inputs, in one section: what `describe` makes of an interface is
/// all that stays of it.
class packet_copier {
  public:
    using interface_rule = capture_interface (*)(const capture_interface&);

    /// Borrows the writer.
    packet_copier(capture_writer& out SONDE_LIFETIMEBOUND, interface_rule describe) noexcept
        : out_(out), describe_(describe) {}
    /// What comes now is of another file. Nothing to do before the first one.
    void next_input() noexcept { interfaces_.clear(); }
    /// A packet of `from`, perhaps changed. Errors: those of capture_writer::write.
    SONDE_API capture_result<void> put(const capture_file& from, record packet,
                                       const packet_notes& notes = {});

  private:
    capture_writer& out_;
    interface_rule describe_;
    std::vector<std::optional<std::uint32_t>> interfaces_{};  // of the output, by input interface
};

/// As it was, but for the unit of its times, which have become nanoseconds by being read.
[[nodiscard]] SONDE_API capture_interface same_interface(const capture_interface& one);
/// Only what is needed to read its packets.
[[nodiscard]] SONDE_API capture_interface nameless_interface(const capture_interface& one);

}  // namespace sonde::inline v0
