#pragma once
/// Where octets come from, and the one buffer they lie in while records borrow them.

#include <cstdint>
#include <memory>
#include <optional>

#include <sonde/base/octets.hpp>
#include <sonde/capture/capture_error.hpp>

namespace sonde::inline v0::detail {

/// A stream of octets: a descriptor, or what a decompressor makes of another window.
class octet_source {
  public:
    octet_source() = default;
    octet_source(const octet_source&) = delete;
    octet_source& operator=(const octet_source&) = delete;
    virtual ~octet_source() = default;
    /// Up to out.size() octets; 0 at the end.
    virtual capture_result<std::size_t> read(bytes_mut out) = 0;
    virtual capture_result<void> rewind() = 0;
};

/// The octets from the place of reading on. One buffer, filled 256 KiB at a time: that is faster
/// than mapping the file, and than smaller or larger pieces. Memory is looked at where it lies.
class input_window {
  public:
    static constexpr std::size_t chunk_len = 262144;  // octets

    /// `held_max`: the most octets that peek() will ever be asked for.
    input_window(std::unique_ptr<octet_source> source, std::size_t held_max);
    explicit input_window(bytes_view memory) noexcept : memory_(memory), rest_(memory) {}

    /// What there is, at least `needed` octets unless the stream ends or fails before. Spans of
    /// earlier calls are invalid afterwards.
    [[nodiscard]] bytes_view peek(std::size_t needed) {
        if (rest_.size() < needed && source_ != nullptr) fill(needed);
        return rest_;
    }
    /// Precondition: count <= what peek() gave. What it gave stays valid until the next peek().
    void skip(std::size_t count) noexcept {
        rest_ = rest_.subspan(count);
        offset_ += count;
    }
    [[nodiscard]] std::uint64_t offset() const noexcept { return offset_; }
    /// Why the stream ended, if not by its end.
    [[nodiscard]] const std::optional<capture_error>& failure() const noexcept { return failure_; }
    [[nodiscard]] capture_result<void> rewind();

  private:
    void fill(std::size_t needed);

    std::unique_ptr<octet_source> source_;
    std::unique_ptr<std::uint8_t[]> buffer_;
    std::size_t capacity_ = 0;
    bytes_view memory_{};
    bytes_view rest_{};
    std::uint64_t offset_ = 0;
    std::optional<capture_error> failure_;
    bool ended_ = false;
};

/// A descriptor that is closed with it when it is owned.
class descriptor {
  public:
    descriptor() noexcept = default;
    descriptor(int number, bool owned) noexcept : number_(number), owned_(owned) {}
    descriptor(descriptor&& other) noexcept;
    descriptor& operator=(descriptor&& other) noexcept;
    ~descriptor();
    [[nodiscard]] int number() const noexcept { return number_; }
    /// What close(2) says, for a writer that must know. Nothing is closed that is not owned.
    [[nodiscard]] capture_result<void> close();

  private:
    int number_ = -1;
    bool owned_ = false;
};

/// Errors: refused_by_system.
[[nodiscard]] capture_result<descriptor> open_to_read(const char* path);
[[nodiscard]] std::unique_ptr<octet_source> read_from(descriptor file);

[[nodiscard]] tl::unexpected<capture_error> system_refused(const char* operation, int code);

}  // namespace sonde::inline v0::detail
