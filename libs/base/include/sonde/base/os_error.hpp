#pragma once
/// What the kernel refused, kept as data: which operation, which errno, towards whom.

#include <string>

#include <tl/expected.hpp>

#include <sonde/base/address.hpp>
#include <sonde/base/api.hpp>

namespace sonde::inline v0 {

struct os_error {
    const char* operation = "";  // "sendmsg", "socket(SOCK_RAW, IPPROTO_ICMP)": a literal
    int code = 0;                // errno
    ip_address peer{};           // unspecified when there is none
};

template <class T>
using io_result = tl::expected<T, os_error>;

/// "sendmsg to 192.0.2.1: Network is unreachable (ENETUNREACH)".
[[nodiscard]] SONDE_API std::string describe(const os_error& error);
/// "ENETUNREACH", or "errno 4242".
[[nodiscard]] SONDE_API std::string errno_name(int code);

}  // namespace sonde::inline v0
