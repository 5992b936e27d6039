#include <algorithm>
#include <array>

#include <fmt/format.h>

#include <sonde/base/text.hpp>
#include <sonde/report/live_table.hpp>

#include "numbers.hpp"

namespace sonde::inline v0 {
namespace {

constexpr std::string_view red = "\033[31m";
constexpr std::string_view yellow = "\033[33m";
constexpr std::string_view dim = "\033[2m";
constexpr std::string_view inverse = "\033[7m";
constexpr std::string_view plain = "\033[0m";

// Loss above which a row is no longer merely worth a look.
constexpr double loss_bad = 0.05;

// One line: text goes in with its visible width, and never more than fits.
class line_writer {
  public:
    line_writer(std::string& out, const live_style& style) : out_(out), style_(style) {}

    void text(std::string_view value, std::string_view color = {}) {
        const std::size_t fits = std::min(value.size(), left());
        colored(value.substr(0, fits), color);
        used_ += fits;
    }
    // Of `columns` columns, whatever its octets.
    void glyphs(std::string_view value, std::size_t columns) {
        if (columns > left()) return;
        out_ += value;
        used_ += columns;
    }
    [[nodiscard]] std::size_t left() const noexcept { return style_.width - used_; }

  private:
    void colored(std::string_view value, std::string_view color) {
        if (value.empty()) return;
        const bool paint = style_.color && !color.empty();
        if (paint) out_ += color;
        out_ += value;
        if (paint) out_ += plain;
    }
    std::string& out_;
    const live_style& style_;
    std::size_t used_ = 0;
};

// A column behind the name: right-aligned, with a space before it.
struct column {
    std::string_view title;
    std::size_t width;
    live_order order;  // which key sorts by it; `given`: none
    std::string (*text)(const target_tally& tally);
};

std::string time_text(const target_tally& tally, nanoseconds value) {
    return tally.rtt().count == 0 ? "-" : detail::ping_ms(value);
}

constexpr std::array columns{
    column{"Loss%",
           7,
           live_order::loss,
           [](const target_tally& t) { return fmt::format("{:.1f}", t.loss() * 100.0); }},
    column{"Sent",
           7,
           live_order::given,
           [](const target_tally& t) { return fmt::format("{}", t.counts().sent); }},
    column{"Last",
           7,
           live_order::last,
           [](const target_tally& t) { return time_text(t, t.rtt().last); }},
    column{"Avg",
           7,
           live_order::avg,
           [](const target_tally& t) { return time_text(t, t.rtt().mean()); }},
    column{"Best",
           7,
           live_order::given,
           [](const target_tally& t) { return time_text(t, t.rtt().min); }},
    column{"Worst",
           7,
           live_order::max,
           [](const target_tally& t) { return time_text(t, t.rtt().max); }},
    column{"Jitter",
           7,
           live_order::jitter,
           [](const target_tally& t) { return time_text(t, t.rtt().jitter()); }},
};
constexpr std::size_t name_width_min = 15;  // columns: 255.255.255.255
constexpr std::size_t spark_width_min = 8;

// How the width is shared: columns from the left as long as they fit, then the sparkline.
struct plan {
    std::size_t name_width = name_width_min;
    std::size_t columns_shown = 0;
    std::size_t spark_width = 0;
};

plan make_plan(std::size_t width, std::size_t longest_name) {
    plan made;
    std::size_t used = made.name_width = std::min(name_width_min, width);
    for (const column& each : columns) {
        if (used + 1 + each.width > width) break;
        used += 1 + each.width;
        ++made.columns_shown;
    }
    std::size_t rest = width - used;
    const std::size_t wanted = longest_name > made.name_width ? longest_name - made.name_width : 0;
    // The sparkline keeps its least width before the names get more than theirs.
    const std::size_t spare = rest > spark_width_min + 1 ? rest - spark_width_min - 1 : 0;
    const std::size_t more = std::min(wanted, spare);
    made.name_width += more;
    rest -= more;
    if (rest > spark_width_min) made.spark_width = std::min(rest - 1, rtt_history::size_max);
    return made;
}

void write_head(std::string& out, const plan& shape, live_order order, const live_style& style) {
    line_writer line(out, style);
    line.text(fmt::format("{:<{}}", "Target", shape.name_width), inverse);
    for (std::size_t i = 0; i < shape.columns_shown; ++i) {
        const column& each = columns[i];
        const bool sorted = each.order == order && order != live_order::given;
        const std::string title = sorted ? '*' + std::string(each.title) : std::string(each.title);
        line.text(fmt::format(" {:>{}}", title, each.width), inverse);
    }
    if (shape.spark_width > 0) {
        line.text(fmt::format(" {:<{}}", "History", shape.spark_width), inverse);
    }
}

std::string_view row_color(const target_tally& tally) noexcept {
    if (tally.loss() > loss_bad) return red;
    return tally.counts().lost > 0 ? yellow : std::string_view{};
}

void write_row(std::string& out, const live_row& row, const plan& shape, const live_style& style) {
    line_writer line(out, style);
    std::string name = printable(row.name);
    name.resize(std::max(name.size(), shape.name_width), ' ');
    if (name.size() > shape.name_width) {  // cut, and seen to be
        name.resize(shape.name_width);
        if (shape.name_width > 1) name.back() = '~';
    }
    line.text(name);
    if (!row.trouble.empty()) return line.text(' ' + printable(row.trouble), red);
    if (row.tally == nullptr) return;
    for (std::size_t i = 0; i < shape.columns_shown; ++i) {
        const bool is_loss = columns[i].order == live_order::loss;
        line.text(fmt::format(" {:>{}}", columns[i].text(*row.tally), columns[i].width),
                  is_loss ? row_color(*row.tally) : std::string_view{});
    }
    if (shape.spark_width == 0) return;
    line.text(" ");
    line.glyphs(sparkline(row.tally->history(), shape.spark_width, style), shape.spark_width);
}

void write_footer(std::string& out, const live_style& style) {
    line_writer line(out, style);
    const auto key = [&line](std::string_view letter, std::string_view rest) {
        line.text(letter, inverse);
        line.text(rest);
    };
    key("q", " quit  sort by: ");
    for (const auto& [letter, rest] : {std::pair("g", "iven "),
                                       {"n", "ame "},
                                       {"l", "oss "},
                                       {"r", "tt "},
                                       {"a", "vg "},
                                       {"w", "orst "},
                                       {"j", "itter "}}) {
        key(letter, rest);
    }
    line.text(" again: reversed  arrows, space: scroll", dim);
}

std::string elapsed_text(nanoseconds elapsed) {
    const auto s = std::chrono::duration_cast<std::chrono::seconds>(elapsed).count();
    return fmt::format("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
}

// What a row is sorted by: larger comes first, but for names.
double key_of(live_order order, const target_tally& tally) {
    const rtt_moments& rtt = tally.rtt();
    const auto in_ns = [&](nanoseconds value) {
        return rtt.count == 0 ? -1.0 : static_cast<double>(value.count());
    };
    switch (order) {
        case live_order::loss:
            return tally.loss();
        case live_order::last:
            return in_ns(rtt.last);
        case live_order::avg:
            return in_ns(rtt.mean());
        case live_order::max:
            return in_ns(rtt.max);
        case live_order::jitter:
            return in_ns(rtt.jitter());
        default:
            return 0;
    }
}

std::optional<live_order> order_of(int key) noexcept {
    switch (key) {
        case 'g':
            return live_order::given;
        case 'n':
            return live_order::name;
        case 'l':
            return live_order::loss;
        case 'r':
            return live_order::last;
        case 'a':
            return live_order::avg;
        case 'w':
            return live_order::max;
        case 'j':
            return live_order::jitter;
        default:
            return std::nullopt;
    }
}

}  // namespace

bool live_table::on_key(int key) noexcept {
    if (const auto order = order_of(key)) {
        reversed_ = order_ == *order && !reversed_;
        order_ = *order;
        first_ = 0;
        return true;
    }
    const std::size_t last = count_ > page_ ? count_ - page_ : 0;
    switch (key) {
        case up:
            first_ -= first_ > 0 ? 1 : 0;
            return true;
        case down:
            first_ = std::min(first_ + 1, last);
            return true;
        case page_up:
            first_ -= std::min(first_, page_);
            return true;
        case ' ':
        case page_down:
            first_ = std::min(first_ + page_, last);
            return true;
        case home:
            first_ = 0;
            return true;
        case end:
            first_ = last;
            return true;
        default:
            return false;
    }
}

void live_table::sort(std::size_t count, const std::function<live_row(std::size_t)>& row,
                      std::size_t visible) {
    sorted_.resize(count);
    for (std::size_t i = 0; i < count; ++i) sorted_[i] = static_cast<std::uint32_t>(i);
    if (order_ == live_order::given) {
        if (reversed_) std::reverse(sorted_.begin(), sorted_.end());
        return;
    }
    const auto before = [&](std::uint32_t a, std::uint32_t b) {
        const live_row one = row(a);
        const live_row other = row(b);
        const bool first_wins = a < b;  // equal rows stay as they were given
        if (order_ == live_order::name) {
            if (one.name == other.name) return first_wins;
            return (one.name < other.name) != reversed_;
        }
        const double x = one.tally == nullptr ? -2.0 : key_of(order_, *one.tally);
        const double y = other.tally == nullptr ? -2.0 : key_of(order_, *other.tally);
        if (x == y) return first_wins;
        return (x > y) != reversed_;
    };
    const std::size_t needed = std::min(count, first_ + visible);
    std::partial_sort(sorted_.begin(),
                      sorted_.begin() + static_cast<std::ptrdiff_t>(needed),
                      sorted_.end(),
                      before);
}

std::string live_table::frame(std::size_t count, const std::function<live_row(std::size_t)>& row,
                              const live_totals& totals, const live_style& style) {
    if (style.height < 4 || style.width < 8) return "sonde";
    count_ = count;
    page_ = style.height - 3;  // a line of totals, the head, the footer
    first_ = std::min(first_, count > page_ ? count - page_ : 0);
    sort(count, row, page_);
    probe_counts sum;
    std::uint64_t alive = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const target_tally* const tally = row(i).tally;
        if (tally == nullptr) continue;
        sum.sent += tally->counts().sent;
        sum.received += tally->counts().received;
        sum.lost += tally->counts().lost;
        if (tally->counts().received > 0) ++alive;
    }
    std::string out;
    const std::uint64_t judged = sum.received + sum.lost;
    std::string top = fmt::format(
        "{} targets, {} alive, {} sent, {} answered, {:.4g}% lost, {}",
        count,
        alive,
        sum.sent,
        sum.received,
        judged == 0 ? 0.0 : static_cast<double>(sum.lost) / static_cast<double>(judged) * 100.0,
        elapsed_text(totals.elapsed));
    if (totals.dropped_here > 0) top += fmt::format(", {} dropped here", totals.dropped_here);
    if (totals.stopping) top += ", ending";
    line_writer(out, style).text(top);
    out += '\n';
    const std::size_t shown = std::min(page_, count - first_);
    std::size_t longest = 0;
    for (std::size_t i = 0; i < shown; ++i) {
        longest = std::max(longest, printable(row(sorted_[first_ + i]).name).size());
    }
    const plan shape = make_plan(style.width, longest);
    write_head(out, shape, order_, style);
    for (std::size_t i = 0; i < page_; ++i) {
        out += '\n';
        if (i < shown) write_row(out, row(sorted_[first_ + i]), shape, style);
    }
    out += '\n';
    write_footer(out, style);
    return out;
}

std::optional<int> key_reader::on_octet(char octet) noexcept {
    const place was = at_;
    at_ = place::plain;
    if (was == place::plain) {
        if (octet != '\033') return static_cast<unsigned char>(octet);
        at_ = place::escape;
        return std::nullopt;
    }
    if (was == place::escape) {
        if (octet != '[' && octet != 'O') return std::nullopt;
        at_ = place::bracket;
        number_ = 0;
        return std::nullopt;
    }
    if (octet >= '0' && octet <= '9') {
        number_ = std::min(number_ * 10 + (octet - '0'), 1'000);
        at_ = place::bracket;
        return std::nullopt;
    }
    if (octet == ';') {
        at_ = place::bracket;
        return std::nullopt;
    }
    switch (octet == '~' ? number_ : octet) {
        case 'A':
            return live_table::up;
        case 'B':
            return live_table::down;
        case 'H':
        case 1:
        case 7:
            return live_table::home;
        case 'F':
        case 4:
        case 8:
            return live_table::end;
        case 5:
            return live_table::page_up;
        case 6:
            return live_table::page_down;
        default:
            return std::nullopt;
    }
}

std::string sparkline(const rtt_history& history, std::size_t width, const live_style& style) {
    // Eighths of a block (U+2581 to U+2588), and what stands for them where they cannot be shown.
    constexpr std::array<std::string_view, 8> blocks{
        "\u2581", "\u2582", "\u2583", "\u2584", "\u2585", "\u2586", "\u2587", "\u2588"};
    constexpr std::array<std::string_view, 8> letters{"_", ".", "-", "=", "+", "*", "%", "#"};
    const std::size_t shown = std::min(width, history.size());
    const std::size_t first = history.size() - shown;
    nanoseconds least = nanoseconds::max();
    nanoseconds most{};
    for (std::size_t i = first; i < history.size(); ++i) {
        const auto rtt = history[i];
        if (!rtt) continue;
        least = std::min(least, *rtt);
        most = std::max(most, *rtt);
    }
    // A quarter of the least is noise: it shall not fill the height.
    const auto span = std::max<nanoseconds::rep>((most - least).count(), least.count() / 4 + 1);
    std::string out(width - shown, ' ');
    for (std::size_t i = first; i < history.size(); ++i) {
        const auto rtt = history[i];
        if (!rtt) {
            out += style.color ? std::string(red) + '!' + std::string(plain) : "!";
            continue;
        }
        const auto step = static_cast<std::size_t>((*rtt - least).count() * 7 / span);
        out += style.unicode ? blocks[step] : letters[step];
    }
    return out;
}

}  // namespace sonde::inline v0
