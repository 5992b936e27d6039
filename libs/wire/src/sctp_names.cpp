#include <array>

#include <sonde/wire/transport/sctp_chunks.hpp>

namespace sonde::inline v0 {

std::string_view to_string(sctp_chunk_type type) noexcept {
    using enum sctp_chunk_type;
    switch (type) {
        case data:
            return "DATA";
        case init:
            return "INIT";
        case init_ack:
            return "INIT ACK";
        case sack:
            return "SACK";
        case heartbeat:
            return "HEARTBEAT";
        case heartbeat_ack:
            return "HEARTBEAT ACK";
        case abort:
            return "ABORT";
        case shutdown:
            return "SHUTDOWN";
        case shutdown_ack:
            return "SHUTDOWN ACK";
        case error:
            return "ERROR";
        case cookie_echo:
            return "COOKIE ECHO";
        case cookie_ack:
            return "COOKIE ACK";
        case ecne:
            return "ECNE";
        case cwr:
            return "CWR";
        case shutdown_complete:
            return "SHUTDOWN COMPLETE";
        case auth:
            return "AUTH";
        case i_data:
            return "I-DATA";
        case asconf_ack:
            return "ASCONF-ACK";
        case re_config:
            return "RE-CONFIG";
        case pad:
            return "PAD";
        case forward_tsn:
            return "FORWARD TSN";
        case asconf:
            return "ASCONF";
        case i_forward_tsn:
            return "I-FORWARD-TSN";
    }
    return {};
}

std::string_view to_string(sctp_parameter_type type) noexcept {
    using enum sctp_parameter_type;
    switch (type) {
        case heartbeat_info:
            return "Heartbeat Info";
        case ipv4_address:
            return "IPv4 Address";
        case ipv6_address:
            return "IPv6 Address";
        case state_cookie:
            return "State Cookie";
        case unrecognized_parameter:
            return "Unrecognized Parameters";
        case cookie_preservative:
            return "Cookie Preservative";
        case host_name_address:
            return "Host Name Address";
        case supported_address_types:
            return "Supported Address Types";
        case outgoing_ssn_reset_request:
            return "Outgoing SSN Reset Request Parameter";
        case incoming_ssn_reset_request:
            return "Incoming SSN Reset Request Parameter";
        case ssn_tsn_reset_request:
            return "SSN/TSN Reset Request Parameter";
        case reconfiguration_response:
            return "Re-configuration Response Parameter";
        case add_outgoing_streams_request:
            return "Add Outgoing Streams Request Parameter";
        case add_incoming_streams_request:
            return "Add Incoming Streams Request Parameter";
        case ecn_capable:
            return "ECN Capable";
        case zero_checksum_acceptable:
            return "Zero Checksum Acceptable";
        case random:
            return "Random";
        case chunk_list:
            return "Chunk List";
        case requested_hmac_algorithm:
            return "Requested HMAC Algorithm Parameter";
        case padding:
            return "Padding";
        case supported_extensions:
            return "Supported Extensions";
        case forward_tsn_supported:
            return "Forward TSN supported";
        case add_ip_address:
            return "Add IP Address";
        case delete_ip_address:
            return "Delete IP Address";
        case error_cause_indication:
            return "Error Cause Indication";
        case set_primary_address:
            return "Set Primary Address";
        case success_indication:
            return "Success Indication";
        case adaptation_layer_indication:
            return "Adaptation Layer Indication";
    }
    return {};
}

std::string_view to_string(sctp_cause_code code) noexcept {
    using enum sctp_cause_code;
    switch (code) {
        case invalid_stream_identifier:
            return "Invalid Stream Identifier";
        case missing_mandatory_parameter:
            return "Missing Mandatory Parameter";
        case stale_cookie:
            return "Stale Cookie";
        case out_of_resource:
            return "Out of Resource";
        case unresolvable_address:
            return "Unresolvable Address";
        case unrecognized_chunk_type:
            return "Unrecognized Chunk Type";
        case invalid_mandatory_parameter:
            return "Invalid Mandatory Parameter";
        case unrecognized_parameters:
            return "Unrecognized Parameters";
        case no_user_data:
            return "No User Data";
        case cookie_received_while_shutting_down:
            return "Cookie Received While Shutting Down";
        case restart_with_new_addresses:
            return "Restart of an Association with New Addresses";
        case user_initiated_abort:
            return "User-Initiated Abort";
        case protocol_violation:
            return "Protocol Violation";
        case delete_last_address:
            return "Request to Delete Last Remaining IP Address";
        case resource_shortage:
            return "Operation Refused Due to Resource Shortage";
        case delete_source_address:
            return "Request to Delete Source IP Address";
        case illegal_asconf_ack:
            return "Association Aborted due to illegal ASCONF-ACK";
        case no_authorization:
            return "Request refused - no authorization";
        case unsupported_hmac:
            return "Unsupported HMAC Identifier";
    }
    return {};
}

namespace {

using enum sctp_payload_protocol;
struct named_protocol {
    sctp_payload_protocol protocol;
    std::string_view name;
};
constexpr std::array payload_protocols{
    named_protocol{unspecified, "unspecified"},
    named_protocol{iua, "IUA"},
    named_protocol{m2ua, "M2UA"},
    named_protocol{m3ua, "M3UA"},
    named_protocol{sua, "SUA"},
    named_protocol{m2pa, "M2PA"},
    named_protocol{v5ua, "V5UA"},
    named_protocol{h248, "H.248"},
    named_protocol{bicc, "BICC/Q.2150.3"},
    named_protocol{tali, "TALI"},
    named_protocol{dua, "DUA"},
    named_protocol{asap, "ASAP"},
    named_protocol{enrp, "ENRP"},
    named_protocol{h323, "H.323"},
    named_protocol{qipc, "Q.IPC/Q.2150.3"},
    named_protocol{simco, "SIMCO"},
    named_protocol{ddp_segment, "DDP Segment Chunk"},
    named_protocol{ddp_stream_session_control, "DDP Stream Session Control"},
    named_protocol{s1ap, "S1AP"},
    named_protocol{rua, "RUA"},
    named_protocol{hnbap, "HNBAP"},
    named_protocol{forces_hp, "ForCES-HP"},
    named_protocol{forces_mp, "ForCES-MP"},
    named_protocol{forces_lp, "ForCES-LP"},
    named_protocol{sbc_ap, "SBc-AP"},
    named_protocol{nbap, "NBAP"},
    named_protocol{x2ap, "X2AP"},
    named_protocol{ircp, "IRCP"},
    named_protocol{lcs_ap, "LCS-AP"},
    named_protocol{mpich2, "MPICH2"},
    named_protocol{sabp, "SABP"},
    named_protocol{fractal_generator, "Fractal Generator Protocol"},
    named_protocol{ping_pong, "Ping Pong Protocol"},
    named_protocol{calc_app, "CalcApp Protocol"},
    named_protocol{scripting_service, "Scripting Service Protocol"},
    named_protocol{net_perf_meter_control, "NetPerfMeter Protocol Control Channel"},
    named_protocol{net_perf_meter_data, "NetPerfMeter Protocol Data Channel"},
    named_protocol{echo, "Echo"},
    named_protocol{discard, "Discard"},
    named_protocol{daytime, "Daytime"},
    named_protocol{character_generator, "Character Generator"},
    named_protocol{rna, "3GPP RNA"},
    named_protocol{m2ap, "3GPP M2AP"},
    named_protocol{m3ap, "3GPP M3AP"},
    named_protocol{ssh, "SSH over SCTP"},
    named_protocol{diameter, "Diameter in a SCTP DATA chunk"},
    named_protocol{diameter_dtls, "Diameter in a DTLS/SCTP DATA chunk"},
    named_protocol{r14p, "R14P"},
    named_protocol{webrtc_dcep, "WebRTC DCEP"},
    named_protocol{webrtc_string, "WebRTC String"},
    named_protocol{webrtc_binary_partial, "WebRTC Binary Partial"},
    named_protocol{webrtc_binary, "WebRTC Binary"},
    named_protocol{webrtc_string_partial, "WebRTC String Partial"},
    named_protocol{pua, "3GPP PUA"},
    named_protocol{webrtc_string_empty, "WebRTC String Empty"},
    named_protocol{webrtc_binary_empty, "WebRTC Binary Empty"},
    named_protocol{xwap, "3GPP XwAP"},
    named_protocol{xw_control_plane, "3GPP Xw-Control Plane"},
    named_protocol{ngap, "3GPP NGAP"},
    named_protocol{xnap, "3GPP XnAP"},
    named_protocol{f1ap, "3GPP F1 AP"},
    named_protocol{http, "HTTP/SCTP"},
    named_protocol{e1ap, "3GPP E1AP"},
    named_protocol{ele2_lawful_interception, "ELE2 Lawful Interception"},
    named_protocol{ngap_dtls, "3GPP NGAP over DTLS over SCTP"},
    named_protocol{xnap_dtls, "3GPP XnAP over DTLS over SCTP"},
    named_protocol{f1ap_dtls, "3GPP F1AP over DTLS over SCTP"},
    named_protocol{e1ap_dtls, "3GPP E1AP over DTLS over SCTP"},
    named_protocol{e2_cp, "E2-CP"},
    named_protocol{e2_up, "E2-UP"},
    named_protocol{e2_du, "E2-DU"},
    named_protocol{w1ap, "3GPP W1AP"}};

}  // namespace

std::string_view to_string(sctp_payload_protocol protocol) noexcept {
    for (const named_protocol& one : payload_protocols) {
        if (one.protocol == protocol) return one.name;
    }
    return {};
}

std::string_view to_string(sctp_reconfiguration_response::outcome result) noexcept {
    using enum sctp_reconfiguration_response::outcome;
    switch (result) {
        case nothing_to_do:
            return "nothing to do";
        case performed:
            return "performed";
        case denied:
            return "denied";
        case wrong_ssn:
            return "wrong stream sequence number";
        case already_in_progress:
            return "request already in progress";
        case bad_sequence_number:
            return "bad sequence number";
        case in_progress:
            return "in progress";
    }
    return {};
}

std::string_view detail::sctp_chunk_type_name(std::uint64_t value) noexcept {
    return to_string(static_cast<sctp_chunk_type>(value));
}

std::string_view detail::sctp_payload_protocol_name(std::uint64_t value) noexcept {
    return to_string(static_cast<sctp_payload_protocol>(value));
}

}  // namespace sonde::inline v0
