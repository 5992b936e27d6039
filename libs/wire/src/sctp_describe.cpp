// The chunks of SCTP and what is in them.

#include <sonde/wire/transport/sctp.hpp>

#include "describe.hpp"

namespace sonde::inline v0 {
namespace {

using detail::tell;
using detail::tell_bits;
using detail::tell_octets;
using detail::told_group;

// Numbers of a fixed part, one after another. Gives what follows them.
struct told_number {
    std::string_view name;
    std::size_t len;
};
template <std::size_t Count>
bytes_view tell_numbers(field_sink& to, bytes_view octets, const told_number (&numbers)[Count]) {
    for (const told_number& one : numbers) {
        if (octets.size() < one.len) break;
        tell(to, one.name, octets.first(one.len));
        octets = octets.subspan(one.len);
    }
    return octets;
}

// Parameters and error causes have one form.
template <class Elements>
void tell_elements(field_sink& to, std::string_view name, bytes_view octets) {
    const Elements elements(octets);
    for (const auto& one : elements) {
        const std::string_view label = to_string(one.type());
        const told_group group(to, name, label, one.octets());
        tell(to, "type", one.octets().first(2), {field_kind::number, label});
        tell(to, "length", one.octets().subspan(2, 2));
        tell_octets(to, "value", one.value());
        tell_octets(to, "padding", one.padding());
    }
}

void tell_data(bytes_view value, bool interleaved, field_sink& to) {
    bytes_view rest =
        interleaved
            ? tell_numbers(to,
                           value,
                           {{"tsn", 4},
                            {"stream_identifier", 2},
                            {"reserved", 2},
                            {"message_identifier", 4}})
            : tell_numbers(
                  to, value, {{"tsn", 4}, {"stream_identifier", 2}, {"stream_sequence_number", 2}});
    if (rest.size() < 4) return tell_octets(to, "left_over", rest);
    // With I-DATA, of a later fragment, this word is the fragment's number (RFC 8260 s2.1).
    const auto protocol = sctp_payload_protocol{be32_at(rest, 0)};
    tell(to,
         "payload_protocol_identifier",
         rest.first(4),
         {field_kind::number, to_string(protocol)});
    tell_octets(to, "user_data", rest.subspan(4));
}

void tell_sack(bytes_view value, field_sink& to) {
    bytes_view rest = tell_numbers(to,
                                   value,
                                   {{"cumulative_tsn_ack", 4},
                                    {"advertised_receiver_window_credit", 4},
                                    {"number_of_gap_ack_blocks", 2},
                                    {"number_of_duplicate_tsns", 2}});
    if (value.size() < 12) return;
    for (std::size_t left = be16_at(value, 8); left > 0 && rest.size() >= 4; --left) {
        const told_group group(to, "gap_ack_block", {}, rest.first(4));
        static_cast<void>(tell_numbers(to, rest.first(4), {{"start", 2}, {"end", 2}}));
        rest = rest.subspan(4);
    }
    for (; rest.size() >= 4; rest = rest.subspan(4))
        tell(to, "duplicate_tsn", rest.first(4), {field_kind::number, {}, true});
}

void tell_value(const sctp_chunk::view& chunk, field_sink& to) {
    const bytes_view value = chunk.value();
    switch (chunk.type()) {
        case sctp_chunk_type::data:
        case sctp_chunk_type::i_data:
            return tell_data(value, chunk.type() == sctp_chunk_type::i_data, to);
        case sctp_chunk_type::init:
        case sctp_chunk_type::init_ack: {
            const bytes_view rest = tell_numbers(to,
                                                 value,
                                                 {{"initiate_tag", 4},
                                                  {"advertised_receiver_window_credit", 4},
                                                  {"number_of_outbound_streams", 2},
                                                  {"number_of_inbound_streams", 2},
                                                  {"initial_tsn", 4}});
            return tell_elements<sctp_parameters>(to, "sctp_parameter", rest);
        }
        case sctp_chunk_type::sack:
            return tell_sack(value, to);
        case sctp_chunk_type::shutdown:
            return tell_octets(
                to, "left_over", tell_numbers(to, value, {{"cumulative_tsn_ack", 4}}));
        case sctp_chunk_type::heartbeat:
        case sctp_chunk_type::heartbeat_ack:
        case sctp_chunk_type::re_config:
            return tell_elements<sctp_parameters>(to, "sctp_parameter", value);
        case sctp_chunk_type::abort:
        case sctp_chunk_type::error:
            return tell_elements<sctp_error_causes>(to, "sctp_error_cause", value);
        default:
            return tell_octets(to, "value", value);
    }
}

}  // namespace

void sctp::describe(view seen, field_sink& to) {
    const sctp_chunks chunks = seen.chunks();
    for (const sctp_chunk::view& chunk : chunks) {
        const std::string_view name = to_string(chunk.type());
        const told_group group(to, "sctp_chunk", name, chunk.octets());
        tell(to, "type", chunk.octets().first(1), {field_kind::number, name});
        tell(to, "flags", chunk.octets().subspan(1, 1), {field_kind::hex});
        tell(to, "length", chunk.octets().subspan(2, 2));
        tell_value(chunk, to);
        tell_octets(to, "padding", chunk.padding());
    }
    if (const auto error = chunks.error()) to.on_problem(*error);
}

}  // namespace sonde::inline v0
