#include <cstring>

#include <sonde/base/os_error.hpp>

namespace sonde::inline v0 {

std::string errno_name(int code) {
    const char* name = ::strerrorname_np(code);
    return name != nullptr ? name : "errno " + std::to_string(code);
}

std::string describe(const os_error& error) {
    std::string out = error.operation;
    if (!error.peer.is_unspecified()) out += " to " + to_string(error.peer);
    const char* text = ::strerrordesc_np(error.code);
    out += ": ";
    out += text != nullptr ? text : "unknown error";
    return out + " (" + errno_name(error.code) + ")";
}

}  // namespace sonde::inline v0
