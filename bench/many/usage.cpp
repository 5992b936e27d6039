// usage FILE COMMAND...: runs a command and writes what it took, one line: seconds, seconds of CPU
// (its children's too), peak memory in KiB, exit code. Small, since a process starts with the
// memory of the one that started it on its account.

#include <chrono>
#include <cstdio>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

double seconds(const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        std::fprintf(stderr, "usage FILE COMMAND...\n");
        return 2;
    }
    const auto begun = std::chrono::steady_clock::now();
    pid_t child = 0;
    if (::posix_spawnp(&child, argv[2], nullptr, nullptr, argv + 2, environ) != 0) {
        std::perror(argv[2]);
        return 127;
    }
    int status = 0;
    rusage used{};
    ::wait4(child, &status, 0, &used);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    std::FILE* const out = std::fopen(argv[1], "w");
    if (out == nullptr) {
        std::perror(argv[1]);
        return 127;
    }
    std::fprintf(out,
                 "%.4f %.4f %ld %d\n",
                 took.count(),
                 seconds(used.ru_utime) + seconds(used.ru_stime),
                 used.ru_maxrss,
                 WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    std::fclose(out);
    return 0;
}
