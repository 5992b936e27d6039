#include <span>

#include <sonde/wire/checksum.hpp>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace sonde::inline v0 {
namespace {

// Spelled in octets so that it is right everywhere; compilers make one load of it.
constexpr std::uint32_t load_le32(std::span<const std::uint8_t, 4> in) noexcept {
    return std::uint32_t{in[0]} | (std::uint32_t{in[1]} << 8) | (std::uint32_t{in[2]} << 16) |
           (std::uint32_t{in[3]} << 24);
}

[[gnu::always_inline]] inline std::uint64_t sum_below_eight(bytes_view in) noexcept {
    std::uint64_t sum = 0;
    if (in.size() >= 4) {
        sum += load_le32(in.first<4>());
        in = in.subspan(4);
    }
    if (in.size() >= 2) {
        sum += static_cast<std::uint64_t>(in[0] | (in[1] << 8));
        in = in.subspan(2);
    }
    return in.empty() ? sum : sum + in[0];
}

// Inlined by order: a header of 20 octets is over before a call would be.
// 32 bits at a time into 64: no carry is lost below 2^32 rounds, more than a span of octets has
// that a datagram or a file block can fill.
[[gnu::always_inline]] inline std::uint64_t sum_words(bytes_view in) noexcept {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    for (; in.size() >= 8; in = in.subspan(8)) {
        low += load_le32(in.first<4>());
        high += load_le32(in.subspan(4).first<4>());
    }
    return low + high + sum_below_eight(in);
}

#if defined(__x86_64__)

constexpr std::size_t sse2_len_min = 32;   // octets of one round
constexpr std::size_t avx2_len_min = 128;  // octets: below, the wider registers gain nothing

__m128i load_128(bytes_view in) noexcept {
    const void* const octets = in.data();  // the load allows any alignment
    return _mm_loadu_si128(static_cast<const __m128i*>(octets));
}

std::uint64_t sum_sse2(bytes_view in) noexcept {
    const __m128i zero = _mm_setzero_si128();
    __m128i a = zero;
    __m128i b = zero;
    __m128i c = zero;
    __m128i d = zero;
    for (; in.size() >= 32; in = in.subspan(32)) {
        const __m128i x = load_128(in);
        const __m128i y = load_128(in.subspan(16));
        a = _mm_add_epi64(a, _mm_unpacklo_epi32(x, zero));
        b = _mm_add_epi64(b, _mm_unpackhi_epi32(x, zero));
        c = _mm_add_epi64(c, _mm_unpacklo_epi32(y, zero));
        d = _mm_add_epi64(d, _mm_unpackhi_epi32(y, zero));
    }
    const __m128i all = _mm_add_epi64(_mm_add_epi64(a, b), _mm_add_epi64(c, d));
    const auto low = static_cast<std::uint64_t>(_mm_cvtsi128_si64(all));
    const auto high = static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(all, all)));
    return low + high + sum_words(in);
}

__attribute__((target("avx2"))) inline __m256i load_256(bytes_view in) noexcept {
    const void* const octets = in.data();
    return _mm256_loadu_si256(static_cast<const __m256i*>(octets));
}

__attribute__((target("avx2"))) std::uint64_t sum_avx2(bytes_view in) noexcept {
    const __m256i zero = _mm256_setzero_si256();
    __m256i a = zero;
    __m256i b = zero;
    __m256i c = zero;
    __m256i d = zero;
    for (; in.size() >= 64; in = in.subspan(64)) {
        const __m256i x = load_256(in);
        const __m256i y = load_256(in.subspan(32));
        a = _mm256_add_epi64(a, _mm256_unpacklo_epi32(x, zero));
        b = _mm256_add_epi64(b, _mm256_unpackhi_epi32(x, zero));
        c = _mm256_add_epi64(c, _mm256_unpacklo_epi32(y, zero));
        d = _mm256_add_epi64(d, _mm256_unpackhi_epi32(y, zero));
    }
    if (in.size() >= 32) {
        const __m256i x = load_256(in);
        a = _mm256_add_epi64(a, _mm256_unpacklo_epi32(x, zero));
        b = _mm256_add_epi64(b, _mm256_unpackhi_epi32(x, zero));
        in = in.subspan(32);
    }
    const __m256i all = _mm256_add_epi64(_mm256_add_epi64(a, b), _mm256_add_epi64(c, d));
    const __m128i half =
        _mm_add_epi64(_mm256_castsi256_si128(all), _mm256_extracti128_si256(all, 1));
    const auto low = static_cast<std::uint64_t>(_mm_cvtsi128_si64(half));
    const auto high = static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(half, half)));
    return low + high + sum_words(in);
}

#endif

constexpr std::size_t udp_checksum_at = 6;  // octets into the header, RFC 768

checksum pseudo_header_of(const ip_address& source, const ip_address& destination,
                          ip_protocol protocol, bytes_view octets) noexcept {
    return checksum().add_pseudo_header(
        source, destination, protocol, static_cast<std::uint32_t>(octets.size()));
}

}  // namespace

std::uint64_t detail::sum_octets(bytes_view octets) noexcept {
#if defined(__x86_64__)
    if (octets.size() >= avx2_len_min && __builtin_cpu_supports("avx2")) return sum_avx2(octets);
    if (octets.size() >= sse2_len_min) return sum_sse2(octets);
#endif
    return sum_words(octets);
}

checksum& checksum::add_pseudo_header(const ip_address& source, const ip_address& destination,
                                      std::uint8_t protocol, std::uint32_t len) noexcept {
    for (const ip_address* address : {&source, &destination}) {
        if (address->is_v4()) {
            add_u32(address->v4().value);
        } else {
            add(address->v6().octets);
        }
    }
    return add_u32(len).add_u16(protocol);
}

std::uint16_t transport_checksum(const ip_address& source, const ip_address& destination,
                                 ip_protocol protocol, bytes_view octets) noexcept {
    return pseudo_header_of(source, destination, protocol, octets).add(octets).value();
}

std::uint16_t udp_checksum(const ip_address& source, const ip_address& destination,
                           bytes_view octets) noexcept {
    const auto value = transport_checksum(source, destination, ip_protocol::udp, octets);
    return value == 0 ? std::uint16_t{0xffff} : value;
}

checksum_state verify_transport_checksum(const ip_address& source, const ip_address& destination,
                                         ip_protocol protocol, bytes_view octets) noexcept {
    if (protocol == ip_protocol::udp && octets.size() >= udp_checksum_at + 2 &&
        be16_at(octets, udp_checksum_at) == 0) {
        return checksum_state::absent;
    }
    const checksum all = pseudo_header_of(source, destination, protocol, octets).add(octets);
    return all.sum() == 0xffff ? checksum_state::good : checksum_state::bad;
}

}  // namespace sonde::inline v0
