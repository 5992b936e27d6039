// The records of a DNS message as lists: read, searched, changed and put back, beside what others
// captured.

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <sonde/packet/dns_record_list.hpp>
#include <sonde/testing/corpus.hpp>
#include <sonde/wire/application/dns_over_tcp.hpp>
#include <sonde/wire/network/ipv4.hpp>
#include <sonde/wire/transport/tcp.hpp>
#include <sonde/wire/transport/udp.hpp>

namespace sonde {
namespace {

using octets = std::vector<std::uint8_t>;

constexpr ipv4_address address{0xc0000201};  // 192.0.2.1

dns_owned_name name_of(std::string_view text) { return *dns_owned_name::from_text(text); }

std::vector<std::string> texts(const std::vector<dns_entry>& entries) {
    std::vector<std::string> all;
    for (const dns_entry& one : entries) all.push_back(one.text());
    return all;
}
/// Every entry of a message as wire reads it: section, and the whole record in text.
template <class View>
std::vector<std::string> told(View message) {
    std::vector<std::string> all;
    std::vector<char> room(std::size_t{1} << 19);
    for (const dns_record& one : message.records()) {
        text_room out(room);
        put_text(out, one);
        all.push_back(std::string(to_string(one.section())) + " " + std::string(out.text()));
    }
    return all;
}

/// A response with an alias, its address, a name server, a mail server, and EDNS.
octets response() {
    octets room(512);
    const dns_owned_name www = name_of("www.example.com");
    const dns_owned_name host = name_of("host.example.com");
    const dns_owned_name zone = name_of("example.com");
    dns_writer out(room, dns{.identifier = 0x1234, .response = true, .recursion_desired = true});
    out.question(www.name(), dns_type::a);
    out.add(dns_section::answer, {.name = www.name(), .time_to_live = 60}, dns_cname{host.name()});
    out.add(dns_section::answer, {.name = host.name(), .time_to_live = 60}, dns_a{address});
    out.add(dns_section::answer, {.name = zone.name()}, dns_mx{10, host.name()});
    out.add(dns_section::authority, {.name = zone.name(), .time_to_live = 9}, dns_ns{host.name()});
    const octets options{0, 3, 0, 1, 'a', 0xff, 0xf0, 0, 1, 7};
    out.add_edns({.udp_payload_size = 1400, .dnssec_ok = true, .options = options});
    EXPECT_EQ(out.refused(), dns_refusal::none);
    const bytes_view made = out.finish();
    return {made.begin(), made.end()};
}
built_packet over_udp() {
    const octets message = response();
    built_packet p;
    p.add(ipv4{}).add(udp{.source_port = 53});
    p += built_packet::decode(message, dns::selected_by[0]);
    EXPECT_EQ(p.size(), 3U);
    return p;
}
dns_record_list list_of(const built_packet& p) {
    auto made = dns_record_list::of(p, *p.find<dns>());
    EXPECT_TRUE(made) << (made ? "" : made.error().sentence);
    return made ? *made : dns_record_list();
}

TEST(dns_record_list, each_section_is_a_list_of_records_by_value) {
    built_packet p = over_udp();
    const dns_record_list records = list_of(p);
    p.clear();
    EXPECT_EQ(texts(records.questions), std::vector<std::string>{"www.example.com. IN A"});
    EXPECT_EQ(texts(records.answers),
              (std::vector<std::string>{"www.example.com. 60 IN CNAME host.example.com.",
                                        "host.example.com. 60 IN A 192.0.2.1",
                                        "example.com. 0 IN MX 10 host.example.com."}));
    EXPECT_EQ(texts(records.authorities),
              std::vector<std::string>{"example.com. 9 IN NS host.example.com."});
    ASSERT_EQ(records.additionals.size(), 1U);
    EXPECT_EQ(records.additionals[0].type(), dns_type::opt);
    EXPECT_TRUE(records.questions[0].is_question());
    const dns_entry& mx = records.answers[2];
    EXPECT_EQ(mx.name(), "example.com.");
    EXPECT_EQ(mx.data_text(), "10 host.example.com.");
    EXPECT_EQ(mx.as<dns_mx>()->preference, 10);
    EXPECT_EQ(mx.as<dns_mx>()->exchange, name_of("host.example.com").name());
    EXPECT_FALSE(mx.as<dns_a>());
    EXPECT_EQ(mx.data().size(), 2U + 18U) << "its name in full";
}

TEST(dns_record_list, records_are_found_by_name_type_class_time_to_live_and_data) {
    const dns_record_list records = list_of(over_udp());
    const auto index = [&](auto wanted) {
        const auto found = std::find_if(records.answers.begin(), records.answers.end(), wanted);
        return found - records.answers.begin();
    };
    const dns_owned_name host = name_of("HOST.example.com");
    EXPECT_EQ(index([&](const auto& one) { return one.view().name() == host.name(); }), 1);
    EXPECT_EQ(index([](const auto& one) { return one.type() == dns_type::mx; }), 2);
    EXPECT_EQ(index([](const auto& one) { return one.record_class() == dns_class::chaos; }), 3);
    EXPECT_EQ(index([](const auto& one) { return one.time_to_live() < 60; }), 2);
    EXPECT_EQ(index([](const auto& one) {
                  const auto data = one.template as<dns_a>();
                  return data && data->address == address;
              }),
              1);
    EXPECT_EQ(index([](const auto& one) { return one.data_text() == "192.0.2.1"; }), 1);
}

TEST(dns_record_list, names_stay_right_when_records_before_them_come_and_go) {
    built_packet p = over_udp();
    dns_record_list records = list_of(p);
    // The names of all that follows pointed into these.
    records.questions.clear();
    std::erase_if(records.answers, [](const auto& one) { return one.type() == dns_type::cname; });
    const dns_owned_name mail = name_of("mail.other.example");
    records.answers.insert(
        records.answers.begin(),
        *dns_entry::make({"a.very.long.name.example.org", 7}, dns_mx{1, mail.name()}));
    ASSERT_TRUE(records.put_into(p));
    const auto again = built_packet::decode(p.to_bytes(), link_type::raw);
    const auto seen = again.get<dns>();
    ASSERT_TRUE(seen);
    EXPECT_EQ(told(*seen),
              (std::vector<std::string>{
                  "answer a.very.long.name.example.org. 7 IN MX 1 mail.other.example.",
                  "answer host.example.com. 60 IN A 192.0.2.1",
                  "answer example.com. 0 IN MX 10 host.example.com.",
                  "authority example.com. 9 IN NS host.example.com.",
                  "additional . OPT udp 1400, version 0, do; NSID \"a\"; OPT65520 07"}));
    EXPECT_FALSE(seen->records().error());
    EXPECT_EQ(seen->counts(), (dns_counts{0, 3, 1, 1}));
    EXPECT_EQ(seen->identifier(), 0x1234);
    EXPECT_TRUE(seen->response() && seen->recursion_desired());
    EXPECT_EQ(again.get<udp>()->length(), 8 + seen->octets().size());
    EXPECT_TRUE(list_of(again).answers == records.answers);
}

TEST(dns_record_list, names_are_written_in_full_when_asked) {
    built_packet p = over_udp();
    const octets before(p[2].header().begin(), p[2].header().end());
    const dns_record_list records = list_of(p);
    ASSERT_TRUE(records.put_into(p, dns_compression::off));
    const auto seen = p.get<dns>();
    for (const dns_record& one : seen->records()) EXPECT_FALSE(one.name().is_compressed());
    EXPECT_EQ(told(*seen), told(*dns::view::parse(bytes_view(before))));
    // RFC 1035 s4.1.4: the same with pointers.
    ASSERT_TRUE(list_of(p).put_into(p));
    EXPECT_EQ(octets(std::as_const(p)[2].header().begin(), std::as_const(p)[2].header().end()),
              before);
}

TEST(dns_record_list, a_record_is_changed_in_each_of_its_parts) {
    built_packet p = over_udp();
    dns_record_list records = list_of(p);
    dns_entry& one = records.answers[1];
    ASSERT_TRUE(one.set_data(dns_a{{0xc6336401}}));
    ASSERT_TRUE(one.set_time_to_live(5));
    one.set_record_class(dns_class::chaos);
    ASSERT_TRUE(one.set_name("other.test"));
    EXPECT_EQ(one.text(), "other.test. 5 CH A 198.51.100.1");
    // The type follows the data; names in it may be longer or shorter than those before.
    const dns_owned_name longer = name_of("a.much.longer.name.than.before.test");
    ASSERT_TRUE(one.set_data(dns_cname{longer.name()}));
    ASSERT_TRUE(one.set_name("x"));
    EXPECT_EQ(one.text(), "x. 5 CH CNAME a.much.longer.name.than.before.test.");
    ASSERT_TRUE(one.set_data(dns_type(65280), octets{1, 2}));
    EXPECT_EQ(one.text(), "x. 5 CH TYPE65280 \\# 2 0102");
    ASSERT_TRUE(records.questions[0].set_name("x"));
    ASSERT_TRUE(records.put_into(p));
    EXPECT_EQ(texts(list_of(p).questions), std::vector<std::string>{"x. IN A"});
    EXPECT_EQ(list_of(p).answers[1], one);
}

TEST(dns_record_list, edns_is_a_record_whose_options_are_a_list) {
    built_packet p = over_udp();
    dns_record_list records = list_of(p);
    dns_entry& opt = records.additionals[0];
    EXPECT_EQ(opt.edns()->udp_payload_size, 1400);
    element_list options = *opt.options();
    ASSERT_EQ(options.size(), 2U);
    EXPECT_EQ(options[0].text(), "nsid(\"a\")");
    EXPECT_EQ(options[1].text(), "option(65520, x'07')");
    EXPECT_EQ(options.find("nsid"), 0U);
    ASSERT_TRUE(options.erase(0));
    // RFC 7871 s6: family 1, prefix 24, scope 0; RFC 8914 s2: code 15, stale answer 3.
    ASSERT_TRUE(options.insert(0, "client_subnet(1, 24, 0, x'c0 00 02')"));
    ASSERT_TRUE(options.append("extended_error(3, \"old\"), cookie(x'01 02 03 04 05 06 07 08')"));
    ASSERT_TRUE(opt.set_options(options));
    ASSERT_TRUE(records.put_into(p));
    EXPECT_EQ(list_of(p).additionals[0].text(),
              ". OPT udp 1400, version 0, do; CLIENT-SUBNET 192.0.2.0/24/0; OPT65520 07; "
              "EDE 3 (Stale Answer) \"old\"; COOKIE 0102030405060708");
    records.additionals = {*dns_entry::edns({.udp_payload_size = 512})};
    EXPECT_TRUE(records.additionals[0].options()->empty());
    EXPECT_EQ(records.answers[0].options().error().sentence,
              "only a record of type OPT has options");
    EXPECT_EQ(options.put_into(p).error().sentence, "layer 0 is no dns_option any more");
}

TEST(dns_record_list, over_tcp_the_length_before_the_message_follows) {
    octets stream = response();
    const auto len = static_cast<std::uint8_t>(stream.size());
    stream.insert(stream.begin(), {0, len});
    stream.insert(stream.end(), {0, 1, 0xee});  // the next message
    built_packet p = built_packet::decode(stream, dns_over_tcp::selected_by[0]);
    ASSERT_EQ(p.find<dns>(), 1U);
    dns_record_list records = list_of(p);
    records.answers.resize(1, records.answers[0]);
    ASSERT_TRUE(records.put_into(p));
    const octets made = p.to_bytes();
    const auto seen = dns_over_tcp::view::parse(bytes_view(made));
    EXPECT_EQ(seen->length(), made.size() - 2 - 3);
    EXPECT_EQ(hex_literal(seen->trailer()), "x'00 01 ee'");
    EXPECT_EQ(dns::view::parse(bytes_view(seen->payload()))->answer_count(), 1);
}

TEST(dns_record_list, data_that_is_not_what_its_type_says_stays_as_it_lies) {
    // A name server whose name ends behind its data, an address of 3 octets.
    octets message{0, 1, 0x80, 0, 0, 0, 0, 2, 0, 0, 0,   0, 0, 0,
                   2, 0, 1,    0, 0, 0, 9, 0, 2, 5, 'a',            // NS
                   0, 0, 1,    0, 1, 0, 0, 0, 9, 0, 3,   1, 2, 3};  // A
    const auto records = dns_record_list::of(*dns::view::parse(bytes_view(message)));
    ASSERT_TRUE(records);
    EXPECT_EQ(records->answers[0].text(), ". 9 IN NS \\# 2 0561");
    EXPECT_EQ(records->answers[0].data_text(), "\\# 2 0561");
    EXPECT_TRUE(records->answers[0].is_opaque());
    EXPECT_FALSE(records->answers[0].as<dns_ns>());
    EXPECT_EQ(records->octets(*dns::read(*dns::view::parse(bytes_view(message)))), message);
}

TEST(dns_record_list, data_that_only_read_here_could_be_a_name_stays_octets) {
    // A label of 63 octets and a pointer to a name of 255: no name. Behind the shorter name of its
    // own record the pointer would lead to one.
    octets message{0, 1, 0x80, 0, 0, 1, 0, 1, 0, 0, 0, 0};
    for (int i = 0; i < 4; ++i) {
        const std::uint8_t len = i < 3 ? 63 : 61;
        message.push_back(len);
        message.resize(message.size() + len, 'a');
    }
    message.insert(message.end(), {0, 0, 1, 0, 1});
    message.insert(message.end(), {1, 'b', 0, 0, 2, 0, 1, 0, 0, 0, 9, 0, 4, 1, 'c', 0xc0, 12});
    const auto seen = *dns::view::parse(bytes_view(message));
    const auto records = dns_record_list::of(seen);
    ASSERT_TRUE(records);
    EXPECT_EQ(records->answers[0].text(), "b. 9 IN NS \\# 4 0163c00c");
    EXPECT_FALSE(records->answers[0].as<dns_ns>());
    EXPECT_EQ(records->octets(*dns::read(seen)), message);
}

TEST(dns_record_list, errors_say_which_record_and_how_many_octets) {
    built_packet p = over_udp();
    EXPECT_EQ(dns_record_list::of(p, 9).error().sentence,
              "there is no layer 9, counted from 0, of 3");
    EXPECT_EQ(dns_record_list::of(p, 1).error().sentence, "udp has no records: dns has");
    const dns_record_list records = list_of(p);
    ASSERT_TRUE(p.set<dns>("answer_count", 9));
    const auto broken = dns_record_list::of(p, 2);
    ASSERT_FALSE(broken);
    EXPECT_TRUE(broken.error().sentence.starts_with("dns answer 5, counted from 0: "))
        << broken.error().sentence;
    ASSERT_TRUE(p.remove(2));
    EXPECT_EQ(records.put_into(p).error().sentence, "layer 2 is no dns any more");
    EXPECT_EQ(dns_record_list().put_into(p).error().sentence,
              "the records did not come from a packet");
    EXPECT_EQ(dns_entry::make({"a..b"}, dns_a{}).error().sentence,
              "'a..b' is no domain name: labels have 1 to 63 octets, a name at most 255");
    const octets many(65536);
    EXPECT_EQ(dns_entry::make({"a"}, dns_type(65280), many).error().sentence,
              "the record has more than 65535 octets with its names in full");
    dns_entry question = *dns_entry::question({"a"}, dns_type::any);
    EXPECT_EQ(question.set_time_to_live(1).error().sentence, "a question has no time to live");
    EXPECT_EQ(question.set_data(dns_a{}).error().sentence, "a question has no data");
    dns_record_list large;
    large.answers.assign(3,
                         *dns_entry::make({"a"}, dns_type(65280), bytes_view(many).first(30000)));
    EXPECT_EQ(large.octets({}).error().sentence,
              "dns answer 2, counted from 0: the message has 60037 octets before it, and at most "
              "65535 fit");
}

TEST(dns_record_list, a_message_of_pointers_takes_no_more_memory_than_stated) {
    // As many questions as fit, all of which point to a name of 255 octets.
    octets message(12);
    for (int i = 0; i < 4; ++i) {
        message.push_back(static_cast<std::uint8_t>(i < 3 ? 63 : 61));
        message.resize(message.size() + (i < 3 ? 63U : 61U), 'a');
    }
    message.insert(message.end(), {0, 0, 1, 0, 1});
    std::uint16_t count = 1;
    while (message.size() + 6 <= 65535) {
        message.insert(message.end(), {0xc0, 12, 0, 1, 0, 1});
        ++count;
    }
    put_be16_at(message, 4, count);
    const auto seen = *dns::view::parse(bytes_view(message));
    const auto records = dns_record_list::of(seen);
    ASSERT_TRUE(records);
    ASSERT_EQ(records->questions.size(), count);
    std::size_t taken = records->questions.capacity() * sizeof(dns_entry);
    for (const dns_entry& one : records->questions) taken += one.view().message().size();
    EXPECT_LE(taken, 60 * message.size());
    EXPECT_EQ(records->octets(*dns::read(seen)), message);
    EXPECT_FALSE(records->octets({}, dns_compression::off));
}

// Every message of the captures: over UDP, TCP and mDNS.
TEST(dns_record_list, every_captured_message_comes_back_with_the_same_records) {
    SONDE_REQUIRE_CORPUS();
    std::size_t messages = 0;
    std::size_t unreadable = 0;
    std::size_t same_octets = 0;
    for (const std::string& name : testing::list_captures("")) {
        std::size_t number = 0;
        for (const auto& frame : testing::read_capture(name)) {
            const std::string where = name + " #" + std::to_string(++number);
            built_packet p = built_packet::decode(frame.octets, link_type(frame.link_type));
            const auto at = p.find<dns>();
            const auto before = p.get<dns>();
            if (!at || !before) continue;
            ++messages;
            const auto records = dns_record_list::of(p, *at);
            ASSERT_EQ(records.has_value(), !before->records().error()) << where;
            if (!records) {
                ++unreadable;
                continue;
            }
            const auto records_told = told(*before);
            const dns_counts counts = before->counts();
            ASSERT_TRUE(records->put_into(p)) << where;
            const auto after = p.get<dns>();
            EXPECT_EQ(told(*after), records_told) << where;
            EXPECT_EQ(after->counts(), counts) << where;
            same_octets += p.to_bytes() == frame.octets ? 1U : 0U;
            EXPECT_LE(p.to_bytes().size(), frame.octets.size()) << where;
            const auto again = dns_record_list::of(p, *at);
            for (const auto section : {dns_section::question,
                                       dns_section::answer,
                                       dns_section::authority,
                                       dns_section::additional})
                EXPECT_TRUE(again->section(section) == records->section(section)) << where;
            ASSERT_TRUE(records->put_into(p, dns_compression::off)) << where;
            EXPECT_EQ(told(*p.get<dns>()), records_told) << where;
        }
    }
    std::printf("%zu messages, %zu cannot be read to their end, %zu come back octet by octet\n",
                messages,
                unreadable,
                same_octets);
    EXPECT_GT(messages, 500U);
    EXPECT_LT(unreadable * 20, messages);
    EXPECT_GT(same_octets * 100, messages * 80);
}

}  // namespace
}  // namespace sonde
