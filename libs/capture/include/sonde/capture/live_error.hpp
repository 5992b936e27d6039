#pragma once
/// Why live packets could not be had or sent: what the kernel said, and what the user can do.

#include <string>

#include <tl/expected.hpp>

#include <sonde/base/api.hpp>

namespace sonde::inline v0 {

struct live_error {
    const char* operation = "";  // "socket(AF_PACKET)", "interface": a literal
    int code = 0;                // errno
    std::string interface{};     // "eth0"; empty where none is meant
    std::string remedy{};        // a sentence without its full stop; empty: nothing known
    friend bool operator==(const live_error&, const live_error&) = default;
};

template <class T>
using live_result = tl::expected<T, live_error>;

/// "interface eht0: No such device (ENODEV); did you mean eth0? There are lo and eth0".
[[nodiscard]] SONDE_API std::string describe(const live_error& error);

}  // namespace sonde::inline v0
