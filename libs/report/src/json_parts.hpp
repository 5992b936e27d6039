#pragma once
/// Members that several kinds of lines have alike.

#include <string>
#include <string_view>

#include <sonde/probe/ping.hpp>
#include <sonde/report/address_book.hpp>
#include <sonde/report/json.hpp>

#include "json_writer.hpp"

namespace sonde::inline v0::detail {

/// One line: schema and type first, so that a reader knows what follows.
template <class Members>
void append_line(std::string& out, std::string_view type, const Members& members) {
    json_writer(out).braced([&](json_writer& line) {
        line.text("schema", json_schema_name);
        line.text("type", type);
        members(line);
    });
    out += '\n';
}

/// Left out when unspecified.
void write_address(json_writer& to, std::string_view key, const ip_address& address,
                   const address_book& book);
void write_answer(json_writer& to, const answer& reply, ip_family family, const address_book& book);
/// Left out when nothing was added.
void write_rtt(json_writer& to, std::string_view key, const rtt_statistics& rtt);
void write_counts(json_writer& to, const probe_counts& counts);
/// Seconds since 1970 with all their nanoseconds.
[[nodiscard]] std::string unix_seconds(wall_time at);

}  // namespace sonde::inline v0::detail
