#include <cstdio>
#include <cstdlib>

#include <sonde/base/check.hpp>

namespace sonde::inline v0::detail {

void check_failed(const char* condition, const char* file, int line) noexcept {
    // The one place outside apps that prints: the process ends here.
    static_cast<void>(
        std::fprintf(stderr, "sonde: invariant broken: %s (%s:%d)\n", condition, file, line));
    std::abort();
}

}  // namespace sonde::inline v0::detail
