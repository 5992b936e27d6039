#pragma once
/// SONDE_CHECK(condition): an invariant of our own. On in every build; aborts with the place.
/// Octets and answers from outside must never be able to reach one.

#include <sonde/base/api.hpp>

namespace sonde::inline v0::detail {
[[noreturn]] SONDE_API void check_failed(const char* condition, const char* file,
                                         int line) noexcept;
}

#define SONDE_CHECK(condition)          \
    ((condition) ? static_cast<void>(0) \
                 : ::sonde::detail::check_failed(#condition, __FILE__, __LINE__))
