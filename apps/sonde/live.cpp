#include "live.hpp"

#include <cerrno>

#include "run.hpp"

namespace sonde::cli {

std::string live_trouble(const live_error& why) {
    std::string text = describe(why);
    constexpr std::string_view place = "PROGRAM";
    const std::size_t at = text.find(place);
    const std::string path = own_path();
    if (at != std::string::npos && !path.empty()) text.replace(at, place.size(), path);
    return text;
}

std::string_view kind_of(const live_error& why) noexcept {
    switch (why.code) {
        case EPERM:
        case EACCES:
            return "no_permission";
        case ENODEV:
        case ENXIO:
        case ENAMETOOLONG:
            return "no_interface";
        case ENETDOWN:
            return "interface_down";
        case EINVAL:
            return "bad_filter";
        default:
            return "cannot_start";
    }
}

}  // namespace sonde::cli
