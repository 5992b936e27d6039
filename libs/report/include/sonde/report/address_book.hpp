#pragma once
/// What is known about addresses besides their octets: names from the network and the names of
/// interfaces. Plain data, so that rendering stays a pure function. Names are kept as they came;
/// what this file returns has passed `printable` and is safe on a screen.

#include <cstdint>
#include <map>
#include <string>

#include <sonde/base/address.hpp>
#include <sonde/base/api.hpp>

namespace sonde::inline v0 {

struct address_book {
    std::map<ip_address, std::string> names{};     // from PTR records: any octets
    std::map<std::uint32_t, std::string> zones{};  // interface names by index

    /// The name as it came; null when there is none.
    [[nodiscard]] SONDE_API const std::string* name(const ip_address& address) const;
    /// "192.0.2.1", "fe80::1%eth0"; a zone without a name by its index.
    [[nodiscard]] SONDE_API std::string number(const ip_address& address) const;
    /// "host.example (192.0.2.1)", as ping writes it; the number alone without a name.
    [[nodiscard]] SONDE_API std::string name_and_number(const ip_address& address) const;
};

}  // namespace sonde::inline v0
