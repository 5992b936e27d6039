#include <algorithm>

#include <sonde/wire/application/dns_name.hpp>

namespace sonde::inline v0 {
namespace {

parse_error error_at(parse_reason reason, std::size_t offset, std::size_t needed,
                     std::size_t have) noexcept {
    return {.reason = reason,
            .at = layer::dns,
            .offset_octets = static_cast<std::uint32_t>(offset),
            .needed_octets = static_cast<std::uint32_t>(needed),
            .have_octets = static_cast<std::uint32_t>(have)};
}

// Why there is no name at `offset`: the scan once more, slowly. Precondition: there is none.
parse_error why_no_name(bytes_view message, std::size_t offset) noexcept {
    std::size_t at = offset;
    std::size_t lowest = offset;
    std::size_t pointers = 0;
    std::size_t len = 1;
    while (at < message.size()) {
        const std::uint8_t octet = message[at];
        if (octet <= detail::dns_label_len_max) {
            len += octet + 1U;
            if (len > dns_name::wire_len_max)
                return error_at(parse_reason::bad_length, at, dns_name::wire_len_max, len);
            at += octet + 1U;
            continue;
        }
        if (octet < detail::dns_pointer_mark)
            return error_at(parse_reason::bad_value, at, dns_name::label_len_max, octet);
        if (at + 1 >= message.size()) return error_at(parse_reason::truncated, at, 2, 1);
        const std::size_t target = ((octet & 0x3fU) << 8) | message[at + 1];
        if (target >= lowest) return error_at(parse_reason::bad_value, at, lowest, target);
        if (++pointers > dns_name::pointers_max)
            return error_at(parse_reason::too_deep, at, dns_name::pointers_max, pointers);
        lowest = at = target;
    }
    return error_at(parse_reason::truncated,
                    offset,
                    at + 1 - offset,
                    message.size() - std::min(message.size(), offset));
}

constexpr std::uint8_t lower(std::uint8_t octet) noexcept {
    return octet >= 'A' && octet <= 'Z' ? static_cast<std::uint8_t>(octet + 32) : octet;
}

bool same_label(bytes_view a, bytes_view b) noexcept {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (lower(a[i]) != lower(b[i])) return false;
    }
    return true;
}

bool identical_label(bytes_view a, bytes_view b) noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

template <class SameLabel>
bool same_name(const dns_name& a, const dns_name& b, SameLabel same) noexcept {
    if (a.wire_len() != b.wire_len() || a.label_count() != b.label_count()) return false;
    auto other = b.labels().begin();
    for (const bytes_view label : a.labels()) {
        if (!same(label, *other)) return false;
        ++other;
    }
    return true;
}

// Takes one octet of a label from the front of `text`: as it stands, or escaped.
std::optional<std::uint8_t> take_octet(std::string_view& text) noexcept {
    const char first = text.front();
    text.remove_prefix(1);
    if (first != '\\') return static_cast<std::uint8_t>(first);
    if (text.empty()) return std::nullopt;
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (!is_digit(text.front())) {
        const char escaped = text.front();
        text.remove_prefix(1);
        return static_cast<std::uint8_t>(escaped);
    }
    if (text.size() < 3 || !is_digit(text[1]) || !is_digit(text[2])) return std::nullopt;
    const int value = (text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0');
    text.remove_prefix(3);
    if (value > 255) return std::nullopt;
    return static_cast<std::uint8_t>(value);
}

constexpr std::string_view name_specials = ".\\\"();@$";  // RFC 1035 s5.1

// The octets that stand for themselves.
constexpr auto name_plain = [] {
    std::array<bool, 256> plain{};
    for (std::size_t octet = 0x21; octet <= 0x7e; ++octet) {
        plain[octet] = name_specials.find(static_cast<char>(octet)) == std::string_view::npos;
    }
    return plain;
}();

}  // namespace

result<dns_name> dns_name::parse(bytes_view message, std::size_t offset,
                                 std::size_t limit) noexcept {
    const auto found = detail::scan_dns_name(message, offset);
    if (found.len == 0) return malformed(why_no_name(message, offset));
    if (found.end > limit) {
        parse_error over = error_at(
            parse_reason::truncated, offset, found.end - offset, limit - std::min(limit, offset));
        over.limit = limit_field::element_length;
        return malformed(over);
    }
    return dns_name(message, offset, found);
}

dns_name dns_name::parent(std::size_t count) const noexcept {
    dns_name above = *this;
    auto label = labels().begin();
    for (; count > 0; --count, ++label) {
        above.len_ = static_cast<std::uint8_t>(above.len_ - (*label).size() - 1);
        --above.labels_;
    }
    above.offset_ = static_cast<std::uint32_t>(label.offset());
    const auto found = detail::scan_dns_name(message_, above.offset_);
    above.end_ = found.end;
    above.compressed_ = found.compressed;
    return above;
}

void dns_name::emit(bytes_mut out) const noexcept {
    std::size_t at = 0;
    for (const bytes_view label : labels()) {
        out[at] = static_cast<std::uint8_t>(label.size());
        copy_octets(out.subspan(at + 1), label);
        at += label.size() + 1;
    }
    out[at] = 0;
}

std::string_view dns_name::text(std::span<char, text_len_max> room) const noexcept {
    std::size_t len = 0;
    if (is_root()) room[len++] = '.';
    for (const bytes_view label : labels()) {
        for (const std::uint8_t octet : label) {
            if (name_plain[octet]) {
                room[len++] = static_cast<char>(octet);
                continue;
            }
            text_room escape(std::span<char>(room).subspan(len));
            if (octet == ' ') {
                escape.put("\\032");  // printable, but it would part the name in two
            } else {
                escape.escaped(octet, name_specials);
            }
            len += escape.size();
        }
        room[len++] = '.';
    }
    return {room.data(), len};
}

void dns_name::put_text(text_room& out) const noexcept {
    std::array<char, text_len_max> room;  // NOLINT(cppcoreguidelines-pro-type-member-init)
    out.put(text(room));
}

bool dns_name::operator==(const dns_name& other) const noexcept {
    return same_name(*this, other, same_label);
}

bool dns_name::is_identical(const dns_name& other) const noexcept {
    return same_name(*this, other, identical_label);
}

bool dns_name::is_within(const dns_name& zone) const noexcept {
    if (zone.label_count() > label_count()) return false;
    return parent(label_count() - zone.label_count()) == zone;
}

bool dns_owned_name::append_label(bytes_view label) noexcept {
    if (label.empty() || label.size() > dns_name::label_len_max ||
        len_ + label.size() + 1 > octets_.size()) {
        return false;
    }
    const bytes_mut room = bytes_mut(octets_).subspan(len_ - 1);
    room[0] = static_cast<std::uint8_t>(label.size());
    copy_octets(room.subspan(1), label);
    room[label.size() + 1] = 0;
    len_ += label.size() + 1;
    return true;
}

std::optional<dns_owned_name> dns_owned_name::from_text(std::string_view text) noexcept {
    dns_owned_name made;
    if (text == ".") return made;
    while (!text.empty()) {
        std::array<std::uint8_t, dns_name::label_len_max> label{};
        std::size_t len = 0;
        while (!text.empty() && text.front() != '.') {
            const auto octet = take_octet(text);
            if (!octet || len == label.size()) return std::nullopt;
            label[len++] = *octet;
        }
        if (!text.empty()) text.remove_prefix(1);
        if (!made.append_label(bytes_view(label).first(len))) return std::nullopt;
    }
    return made;
}

dns_owned_name dns_owned_name::reverse_of(const ip_address& address) noexcept {
    std::array<char, 80> buffer{};
    text_room out(buffer);
    if (address.is_v4()) {
        for (int shift = 0; shift < 32; shift += 8) {
            out.number((address.v4().value >> shift) & 0xff).put('.');
        }
        out.put("in-addr.arpa");
    } else {
        for (std::size_t i = 16; i-- > 0;) {
            const std::uint8_t octet = address.v6().octets[i];
            constexpr std::string_view digits = "0123456789abcdef";
            out.put(digits[octet & 15]).put('.').put(digits[octet >> 4]).put('.');
        }
        out.put("ip6.arpa");
    }
    return from_text(out.text()).value_or(dns_owned_name{});
}

dns_name dns_owned_name::name() const noexcept {
    return dns_name::parse(octets(), 0).value_or(dns_name{});
}

}  // namespace sonde::inline v0
