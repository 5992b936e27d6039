#include "lab.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fcntl.h>
#include <grp.h>
#include <net/if.h>
#include <sched.h>
#include <string_view>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sonde::test {
namespace {

constexpr int passed_code = 0;
constexpr int failed_code = 1;
constexpr int not_possible_code = 77;
constexpr uid_t nobody = 65534;

bool write_file(const std::string& path, std::string_view text, int flags) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | flags, 0644);
    if (file < 0) return false;
    const bool done = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    return ::close(file) == 0 && done;
}

bool become(privilege who) {
    const char* groups = who == privilege::none ? "1 0" : "0 2147483647";
    if (!set_sysctl("net/ipv4/ping_group_range", groups)) return false;
    if (who == privilege::root) return true;
    return ::setgroups(0, nullptr) == 0 && ::setresgid(nobody, nobody, nobody) == 0 &&
           ::setresuid(nobody, nobody, nobody) == 0 && ::prctl(PR_SET_DUMPABLE, 1) == 0;
}

[[noreturn]] void be_the_child(privilege who, const std::function<void()>& work) {
    const bool ready = ::unshare(CLONE_NEWNET | CLONE_NEWNS) == 0 &&
                       ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                       set_loopback(true) && become(who);
    if (!ready) std::_Exit(not_possible_code);
    try {
        work();
    } catch (const std::exception& error) {
        ADD_FAILURE() << "threw " << error.what();
    }
    std::fflush(stdout);
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    std::_Exit(test->result()->Passed() ? passed_code : failed_code);
}

}  // namespace

bool set_sysctl(const std::string& path, const std::string& value) {
    return write_file("/proc/sys/" + path, value + "\n", 0);
}

bool set_loopback(bool is_up) {
    const int asking = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (asking < 0) return false;
    ifreq request{};
    std::string_view("lo").copy(request.ifr_name, IFNAMSIZ - 1);
    bool done = ::ioctl(asking, SIOCGIFFLAGS, &request) == 0;
    const int flags = is_up ? request.ifr_flags | IFF_UP : request.ifr_flags & ~IFF_UP;
    request.ifr_flags = static_cast<short>(flags);
    done = done && ::ioctl(asking, SIOCSIFFLAGS, &request) == 0;
    return ::close(asking) == 0 && done;
}

bool replace_file(const char* path, const std::string& text) {
    char other[] = "/tmp/sonde_lab_XXXXXX";
    const int file = ::mkstemp(other);
    if (file < 0) return false;
    ::close(file);
    const bool done = ::chmod(other, 0644) == 0 && write_file(other, text, O_TRUNC) &&
                      ::mount(other, path, nullptr, MS_BIND, nullptr) == 0;
    ::unlink(other);
    return done;
}

lab_verdict run_in_lab(privilege who, const std::function<void()>& work, std::string& why) {
    std::fflush(stdout);
    const pid_t child = ::fork();
    if (child == 0) be_the_child(who, work);
    int status = 0;
    if (child < 0 || ::waitpid(child, &status, 0) != child) {
        why = std::strerror(errno);
        return lab_verdict::not_possible;
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == not_possible_code) {
        why = "unshare(CLONE_NEWNET), /proc/sys or setresuid was refused";
        return lab_verdict::not_possible;
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == passed_code ? lab_verdict::passed
                                                                   : lab_verdict::failed;
}

}  // namespace sonde::test
