// What a user of the library writes first.
#include <cstdio>

#include <sonde/sonde.hpp>

int main() {
    const auto problems = sonde::validate(sonde::ping_options{});
    const auto address = sonde::ip_address::parse("192.0.2.1");
    std::printf("%zu problems, %s\n", problems.size(), sonde::to_string(*address).c_str());
    return problems.empty() ? 0 : 1;
}
