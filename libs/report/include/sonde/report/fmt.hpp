#pragma once
/// For those whose program already uses the fmt library: `fmt::print("{}\n", hop)`. sonde itself
/// does not include this header, and its other headers do not need fmt.

#include <string>

#include <fmt/format.h>

#include <sonde/report/print.hpp>

namespace sonde::inline v0::detail {

template <class Printed>
struct string_formatter : fmt::formatter<std::string> {
    template <class Context>
    auto format(const Printed& value, Context& context) const {
        return fmt::formatter<std::string>::format(to_string(value), context);
    }
};

}  // namespace sonde::inline v0::detail

template <>
struct fmt::formatter<sonde::hop> : sonde::detail::string_formatter<sonde::hop> {};
template <>
struct fmt::formatter<sonde::ping_result> : sonde::detail::string_formatter<sonde::ping_result> {};
template <>
struct fmt::formatter<sonde::trace_result> : sonde::detail::string_formatter<sonde::trace_result> {
};
template <>
struct fmt::formatter<sonde::probe_record> : sonde::detail::string_formatter<sonde::probe_record> {
};
