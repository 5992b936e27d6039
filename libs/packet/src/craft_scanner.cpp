#include "craft_scanner.hpp"

#include <sonde/base/text.hpp>

#include "quoted_text.hpp"

namespace sonde::inline v0::detail {
namespace {

bool is_word_letter(char letter) noexcept {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || letter == '_' || letter == '.' || letter == ':' ||
           letter == '-';
}
bool is_space(char letter) noexcept {
    return letter == ' ' || letter == '\t' || letter == '\n' || letter == '\r';
}

}  // namespace

craft_result<void> craft_scanner::step() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    now_ = {};
    now_.at = at_;
    if (at_ == text_.size()) return {};
    const char first = text_[at_];
    if (first == '"') return read_text();
    if (first == 'x' && at_ + 1 < text_.size() && text_[at_ + 1] == '\'') return read_octets();
    if (is_word_letter(first)) {
        const std::size_t start = at_;
        while (at_ < text_.size() && is_word_letter(text_[at_])) ++at_;
        now_.is = craft_token::word;
        now_.word = text_.substr(start, at_ - start);
        return {};
    }
    if (std::string_view("()[],=/|").find(first) == std::string_view::npos)
        return craft_failure("nothing begins with '" + printable(text_.substr(at_, 1)) + "'", at_);
    now_.is = craft_token::mark;
    now_.mark = first;
    ++at_;
    return {};
}

craft_result<void> craft_scanner::read_text() {
    const std::size_t start = ++at_;
    while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2U : 1U;
    if (at_ >= text_.size()) return craft_failure("text without its closing quote", start - 1);
    std::size_t bad_at = 0;
    auto meant = unescaped(text_.substr(start, at_ - start), bad_at);
    if (!meant) {
        return craft_failure(
            std::string("'")
                .append(printable(text_.substr(start + bad_at, 2)))
                .append(R"(' is no escape: \n \r \t \0 \" \' \\ and \x with two hex digits are)"),
            start + bad_at);
    }
    ++at_;
    now_.is = craft_token::text;
    now_.text = std::move(*meant);
    return {};
}

craft_result<void> craft_scanner::read_octets() {
    const std::size_t start = at_;
    at_ += 2;
    int high = -1;
    for (; at_ < text_.size() && text_[at_] != '\''; ++at_) {
        const char letter = text_[at_];
        const int digit = hex_digit(letter);
        if (digit < 0 && high < 0 && (is_space(letter) || letter == ':')) continue;
        if (digit < 0)
            return craft_failure(
                "octets take pairs of hex digits, not '" + printable(text_.substr(at_, 1)) + "'",
                at_);
        if (high < 0) {
            high = digit;
            continue;
        }
        now_.octets.push_back(static_cast<std::uint8_t>(high * 16 + digit));
        high = -1;
    }
    if (at_ >= text_.size()) return craft_failure("octets without their closing quote", start);
    if (high >= 0) return craft_failure("octets with half an octet at their end", at_);
    ++at_;
    now_.is = craft_token::octets;
    return {};
}

}  // namespace sonde::inline v0::detail
