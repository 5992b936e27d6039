#include <sonde/wire/protocol.hpp>

namespace sonde::inline v0 {

std::string_view to_string(layer at) noexcept {
    switch (at) {
        case layer::none:
            return "none";
        case layer::icmp_extension:
            return "icmp_extension";
        case layer::icmp_extension_object:
            return "icmp_extension_object";
        case layer::ip_option:
            return "ip_option";
        case layer::tcp_option:
            return "tcp_option";
        case layer::nd_option:
            return "nd_option";
        case layer::pppoe_tag:
            return "pppoe_tag";
        case layer::geneve_option:
            return "geneve_option";
        case layer::igmpv3_record:
            return "igmpv3_record";
        case layer::sctp_chunk:
            return "sctp_chunk";
        case layer::sctp_parameter:
            return "sctp_parameter";
        case layer::sctp_error_cause:
            return "sctp_error_cause";
        case layer::dns_option:
            return "dns_option";
        case layer::dhcp_option:
            return "dhcp_option";
        case layer::payload:
            return "payload";
#define SONDE_LAYER_NAME(name) \
    case layer::name:          \
        return #name;
            SONDE_PROTOCOLS(SONDE_LAYER_NAME)
#undef SONDE_LAYER_NAME
    }
    return "unknown layer";
}

std::string to_sentence(const parse_error& error) {
    return std::string(to_string(error.at)) + ": " + describe(error);
}

std::uint64_t read_field(bytes_view header, const field& which) noexcept {
    std::uint64_t value = 0;
    for (std::size_t bit = which.bit_offset; bit < std::size_t{which.bit_offset} + which.bit_width;
         ++bit) {
        value = (value << 1) | ((std::uint64_t{header[bit / 8]} >> (7 - bit % 8)) & 1U);
    }
    return value;
}

void write_field(bytes_mut header, const field& which, std::uint64_t value) noexcept {
    for (std::size_t left = which.bit_width; left > 0; --left, value >>= 1) {
        const std::size_t bit = which.bit_offset + left - 1;
        const auto mask = static_cast<std::uint8_t>(0x80U >> (bit % 8));
        std::uint8_t& octet = header[bit / 8];
        octet = static_cast<std::uint8_t>((value & 1U) != 0 ? octet | mask : octet & ~mask);
    }
}

}  // namespace sonde::inline v0
