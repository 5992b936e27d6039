#include "name_book.hpp"

#include <sonde/net/interfaces.hpp>

namespace sonde::cli {

void name_book::ask(const ip_address& address) {
    if (service_ == nullptr || address.is_unspecified() || book_.name(address) != nullptr) return;
    note(address, service_->reverse(address));
}

void name_book::note(const ip_address& address, const reverse_name& answer) {
    if (answer.state == name_state::known) book_.names.insert_or_assign(address, answer.name);
}

bool name_book::is_pending(const ip_address& address) {
    if (service_ == nullptr || book_.name(address) != nullptr) return false;
    const reverse_name answer = service_->reverse(address);
    note(address, answer);
    return answer.state == name_state::pending;
}

void name_book::note_zone(const ip_address& address) {
    if (address.zone() == 0 || book_.zones.contains(address.zone())) return;
    if (const auto name = interface_name_of(address.zone())) book_.zones[address.zone()] = *name;
}

}  // namespace sonde::cli
