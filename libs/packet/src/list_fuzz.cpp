// Any octets as a frame, as SCTP, as DNS and as DNS over a stream: every list that is read from
// them is put back. Options and chunks must come back octet by octet, from their text too; records
// with the names and data that they had; what a field of GRE announces must be there, no more and
// no less.

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <sonde/base/check.hpp>
#include <sonde/packet/dns_record_list.hpp>
#include <sonde/packet/element_list.hpp>
#include <sonde/wire/network/gre.hpp>

namespace {

using namespace sonde;

void check_elements(const built_packet& p, std::size_t at) {
    const auto list = element_list::of(p, at);
    if (!list) return;
    const auto area = list->octets();
    if (!area) return;  // more than a sender may write
    built_packet again = p;
    SONDE_CHECK(list->put_into(again).has_value());
    if (p[at].id() == layer::sctp) SONDE_CHECK(again == p);
    if (!(again == p)) return;  // a cut header that is whole now: another list
    std::string text;
    for (const element& one : *list) text += (text.empty() ? "" : ", ") + one.text();
    element_list told = *list;
    if (told.assign(text)) SONDE_CHECK(told.octets() && *told.octets() == *area);
}

void check_same(const std::vector<dns_entry>& read, const std::vector<dns_entry>& written) {
    SONDE_CHECK(read.size() == written.size());
    for (std::size_t i = 0; i < read.size(); ++i) {
        SONDE_CHECK(read[i].name() == written[i].name() && read[i].type() == written[i].type());
        // Octets that were no name may be one where they lie now.
        if (!written[i].is_opaque()) SONDE_CHECK(read[i].text() == written[i].text());
    }
}

void check_records(built_packet p, std::size_t at, dns_compression compression) {
    auto records = dns_record_list::of(p, at);
    if (!records || !records->put_into(p, compression)) return;
    const auto again = dns_record_list::of(p, at);
    SONDE_CHECK(again.has_value());
    check_same(again->questions, records->questions);
    check_same(again->answers, records->answers);
    check_same(again->authorities, records->authorities);
    check_same(again->additionals, records->additionals);
    // Without the first record the others say what they said.
    if (records->answers.empty()) return;
    for (dns_entry& one : records->additionals) {
        if (const auto options = one.options()) SONDE_CHECK(one.set_options(*options).has_value());
        static_cast<void>(one.set_name("other.example"));
    }
    records->answers.erase(records->answers.begin());
    if (!records->put_into(p, compression)) return;
    const auto less = dns_record_list::of(p, at);
    SONDE_CHECK(less.has_value());
    check_same(less->answers, records->answers);
    check_same(less->additionals, records->additionals);
}

void check_gre(built_layer one) {
    for (const char* flag : {"key_present", "checksum_present", "sequence_number_present"}) {
        for (const unsigned value : {1U, 0U}) {
            const auto before = one.get_number(flag);
            const std::size_t len = one.header().size();
            if (!before || !one.set(flag, value)) continue;
            if (*before == value) SONDE_CHECK(one.header().size() == len);
            SONDE_CHECK(one.header().size() <= len + 4 && one.header().size() + 4 >= len);
        }
    }
}

void check_all(const built_packet& p) {
    for (std::size_t at = 0; at < p.size(); ++at) {
        check_elements(p, at);
        if (p[at].id() == layer::dns) {
            check_records(p, at, dns_compression::on);
            check_records(p, at, dns_compression::off);
        }
        if (p[at].id() == layer::gre) check_gre(p[at]);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const bytes_view octets(data + 1, size - 1);
    constexpr std::array firsts{selector{selector_kind::ip_protocol, 132},
                                selector{selector_kind::udp_port, 53},
                                selector{selector_kind::tcp_port, 53},
                                selector{selector_kind::ip_protocol, 47}};
    const std::size_t which = data[0] % (firsts.size() + 2);
    if (which < firsts.size()) {
        check_all(built_packet::decode(octets, firsts[which]));
    } else {
        check_all(built_packet::decode(
            octets, which == firsts.size() ? link_type::ethernet : link_type::raw));
    }
    return 0;
}
