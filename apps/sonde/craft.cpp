/// sonde craft: packets out of expressions, shown, written, sent.
#include <sonde/net/clock.hpp>

#include "craft_file.hpp"
#include "craft_screen.hpp"
#include "craft_send.hpp"
#include "live.hpp"

namespace sonde::cli {
namespace {

// Packets that are not sent: shown, unless only a file is wanted.
int show_crafted(const craft_settings& settings, packet_source& source, file_run& run) {
    craft_screen screen(settings, run.to().out);
    craft_file file(settings, run);
    const bool shows = !file.is_wanted() || (settings.form && settings.write_to != "-");
    const std::uint64_t count = settings.count.value_or(source.count());
    std::vector<std::uint8_t> octets;
    for (std::uint64_t i = 0; i < count && !run.to().out.is_broken(); ++i) {
        const built_packet& made = source.next();
        octets.resize(made.wire_len());
        made.emit(octets);
        if (shows) screen.show(made, octets);
        if (!file.put(made.type(), octets, wall_now(), {})) break;
    }
    file.close();
    return run.exit_code();
}

}  // namespace

int run_craft(const craft_settings& settings, channels to) {
    file_run run("craft", to);
    auto source = packet_source::open(settings, run);
    if (!source) return run.exit_code();
    return settings.send ? send_crafted(settings, *source, run)
                         : show_crafted(settings, *source, run);
}

}  // namespace sonde::cli
