#include <new>

#include <sonde/packet/layers.hpp>

namespace sonde::inline v0 {

namespace {

constexpr protocol_info payload_info{
    .name = "payload",
    .spec = "octets that no protocol is known for",
    .id = layer::payload,
    .measure = [](bytes_view octets) noexcept {
        return layer_extent{.header_len = static_cast<std::uint32_t>(octets.size())};
    }};

}  // namespace

const protocol_info& raw_payload() noexcept { return payload_info; }

std::optional<std::uint64_t> layer_view::find(std::string_view field_name) const noexcept {
    for (const field& one : info_->fields) {
        if (one.name != field_name) continue;
        const std::size_t end_bit = std::size_t{one.bit_offset} + one.bit_width;
        if (one.bit_width > 64 || end_bit > octets_.size() * 8) return std::nullopt;
        return read_field(octets_, one);
    }
    return std::nullopt;
}

layer_range::iterator::iterator(const protocol_table& table, selector first,
                                bytes_view octets) noexcept
    : table_(&table) {
    if (octets.empty()) return;
    const protocol_info* info = table.find(first, octets);
    enter(info != nullptr ? info : &payload_info, octets, 0);
}

void layer_range::iterator::enter(const protocol_info* info, bytes_view octets,
                                  std::size_t offset) noexcept {
    now_.info_ = info;
    now_.octets_ = octets;
    now_.offset_ = static_cast<std::uint32_t>(offset);
    // Made where it stays: a copy of what was just written in small pieces waits for the stores.
    ::new (&now_.extent_) layer_extent(info->measure(octets));
    // A quote is cut by nature: routers need not send more than eight octets of the transport.
    if (now_.extent_.stopped && !now_.quoted_) stopped_ = now_.extent_.stopped->shifted(offset);
}

void layer_range::iterator::step() noexcept {
    const layer_extent& extent = now_.extent_;
    const bytes_view inside = now_.payload();
    const std::size_t at = now_.offset() + extent.header_len;
    if (inside.empty() || now_.id() == layer::payload) {
        const protocol_info* missing = extent.payload_declared_len > 0 && !now_.quoted_
                                           ? table_->find(extent.next, inside)
                                           : nullptr;
        if (missing != nullptr && missing->header_len > 0)
            stopped_ = truncated(missing->id, missing->header_len, 0, at).value();
        now_.info_ = nullptr;
        return;
    }
    now_.quoted_ = now_.quoted_ || extent.quotes;
    const protocol_info* next = nullptr;
    if (now_.depth_ + 1U >= depth_max) {
        stopped_ = parse_error{.reason = parse_reason::too_deep,
                               .at = now_.id(),
                               .offset_octets = static_cast<std::uint32_t>(at),
                               .needed_octets = static_cast<std::uint32_t>(inside.size())};
    } else {
        next = table_->find(extent.next, inside);
        if (next == nullptr) next = table_->find(extent.other, inside);
    }
    ++now_.depth_;
    enter(next != nullptr ? next : &payload_info, inside, at);
}

std::optional<parse_error> layer_range::stopped() const noexcept {
    iterator at = begin();
    while (at != end()) ++at;
    return at.stopped();
}

std::optional<layer_view> layer_range::find(layer id) const noexcept {
    for (const layer_view& one : *this) {
        if (one.id() == id && !one.quoted()) return one;
    }
    return std::nullopt;
}

}  // namespace sonde::inline v0
