#pragma once
/// The option tree as data: every option of every command is one row, from which come the parser,
/// the help, the manual pages and the completions.

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "option_value.hpp"
#include "settings.hpp"

namespace sonde::cli {

/// How an option looks, without what it does.
struct option_info {
    std::string_view names{};  // "-c,--count"
    std::string_view value{};  // "N"; empty: a switch. "a|b|c": one of these
    std::string_view group{};
    std::string_view text{};  // what it does, no full stop
};

/// One row: `apply` puts the value into the settings and reports what is wrong with it.
template <class Settings>
struct option_row {
    option_info info{};
    void (*apply)(Settings& settings, option_value& value) = nullptr;
};

struct example {
    std::string_view command{};
    std::string_view text{};
};

struct exit_rule {
    int code = 0;
    std::string_view text{};
};

/// One command, as help, manual and completion need it.
struct command_info {
    std::string_view name{};
    std::string_view summary{};
    std::string_view arguments{};  // "[options] TARGET..."
    std::string description{};
    std::vector<option_info> options{};
    std::span<const example> examples{};
    std::span<const exit_rule> exits{};
    std::span<const std::string_view> words{};  // what may stand as its argument
    bool takes_files = false;                   // its arguments are files, not hosts
};

[[nodiscard]] std::span<const option_row<ping_settings>> ping_rows() noexcept;
[[nodiscard]] std::span<const option_row<trace_settings>> trace_rows() noexcept;
[[nodiscard]] std::span<const option_row<fping_settings>> fping_rows() noexcept;
[[nodiscard]] std::span<const option_row<sweep_settings>> sweep_rows() noexcept;
[[nodiscard]] std::span<const option_row<doctor_settings>> doctor_rows() noexcept;
[[nodiscard]] std::span<const option_row<dissect_settings>> dissect_rows() noexcept;
[[nodiscard]] std::span<const option_row<capture_settings>> capture_rows() noexcept;
[[nodiscard]] std::span<const option_row<craft_settings>> craft_rows() noexcept;
[[nodiscard]] std::span<const option_row<list_settings>> list_rows() noexcept;
[[nodiscard]] std::span<const option_row<file_info_settings>> file_info_rows() noexcept;
[[nodiscard]] std::span<const option_row<file_cut_settings>> file_cut_rows() noexcept;
[[nodiscard]] std::span<const option_row<file_convert_settings>> file_convert_rows() noexcept;
[[nodiscard]] std::span<const option_row<file_merge_settings>> file_merge_rows() noexcept;
[[nodiscard]] std::span<const option_row<file_split_settings>> file_split_rows() noexcept;
[[nodiscard]] std::span<const option_row<file_anonymize_settings>> file_anonymize_rows() noexcept;
[[nodiscard]] std::span<const option_row<file_verify_settings>> file_verify_rows() noexcept;

/// "ping", "trace", "dissect"...: in the order in which help lists them.
[[nodiscard]] std::span<const std::string_view> command_names() noexcept;
/// Those whose first word is a command of its own: "file" of `sonde file cut`. Their `words` in
/// describe_command are these.
[[nodiscard]] std::span<const std::string_view> group_names() noexcept;
/// Precondition: one of command_names(), or "file cut": a group and one of its words.
[[nodiscard]] command_info describe_command(std::string_view name);
/// In the files of their commands.
[[nodiscard]] command_info describe_fping();
[[nodiscard]] command_info describe_sweep();
[[nodiscard]] command_info describe_capture();
[[nodiscard]] command_info describe_craft();
[[nodiscard]] command_info describe_dissect();
[[nodiscard]] command_info describe_list();
/// "", "info", "cut"...
[[nodiscard]] command_info describe_file(std::string_view word);

/// "-c" or "" of "-c,--count".
[[nodiscard]] std::string_view short_name(const option_info& option) noexcept;
/// The first long name, "--count", or "".
[[nodiscard]] std::string_view long_name(const option_info& option) noexcept;
/// All names, in order.
[[nodiscard]] std::vector<std::string_view> names_of(const option_info& option);
/// The words of "a|b|c"; empty where the value is free.
[[nodiscard]] std::vector<std::string_view> choices_of(const option_info& option);

[[nodiscard]] std::string help_text(const command_info& command);
/// The list of commands.
[[nodiscard]] std::string help_overview();
/// A manual page in roff, section 1. An empty name: the page of sonde itself.
[[nodiscard]] std::string manual_page(std::string_view name);
/// Precondition: shell is "bash", "zsh" or "fish".
[[nodiscard]] std::string completion_script(std::string_view shell);

/// Of `candidates` the one that `wrong` was probably meant to be; empty when none is near.
[[nodiscard]] std::string_view nearest(std::string_view wrong,
                                       std::span<const std::string_view> candidates);

}  // namespace sonde::cli
