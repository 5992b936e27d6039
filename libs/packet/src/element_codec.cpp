// What every list shares: splitting, laying out, and text.

#include "element_codec.hpp"

#include <algorithm>

#include <sonde/base/address.hpp>
#include <sonde/base/text.hpp>
#include <sonde/packet/field_value.hpp>

#include "nearest_name.hpp"
#include "quoted_text.hpp"

namespace sonde::inline v0::detail {
namespace {

using octets_of_element = std::vector<std::uint8_t>;

const element_kind* kind_of(const element_codec& codec, std::uint32_t type) noexcept {
    for (const element_kind& one : codec.kinds) {
        if (one.type == type) return &one;
    }
    return nullptr;
}

std::string list_phrase(const element_codec& codec) {
    return std::string(to_string(codec.of)) + " " + std::string(codec.list);
}

/// One letter of a pattern, and what is left of it.
struct pattern_step {
    char letter = 0;         // 0: the end
    bool is_filler = false;  // zeros that are not written
    bool repeats = false;
};
pattern_step next_step(std::string_view& pattern) noexcept {
    pattern_step step;
    if (pattern.empty()) return step;
    if (pattern.front() == '_') {
        step.is_filler = true;
        pattern.remove_prefix(1);
    }
    step.letter = pattern.front();
    pattern.remove_prefix(1);
    step.repeats = pattern == "*";
    if (step.repeats) pattern = {};
    return step;
}

std::size_t arguments_of(char letter) noexcept { return letter == 'L' ? 4 : 1; }
/// Octets that a letter stands for; 0: all that is left.
std::size_t len_of(char letter) noexcept {
    switch (letter) {
        case 'a':
        case 'L':
            return 4;
        case 'A':
            return 16;
        case 'm':
            return 6;
        case 'x':
        case 't':
            return 0;
        default:
            return static_cast<std::size_t>(letter - '0');
    }
}

// From text.

field field_for(char letter, std::string_view name) noexcept {
    const auto bits = static_cast<std::uint16_t>(len_of(letter) * 8);
    switch (letter) {
        case 'a':
            return {name, 0, bits, field_kind::ipv4};
        case 'A':
            return {name, 0, bits, field_kind::ipv6};
        case 'm':
            return {name, 0, bits, field_kind::mac};
        default:
            return {name, 0, bits};
    }
}

craft_result<octets_of_element> label_octets(std::span<const element_argument> four,
                                             std::string_view of) {
    constexpr std::array<field, 4> parts{field{"label", 0, 20},
                                         field{"traffic_class", 20, 3},
                                         field{"bottom_of_stack", 23, 1},
                                         field{"time_to_live", 24, 8}};
    octets_of_element made(4);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto part = field_octets(std::string_view(four[i].token), parts[i], of);
        if (!part) return tl::unexpected(part.error());
        std::uint64_t number = 0;
        for (const std::uint8_t octet : *part) number = number << 8 | octet;
        write_field(made, parts[i], number);
    }
    return made;
}

craft_result<octets_of_element> argument_octets(char letter,
                                                std::span<const element_argument> given,
                                                std::string_view of) {
    const element_argument& one = given[0];
    if (letter == 'L') return label_octets(given, of);
    if (one.is == element_argument::kind::octets) {
        if (len_of(letter) == 0 || one.octets.size() == len_of(letter)) return one.octets;
        return craft_failure(std::string(of) + " takes " + std::to_string(len_of(letter)) +
                             " octets here, not " + std::to_string(one.octets.size()));
    }
    if (len_of(letter) == 0) {
        if (one.is == element_argument::kind::text)
            return octets_of_element(one.token.begin(), one.token.end());
        return craft_failure(std::string(of) +
                             " takes octets such as x'de ad' or text in quotes, " + "not '" +
                             printable(one.token) + "'");
    }
    return field_octets(std::string_view(one.token), field_for(letter, "value"), of);
}

craft_result<octets_of_element> value_octets(std::string_view pattern, std::string_view of,
                                             std::span<const element_argument> given) {
    octets_of_element made;
    std::size_t used = 0;
    const auto too_few = [&] {
        return craft_failure(std::string(of) + " takes more than " + std::to_string(given.size()) +
                             (given.size() == 1 ? " value" : " values"));
    };
    while (true) {
        const pattern_step step = next_step(pattern);
        if (step.letter == 0) break;
        if (step.is_filler) {
            made.resize(made.size() + len_of(step.letter), 0);
            continue;
        }
        if (len_of(step.letter) == 0 && used == given.size()) break;  // no octets are octets too
        do {
            if (step.repeats && used == given.size()) break;
            const std::size_t wanted = arguments_of(step.letter);
            if (given.size() - used < wanted) return too_few();
            const auto part = argument_octets(step.letter, given.subspan(used, wanted), of);
            if (!part) return part;
            made.insert(made.end(), part->begin(), part->end());
            used += wanted;
        } while (step.repeats);
    }
    if (used < given.size()) {
        return craft_failure(std::string(of) + " takes " + std::to_string(used) +
                             (used == 1 ? " value" : " values") + ", not " +
                             std::to_string(given.size()));
    }
    return made;
}

/// What a pattern tells of an element: its value, flags before it where it has some.
octets_of_element told_octets(const element_codec& codec, bytes_view element) {
    octets_of_element made;
    if (codec.form->has_flags) made.push_back(element[1]);
    const bytes_view value = codec.form->value(element);
    made.insert(made.end(), value.begin(), value.end());
    return made;
}

struct found_kind {
    std::uint32_t type = 0;
    std::string_view pattern;
};

std::optional<found_kind> kind_named(const element_codec& codec, std::string_view name) {
    for (const element_kind& one : codec.kinds) {
        if (one.name == name) return found_kind{one.type, one.pattern};
    }
    for (std::uint32_t type = 0; type <= codec.form->named_type_max; ++type) {
        const std::string_view known = codec.form->type_name(type);
        if (!known.empty() && as_identifier(known) == name)
            return found_kind{type, codec.form->unknown_pattern};
    }
    return std::nullopt;
}

tl::unexpected<craft_error> no_such_kind(const element_codec& codec, std::string_view name) {
    std::vector<std::string> owned{std::string(codec.form->noun)};
    for (const element_kind& one : codec.kinds) owned.emplace_back(one.name);
    for (std::uint32_t type = 0; type <= codec.form->named_type_max; ++type) {
        if (const auto known = codec.form->type_name(type); !known.empty())
            owned.push_back(as_identifier(known));
    }
    const std::vector<std::string_view> known(owned.begin(), owned.end());
    return craft_failure("no '" + printable(name) + "' among " + list_phrase(codec) +
                         name_hint(name, known));
}

craft_result<octets_of_element> wrapped(const element_codec& codec, std::uint32_t type,
                                        bytes_view value, std::string_view name) {
    if (auto made = codec.form->make(type, value)) return *made;
    return craft_failure(list_phrase(codec) + ": " + std::string(name) + " with " +
                         std::to_string(value.size()) +
                         " octets is more than its type and length can say");
}

/// "option(77, x'00 01')": any type by its number.
craft_result<octets_of_element> make_by_number(const element_codec& codec,
                                               std::span<const element_argument> given) {
    const std::string noun(codec.form->noun);
    const std::size_t wanted_max = codec.form->has_flags ? 3 : 2;
    if (given.empty() || given.size() > wanted_max)
        return craft_failure(noun + " takes a number" + (wanted_max == 3 ? ", flags" : "") +
                             " and octets, not " + std::to_string(given.size()) + " values");
    const auto type = parse_number(given[0].token);
    if (!type || *type > 0xffffffffU)
        return craft_failure(noun + " takes a number first, not '" + printable(given[0].token) +
                             "'");
    auto value = value_octets(codec.form->unknown_pattern, noun, given.subspan(1));
    if (!value) return value;
    return wrapped(codec, static_cast<std::uint32_t>(*type), *value, noun);
}

// To text.

std::string number_text(bytes_view octets) {
    std::uint64_t number = 0;
    for (const std::uint8_t octet : octets) number = number << 8 | octet;
    return std::to_string(number);
}

std::string part_text(char letter, bytes_view octets) {
    switch (letter) {
        case 'x':
            return hex_literal(octets);
        case 't':
            return quoted_text(octets);
        case 'a':
        case 'A':
        case 'm':
            return field_text(octets, field_for(letter, "value"), "");
        case 'L': {
            const std::uint32_t word = be32_at(octets, 0);
            return std::to_string(word >> 12) + ", " + std::to_string(word >> 9 & 7U) + ", " +
                   std::to_string(word >> 8 & 1U) + ", " + std::to_string(word & 0xffU);
        }
        default:
            return number_text(octets);
    }
}

bool is_all_zeros(bytes_view octets) noexcept {
    return std::all_of(octets.begin(), octets.end(), [](auto octet) { return octet == 0; });
}

/// The values in a pattern's order; nothing when the octets are not as it says.
std::optional<std::string> values_text(std::string_view pattern, bytes_view value) {
    std::string made;
    while (true) {
        const pattern_step step = next_step(pattern);
        if (step.letter == 0) break;
        do {
            const std::size_t len = len_of(step.letter) == 0 ? value.size() : len_of(step.letter);
            if (step.repeats && value.empty()) break;
            if (len > value.size()) return std::nullopt;
            const bytes_view part = value.first(len);
            value = value.subspan(len);
            if (step.is_filler) {
                if (!is_all_zeros(part)) return std::nullopt;
                continue;
            }
            if (len_of(step.letter) == 0 && part.empty()) continue;
            if (!made.empty()) made += ", ";
            made += part_text(step.letter, part);
        } while (step.repeats);
    }
    if (!value.empty()) return std::nullopt;
    return made;
}

/// The padding that brings the next element of this type where it must begin.
std::size_t alignment_before(const element_codec& codec, std::uint32_t type, std::size_t area_len) {
    const std::size_t form_unit = codec.form->aligned;
    if (form_unit > 1) return (form_unit - area_len % form_unit) % form_unit;
    const element_kind* kind = kind_of(codec, type);
    if (kind == nullptr || kind->align_unit <= 1) return 0;
    const std::size_t at = (codec.area_at + area_len) % kind->align_unit;
    return (kind->align_at + kind->align_unit - at) % kind->align_unit;
}

}  // namespace

bool is_whole_element(const element_codec& codec, bytes_view element) {
    return !element.empty() && codec.form->len(element) == element.size();
}

std::vector<std::vector<std::uint8_t>> split_elements(const element_codec& codec, bytes_view area) {
    std::vector<octets_of_element> all;
    std::vector<octets_of_element> telling;
    for (bytes_view rest = area; !rest.empty();) {
        const std::size_t read = codec.form->len(rest);
        const bytes_view one = rest.first(read == 0 ? rest.size() : read);
        rest = rest.subspan(one.size());
        all.emplace_back(one.begin(), one.end());
        if (read == 0 || !codec.form->is_padding(one)) telling.push_back(all.back());
    }
    if (all.size() == telling.size()) return all;
    const auto again = join_elements(codec, telling);
    const bool same = again && std::equal(again->begin(), again->end(), area.begin(), area.end());
    return same ? telling : all;
}

craft_result<std::vector<std::uint8_t>> join_elements(
    const element_codec& codec, std::span<const std::vector<std::uint8_t>> elements) {
    const element_form& form = *codec.form;
    const bool by_hand = std::any_of(elements.begin(), elements.end(), [&](const auto& one) {
        return !one.empty() && form.is_padding(one);
    });
    octets_of_element area;
    for (const octets_of_element& one : elements) {
        if (!by_hand && is_whole_element(codec, one))
            form.pad(area, alignment_before(codec, form.type(one), area.size()));
        area.insert(area.end(), one.begin(), one.end());
        if (area.size() > codec.area_max) break;
    }
    if (!by_hand && form.finish != nullptr) form.finish(area);
    const std::size_t over = (codec.area_at + area.size()) % codec.unit;
    if (over > 0) form.pad(area, codec.unit - over);
    // The two headers of IPv6 options are 8 octets at least: never sent without options.
    if (area.empty() && codec.area_at % codec.unit != 0) form.pad(area, codec.unit - codec.area_at);
    if (area.size() > codec.area_max) {
        return craft_failure(list_phrase(codec) + ": " + std::to_string(area.size()) +
                             " octets, at most " + std::to_string(codec.area_max) + " fit");
    }
    return area;
}

craft_result<std::vector<std::uint8_t>> make_element(const element_codec& codec,
                                                     std::string_view name,
                                                     std::span<const element_argument> arguments) {
    if (name == codec.form->noun) return make_by_number(codec, arguments);
    const auto kind = kind_named(codec, name);
    if (!kind) return no_such_kind(codec, name);
    auto value = value_octets(kind->pattern, name, arguments);
    if (!value) return value;
    return wrapped(codec, kind->type, *value, name);
}

std::string element_name(const element_codec& codec, bytes_view element) {
    if (!is_whole_element(codec, element)) return {};
    const std::uint32_t type = codec.form->type(element);
    if (const element_kind* kind = kind_of(codec, type)) return std::string(kind->name);
    if (type > codec.form->named_type_max) return {};
    return as_identifier(codec.form->type_name(type));
}

std::string element_text(const element_codec& codec, bytes_view element) {
    if (!is_whole_element(codec, element)) return hex_literal(element);
    const std::uint32_t type = codec.form->type(element);
    const octets_of_element told = told_octets(codec, element);
    const auto again = codec.form->make(type, told);
    if (!again || !std::equal(again->begin(), again->end(), element.begin(), element.end()))
        return hex_literal(element);
    const std::string name = element_name(codec, element);
    const element_kind* kind = kind_of(codec, type);
    const std::string_view unknown = codec.form->unknown_pattern;
    if (!name.empty()) {
        const auto values = values_text(kind != nullptr ? kind->pattern : unknown, told);
        if (values) return values->empty() ? name : name + "(" + *values + ")";
    }
    std::string made = std::string(codec.form->noun) + "(" + std::to_string(type);
    const auto values = values_text(unknown, told);
    if (values && !values->empty()) made += ", " + *values;
    return made + ")";
}

}  // namespace sonde::inline v0::detail
