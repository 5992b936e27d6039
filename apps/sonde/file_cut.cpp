/// sonde file cut and sonde file convert: a part of a capture file, or all of it, in any format.
#include "file.hpp"

namespace sonde::cli {
namespace {

struct copy_job {
    std::string from{};
    std::string to{};
    const packet_choice* which = nullptr;  // null: everything
    bool invert = false;
    std::uint32_t snap_len = 0;
};

struct copied_packets {
    std::uint64_t read = 0;
    std::uint64_t written = 0;
};

// Nothing after having complained.
std::optional<copied_packets> copy(file_run& run, const copy_job& job, capture_file& in,
                                   late_writer& out) {
    static const packet_choice everything;
    packet_gate gate(job.which != nullptr ? *job.which : everything);
    if (in.format() == capture_format::pcap) {
        static_cast<void>(gate.prepare(in.interfaces().front().link_type));
    }
    progress shown(run.to().err, job.from, in);
    copied_packets count;
    while (const capture_block* block = in.next_block()) {
        if (block->packet != nullptr) {
            shown.step(in);
            const bool chosen = gate.passes(*block->packet, ++count.read) != job.invert;
            if (gate.problem()) {
                run.complain(*gate.problem());
                return std::nullopt;
            }
            if (!chosen) continue;
            ++count.written;
        }
        if (!out.put(in, *block, job.snap_len)) return std::nullopt;
    }
    return count;
}

int run_copy(file_run& run, const copy_job& job) {
    auto in = run.open(job.from);
    if (!in) return run.exit_code();
    const std::vector<std::string> inputs{job.from};
    late_writer out(run, job.to, inputs);
    const auto copied = copy(run, job, *in, out);
    if (!copied) return run.exit_code();
    out.close(&*in);
    run.tell_stop(job.from, in->stopped());
    if (copied->written == 0) run.tell_none_passed({.files = 1, .packets = copied->read});
    return run.exit_code();
}

}  // namespace

int run_file_cut(const file_cut_settings& settings, channels to) {
    file_run run("file cut", to);
    return run_copy(run,
                    {.from = settings.words.front(),
                     .to = settings.write_to,
                     .which = &settings.which,
                     .invert = settings.invert,
                     .snap_len = settings.snap_len});
}

int run_file_convert(const file_convert_settings& settings, channels to) {
    file_run run("file convert", to);
    return run_copy(run, {.from = settings.words.front(), .to = settings.write_to});
}

}  // namespace sonde::cli
