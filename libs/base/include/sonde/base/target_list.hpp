#pragma once
/// Lists of targets as people keep them, one target a line:
///
///     # the lab                     a comment; blank lines are fine too
///     192.0.2.1                     an address
///     2001:db8::/120                a prefix
///     192.0.2.10-192.0.2.19         a range; 192.0.2.10-19 is the same
///     router.example.net  # core    a name, kept apart: a resolver has to read it
///     fe80::1%eth0                  a zone is the system's business: kept with the names
///     !192.0.2.5                    left out, wherever else it stands
///
/// Lines may end in LF or CR LF. What cannot be used is a problem with its line number and a
/// sentence that is safe to print, and never stops the rest:
///
///     target_list_reader reader;
///     while (read more) reader.read(piece);   // cut anywhere
///     const target_list list = reader.finish();
///
/// Ranges are not written out: 10.0.0.0/8 takes the room of one line.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include <sonde/base/address_set.hpp>
#include <sonde/base/api.hpp>

namespace sonde::inline v0 {

/// What one line asks for.
struct target_entry {
    bool is_exclusion = false;
    std::optional<ip_range> range{};  // none: a name
    std::string_view name{};          // borrowed from the line; empty: a range
};
/// Reads one line without its end. No entry: a blank line or a comment. The error is a sentence of
/// printable ASCII that says what is wrong and what to do.
[[nodiscard]] SONDE_API tl::expected<std::optional<target_entry>, std::string> parse_target_line(
    std::string_view line SONDE_LIFETIMEBOUND);

/// Cuts text that comes in pieces into lines. Holds one line that is not whole yet, at most
/// `line_len_max` octets; what a line has beyond them is skipped, and the line is told as too long.
class SONDE_API line_cutter {
  public:
    static constexpr std::size_t line_len_max = 1024;  // octets
    struct line {
        std::uint64_t number = 0;  // 1 for the first
        std::string_view text{};   // valid until the next call
        bool is_too_long = false;  // `text` is its beginning
    };
    /// The next whole line of `piece`, which shrinks by what was used. Nothing: `piece` is used up.
    [[nodiscard]] std::optional<line> next(std::string_view& piece);
    /// The last line, when the text did not end with a line's end. Call it once, at the end.
    [[nodiscard]] std::optional<line> last();

  private:
    [[nodiscard]] line made(std::string_view text, bool is_too_long) noexcept;
    std::string held_{};
    std::uint64_t lines_ = 0;
    bool is_cut_ = false;    // the line held is longer than what is held
    bool is_given_ = false;  // held_ was given out: the next call may clear it
};

struct target_problem {
    std::uint64_t line = 0;  // in its text; 0: of no line
    std::string text;        // a sentence of printable ASCII
};

struct named_target {
    std::uint64_t line = 0;
    std::string name;
};

struct target_list {
    address_set addresses{};            // what was listed, without what is left out
    std::vector<named_target> names{};  // in the order of the list; duplicates are kept
    std::vector<named_target> excluded_names{};
    std::uint64_t excluded = 0;              // addresses that were listed and are left out
    std::vector<target_problem> problems{};  // the first `problems_max` of them
    std::uint64_t problem_count = 0;

    static constexpr std::size_t problems_max = 100;
    static constexpr std::size_t names_max = 1'048'576;   // of both kinds together
    static constexpr std::size_t ranges_max = 4'194'304;  // that do not touch; of each kind
};

/// Bounded, whatever comes in: line_cutter::line_len_max, and the three bounds of target_list (of
/// names at most 254 octets each, of ranges 48 octets each, four times that while they are sorted).
/// What is beyond is a problem.
class SONDE_API target_list_reader {
  public:
    /// The next piece of the list; lines may begin in one piece and end in another.
    void read(std::string_view piece);
    /// The next piece of a list of its own, of what is left out; its lines need no `!`.
    void read_exclusions(std::string_view piece);
    /// What was read. The reader is empty afterwards.
    [[nodiscard]] target_list finish();

  private:
    /// Ranges as they come, made one where they touch whenever they are twice as many as before.
    struct gathered {
        std::vector<ip_range> ranges{};
        std::size_t join_at = 65'536;
        bool is_full = false;
    };
    void take(const line_cutter::line& line, bool all_excluded);
    void take_range(gathered& into, const ip_range& range, std::uint64_t line);
    void take_name(std::vector<named_target>& into, std::string_view name, std::uint64_t line);
    void tell(std::uint64_t line, std::string text);

    line_cutter targets_{};
    line_cutter exclusions_{};
    gathered listed_{};
    gathered left_out_{};
    target_list made_{};
};

}  // namespace sonde::inline v0
