#include <algorithm>

#include <sonde/wire/network/multicast_record.hpp>

namespace sonde::inline v0 {

std::string_view to_string(multicast_record_type type) noexcept {
    switch (type) {
        case multicast_record_type::mode_is_include:
            return "MODE_IS_INCLUDE";
        case multicast_record_type::mode_is_exclude:
            return "MODE_IS_EXCLUDE";
        case multicast_record_type::change_to_include_mode:
            return "CHANGE_TO_INCLUDE_MODE";
        case multicast_record_type::change_to_exclude_mode:
            return "CHANGE_TO_EXCLUDE_MODE";
        case multicast_record_type::allow_new_sources:
            return "ALLOW_NEW_SOURCES";
        case multicast_record_type::block_old_sources:
            return "BLOCK_OLD_SOURCES";
    }
    return {};
}

template <class AddressList, layer At>
auto multicast_record<AddressList, At>::view::parse(bytes_view rest) noexcept -> result<view> {
    if (rest.size() < header_len) return truncated(At, header_len, rest.size());
    const std::size_t len = header_len + std::size_t{be16_at(rest, 2)} * address_len +
                            std::size_t{rest[1]} * auxiliary_word_len;
    if (rest.size() < len) {
        return malformed({.reason = parse_reason::truncated,
                          .limit = limit_field::element_length,
                          .at = At,
                          .needed_octets = static_cast<std::uint32_t>(len),
                          .have_octets = static_cast<std::uint32_t>(rest.size())});
    }
    return view(rest.first(len));
}

template <class AddressList, layer At>
std::size_t multicast_record<AddressList, At>::auxiliary_words() const noexcept {
    const std::size_t words = (auxiliary_data.size() + auxiliary_word_len - 1) / auxiliary_word_len;
    return std::min(words, auxiliary_words_max);
}

template <class AddressList, layer At>
std::size_t multicast_record<AddressList, At>::wire_len() const noexcept {
    return header_len + std::min(sources.size(), sources_max) * address_len +
           auxiliary_words() * auxiliary_word_len;
}

template <class AddressList, layer At>
void multicast_record<AddressList, At>::emit(bytes_mut out) const noexcept {
    const auto written = sources.first(std::min(sources.size(), sources_max));
    const auto head = out.template first<header_len>();
    head[0] = static_cast<std::uint8_t>(type);
    head[1] = static_cast<std::uint8_t>(auxiliary_words());
    put_be16<2>(head, static_cast<std::uint16_t>(written.size()));
    multicast_address.write(head.template subspan<4, address_len>());
    bytes_mut left = out.subspan(header_len);
    for (const auto& source : written) {
        source.write(left.template first<address_len>());
        left = left.subspan(address_len);
    }
    const auto data = auxiliary_data.first(std::min(auxiliary_data.size(), left.size()));
    copy_octets(left, data);
    std::ranges::fill(left.subspan(data.size()), std::uint8_t{0});
}

template struct multicast_record<ipv4_address_list, layer::igmpv3_record>;
template struct multicast_record<ipv6_address_list, layer::mldv2_report>;

}  // namespace sonde::inline v0
