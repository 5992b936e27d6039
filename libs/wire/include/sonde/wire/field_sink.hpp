#pragma once
/// How a protocol tells what lies behind its fixed header: options, records, objects. The fixed
/// header needs no telling, it is declared in `fields`. A protocol with more has
///
///     static void describe(view seen, field_sink& to);
///
/// and calls the sink in the order in which the octets lie. What the sink makes of it (a tree,
/// JSON, a line) is not the protocol's business. Within a group, and beside the fields of the fixed
/// header, a name stands once, unless its values are `repeated`.

#include <cstdint>
#include <string_view>

#include <sonde/base/octets.hpp>
#include <sonde/base/result.hpp>
#include <sonde/wire/protocol.hpp>

namespace sonde::inline v0 {

/// One value behind the fixed header.
struct described {
    std::string_view name;  // as the RFC spells it
    bytes_view octets{};    // the octets in which it lies: part of the view's
    field_kind kind = field_kind::number;
    std::uint64_t number = 0;       // of kind number and hex
    std::string_view value_name{};  // what the number is called; empty: nothing
    std::string_view text{};        // a text form where the kind is not enough, such as a DNS name;
                                    // lives for the call only, may hold anything: sinks escape it
    std::uint8_t bit_offset = 0;    // from the first bit of `octets`...
    std::uint8_t bit_width = 0;     // ...when it is narrower than they are; 0: all of them
    bool repeated = false;          // one of several of this name that follow each other
};

class field_sink {
  public:
    field_sink() = default;
    field_sink(const field_sink&) = delete;
    field_sink& operator=(const field_sink&) = delete;
    virtual ~field_sink() = default;

    virtual void on_field(const described& value) = 0;
    /// An element that has values of its own: "tcp_option", "maximum_segment_size". All its octets.
    virtual void begin_group(std::string_view name, std::string_view label, bytes_view octets) = 0;
    virtual void end_group() = 0;
    /// Where the elements could not be read further. Offsets count from the start of the view.
    virtual void on_problem(const parse_error& error) = 0;
};

/// A protocol that has more to tell than its fixed header.
template <class T>
concept describing =
    protocol<T> && requires(typename T::view seen, field_sink& to) { T::describe(seen, to); };

}  // namespace sonde::inline v0
