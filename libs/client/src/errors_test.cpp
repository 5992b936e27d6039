#include <cerrno>
#include <type_traits>

#include <gtest/gtest.h>

#include <sonde/client/errors.hpp>

namespace sonde {
namespace {

template <class Derived, class Base>
constexpr bool is_a = std::is_base_of_v<Base, Derived> && !std::is_same_v<Base, Derived>;

// icmplib's tree: fourteen classes below one root.
static_assert(is_a<error, std::runtime_error>);
static_assert(is_a<name_lookup_error, error>);
static_assert(is_a<socket_error, error>);
static_assert(is_a<socket_address_error, socket_error>);
static_assert(is_a<socket_permission_error, socket_error>);
static_assert(is_a<socket_unavailable_error, socket_error>);
static_assert(is_a<socket_broadcast_error, socket_error>);
static_assert(is_a<timeout_exceeded, socket_error>);
static_assert(is_a<icmp_reply_error, error>);
static_assert(is_a<destination_unreachable_error, icmp_reply_error>);
static_assert(is_a<icmpv4_destination_unreachable_error, destination_unreachable_error>);
static_assert(is_a<icmpv6_destination_unreachable_error, destination_unreachable_error>);
static_assert(is_a<time_exceeded_error, icmp_reply_error>);
static_assert(is_a<icmpv4_time_exceeded_error, time_exceeded_error>);
static_assert(is_a<icmpv6_time_exceeded_error, time_exceeded_error>);
static_assert(is_a<option_error, error>);

answer refusal(std::uint8_t type, std::uint8_t code) {
    return {.kind = answer_kind::icmp_error,
            .from = ipv4_address{0xc0000201},
            .type = type,
            .code = code};
}

template <class Expected>
void expect_raises(const answer& reply, ip_family family, const std::string& text) {
    try {
        raise_for_status(reply, family);
        ADD_FAILURE() << "nothing was thrown";
    } catch (const icmp_reply_error& thrown) {
        EXPECT_EQ(typeid(thrown), typeid(Expected));
        EXPECT_NE(std::string(thrown.what()).find(text), std::string::npos) << thrown.what();
        EXPECT_EQ(thrown.reply().type, reply.type);
        EXPECT_EQ(thrown.reply().from, reply.from);
    }
}

TEST(raise_for_status, gives_each_icmp_message_its_class_and_attaches_the_reply) {
    const auto v4 = ip_family::v4;
    const auto v6 = ip_family::v6;
    // Types: RFC 792, RFC 4443. Type 3 is "unreachable" in one and "exceeded" in the other.
    expect_raises<icmpv4_destination_unreachable_error>(refusal(3, 1), v4, "Host Unreachable");
    expect_raises<icmpv4_time_exceeded_error>(refusal(11, 0), v4, "Time to live exceeded");
    expect_raises<icmp_reply_error>(refusal(12, 0), v4, "Parameter problem");
    expect_raises<icmp_reply_error>(refusal(4, 0), v4, "Source Quench");
    expect_raises<icmpv6_destination_unreachable_error>(refusal(1, 0), v6, "192.0.2.1: ");
    expect_raises<icmpv6_time_exceeded_error>(refusal(3, 0), v6, "192.0.2.1: ");
    expect_raises<icmp_reply_error>(refusal(2, 0), v6, "192.0.2.1: ");
}

TEST(raise_for_status, says_nothing_about_an_answer_of_the_target) {
    EXPECT_NO_THROW(raise_for_status(answer{.kind = answer_kind::echo_reply}, ip_family::v4));
    EXPECT_NO_THROW(raise_for_status(answer{.kind = answer_kind::tcp_reset}, ip_family::v6));
    probe_record answered{.state = probe_state::answered};
    EXPECT_NO_THROW(raise_for_status(answered, ip_family::v4));
}

TEST(raise_for_status, names_what_became_of_a_probe) {
    const probe_record lost{.state = probe_state::timed_out};
    EXPECT_THROW(raise_for_status(lost, ip_family::v4, std::chrono::seconds(2)), timeout_exceeded);
    const probe_record refused{.state = probe_state::send_failed, .send_error = ENETUNREACH};
    EXPECT_THROW(raise_for_status(refused, ip_family::v4), socket_unavailable_error);
    const probe_record exceeded{.state = probe_state::answered, .reply = refusal(11, 0)};
    EXPECT_THROW(raise_for_status(exceeded, ip_family::v4), time_exceeded_error);
}

TEST(raise_for_status, judges_a_whole_ping_by_its_last_probe) {
    ping_result result;
    result.address = ipv4_address{0xc0000201};
    EXPECT_THROW(raise_for_status(result), timeout_exceeded);
    result.records = {{.state = probe_state::timed_out},
                      {.state = probe_state::answered, .reply = refusal(3, 13)}};
    EXPECT_THROW(raise_for_status(result), icmpv4_destination_unreachable_error);
    result.counts.received = 1;
    EXPECT_NO_THROW(raise_for_status(result));
}

TEST(raise_for_status, judges_a_trace_by_its_end) {
    trace_result result;
    result.address = ipv4_address{0xc0000201};
    result.end = trace_end::reached;
    EXPECT_NO_THROW(raise_for_status(result));
    result.end = trace_end::max_hops;
    EXPECT_THROW(raise_for_status(result), timeout_exceeded);
    result.end = trace_end::unreachable;
    result.hops = {
        {.hop_limit = 2, .probes = {{.state = probe_state::answered, .reply = refusal(3, 1)}}}};
    EXPECT_THROW(raise_for_status(result), destination_unreachable_error);
}

struct refused_case {
    int code;
    const char* remedy;
};

TEST(socket_errors, name_the_remedy) {
    const ip_address peer = ipv4_address{0xc0000201};
    for (const auto& [code, remedy] : {refused_case{EPERM, "setcap cap_net_raw+ep"},
                                       refused_case{EACCES, "net.ipv4.ping_group_range"},
                                       refused_case{EPERM, "root"},
                                       refused_case{EADDRNOTAVAIL, "ip address"},
                                       refused_case{ENETUNREACH, "ip route get 192.0.2.1"},
                                       refused_case{ENODEV, "ip link"}}) {
        try {
            throw_socket_error({.operation = "test", .code = code, .peer = peer});
        } catch (const socket_error& thrown) {
            EXPECT_NE(std::string(thrown.what()).find(remedy), std::string::npos) << thrown.what();
            EXPECT_EQ(thrown.cause().code, code);
        }
    }
}

TEST(socket_errors, have_the_class_that_the_errno_asks_for) {
    const auto raise = [](int code) { throw_socket_error({.operation = "test", .code = code}); };
    EXPECT_THROW(raise(EPERM), socket_permission_error);
    EXPECT_THROW(raise(EACCES), socket_permission_error);
    EXPECT_THROW(raise(EADDRNOTAVAIL), socket_address_error);
    EXPECT_THROW(raise(EMFILE), socket_unavailable_error);
}

TEST(option_error, lists_every_problem_on_its_line) {
    const option_error made({{"interval", "interval is -1 ms"}, {"count", "count is 0"}});
    EXPECT_STREQ(made.what(), "interval is -1 ms\ncount is 0");
    EXPECT_EQ(made.problems().size(), 2U);
}

}  // namespace
}  // namespace sonde
