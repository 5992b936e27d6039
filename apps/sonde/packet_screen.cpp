#include "packet_screen.hpp"

#include <utility>

#include <sonde/base/text.hpp>
#include <sonde/packet/print_cpp_source.hpp>
#include <sonde/packet/print_hexdump.hpp>
#include <sonde/packet/print_json.hpp>

namespace sonde::cli {
namespace {

constexpr std::size_t buffer_len = 65'536;  // octets gathered before they are written

constexpr print_marks colored{.layer = {"\033[1m", "\033[0m"},
                              .name = {},
                              .value = {"\033[36m", "\033[0m"},
                              .meaning = {"\033[32m", "\033[0m"},
                              .place = {"\033[2m", "\033[0m"},
                              .problem = {"\033[31m", "\033[0m"},
                              .dim = {"\033[2m", "\033[0m"}};

}  // namespace

const print_marks& colored_marks() noexcept { return colored; }

packet_screen::packet_screen(const view_settings& settings, output& to)
    : settings_(settings), to_(to), times_(settings.time, settings.utc, settings.nano) {
    line_.full = !settings.quiet;
    line_.link = settings.link;
    if (wants_color(settings.color, to)) tree_.marks = colored;
}

void packet_screen::show(const record& packet, std::uint64_t number) {
    const printed_frame frame{.octets = packet.octets,
                              .type = static_cast<link_type>(packet.link_type),
                              .original_len = packet.original_len,
                              .number = number,
                              .time = packet.has_time ? std::optional(packet.time) : std::nullopt};
    switch (settings_.form) {
        case dissect_form::json:
            append_json(text_, frame, {.octets = settings_.hex});
            text_ += '\n';
            break;
        case dissect_form::cpp:
            append_source(frame);
            break;
        case dissect_form::tree:
            append_head(frame, packet);
            text_ += '\n';
            append_tree(text_, frame, tree_);
            append_octets(frame);
            text_ += '\n';
            break;
        case dissect_form::lines:
            append_head(frame, packet);
            text_ += '\n';
            append_octets(frame);
    }
    if (text_.size() >= buffer_len) flush();
}

void packet_screen::flush() {
    to_.write(text_);
    text_.clear();
}

void packet_screen::append_head(const printed_frame& frame, const record& packet) {
    if (settings_.number) text_.append(std::to_string(frame.number)).append("  ");
    times_.append(text_, frame.time);
    append_line(text_, frame, line_);
    for (const std::string_view comment : packet.comments()) {
        text_.append("  # ").append(printable(comment));
    }
}

void packet_screen::append_source(const printed_frame& frame) {
    if (!std::exchange(has_includes_, true)) text_ += source_includes;
    const std::string name = "frame_" + std::to_string(frame.number);
    text_ += '\n';
    append_cpp_source(text_, frame, {.name = name});
}

void packet_screen::append_octets(const printed_frame& frame) {
    if (!settings_.hex) return;
    const bool tree = settings_.form == dissect_form::tree;
    append_hexdump(
        text_,
        frame,
        {.parts = tree ? hexdump_parts::by_layer : hexdump_parts::none, .marks = tree_.marks});
}

}  // namespace sonde::cli
