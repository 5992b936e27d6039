#pragma once
/// The value of one option as the user wrote it, and how it becomes a number, a duration, an
/// address. What is wrong becomes a sentence; nothing throws.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sonde/base/address.hpp>
#include <sonde/base/time.hpp>
#include <sonde/probe/options.hpp>

namespace sonde::cli {

class option_value {
  public:
    /// `name` as the user wrote it, for the sentences: "--count".
    option_value(std::string_view name, std::string_view text, std::vector<std::string>& problems,
                 std::size_t times = 1)
        : name_(name), text_(text), problems_(&problems), times_(times) {}

    [[nodiscard]] std::string_view text() const noexcept { return text_; }
    /// How often the option stands on the command line: 3 for -ttt.
    [[nodiscard]] std::size_t times() const noexcept { return times_; }
    /// "--count is abc: it must be 1 or more".
    void complain(std::string_view must_be);
    /// "--time is given 6 times: ...": whatever else is wrong, behind the option's name.
    void refuse(const std::string& why);

    /// A whole number, decimal or 0x..., within the bounds.
    std::optional<std::uint64_t> whole(std::uint64_t low, std::uint64_t high);
    template <class Int>
    void whole_into(Int& to, std::uint64_t low, std::uint64_t high) {
        if (const auto read = whole(low, high)) to = static_cast<Int>(*read);
    }
    template <class Int>
    void whole_into(std::optional<Int>& to, std::uint64_t low, std::uint64_t high) {
        if (const auto read = whole(low, high)) to = static_cast<Int>(*read);
    }
    /// "0.2", in seconds; or with a unit: "200ms", "50us", "1s".
    std::optional<nanoseconds> duration();
    void duration_into(nanoseconds& to) {
        if (const auto read = duration()) to = *read;
    }
    /// Milliseconds as fping has them: "0.5".
    std::optional<nanoseconds> milliseconds();
    /// Probes a second: a number of 0 or more, with k or M for powers of 1,000.
    std::optional<double> rate();
    /// The same, but not 0.
    std::optional<nanoseconds> time_span();
    /// The name of a capture file to be made, or "-": its suffix is one that says what it is.
    std::optional<std::string> capture_path();
    /// Octets: a whole number, with k, M or G for powers of 1,000.
    std::optional<std::uint64_t> octets();
    /// A number of at least `low`.
    std::optional<double> real(double low);
    std::optional<ip_address> address();
    /// Up to 16 octets in hexadecimal, as ping -p has them.
    std::optional<short_text<16>> pattern();
    /// The place of the value among the words; complains when it is none.
    std::optional<std::size_t> choice(std::initializer_list<std::string_view> words);

  private:
    std::string name_;
    std::string_view text_;
    std::vector<std::string>* problems_;
    std::size_t times_;
};

}  // namespace sonde::cli
