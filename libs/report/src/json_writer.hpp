#pragma once
/// Writes one JSON object, member by member, at the end of a string. Each nested object is written
/// by a function, so that no bracket can be forgotten.

#include <concepts>
#include <iterator>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include <sonde/base/text.hpp>
#include <sonde/base/time.hpp>

#include "numbers.hpp"

namespace sonde::inline v0::detail {

class json_writer {
  public:
    explicit json_writer(std::string& out) : out_(&out) {}

    /// `key` is one of ours and needs no escaping.
    void text(std::string_view key, std::string_view value) {
        begin(key);
        append_json_string(*out_, value);
    }
    /// The same, left out when empty.
    void text_if(std::string_view key, std::string_view value) {
        if (!value.empty()) text(key, value);
    }
    void number(std::string_view key, std::integral auto value) {
        begin(key);
        fmt::format_to(std::back_inserter(*out_), "{}", +value);
    }
    void real(std::string_view key, double value) {
        begin(key);
        fmt::format_to(std::back_inserter(*out_), "{}", value);
    }
    /// Digits that are a JSON number already.
    void digits(std::string_view key, std::string_view value) {
        begin(key);
        *out_ += value;
    }
    void flag(std::string_view key, bool value) {
        begin(key);
        *out_ += value ? "true" : "false";
    }
    void milliseconds(std::string_view key, nanoseconds value) {
        begin(key);
        append_exact_ms(*out_, value);
    }
    template <class Members>
    void object(std::string_view key, const Members& members) {
        begin(key);
        braced(members);
    }
    /// An array with one object for each of `items`.
    template <class Items, class Members>
    void objects(std::string_view key, const Items& items, const Members& members) {
        begin(key);
        *out_ += '[';
        bool more = false;
        for (const auto& item : items) {
            if (more) *out_ += ',';
            more = true;
            braced([&](json_writer& inner) { members(inner, item); });
        }
        *out_ += ']';
    }
    template <class Members>
    void braced(const Members& members) {
        json_writer inner(*out_);
        *out_ += '{';
        members(inner);
        *out_ += '}';
    }

  private:
    void begin(std::string_view key) {
        if (more_) *out_ += ',';
        more_ = true;
        *out_ += '"';
        *out_ += key;
        *out_ += "\":";
    }
    std::string* out_;
    bool more_ = false;
};

}  // namespace sonde::inline v0::detail
