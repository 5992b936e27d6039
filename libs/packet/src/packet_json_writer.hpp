#pragma once
/// Writes nested JSON objects whose members arrive in any order: each object collects its values,
/// the names of its values and its elements apart, and joins them when it ends.

#include <string>
#include <string_view>
#include <vector>

#include <sonde/packet/tree.hpp>

#include "print_text.hpp"

namespace sonde::inline v0::detail {

/// A JSON string, ASCII only: control characters, quotes, and octets above 0x7e as \u00XX.
void put_json_string(text_writer& out, std::string_view text);

/// {"layer":...,"reason":...,"limit":...,"offset":...,"needed":...,"had":...}
void put_json_problem(text_writer& out, const parse_error& error);

/// The inside of one layer or element: "fields", "names", "elements", "problem".
class json_content {
  public:
    void clear();
    void add_value(const described& value);
    /// Where to write one element, a whole JSON value; a comma is put where one is needed.
    [[nodiscard]] std::string& next_element();
    void set_problem(const parse_error& error);
    /// Appends `,"fields":{...}` and what else there is.
    void write(text_writer& out);

  private:
    void close_list();

    std::string fields_;
    std::string names_;
    std::string elements_;
    std::string problem_;
    std::string list_name_;  // of the list of repeated values that is open; empty: none
};

}  // namespace sonde::inline v0::detail
