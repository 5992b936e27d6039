/// The program. Everything heavy is made only by the command that needs it: a single ping must not
/// take longer than with the tools people know.

#include <cerrno>
#include <exception>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <sonde/base/os_error.hpp>

#include "file.hpp"
#include "live.hpp"
#include "run.hpp"

namespace sonde::cli {
namespace {

int say(const wrong_usage& wrong, channels to) {
    for (const auto& problem : wrong.problems) {
        to.err.write(wrong.command + ": " + problem + '\n');
    }
    return wrong.exit_code;
}

int execute(const invocation& what, channels to) {
    struct {
        channels to;
        int operator()(const ping_settings& settings) const { return run_ping(settings, to); }
        int operator()(const fping_settings& settings) const { return run_fping(settings, to); }
        int operator()(const sweep_settings& settings) const { return run_sweep(settings, to); }
        int operator()(const trace_settings& settings) const { return run_trace(settings, to); }
        int operator()(const capture_settings& settings) const { return run_capture(settings, to); }
        int operator()(const craft_settings& settings) const { return run_craft(settings, to); }
        int operator()(const dissect_settings& settings) const { return run_dissect(settings, to); }
        int operator()(const list_settings& settings) const { return run_list(settings, to); }
        int operator()(const file_info_settings& settings) const {
            return run_file_info(settings, to);
        }
        int operator()(const file_cut_settings& settings) const {
            return run_file_cut(settings, to);
        }
        int operator()(const file_convert_settings& settings) const {
            return run_file_convert(settings, to);
        }
        int operator()(const file_merge_settings& settings) const {
            return run_file_merge(settings, to);
        }
        int operator()(const file_split_settings& settings) const {
            return run_file_split(settings, to);
        }
        int operator()(const file_anonymize_settings& settings) const {
            return run_file_anonymize(settings, to);
        }
        int operator()(const file_verify_settings& settings) const {
            return run_file_verify(settings, to);
        }
        int operator()(const doctor_settings& settings) const { return run_doctor(settings, to); }
        int operator()(const show_text& shown) const {
            to.out.write(shown.text);
            return exit_good;
        }
        int operator()(const wrong_usage& wrong) const { return say(wrong, to); }
    } visitor{to};
    return std::visit(visitor, what);
}

// A reader that has seen enough is fine; results that are nowhere are not.
int judge_output(int code, channels to) {
    const int failure = to.out.failure();
    if (failure == 0 || failure == EPIPE) return code;
    to.err.write("sonde: standard output: " +
                 describe(os_error{.operation = "write", .code = failure}) + '\n');
    return exit_trouble;
}

// A descriptor that we were started without must not become a socket that text is written to: it
// becomes one that refuses every write.
void fill_missing_descriptors() noexcept {
    for (;;) {
        const int lowest = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
        if (lowest < 0) return;
        if (lowest > STDERR_FILENO) {
            ::close(lowest);
            return;
        }
    }
}

}  // namespace
}  // namespace sonde::cli

int main(int count, char** values) {
    using namespace sonde::cli;
    fill_missing_descriptors();
    // A reader that went away is told by write(2).
    if (::signal(SIGPIPE, SIG_IGN) == SIG_ERR) return exit_trouble;
    output out(STDOUT_FILENO);
    output err(STDERR_FILENO);
    try {
        const channels to{out, err};
        const auto what = read_arguments({values + (count > 0 ? 1 : 0), values + count});
        return judge_output(execute(what, to), to);
    } catch (const std::exception& why) {
        err.write("sonde: ");
        err.write(why.what());
        err.write("\n");
        return exit_trouble;
    }
}
