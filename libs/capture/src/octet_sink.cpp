#include "octet_sink.hpp"

#include <cerrno>
#include <unistd.h>
#include <utility>

namespace sonde::inline v0::detail {
namespace {

class descriptor_sink final : public octet_sink {
  public:
    explicit descriptor_sink(descriptor file) : file_(std::move(file)) {}
    capture_result<void> write(bytes_view octets) override {
        while (!octets.empty()) {
            const ssize_t done = ::write(file_.number(), octets.data(), octets.size());
            if (done >= 0) {
                octets = octets.subspan(static_cast<std::size_t>(done));
            } else if (errno != EINTR) {
                return system_refused("write", errno);
            }
        }
        return {};
    }
    capture_result<void> flush() override { return {}; }
    capture_result<void> close() override { return file_.close(); }

  private:
    descriptor file_;
};

class memory_sink final : public octet_sink {
  public:
    explicit memory_sink(std::vector<std::uint8_t>& memory) noexcept : memory_(memory) {}
    capture_result<void> write(bytes_view octets) override {
        memory_.insert(memory_.end(), octets.begin(), octets.end());
        return {};
    }
    capture_result<void> flush() override { return {}; }
    capture_result<void> close() override { return {}; }

  private:
    std::vector<std::uint8_t>& memory_;
};

}  // namespace

std::unique_ptr<octet_sink> write_to(descriptor file) {
    return std::make_unique<descriptor_sink>(std::move(file));
}

std::unique_ptr<octet_sink> write_to(std::vector<std::uint8_t>& memory) {
    return std::make_unique<memory_sink>(memory);
}

}  // namespace sonde::inline v0::detail
