#include "craft_source.hpp"

#include <limits>

#include <sonde/base/text.hpp>
#include <sonde/packet/craft_expression.hpp>
#include <sonde/packet/packet_from_json.hpp>
#include <sonde/packet/random_packet.hpp>

#include "run.hpp"

namespace sonde::cli {
namespace {

// What the words quote is escaped already; whatever else may be in them stays off the screen.
std::string shown(std::string sentence) {
    for (char& letter : sentence) {
        if (letter < ' ' || letter > '~') letter = '?';
    }
    return sentence;
}

constexpr std::size_t caret_len_max = 160;  // columns: a longer text is not shown again

// The text with a caret under the place, which the sentence names by its number.
std::string pointed(std::string_view text, std::size_t at) {
    const bool fits = text.size() <= caret_len_max && at <= text.size();
    if (!fits || printable(text) != text) return {};
    return "\n  " + std::string(text) + "\n  " + std::string(at, ' ') + '^';
}

std::optional<built_packet> from_expression(const craft_settings& settings, file_run& run) {
    std::string text;
    for (const auto& word : settings.words) {
        if (!text.empty()) text += ' ';
        text += word;
    }
    auto made = parse_expression(text, {.seed = settings.seed});
    if (made) return *std::move(made);
    run.complain(shown(made.error().sentence) + pointed(text, made.error().position));
    return std::nullopt;
}

std::optional<built_packet> from_json(const craft_settings& settings, file_run& run) {
    const bool piped = settings.from == "-";
    const auto text = read_file(piped ? "/dev/stdin" : settings.from);
    const std::string name = shown_input(settings.from);
    if (!text) {
        run.complain(name + ": " + describe(text.error()));
        return std::nullopt;
    }
    auto made = packet_from_json(*text);
    if (made) return *std::move(made);
    run.complain(name + ": " + shown(made.error().sentence));
    return std::nullopt;
}

std::optional<built_packet> from_capture(const craft_settings& settings, file_run& run) {
    auto file = run.open(settings.from);
    if (!file) return std::nullopt;
    const record* found = nullptr;
    std::uint64_t number = 0;
    while (number < settings.frame && (found = file->next()) != nullptr) ++number;
    if (found != nullptr) {
        return built_packet::decode(found->octets, static_cast<link_type>(found->link_type));
    }
    run.tell_stop(settings.from, file->stopped());
    run.complain(shown_input(settings.from) + ": it has " + plural(number, "frame") +
                 ", and no frame " + std::to_string(settings.frame));
    return std::nullopt;
}

std::optional<built_packet> first_packet(const craft_settings& settings, file_run& run) {
    if (settings.random) return built_packet();
    if (settings.from.empty()) return from_expression(settings, run);
    const bool json = settings.from == "-" || settings.from.ends_with(".json");
    return json ? from_json(settings, run) : from_capture(settings, run);
}

}  // namespace

std::optional<packet_source> packet_source::open(const craft_settings& settings, file_run& run) {
    auto first = first_packet(settings, run);
    if (!first) return std::nullopt;
    packet_source made(settings, *std::move(first));
    if (!made.vary(settings, run)) return std::nullopt;
    return made;
}

bool packet_source::vary(const craft_settings& settings, file_run& run) {
    auto fields = parse_varied(settings.vary, packet_);
    if (!fields) {
        run.complain(fields.error());
        return false;
    }
    varied_ = *std::move(fields);
    for (const auto& one : varied_) {
        if (count_ > std::numeric_limits<std::uint64_t>::max() / one.count()) {
            run.complain("--vary: there are too many combinations");
            return false;
        }
        count_ *= one.count();
    }
    return true;
}

const built_packet& packet_source::next() {
    std::uint64_t which = made_++ % count_;
    if (is_random_) packet_ = random_packet(random_);
    // The last one changes with each packet, as digits do.
    for (std::size_t i = varied_.size(); i-- > 0;) {
        varied_[i].put(packet_, which % varied_[i].count(), random_);
        which /= varied_[i].count();
    }
    return packet_;
}

bool packet_source::varies(std::string_view layer, std::string_view field) const noexcept {
    for (const auto& one : varied_) {
        if (one.layer_name() == layer && one.field_name() == field) return true;
    }
    return false;
}

}  // namespace sonde::cli
