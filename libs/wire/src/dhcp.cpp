#include <algorithm>

#include <sonde/wire/application/dhcp.hpp>

namespace sonde::inline v0 {

std::string_view to_string(dhcp_op op) noexcept {
    switch (op) {
        case dhcp_op::request:
            return "request";
        case dhcp_op::reply:
            return "reply";
    }
    return {};
}

namespace detail {

std::string_view dhcp_op_field_name(std::uint64_t value) noexcept {
    return to_string(dhcp_op(static_cast<std::uint8_t>(value)));
}

dhcp_option_places dhcp_places(bytes_view message) noexcept {
    constexpr unsigned in_file = 1;  // RFC 2132 s9.3
    constexpr unsigned in_sname = 2;
    constexpr std::size_t options_offset = dhcp::header_len + 4;
    constexpr std::size_t file_offset = 108;
    constexpr std::size_t sname_offset = 44;
    dhcp_option_places places;
    const auto add = [&](std::size_t offset, std::size_t len) {
        places.octets[places.count] = message.subspan(offset, len);
        places.offsets[places.count++] = offset;
    };
    if (message.size() < options_offset ||
        be32_at(message, dhcp::header_len) != dhcp::magic_cookie) {
        return places;
    }
    add(options_offset, message.size() - options_offset);
    unsigned overload = 0;
    for (const dhcp_option& option : dhcp_option_list(places.octets[0])) {
        if (option.code() == dhcp_option_code::end) break;
        if (option.code() == dhcp_option_code::option_overload) {
            overload = option.number().value_or(0);
            break;
        }
    }
    if (overload > (in_file | in_sname)) overload = 0;
    if ((overload & in_file) != 0) add(file_offset, 128);
    if ((overload & in_sname) != 0) add(sname_offset, 64);
    return places;
}

std::optional<std::size_t> dhcp_gather(bytes_view message, dhcp_option_code code,
                                       bytes_mut room) noexcept {
    const auto seen = dhcp::view::parse(message);
    if (!seen) return std::nullopt;
    bool found = false;
    std::size_t len = 0;
    seen->for_each_option([&](const dhcp_option& option) {
        if (option.code() != code) return;
        found = true;
        const bytes_mut left = room.subspan(std::min(len, room.size()));
        copy_octets(left, option.data().first(std::min(option.data().size(), left.size())));
        len += option.data().size();
    });
    return found ? std::optional(len) : std::nullopt;
}

}  // namespace detail

result<dhcp> dhcp::read(view v) noexcept {
    dhcp made{.op = v.op(),
              .htype = v.htype(),
              .hlen = v.hlen(),
              .hops = v.hops(),
              .xid = v.xid(),
              .secs = v.secs(),
              .flags = v.flags(),
              .ciaddr = v.ciaddr(),
              .yiaddr = v.yiaddr(),
              .siaddr = v.siaddr(),
              .giaddr = v.giaddr(),
              .has_magic_cookie = v.has_magic_cookie(),
              .options = v.vendor_area().subspan(v.has_magic_cookie() ? 4 : 0)};
    copy_octets(made.chaddr, v.chaddr());
    copy_octets(made.sname, v.sname());
    copy_octets(made.file, v.file());
    return made;
}

void dhcp::emit(bytes_mut out) const noexcept {
    const auto head = out.first<header_len>();
    head[0] = static_cast<std::uint8_t>(op);
    head[1] = htype;
    head[2] = hlen;
    head[3] = hops;
    put_be32<4>(head, xid);
    put_be16<8>(head, secs);
    put_be16<10>(head, flags);
    put_be32<12>(head, ciaddr.value);
    put_be32<16>(head, yiaddr.value);
    put_be32<20>(head, siaddr.value);
    put_be32<24>(head, giaddr.value);
    copy_octets(head.subspan<28>(), chaddr);
    copy_octets(head.subspan<44>(), sname);
    copy_octets(head.subspan<108>(), file);
    bytes_mut rest = out.subspan(header_len);
    if (has_magic_cookie) {
        put_be32_at(rest, 0, magic_cookie);
        rest = rest.subspan(4);
    }
    copy_octets(rest, options);
}

bool is_answer(dhcp::view answer, dhcp::view question) noexcept {
    return question.op() == dhcp_op::request && answer.op() == dhcp_op::reply &&
           answer.xid() == question.xid();
}

}  // namespace sonde::inline v0
