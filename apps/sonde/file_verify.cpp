/// sonde file verify: does a file keep to its format, and does every frame come back octet for
/// octet when it was taken apart.
#include <fmt/format.h>

#include <sonde/base/text.hpp>
#include <sonde/capture/capture_tools.hpp>
#include <sonde/packet/packet.hpp>

#include "file.hpp"
#include "frame_check.hpp"

namespace sonde::cli {
namespace {

constexpr std::size_t flaws_shown_max = 10;

struct file_verdict {
    verify_report format{};
    frame_counts frames{};
    [[nodiscard]] bool is_clean() const noexcept { return format.is_clean() && frames.is_clean(); }
};

std::string shares(std::uint64_t part, std::uint64_t all) {
    return grouped(part) + " of " + grouped(all);
}

std::string text_of(const std::string& path, const file_verdict& verdict) {
    const auto& [format, frames] = verdict;
    std::string out =
        fmt::format("{}: {}\n", shown_input(path), verdict.is_clean() ? "sound" : "not sound");
    const auto line = [&](std::string_view name, const std::string& value) {
        out += fmt::format("  {:<18}{}\n", name, value);
    };
    line("packets", grouped(format.packets));
    line("format", format.flaw_count == 0 ? "no flaws" : plural(format.flaw_count, "flaw"));
    line("octet for octet", shares(frames.same, frames.frames) + ", from views");
    line("emitted again", shares(frames.emitted_same, frames.frames) + ", decoded and emitted");
    line("read to the end", shares(frames.whole, frames.frames));
    line("checksums",
         fmt::format("{} right, {} wrong, {} cannot be judged",
                     grouped(frames.checksums_good),
                     grouped(frames.checksums_bad),
                     grouped(frames.checksums_unknown)));
    for (std::size_t i = 0; i < format.flaws.size() && i < flaws_shown_max; ++i) {
        out += "  " + describe(format.flaws[i]) + '\n';
    }
    for (const std::uint64_t number : frames.changed) {
        out += fmt::format("  frame {} did not come back\n", number);
    }
    return out;
}

std::string json_of(const std::string& path, const file_verdict& verdict) {
    const auto& [format, frames] = verdict;
    std::string out = "{\"type\":\"file_verify\",\"schema\":\"sonde/1\",\"file\":";
    append_json_string(out, path);
    out += fmt::format(
        ",\"sound\":{},\"packets\":{},\"flaws\":{},\"same_from_views\":{},"
        "\"same_emitted\":{},\"read_to_the_end\":{},\"checksums_good\":{},"
        "\"checksums_bad\":{},\"checksums_unknown\":{}",
        verdict.is_clean(),
        format.packets,
        format.flaw_count,
        frames.same,
        frames.emitted_same,
        frames.whole,
        frames.checksums_good,
        frames.checksums_bad,
        frames.checksums_unknown);
    if (format.stopped) {
        out += ",\"stopped\":";
        append_json_string(out, describe(*format.stopped));
    }
    return out + "}\n";
}

}  // namespace

int run_file_verify(const file_verify_settings& settings, channels to) {
    file_run run("file verify", to);
    for (const auto& path : settings.words) {
        auto file = run.open(path);
        if (!file) continue;
        file_verdict verdict;
        frame_checker checker(verdict.frames);
        progress shown(to.err, path, *file);
        verdict.format = verify_capture(*file, [&](const record& packet) {
            shown.step(*file);
            checker.check(
                packet.octets, static_cast<link_type>(packet.link_type), packet.original_len);
        });
        to.out.write(settings.json ? json_of(path, verdict) : text_of(path, verdict));
        run.tell_stop(path, verdict.format.stopped);
        if (!verdict.is_clean()) run.nothing_matched();
    }
    return run.exit_code();
}

}  // namespace sonde::cli
