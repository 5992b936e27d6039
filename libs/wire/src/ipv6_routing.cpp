#include <sonde/wire/network/ipv6_routing.hpp>

namespace sonde::inline v0 {
namespace {

constexpr std::size_t address_len = 16;    // octets
constexpr std::size_t first_word_len = 4;  // octets before the addresses, in every type

ipv6_address whole_address(bytes_view addresses, std::size_t which) noexcept {
    return ipv6_address::from_octets(
        addresses.subspan(which * address_len, address_len).first<address_len>());
}

tl::unexpected<parse_error> another_type(ipv6_routing::view v) noexcept {
    return malformed({.reason = parse_reason::not_this_message,
                      .at = ipv6_routing::id,
                      .offset_octets = 2,
                      .needed_octets = 1,
                      .have_octets = static_cast<std::uint8_t>(v.routing_type())});
}

tl::unexpected<parse_error> short_data(std::size_t needed, std::size_t have) noexcept {
    return malformed({.reason = parse_reason::truncated,
                      .limit = limit_field::header_length,
                      .at = ipv6_routing::id,
                      .offset_octets = ipv6_routing::header_len,
                      .needed_octets = static_cast<std::uint32_t>(needed),
                      .have_octets = static_cast<std::uint32_t>(have)});
}

}  // namespace

std::string_view to_string(ipv6_routing_type type) noexcept {
    switch (type) {
        case ipv6_routing_type::source_route:
            return "source_route";
        case ipv6_routing_type::nimrod:
            return "nimrod";
        case ipv6_routing_type::home_address:
            return "home_address";
        case ipv6_routing_type::rpl_source_route:
            return "rpl_source_route";
        case ipv6_routing_type::segment_routing:
            return "segment_routing";
        case ipv6_routing_type::compressed_16:
            return "compressed_16";
        case ipv6_routing_type::compressed_32:
            return "compressed_32";
        case ipv6_routing_type::experimental_1:
            return "experimental_1";
        case ipv6_routing_type::experimental_2:
            return "experimental_2";
    }
    return {};
}

std::string_view detail::ipv6_routing_field_name(std::uint64_t value) noexcept {
    return to_string(ipv6_routing_type(static_cast<std::uint8_t>(value)));
}

result<ipv6_routing> ipv6_routing::read(view v) noexcept {
    if (v.header_length() > v.octets().size()) {
        return truncated(id, v.header_length(), v.octets().size());
    }
    return ipv6_routing{.next_header = v.next_header(),
                        .header_extension_length = v.header_extension_length(),
                        .routing_type = v.routing_type(),
                        .segments_left = v.segments_left(),
                        .data = v.data(),
                        .payload = v.payload()};
}

void ipv6_routing::emit(bytes_mut out) const noexcept {
    const std::size_t header = header_wire_len();
    const auto head = out.first<header_len>();
    head[0] = static_cast<std::uint8_t>(next_header.value_or(ip_protocol::no_next_header));
    head[1] = header_extension_length.value_or(static_cast<std::uint8_t>(header / 8 - 1));
    head[2] = static_cast<std::uint8_t>(routing_type);
    head[3] = segments_left;
    copy_octets(out.subspan(header_len), data);
    const std::size_t padded = header_len + data.size();
    for (std::uint8_t& octet : out.subspan(padded, header - padded)) octet = 0;
    copy_octets(out.subspan(header), payload);
}

result<ipv6_source_route> ipv6_source_route::read(ipv6_routing::view v) noexcept {
    const auto type = v.routing_type();
    if (type != ipv6_routing_type::source_route && type != ipv6_routing_type::home_address) {
        return another_type(v);
    }
    const bytes_view data = v.data();
    if (data.size() < first_word_len) return short_data(first_word_len, data.size());
    return ipv6_source_route{be32_at(data, 0), data.subspan(first_word_len)};
}

ipv6_address ipv6_source_route::address(std::size_t which) const noexcept {
    return whole_address(addresses, which);
}

result<ipv6_rpl_source_route> ipv6_rpl_source_route::read(ipv6_routing::view v) noexcept {
    if (v.routing_type() != ipv6_routing_type::rpl_source_route) return another_type(v);
    const bytes_view data = v.data();
    if (data.size() < first_word_len) return short_data(first_word_len, data.size());
    const std::uint8_t pad = data[1] >> 4;
    const std::size_t list = data.size() - first_word_len;
    if (pad > list) {
        return malformed({.reason = parse_reason::bad_length,
                          .limit = limit_field::header_length,
                          .at = ipv6_routing::id,
                          .offset_octets = ipv6_routing::header_len + 1,
                          .needed_octets = pad,
                          .have_octets = static_cast<std::uint32_t>(list)});
    }
    return ipv6_rpl_source_route{.shared_octets = static_cast<std::uint8_t>(data[0] >> 4),
                                 .shared_octets_last = static_cast<std::uint8_t>(data[0] & 0x0f),
                                 .pad_octets = pad,
                                 .reserved = be32_at(data, 0) & 0x000fffff,
                                 .addresses = data.subspan(first_word_len, list - pad)};
}

std::size_t ipv6_rpl_source_route::count() const noexcept {
    const std::size_t last = address_len - shared_octets_last;
    if (addresses.size() < last) return 0;
    return (addresses.size() - last) / (address_len - shared_octets) + 1;
}

ipv6_address ipv6_rpl_source_route::address(std::size_t which,
                                            const ipv6_address& destination) const noexcept {
    const bool is_last = which + 1 == count();
    const std::size_t shared = is_last ? shared_octets_last : shared_octets;
    const std::size_t at = which * (address_len - shared_octets);
    ipv6_address made = destination;
    copy_octets(bytes_mut(made.octets).subspan(shared),
                addresses.subspan(at, address_len - shared));
    return made;
}

result<ipv6_segment_routing> ipv6_segment_routing::read(ipv6_routing::view v) noexcept {
    if (v.routing_type() != ipv6_routing_type::segment_routing) return another_type(v);
    const bytes_view data = v.data();
    if (data.size() < first_word_len) return short_data(first_word_len, data.size());
    const bytes_view list = data.subspan(first_word_len);
    // A header without any segment has the same last entry, 0, as one with one.
    const std::size_t declared = list.empty() ? 0 : (std::size_t{data[0]} + 1) * address_len;
    if (list.size() < declared) return short_data(first_word_len + declared, data.size());
    return ipv6_segment_routing{.last_entry = data[0],
                                .flags = data[1],
                                .tag = be16_at(data, 2),
                                .segments = list.first(declared),
                                .tlvs = list.subspan(declared)};
}

ipv6_address ipv6_segment_routing::segment(std::size_t which) const noexcept {
    return whole_address(segments, which);
}

ipv6_address ipv6_final_destination(ipv6_routing::view v,
                                    const ipv6_address& destination) noexcept {
    if (v.segments_left() == 0) return destination;
    if (const auto route = ipv6_source_route::read(v); route && route->count() > 0) {
        return route->address(route->count() - 1);
    }
    if (const auto route = ipv6_rpl_source_route::read(v); route && route->count() > 0) {
        return route->address(route->count() - 1, destination);
    }
    if (const auto route = ipv6_segment_routing::read(v); route && route->count() > 0) {
        return route->segment(0);
    }
    return destination;
}

}  // namespace sonde::inline v0
