// DNS in a line: of a query its questions, of a response its answers.
//
//     12345+ [1au] A? example.net. (40)
//     12345* 2/0/1 CNAME www.example.net., A 192.0.2.1 (77)

#include <array>

#include <sonde/wire/application/dns_over_tcp.hpp>

#include "line_state.hpp"

namespace sonde::inline v0::detail {
namespace {

// As tcpdump writes them; where it has none, as the registry does.
constexpr std::array<std::string_view, 16> opcode_words{"",
                                                        " inv_q",
                                                        " stat",
                                                        " op3",
                                                        " notify",
                                                        " update",
                                                        " op6",
                                                        " op7",
                                                        " op8",
                                                        " op9",
                                                        " op10",
                                                        " op11",
                                                        " op12",
                                                        " op13",
                                                        " op14",
                                                        " op15"};
constexpr std::array<std::string_view, 16> response_words{"",
                                                          " FormErr",
                                                          " ServFail",
                                                          " NXDomain",
                                                          " NotImp",
                                                          " Refused",
                                                          " YXDomain",
                                                          " YXRRSet",
                                                          " NXRRSet",
                                                          " NotAuth",
                                                          " NotZone",
                                                          " Resp11",
                                                          " Resp12",
                                                          " Resp13",
                                                          " Resp14",
                                                          " Resp15"};

void name_text(text_writer& out, const dns_name& name) {
    std::array<char, dns_name::text_len_max> room{};
    out.put(' ').put(name.text(room));
}

void type_text(text_writer& out, dns_type type) {
    const std::string_view name = to_string(type);
    out.put(' ');
    name.empty() ? out.put("Type").number(std::uint16_t(type)) : out.put(name);
}

// The usual class goes without saying.
void class_text(text_writer& out, dns_class value) {
    if (value == dns_class::internet) return;
    if (value == dns_class::chaos) {
        out.put(" CHAOS");
    } else if (value == dns_class::hesiod || value == dns_class::any) {
        out.put(' ').put(value == dns_class::any ? "ANY" : to_string(value));
    } else {
        out.put(" (Class ").number(std::uint16_t(value)).put(')');
    }
}

void question_text(text_writer& out, const dns_record& question, bool multicast) {
    type_text(out, question.type());
    class_text(out, multicast ? question.mdns_class() : question.record_class());
    if (multicast) out.put(question.unicast_response() ? " (QU)" : " (QM)");
    out.put('?');
    name_text(out, question.name());
}

void strings_text(text_writer& out, const dns_strings& all) {
    for (const dns_string& one : all) out.put(" \"").printable(one.text()).put('"');
}

template <class... Data>
bool one_name_text(text_writer& out, const dns_record& record) {
    const auto told = [&](const auto& data) {
        if (data) name_text(out, data->target);
        return data.has_value();
    };
    return (told(record.as<Data>()) || ...);
}

// The data of the types that are met every day; of the others the type is enough.
void data_text(text_writer& out, const dns_record& record) {
    if (const auto a = record.as<dns_a>()) {
        out.put(' ').ipv4(a->address.value);
    } else if (const auto aaaa = record.as<dns_aaaa>()) {
        out.put(' ').ipv6(aaaa->address.octets);
    } else if (const auto mx = record.as<dns_mx>()) {
        name_text(out, mx->exchange);
        out.put(' ').number(mx->preference);
    } else if (const auto srv = record.as<dns_srv>()) {
        name_text(out, srv->target);
        out.put(':').number(srv->port).put(' ').number(srv->priority);
        out.put(' ').number(srv->weight);
    } else if (const auto text = record.as<dns_txt>()) {
        strings_text(out, text->strings());
    } else if (record.type() == dns_type::opt) {
        const auto edns = dns_edns::read(record);
        out.put(" UDPsize=").number(edns.udp_payload_size).put(edns.dnssec_ok ? " DO" : "");
    } else {
        one_name_text<dns_ns, dns_cname, dns_ptr, dns_dname>(out, record);
    }
}

void answer_text(text_writer& out, const dns_record& record, bool multicast) {
    if (record.type() != dns_type::opt) {
        class_text(out, multicast ? record.mdns_class() : record.record_class());
        if (multicast && record.cache_flush()) out.put(" (Cache flush)");
    }
    type_text(out, record.type());
    data_text(out, record);
}

void response_text(text_writer& out, dns::view seen) {
    out.put(opcode_words[std::size_t(seen.opcode())]);
    out.put(response_words[std::size_t(seen.response_code())]);
    if (seen.authoritative_answer()) out.put('*');
    if (!seen.recursion_available()) out.put('-');
    if (seen.truncated()) out.put('|');
    if (seen.authentic_data()) out.put('$');
    if (seen.question_count() != 1) out.put(" [").number(seen.question_count()).put("q]");
    out.put(' ').number(seen.answer_count()).put('/').number(seen.authority_count());
    out.put('/').number(seen.additional_count());
}

// The counts that a query should not have.
void count_text(text_writer& out, std::size_t count, std::size_t usual, std::string_view unit) {
    if (count != usual) out.put(" [").number(count).put(unit).put(']');
}

void query_text(text_writer& out, dns::view seen) {
    constexpr std::uint16_t odd_flags = 0x06cf;  // those that belong into responses
    out.put(opcode_words[std::size_t(seen.opcode())]);
    if (seen.recursion_desired()) out.put('+');
    if (seen.checking_disabled()) out.put('%');
    if ((seen.flags() & odd_flags) != 0) out.put(" [b2&3=0x").hex(seen.flags()).put(']');
    const bool inverse = seen.opcode() == dns_opcode::inverse_query;
    if (inverse) {
        count_text(out, seen.question_count(), 0, "q");
        count_text(out, seen.answer_count(), 1, "a");
    } else {
        count_text(out, seen.answer_count(), 0, "a");
        count_text(out, seen.question_count(), 1, "q");
    }
    count_text(out, seen.authority_count(), 0, "n");
    count_text(out, seen.additional_count(), 0, "au");
}

// False when it ends in a mark that something is missing. `length`: as declared, octets.
bool message_text(text_writer& out, dns::view seen, std::size_t length, bool multicast) {
    out.number(seen.identifier());
    seen.response() ? response_text(out, seen) : query_text(out, seen);
    const dns_record_range wanted = seen.response() ? seen.answers() : seen.questions();
    std::size_t told = 0;
    for (const dns_record& one : wanted) {
        if (seen.response() && told != 0) out.put(',');
        ++told;
        seen.response() ? answer_text(out, one, multicast) : question_text(out, one, multicast);
    }
    if (told != (seen.response() ? seen.answer_count() : seen.question_count())) {
        out.put(" [|domain]");
        return false;
    }
    out.put(" (").number(length).put(')');
    return true;
}

}  // namespace

void line_dns(line_state& s) {
    const bool whole = message_text(s.out, *s.at->as<dns>(), s.length(), s.multicast_dns);
    if (!whole) s.problem_told = true;
    s.finish();
}

void line_dns_over_tcp(line_state& s) {
    const auto seen = s.at->as<dns_over_tcp>();
    s.finish();
    if (!seen) return;
    bool first = true;
    for (const dns_tcp_message& one : seen->messages()) {
        const auto message = dns::view::parse(one.message());
        if (!message) break;
        s.out.put(first ? " " : ", ");
        first = false;
        message_text(s.out, *message, one.message().size(), false);
    }
}

}  // namespace sonde::inline v0::detail
