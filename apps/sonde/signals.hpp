#pragma once
/// Signals while a client runs: SIGINT and SIGTERM end the run with its summary, SIGQUIT asks for
/// the short line. A second SIGINT or SIGTERM ends the process at once.

#include <sonde/client/client.hpp>

namespace sonde::cli {

/// One at a time. The client must outlive it.
class signal_scope {
  public:
    explicit signal_scope(client& runs) noexcept;
    signal_scope(const signal_scope&) = delete;
    signal_scope& operator=(const signal_scope&) = delete;
    ~signal_scope();

    /// From now on the client is asked for progress each second after the first two.
    void tick() noexcept;
    /// Whether SIGQUIT came since the last call.
    [[nodiscard]] bool take_status_request() noexcept;
    /// SIGINT or SIGTERM came.
    [[nodiscard]] static bool is_stopping() noexcept;
};

}  // namespace sonde::cli
