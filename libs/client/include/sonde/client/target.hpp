#pragma once
/// Whom to probe: a name, an address as text, or an address.

#include <optional>
#include <string>
#include <string_view>

#include <sonde/base/address.hpp>
#include <sonde/base/api.hpp>
#include <sonde/net/resolver.hpp>  // is_hostname, is_ipv4, is_ipv6

namespace sonde::inline v0 {

/// A class with constructors and no aggregate: it may stand as a temporary in a co_await
/// expression.
class SONDE_API target {
  public:
    target(std::string_view text) : text_(text) {}        // NOLINT(google-explicit-constructor)
    target(const char* text) : text_(text) {}             // NOLINT(google-explicit-constructor)
    target(std::string text) : text_(std::move(text)) {}  // NOLINT(google-explicit-constructor)
    target(const ip_address& address);                    // NOLINT(google-explicit-constructor)
    target(const ipv4_address& address) : target(ip_address(address)) {}  // NOLINT
    target(const ipv6_address& address) : target(ip_address(address)) {}  // NOLINT
    /// An address that is known already under the text that the user wrote: results show the text.
    target(std::string text, const ip_address& address)
        : text_(std::move(text)), address_(address) {}

    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    /// None: `text()` is an address or a name still to be read.
    [[nodiscard]] const std::optional<ip_address>& address() const noexcept { return address_; }

  private:
    std::string text_;
    std::optional<ip_address> address_{};
};

/// An address as people write it: dotted quad, RFC 5952, or IPv6 with its zone (RFC 4007 s11) as an
/// interface's name or index: fe80::1%eth0. Empty when `text` is none, or the interface does not
/// exist.
[[nodiscard]] SONDE_API std::optional<ip_address> parse_address(std::string_view text);
/// With the zone as the interface's name; its index where the interface is gone.
[[nodiscard]] SONDE_API std::string address_text(const ip_address& address);

}  // namespace sonde::inline v0
