#include "input_window.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace sonde::inline v0::detail {

tl::unexpected<capture_error> system_refused(const char* operation, int code) {
    return tl::unexpected(capture_error{
        .reason = capture_reason::refused_by_system, .what = operation, .os_code = code});
}

input_window::input_window(std::unique_ptr<octet_source> source, std::size_t held_max)
    : source_(std::move(source)), capacity_(chunk_len + held_max) {
    // Left as it is: pages that no block needs are never touched.
    buffer_ = std::make_unique_for_overwrite<std::uint8_t[]>(capacity_);
}

void input_window::fill(std::size_t needed) {
    const bytes_mut buffer(buffer_.get(), capacity_);
    std::copy(rest_.begin(), rest_.end(), buffer.begin());
    std::size_t have = rest_.size();
    while (have < needed && !ended_) {
        const bytes_mut room = buffer.subspan(have, std::min(chunk_len, capacity_ - have));
        const auto got = source_->read(room);
        if (!got) failure_ = got.error();
        ended_ = !got || *got == 0;
        if (got) have += *got;
    }
    rest_ = buffer.first(have);
}

capture_result<void> input_window::rewind() {
    if (source_ != nullptr) {
        if (auto done = source_->rewind(); !done) return done;
    }
    rest_ = memory_;
    offset_ = 0;
    failure_.reset();
    ended_ = false;
    return {};
}

descriptor::descriptor(descriptor&& other) noexcept
    : number_(std::exchange(other.number_, -1)), owned_(std::exchange(other.owned_, false)) {}

descriptor& descriptor::operator=(descriptor&& other) noexcept {
    if (this != &other) {
        static_cast<void>(close());
        number_ = std::exchange(other.number_, -1);
        owned_ = std::exchange(other.owned_, false);
    }
    return *this;
}

descriptor::~descriptor() { static_cast<void>(close()); }

capture_result<void> descriptor::close() {
    const int number = std::exchange(number_, -1);
    if (!std::exchange(owned_, false) || number < 0) return {};
    if (::close(number) != 0 && errno != EINTR) return system_refused("close", errno);
    return {};
}

capture_result<descriptor> open_to_read(const char* path) {
    const int number = ::open(path, O_RDONLY | O_CLOEXEC);
    if (number < 0) return system_refused("open", errno);
    return descriptor(number, true);
}

namespace {

class descriptor_source final : public octet_source {
  public:
    explicit descriptor_source(descriptor file)
        : file_(std::move(file)), start_(::lseek(file_.number(), 0, SEEK_CUR)) {}

    capture_result<std::size_t> read(bytes_mut out) override {
        for (;;) {
            const ssize_t got = ::read(file_.number(), out.data(), out.size());
            if (got >= 0) return static_cast<std::size_t>(got);
            if (errno != EINTR) return system_refused("read", errno);
        }
    }
    capture_result<void> rewind() override {
        if (start_ < 0) return system_refused("rewind", ESPIPE);
        if (::lseek(file_.number(), start_, SEEK_SET) < 0) return system_refused("rewind", errno);
        return {};
    }

  private:
    descriptor file_;
    off_t start_;  // negative: a pipe
};

}  // namespace

std::unique_ptr<octet_source> read_from(descriptor file) {
    return std::make_unique<descriptor_source>(std::move(file));
}

}  // namespace sonde::inline v0::detail
