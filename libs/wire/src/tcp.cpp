#include <sonde/wire/transport/tcp.hpp>

namespace sonde::inline v0 {

std::string to_string(tcp_flags flags) {
    static constexpr std::array<std::string_view, 8> names{
        "fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr"};
    std::string out;
    for (std::size_t bit = 0; bit < names.size(); ++bit) {
        if (!has(flags, tcp_flags(static_cast<std::uint8_t>(1U << bit)))) continue;
        if (!out.empty()) out += '|';
        out += names[bit];
    }
    return out.empty() ? "none" : out;
}

result<tcp> tcp::read(view v) noexcept {
    const auto header = v.checked_header_length();
    if (!header) return tl::unexpected(header.error());
    return tcp{.source_port = v.source_port(),
               .destination_port = v.destination_port(),
               .sequence_number = v.sequence_number(),
               .acknowledgment_number = v.acknowledgment_number(),
               .data_offset = v.data_offset(),
               .reserved = v.reserved(),
               .flags = v.flags(),
               .window = v.window(),
               .checksum = v.checksum(),
               .urgent_pointer = v.urgent_pointer(),
               .options = v.options(),
               .data = v.octets().subspan(*header)};
}

std::uint16_t tcp::offset_and_flags() const noexcept {
    const auto words = data_offset.value_or(static_cast<std::uint8_t>(header_wire_len() / 4));
    return static_cast<std::uint16_t>((words & 0x0fU) << 12 | (reserved & 0x0fU) << 8 |
                                      static_cast<std::uint8_t>(flags));
}

void tcp::emit(bytes_mut out) const noexcept {
    const auto head = out.first<header_len>();
    const std::size_t header = header_wire_len();
    put_be16<0>(head, source_port);
    put_be16<2>(head, destination_port);
    put_be32<4>(head, sequence_number);
    put_be32<8>(head, acknowledgment_number);
    put_be16<12>(head, offset_and_flags());
    put_be16<14>(head, window);
    put_be16<16>(head, checksum.value_or(0));
    put_be16<18>(head, urgent_pointer);
    detail::emit_header_options(out.subspan(header_len, header - header_len), options);
    copy_octets(out.subspan(header), data);
}

std::uint16_t tcp::checksum_between(const ip_address& source,
                                    const ip_address& destination) const noexcept {
    sonde::checksum sum;
    sum.add_pseudo_header(
        source, destination, ip_protocol::tcp, static_cast<std::uint32_t>(wire_len()));
    sum.add_u16(source_port).add_u16(destination_port);
    sum.add_u32(sequence_number).add_u32(acknowledgment_number);
    sum.add_u16(offset_and_flags()).add_u16(window).add_u16(urgent_pointer);
    if (!options.empty()) sum.add(options);
    if (options.size() % 2 != 0) sum.add(std::array<std::uint8_t, 1>{});  // the padding
    if (!data.empty()) sum.add(data);
    return sum.value();
}

tl::unexpected<parse_error> tcp::header_problem(std::size_t declared, std::size_t have) noexcept {
    if (declared < header_len) {
        return malformed({.reason = parse_reason::bad_length,
                          .limit = limit_field::header_length,
                          .at = id,
                          .needed_octets = header_len,
                          .have_octets = static_cast<std::uint32_t>(declared)});
    }
    return truncated(id, declared, have);
}

}  // namespace sonde::inline v0
