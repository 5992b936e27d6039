#include <optional>
#include <type_traits>
#include <vector>

#include <sonde/packet/print_cpp_source.hpp>
#include <sonde/wire/protocols.hpp>

#include "print_text.hpp"

namespace sonde::inline v0 {
namespace {

using detail::text_writer;

// What is known of the layers around the one that is being written.
struct place {
    layer_view self{};
    const protocol_info* inside = nullptr;  // null: octets
    layer network = layer::none;
    bytes_view network_header{};
    bytes_view routing_header{};
    bytes_view trailer{};
};

// The automatic fields whose value is not the one that a stack would compute.
class forced_fields {
  public:
    explicit forced_fields(const place& at) {
        const layer_view& one = at.self;
        std::vector<std::uint8_t> header(one.header().begin(), one.header().end());
        surroundings around{.header = header,
                            .inside = one.payload(),
                            .trailer = at.trailer,
                            .network = at.network,
                            .network_header = at.network_header,
                            .routing_header = at.routing_header};
        if (at.inside != nullptr) around.carried = at.inside->selected_by;
        const auto field_of = [&](std::string_view name) -> const field* {
            for (const field& which : one.info().fields) {
                if (which.name == name) return &which;
            }
            return nullptr;
        };
        // As a stack does it: all of them zero, then one after the other, the earlier ones final.
        for (const automatic_field& which : one.info().automatics) {
            if (const field* found = field_of(which.name)) write_field(header, *found, 0);
        }
        for (const automatic_field& which : one.info().automatics) {
            const field* found = field_of(which.name);
            if (found == nullptr) continue;
            const std::uint64_t actual = read_field(one.header(), *found);
            if (which.compute(around) == actual) agreeing_.push_back(which.name);
            write_field(header, *found, actual);
        }
    }
    /// Whether the value of an automatic member must be written.
    [[nodiscard]] bool has(std::string_view name) const {
        for (const std::string_view one : agreeing_) {
            if (one == name) return false;
        }
        return true;
    }

  private:
    std::vector<std::string_view> agreeing_;
};

class source_printer {
  public:
    explicit source_printer(text_writer& stack) : stack_(&stack) {}

    /// Arrays that the stack refers to; they stand before it.
    [[nodiscard]] const std::string& arrays() const { return arrays_; }
    [[nodiscard]] std::size_t layer_count() const { return layer_count_; }

    void begin(std::string_view type) {
        separate();
        stack_->put(type).put('{');
        first_ = true;
    }
    void end() { stack_->put('}'); }
    void octets_layer(bytes_view octets) {
        separate();
        stack_->put("payload(");
        array(octets);
        stack_->put(')');
    }

    template <class Value>
    void member(std::string_view name, const Value& value, const Value& by_default) {
        if (!equal(value, by_default)) write(name, value);
    }
    /// One that a stack computes unless it is set.
    template <class Value>
    void computed(std::string_view name, const automatic<Value>& value,
                  const forced_fields& forced) {
        if (value && forced.has(name)) write(name, *value);
    }

  private:
    void separate() {
        if (layer_count_++ != 0) stack_->put(" /\n            ");
    }
    template <class Value>
    static bool equal(const Value& a, const Value& b) {
        if constexpr (std::is_same_v<Value, bytes_view>)
            return a.size() == b.size() && a.empty();
        else
            return a == b;
    }
    template <class Value>
    void write(std::string_view name, const Value& value) {
        stack_->put(first_ ? "." : ", .").put(name).put(" = ");
        first_ = false;
        put(value);
    }
    void put(bool value) { stack_->put(value ? "true" : "false"); }
    void put(std::integral auto value) { stack_->number(static_cast<std::uint64_t>(value)); }
    void put(ipv4_address value) { stack_->put("{0x").hex(value.value, 8).put('}'); }
    void put(const ipv6_address& value) { braced("ipv6_address", value.octets); }
    void put(const mac_address& value) { braced("mac_address", value.octets); }
    void put(bytes_view value) { array(value); }
    template <class Value>
    void put(const std::optional<Value>& value) {
        if (value) put(*value);
    }
    template <class Enum>
        requires std::is_enum_v<Enum>
    void put(Enum value) {
        stack_->put(enum_name<Enum>()).put('{');
        stack_->number(static_cast<std::uint64_t>(value)).put('}');
    }
    template <class Enum>
    static constexpr std::string_view enum_name() {
        if constexpr (std::is_same_v<Enum, ether_type>) return "ether_type";
        if constexpr (std::is_same_v<Enum, ip_protocol>) return "ip_protocol";
        if constexpr (std::is_same_v<Enum, ecn>) return "ecn";
        if constexpr (std::is_same_v<Enum, tcp_flags>) return "tcp_flags";
        if constexpr (std::is_same_v<Enum, arp_operation>) return "arp_operation";
        if constexpr (std::is_same_v<Enum, icmp_echo::kind>) return "icmp_echo::kind";
        if constexpr (std::is_same_v<Enum, icmpv6_type>) return "icmpv6_type";
    }
    void braced(std::string_view type, bytes_view octets) {
        stack_->put(type).put("{{");
        list(*stack_, octets);
        stack_->put("}}");
    }
    static void list(text_writer& out, bytes_view octets) {
        for (std::size_t i = 0; i < octets.size(); ++i) {
            if (i != 0) out.put(i % 12 == 0 ? ",\n        " : ", ");
            out.put("0x").hex(octets[i], 2);
        }
    }
    void array(bytes_view octets) {
        text_writer out(arrays_);
        out.put("    static constexpr std::array<std::uint8_t, ").number(octets.size());
        out.put("> octets_").number(++count_).put("{\n        ");
        list(out, octets);
        out.put("};\n");
        stack_->put("octets_").number(count_);
    }

    text_writer* stack_;
    std::string arrays_;
    std::size_t count_ = 0;
    std::size_t layer_count_ = 0;
    bool first_ = true;
};

// Each of these writes the members of one message, in the order of their declaration.

void members(source_printer& to, const ethernet& m, const place& at, const forced_fields& forced) {
    to.member("destination", m.destination, {});
    to.member("source", m.source, {});
    to.computed("type", m.type, forced);
    to.member("trailer", at.trailer, {});
}
void members(source_printer& to, const vlan& m, const place&, const forced_fields& forced) {
    to.member("pcp", m.pcp, {});
    to.member("dei", m.dei, {});
    to.member("vid", m.vid, {});
    to.computed("type", m.type, forced);
}
void members(source_printer& to, const arp& m, const place&, const forced_fields& forced) {
    const arp normal;
    to.member("hardware_type", m.hardware_type, normal.hardware_type);
    to.member("protocol_type", m.protocol_type, normal.protocol_type);
    to.computed("hardware_length", m.hardware_length, forced);
    to.computed("protocol_length", m.protocol_length, forced);
    to.member("operation", m.operation, normal.operation);
    to.member("sender_hardware_address", m.sender_hardware_address, {});
    to.member("sender_protocol_address", m.sender_protocol_address, {});
    to.member("target_hardware_address", m.target_hardware_address, {});
    to.member("target_protocol_address", m.target_protocol_address, {});
}
void members(source_printer& to, const ipv4& m, const place&, const forced_fields& forced) {
    const ipv4 normal;
    to.member("version", m.version, normal.version);
    to.computed("ihl", m.ihl, forced);
    to.member("dscp", m.dscp, {});
    to.member("ecn", m.ecn, normal.ecn);
    to.computed("total_length", m.total_length, forced);
    to.member("identification", m.identification, {});
    to.member("reserved_flag", m.reserved_flag, {});
    to.member("dont_fragment", m.dont_fragment, {});
    to.member("more_fragments", m.more_fragments, {});
    to.member("fragment_offset", m.fragment_offset, {});
    to.member("time_to_live", m.time_to_live, normal.time_to_live);
    to.computed("protocol", m.protocol, forced);
    to.computed("header_checksum", m.header_checksum, forced);
    to.member("source", m.source, {});
    to.member("destination", m.destination, {});
    to.member("options", m.options, {});
}
void members(source_printer& to, const ipv6& m, const place&, const forced_fields& forced) {
    const ipv6 normal;
    to.member("version", m.version, normal.version);
    to.member("traffic_class", m.traffic_class, {});
    to.member("flow_label", m.flow_label, {});
    to.computed("payload_length", m.payload_length, forced);
    to.computed("next_header", m.next_header, forced);
    to.member("hop_limit", m.hop_limit, normal.hop_limit);
    to.member("source", m.source, {});
    to.member("destination", m.destination, {});
}
template <layer Layer>
void members(source_printer& to, const ipv6_options_header<Layer>& m, const place&,
             const forced_fields& forced) {
    to.computed("next_header", m.next_header, forced);
    to.computed("header_extension_length", m.header_extension_length, forced);
    to.member("options", m.options, {});
}
void members(source_printer& to, const ipv6_fragment& m, const place&,
             const forced_fields& forced) {
    to.computed("next_header", m.next_header, forced);
    to.member("reserved", m.reserved, {});
    to.member("fragment_offset", m.fragment_offset, {});
    to.member("reserved_bits", m.reserved_bits, {});
    to.member("more_fragments", m.more_fragments, {});
    to.member("identification", m.identification, {});
}
void members(source_printer& to, const udp& m, const place&, const forced_fields& forced) {
    to.member("source_port", m.source_port, {});
    to.member("destination_port", m.destination_port, {});
    to.computed("length", m.length, forced);
    to.computed("checksum", m.checksum, forced);
}
void members(source_printer& to, const tcp& m, const place&, const forced_fields& forced) {
    to.member("source_port", m.source_port, {});
    to.member("destination_port", m.destination_port, {});
    to.member("sequence_number", m.sequence_number, {});
    to.member("acknowledgment_number", m.acknowledgment_number, {});
    to.computed("data_offset", m.data_offset, forced);
    to.member("reserved", m.reserved, {});
    to.member("flags", m.flags, tcp_flags::none);
    to.member("window", m.window, {});
    to.computed("checksum", m.checksum, forced);
    to.member("urgent_pointer", m.urgent_pointer, {});
    to.member("options", m.options, {});
}
void members(source_printer& to, const icmp_echo& m, const place&, const forced_fields& forced) {
    to.member("type", m.type, icmp_echo::kind::request);
    to.member("code", m.code, {});
    to.member("identifier", m.identifier, {});
    to.member("sequence_number", m.sequence_number, {});
    to.computed("checksum", m.checksum, forced);
}
void members(source_printer& to, const icmpv6_echo& m, const place&, const forced_fields& forced) {
    to.member("type", m.type, icmpv6_type::echo_request);
    to.member("code", m.code, {});
    to.computed("checksum", m.checksum, forced);
    to.member("identifier", m.identifier, {});
    to.member("sequence_number", m.sequence_number, {});
}
void members(source_printer& to, const vxlan& m, const place&, const forced_fields&) {
    to.member("flags", m.flags, vxlan::flag_vni);
    to.member("policy_flags", m.policy_flags, {});
    to.member("group_policy_id", m.group_policy_id, {});
    to.member("vni", m.vni, {});
    to.member("reserved", m.reserved, {});
}
void members(source_printer& to, const mpls& m, const place&, const forced_fields& forced) {
    to.member("label", m.label, {});
    to.member("traffic_class", m.traffic_class, {});
    to.computed("bottom_of_stack", m.bottom_of_stack, forced);
    to.member("time_to_live", m.time_to_live, mpls{}.time_to_live);
}

using told_as_messages =
    protocol_list<ethernet, vlan, arp, ipv4, ipv6, ipv6_hop_by_hop, ipv6_destination_options,
                  ipv6_fragment, udp, tcp, icmp_echo, icmpv6_echo, vxlan, mpls>;

bool is_told(layer id) {
    bool told = false;
    told_as_messages::for_each([&]<class T> { told = told || T::id == id; });
    return told;
}

// Whether a message of the layer writes the same header again: no cut, nothing wrong.
bool is_sound(const layer_view& one) {
    bool sound = false;
    told_as_messages::for_each([&]<class T> {
        const auto seen = one.as<T>();
        sound = sound || (seen && T::read(*seen).has_value());
    });
    return sound && one.whole() && !one.extent().stopped && !one.extent().quotes &&
           one.payload_declared_len() == one.payload().size();
}

void write_layer(source_printer& to, const place& at) {
    const forced_fields forced(at);
    told_as_messages::for_each([&]<class T> {
        const auto seen = at.self.as<T>();
        if (!seen) return;
        to.begin(T::name);
        if (const auto message = T::read(*seen)) members(to, *message, at, forced);
        to.end();
    });
}

// Octets behind the innermost datagram that belong to the frame: an outermost Ethernet has them.
bytes_view padding_of(const std::vector<layer_view>& layers) {
    std::size_t len = 0;
    for (const layer_view& one : layers) len += one.trailer().size();
    return layers.front().octets().last(len);
}

}  // namespace

void append_cpp_source(std::string& to, const printed_frame& frame,
                       const cpp_source_options& options) {
    std::vector<layer_view> layers;
    for (const layer_view& one : frame.layers()) {
        if (one.quoted() || !is_told(one.id()) || !is_sound(one)) break;
        layers.push_back(one);
    }
    // Trailers can be written behind a link layer, and there at its end alone.
    const bool trailing = !layers.empty() && !padding_of(layers).empty();
    if (trailing && layers.front().id() != layer::ethernet) layers.clear();
    std::string stack;
    std::string arrays;
    bool alone = false;
    {
        text_writer out(stack);
        source_printer printer(out);
        place at;
        if (trailing && !layers.empty()) at.trailer = padding_of(layers);
        bytes_view rest = frame.octets;
        for (std::size_t i = 0; i < layers.size(); ++i) {
            at.self = layers[i];
            at.inside = i + 1 < layers.size() ? &layers[i + 1].info() : nullptr;
            write_layer(printer, at);
            at.trailer = {};
            if (at.self.id() == layer::ipv4 || at.self.id() == layer::ipv6) {
                at.network = at.self.id();
                at.network_header = at.self.header();
            }
            rest = at.self.payload();
        }
        if (!rest.empty() || layers.empty()) printer.octets_layer(rest);
        arrays = printer.arrays();
        alone = printer.layer_count() == 1;
    }
    text_writer out(to);
    out.put("std::vector<std::uint8_t> ").put(options.name).put("() {\n");
    out.put("    using namespace sonde;\n").put(arrays);
    out.put(alone ? "    return stack(" : "    return (").put(stack);
    out.put(")\n        .to_bytes();\n}\n");
}

}  // namespace sonde::inline v0
