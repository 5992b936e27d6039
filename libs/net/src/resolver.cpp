#include <algorithm>
#include <ares.h>
#include <arpa/nameser.h>
#include <cerrno>
#include <deque>
#include <memory>
#include <sys/uio.h>
#include <unordered_map>
#include <utility>

#include <sonde/net/clock.hpp>
#include <sonde/net/interfaces.hpp>
#include <sonde/net/resolver.hpp>

#include "hosts_file.hpp"
#include "ptr_answer.hpp"
#include "socket_address.hpp"

namespace sonde::inline v0 {
namespace {

// c-ares reaches the kernel through our table too. Its sockets must not block.
const system_calls& table_of(void* user) noexcept {
    return *static_cast<const system_calls*>(user);
}

constexpr ares_socket_functions socket_functions{
    .asocket = [](int domain, int type, int protocol, void* user) -> ares_socket_t {
        return table_of(user).socket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
    },
    .aclose = [](ares_socket_t number, void* user) { return table_of(user).close(number); },
    .aconnect = [](ares_socket_t number, const sockaddr* to, ares_socklen_t len,
                   void* user) { return table_of(user).connect(number, to, len); },
    .arecvfrom = [](ares_socket_t number, void* out, std::size_t len, int flags, sockaddr* from,
                    ares_socklen_t* from_len, void* user) -> ares_ssize_t {
        iovec room{out, len};
        msghdr message{};
        message.msg_iov = &room;
        message.msg_iovlen = 1;
        message.msg_name = from;
        message.msg_namelen = from_len != nullptr ? *from_len : 0;
        const ssize_t got = table_of(user).recvmsg(number, &message, flags);
        if (got >= 0 && from_len != nullptr) *from_len = message.msg_namelen;
        return got;
    },
    .asendv = [](ares_socket_t number, const iovec* pieces, int count, void* user) -> ares_ssize_t {
        msghdr message{};
        message.msg_iov = const_cast<iovec*>(pieces);  // the kernel only reads from it
        message.msg_iovlen = static_cast<std::size_t>(count);
        return table_of(user).sendmsg(number, &message, MSG_NOSIGNAL);
    },
};

resolve_failure failure_of(int status, bool is_reverse) noexcept {
    switch (status) {
        case ARES_ENODATA:
            return is_reverse ? resolve_failure::not_found : resolve_failure::no_such_family;
        case ARES_ENOTFOUND:
            return resolve_failure::not_found;
        case ARES_ETIMEOUT:
            return resolve_failure::timed_out;
        case ARES_ECANCELLED:
        case ARES_EDESTRUCTION:
            return resolve_failure::cancelled;
        case ARES_EBADNAME:
        case ARES_EBADSTR:
            return resolve_failure::bad_name;
        default:
            return resolve_failure::server_failure;
    }
}

int kernel_family(family_choice family) noexcept {
    switch (family) {
        case family_choice::any:
            break;
        case family_choice::v4:
            return AF_INET;
        case family_choice::v6:
            return AF_INET6;
    }
    return AF_UNSPEC;
}

bool is_localhost(const std::string& folded) noexcept {
    return folded == "localhost" || folded.ends_with(".localhost");
}

// The loopback addresses that a family choice allows.
std::vector<ip_address> loopback_addresses(family_choice family) {
    std::vector<ip_address> made;
    ipv6_address loopback;
    loopback.octets[15] = 1;
    for (const ip_address& each : {ip_address(ipv4_address{0x7f000001}), ip_address(loopback)}) {
        if (detail::fits(family, each)) made.push_back(each);
    }
    return made;
}

constexpr std::chrono::seconds ttl_min{1};  // a name with TTL 0 is asked for once a second at most

// Answers by question, the oldest pushed out first.
class answer_cache {
  public:
    explicit answer_cache(std::size_t len_max) : len_max_(len_max) {}

    [[nodiscard]] const lookup_answer* find(const std::string& key, mono_time now) {
        const auto at = kept_.find(key);
        return at != kept_.end() && now < at->second.until ? &at->second.answer : nullptr;
    }
    void keep(const std::string& key, const lookup_answer& answer, mono_time until) {
        if (len_max_ == 0) return;
        const bool is_new = kept_.insert_or_assign(key, entry{answer, until}).second;
        if (!is_new) return;
        order_.push_back(key);
        if (order_.size() <= len_max_) return;
        kept_.erase(order_.front());
        order_.pop_front();
    }

  private:
    struct entry {
        lookup_answer answer;
        mono_time until;
    };
    std::size_t len_max_;
    std::unordered_map<std::string, entry> kept_;
    std::deque<std::string> order_;
};

}  // namespace

struct resolver::state {
    // A question on its way, or waiting for its turn.
    struct lookup {
        state* owner = nullptr;
        lookup_id id{};
        std::string question;
        std::string key;  // of the cache
        family_choice family = family_choice::any;
        ip_address address{};  // of a reverse lookup
        bool is_reverse = false;
        bool is_cancelled = false;  // already answered so; c-ares cannot drop a single question
    };
    struct channel_end {
        void operator()(ares_channel ended) const noexcept { ares_destroy(ended); }
    };

    state(resolver_options wanted, const system_calls& table)
        : options(std::move(wanted)),
          calls(&table),
          hosts(options.hosts_file, table),
          cache(options.cache_max) {}
    state(const state&) = delete;
    state& operator=(const state&) = delete;
    ~state() {
        is_ending = true;
        channel.reset();  // calls every callback a last time
    }

    [[nodiscard]] bool start_channel();
    [[nodiscard]] std::optional<lookup_answer> answer_at_once(const lookup& asked, mono_time now);
    lookup_id ask(lookup asked, mono_time now);
    void start_waiting();
    void start(std::unique_ptr<lookup> next);
    void finish(lookup* done, lookup_answer answer, std::chrono::seconds ttl);
    static lookup_answer failed(const lookup& asked, resolve_failure why);
    static void on_addresses(void* user, int status, int timeouts, ares_addrinfo* found);
    static void on_names(void* user, int status, int timeouts, unsigned char* message, int len);
    static void on_socket_state(void* user, ares_socket_t number, int readable, int writable);

    resolver_options options;
    const system_calls* calls;
    detail::hosts_file hosts;
    answer_cache cache;
    std::deque<lookup_answer> answers;
    std::deque<std::unique_ptr<lookup>> waiting;
    std::unordered_map<lookup*, std::unique_ptr<lookup>> under_way;
    std::size_t cancelled_under_way = 0;
    std::vector<watched_descriptor> watched;
    std::uint64_t next_id = 1;
    mono_time latest{};  // the last time that anybody told
    bool is_ending = false;
    std::unique_ptr<ares_channeldata, channel_end> channel;  // last: its end uses what is above
};

bool resolver::state::start_channel() {
    if (channel) return true;
    ares_options wanted{};
    std::string dns_only = "b";  // the hosts file is read here
    wanted.lookups = dns_only.data();
    wanted.timeout = static_cast<int>(options.timeout.count());
    wanted.tries = options.tries;
    wanted.sock_state_cb = on_socket_state;
    wanted.sock_state_cb_data = this;
    ares_channel made = nullptr;
    const int mask =
        ARES_OPT_LOOKUPS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB;
    if (ares_init_options(&made, &wanted, mask) != ARES_SUCCESS) return false;
    channel.reset(made);
    ares_set_socket_functions(made, &socket_functions, const_cast<system_calls*>(calls));
    if (options.servers.empty()) return true;
    std::string list;
    for (const auto& server : options.servers) list += (list.empty() ? "" : ",") + server;
    if (ares_set_servers_ports_csv(made, list.c_str()) == ARES_SUCCESS) return true;
    channel.reset();
    return false;
}

lookup_answer resolver::state::failed(const lookup& asked, resolve_failure why) {
    lookup_answer made{.id = asked.id, .question = asked.question, .is_reverse = asked.is_reverse};
    made.addresses = tl::unexpected(resolve_error{why, asked.question});
    made.names = tl::unexpected(resolve_error{why, asked.question});
    return made;
}

std::optional<lookup_answer> resolver::state::answer_at_once(const lookup& asked, mono_time now) {
    lookup_answer made{.id = asked.id, .question = asked.question, .is_reverse = asked.is_reverse};
    if (asked.is_reverse) {
        made.names = hosts.names_of(asked.address, now);
        if (!made.names->empty()) return made;
    } else {
        if (is_ipv4(asked.question) || is_ipv6(asked.question)) {
            const auto numeric = parse_scoped_address(asked.question, *calls);
            if (!numeric) return failed(asked, resolve_failure::bad_name);
            if (!detail::fits(asked.family, *numeric))
                return failed(asked, resolve_failure::no_such_family);
            made.addresses->push_back(*numeric);
            return made;
        }
        if (!is_hostname(asked.question)) return failed(asked, resolve_failure::bad_name);
        const std::string folded = detail::folded_name(asked.question);
        made.addresses = hosts.addresses_of(folded, asked.family, now);
        if (made.addresses->empty() && is_localhost(folded))
            made.addresses = loopback_addresses(asked.family);
        if (!made.addresses->empty()) return made;
    }
    if (const lookup_answer* kept = cache.find(asked.key, now)) {
        made.addresses = kept->addresses;
        made.names = kept->names;
        return made;
    }
    return std::nullopt;
}

lookup_id resolver::state::ask(lookup asked, mono_time now) {
    latest = now;
    asked.owner = this;
    asked.id = {next_id++};
    const lookup_id id = asked.id;
    if (auto known = answer_at_once(asked, now)) {
        answers.push_back(std::move(*known));
    } else {
        waiting.push_back(std::make_unique<lookup>(std::move(asked)));
        start_waiting();
    }
    return id;
}

// Never called from a callback of c-ares: a question may be answered before it returns.
void resolver::state::start_waiting() {
    while (!waiting.empty() && under_way.size() < options.in_flight_max) {
        auto next = std::move(waiting.front());
        waiting.pop_front();
        if (start_channel()) {
            start(std::move(next));
        } else {
            answers.push_back(failed(*next, resolve_failure::cannot_start));
        }
    }
}

void resolver::state::start(std::unique_ptr<lookup> next) {
    lookup* asked = next.get();
    under_way.emplace(asked, std::move(next));
    if (asked->is_reverse) {
        const std::string question = detail::reverse_question(asked->address);
        ares_query(channel.get(), question.c_str(), ns_c_in, ns_t_ptr, on_names, asked);
        return;
    }
    ares_addrinfo_hints hints{};
    hints.ai_family = kernel_family(asked->family);
    ares_getaddrinfo(channel.get(), asked->question.c_str(), nullptr, &hints, on_addresses, asked);
}

void resolver::state::finish(lookup* done, lookup_answer answer, std::chrono::seconds ttl) {
    const auto at = under_way.find(done);
    if (ttl > std::chrono::seconds::zero()) {
        cache.keep(done->key,
                   answer,
                   latest + std::clamp(ttl, ttl_min, std::max(ttl_min, options.ttl_max)));
    }
    if (done->is_cancelled) {
        --cancelled_under_way;
    } else {
        answers.push_back(std::move(answer));
    }
    under_way.erase(at);
}

void resolver::state::on_addresses(void* user, int status, int, ares_addrinfo* found) {
    auto* asked = static_cast<lookup*>(user);
    state& self = *asked->owner;
    const std::unique_ptr<ares_addrinfo, void (*)(ares_addrinfo*)> owner(found, ares_freeaddrinfo);
    if (self.is_ending) return;
    lookup_answer made = failed(*asked, failure_of(status, false));
    made.from_network = true;
    std::chrono::seconds ttl = self.options.ttl_max;
    std::vector<ip_address> addresses;
    for (const ares_addrinfo_node* node = found != nullptr ? found->nodes : nullptr;
         node != nullptr;
         node = node->ai_next) {
        const auto seen = detail::read_endpoint(node->ai_addr, node->ai_addrlen);
        if (!seen || !detail::fits(asked->family, seen->address)) continue;
        ttl = std::min(ttl, std::max(ttl_min, std::chrono::seconds(node->ai_ttl)));
        addresses.push_back(seen->address);
    }
    if (status == ARES_SUCCESS && addresses.empty())
        made = failed(*asked, resolve_failure::no_such_family);
    if (!addresses.empty()) made.addresses = std::move(addresses);
    const bool is_lasting = made.addresses || status == ARES_ENOTFOUND || status == ARES_ENODATA;
    if (!made.addresses)
        ttl = is_lasting ? self.options.negative_ttl : std::chrono::seconds::zero();
    self.finish(asked, std::move(made), ttl);
}

void resolver::state::on_names(void* user, int status, int, unsigned char* message, int len) {
    auto* asked = static_cast<lookup*>(user);
    state& self = *asked->owner;
    if (self.is_ending) return;
    lookup_answer made = failed(*asked, failure_of(status, true));
    made.from_network = true;
    const bool is_lasting = status == ARES_ENOTFOUND || status == ARES_ENODATA;
    std::chrono::seconds ttl =
        is_lasting ? self.options.negative_ttl : std::chrono::seconds::zero();
    if (status == ARES_SUCCESS && message != nullptr && len > 0) {
        auto seen = detail::read_ptr_answer(bytes_view(message, static_cast<std::size_t>(len)));
        if (seen.names.empty()) {
            made.names =
                tl::unexpected(resolve_error{resolve_failure::server_failure, asked->question});
        } else {
            ttl = std::max(ttl_min, seen.ttl);
            made.names = std::move(seen.names);
        }
    }
    self.finish(asked, std::move(made), ttl);
}

void resolver::state::on_socket_state(void* user, ares_socket_t number, int readable,
                                      int writable) {
    state& self = *static_cast<state*>(user);
    std::erase_if(self.watched,
                  [&](const watched_descriptor& each) { return each.descriptor == number; });
    if (readable != 0 || writable != 0)
        self.watched.push_back({number, readable != 0, writable != 0});
}

resolver::resolver(resolver_options options, const system_calls& calls)
    : state_(std::make_unique<state>(std::move(options), calls)) {}
resolver::resolver(resolver&&) noexcept = default;
resolver& resolver::operator=(resolver&&) noexcept = default;
resolver::~resolver() = default;

lookup_id resolver::forward(std::string_view name, family_choice family, mono_time now) {
    state::lookup asked;
    asked.question = std::string(name);
    asked.family = family;
    const char mark = family == family_choice::any ? '*' : family == family_choice::v4 ? '4' : '6';
    asked.key = mark + detail::folded_name(name);
    return state_->ask(std::move(asked), now);
}

lookup_id resolver::reverse(const ip_address& address, mono_time now) {
    state::lookup asked;
    asked.question = to_string(address);
    asked.key = "<" + asked.question;
    asked.address = address;
    asked.is_reverse = true;
    return state_->ask(std::move(asked), now);
}

void resolver::cancel(lookup_id id) {
    state& self = *state_;
    const auto waits = std::find_if(
        self.waiting.begin(), self.waiting.end(), [&](const auto& each) { return each->id == id; });
    if (waits != self.waiting.end()) {
        self.answers.push_back(state::failed(**waits, resolve_failure::cancelled));
        self.waiting.erase(waits);
        return;
    }
    for (const auto& [asked, owner] : self.under_way) {
        if (asked->id != id || asked->is_cancelled) continue;
        asked->is_cancelled = true;
        ++self.cancelled_under_way;
        self.answers.push_back(state::failed(*asked, resolve_failure::cancelled));
    }
}

void resolver::cancel_all() {
    state& self = *state_;
    for (const auto& each : std::exchange(self.waiting, {})) {
        self.answers.push_back(state::failed(*each, resolve_failure::cancelled));
    }
    if (self.channel) ares_cancel(self.channel.get());
}

std::optional<lookup_answer> resolver::next_answer() {
    if (state_->answers.empty()) return std::nullopt;
    lookup_answer next = std::move(state_->answers.front());
    state_->answers.pop_front();
    return next;
}

std::vector<watched_descriptor> resolver::descriptors() const { return state_->watched; }

mono_time resolver::next_deadline(mono_time now) const {
    timeval room{};
    const timeval* left =
        state_->channel ? ares_timeout(state_->channel.get(), nullptr, &room) : nullptr;
    if (left == nullptr) return mono_time::max();
    // Rounded up: c-ares counts in milliseconds and would not be late yet.
    return now + std::chrono::seconds(left->tv_sec) + std::chrono::microseconds(left->tv_usec) +
           std::chrono::milliseconds(1);
}

void resolver::process(const std::vector<watched_descriptor>& ready, mono_time now) {
    state& self = *state_;
    self.latest = now;
    if (self.channel) {
        for (const auto& each : ready) {
            ares_process_fd(self.channel.get(),
                            each.readable ? each.descriptor : ARES_SOCKET_BAD,
                            each.writable ? each.descriptor : ARES_SOCKET_BAD);
        }
        ares_process_fd(self.channel.get(), ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    }
    self.start_waiting();
}

bool resolver::is_busy() const noexcept {
    return !state_->waiting.empty() || state_->under_way.size() > state_->cancelled_under_way;
}

std::size_t resolver::in_flight() const noexcept { return state_->under_way.size(); }

io_result<void> resolver::run_until_done(mono_time deadline) {
    const system_calls& calls = *state_->calls;
    while (is_busy()) {
        const mono_time now = mono_now(calls);
        if (now >= deadline) break;
        const nanoseconds left = std::min(deadline, next_deadline(now)) - now;
        const auto whole = std::chrono::floor<std::chrono::seconds>(left);
        const timespec limit{.tv_sec = whole.count(), .tv_nsec = (left - whole).count()};
        std::vector<pollfd> polled;
        for (const auto& each : state_->watched) {
            const int events = (each.readable ? POLLIN : 0) | (each.writable ? POLLOUT : 0);
            polled.push_back({each.descriptor, static_cast<short>(events), 0});
        }
        if (calls.ppoll(polled.data(), polled.size(), &limit) < 0) {
            return tl::unexpected(os_error{"ppoll", errno});
        }
        std::vector<watched_descriptor> ready;
        for (const pollfd& each : polled) {
            // An error or a hang-up is heard by reading.
            const bool readable = (each.revents & (POLLIN | POLLERR | POLLHUP)) != 0;
            const bool writable = (each.revents & POLLOUT) != 0;
            if (readable || writable) ready.push_back({each.fd, readable, writable});
        }
        process(ready, mono_now(calls));
    }
    return {};
}

resolve_result<std::vector<ip_address>> resolver::resolve_now(std::string_view name,
                                                              family_choice family,
                                                              mono_time deadline) {
    state& self = *state_;
    const lookup_id id = forward(name, family, mono_now(*self.calls));
    const auto take = [&]() -> std::optional<lookup_answer> {
        const auto at = std::find_if(self.answers.begin(),
                                     self.answers.end(),
                                     [&](const auto& each) { return each.id == id; });
        if (at == self.answers.end()) return std::nullopt;
        lookup_answer taken = std::move(*at);
        self.answers.erase(at);
        return taken;
    };
    if (auto known = take()) return std::move(known->addresses);
    while (mono_now(*self.calls) < deadline) {
        const auto ran = run_until_done(deadline);
        if (auto done = take()) return std::move(done->addresses);
        if (!ran && ran.error().code != EINTR) break;
    }
    cancel(id);
    static_cast<void>(take());
    return tl::unexpected(resolve_error{resolve_failure::timed_out, std::string(name)});
}

}  // namespace sonde::inline v0
