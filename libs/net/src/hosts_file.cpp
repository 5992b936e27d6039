#include "hosts_file.hpp"

#include <algorithm>
#include <array>
#include <fcntl.h>

#include <sonde/net/fd.hpp>
#include <sonde/net/interfaces.hpp>

namespace sonde::inline v0::detail {
namespace {

constexpr std::string_view blanks = " \t\r";

std::vector<std::string_view> words_of(std::string_view line) {
    line = line.substr(0, line.find('#'));
    std::vector<std::string_view> words;
    for (std::size_t at = line.find_first_not_of(blanks); at < line.size();) {
        const std::size_t end = std::min(line.find_first_of(blanks, at), line.size());
        words.push_back(line.substr(at, end - at));
        at = line.find_first_not_of(blanks, end);
    }
    return words;
}

}  // namespace

std::string folded_name(std::string_view name) {
    if (name.ends_with('.')) name.remove_suffix(1);
    std::string made(name);
    for (char& c : made) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return made;
}

std::string hosts_file::read_whole() const {
    const fd file(calls_->open(path_.c_str(), O_RDONLY), *calls_);
    std::string text;
    if (!file.is_open()) return text;
    std::array<char, 4096> chunk{};
    while (text.size() < len_max) {
        const ssize_t got = calls_->read(file.number(), chunk.data(), chunk.size());
        if (got <= 0) break;
        text.append(chunk.data(), static_cast<std::size_t>(got));
    }
    return text;
}

void hosts_file::refresh(mono_time now) {
    if (read_at_ && now - *read_at_ < fresh_for) return;
    read_at_ = now;
    lines_.clear();
    const std::string text = read_whole();
    const std::string_view rest(text);
    for (std::size_t at = 0; at < rest.size();) {
        const std::size_t end = std::min(rest.find('\n', at), rest.size());
        const auto words = words_of(rest.substr(at, end - at));
        at = end + 1;
        if (words.size() < 2) continue;
        const auto address = parse_scoped_address(words[0], *calls_);
        if (!address) continue;
        line& made = lines_.emplace_back(line{*address, {}});
        for (std::size_t i = 1; i < words.size(); ++i) made.names.emplace_back(words[i]);
    }
}

std::vector<ip_address> hosts_file::addresses_of(std::string_view name, family_choice family,
                                                 mono_time now) {
    refresh(now);
    const std::string wanted = folded_name(name);
    std::vector<ip_address> found;
    for (const line& each : lines_) {
        const bool named = std::any_of(each.names.begin(), each.names.end(), [&](const auto& has) {
            return folded_name(has) == wanted;
        });
        const bool is_new = std::find(found.begin(), found.end(), each.address) == found.end();
        if (named && is_new && fits(family, each.address)) found.push_back(each.address);
    }
    return found;
}

std::vector<std::string> hosts_file::names_of(const ip_address& address, mono_time now) {
    refresh(now);
    for (const line& each : lines_) {
        if (each.address.same_host(address)) return each.names;
    }
    return {};
}

}  // namespace sonde::inline v0::detail
