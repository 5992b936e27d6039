// ICMP messages that others recorded or made, against the values that they state: every packet of
// captures/icmp-generated with expect.jsonl, every packet of captures/icmp4 with what tshark 4.0.17
// saw. Where tshark differs, the RFC decides, and `differences` names the reason.

#include <array>
#include <map>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sonde/testing/corpus.hpp>

#include "icmp_each.hpp"

namespace sonde {
namespace {

using json = nlohmann::json;
using testing::captured_frame;

struct found_message {
    bytes_view octets{};
    bool whole = true;  // false: cut by the capture
};

/// The ICMP message in a frame over Ethernet or PPP that carries IPv4 without a second tag or
/// label.
std::optional<found_message> find_icmp(const captured_frame& frame) {
    const bytes_view octets(frame.octets);
    constexpr std::uint32_t ethernet = 1;
    const std::size_t start = frame.link_type == ethernet ? 14 : 4;
    if (octets.size() < start + 20) return std::nullopt;
    const std::uint16_t carried = be16_at(octets, start - 2);
    if (carried != 0x0800 && carried != 0x0021) return std::nullopt;  // IPv4: Ethernet, PPP
    const bytes_view ip = octets.subspan(start);
    const std::size_t header_len = std::size_t{ip[0] & 15U} * 4;
    const std::size_t total_len = be16_at(ip, 2);
    const bool first_fragment = (be16_at(ip, 6) & 0x1fff) == 0;
    if (ip[9] != 1 || !first_fragment || ip.size() < header_len) return std::nullopt;
    const std::size_t end = std::min(total_len, ip.size());
    return found_message{ip.first(end).subspan(header_len), total_len <= ip.size()};
}

// ---- what we read, in the words of the corpus

std::string hex(bytes_view octets) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const auto octet : octets) {
        out += digits[octet >> 4];
        out += digits[octet & 15];
    }
    return out;
}

json labels_of(const mpls_label_stack& stack) {
    json labels = json::array();
    for (const auto label : stack) {
        labels.push_back({{"label", label.label},
                          {"exp", label.traffic_class},
                          {"s", label.bottom_of_stack ? 1 : 0},
                          {"ttl", label.time_to_live}});
    }
    return labels;
}

/// As tshark has it: 3 is "not present".
int checksum_word(checksum_state state) {
    switch (state) {
        case checksum_state::bad:
            return 0;
        case checksum_state::good:
            return 1;
        case checksum_state::absent:
            return 3;
    }
    return -1;
}

void add_extension(json& out, bytes_view octets) {
    const auto structure = icmp_extension::view::parse(octets);
    if (!structure) return;
    out["ext_ver"] = structure->version();
    out["ext_cksum"] = structure->checksum();
    out["ext_cksum_ok"] = checksum_word(structure->checksum_status());
    json objects = json::array();
    for (const auto& object : structure->objects()) {
        json one{{"len", object.length()},
                 {"class", static_cast<int>(object.class_num())},
                 {"ctype", object.c_type()},
                 {"data", hex(object.payload())}};
        if (const auto stack = mpls_label_stack::read(object)) one["mpls"] = labels_of(*stack);
        objects.push_back(one);
    }
    if (!objects.empty()) out["ext"] = objects;
}

template <class View>
void add_quote(json& out, View v) {
    if (v.length_words() != 0) out["len4"] = v.length_words();
    add_extension(out, v.quote().extension);
}

template <class View>
void add_ids(json& out, View v) {
    out["id"] = v.identifier();
    out["seq"] = v.sequence_number();
}

void add(json&, icmp::view) {}
void add(json&, icmp_source_quench::view) {}
void add(json&, icmp_photuris::view) {}
void add(json&, icmp_router_solicitation::view) {}
void add(json& out, icmp_echo::view v) { add_ids(out, v); }
void add(json& out, icmp_information::view v) { add_ids(out, v); }
void add(json& out, icmp_destination_unreachable::view v) {
    if (v.code() == 4) out["mtu"] = v.next_hop_mtu();
    add_quote(out, v);
}
void add(json& out, icmp_time_exceeded::view v) { add_quote(out, v); }
void add(json& out, icmp_parameter_problem::view v) {
    out["pointer"] = v.pointer();
    add_quote(out, v);
}
void add(json& out, icmp_redirect::view v) {
    out["gateway"] = to_string(v.gateway_internet_address());
}
void add(json& out, icmp_router_advertisement::view v) {
    out["ra_num"] = v.num_addrs();
    out["ra_esize"] = v.addr_entry_size();
    out["ra_life"] = v.lifetime().count();
    for (std::size_t i = 0; i < v.entry_count(); ++i) {
        out["ra_addrs"].push_back(to_string(v.entry(i).router_address));
        out["ra_pref"].push_back(v.entry(i).preference_level);
    }
}
void add(json& out, icmp_timestamp::view v) {
    add_ids(out, v);
    out["t_orig"] = v.originate_timestamp().value;
    out["t_recv"] = v.receive_timestamp().value;
    out["t_xmit"] = v.transmit_timestamp().value;
}
void add(json& out, icmp_address_mask::view v) {
    add_ids(out, v);
    out["mask"] = to_string(v.address_mask());
}
void add(json& out, icmp_extended_echo_request::view v) {
    out["id"] = v.identifier();
    out["seq8"] = v.sequence_number();
    out["local"] = v.local() ? 1 : 0;
    add_extension(out, v.extension());
}
void add(json& out, icmp_extended_echo_reply::view v) {
    out["id"] = v.identifier();
    out["seq8"] = v.sequence_number();
    out["state"] = static_cast<int>(v.state());
    out["active"] = v.active() ? 1 : 0;
    out["v4"] = v.ipv4() ? 1 : 0;
    out["v6"] = v.ipv6() ? 1 : 0;
}

json canonical(const found_message& found) {
    json out;
    const auto common = icmp::view::parse(found.octets);
    if (!common) return out;
    out["type"] = static_cast<int>(common->type());
    out["code"] = common->code();
    out["cksum"] = common->checksum();
    out["cksum_ok"] = !found.whole ? 2 : icmp_checksum_holds(found.octets) ? 1 : 0;
    with_icmp_message(found.octets, [&]<class Message>() {
        if (const auto seen = Message::view::parse(found.octets)) add(out, *seen);
    });
    return out;
}

json all_labels(const json& message) {
    json labels = json::array();
    if (!message.contains("ext")) return labels;
    for (const auto& object : message["ext"]) {
        if (!object.contains("mpls")) continue;
        for (const auto& label : object["mpls"]) labels.push_back(label);
    }
    return labels;
}

std::vector<std::string> icmp_captures() {
    std::vector<std::string> names = testing::list_captures("icmp4");
    for (const auto& name : testing::list_captures("icmp-generated")) {
        if (name.find("icmp4_") != std::string::npos) names.push_back(name);
    }
    return names;
}

/// Calls `use(name, number of the frame, message)` for every ICMP message of the captures.
template <class Use>
std::size_t for_each_message(Use use) {
    std::size_t count = 0;
    for (const auto& name : icmp_captures()) {
        std::size_t number = 0;
        for (const auto& frame : testing::read_capture(name)) {
            ++number;
            if (const auto found = find_icmp(frame)) {
                use(name, number, *found);
                ++count;
            }
        }
    }
    return count;
}

/// What is wrong with a structure or with one of its objects.
std::optional<parse_error> problem_of_structure(bytes_view octets) {
    if (octets.empty()) return std::nullopt;
    const auto structure = icmp_extension::view::parse(octets);
    if (!structure) return structure.error();
    for (const auto& object : structure->objects()) {
        const auto stack = mpls_label_stack::read(object);
        if (stack && stack->error()) return stack->error();
        const auto seen = icmp_interface_information::read(object);
        if (seen && seen->problem) return seen->problem;
    }
    return structure->error();
}

/// What is wrong with a message, whichever part of it knows.
std::optional<parse_error> problem_of(bytes_view octets) {
    std::optional<parse_error> problem;
    with_icmp_message(octets, [&]<class Message>() {
        const auto seen = Message::view::parse(octets);
        if (!seen) {
            problem = seen.error();
            return;
        }
        if constexpr (requires { seen->quote(); }) {
            const auto quote = seen->quote();
            problem = quote.problem ? quote.problem : problem_of_structure(quote.extension);
        }
        if constexpr (requires { seen->extension(); }) {
            problem = problem_of_structure(seen->extension());
        }
        if constexpr (requires { seen->entry_count(); }) problem = seen->error();
    });
    return problem;
}

// ---- the tests

TEST(icmp_captures, every_expected_field_and_label_of_every_generated_packet_is_read) {
    SONDE_REQUIRE_CORPUS();
    std::map<std::string, std::vector<captured_frame>> files;
    std::size_t packets = 0;
    std::size_t values = 0;
    for (const auto& line :
         testing::read_lines(*testing::corpus_root() / "captures/icmp-generated/expect.jsonl")) {
        const json expected = json::parse(line);
        const std::string file = expected["file"];
        if (!file.starts_with("icmp4_")) continue;
        auto& frames = files[file];
        if (frames.empty()) frames = testing::read_capture("icmp-generated/" + file);
        const std::size_t number = expected["n"];
        ASSERT_LE(number, frames.size());
        const auto where =
            file + " #" + std::to_string(number) + ' ' + expected["note"].get<std::string>();
        const auto found = find_icmp(frames[number - 1]);
        ASSERT_TRUE(found.has_value()) << where;
        const json read = canonical(*found);
        for (const auto& [key, value] : expected["want"].items()) {
            EXPECT_EQ(read.value(key, json()), value) << where << ": " << key;
            ++values;
        }
        if (!expected["labels"].is_null()) {
            EXPECT_EQ(all_labels(read), expected["labels"]) << where;
        }
        if (expected["valid"] == true) {
            const auto problem = problem_of(found->octets);
            EXPECT_FALSE(problem.has_value()) << where << ": " << to_sentence(*problem);
        }
        ++packets;
    }
    EXPECT_EQ(packets, 89U) << "as many as the corpus has";
    EXPECT_EQ(values, 483U);
}

/// Where tshark 4.0.17 differs from the RFC, and why we do not follow it.
struct difference {
    std::string_view file;
    std::size_t number;      // of the packet; 0: all of the file
    std::string_view field;  // "": the whole message
    std::string_view reason;
};
constexpr std::string_view malformed_file = "icmp-generated/icmp4_rfc4884_malformed.pcap";
constexpr std::string_view proven =
    "a wrong length does not hide a structure with version 2 and a checksum that holds";
constexpr std::string_view one_object =
    "RFC 8335 s2: one object; tshark sums the data behind it too";
constexpr std::string_view cut_short =
    "a message shorter than its header has no view; read_field reads what is there of it";
constexpr std::string_view no_object = "an object whose length is wrong is an error, not an object";
constexpr std::array differences{
    difference{"icmp4/icmp-rfc8335.pcap", 0, "ext_cksum_ok", one_object},
    difference{"icmp-generated/icmp4_rfc8335.pcap", 5, "ext_cksum_ok", one_object},
    difference{malformed_file, 1, "ext", "RFC 4884 s7: nothing but version 2 has a layout"},
    difference{malformed_file, 2, "ext", no_object},
    difference{malformed_file, 3, "ext", no_object},
    difference{malformed_file, 4, "ext", no_object},
    difference{malformed_file, 7, "ext", proven},
    difference{malformed_file, 7, "ext_ver", proven},
    difference{malformed_file, 7, "ext_cksum", proven},
    difference{malformed_file, 7, "ext_cksum_ok", proven},
    difference{malformed_file, 8, "ext", proven},
    difference{malformed_file, 8, "ext_ver", proven},
    difference{malformed_file, 8, "ext_cksum", proven},
    difference{malformed_file, 8, "ext_cksum_ok", proven},
    difference{malformed_file, 10, "ext", no_object},
    difference{malformed_file, 15, "", "five octets hold a type, a code and a checksum"},
    difference{malformed_file, 16, "id", cut_short},
    difference{malformed_file, 16, "seq", cut_short},
    difference{malformed_file, 16, "t_orig", cut_short},
};

bool is_explained(std::string_view file, std::size_t number, std::string_view field) {
    return std::any_of(differences.begin(), differences.end(), [&](const difference& each) {
        return each.file == file && each.field == field &&
               (each.number == 0 || each.number == number);
    });
}

TEST(icmp_captures, every_message_reads_as_tshark_sees_it_or_the_reason_is_named) {
    SONDE_REQUIRE_CORPUS();
    std::size_t compared = 0;
    for (const auto& name : icmp_captures()) {
        const auto frames = testing::read_capture(name);
        const auto oracle = *testing::corpus_root() / "oracle" / (name + ".jsonl.gz");
        for (const auto& line : testing::read_lines(oracle)) {
            const json seen = json::parse(line);
            const std::size_t number = seen["n"];
            const auto found = find_icmp(frames.at(number - 1));
            const auto& layers = seen["layers"];
            const auto theirs = std::find_if(
                layers.begin(), layers.end(), [](const json& each) { return each["p"] == "icmp"; });
            if (found && theirs == layers.end()) {
                EXPECT_TRUE(is_explained(name, number, "")) << name << " #" << number;
                continue;
            }
            ASSERT_EQ(found.has_value(), theirs != layers.end()) << name << " #" << number;
            if (!found) continue;
            const json ours = canonical(*found);
            json both = ours;
            both.update((*theirs)["m"]);
            for (const auto& [key, unused] : both.items()) {
                if (is_explained(name, number, key)) continue;
                EXPECT_EQ(ours.value(key, json()), (*theirs)["m"].value(key, json()))
                    << name << " #" << number << ": " << key;
            }
            ++compared;
        }
    }
    EXPECT_EQ(compared, 127U) << "as many as the corpus has, without the one that tshark refuses";
}

TEST(icmp_captures, every_message_is_emitted_as_it_was_and_its_checksum_is_found_again) {
    SONDE_REQUIRE_CORPUS();
    std::size_t computed = 0;
    for_each_message([&](const std::string& name, std::size_t number, const found_message& found) {
        with_icmp_message(found.octets, [&]<class Message>() {
            const auto seen = Message::view::parse(found.octets);
            if (!seen) return;
            auto meant = Message::read(*seen);
            ASSERT_TRUE(meant.has_value());
            std::vector<std::uint8_t> again(meant->wire_len(), 0x5A);
            meant->emit(again);
            EXPECT_EQ(again, std::vector<std::uint8_t>(found.octets.begin(), found.octets.end()))
                << name << " #" << number;
            if (!found.whole || !icmp_checksum_holds(found.octets)) return;
            meant->checksum.reset();
            meant->emit(again);
            EXPECT_EQ(icmp::view::parse(again)->checksum(), seen->checksum())
                << name << " #" << number;
            ++computed;
        });
    });
    EXPECT_GE(computed, 110U);
}

TEST(icmp_captures, every_structure_is_rebuilt_octet_by_octet_from_what_was_read) {
    SONDE_REQUIRE_CORPUS();
    std::size_t rebuilt = 0;
    const auto rebuild = [&](bytes_view octets, const std::string& where) {
        const auto structure = icmp_extension::view::parse(octets);
        if (!structure || structure->error() ||
            structure->checksum_status() != checksum_state::good) {
            return;
        }
        std::array<std::uint8_t, 256> room{};
        icmp_extension_builder builder(room);
        for (const auto& object : structure->objects()) {
            if (const auto stack = mpls_label_stack::read(object); stack && !stack->error()) {
                builder.add(std::vector<mpls_label>(stack->begin(), stack->end()));
            } else if (const auto seen = icmp_interface_information::read(object)) {
                EXPECT_EQ(seen->problem, std::nullopt) << where;
                builder.add(*seen);
            } else if (const auto asked = icmp_interface_identification::read(object);
                       asked && asked->payload_len() == object.payload().size()) {
                builder.add(*asked);
            } else {
                builder.add(object.class_num(), object.c_type(), object.payload());
            }
        }
        const auto made = builder.finish();
        ASSERT_TRUE(made.has_value());
        EXPECT_EQ(hex(*made), hex(octets)) << where;
        ++rebuilt;
    };
    for_each_message([&](const std::string& name, std::size_t number, const found_message& found) {
        const auto where = name + " #" + std::to_string(number);
        with_icmp_message(found.octets, [&]<class Message>() {
            const auto seen = Message::view::parse(found.octets);
            if (!seen) return;
            if constexpr (requires { seen->quote(); }) rebuild(seen->quote().extension, where);
            if constexpr (requires { seen->extension(); }) rebuild(seen->extension(), where);
        });
    });
    EXPECT_GE(rebuilt, 30U);
}

/// Everything that can be asked of a message, so that a cut one shows what it does.
template <class Message>
void ask_everything(bytes_view octets) {
    const auto seen = Message::view::parse(octets);
    if (!seen) {
        EXPECT_EQ(seen.error().reason, parse_reason::truncated);
        EXPECT_EQ(seen.error().have_octets, octets.size());
        EXPECT_EQ(seen.error().needed_octets, Message::header_len);
        return;
    }
    EXPECT_GE(octets.size(), Message::header_len);
    bytes_view structure;
    if constexpr (requires { seen->quote(); }) {
        const auto quote = seen->quote();
        EXPECT_EQ(quote.datagram.size() + quote.extension.size(),
                  octets.size() - Message::header_len);
        structure = quote.extension;
    }
    if constexpr (requires { seen->extension(); }) structure = seen->extension();
    if (const auto extension = icmp_extension::view::parse(structure)) {
        for (const auto& object : extension->objects()) EXPECT_FALSE(to_string(object).empty());
        if (const auto stopped = extension->error()) {
            EXPECT_LE(stopped->offset_octets, structure.size());
            if (stopped->reason == parse_reason::truncated) {
                EXPECT_LT(stopped->have_octets, stopped->needed_octets);
            }
        }
    }
    const auto meant = Message::read(*seen);
    ASSERT_TRUE(meant.has_value());
    std::vector<std::uint8_t> again(meant->wire_len());
    meant->emit(again);
    EXPECT_EQ(again, std::vector<std::uint8_t>(octets.begin(), octets.end()));
}

TEST(icmp_captures, every_cut_of_every_message_reads_what_is_there_or_says_what_is_missing) {
    SONDE_REQUIRE_CORPUS();
    const auto messages =
        for_each_message([](const std::string&, std::size_t, const found_message& found) {
            for (std::size_t len = 1; len <= found.octets.size(); ++len) {
                // A copy of just that length: the sanitizer sees a read behind its end.
                const std::vector<std::uint8_t> cut(
                    found.octets.begin(), found.octets.begin() + static_cast<std::ptrdiff_t>(len));
                with_icmp_message(cut, [&]<class Message>() { ask_everything<Message>(cut); });
            }
        });
    EXPECT_EQ(messages, 128U) << "as many as the corpus has";
}

TEST(icmp_captures, each_malformed_packet_says_what_is_wrong_with_numbers) {
    SONDE_REQUIRE_CORPUS();
    // In the order of the file; its notes say what each is.
    const std::array<std::string_view, 18> expected{
        "icmp_extension: bad version: needed 2 octets, had 1, at offset 0",
        "icmp_extension_object: bad length: needed 4 octets, had 0, at offset 4 "
        "(limit: element length)",
        "icmp_extension_object: bad length: needed 4 octets, had 3, at offset 4 "
        "(limit: element length)",
        "icmp_extension_object: truncated: needed 400 octets, had 8, at offset 4",
        "icmp_extension_object: bad length: needed 4 octets, had 2, at offset 8 "
        "(limit: element length)",
        "icmp_time_exceeded: truncated: needed 128 octets, had 60, at offset 8",
        "icmp_time_exceeded: truncated: needed 1020 octets, had 140, at offset 8",
        "icmp_time_exceeded: bad length: needed 128 octets, had 12, at offset 8 "
        "(limit: element length)",
        "icmp_extension: truncated: needed 4 octets, had 1, at offset 0",
        "icmp_extension_object: truncated: needed 8 octets, had 6, at offset 4",
        "",  // the quoted datagram is the business of IPv4: 11 to 14
        "",
        "",
        "",
        "icmp_echo: truncated: needed 8 octets, had 5, at offset 0",
        "icmp_timestamp: truncated: needed 20 octets, had 13, at offset 0",
        "icmp_router_advertisement: truncated: needed 1600 octets, had 8, at offset 8",
        "icmp_time_exceeded: truncated: needed 128 octets, had 58, at offset 8"};
    const auto frames = testing::read_capture("icmp-generated/icmp4_rfc4884_malformed.pcap");
    ASSERT_EQ(frames.size(), expected.size());
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const auto problem = problem_of(find_icmp(frames[i])->octets);
        EXPECT_EQ(problem ? to_sentence(*problem) : "", expected[i]) << '#' << i + 1;
    }
}

TEST(icmp_captures, interface_information_of_a_router_is_read_in_full) {
    SONDE_REQUIRE_CORPUS();
    // icmp4_rfc4884_objects.pcap, packets 1 and 2: gen_icmp.py states the values.
    const auto frames = testing::read_capture("icmp-generated/icmp4_rfc4884_objects.pcap");
    const auto object_in = [](const captured_frame& frame) {
        const auto message = icmp_time_exceeded::view::parse(find_icmp(frame)->octets);
        const auto structure = icmp_extension::view::parse(message->quote().extension);
        return *icmp_interface_information::read(*structure->objects().begin());
    };
    const auto full = object_in(frames[0]);
    EXPECT_EQ(full.role, icmp_interface_role::incoming);
    EXPECT_EQ(full.if_index, 7U);
    EXPECT_EQ(full.address, ip_address::parse("10.1.2.3"));
    EXPECT_EQ(full.name, interface_name::parse("ge-0/0"));
    EXPECT_EQ(full.mtu, 9000U);
    EXPECT_EQ(full.problem, std::nullopt);
    const auto index_only = object_in(frames[1]);
    EXPECT_EQ(index_only.role, icmp_interface_role::incoming_sub_ip);
    EXPECT_EQ(index_only.if_index, 3U);
    EXPECT_EQ(index_only.address, std::nullopt);
}

TEST(icmp_captures, probes_of_rfc_8335_name_their_interface) {
    SONDE_REQUIRE_CORPUS();
    // icmp-rfc8335.pcap: real probes; what tcpdump prints of them.
    const std::array<std::pair<std::size_t, std::string_view>, 5> expected{
        std::pair{1, "interface by index 1"},
        std::pair{2, "interface by name enp1s0"},
        std::pair{3, "interface by address 149.28.74.237"},
        std::pair{5, "interface by name fxp0.0"},
        std::pair{9, "interface by index 42"}};
    const auto frames = testing::read_capture("icmp4/icmp-rfc8335.pcap");
    for (const auto& [number, text] : expected) {
        const auto found = find_icmp(frames.at(number - 1));
        const auto request = icmp_extended_echo_request::view::parse(found->octets);
        const auto structure = icmp_extension::view::parse(request->extension());
        EXPECT_EQ(structure->checksum_status(), checksum_state::good) << number;
        EXPECT_EQ(to_string(*structure->objects().begin()), text);
    }
}

}  // namespace
}  // namespace sonde
