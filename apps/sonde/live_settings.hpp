#pragma once
/// What the user asked of live packets: settings of capture and craft.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <sonde/capture/live_capture.hpp>

#include "file_settings.hpp"

namespace sonde::cli {

struct capture_settings : view_settings {
    std::vector<std::string> words{};  // the filter
    std::string filter{};              // --filter: both must hold
    std::string interface{};           // -i; empty: the first that is up
    std::string write_to{};
    std::optional<std::uint64_t> count{};
    std::optional<nanoseconds> duration{};
    std::uint32_t snap_len = 262'144;  // octets
    bool promiscuous = true;
    capture_direction direction = capture_direction::both;
    std::optional<std::uint64_t> buffer_kib{};
    bool hardware_stamps = false;
    bool flush = false;  // -U
    bool print = false;  // lines besides --write
    bool stats = false;
    std::uint64_t top = 10;
    bool list_interfaces = false;
    // When a new file begins.
    std::optional<std::uint64_t> rotate_octets{};
    std::optional<nanoseconds> rotate_after{};
    std::optional<std::uint64_t> files_max{};

    [[nodiscard]] bool rotates() const noexcept {
        return rotate_octets.has_value() || rotate_after.has_value();
    }
};

enum class craft_form : std::uint8_t { hexdump, digits, line, tree, json, expression, cpp };

struct craft_settings {
    std::vector<std::string> words{};      // the expression
    std::string from{};                    // a JSON or capture file
    std::optional<std::uint64_t> frame{};  // of the file, from 1; absent: all
    bool random = false;
    std::uint64_t seed = 1;
    std::string vary{};
    std::optional<craft_form> form{};
    std::string write_to{};
    bool send = false;
    std::string interface{};
    std::optional<double> rate{};  // packets a second; 0: as fast as they go
    std::optional<std::uint64_t> count{};
    bool answers = false;
    nanoseconds timeout = std::chrono::seconds(1);
    bool as_is = false;
    bool force = false;
    color_choice color = color_choice::automatic;
};

}  // namespace sonde::cli
