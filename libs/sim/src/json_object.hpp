#pragma once
/// Reads one JSON object key by key, with bounds, and says in one sentence with its place what is
/// wrong. Whatever was not asked for is unknown, and the nearest known key is named.
///
///     json_object hop(value, "hops[2]", error);
///     hop.milliseconds("delay_ms", link.delay);
///     hop.finish();

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <sonde/base/time.hpp>

namespace sonde::inline v0::sim {

/// The first error; later ones are dropped.
class first_error {
  public:
    void set(std::string sentence) {
        if (text_.empty()) text_ = std::move(sentence);
    }
    [[nodiscard]] bool is_set() const noexcept { return !text_.empty(); }
    [[nodiscard]] const std::string& text() const noexcept { return text_; }

  private:
    std::string text_{};
};

/// Inclusive bounds.
struct bounds {
    double low = 0;
    double high = 0;
};
inline constexpr bounds probability_bounds{0, 1};
inline constexpr bounds milliseconds_bounds{0, 3'600'000};  // an hour

class json_object {
  public:
    /// `value` must outlive this. Not an object: that is the error.
    json_object(const nlohmann::json& value, std::string path, first_error& error);

    // Each leaves `out` as it is when the key is absent.
    void flag(const char* key, bool& out);
    void number(const char* key, bounds allowed, double& out);
    template <class Int>
    void integer(const char* key, bounds allowed, Int& out) {
        double read = -1;
        if (whole_number(key, allowed, read)) out = static_cast<Int>(read);
    }
    void milliseconds(const char* key, nanoseconds& out);
    void text(const char* key, std::string& out);
    /// One of a few words; `out` becomes the index of the one that stands there.
    void choice(const char* key, std::span<const std::string_view> words, std::size_t& out);
    /// The value behind a key, whatever it is; null when absent.
    [[nodiscard]] const nlohmann::json* find(const char* key);
    /// The same, which must be an array of at most `max` elements.
    [[nodiscard]] const nlohmann::json* array(const char* key, std::size_t max);

    /// "hops[2].delay_ms"
    [[nodiscard]] std::string place(std::string_view key) const;
    /// Says what is wrong with a value: "hops[2].delay_ms is -1: it must be 0 to 3600000".
    void reject(std::string_view key, const nlohmann::json& value, const std::string& rule);
    /// Names the first key that nobody asked for.
    void finish();

  private:
    [[nodiscard]] bool whole_number(const char* key, bounds allowed, double& out);
    const nlohmann::json* value_;
    std::string path_;
    first_error* error_;
    std::vector<std::string_view> known_{};
};

/// A value as it stands in the text, cut to a length that fits in a sentence; printable ASCII.
[[nodiscard]] std::string shown(const nlohmann::json& value);
/// The word that differs in the fewest letters; empty when there are none.
[[nodiscard]] std::string_view nearest(std::string_view word,
                                       std::span<const std::string_view> words);

}  // namespace sonde::inline v0::sim
