// The column "floor": the least that a safe program must do for each row, by hand.

#include <array>
#include <bit>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "floor_capture.hpp"
#include "floor_dissect.hpp"
#include "floor_streams.hpp"
#include "task.hpp"

namespace sonde::bench {
namespace {

// Files.

outcome read_pcap(const input& in) {
    outcome made;
    floor_read_pcap(in.path, [&](bytes_view frame) {
        ++made.packets;
        made.sum += frame.size();
    });
    return made;
}
outcome read_pcapng(const input& in) {
    outcome made;
    floor_read_pcapng(in.path, [&](bytes_view frame) {
        ++made.packets;
        made.sum += frame.size();
    });
    return made;
}
outcome read_dissect(const input& in) {
    outcome made;
    floor_read_pcap(in.path, [&](bytes_view frame) {
        ++made.packets;
        made.sum += floor_dissect(frame);
    });
    return made;
}
outcome write_pcap(const input& in) {
    outcome made;
    floor_writer out("/dev/null");
    for (const bytes_view frame : in.frames.all) {
        out.write(frame);
        ++made.packets;
        made.sum += frame.size();
    }
    return made;
}

// DNS. A name is followed through its pointers, each of which must lead back.

/// What there is to know of a name: `len` of its text, its first letter, and where it ends.
struct name_seen {
    bool good = false;
    std::size_t end = 0;
    std::size_t len = 0;
    char first = 0;
};

template <bool WithText>
name_seen see_name(bytes_view message, std::size_t at) {
    std::array<char, 256> text{};
    name_seen made;
    bool jumped = false;
    for (int pointers = 0; at < message.size();) {
        const std::size_t len = message[at];
        if (len == 0) {
            if (!jumped) made.end = at + 1;
            made.good = true;
            if constexpr (WithText) keep(text.data());
            made.first = made.len == 0 ? '\0' : text[0];
            if (made.len != 0) --made.len;  // the last dot
            return made;
        }
        if (len >= 0xc0) {
            if (at + 1 >= message.size() || ++pointers > 127) return {};
            const std::size_t target = (len & 0x3f) << 8 | message[at + 1];
            if (target >= at) return {};
            if (!jumped) made.end = at + 2;
            jumped = true;
            at = target;
            continue;
        }
        if (len > 63 || at + 1 + len > message.size() || made.len + len + 1 > 254) return {};
        if constexpr (WithText) {
            std::copy_n(message.data() + at + 1, len, text.data() + made.len);
            text[made.len + len] = '.';
        }
        made.len += len + 1;
        at += len + 1;
    }
    return {};
}

template <bool WithText>
std::uint64_t see_message(bytes_view message) {
    if (message.size() < 12) return 0;
    const std::size_t questions = be16_at(message, 4);
    const std::size_t entries =
        questions + be16_at(message, 6) + be16_at(message, 8) + be16_at(message, 10);
    std::uint64_t sum = 0;
    std::size_t at = 12;
    for (std::size_t i = 0; i < entries; ++i) {
        const name_seen name = see_name<WithText>(message, at);
        const std::size_t fixed = i < questions ? 4 : 10;
        if (!name.good || name.end + fixed > message.size()) return sum;
        sum += name.len + be16_at(message, name.end);
        if constexpr (WithText) sum += static_cast<std::uint64_t>(name.first);
        at = name.end + fixed;
        if (i < questions) continue;
        const std::size_t len = be16_at(message, name.end + 8);
        if (at + len > message.size()) return sum;
        sum += be32_at(message, name.end + 4);
        at += len;
    }
    return sum;
}

template <bool WithText>
std::uint64_t see_dns(bytes_view frame) {
    if (frame.size() < 42) return 0;
    const std::size_t at = 14 + std::size_t{frame[14] & 15U} * 4;
    if (frame.size() < at + 8) return 0;
    const std::size_t len = be16_at(frame, at + 4);
    if (len < 8 || frame.size() < at + len) return 0;
    return see_message<WithText>(frame.subspan(at + 8, len - 8));
}

// Crafting. Headers are integers and summed as such; nothing written is read again but for the sum
// that every column tells.

constexpr std::uint16_t folded(std::uint64_t sum) {
    sum = (sum & 0xffffffff) + (sum >> 32);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<std::uint16_t>(sum + (sum >> 16));
}
constexpr std::uint16_t complement(std::uint64_t sum) {
    return static_cast<std::uint16_t>(~folded(sum));
}
template <std::size_t At, class Int, std::size_t Len>
void put(std::array<std::uint8_t, Len>& out, Int value) {
    static_assert(At + sizeof(Int) <= Len);
    if constexpr (sizeof(Int) == 2) value = __builtin_bswap16(value);
    if constexpr (sizeof(Int) == 4) value = __builtin_bswap32(value);
    if constexpr (sizeof(Int) == 8) value = __builtin_bswap64(value);
    const auto octets = std::bit_cast<std::array<std::uint8_t, sizeof(Int)>>(value);
    std::copy_n(octets.data(), sizeof(Int), out.data() + At);
}

constexpr std::uint64_t addresses_sum = (crafted_source >> 16) + (crafted_source & 0xffff) +
                                        (crafted_destination >> 16) +
                                        (crafted_destination & 0xffff);

/// Ethernet and IPv4; returns the header's checksum.
template <std::uint16_t Length, std::uint8_t Protocol, std::size_t Len>
std::uint16_t put_link_and_ip(std::array<std::uint8_t, Len>& out, std::uint16_t id) {
    put<0>(out, std::uint64_t{0x0200000000010200});
    put<8>(out, std::uint32_t{0x00000002});
    put<12>(out, std::uint16_t{0x0800});
    put<14>(out, std::uint32_t{0x45000000U | Length});
    put<18>(out, std::uint32_t{id} << 16);
    constexpr std::uint64_t fixed =
        0x4500U + Length + (std::uint32_t{64} << 8) + Protocol + addresses_sum;
    const std::uint16_t check = complement(fixed + id);
    put<22>(out, std::uint32_t{64} << 24 | std::uint32_t{Protocol} << 16 | check);
    put<26>(out, crafted_source);
    put<30>(out, crafted_destination);
    return check;
}

/// Copies the data of an echo and sums them: seven words of 64 bits.
std::uint64_t put_data(std::array<std::uint8_t, echo_frame_len>& out,
                       const std::array<std::uint8_t, echo_data_len>& data) {
    std::uint64_t sum = 0;
    for (std::size_t at = 0; at < data.size(); at += 8) {
        std::array<std::uint8_t, 8> octets{};
        std::copy_n(data.data() + at, 8, octets.data());
        const auto word = std::bit_cast<std::uint64_t>(octets);
        sum += (word & 0xffffffff) + (word >> 32);
        std::copy_n(octets.data(), 8, out.data() + 42 + at);
    }
    return __builtin_bswap16(folded(sum));
}

/// Counts from 0. Not constant: what a compiler knows it need not sum.
template <std::size_t Len>
std::array<std::uint8_t, Len> counting(unsigned step = 1) {
    std::array<std::uint8_t, Len> made{};
    for (std::size_t i = 0; i < made.size(); ++i) made[i] = static_cast<std::uint8_t>(i * step);
    return made;
}

std::uint64_t craft_echo(std::uint16_t id) {
    static std::array<std::uint8_t, echo_data_len> data = counting<echo_data_len>();
    keep(data.data());
    std::array<std::uint8_t, echo_frame_len> out;
    const std::uint16_t header = put_link_and_ip<84, 1>(out, id);
    const std::uint64_t sum = put_data(out, data);
    const std::uint16_t check = complement(sum + 0x0800 + echo_identifier + id);
    put<34>(out, std::uint32_t{0x08000000U | check});
    put<38>(out, std::uint32_t{echo_identifier} << 16 | id);
    keep(out.data());
    return std::uint64_t{header} + check;
}

std::uint64_t craft_echo_frozen(std::uint16_t id) {
    static std::array<std::uint8_t, echo_frame_len> out{};
    static const std::uint64_t data_sum = [] {
        std::uint64_t sum = 0;
        for (std::size_t i = 0; i < echo_data_len; i += 2) sum += i << 8 | (i + 1);
        return sum;
    }();
    constexpr std::uint64_t header_sum = 0x4500U + 84 + (64U << 8) + 1 + addresses_sum;
    const std::uint16_t header = complement(header_sum + id);
    const std::uint16_t check = complement(data_sum + 0x0800 + echo_identifier + id);
    put<18>(out, id);
    put<24>(out, header);
    put<36>(out, check);
    put<40>(out, id);
    keep(out.data());
    return std::uint64_t{header} + check;
}

std::uint64_t craft_syn(std::uint16_t id) {
    std::array<std::uint8_t, syn_frame_len> out;
    const std::uint16_t header = put_link_and_ip<60, 6>(out, id);
    constexpr std::uint64_t fixed = addresses_sum + 6 + 40 +           // the pseudo header
                                    40000 + 80 + 0xa002 + 0xffff +     // fixed header
                                    0x0204 + 1460 + 0x0402 + 0x080a +  // segment size, SACK
                                    0x0103 + 0x0307;                   // no operation, window
    const std::uint32_t stamp = unforeseen(id);
    const std::uint16_t check = complement(fixed + id + (stamp >> 16) + (stamp & 0xffff));
    put<34>(out, std::uint32_t{40000} << 16 | 80);
    put<38>(out, std::uint32_t{id});
    put<42>(out, std::uint32_t{0});
    put<46>(out, std::uint32_t{0xa002ffff});
    put<50>(out, std::uint32_t{check} << 16);
    put<54>(out, std::uint32_t{0x02040000U | 1460});
    put<58>(out, std::uint32_t{0x0402080a});
    put<62>(out, stamp);
    put<66>(out, std::uint32_t{0});
    put<70>(out, std::uint32_t{0x01030307});
    keep(out.data());
    return std::uint64_t{header} + check;
}

// Changing, choosing, following, summing.

std::uint64_t edit_frame(bytes_view frame) {
    static std::array<std::uint8_t, 65536> out;
    if (frame.size() < 34 || frame.size() > out.size()) return 0;
    std::copy_n(frame.data(), frame.size(), out.data());
    const std::uint16_t before = be16_at(out, 22);
    const auto after = static_cast<std::uint16_t>(before - 0x0100);
    const auto sum = static_cast<std::uint16_t>(~be16_at(out, 24));
    const std::uint16_t check =
        complement(std::uint64_t{sum} + static_cast<std::uint16_t>(~before) + after);  // RFC 1624
    put_be16_at(out, 22, after);
    put_be16_at(out, 24, check);
    keep(out.data());
    return std::uint64_t{check} + (after >> 8);
}

bool is_port(bytes_view in, std::size_t at, std::uint16_t port) {
    return in.size() >= at + 4 && (be16_at(in, at) == port || be16_at(in, at + 2) == port);
}
std::uint64_t filter_frame(bytes_view in) {
    if (in.size() < 54) {
        if (in.size() < 34) return 0;
    }
    const std::uint16_t type = be16_at(in, 12);
    std::size_t at = 54;
    std::uint8_t protocol = 0;
    if (type == 0x0800) {
        if ((be16_at(in, 20) & 0x1fff) != 0) return 0;
        protocol = in[23];
        at = 14 + std::size_t{in[14] & 15U} * 4;
    } else if (type == 0x86dd) {
        protocol = in[20];
    }
    if (protocol == 6) return is_port(in, at, 80) ? 1 : 0;
    return protocol == 17 && is_port(in, at, 53) ? 1 : 0;
}

outcome follow_streams(const input& in) {
    floor_streams streams;
    told_octets told;
    const auto& frames = in.frames.all;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        if (i + frames_ahead < frames.size()) __builtin_prefetch(frames[i + frames_ahead].data());
        streams.accept(frames[i], told);
    }
    return {in.frames.all.size(), told.octets};
}

std::uint16_t sum_octets(bytes_view in) {
    std::uint64_t sum = 0;
    std::size_t at = 0;
#ifdef __SSE2__
    // Words of 16 bits in lanes of 32: they hold 65,537 of them.
    const __m128i zero = _mm_setzero_si128();
    __m128i low = zero;
    __m128i high = zero;
    for (; in.size() - at >= 16; at += 16) {
        const __m128i words = _mm_loadu_si128(
            static_cast<const __m128i*>(static_cast<const void*>(in.subspan(at, 16).data())));
        low = _mm_add_epi32(low, _mm_unpacklo_epi16(words, zero));
        high = _mm_add_epi32(high, _mm_unpackhi_epi16(words, zero));
    }
    std::array<std::uint32_t, 4> lanes{};
    _mm_storeu_si128(static_cast<__m128i*>(static_cast<void*>(lanes.data())),
                     _mm_add_epi32(low, high));
    sum = __builtin_bswap16(folded(std::uint64_t{lanes[0]} + lanes[1] + lanes[2] + lanes[3]));
#endif
    for (; in.size() - at >= 2; at += 2) sum += be16_at(in, at);
    if (at < in.size()) sum += std::uint64_t{in[at]} << 8;
    return complement(sum);
}
std::uint64_t checksum_1460(std::uint16_t) {
    static std::array<std::uint8_t, summed_len> octets = counting<summed_len>(7);
    keep(octets.data());
    return sum_octets(octets);
}

constexpr std::string_view me = "floor";
constexpr task tasks[] = {{"dissect_handlers", me, over_frames<floor_dissect>},
                          {"dissect_record", me, over_frames<floor_dissect>},
                          {"dissect_chain", me, over_frames<floor_dissect>},
                          {"read_pcap", me, read_pcap},
                          {"read_pcapng", me, read_pcapng},
                          {"read_dissect", me, read_dissect},
                          {"dns_walk", me, over_frames<see_dns<false>>},
                          {"dns_text", me, over_frames<see_dns<true>>},
                          {"craft_echo", me, over_count<craft_echo>},
                          {"craft_echo_frozen", me, over_count<craft_echo_frozen>},
                          {"craft_syn", me, over_count<craft_syn>},
                          {"edit", me, over_frames<edit_frame>},
                          {"write_pcap", me, write_pcap},
                          {"filter", me, over_frames<filter_frame>},
                          {"streams", me, follow_streams},
                          {"checksum_1460", me, over_count<checksum_1460>}};

}  // namespace

std::span<const task> floor_tasks() noexcept { return tasks; }

}  // namespace sonde::bench
