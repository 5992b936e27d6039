#pragma once
/// A frame told value by value: layers, the fields of their headers, the elements behind them
/// (options, records, objects), each with its place. The printers of trees, JSON and hexdumps are
/// visitors of this one walk; so may be a program's own view.
///
///     struct my_view : tree_visitor { void on_value(const tree_value& v) override { ... } };
///     my_view view;
///     visit_tree(frame, view);

#include <optional>

#include <sonde/packet/print.hpp>
#include <sonde/wire/field_sink.hpp>

namespace sonde::inline v0 {

/// One value: of the fixed header, or told by the protocol.
struct tree_value {
    described what{};
    std::size_t bit_offset = 0;  // from the first bit of the frame
    std::size_t bit_len = 0;
    bool declared = false;  // one of the protocol's `fields`

    /// The octets in which it lies, from the frame's start: [first, last].
    [[nodiscard]] std::size_t first_octet() const noexcept { return bit_offset / 8; }
    [[nodiscard]] std::size_t last_octet() const noexcept {
        return bit_len == 0 ? first_octet() : (bit_offset + bit_len - 1) / 8;
    }
    /// Whether it begins and ends with an octet.
    [[nodiscard]] bool whole_octets() const noexcept {
        return bit_offset % 8 == 0 && bit_len % 8 == 0;
    }
};

/// An option, a record, an object: something with values of its own. Borrowed for the call.
struct tree_element {
    std::string_view name{};
    std::string_view label{};  // what kind of it; may be empty
    bytes_view octets{};
    std::size_t offset = 0;  // octets from the start of the frame
};

class tree_visitor {
  public:
    tree_visitor() = default;
    tree_visitor(const tree_visitor&) = delete;
    tree_visitor& operator=(const tree_visitor&) = delete;
    virtual ~tree_visitor() = default;

    virtual void begin_layer(const layer_view& one) { static_cast<void>(one); }
    virtual void on_value(const tree_value& value) { static_cast<void>(value); }
    virtual void begin_element(const tree_element& element) { static_cast<void>(element); }
    virtual void end_element() {}
    /// Where the elements of a layer could not be read further; from the frame's start.
    virtual void on_problem(const parse_error& error) { static_cast<void>(error); }
    virtual void end_layer(const layer_view& one) { static_cast<void>(one); }
};

/// Tells all of the frame to `visitor`, in the order in which it lies: of a cut header the fields
/// whose octets exist; checksums with their verdict (checksum_verdict.hpp) as the value's name.
/// Elements deeper than 16 are told at that depth. Returns why reading stopped early, if it did.
/// Stop reasons: those of the layers, and too_deep.
SONDE_API std::optional<parse_error> visit_tree(const printed_frame& frame, tree_visitor& visitor);

/// The same of one layer, without verdicts: they need the layers around.
SONDE_API void visit_layer(const layer_view& one, tree_visitor& visitor);

}  // namespace sonde::inline v0
