#include <sonde/wire/transport/tcp_options.hpp>

namespace sonde::inline v0 {
namespace {

bool is(const header_option& option, tcp_option_kind kind, std::size_t len) noexcept {
    return tcp_kind(option) == kind && option.octets.size() == len;
}

}  // namespace

// NOLINTNEXTLINE(readability-function-size): a table
std::string_view to_string(tcp_option_kind kind) noexcept {
    switch (kind) {
        case tcp_option_kind::end_of_list:
            return "end_of_list";
        case tcp_option_kind::no_operation:
            return "no_operation";
        case tcp_option_kind::maximum_segment_size:
            return "maximum_segment_size";
        case tcp_option_kind::window_scale:
            return "window_scale";
        case tcp_option_kind::sack_permitted:
            return "sack_permitted";
        case tcp_option_kind::sack:
            return "sack";
        case tcp_option_kind::echo:
            return "echo";
        case tcp_option_kind::echo_reply:
            return "echo_reply";
        case tcp_option_kind::timestamps:
            return "timestamps";
        case tcp_option_kind::partial_order_permitted:
            return "partial_order_permitted";
        case tcp_option_kind::partial_order_profile:
            return "partial_order_profile";
        case tcp_option_kind::connection_count:
            return "connection_count";
        case tcp_option_kind::connection_count_new:
            return "connection_count_new";
        case tcp_option_kind::connection_count_echo:
            return "connection_count_echo";
        case tcp_option_kind::alternate_checksum_request:
            return "alternate_checksum_request";
        case tcp_option_kind::alternate_checksum_data:
            return "alternate_checksum_data";
        case tcp_option_kind::skeeter:
            return "skeeter";
        case tcp_option_kind::bubba:
            return "bubba";
        case tcp_option_kind::trailer_checksum:
            return "trailer_checksum";
        case tcp_option_kind::md5_signature:
            return "md5_signature";
        case tcp_option_kind::scps_capabilities:
            return "scps_capabilities";
        case tcp_option_kind::selective_negative_ack:
            return "selective_negative_ack";
        case tcp_option_kind::record_boundaries:
            return "record_boundaries";
        case tcp_option_kind::corruption_experienced:
            return "corruption_experienced";
        case tcp_option_kind::snap:
            return "snap";
        case tcp_option_kind::compression_filter:
            return "compression_filter";
        case tcp_option_kind::quick_start_response:
            return "quick_start_response";
        case tcp_option_kind::user_timeout:
            return "user_timeout";
        case tcp_option_kind::authentication:
            return "authentication";
        case tcp_option_kind::multipath:
            return "multipath";
        case tcp_option_kind::fast_open:
            return "fast_open";
        case tcp_option_kind::encryption_negotiation:
            return "encryption_negotiation";
        case tcp_option_kind::accurate_ecn_0:
            return "accurate_ecn_0";
        case tcp_option_kind::accurate_ecn_1:
            return "accurate_ecn_1";
        case tcp_option_kind::experiment_253:
            return "experiment_253";
        case tcp_option_kind::experiment_254:
            return "experiment_254";
    }
    return {};
}

std::optional<std::uint16_t> tcp_maximum_segment_size(const header_option& option) noexcept {
    if (!is(option, tcp_option_kind::maximum_segment_size, 4)) return std::nullopt;
    return be16_at(option.octets, 2);
}

std::optional<std::uint8_t> tcp_window_scale(const header_option& option) noexcept {
    if (!is(option, tcp_option_kind::window_scale, 3)) return std::nullopt;
    return option.octets[2];
}

bool tcp_sack_permitted(const header_option& option) noexcept {
    return is(option, tcp_option_kind::sack_permitted, 2);
}

std::optional<bytes_view> tcp_fast_open_cookie(const header_option& option) noexcept {
    if (tcp_kind(option) != tcp_option_kind::fast_open) return std::nullopt;
    return option.data();
}

std::optional<tcp_timestamps> tcp_timestamps::read(const header_option& option) noexcept {
    if (!is(option, tcp_option_kind::timestamps, 10)) return std::nullopt;
    return tcp_timestamps{be32_at(option.octets, 2), be32_at(option.octets, 6)};
}

std::optional<tcp_sack> tcp_sack::read(const header_option& option) noexcept {
    const std::size_t len = option.octets.size();
    const bool whole_blocks = len >= 10 && (len - 2) % 8 == 0;
    if (tcp_kind(option) != tcp_option_kind::sack || !whole_blocks) return std::nullopt;
    return tcp_sack{option.data()};
}

tcp_option_builder& tcp_option_builder::sack(std::span<const tcp_sack_block> blocks) noexcept {
    const bytes_mut room =
        append_room(static_cast<std::uint8_t>(tcp_option_kind::sack), blocks.size_bytes());
    if (room.empty()) return *this;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        put_be32_at(room, i * 8, blocks[i].left);
        put_be32_at(room, i * 8 + 4, blocks[i].right);
    }
    return *this;
}

}  // namespace sonde::inline v0
