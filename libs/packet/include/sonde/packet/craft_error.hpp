#pragma once
/// Why a packet could not be made or changed as somebody asked: one sentence with names and
/// numbers, fit to be shown, and where in the text it was about.

#include <cstddef>
#include <string>

#include <tl/expected.hpp>

namespace sonde::inline v0 {

struct craft_error {
    std::string sentence;      // "no field 'ttl' in ipv4: did you mean time_to_live?"
    std::size_t position = 0;  // characters from the start of the text; 0 where there is no text
};

template <class T>
using craft_result = tl::expected<T, craft_error>;

[[nodiscard]] inline tl::unexpected<craft_error> craft_failure(std::string sentence,
                                                               std::size_t position = 0) {
    return tl::unexpected(craft_error{std::move(sentence), position});
}

}  // namespace sonde::inline v0
