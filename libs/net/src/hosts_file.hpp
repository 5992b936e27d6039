#pragma once
/// The hosts file (hosts(5)): lines of an address and its names. Lines that are not, are passed
/// over. Read at most once in `fresh_for`; a file that grows beyond `len_max` counts up to there.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sonde/base/address.hpp>
#include <sonde/base/time.hpp>
#include <sonde/net/resolver.hpp>
#include <sonde/net/system_calls.hpp>

namespace sonde::inline v0::detail {

class hosts_file {
  public:
    static constexpr std::size_t len_max = 1 << 20;  // octets
    static constexpr std::chrono::seconds fresh_for{5};

    hosts_file(std::string path, const system_calls& calls)
        : path_(std::move(path)), calls_(&calls) {}

    [[nodiscard]] std::vector<ip_address> addresses_of(std::string_view name, family_choice family,
                                                       mono_time now);
    [[nodiscard]] std::vector<std::string> names_of(const ip_address& address, mono_time now);

  private:
    struct line {
        ip_address address;
        std::vector<std::string> names;
    };
    void refresh(mono_time now);
    [[nodiscard]] std::string read_whole() const;

    std::string path_;
    const system_calls* calls_;
    std::vector<line> lines_;
    std::optional<mono_time> read_at_;
};

[[nodiscard]] constexpr bool fits(family_choice family, const ip_address& address) noexcept {
    return family == family_choice::any || (family == family_choice::v4) == address.is_v4();
}
/// Names are compared without case (RFC 4343) and without the final dot.
[[nodiscard]] std::string folded_name(std::string_view name);

}  // namespace sonde::inline v0::detail
