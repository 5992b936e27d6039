#include <algorithm>

#include <sonde/base/text.hpp>
#include <sonde/packet/element_list.hpp>
#include <sonde/packet/packet_from_json.hpp>

#include "element_codec.hpp"
#include "json_reader.hpp"
#include "json_told.hpp"
#include "located_field.hpp"
#include "nearest_name.hpp"
#include "quoted_text.hpp"

namespace sonde::inline v0 {
namespace {

using detail::json_value;
using octets_read = std::vector<std::uint8_t>;

/// "0a1b" or "0a 1b"; nothing for anything else.
std::optional<octets_read> hex_octets(std::string_view text) {
    octets_read made;
    made.reserve(text.size() / 2);
    int high = -1;
    for (const char letter : text) {
        const int digit = detail::hex_digit(letter);
        if (digit < 0 && high < 0 && (letter == ' ' || letter == ':')) continue;
        if (digit < 0) return std::nullopt;
        if (high < 0) {
            high = digit;
            continue;
        }
        made.push_back(static_cast<std::uint8_t>(high * 16 + digit));
        high = -1;
    }
    if (high >= 0) return std::nullopt;
    return made;
}

craft_result<octets_read> octets_in(const json_value& value, std::string_view what) {
    if (value.is == json_value::kind::string) {
        if (auto made = hex_octets(value.text)) return *made;
    }
    return craft_failure(std::string(what) + " takes pairs of hexadecimal digits in quotes",
                         value.at);
}

tl::unexpected<craft_error> at_place(const craft_error& error, std::size_t at) {
    return craft_failure(error.sentence, at);
}

class json_packet {
  public:
    explicit json_packet(const protocol_table& table) noexcept : table_(&table) {}

    craft_result<built_packet> read(const json_value& all) {
        if (auto made = make(all); !made) return tl::unexpected(made.error());
        const built_packet* const frame = has_base_ ? &base_ : nullptr;
        if (auto checked = detail::check_told(told_, made_, frame, *table_); !checked)
            return tl::unexpected(checked.error());
        return made_;
    }

  private:
    craft_result<void> make(const json_value& all) {
        if (all.is != json_value::kind::object)
            return craft_failure("a packet in JSON is an object in braces", all.at);
        if (auto base = read_base(all); !base) return base;
        const json_value* layers = all.find("layers");
        if (layers == nullptr) {
            if (!has_base_) return craft_failure("a packet has \"layers\" or \"octets\"", all.at);
            made_ = base_;
            return {};
        }
        if (layers->is != json_value::kind::array)
            return craft_failure("\"layers\" is a list in brackets", layers->at);
        made_.set_type(base_.type());
        for (const json_value& one : layers->items) {
            if (made_.size() > layer_range::depth_max) {
                return craft_failure(
                    "more than " + std::to_string(layer_range::depth_max + 1) + " layers", one.at);
            }
            if (auto read = read_layer(one); !read) return read;
        }
        if (all.find("link_type") == nullptr && !has_base_ && !made_.empty()) {
            const bool is_ip = made_[0].id() == layer::ipv4 || made_[0].id() == layer::ipv6;
            const auto type = selected_value(made_[0].info().selected_by, selector_kind::link_type);
            made_.set_type(type && !is_ip ? link_type(*type) : link_type::raw);
        }
        return {};
    }

    craft_result<void> read_base(const json_value& all) {
        link_type type = link_type::ethernet;
        if (const json_value* number = all.find("link_type")) {
            const auto read = parse_number(number->text);
            if (number->is != json_value::kind::number || !read || *read > 0xffffffffU)
                return craft_failure("\"link_type\" is a number of 32 bits", number->at);
            type = link_type(static_cast<std::uint32_t>(*read));
        }
        base_.set_type(type);
        const json_value* frame = all.find("octets");
        if (frame == nullptr) return {};
        const auto octets = octets_in(*frame, "\"octets\"");
        if (!octets) return tl::unexpected(octets.error());
        base_ = built_packet::decode(*octets, type, *table_);
        has_base_ = true;
        return {};
    }

    /// The next layer of the frame with this name, or one of defaults.
    craft_result<built_layer> base_layer(const json_value& one, std::string_view name) {
        const auto same = [&](const built_layer& layer) { return layer.name() == name; };
        if (const auto found = base_.find_if(same, next_)) {
            next_ = *found + 1;
            return base_[*found];
        }
        if (name == raw_payload().name) return built_layer(raw_payload());
        if (const protocol_info* info = table_->find(name)) return built_layer::of_defaults(*info);
        std::vector<std::string_view> known;
        for (const protocol_info* each : table_->all()) known.push_back(each->name);
        return craft_failure(
            "no protocol '" + printable(name.substr(0, 60)) + "'" + detail::name_hint(name, known),
            one.at);
    }

    craft_result<void> read_layer(const json_value& one) {
        const json_value* name = one.find("protocol");
        if (name == nullptr || name->is != json_value::kind::string)
            return craft_failure("a layer is an object with \"protocol\"", one.at);
        const std::size_t before = next_;
        auto made = base_layer(*name, name->text);
        if (!made) return tl::unexpected(made.error());
        from_frame_ = next_ > before;
        made_.add(std::move(*made));
        const std::size_t at = made_.size() - 1;
        for (const auto part :
             {&json_packet::read_parts, &json_packet::read_fields, &json_packet::read_list}) {
            if (auto read = (this->*part)(one, at); !read) return read;
        }
        return check_length(one, at);
    }

    craft_result<void> read_parts(const json_value& one, std::size_t at) {
        built_layer& made = made_[at];
        for (std::size_t i = 0; i < one.keys.size(); ++i) {
            const std::string& key = one.keys[i];
            const json_value& value = one.items[i];
            if (key == "text" && made.is_payload() && value.is == json_value::kind::string) {
                made.set_header(octets_read(value.text.begin(), value.text.end()));
                continue;
            }
            const bool whole = key == "header" || (key == "octets" && made.is_payload());
            if (!whole && key != "trailer") continue;
            const auto octets = octets_in(value, "\"" + key + "\"");
            if (!octets) return tl::unexpected(octets.error());
            if (whole && from_frame_ &&
                *octets == octets_read(made.header().begin(), made.header().end()))
                continue;  // as the frame has it: nothing more is forced
            if (key == "trailer") {
                made.set_trailer(*octets);
            } else {
                made.set_header(*octets);
                made.force_all();
            }
        }
        return {};
    }

    /// Fields of the fixed header first: some of them make place behind it, for what comes then.
    craft_result<void> read_fields(const json_value& one, std::size_t at) {
        static const json_value none{.is = json_value::kind::object};
        const json_value* found = one.find("fields");
        const json_value& fields = found == nullptr ? none : *found;
        if (fields.is != json_value::kind::object)
            return craft_failure("\"fields\" is an object in braces", fields.at);
        const auto frames = made_[at].header();
        const octets_read header(frames.begin(), frames.end());
        if (auto set = set_fields(fields, at, is_fixed); !set) return set;
        if (auto put = read_rest(one, made_[at], header); !put) return put;
        return set_fields(
            fields, at, [](const auto& in, auto name) { return !is_fixed(in, name); });
    }

    using field_choice = bool (*)(const built_layer& in, std::string_view name);
    craft_result<void> set_fields(const json_value& fields, std::size_t at, field_choice wanted) {
        for (std::size_t i = 0; i < fields.keys.size(); ++i) {
            const std::string& name = fields.keys[i];
            const json_value& value = fields.items[i];
            if (!wanted(made_[at], name)) continue;
            auto set = read_field(made_[at], name, value);
            if (set) continue;
            if (has_field(made_[at], name)) return at_place(set.error(), value.at);
            keep_told(name, value, at, std::move(set.error().sentence));
        }
        return {};
    }

    /// The octets behind the fixed header; where they are those of the frame, whose header this is,
    /// they say nothing new.
    craft_result<void> read_rest(const json_value& one, built_layer& made,
                                 bytes_view header) const {
        const json_value* value = one.find("rest");
        if (value == nullptr) return {};
        const auto rest = octets_in(*value, "\"rest\"");
        if (!rest) return tl::unexpected(rest.error());
        const std::size_t fixed = made.info().header_len;
        const bytes_view before = header.subspan(std::min(fixed, header.size()));
        if (from_frame_ && std::equal(before.begin(), before.end(), rest->begin(), rest->end()))
            return {};
        octets_read all(made.header().begin(), made.header().end());
        all.resize(fixed, 0);
        all.insert(all.end(), rest->begin(), rest->end());
        made.set_header(all);
        return {};
    }

    static bool is_fixed(const built_layer& one, std::string_view name) {
        const auto fixed = one.info().fields;
        return std::any_of(
            fixed.begin(), fixed.end(), [&](const field& each) { return each.name == name; });
    }
    static bool has_field(const built_layer& one, std::string_view name) {
        return is_fixed(one, name) || detail::located_field_of(one.id(), name) != nullptr;
    }
    void keep_told(std::string name, const json_value& value, std::size_t at, std::string unknown) {
        told_.push_back({.value = &value,
                         .name = std::move(name),
                         .at = at,
                         .in_frame = from_frame_ ? std::optional(next_ - 1) : std::nullopt,
                         .unknown = std::move(unknown)});
    }

    craft_result<void> read_field(built_layer& made, const std::string& name,
                                  const json_value& value) const {
        const auto before = made.get_octets(name);
        built_layer changed = made;
        auto set = set_field(changed, name, value);
        if (!set) return set;
        const auto after = changed.get_octets(name);
        if (from_frame_ && before && after && *before == *after) return {};
        made = std::move(changed);
        return {};
    }

    static craft_result<void> set_field(built_layer& made, const std::string& name,
                                        const json_value& value) {
        switch (value.is) {
            case json_value::kind::number:
            case json_value::kind::boolean:
                return made.set(name, std::string_view(value.text));
            case json_value::kind::string:
                break;
            default:
                return craft_failure(std::string(made.name()) + " " + printable(name) +
                                     " takes a number or text");
        }
        auto set = made.set(name, std::string_view(value.text));
        if (set) return set;
        // Octets are written as digits alone, and also as in expressions.
        std::string_view digits = value.text;
        if (digits.starts_with("x'") && digits.ends_with("'") && digits.size() > 2)
            digits = digits.substr(2, digits.size() - 3);
        if (const auto octets = hex_octets(digits)) {
            if (made.set(name, bytes_view(*octets))) return {};
        }
        return set;
    }

    craft_result<void> read_list(const json_value& one, std::size_t at) {
        const detail::element_codec* codec = detail::codec_of(made_[at].id());
        const json_value* list = codec == nullptr ? nullptr : one.find(codec->list);
        if (list == nullptr) {
            if (const json_value* elements = one.find("elements"))
                keep_told("elements", *elements, at, {});
            return {};
        }
        auto elements = element_list::of(made_, at);
        if (!elements) return at_place(elements.error(), list->at);
        elements->clear();
        const bool many = list->is == json_value::kind::array;
        for (const json_value& each : many ? list->items : std::vector{*list}) {
            if (each.is != json_value::kind::string)
                return craft_failure("elements are text such as \"mss(1460)\"", each.at);
            if (auto added = elements->append(each.text); !added)
                return at_place(added.error(), each.at);
        }
        if (auto put = elements->put_into(made_); !put) return at_place(put.error(), list->at);
        return {};
    }

    /// Octets that were printed but are not told must not be lost silently.
    [[nodiscard]] craft_result<void> check_length(const json_value& one, std::size_t at) const {
        const std::string who(made_[at].name());
        if (!has_base_ && one.find("cut") != nullptr && one.find("header") == nullptr)
            return craft_failure(who + " was cut: \"header\" is missing, what there is of it",
                                 one.at);
        const json_value* length = one.find("length");
        if (length == nullptr || has_base_ || one.find("elements") == nullptr) return {};
        const auto printed = parse_number(length->text);
        const std::size_t have = made_[at].header().size();
        if (!printed || *printed <= have) return {};
        return craft_failure(who + " had " + std::to_string(*printed) +
                                 " octets of header, of which " + std::to_string(have) +
                                 " are told: \"rest\" is missing, the octets behind its fields",
                             one.at);
    }

    const protocol_table* table_;
    built_packet base_{};
    built_packet made_{};
    std::vector<detail::told_value> told_{};
    std::size_t next_ = 0;  // the first layer of the frame that nobody has named yet
    bool has_base_ = false;
    bool from_frame_ = false;  // the layer at hand is one of the frame's
};

}  // namespace

craft_result<built_packet> packet_from_json(std::string_view text, const protocol_table& table) {
    const auto all = detail::read_json(text);
    if (!all) return tl::unexpected(all.error());
    return json_packet(table).read(*all);
}

craft_result<built_packet> take_packet_from_json(std::string_view& rest,
                                                 const protocol_table& table) {
    const auto one = detail::take_json(rest);
    if (!one) return tl::unexpected(one.error());
    return json_packet(table).read(*one);
}

}  // namespace sonde::inline v0
