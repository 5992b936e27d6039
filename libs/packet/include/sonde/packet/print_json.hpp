#pragma once
/// A packet as one JSON object, docs/schema/packet.schema.json: for programs, and lossless.
///
///     {"schema":"sonde-packet/1","type":"packet","number":1,...,
///      "layers":[{"protocol":"ipv4","offset":14,"length":20,...,
///                 "fields":{"version":4,...,"source":"192.0.2.1"},"names":{"protocol":"tcp"},
///                 "elements":[{"name":"ip_option",...}],"rest":"94040000"},...]}

#include <string>

#include <sonde/packet/tree.hpp>

namespace sonde::inline v0 {

inline constexpr std::string_view packet_schema_name = "sonde-packet/1";

struct json_options {
    bool octets = false;  // all octets of the frame, too: "octets":"0011..."
};

/// Appends one object, without a line feed. Pure ASCII whatever the octets are. Numbers are
/// numbers, addresses and names strings, octets hexadecimal digits. Of every layer all is written:
/// the fields of the fixed header, "rest" (the octets behind it), "trailer", "octets" of what no
/// protocol is known for, "header" where the fixed header is cut or has no fields; so
/// packet_from_json.hpp gives the frame back without its "octets". `time` becomes "unix_time",
/// seconds with nine decimals.
SONDE_API void append_json(std::string& out, const printed_frame& frame,
                           const json_options& options = {});

}  // namespace sonde::inline v0
