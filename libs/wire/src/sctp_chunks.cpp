#include <sonde/wire/transport/sctp_chunks.hpp>

namespace sonde::inline v0 {
namespace {

// The flags of DATA and I-DATA.
template <class Message>
std::uint8_t data_flags(const Message& message) noexcept {
    return static_cast<std::uint8_t>((message.reserved << 4) | (message.immediate ? 8 : 0) |
                                     (message.unordered ? 4 : 0) | (message.beginning ? 2 : 0) |
                                     (message.ending ? 1 : 0));
}

}  // namespace

void detail::emit_sctp_chunk(bytes_mut out, const sctp_chunk_frame& frame) noexcept {
    const std::size_t len = frame.header_len + frame.body.size();
    out[0] = static_cast<std::uint8_t>(frame.type);
    out[1] = frame.flags;
    put_be16_at(out, 2, frame.length.value_or(static_cast<std::uint16_t>(len)));
    copy_octets(out.subspan(frame.header_len), frame.body);
    emit_sctp_padding(out.subspan(len), frame.padding);
}

result<sctp_data> sctp_data::read(view v) noexcept {
    if (const auto right = detail::expect_sctp_chunk(v.type(), chunk_type); !right) {
        return malformed(right.error());
    }
    return sctp_data{.reserved = v.reserved(),
                     .immediate = v.immediate(),
                     .unordered = v.unordered(),
                     .beginning = v.beginning(),
                     .ending = v.ending(),
                     .length = v.length(),
                     .transmission_sequence_number = v.transmission_sequence_number(),
                     .stream_identifier = v.stream_identifier(),
                     .stream_sequence_number = v.stream_sequence_number(),
                     .payload_protocol_identifier = v.payload_protocol_identifier(),
                     .user_data = v.user_data(),
                     .padding = v.padding()};
}

void sctp_data::emit(bytes_mut out) const noexcept {
    detail::emit_sctp_chunk(
        out, {chunk_type, data_flags(*this), length, padding, header_len, user_data});
    put_be32_at(out, 4, transmission_sequence_number);
    put_be16_at(out, 8, stream_identifier);
    put_be16_at(out, 10, stream_sequence_number);
    put_be32_at(out, 12, static_cast<std::uint32_t>(payload_protocol_identifier));
}

result<sctp_i_data> sctp_i_data::read(view v) noexcept {
    if (const auto right = detail::expect_sctp_chunk(v.type(), chunk_type); !right) {
        return malformed(right.error());
    }
    return sctp_i_data{.reserved = v.reserved(),
                       .immediate = v.immediate(),
                       .unordered = v.unordered(),
                       .beginning = v.beginning(),
                       .ending = v.ending(),
                       .length = v.length(),
                       .transmission_sequence_number = v.transmission_sequence_number(),
                       .stream_identifier = v.stream_identifier(),
                       .reserved_2 = v.reserved_2(),
                       .message_identifier = v.message_identifier(),
                       .protocol_or_fragment = v.protocol_or_fragment(),
                       .user_data = v.user_data(),
                       .padding = v.padding()};
}

void sctp_i_data::emit(bytes_mut out) const noexcept {
    detail::emit_sctp_chunk(
        out, {chunk_type, data_flags(*this), length, padding, header_len, user_data});
    put_be32_at(out, 4, transmission_sequence_number);
    put_be16_at(out, 8, stream_identifier);
    put_be16_at(out, 10, reserved_2);
    put_be32_at(out, 12, message_identifier);
    put_be32_at(out, 16, protocol_or_fragment);
}

result<sctp_sack> sctp_sack::read(view v) noexcept {
    if (const auto right = detail::expect_sctp_chunk(v.type(), chunk_type); !right) {
        return malformed(right.error());
    }
    return sctp_sack{.flags = v.flags(),
                     .length = v.length(),
                     .cumulative_tsn_ack = v.cumulative_tsn_ack(),
                     .advertised_receiver_window_credit = v.advertised_receiver_window_credit(),
                     .number_of_gap_ack_blocks = v.number_of_gap_ack_blocks(),
                     .number_of_duplicate_tsns = v.number_of_duplicate_tsns(),
                     .gap_ack_blocks = v.gap_ack_blocks().octets(),
                     .duplicate_tsns = v.behind_gap_ack_blocks(),
                     .padding = v.padding()};
}

void sctp_sack::emit(bytes_mut out) const noexcept {
    const std::size_t gaps_end = header_len + gap_ack_blocks.size();
    const auto count = [](bytes_view list) { return static_cast<std::uint16_t>(list.size() / 4); };
    // The duplicates are the body, as if the gap blocks were fixed fields.
    detail::emit_sctp_chunk(out, {chunk_type, flags, length, padding, gaps_end, duplicate_tsns});
    put_be32_at(out, 4, cumulative_tsn_ack);
    put_be32_at(out, 8, advertised_receiver_window_credit);
    put_be16_at(out, 12, number_of_gap_ack_blocks.value_or(count(gap_ack_blocks)));
    put_be16_at(out, 14, number_of_duplicate_tsns.value_or(count(duplicate_tsns)));
    copy_octets(out.subspan(header_len), gap_ack_blocks);
}

result<sctp_auth> sctp_auth::read(view v) noexcept {
    if (const auto right = detail::expect_sctp_chunk(v.type(), chunk_type); !right) {
        return malformed(right.error());
    }
    return sctp_auth{.flags = v.flags(),
                     .length = v.length(),
                     .shared_key_identifier = v.shared_key_identifier(),
                     .hmac_identifier = v.hmac_identifier(),
                     .hmac = v.hmac(),
                     .padding = v.padding()};
}

void sctp_auth::emit(bytes_mut out) const noexcept {
    detail::emit_sctp_chunk(out, {chunk_type, flags, length, padding, header_len, hmac});
    put_be16_at(out, 4, shared_key_identifier);
    put_be16_at(out, 6, hmac_identifier);
}

}  // namespace sonde::inline v0
