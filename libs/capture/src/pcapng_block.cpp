#include <algorithm>
#include <array>
#include <utility>

#include <sonde/capture/pcapng_block.hpp>

#include "pcapng.hpp"

namespace sonde::inline v0 {
namespace {

using detail::padded;

constexpr std::size_t body_offset = 8;
constexpr std::uint16_t name_ipv4 = 1;
constexpr std::uint16_t name_ipv6 = 2;

bool is(const capture_block& block, block_type type) noexcept {
    return block.type == static_cast<std::uint32_t>(type);
}

/// What lies between the block's two lengths, from `offset` of the block on.
bytes_view inside(const capture_block& block, std::size_t offset) noexcept {
    const std::size_t end = block.octets.size() < 4 ? 0 : block.octets.size() - 4;
    return offset <= end ? block.octets.subspan(offset, end - offset) : bytes_view{};
}

std::vector<std::string> split_names(bytes_view octets) {
    std::vector<std::string> names;
    while (!octets.empty()) {
        const auto zero = std::find(octets.begin(), octets.end(), std::uint8_t{0});
        const auto len = static_cast<std::size_t>(zero - octets.begin());
        if (len != 0) names.emplace_back(octets.begin(), zero);
        octets = octets.subspan(std::min(len + 1, octets.size()));
    }
    return names;
}

std::optional<resolved_name> read_name(std::uint16_t type, bytes_view value) {
    if (type == name_ipv4 && value.size() >= 4) {
        return resolved_name{ipv4_address::from_octets(value.first<4>()),
                             split_names(value.subspan(4))};
    }
    if (type == name_ipv6 && value.size() >= 16) {
        return resolved_name{ipv6_address::from_octets(value.first<16>()),
                             split_names(value.subspan(16))};
    }
    return std::nullopt;
}

}  // namespace

const char* block_name(std::uint32_t type) noexcept {
    switch (static_cast<block_type>(type)) {
        case block_type::section_header:
            return "section header block";
        case block_type::interface_description:
            return "interface description block";
        case block_type::packet:
            return "obsolete packet block";
        case block_type::simple_packet:
            return "simple packet block";
        case block_type::name_resolution:
            return "name resolution block";
        case block_type::interface_statistics:
            return "interface statistics block";
        case block_type::enhanced_packet:
            return "enhanced packet block";
        case block_type::systemd_journal:
            return "systemd journal export block";
        case block_type::decryption_secrets:
            return "decryption secrets block";
        case block_type::custom:
        case block_type::custom_not_copied:
            return "custom block";
    }
    return "unknown block";
}

std::optional<std::vector<resolved_name>> names_of(const capture_block& block) {
    if (!is(block, block_type::name_resolution)) return std::nullopt;
    std::vector<resolved_name> names;
    bytes_view rest = inside(block, body_offset);
    while (rest.size() >= 4) {
        const std::uint16_t type = load16(block.order, rest, 0);
        const std::size_t len = load16(block.order, rest, 2);
        if (type == 0 || rest.size() - 4 < len) break;
        if (auto one = read_name(type, rest.subspan(4, len))) names.push_back(std::move(*one));
        rest = rest.subspan(std::min(4 + padded(len), rest.size()));
    }
    return names;
}

std::optional<decryption_secrets> secrets_of(const capture_block& block) noexcept {
    const bytes_view body = inside(block, body_offset);
    if (!is(block, block_type::decryption_secrets) || body.size() < 8) return std::nullopt;
    const std::size_t len = load32(block.order, body, 4);
    if (len > body.size() - 8) return std::nullopt;
    return decryption_secrets{load32(block.order, body, 0), body.subspan(8, len)};
}

std::optional<custom_block> custom_of(const capture_block& block) noexcept {
    const bytes_view body = inside(block, body_offset);
    const bool copied = is(block, block_type::custom);
    if ((!copied && !is(block, block_type::custom_not_copied)) || body.size() < 4) {
        return std::nullopt;
    }
    return custom_block{load32(block.order, body, 0), copied, body.subspan(4)};
}

std::optional<interface_statistics> statistics_of(const capture_block& block) noexcept {
    const bytes_view body = inside(block, body_offset);
    if (!is(block, block_type::interface_statistics) || body.size() < 12) return std::nullopt;
    interface_statistics made{.interface = load32(block.order, body, 0)};
    made.ticks = (std::uint64_t{load32(block.order, body, 4)} << 32) | load32(block.order, body, 8);
    const std::array counters{std::pair{detail::isb_received, &made.received},
                              std::pair{detail::isb_dropped, &made.dropped},
                              std::pair{detail::isb_accepted, &made.accepted},
                              std::pair{detail::isb_os_dropped, &made.os_dropped},
                              std::pair{detail::isb_delivered, &made.delivered}};
    for (const pcapng_option& one : options_of(block)) {
        for (const auto& [code, counter] : counters) {
            if (one.code == code && one.value.size() >= 8) {
                *counter = load64(block.order, one.value, 0);
            }
        }
    }
    return made;
}

pcapng_options options_of(const capture_block& block) noexcept {
    if (block.packet != nullptr) return block.packet->options();
    constexpr std::size_t section_options = 24;
    constexpr std::size_t interface_options = 16;
    constexpr std::size_t statistics_options = 20;
    if (is(block, block_type::section_header)) return {inside(block, section_options), block.order};
    if (is(block, block_type::interface_description)) {
        return {inside(block, interface_options), block.order};
    }
    if (is(block, block_type::interface_statistics)) {
        return {inside(block, statistics_options), block.order};
    }
    return {};
}

}  // namespace sonde::inline v0
