#include <algorithm>

#include <sonde/base/text.hpp>
#include <sonde/packet/craft_expression.hpp>

#include "craft_parser.hpp"
#include "located_field.hpp"
#include "nearest_name.hpp"
#include "quoted_text.hpp"
#include "stack_rules.hpp"

namespace sonde::inline v0 {
namespace detail {
namespace {

constexpr std::size_t made_octets_max = 65535;  // of one random(n) or zeros(n)

/// An error of a part, at the place of that part.
tl::unexpected<craft_error> at_place(const craft_error& error, std::size_t at) {
    return craft_failure(error.sentence, at);
}

std::vector<std::uint8_t> octets_of(std::string_view text) { return {text.begin(), text.end()}; }

}  // namespace

craft_result<built_packet> craft_parser::packet() {
    built_packet made;
    if (auto first = scan_.step(); !first) return tl::unexpected(first.error());
    if (scan_.now().is == craft_token::end) return craft_failure("there is no layer", 0);
    while (true) {
        if (made.size() == layer_range::depth_max) {
            return craft_failure("more than " + std::to_string(layer_range::depth_max) + " layers",
                                 scan_.now().at);
        }
        const std::size_t at = scan_.now().at;
        layer_at_ = made.size();
        given_.resize(layer_at_ + 1);
        if (auto one = one_layer(made); !one) return tl::unexpected(one.error());
        if (made.wire_len() > expression_packet_max) {
            return craft_failure(
                "the packet has more than " + std::to_string(expression_packet_max) + " octets",
                at);
        }
        if (scan_.now().is == craft_token::end) break;
        if (auto slash = expect('/', "between layers"); !slash)
            return tl::unexpected(slash.error());
    }
    made.set_type(link_type_of(made[0].info()));
    given_.resize(made.size());
    choose_ports(made);
    pad_quotes(made);
    return made;
}

craft_result<void> craft_parser::one_layer(built_packet& into) {
    const craft_word word = scan_.now();
    switch (word.is) {
        case craft_token::text:
            into.add(std::string_view(word.text));
            return scan_.step();
        case craft_token::octets:
            into.add(bytes_view(word.octets));
            return scan_.step();
        case craft_token::word:
            return named_layer(into);
        default:
            return unexpected_word("a layer");
    }
}

craft_result<void> craft_parser::named_layer(built_packet& into) {
    const std::string_view name = scan_.now().word;
    const std::size_t at = scan_.now().at;
    if (auto next = scan_.step(); !next) return next;
    if (name == "random" || name == "zeros") {
        const auto filled = made_octets(name);
        if (!filled) return tl::unexpected(filled.error());
        into.add(bytes_view(*filled));
        return {};
    }
    const protocol_info* info = protocol_named(name);
    if (info == nullptr) return no_such_protocol(name, at);
    into.add(built_layer::of_defaults(*info));
    if (!scan_.at_mark('(')) return {};
    return arguments(into);
}

craft_result<std::vector<std::uint8_t>> craft_parser::made_octets(std::string_view how) {
    if (auto open = expect('(', "before a number of octets"); !open)
        return tl::unexpected(open.error());
    const auto count = parse_number(scan_.now().word);
    if (!count || *count > made_octets_max) {
        return craft_failure(std::string(how) + " takes a number of octets, at most " +
                                 std::to_string(made_octets_max),
                             scan_.now().at);
    }
    if (auto next = scan_.step(); !next) return tl::unexpected(next.error());
    if (auto close = expect(')', "behind a number of octets"); !close)
        return tl::unexpected(close.error());
    std::vector<std::uint8_t> made(static_cast<std::size_t>(*count), 0);
    if (how == "random") {
        for (std::uint8_t& octet : made) octet = static_cast<std::uint8_t>(random_());
    }
    return made;
}

craft_result<void> craft_parser::arguments(built_packet& into) {
    if (auto open = scan_.step(); !open) return open;
    while (!scan_.at_mark(')')) {
        const std::string_view name = scan_.now().word;
        const std::size_t at = scan_.now().at;
        if (scan_.now().is != craft_token::word) return unexpected_word("the name of a field");
        if (auto next = scan_.step(); !next) return next;
        if (auto equal = expect('=', "behind " + printable(name)); !equal) return equal;
        std::vector<std::string_view>& given = given_.back();
        if (std::find(given.begin(), given.end(), name) != given.end())
            return craft_failure("'" + printable(name) + "' is given twice", at);
        given.push_back(name);
        if (auto done = argument(into, name, at); !done) return done;
        if (scan_.at_mark(')')) break;
        if (auto comma = expect(',', "between fields"); !comma) return comma;
    }
    return scan_.step();
}

craft_result<void> craft_parser::argument(built_packet& into, std::string_view name,
                                          std::size_t at) {
    built_layer& one = into[layer_at_];
    const element_codec* codec = codec_of(one.id());
    if (codec != nullptr && name == codec->list && scan_.at_mark('['))
        return list_argument(into, *codec);
    const auto given = one_value();
    if (!given) return tl::unexpected(given.error());
    const bool is_octets = given->is == value::kind::octets || given->is == value::kind::text;
    const bool is_part = name == "header" || name == "rest" || name == "trailer";
    if (is_part || (codec != nullptr && name == codec->list)) {
        if (!is_octets)
            return craft_failure(printable(name) + " takes octets such as x'de ad'", given->at);
        if (name == "trailer") {
            one.set_trailer(given->held);
        } else if (name == "header") {
            one.set_header(given->held);
            one.force_all();
        } else if (name == "rest") {
            std::vector<std::uint8_t> header(one.header().begin(), one.header().end());
            header.resize(one.info().header_len, 0);
            header.insert(header.end(), given->held.begin(), given->held.end());
            one.set_header(header);
        } else if (auto put = put_list_area(*codec, into, layer_at_, given->held); !put) {
            return at_place(put.error(), given->at);
        }
        return {};
    }
    const auto set = set_field(one, name, *given);
    if (set) return {};
    const bool about_name = set.error().sentence.starts_with("no field");
    return at_place(set.error(), about_name ? at : given->at);
}

craft_result<void> craft_parser::list_argument(built_packet& into, const element_codec& codec) {
    const std::size_t at = scan_.now().at;
    if (auto open = scan_.step(); !open) return open;
    const auto list = elements(codec);
    if (!list) return tl::unexpected(list.error());
    if (auto close = expect(']', "behind a list"); !close) return close;
    const auto area = join_elements(codec, *list);
    if (!area) return at_place(area.error(), at);
    if (auto put = put_list_area(codec, into, layer_at_, *area); !put)
        return at_place(put.error(), at);
    return {};
}

craft_result<craft_parser::value> craft_parser::one_value() {
    const craft_word word = scan_.now();
    value made;
    made.at = word.at;
    if (word.is == craft_token::text || word.is == craft_token::octets) {
        made.is = word.is == craft_token::text ? value::kind::text : value::kind::octets;
        made.held = word.is == craft_token::text ? octets_of(word.text) : word.octets;
        if (auto next = scan_.step(); !next) return tl::unexpected(next.error());
        return made;
    }
    while (true) {
        if (scan_.now().is != craft_token::word) return unexpected_word("a value");
        made.words += scan_.now().word;
        if (auto next = scan_.step(); !next) return tl::unexpected(next.error());
        if (!scan_.at_mark('|')) break;
        made.words += '|';
        if (auto next = scan_.step(); !next) return tl::unexpected(next.error());
    }
    if (made.words == "random") made.is = value::kind::random;
    return made;
}

craft_result<void> craft_parser::set_field(built_layer& one, std::string_view name,
                                           const value& given) {
    switch (given.is) {
        case value::kind::words:
            return one.set(name, std::string_view(given.words));
        case value::kind::text:
        case value::kind::octets:
            return one.set(name, bytes_view(given.held));
        case value::kind::random:
            break;
    }
    auto drawn = one.get_octets(name);
    if (!drawn) return tl::unexpected(drawn.error());
    const located_field* located = located_field_of(one.id(), name);
    if (located != nullptr && drawn->empty()) drawn->resize(located->bit_width / 8U);
    for (std::uint8_t& octet : *drawn) octet = static_cast<std::uint8_t>(random_());
    // A field that is not whole octets takes the low bits.
    for (const field& fixed : one.info().fields) {
        const unsigned spare = static_cast<unsigned>(drawn->size() * 8) - fixed.bit_width;
        if (fixed.name == name && spare < 8)
            (*drawn)[0] = static_cast<std::uint8_t>((*drawn)[0] & (0xffU >> spare));
    }
    return one.set(name, bytes_view(*drawn));
}

craft_result<std::vector<std::vector<std::uint8_t>>> craft_parser::elements(
    const element_codec& codec) {
    std::vector<octets> made;
    std::size_t len = 0;
    while (scan_.now().is == craft_token::word || scan_.now().is == craft_token::octets) {
        const std::size_t at = scan_.now().at;
        auto one = one_element(codec);
        if (!one) return tl::unexpected(one.error());
        len += one->size();
        if (len > codec.area_max + codec.unit) {
            return craft_failure(std::string(to_string(codec.of)) + " " + std::string(codec.list) +
                                     ": " + std::to_string(len) + " octets, at most " +
                                     std::to_string(codec.area_max) + " fit",
                                 at);
        }
        if (!one->empty()) made.push_back(std::move(*one));
        if (!scan_.at_mark(',')) break;
        if (auto next = scan_.step(); !next) return tl::unexpected(next.error());
    }
    return made;
}

craft_result<std::vector<std::uint8_t>> craft_parser::one_element(const element_codec& codec) {
    const craft_word word = scan_.now();
    if (auto next = scan_.step(); !next) return tl::unexpected(next.error());
    if (word.is == craft_token::octets) return word.octets;
    std::vector<element_argument> given;
    if (scan_.at_mark('(')) {
        auto inside = element_arguments();
        if (!inside) return tl::unexpected(inside.error());
        given = std::move(*inside);
    }
    const auto made = make_element(codec, word.word, given);
    if (!made) return at_place(made.error(), word.at);
    return *made;
}

craft_result<std::vector<element_argument>> craft_parser::element_arguments() {
    std::vector<element_argument> made;
    if (auto open = scan_.step(); !open) return tl::unexpected(open.error());
    while (!scan_.at_mark(')')) {
        const craft_word word = scan_.now();
        element_argument one;
        if (word.is == craft_token::word) {
            one.token = word.word;
        } else if (word.is == craft_token::text) {
            one.is = element_argument::kind::text;
            one.token = word.text;
        } else if (word.is == craft_token::octets) {
            one.is = element_argument::kind::octets;
            one.octets = word.octets;
        } else {
            return unexpected_word("a value");
        }
        made.push_back(std::move(one));
        if (auto next = scan_.step(); !next) return tl::unexpected(next.error());
        if (scan_.at_mark(')')) break;
        if (auto comma = expect(',', "between values"); !comma)
            return tl::unexpected(comma.error());
    }
    if (auto close = scan_.step(); !close) return tl::unexpected(close.error());
    return made;
}

craft_result<std::vector<std::vector<std::uint8_t>>> craft_parser::elements_only(
    const element_codec& codec) {
    if (auto first = scan_.step(); !first) return tl::unexpected(first.error());
    auto made = elements(codec);
    if (made && scan_.now().is != craft_token::end) return unexpected_word("a comma or the end");
    return made;
}

craft_result<void> craft_parser::expect(char mark, std::string_view where) {
    if (scan_.at_mark(mark)) return scan_.step();
    return unexpected_word(std::string{'\'', mark, '\'', ' '}.append(where));
}

tl::unexpected<craft_error> craft_parser::unexpected_word(std::string_view wanted) const {
    const craft_word& word = scan_.now();
    std::string found;
    switch (word.is) {
        case craft_token::end:
            found = "the end";
            break;
        case craft_token::mark:
            found = "'" + std::string(1, word.mark) + "'";
            break;
        case craft_token::word:
            found = "'" + printable(word.word.substr(0, 60)) + "'";
            break;
        default:
            found = word.is == craft_token::text ? "text" : "octets";
    }
    return craft_failure("here stands " + found + " where " + std::string(wanted) + " is wanted",
                         word.at);
}

const protocol_info* craft_parser::protocol_named(std::string_view name) const noexcept {
    return table_.find(name);
}

tl::unexpected<craft_error> craft_parser::no_such_protocol(std::string_view name,
                                                           std::size_t at) const {
    std::vector<std::string_view> known;
    for (const protocol_info* one : table_.all()) known.push_back(one->name);
    if (name == "raw" || name == "payload" || name == "Raw")
        return craft_failure("octets are written as \"text\", x'de ad' or random(64)", at);
    return craft_failure(
        "no protocol '" + printable(name.substr(0, 60)) + "'" + name_hint(name, known), at);
}

void craft_parser::choose_ports(built_packet& made) const {
    for (std::size_t at = 0; at + 1 < made.size(); ++at) {
        const auto chosen = field_chosen_by(made[at], made[at + 1]);
        if (!chosen) continue;
        const std::vector<std::string_view>& given = given_[at];
        const bool said = std::any_of(given.begin(), given.end(), [&](std::string_view name) {
            return name == chosen->name || name == "header";
        });
        if (!said) static_cast<void>(made[at].set(chosen->name, chosen->value));
    }
}

}  // namespace detail

craft_result<built_packet> parse_expression(std::string_view text,
                                            const expression_options& options) {
    if (text.size() > expression_len_max) {
        return craft_failure("the expression has " + std::to_string(text.size()) +
                             " characters, at most " + std::to_string(expression_len_max));
    }
    auto made = detail::craft_parser(text, options).packet();
    if (!made) {
        craft_error error = made.error();
        error.sentence += " (character " + std::to_string(error.position + 1) + ")";
        return tl::unexpected(std::move(error));
    }
    return made;
}

}  // namespace sonde::inline v0
