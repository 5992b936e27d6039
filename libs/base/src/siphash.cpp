#include <bit>

#include <sonde/base/siphash.hpp>

namespace sonde::inline v0 {
namespace {

struct sip_state {
    std::uint64_t v0, v1, v2, v3;

    explicit sip_state(siphash_key key) noexcept
        : v0(key.k0 ^ 0x736f6d6570736575ULL),
          v1(key.k1 ^ 0x646f72616e646f6dULL),
          v2(key.k0 ^ 0x6c7967656e657261ULL),
          v3(key.k1 ^ 0x7465646279746573ULL) {}
    void round() noexcept {
        v0 += v1;
        v1 = std::rotl(v1, 13) ^ v0;
        v0 = std::rotl(v0, 32);
        v2 += v3;
        v3 = std::rotl(v3, 16) ^ v2;
        v0 += v3;
        v3 = std::rotl(v3, 21) ^ v0;
        v2 += v1;
        v1 = std::rotl(v1, 17) ^ v2;
        v2 = std::rotl(v2, 32);
    }
    void absorb(std::uint64_t word) noexcept {
        v3 ^= word;
        round();
        round();
        v0 ^= word;
    }
    [[nodiscard]] std::uint64_t finish() noexcept {
        v2 ^= 0xff;
        for (int i = 0; i < 4; ++i) round();
        return v0 ^ v1 ^ v2 ^ v3;
    }
};

}  // namespace

std::uint64_t siphash24(siphash_key key, bytes_view in) noexcept {
    sip_state state(key);
    const std::size_t whole = in.size() & ~std::size_t{7};
    for (std::size_t at = 0; at < whole; at += 8) {
        std::uint64_t word = 0;
        for (std::size_t i = 0; i < 8; ++i) word |= std::uint64_t{in[at + i]} << (8 * i);
        state.absorb(word);
    }
    std::uint64_t last = std::uint64_t{in.size()} << 56;
    for (std::size_t i = whole; i < in.size(); ++i)
        last |= std::uint64_t{in[i]} << (8 * (i - whole));
    state.absorb(last);
    return state.finish();
}

std::uint64_t siphash24(siphash_key key, std::uint64_t a, std::uint64_t b) noexcept {
    sip_state state(key);
    state.absorb(a);
    state.absorb(b);
    state.absorb(std::uint64_t{16} << 56);
    return state.finish();
}

}  // namespace sonde::inline v0
