#include <sonde/base/text.hpp>
#include <sonde/report/address_book.hpp>

namespace sonde::inline v0 {

const std::string* address_book::name(const ip_address& address) const {
    const auto found = names.find(address);
    return found == names.end() ? nullptr : &found->second;
}

std::string address_book::number(const ip_address& address) const {
    const auto zone = address.is_v6() ? zones.find(address.zone()) : zones.end();
    if (address.zone() == 0 || zone == zones.end()) return to_string(address);
    return to_string(address.v6()) + '%' + printable(zone->second);
}

std::string address_book::name_and_number(const ip_address& address) const {
    const std::string* known = name(address);
    return known == nullptr ? number(address) : printable(*known) + " (" + number(address) + ')';
}

}  // namespace sonde::inline v0
