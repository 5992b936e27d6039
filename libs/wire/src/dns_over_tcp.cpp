#include <sonde/wire/application/dns_over_tcp.hpp>

namespace sonde::inline v0 {

result<dns_tcp_message> dns_tcp_message::parse(bytes_view rest) noexcept {
    if (rest.size() < dns_over_tcp::header_len)
        return truncated(layer::dns_over_tcp, dns_over_tcp::header_len, rest.size());
    const std::size_t len = dns_over_tcp::header_len + be16_at(rest, 0);
    if (rest.size() < len) {
        return malformed({.reason = parse_reason::truncated,
                          .limit = limit_field::total_length,
                          .at = layer::dns_over_tcp,
                          .needed_octets = static_cast<std::uint32_t>(len),
                          .have_octets = static_cast<std::uint32_t>(rest.size())});
    }
    return dns_tcp_message(rest.first(len));
}

result<dns_over_tcp> dns_over_tcp::read(view v) noexcept {
    return dns_over_tcp{.length = v.length(), .message = v.payload(), .trailer = v.trailer()};
}

void dns_over_tcp::emit(bytes_mut out) const noexcept {
    put_be16_at(out, 0, length.value_or(static_cast<std::uint16_t>(message.size())));
    copy_octets(out.subspan(header_len), message);
    copy_octets(out.subspan(header_len + message.size()), trailer);
}

}  // namespace sonde::inline v0
