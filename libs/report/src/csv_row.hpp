#pragma once
/// Cells of CSV (RFC 4180).

#include <string>
#include <string_view>

#include <fmt/format.h>

#include <sonde/base/time.hpp>
#include <sonde/report/address_book.hpp>
#include <sonde/report/csv.hpp>

#include "numbers.hpp"

namespace sonde::inline v0::detail {

inline constexpr std::string_view line_end = "\r\n";  // RFC 4180 s2

// Cells of one row, separated and ended.
class csv_row {
  public:
    explicit csv_row(std::string& out) : out_(&out) {}
    csv_row(const csv_row&) = delete;
    csv_row& operator=(const csv_row&) = delete;
    ~csv_row() { *out_ += line_end; }

    csv_row& text(std::string_view value) {
        separate();
        *out_ += csv_cell(value);
        return *this;
    }
    csv_row& number(std::uint64_t value) {
        separate();
        *out_ += fmt::format_int(value).c_str();
        return *this;
    }
    csv_row& milliseconds(nanoseconds value) {
        separate();
        append_exact_ms(*out_, value);
        return *this;
    }
    csv_row& none(std::size_t cells) {
        for (std::size_t i = 0; i < cells; ++i) separate();
        return *this;
    }

  private:
    void separate() {
        if (more_) *out_ += ',';
        more_ = true;
    }
    std::string* out_;
    bool more_ = false;
};

inline constexpr std::size_t reply_cells = 12;
/// An answer, in that many cells.
void write_reply(csv_row& row, const answer& reply, ip_family family, const address_book& book);

}  // namespace sonde::inline v0::detail
