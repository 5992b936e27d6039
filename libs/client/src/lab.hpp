#pragma once
/// For tests: a piece of work in a child process with a network of its own (a namespace with
/// nothing but a loopback that is up), so that its sysctls, privileges and interfaces may be turned
/// upside down. Where the system does not allow that, the test is skipped, loudly.

#include <functional>
#include <string>

#include <gtest/gtest.h>

namespace sonde::test {

enum class privilege {
    root,        // every capability there is
    ping_group,  // uid 65534 without capabilities, ping_group_range open
    none,        // uid 65534 without capabilities, ping_group_range closed
};

enum class lab_verdict { passed, failed, not_possible };

/// Runs `work`, with its EXPECTs, in the child. `why` says what was not possible.
lab_verdict run_in_lab(privilege who, const std::function<void()>& work, std::string& why);

/// Writes a line to a file of /proc/sys.
bool set_sysctl(const std::string& path, const std::string& value);
bool set_loopback(bool is_up);
/// Gives a file other text, for this process and its children only.
bool replace_file(const char* path, const std::string& text);

}  // namespace sonde::test

/// In a test: runs the rest, a lambda, in the lab.
#define SONDE_IN_LAB(who, ...)                                                          \
    do {                                                                                \
        std::string why;                                                                \
        const auto verdict =                                                            \
            ::sonde::test::run_in_lab(::sonde::test::privilege::who, __VA_ARGS__, why); \
        if (verdict == ::sonde::test::lab_verdict::not_possible) {                      \
            GTEST_SKIP() << "NOT TESTED, no network namespace here: " << why;           \
        }                                                                               \
        EXPECT_EQ(verdict, ::sonde::test::lab_verdict::passed) << "see above";          \
    } while (false)
