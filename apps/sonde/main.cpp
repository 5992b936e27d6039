/// The program. Everything heavy is made only by the command that needs it: a single ping must not
/// take longer than with the tools people know.

#include <exception>
#include <signal.h>
#include <unistd.h>

#include "run.hpp"

namespace sonde::cli {
namespace {

int say(const wrong_usage& wrong, channels to) {
    for (const auto& problem : wrong.problems) {
        to.err.write(wrong.command + ": " + problem + '\n');
    }
    return exit_trouble;
}

int execute(const invocation& what, channels to) {
    struct {
        channels to;
        int operator()(const ping_settings& settings) const { return run_ping(settings, to); }
        int operator()(const trace_settings& settings) const { return run_trace(settings, to); }
        int operator()(const doctor_settings& settings) const { return run_doctor(settings, to); }
        int operator()(const show_text& shown) const {
            to.out.write(shown.text);
            return exit_good;
        }
        int operator()(const wrong_usage& wrong) const { return say(wrong, to); }
    } visitor{to};
    return std::visit(visitor, what);
}

}  // namespace
}  // namespace sonde::cli

int main(int count, char** values) {
    using namespace sonde::cli;
    ::signal(SIGPIPE, SIG_IGN);  // a reader that went away is told by write(2)
    output out(STDOUT_FILENO);
    output err(STDERR_FILENO);
    try {
        return execute(read_arguments({values + (count > 0 ? 1 : 0), values + count}), {out, err});
    } catch (const std::exception& why) {
        err.write("sonde: ");
        err.write(why.what());
        err.write("\n");
        return exit_trouble;
    }
}
