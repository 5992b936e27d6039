#pragma once
/// A descriptor that was opened through the table of system calls.

#include <sonde/base/descriptor.hpp>
#include <sonde/net/system_calls.hpp>

namespace sonde::inline v0 {

class fd : public descriptor<system_calls> {
  public:
    fd() noexcept = default;  // owns nothing
    explicit fd(int number, const system_calls& calls = kernel_calls()) noexcept
        : descriptor(number, calls) {}
};

}  // namespace sonde::inline v0
