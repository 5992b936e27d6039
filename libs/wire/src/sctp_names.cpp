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

std::string_view to_string(sctp_payload_protocol protocol) noexcept {
    using enum sctp_payload_protocol;
    switch (protocol) {
        case unspecified:
            return "unspecified";
        case iua:
            return "IUA";
        case m2ua:
            return "M2UA";
        case m3ua:
            return "M3UA";
        case sua:
            return "SUA";
        case m2pa:
            return "M2PA";
        case v5ua:
            return "V5UA";
        case h248:
            return "H.248";
        case bicc:
            return "BICC/Q.2150.3";
        case tali:
            return "TALI";
        case dua:
            return "DUA";
        case asap:
            return "ASAP";
        case enrp:
            return "ENRP";
        case h323:
            return "H.323";
        case qipc:
            return "Q.IPC/Q.2150.3";
        case simco:
            return "SIMCO";
        case ddp_segment:
            return "DDP Segment Chunk";
        case ddp_stream_session_control:
            return "DDP Stream Session Control";
        case s1ap:
            return "S1AP";
        case rua:
            return "RUA";
        case hnbap:
            return "HNBAP";
        case forces_hp:
            return "ForCES-HP";
        case forces_mp:
            return "ForCES-MP";
        case forces_lp:
            return "ForCES-LP";
        case sbc_ap:
            return "SBc-AP";
        case nbap:
            return "NBAP";
        case x2ap:
            return "X2AP";
        case ircp:
            return "IRCP";
        case lcs_ap:
            return "LCS-AP";
        case mpich2:
            return "MPICH2";
        case sabp:
            return "SABP";
        case fractal_generator:
            return "Fractal Generator Protocol";
        case ping_pong:
            return "Ping Pong Protocol";
        case calc_app:
            return "CalcApp Protocol";
        case scripting_service:
            return "Scripting Service Protocol";
        case net_perf_meter_control:
            return "NetPerfMeter Protocol Control Channel";
        case net_perf_meter_data:
            return "NetPerfMeter Protocol Data Channel";
        case echo:
            return "Echo";
        case discard:
            return "Discard";
        case daytime:
            return "Daytime";
        case character_generator:
            return "Character Generator";
        case rna:
            return "3GPP RNA";
        case m2ap:
            return "3GPP M2AP";
        case m3ap:
            return "3GPP M3AP";
        case ssh:
            return "SSH over SCTP";
        case diameter:
            return "Diameter in a SCTP DATA chunk";
        case diameter_dtls:
            return "Diameter in a DTLS/SCTP DATA chunk";
        case r14p:
            return "R14P";
        case webrtc_dcep:
            return "WebRTC DCEP";
        case webrtc_string:
            return "WebRTC String";
        case webrtc_binary_partial:
            return "WebRTC Binary Partial";
        case webrtc_binary:
            return "WebRTC Binary";
        case webrtc_string_partial:
            return "WebRTC String Partial";
        case pua:
            return "3GPP PUA";
        case webrtc_string_empty:
            return "WebRTC String Empty";
        case webrtc_binary_empty:
            return "WebRTC Binary Empty";
        case xwap:
            return "3GPP XwAP";
        case xw_control_plane:
            return "3GPP Xw-Control Plane";
        case ngap:
            return "3GPP NGAP";
        case xnap:
            return "3GPP XnAP";
        case f1ap:
            return "3GPP F1 AP";
        case http:
            return "HTTP/SCTP";
        case e1ap:
            return "3GPP E1AP";
        case ele2_lawful_interception:
            return "ELE2 Lawful Interception";
        case ngap_dtls:
            return "3GPP NGAP over DTLS over SCTP";
        case xnap_dtls:
            return "3GPP XnAP over DTLS over SCTP";
        case f1ap_dtls:
            return "3GPP F1AP over DTLS over SCTP";
        case e1ap_dtls:
            return "3GPP E1AP over DTLS over SCTP";
        case e2_cp:
            return "E2-CP";
        case e2_up:
            return "E2-UP";
        case e2_du:
            return "E2-DU";
        case w1ap:
            return "3GPP W1AP";
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
