// Watches the hosts that a file lists, one a line, for some seconds or until Ctrl-C: says who is up
// and who goes down, and how everybody was. The file may change meanwhile: hosts come and go.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iostream>
#include <map>
#include <string>

#include <sonde/sonde.hpp>

namespace {

using namespace std::chrono_literals;

class host_list {
  public:
    explicit host_list(std::string path) : path_(std::move(path)) {}

    sonde::many_ping_observer observer() {
        sonde::many_ping_observer made;
        made.started = [this](auto& run) {
            run.keep_open(true);  // it may have no host for a while
            read(run);
        };
        made.event = [this](auto& run, const auto& event) { see(run, event); };
        made.failed = [](auto&, auto, const std::string& why) { std::cout << why << std::endl; };
        made.progress_interval = 1s;
        made.progress = [this](auto& run) { read(run); };
        return made;
    }

  private:
    struct state {
        bool is_up = false;
        int misses = 0;  // in a row
    };

    // Whoever is new in the file is added, whoever is gone is removed.
    void read(sonde::many_ping_control& run) {
        std::map<std::string, sonde::target_index> now;
        std::ifstream file(path_);
        for (std::string name; file >> name;) {
            const auto known = hosts_.find(name);
            now[name] = known != hosts_.end() ? known->second : run.add(name);
        }
        for (const auto& [name, which] : hosts_) {
            if (!now.contains(name)) run.remove(which);
        }
        hosts_ = std::move(now);
    }

    // A host is down when three probes in a row had no answer.
    void see(sonde::many_ping_control& run, const sonde::probe_event& event) {
        if (event.target == sonde::no_target) return;
        state& host = states_[event.target];
        const bool is_echo = event.kind == sonde::event_kind::reply &&
                             event.record.reply.kind == sonde::answer_kind::echo_reply;
        host.misses = is_echo ? 0 : host.misses + 1;
        if (is_echo && !host.is_up) say(run, event.target, host.is_up = true);
        if (host.misses == 3) say(run, event.target, host.is_up = false);
    }

    static void say(sonde::many_ping_control& run, sonde::target_index which, bool is_up) {
        std::cout << run.text(which) << (is_up ? " is up" : " is down") << std::endl;
    }

    std::string path_;
    std::map<std::string, sonde::target_index> hosts_;
    std::map<sonde::target_index, state> states_;
};

void print(const sonde::many_ping_result& result) {
    for (const auto& host : result.targets) {
        if (!host.result) continue;
        const auto mean = std::chrono::duration<double, std::milli>(host.result->rtt.mean());
        std::cout << host.target << ": " << host.result->counts.received << " of "
                  << host.result->counts.sent << " answered, mean " << mean.count() << " ms\n";
    }
    std::cout << result.totals.dropped_here << " answers were lost on this machine\n";
}

sonde::client* running = nullptr;  // for the signal handler

}  // namespace

int main(int argc, char** argv) try {
    if (argc < 2) {
        std::cerr << "usage: monitor_hosts FILE [SECONDS]\n";
        return 2;
    }
    sonde::client client;
    running = &client;
    std::signal(SIGINT, [](int) { running->stop(); });

    sonde::many_ping_options options{.count = {}, .interval = 100ms, .timeout = 500ms};
    if (argc > 2) options.deadline = std::chrono::seconds(std::stoi(argv[2]));
    host_list hosts(argv[1]);
    print(client.ping_all(std::vector<sonde::target>{}, options, hosts.observer()));
    return 0;
} catch (const sonde::error& error) {
    std::cerr << error.what() << '\n';
    return 2;
}
