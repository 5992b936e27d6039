#pragma once
/// Logging is a callback with a level; without one nothing is ever logged. The callback is called
/// in the thread that runs the client and must not throw.

#include <cstdint>
#include <functional>
#include <string_view>

#include <sonde/base/api.hpp>

namespace sonde::inline v0 {

enum class log_level : std::uint8_t { off, error, warning, info, debug };

[[nodiscard]] constexpr std::string_view to_string(log_level level) noexcept {
    switch (level) {
        case log_level::off:
            return "off";
        case log_level::error:
            return "error";
        case log_level::warning:
            return "warning";
        case log_level::info:
            return "info";
        case log_level::debug:
            return "debug";
    }
    return "off";
}

/// `topic` names the part that speaks: "socket", "driver" or "names".
using log_function =
    std::function<void(log_level level, std::string_view topic, std::string_view text)>;

struct log_options {
    log_function write{};
    log_level level = log_level::warning;  // what is less urgent is not even formatted
};

}  // namespace sonde::inline v0
