#include "run.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <fcntl.h>
#include <unistd.h>

#include <sonde/base/os_error.hpp>
#include <sonde/base/text.hpp>
#include <sonde/net/fd.hpp>
#include <sonde/net/privileges.hpp>

namespace sonde::cli {
namespace {

// A file, or the name of a scenario that comes with sonde.
tl::expected<sim::scenario, std::string> load_scenario(const std::string& name) {
    const auto known = sim::ready_made_names();
    if (std::find(known.begin(), known.end(), name) != known.end()) return sim::ready_made(name);
    const auto text = read_file(name);
    if (text) return sim::read_scenario(*text);
    if (text.error().code != ENOENT) return tl::unexpected(describe(text.error()));
    std::string problem = "no such file, and no scenario that comes with sonde; those are";
    for (const auto each : known) problem.append(1, ' ').append(each);
    return tl::unexpected(problem);
}

simulated_target place(const sim::scenario& how, const std::string& text, const ip_address& address,
                       bool raw) {
    simulated_target made{.text = text};
    made.setup = sim::make_setup(how, {.family = address.family(), .raw = raw});
    made.setup.destination = address;
    return made;
}

// The library cannot know which program it is part of; its advice leaves a place for the path.
std::string with_own_path(std::string_view advice) {
    constexpr std::string_view place = "<program>";
    std::string text(advice);
    const std::size_t at = text.find(place);
    const std::string path = own_path();
    if (at != std::string::npos && !path.empty()) text.replace(at, place.size(), path);
    return text;
}

}  // namespace

io_result<std::string> read_file(const std::string& path) {
    const fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.is_open()) return tl::unexpected(os_error{.operation = "open", .code = errno});
    std::string text;
    char part[65'536];
    for (;;) {
        const ssize_t len = ::read(file.number(), part, sizeof part);
        const int code = len < 0 ? errno : text.size() > text_len_max ? EFBIG : 0;
        if (code != 0) return tl::unexpected(os_error{.operation = "read", .code = code});
        if (len == 0) return text;
        text.append(part, static_cast<std::size_t>(len));
    }
}

std::string own_path() {
    std::array<char, PATH_MAX> path{};
    const ssize_t len = ::readlink("/proc/self/exe", path.data(), path.size() - 1);
    return len > 0 ? std::string(path.data(), static_cast<std::size_t>(len)) : std::string{};
}

void complain(channels to, std::string_view command, output_format format,
              const report_error& why) {
    std::string line = "sonde " + std::string(command) + ": " + with_own_path(why.text) + '\n';
    to.err.write(line);
    if (format != output_format::json) return;
    std::string json;
    append_error_json(json, why);
    to.out.write(json);
}

std::string_view kind_of(const error& why) noexcept {
    if (dynamic_cast<const name_lookup_error*>(&why) != nullptr) return "unknown_host";
    if (dynamic_cast<const option_error*>(&why) != nullptr) return "bad_option";
    if (dynamic_cast<const socket_permission_error*>(&why) != nullptr) return "no_permission";
    if (dynamic_cast<const socket_address_error*>(&why) != nullptr) return "bad_source";
    if (dynamic_cast<const socket_broadcast_error*>(&why) != nullptr) return "broadcast";
    return "cannot_start";
}

void capability_drop::one_is_open() noexcept {
    if (waiting_for_ == 0) return;
    --waiting_for_;
    if (waiting_for_ > 0) return;
    static_cast<void>(drop_capabilities());  // without any there is nothing to give up
}

std::vector<target> targets_of(const common_settings& settings) {
    return {settings.targets.begin(), settings.targets.end()};
}

std::optional<simulation> open_simulation(const common_settings& settings,
                                          const socket_options& socket, std::string_view command,
                                          channels to) {
    auto how = load_scenario(settings.scenario);
    if (!how) {
        const std::string text = printable(settings.scenario) + ": " + printable(how.error());
        complain(
            to, command, settings.format, {.kind = "bad_scenario", .target = {}, .text = text});
        return std::nullopt;
    }
    simulation made{.how = *std::move(how)};
    const bool raw = socket.mode != socket_mode::dgram;
    const ip_family family = socket.family.value_or(ip_family::v4);
    for (const auto& text : settings.targets) {
        const auto address = ip_address::parse(text);
        if (address) {
            made.targets.push_back(place(made.how, text, *address, raw));
        } else {
            made.targets.push_back(
                {.text = text,
                 .problem = printable(text) +
                            ": a simulated internet "
                            "has no names; give an address of the scenario, or none for all"});
        }
    }
    if (!settings.targets.empty()) return made;
    for (const auto& address : sim::targets(made.how, family)) {
        made.targets.push_back(place(made.how, to_string(address), address, raw));
    }
    return made;
}

}  // namespace sonde::cli
