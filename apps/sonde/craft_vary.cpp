#include "craft_vary.hpp"

#include <algorithm>
#include <bit>

#include <sonde/base/text.hpp>

namespace sonde::cli {
namespace {

using octet_list = std::vector<std::uint8_t>;

constexpr std::uint64_t values_max = std::uint64_t{1} << 48;  // of a field

tl::unexpected<std::string> wrong(std::string_view text, std::string_view why) {
    return tl::unexpected("--vary: " + printable(text) + ": " + std::string(why));
}

tl::expected<octet_list, std::string> held_by(const built_layer& one, std::string_view field) {
    auto got = one.get_octets(field);
    if (!got) return tl::unexpected(got.error().sentence);
    return *std::move(got);
}

// What a field holds once the text is put into it.
tl::expected<octet_list, std::string> octets_of(const built_layer& like, std::string_view field,
                                                std::string_view value) {
    built_layer tried = like;
    if (auto done = tried.set(field, value); !done) return tl::unexpected(done.error().sentence);
    return held_by(tried, field);
}

// last - first + 1; nothing when that is less than one, or too many.
std::optional<std::uint64_t> span_of(const octet_list& first, const octet_list& last) {
    if (first.size() != last.size() || last < first) return std::nullopt;
    std::uint64_t made = 0;
    int borrow = 0;
    int shift = 0;
    for (std::size_t i = first.size(); i-- > 0; shift += 8) {
        int digit = int{last[i]} - int{first[i]} - borrow;
        borrow = digit < 0 ? 1 : 0;
        digit += borrow * 256;
        if (digit != 0 && shift >= 48) return std::nullopt;
        if (shift < 48) made += static_cast<std::uint64_t>(digit) << shift;
    }
    if (made >= values_max) return std::nullopt;
    return made + 1;
}

void add(octet_list& to, std::uint64_t what) {
    for (std::size_t i = to.size(); i-- > 0 && what > 0;) {
        what += to[i];
        to[i] = static_cast<std::uint8_t>(what);
        what >>= 8;
    }
}

}  // namespace

tl::expected<varied_field, std::string> varied_field::parse(std::string_view text,
                                                            const built_packet& packet) {
    const auto equals = text.find('=');
    const auto dot = text.substr(0, equals).find('.');
    if (equals == std::string_view::npos || dot == std::string_view::npos) {
        return wrong(text, "it must be LAYER.FIELD=A..B, as tcp.destination_port=1..1024");
    }
    varied_field made;
    made.layer_ = text.substr(0, dot);
    made.field_ = text.substr(dot + 1, equals - dot - 1);
    const auto at = packet.find(made.layer_);
    if (!at) return wrong(text, "the packet has no layer " + printable(made.layer_));
    made.at_ = *at;
    const std::string_view value = text.substr(equals + 1);
    const auto range = value.find("..");
    made.random_ = value == "random";
    const built_layer& like = packet[*at];
    auto first = made.random_ ? held_by(like, made.field_)
                              : octets_of(like, made.field_, value.substr(0, range));
    if (!first) return wrong(text, first.error());
    made.first_ = *std::move(first);
    if (made.random_) {
        const auto& fields = like.info().fields;
        const auto known = std::find_if(fields.begin(), fields.end(), [&](const field& each) {
            return each.name == made.field_;
        });
        const int spare = known == fields.end() ? 0 : known->bit_width % 8;
        if (spare != 0) made.mask_ = static_cast<std::uint8_t>((1 << spare) - 1);
        return made;
    }
    if (range == std::string_view::npos) return made;
    const auto last = octets_of(like, made.field_, value.substr(range + 2));
    if (!last) return wrong(text, last.error());
    const auto count = span_of(made.first_, *last);
    if (!count) return wrong(text, "the first value is above the last, or there are too many");
    made.count_ = *count;
    return made;
}

void varied_field::put(built_packet& into, std::uint64_t which, random_source& random) const {
    octet_list value = first_;
    if (random_) {
        for (auto& octet : value) octet = static_cast<std::uint8_t>(random());
        if (!value.empty()) value.front() &= mask_;
    } else {
        add(value, which);
    }
    // The values were tried: between two that fit lies none that does not.
    static_cast<void>(into[at_].set(field_, bytes_view(value)));
}

tl::expected<std::vector<varied_field>, std::string> parse_varied(std::string_view text,
                                                                  const built_packet& packet) {
    std::vector<varied_field> made;
    while (!text.empty()) {
        const auto comma = std::min(text.find(','), text.size());
        auto one = varied_field::parse(text.substr(0, comma), packet);
        if (!one) return tl::unexpected(std::move(one.error()));
        made.push_back(*std::move(one));
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return made;
}

}  // namespace sonde::cli
