#pragma once
/// Many targets on a screen, as one frame of text: a pure function of what is known, what the user
/// pressed, and how large the screen is. Who draws it puts the cursor home and writes it.
///
///     live_table table;
///     table.on_key('l');                                  // sorted by loss
///     out = table.frame(rows, {.width = 100, .height = 30, .color = true});

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <sonde/base/api.hpp>
#include <sonde/base/time.hpp>
#include <sonde/report/target_tally.hpp>

namespace sonde::inline v0 {

struct live_style {
    std::size_t width = 80;   // columns
    std::size_t height = 24;  // lines
    bool color = false;
    bool unicode = false;  // block elements for the sparklines; else ASCII
};

/// One target as the table sees it; borrowed for the call.
struct live_row {
    std::string_view name;  // any octets: the table makes them safe
    const target_tally* tally = nullptr;
    std::string_view trouble{};  // why nothing is sent to it; empty: nothing is wrong
};

/// What stands above the rows.
struct live_totals {
    nanoseconds elapsed{};
    std::uint64_t dropped_here = 0;  // answers that this host had no room for
    bool stopping = false;
};

enum class live_order : std::uint8_t { given, name, loss, last, avg, max, jitter };

class SONDE_API live_table {
  public:
    /// A key as it comes from a terminal: 'l', or one of those below. False: it means nothing.
    bool on_key(int key) noexcept;
    static constexpr int up = 256, down = 257, page_up = 258, page_down = 259, home = 260,
                         end = 261;

    /// Lines without escape sequences but for colours, each but the last with its line feed, none
    /// wider than the style's width, at most `height` of them. Cost: O(targets) in time and 4
    /// octets for each.
    [[nodiscard]] std::string frame(std::size_t count,
                                    const std::function<live_row(std::size_t index)>& row,
                                    const live_totals& totals, const live_style& style);
    [[nodiscard]] live_order order() const noexcept { return order_; }
    [[nodiscard]] bool is_reversed() const noexcept { return reversed_; }

  private:
    void sort(std::size_t count, const std::function<live_row(std::size_t)>& row,
              std::size_t visible);

    live_order order_ = live_order::given;
    bool reversed_ = false;
    std::size_t first_ = 0;  // row at the top
    std::size_t page_ = 1;   // rows of the last frame
    std::size_t count_ = 0;
    std::vector<std::uint32_t> sorted_{};
};

/// Reads what a terminal sends for keys, octet by octet: escape sequences become one key.
class SONDE_API key_reader {
  public:
    /// A key for live_table::on_key, or nothing while a sequence goes on.
    [[nodiscard]] std::optional<int> on_octet(char octet) noexcept;

  private:
    enum class place : std::uint8_t { plain, escape, bracket };
    place at_ = place::plain;
    int number_ = 0;
};

/// The newest values of a history, one column each, `width` columns; lost ones as '!'.
[[nodiscard]] SONDE_API std::string sparkline(const rtt_history& history, std::size_t width,
                                              const live_style& style);

}  // namespace sonde::inline v0
