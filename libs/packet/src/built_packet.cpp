#include <numeric>

#include <sonde/packet/built_packet.hpp>
#include <sonde/wire/automatics.hpp>

namespace sonde::inline v0 {
namespace {

/// Two protocols have two EtherTypes each: which one their own octets say.
std::span<const selector> selecting(const built_layer& inside) noexcept {
    const std::span<const selector> all = inside.info().selected_by;
    const bytes_view header = inside.header();
    // PPPoE: a code of zero is a session, the second; RFC 2516 s4.
    if (inside.id() == layer::pppoe && header.size() > 1 && header[1] == 0) return all.subspan(1);
    // RARP is operation 3 and 4 of ARP's form; RFC 903.
    if (inside.id() == layer::arp && header.size() > 7 && (header[7] == 3 || header[7] == 4))
        return all.subspan(1);
    return all;
}

/// What lies around each layer, kept up while somebody walks outwards or inwards.
class frame_map {
  public:
    frame_map(std::span<const built_layer> layers, bytes_mut frame) noexcept
        : layers_(layers), frame_(frame) {}

    /// Where layer `at` begins and ends, when `before` octets of headers are in front of it and
    /// `behind` octets of trailers follow.
    [[nodiscard]] surroundings around(std::size_t at, std::size_t before,
                                      std::size_t behind) const noexcept {
        const built_layer& one = layers_[at];
        const bytes_view whole =
            bytes_view(frame_).subspan(before, frame_.size() - before - behind);
        surroundings made;
        made.header = whole.first(one.header().size());
        made.trailer = whole.last(one.trailer().size());
        made.inside = whole.subspan(made.header.size(),
                                    whole.size() - made.header.size() - made.trailer.size());
        if (at + 1 < layers_.size()) made.carried = selecting(layers_[at + 1]);
        find_network(at, before, made);
        return made;
    }

  private:
    /// The nearest network layer outside, and a routing header between.
    void find_network(std::size_t at, std::size_t before, surroundings& made) const noexcept {
        while (at > 0) {
            const built_layer& outside = layers_[--at];
            before -= outside.header().size();
            const bytes_view header = bytes_view(frame_).subspan(before, outside.header().size());
            if (outside.id() == layer::ipv6_routing && made.routing_header.empty())
                made.routing_header = header;
            if (outside.id() != layer::ipv4 && outside.id() != layer::ipv6) continue;
            if (header.size() < outside.info().header_len) break;
            made.network = outside.id();
            made.network_header = header;
            return;
        }
        made.routing_header = {};
    }

    std::span<const built_layer> layers_;
    bytes_mut frame_;
};

/// Whether what is automatic has a place: a cut header has none.
bool can_complete(const built_layer& one) noexcept {
    const protocol_info& info = one.info();
    return !info.automatics.empty() && info.measure(one.header()).whole_header;
}

/// Computes the fields of one layer that are not in `forced`, in their order, each seeing those
/// before it.
void complete_layer_of(const built_layer& one, bytes_mut header,
                       const surroundings& around) noexcept {
    if (!can_complete(one)) return;
    const std::span<const automatic_field> automatics = one.info().automatics;
    for (std::size_t i = 0; i < automatics.size(); ++i) {
        if ((one.forced_set() >> i & 1U) != 0) continue;
        store_automatic(
            automatics[i], one.info().fields, header, automatics[i].compute(around), nullptr);
    }
}

/// The automatic fields that hold something else than would be computed.
std::uint64_t wrong_fields(const built_layer& one, const surroundings& around) {
    if (!can_complete(one)) return ~std::uint64_t{0};
    const std::vector<std::uint8_t> as_it_lies(around.header.begin(), around.header.end());
    std::uint64_t wrong = 0;
    const std::span<const automatic_field> automatics = one.info().automatics;
    for (std::size_t i = 0; i < automatics.size(); ++i) {
        std::vector<std::uint8_t> header = as_it_lies;
        store_automatic(
            automatics[i], one.info().fields, header, automatics[i].compute(around), nullptr);
        if (header != as_it_lies) wrong |= std::uint64_t{1} << i;
    }
    return wrong;
}

/// Writes headers forward and trailers backward: nobody's octets move afterwards.
void lay_out(std::span<const built_layer> layers, bytes_mut out) noexcept {
    std::size_t front = 0;
    std::size_t back = out.size();
    for (const built_layer& one : layers) {
        copy_octets(out.subspan(front), one.header());
        front += one.header().size();
        back -= one.trailer().size();
        copy_octets(out.subspan(back), one.trailer());
    }
}

std::string layers_phrase(std::size_t count) {
    return count == 1 ? "1 layer" : std::to_string(count) + " layers";
}

}  // namespace

built_packet built_packet::decode(bytes_view frame, link_type type, const protocol_table& table) {
    built_packet made = decode(frame, first_selector(type, frame), table);
    made.type_ = type;
    return made;
}

built_packet built_packet::decode(bytes_view octets, selector first, const protocol_table& table) {
    built_packet made(link_type::raw);
    for (const layer_view& one : sonde::layers(octets, first, table))
        made.layers_.emplace_back(one.info(), one.header(), one.trailer());
    std::vector<std::uint8_t> frame(octets.begin(), octets.end());
    const frame_map map(made.layers_, frame);
    std::size_t before = 0;
    std::size_t behind = 0;
    for (std::size_t at = 0; at < made.layers_.size(); ++at) {
        built_layer& one = made.layers_[at];
        one.set_forced_set(wrong_fields(one, map.around(at, before, behind)));
        before += one.header().size();
        behind += one.trailer().size();
    }
    return made;
}

std::size_t built_packet::wire_len() const noexcept {
    return std::accumulate(
        layers_.begin(), layers_.end(), std::size_t{0}, [](std::size_t sum, const auto& one) {
            return sum + one.header().size() + one.trailer().size();
        });
}

void built_packet::emit(bytes_mut out) const noexcept {
    lay_out(layers_, out);
    const frame_map map(layers_, out);
    std::size_t before = 0;
    std::size_t behind = 0;
    for (const built_layer& one : layers_) {
        before += one.header().size();
        behind += one.trailer().size();
    }
    for (std::size_t at = layers_.size(); at-- > 0;) {
        const built_layer& one = layers_[at];
        before -= one.header().size();
        behind -= one.trailer().size();
        complete_layer_of(
            one, out.subspan(before, one.header().size()), map.around(at, before, behind));
    }
}

std::vector<std::uint8_t> built_packet::to_bytes() const {
    std::vector<std::uint8_t> octets(wire_len());
    emit(octets);
    return octets;
}

std::vector<std::uint8_t> built_packet::to_bytes_as_they_stand() const {
    std::vector<std::uint8_t> octets(wire_len());
    lay_out(layers_, octets);
    return octets;
}

void built_packet::complete() {
    const std::vector<std::uint8_t> octets = to_bytes();
    std::size_t at = 0;
    for (built_layer& one : layers_) {
        const std::size_t len = one.header().size();
        one.set_header(bytes_view(octets).subspan(at, len));
        at += len;
    }
}

std::optional<std::size_t> built_packet::find(layer id, std::size_t nth) const noexcept {
    for (std::size_t at = 0; at < layers_.size(); ++at) {
        if (layers_[at].id() == id && nth-- == 0) return at;
    }
    return std::nullopt;
}

std::optional<std::size_t> built_packet::find(std::string_view name,
                                              std::size_t nth) const noexcept {
    for (std::size_t at = 0; at < layers_.size(); ++at) {
        if (layers_[at].name() == name && nth-- == 0) return at;
    }
    return std::nullopt;
}

tl::unexpected<craft_error> built_packet::missing(std::string_view name) {
    return craft_failure("the packet has no layer " + std::string(name));
}

craft_result<void> built_packet::check_layer(std::size_t at, std::size_t how_many) const {
    if (at <= layers_.size() && how_many <= layers_.size() - at) return {};
    return craft_failure("the packet has " + layers_phrase(layers_.size()) +
                         ": there is no layer " + std::to_string(at + how_many - 1) +
                         ", counted from 0");
}

craft_result<void> built_packet::insert(std::size_t at, built_layer one) {
    if (auto there = check_layer(at, 0); !there) return there;
    layers_.insert(layers_.begin() + static_cast<std::ptrdiff_t>(at), std::move(one));
    return {};
}

craft_result<void> built_packet::insert(std::size_t at, const built_packet& some) {
    if (auto there = check_layer(at, 0); !there) return there;
    const std::vector<built_layer> copies = some.layers_;  // `some` may be this packet
    layers_.insert(layers_.begin() + static_cast<std::ptrdiff_t>(at), copies.begin(), copies.end());
    return {};
}

craft_result<void> built_packet::remove(std::size_t at, std::size_t how_many) {
    if (auto there = check_layer(at, how_many); !there) return there;
    const auto first = layers_.begin() + static_cast<std::ptrdiff_t>(at);
    layers_.erase(first, first + static_cast<std::ptrdiff_t>(how_many));
    return {};
}

craft_result<void> built_packet::replace(std::size_t at, built_layer one) {
    if (auto there = check_layer(at, 1); !there) return there;
    layers_[at] = std::move(one);
    return {};
}

built_packet built_packet::split(std::size_t at) {
    built_packet behind(type_);
    if (at >= layers_.size()) return behind;
    const auto first = layers_.begin() + static_cast<std::ptrdiff_t>(at);
    behind.layers_.assign(first, layers_.end());
    layers_.erase(first, layers_.end());
    return behind;
}

std::size_t built_packet::body_len(std::size_t at) const noexcept {
    std::size_t len = 0;
    for (std::size_t i = at + 1; i < layers_.size(); ++i)
        len += layers_[i].header().size() + layers_[i].trailer().size();
    return len;
}

std::vector<std::uint8_t> built_packet::body(std::size_t at) const {
    const std::vector<std::uint8_t> all = to_bytes();
    std::size_t before = 0;
    for (std::size_t i = 0; i <= at; ++i) before += layers_[i].header().size();
    const bytes_view inside = bytes_view(all).subspan(before, body_len(at));
    return {inside.begin(), inside.end()};
}

built_packet built_packet::parted(const protocol_info& info, bytes_view octets,
                                  bytes_view trailer) {
    built_packet made;
    const layer_extent extent = info.measure(octets);
    const bytes_view inside = octets.subspan(extent.header_len, extent.payload_len);
    const bytes_view own_trailer = octets.subspan(extent.header_len + extent.payload_len);
    made.layers_.emplace_back(
        info, octets.first(extent.header_len), trailer.empty() ? own_trailer : trailer);
    if (!inside.empty()) made.add(inside);
    return made;
}

}  // namespace sonde::inline v0
