#include "located_field.hpp"

#include <algorithm>
#include <array>

#include <sonde/wire/link/ppp.hpp>
#include <sonde/wire/network/gre.hpp>

namespace sonde::inline v0::detail {
namespace {

using octets = std::vector<std::uint8_t>;

// ARP (RFC 826): four addresses behind eight octets, sender's and target's, hardware and protocol.

std::size_t arp_len(bytes_view header, std::size_t which) noexcept {
    return header[which % 2 == 0 ? 4 : 5];
}
std::size_t arp_at(bytes_view header, std::size_t which) noexcept {
    std::size_t at = 8;
    for (std::size_t i = 0; i < which; ++i) at += arp_len(header, i);
    return at;
}
header_part find_arp(bytes_view header, std::uint8_t which) noexcept {
    if (header.size() < 8 || arp_at(header, which) + arp_len(header, which) > header.size())
        return {};
    return {arp_at(header, which), arp_len(header, which)};
}
/// An address of another length gives both of its kind that length.
craft_result<void> put_arp(octets& header, std::uint8_t which, bytes_view address) {
    if (header.size() < 8)
        return craft_failure("arp's header is cut: it has " + std::to_string(header.size()) +
                             " octets");
    // Addresses that are announced and not there are zero.
    if (arp_at(header, 4) > header.size()) header.resize(arp_at(header, 4), 0);
    if (address.size() > 255)
        return craft_failure("an address of arp has at most 255 octets, not " +
                             std::to_string(address.size()));
    std::array<octets, 4> addresses;
    for (std::uint8_t i = 0; i < 4; ++i) {
        const header_part part = find_arp(header, i);
        const bytes_view old = bytes_view(header).subspan(part.len == 0 ? 0 : part.at, part.len);
        addresses[i].assign(old.begin(), old.end());
        if (i % 2 == which % 2) addresses[i].resize(address.size(), 0);
    }
    addresses[which].assign(address.begin(), address.end());
    const octets behind(header.begin() + static_cast<std::ptrdiff_t>(arp_at(header, 4)),
                        header.end());
    header.resize(8);
    header[which % 2 == 0 ? 4 : 5] = static_cast<std::uint8_t>(address.size());
    for (const octets& one : addresses) header.insert(header.end(), one.begin(), one.end());
    header.insert(header.end(), behind.begin(), behind.end());
    return {};
}

// GRE (RFC 2784, RFC 2890, RFC 2637): words that flags announce, in this order.

constexpr std::array<std::uint8_t, 4> gre_flag_octet{0, 0, 0, 1};
constexpr std::array<std::uint8_t, 4> gre_flag_bit{0x80, 0x20, 0x10, 0x80};
constexpr std::uint8_t gre_checksum = 0, gre_offset = 4;  // which; the offset shares a word

bool gre_has(bytes_view header, std::size_t word) noexcept {
    if (word == 0) return (header[0] & 0xc0) != 0;  // checksum or routing
    if (word == 3 && (header[1] & 7) != 1) return false;
    return (header[gre_flag_octet[word]] & gre_flag_bit[word]) != 0;
}
std::size_t gre_at(bytes_view header, std::size_t word) noexcept {
    std::size_t at = 4;
    for (std::size_t i = 0; i < word; ++i) at += gre_has(header, i) ? 4U : 0U;
    return at;
}
header_part find_gre(bytes_view header, std::uint8_t which) noexcept {
    const std::size_t word = which == gre_offset ? 0 : which;
    if (header.size() < 4 || !gre_has(header, word)) return {};
    const std::size_t at = gre_at(header, word);
    if (at + 4 > header.size()) return {};
    if (which == gre_checksum) return {at, 2};
    if (which == gre_offset) return {at + 2, 2};
    return {at, 4};
}
craft_result<void> put_gre(octets& header, std::uint8_t which, bytes_view value) {
    const std::size_t word = which == gre_offset ? 0 : which;
    if (header.size() < 4)
        return craft_failure("gre's header is cut: it has " + std::to_string(header.size()) +
                             " octets");
    // Words that are announced and not there are zero.
    if (gre_at(header, 4) > header.size()) header.resize(gre_at(header, 4), 0);
    if (!gre_has(header, word)) {
        if (word == 3) header[1] |= 1;  // only version 1 acknowledges
        header[gre_flag_octet[word]] |= gre_flag_bit[word];
        header.insert(header.begin() + static_cast<std::ptrdiff_t>(gre_at(header, word)), 4, 0);
    }
    copy_octets(bytes_mut(header).subspan(find_gre(header, which).at), value);
    return {};
}

void fit_gre(bytes_view before, octets& header) {
    constexpr std::array<std::size_t, 4> words{0, 1, 2, 3};
    const auto changed = [&](std::size_t word) {
        return gre_has(before, word) != gre_has(header, word);
    };
    if (header.size() < 4 || std::none_of(words.begin(), words.end(), changed)) return;
    octets made(header.begin(), header.begin() + 4);
    bytes_view left = before.subspan(4);
    for (const std::size_t word : words) {
        const std::size_t old_len =
            gre_has(before, word) ? std::min<std::size_t>(4, left.size()) : 0;
        octets one(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(old_len));
        left = left.subspan(old_len);
        if (!gre_has(header, word)) continue;
        // A word that was announced and cut stays cut.
        if (!gre_has(before, word)) one.resize(4, 0);
        made.insert(made.end(), one.begin(), one.end());
    }
    made.insert(made.end(), left.begin(), left.end());
    header = std::move(made);
}

// PPP (RFC 1661 s2): one octet or two, behind address and control or not.

header_part find_ppp(bytes_view header, std::uint8_t) noexcept {
    const auto seen = ppp::view::parse(header);
    if (!seen) return {};
    const std::size_t len = seen->has_compressed_protocol() ? 1 : 2;
    return {seen->header_length() - len, len};
}
craft_result<void> put_ppp(octets& header, std::uint8_t, bytes_view value) {
    const header_part part = find_ppp(header, 0);
    if (part.len == 0) return craft_failure("ppp's header is cut");
    header.resize(part.at);
    const bool compressed = part.len == 1 && value[0] == 0 && (value[1] & 1) != 0;
    if (!compressed) header.push_back(value[0]);
    header.push_back(value[1]);
    return {};
}

constexpr std::array rows{
    located_field{
        layer::arp, "sender_hardware_address", field_kind::octets, 0, 0, find_arp, put_arp},
    located_field{
        layer::arp, "sender_protocol_address", field_kind::octets, 0, 1, find_arp, put_arp},
    located_field{
        layer::arp, "target_hardware_address", field_kind::octets, 0, 2, find_arp, put_arp},
    located_field{
        layer::arp, "target_protocol_address", field_kind::octets, 0, 3, find_arp, put_arp},
    located_field{layer::gre, "checksum", field_kind::hex, 16, gre_checksum, find_gre, put_gre},
    located_field{layer::gre, "offset", field_kind::number, 16, gre_offset, find_gre, put_gre},
    located_field{layer::gre, "key", field_kind::number, 32, 1, find_gre, put_gre},
    located_field{layer::gre, "sequence_number", field_kind::number, 32, 2, find_gre, put_gre},
    located_field{
        layer::gre, "acknowledgment_number", field_kind::number, 32, 3, find_gre, put_gre},
    located_field{layer::ppp, "protocol", field_kind::hex, 16, 0, find_ppp, put_ppp},
};

}  // namespace

std::span<const located_field> all_located_fields() noexcept { return rows; }

const located_field* located_field_of(layer id, std::string_view name) noexcept {
    for (const located_field& one : rows) {
        if (one.of == id && one.name == name) return &one;
    }
    return nullptr;
}

bool announces_fields(layer id) noexcept { return id == layer::gre; }

void fit_to_flags(layer id, bytes_view before, std::vector<std::uint8_t>& header) {
    if (id == layer::gre) fit_gre(before, header);
}

field shown_as(const located_field& one, bytes_view header, std::size_t len) noexcept {
    field shown{one.name,
                0,
                one.bit_width != 0 ? one.bit_width : static_cast<std::uint16_t>(len * 8),
                one.kind};
    if (one.of != layer::arp) return shown;
    // Ethernet's and IPv4's addresses have a form of their own, where the types say so.
    const bool hardware = one.which % 2 == 0;
    if (hardware && len == 6) shown.kind = field_kind::mac;
    if (!hardware && len == 4 && be16_at(header, 2) == 0x0800) shown.kind = field_kind::ipv4;
    return shown;
}

}  // namespace sonde::inline v0::detail
