#pragma once
/// Numbers of the pcapng format (draft-ietf-opsawg-pcapng) and of pcap
/// (draft-ietf-opsawg-pcap) that readers and writers share.

#include <cstddef>
#include <cstdint>

namespace sonde::inline v0::detail {

inline constexpr std::uint32_t pcap_micro_magic = 0xa1b2c3d4;
inline constexpr std::uint32_t pcap_nano_magic = 0xa1b23c4d;
inline constexpr std::uint32_t pcap_modified_magic = 0xa1b2cd34;  // 24-octet record headers
inline constexpr std::size_t pcap_header_len = 24;
inline constexpr std::size_t pcap_record_header_len = 16;
inline constexpr std::size_t pcap_modified_record_header_len = 24;
inline constexpr std::uint32_t pcap_fcs_present = 0x04000000;  // then bits 28 to 31: 16-bit words
inline constexpr unsigned pcap_fcs_shift = 28;

inline constexpr std::uint32_t section_magic = 0x0a0d0d0a;
inline constexpr std::uint32_t order_magic = 0x1a2b3c4d;
inline constexpr std::size_t block_len_min = 12;  // type, length, length
inline constexpr std::size_t section_header_len_min = 28;
inline constexpr std::uint64_t section_len_unspecified = ~std::uint64_t{0};

// Options of every block, and of those that we read or write.
inline constexpr std::uint16_t opt_end = 0;
inline constexpr std::uint16_t opt_comment = 1;
inline constexpr std::uint16_t shb_application = 4;
inline constexpr std::uint16_t if_name = 2;
inline constexpr std::uint16_t if_description = 3;
inline constexpr std::uint16_t if_speed = 8;
inline constexpr std::uint16_t if_tsresol = 9;
inline constexpr std::uint16_t if_filter = 11;
inline constexpr std::uint16_t if_os = 12;
inline constexpr std::uint16_t if_fcslen = 13;
inline constexpr std::uint16_t if_tsoffset = 14;
inline constexpr std::uint16_t if_hardware = 15;
inline constexpr std::uint16_t epb_flags = 2;
inline constexpr std::uint16_t epb_drop_count = 4;
inline constexpr std::uint16_t epb_packet_id = 5;
inline constexpr std::uint16_t epb_queue = 6;
inline constexpr std::uint16_t isb_received = 4;
inline constexpr std::uint16_t isb_dropped = 5;
inline constexpr std::uint16_t isb_accepted = 6;
inline constexpr std::uint16_t isb_os_dropped = 7;
inline constexpr std::uint16_t isb_delivered = 8;

/// Everything in a pcapng file begins at a multiple of four octets.
[[nodiscard]] constexpr std::size_t padded(std::size_t len) noexcept {
    return (len + 3) & ~std::size_t{3};
}

}  // namespace sonde::inline v0::detail
