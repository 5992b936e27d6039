#include <algorithm>
#include <array>

#include <sonde/wire/crc.hpp>
#include <sonde/wire/transport/sctp.hpp>

namespace sonde::inline v0 {
namespace {

using detail::sctp_carried;

constexpr std::size_t checksum_at = 8;  // octets into the header

// The checksum field for the CRC of a packet with zeros in that field.
std::uint32_t field_of(const crc32c& sum) noexcept {
    const auto octets = sum.octets();
    return be32<0>(std::span(octets));
}

// The message in a chunk that holds a whole one, as far as it is captured.
std::optional<sctp_carried> message_in(bytes_view chunk) noexcept {
    if (const auto data = sctp_data::view::parse(chunk);
        data && data->type() == sctp_data::chunk_type) {
        if (!data->is_whole_message() || data->user_data().empty()) return {};
        return sctp_carried{data->payload_protocol_identifier(), data->user_data()};
    }
    const auto data = sctp_i_data::view::parse(chunk);
    if (!data || data->type() != sctp_i_data::chunk_type) return {};
    if (!data->is_whole_message() || data->user_data().empty()) return {};
    return sctp_carried{*data->payload_protocol_identifier(), data->user_data()};
}

bool equal(bytes_view a, bytes_view b) noexcept { return std::ranges::equal(a, b); }

bool has_any_of(sctp::view packet, std::initializer_list<sctp_chunk_type> types) noexcept {
    for (const auto& chunk : packet.chunks()) {
        if (std::ranges::find(types, chunk.type()) != types.end()) return true;
    }
    return false;
}

// INIT names the tag of everything that answers it; nobody knows a tag before.
bool answers_init(sctp::view answer, sctp_init::view init) noexcept {
    const bool has_tag = answer.verification_tag() == init.initiate_tag();
    return has_tag && has_any_of(answer, {sctp_chunk_type::init_ack});
}

bool answers_init_ack(sctp::view answer, sctp_init_ack::view init_ack) noexcept {
    const auto echo = answer.find<sctp_cookie_echo>();
    const auto cookie = init_ack.find(sctp_parameter_type::state_cookie);
    return echo && cookie && answer.verification_tag() == init_ack.initiate_tag() &&
           equal(echo->value(), cookie->value());
}

bool acknowledges(sctp::view answer, std::uint32_t tsn) noexcept {
    const auto sack = answer.find<sctp_sack>();
    return sack && sack->acknowledges(tsn);
}

// One response (RFC 6525 s4.4) to one request of the question.
bool answers_re_config(sctp::view answer, sctp_re_config::view question) noexcept {
    const auto reply = answer.find<sctp_re_config>();
    if (!reply) return false;
    for (const auto& asked : question.parameters()) {
        if (asked.value().size() < 4) continue;
        for (const auto& told : reply->parameters()) {
            const auto response = sctp_reconfiguration_response::read(told);
            if (response && response->response_sequence_number == be32_at(asked.value(), 0)) {
                return true;
            }
        }
    }
    return false;
}

// The chunks that are answered by content of the same kind.
bool answers_by_content(sctp::view answer, const sctp_chunk::view& chunk) noexcept {
    if (const auto init = chunk.as<sctp_init>()) return answers_init(answer, *init);
    if (const auto ack = chunk.as<sctp_init_ack>()) return answers_init_ack(answer, *ack);
    if (const auto data = chunk.as<sctp_data>()) {
        return acknowledges(answer, data->transmission_sequence_number());
    }
    if (const auto data = chunk.as<sctp_i_data>()) {
        return acknowledges(answer, data->transmission_sequence_number());
    }
    if (const auto skip = chunk.as<sctp_forward_tsn>()) return acknowledges(answer, skip->number());
    if (const auto skip = chunk.as<sctp_i_forward_tsn>()) {
        return acknowledges(answer, skip->number());
    }
    if (const auto beat = chunk.as<sctp_heartbeat>()) {
        const auto ack = answer.find<sctp_heartbeat_ack>();
        return ack && equal(ack->value(), beat->value());
    }
    if (const auto asked = chunk.as<sctp_asconf>()) {
        const auto ack = answer.find<sctp_asconf_ack>();
        return ack && ack->number() == asked->number();
    }
    const auto asked = chunk.as<sctp_re_config>();
    return asked && answers_re_config(answer, *asked);
}

// The chunks whose type alone answers a type.
bool answers_by_type(sctp::view answer, sctp_chunk_type asked) noexcept {
    using enum sctp_chunk_type;
    switch (asked) {
        case cookie_echo:
            return has_any_of(answer, {cookie_ack});
        case shutdown:
            return has_any_of(answer, {shutdown_ack});
        case shutdown_ack:
            return has_any_of(answer, {shutdown_complete});
        case ecne:
            return has_any_of(answer, {cwr});
        default:
            return false;
    }
}

// RFC 9260 s8.5.1: a chunk with T carries the tag of the packet that it answers; without T, what
// answers an INIT carries the tag that the INIT asks for.
template <class Chunk>
bool is_reflected(Chunk chunk, sctp::view answer, sctp::view question) noexcept {
    if (chunk.is_tag_reflected()) return answer.verification_tag() == question.verification_tag();
    const auto init = question.find<sctp_init>();
    return !init || answer.verification_tag() == init->initiate_tag();
}

bool has_right_reflection(sctp::view answer, sctp::view question) noexcept {
    if (const auto abort = answer.find<sctp_abort>()) {
        return is_reflected(*abort, answer, question);
    }
    if (const auto complete = answer.find<sctp_shutdown_complete>()) {
        return is_reflected(*complete, answer, question);
    }
    return true;
}

}  // namespace

std::uint32_t sctp_checksum(bytes_view packet) noexcept {
    constexpr std::array<std::uint8_t, 4> zeros{};
    return field_of(crc32c()
                        .add(packet.first(checksum_at))
                        .add(zeros)
                        .add(packet.subspan(checksum_at + zeros.size())));
}

bytes_view detail::sctp_behind_chunks(bytes_view chunks) noexcept {
    std::size_t walked = 0;
    for (const auto& chunk : sctp_chunks(chunks)) walked += chunk.octets().size();
    return chunks.subspan(walked);
}

std::optional<sctp_carried> detail::sctp_carried_in(bytes_view chunks) noexcept {
    std::size_t walked = 0;
    for (const auto& chunk : sctp_chunks(chunks)) {
        if (const auto message = message_in(chunk.octets())) return message;
        walked += chunk.octets().size();
    }
    return message_in(chunks.subspan(walked));  // one that the capture cut
}

result<sctp> sctp::read(view v) noexcept {
    return sctp{.source_port = v.source_port(),
                .destination_port = v.destination_port(),
                .verification_tag = v.verification_tag(),
                .checksum = v.checksum(),
                .chunks = v.octets().subspan(header_len)};
}

void sctp::emit(bytes_mut out) const noexcept {
    const auto head = out.first<header_len>();
    put_be16<0>(head, source_port);
    put_be16<2>(head, destination_port);
    put_be32<4>(head, verification_tag);
    put_be32<checksum_at>(head, checksum.value_or(0));
    copy_octets(out.subspan(header_len), chunks);
    if (!checksum) {
        // From where the chunks came: what was just written is slow to read back.
        put_be32<checksum_at>(head, field_of(crc32c().add(head).add(chunks)));
    }
}

bool is_answer(sctp::view answer, sctp::view question) noexcept {
    if (answer.source_port() != question.destination_port() ||
        answer.destination_port() != question.source_port()) {
        return false;
    }
    if (!has_right_reflection(answer, question)) return false;
    if (has_any_of(answer, {sctp_chunk_type::abort, sctp_chunk_type::error})) return true;
    for (const auto& chunk : question.chunks()) {
        if (answers_by_content(answer, chunk) || answers_by_type(answer, chunk.type())) return true;
    }
    return false;
}

}  // namespace sonde::inline v0
