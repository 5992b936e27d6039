#pragma once
/// The commands that capture and send, and what they have in common. Each returns the exit code of
/// the program.

#include <optional>
#include <string>
#include <string_view>

#include <sonde/capture/live_error.hpp>
#include <sonde/net/interfaces.hpp>

#include "output.hpp"
#include "settings.hpp"

namespace sonde::cli {

[[nodiscard]] int run_capture(const capture_settings& settings, channels to);
[[nodiscard]] int run_craft(const craft_settings& settings, channels to);

/// sonde capture --list-interfaces.
[[nodiscard]] int list_interfaces_for(output_format format, channels to);
/// The first interface that is up and not the loopback, else the loopback; "" without any.
[[nodiscard]] std::string usual_interface();

/// The sentence, with the path of this program where the advice leaves a place for it.
[[nodiscard]] std::string live_trouble(const live_error& why);
/// "no_permission", "no_interface", "bad_filter"...
[[nodiscard]] std::string_view kind_of(const live_error& why) noexcept;

}  // namespace sonde::cli
