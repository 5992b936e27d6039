#include <algorithm>

#include <sonde/base/text.hpp>
#include <sonde/packet/built_packet.hpp>
#include <sonde/wire/automatics.hpp>

#include "element_codec.hpp"
#include "located_field.hpp"
#include "nearest_name.hpp"

namespace sonde::inline v0 {
namespace {

const field* fixed_field(const protocol_info& info, std::string_view name) noexcept {
    for (const field& one : info.fields) {
        if (one.name == name) return &one;
    }
    return nullptr;
}

std::size_t end_octet(const field& which) noexcept {
    return (std::size_t{which.bit_offset} + which.bit_width + 7) / 8;
}

tl::unexpected<craft_error> no_such_field(const built_layer& in, std::string_view name) {
    if (in.is_payload())
        return craft_failure("octets without a protocol have no field '" + printable(name) + "'");
    std::vector<std::string_view> known;
    for (const field& one : in.info().fields) known.push_back(one.name);
    for (const detail::located_field& one : detail::all_located_fields()) {
        if (one.of == in.id()) known.push_back(one.name);
    }
    if (const auto* codec = detail::codec_of(in.id())) known.push_back(codec->list);
    return craft_failure("no field '" + printable(name) + "' in " + std::string(in.name()) +
                         detail::name_hint(name, known));
}

tl::unexpected<craft_error> not_there(const built_layer& in, const field& which) {
    return craft_failure(std::string(in.name()) + " " + std::string(which.name) + " needs " +
                         std::to_string(end_octet(which)) + " octets of header, there are " +
                         std::to_string(in.header().size()));
}

/// A field of the fixed header as octets, its bits at their low end.
std::vector<std::uint8_t> fixed_octets(bytes_view header, const field& which) {
    std::vector<std::uint8_t> made((std::size_t{which.bit_width} + 7) / 8);
    if (which.bit_width <= 64) {
        std::uint64_t number = read_field(header, which);
        for (std::size_t i = made.size(); i-- > 0; number >>= 8)
            made[i] = static_cast<std::uint8_t>(number);
    } else {
        // Only whole octets are wider than a number.
        const bytes_view whole = header.subspan(which.bit_offset / 8U, made.size());
        made.assign(whole.begin(), whole.end());
    }
    return made;
}

void put_fixed_octets(bytes_mut header, const field& which, bytes_view octets) {
    if (which.bit_width > 64) return copy_octets(header.subspan(which.bit_offset / 8U), octets);
    std::uint64_t number = 0;
    for (const std::uint8_t octet : octets) number = number << 8 | octet;
    write_field(header, which, number);
}

/// The length that a value has by itself; nothing for a number or a name.
std::optional<std::size_t> own_len(const field_value& value) {
    if (value.octets() != nullptr) return value.octets()->size();
    if (value.text() == nullptr) return std::nullopt;
    if (mac_address::parse(*value.text())) return 6;
    if (ipv4_address::parse(*value.text())) return 4;
    if (ipv6_address::parse(*value.text())) return 16;
    return std::nullopt;
}

}  // namespace

built_layer::built_layer(const protocol_info& info, bytes_view header, bytes_view trailer)
    : info_(&info),
      header_(header.begin(), header.end()),
      trailer_(trailer.begin(), trailer.end()) {}

built_layer built_layer::of_defaults(const protocol_info& info) {
    built_layer made(info);
    if (info.emit_default == nullptr) return made;
    std::vector<std::uint8_t> octets;
    info.emit_default(octets);
    // Of ARP, the form that nearly all have: Ethernet and IPv4 addresses, zeros for now.
    if (info.id == layer::arp && octets.size() == 8) {
        octets[4] = 6;
        octets[5] = 4;
        octets.resize(28, 0);
    }
    const layer_extent extent = info.measure(octets);
    const bytes_view all = octets;
    made.set_header(all.first(extent.header_len));
    made.set_trailer(all.subspan(extent.header_len + extent.payload_len));
    return made;
}

craft_result<std::vector<std::uint8_t>> built_layer::get_octets(std::string_view field) const {
    if (const auto* fixed = fixed_field(*info_, field)) {
        if (end_octet(*fixed) > header_.size()) return not_there(*this, *fixed);
        return fixed_octets(header_, *fixed);
    }
    if (const auto* located = detail::located_field_of(id(), field)) {
        const detail::header_part part = located->find(header_, located->which);
        const bytes_view found = bytes_view(header_).subspan(part.len == 0 ? 0 : part.at, part.len);
        return std::vector<std::uint8_t>(found.begin(), found.end());
    }
    return no_such_field(*this, field);
}

craft_result<std::uint64_t> built_layer::get_number(std::string_view field) const {
    const auto octets = get_octets(field);
    if (!octets) return tl::unexpected(octets.error());
    if (octets->size() > 8) {
        return craft_failure(std::string(name()) + " " + std::string(field) + " has " +
                             std::to_string(octets->size()) + " octets: no number");
    }
    std::uint64_t number = 0;
    for (const std::uint8_t octet : *octets) number = number << 8 | octet;
    return number;
}

craft_result<std::string> built_layer::get_text(std::string_view field) const {
    const auto octets = get_octets(field);
    if (!octets) return tl::unexpected(octets.error());
    if (const auto* fixed = fixed_field(*info_, field)) return field_text(*octets, *fixed, name());
    const auto* located = detail::located_field_of(id(), field);
    return field_text(*octets, detail::shown_as(*located, header_, octets->size()), name());
}

craft_result<void> built_layer::set(std::string_view field, const field_value& value) {
    if (const auto* fixed = fixed_field(*info_, field)) {
        if (end_octet(*fixed) > header_.size()) return not_there(*this, *fixed);
        const auto octets = field_octets(value, *fixed, name());
        if (!octets) return tl::unexpected(octets.error());
        std::vector<std::uint8_t> before;
        const bool announces = detail::announces_fields(id());
        if (announces) before = header_;
        put_fixed_octets(header_, *fixed, *octets);
        if (announces) detail::fit_to_flags(id(), before, header_);
    } else if (const auto* located = detail::located_field_of(id(), field)) {
        const detail::header_part part = located->find(header_, located->which);
        // Octets and addresses may give a field another length; others have the one that it has.
        std::size_t len = part.len;
        if (located->bit_width == 0) len = own_len(value).value_or(len);
        const auto octets = field_octets(value, detail::shown_as(*located, header_, len), name());
        if (!octets) return tl::unexpected(octets.error());
        if (auto put = located->put(header_, located->which, *octets); !put) return put;
    } else {
        return no_such_field(*this, field);
    }
    if (const auto which = automatic_index(field)) forced_ |= std::uint64_t{1} << *which;
    return {};
}

std::optional<std::size_t> built_layer::automatic_index(std::string_view field) const noexcept {
    for (std::size_t i = 0; i < info_->automatics.size(); ++i) {
        const automatic_field& one = info_->automatics[i];
        if (one.name == field) return i;
        // A member without a field of its name lies in one that tells its octets.
        const bool as_it_lies = field.size() > one.name.size() && field.starts_with(one.name) &&
                                field.substr(one.name.size()) == "_as_it_lies";
        if (as_it_lies) return i;
    }
    return std::nullopt;
}

bool built_layer::can_be_automatic(std::string_view field) const noexcept {
    return automatic_index(field).has_value();
}

bool built_layer::is_forced(std::string_view field) const noexcept {
    const auto which = automatic_index(field);
    return which && (forced_ >> *which & 1U) != 0;
}

craft_result<void> built_layer::force(std::string_view field) {
    const auto which = automatic_index(field);
    if (!which) return make_automatic(field);
    forced_ |= std::uint64_t{1} << *which;
    return {};
}

craft_result<void> built_layer::make_automatic(std::string_view field) {
    if (const auto which = automatic_index(field)) {
        forced_ &= ~(std::uint64_t{1} << *which);
        return {};
    }
    if (fixed_field(*info_, field) == nullptr && !detail::located_field_of(id(), field))
        return no_such_field(*this, field);
    return craft_failure(std::string(name()) + " " + std::string(field) +
                         " is not a field that sonde computes");
}

bool operator==(const built_layer& a, const built_layer& b) noexcept {
    std::uint64_t known = 0;
    for (std::size_t i = 0; i < a.info_->automatics.size(); ++i) known |= std::uint64_t{1} << i;
    return a.id() == b.id() && a.name() == b.name() && a.header_ == b.header_ &&
           a.trailer_ == b.trailer_ && (a.forced_ & known) == (b.forced_ & known);
}

}  // namespace sonde::inline v0
