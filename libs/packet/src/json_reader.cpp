#include "json_reader.hpp"

#include <sonde/base/text.hpp>

#include "quoted_text.hpp"

namespace sonde::inline v0::detail {
namespace {

class json_parser {
  public:
    explicit json_parser(std::string_view text) noexcept : text_(text) {}

    craft_result<json_value> whole() {
        auto made = first();
        if (made && at_ < text_.size()) return fail("something follows the value");
        return made;
    }
    craft_result<json_value> first() {
        auto made = value(0);
        if (made) skip_space();
        return made;
    }
    /// Characters read.
    [[nodiscard]] std::size_t len() const noexcept { return at_; }

  private:
    craft_result<json_value> value(std::size_t depth) {
        skip_space();
        if (++values_ > json_values_max)
            return fail("more than " + std::to_string(json_values_max) + " values");
        if (at_ == text_.size()) return fail("a value is missing at the end");
        const char first = text_[at_];
        if (first == '{' || first == '[') {
            if (depth == json_depth_max)
                return fail("nested deeper than " + std::to_string(json_depth_max));
            return first == '{' ? object(depth) : array(depth);
        }
        if (first == '"') return string();
        if (first == '-' || (first >= '0' && first <= '9')) return number();
        for (const std::string_view word : {"true", "false", "null"}) {
            if (text_.substr(at_, word.size()) != word) continue;
            json_value made =
                begin(word == "null" ? json_value::kind::null : json_value::kind::boolean);
            made.text = word;
            at_ += word.size();
            return made;
        }
        return fail("nothing begins with '" + printable(text_.substr(at_, 1)) + "'");
    }

    craft_result<json_value> object(std::size_t depth) {
        json_value made = begin(json_value::kind::object);
        ++at_;
        for (bool first = true; !take('}'); first = false) {
            if (!first && !take(',')) return fail("',' or '}' is missing");
            skip_space();
            if (at_ == text_.size() || text_[at_] != '"') return fail("a key in quotes is missing");
            auto key = string();
            if (!key) return key;
            if (!take(':')) return fail("':' is missing behind a key");
            auto held = value(depth + 1);
            if (!held) return held;
            made.keys.push_back(std::move(key->text));
            made.items.push_back(std::move(*held));
        }
        return made;
    }

    craft_result<json_value> array(std::size_t depth) {
        json_value made = begin(json_value::kind::array);
        ++at_;
        for (bool first = true; !take(']'); first = false) {
            if (!first && !take(',')) return fail("',' or ']' is missing");
            auto held = value(depth + 1);
            if (!held) return held;
            made.items.push_back(std::move(*held));
        }
        return made;
    }

    craft_result<json_value> number() {
        json_value made = begin(json_value::kind::number);
        const std::size_t start = at_;
        constexpr std::string_view letters = "+-.0123456789Ee";
        while (at_ < text_.size() && letters.find(text_[at_]) != std::string_view::npos) ++at_;
        made.text = text_.substr(start, at_ - start);
        return made;
    }

    craft_result<json_value> string() {
        json_value made = begin(json_value::kind::string);
        for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
            if (static_cast<unsigned char>(text_[at_]) < ' ')
                return fail("a control character in a string");
            if (text_[at_] != '\\') {
                const std::size_t len = plain_len();
                made.text.append(text_, at_, len);
                at_ += len - 1;
                continue;
            }
            ++at_;
            if (!escape(made.text)) return fail("an escape that is none");
        }
        if (at_ == text_.size()) return fail("a string without its closing quote");
        ++at_;
        return made;
    }

    /// How many characters from here stand for themselves; at least this one does.
    [[nodiscard]] std::size_t plain_len() const noexcept {
        std::size_t end = at_ + 1;
        while (end < text_.size() && text_[end] != '"' && text_[end] != '\\' &&
               static_cast<unsigned char>(text_[end]) >= ' ')
            ++end;
        return end - at_;
    }

    /// What follows a backslash. Characters beyond 255 have no place in a packet's text: they
    /// become UTF-8 like any other.
    bool escape(std::string& out) {
        constexpr std::string_view plain = "\"\"\\\\//b\bf\fn\nr\rt\t";
        if (at_ >= text_.size()) return false;
        for (std::size_t i = 0; i < plain.size(); i += 2) {
            if (plain[i] != text_[at_]) continue;
            out += plain[i + 1];
            return true;
        }
        if (text_[at_] != 'u' || text_.size() - at_ < 5) return false;
        unsigned code = 0;
        for (int i = 0; i < 4; ++i) {
            const int digit = hex_digit(text_[++at_]);
            if (digit < 0) return false;
            code = code * 16 + static_cast<unsigned>(digit);
        }
        if (code < 0x80) {
            out += static_cast<char>(code);
        } else if (code < 0x800) {
            out += static_cast<char>(0xc0 | code >> 6);
            out += static_cast<char>(0x80 | (code & 0x3f));
        } else {
            out += static_cast<char>(0xe0 | code >> 12);
            out += static_cast<char>(0x80 | (code >> 6 & 0x3f));
            out += static_cast<char>(0x80 | (code & 0x3f));
        }
        return true;
    }

    void skip_space() noexcept {
        while (at_ < text_.size() && std::string_view(" \t\n\r").find(text_[at_]) < 4) ++at_;
    }
    bool take(char mark) noexcept {
        skip_space();
        if (at_ == text_.size() || text_[at_] != mark) return false;
        ++at_;
        return true;
    }
    [[nodiscard]] json_value begin(json_value::kind kind) const {
        json_value made;
        made.is = kind;
        made.at = at_;
        return made;
    }
    [[nodiscard]] tl::unexpected<craft_error> fail(std::string sentence) const {
        return craft_failure("JSON: " + std::move(sentence), at_);
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t values_ = 0;
};

}  // namespace

const json_value* json_value::find(std::string_view key) const noexcept {
    for (std::size_t i = keys.size(); i-- > 0;) {
        if (keys[i] == key) return &items[i];
    }
    return nullptr;
}

craft_result<json_value> read_json(std::string_view text) {
    if (text.size() > json_len_max) {
        return craft_failure("JSON: " + std::to_string(text.size()) + " characters, at most " +
                             std::to_string(json_len_max));
    }
    return json_parser(text).whole();
}

craft_result<json_value> take_json(std::string_view& rest) {
    json_parser parser(rest.substr(0, json_len_max));
    auto made = parser.first();
    if (made) {
        rest.remove_prefix(parser.len());
    } else if (rest.size() > json_len_max && parser.len() == json_len_max) {
        return craft_failure("JSON: more than " + std::to_string(json_len_max) +
                             " characters in one value");
    }
    return made;
}

}  // namespace sonde::inline v0::detail
