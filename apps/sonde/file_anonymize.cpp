/// sonde file anonymize: a capture file without the addresses of those who sent it.
#include <sonde/base/siphash.hpp>
#include <sonde/capture/capture_copier.hpp>
#include <sonde/net/system_calls.hpp>
#include <sonde/packet/anonymize.hpp>

#include "file.hpp"

namespace sonde::cli {
namespace {

std::optional<std::uint64_t> random_word() {
    std::array<std::uint8_t, 8> octets{};
    const auto len = kernel_calls().getrandom(octets.data(), octets.size(), 0);
    if (len != static_cast<ssize_t>(octets.size())) return std::nullopt;
    return be64_at(octets, 0);
}

// Any text gives a key: two halves that differ in what they were asked for.
std::optional<siphash_key> key_of(const std::string& text) {
    if (text.empty()) {
        const auto first = random_word();
        const auto second = random_word();
        if (!first || !second) return std::nullopt;
        return siphash_key{*first, *second};
    }
    const std::vector<std::uint8_t> octets(text.begin(), text.end());
    return siphash_key{.k0 = siphash24({1, 2}, octets), .k1 = siphash24({3, 4}, octets)};
}

}  // namespace

int run_file_anonymize(const file_anonymize_settings& settings, channels to) {
    file_run run("file anonymize", to);
    const std::string& path = settings.words.front();
    auto in = run.open(path);
    if (!in) return run.exit_code();
    const auto key = key_of(settings.key);
    if (!key) {
        run.complain("the system gives no random key; choose one with --key");
        return run.exit_code();
    }
    late_writer out(run, settings.write_to, settings.words);
    anonymizer hide({.key = *key,
                     .keep_mac_vendor = settings.keep_vendor,
                     .ports = settings.ports,
                     .payload = static_cast<payload_fate>(settings.payload)});
    std::optional<packet_copier> copier;
    progress shown(to.err, path, *in);
    std::vector<std::uint8_t> frame;
    while (const record* r = in->next()) {
        shown.step(*in);
        frame.assign(r->octets.begin(), r->octets.end());
        const std::size_t kept = hide.apply(frame, static_cast<link_type>(r->link_type));
        record made = *r;
        made.octets = bytes_view(frame).first(kept);
        made.option_octets = {};  // comments, hashes of what was, and who knows what else
        if (!copier) {
            capture_writer* const to_file = out.for_packet(*in, &made);
            if (to_file == nullptr) return run.exit_code();
            copier.emplace(*to_file, nameless_interface);
        }
        if (auto done = copier->put(*in, made, {.comments = {}, .flags = r->flags()}); !done) {
            run.complain(shown_output(settings.write_to) + ": " + describe(done.error()));
            return run.exit_code();
        }
    }
    out.close(&*in);
    run.tell_stop(path, in->stopped());
    return run.exit_code();
}

}  // namespace sonde::cli
