#include <sonde/base/os_error.hpp>
#include <sonde/capture/capture_error.hpp>

namespace sonde::inline v0 {

std::string_view to_string(capture_reason reason) noexcept {
    switch (reason) {
        case capture_reason::truncated:
            return "truncated";
        case capture_reason::bad_length:
            return "bad length";
        case capture_reason::bad_value:
            return "bad value";
        case capture_reason::above_bound:
            return "above the bound that the reader keeps";
        case capture_reason::unknown_interface:
            return "names an interface that the section has not described";
        case capture_reason::not_a_capture:
            return "not a capture file";
        case capture_reason::other_format:
            return "a format that is not read here";
        case capture_reason::broken_compression:
            return "broken compression";
        case capture_reason::mismatch:
            return "does not fit the file";
        case capture_reason::refused_by_system:
            return "refused by the system";
    }
    return "unknown reason";
}

std::string describe(const capture_error& error) {
    if (error.reason == capture_reason::refused_by_system) {
        return describe(os_error{.operation = error.what, .code = error.os_code});
    }
    std::string out = error.what;
    if (error.block != 0) out += ", number " + std::to_string(error.block) + ",";
    out += " at offset " + std::to_string(error.offset_octets) + ": ";
    out += to_string(error.reason);
    if (error.needed != 0 || error.had != 0) {
        out += ": needed " + std::to_string(error.needed) + ", had " + std::to_string(error.had);
    }
    if (*error.remedy != '\0') {
        out += "; ";
        out += error.remedy;
    }
    return out;
}

}  // namespace sonde::inline v0
