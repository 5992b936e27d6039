#pragma once
/// The fast way to emit the common stacks: Ethernet, 802.1Q, IPv4, IPv6, TCP, UDP, VXLAN and ICMP
/// echo. Each header is made of integers and summed in registers; data are summed while they are
/// copied. Nothing that was just written is read again: such a load waits for the store. What is
/// filled in here is what the protocols' `automatics` say; a test compares the two.
///
/// A stack keeps these messages as the integers that they become (`held_as`), a few words each:
/// small enough for the compiler to keep a whole stack in registers from the first message to the
/// frame.
///
/// Sums are of 16-bit words in host byte order, kept in 64 bits: 2^16 is 1 to a one's complement
/// sum, so that any aligned integer may be added as it is.

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

#include <sonde/wire/link/ethernet.hpp>
#include <sonde/wire/link/vlan.hpp>
#include <sonde/wire/network/icmp_echo.hpp>
#include <sonde/wire/network/icmpv6_echo.hpp>
#include <sonde/wire/network/ipv4.hpp>
#include <sonde/wire/network/ipv6.hpp>
#include <sonde/wire/transport/tcp.hpp>
#include <sonde/wire/transport/udp.hpp>
#include <sonde/wire/transport/vxlan.hpp>

namespace sonde::inline v0::detail {

// Both halves are added to each other: the upper one then has what the lower carried, end around.
[[nodiscard]] constexpr std::uint16_t folded_sum(std::uint64_t sum) noexcept {
    const auto high = static_cast<std::uint32_t>((sum + std::rotl(sum, 32)) >> 32);
    return static_cast<std::uint16_t>((high + std::rotl(high, 16)) >> 16);
}
[[nodiscard]] constexpr std::uint16_t swapped_u16(std::uint16_t value) noexcept {
    return static_cast<std::uint16_t>((value << 8) | (value >> 8));
}

// Whole integers from and to octets, one load or store each. Written octet by octet, g++ 12 makes a
// shift and a store of every octet of a value that it has just put together.
[[nodiscard]] inline std::uint64_t native_u64(std::span<const std::uint8_t, 8> in) noexcept {
    std::array<std::uint8_t, 8> octets{};
    std::copy_n(in.data(), 8, octets.data());
    return std::bit_cast<std::uint64_t>(octets);
}
inline void put_native_u64(std::span<std::uint8_t, 8> out, std::uint64_t value) noexcept {
    const auto octets = std::bit_cast<std::array<std::uint8_t, 8>>(value);
    std::copy_n(octets.data(), 8, out.data());
}
inline constexpr bool little_endian = std::endian::native == std::endian::little;
[[nodiscard]] constexpr std::uint64_t turned(std::uint64_t value) noexcept {
#if defined(__GNUC__)
    return __builtin_bswap64(value);
#else
    std::uint64_t made = 0;
    for (int i = 0; i < 8; ++i, value >>= 8) made = made << 8 | (value & 0xff);
    return made;
#endif
}
template <std::size_t Offset, std::size_t Len>
inline void put_u64(std::span<std::uint8_t, Len> out, std::uint64_t value) noexcept {
    put_native_u64(out.template subspan<Offset, 8>(), little_endian ? turned(value) : value);
}
template <std::size_t Offset, std::size_t Len>
inline void put_u32(std::span<std::uint8_t, Len> out, std::uint32_t value) noexcept {
    const auto lying = static_cast<std::uint32_t>(little_endian ? turned(value) >> 32 : value);
    const auto octets = std::bit_cast<std::array<std::uint8_t, 4>>(lying);
    std::copy_n(octets.data(), 4, out.template subspan<Offset, 4>().data());
}

inline constexpr std::size_t inline_sum_max = 64;  // octets: beyond, the vector kernel is faster

#if defined(__GNUC__)
using two_u64 [[gnu::vector_size(16)]] = std::uint64_t;
#endif

/// Copies octets and returns their sum, as if they began at an even place. Precondition: out is as
/// long as in.
[[gnu::always_inline]] inline std::uint64_t copy_and_sum(bytes_mut out, bytes_view in) noexcept {
    if (in.size() > inline_sum_max) {
        copy_octets(out, in);
        return checksum().add(in).sum();
    }
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    std::size_t at = 0;
#if defined(__GNUC__)
    if (in.size() >= 16) {
        two_u64 lows{};
        two_u64 highs{};
        for (; in.size() - at >= 16; at += 16) {
            std::array<std::uint8_t, 16> octets{};
            std::copy_n(in.data() + at, 16, octets.data());
            std::copy_n(octets.data(), 16, out.data() + at);
            const auto words = std::bit_cast<two_u64>(octets);
            lows += words & 0xffffffff;
            highs += words >> 32;
        }
        low = lows[0] + lows[1];
        high = highs[0] + highs[1];
    }
#endif
    for (; in.size() - at >= 8; at += 8) {
        const std::uint64_t word = native_u64(in.subspan(at).first<8>());
        put_native_u64(out.subspan(at).first<8>(), word);
        low += word & 0xffffffff;
        high += word >> 32;
    }
    // The words as they lie. Where the machine is little endian all octets change places in their
    // words, and that is 2^8 times the sum: 2^16 is 1. A few words leave it room for that.
    std::uint64_t sum = little_endian ? (low + high) << 8 : low + high;
    for (unsigned shift = 8; at < in.size(); ++at, shift ^= 8) {
        out[at] = in[at];
        sum += std::uint64_t{in[at]} << shift;
    }
    return sum;
}
/// The sum of octets that begin at an odd place, of that at an even one.
[[nodiscard, gnu::always_inline]] inline std::uint64_t moved_by(std::size_t len,
                                                                std::uint64_t sum) noexcept {
    return len % 2 == 0 ? sum : swapped_u16(folded_sum(sum));
}

/// What a layer carries, written already.
struct straight_inside {
    std::size_t len = 0;    // octets
    std::uint64_t sum = 0;  // as above
};
/// The nearest network layer outside.
struct straight_network {
    bool known = false;
    std::uint64_t addresses = 0;  // the sum of both
};
/// The length of a transport and its number, as the pseudo headers have them.
[[nodiscard]] constexpr std::uint64_t pseudo_sum(straight_network outside, ip_protocol protocol,
                                                 std::size_t len) noexcept {
    return outside.addresses + std::uint8_t(protocol) + len;
}
[[nodiscard]] constexpr std::uint64_t halves(std::uint64_t value) noexcept {
    return (value >> 32) + (value & 0xffffffff);
}
[[nodiscard]] constexpr std::uint64_t two_u32(std::uint32_t high, std::uint32_t low) noexcept {
    return (std::uint64_t{high} << 32) | low;
}
[[nodiscard]] constexpr std::uint16_t u16_or_zero(std::size_t len) noexcept {
    return static_cast<std::uint16_t>(len > UINT16_MAX ? 0 : len);
}

/// Which automatic fields of a message were set; the bits are each protocol's own.
struct forced_fields {
    std::uint64_t bits = 0;  // as wide as its neighbours: a hole would keep a stack in memory
    template <class T>
    constexpr T note(std::uint32_t bit, const automatic<T>& value) noexcept {
        if (!value) return T{};
        bits |= bit;
        return *value;
    }
    [[nodiscard]] constexpr std::uint32_t low() const noexcept {
        return static_cast<std::uint32_t>(bits);
    }
    [[nodiscard]] constexpr bool has(std::uint32_t bit) const noexcept { return (bits & bit) != 0; }
    template <class T>
    [[nodiscard]] constexpr automatic<T> give(std::uint32_t bit,
                                              std::uint64_t value) const noexcept {
        if (!has(bit)) return std::nullopt;
        return static_cast<T>(value);
    }
};

/// How a stack keeps a message: as it is, or in words.
// NOLINTBEGIN(bugprone-return-const-ref-from-parameter): used where the message lives on
template <class T>
struct held_as {
    using type = T;
    [[nodiscard, gnu::always_inline]] static constexpr const T& hold(const T& message) noexcept {
        return message;
    }
    [[nodiscard, gnu::always_inline]] static constexpr const T& message(const T& held) noexcept {
        return held;
    }
};
// NOLINTEND(bugprone-return-const-ref-from-parameter)
template <class T>
using held = typename held_as<T>::type;

/// How a protocol is emitted straight: `header_len`, `own` (octets of its own payload), where it
/// has them `trailer` and `padding_len`, and `put`, which writes the header before what it carries
/// and returns the sum of both. `By`: what selects the layer inside.
template <class T>
struct straight;
template <class T>
concept straight_protocol = requires { straight<T>::header_len(std::declval<const held<T>&>()); };

// Ethernet.

struct held_ethernet {
    std::uint64_t destination_and_type = 0;
    std::uint64_t source_and_flags = 0;
    bytes_view payload{};
    bytes_view trailer{};
};
template <>
struct held_as<ethernet> {
    using type = held_ethernet;
    static constexpr std::uint32_t type_forced = 1;
    static constexpr std::uint32_t padded = 2;
    [[nodiscard]] static constexpr std::uint64_t number(const mac_address& address) noexcept {
        const auto octets = std::span<const std::uint8_t, 6>(address.octets);
        return (std::uint64_t{be32<0>(octets)} << 16) | be16<4>(octets);
    }
    [[nodiscard]] static constexpr mac_address address(std::uint64_t value) noexcept {
        mac_address made;
        const auto octets = std::span<std::uint8_t, 6>(made.octets);
        put_be16<0>(octets, static_cast<std::uint16_t>(value >> 32));
        put_be32<2>(octets, static_cast<std::uint32_t>(value));
        return made;
    }
    [[nodiscard, gnu::always_inline]] static constexpr type hold(const ethernet& m) noexcept {
        forced_fields forced{m.padded ? padded : 0};
        const auto kind = std::uint16_t(forced.note(type_forced, m.type));
        return {number(m.destination) << 16 | kind,
                number(m.source) << 16 | forced.bits,
                m.payload,
                m.trailer};
    }
    [[nodiscard]] static constexpr ethernet message(const type& h) noexcept {
        const forced_fields forced{static_cast<std::uint32_t>(h.source_and_flags & 0xffff)};
        return {.destination = address(h.destination_and_type >> 16),
                .source = address(h.source_and_flags >> 16),
                .type = forced.give<ether_type>(type_forced, h.destination_and_type & 0xffff),
                .payload = h.payload,
                .trailer = h.trailer,
                .padded = forced.has(padded)};
    }
};
/// The EtherType of what is carried, or the length.
template <const auto& By>
[[nodiscard]] constexpr std::uint16_t straight_type(std::size_t inside_len) noexcept {
    constexpr auto carried = selected_value(By, selector_kind::ether_type);
    if constexpr (carried)
        return static_cast<std::uint16_t>(*carried);
    else
        return std::uint16_t(length_as_type(inside_len));
}
template <>
struct straight<ethernet> {
    using held = held_as<ethernet>;
    [[nodiscard]] static std::size_t header_len(const held_ethernet&) noexcept { return 14; }
    [[nodiscard]] static bytes_view own(const held_ethernet& m) noexcept { return m.payload; }
    [[nodiscard]] static bytes_view trailer(const held_ethernet& m) noexcept { return m.trailer; }
    [[nodiscard]] static std::size_t padding_len(const held_ethernet& m,
                                                 std::size_t inside_len) noexcept {
        const bool adds =
            (m.source_and_flags & held::padded) != 0 && inside_len < ethernet::payload_len_min;
        return adds ? ethernet::payload_len_min - inside_len : 0;
    }
    template <const auto& By>
    [[gnu::always_inline]] static std::uint64_t put(bytes_mut out, const held_ethernet& m,
                                                    straight_inside inside,
                                                    straight_network) noexcept {
        const auto head = out.first<14>();
        const std::uint16_t type = (m.source_and_flags & held::type_forced) != 0
                                       ? static_cast<std::uint16_t>(m.destination_and_type)
                                       : straight_type<By>(inside.len);
        const std::uint64_t first =
            (m.destination_and_type & ~std::uint64_t{0xffff}) | (m.source_and_flags >> 48);
        const auto second = static_cast<std::uint32_t>(m.source_and_flags >> 16);
        put_u64<0>(head, first);
        put_u32<8>(head, second);
        put_be16<12>(head, type);
        return halves(first) + second + type + inside.sum;
    }
};

// 802.1Q.

struct held_vlan {
    std::uint64_t tag_type_and_flags = 0;  // 16, 16 and 32 bits
    bytes_view payload{};
    bytes_view trailer{};
};
template <>
struct held_as<vlan> {
    using type = held_vlan;
    [[nodiscard, gnu::always_inline]] static constexpr type hold(const vlan& m) noexcept {
        forced_fields forced;
        const std::uint32_t tag = (m.pcp & 7U) << 13 | (m.dei ? 0x1000U : 0U) | (m.vid & 0x0fffU);
        const auto kind = std::uint16_t(forced.note(1, m.type));
        return {two_u32(tag << 16 | kind, forced.low()), m.payload, m.trailer};
    }
    [[nodiscard]] static constexpr vlan message(const type& h) noexcept {
        const forced_fields forced{static_cast<std::uint32_t>(h.tag_type_and_flags)};
        const auto tag = static_cast<std::uint16_t>(h.tag_type_and_flags >> 48);
        return {.pcp = static_cast<std::uint8_t>(tag >> 13),
                .dei = (tag & 0x1000) != 0,
                .vid = static_cast<std::uint16_t>(tag & 0x0fff),
                .type = forced.give<ether_type>(1, h.tag_type_and_flags >> 32 & 0xffff),
                .payload = h.payload,
                .trailer = h.trailer};
    }
};
template <>
struct straight<vlan> {
    [[nodiscard]] static std::size_t header_len(const held_vlan&) noexcept { return 4; }
    [[nodiscard]] static bytes_view own(const held_vlan& m) noexcept { return m.payload; }
    [[nodiscard]] static bytes_view trailer(const held_vlan& m) noexcept { return m.trailer; }
    template <const auto& By>
    [[gnu::always_inline]] static std::uint64_t put(bytes_mut out, const held_vlan& m,
                                                    straight_inside inside,
                                                    straight_network) noexcept {
        auto word = static_cast<std::uint32_t>(m.tag_type_and_flags >> 32);
        if ((m.tag_type_and_flags & 1) == 0) word |= straight_type<By>(inside.len);
        put_u32<0>(out.first<4>(), word);
        return word + inside.sum;
    }
};

// IPv4.

struct held_ipv4 {
    std::uint64_t words_0_1 = 0;  // what is not forced is zero in these
    std::uint64_t word_2_and_source = 0;
    std::uint64_t destination_and_flags = 0;
    bytes_view options{};
    bytes_view payload{};
};
template <>
struct held_as<ipv4> {
    using type = held_ipv4;
    static constexpr std::uint32_t ihl = 1;
    static constexpr std::uint32_t total_length = 2;
    static constexpr std::uint32_t protocol = 4;
    static constexpr std::uint32_t header_checksum = 8;
    [[nodiscard, gnu::always_inline]] static constexpr type hold(const ipv4& m) noexcept {
        forced_fields forced;
        const std::uint32_t first = (m.version & 0x0fU) << 28 |
                                    (forced.note(ihl, m.ihl) & 0x0fU) << 24 |
                                    (m.dscp & 0x3fU) << 18 | (std::uint32_t(m.ecn) & 3U) << 16 |
                                    forced.note(total_length, m.total_length);
        const std::uint32_t second =
            std::uint32_t{m.identification} << 16 | (m.reserved_flag ? 0x8000U : 0U) |
            (m.dont_fragment ? 0x4000U : 0U) | (m.more_fragments ? 0x2000U : 0U) |
            (m.fragment_offset & 0x1fffU);
        const std::uint32_t third = std::uint32_t{m.time_to_live} << 24 |
                                    std::uint32_t(std::uint8_t(forced.note(protocol, m.protocol)))
                                        << 16 |
                                    forced.note(header_checksum, m.header_checksum);
        return {two_u32(first, second),
                two_u32(third, m.source.value),
                two_u32(m.destination.value, forced.low()),
                m.options,
                m.payload};
    }
    [[nodiscard]] static constexpr ipv4 message(const type& h) noexcept {
        const forced_fields forced{static_cast<std::uint32_t>(h.destination_and_flags)};
        const std::uint64_t w = h.words_0_1;
        const std::uint64_t third = h.word_2_and_source >> 32;
        return {.version = static_cast<std::uint8_t>(w >> 60),
                .ihl = forced.give<std::uint8_t>(ihl, w >> 56 & 0x0f),
                .dscp = static_cast<std::uint8_t>(w >> 50 & 0x3f),
                .ecn = ecn(w >> 48 & 3),
                .total_length = forced.give<std::uint16_t>(total_length, w >> 32 & 0xffff),
                .identification = static_cast<std::uint16_t>(w >> 16),
                .reserved_flag = (w & 0x8000) != 0,
                .dont_fragment = (w & 0x4000) != 0,
                .more_fragments = (w & 0x2000) != 0,
                .fragment_offset = static_cast<std::uint16_t>(w & 0x1fff),
                .time_to_live = static_cast<std::uint8_t>(third >> 24),
                .protocol = forced.give<ip_protocol>(protocol, third >> 16 & 0xff),
                .header_checksum = forced.give<std::uint16_t>(header_checksum, third & 0xffff),
                .source = {static_cast<std::uint32_t>(h.word_2_and_source)},
                .destination = {static_cast<std::uint32_t>(h.destination_and_flags >> 32)},
                .options = h.options,
                .payload = h.payload};
    }
};
template <>
struct straight<ipv4> {
    using held = held_as<ipv4>;
    [[nodiscard]] static std::size_t header_len(const held_ipv4& m) noexcept {
        return 20 + (m.options.size() + 3) / 4 * 4;
    }
    [[nodiscard]] static bytes_view own(const held_ipv4& m) noexcept { return m.payload; }
    [[nodiscard]] static straight_network network(const held_ipv4& m) noexcept {
        return {true, (m.word_2_and_source & 0xffffffff) + (m.destination_and_flags >> 32)};
    }
    template <const auto& By>
    [[gnu::always_inline]] static std::uint64_t put(bytes_mut out, const held_ipv4& m,
                                                    straight_inside inside,
                                                    straight_network) noexcept {
        const auto head = out.first<20>();
        const std::size_t header = header_len(m);
        const forced_fields forced{static_cast<std::uint32_t>(m.destination_and_flags)};
        const auto destination = static_cast<std::uint32_t>(m.destination_and_flags >> 32);
        constexpr auto carried =
            std::uint8_t(carried_ip_protocol(By).value_or(ip_protocol::reserved));
        std::uint64_t first = m.words_0_1;
        std::uint64_t second = m.word_2_and_source;
        if (!forced.has(held::ihl)) first |= std::uint64_t{header / 4 & 0x0f} << 56;
        if (!forced.has(held::total_length))
            first |= std::uint64_t{u16_or_zero(header + inside.len)} << 32;
        if (!forced.has(held::protocol)) second |= std::uint64_t{carried} << 48;
        std::uint64_t sum = halves(first) + halves(second) + destination;
        if (!m.options.empty()) [[unlikely]] {
            emit_header_options(out.subspan(20, header - 20), m.options);
            sum += checksum().add(m.options).sum();
        }
        if (!forced.has(held::header_checksum)) {
            const auto check = static_cast<std::uint16_t>(~folded_sum(sum));
            second |= std::uint64_t{check} << 32;
            sum += check;
        }
        put_u64<0>(head, first);
        put_u64<8>(head, second);
        put_u32<16>(head, destination);
        return sum + inside.sum;
    }
};

// IPv6.

struct held_ipv6 {
    std::uint64_t words_0_1 = 0;
    std::uint64_t source_high = 0;
    std::uint64_t source_low = 0;
    std::uint64_t destination_high = 0;
    std::uint64_t destination_low = 0;
    forced_fields forced{};
    bytes_view payload{};
};
template <>
struct held_as<ipv6> {
    using type = held_ipv6;
    static constexpr std::uint32_t payload_length = 1;
    static constexpr std::uint32_t next_header = 2;
    [[nodiscard, gnu::always_inline]] static constexpr type hold(const ipv6& m) noexcept {
        const auto from = std::span<const std::uint8_t, 16>(m.source.octets);
        const auto to = std::span<const std::uint8_t, 16>(m.destination.octets);
        forced_fields forced;
        const std::uint32_t first = (m.version & 0x0fU) << 28 |
                                    std::uint32_t{m.traffic_class} << 20 |
                                    (m.flow_label & 0x000fffffU);
        const std::uint32_t second =
            std::uint32_t{forced.note(payload_length, m.payload_length)} << 16 |
            std::uint32_t(std::uint8_t(forced.note(next_header, m.next_header))) << 8 | m.hop_limit;
        return {two_u32(first, second),
                be64<0>(from),
                be64<8>(from),
                be64<0>(to),
                be64<8>(to),
                forced,
                m.payload};
    }
    [[nodiscard]] static constexpr ipv6_address address(std::uint64_t high,
                                                        std::uint64_t low) noexcept {
        ipv6_address made;
        const auto octets = std::span<std::uint8_t, 16>(made.octets);
        put_be64<0>(octets, high);
        put_be64<8>(octets, low);
        return made;
    }
    [[nodiscard]] static constexpr ipv6 message(const type& h) noexcept {
        const std::uint64_t w = h.words_0_1;
        return {.version = static_cast<std::uint8_t>(w >> 60),
                .traffic_class = static_cast<std::uint8_t>(w >> 52),
                .flow_label = static_cast<std::uint32_t>(w >> 32 & 0xfffff),
                .payload_length = h.forced.give<std::uint16_t>(payload_length, w >> 16 & 0xffff),
                .next_header = h.forced.give<ip_protocol>(next_header, w >> 8 & 0xff),
                .hop_limit = static_cast<std::uint8_t>(w),
                .source = address(h.source_high, h.source_low),
                .destination = address(h.destination_high, h.destination_low),
                .payload = h.payload};
    }
};
template <>
struct straight<ipv6> {
    using held = held_as<ipv6>;
    [[nodiscard]] static std::size_t header_len(const held_ipv6&) noexcept { return 40; }
    [[nodiscard]] static bytes_view own(const held_ipv6& m) noexcept { return m.payload; }
    [[nodiscard]] static straight_network network(const held_ipv6& m) noexcept {
        return {true,
                halves(m.source_high) + halves(m.source_low) + halves(m.destination_high) +
                    halves(m.destination_low)};
    }
    template <const auto& By>
    [[gnu::always_inline]] static std::uint64_t put(bytes_mut out, const held_ipv6& m,
                                                    straight_inside inside,
                                                    straight_network) noexcept {
        const auto head = out.first<40>();
        constexpr auto carried =
            std::uint8_t(carried_ip_protocol(By).value_or(ip_protocol::no_next_header));
        std::uint64_t first = m.words_0_1;
        if (!m.forced.has(held::payload_length))
            first |= std::uint64_t{u16_or_zero(inside.len)} << 16;
        if (!m.forced.has(held::next_header)) first |= std::uint64_t{carried} << 8;
        put_u64<0>(head, first);
        put_u64<8>(head, m.source_high);
        put_u64<16>(head, m.source_low);
        put_u64<24>(head, m.destination_high);
        put_u64<32>(head, m.destination_low);
        return halves(first) + network(m).addresses + inside.sum;
    }
};

// UDP.

struct held_udp {
    std::uint64_t words = 0;
    forced_fields forced{};
    bytes_view data{};
};
template <>
struct held_as<udp> {
    using type = held_udp;
    static constexpr std::uint32_t length = 1;
    static constexpr std::uint32_t checksum = 2;
    [[nodiscard, gnu::always_inline]] static constexpr type hold(const udp& m) noexcept {
        forced_fields forced;
        const std::uint32_t second =
            std::uint32_t{forced.note(length, m.length)} << 16 | forced.note(checksum, m.checksum);
        return {two_u32(two_u16(m.source_port, m.destination_port), second), forced, m.data};
    }
    [[nodiscard]] static constexpr udp message(const type& h) noexcept {
        return {.source_port = static_cast<std::uint16_t>(h.words >> 48),
                .destination_port = static_cast<std::uint16_t>(h.words >> 32),
                .length = h.forced.give<std::uint16_t>(length, h.words >> 16 & 0xffff),
                .checksum = h.forced.give<std::uint16_t>(checksum, h.words & 0xffff),
                .data = h.data};
    }
};
template <>
struct straight<udp> {
    using held = held_as<udp>;
    [[nodiscard]] static std::size_t header_len(const held_udp&) noexcept { return 8; }
    [[nodiscard]] static bytes_view own(const held_udp& m) noexcept { return m.data; }
    template <const auto& By>
    [[gnu::always_inline]] static std::uint64_t put(bytes_mut out, const held_udp& m,
                                                    straight_inside inside,
                                                    straight_network outside) noexcept {
        const std::size_t whole = 8 + inside.len;
        std::uint64_t words = m.words;
        if (!m.forced.has(held::length)) words |= std::uint64_t{u16_or_zero(whole)} << 16;
        std::uint64_t sum = halves(words) + inside.sum;
        if (!m.forced.has(held::checksum) && outside.known) {
            const auto check = static_cast<std::uint16_t>(
                ~folded_sum(sum + pseudo_sum(outside, ip_protocol::udp, whole)));
            const std::uint16_t filled = check == 0 ? 0xffff : check;
            words |= filled;
            sum += filled;
        }
        put_u64<0>(out.first<8>(), words);
        return sum;
    }
};

// TCP.

struct held_tcp {
    std::uint64_t ports_and_sequence = 0;
    std::uint64_t acknowledgment_and_word_3 = 0;
    std::uint64_t last_word_and_flags = 0;
    bytes_view options{};
    bytes_view data{};
};
template <>
struct held_as<tcp> {
    using type = held_tcp;
    static constexpr std::uint32_t data_offset = 1;
    static constexpr std::uint32_t checksum = 2;
    [[nodiscard, gnu::always_inline]] static constexpr type hold(const tcp& m) noexcept {
        forced_fields forced;
        const std::uint32_t third = (forced.note(data_offset, m.data_offset) & 0x0fU) << 28 |
                                    (m.reserved & 0x0fU) << 24 |
                                    std::uint32_t(std::uint8_t(m.flags)) << 16 | m.window;
        const std::uint32_t last = two_u16(forced.note(checksum, m.checksum), m.urgent_pointer);
        return {two_u32(two_u16(m.source_port, m.destination_port), m.sequence_number),
                two_u32(m.acknowledgment_number, third),
                two_u32(last, forced.low()),
                m.options,
                m.data};
    }
    [[nodiscard]] static constexpr tcp message(const type& h) noexcept {
        const forced_fields forced{static_cast<std::uint32_t>(h.last_word_and_flags)};
        const std::uint64_t w = h.acknowledgment_and_word_3;
        return {.source_port = static_cast<std::uint16_t>(h.ports_and_sequence >> 48),
                .destination_port = static_cast<std::uint16_t>(h.ports_and_sequence >> 32),
                .sequence_number = static_cast<std::uint32_t>(h.ports_and_sequence),
                .acknowledgment_number = static_cast<std::uint32_t>(w >> 32),
                .data_offset = forced.give<std::uint8_t>(data_offset, w >> 28 & 0x0f),
                .reserved = static_cast<std::uint8_t>(w >> 24 & 0x0f),
                .flags = tcp_flags(static_cast<std::uint8_t>(w >> 16)),
                .window = static_cast<std::uint16_t>(w),
                .checksum = forced.give<std::uint16_t>(checksum, h.last_word_and_flags >> 48),
                .urgent_pointer = static_cast<std::uint16_t>(h.last_word_and_flags >> 32),
                .options = h.options,
                .data = h.data};
    }
};
template <>
struct straight<tcp> {
    using held = held_as<tcp>;
    [[nodiscard]] static std::size_t header_len(const held_tcp& m) noexcept {
        return 20 + (m.options.size() + 3) / 4 * 4;
    }
    [[nodiscard]] static bytes_view own(const held_tcp& m) noexcept { return m.data; }
    template <const auto& By>
    [[gnu::always_inline]] static std::uint64_t put(bytes_mut out, const held_tcp& m,
                                                    straight_inside inside,
                                                    straight_network outside) noexcept {
        const auto head = out.first<20>();
        const std::size_t header = header_len(m);
        const forced_fields forced{static_cast<std::uint32_t>(m.last_word_and_flags)};
        std::uint64_t second = m.acknowledgment_and_word_3;
        auto last = static_cast<std::uint32_t>(m.last_word_and_flags >> 32);
        if (!forced.has(held::data_offset)) second |= std::uint64_t{header / 4 & 0x0f} << 28;
        std::uint64_t sum = halves(m.ports_and_sequence) + halves(second) + last + inside.sum;
        if (!m.options.empty()) sum += put_options(out.subspan(20, header - 20), m.options);
        if (!forced.has(held::checksum) && outside.known) {
            const auto check = static_cast<std::uint16_t>(
                ~folded_sum(sum + pseudo_sum(outside, ip_protocol::tcp, header + inside.len)));
            last |= std::uint32_t{check} << 16;
            sum += check;
        }
        put_u64<0>(head, m.ports_and_sequence);
        put_u64<8>(head, second);
        put_u32<16>(head, last);
        return sum;
    }
    /// A word at a time, as they were written.
    [[gnu::always_inline]] static std::uint64_t put_options(bytes_mut out,
                                                            bytes_view options) noexcept {
        std::uint64_t sum = 0;
        std::size_t at = 0;
        for (; options.size() - at >= 4; at += 4) {
            const std::uint32_t word = be32_at(options, at);
            put_be32_at(out, at, word);
            sum += word;
        }
        if (at < out.size()) {
            std::uint32_t word = 0;
            for (unsigned shift = 24; at < options.size(); ++at, shift -= 8)
                word |= std::uint32_t{options[at]} << shift;
            put_be32_at(out, out.size() - 4, word);
            sum += word;
        }
        return sum;
    }
};

// VXLAN.

struct held_vxlan {
    std::uint64_t words = 0;
    bytes_view payload{};
};
template <>
struct held_as<vxlan> {
    using type = held_vxlan;
    [[nodiscard, gnu::always_inline]] static constexpr type hold(const vxlan& m) noexcept {
        return {two_u32(two_u16(two_u8(m.flags, m.policy_flags), m.group_policy_id),
                        m.vni << 8 | m.reserved),
                m.payload};
    }
    [[nodiscard]] static constexpr vxlan message(const type& h) noexcept {
        return {.flags = static_cast<std::uint8_t>(h.words >> 56),
                .policy_flags = static_cast<std::uint8_t>(h.words >> 48),
                .group_policy_id = static_cast<std::uint16_t>(h.words >> 32),
                .vni = static_cast<std::uint32_t>(h.words >> 8 & 0xffffff),
                .reserved = static_cast<std::uint8_t>(h.words),
                .payload = h.payload};
    }
};
template <>
struct straight<vxlan> {
    [[nodiscard]] static std::size_t header_len(const held_vxlan&) noexcept { return 8; }
    [[nodiscard]] static bytes_view own(const held_vxlan& m) noexcept { return m.payload; }
    template <const auto& By>
    [[gnu::always_inline]] static std::uint64_t put(bytes_mut out, const held_vxlan& m,
                                                    straight_inside inside,
                                                    straight_network) noexcept {
        put_u64<0>(out.first<8>(), m.words);
        return halves(m.words) + inside.sum;
    }
};

// The echoes of ICMP and ICMPv6: the same eight octets, with and without a pseudo header.

struct held_echo {
    std::uint64_t words = 0;
    forced_fields forced{};
    bytes_view data{};
};
template <class Echo, class Kind>
struct held_as_echo {
    using type = held_echo;
    [[nodiscard, gnu::always_inline]] static constexpr type hold(const Echo& m) noexcept {
        forced_fields forced;
        const std::uint32_t first =
            two_u16(two_u8(std::uint8_t(m.type), m.code), forced.note(1, m.checksum));
        return {two_u32(first, two_u16(m.identifier, m.sequence_number)), forced, m.data};
    }
    [[nodiscard]] static constexpr Echo message(const type& h) noexcept {
        Echo made;
        made.type = Kind(static_cast<std::uint8_t>(h.words >> 56));
        made.code = static_cast<std::uint8_t>(h.words >> 48);
        made.checksum = h.forced.give<std::uint16_t>(1, h.words >> 32 & 0xffff);
        made.identifier = static_cast<std::uint16_t>(h.words >> 16);
        made.sequence_number = static_cast<std::uint16_t>(h.words);
        made.data = h.data;
        return made;
    }
};
template <>
struct held_as<icmp_echo> : held_as_echo<icmp_echo, icmp_echo::kind> {};
template <>
struct held_as<icmpv6_echo> : held_as_echo<icmpv6_echo, icmpv6_type> {};

template <bool WithAddresses>
struct straight_echo {
    [[nodiscard]] static std::size_t header_len(const held_echo&) noexcept { return 8; }
    [[nodiscard]] static bytes_view own(const held_echo& m) noexcept { return m.data; }
    template <const auto& By>
    [[gnu::always_inline]] static std::uint64_t put(bytes_mut out, const held_echo& m,
                                                    straight_inside inside,
                                                    straight_network outside) noexcept {
        std::uint64_t words = m.words;
        std::uint64_t sum = halves(words) + inside.sum;
        if (!m.forced.has(1) && (outside.known || !WithAddresses)) {
            const std::uint64_t pseudo =
                WithAddresses ? pseudo_sum(outside, ip_protocol::icmpv6, 8 + inside.len) : 0;
            const auto check = static_cast<std::uint16_t>(~folded_sum(sum + pseudo));
            words |= std::uint64_t{check} << 32;
            sum += check;
        }
        put_u64<0>(out.first<8>(), words);
        return sum;
    }
};
template <>
struct straight<icmp_echo> : straight_echo<false> {};
template <>
struct straight<icmpv6_echo> : straight_echo<true> {};

}  // namespace sonde::inline v0::detail
