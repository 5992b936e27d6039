// What an SCTP packet tells: its chunks, and the parameters and error causes inside them.

#include <sonde/wire/transport/sctp.hpp>

#include "describe.hpp"

namespace sonde::inline v0 {
namespace {

using detail::tell;
using detail::tell_address;
using detail::tell_bits;
using detail::tell_chars;
using detail::tell_numbers;
using detail::tell_octets;
using detail::told_group;

std::string_view parameter_name(std::uint64_t value) noexcept {
    return to_string(sctp_parameter_type(static_cast<std::uint16_t>(value)));
}
std::string_view outcome_name(std::uint64_t value) noexcept {
    using outcome = sctp_reconfiguration_response::outcome;
    return to_string(outcome(static_cast<std::uint32_t>(value)));
}

// Parameters may hold causes, and causes parameters and chunks: each step inwards is a level.
class chunk_teller {
  public:
    chunk_teller(bytes_view packet, field_sink& to) noexcept : packet_(packet), to_(to) {}

    /// One chunk with its padding, or as much of it as was captured: four octets at least.
    void tell_chunk(bytes_view chunk) {
        const std::string_view name = to_string(sctp_chunk_type{chunk[0]});
        const told_group group(to_, "sctp_chunk", name, chunk);
        const bool known = tell_as<sctp_data>(chunk) || tell_as<sctp_sack>(chunk) ||
                           tell_as<sctp_init>(chunk) || tell_as<sctp_init_ack>(chunk) ||
                           tell_as<sctp_heartbeat>(chunk) || tell_as<sctp_heartbeat_ack>(chunk) ||
                           tell_as<sctp_abort>(chunk) || tell_as<sctp_shutdown>(chunk) ||
                           tell_as<sctp_shutdown_ack>(chunk) || tell_as<sctp_error>(chunk) ||
                           tell_as<sctp_cookie_echo>(chunk) || tell_as<sctp_cookie_ack>(chunk) ||
                           tell_as<sctp_ecne>(chunk) || tell_as<sctp_cwr>(chunk) ||
                           tell_as<sctp_shutdown_complete>(chunk) || tell_as<sctp_auth>(chunk) ||
                           tell_as<sctp_i_data>(chunk) || tell_as<sctp_asconf>(chunk) ||
                           tell_as<sctp_asconf_ack>(chunk) || tell_as<sctp_re_config>(chunk) ||
                           tell_as<sctp_forward_tsn>(chunk) || tell_as<sctp_i_forward_tsn>(chunk) ||
                           tell_as<sctp_pad>(chunk);
        if (!known) tell_unknown(chunk, name);
    }

  private:
    static constexpr std::size_t levels_max = 4;

    [[nodiscard]] std::size_t offset_of(bytes_view inside) const noexcept {
        return static_cast<std::size_t>(inside.data() - packet_.data());
    }

    // Also a chunk that ends before its fixed fields do.
    void tell_unknown(bytes_view chunk, std::string_view name) {
        tell(to_, "type", chunk.first(1), {field_kind::number, name});
        tell(to_, "flags", chunk.subspan(1, 1), {field_kind::hex});
        tell(to_, "length", chunk.subspan(2, 2));
        const std::size_t len =
            std::clamp<std::size_t>(be16_at(chunk, 2), sctp_chunk::header_len, chunk.size());
        tell_octets(to_, "value", chunk.first(len).subspan(sctp_chunk::header_len));
        tell_octets(to_, "padding", chunk.subspan(len));
    }

    // False when the chunk is another, or is shorter than its fixed fields.
    template <class Chunk>
    bool tell_as(bytes_view chunk) {
        const auto seen = Chunk::view::parse(chunk);
        if (!seen || seen->type() != Chunk::chunk_type) return false;
        detail::tell_fields(to_, Chunk::fields, chunk);
        if constexpr (requires { seen->is_tag_reflected(); })
            tell_bits(to_, "tag_reflected", chunk.subspan(1, 1), {7, 1});
        tell_behind(*seen);
        tell_octets(to_, "padding", seen->padding());
        return true;
    }

    // What follows the fixed fields of each type of chunk.
    template <class View>
    void tell_behind(View seen) {
        if constexpr (requires { seen.user_data(); })
            tell_octets(to_, "user_data", seen.user_data());
        else if constexpr (requires { seen.hmac(); })
            tell_octets(to_, "hmac", seen.hmac());
        else if constexpr (requires { seen.parameters(); })
            tell_parameters(seen.parameters().octets());
        else if constexpr (requires { seen.causes(); })
            tell_causes(seen.causes().octets());
        else
            tell_octets(to_, "value", seen.value());
    }
    void tell_behind(sctp_cookie_echo::view seen) { tell_octets(to_, "cookie", seen.value()); }
    void tell_behind(sctp_sack::view seen) {
        bytes_view gaps = seen.gap_ack_blocks().octets();
        for (; gaps.size() >= sctp_gap_ack_blocks::block_len; gaps = gaps.subspan(4)) {
            const told_group group(to_, "gap_ack_block", {}, gaps.first(4));
            tell(to_, "start", gaps.first(2));
            tell(to_, "end", gaps.subspan(2, 2));
        }
        tell_octets(to_, "left_over", gaps);
        const bytes_view duplicates = seen.duplicate_tsns().octets();
        tell_numbers(to_, "duplicate_tsn", duplicates, 4);
        tell_octets(to_, "uncounted", seen.behind_gap_ack_blocks().subspan(duplicates.size()));
    }
    void tell_behind(sctp_forward_tsn::view seen) {
        bytes_view rest = seen.value();
        for (; rest.size() >= 4; rest = rest.subspan(4)) {
            const told_group group(to_, "skipped_stream", {}, rest.first(4));
            tell(to_, "stream", rest.first(2));
            tell(to_, "stream_sequence", rest.subspan(2, 2));
        }
        tell_octets(to_, "left_over", rest);
    }
    void tell_behind(sctp_i_forward_tsn::view seen) {
        bytes_view rest = seen.value();
        for (; rest.size() >= 8; rest = rest.subspan(8)) {
            const told_group group(to_, "skipped_stream", {}, rest.first(8));
            tell(to_, "stream_identifier", rest.first(2));
            tell_bits(to_, "reserved", rest.subspan(2, 2), {0, 15}, {field_kind::hex});
            tell_bits(to_, "unordered", rest.subspan(2, 2), {15, 1});
            tell(to_, "message_identifier", rest.subspan(4, 4));
        }
        tell_octets(to_, "left_over", rest);
    }

    // Elements inside elements; `tell_one` is given the octets of each.
    template <class Range, class TellOne>
    void tell_inside(std::string_view name, bytes_view octets, TellOne tell_one) {
        if (level_ == levels_max) return tell_octets(to_, name, octets);
        ++level_;
        const Range all(octets, {}, offset_of(octets));
        for (const auto& one : all) tell_one(one);
        if (const auto stopped = all.error()) to_.on_problem(*stopped);
        --level_;
    }
    void tell_parameters(bytes_view octets) {
        tell_inside<sctp_parameters>(
            "parameters", octets, [this](sctp_parameter::view one) { tell_parameter(one); });
    }
    void tell_causes(bytes_view octets) {
        tell_inside<sctp_error_causes>(
            "error_causes", octets, [this](sctp_error_cause::view one) { tell_cause(one); });
    }
    void tell_chunks(bytes_view octets) {
        tell_inside<sctp_chunks>(
            "chunks", octets, [this](sctp_chunk::view one) { tell_chunk(one.octets()); });
    }

    void tell_parameter(sctp_parameter::view one) {
        const std::string_view name = to_string(one.type());
        const told_group group(to_, "sctp_parameter", name, one.octets());
        tell(to_, "type", one.octets().first(2), {field_kind::number, name});
        tell(to_, "length", one.octets().subspan(2, 2));
        if (!tell_plain(one) && !tell_request(one)) tell_octets(to_, "value", one.value());
        tell_octets(to_, "padding", one.padding());
    }

    // Parameters with one value, or values of one kind.
    bool tell_plain(sctp_parameter::view one) {
        const bytes_view value = one.value();
        if (sctp_address(one)) {
            tell_address(to_, "address", value);
        } else if (sctp_cookie_preservative(one)) {
            tell(to_, "suggested_cookie_life_span_increment", value);
        } else if (const auto host = sctp_host_name(one)) {
            tell_chars(to_, "host_name", *host);
        } else if (const auto types = sctp_supported_address_types(one)) {
            tell_numbers(to_, "address_type", types->octets(), 2, parameter_name);
        } else if (const auto chunks = sctp_chunk_type_list(one)) {
            tell_numbers(to_, "chunk_type", *chunks, 1, detail::sctp_chunk_type_name);
        } else if (const auto hmacs = sctp_requested_hmacs(one)) {
            tell_numbers(to_, "hmac_identifier", hmacs->octets(), 2);
        } else if (sctp_adaptation_indication(one)) {
            tell(to_, "adaptation_code_point", value, {field_kind::hex});
        } else if (sctp_zero_checksum_method(one)) {
            tell(to_, "error_detection_method_identifier", value);
        } else if (one.type() == sctp_parameter_type::state_cookie) {
            tell_octets(to_, "state_cookie", value);
        } else if (one.type() == sctp_parameter_type::heartbeat_info) {
            tell_octets(to_, "heartbeat_information", value);
        } else if (one.type() == sctp_parameter_type::random) {
            tell_octets(to_, "random_number", value);
        } else if (one.type() == sctp_parameter_type::unrecognized_parameter) {
            tell_parameters(value);
        } else {
            return false;
        }
        return true;
    }

    // Parameters of RFC 6525 and RFC 5061.
    bool tell_request(sctp_parameter::view one) {
        const bytes_view value = one.value();
        if (const auto out = sctp_outgoing_reset::read(one)) {
            tell(to_, "request_sequence_number", value.first(4));
            tell(to_, "response_sequence_number", value.subspan(4, 4));
            tell(to_, "last_assigned_tsn", value.subspan(8, 4));
            tell_numbers(to_, "stream_number", out->streams.octets(), 2);
        } else if (const auto in = sctp_incoming_reset::read(one)) {
            tell(to_, "request_sequence_number", value.first(4));
            tell_numbers(to_, "stream_number", in->streams.octets(), 2);
        } else if (sctp_tsn_reset(one)) {
            tell(to_, "request_sequence_number", value.first(4));
        } else if (sctp_add_streams::read(one)) {
            tell(to_, "request_sequence_number", value.first(4));
            tell(to_, "number_of_new_streams", value.subspan(4, 2));
            tell(to_, "reserved", value.subspan(6, 2), {field_kind::hex});
        } else if (const auto response = sctp_reconfiguration_response::read(one)) {
            tell(to_, "response_sequence_number", value.first(4));
            tell(to_,
                 "result",
                 value.subspan(4, 4),
                 {field_kind::number, outcome_name(be32_at(value, 4))});
            if (!response->next_tsns) return true;
            tell(to_, "sender_next_tsn", value.subspan(8, 4));
            tell(to_, "receiver_next_tsn", value.subspan(12, 4));
        } else if (sctp_address_change::read(one)) {
            tell(to_, "correlation_id", value.first(4));
            tell_parameters(value.subspan(4));
        } else if (sctp_address_change_outcome::read(one)) {
            tell(to_, "correlation_id", value.first(4));
            tell_causes(value.subspan(4));
        } else {
            return false;
        }
        return true;
    }

    void tell_cause(sctp_error_cause::view one) {
        const std::string_view name = to_string(one.type());
        const told_group group(to_, "sctp_error_cause", name, one.octets());
        tell(to_, "cause_code", one.octets().first(2), {field_kind::number, name});
        tell(to_, "cause_length", one.octets().subspan(2, 2));
        if (!tell_cause_value(one)) tell_octets(to_, "value", one.value());
        tell_octets(to_, "padding", one.padding());
    }
    bool tell_cause_value(sctp_error_cause::view one) {
        const bytes_view value = one.value();
        if (sctp_invalid_stream(one)) {
            tell(to_, "stream_identifier", value.first(2));
            tell_octets(to_, "reserved", value.subspan(2));
            return true;
        }
        if (const auto missing = sctp_missing_parameters(one)) {
            tell(to_, "number_of_missing_parameters", value.first(4));
            tell_numbers(to_, "missing_parameter_type", missing->octets(), 2, parameter_name);
            return true;
        }
        if (sctp_cookie_staleness(one)) {
            tell(to_, "measure_of_staleness", value.first(4));
            return true;
        }
        if (sctp_empty_data_tsn(one)) {
            tell(to_, "tsn", value.first(4));
            return true;
        }
        switch (one.type()) {
            case sctp_cause_code::unresolvable_address:
            case sctp_cause_code::unrecognized_parameters:
            case sctp_cause_code::restart_with_new_addresses:
                tell_parameters(value);
                return true;
            case sctp_cause_code::unrecognized_chunk_type:
                tell_chunks(value);
                return true;
            default:
                return false;
        }
    }

    bytes_view packet_;
    field_sink& to_;
    std::size_t level_ = 0;
};

}  // namespace

void sctp::describe(view seen, field_sink& to) {
    chunk_teller teller(seen.octets(), to);
    const auto all = seen.chunks();
    for (const auto& chunk : all) teller.tell_chunk(chunk.octets());
    const bytes_view cut = seen.behind_chunks();
    if (cut.size() >= sctp_chunk::header_len)
        teller.tell_chunk(cut);
    else
        detail::tell_octets(to, "behind", cut);
    if (const auto stopped = all.error()) to.on_problem(*stopped);
}

}  // namespace sonde::inline v0
