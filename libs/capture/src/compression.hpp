#pragma once
/// The wall before zlib and libzstd: windows of compressed octets become sources of plain ones, and
/// sinks get a compressor before them.

#include <memory>

#include <sonde/capture/capture_file.hpp>

#include "input_window.hpp"
#include "octet_sink.hpp"

namespace sonde::inline v0::detail {

/// By the first octets (RFC 1952 s2.3.1, RFC 8878 s3.1.1 and s3.1.2).
[[nodiscard]] capture_compression compression_of(bytes_view first) noexcept;

/// Concatenated members and frames are one stream. A stream that breaks yields what came before.
[[nodiscard]] std::unique_ptr<octet_source> decompress(input_window in,
                                                       capture_compression compression,
                                                       std::uint8_t zstd_window_log_max);

[[nodiscard]] std::unique_ptr<octet_sink> compress(std::unique_ptr<octet_sink> out,
                                                   capture_compression compression);

}  // namespace sonde::inline v0::detail
