#pragma once
/// DHCP (RFC 2131 s2) and BOOTP (RFC 951), whose header it shares. The struct is what it means;
/// `view` is how it lies.
///
///     0               1               2               3
///    +---------------+---------------+---------------+---------------+
///    | op            | htype         | hlen          | hops          |
///    +---------------+---------------+---------------+---------------+
///    | xid: transaction identifier                                   |
///    +-------------------------------+-------------------------------+
///    | secs                          |B| flags                       |
///    +-------------------------------+-------------------------------+
///    | ciaddr: the client's address, if it has one                   |
///    | yiaddr: your (the client's) address                           |
///    | siaddr: the address of the next server                        |
///    | giaddr: the address of the relay agent                        |
///    +---------------------------------------------------------------+
///    | chaddr: the client's hardware address, 16 octets              |
///    | sname: the server's name, 64 octets, or options               |
///    | file: the boot file's name, 128 octets, or options            |
///    +---------------------------------------------------------------+
///    | magic cookie 99.130.83.99, then options (RFC 2132 s2)

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include <sonde/wire/application/dhcp_options.hpp>
#include <sonde/wire/header_view.hpp>
#include <sonde/wire/protocol.hpp>

namespace sonde::inline v0 {

/// Other values stay representable.
enum class dhcp_op : std::uint8_t { request = 1, reply = 2 };
[[nodiscard]] SONDE_API std::string_view to_string(dhcp_op op) noexcept;

namespace detail {
[[nodiscard]] SONDE_API std::string_view dhcp_op_field_name(std::uint64_t value) noexcept;

/// The places where options stand: behind the cookie, then `file` and `sname` when the option
/// overload says so (RFC 2131 s4.1, in the order of RFC 3396 s5).
struct dhcp_option_places {
    std::array<bytes_view, 3> octets{};
    std::array<std::size_t, 3> offsets{};
    std::size_t count = 0;
};
[[nodiscard]] SONDE_API dhcp_option_places dhcp_places(bytes_view message) noexcept;
/// Writes the joined values of `code`, as much as fits; returns the length of all.
SONDE_API std::optional<std::size_t> dhcp_gather(bytes_view message, dhcp_option_code code,
                                                 bytes_mut room) noexcept;
}  // namespace detail

struct dhcp {
    static constexpr std::string_view name = "dhcp";
    static constexpr std::string_view spec = "RFC 2131 s2";
    static constexpr layer id = layer::dhcp;
    static constexpr std::size_t header_len = 236;             // octets, without the cookie
    static constexpr std::uint32_t magic_cookie = 0x63825363;  // RFC 2132 s2
    static constexpr std::uint16_t broadcast_bit = 0x8000;
    static constexpr std::array fields{
        field{"op", 0, 8, field_kind::number, detail::dhcp_op_field_name},
        field{"htype", 8, 8},
        field{"hlen", 16, 8},
        field{"hops", 24, 8},
        field{"xid", 32, 32, field_kind::hex},
        field{"secs", 64, 16},
        field{"flags", 80, 16, field_kind::hex},
        field{"ciaddr", 96, 32, field_kind::ipv4},
        field{"yiaddr", 128, 32, field_kind::ipv4},
        field{"siaddr", 160, 32, field_kind::ipv4},
        field{"giaddr", 192, 32, field_kind::ipv4},
        field{"chaddr", 224, 128, field_kind::octets},
        field{"sname", 352, 512, field_kind::octets},
        field{"file", 864, 1024, field_kind::octets}};
    static constexpr std::array selected_by{selector{selector_kind::udp_port, 67},
                                            selector{selector_kind::udp_port, 68}};

    // What a message means, in host byte order. Borrows `options`.
    dhcp_op op = dhcp_op::request;
    std::uint8_t htype = 1;  // IANA hardware types: 1 Ethernet
    std::uint8_t hlen = 6;   // octets of chaddr that count
    std::uint8_t hops = 0;
    std::uint32_t xid = 0;
    std::uint16_t secs = 0;   // since the client began
    std::uint16_t flags = 0;  // `broadcast_bit`; the others are zero
    ipv4_address ciaddr{};
    ipv4_address yiaddr{};
    ipv4_address siaddr{};
    ipv4_address giaddr{};
    std::array<std::uint8_t, 16> chaddr{};
    std::array<std::uint8_t, 64> sname{};
    std::array<std::uint8_t, 128> file{};
    bool has_magic_cookie = true;  // false: BOOTP with another vendor area, or none
    bytes_view options{};          // what follows the cookie: see dhcp_option_writer

    /// The octets as they lie; any bit pattern is fine, nothing is judged. Borrows them: invalid
    /// once they are freed or reused. Two words; pass by value.
    template <class Octet>
    class basic_view : public detail::header_view<Octet, header_len> {
        static constexpr bool writable = !std::is_const_v<Octet>;
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
        [[nodiscard]] dhcp_op op() const noexcept { return dhcp_op(head()[0]); }
        [[nodiscard]] std::uint8_t htype() const noexcept { return head()[1]; }
        [[nodiscard]] std::uint8_t hlen() const noexcept { return head()[2]; }
        [[nodiscard]] std::uint8_t hops() const noexcept { return head()[3]; }
        [[nodiscard]] std::uint32_t xid() const noexcept { return be32<4>(head()); }
        [[nodiscard]] std::uint16_t secs() const noexcept { return be16<8>(head()); }
        [[nodiscard]] std::uint16_t flags() const noexcept { return be16<10>(head()); }
        [[nodiscard]] bool broadcast() const noexcept { return (flags() & broadcast_bit) != 0; }
        [[nodiscard]] ipv4_address ciaddr() const noexcept { return {be32<12>(head())}; }
        [[nodiscard]] ipv4_address yiaddr() const noexcept { return {be32<16>(head())}; }
        [[nodiscard]] ipv4_address siaddr() const noexcept { return {be32<20>(head())}; }
        [[nodiscard]] ipv4_address giaddr() const noexcept { return {be32<24>(head())}; }
        [[nodiscard]] std::span<Octet, 16> chaddr() const noexcept {
            return head().template subspan<28, 16>();
        }
        /// The octets of chaddr that `hlen` counts, at most 16.
        [[nodiscard]] std::span<Octet> hardware_address() const noexcept {
            return chaddr().first(std::min<std::size_t>(hlen(), chaddr().size()));
        }
        [[nodiscard]] std::span<Octet, 64> sname() const noexcept {
            return head().template subspan<44, 64>();
        }
        [[nodiscard]] std::span<Octet, 128> file() const noexcept {
            return head().template subspan<108, 128>();
        }
        /// Whether the four octets stand there that say that options follow.
        [[nodiscard]] bool has_magic_cookie() const noexcept {
            return rest().size() >= 4 && be32_at(rest(), 0) == magic_cookie;
        }
        /// What follows the header: the cookie and options, or another vendor area (RFC 951 s3).
        [[nodiscard]] std::span<Octet> vendor_area() const noexcept { return rest(); }
        /// The options behind the cookie, pads and end included; none without a cookie. Offsets in
        /// errors count from the start of this header.
        [[nodiscard]] dhcp_option_list options() const noexcept {
            const std::size_t start = has_magic_cookie() ? header_len + 4 : this->octets().size();
            return dhcp_option_list(bytes_view(this->octets()).subspan(start), {}, start);
        }
        /// Calls `use(const dhcp_option&)` for each option but pads and ends: those behind the
        /// cookie, then those in `file` and in `sname` where the option overload puts some (RFC
        /// 2131 s4.1). `use` may return false to stop.
        template <class Use>
        void for_each_option(Use&& use) const {
            const auto places = detail::dhcp_places(this->octets());
            for (std::size_t i = 0; i < places.count; ++i) {
                for (const auto& option : dhcp_option_list(places.octets[i])) {
                    if (option.code() == dhcp_option_code::pad) continue;
                    if (option.code() == dhcp_option_code::end) break;
                    if constexpr (std::is_convertible_v<decltype(use(option)), bool>) {
                        if (!use(option)) return;
                    } else {
                        use(option);
                    }
                }
            }
        }
        /// The first option of a code, in whichever place.
        [[nodiscard]] std::optional<dhcp_option> find(dhcp_option_code code) const noexcept {
            std::optional<dhcp_option> found;
            for_each_option([&](const dhcp_option& option) {
                if (option.code() == code) found = option;
                return !found.has_value();
            });
            return found;
        }
        /// The values of all options of a code, one behind the other, as one value (RFC 3396 s7):
        /// writes as much as fits into `room`. The length of all; nothing when there is none.
        [[nodiscard]] std::optional<std::size_t> gather(dhcp_option_code code,
                                                        bytes_mut room) const noexcept {
            return detail::dhcp_gather(this->octets(), code, room);
        }
        /// none without an option 53: BOOTP.
        [[nodiscard]] dhcp_message_type message_type() const noexcept {
            const auto option = find(dhcp_option_code::message_type);
            const auto number = option ? option->number() : std::nullopt;
            return dhcp_message_type(static_cast<std::uint8_t>(number.value_or(0)));
        }
        void set_op(dhcp_op value) const noexcept
            requires writable
        {
            head()[0] = static_cast<std::uint8_t>(value);
        }
        void set_hops(std::uint8_t value) const noexcept
            requires writable
        {
            head()[3] = value;
        }
        void set_xid(std::uint32_t value) const noexcept
            requires writable
        {
            put_be32<4>(head(), value);
        }
        void set_flags(std::uint16_t value) const noexcept
            requires writable
        {
            put_be16<10>(head(), value);
        }
        void set_giaddr(ipv4_address value) const noexcept
            requires writable
        {
            put_be32<24>(head(), value.value);
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept : base(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Reads every field and borrows the options, so that emission is the identity.
    /// Errors: none.
    [[nodiscard]] SONDE_API static result<dhcp> read(view v) noexcept;
    /// The names in sname and file, or the options that stand there; the cookie and the options
    /// behind it, pads and end included.
    SONDE_API static void describe(view seen, field_sink& to);
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + (has_magic_cookie ? 4 : 0) + options.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<dhcp> && selectable<dhcp> && std::is_trivially_copyable_v<dhcp::view>);

/// Whether `answer` is one to `question`: a reply to a request of the same transaction (RFC 2131
/// s4.4.1). The hardware address is not compared: a lease query may ask for it (RFC 4388 s6.4.2).
[[nodiscard]] SONDE_API bool is_answer(dhcp::view answer, dhcp::view question) noexcept;

}  // namespace sonde::inline v0
