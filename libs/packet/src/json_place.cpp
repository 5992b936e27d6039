#include <algorithm>
#include <vector>

#include <sonde/base/text.hpp>
#include <sonde/packet/packet_from_json.hpp>

#include "json_reader.hpp"

namespace sonde::inline v0 {
namespace {

constexpr std::size_t key_len_max = 60;  // characters of a key that are shown

/// The path to a place: text before it is gone through once, without being judged.
class path_finder {
  public:
    explicit path_finder(std::string_view before) noexcept : text_(before) {}

    std::string find() {
        for (; at_ < text_.size() && open_.size() <= detail::json_depth_max; ++at_) take();
        std::string path;
        for (const level& one : open_) {
            if (!one.is_object) {
                path += '[' + std::to_string(one.index) + ']';
            } else if (!one.key.empty()) {
                path += '.' + printable(one.key.substr(0, key_len_max));
            }
        }
        return path;
    }

  private:
    struct level {
        bool is_object = false;
        std::size_t index = 0;   // of an array
        std::string_view key{};  // of an object; empty: none yet
    };

    void take() {
        const char one = text_[at_];
        if (one == '{' || one == '[') {
            open_.push_back({.is_object = one == '{'});
        } else if (one == '"') {
            take_string();
        } else if (open_.empty()) {
            return;  // between values
        } else if (one == '}' || one == ']') {
            open_.pop_back();
        } else if (one == ',') {
            ++open_.back().index;
            open_.back().key = {};
        }
    }
    void take_string() {
        const std::size_t begin = ++at_;
        while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2U : 1U;
        at_ = std::min(at_, text_.size());
        const bool is_key = !open_.empty() && open_.back().is_object && open_.back().key.empty();
        if (is_key) open_.back().key = text_.substr(begin, at_ - begin);
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::vector<level> open_{};
};

}  // namespace

json_place place_in_json(std::string_view text, std::size_t position) {
    const std::string_view before = text.substr(0, std::min(position, text.size()));
    const std::size_t line_begin = before.rfind('\n') + 1;  // 0 in the first line
    return {.line = 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')),
            .column = before.size() - line_begin + 1,
            .path = path_finder(before).find()};
}

}  // namespace sonde::inline v0
