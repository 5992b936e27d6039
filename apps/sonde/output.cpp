#include "output.hpp"

#include <cerrno>
#include <cstdlib>
#include <unistd.h>

namespace sonde::cli {

void output::write(std::string_view text) noexcept {
    while (!text.empty() && !is_broken()) {
        const ssize_t written = ::write(descriptor_, text.data(), text.size());
        if (written >= 0) {
            text.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno != EINTR) {
            failure_ = errno;
        }
    }
}

bool output::is_terminal() const noexcept { return ::isatty(descriptor_) == 1; }

bool wants_color(color_choice choice, const output& to) noexcept {
    if (choice != color_choice::automatic) return choice == color_choice::always;
    const char* refused = std::getenv("NO_COLOR");  // NOLINT(concurrency-mt-unsafe): no threads
    return (refused == nullptr || *refused == '\0') && to.is_terminal();
}

}  // namespace sonde::cli
