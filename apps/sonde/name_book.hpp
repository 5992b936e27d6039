#pragma once
/// Names of addresses for the screens: asked for as addresses turn up, never waited for here.

#include <sonde/base/address.hpp>
#include <sonde/client/names.hpp>
#include <sonde/report/address_book.hpp>

namespace sonde::cli {

class name_book {
  public:
    /// `service` null: no names.
    explicit name_book(name_service* service = nullptr) noexcept : service_(service) {}

    /// Asks for the name; notes it when it is known already.
    void ask(const ip_address& address);
    void note(const ip_address& address, const reverse_name& answer);
    /// Asked for, and no answer yet.
    [[nodiscard]] bool is_pending(const ip_address& address);
    /// The interface behind the zone of an address, for its text.
    void note_zone(const ip_address& address);
    [[nodiscard]] const address_book& book() const noexcept { return book_; }

  private:
    name_service* service_;
    address_book book_{};
};

}  // namespace sonde::cli
