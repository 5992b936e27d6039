#include <sonde/wire/transport/geneve.hpp>

namespace sonde::inline v0 {
namespace {

bool any_critical(bytes_view options) noexcept {
    for (const auto& option : geneve_options(options)) {
        if (option.is_critical()) return true;
    }
    return false;
}

}  // namespace

result<geneve_option::view> geneve_option::view::parse(bytes_view rest) noexcept {
    if (rest.size() < header_len) return truncated(layer::geneve_option, header_len, rest.size());
    const std::size_t len = header_len + std::size_t{rest[3] & 0x1fU} * 4;
    if (rest.size() < len) {
        return malformed({.reason = parse_reason::truncated,
                          .limit = limit_field::option_length,
                          .at = layer::geneve_option,
                          .needed_octets = static_cast<std::uint32_t>(len),
                          .have_octets = static_cast<std::uint32_t>(rest.size())});
    }
    return view(rest.first(len));
}

void geneve_option::emit(bytes_mut out) const noexcept {
    const auto head = out.first<header_len>();
    const bytes_mut body = out.subspan(header_len);
    put_be16<0>(head, option_class);
    head[2] = type;
    head[3] = static_cast<std::uint8_t>((unsigned{reserved} << 5) | ((body.size() / 4) & 0x1fU));
    copy_octets(body, data);
    for (std::uint8_t& padding : body.subspan(data.size())) padding = 0;
}

result<geneve> geneve::read(view v) noexcept {
    return geneve{.version = v.version(),
                  .option_length = v.option_length(),
                  .control = v.control(),
                  .critical = v.critical(),
                  .reserved = v.reserved(),
                  .protocol_type = v.protocol_type(),
                  .vni = v.vni(),
                  .reserved_2 = v.reserved_2(),
                  .options = v.options(),
                  .payload = v.payload()};
}

void geneve::emit(bytes_mut out) const noexcept {
    const auto head = out.first<header_len>();
    const auto words = option_length.value_or(static_cast<std::uint8_t>(options.size() / 4));
    const bool must_know = critical ? *critical : any_critical(options);
    head[0] = static_cast<std::uint8_t>((version << 6) | (words & 0x3f));
    head[1] = static_cast<std::uint8_t>((control ? 0x80 : 0) | (must_know ? 0x40 : 0) |
                                        (reserved & 0x3f));
    put_be16<2>(head, static_cast<std::uint16_t>(protocol_type.value_or(ether_type::reserved)));
    detail::put_be24<4>(head, vni);
    head[7] = reserved_2;
    copy_octets(out.subspan(header_len), options);
    copy_octets(out.subspan(header_len + options.size()), payload);
}

}  // namespace sonde::inline v0
