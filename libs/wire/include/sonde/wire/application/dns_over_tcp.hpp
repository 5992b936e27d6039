#pragma once
/// DNS over a stream (RFC 1035 s4.2.2, RFC 7766 s8): two octets of length before each message.
///
///     +-------------------------------+
///     | length of the message         | message, and the next length
///     +-------------------------------+
///
/// A segment may hold several messages, and the first octets of one more: `messages()` yields the
/// whole ones, its error() says how much of the last one is missing.

#include <algorithm>
#include <array>
#include <string_view>

#include <sonde/wire/application/dns.hpp>
#include <sonde/wire/automatics.hpp>
#include <sonde/wire/element_range.hpp>

namespace sonde::inline v0 {

/// One whole message with its length. Borrows.
class dns_tcp_message {
  public:
    /// Takes one message from the front of `rest`.
    /// Errors: truncated (fewer octets than the length declares).
    [[nodiscard]] SONDE_API static result<dns_tcp_message> parse(
        bytes_view rest SONDE_LIFETIMEBOUND) noexcept;
    [[nodiscard]] bytes_view message() const noexcept { return octets_.subspan(2); }
    [[nodiscard]] bytes_view octets() const noexcept { return octets_; }  // with the length

  private:
    explicit dns_tcp_message(bytes_view octets) noexcept : octets_(octets) {}
    bytes_view octets_;
};

struct dns_over_tcp {
    static constexpr std::string_view name = "dns_over_tcp";
    static constexpr std::string_view spec = "RFC 1035 s4.2.2";
    static constexpr layer id = layer::dns_over_tcp;
    static constexpr std::size_t header_len = 2;  // octets
    static constexpr std::array fields{field{"length", 0, 16}};
    static constexpr std::array selected_by{selector{selector_kind::tcp_port, 53},
                                            selector{selector_kind::tcp_port, 5355}};

    // What it means, in host byte order. Borrows `message` and `trailer`.
    automatic<std::uint16_t> length{};  // octets of the message; computed unless set
    bytes_view message{};               // DNS
    bytes_view trailer{};               // what follows: further messages with their lengths
    static constexpr std::array automatics{
        automatic_field{"length", detail::len_behind_length, is_forced<&dns_over_tcp::length>::in}};

    /// The octets as they lie; any bit pattern is fine, nothing is judged. Borrows them: invalid
    /// once they are freed or reused. Two words; pass by value.
    template <class Octet>
    class basic_view : public detail::header_view<Octet, header_len> {
        using base = detail::header_view<Octet, header_len>;
        using base::head;
        using base::rest;

      public:
        /// Errors: truncated (fewer than `header_len` octets).
        [[nodiscard]] static result<basic_view> parse(
            std::span<Octet> in SONDE_LIFETIMEBOUND) noexcept {
            if (in.size() < header_len) return truncated(id, header_len, in.size());
            return basic_view(in);
        }
        static result<basic_view> parse(dying_octets auto&&) = delete;
        [[nodiscard]] std::uint16_t length() const noexcept { return be16<0>(head()); }
        [[nodiscard]] std::size_t payload_declared_len() const noexcept { return length(); }
        /// The first message: as much of it as is declared and captured.
        [[nodiscard]] std::span<Octet> payload() const noexcept {
            return rest().first(std::min<std::size_t>(length(), rest().size()));
        }
        [[nodiscard]] std::span<Octet> trailer() const noexcept {
            return rest().subspan(payload().size());
        }
        /// All whole messages of the octets.
        [[nodiscard]] element_range<dns_tcp_message> messages() const noexcept {
            return element_range<dns_tcp_message>(this->octets());
        }
        [[nodiscard]] selector next_selector() const noexcept { return dns::selected_by[0]; }
        void set_length(std::uint16_t value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            put_be16<0>(head(), value);
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept : base(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Reads every field; the length comes back forced, so that emission is the identity.
    /// Errors: none.
    [[nodiscard]] SONDE_API static result<dns_over_tcp> read(view v) noexcept;
    /// The messages behind the first, which is a layer of its own, and a last one that is not all
    /// here.
    SONDE_API static void describe(view seen, field_sink& to);
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + message.size() + trailer.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<dns_over_tcp> && selectable<dns_over_tcp> && carrier<dns_over_tcp::view> &&
              std::is_trivially_copyable_v<dns_over_tcp::view>);

}  // namespace sonde::inline v0
