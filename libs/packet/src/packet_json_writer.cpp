#include "packet_json_writer.hpp"

#include "value_text.hpp"

namespace sonde::inline v0::detail {
namespace {

void put_key(text_writer& out, std::string_view key) {
    put_json_string(out, key);
    out.put(':');
}

void put_json_value(text_writer& out, const described& value) {
    if (!value.text.empty()) {
        put_json_string(out, value.text);
    } else if (value.kind == field_kind::number || value.kind == field_kind::hex) {
        out.number(value.number);
    } else if (is_address(value)) {
        out.put('"');
        put_address(out, value);
        out.put('"');
    } else {
        out.put('"').octets(value.octets).put('"');
    }
}

}  // namespace

void put_json_string(text_writer& out, std::string_view text) {
    out.put('"');
    for (const char one : text) {
        if (one == '"' || one == '\\') {
            out.put('\\').put(one);
        } else if (one >= ' ' && one <= '~') {
            out.put(one);
        } else {
            out.put("\\u00").hex(static_cast<std::uint8_t>(one), 2);
        }
    }
    out.put('"');
}

void put_json_problem(text_writer& out, const parse_error& error) {
    out.put("{\"layer\":");
    put_json_string(out, to_string(error.at));
    out.put(",\"reason\":");
    put_json_string(out, to_string(error.reason));
    out.put(",\"limit\":");
    put_json_string(out, to_string(error.limit));
    out.put(",\"offset\":").number(error.offset_octets);
    out.put(",\"needed\":").number(error.needed_octets);
    out.put(",\"had\":").number(error.have_octets).put('}');
}

void json_content::clear() {
    fields_.clear();
    names_.clear();
    elements_.clear();
    problem_.clear();
    list_name_.clear();
}

void json_content::close_list() {
    if (list_name_.empty()) return;
    list_name_.clear();
    fields_ += ']';
}

void json_content::add_value(const described& value) {
    const bool goes_on = value.repeated && list_name_ == value.name;
    if (!goes_on) close_list();
    if (!fields_.empty()) fields_ += ',';
    {
        text_writer out(fields_);
        if (!goes_on) put_key(out, value.name);
        if (!goes_on && value.repeated) out.put('[');
        put_json_value(out, value);
    }
    if (value.repeated) list_name_ = value.name;
    // A list's values are all of one kind; its names would not tell whose they are.
    if (value.value_name.empty() || value.repeated) return;
    if (!names_.empty()) names_ += ',';
    text_writer out(names_);
    put_key(out, value.name);
    put_json_string(out, value.value_name);
}

std::string& json_content::next_element() {
    if (!elements_.empty()) elements_ += ',';
    return elements_;
}

void json_content::set_problem(const parse_error& error) {
    if (!problem_.empty()) return;  // the first one is where reading ended
    text_writer out(problem_);
    put_json_problem(out, error);
}

void json_content::write(text_writer& out) {
    close_list();
    out.put(",\"fields\":{").put(fields_).put('}');
    if (!names_.empty()) out.put(",\"names\":{").put(names_).put('}');
    if (!elements_.empty()) out.put(",\"elements\":[").put(elements_).put(']');
    if (!problem_.empty()) out.put(",\"problem\":").put(problem_);
}

}  // namespace sonde::inline v0::detail
