// What a DNS message tells: its questions and records, the data of each as its type says, and the
// options of EDNS.

#include <array>
#include <string_view>

#include <sonde/wire/application/dns_over_tcp.hpp>

#include "describe.hpp"

namespace sonde::inline v0 {
namespace {

using detail::tell;
using detail::tell_address;
using detail::tell_addresses;
using detail::tell_bits;
using detail::tell_chars;
using detail::tell_numbers;
using detail::tell_octets;
using detail::told_group;

template <class Number>
std::string_view name_of(std::uint64_t value) noexcept {
    return to_string(Number(static_cast<std::uint16_t>(value)));
}

void tell_name(field_sink& to, std::string_view name, const dns_name& value,
               bool repeated = false) {
    std::array<char, dns_name::text_len_max> room{};
    to.on_field({.name = name,
                 .octets = value.octets(),
                 .kind = field_kind::octets,
                 .text = value.text(room),
                 .repeated = repeated});
}

// The parts of each type's data in the order in which they lie, as the drawing of its RFC (see
// dns_data.hpp) names them, blanks between.
std::string_view part_names(dns_type type) noexcept {
    switch (type) {
        case dns_type::a:
        case dns_type::aaaa:
            return "address";
        case dns_type::ns:
            return "nsdname";
        case dns_type::cname:
            return "cname";
        case dns_type::ptr:
            return "ptrdname";
        case dns_type::md:
        case dns_type::mf:
        case dns_type::mb:
            return "madname";
        case dns_type::mg:
            return "mgmname";
        case dns_type::mr:
            return "newname";
        case dns_type::dname:
            return "target";
        case dns_type::soa:
            return "mname rname serial refresh retry expire minimum";
        case dns_type::mx:
            return "preference exchange";
        case dns_type::afsdb:
            return "subtype hostname";
        case dns_type::rt:
            return "preference intermediate_host";
        case dns_type::kx:
            return "preference exchanger";
        case dns_type::lp:
            return "preference fqdn";
        case dns_type::l32:
            return "preference locator32";
        case dns_type::rp:
            return "mbox_dname txt_dname";
        case dns_type::minfo:
            return "rmailbx emailbx";
        case dns_type::talink:
            return "previous next";
        case dns_type::px:
            return "preference map822 mapx400";
        case dns_type::hinfo:
            return "cpu os";
        case dns_type::srv:
            return "priority weight port target";
        case dns_type::naptr:
            return "order preference flags services regexp replacement";
        case dns_type::loc:
            return "version size horiz_pre vert_pre latitude longitude altitude";
        default:
            return {};
    }
}

// The same of what DNSSEC, services and certificates added.
std::string_view later_part_names(dns_type type) noexcept {
    switch (type) {
        case dns_type::ds:
        case dns_type::cds:
        case dns_type::dlv:
        case dns_type::ta:
            return "key_tag algorithm digest_type digest";
        case dns_type::dnskey:
        case dns_type::cdnskey:
        case dns_type::key:
        case dns_type::rkey:
            return "flags protocol algorithm public_key";
        case dns_type::rrsig:
        case dns_type::sig:
            return "type_covered algorithm labels original_ttl signature_expiration "
                   "signature_inception key_tag signers_name signature";
        case dns_type::nsec:
            return "next_domain_name type_bit_maps";
        case dns_type::nsec3:
            return "hash_algorithm flags iterations salt next_hashed_owner_name type_bit_maps";
        case dns_type::nsec3param:
            return "hash_algorithm flags iterations salt";
        case dns_type::tlsa:
        case dns_type::smimea:
            return "certificate_usage selector matching_type certificate_association_data";
        case dns_type::sshfp:
            return "algorithm fp_type fingerprint";
        case dns_type::cert:
            return "certificate_type key_tag algorithm certificate";
        case dns_type::openpgpkey:
            return "public_key";
        case dns_type::csync:
            return "soa_serial flags type_bit_map";
        case dns_type::zonemd:
            return "serial scheme hash_algorithm digest";
        case dns_type::svcb:
        case dns_type::https:
            return "svc_priority target_name svc_params";
        case dns_type::caa:
            return "flags tag value";
        case dns_type::uri:
            return "priority weight target";
        case dns_type::tsig:
            return "algorithm_name time_signed fudge mac original_id error other_data";
        case dns_type::x25:
            return "psdn_address";
        case dns_type::isdn:
            return "isdn_address";
        case dns_type::dhcid:
            return "data";
        default:
            return "txt_data";  // character strings to the end: TXT and what was made like it
    }
}

void tell_types(field_sink& to, std::string_view name, const dns_type_window& window) {
    const bytes_view bits = window.bitmap();
    for (std::size_t bit = 0; bit < bits.size() * 8; ++bit) {
        if (!window.contains(static_cast<std::uint8_t>(bit))) continue;
        const std::uint64_t type = std::uint64_t{window.number()} * 256 + bit;
        to.on_field({.name = name,
                     .octets = bits.subspan(bit / 8, 1),
                     .number = type,
                     .value_name = name_of<dns_type>(type),
                     .bit_offset = static_cast<std::uint8_t>(bit % 8),
                     .bit_width = 1,
                     .repeated = true});
    }
}

void tell_service_value(const dns_service_parameter& one, field_sink& to) {
    const bytes_view value = one.value();
    switch (one.key()) {
        case dns_service_key::mandatory:
            return tell_numbers(to, "key", value, 2, name_of<dns_service_key>);
        case dns_service_key::alpn:
            for (const dns_string& id : one.strings()) tell_chars(to, "alpn_id", id.text(), true);
            if (one.strings().error()) tell_octets(to, "value", value);
            return;
        case dns_service_key::port:
            if (value.size() != 2) break;
            return tell(to, "port", value);
        case dns_service_key::ipv4hint:
            return tell_addresses(to, "address", value, 4);
        case dns_service_key::ipv6hint:
            return tell_addresses(to, "address", value, 16);
        case dns_service_key::dohpath:
            return tell_chars(to, "value", value);
        default:
            break;
    }
    tell_octets(to, "value", value);
}

void tell_service_parameter(const dns_service_parameter& one, field_sink& to) {
    const std::string_view name = to_string(one.key());
    const told_group group(to, "svc_param", name, one.octets());
    tell(to, "svc_param_key", one.octets().first(2), {field_kind::number, name});
    tell(to, "length", one.octets().subspan(2, 2));
    tell_service_value(one, to);
}

// Tells the parts of data that was read already; so nothing can be missing.
class data_teller {
  public:
    data_teller(const dns_record& record, field_sink& to) noexcept
        : to_(&to), message_(record.message()), at_(record.data_offset()) {
        names_ = part_names(record.type());
        if (names_.empty()) names_ = later_part_names(record.type());
    }
    void number(std::uint8_t /*value*/) { tell(*to_, next_name(), take(1)); }
    void number(std::uint32_t /*value*/) { tell(*to_, next_name(), take(4)); }
    void number(std::uint16_t value) {
        const std::string_view name = next_name();
        const bool is_error = name == "error";  // of TSIG
        tell(*to_,
             name,
             take(2),
             {field_kind::number, is_error ? to_string(dns_response_code(value)) : ""});
    }
    void number48(std::uint64_t /*value*/) { tell(*to_, next_name(), take(6)); }
    void time(std::uint32_t value) { number(value); }
    void type(dns_type value) {
        tell(*to_, next_name(), take(2), {field_kind::number, to_string(value)});
    }
    void address(ipv4_address /*value*/) { tell_address(*to_, next_name(), take(4)); }
    void address(const ipv6_address& /*value*/) { tell_address(*to_, next_name(), take(16)); }
    void name(const dns_name& value) {
        take(value.octets().size());
        tell_name(*to_, next_name(), value);
    }
    void compressible(const dns_name& value) { name(value); }
    void string(bytes_view value) {
        tell_chars(*to_, next_name(), take(1 + value.size()).subspan(1));
    }
    void word(bytes_view value) { string(value); }
    void salt(bytes_view value) { any(take(1 + value.size()).subspan(1)); }
    void base32(bytes_view value) { salt(value); }
    void long_base64(bytes_view value) { any(take(2 + value.size()).subspan(2)); }
    void text(bytes_view value) { tell_chars(*to_, next_name(), take(value.size())); }
    void hex(bytes_view value) { any(take(value.size())); }
    void base64(bytes_view value) { any(take(value.size())); }
    void strings(bytes_view value) {
        const dns_strings all(value, {}, at_);
        const std::string_view name = next_name();
        for (const dns_string& one : all) tell_chars(*to_, name, one.text(), true);
        tell_end(all.error());
    }
    void types(const dns_type_set& value) {
        const element_range<dns_type_window> all(value.octets, {}, at_);
        const std::string_view name = next_name();
        for (const dns_type_window& one : all) tell_types(*to_, name, one);
        tell_end(all.error());
    }
    void parameters(const dns_service_parameters& value) {
        const element_range<dns_service_parameter> all(value.octets, {}, at_);
        for (const dns_service_parameter& one : all) tell_service_parameter(one, *to_);
        tell_end(all.error());
    }

  private:
    bytes_view take(std::size_t len) noexcept {
        const bytes_view taken = message_.subspan(at_, len);
        at_ += len;
        return taken;
    }
    std::string_view next_name() noexcept {
        const std::size_t len = std::min(names_.find(' '), names_.size());
        const std::string_view name = names_.substr(0, len);
        names_.remove_prefix(std::min(len + 1, names_.size()));
        return name;
    }
    void any(bytes_view octets) {
        to_->on_field({.name = next_name(), .octets = octets, .kind = field_kind::octets});
    }
    void tell_end(const std::optional<parse_error>& stopped) {
        if (stopped) to_->on_problem(*stopped);
    }

    field_sink* to_;
    bytes_view message_;
    std::size_t at_;
    std::string_view names_{};
};

// The data by its type; where it is not what the type says, octets and why. Updates name types
// without data (RFC 2136 s2.4).
void tell_data(const dns_record& record, field_sink& to) {
    if (record.data_len() == 0) return;
    std::optional<parse_error> problem;
    const bool known = detail::with_dns_data(record.type(), [&]<class Data>() {
        const auto data = record.as<Data>();
        if (!data) {
            problem = data.error();
            return;
        }
        data_teller teller(record, to);
        Data::each(*data, teller);
    });
    if (!known || problem) tell_octets(to, "data", record.data());
    if (problem) to.on_problem(*problem);
}

void tell_client_subnet(const dns_client_subnet& subnet, bytes_view data, field_sink& to) {
    tell(to, "family", data.first(2));
    tell(to, "source_prefix_length", data.subspan(2, 1));
    tell(to, "scope_prefix_length", data.subspan(3, 1));
    const auto network = subnet.network();
    if (!network || subnet.address.empty()) return tell_octets(to, "address", subnet.address);
    std::array<char, 64> room{};
    text_room text(room);
    network->is_v4() ? text.address(network->v4()) : text.address(network->v6());
    detail::tell_text(to, "address", subnet.address, text.text());
}

// False where the octets are not what the code says, or the code says nothing about them.
bool tell_option_data(const dns_option& option, field_sink& to) {
    const bytes_view data = option.data();
    if (const auto subnet = option.as<dns_client_subnet>()) {
        tell_client_subnet(*subnet, data, to);
    } else if (const auto cookie = option.as<dns_cookie>()) {
        tell_octets(to, "client_cookie", cookie->client);
        tell_octets(to, "server_cookie", cookie->server);
    } else if (const auto keepalive = option.as<dns_keepalive>(); keepalive && !data.empty()) {
        tell(to, "timeout", data);
    } else if (const auto error = option.as<dns_extended_error>()) {
        const std::string_view meaning = to_string(error->info_code);
        tell(to, "info_code", data.first(2), {field_kind::number, meaning});
        tell_chars(to, "extra_text", error->extra_text);
    } else if (option.code() == dns_option_code::expire && data.size() == 4) {
        tell(to, "expire", data);
    } else if (option.code() == dns_option_code::key_tag) {
        tell_numbers(to, "key_tag", data, 2);
    } else if (option.code() >= dns_option_code::dau && option.code() <= dns_option_code::n3u) {
        tell_numbers(to, "alg_code", data, 1);
    } else {
        return false;
    }
    return true;
}

void tell_option(const dns_option& option, field_sink& to) {
    const std::string_view name = to_string(option.code());
    const told_group group(to, "option", name, option.octets());
    tell(to, "option_code", option.octets().first(2), {field_kind::number, name});
    tell(to, "option_length", option.octets().subspan(2, 2));
    if (!tell_option_data(option, to)) tell_octets(to, "option_data", option.data());
}

// RFC 6891 s6.1.2 gives class and time to live another meaning.
void tell_edns(const dns_record& record, bytes_view fixed, field_sink& to) {
    tell(to, "udp_payload_size", fixed.subspan(2, 2));
    tell(to, "extended_rcode", fixed.subspan(4, 1));
    tell(to, "version", fixed.subspan(5, 1));
    tell_bits(to, "dnssec_ok", fixed.subspan(6, 2), {0, 1});
    tell_bits(to, "z", fixed.subspan(6, 2), {1, 15}, {field_kind::hex});
    tell(to, "data_length", fixed.subspan(8, 2));
    const dns_options all(record.data(), {}, record.data_offset());
    for (const dns_option& option : all) tell_option(option, to);
    if (const auto stopped = all.error()) to.on_problem(*stopped);
}

void tell_class(const dns_record& record, bytes_view octets, field_sink& to) {
    const std::string_view mdns_name = to_string(record.mdns_class());
    if (record.mdns_class() == record.record_class() || mdns_name.empty()) {
        tell(to, "class", octets, {field_kind::number, to_string(record.record_class())});
        return;
    }
    const std::string_view bit = record.is_question() ? "unicast_response" : "cache_flush";
    tell_bits(to, bit, octets, {0, 1});
    tell_bits(to, "class", octets, {1, 15}, {field_kind::number, mdns_name});
}

void tell_record(const dns_record& record, field_sink& to) {
    const std::string_view type = to_string(record.type());
    const told_group group(to, to_string(record.section()), type, record.octets());
    tell_name(to, "name", record.name());
    const bytes_view fixed = record.octets().subspan(record.name().octets().size());
    tell(to, "type", fixed.first(2), {field_kind::number, type});
    if (record.type() == dns_type::opt && !record.is_question())
        return tell_edns(record, fixed, to);
    tell_class(record, fixed.subspan(2, 2), to);
    if (record.is_question()) return;
    tell(to, "time_to_live", fixed.subspan(4, 4));
    tell(to, "data_length", fixed.subspan(8, 2));
    tell_data(record, to);
}

// `offset`: octets from the start of the protocol that tells to the message.
void tell_sections(dns::view seen, field_sink& to, std::size_t offset) {
    const dns_record_range all = seen.records();
    for (const dns_record& record : all) tell_record(record, to);
    if (const auto stopped = all.error()) to.on_problem(stopped->shifted(offset));
}

// A message behind its length, or a piece of one.
void tell_tcp_message(bytes_view octets, field_sink& to, std::size_t offset) {
    const told_group group(to, "message", {}, octets);
    if (octets.size() < dns_over_tcp::header_len) return tell_octets(to, "piece", octets);
    tell(to, "length", octets.first(2));
    const bytes_view message = octets.subspan(dns_over_tcp::header_len);
    const auto seen = dns::view::parse(message);
    if (!seen) return tell_octets(to, "piece", message);
    detail::tell_fields(to, dns::fields, message);
    tell_sections(*seen, to, offset + dns_over_tcp::header_len);
}

}  // namespace

void dns::describe(view seen, field_sink& to) { tell_sections(seen, to, 0); }

void dns_over_tcp::describe(view seen, field_sink& to) {
    const auto all = seen.messages();
    std::size_t walked = 0;
    for (const dns_tcp_message& one : all) {
        if (walked != 0) tell_tcp_message(one.octets(), to, walked);
        walked += one.octets().size();
    }
    const bytes_view piece = bytes_view(seen.octets()).subspan(walked);
    if (walked != 0 && !piece.empty()) tell_tcp_message(piece, to, walked);
    if (const auto stopped = all.error()) to.on_problem(*stopped);
}

}  // namespace sonde::inline v0
