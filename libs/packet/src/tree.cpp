#include <functional>

#include <sonde/packet/checksum_verdict.hpp>
#include <sonde/packet/tree.hpp>

namespace sonde::inline v0 {
namespace {

// Passes on what a protocol tells, with places that count from the frame's start.
class placing_sink final : public field_sink {
  public:
    placing_sink(const layer_view& one, tree_visitor& to) : layer_(&one), to_(&to) {}
    ~placing_sink() override {
        while (depth_ > 0) placing_sink::end_group();
    }

    void on_field(const described& value) override {
        tree_value placed{.what = value};
        placed.bit_offset = place_of(value.octets) * 8 + value.bit_offset;
        placed.bit_len = value.bit_width != 0 ? value.bit_width : value.octets.size() * 8;
        to_->on_value(placed);
    }
    void begin_group(std::string_view name, std::string_view label, bytes_view octets) override {
        if (++depth_ <= depth_max) to_->begin_element({name, label, octets, place_of(octets)});
    }
    void end_group() override {
        if (depth_ == 0) return;
        if (depth_-- <= depth_max) to_->end_element();
    }
    void on_problem(const parse_error& error) override {
        to_->on_problem(error.shifted(layer_->offset()));
    }

  private:
    static constexpr std::size_t depth_max = 16;

    // Octets that are not the layer's have no place: then the layer's own.
    [[nodiscard]] std::size_t place_of(bytes_view octets) const noexcept {
        const bytes_view all = layer_->octets();
        const std::less_equal<> before;
        if (all.empty() || octets.data() == nullptr || !before(all.data(), octets.data()) ||
            !before(octets.data(), all.data() + all.size()))
            return layer_->offset();
        return layer_->offset() + static_cast<std::size_t>(octets.data() - all.data());
    }

    const layer_view* layer_;
    tree_visitor* to_;
    std::size_t depth_ = 0;
};

// A field of the fixed header, when all of its octets are there.
std::optional<tree_value> value_of(const layer_view& one, const field& which) {
    const std::size_t end_bit = std::size_t{which.bit_offset} + which.bit_width;
    const std::size_t first = which.bit_offset / 8;
    if (end_bit > one.octets().size() * 8) return std::nullopt;
    tree_value value{.bit_offset = one.offset() * 8 + which.bit_offset,
                     .bit_len = which.bit_width,
                     .declared = true};
    value.what.name = which.name;
    value.what.octets = one.octets().subspan(first, (end_bit + 7) / 8 - first);
    value.what.kind = which.kind;
    value.what.bit_offset = static_cast<std::uint8_t>(which.bit_offset % 8);
    if (!value.whole_octets()) value.what.bit_width = static_cast<std::uint8_t>(which.bit_width);
    if (which.bit_width <= 64) value.what.number = read_field(one.octets(), which);
    if (which.value_name != nullptr) value.what.value_name = which.value_name(value.what.number);
    return value;
}

// A checksum is called by its verdict, as other values by their names.
void visit(const layer_view& one, checksum_verdict verdict, tree_visitor& visitor) {
    const field* judged = verdict == checksum_verdict::none ? nullptr : checksum_field(one.info());
    visitor.begin_layer(one);
    for (const field& which : one.info().fields) {
        auto value = value_of(one, which);
        if (!value) continue;
        if (&which == judged) value->what.value_name = to_string(verdict);
        visitor.on_value(*value);
    }
    if (one.info().describe != nullptr && one.whole()) {
        placing_sink sink(one, visitor);
        one.info().describe(one.octets(), sink);
    }
    visitor.end_layer(one);
}

}  // namespace

void visit_layer(const layer_view& one, tree_visitor& visitor) {
    visit(one, checksum_verdict::none, visitor);
}

std::optional<parse_error> visit_tree(const printed_frame& frame, tree_visitor& visitor) {
    const layer_range range = frame.layers();
    auto at = range.begin();
    checksum_judge judge;
    for (; at != range.end(); ++at) visit(*at, judge.enter(*at), visitor);
    return at.stopped();
}

}  // namespace sonde::inline v0
