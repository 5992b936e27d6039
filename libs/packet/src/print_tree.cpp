#include <sonde/packet/print_tree.hpp>

#include "value_text.hpp"

namespace sonde::inline v0 {
namespace {

using detail::text_writer;

class tree_printer final : public tree_visitor {
  public:
    tree_printer(text_writer& out, const tree_options& options) : out_(&out), how_(&options) {}

    void begin_layer(const layer_view& one) override {
        text_writer& out = *out_;
        marked(how_->marks.layer, one.name());
        if (one.quoted()) out.put(", quoted");
        out.put(how_->marks.place.begin).put(", ");
        octets(one.header().size()).put(" at ").number(one.offset());
        if (one.payload_declared_len() > one.payload().size()) {
            out.put(", ").number(one.payload().size()).put(" of ");
            octets(one.payload_declared_len()).put(" of payload");
        } else if (!one.payload().empty()) {
            octets(one.payload().size(), ", ").put(" of payload");
        }
        if (!one.whole()) out.put(", cut");
        out.put(how_->marks.place.end).put('\n');
        depth_ = 0;
    }

    void on_value(const tree_value& value) override {
        text_writer& out = *out_;
        begin_line();
        out.put(how_->marks.place.begin);
        const std::size_t place_from = out.size();
        detail::put_place(out, value);
        out.put(how_->marks.place.end);
        pad(out.size() - place_from - how_->marks.place.end.size(), place_width);
        marked(how_->marks.name, value.what.name);
        pad(value.what.name.size() + depth_ * indent, name_width);
        out.put(how_->marks.value.begin);
        detail::put_value(out, value.what, how_->octets_max);
        out.put(how_->marks.value.end);
        if (!value.what.value_name.empty()) {
            out.put(how_->marks.meaning.begin).put(" (").printable(value.what.value_name);
            out.put(')').put(how_->marks.meaning.end);
        }
        out.put('\n');
    }

    void begin_element(const tree_element& element) override {
        text_writer& out = *out_;
        begin_line();
        out.put(how_->marks.place.begin);
        const std::size_t place_from = out.size();
        out.number(element.offset);
        if (element.octets.size() > 1)
            out.put('-').number(element.offset + element.octets.size() - 1);
        out.put(how_->marks.place.end);
        pad(out.size() - place_from - how_->marks.place.end.size(), place_width);
        out.put(how_->marks.name.begin).printable(element.name);
        if (!element.label.empty()) out.put(' ').printable(element.label);
        out.put(how_->marks.name.end).put('\n');
        ++depth_;
    }
    void end_element() override { --depth_; }

    void on_problem(const parse_error& error) override {
        begin_line();
        problem(error);
    }
    void end_layer(const layer_view& one) override {
        if (one.trailer().empty()) return;
        depth_ = 0;
        const std::size_t from = one.offset() + one.header().size() + one.payload().size();
        on_value({.what = {.name = "trailer", .octets = one.trailer(), .kind = field_kind::octets},
                  .bit_offset = from * 8,
                  .bit_len = one.trailer().size() * 8});
    }
    void problem(const parse_error& error) {
        out_->put(how_->marks.problem.begin).put(to_string(error.at)).put(": ").problem(error);
        out_->put(", at offset ").number(error.offset_octets);
        if (error.limit != limit_field::captured)
            out_->put(" (limit: ").put(to_string(error.limit)).put(')');
        out_->put(how_->marks.problem.end).put('\n');
    }

  private:
    static constexpr std::size_t indent = 2;
    static constexpr std::size_t place_width = 12;
    static constexpr std::size_t name_width = 30;

    void begin_line() { out_->fill(' ', (depth_ + 1) * indent); }
    void pad(std::size_t have, std::size_t width) {
        out_->fill(' ', have < width ? width - have : 1);
    }
    void marked(const text_mark& mark, std::string_view text) {
        out_->put(mark.begin).printable(text).put(mark.end);
    }
    text_writer& octets(std::size_t count, std::string_view before = {}) {
        return out_->put(before).number(count).put(count == 1 ? " octet" : " octets");
    }

    text_writer* out_;
    const tree_options* how_;
    std::size_t depth_ = 0;
};

}  // namespace

void append_tree(std::string& out, const printed_frame& frame, const tree_options& options) {
    text_writer text(out);
    tree_printer printer(text, options);
    if (const auto stopped = visit_tree(frame, printer)) printer.problem(*stopped);
}

}  // namespace sonde::inline v0
