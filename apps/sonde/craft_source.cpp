#include "craft_source.hpp"

#include <algorithm>
#include <cerrno>
#include <limits>

#include <fmt/format.h>

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

using packets = std::vector<built_packet>;

std::optional<packets> from_expression(const craft_settings& settings, file_run& run) {
    std::string text;
    for (const auto& word : settings.words) {
        if (!text.empty()) text += ' ';
        text += word;
    }
    auto made = parse_expression(text, {.seed = settings.seed});
    if (made) return packets{*std::move(made)};
    run.complain(shown(made.error().sentence) + pointed(text, made.error().position));
    return std::nullopt;
}

/// The packets of a file, one after another: all of them, within bounds, or the one that is wanted.
class packet_collector {
  public:
    packet_collector(const craft_settings& settings, file_run& run)
        : name_(shown_input(settings.from)), wanted_(settings.frame), run_(run) {}

    [[nodiscard]] bool is_wanted() const noexcept { return !wanted_ || *wanted_ == number_ + 1; }
    /// False when no more are wanted, or after having complained.
    [[nodiscard]] bool put(built_packet one) {
        ++number_;
        octets_ += one.wire_len();
        if (packets_.size() == packets_max || octets_ > octets_max) {
            run_.complain(
                fmt::format("{}: more than {} or {} are not made at once: --frame N takes one, "
                            "`sonde file cut` some",
                            name_,
                            plural(packets_max, "packet"),
                            sized(octets_max)));
            has_failed_ = true;
            return false;
        }
        packets_.push_back(std::move(one));
        return !wanted_;
    }
    void skip() noexcept { ++number_; }
    void refuse(const std::string& why) {
        run_.complain(name_ + ": " + why);
        has_failed_ = true;
    }

    /// Nothing after having complained: also of a file without the packet that is wanted.
    [[nodiscard]] std::optional<packets> take() {
        if (packets_.empty() && !has_failed_) {
            refuse("it has " + plural(number_, "packet") +
                   (wanted_ ? ", and no packet " + grouped(*wanted_) : std::string{}));
        }
        if (has_failed_) return std::nullopt;
        return std::move(packets_);
    }

  private:
    static constexpr std::size_t packets_max = 100'000;
    static constexpr std::size_t octets_max = 64'000'000;
    std::string name_;
    std::optional<std::uint64_t> wanted_;
    file_run& run_;
    packets packets_{};
    std::uint64_t number_ = 0;  // of the packet before
    std::size_t octets_ = 0;
    bool has_failed_ = false;
};

// "line 3, column 20, .layers[1].fields.ttl: no field 'ttl' in ipv4..."
std::string placed(std::string_view text, const craft_error& error, std::size_t begin) {
    const json_place at = place_in_json(text, begin + error.position);
    std::string made = fmt::format("line {}, column {}", at.line, at.column);
    if (!at.path.empty()) made += ", " + at.path;
    return made + ": " + shown(error.sentence);
}

std::optional<packets> from_json(const craft_settings& settings, file_run& run) {
    packet_collector made(settings, run);
    const auto text = read_file(settings.from == "-" ? "/dev/stdin" : settings.from);
    if (!text) {
        made.refuse(text.error().code == EFBIG
                        ? "more than " + grouped(text_len_max) + " octets of text are not read"
                        : describe(text.error()));
        return std::nullopt;
    }
    std::string_view rest(*text);
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r\n"), rest.size()));
    while (!rest.empty()) {
        const std::string_view before = rest;
        auto one = take_packet_from_json(rest);
        if (!one && (made.is_wanted() || rest.size() == before.size())) {
            made.refuse(placed(*text, one.error(), text->size() - before.size()));
            return std::nullopt;
        }
        if (!made.is_wanted()) {
            made.skip();
        } else if (!made.put(*std::move(one))) {
            break;
        }
    }
    return made.take();
}

std::optional<packets> from_capture(const craft_settings& settings, file_run& run) {
    auto file = run.open(settings.from);
    if (!file) return std::nullopt;
    packet_collector made(settings, run);
    while (const record* one = file->next()) {
        if (!made.is_wanted()) {
            made.skip();
        } else if (!made.put(
                       built_packet::decode(one->octets, static_cast<link_type>(one->link_type)))) {
            break;
        }
    }
    run.tell_stop(settings.from, file->stopped());
    return made.take();
}

std::optional<packets> packets_of(const craft_settings& settings, file_run& run) {
    if (settings.random) return packets{built_packet()};
    if (settings.from.empty()) return from_expression(settings, run);
    const std::string_view from = settings.from;
    const bool json = from == "-" || from.ends_with(".json") || from.ends_with(".jsonl");
    return json ? from_json(settings, run) : from_capture(settings, run);
}

}  // namespace

std::optional<packet_source> packet_source::open(const craft_settings& settings, file_run& run) {
    auto all = packets_of(settings, run);
    if (!all) return std::nullopt;
    packet_source made(settings, *std::move(all));
    if (!made.vary(settings, run)) return std::nullopt;
    return made;
}

bool packet_source::vary(const craft_settings& settings, file_run& run) {
    if (packets_.size() > 1 && !settings.vary.empty()) {
        run.complain("--vary changes one packet, " + shown_input(settings.from) + " has " +
                     grouped(packets_.size()) + ": --frame N takes one");
        return false;
    }
    auto fields = parse_varied(settings.vary, packets_.front());
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
    if (packets_.size() > 1) return packets_[which];
    built_packet& only = packets_.front();
    if (is_random_) only = random_packet(random_);
    // The last one changes with each packet, as digits do.
    for (std::size_t i = varied_.size(); i-- > 0;) {
        varied_[i].put(only, which % varied_[i].count(), random_);
        which /= varied_[i].count();
    }
    return only;
}

bool packet_source::varies(std::string_view layer, std::string_view field) const noexcept {
    for (const auto& one : varied_) {
        if (one.layer_name() == layer && one.field_name() == field) return true;
    }
    return false;
}

}  // namespace sonde::cli
