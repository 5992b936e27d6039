#include "craft_screen.hpp"

#include <utility>

#include <fmt/format.h>

#include <sonde/packet/craft_expression.hpp>
#include <sonde/packet/print_cpp_source.hpp>
#include <sonde/packet/print_hexdump.hpp>
#include <sonde/packet/print_json.hpp>
#include <sonde/packet/print_line.hpp>

#include "packet_screen.hpp"

namespace sonde::cli {
namespace {

void append_digits(std::string& out, bytes_view octets) {
    constexpr std::string_view digits = "0123456789abcdef";
    for (const std::uint8_t octet : octets) {
        out += digits[octet >> 4];
        out += digits[octet & 15];
    }
}

double in_ms(nanoseconds time) noexcept { return static_cast<double>(time.count()) / 1e6; }

}  // namespace

// Answers are shown by a line, octets by their digits, unless something else is asked for.
craft_screen::craft_screen(const craft_settings& settings, output& to)
    : to_(to),
      form_(settings.form.value_or(settings.answers ? craft_form::line : craft_form::hexdump)) {
    if (wants_color(settings.color, to)) tree_.marks = colored_marks();
}

void craft_screen::append(bytes_view octets, link_type type) {
    const printed_frame frame{.octets = octets, .type = type};
    switch (form_) {
        case craft_form::hexdump:
            append_hexdump(text_, frame, {.marks = tree_.marks});
            break;
        case craft_form::digits:
            append_digits(text_, octets);
            text_ += '\n';
            break;
        case craft_form::tree:
            append_tree(text_, frame, tree_);
            break;
        case craft_form::json:
            append_json(text_, frame, {.octets = true});
            break;
        case craft_form::expression:
            text_ += to_expression(built_packet::decode(octets, type)) + '\n';
            break;
        case craft_form::cpp:
            append_source(frame);
            break;
        case craft_form::line:
            append_line(text_, frame, {.full = true});
            text_ += '\n';
    }
}

void craft_screen::append_source(const printed_frame& frame) {
    if (frames_++ == 0) text_ += std::string(source_includes) + '\n';
    append_cpp_source(text_, frame, {.name = "frame_" + std::to_string(frames_)});
}

void craft_screen::show(const built_packet& packet, bytes_view octets) {
    text_.clear();
    const bool blocks = form_ == craft_form::hexdump || form_ == craft_form::tree;
    if (std::exchange(more_, true) && blocks) text_ += '\n';
    if (form_ == craft_form::expression) {
        text_ += to_expression(packet) + '\n';
    } else {
        append(octets, packet.type());
        if (form_ == craft_form::json) text_ += '\n';
    }
    to_.write(text_);
}

void craft_screen::show(const shown_answer& answer) {
    text_.clear();
    if (form_ == craft_form::json) {
        text_ += fmt::format(
            "{{\"type\":\"craft_answer\",\"schema\":\"sonde/1\",\"request\":{},\"kind\":\"{}\","
            "\"after_ms\":{:.6f},\"packet\":",
            answer.request,
            answer.is_error ? "error_about" : "answer",
            in_ms(answer.after));
        append(answer.octets, answer.type);
        text_ += "}\n";
        return to_.write(text_);
    }
    const std::string_view head = answer.is_error ? "error about" : "answer to";
    text_ += fmt::format("{} {} after {:.3f} ms: ", head, answer.request, in_ms(answer.after));
    append_line(
        text_, {.octets = answer.octets, .type = answer.type}, {.full = true, .quotes = true});
    text_ += '\n';
    if (form_ != craft_form::line) append(answer.octets, answer.type);
    to_.write(text_);
}

}  // namespace sonde::cli
