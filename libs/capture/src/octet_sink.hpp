#pragma once
/// Where octets go: a descriptor, memory, or a compressor before either.

#include <memory>
#include <vector>

#include <sonde/base/octets.hpp>
#include <sonde/capture/capture_error.hpp>

#include "input_window.hpp"

namespace sonde::inline v0::detail {

class octet_sink {
  public:
    octet_sink() = default;
    octet_sink(const octet_sink&) = delete;
    octet_sink& operator=(const octet_sink&) = delete;
    virtual ~octet_sink() = default;
    /// All of them, or an error.
    virtual capture_result<void> write(bytes_view octets) = 0;
    /// Everything handed over so far can be read by others afterwards.
    virtual capture_result<void> flush() = 0;
    /// The last call.
    virtual capture_result<void> close() = 0;
};

[[nodiscard]] std::unique_ptr<octet_sink> write_to(descriptor file);
[[nodiscard]] std::unique_ptr<octet_sink> write_to(std::vector<std::uint8_t>& memory);

}  // namespace sonde::inline v0::detail
