#include "target_files.hpp"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

#include <sonde/base/text.hpp>
#include <sonde/net/fd.hpp>

namespace sonde::cli {
namespace {

constexpr std::size_t piece_len = 65'536;  // octets

// One file of a ping: names and addresses in their order.
class ping_targets {
  public:
    explicit ping_targets(const std::string& file) : file_(file) {}

    void read(std::string_view piece) {
        while (const auto line = cutter_.next(piece)) take(*line);
    }
    read_targets_result finish() {
        if (const auto line = cutter_.last()) take(*line);
        return std::move(made_);
    }

  private:
    void tell(std::uint64_t line, const std::string& text) {
        made_.problems.push_back(printable(file_) + ": line " + std::to_string(line) + ": " + text);
    }
    void take(const line_cutter::line& line) {
        if (!made_.problems.empty()) return;  // one is enough to stop
        if (line.is_too_long) return tell(line.number, "the line is too long");
        const auto entry = parse_target_line(line.text);
        if (!entry) return tell(line.number, entry.error());
        if (!*entry) return;
        if ((*entry)->is_exclusion) {
            return tell(line.number, "exclusions are for `sonde sweep`");
        }
        if (!(*entry)->range) {
            made_.targets.emplace_back((*entry)->name);
        } else if (!add(*(*entry)->range)) {
            tell(line.number,
                 "more than " + std::to_string(targets_max) +
                     " targets: `sonde sweep` takes any number");
        }
    }
    bool add(const ip_range& range) {
        const auto size = range.size();
        if (!size || *size > targets_max - std::min(targets_max, made_.targets.size())) {
            return false;
        }
        for (const ip_address& address : range) made_.targets.emplace_back(address);
        return true;
    }

    const std::string& file_;
    line_cutter cutter_{};
    read_targets_result made_{};
};

}  // namespace

io_result<void> read_pieces(const std::string& file,
                            const std::function<void(std::string_view)>& take) {
    const bool is_input = file == "-";
    const fd opened(is_input ? -1 : ::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!is_input && !opened.is_open()) {
        return tl::unexpected(os_error{.operation = "open", .code = errno});
    }
    std::vector<char> piece(piece_len);
    for (;;) {
        const ssize_t len =
            ::read(is_input ? STDIN_FILENO : opened.number(), piece.data(), piece.size());
        if (len < 0 && errno == EINTR) continue;
        if (len < 0) return tl::unexpected(os_error{.operation = "read", .code = errno});
        if (len == 0) return {};
        take({piece.data(), static_cast<std::size_t>(len)});
    }
}

std::string file_problem(const std::string& file, const os_error& why) {
    return printable(file) + ": " + describe(why);
}

read_targets_result read_targets(const std::string& file) {
    ping_targets reader(file);
    const auto done = read_pieces(file, [&](std::string_view piece) { reader.read(piece); });
    read_targets_result made = reader.finish();
    if (!done) made.problems.push_back(file_problem(file, done.error()));
    return made;
}

}  // namespace sonde::cli
