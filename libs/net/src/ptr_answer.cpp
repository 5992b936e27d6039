#include "ptr_answer.hpp"

#include <algorithm>
#include <optional>

namespace sonde::inline v0::detail {
namespace {

constexpr std::size_t header_len = 12;        // RFC 1035 s4.1.1
constexpr std::size_t record_fixed_len = 10;  // type, class, time to live, length: s4.1.3
constexpr std::size_t question_fixed_len = 4;
constexpr std::uint16_t type_ptr = 12;
constexpr std::size_t name_len_max = 255;  // s2.3.4
constexpr int jumps_max = 64;              // more than a name has labels: a loop

// Reads the name at `at` into `name` and moves `at` behind it. False: cut, too long, or a loop.
bool read_name(bytes_view message, std::size_t& at, std::string& name) {
    std::size_t cursor = at;
    bool jumped = false;
    for (int jumps = 0; jumps <= jumps_max;) {
        if (cursor >= message.size()) return false;
        const std::size_t len = message[cursor];
        if ((len & 0xc0) == 0xc0) {  // a pointer to an earlier name, s4.1.4
            if (cursor + 2 > message.size()) return false;
            if (!jumped) at = cursor + 2;
            jumped = true;
            ++jumps;
            cursor = be16_at(message, cursor) & 0x3fffU;
            continue;
        }
        if (len > 63 || cursor + 1 + len > message.size()) return false;
        if (len == 0) {
            if (!jumped) at = cursor + 1;
            return true;
        }
        if (!name.empty()) name += '.';
        for (const std::uint8_t octet : message.subspan(cursor + 1, len))
            name += static_cast<char>(octet);
        if (name.size() > name_len_max) return false;
        cursor += 1 + len;
    }
    return false;
}

}  // namespace

std::string reverse_question(const ip_address& address) {
    if (address.is_v4()) {
        std::string made;
        for (int shift = 0; shift < 32; shift += 8) {
            made += std::to_string((address.v4().value >> shift) & 0xff) + ".";
        }
        return made + "in-addr.arpa";
    }
    constexpr std::string_view digits = "0123456789abcdef";
    const auto octets = address.v6().octets;
    std::string made;
    for (auto octet = octets.rbegin(); octet != octets.rend(); ++octet) {
        for (const int digit : {*octet & 0x0f, *octet >> 4}) {
            made += digits[static_cast<std::size_t>(digit)];
            made += '.';
        }
    }
    return made + "ip6.arpa";
}

ptr_names read_ptr_answer(bytes_view message) {
    ptr_names out;
    if (message.size() < header_len) return out;
    const int questions = be16_at(message, 4);
    const int answers = be16_at(message, 6);
    std::size_t at = header_len;
    for (int i = 0; i < questions; ++i) {
        std::string ignored;
        if (!read_name(message, at, ignored)) return out;
        at += question_fixed_len;
    }
    for (int i = 0; i < answers; ++i) {
        std::string owner;
        if (!read_name(message, at, owner) || at + record_fixed_len > message.size()) return out;
        const std::uint16_t type = be16_at(message, at);
        const std::chrono::seconds ttl(be32_at(message, at + 4) & 0x7fffffff);  // RFC 2181 s8
        const std::size_t data_at = at + record_fixed_len;
        at = data_at + be16_at(message, at + 8);
        std::string name;
        std::size_t cursor = data_at;
        if (type != type_ptr || !read_name(message, cursor, name) || name.empty()) continue;
        out.ttl = out.names.empty() ? ttl : std::min(out.ttl, ttl);
        out.names.push_back(std::move(name));
    }
    return out;
}

}  // namespace sonde::inline v0::detail
