#pragma once
/// What every DNS and DHCP message must survive, for tests and fuzz targets: every walk, every
/// text, emission as it came, and writing anew with the same meaning.

#include <array>
#include <string>
#include <vector>

#include <sonde/base/check.hpp>
#include <sonde/wire/application/dhcp.hpp>
#include <sonde/wire/application/dns_over_tcp.hpp>
#include <sonde/wire/application/dns_writer.hpp>

namespace sonde::testing {

inline void expect_printable(std::string_view text) {
    for (const char c : text) SONDE_CHECK(c >= 0x20 && c <= 0x7e);
}

inline std::string text_of(const dns_name& name) {
    std::array<char, dns_name::text_len_max> room{};
    return std::string(name.text(room));
}

/// Any text of ours as a string.
template <class... What>
std::string text_of(const What&... what) {
    static std::vector<char> room(1 << 16);  // kept: filling it anew would cost more than the rest
    text_room out(room);
    put_text(out, what...);
    return std::string(out.text());
}

inline std::string data_text_of(const dns_record& record) {
    static std::vector<char> room(1 << 16);  // kept: filling it anew would cost more than the rest
    text_room out(room);
    put_data_text(out, record);
    return std::string(out.text());
}

/// A record in full, without a pointer anywhere: two records mean the same when these are equal.
inline std::vector<std::uint8_t> plain(const dns_record& record) {
    static std::vector<std::uint8_t> room(dns::message_len_max);
    dns_writer out(room, {}, dns_compression::off);
    if (!out.copy(record)) return {};
    const bytes_view made = out.finish();
    return {made.begin(), made.end()};
}

inline void exercise_name(const dns_name& name) {
    const std::string text = text_of(name);
    expect_printable(text);
    SONDE_CHECK(!text.empty() && text.back() == '.');
    const auto again = dns_owned_name::from_text(text);
    SONDE_CHECK(again && again->name().is_identical(name) && again->name() == name);
    std::size_t labels = 0;
    for (const bytes_view label : name.labels()) {
        SONDE_CHECK(!label.empty() && label.size() <= dns_name::label_len_max);
        ++labels;
    }
    SONDE_CHECK(labels == name.label_count());
    if (labels > 0) SONDE_CHECK(name.is_within(name.parent()));
}

inline void exercise_edns(const dns_edns& edns) {
    expect_printable(text_of(edns));
    for (const dns_option& option : edns.option_list()) {
        expect_printable(text_of(option));
        if (const auto subnet = option.as<dns_client_subnet>()) (void)subnet->is_consistent();
    }
}

/// Each record that `copy` takes reads back with the same meaning, compressed or not.
inline void exercise_rebuild(dns::view seen, dns_compression compression) {
    static std::vector<std::uint8_t> room(dns::message_len_max);
    const auto header = dns::read(seen);
    dns_writer out(room, *header, compression);
    std::vector<std::vector<std::uint8_t>> meant;
    for (const dns_record& record : seen.records()) {
        const std::size_t before = out.size();
        if (out.copy(record)) {
            meant.push_back(plain(record));
        } else {
            SONDE_CHECK(out.size() == before && out.refused() != dns_refusal::none);
        }
    }
    const auto made = dns::view::parse(out.finish());
    SONDE_CHECK(made && made->identifier() == seen.identifier() && made->flags() == seen.flags());
    SONDE_CHECK(!made->records().error());
    std::size_t at = 0;
    for (const dns_record& record : made->records()) {
        SONDE_CHECK(at < meant.size() && plain(record) == meant[at]);
        ++at;
    }
    SONDE_CHECK(at == meant.size() && made->trailer().empty());
}

inline void exercise_dns(bytes_view octets) {
    const auto seen = dns::view::parse(octets);
    if (!seen) return;
    const auto meant = dns::read(*seen);
    std::vector<std::uint8_t> again(meant->wire_len(), 0x5a);
    meant->emit(again);
    SONDE_CHECK(std::equal(again.begin(), again.end(), octets.begin(), octets.end()));
    std::size_t behind = dns::header_len;
    std::size_t count = 0;
    for (const dns_record& record : seen->records()) {
        SONDE_CHECK(record.offset() == behind);
        behind += record.octets().size();
        ++count;
        exercise_name(record.name());
        expect_printable(text_of(record));
        if (record.type() == dns_type::opt) exercise_edns(dns_edns::read(record));
    }
    const auto all = seen->records();
    SONDE_CHECK(all.count() == count && all.end_offset() == behind && behind <= octets.size());
    if (const auto stopped = all.error()) SONDE_CHECK(!to_sentence(*stopped).empty());
    const std::size_t parts = seen->questions().count() + seen->answers().count() +
                              seen->authorities().count() + seen->additionals().count();
    SONDE_CHECK(parts == count && seen->trailer().size() <= octets.size() - behind);
    (void)seen->extended_response_code();
    (void)is_answer(*seen, *seen);
    exercise_rebuild(*seen, dns_compression::on);
    exercise_rebuild(*seen, dns_compression::off);
}

inline void exercise_dns_over_tcp(bytes_view octets) {
    const auto seen = dns_over_tcp::view::parse(octets);
    if (!seen) return;
    const auto meant = dns_over_tcp::read(*seen);
    std::vector<std::uint8_t> again(meant->wire_len(), 0x5a);
    meant->emit(again);
    SONDE_CHECK(std::equal(again.begin(), again.end(), octets.begin(), octets.end()));
    for (const dns_tcp_message& one : seen->messages()) exercise_dns(one.message());
    if (const auto stopped = seen->messages().error()) SONDE_CHECK(!to_sentence(*stopped).empty());
}

inline void exercise_dhcp(bytes_view octets) {
    const auto seen = dhcp::view::parse(octets);
    if (!seen) return;
    const auto meant = dhcp::read(*seen);
    std::vector<std::uint8_t> again(meant->wire_len(), 0x5a);
    meant->emit(again);
    SONDE_CHECK(std::equal(again.begin(), again.end(), octets.begin(), octets.end()));
    std::size_t len = 0;
    for (const dhcp_option& option : seen->options()) {
        len += option.octets().size();
        expect_printable(text_of(option));
    }
    SONDE_CHECK(len <= octets.size());
    if (const auto stopped = seen->options().error()) SONDE_CHECK(!to_sentence(*stopped).empty());
    std::array<std::uint8_t, 300> room{};
    seen->for_each_option([&](const dhcp_option& option) {
        const auto joined = seen->gather(option.code(), room);
        SONDE_CHECK(joined && *joined >= option.data().size());
    });
    (void)to_string(seen->message_type());
    (void)is_answer(*seen, *seen);
}

}  // namespace sonde::testing
