// SCTP in a line: every chunk with its number, what it is, and what it says of streams and sequence
// numbers.
//
//     sctp (1) [SACK] [cum ack 7] [a_rwnd 64000] [#gap acks 0] [#dup tsns 0] , (2) [DATA] (B)(E)
//     ...

#include <sonde/wire/transport/sctp.hpp>

#include "line_state.hpp"

namespace sonde::inline v0::detail {
namespace {

// tcpdump's words where it has some for what the number means today, else the registry's.
std::string_view chunk_words(sctp_chunk_type type) noexcept {
    switch (type) {
        case sctp_chunk_type::heartbeat:
            return "HB REQ";
        case sctp_chunk_type::heartbeat_ack:
            return "HB ACK";
        case sctp_chunk_type::error:
            return "OP ERR";
        case sctp_chunk_type::ecne:
            return "ECN ECHO";
        case sctp_chunk_type::cwr:
            return "ECN CWR";
        case sctp_chunk_type::forward_tsn:
            return "FOR CUM TSN";
        default:
            return to_string(type);
    }
}

class number_text {
  public:
    explicit number_text(text_writer& out) noexcept : out_(&out) {}
    number_text& put(std::string_view name, std::uint64_t value) {
        out_->put(" [").put(name).put(' ').number(value).put(']');
        return *this;
    }

  private:
    text_writer* out_;
};

void protocol_text(text_writer& out, sctp_payload_protocol protocol) {
    const std::string_view name =
        protocol == sctp_payload_protocol::unspecified ? "" : to_string(protocol);
    out.put(" [PPID ");
    name.empty() ? out.put("0x").hex(std::uint32_t(protocol)) : out.put(name);
    out.put(']');
}

template <class Data>
void fragment_text(text_writer& out, Data data) {
    if (data.unordered() || data.beginning() || data.ending()) out.put(' ');
    if (data.unordered()) out.put("(U)");
    if (data.beginning()) out.put("(B)");
    if (data.ending()) out.put("(E)");
    number_text(out)
        .put("TSN:", data.transmission_sequence_number())
        .put("SID:", data.stream_identifier());
}

void text_of(text_writer& out, sctp_data::view data) {
    fragment_text(out, data);
    number_text(out).put("SSEQ", data.stream_sequence_number());
    protocol_text(out, data.payload_protocol_identifier());
}

void text_of(text_writer& out, sctp_i_data::view data) {
    fragment_text(out, data);
    number_text(out).put("MID", data.message_identifier());
    if (const auto protocol = data.payload_protocol_identifier())
        protocol_text(out, *protocol);
    else
        number_text(out).put("FSN", data.fragment_sequence_number());
}

template <class View>
    requires requires(View init) { init.initiate_tag(); }
void text_of(text_writer& out, View init) {
    number_text(out)
        .put("init tag:", init.initiate_tag())
        .put("rwnd:", init.advertised_receiver_window_credit())
        .put("OS:", init.number_of_outbound_streams())
        .put("MIS:", init.number_of_inbound_streams())
        .put("init TSN:", init.initial_tsn());
}

// The ends of a gap are numbers of their own here, on the wire offsets.
void text_of(text_writer& out, sctp_sack::view sack) {
    number_text(out)
        .put("cum ack", sack.cumulative_tsn_ack())
        .put("a_rwnd", sack.advertised_receiver_window_credit())
        .put("#gap acks", sack.number_of_gap_ack_blocks())
        .put("#dup tsns", sack.number_of_duplicate_tsns());
    const auto gaps = sack.gap_ack_blocks();
    for (std::size_t i = 0; i < gaps.size(); ++i) {
        const auto start = static_cast<std::uint32_t>(sack.cumulative_tsn_ack() + gaps[i].start);
        const auto end = static_cast<std::uint32_t>(sack.cumulative_tsn_ack() + gaps[i].end);
        out.put(" [gap ack block #").number(i + 1).put(": start = ").number(start);
        out.put(", end = ").number(end).put(']');
    }
    const auto duplicates = sack.duplicate_tsns();
    for (std::size_t i = 0; i < duplicates.size(); ++i)
        out.put(" [dup TSN #").number(i + 1).put(": ").number(duplicates[i]).put(']');
}

// Of the others the type says enough.
void chunk_text(text_writer& out, const sctp_chunk::view& chunk) {
    const std::string_view words = chunk_words(chunk.type());
    out.put('[');
    if (words.empty())
        out.put("Unknown chunk type: 0x").hex(std::uint8_t(chunk.type()));
    else
        out.put(words);
    out.put(']');
    const auto told = [&]<class Chunk>() {
        const auto seen = chunk.as<Chunk>();
        if (seen) text_of(out, *seen);
        return seen.has_value();
    };
    static_cast<void>(
        told.template operator()<sctp_data>() || told.template operator()<sctp_i_data>() ||
        told.template operator()<sctp_sack>() || told.template operator()<sctp_init>() ||
        told.template operator()<sctp_init_ack>());
}

}  // namespace

void line_sctp(line_state& s) {
    const auto seen = *s.at->as<sctp>();
    text_writer& out = s.out;
    if (!s.ports_told)
        out.number(seen.source_port()).put(" > ").number(seen.destination_port()).put(": ");
    s.ports_told = false;
    s.finish();
    out.put("sctp");
    std::size_t number = 0;
    std::size_t walked = 0;
    for (const auto& chunk : seen.chunks()) {
        out.put(number == 0 ? " (" : " , (");
        out.number(++number).put(") ");
        chunk_text(out, chunk);
        walked += chunk.octets().size();
    }
    if (sctp::header_len + walked == seen.octets().size()) return;
    out.put(" [|sctp]");
    s.problem_told = true;
}

}  // namespace sonde::inline v0::detail
