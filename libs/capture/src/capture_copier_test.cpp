// Captures copied block by block between formats.

#include <gtest/gtest.h>

#include <sonde/capture/capture_copier.hpp>
#include <sonde/capture/pcapng_block.hpp>

namespace sonde {
namespace {

using octet_list = std::vector<std::uint8_t>;

const octet_list frame{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
constexpr wall_time noon{std::chrono::seconds(1'772'366'400)};

capture_writer writer_to(octet_list& octets, const writer_options& options) {
    return capture_writer::to_memory(octets, options).value();
}

// One packet of that link type.
octet_list pcap_of(std::uint16_t link_type) {
    octet_list made;
    auto out = writer_to(made, {.format = capture_format::pcap, .link_type = link_type});
    EXPECT_TRUE(out.write(frame, noon));
    EXPECT_TRUE(out.close());
    return made;
}

// Two sections; in the second an interface of another type, names and a comment.
octet_list pcapng_of_two_sections() {
    octet_list made;
    auto out = writer_to(made, {.format = capture_format::pcapng});
    EXPECT_TRUE(out.write(frame, noon));
    EXPECT_TRUE(out.begin_section());
    EXPECT_TRUE(out.add_interface({.link_type = 101, .name = "tun7", .filter = "host 192.0.2.7"}));
    const std::vector<resolved_name> names{{*ip_address::parse("192.0.2.7"), {"secret.example"}}};
    EXPECT_TRUE(out.write_names(names));
    const record raw{.octets = frame, .time = noon, .original_len = 10, .link_type = 101};
    EXPECT_TRUE(out.write(raw, {.comments = {"what was said"}}));
    EXPECT_TRUE(out.close());
    return made;
}

void copy_all(capture_copier& copier, capture_file& in, std::uint32_t snap_len = 0) {
    while (const capture_block* block = in.next_block()) {
        const auto done = copier.put(in, *block, snap_len);
        ASSERT_TRUE(done) << describe(done.error());
    }
    EXPECT_FALSE(in.stopped());
}

bool contains(const octet_list& octets, std::string_view text) {
    const std::string all(octets.begin(), octets.end());
    return all.find(text) != std::string::npos;
}

TEST(capture_copier, keeps_sections_names_and_comments_of_a_pcapng_file) {
    const octet_list from = pcapng_of_two_sections();
    auto in = capture_file::from_memory(from).value();
    octet_list to;
    auto out = writer_to(to, {.format = capture_format::pcapng});
    capture_copier copier(out);
    copy_all(copier, in);
    ASSERT_TRUE(out.close());
    EXPECT_EQ(to, from);
}

TEST(capture_copier, cuts_packets_to_the_right_interface_of_a_later_section) {
    const octet_list from = pcapng_of_two_sections();
    auto in = capture_file::from_memory(from).value();
    octet_list to;
    auto out = writer_to(to, {.format = capture_format::pcapng});
    capture_copier copier(out);
    copy_all(copier, in, 4);
    ASSERT_TRUE(out.close());
    auto again = capture_file::from_memory(to).value();
    const record* first = again.next();
    ASSERT_NE(first, nullptr);
    EXPECT_EQ(first->octets.size(), 4U);
    EXPECT_EQ(first->original_len, 10U);
    EXPECT_EQ(first->link_type, 1);
    const record* second = again.next();
    ASSERT_NE(second, nullptr);
    EXPECT_EQ(second->link_type, 101);
    EXPECT_EQ(*second->comments().begin(), "what was said");
    EXPECT_EQ(again.next(), nullptr);
    EXPECT_FALSE(again.stopped());
}

TEST(capture_copier, gives_each_pcap_file_its_interface_in_a_pcapng_file) {
    const octet_list ethernet = pcap_of(1);
    const octet_list raw = pcap_of(101);
    octet_list to;
    auto out = writer_to(to, {.format = capture_format::pcapng});
    capture_copier copier(out);
    auto first = capture_file::from_memory(ethernet).value();
    auto second = capture_file::from_memory(raw).value();
    copy_all(copier, first);
    copier.next_input();
    copy_all(copier, second);
    ASSERT_TRUE(out.close());
    auto again = capture_file::from_memory(to).value();
    std::vector<std::uint16_t> link_types;
    for (const record& r : again) link_types.push_back(r.link_type);
    EXPECT_EQ(link_types, (std::vector<std::uint16_t>{1, 101}));
}

TEST(capture_copier, refuses_a_second_link_type_in_a_pcap_file) {
    const octet_list raw = pcap_of(101);
    octet_list to;
    auto out = writer_to(to, {.format = capture_format::pcap});
    capture_copier copier(out);
    auto in = capture_file::from_memory(raw).value();
    const capture_block* block = in.next_block();
    ASSERT_NE(block, nullptr);
    const auto done = copier.put(in, *block);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().reason, capture_reason::mismatch);
}

TEST(packet_copier, leaves_nothing_of_an_interface_but_what_its_packets_need) {
    const octet_list from = pcapng_of_two_sections();
    auto in = capture_file::from_memory(from).value();
    octet_list to;
    auto out = writer_to(to, {.format = capture_format::pcapng});
    packet_copier copier(out, nameless_interface);
    while (const record* r = in.next()) {
        record plain = *r;
        plain.option_octets = {};
        ASSERT_TRUE(copier.put(in, plain));
    }
    ASSERT_TRUE(out.close());
    for (const char* gone : {"tun7", "192.0.2.7", "secret.example", "what was said"}) {
        EXPECT_TRUE(contains(from, gone)) << gone;
        EXPECT_FALSE(contains(to, gone)) << gone;
    }
    auto again = capture_file::from_memory(to).value();
    std::vector<std::uint16_t> link_types;
    for (const record& r : again) link_types.push_back(r.link_type);
    EXPECT_EQ(link_types, (std::vector<std::uint16_t>{1, 101}));
}

}  // namespace
}  // namespace sonde
