#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sonde/sim/scenario.hpp>

#include "sim_testing.hpp"

namespace sonde::sim {
namespace {

using nlohmann::json;

std::string error_of(const std::string& text) {
    const auto made = read_scenario(text);
    return made ? std::string("no error") : made.error();
}
std::string error_in_hop(const std::string& keys) {
    return error_of(R"({"hops": [{"address": "10.0.0.1"}, {)" + keys +
                    R"(}], "target": {"address": "192.0.2.9"}})");
}
std::string error_in_target(const std::string& keys) {
    return error_of(R"({"target": {"address": "192.0.2.9", )" + keys + "}}");
}

TEST(scenario, every_key_arrives_where_it_belongs) {
    const scenario made = read_or_fail(R"({
        "source": "198.51.100.7", "source6": "2001:db8::7",
        "foreign_per_second": 2.5, "late_after_ms": 750,
        "paths": [{"hops": [{"address": "10.0.0.1", "address6": "2001:db8:1::1", "delay_ms": 3.2,
                "jitter_ms": 0.5, "loss": 0.25, "silent": true,
                "rate_limit": {"per_second": 0.5, "burst": 9}, "answers": "minimal",
                "mpls": [17, {"label": 18, "traffic_class": 5, "time_to_live": 7}],
                "compliant_extension": false, "unreachable": 13, "hop_limit": 64,
                "hop_limit_reset": 30, "traffic_class": 184}],
            "targets": [{"address": "2001:db8::9"}, {"address": "192.0.2.9", "silent": true,
                "corrupt": 0.1, "late": {"probability": 0.2, "delay_ms": 1000},
                "reorder": {"probability": 0.3, "delay_ms": 10}, "duplicate": 0.4, "forge": 0.5,
                "tcp_open": [80], "tcp_closed": [81, 82], "udp": "silent", "answers": "minimal",
                "hop_limit": 128}]}]})");
    EXPECT_EQ(made.source.v4->value, 0xc6336407U);
    EXPECT_EQ(made.foreign_per_second, 2.5);
    EXPECT_EQ(made.late_after, ms(750));
    const hop_spec& hop = made.paths.at(0).hops.at(0);
    EXPECT_EQ(hop.link.delay, ms(3.2));
    EXPECT_EQ(hop.link.jitter, ms(0.5));
    EXPECT_EQ(hop.link.loss, 0.25);
    EXPECT_TRUE(hop.silent);
    EXPECT_EQ(hop.rate_limit->per_second, 0.5);
    EXPECT_EQ(hop.rate_limit->burst, 9U);
    EXPECT_EQ(hop.quote, quote_length::minimal);
    EXPECT_EQ(hop.mpls.at(0).label, 17U);
    EXPECT_EQ(hop.mpls.at(1).traffic_class, 5);
    EXPECT_EQ(hop.mpls.at(1).time_to_live, 7);
    EXPECT_FALSE(hop.compliant_extension);
    EXPECT_EQ(hop.unreachable->code, 13);
    EXPECT_EQ(hop.unreachable->code_v6, 1) << "RFC 7915 s4.2";
    EXPECT_EQ(hop.hop_limit, 64);
    EXPECT_EQ(hop.hop_limit_reset, 30);
    EXPECT_EQ(hop.traffic_class, 184);
    const auto& targets_made = made.paths.at(0).targets;
    EXPECT_FALSE(targets_made.at(0).address.v4);
    const target_spec& target = targets_made.at(1);
    EXPECT_TRUE(target.silent);
    EXPECT_EQ(target.corrupt, 0.1);
    EXPECT_EQ(target.late.delay, std::chrono::seconds(1));
    EXPECT_EQ(target.reorder.probability, 0.3);
    EXPECT_EQ(target.duplicate, 0.4);
    EXPECT_EQ(target.copies, 1U);
    EXPECT_EQ(target.forge, 0.5);
    EXPECT_EQ(target.tcp_open, std::vector<std::uint16_t>{80});
    EXPECT_TRUE(target.tcp_filtered);
    EXPECT_EQ(target.udp, udp_answer::silent);
    EXPECT_EQ(target.quote, quote_length::minimal);
    EXPECT_EQ(target.hop_limit, 128);
    EXPECT_EQ(targets(made, ip_family::v4).size(), 1U);
    EXPECT_EQ(targets(made, ip_family::v6).size(), 1U);
}

TEST(scenario, an_unknown_key_is_named_with_its_place_and_the_nearest_known_one) {
    EXPECT_EQ(error_in_hop(R"("dely_ms": 3)"),
              "hops[1].dely_ms is unknown: did you mean delay_ms?");
    EXPECT_EQ(error_in_target(R"("los": 0.1)"), "target.los is unknown: did you mean loss?");
    EXPECT_EQ(error_in_hop(R"("rate_limit": {"rate": 1})"),
              "hops[1].rate_limit.rate is unknown: did you mean burst?");
    EXPECT_EQ(error_of(R"({"taget": {"address": "192.0.2.9"}})"), "target is missing");
    EXPECT_EQ(error_of(R"({"target": {"address": "192.0.2.9"}, "hop": []})"),
              "hop is unknown: did you mean hops?");
    EXPECT_EQ(error_of(R"({"paths": [], "hops": []})"), "hops is unknown: did you mean paths?");
}

TEST(scenario, a_value_out_of_bounds_is_shown_with_its_bounds) {
    EXPECT_EQ(error_in_hop(R"("delay_ms": -1)"), "hops[1].delay_ms is -1: it must be 0 to 3600000");
    EXPECT_EQ(error_in_hop(R"("loss": 1.5)"), "hops[1].loss is 1.5: it must be 0 to 1");
    EXPECT_EQ(error_in_hop(R"("loss": "much")"), "hops[1].loss is \"much\": it must be 0 to 1");
    EXPECT_EQ(error_in_hop(R"("silent": 1)"), "hops[1].silent is 1: it must be true or false");
    EXPECT_EQ(error_in_hop(R"("mpls": [1048576])"),
              "hops[1].mpls[0].label is 1048576: it must be a whole number, 0 to 1048575");
    EXPECT_EQ(error_in_hop(R"("unreachable": 16)"),
              "hops[1].unreachable is 16: it must be a whole number, 0 to 15");
    EXPECT_EQ(error_in_hop(R"("hop_limit": 0)"),
              "hops[1].hop_limit is 0: it must be a whole number, 1 to 255");
    EXPECT_EQ(error_in_hop(R"("rate_limit": {"per_second": 0})"),
              "hops[1].rate_limit.per_second is 0: it must be 0.001 to 1000000");
    EXPECT_EQ(error_in_hop(R"("answers": "some")"),
              "hops[1].answers is \"some\": it must be \"full\" or \"minimal\"");
    EXPECT_EQ(error_in_target(R"("tcp_open": [80, 65536])"),
              "target.tcp_open[1] is 65536: it must be a whole number, 0 to 65535");
    EXPECT_EQ(error_in_target(R"("duplicate": {"copies": 101})"),
              "target.duplicate.copies is 101: it must be a whole number, 1 to 100");
    EXPECT_EQ(error_in_target(R"("late": 0.5)"), "target.late is 0.5: it must be an object");
    EXPECT_EQ(error_in_hop(R"("mtu": 1400)"),
              "hops[1].mtu says nothing without unreachable: give both");
}

TEST(scenario, addresses_must_be_addresses_and_targets_must_differ) {
    EXPECT_EQ(error_of(R"({"target": {"address": "192.0.2"}})"),
              "target.address is \"192.0.2\": it must be an IPv4 or IPv6 address");
    EXPECT_EQ(error_of(R"({"target": {}})"), "target.address is missing");
    EXPECT_EQ(error_of("{}"), "target is missing");
    EXPECT_EQ(error_of(R"({"targets": [{"address": "192.0.2.1"}, {"address": "192.0.2.1"}]})"),
              "two targets have the address 192.0.2.1");
}

TEST(scenario, a_target_may_be_a_block_in_either_family) {
    const auto made = read_scenario(
        R"({"targets": [{"prefix": "10.0.0.7/12", "prefix6": "2001:db8::/64"},
                        {"prefix": "2001:db8:1::/48", "address": "192.0.2.1"}]})");
    ASSERT_TRUE(made.has_value()) << made.error();
    const auto& blocks = made->paths.at(0).targets;
    EXPECT_EQ(to_string(*blocks.at(0).prefix.v4), "10.0.0.0/12");
    EXPECT_EQ(to_string(*blocks.at(0).prefix.v6), "2001:db8::/64");
    EXPECT_EQ(to_string(*blocks.at(1).prefix.v6), "2001:db8:1::/48");
    EXPECT_EQ(targets(*made, ip_family::v4).size(), 2U);
    EXPECT_EQ(to_string(targets(*made, ip_family::v4).at(0)), "10.0.0.0");
    EXPECT_EQ(error_in_target(R"("prefix": "10.0.0.0")"),
              "target.prefix is \"10.0.0.0\": it must be as 192.0.2.0/24 or 2001:db8::/64");
    EXPECT_EQ(error_in_target(R"("prefix6": "10.0.0.0/8")"),
              "target.prefix6 is \"10.0.0.0/8\": it must be as 2001:db8::/64");
    EXPECT_EQ(error_in_target(R"("prefix": "2001:db8::/64", "prefix6": "2001:db8::/65")"),
              "target.prefix6 is \"2001:db8::/65\": prefix is an IPv6 block already");
    EXPECT_EQ(error_of(R"({"targets": [{"prefix": "10.0.0.0/8"}, {"prefix": "10.7.0.0/8"}]})"),
              "two targets have the prefix 10.0.0.0/8");
}

TEST(scenario, what_is_not_json_is_said_with_its_line_and_column) {
    EXPECT_EQ(error_of("{\n  \"target\": oops\n}"),
              "the scenario is not JSON: see line 2, column 13");
    EXPECT_EQ(error_of(""), "the scenario is not JSON: see line 1, column 1");
    EXPECT_EQ(error_of("[]"), "the scenario is []: it must be an object");
}

TEST(scenario, hostile_text_does_not_reach_the_sentence) {
    const std::string error =
        error_of("{\"\\u001b[31m\": 1, \"target\": {\"address\": \"10.0.0.1\"}}");
    for (const char shown : error) EXPECT_TRUE(shown >= ' ' && shown <= '~') << error;
}

TEST(ready_made, each_can_be_read_and_has_a_target_in_both_families) {
    EXPECT_GE(ready_made_names().size(), 7U);
    for (const std::string_view name : ready_made_names()) {
        const scenario made = ready(name);
        EXPECT_FALSE(targets(made, ip_family::v4).empty()) << name;
        EXPECT_FALSE(targets(made, ip_family::v6).empty()) << name;
    }
    EXPECT_EQ(ready_made("five_router").error(),
              "there is no scenario \"five_router\": did you mean five_routers?");
}

// The schema and the reader know the same keys: each key of the schema, with a value of no use, is
// refused for its value and not for its name.
class schema : public ::testing::Test {
  protected:
    static json load() {
        std::ifstream in(SONDE_SOURCE_DIR "/docs/schema/scenario.schema.json");
        return json::parse(in);
    }
    static void expect_known(const json& properties, const std::string& before,
                             const std::string& after) {
        ASSERT_FALSE(properties.empty());
        for (const auto& [key, ignored] : properties.items()) {
            const std::string error =
                error_of(before + json(key).dump() + R"(: "\u0007 no such value")" + after);
            EXPECT_EQ(error.find("unknown"), std::string::npos) << key << ": " << error;
            EXPECT_NE(error.find(key), std::string::npos) << key << ": " << error;
        }
    }
};

TEST_F(schema, names_the_keys_that_the_reader_knows) {
    const json text = load();
    const json& parts = text.at("$defs");
    expect_known(parts.at("hop").at("properties"),
                 R"({"target": {"address": "192.0.2.9"}, "hops": [{)",
                 "}]}");
    expect_known(parts.at("target").at("properties"), R"({"target": {)", "}}");
    json top = text.at("properties");
    top.erase("description");  // any text will do
    expect_known(top, "{", "}");
}

TEST_F(schema, has_every_key_that_the_reader_asks_for) {
    const json text = load();
    const json& hop = text.at("$defs").at("hop").at("properties");
    const json& target = text.at("$defs").at("target").at("properties");
    EXPECT_EQ(hop.size(), 16U) << "as many as read_hop reads";
    EXPECT_EQ(target.size(), 18U) << "as many as read_target reads";
}

}  // namespace
}  // namespace sonde::sim
