#include "json_object.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <sonde/base/text.hpp>

namespace sonde::inline v0::sim {
namespace {

using nlohmann::json;

constexpr std::size_t shown_len_max = 40;

/// "0", "0.5", "3600000": without a fraction that is not there.
std::string plain(double value) {
    if (value == std::floor(value)) return std::to_string(static_cast<long long>(value));
    return json(value).dump();
}

std::string range(const char* noun, bounds allowed) {
    return std::string("it must be ") + noun + plain(allowed.low) + " to " + plain(allowed.high);
}

/// Edits of one letter that turn `a` into `b` (Levenshtein).
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
        }
    }
    return row.back();
}

}  // namespace

std::string shown(const json& value) {
    std::string text = value.dump(-1, ' ', true, json::error_handler_t::replace);
    if (text.size() > shown_len_max) text = text.substr(0, shown_len_max) + "...";
    return printable(text);
}

std::string_view nearest(std::string_view word, std::span<const std::string_view> words) {
    word = word.substr(0, shown_len_max);  // bounds the work on hostile keys
    const auto best = std::min_element(words.begin(), words.end(), [&](auto a, auto b) {
        return distance(word, a) < distance(word, b);
    });
    return best == words.end() ? std::string_view{} : *best;
}

json_object::json_object(const json& value, std::string path, first_error& error)
    : value_(&value), path_(std::move(path)), error_(&error) {
    if (value.is_object()) return;
    const std::string subject = path_.empty() ? "the scenario" : path_;
    error.set(subject + " is " + shown(value) + ": it must be an object");
}

std::string json_object::place(std::string_view key) const {
    return path_.empty() ? std::string(key) : path_ + '.' + std::string(key);
}

void json_object::reject(std::string_view key, const json& value, const std::string& rule) {
    error_->set(place(key) + " is " + shown(value) + ": " + rule);
}

const json* json_object::find(const char* key) {
    known_.emplace_back(key);
    if (!value_->is_object()) return nullptr;
    const auto found = value_->find(key);
    return found == value_->end() ? nullptr : &*found;
}

void json_object::flag(const char* key, bool& out) {
    const json* value = find(key);
    if (value == nullptr) return;
    if (!value->is_boolean()) return reject(key, *value, "it must be true or false");
    out = value->get<bool>();
}

void json_object::number(const char* key, bounds allowed, double& out) {
    const json* value = find(key);
    if (value == nullptr) return;
    const double read = value->is_number() ? value->get<double>() : std::nan("");
    if (!(read >= allowed.low && read <= allowed.high)) {
        return reject(key, *value, range("", allowed));
    }
    out = read;
}

bool json_object::whole_number(const char* key, bounds allowed, double& out) {
    const json* value = find(key);
    if (value == nullptr) return false;
    const double read = value->is_number_integer() ? value->get<double>() : std::nan("");
    if (!(read >= allowed.low && read <= allowed.high)) {
        reject(key, *value, range("a whole number, ", allowed));
        return false;
    }
    out = read;
    return true;
}

void json_object::milliseconds(const char* key, nanoseconds& out) {
    double read = -1;
    number(key, milliseconds_bounds, read);
    if (read >= 0) out = nanoseconds(std::llround(read * 1e6));
}

void json_object::text(const char* key, std::string& out) {
    const json* value = find(key);
    if (value == nullptr) return;
    if (!value->is_string()) return reject(key, *value, "it must be a text");
    out = value->get<std::string>();
}

void json_object::choice(const char* key, std::span<const std::string_view> words,
                         std::size_t& out) {
    const json* value = find(key);
    if (value == nullptr) return;
    if (value->is_string()) {
        const auto found = std::find(words.begin(), words.end(), value->get<std::string>());
        if (found != words.end()) {
            out = static_cast<std::size_t>(found - words.begin());
            return;
        }
    }
    std::string rule = "it must be ";
    for (std::size_t i = 0; i < words.size(); ++i) {
        rule += (i == 0 ? "\"" : " or \"") + std::string(words[i]) + '"';
    }
    reject(key, *value, rule);
}

const json* json_object::array(const char* key, std::size_t max) {
    const json* value = find(key);
    if (value == nullptr) return nullptr;
    if (value->is_array() && value->size() <= max) return value;
    if (value->is_array()) {
        error_->set(place(key) + " has " + std::to_string(value->size()) +
                    " elements: there may be " + std::to_string(max));
    } else {
        reject(key, *value, "it must be an array");
    }
    return nullptr;
}

void json_object::finish() {
    if (!value_->is_object()) return;
    for (const auto& [key, value] : value_->items()) {
        if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
        const std::string name = printable(std::string_view(key).substr(0, shown_len_max));
        error_->set(place(name) + " is unknown: did you mean " + std::string(nearest(key, known_)) +
                    "?");
        return;
    }
}

}  // namespace sonde::inline v0::sim
