#pragma once
/// What every SCTP packet must survive, for tests and the fuzz target.

#include <sonde/wire/transport/sctp.hpp>

#include "link_each.hpp"

namespace sonde::testing {

using sctp_chunk_kinds =
    protocol_list<sctp_data, sctp_i_data, sctp_init, sctp_init_ack, sctp_sack, sctp_heartbeat,
                  sctp_heartbeat_ack, sctp_abort, sctp_shutdown, sctp_shutdown_ack, sctp_error,
                  sctp_cookie_echo, sctp_cookie_ack, sctp_ecne, sctp_cwr, sctp_shutdown_complete,
                  sctp_auth, sctp_asconf, sctp_asconf_ack, sctp_re_config, sctp_pad,
                  sctp_forward_tsn, sctp_i_forward_tsn>;

/// A chunk, parameter or cause comes back in the same octets.
template <class Element>
void round_trip_element(typename Element::view seen) {
    const Element meant = Element::read(seen);
    SONDE_CHECK(meant.wire_len() == seen.octets().size());
    std::vector<std::uint8_t> again(meant.wire_len(), 0x5a);
    meant.emit(again);
    for (std::size_t i = 0; i < again.size(); ++i) SONDE_CHECK(again[i] == seen.octets()[i]);
}

template <class List>
void touch_list(const List& list) {
    for (std::size_t i = 0; i < list.size(); ++i) (void)list[i];
}

inline void exercise_cause(sctp_error_cause::view cause) {
    round_trip_element<sctp_error_cause>(cause);
    (void)to_string(cause.type());
    (void)sctp_invalid_stream(cause);
    (void)sctp_cookie_staleness(cause);
    (void)sctp_empty_data_tsn(cause);
    if (const auto missing = sctp_missing_parameters(cause)) touch_list(*missing);
}

inline void exercise_causes(const sctp_error_causes& causes) {
    walk_elements(causes);
    for (const auto& cause : causes) exercise_cause(cause);
}

/// What is written from a parameter that was understood is read back.
template <class Request, class Write>
void write_again(sctp_parameter::view parameter, Write write) {
    const auto meant = Request::read(parameter);
    if (!meant) return;
    std::vector<std::uint8_t> room(parameter.octets().size() + 4);
    sctp_writer writer(room);
    write(writer, *meant);
    SONDE_CHECK(writer.fits());
    const auto again = sctp_parameter::view::parse(writer.octets());
    SONDE_CHECK(again && Request::read(*again).has_value());
    SONDE_CHECK(again->type() == parameter.type() || parameter.value().size() == 4);
}

inline void exercise_requests(sctp_parameter::view parameter) {
    write_again<sctp_outgoing_reset>(parameter,
                                     [](auto& to, const auto& meant) { to.outgoing_reset(meant); });
    write_again<sctp_incoming_reset>(parameter,
                                     [](auto& to, const auto& meant) { to.incoming_reset(meant); });
    write_again<sctp_reconfiguration_response>(
        parameter, [](auto& to, const auto& meant) { to.reconfiguration_response(meant); });
    write_again<sctp_add_streams>(parameter,
                                  [](auto& to, const auto& meant) { to.add_streams(meant); });
    write_again<sctp_address_change>(parameter,
                                     [](auto& to, const auto& meant) { to.address_change(meant); });
    write_again<sctp_address_change_outcome>(
        parameter, [](auto& to, const auto& meant) { to.address_change_outcome(meant); });
    if (const auto outcome = sctp_address_change_outcome::read(parameter)) {
        exercise_causes(outcome->causes);
    }
    if (const auto reset = sctp_outgoing_reset::read(parameter)) touch_list(reset->streams);
    if (const auto reset = sctp_incoming_reset::read(parameter)) touch_list(reset->streams);
}

inline void exercise_parameter(sctp_parameter::view parameter) {
    round_trip_element<sctp_parameter>(parameter);
    (void)to_string(parameter.type());
    (void)sctp_address(parameter);
    (void)sctp_cookie_preservative(parameter);
    (void)sctp_adaptation_indication(parameter);
    (void)sctp_zero_checksum_method(parameter);
    (void)sctp_tsn_reset(parameter);
    if (const auto name = sctp_host_name(parameter)) touch(*name);
    if (const auto types = sctp_chunk_type_list(parameter)) touch(*types);
    if (const auto types = sctp_supported_address_types(parameter)) touch_list(*types);
    if (const auto hmacs = sctp_requested_hmacs(parameter)) touch_list(*hmacs);
    exercise_requests(parameter);
}

/// Any octets as a chunk of type `T`: also those that the capture cut.
template <class T>
void exercise_chunk(bytes_view octets) {
    const auto seen = T::view::parse(octets);
    if (!seen) return;
    round_trip<T>(*seen);
    touch(seen->padding());
    if constexpr (requires { seen->parameters(); }) {
        walk_elements(seen->parameters());
        for (const auto& parameter : seen->parameters()) exercise_parameter(parameter);
    }
    if constexpr (requires { seen->causes(); }) exercise_causes(seen->causes());
    if constexpr (requires { seen->user_data(); }) touch(seen->user_data());
    if constexpr (std::is_same_v<T, sctp_sack>) {
        touch_list(seen->gap_ack_blocks());
        touch_list(seen->duplicate_tsns());
        (void)seen->acknowledges(7);
    }
    if constexpr (std::is_same_v<T, sctp_forward_tsn> || std::is_same_v<T, sctp_i_forward_tsn>) {
        touch_list(sctp_skipped_streams(*seen));
    }
}

inline void exercise_chunks(bytes_view octets) {
    for_each_protocol(sctp_chunk_kinds{}, [octets]<class T>() { exercise_chunk<T>(octets); });
}

inline void exercise_sctp(bytes_view octets) {
    const auto seen = sctp::view::parse(octets);
    if (!seen) return;
    round_trip<sctp>(*seen);
    walk_elements(seen->chunks());
    std::size_t walked = sctp::header_len;
    for (const auto& chunk : seen->chunks()) {
        round_trip_element<sctp_chunk>(chunk);
        (void)to_string(chunk.type());
        exercise_chunks(chunk.octets());
        walked += chunk.octets().size();
    }
    exercise_chunks(seen->behind_chunks());
    // Nothing is lost and nothing is seen twice.
    SONDE_CHECK(walked + seen->behind_chunks().size() == octets.size());
    touch(seen->payload());
    SONDE_CHECK(seen->payload().empty() == (seen->next_selector() == selector{}));
    (void)seen->checksum_verdict();
    (void)is_answer(*seen, *seen);
}

}  // namespace sonde::testing
