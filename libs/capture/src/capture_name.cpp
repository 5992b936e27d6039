#include <algorithm>
#include <array>

#include <sonde/capture/capture_name.hpp>

namespace sonde::inline v0 {
namespace {

struct known_suffix {
    std::string_view text;
    capture_format format;
};
constexpr std::array formats{known_suffix{".pcap", capture_format::pcap},
                             known_suffix{".cap", capture_format::pcap},
                             known_suffix{".dump", capture_format::pcap},
                             known_suffix{".dmp", capture_format::pcap},
                             known_suffix{".pcapng", capture_format::pcapng},
                             known_suffix{".ntar", capture_format::pcapng}};

bool is_same(std::string_view a, std::string_view b) noexcept {
    const auto small = [](char one) {
        return one >= 'A' && one <= 'Z' ? static_cast<char>(one - 'A' + 'a') : one;
    };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) {
        return small(x) == small(y);
    });
}

/// From the last dot on; empty where there is none, or nothing before it (".hidden", "..").
std::string_view last_suffix(std::string_view name) noexcept {
    const auto dot = name.rfind('.');
    const bool is_one = dot != std::string_view::npos &&
                        name.substr(0, dot).find_first_not_of('.') != std::string_view::npos;
    return is_one ? name.substr(dot) : std::string_view{};
}

}  // namespace

capture_name read_capture_name(std::string_view path) noexcept {
    const std::string_view name = path.substr(path.rfind('/') + 1);  // all of it without a slash
    capture_name made;
    std::string_view stem = name;
    const std::string_view packed = last_suffix(stem);
    if (is_same(packed, ".gz")) made.compression = capture_compression::gzip;
    if (is_same(packed, ".zst")) made.compression = capture_compression::zstd;
    if (made.compression != capture_compression::none) stem.remove_suffix(packed.size());
    const std::string_view format = last_suffix(stem);
    made.suffix = name.substr(stem.size() - format.size());
    if (format.empty()) return made;
    const auto known = std::find_if(formats.begin(), formats.end(), [&](const known_suffix& one) {
        return is_same(one.text, format);
    });
    made.is_known = known != formats.end();
    if (made.is_known) made.format = known->format;
    return made;
}

}  // namespace sonde::inline v0
