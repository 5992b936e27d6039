#pragma once
/// Capture files by hand, little endian alone: read(2) into one buffer of 256 KiB, every length
/// checked, and the same for writing.

#include <algorithm>
#include <cstdint>
#include <fcntl.h>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

#include <sonde/capture/byte_order.hpp>

namespace sonde::bench {

namespace detail {

inline constexpr std::size_t chunk_len = 262144;  // octets
inline constexpr std::size_t record_len_max = 65535 + 64;

[[nodiscard]] inline std::uint32_t le32(bytes_view in, std::size_t at) noexcept {
    return load32(byte_order::little, in, at);
}

/// `take` is given what was read and not used, and returns how much of it it used.
template <class Take>
void floor_read(const std::string& path, Take take) {
    std::vector<std::uint8_t> buffer(chunk_len + record_len_max);
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    std::size_t have = 0;
    while (have <= record_len_max) {
        const ssize_t got = ::read(fd, buffer.data() + have, chunk_len);
        if (got <= 0) break;
        have += static_cast<std::size_t>(got);
        const bytes_view in(buffer.data(), have);
        const std::size_t used = take(in);
        std::copy(in.begin() + static_cast<std::ptrdiff_t>(used), in.end(), buffer.begin());
        have -= used;
    }
    ::close(fd);
}

}  // namespace detail

template <class Visit>
void floor_read_pcap(const std::string& path, Visit visit) {
    std::size_t at = 24;  // behind the file's header
    detail::floor_read(path, [&](bytes_view in) {
        while (in.size() >= at + 16) {
            const std::uint32_t len = detail::le32(in, at + 8);
            if (len > 65535 || in.size() < at + 16 + len) break;
            visit(in.subspan(at + 16, len));
            at += 16 + len;
        }
        return std::exchange(at, 0);
    });
}

template <class Visit>
void floor_read_pcapng(const std::string& path, Visit visit) {
    detail::floor_read(path, [&](bytes_view in) {
        std::size_t at = 0;
        while (in.size() >= at + 12) {
            const std::uint32_t len = detail::le32(in, at + 4);
            if (len < 12 || len > detail::record_len_max || in.size() < at + len) break;
            if (detail::le32(in, at) == 6 && len >= 32) {  // an enhanced packet
                const std::uint32_t captured = detail::le32(in, at + 20);
                if (captured <= len - 32) visit(in.subspan(at + 28, captured));
            }
            at += len;
        }
        return at;
    });
}

/// Writes frames as pcap. A frame is at most 65,535 octets.
class floor_writer {
  public:
    explicit floor_writer(const std::string& path)
        : fd_(::open(path.c_str(), O_WRONLY | O_CLOEXEC)),
          buffer_(detail::chunk_len + detail::record_len_max) {}
    floor_writer(const floor_writer&) = delete;
    floor_writer& operator=(const floor_writer&) = delete;
    ~floor_writer() {
        flush();
        ::close(fd_);
    }
    void write(bytes_view frame) {
        const auto len = static_cast<std::uint32_t>(frame.size());
        const bytes_mut head(buffer_.data() + used_, 16);
        store32(byte_order::little, head, 0, 1);
        store32(byte_order::little, head, 4, 2);
        store32(byte_order::little, head, 8, len);
        store32(byte_order::little, head, 12, len);
        std::copy_n(frame.data(), len, buffer_.data() + used_ + 16);
        used_ += 16 + len;
        if (used_ >= detail::chunk_len) flush();
    }

  private:
    void flush() {
        if (::write(fd_, buffer_.data(), used_) >= 0) used_ = 0;
    }
    int fd_;
    std::size_t used_ = 24;  // the file's header
    std::vector<std::uint8_t> buffer_;
};

}  // namespace sonde::bench
