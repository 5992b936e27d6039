#pragma once
/// The commands on capture files, and what they have in common. Each returns the exit code of the
/// program.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sonde/capture/bpf.hpp>
#include <sonde/capture/capture_copier.hpp>
#include <sonde/capture/capture_file.hpp>
#include <sonde/capture/capture_writer.hpp>

#include "output.hpp"
#include "packet_choice.hpp"
#include "settings.hpp"

namespace sonde::cli {

[[nodiscard]] int run_dissect(const dissect_settings& settings, channels to);
[[nodiscard]] int run_list(const list_settings& settings, channels to);
[[nodiscard]] int run_file_info(const file_info_settings& settings, channels to);
[[nodiscard]] int run_file_cut(const file_cut_settings& settings, channels to);
[[nodiscard]] int run_file_convert(const file_convert_settings& settings, channels to);
[[nodiscard]] int run_file_merge(const file_merge_settings& settings, channels to);
[[nodiscard]] int run_file_split(const file_split_settings& settings, channels to);
[[nodiscard]] int run_file_anonymize(const file_anonymize_settings& settings, channels to);
[[nodiscard]] int run_file_verify(const file_verify_settings& settings, channels to);

/// How much was looked at.
struct packets_read {
    std::uint64_t files = 0;
    std::uint64_t packets = 0;
    bool to_the_end = true;  // of the files; else no packet behind those could pass
};

/// What goes wrong is told here, "sonde file cut: x.pcap: ...", and remembered as an exit code.
class file_run {
  public:
    file_run(std::string_view command, channels to) : command_(command), to_(to) {}

    /// The file, or nothing after having complained.
    [[nodiscard]] std::optional<capture_file> open(const std::string& path);
    void close(capture_writer& out, const std::string& path);
    /// Where reading broke, if it did.
    void tell_stop(const std::string& path, const std::optional<capture_error>& stopped);
    void complain(const std::string& text, int code = exit_trouble);
    /// What is no trouble, but worth a sentence on standard error.
    void remark(const std::string& text);
    /// Without a packet that passed a result is empty: so that nobody takes that for a mistake.
    void tell_none_passed(const packets_read& read);
    void nothing_matched() { worsen(exit_damaged); }
    /// It was told already.
    void fail() { worsen(exit_trouble); }
    [[nodiscard]] int exit_code() const noexcept { return code_; }
    [[nodiscard]] channels to() const noexcept { return to_; }

  private:
    void worsen(int code) noexcept { code_ = code > code_ ? code : code_; }
    std::string command_;
    channels to_;
    int code_ = exit_good;
};

/// A file to be written, made when it is known what will be in it: a pcap file has the link type of
/// its first packet.
class late_writer {
  public:
    /// Borrows all.
    late_writer(file_run& run, const std::string& path, const std::vector<std::string>& inputs)
        : run_(run), path_(path), inputs_(inputs) {}

    /// Like `like` in byte order and unit; its format by the name, or where the name does not say,
    /// that of `like`. Null after having complained: also when the path is one of the inputs, or a
    /// terminal; and when it is too early: without a packet for a pcap file.
    [[nodiscard]] capture_writer* for_packet(const capture_file& like, const record* packet);
    /// What comes now is of another input.
    void next_input() noexcept {
        if (copier_) copier_->next_input();
    }
    /// A block, by capture_copier. False after having complained.
    [[nodiscard]] bool put(const capture_file& from, const capture_block& block,
                           std::uint32_t snap_len = 0);
    /// Without any packet the file is made all the same, as far as `like` is known.
    void close(const capture_file* like);
    [[nodiscard]] bool has_failed() const noexcept { return failed_; }

  private:
    void create(const capture_file& like, std::optional<std::uint16_t> link_type);
    [[nodiscard]] bool refuses();
    file_run& run_;
    const std::string& path_;
    const std::vector<std::string>& inputs_;
    std::optional<capture_writer> out_{};
    std::optional<capture_copier> copier_{};
    bool failed_ = false;
};

/// "x.pcap", or "standard input" and "standard output" for "-"; safe to print.
[[nodiscard]] std::string shown_input(const std::string& path);
[[nodiscard]] std::string shown_output(const std::string& path);
/// "1,234,567".
[[nodiscard]] std::string grouped(std::uint64_t number);
/// "1.23 MB": powers of 1,000.
[[nodiscard]] std::string sized(std::uint64_t octets);
[[nodiscard]] std::string plural(std::uint64_t count, std::string_view what);

/// Decides packet by packet, in the order of the file.
class packet_gate {
  public:
    explicit packet_gate(const packet_choice& which) : which_(which) {}

    /// Compiles the filter for a link type; a sentence when it is none.
    [[nodiscard]] std::optional<std::string> prepare(std::uint16_t link_type);
    /// `number` from 1. What the filter could not be compiled for does not pass; see problem().
    [[nodiscard]] bool passes(const record& packet, std::uint64_t number);
    /// Nothing from this number on can pass.
    [[nodiscard]] bool is_behind(std::uint64_t number) const noexcept {
        return number > which_.frames.last();
    }
    [[nodiscard]] const std::optional<std::string>& problem() const noexcept { return problem_; }
    /// A new file begins: its first packet is the one that +SECONDS counts from.
    void restart() noexcept { first_.reset(); }

  private:
    struct compiled {
        std::uint16_t link_type = 0;
        std::optional<bpf_program> program{};
    };
    [[nodiscard]] bool passes_filter(const record& packet);
    [[nodiscard]] const compiled& filter_for(std::uint16_t link_type);

    const packet_choice& which_;
    std::optional<wall_time> first_{};
    std::vector<compiled> filters_{};
    std::optional<std::string> problem_{};
};

/// A line on a terminal about work that takes longer than two seconds.
class progress {
  public:
    /// `path`: what is read; its size is what 100 % are, where the system tells.
    progress(output& to, const std::string& path, const capture_file& file, bool wanted = true);
    progress(const progress&) = delete;
    progress& operator=(const progress&) = delete;
    ~progress();

    /// Cheap; call it for each packet.
    void step(const capture_file& file) {
        if (wanted_ && (++packets_ & 0x3ff) == 0) show(file);
    }

  private:
    void show(const capture_file& file);
    output& to_;
    bool wanted_;
    bool shown_ = false;
    std::uint64_t packets_ = 0;
    std::uint64_t size_ = 0;  // octets; 0: unknown
    mono_time started_{};
    mono_time last_{};
};

}  // namespace sonde::cli
