#pragma once
/// Somebody else's descriptor, watched by Asio: it is given back, never closed, when the watch
/// ends.

#include <memory>

#include <asio/any_io_executor.hpp>
#include <asio/error.hpp>
#include <asio/posix/stream_descriptor.hpp>

namespace sonde::inline v0::detail {

class descriptor_watch {
  public:
    descriptor_watch(const asio::any_io_executor& executor, int descriptor)
        : descriptor_(executor, descriptor) {}
    descriptor_watch(const descriptor_watch&) = delete;
    descriptor_watch& operator=(const descriptor_watch&) = delete;
    ~descriptor_watch() { descriptor_.release(); }

    /// Calls `ready` once when the descriptor can be read or has an error; not at all when the
    /// watch ends before. A second call while one is pending does nothing.
    template <class Ready>
    void when_readable(Ready ready) {
        when(asio::posix::descriptor_base::wait_read, reading_, std::move(ready));
    }
    template <class Ready>
    void when_writable(Ready ready) {
        when(asio::posix::descriptor_base::wait_write, writing_, std::move(ready));
    }

  private:
    // Handlers may run after the watch has ended: they look at the flag, which they share.
    using flag = std::shared_ptr<bool>;

    template <class Ready>
    void when(asio::posix::descriptor_base::wait_type type, const flag& pending, Ready ready) {
        if (*pending) return;
        *pending = true;
        descriptor_.async_wait(
            type, [pending, ready = std::move(ready)](const asio::error_code& error) mutable {
                *pending = false;
                if (!error) ready();
            });
    }

    asio::posix::stream_descriptor descriptor_;
    flag reading_ = std::make_shared<bool>(false);
    flag writing_ = std::make_shared<bool>(false);
};

}  // namespace sonde::inline v0::detail
