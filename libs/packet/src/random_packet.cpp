// Layers are drawn and kept when dissection finds them again: what fits on what is asked of the
// reader, so a new protocol joins without a word here.

#include <algorithm>
#include <array>

#include <sonde/packet/random_packet.hpp>

#include "element_codec.hpp"
#include "stack_rules.hpp"

namespace sonde::inline v0 {
namespace {

using detail::element_codec;

/// Fields that may hold anything; every other keeps its default, is computed, or is an address.
constexpr std::array<std::string_view, 34> free_fields{"acknowledgment_number",
                                                       "aggregate",
                                                       "cur_hop_limit",
                                                       "dei",
                                                       "dont_fragment",
                                                       "dscp",
                                                       "ecn",
                                                       "flow_label",
                                                       "group_policy_id",
                                                       "hop_limit",
                                                       "identification",
                                                       "identifier",
                                                       "interface_index",
                                                       "key",
                                                       "label",
                                                       "lifetime",
                                                       "max_resp_code",
                                                       "maximum_response_delay",
                                                       "mtu",
                                                       "next_hop_mtu",
                                                       "originate_timestamp",
                                                       "pcp",
                                                       "pointer",
                                                       "receive_timestamp",
                                                       "router_lifetime",
                                                       "sequence_number",
                                                       "session_id",
                                                       "source_port",
                                                       "destination_port",
                                                       "time_to_live",
                                                       "traffic_class",
                                                       "vid",
                                                       "vni",
                                                       "window"};

bool is_free(std::string_view name) noexcept {
    return std::find(free_fields.begin(), free_fields.end(), name) != free_fields.end();
}

class packet_maker {
  public:
    packet_maker(random_source& random, const random_packet_options& options) noexcept
        : random_(random), options_(options) {}

    built_packet make() {
        built_packet made;
        made.set_type(first_layer(made));
        const std::size_t wanted = 1 + random_.below(options_.layers_max);
        while (made.size() < wanted && add_layer(made)) {
        }
        const std::size_t payload_len = random_.below(options_.payload_len_max + 1);
        if (payload_len > 0) {
            built_packet with_payload = made;
            with_payload.add(octets(payload_len));
            if (is_found_again(with_payload)) return with_payload;
        }
        return made;
    }

  private:
    std::vector<std::uint8_t> octets(std::size_t len) {
        std::vector<std::uint8_t> made(len);
        for (std::uint8_t& octet : made) octet = static_cast<std::uint8_t>(random_());
        return made;
    }

    link_type first_layer(built_packet& made) {
        constexpr std::array links{
            link_type::ethernet, link_type::linux_sll, link_type::linux_sll2, link_type::ppp};
        const link_type type =
            options_.any_link ? links[random_.below(links.size())] : link_type::ethernet;
        const selector by{selector_kind::link_type, static_cast<std::uint32_t>(type)};
        const protocol_info* info = options_.table->find(by, {});
        if (info == nullptr) info = options_.table->find(layer::ethernet);
        made.add(drawn(*info));
        return type;
    }

    /// Adds one layer that dissection finds behind the others; false when none was in some
    /// attempts.
    bool add_layer(built_packet& made) {
        constexpr int attempts = 40;  // more than half as many as there are protocols
        const auto all = options_.table->all();
        for (int i = 0; i < attempts; ++i) {
            const protocol_info* info = all[random_.below(all.size())];
            if (info->selected_by.empty()) continue;
            built_packet longer = made;
            longer.add(drawn(*info));
            const std::size_t at = longer.size() - 2;
            if (const auto chosen = detail::field_chosen_by(longer[at], longer[at + 1]))
                static_cast<void>(longer[at].set(chosen->name, chosen->value));
            if (!is_found_again(longer)) continue;
            made = std::move(longer);
            return true;
        }
        return false;
    }

    /// Whether the octets are these layers to a reader.
    [[nodiscard]] bool is_found_again(const built_packet& made) const {
        const std::vector<std::uint8_t> frame = made.to_bytes();
        std::size_t at = 0;
        for (const layer_view& one : layers(frame, made.type(), *options_.table)) {
            if (at == made.size() || one.name() != made[at].name() || !one.whole()) return false;
            if (one.header().size() != made[at].header().size()) return false;
            ++at;
        }
        return at == made.size();
    }

    built_layer drawn(const protocol_info& info) {
        built_layer made = built_layer::of_defaults(info);
        for (const field& which : info.fields) draw_field(made, which);
        if (random_.below(2) == 0) draw_list(made);
        return made;
    }

    void draw_field(built_layer& into, const field& which) {
        if (into.can_be_automatic(which.name)) return;
        switch (which.kind) {
            case field_kind::mac: {
                std::vector<std::uint8_t> address = octets(6);
                address[0] = 0x02;  // locally administered, one host
                static_cast<void>(into.set(which.name, bytes_view(address)));
                return;
            }
            case field_kind::ipv4: {  // RFC 5737: 192.0.2.0/24
                const auto host = static_cast<std::uint32_t>(1 + random_.below(254));
                static_cast<void>(into.set(which.name, ipv4_address{0xc0000200U | host}));
                return;
            }
            case field_kind::ipv6: {  // RFC 3849: 2001:db8::/32
                std::vector<std::uint8_t> address = octets(16);
                put_be32_at(address, 0, 0x20010db8);
                static_cast<void>(into.set(which.name, bytes_view(address)));
                return;
            }
            default:
                break;
        }
        if (!is_free(which.name) || which.bit_width >= 64) return;
        const std::uint64_t values = std::uint64_t{1} << which.bit_width;
        std::uint64_t number = random_.below(values);
        if (which.name.starts_with("time_to_live") || which.name == "hop_limit")
            number = std::max<std::uint64_t>(number, 1);
        static_cast<void>(into.set(which.name, number));
    }

    void draw_list(built_layer& into) {
        const element_codec* codec = detail::codec_of(into.id());
        if (codec == nullptr || codec->kinds.empty()) return;
        if (codec->place != detail::element_place::header) return;
        std::vector<std::vector<std::uint8_t>> elements;
        for (std::size_t left = random_.below(4); left > 0; --left) {
            const auto& kind = codec->kinds[random_.below(codec->kinds.size())];
            auto element = codec->form->make(kind.type, drawn_value(kind.pattern));
            // Padding puts itself where it belongs, and an end of the list would end it.
            if (element && !codec->form->is_padding(*element)) elements.push_back(*element);
        }
        const auto area = detail::join_elements(*codec, elements);
        if (!area || into.header().size() < codec->area_at) return;
        const bytes_view head = bytes_view(into.header()).first(codec->area_at);
        std::vector<std::uint8_t> header(head.begin(), head.end());
        header.insert(header.end(), area->begin(), area->end());
        into.set_header(header);
    }

    /// Octets as a pattern of element_kind says, once what repeats.
    std::vector<std::uint8_t> drawn_value(std::string_view pattern) {
        std::vector<std::uint8_t> made;
        bool filler = false;
        for (const char letter : pattern) {
            if (letter == '_') filler = true;
            if (letter == '_' || letter == '*') continue;
            std::size_t len = letter == 'A' ? 16U : letter == 'm' ? 6U : 4U;
            if (letter >= '1' && letter <= '8') len = static_cast<std::size_t>(letter - '0');
            for (const std::uint8_t octet : octets(len)) made.push_back(filler ? 0 : octet);
            filler = false;
        }
        return made;
    }

    random_source& random_;
    const random_packet_options& options_;
};

}  // namespace

built_packet random_packet(random_source& random, const random_packet_options& options) {
    return packet_maker(random, options).make();
}

}  // namespace sonde::inline v0
