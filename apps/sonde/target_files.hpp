#pragma once
/// Files of targets, one a line, as base/target_list.hpp has them; - is standard input.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <sonde/base/os_error.hpp>
#include <sonde/base/target_list.hpp>
#include <sonde/client/target.hpp>

namespace sonde::cli {

/// More than a ping takes is a mistake, or a sweep.
inline constexpr std::size_t targets_max = 1'048'576;

struct read_targets_result {
    std::vector<target> targets{};        // in their order; ranges are written out
    std::vector<std::string> problems{};  // sentences that are safe on a screen
};
[[nodiscard]] read_targets_result read_targets(const std::string& file);

/// Calls `take` with piece after piece of a file. Errors: what open and read say.
[[nodiscard]] io_result<void> read_pieces(const std::string& file,
                                          const std::function<void(std::string_view)>& take);

/// "hosts.txt: open: No such file or directory".
[[nodiscard]] std::string file_problem(const std::string& file, const os_error& why);

}  // namespace sonde::cli
