/// sonde dissect --follow: what both ends of one TCP connection said.
#include <algorithm>
#include <charconv>
#include <memory>

#include <fmt/format.h>

#include <sonde/packet/ip_reassembler.hpp>
#include <sonde/packet/packet.hpp>
#include <sonde/packet/tcp_follower.hpp>

#include "conversation.hpp"
#include "dissect.hpp"

namespace sonde::cli {
namespace {

using turn = tcp_follower::turn;

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t made = 0;
    const char* const end = std::to_address(text.end());
    const auto [stopped, error] = std::from_chars(std::to_address(text.begin()), end, made);
    if (text.empty() || error != std::errc{} || stopped != end) return std::nullopt;
    return made;
}

// "192.0.2.1:80" or "[2001:db8::1]:80".
std::optional<tcp_endpoint> endpoint(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto port = number(text.substr(colon + 1));
    std::string_view host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    const auto address = ip_address::parse(host);
    if (!address || !port || *port > UINT16_MAX) return std::nullopt;
    return tcp_endpoint{*address, static_cast<std::uint16_t>(*port)};
}

std::optional<tcp_follower> follower_for(std::string_view text) {
    if (const auto which = number(text)) return tcp_follower(*which);
    const auto comma = text.find(',');
    if (comma == std::string_view::npos) return std::nullopt;
    const auto one = endpoint(text.substr(0, comma));
    const auto other = endpoint(text.substr(comma + 1));
    if (!one || !other) return std::nullopt;
    return tcp_follower(*one, *other);
}

/// Datagrams of frames, whole again, to the streams in them.
class stream_reader {
  public:
    explicit stream_reader(tcp_follower& to) noexcept : to_(to) {}

    void accept(const record& packet) {
        const sonde::packet seen(packet.octets, static_cast<link_type>(packet.link_type));
        bytes_view datagram;
        if (const auto v4 = seen.get<ipv4>()) datagram = v4->octets();
        if (const auto v6 = seen.get<ipv6>()) datagram = v6->octets();
        if (datagram.empty()) return;
        // Files may go back in time, engines may not.
        now_ = std::max(now_, mono_time(packet.time.time_since_epoch()));
        fragments_.accept(datagram, now_, [this](const ip_reassembly_event& event) {
            if (event.kind == ip_reassembly_kind::whole) streams_.accept(event.octets, now_, to_);
        });
    }
    void finish() { streams_.flush(to_); }
    [[nodiscard]] std::uint64_t connections() const noexcept { return streams_.counters().opened; }

  private:
    tcp_follower& to_;
    ip_reassembler fragments_{};
    tcp_streams streams_{};
    mono_time now_{};
};

bool is_shown(std::uint8_t octet) noexcept {
    return (octet >= 0x20 && octet < 0x7f) || octet == '\n' || octet == '\t';
}

void append_text(std::string& out, bytes_view octets) {
    for (std::size_t i = 0; i < octets.size(); ++i) {
        const std::uint8_t octet = octets[i];
        const bool line_end = octet == '\r' && i + 1 < octets.size() && octets[i + 1] == '\n';
        if (!line_end) out += is_shown(octet) ? static_cast<char>(octet) : '.';
    }
    if (!octets.empty() && out.back() != '\n') out += '\n';
}

void append_hex(std::string& out, bytes_view octets, std::size_t offset) {
    constexpr std::size_t per_line = 16;
    for (std::size_t at = 0; at < octets.size(); at += per_line) {
        const bytes_view line = octets.subspan(at, std::min(per_line, octets.size() - at));
        out += fmt::format("  {:08x} ", offset + at);
        std::string text;
        for (std::size_t i = 0; i < per_line; ++i) {
            if (i % 8 == 0) out += ' ';
            out += i < line.size() ? fmt::format("{:02x} ", line[i]) : "   ";
            if (i < line.size()) {
                text += line[i] >= 0x20 && line[i] < 0x7f ? static_cast<char>(line[i]) : '.';
            }
        }
        out += ' ' + text + '\n';
    }
}

class stream_screen {
  public:
    stream_screen(const dissect_settings& settings, output& to)
        : form_(settings.follow_as), color_(wants_color(settings.color, to)), to_(to) {}

    void show(const tcp_follower& found) {
        if (form_ != stream_form::raw) {
            to_.write(fmt::format("{} > {}: {} octets, {} back\n",
                                  end_text(found.client()->address, found.client()->port),
                                  end_text(found.server()->address, found.server()->port),
                                  grouped(found.stream(tcp_direction::from_client).size()),
                                  grouped(found.stream(tcp_direction::from_server).size())));
        }
        for (const turn& one : found.turns()) show_turn(found, one);
    }

  private:
    void show_turn(const tcp_follower& found, const turn& one) {
        const bytes_view octets = found.stream(one.direction).subspan(one.offset, one.len);
        std::string out;
        const bool from_client = one.direction == tcp_direction::from_client;
        if (form_ == stream_form::raw) {
            for (const std::uint8_t octet : octets) out += static_cast<char>(octet);
            return to_.write(out);
        }
        if (color_) out += from_client ? "\033[31m" : "\033[34m";
        out += fmt::format(
            "--- from {}, {}", from_client ? "client" : "server", plural(one.len, "octet"));
        if (one.lost_before > 0) {
            out += fmt::format("; {} before it are missing", plural(one.lost_before, "octet"));
        }
        out += '\n';
        if (form_ == stream_form::text) append_text(out, octets);
        if (form_ == stream_form::hex) append_hex(out, octets, one.offset);
        if (color_) out += "\033[0m";
        to_.write(out);
    }

    stream_form form_;
    bool color_;
    output& to_;
};

}  // namespace

int follow_stream(const dissect_settings& settings, const dissect_inputs& inputs, packet_gate& gate,
                  file_run& run) {
    auto follower = follower_for(settings.follow);
    if (!follower) {
        run.complain("--follow needs a number from 0, or both ends: 192.0.2.1:1025,192.0.2.9:80");
        return run.exit_code();
    }
    stream_reader reader(*follower);
    for (const auto& path : inputs.files) {
        auto file = run.open(path);
        if (!file) continue;
        gate.restart();
        progress shown(run.to().err, path, *file);
        std::uint64_t passed = 0;
        for (std::uint64_t at = 1; const record* r = file->next(); ++at) {
            shown.step(*file);
            if (!gate.passes(*r, at)) continue;
            reader.accept(*r);
            if (settings.count && ++passed >= *settings.count) break;
        }
        if (gate.problem()) {
            run.complain(*gate.problem());
            return run.exit_code();
        }
        run.tell_stop(path, file->stopped());
    }
    reader.finish();
    if (!follower->was_seen() || !follower->client()) {
        run.complain("no such TCP connection; of those that passed there are " +
                         grouped(reader.connections()) + ", numbered from 0",
                     exit_damaged);
        return run.exit_code();
    }
    stream_screen(settings, run.to().out).show(*follower);
    if (!follower->is_complete()) {
        run.remark(plural(follower->left_out(), "octet") +
                   " more are not shown: that is the limit");
    }
    return run.exit_code();
}

}  // namespace sonde::cli
