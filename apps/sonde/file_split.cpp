/// sonde file split: a capture file in parts, by size, or one for each conversation.
#include <unordered_map>

#include <sonde/capture/capture_copier.hpp>
#include <sonde/capture/capture_tools.hpp>

#include "conversation.hpp"
#include "file.hpp"

namespace sonde::cli {
namespace {

constexpr std::uint32_t other_packets = 0;    // part of what is no TCP and no UDP
constexpr std::uint32_t parts_at_once = 200;  // open files, each with a buffer
constexpr std::uint32_t parts_max = 1'000'000;

// Which part each packet goes to: conversations are numbered from 1 as they appear.
struct assignment {
    std::vector<std::uint32_t> part_of{};  // by packet
    std::uint32_t parts = 0;               // conversations
};

std::optional<assignment> assign(file_run& run, capture_file& in, const std::string& path) {
    std::unordered_map<conversation_key, std::uint32_t, conversation_hash> known;
    assignment made;
    progress shown(run.to().err, path, in);
    while (const record* r = in.next()) {
        shown.step(in);
        const packet frame(r->octets, static_cast<link_type>(r->link_type));
        const auto key = conversation_of(frame);
        const bool counts =
            key && (key->protocol == ip_protocol::tcp || key->protocol == ip_protocol::udp) &&
            (key->low_port != 0 || key->high_port != 0);
        if (!counts) {
            made.part_of.push_back(other_packets);
            continue;
        }
        const auto [at, is_new] = known.try_emplace(*key, made.parts + 1);
        if (is_new && ++made.parts > parts_max) {
            run.complain(shown_input(path) + ": more than " + grouped(parts_max) +
                         " conversations; cut the file first");
            return std::nullopt;
        }
        made.part_of.push_back(at->second);
    }
    return made;
}

// Writes the parts [first, last) while reading the file once.
class part_writers {
  public:
    part_writers(file_run& run, const file_split_settings& settings, std::uint32_t first,
                 std::uint32_t last)
        : run_(run), settings_(settings), first_(first), parts_(last - first) {}

    bool put(const capture_file& in, const record& packet, std::uint32_t part) {
        if (part < first_ || part - first_ >= parts_.size()) return true;
        auto& at = parts_[part - first_];
        if (!at) {
            at = std::make_unique<open_part>(run_, path_of(part), settings_.words);
            capture_writer* const to_file = at->out.for_packet(in, &packet);
            if (to_file == nullptr) return false;
            at->copier.emplace(*to_file, same_interface);
        }
        auto done = at->copier->put(in, packet);
        if (!done) run_.complain(at->path + ": " + describe(done.error()));
        return done.has_value();
    }
    void close() {
        for (const auto& one : parts_) {
            if (one) one->out.close(nullptr);
        }
    }

  private:
    struct open_part {
        open_part(file_run& run, std::string name, const std::vector<std::string>& inputs)
            : path(std::move(name)), out(run, path, inputs) {}
        std::string path;
        late_writer out;
        std::optional<packet_copier> copier{};
    };
    // What is neither TCP nor UDP comes first: its number is 0.
    [[nodiscard]] std::string path_of(std::uint32_t part) const {
        return split_part_path(settings_.write_to, part);
    }

    file_run& run_;
    const file_split_settings& settings_;
    std::uint32_t first_;
    std::vector<std::unique_ptr<open_part>> parts_;
};

void split_conversations(file_run& run, const file_split_settings& settings, capture_file& in) {
    const std::string& path = settings.words.front();
    // Some files are open at a time: the input is read again for the next ones.
    const auto where = assign(run, in, path);
    if (!where) return;
    const auto stopped = in.stopped();
    for (std::uint32_t first = 0; first <= where->parts; first += parts_at_once) {
        if (auto done = in.rewind(); !done) {
            return run.complain(shown_input(path) + ": it must be read twice, and cannot be: " +
                                describe(done.error()));
        }
        part_writers parts(run, settings, first, std::min(first + parts_at_once, where->parts + 1));
        for (const std::uint32_t part : where->part_of) {
            const record* r = in.next();
            if (r == nullptr) break;  // somebody changed the file meanwhile
            if (!parts.put(in, *r, part)) return;
        }
        parts.close();
    }
    run.tell_stop(path, stopped);
    run.to().out.write(plural(where->parts, "conversation") + '\n');
}

void split_by_limits(file_run& run, const file_split_settings& settings, capture_file& in) {
    const split_limits limits{
        .packets = settings.packets, .octets = settings.octets, .duration = settings.duration};
    const auto report = split_capture(in, settings.write_to, limits);
    if (!report) return run.complain(describe(report.error()));
    for (const auto& part : report->parts) {
        run.to().out.write(shown_output(part.path) + ": " + plural(part.packets, "packet") + ", " +
                           sized(part.octets) + '\n');
    }
    run.tell_stop(settings.words.front(), report->stopped);
}

}  // namespace

int run_file_split(const file_split_settings& settings, channels to) {
    file_run run("file split", to);
    auto in = run.open(settings.words.front());
    if (!in) return run.exit_code();
    if (settings.conversations) {
        split_conversations(run, settings, *in);
    } else {
        split_by_limits(run, settings, *in);
    }
    return run.exit_code();
}

}  // namespace sonde::cli
