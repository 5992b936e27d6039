#pragma once
/// The log callback with its level: text is made only when somebody wants it.

#include <string_view>
#include <utility>

#include <sonde/client/log.hpp>

namespace sonde::inline v0::detail {

class logger {
  public:
    explicit logger(log_options options) : options_(std::move(options)) {}

    [[nodiscard]] log_level level() const noexcept {
        return options_.write ? options_.level : log_level::off;
    }
    [[nodiscard]] bool wants(log_level level) const noexcept {
        return options_.write && level != log_level::off && level <= options_.level;
    }
    /// `make_text` is called only when the level is wanted.
    template <class MakeText>
    void write(log_level level, std::string_view topic, MakeText make_text) const {
        if (wants(level)) options_.write(level, topic, make_text());
    }

  private:
    log_options options_;
};

}  // namespace sonde::inline v0::detail
