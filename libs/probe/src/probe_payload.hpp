#pragma once
/// What a probe carries: a cookie that only we can make, two octets that hold a checksum, and fill.
///
///     0                       8           10
///    +-----------------------+-----------+------------------------------------+
///    | keyed cookie          | compen-   | fill: a pattern, or each octet its |
///    | SipHash-2-4(key, id)  | sation    | own offset as ping has it          |
///    +-----------------------+-----------+------------------------------------+
///
/// A shorter payload holds the part that fits. No time stamp is in it: an RTT made of octets from
/// the network could be forged.

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include <sonde/base/address.hpp>
#include <sonde/base/octets.hpp>
#include <sonde/base/siphash.hpp>
#include <sonde/base/strong.hpp>

namespace sonde::inline v0::detail {

inline constexpr std::size_t cookie_len = 8;                          // octets
inline constexpr std::size_t compensation_at = cookie_len;            // offset in the payload
inline constexpr std::size_t payload_head_len = compensation_at + 2;  // octets in front of the fill

/// Makes the cookies of one session: they depend on its key, the probe, the target and the kind.
class cookie_maker {
  public:
    cookie_maker(siphash_key key, const ip_address& destination, std::uint8_t protocol) noexcept;
    [[nodiscard]] std::uint64_t operator()(probe_id id) const noexcept {
        return siphash24(key_, id.value, mix_);
    }

  private:
    siphash_key key_;
    std::uint64_t mix_;
};

/// Writes the fill, from `from` on: behind where cookie and compensation will be.
void fill_payload(bytes_mut payload, std::string_view pattern,
                  std::size_t from = payload_head_len) noexcept;

/// The one's complement sum of the four words of a cookie, not folded.
[[nodiscard]] constexpr std::uint32_t cookie_words(std::uint64_t cookie) noexcept {
    return static_cast<std::uint32_t>((cookie >> 48) + ((cookie >> 32) & 0xffff) +
                                      ((cookie >> 16) & 0xffff) + (cookie & 0xffff));
}

[[nodiscard]] constexpr std::uint16_t folded(std::uint32_t sum) noexcept {
    sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<std::uint16_t>((sum & 0xffff) + (sum >> 16));
}

/// Writes the cookie, or its first octets where the payload is shorter.
inline void put_cookie(bytes_mut payload, std::uint64_t cookie) noexcept {
    if (payload.size() >= cookie_len) {
        put_be64<0>(payload.first<cookie_len>(), cookie);
        return;
    }
    for (auto& octet : payload) {
        octet = static_cast<std::uint8_t>(cookie >> 56);
        cookie <<= 8;
    }
}

/// Whether the octets are the first of the cookie; all eight when there are as many.
[[nodiscard]] inline bool starts_cookie(bytes_view payload, std::uint64_t cookie) noexcept {
    std::array<std::uint8_t, cookie_len> whole{};
    put_cookie(whole, cookie);
    const std::size_t shared = std::min(payload.size(), cookie_len);
    return std::equal(
        whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(shared), payload.begin());
}

/// A number of a probe that wraps: its ICMP sequence number, a port, a chosen checksum. Probe 0 has
/// the number `start`, and the numbers go from `first` through `modulus` values round and round.
struct wrapped_number {
    std::uint32_t first = 0;
    std::uint32_t modulus = 65'536;
    std::uint32_t start = 0;

    [[nodiscard]] constexpr std::uint16_t of(std::uint64_t id) const noexcept {
        return static_cast<std::uint16_t>(first + (start - first + id) % modulus);
    }
    /// The newest probe below `next` that has this number.
    [[nodiscard]] constexpr std::optional<std::uint64_t> newest(std::uint16_t number,
                                                                std::uint64_t next) const noexcept {
        if (next == 0 || number < first || number - first >= modulus) return std::nullopt;
        const std::uint64_t residue = (modulus + number - start) % modulus;
        const std::uint64_t last = next - 1;
        const std::uint64_t back = (last % modulus + modulus - residue) % modulus;
        if (back > last) return std::nullopt;
        return last - back;
    }
};

}  // namespace sonde::inline v0::detail
