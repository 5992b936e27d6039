#pragma once
/// The words of a craft expression, one after another, each with its place.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <sonde/packet/craft_error.hpp>

namespace sonde::inline v0::detail {

enum class craft_token : std::uint8_t {
    end,
    word,    // a name, a number, an address: letters, digits and _ . : -
    text,    // "hello", unescaped
    octets,  // x'de ad'
    mark,    // one of ( ) [ ] , = / |
};

struct craft_word {
    craft_token is = craft_token::end;
    char mark = 0;
    std::size_t at = 0;                  // characters from the start of the expression
    std::string_view word{};             // part of the expression
    std::string text{};                  // of kind text
    std::vector<std::uint8_t> octets{};  // of kind octets
};

/// Reads one word ahead. Borrows the text.
class craft_scanner {
  public:
    /// Fails as `step` does.
    explicit craft_scanner(std::string_view text) noexcept : text_(text) {}
    [[nodiscard]] const craft_word& now() const noexcept { return now_; }
    [[nodiscard]] bool at_mark(char mark) const noexcept {
        return now_.is == craft_token::mark && now_.mark == mark;
    }
    /// Goes to the next word; the first call to the first. Fails, with its place, at a character
    /// that begins nothing, text without its end, an escape that is none.
    craft_result<void> step();

  private:
    craft_result<void> read_text();
    craft_result<void> read_octets();
    std::string_view text_;
    std::size_t at_ = 0;
    craft_word now_{};
};

}  // namespace sonde::inline v0::detail
