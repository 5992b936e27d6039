#include <array>
#include <numeric>

#include <gtest/gtest.h>

#include "icmp_each.hpp"

namespace sonde {
namespace {

using octets_of = std::vector<std::uint8_t>;

template <class Message>
octets_of emitted(const Message& message) {
    octets_of octets(message.wire_len(), 0xA5);
    message.emit(octets);
    return octets;
}

/// A structure as RFC 4950 s3 and RFC 4884 s7 draw it; label 100704 is of captures/icmp4.
const octets_of mpls_structure{
    0x20, 0x00, 0xc5, 0x5f, 0x00, 0x08, 0x01, 0x01, 0x18, 0x96, 0x01, 0x01};

octets_of datagram(std::size_t len) {
    octets_of octets(len);
    std::iota(octets.begin(), octets.end(), std::uint8_t{0x45});
    return octets;
}

octets_of joined(octets_of first, const octets_of& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

icmp_quote split(const octets_of& body, std::size_t declared) {
    return split_icmp_quote(body, declared, layer::icmp_time_exceeded);
}

// ---- where the structure begins

TEST(icmp_quote_split, a_declared_length_of_at_least_128_is_believed) {
    const auto body = joined(datagram(160), mpls_structure);
    const auto quote = split(body, 160);
    EXPECT_EQ(quote.datagram.size(), 160U);
    EXPECT_EQ(quote.extension.size(), mpls_structure.size());
    EXPECT_EQ(quote.problem, std::nullopt);
}

TEST(icmp_quote_split, a_structure_at_octet_128_is_found_without_a_length) {
    // RFC 4884 s5.5: routers older than it put the structure there.
    const auto quote = split(joined(datagram(128), mpls_structure), 0);
    EXPECT_EQ(quote.datagram.size(), 128U);
    EXPECT_EQ(quote.extension.size(), mpls_structure.size());
    EXPECT_EQ(quote.problem, std::nullopt);
}

TEST(icmp_quote_split, octet_128_of_a_long_quote_is_not_taken_for_a_structure) {
    const auto plain = split(datagram(500), 0);
    EXPECT_EQ(plain.datagram.size(), 500U);
    EXPECT_TRUE(plain.extension.empty());
    for (const std::size_t broken : {0U, 2U, 3U, 9U}) {  // version, checksum, an object
        auto structure = mpls_structure;
        structure[broken] ^= 0x10;
        EXPECT_TRUE(split(joined(datagram(128), structure), 0).extension.empty()) << broken;
    }
    const octets_of without_checksum{0x20, 0, 0, 0};
    EXPECT_TRUE(split(joined(datagram(128), without_checksum), 0).extension.empty())
        << "a structure without a checksum proves nothing";
}

TEST(icmp_quote_split, a_length_beyond_the_message_is_truncated_and_loses_no_octet) {
    const auto body = datagram(60);
    const auto quote = split(body, 128);
    EXPECT_EQ(quote.datagram.size(), 60U);
    EXPECT_TRUE(quote.extension.empty());
    ASSERT_TRUE(quote.problem.has_value());
    EXPECT_EQ(quote.problem->reason, parse_reason::truncated);
    EXPECT_EQ(quote.problem->needed_octets, 128U);
    EXPECT_EQ(quote.problem->have_octets, 60U);
    EXPECT_EQ(quote.problem->offset_octets, 8U);
    EXPECT_EQ(quote.problem->at, layer::icmp_time_exceeded);
}

TEST(icmp_quote_split, a_length_below_128_is_bad_and_loses_no_octet) {
    const auto quote = split(datagram(60), 12);
    EXPECT_EQ(quote.datagram.size(), 60U);
    ASSERT_TRUE(quote.problem.has_value());
    EXPECT_EQ(quote.problem->reason, parse_reason::bad_length);
    EXPECT_EQ(quote.problem->needed_octets, icmp_quote_len_min);
    EXPECT_EQ(quote.problem->have_octets, 12U);
}

TEST(icmp_quote_split, a_wrong_length_does_not_hide_a_structure_that_proves_itself) {
    const auto early = split(joined(datagram(28), mpls_structure), 28);
    EXPECT_EQ(early.datagram.size(), 28U);
    EXPECT_EQ(early.extension.size(), mpls_structure.size());
    EXPECT_EQ(early.problem->reason, parse_reason::bad_length);
    const auto far = split(joined(datagram(128), mpls_structure), 1020);
    EXPECT_EQ(far.datagram.size(), 128U);
    EXPECT_EQ(far.extension.size(), mpls_structure.size());
    EXPECT_EQ(far.problem->reason, parse_reason::truncated);
}

TEST(icmp_quote_split, quote_and_structure_are_the_whole_body_for_every_length_and_cut) {
    const auto whole = joined(datagram(132), mpls_structure);
    for (std::size_t len = 0; len <= whole.size(); ++len) {
        const octets_of body(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(len));
        for (std::size_t words = 0; words < 256; ++words) {
            const auto quote = split(body, words * 4);
            EXPECT_EQ(quote.datagram.size() + quote.extension.size(), len);
        }
    }
}

// ---- how an error is emitted

TEST(icmp_error_emission, an_error_with_a_structure_is_padded_to_128_octets_and_says_so) {
    const auto quoted = datagram(29);
    const auto octets = emitted(icmp_time_exceeded{.quoted = quoted, .extension = mpls_structure});
    ASSERT_EQ(octets.size(), 8U + 128 + mpls_structure.size());
    const auto seen = icmp_time_exceeded::view::parse(octets);
    EXPECT_EQ(seen->length_words(), 32);
    EXPECT_TRUE(icmp_checksum_holds(octets)) << "odd quote and padding";
    const auto quote = seen->quote();
    EXPECT_EQ(octets_of(quote.datagram.begin(), quote.datagram.begin() + 29), quoted);
    for (const auto octet : quote.datagram.subspan(29)) EXPECT_EQ(octet, 0);
    EXPECT_EQ(octets_of(quote.extension.begin(), quote.extension.end()), mpls_structure);
}

TEST(icmp_error_emission, an_error_without_a_structure_is_neither_padded_nor_counted) {
    const auto quoted = datagram(29);
    const auto octets =
        emitted(icmp_destination_unreachable{.code = icmp_unreachable_code::fragmentation_needed,
                                             .next_hop_mtu = 1400,
                                             .quoted = quoted});
    ASSERT_EQ(octets.size(), 37U);
    EXPECT_EQ(octets[0], 3);
    EXPECT_EQ(octets[1], 4);
    EXPECT_EQ(octets[5], 0);
    EXPECT_EQ(octets[6], 0x05);  // RFC 1191 s4: the low 16 bits
    EXPECT_EQ(octets[7], 0x78);
    EXPECT_TRUE(icmp_checksum_holds(octets));
}

TEST(icmp_error_emission, a_quote_that_the_length_field_cannot_say_is_cut) {
    const auto quoted = datagram(1400);
    const auto octets =
        emitted(icmp_parameter_problem{.quoted = quoted, .extension = mpls_structure});
    EXPECT_EQ(octets.size(), 8U + 1020 + mpls_structure.size());
    EXPECT_EQ(octets[5], 255);
    EXPECT_TRUE(icmp_checksum_holds(octets));
}

TEST(icmp_error_emission, old_routers_and_wrong_lengths_can_be_made_on_purpose) {
    const auto quoted = datagram(28);
    const auto old = emitted(
        icmp_time_exceeded{.length_words = 0, .quoted = quoted, .extension = mpls_structure});
    EXPECT_EQ(old.size(), 8U + 128 + mpls_structure.size());
    EXPECT_EQ(old[5], 0);
    EXPECT_TRUE(icmp_checksum_holds(old));
    const auto wrong = emitted(
        icmp_time_exceeded{.length_words = 3, .quoted = quoted, .extension = mpls_structure});
    EXPECT_EQ(wrong.size(), 8U + 28 + mpls_structure.size());
    EXPECT_EQ(wrong[5], 3);
    EXPECT_TRUE(icmp_checksum_holds(wrong));
}

// ---- the structure

icmp_extension::view structure_of(const octets_of& octets) {
    return *icmp_extension::view::parse(octets);
}

TEST(icmp_extension_structure, the_checksum_is_good_bad_or_absent) {
    EXPECT_EQ(structure_of(mpls_structure).checksum_status(), checksum_state::good);
    auto octets = mpls_structure;
    octets[11] ^= 1;
    EXPECT_EQ(structure_of(octets).checksum_status(), checksum_state::bad);
    octets[2] = octets[3] = 0;
    EXPECT_EQ(structure_of(octets).checksum_status(), checksum_state::absent);
}

TEST(icmp_extension_structure, a_computed_checksum_is_never_zero) {
    // RFC 4884 s7: zero says that there is none. 0x2000 + 0x0004 + 0xdffb sums to 0xffff.
    const octets_of objects{0x00, 0x04, 0xdf, 0xfb};
    const auto octets = emitted(icmp_extension{.objects = objects});
    EXPECT_EQ(octets[2], 0xff);
    EXPECT_EQ(octets[3], 0xff);
    EXPECT_EQ(structure_of(octets).checksum_status(), checksum_state::good);
}

TEST(icmp_extension_structure, of_another_version_its_objects_are_not_guessed) {
    auto octets = mpls_structure;
    octets[0] = 0x10;
    const auto seen = structure_of(octets);
    EXPECT_EQ(seen.objects().begin(), seen.objects().end());
    ASSERT_TRUE(seen.error().has_value());
    EXPECT_EQ(seen.error()->reason, parse_reason::bad_version);
    EXPECT_EQ(seen.error()->have_octets, 1U);
    EXPECT_EQ(emitted(*icmp_extension::read(seen)), octets);
}

TEST(icmp_extension_structure, a_broken_object_leaves_those_before_it_readable) {
    struct broken {
        octets_of object;
        parse_reason reason;
        std::uint32_t needed;
        std::uint32_t have;
    };
    const std::array<broken, 4> all{
        broken{{0, 0, 1, 1}, parse_reason::bad_length, 4, 0},
        broken{{0, 3, 1, 1}, parse_reason::bad_length, 4, 3},
        broken{{1, 144, 1, 1, 0, 0, 0, 0}, parse_reason::truncated, 400, 8},
        broken{{0, 8, 1}, parse_reason::truncated, 4, 3}};
    for (const auto& each : all) {
        const auto octets = joined(mpls_structure, each.object);
        const auto seen = structure_of(octets);
        const auto objects = seen.objects();
        EXPECT_EQ(std::distance(objects.begin(), objects.end()), 1);
        EXPECT_EQ(objects.begin()->class_num(), icmp_object_class::mpls_label_stack);
        ASSERT_TRUE(seen.error().has_value());
        EXPECT_EQ(seen.error()->reason, each.reason);
        EXPECT_EQ(seen.error()->at, layer::icmp_extension_object);
        EXPECT_EQ(seen.error()->offset_octets, mpls_structure.size());
        EXPECT_EQ(seen.error()->needed_octets, each.needed);
        EXPECT_EQ(seen.error()->have_octets, each.have);
    }
}

TEST(icmp_extension_structure, the_structure_of_a_request_ends_with_its_object) {
    // RFC 8335 s2: one object; nothing declares where the data of the sender begins.
    const octets_of data{1, 2, 3};
    EXPECT_EQ(icmp_single_object_len(joined(mpls_structure, data)), mpls_structure.size());
    EXPECT_EQ(icmp_single_object_len({}), 0U);
    EXPECT_EQ(icmp_single_object_len(data), data.size());
    const octets_of of_version_1{0x10, 0, 0, 0, 0, 4, 1, 1};
    EXPECT_EQ(icmp_single_object_len(of_version_1), of_version_1.size());
}

TEST(icmp_extension_names, every_registered_class_and_sub_type_has_its_name) {
    const std::array<std::string_view, 6> classes{"",
                                                  "MPLS Label Stack Class",
                                                  "Interface Information Object",
                                                  "Interface Identification Object",
                                                  "Extended Information",
                                                  "Node Identification Object"};
    for (int number = 0; number < 256; ++number) {
        const auto expected = number >= 247 ? "Private Use"
                              : number < 6  ? classes[static_cast<std::size_t>(number)]
                                            : "";
        EXPECT_EQ(to_string(icmp_object_class{static_cast<std::uint8_t>(number)}), expected);
    }
    using enum icmp_object_class;
    EXPECT_EQ(icmp_object_type_name(mpls_label_stack, 1), "Incoming MPLS Label Stack");
    EXPECT_EQ(icmp_object_type_name(mpls_label_stack, 2), "");
    EXPECT_EQ(icmp_object_type_name(interface_identification, 1), "Identifies Interface by Name");
    EXPECT_EQ(icmp_object_type_name(interface_identification, 2), "Identifies Interface by Index");
    EXPECT_EQ(icmp_object_type_name(interface_identification, 3),
              "Identifies Interface by Address");
    EXPECT_EQ(icmp_object_type_name(interface_identification, 4), "");
    EXPECT_EQ(icmp_object_type_name(extended_information, 1), "Pointer");
    EXPECT_EQ(icmp_object_type_name(extended_information, 0), "");
    for (int role = 0; role < 4; ++role) {
        EXPECT_NE(
            icmp_object_type_name(interface_information, static_cast<std::uint8_t>(role << 6)), "");
    }
    EXPECT_EQ(icmp_object_type_name(node_identification, 0), "");
}

// ---- typed objects

icmp_extension_object object_of(const octets_of& octets) {
    return *icmp_extension_object::parse(octets);
}

TEST(icmp_extension_objects, a_label_stack_is_read_label_by_label) {
    // RFC 3032 s2.1: label (20 bits), traffic class (3), bottom of stack (1), time to live (8).
    const octets_of octets{0, 12, 1, 1, 0x00, 0x01, 0x0a, 0xff, 0xff, 0xff, 0xff, 0x01};
    const auto stack = mpls_label_stack::read(object_of(octets));
    ASSERT_TRUE(stack.has_value());
    ASSERT_EQ(stack->size(), 2U);
    EXPECT_EQ((*stack)[0], (mpls_label{.label = 16, .traffic_class = 5, .time_to_live = 255}));
    EXPECT_EQ(
        (*stack)[1],
        (mpls_label{
            .label = 0xfffff, .traffic_class = 7, .bottom_of_stack = true, .time_to_live = 1}));
    EXPECT_EQ(std::vector<mpls_label>(stack->begin(), stack->end()).size(), 2U);
    EXPECT_EQ(stack->error(), std::nullopt);
    EXPECT_EQ(to_string(object_of(octets)), "MPLS:L=16,E=5,S=0,T=255/L=1048575,E=7,S=1,T=1");
}

TEST(icmp_extension_objects, a_label_stack_of_six_octets_has_one_label_and_an_error) {
    const octets_of octets{0, 10, 1, 1, 0x18, 0x96, 0x01, 0x01, 0, 0};
    const auto stack = mpls_label_stack::read(object_of(octets));
    EXPECT_EQ(stack->size(), 1U);
    ASSERT_TRUE(stack->error().has_value());
    EXPECT_EQ(stack->error()->reason, parse_reason::bad_length);
    EXPECT_EQ(stack->error()->offset_octets, 8U);
    EXPECT_EQ(stack->error()->needed_octets, 4U);
    EXPECT_EQ(stack->error()->have_octets, 2U);
}

TEST(icmp_extension_objects, readers_refuse_objects_of_other_classes) {
    const octets_of octets{0, 8, 247, 9, 1, 2, 3, 4};
    const auto object = object_of(octets);
    EXPECT_EQ(mpls_label_stack::read(object).error().reason, parse_reason::not_this_message);
    EXPECT_EQ(icmp_interface_information::read(object).error().reason,
              parse_reason::not_this_message);
    EXPECT_EQ(icmp_interface_identification::read(object).error().reason,
              parse_reason::not_this_message);
    EXPECT_EQ(read_extended_information_pointer(object).error().reason,
              parse_reason::not_this_message);
    EXPECT_EQ(object.payload().size(), 4U);
    EXPECT_EQ(to_string(object), "class 247, type 9, 4 octets");
}

TEST(icmp_extension_objects, interface_information_stops_at_the_part_that_is_broken) {
    struct broken {
        octets_of object;
        parse_reason reason;
        std::uint32_t offset;
    };
    const std::array<broken, 7> all{
        // ifIndex announced, two octets there
        broken{{0, 6, 2, 0x08, 0, 7}, parse_reason::truncated, 4},
        // an address family whose length nobody knows (RFC 5837 s4.2: 1 and 2)
        broken{{0, 16, 2, 0x0c, 0, 0, 0, 7, 0, 3, 0, 0, 1, 2, 3, 4}, parse_reason::bad_value, 12},
        // half an IPv4 address
        broken{{0, 10, 2, 0x04, 0, 1, 0, 0, 10, 1}, parse_reason::truncated, 8},
        // a name field of no octet, and one beyond 64 (RFC 5837 s4.3)
        broken{{0, 8, 2, 0x02, 0, 'e', 't', 'h'}, parse_reason::bad_length, 4},
        broken{{0, 8, 2, 0x02, 65, 'e', 't', 'h'}, parse_reason::bad_length, 4},
        // a name that is longer than the object
        broken{{0, 8, 2, 0x02, 8, 'e', 't', 'h'}, parse_reason::truncated, 4},
        // octets after the last part
        broken{{0, 12, 2, 0x08, 0, 0, 0, 7, 1, 2, 3, 4}, parse_reason::bad_length, 8}};
    for (const auto& each : all) {
        const auto seen = icmp_interface_information::read(object_of(each.object));
        ASSERT_TRUE(seen.has_value());
        ASSERT_TRUE(seen->problem.has_value());
        EXPECT_EQ(seen->problem->reason, each.reason);
        EXPECT_EQ(seen->problem->offset_octets, each.offset);
    }
    // A name field of 6 octets is against RFC 5837 s4.3, but its name can be read.
    const octets_of uneven{0, 10, 2, 0x02, 6, 'l', 'a', 'n', '0', 0};
    const auto named = icmp_interface_information::read(object_of(uneven));
    EXPECT_EQ(named->name, interface_name::parse("lan0"));
    EXPECT_EQ(named->problem->reason, parse_reason::bad_length);
    const auto kept = icmp_interface_information::read(object_of(all[1].object));
    EXPECT_EQ(kept->if_index, 7U) << "what was before the broken part";
    EXPECT_EQ(kept->address, std::nullopt);
}

TEST(icmp_extension_objects, interface_information_with_every_part_survives_the_builder) {
    const auto information =
        icmp_interface_information{.role = icmp_interface_role::next_hop,
                                   .if_index = 42,
                                   .address = *ip_address::parse("2001:db8::1"),
                                   .name = interface_name::parse("xe-0/0/0.100"),
                                   .mtu = 9000};
    std::array<std::uint8_t, 128> room{};
    const auto structure = icmp_extension_builder(room).add(information).finish();
    ASSERT_TRUE(structure.has_value());
    const auto seen = icmp_extension::view::parse(*structure);
    EXPECT_EQ(seen->checksum_status(), checksum_state::good);
    EXPECT_EQ(seen->error(), std::nullopt);
    const auto object = *seen->objects().begin();
    // RFC 5837 s4.1: role 3, every bit; 4 + 4 + 20 + 16 + 4 octets.
    EXPECT_EQ(object.c_type(), 0xcf);
    EXPECT_EQ(object.length(), 48);
    const auto read = icmp_interface_information::read(object);
    EXPECT_EQ(read->problem, std::nullopt);
    EXPECT_EQ(read->role, information.role);
    EXPECT_EQ(read->if_index, 42U);
    EXPECT_EQ(read->address, information.address);
    EXPECT_EQ(read->name, information.name);
    EXPECT_EQ(read->mtu, 9000U);
    EXPECT_EQ(to_string(object),
              "next hop: index 42, address 2001:db8::1, name xe-0/0/0.100, mtu 9000");
}

TEST(icmp_extension_objects, a_name_in_interface_information_is_cut_to_63_octets) {
    const std::string longest(80, 'x');
    std::array<std::uint8_t, 128> room{};
    const auto structure =
        icmp_extension_builder(room)
            .add(icmp_interface_information{.name = interface_name::parse(longest)})
            .finish();
    const auto object = *icmp_extension::view::parse(*structure)->objects().begin();
    EXPECT_EQ(object.payload()[0], 64);  // RFC 5837 s4.3: its length octet counts
    EXPECT_EQ(icmp_interface_information::read(object)->name->size(), 63U);
}

TEST(icmp_extension_objects, identification_is_built_as_rfc_8335_draws_it) {
    struct expected {
        icmp_interface_identification identification;
        octets_of object;
    };
    const std::array<expected, 5> all{
        expected{icmp_interface_identification::by_name(*interface_name::parse("wlan0")),
                 {0, 12, 3, 1, 'w', 'l', 'a', 'n', '0', 0, 0, 0}},
        expected{icmp_interface_identification::by_index(5), {0, 8, 3, 2, 0, 0, 0, 5}},
        expected{icmp_interface_identification::by_address(*ip_address::parse("192.0.2.1")),
                 {0, 12, 3, 3, 0, 1, 4, 0, 192, 0, 2, 1}},
        expected{
            icmp_interface_identification::by_address(*ip_address::parse("2001:db8::1")),
            {0, 24, 3, 3, 0, 2, 16, 0, 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}},
        // 16389 (0x4005) is the family of a 48-bit MAC address
        expected{
            icmp_interface_identification::by_address(*mac_address::parse("02:00:00:00:00:07")),
            {0, 16, 3, 3, 0x40, 0x05, 6, 0, 2, 0, 0, 0, 0, 7, 0, 0}}};
    for (const auto& each : all) {
        std::array<std::uint8_t, 64> room{};
        room.fill(0xA5);
        const auto structure = icmp_extension_builder(room).add(each.identification).finish();
        const auto object = *icmp_extension::view::parse(*structure)->objects().begin();
        EXPECT_EQ(octets_of(object.octets().begin(), object.octets().end()), each.object);
        const auto read = icmp_interface_identification::read(object);
        ASSERT_TRUE(read.has_value());
        EXPECT_EQ(read->by, each.identification.by);
        EXPECT_EQ(read->name, each.identification.name);
        EXPECT_EQ(read->if_index, each.identification.if_index);
        EXPECT_EQ(read->ip(), each.identification.ip());
        EXPECT_EQ(read->mac(), each.identification.mac());
    }
}

TEST(icmp_extension_objects, a_broken_identification_says_why) {
    const auto reason_of = [](const octets_of& octets) {
        return icmp_interface_identification::read(object_of(octets)).error().reason;
    };
    EXPECT_EQ(reason_of({0, 6, 3, 2, 0, 5}), parse_reason::truncated);
    EXPECT_EQ(reason_of({0, 9, 3, 2, 0, 0, 0, 5, 0}), parse_reason::bad_length);
    EXPECT_EQ(reason_of({0, 6, 3, 3, 0, 1}), parse_reason::truncated);
    EXPECT_EQ(reason_of({0, 10, 3, 3, 0, 1, 4, 0, 192, 0}), parse_reason::truncated);
    EXPECT_EQ(reason_of({0, 12, 3, 3, 0, 1, 17, 0, 0, 0, 0, 0}), parse_reason::bad_length);
    EXPECT_EQ(reason_of({0, 8, 3, 4, 0, 0, 0, 5}), parse_reason::not_this_message);
    octets_of name(4 + 256, 'x');
    name[0] = 1;
    name[1] = 4;
    name[2] = 3;
    name[3] = 1;
    EXPECT_EQ(reason_of(name), parse_reason::bad_length);
}

TEST(icmp_extension_objects, the_pointer_of_extended_information_is_read) {
    // RFC 8883 s3.2: class 4, C-type 1.
    const octets_of octets{0, 8, 4, 1, 0, 0, 1, 44};
    EXPECT_EQ(read_extended_information_pointer(object_of(octets)), 300U);
    const octets_of cut{0, 6, 4, 1, 0, 0};
    EXPECT_EQ(read_extended_information_pointer(object_of(cut)).error().reason,
              parse_reason::bad_length);
}

TEST(icmp_extension_objects, a_hostile_name_never_reaches_the_screen_as_it_is) {
    const octets_of octets{0, 8, 3, 1, 0x1b, '[', '2', 'J'};
    EXPECT_EQ(to_string(object_of(octets)), "interface by name \\027[2J");
    const octets_of information{0, 12, 2, 0x02, 8, 0x1b, '[', '2', 'J', 0, 0, 0};
    EXPECT_EQ(to_string(object_of(information)), "incoming interface: name \\027[2J");
}

TEST(icmp_extension_objects, an_address_longer_than_its_room_is_emitted_as_what_is_there) {
    auto identification = icmp_interface_identification::by_address(ip_address(ipv6_address{}));
    identification.address_len = 40;
    EXPECT_EQ(identification.payload_len(), 20U);
    octets_of payload(identification.payload_len(), 0xA5);
    identification.emit_payload(payload);
    EXPECT_EQ(payload[2], 16);
}

TEST(icmp_extension_objects, the_builder_writes_nothing_beyond_its_room_and_says_what_it_needs) {
    const std::array<mpls_label, 2> labels{mpls_label{.label = 16, .bottom_of_stack = true},
                                           mpls_label{.label = 17}};
    for (std::size_t len = 0; len < 16; ++len) {
        octets_of room(len, 0xA5);
        const auto structure = icmp_extension_builder(room).add(labels).finish();
        ASSERT_FALSE(structure.has_value());
        EXPECT_EQ(structure.error().reason, parse_reason::truncated);
        EXPECT_EQ(structure.error().needed_octets, 16U);
        EXPECT_EQ(structure.error().have_octets, len);
    }
    octets_of room(16, 0xA5);
    const auto structure = icmp_extension_builder(room).add(labels).finish();
    ASSERT_TRUE(structure.has_value());
    const auto stack =
        mpls_label_stack::read(*icmp_extension::view::parse(*structure)->objects().begin());
    EXPECT_FALSE((*stack)[0].bottom_of_stack);
    EXPECT_TRUE((*stack)[1].bottom_of_stack);
}

}  // namespace
}  // namespace sonde
