#include <sonde/packet/print_hexdump.hpp>

#include "value_text.hpp"

namespace sonde::inline v0 {
namespace {

using detail::text_writer;

constexpr std::size_t line_len = 16;      // octets a line
constexpr std::size_t field_octets = 8;   // octets beside a field; more go on below it
constexpr std::size_t value_octets = 16;  // of a field's value that is octets

// "0010  45 00 ...", and spaces up to what `width` octets would take.
void put_pairs(text_writer& out, bytes_view octets, std::size_t offset, std::size_t width) {
    out.hex(offset, 4).put("  ");
    for (std::size_t i = 0; i < width; ++i) {
        if (i == line_len / 2) out.put(' ');
        if (i < octets.size()) {
            out.hex(octets[i], 2).put(' ');
        } else {
            out.put("   ");
        }
    }
}

void put_lines(text_writer& out, bytes_view octets, std::size_t offset) {
    while (!octets.empty()) {
        const bytes_view line = octets.first(std::min(octets.size(), line_len));
        put_pairs(out, line, offset, line_len);
        out.put(' ');
        for (const std::uint8_t octet : line)
            out.put(octet >= ' ' && octet <= '~' ? static_cast<char>(octet) : '.');
        out.put('\n');
        octets = octets.subspan(line.size());
        offset += line.size();
    }
}

class dump_printer final : public tree_visitor {
  public:
    dump_printer(text_writer& out, bytes_view frame, const hexdump_options& options)
        : out_(&out), how_(&options), frame_(frame) {}

    void begin_layer(const layer_view& one) override {
        show_until(one.offset());
        heading(one.name());
    }
    void on_value(const tree_value& value) override {
        if (how_->parts != hexdump_parts::by_field) return;
        const std::size_t first = value.first_octet();
        const std::size_t end = value.bit_len == 0 ? first : value.last_octet() + 1;
        show_until(first);
        const std::size_t from = std::max(shown_, first);
        // Octets that another field has shown already are not shown again.
        const std::size_t len = end > from && from == shown_ ? end - from : 0;
        const std::size_t beside = std::min(len, field_octets);
        if (len != 0) {
            put_pairs(*out_, frame_.subspan(from, beside), from, field_octets);
        } else {
            out_->fill(' ', 6 + field_octets * 3);
        }
        shown_ += beside;
        put_field(value);
        if (len > beside) show_until(end);
    }
    void begin_element(const tree_element& element) override {
        if (how_->parts != hexdump_parts::by_field) return;
        show_until(element.offset);
        out_->fill(' ', 6 + field_octets * 3).put("  ").fill(' ', depth_++ * 2);
        out_->put(how_->marks.name.begin).printable(element.name);
        if (!element.label.empty()) out_->put(' ').printable(element.label);
        out_->put(how_->marks.name.end).put('\n');
    }
    void end_element() override {
        if (depth_ > 0) --depth_;
    }
    void end_layer(const layer_view& one) override {
        depth_ = 0;
        show_until(one.offset() + one.header().size());
        if (one.trailer().empty()) return;
        trailer_at_ = one.offset() + one.header().size() + one.payload().size();
    }
    /// What is left: trailers, and what nobody has told of.
    void finish() {
        if (trailer_at_ != 0 && shown_ <= trailer_at_) {
            show_until(trailer_at_);
            if (shown_ < frame_.size()) heading("trailer");
        }
        show_until(frame_.size());
    }

  private:
    void heading(std::string_view name) {
        out_->put(how_->marks.layer.begin).printable(name).put(how_->marks.layer.end).put('\n');
    }
    void show_until(std::size_t end) {
        end = std::min(end, frame_.size());
        if (shown_ >= end) return;
        put_lines(*out_, frame_.subspan(shown_, end - shown_), shown_);
        shown_ = end;
    }
    void put_field(const tree_value& value) {
        const print_marks& marks = how_->marks;
        out_->put("  ").fill(' ', depth_ * 2).put(marks.name.begin).printable(value.what.name);
        out_->put(marks.name.end).put(' ').put(marks.value.begin);
        detail::put_value(*out_, value.what, value_octets);
        out_->put(marks.value.end);
        if (!value.what.value_name.empty()) {
            out_->put(marks.meaning.begin).put(" (").printable(value.what.value_name).put(')');
            out_->put(marks.meaning.end);
        }
        out_->put('\n');
    }

    text_writer* out_;
    const hexdump_options* how_;
    bytes_view frame_;
    std::size_t shown_ = 0;  // octets, from the frame's start
    std::size_t trailer_at_ = 0;
    std::size_t depth_ = 0;
};

}  // namespace

void append_hexdump(std::string& to, const printed_frame& frame, const hexdump_options& options) {
    if (options.parts == hexdump_parts::none) return append_hexdump(to, frame.octets);
    text_writer out(to);
    dump_printer printer(out, frame.octets, options);
    static_cast<void>(visit_tree(frame, printer));
    printer.finish();
}

void append_hexdump(std::string& to, bytes_view octets, std::size_t offset) {
    text_writer out(to);
    put_lines(out, octets, offset);
}

}  // namespace sonde::inline v0
