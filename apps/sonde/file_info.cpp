/// sonde file info: capture files in numbers.
#include <fmt/format.h>

#include <sonde/base/text.hpp>
#include <sonde/base/written_time.hpp>
#include <sonde/capture/capture_tools.hpp>

#include "file.hpp"
#include "packet_time.hpp"

namespace sonde::cli {
namespace {

void line(std::string& out, std::string_view name, std::string_view value) {
    out += fmt::format("  {:<18}{}\n", name, value);
}

std::string unit_of(std::uint8_t resolution) {
    if ((resolution & 0x80) != 0) return fmt::format("2^-{} s", resolution & 0x7f);
    if (resolution == 6) return "microseconds";
    if (resolution == 9) return "nanoseconds";
    return fmt::format("10^-{} s", resolution);
}

std::string link_of(std::uint16_t type) {
    return fmt::format("{} ({})", link_type_name(type), type);
}

void add_interface(std::string& out, std::size_t index, const interface_info& one) {
    const capture_interface& what = one.description;
    std::string text = link_of(what.link_type) + ", " + plural(one.packets, "packet") + ", " +
                       unit_of(what.resolution);
    if (what.snap_len != 0) text += ", at most " + grouped(what.snap_len) + " octets of each";
    if (!what.name.empty()) text = printable(what.name) + ": " + text;
    if (one.dropped) text += ", " + grouped(*one.dropped) + " dropped";
    line(out, fmt::format("interface {}", index), text);
    if (!what.filter.empty()) line(out, "  filter", printable(what.filter));
}

bool has_time_out_of_range(const capture_info& info) noexcept {
    return is_out_of_range(*info.first_time) || is_out_of_range(*info.last_time);
}

std::string text_of(const std::string& path, const capture_info& info) {
    std::string out = shown_input(path) + '\n';
    std::string format(to_string(info.format));
    if (info.compression != capture_compression::none) {
        format += fmt::format(", {}", to_string(info.compression));
    }
    line(out, "format", fmt::format("{}, {}", format, to_string(info.order)));
    std::string size = sized(info.file_octets);
    if (info.file_octets >= 1000) size += fmt::format(" ({} octets)", grouped(info.file_octets));
    line(out, "size", size);
    line(out, "packets", grouped(info.packets));
    if (info.packets > 0) {
        line(out,
             "captured",
             fmt::format(
                 "{}, {} to {} octets each, {:.1f} on average",
                 sized(info.captured_octets),
                 info.captured_len_min,
                 info.captured_len_max,
                 static_cast<double>(info.captured_octets) / static_cast<double>(info.packets)));
    }
    if (info.cut_packets > 0) {
        line(out,
             "cut",
             fmt::format("{} of the packets; {} were on the wire",
                         grouped(info.cut_packets),
                         sized(info.original_octets)));
    }
    if (info.first_time && info.last_time) {
        line(out, "first", date_text(*info.first_time));
        line(out, "last", date_text(*info.last_time));
        const auto seconds = std::chrono::duration<double>(info.duration()).count();
        // A span of 292 years is the longest that is held.
        const bool is_exact = !has_time_out_of_range(info) && info.duration() != nanoseconds::max();
        line(out, "duration", fmt::format("{}{:.6f} s", is_exact ? "" : "more than ", seconds));
        if (seconds > 0 && is_exact) {
            line(out,
                 "rate",
                 fmt::format("{:.1f} packets/s, {}/s",
                             static_cast<double>(info.packets) / seconds,
                             sized(static_cast<std::uint64_t>(
                                 static_cast<double>(info.original_octets) / seconds))));
        }
        line(out, "in time order", info.in_time_order ? "yes" : "no");
    }
    if (info.untimed_packets > 0) line(out, "without a time", grouped(info.untimed_packets));
    if (info.comments > 0) line(out, "comments", grouped(info.comments));
    if (info.sections > 1) line(out, "sections", grouped(info.sections));
    for (std::size_t i = 0; i < info.interfaces.size(); ++i) {
        add_interface(out, i, info.interfaces[i]);
    }
    if (info.blocks.size() > 1 || info.format == capture_format::pcapng) {
        for (const auto& [type, count] : info.blocks) {
            line(out,
                 fmt::format("block 0x{:08x}", type),
                 fmt::format("{} {}", grouped(count), block_name(type)));
        }
    }
    return out;
}

void add_text(std::string& out, std::string_view name, std::string_view value) {
    out += fmt::format("\"{}\":", name);
    append_json_string(out, value);
    out += ',';
}

std::string json_of(const std::string& path, const capture_info& info) {
    std::string out = "{\"type\":\"file_info\",\"schema\":\"sonde/1\",";
    add_text(out, "file", path);
    add_text(out, "format", to_string(info.format));
    add_text(out, "compression", to_string(info.compression));
    add_text(out, "byte_order", to_string(info.order));
    out += fmt::format(
        "\"octets\":{},\"packets\":{},\"captured_octets\":{},\"original_octets\":{},"
        "\"captured_len_min\":{},\"captured_len_max\":{},\"cut_packets\":{},\"comments\":{},"
        "\"untimed_packets\":{},\"sections\":{},\"in_time_order\":{},",
        info.file_octets,
        info.packets,
        info.captured_octets,
        info.original_octets,
        info.captured_len_min,
        info.captured_len_max,
        info.cut_packets,
        info.comments,
        info.untimed_packets,
        info.sections,
        info.in_time_order);
    if (info.first_time && info.last_time) {
        out += fmt::format("\"first\":{},\"last\":{},",
                           epoch_text(*info.first_time, 9),
                           epoch_text(*info.last_time, 9));
        if (has_time_out_of_range(info)) out += "\"times_out_of_range\":true,";
    }
    out += "\"interfaces\":[";
    for (std::size_t i = 0; i < info.interfaces.size(); ++i) {
        const interface_info& one = info.interfaces[i];
        if (i > 0) out += ',';
        out += '{';
        add_text(out, "name", one.description.name);
        add_text(out, "link_type_name", link_type_name(one.description.link_type));
        if (one.dropped) out += fmt::format("\"dropped\":{},", *one.dropped);
        out += fmt::format("\"link_type\":{},\"snap_len\":{},\"packets\":{}}}",
                           one.description.link_type,
                           one.description.snap_len,
                           one.packets);
    }
    out += ']';
    if (info.stopped) {
        out += ',';
        out += "\"stopped\":";
        append_json_string(out, describe(*info.stopped));
    }
    return out + "}\n";
}

}  // namespace

int run_file_info(const file_info_settings& settings, channels to) {
    file_run run("file info", to);
    bool more = false;
    for (const auto& path : settings.words) {
        auto file = run.open(path);
        if (!file) continue;
        const capture_info info = file_info(*file);
        if (more && !settings.json) to.out.write("\n");
        more = true;
        to.out.write(settings.json ? json_of(path, info) : text_of(path, info));
        run.tell_stop(path, info.stopped);
    }
    return run.exit_code();
}

}  // namespace sonde::cli
