#include <sonde/base/result.hpp>

namespace sonde::inline v0 {

std::string_view to_string(parse_reason reason) noexcept {
    switch (reason) {
        case parse_reason::truncated:
            return "truncated";
        case parse_reason::bad_length:
            return "bad length";
        case parse_reason::bad_version:
            return "bad version";
        case parse_reason::bad_value:
            return "bad value";
        case parse_reason::not_this_message:
            return "not this message";
        case parse_reason::too_deep:
            return "too deep";
    }
    return "unknown reason";
}

std::string_view to_string(limit_field limit) noexcept {
    switch (limit) {
        case limit_field::captured:
            return "captured octets";
        case limit_field::header_length:
            return "header length";
        case limit_field::total_length:
            return "total length";
        case limit_field::outer_length:
            return "length of the outer layer";
        case limit_field::option_length:
            return "option length";
        case limit_field::element_length:
            return "element length";
    }
    return "unknown field";
}

std::string describe(const parse_error& error) {
    std::string out(to_string(error.reason));
    out += ": needed " + std::to_string(error.needed_octets) + " octets, had " +
           std::to_string(error.have_octets) + ", at offset " + std::to_string(error.offset_octets);
    if (error.limit != limit_field::captured) {
        out += " (limit: ";
        out += to_string(error.limit);
        out += ')';
    }
    return out;
}

}  // namespace sonde::inline v0
