#pragma once
/// Signals while packets are captured or sent: SIGINT and SIGTERM end it in order, SIGUSR1 asks for
/// the counts. A second SIGINT or SIGTERM ends the process at once.

namespace sonde::cli {

/// What a signal ends. `stop` runs inside a signal handler.
class stoppable {
  public:
    virtual void stop() noexcept = 0;

  protected:
    ~stoppable() = default;
};

/// One at a time.
class stop_scope {
  public:
    /// `what` must outlive it.
    explicit stop_scope(stoppable& what) noexcept;
    stop_scope(const stop_scope&) = delete;
    stop_scope& operator=(const stop_scope&) = delete;
    ~stop_scope();

    /// A signal came that ends it.
    [[nodiscard]] static bool is_stopping() noexcept;
    /// Whether SIGUSR1 came since the last call; it stops, too, to be heard at once.
    [[nodiscard]] static bool take_status_request() noexcept;
};

}  // namespace sonde::cli
