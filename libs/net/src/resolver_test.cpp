#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <fstream>
#include <map>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>

#include <gtest/gtest.h>

#include <sonde/net/clock.hpp>
#include <sonde/net/resolver.hpp>

#include "hosts_file.hpp"
#include "net_lab.hpp"
#include "ptr_answer.hpp"

namespace sonde {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::address;

TEST(is_hostname, follows_rfc_1123_and_rfc_1035) {
    const std::string label63(63, 'a');
    const std::string longest =
        label63 + "." + label63 + "." + label63 + "." + std::string(61, 'b');
    for (const std::string& good : {std::string("a"),
                                    std::string("example.net"),
                                    std::string("example.net."),
                                    std::string("3com.com"),
                                    std::string("xn--bcher-kva.example"),
                                    std::string("_dmarc.example.net"),
                                    label63,
                                    longest,
                                    std::string("1.2.3.4.in-addr.arpa")}) {
        EXPECT_TRUE(is_hostname(good)) << good;
    }
    for (const std::string& bad : {std::string(),
                                   std::string("."),
                                   std::string("a..b"),
                                   std::string(".a"),
                                   std::string("-a.net"),
                                   std::string("a-.net"),
                                   std::string("a b"),
                                   std::string("1.2.3.4"),
                                   std::string("10"),
                                   std::string("1.2.3"),
                                   label63 + "c",
                                   longest + "c",
                                   std::string("b\xc3\xbc"),
                                   std::string("a\n"),
                                   std::string("a/b")}) {
        EXPECT_FALSE(is_hostname(bad)) << bad;
    }
}

TEST(is_ipv6, takes_a_zone_but_no_empty_one) {
    EXPECT_TRUE(is_ipv6("fe80::1%eth0"));
    EXPECT_FALSE(is_ipv6("fe80::1%"));
    EXPECT_FALSE(is_ipv6("192.0.2.1"));
    EXPECT_TRUE(is_ipv4("192.0.2.1"));
    EXPECT_FALSE(is_ipv4("192.0.2.1%eth0"));
}

// RFC 1035 s3.5 and RFC 3596 s2.5 give these examples.
TEST(reverse_question, is_spelled_as_the_rfcs_show) {
    EXPECT_EQ(detail::reverse_question(address("10.2.0.52")), "52.0.2.10.in-addr.arpa");
    EXPECT_EQ(detail::reverse_question(address("4321:0:1:2:3:4:567:89ab")),
              "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.0.0.0.1.2.3.4.ip6.arpa");
}

// A PTR answer as dnsmasq 2.90 gives it for 192.0.2.7, TTL 300: one question, one record whose
// owner is a pointer to the question.
std::vector<std::uint8_t> ptr_message(const std::vector<std::uint8_t>& name) {
    std::vector<std::uint8_t> made{0,    1,   0x81, 0x80,
                                   0,    1,   0,    1,
                                   0,    0,   0,    0,
                                   1,    '7', 1,    '2',
                                   1,    '0', 3,    '1',
                                   '9',  '2', 7,    'i',
                                   'n',  '-', 'a',  'd',
                                   'd',  'r', 4,    'a',
                                   'r',  'p', 'a',  0,
                                   0,    12,  0,    1,
                                   0xc0, 12,  0,    12,
                                   0,    1,   0,    0,
                                   1,    44,  0,    static_cast<std::uint8_t>(name.size())};
    made.insert(made.end(), name.begin(), name.end());
    return made;
}

TEST(ptr_answer, gives_names_as_the_octets_that_came) {
    const auto seen =
        detail::read_ptr_answer(ptr_message({5, 0x1b, '[', '2', 'J', '<', 3, 'n', 'e', 0xff, 0}));
    ASSERT_EQ(seen.names.size(), 1U);
    EXPECT_EQ(seen.names[0], "\x1b[2J<.ne\xff");
    EXPECT_EQ(seen.ttl, seconds(300));
}

TEST(ptr_answer, follows_pointers_but_no_loops) {
    EXPECT_EQ(detail::read_ptr_answer(ptr_message({1, 'a', 0xc0, 22})).names.at(0),
              "a.in-addr.arpa");
    EXPECT_TRUE(detail::read_ptr_answer(ptr_message({0xc0, 52})).names.empty());
    EXPECT_TRUE(detail::read_ptr_answer(ptr_message({1, 'a', 0xc0, 52})).names.empty());
    EXPECT_TRUE(detail::read_ptr_answer(ptr_message({0xff, 0xff})).names.empty());
}

TEST(ptr_answer, that_is_cut_anywhere_gives_no_name) {
    const auto whole = ptr_message({1, 'a', 3, 'n', 'e', 't', 0});
    ASSERT_EQ(detail::read_ptr_answer(whole).names.size(), 1U);
    for (std::size_t len = 0; len < whole.size(); ++len) {
        EXPECT_TRUE(detail::read_ptr_answer(bytes_view(whole).first(len)).names.empty()) << len;
    }
}

class hosts : public ::testing::Test {
  protected:
    hosts() {
        std::ofstream(path)
            << "# comment\n192.0.2.1\tone.example One  # and more\n\nnonsense line\n"
               "2001:db8::1 one.example\n192.0.2.2 two.example\r\n192.0.2.1 late.example\n";
    }
    ~hosts() override { ::unlink(path.c_str()); }
    std::string path = ::testing::TempDir() + "sonde_hosts_" + std::to_string(::getpid());
};

TEST_F(hosts, file_answers_forward_and_reverse_without_case_and_without_the_network) {
    static int sockets;
    sockets = 0;
    system_calls calls = kernel_calls();
    calls.socket = [](int, int, int) { return ++sockets, errno = EPERM, -1; };
    resolver names({.hosts_file = path}, calls);
    const mono_time now{};
    names.forward("ONE.example.", family_choice::any, now);
    names.forward("one", family_choice::v4, now);
    names.forward("one.example", family_choice::v6, now);
    names.reverse(address("192.0.2.1"), now);
    const auto both = names.next_answer();
    ASSERT_TRUE(both && both->addresses);
    EXPECT_EQ(*both->addresses, (std::vector{address("192.0.2.1"), address("2001:db8::1")}));
    EXPECT_FALSE(both->from_network);
    EXPECT_EQ(names.next_answer()->addresses, std::vector{address("192.0.2.1")});
    EXPECT_EQ(names.next_answer()->addresses, std::vector{address("2001:db8::1")});
    EXPECT_EQ(names.next_answer()->names, (std::vector<std::string>{"one.example", "One"}));
    EXPECT_EQ(sockets, 0);
}

TEST(numeric_names, are_answered_at_once_and_start_nothing) {
    static int calls_seen;
    calls_seen = 0;
    system_calls calls = kernel_calls();
    calls.socket = [](int, int, int) { return ++calls_seen, errno = EPERM, -1; };
    calls.open = [](const char*, int) { return ++calls_seen, errno = EPERM, -1; };
    resolver names({}, calls);
    const auto one = [&](const char* text, family_choice family) {
        names.forward(text, family, mono_time{});
        return names.next_answer()->addresses;
    };
    EXPECT_EQ(one("192.0.2.1", family_choice::any), std::vector{address("192.0.2.1")});
    EXPECT_EQ(one("2001:db8::1", family_choice::v6), std::vector{address("2001:db8::1")});
    EXPECT_EQ(one("fe80::1%lo", family_choice::any)->at(0).zone(), 1U);
    EXPECT_EQ(one("192.0.2.1", family_choice::v6).error().failure, resolve_failure::no_such_family);
    EXPECT_EQ(one("fe80::1%nosuch0", family_choice::v6).error().failure, resolve_failure::bad_name);
    EXPECT_EQ(one("1.2.3", family_choice::any).error().failure, resolve_failure::bad_name);
    EXPECT_EQ(one("-x", family_choice::any).error().failure, resolve_failure::bad_name);
    EXPECT_EQ(calls_seen, 0);
    EXPECT_FALSE(names.is_busy());
    EXPECT_TRUE(names.descriptors().empty());
    EXPECT_EQ(names.next_deadline(mono_time{}), mono_time::max());
}

TEST(localhost, is_the_loopback_whatever_the_hosts_file_says) {
    resolver names({.hosts_file = "/nonexistent"});
    names.forward("LocalHost", family_choice::v4, mono_time{});
    names.forward("a.localhost.", family_choice::v6, mono_time{});
    EXPECT_EQ(names.next_answer()->addresses, std::vector{address("127.0.0.1")});
    EXPECT_EQ(names.next_answer()->addresses, std::vector{address("::1")});
}

TEST(name_servers, that_cannot_be_named_are_a_typed_failure) {
    resolver names({.servers = {"not a server"}, .hosts_file = "/nonexistent"});
    names.forward("example.net", family_choice::any, mono_time{});
    EXPECT_EQ(names.next_answer()->addresses.error().failure, resolve_failure::cannot_start);
}

class failing_dns_socket : public ::testing::TestWithParam<int> {};
int dns_errno;
INSTANTIATE_TEST_SUITE_P(socket_2, failing_dns_socket,
                         ::testing::Values(EMFILE, EACCES, ENETUNREACH, EPERM, ENOBUFS));
TEST_P(failing_dns_socket, is_a_server_failure) {
    dns_errno = GetParam();
    system_calls calls = kernel_calls();
    calls.socket = [](int, int, int) { return errno = dns_errno, -1; };
    resolver names({.servers = {"127.0.0.1:5399"}, .hosts_file = "/nonexistent"}, calls);
    const auto got = names.resolve_now("example.net", family_choice::v4, mono_now() + seconds(5));
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().failure, resolve_failure::server_failure);
    EXPECT_EQ(describe(got.error()), "example.net: the name servers could not answer");
}

// A name server that never answers.
class silent_server {
  public:
    silent_server()
        : socket_(probe_socket::open({.kind = socket_kind::udp, .source = address("127.0.0.1")})) {}
    [[nodiscard]] std::string name() const {
        return "127.0.0.1:" + std::to_string(socket_->local_port().value_or(0));
    }
    [[nodiscard]] std::size_t questions() {
        std::size_t count = 0;
        while (const auto pass = socket_->receive()) {
            count += pass->datagrams.size();
            if (!pass->more) break;
        }
        return count;
    }

  private:
    io_result<probe_socket> socket_;
};

TEST(silence_of_the_server, is_timed_out) {
    const silent_server server;
    resolver names({.servers = {server.name()},
                    .hosts_file = "/nonexistent",
                    .timeout = milliseconds(50),
                    .tries = 2});
    const auto got = names.resolve_now("example.net", family_choice::v4, mono_now() + seconds(10));
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().failure, resolve_failure::timed_out);
}

TEST(deadline_of_the_caller, ends_a_lookup_before_the_servers_time_is_up) {
    const silent_server server;
    resolver names(
        {.servers = {server.name()}, .hosts_file = "/nonexistent", .timeout = seconds(60)});
    const mono_time before = mono_now();
    const auto got = names.resolve_now("example.net", family_choice::v4, before + milliseconds(50));
    EXPECT_EQ(got.error().failure, resolve_failure::timed_out);
    EXPECT_LT(mono_now() - before, seconds(20));
    EXPECT_FALSE(names.is_busy());
}

TEST(questions, beyond_the_bound_wait_and_every_one_can_be_cancelled) {
    silent_server server;
    resolver names(
        {.servers = {server.name()}, .hosts_file = "/nonexistent", .timeout = seconds(60)});
    std::vector<lookup_id> ids;
    for (std::uint32_t i = 0; i < 300; ++i) {
        ids.push_back(names.reverse(ipv4_address{0xc0000200 + i}, mono_now()));
    }
    EXPECT_EQ(names.in_flight(), 256U);
    EXPECT_EQ(server.questions(), 256U);
    names.cancel(ids[0]);
    names.cancel(ids[299]);
    EXPECT_EQ(names.next_answer()->names.error().failure, resolve_failure::cancelled);
    EXPECT_EQ(names.next_answer()->id, ids[299]);
    names.cancel_all();
    std::size_t answers = 0;
    while (const auto answer = names.next_answer()) {
        EXPECT_EQ(answer->names.error().failure, resolve_failure::cancelled);
        ++answers;
    }
    EXPECT_EQ(answers, 298U);
    EXPECT_FALSE(names.is_busy());
}

TEST(resolver, may_end_with_questions_under_way) {
    const silent_server server;
    resolver names({.servers = {server.name()}, .hosts_file = "/nonexistent"});
    for (std::uint32_t i = 0; i < 300; ++i) names.reverse(ipv4_address{i}, mono_now());
    EXPECT_TRUE(names.is_busy());
    EXPECT_FALSE(names.descriptors().empty());
    EXPECT_LT(names.next_deadline(mono_now()), mono_time::max());
}

// dnsmasq, which becomes a daemon when it is ready to answer.
class dns_server {
  public:
    explicit dns_server(const std::string& options)
        : pid_file_(::testing::TempDir() + "sonde_dns_" + std::to_string(::getpid())) {
        running = testing::run_shell(
            "command -v dnsmasq >/dev/null\n"
            "dnsmasq --conf-file=/dev/null --port=5399 --listen-address=127.0.0.1 "
            "--bind-interfaces --no-resolv "
            "--no-hosts --user=root --pid-file=" +
            pid_file_ + " " + options);
    }
    ~dns_server() {
        pid_t pid = 0;
        std::ifstream(pid_file_) >> pid;
        if (running && pid > 0) ::kill(pid, SIGTERM);
        ::unlink(pid_file_.c_str());
    }
    dns_server(const dns_server&) = delete;
    dns_server& operator=(const dns_server&) = delete;
    bool running = false;

  private:
    std::string pid_file_;
};

resolver_options of_dnsmasq() {
    return {.servers = {"127.0.0.1:5399"}, .hosts_file = "/nonexistent"};
}

TEST(dnsmasq, is_asked_forward_and_back_and_each_failure_has_its_type) {
    const bool permitted = testing::in_namespace([] {
        const dns_server server(
            "--host-record=both.example,192.0.2.7,2001:db8::7 --host-record=four.example,192.0.2.4 "
            "--address=/many.example/192.0.2.21 --local=/example/ --local-ttl=60 "
            "--ptr-record=9.2.0.192.in-addr.arpa,nine.example");
        if (!server.running)
            GTEST_SKIP() << "dnsmasq is not installed: install dnsmasq-base to resolve against a "
                            "real server";
        resolver names(of_dnsmasq());
        const auto ask = [&](const char* name, family_choice family) {
            return names.resolve_now(name, family, mono_now() + seconds(10));
        };
        auto both = ask("both.example", family_choice::any);
        ASSERT_TRUE(both) << describe(both.error());
        std::sort(both->begin(), both->end());
        EXPECT_EQ(*both, (std::vector{address("2001:db8::7"), address("192.0.2.7")}));
        EXPECT_EQ(ask("both.example", family_choice::v6), std::vector{address("2001:db8::7")});
        EXPECT_EQ(ask("both.example", family_choice::v4), std::vector{address("192.0.2.7")});
        EXPECT_EQ(ask("four.example", family_choice::v6).error().failure,
                  resolve_failure::no_such_family);
        EXPECT_EQ(ask("none.example", family_choice::any).error().failure,
                  resolve_failure::not_found);
        EXPECT_EQ(ask("elsewhere.test", family_choice::any).error().failure,
                  resolve_failure::server_failure);
        names.reverse(address("192.0.2.9"), mono_now());
        names.reverse(address("192.0.2.77"), mono_now());
        ASSERT_TRUE(names.run_until_done(mono_now() + seconds(10)));
        std::map<std::string, lookup_answer> answers;
        while (auto answer = names.next_answer()) answers[answer->question] = *answer;
        EXPECT_EQ(answers["192.0.2.9"].names, std::vector<std::string>{"nine.example"});
        EXPECT_TRUE(answers["192.0.2.9"].from_network);
        EXPECT_FALSE(answers["192.0.2.77"].names);
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
}

TEST(cache, answers_again_until_the_time_to_live_is_over_failures_too) {
    const bool permitted = testing::in_namespace([] {
        const dns_server server("--host-record=four.example,192.0.2.4,60 --local=/example/");
        if (!server.running)
            GTEST_SKIP() << "dnsmasq is not installed: install dnsmasq-base to resolve against a "
                            "real server";
        resolver names(of_dnsmasq());
        const mono_time start = mono_now();
        const auto from_network = [&](const char* name, mono_time now) {
            names.forward(name, family_choice::v4, now);
            static_cast<void>(names.run_until_done(mono_now() + seconds(10)));
            return names.next_answer()->from_network;
        };
        EXPECT_TRUE(from_network("four.example", start));
        EXPECT_FALSE(from_network("FOUR.example", start + seconds(59)));
        EXPECT_TRUE(from_network("four.example", start + seconds(62)));
        EXPECT_TRUE(from_network("none.example", start));
        EXPECT_FALSE(from_network("none.example", start + seconds(29)));
        EXPECT_TRUE(from_network("none.example", start + seconds(32)));
    });
    if (!permitted) GTEST_SKIP() << testing::needs_namespaces;
}

// Answers every question by a PTR record whose name would take over a terminal.
TEST(hostile_ptr_records, come_through_as_the_octets_that_they_are) {
    auto server = probe_socket::open({.kind = socket_kind::udp, .source = address("127.0.0.1")});
    ASSERT_TRUE(server);
    resolver names({.servers = {"127.0.0.1:" + std::to_string(server->local_port().value_or(0))},
                    .hosts_file = "/nonexistent"});
    names.reverse(address("192.0.2.7"), mono_now());
    ASSERT_TRUE(server->wait(seconds(5)).value_or(false));
    const auto asked = server->receive();
    ASSERT_EQ(asked->datagrams.size(), 1U);
    const bytes_view question = asked->datagrams[0].octets;
    std::vector<std::uint8_t> reply(question.begin(), question.end());
    const std::vector<std::uint8_t> record{0xc0, 12, 0,    12,  0,   1,   0,   0, 0,   60, 0,
                                           9,    7,  0x1b, ']', '0', ';', 'x', 7, '"', 0};
    reply[2] |= 0x80;
    put_be16_at(reply, 6, 1);
    put_be16_at(reply, 10, 0);  // the question's EDNS record, if any, is left out
    reply.resize(12 + 24 + 4);  // header, "7.2.0.192.in-addr.arpa", type and class
    reply.insert(reply.end(), record.begin(), record.end());
    const outgoing answer{.octets = reply, .destination = asked->datagrams[0].source};
    ASSERT_FALSE(server->send({&answer, 1})[0].error);
    ASSERT_TRUE(names.run_until_done(mono_now() + seconds(5)));
    const auto got = names.next_answer();
    ASSERT_TRUE(got && got->names) << describe(got->names.error());
    EXPECT_EQ(got->names->at(0), "\x1b]0;x\a\"");
}

}  // namespace
}  // namespace sonde
