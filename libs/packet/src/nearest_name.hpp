#pragma once
/// "did you mean ...?": the known name that is nearest to what somebody wrote, or that their slang
/// stands for (docs/glossary.md).

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sonde::inline v0::detail {

/// The name among `known` that `wrong` most likely means: its slang, then the smallest number of
/// changed letters, at most a third of them. Empty when none is near.
[[nodiscard]] std::string_view nearest_name(std::string_view wrong,
                                            std::span<const std::string_view> known);

/// ": did you mean time_to_live?", or, when nothing is near and there are few names, ": it has a, b
/// and c"; empty otherwise.
[[nodiscard]] std::string name_hint(std::string_view wrong,
                                    std::span<const std::string_view> known);

/// Lower case, and one underscore for whatever is neither letter nor digit: "Time Exceeded" is
/// "time_exceeded".
[[nodiscard]] std::string as_identifier(std::string_view name);

}  // namespace sonde::inline v0::detail
