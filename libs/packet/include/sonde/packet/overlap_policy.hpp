#pragma once
/// What happens where two pieces of a datagram or a stream claim the same octets. Receivers differ
/// here, which is what evasion lives on: choose what the host behind does, or refuse.

#include <cstdint>
#include <string_view>

namespace sonde::inline v0 {

enum class overlap_policy : std::uint8_t {
    first_wins,  // octets that are held stay
    last_wins,   // octets that came later replace those that are held
    refuse,      // the whole is given up (RFC 5722, RFC 8200 s4.5)
};
[[nodiscard]] constexpr std::string_view to_string(overlap_policy policy) noexcept {
    switch (policy) {
        case overlap_policy::first_wins:
            return "first_wins";
        case overlap_policy::last_wins:
            return "last_wins";
        case overlap_policy::refuse:
            return "refuse";
    }
    return "";
}

}  // namespace sonde::inline v0
