#include <algorithm>
#include <array>

#include <sonde/wire/transport/sctp_parameters.hpp>

namespace sonde::inline v0 {
namespace {

using type = sctp_parameter_type;
using cause_code = sctp_cause_code;

constexpr std::size_t element_header_len = 4;

// The value of an element that has this type and exactly `len` octets of value.
template <class Element, class Type>
std::optional<bytes_view> value_of(Element element, Type wanted, std::size_t len) noexcept {
    if (element.type() != wanted || element.value().size() != len) return std::nullopt;
    return element.value();
}
// The same with at least `len` octets.
template <class Element, class Type>
std::optional<bytes_view> long_value_of(Element element, Type wanted, std::size_t len) noexcept {
    if (element.type() != wanted || element.value().size() < len) return std::nullopt;
    return element.value();
}
template <class Element, class Type>
std::optional<std::uint32_t> number_of(Element element, Type wanted) noexcept {
    const auto value = value_of(element, wanted, 4);
    return value ? std::optional(be32_at(*value, 0)) : std::nullopt;
}

std::size_t parameter_len(const ip_address& address) noexcept {
    return element_header_len + (address.is_v4() ? 4 : 16);
}

}  // namespace

result<std::size_t> detail::sctp_element_length(bytes_view rest, layer at) noexcept {
    if (rest.size() < element_header_len) return truncated(at, element_header_len, rest.size());
    const std::size_t len = be16_at(rest, 2);
    if (len < element_header_len) {
        return malformed({.reason = parse_reason::bad_length,
                          .limit = limit_field::element_length,
                          .at = at,
                          .offset_octets = 2,
                          .needed_octets = static_cast<std::uint32_t>(element_header_len),
                          .have_octets = static_cast<std::uint32_t>(len)});
    }
    if (len > rest.size()) return truncated(at, len, rest.size());
    return len;
}

void detail::emit_sctp_padding(bytes_mut out, const automatic<bytes_view>& padding) noexcept {
    if (padding) return copy_octets(out, *padding);
    std::ranges::fill(out, std::uint8_t{0});
}

std::optional<ipv4_address> sctp_ipv4_address(sctp_parameter::view parameter) noexcept {
    const auto value = number_of(parameter, type::ipv4_address);
    return value ? std::optional(ipv4_address{*value}) : std::nullopt;
}

std::optional<ipv6_address> sctp_ipv6_address(sctp_parameter::view parameter) noexcept {
    const auto value = value_of(parameter, type::ipv6_address, 16);
    if (!value) return std::nullopt;
    return ipv6_address::from_octets(value->first<16>());
}

std::optional<ip_address> sctp_address(sctp_parameter::view parameter) noexcept {
    if (const auto v4 = sctp_ipv4_address(parameter)) return *v4;
    if (const auto v6 = sctp_ipv6_address(parameter)) return *v6;
    return std::nullopt;
}

std::optional<std::chrono::duration<std::uint32_t, std::milli>> sctp_cookie_preservative(
    sctp_parameter::view parameter) noexcept {
    const auto value = number_of(parameter, type::cookie_preservative);
    if (!value) return std::nullopt;
    return std::chrono::duration<std::uint32_t, std::milli>(*value);
}

std::optional<bytes_view> sctp_host_name(sctp_parameter::view parameter) noexcept {
    if (parameter.type() != type::host_name_address) return std::nullopt;
    bytes_view name = parameter.value();
    while (!name.empty() && name.back() == 0) name = name.first(name.size() - 1);
    return name;
}

std::optional<sctp_list<sctp_parameter_type>> sctp_supported_address_types(
    sctp_parameter::view parameter) noexcept {
    if (parameter.type() != type::supported_address_types) return std::nullopt;
    return sctp_list<sctp_parameter_type>(parameter.value());
}

std::optional<bytes_view> sctp_chunk_type_list(sctp_parameter::view parameter) noexcept {
    const bool is_list =
        parameter.type() == type::chunk_list || parameter.type() == type::supported_extensions;
    return is_list ? std::optional(parameter.value()) : std::nullopt;
}

std::optional<sctp_list<std::uint16_t>> sctp_requested_hmacs(
    sctp_parameter::view parameter) noexcept {
    if (parameter.type() != type::requested_hmac_algorithm) return std::nullopt;
    return sctp_list<std::uint16_t>(parameter.value());
}

std::optional<std::uint32_t> sctp_adaptation_indication(sctp_parameter::view parameter) noexcept {
    return number_of(parameter, type::adaptation_layer_indication);
}

std::optional<std::uint32_t> sctp_zero_checksum_method(sctp_parameter::view parameter) noexcept {
    return number_of(parameter, type::zero_checksum_acceptable);
}

std::optional<std::uint16_t> sctp_invalid_stream(sctp_error_cause::view cause) noexcept {
    const auto value = value_of(cause, cause_code::invalid_stream_identifier, 4);
    return value ? std::optional(be16_at(*value, 0)) : std::nullopt;
}

std::optional<sctp_list<sctp_parameter_type>> sctp_missing_parameters(
    sctp_error_cause::view cause) noexcept {
    const auto value = long_value_of(cause, cause_code::missing_mandatory_parameter, 4);
    if (!value) return std::nullopt;
    const std::size_t counted = std::size_t{be32_at(*value, 0)} * 2;
    const bytes_view types = value->subspan(4);
    return sctp_list<sctp_parameter_type>(types.first(std::min(counted, types.size())));
}

std::optional<std::chrono::duration<std::uint32_t, std::micro>> sctp_cookie_staleness(
    sctp_error_cause::view cause) noexcept {
    const auto value = number_of(cause, cause_code::stale_cookie);
    if (!value) return std::nullopt;
    return std::chrono::duration<std::uint32_t, std::micro>(*value);
}

std::optional<std::uint32_t> sctp_empty_data_tsn(sctp_error_cause::view cause) noexcept {
    return number_of(cause, cause_code::no_user_data);
}

std::optional<sctp_outgoing_reset> sctp_outgoing_reset::read(
    sctp_parameter::view parameter) noexcept {
    const auto value = long_value_of(parameter, type::outgoing_ssn_reset_request, 12);
    if (!value) return std::nullopt;
    return sctp_outgoing_reset{be32_at(*value, 0),
                               be32_at(*value, 4),
                               be32_at(*value, 8),
                               sctp_stream_list(value->subspan(12))};
}

std::optional<sctp_incoming_reset> sctp_incoming_reset::read(
    sctp_parameter::view parameter) noexcept {
    const auto value = long_value_of(parameter, type::incoming_ssn_reset_request, 4);
    if (!value) return std::nullopt;
    return sctp_incoming_reset{be32_at(*value, 0), sctp_stream_list(value->subspan(4))};
}

std::optional<std::uint32_t> sctp_tsn_reset(sctp_parameter::view parameter) noexcept {
    return number_of(parameter, type::ssn_tsn_reset_request);
}

std::optional<sctp_reconfiguration_response> sctp_reconfiguration_response::read(
    sctp_parameter::view parameter) noexcept {
    const auto value = long_value_of(parameter, type::reconfiguration_response, 8);
    if (!value || (value->size() != 8 && value->size() != 16)) return std::nullopt;
    sctp_reconfiguration_response made{be32_at(*value, 0), outcome{be32_at(*value, 4)}, {}};
    if (value->size() == 16) made.next_tsns = tsns{be32_at(*value, 8), be32_at(*value, 12)};
    return made;
}

std::optional<sctp_add_streams> sctp_add_streams::read(sctp_parameter::view parameter) noexcept {
    const bool is_request = parameter.type() == type::add_outgoing_streams_request ||
                            parameter.type() == type::add_incoming_streams_request;
    const bytes_view value = parameter.value();
    if (!is_request || value.size() != 8) return std::nullopt;
    return sctp_add_streams{
        parameter.type(), be32_at(value, 0), be16_at(value, 4), be16_at(value, 6)};
}

std::optional<sctp_address_change> sctp_address_change::read(
    sctp_parameter::view parameter) noexcept {
    const bool is_change = parameter.type() == type::add_ip_address ||
                           parameter.type() == type::delete_ip_address ||
                           parameter.type() == type::set_primary_address;
    if (!is_change || parameter.value().size() < 4) return std::nullopt;
    const auto inner = sctp_parameter::view::parse(parameter.value().subspan(4));
    const auto found = inner ? sctp_address(*inner) : std::nullopt;
    if (!found) return std::nullopt;
    return sctp_address_change{parameter.type(), be32_at(parameter.value(), 0), *found};
}

std::optional<sctp_address_change_outcome> sctp_address_change_outcome::read(
    sctp_parameter::view parameter) noexcept {
    const bytes_view value = parameter.value();
    const bool is_success = parameter.type() == type::success_indication && value.size() == 4;
    const bool is_error = parameter.type() == type::error_cause_indication && value.size() >= 4;
    if (!is_success && !is_error) return std::nullopt;
    constexpr std::size_t causes_at = 4 + element_header_len;  // from the start of the parameter
    return sctp_address_change_outcome{be32_at(value, 0),
                                       sctp_error_causes(value.subspan(4), {}, causes_at)};
}

bytes_mut sctp_writer::reserve(std::size_t len) noexcept {
    if (len > room_.size() - len_) {
        fits_ = false;
        return {};
    }
    last_at_ = len_;
    len_ += len;
    return room_.subspan(last_at_, len);
}

bytes_view sctp_writer::unpadded() const noexcept {
    if (len_ - last_at_ < element_header_len) return octets();
    const std::size_t last_len = be16_at(room_, last_at_ + 2);
    return octets().first(std::min(last_at_ + last_len, len_));
}

bytes_mut sctp_writer::start(sctp_parameter_type type, std::size_t value_len) noexcept {
    const bytes_mut out = reserve(detail::whole_words(element_header_len + value_len));
    if (out.empty()) return {};
    std::ranges::fill(out, std::uint8_t{0});
    put_be16_at(out, 0, static_cast<std::uint16_t>(type));
    put_be16_at(out, 2, static_cast<std::uint16_t>(element_header_len + value_len));
    return out.subspan(element_header_len, value_len);
}

sctp_writer& sctp_writer::ipv4_address(sonde::ipv4_address address) noexcept {
    const bytes_mut value = start(type::ipv4_address, 4);
    if (!value.empty()) put_be32_at(value, 0, address.value);
    return *this;
}

sctp_writer& sctp_writer::ipv6_address(const sonde::ipv6_address& address) noexcept {
    return parameter(type::ipv6_address, address.octets);
}

sctp_writer& sctp_writer::cookie_preservative(
    std::chrono::duration<std::uint32_t, std::milli> more) noexcept {
    const bytes_mut value = start(type::cookie_preservative, 4);
    if (!value.empty()) put_be32_at(value, 0, more.count());
    return *this;
}

sctp_writer& sctp_writer::supported_address_types(
    std::span<const sctp_parameter_type> types) noexcept {
    const bytes_mut value = start(type::supported_address_types, types.size() * 2);
    for (std::size_t i = 0; i < value.size() / 2; ++i) {
        put_be16_at(value, i * 2, static_cast<std::uint16_t>(types[i]));
    }
    return *this;
}

sctp_writer& sctp_writer::adaptation_indication(std::uint32_t code_point) noexcept {
    const bytes_mut value = start(type::adaptation_layer_indication, 4);
    if (!value.empty()) put_be32_at(value, 0, code_point);
    return *this;
}

sctp_writer& sctp_writer::zero_checksum_acceptable(std::uint32_t method) noexcept {
    const bytes_mut value = start(type::zero_checksum_acceptable, 4);
    if (!value.empty()) put_be32_at(value, 0, method);
    return *this;
}

sctp_writer& sctp_writer::requested_hmacs(std::span<const std::uint16_t> identifiers) noexcept {
    const bytes_mut value = start(type::requested_hmac_algorithm, identifiers.size() * 2);
    for (std::size_t i = 0; i < value.size() / 2; ++i) {
        put_be16_at(value, i * 2, identifiers[i]);
    }
    return *this;
}

sctp_writer& sctp_writer::outgoing_reset(const sctp_outgoing_reset& request) noexcept {
    const bytes_view streams = request.streams.octets();
    const bytes_mut value = start(type::outgoing_ssn_reset_request, 12 + streams.size());
    if (value.empty()) return *this;
    put_be32_at(value, 0, request.request_sequence_number);
    put_be32_at(value, 4, request.response_sequence_number);
    put_be32_at(value, 8, request.last_assigned_tsn);
    copy_octets(value.subspan(12), streams);
    return *this;
}

sctp_writer& sctp_writer::incoming_reset(const sctp_incoming_reset& request) noexcept {
    const bytes_view streams = request.streams.octets();
    const bytes_mut value = start(type::incoming_ssn_reset_request, 4 + streams.size());
    if (value.empty()) return *this;
    put_be32_at(value, 0, request.request_sequence_number);
    copy_octets(value.subspan(4), streams);
    return *this;
}

sctp_writer& sctp_writer::tsn_reset(std::uint32_t request_sequence_number) noexcept {
    const bytes_mut value = start(type::ssn_tsn_reset_request, 4);
    if (!value.empty()) put_be32_at(value, 0, request_sequence_number);
    return *this;
}

sctp_writer& sctp_writer::reconfiguration_response(
    const sctp_reconfiguration_response& response) noexcept {
    const bytes_mut value = start(type::reconfiguration_response, response.next_tsns ? 16 : 8);
    if (value.empty()) return *this;
    put_be32_at(value, 0, response.response_sequence_number);
    put_be32_at(value, 4, static_cast<std::uint32_t>(response.result));
    if (response.next_tsns) {
        put_be32_at(value, 8, response.next_tsns->sender_next);
        put_be32_at(value, 12, response.next_tsns->receiver_next);
    }
    return *this;
}

sctp_writer& sctp_writer::add_streams(const sctp_add_streams& request) noexcept {
    const bytes_mut value = start(request.type, 8);
    if (value.empty()) return *this;
    put_be32_at(value, 0, request.request_sequence_number);
    put_be16_at(value, 4, request.number_of_new_streams);
    put_be16_at(value, 6, request.reserved);
    return *this;
}

sctp_writer& sctp_writer::address_change(const sctp_address_change& change) noexcept {
    const bytes_mut value = start(change.type, 4 + parameter_len(change.address));
    if (value.empty()) return *this;
    put_be32_at(value, 0, change.correlation_id);
    sctp_writer inner(value.subspan(4));
    if (change.address.is_v4()) {
        inner.ipv4_address(change.address.v4());
    } else {
        inner.ipv6_address(change.address.v6());
    }
    return *this;
}

sctp_writer& sctp_writer::address_change_outcome(
    const sctp_address_change_outcome& outcome) noexcept {
    const bytes_view causes = outcome.causes.octets();
    const bytes_mut value =
        start(causes.empty() ? type::success_indication : type::error_cause_indication,
              4 + causes.size());
    if (value.empty()) return *this;
    put_be32_at(value, 0, outcome.correlation_id);
    copy_octets(value.subspan(4), causes);
    return *this;
}

}  // namespace sonde::inline v0
