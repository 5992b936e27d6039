#pragma once
/// What running ping and running trace have in common, and the commands themselves. Each returns
/// the exit code of the program.

#include <cstddef>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include <sonde/base/os_error.hpp>
#include <sonde/client/client.hpp>
#include <sonde/report/json.hpp>
#include <sonde/sim/run.hpp>

#include "output.hpp"
#include "settings.hpp"

namespace sonde::cli {

[[nodiscard]] int run_ping(const ping_settings& settings, channels to);
/// Several targets: run_ping gives them here.
[[nodiscard]] int run_many_ping(const ping_settings& settings, channels to);
[[nodiscard]] int run_fping(const fping_settings& settings, channels to);
[[nodiscard]] int run_sweep(const sweep_settings& settings, channels to);
[[nodiscard]] int run_trace(const trace_settings& settings, channels to);
[[nodiscard]] int run_doctor(const doctor_settings& settings, channels to);

/// Longer files are not what their reader thinks they are.
inline constexpr std::size_t text_len_max = 16U << 20;  // octets
/// All of a text file. Errors: what open and read say; EFBIG.
[[nodiscard]] io_result<std::string> read_file(const std::string& path);

/// Where this program lies; empty when the system does not tell.
[[nodiscard]] std::string own_path();

/// Says on standard error, and with --json on standard output, what kept a target from being tried.
void complain(channels to, std::string_view command, output_format format, const report_error& why);
/// What an exception of client means to a program: "unknown_host", "no_permission" ...
[[nodiscard]] std::string_view kind_of(const error& why) noexcept;

/// Gives up the capabilities when the sockets of every target are open.
class capability_drop {
  public:
    explicit capability_drop(std::size_t targets) noexcept : waiting_for_(targets) {}
    void one_is_open() noexcept;

  private:
    std::size_t waiting_for_;
};

/// The targets as client takes them.
[[nodiscard]] std::vector<target> targets_of(const common_settings& settings);

/// One target in a simulated internet, or why there is none.
struct simulated_target {
    std::string text{};
    session_setup setup{};
    std::string problem{};
};
struct simulation {
    sim::scenario how{};
    std::vector<simulated_target> targets{};
};
/// Reads the scenario and finds the targets in it: the user's, or all that it has. Nothing after
/// having complained.
[[nodiscard]] std::optional<simulation> open_simulation(const common_settings& settings,
                                                        const socket_options& socket,
                                                        std::string_view command, channels to);

}  // namespace sonde::cli
