#include <sonde/wire/crc.hpp>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace sonde::inline v0 {
namespace {

// Registers shift to the right, so polynomials are written with their lowest power first.
constexpr std::uint32_t castagnoli = 0x82f63b78;
constexpr std::uint32_t ieee_802_3 = 0xedb88320;
constexpr std::uint32_t bluetooth_le = 0x00da6000;

using octet_table = std::array<std::uint32_t, 256>;
using eight_tables = std::array<octet_table, 8>;

// Table k: what an octet does to the register, k octets later.
constexpr eight_tables make_tables(std::uint32_t polynomial) noexcept {
    eight_tables made{};
    for (std::uint32_t octet = 0; octet < 256; ++octet) {
        std::uint32_t state = octet;
        for (int bit = 0; bit < 8; ++bit) {
            state = (state >> 1) ^ ((state & 1U) != 0 ? polynomial : 0);
        }
        made[0][octet] = state;
    }
    for (std::size_t k = 1; k < made.size(); ++k) {
        for (std::size_t octet = 0; octet < 256; ++octet) {
            const std::uint32_t before = made[k - 1][octet];
            made[k][octet] = made[0][before & 0xff] ^ (before >> 8);
        }
    }
    return made;
}

constexpr eight_tables castagnoli_tables = make_tables(castagnoli);
constexpr eight_tables ieee_802_3_tables = make_tables(ieee_802_3);
constexpr eight_tables bluetooth_le_tables = make_tables(bluetooth_le);

// Spelled in octets so that it is right everywhere; compilers make one load of it.
constexpr std::uint32_t load_le32(std::span<const std::uint8_t, 4> in) noexcept {
    return std::uint32_t{in[0]} | (std::uint32_t{in[1]} << 8) | (std::uint32_t{in[2]} << 16) |
           (std::uint32_t{in[3]} << 24);
}

constexpr std::uint32_t add_octet(const eight_tables& tables, std::uint32_t state,
                                  std::uint8_t octet) noexcept {
    return tables[0][(state ^ octet) & 0xff] ^ (state >> 8);
}

std::uint32_t update_by_tables(const eight_tables& tables, std::uint32_t state,
                               bytes_view in) noexcept {
    for (; in.size() >= 8; in = in.subspan(8)) {
        const std::uint32_t low = load_le32(in.first<4>()) ^ state;
        const std::uint32_t high = load_le32(in.subspan(4).first<4>());
        state = tables[7][low & 0xff] ^ tables[6][(low >> 8) & 0xff] ^
                tables[5][(low >> 16) & 0xff] ^ tables[4][low >> 24] ^ tables[3][high & 0xff] ^
                tables[2][(high >> 8) & 0xff] ^ tables[1][(high >> 16) & 0xff] ^
                tables[0][high >> 24];
    }
    for (const std::uint8_t octet : in) state = add_octet(tables, state, octet);
    return state;
}

#if defined(__x86_64__)

// What `Len` octets of zero do to a register, by its four octets. The register is linear: 32 single
// bits, moved on, are enough to know all of it.
template <std::size_t Len>
constexpr std::array<octet_table, 4> make_zeros_tables() noexcept {
    std::array<std::uint32_t, 32> of_bit{};
    for (std::size_t bit = 0; bit < 32; ++bit) {
        of_bit[bit] = std::uint32_t{1} << bit;
        for (std::size_t i = 0; i < Len; ++i) {
            of_bit[bit] = add_octet(castagnoli_tables, of_bit[bit], 0);
        }
    }
    std::array<octet_table, 4> made{};
    for (std::size_t place = 0; place < 4; ++place) {
        for (std::size_t octet = 0; octet < 256; ++octet) {
            for (std::size_t bit = 0; bit < 8; ++bit) {
                if ((octet >> bit & 1U) != 0) made[place][octet] ^= of_bit[place * 8 + bit];
            }
        }
    }
    return made;
}

template <std::size_t Len>
std::uint32_t over_zeros(std::uint32_t state) noexcept {
    static constexpr std::array<octet_table, 4> tables = make_zeros_tables<Len>();
    return tables[0][state & 0xff] ^ tables[1][(state >> 8) & 0xff] ^
           tables[2][(state >> 16) & 0xff] ^ tables[3][state >> 24];
}

constexpr std::uint64_t load_le64(std::span<const std::uint8_t, 8> in) noexcept {
    return std::uint64_t{load_le32(in.first<4>())} | (std::uint64_t{load_le32(in.last<4>())} << 32);
}

// The instruction has a result after three cycles and can start each cycle: three stripes of `Len`
// octets at once, joined as if each had gone on over what is behind it.
template <std::size_t Len>
__attribute__((target("sse4.2"))) std::uint32_t update_stripes(std::uint32_t state,
                                                               bytes_view& in) noexcept {
    while (in.size() >= 3 * Len) {
        std::uint64_t first = state;
        std::uint64_t second = 0;
        std::uint64_t third = 0;
        bytes_view at = in;
        for (std::size_t i = 0; i < Len; i += 8, at = at.subspan(8)) {
            first = _mm_crc32_u64(first, load_le64(at.first<8>()));
            second = _mm_crc32_u64(second, load_le64(at.subspan<Len, 8>()));
            third = _mm_crc32_u64(third, load_le64(at.subspan<2 * Len, 8>()));
        }
        state =
            over_zeros<Len>(static_cast<std::uint32_t>(first)) ^ static_cast<std::uint32_t>(second);
        state = over_zeros<Len>(state) ^ static_cast<std::uint32_t>(third);
        in = in.subspan(3 * Len);
    }
    return state;
}

__attribute__((target("sse4.2"))) std::uint32_t update_by_instruction(std::uint32_t state,
                                                                      bytes_view in) noexcept {
    state = update_stripes<512>(state, in);
    state = update_stripes<64>(state, in);
    std::uint64_t wide = state;
    for (; in.size() >= 8; in = in.subspan(8)) {
        wide = _mm_crc32_u64(wide, load_le64(in.first<8>()));
    }
    state = static_cast<std::uint32_t>(wide);
    for (const std::uint8_t octet : in) state = _mm_crc32_u8(state, octet);
    return state;
}

#endif

// The octet whose entry in the first table begins with `high`: each entry begins differently, or a
// register could not be told from another.
constexpr std::array<std::uint8_t, 256> make_undo_table() noexcept {
    std::array<std::uint8_t, 256> made{};
    for (std::size_t octet = 0; octet < 256; ++octet) {
        made[bluetooth_le_tables[0][octet] >> 16] = static_cast<std::uint8_t>(octet);
    }
    return made;
}
constexpr std::array<std::uint8_t, 256> bluetooth_le_undo = make_undo_table();

}  // namespace

std::uint32_t detail::crc32c_update(std::uint32_t state, bytes_view octets) noexcept {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("sse4.2")) return update_by_instruction(state, octets);
#endif
    return crc32c_update_by_tables(state, octets);
}

std::uint32_t detail::crc32c_update_by_tables(std::uint32_t state, bytes_view octets) noexcept {
    return update_by_tables(castagnoli_tables, state, octets);
}

std::uint32_t detail::crc32_update(std::uint32_t state, bytes_view octets) noexcept {
    return update_by_tables(ieee_802_3_tables, state, octets);
}

std::uint32_t detail::ble_crc24_update(std::uint32_t state, bytes_view octets) noexcept {
    return update_by_tables(bluetooth_le_tables, state, octets);
}

std::uint32_t detail::ble_crc24_undo(std::uint32_t state, bytes_view octets) noexcept {
    for (; !octets.empty(); octets = octets.first(octets.size() - 1)) {
        // after = table[(before ^ octet) & 0xff] ^ (before >> 8): the highest octet of `after` is
        // the table's alone.
        const std::uint8_t index = bluetooth_le_undo[state >> 16];
        const std::uint32_t higher = (state ^ bluetooth_le_tables[0][index]) << 8;
        state = (higher | (index ^ octets.back())) & 0xffffff;
    }
    return state;
}

}  // namespace sonde::inline v0
