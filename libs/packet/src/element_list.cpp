#include <sonde/packet/craft_expression.hpp>
#include <sonde/packet/element_list.hpp>
#include <sonde/wire/network/icmp_extension.hpp>

#include "craft_parser.hpp"
#include "element_codec.hpp"

namespace sonde::inline v0 {
namespace detail {
namespace {

constexpr std::array<std::uint8_t, 4> extension_header{0x20, 0, 0, 0};  // version 2, RFC 4884 s7

std::string list_of(const element_codec& codec) {
    return std::string(to_string(codec.of)) + " " + std::string(codec.list);
}

/// Whether the structure's checksum is what sonde would compute: then it stays right.
bool has_right_checksum(bytes_view structure) noexcept {
    return structure.size() >= icmp_extension::header_len &&
           be16_at(structure, 2) ==
               icmp_extension::computed_checksum(be16_at(structure, 0), structure.subspan(4));
}

craft_result<void> put_objects(built_layer& into, bytes_view objects) {
    const bytes_view old = into.trailer();
    const bool is_new = old.size() < icmp_extension::header_len;
    if (is_new && objects.empty()) return {};
    const bool compute = is_new || has_right_checksum(old);
    const bytes_view head = is_new ? bytes_view(extension_header) : old.first(4);
    std::vector<std::uint8_t> made(head.begin(), head.end());
    made.insert(made.end(), objects.begin(), objects.end());
    if (compute) {
        const std::uint16_t sum = icmp_extension::computed_checksum(be16_at(made, 0), objects);
        put_be16_at(made, 2, sum);
    }
    into.set_trailer(made);
    return {};
}

/// Everything that the layer carries lies between its list's two halves. Where they are cut is the
/// protocol's to say: SCTP's header ends before the first message that a chunk holds whole.
craft_result<void> put_around(built_packet& to, std::size_t at, bytes_view head, bytes_view area) {
    std::vector<std::uint8_t> made(head.begin(), head.end());
    made.insert(made.end(), area.begin(), area.end());
    const layer_extent extent = to[at].info().measure(made);
    const bytes_view carried = bytes_view(made).subspan(extent.header_len, extent.payload_len);
    const std::vector<std::uint8_t> before = to.body(at);
    to[at].set_header(bytes_view(made).first(extent.header_len));
    to[at].set_trailer(bytes_view(made).subspan(extent.header_len + extent.payload_len));
    if (std::equal(carried.begin(), carried.end(), before.begin(), before.end())) return {};
    static_cast<void>(to.split(at + 1));
    if (!carried.empty()) to.add(carried);
    return {};
}

craft_result<void> put_body(built_packet& to, std::size_t at, bytes_view area) {
    if (at + 1 == to.size()) {
        if (!area.empty()) to.add(area);
        return {};
    }
    if (!to[at + 1].is_payload()) {
        return craft_failure(std::string(to[at].name()) + " carries " +
                             std::string(to[at + 1].name()) + ": there is no place for a list");
    }
    to[at + 1].set_header(area);
    return {};
}

}  // namespace

craft_result<std::vector<std::uint8_t>> list_area(const element_codec& codec,
                                                  const built_packet& from, std::size_t at) {
    using octets = std::vector<std::uint8_t>;
    const built_layer& one = from[at];
    const auto behind_head = [&](bytes_view in) {
        const bytes_view area = in.subspan(codec.area_at);
        return octets(area.begin(), area.end());
    };
    switch (codec.place) {
        case element_place::header:
            if (one.header().size() >= codec.area_at) return behind_head(one.header());
            break;
        case element_place::trailer:
            if (one.trailer().empty()) return octets{};
            if (one.trailer().size() >= codec.area_at) return behind_head(one.trailer());
            break;
        case element_place::body:
            if (at + 1 == from.size()) return octets{};
            if (from[at + 1].is_payload())
                return octets(from[at + 1].header().begin(), from[at + 1].header().end());
            return craft_failure(std::string(one.name()) + " carries " +
                                 std::string(from[at + 1].name()) + ", not a list");
        case element_place::around: {
            if (one.header().size() < codec.area_at) break;
            octets area = behind_head(one.header());
            const octets carried = from.body(at);
            area.insert(area.end(), carried.begin(), carried.end());
            area.insert(area.end(), one.trailer().begin(), one.trailer().end());
            return area;
        }
    }
    return craft_failure(list_of(codec) + " begin behind " + std::to_string(codec.area_at) +
                         " octets, of which there are " +
                         std::to_string(codec.place == element_place::trailer
                                            ? one.trailer().size()
                                            : one.header().size()));
}

craft_result<void> put_list_area(const element_codec& codec, built_packet& to, std::size_t at,
                                 bytes_view area) {
    if (codec.place == element_place::trailer) return put_objects(to[at], area);
    if (codec.place == element_place::body) return put_body(to, at, area);
    built_layer& one = to[at];
    if (one.header().size() < codec.area_at) {
        return craft_failure(list_of(codec) + " begin behind " + std::to_string(codec.area_at) +
                             " octets, of which there are " + std::to_string(one.header().size()));
    }
    const bytes_view head = bytes_view(one.header()).first(codec.area_at);
    if (codec.place == element_place::around) return put_around(to, at, head, area);
    std::vector<std::uint8_t> made(head.begin(), head.end());
    made.insert(made.end(), area.begin(), area.end());
    one.set_header(made);
    return {};
}

}  // namespace detail

std::string element::name() const { return detail::element_name(*codec_, octets_); }
std::uint32_t element::type() const noexcept {
    return is_whole() ? codec_->form->type(octets_) : 0;
}
bytes_view element::value() const noexcept {
    return is_whole() ? codec_->form->value(octets_) : bytes_view{};
}
bool element::is_whole() const noexcept { return detail::is_whole_element(*codec_, octets_); }
std::string element::text() const { return detail::element_text(*codec_, octets_); }

craft_result<element_list> element_list::of(const built_packet& from, std::size_t at) {
    if (at >= from.size()) {
        return craft_failure("there is no layer " + std::to_string(at) + ", counted from 0, of " +
                             std::to_string(from.size()));
    }
    const detail::element_codec* codec = detail::codec_of(from[at].id());
    if (codec == nullptr) return craft_failure(std::string(from[at].name()) + " keeps no list");
    const auto area = detail::list_area(*codec, from, at);
    if (!area) return tl::unexpected(area.error());
    element_list made(codec, at);
    for (auto& one : detail::split_elements(*codec, *area))
        made.elements_.push_back(element(codec, std::move(one)));
    return made;
}

std::string_view element_list::name() const noexcept { return codec_->list; }

craft_result<void> element_list::insert(std::size_t at, std::string_view text) {
    if (text.size() > expression_len_max) {
        return craft_failure("the list has " + std::to_string(text.size()) +
                             " characters, at most " + std::to_string(expression_len_max));
    }
    if (at > size()) return craft_failure("the list has " + std::to_string(size()) + " elements");
    auto made = detail::craft_parser(text, {}).elements_only(*codec_);
    if (!made) return tl::unexpected(made.error());
    auto place = elements_.begin() + static_cast<std::ptrdiff_t>(at);
    for (auto& one : *made) place = elements_.insert(place, element(codec_, std::move(one))) + 1;
    return {};
}

craft_result<void> element_list::insert(std::size_t at, bytes_view octets) {
    if (at > size()) return craft_failure("the list has " + std::to_string(size()) + " elements");
    auto place = elements_.begin() + static_cast<std::ptrdiff_t>(at);
    for (auto& one : detail::split_elements(*codec_, octets))
        place = elements_.insert(place, element(codec_, std::move(one))) + 1;
    return {};
}

craft_result<void> element_list::erase(std::size_t at) {
    if (at >= size()) return craft_failure("the list has " + std::to_string(size()) + " elements");
    elements_.erase(elements_.begin() + static_cast<std::ptrdiff_t>(at));
    return {};
}

craft_result<void> element_list::assign(std::string_view text) {
    element_list made(codec_, layer_at_);
    if (auto read = made.append(text); !read) return read;
    elements_ = std::move(made.elements_);
    return {};
}

craft_result<std::vector<std::uint8_t>> element_list::octets() const {
    std::vector<std::vector<std::uint8_t>> all;
    all.reserve(size());
    for (const element& one : elements_) all.emplace_back(one.octets().begin(), one.octets().end());
    return detail::join_elements(*codec_, all);
}

craft_result<void> element_list::put_into(built_packet& to) const {
    if (layer_at_ >= to.size() || to[layer_at_].id() != codec_->of) {
        return craft_failure("layer " + std::to_string(layer_at_) + " is no " +
                             std::string(to_string(codec_->of)) + " any more");
    }
    const auto area = octets();
    if (!area) return tl::unexpected(area.error());
    return detail::put_list_area(*codec_, to, layer_at_, *area);
}

}  // namespace sonde::inline v0
