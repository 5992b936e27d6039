#pragma once
/// The blocks of a pcapng file that carry no packet, read when asked
/// (draft-ietf-opsawg-pcapng s4). Everything borrows the block.
///
///     while (const capture_block* block = file.next_block())
///         if (auto names = names_of(*block)) for (const auto& one : *names) use(one.address);

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sonde/base/address.hpp>
#include <sonde/base/api.hpp>
#include <sonde/base/time.hpp>
#include <sonde/capture/capture_file.hpp>

namespace sonde::inline v0 {

/// Block types; every other value is carried, copied and never judged.
enum class block_type : std::uint32_t {
    section_header = 0x0a0d0d0a,
    interface_description = 1,
    packet = 2,  // obsolete
    simple_packet = 3,
    name_resolution = 4,
    interface_statistics = 5,
    enhanced_packet = 6,
    systemd_journal = 9,
    decryption_secrets = 10,
    custom = 0x00000bad,
    custom_not_copied = 0x40000bad,  // its owner asks that tools do not copy it
};

/// "enhanced packet block", "systemd journal export block", or "unknown block".
[[nodiscard]] SONDE_API const char* block_name(std::uint32_t type) noexcept;

/// One address and its names.
struct resolved_name {
    ip_address address{};
    std::vector<std::string> names{};
    friend bool operator==(const resolved_name&, const resolved_name&) = default;
};

/// Secrets that decrypt what the file holds (s4.7).
struct decryption_secrets {
    std::uint32_t type = 0x544c534b;  // "TLSK": a TLS key log; others in the draft's table
    bytes_view octets{};
};

/// Somebody's own block (s4.8), named by their private enterprise number.
struct custom_block {
    std::uint32_t enterprise = 0;
    bool copied = true;   // tools may copy it
    bytes_view octets{};  // data and options: only the owner knows where one ends
};

/// Counters of an interface (s4.6); what the file does not say is absent.
struct interface_statistics {
    std::uint32_t interface = 0;  // in its own section
    std::uint64_t ticks = 0;      // when they were read, in the interface's unit
    std::optional<std::uint64_t> received{};
    std::optional<std::uint64_t> dropped{};   // by the interface
    std::optional<std::uint64_t> accepted{};  // by the filter
    std::optional<std::uint64_t> os_dropped{};
    std::optional<std::uint64_t> delivered{};
};

/// Nothing when the block is of another type or too short. A name record that does not fit the
/// block ends the list.
[[nodiscard]] SONDE_API std::optional<std::vector<resolved_name>> names_of(
    const capture_block& block);
[[nodiscard]] SONDE_API std::optional<decryption_secrets> secrets_of(
    const capture_block& block) noexcept;
[[nodiscard]] SONDE_API std::optional<custom_block> custom_of(const capture_block& block) noexcept;
[[nodiscard]] SONDE_API std::optional<interface_statistics> statistics_of(
    const capture_block& block) noexcept;
/// Where the options of a section header, interface description, packet or statistics block are;
/// empty for the others.
[[nodiscard]] SONDE_API pcapng_options options_of(const capture_block& block) noexcept;

}  // namespace sonde::inline v0
