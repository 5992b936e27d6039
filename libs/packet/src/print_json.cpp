#include <deque>

#include <sonde/base/written_time.hpp>
#include <sonde/packet/print_json.hpp>

#include "packet_json_writer.hpp"

namespace sonde::inline v0 {
namespace {

using detail::json_content;
using detail::text_writer;

class json_printer final : public tree_visitor {
  public:
    explicit json_printer(text_writer& out) : out_(&out) {}

    void begin_layer(const layer_view& one) override {
        text_writer& out = *out_;
        if (!first_) out.put(',');
        first_ = false;
        out.put("{\"protocol\":");
        detail::put_json_string(out, one.name());
        out.put(",\"offset\":").number(one.offset());
        out.put(",\"length\":").number(one.header().size());
        out.put(",\"payload_length\":").number(one.payload().size());
        if (one.payload_declared_len() != one.payload().size())
            out.put(",\"payload_declared_length\":").number(one.payload_declared_len());
        if (one.quoted()) out.put(",\"quoted\":true");
        if (!one.whole()) out.put(",\"cut\":true");
        open_.emplace_back();
    }
    void on_value(const tree_value& value) override { open_.back().content.add_value(value.what); }
    void begin_element(const tree_element& element) override {
        open_.emplace_back();
        text_writer out(open_.back().head);
        out.put("{\"name\":");
        detail::put_json_string(out, element.name);
        if (!element.label.empty()) {
            out.put(",\"label\":");
            detail::put_json_string(out, element.label);
        }
        out.put(",\"offset\":").number(element.offset);
        out.put(",\"length\":").number(element.octets.size());
    }
    void end_element() override {
        object closed = std::move(open_.back());
        open_.pop_back();
        text_writer out(open_.back().content.next_element());
        out.put(closed.head);
        closed.content.write(out);
        out.put('}');
    }
    void on_problem(const parse_error& error) override { open_.back().content.set_problem(error); }
    void end_layer(const layer_view& one) override {
        open_.back().content.write(*out_);
        open_.pop_back();
        if (one.id() == layer::payload) {
            put_octets("octets", one.octets());
        } else if (!one.whole() || one.info().fields.empty()) {
            put_octets("header", one.header());  // which no fields tell in full
        } else if (one.header().size() > one.info().header_len) {
            put_octets("rest", one.header().subspan(one.info().header_len));
        }
        if (!one.trailer().empty()) put_octets("trailer", one.trailer());
        out_->put('}');
    }

  private:
    void put_octets(std::string_view key, bytes_view octets) {
        out_->put(",\"").put(key).put("\":\"").octets(octets).put('"');
    }
    struct object {
        std::string head{};  // of an element: what stands before its content
        json_content content{};
    };
    text_writer* out_;
    std::deque<object> open_{};
    bool first_ = true;
};

void put_unix_seconds(text_writer& out, wall_time at) {
    std::int64_t ns = at.time_since_epoch().count();
    if (ns < 0) out.put('-');
    const auto size = ns < 0 ? ~static_cast<std::uint64_t>(ns) + 1 : static_cast<std::uint64_t>(ns);
    out.number(size / 1000000000).put('.').padded(size % 1000000000, 9);
}

}  // namespace

void append_json(std::string& to, const printed_frame& frame, const json_options& options) {
    text_writer out(to);
    out.put("{\"schema\":\"").put(packet_schema_name).put("\",\"type\":\"packet\"");
    if (frame.number != 0) out.put(",\"number\":").number(frame.number);
    if (frame.time) {
        out.put(",\"unix_time\":");
        put_unix_seconds(out, *frame.time);
        if (is_out_of_range(*frame.time)) out.put(",\"unix_time_out_of_range\":true");
    }
    out.put(",\"link_type\":").number(std::uint32_t(frame.type));
    out.put(",\"captured_length\":").number(frame.octets.size());
    out.put(",\"original_length\":").number(frame.len());
    if (options.octets) out.put(",\"octets\":\"").octets(frame.octets).put('"');
    out.put(",\"layers\":[");
    json_printer printer(out);
    const auto stopped = visit_tree(frame, printer);
    out.put(']');
    if (stopped) {
        out.put(",\"stopped\":");
        detail::put_json_problem(out, *stopped);
    }
    out.put('}');
}

}  // namespace sonde::inline v0
