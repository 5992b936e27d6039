#pragma once
/// What this process may do, as facts; and the two changes that `sonde doctor --fix` makes.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sonde/base/api.hpp>
#include <sonde/base/os_error.hpp>
#include <sonde/net/system_calls.hpp>

namespace sonde::inline v0 {

/// One capability in the three sets that matter here.
struct capability_fact {
    bool effective = false;
    bool permitted = false;
    bool bounding = false;  // false: not even root can have it here (containers)
};

enum class capability : std::uint8_t { net_raw, net_admin };
/// Errors: what cap_get_proc says.
[[nodiscard]] SONDE_API io_result<capability_fact> read_capability(
    capability which, const system_calls& calls = kernel_calls());

/// net.ipv4.ping_group_range: groups first..last may open ping sockets; "1 0" is nobody.
struct group_range {
    std::uint32_t first = 1;
    std::uint32_t last = 0;
    [[nodiscard]] constexpr bool contains(std::uint32_t group) const noexcept {
        return first <= group && group <= last;
    }
};

struct privilege_facts {
    std::uint32_t user = 0;
    std::uint32_t group = 0;
    std::vector<std::uint32_t> groups{};  // supplementary ones
    capability_fact net_raw{};
    capability_fact net_admin{};
    std::optional<group_range> ping_groups{};  // none: the file could not be read
    bool in_ping_groups = false;
    // Each was tried: none means that it opened.
    std::optional<os_error> raw_v4{};
    std::optional<os_error> raw_v6{};
    std::optional<os_error> ping_v4{};
    std::optional<os_error> ping_v6{};
    std::optional<os_error> udp_v6{};         // an error: no IPv6 here
    std::optional<os_error> kernel_stamps{};  // SO_TIMESTAMPING, transmit and receive
    /// Of the program file, as getcap(8) writes it; "" when it has none; unset when not asked for
    /// or unreadable.
    std::optional<std::string> file_capabilities{};
};

/// Opens and closes a few sockets. `program`: a path, or "" for none.
[[nodiscard]] SONDE_API privilege_facts read_privileges(const std::string& program = {},
                                                        const system_calls& calls = kernel_calls());

[[nodiscard]] SONDE_API io_result<group_range> read_ping_group_range(
    const system_calls& calls = kernel_calls());
/// Until the next boot; needs root. Errors: what open and write say (EACCES, EROFS, EPERM...).
[[nodiscard]] SONDE_API io_result<void> write_ping_group_range(
    group_range range, const system_calls& calls = kernel_calls());
/// Gives a program file cap_net_raw, permitted and effective, and nothing else; needs root.
[[nodiscard]] SONDE_API io_result<void> grant_net_raw(const std::string& program,
                                                      const system_calls& calls = kernel_calls());

/// Gives up every capability of this process for good. Call it when the sockets are open and
/// before threads start: it acts on the calling thread. Without any it does nothing.
[[nodiscard]] SONDE_API io_result<void> drop_capabilities(
    const system_calls& calls = kernel_calls());

}  // namespace sonde::inline v0
