#pragma once
/// Generic routing encapsulation: version 0 (RFC 2784, with key and sequence number of RFC 2890)
/// and the enhanced version 1 of PPTP (RFC 2637 s4.1). The struct is what it means; `view` is how
/// it lies.
///
///     0               1               2               3
///    +-+-+-+-+-+-----+-+-------+-----+-------------------------------+
///    |C|R|K|S|s|recur|A| flags | ver | protocol type (an EtherType)  |
///    +-+-+-+-+-+-----+-+-------+-----+-------------------------------+
///    | checksum (with C or R)        | offset                        |
///    +-------------------------------+-------------------------------+
///    | key (with K); version 1: payload length and call identifier   |
///    +---------------------------------------------------------------+
///    | sequence number (with S)                                      |
///    +---------------------------------------------------------------+
///    | acknowledgment number (version 1, with A)                     |
///    +---------------------------------------------------------------+
///    | payload
///
/// R announces a source route (RFC 1701), whose length nobody can tell without walking it and which
/// RFC 2784 s2.3 has receivers refuse: so does read(), by name.

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include <sonde/wire/automatics.hpp>
#include <sonde/wire/checksum.hpp>
#include <sonde/wire/header_view.hpp>
#include <sonde/wire/link/ether_type.hpp>

namespace sonde::inline v0 {

struct gre {
    static constexpr std::string_view name = "gre";
    static constexpr std::string_view spec = "RFC 2784, RFC 2890";
    static constexpr layer id = layer::gre;
    static constexpr std::size_t header_len = 4;       // octets, without what the flags announce
    static constexpr std::size_t header_len_max = 20;  // octets: four optional words
    static constexpr std::array fields{
        field{"checksum_present", 0, 1},
        field{"routing_present", 1, 1},
        field{"key_present", 2, 1},
        field{"sequence_number_present", 3, 1},
        field{"strict_source_route", 4, 1},
        field{"recursion_control", 5, 3},
        field{"acknowledgment_number_present", 8, 1},
        field{"flags", 9, 4, field_kind::hex},
        field{"version", 13, 3},
        field{"protocol_type", 16, 16, field_kind::hex, detail::ether_type_field_name}};
    static constexpr std::array selected_by{selector{selector_kind::ip_protocol, 47},
                                            selector{selector_kind::udp_port, 4754}};  // RFC 8086

    /// The halves of the key of version 1 (RFC 2637 s4.1).
    struct pptp_key {
        std::uint16_t payload_length = 0;  // octets
        std::uint16_t call_id = 0;
        friend constexpr bool operator==(const pptp_key&, const pptp_key&) = default;
    };
    /// As the one word that they share with the key of version 0.
    [[nodiscard]] static constexpr std::uint32_t key_of(pptp_key parts) noexcept {
        return (std::uint32_t{parts.payload_length} << 16) | parts.call_id;
    }

    // What a packet means, in host byte order. Borrows `payload`. What is present says so itself.
    std::uint8_t version = 0;               // 3 bits; 1: PPTP
    std::uint8_t reserved = 0;              // the four bits of s and recursion control, zero
    std::uint8_t flags = 0;                 // 4 bits, zero
    bool acknowledgment_bit = false;        // A in version 0, where it means nothing
    automatic<ether_type> protocol_type{};  // from what it carries; `reserved` when nobody says
    bool with_checksum = false;
    automatic<std::uint16_t> checksum{};  // over header and payload; computed unless set
    std::uint16_t offset = 0;             // beside the checksum; zero (RFC 2784 s2.5)
    std::optional<std::uint32_t> key{};
    std::optional<std::uint32_t> sequence_number{};
    std::optional<std::uint32_t> acknowledgment_number{};  // version 1 only
    bytes_view payload{};
    static constexpr std::array automatics{
        automatic_field{
            "protocol_type", detail::carried_ether_type<2>, is_forced<&gre::protocol_type>::in},
        automatic_field{"checksum",
                        detail::gre_checksum,
                        is_forced<&gre::checksum>::in,
                        detail::store_gre_checksum}};

    /// The octets as they lie; any bit pattern is fine, nothing is judged. Borrows them: invalid
    /// once they are freed or reused. Two words; pass by value.
    template <class Octet>
    class basic_view : public detail::header_view<Octet, header_len> {
        static constexpr bool writable = !std::is_const_v<Octet>;
        using base = detail::header_view<Octet, header_len>;
        using base::head;

      public:
        /// Errors: truncated (fewer than `header_len` octets).
        [[nodiscard]] static result<basic_view> parse(
            std::span<Octet> in SONDE_LIFETIMEBOUND) noexcept {
            if (in.size() < header_len) return truncated(id, header_len, in.size());
            return basic_view(in);
        }
        static result<basic_view> parse(dying_octets auto&&) = delete;
        [[nodiscard]] bool checksum_present() const noexcept { return bit(0); }
        [[nodiscard]] bool routing_present() const noexcept { return bit(1); }
        [[nodiscard]] bool key_present() const noexcept { return bit(2); }
        [[nodiscard]] bool sequence_number_present() const noexcept { return bit(3); }
        [[nodiscard]] bool strict_source_route() const noexcept { return bit(4); }
        [[nodiscard]] std::uint8_t recursion_control() const noexcept { return head()[0] & 7; }
        /// As it stands; it announces a number in version 1 alone.
        [[nodiscard]] bool acknowledgment_number_present() const noexcept { return bit(8); }
        [[nodiscard]] std::uint8_t flags() const noexcept { return (head()[1] >> 3) & 0x0f; }
        [[nodiscard]] std::uint8_t version() const noexcept { return head()[1] & 7; }
        [[nodiscard]] std::uint16_t flags_and_version() const noexcept { return be16<0>(head()); }
        [[nodiscard]] ether_type protocol_type() const noexcept {
            return ether_type(be16<2>(head()));
        }
        // Each of these is there when its flag says so and its octets are.
        [[nodiscard]] std::optional<std::uint16_t> checksum() const noexcept {
            if (!has_checksum_word() || version() > 1 || !holds(header_len)) return std::nullopt;
            return be16_at(this->octets(), header_len);
        }
        [[nodiscard]] std::optional<std::uint16_t> offset() const noexcept {
            if (!has_checksum_word() || version() > 1 || !holds(header_len)) return std::nullopt;
            return be16_at(this->octets(), header_len + 2);
        }
        [[nodiscard]] std::optional<std::uint32_t> key() const noexcept {
            return word_if(key_present(), key_at());
        }
        /// The key's halves in version 1.
        [[nodiscard]] std::optional<pptp_key> pptp() const noexcept {
            const auto word = key();
            if (version() != 1 || !word) return std::nullopt;
            return pptp_key{static_cast<std::uint16_t>(*word >> 16),
                            static_cast<std::uint16_t>(*word)};
        }
        [[nodiscard]] std::optional<std::uint32_t> sequence_number() const noexcept {
            return word_if(sequence_number_present(), sequence_number_at());
        }
        [[nodiscard]] std::optional<std::uint32_t> acknowledgment_number() const noexcept {
            return word_if(has_acknowledgment_word(), acknowledgment_number_at());
        }
        /// Octets of the header as the flags declare it, without a source route.
        [[nodiscard]] std::size_t header_length() const noexcept {
            return acknowledgment_number_at() + (has_acknowledgment_word() ? 4 : 0);
        }
        /// The header's length, once it can be known.
        /// Errors: bad_version (above 1), bad_value (a source route), truncated (a word that the
        /// flags announce is not there).
        [[nodiscard]] result<std::size_t> checked_header_length() const noexcept {
            if (known_form() && header_length() <= this->octets().size()) [[likely]]
                return header_length();
            return header_problem(flags_and_version(), header_length(), this->octets().size());
        }
        /// What follows the header, at most what version 1 declares; empty where the header's end
        /// is not known.
        [[nodiscard]] std::span<Octet> payload() const noexcept {
            return behind_header().first(payload_len());
        }
        /// What follows the payload that version 1 declares.
        [[nodiscard]] std::span<Octet> trailer() const noexcept {
            return behind_header().subspan(payload_len());
        }
        /// Whether the sum over header and payload holds. Precondition: the octets end with the
        /// payload, as the datagram around them says.
        [[nodiscard]] checksum_state checksum_verdict() const noexcept {
            if (!checksum_present()) return checksum_state::absent;
            return checksum_holds(this->octets()) ? checksum_state::good : checksum_state::bad;
        }
        /// Nothing where the header's end is not known. An acknowledgment of version 1 carries
        /// nothing.
        [[nodiscard]] selector next_selector() const noexcept {
            if (!known_form() || (version() == 1 && !sequence_number_present())) return {};
            return detail::ether_type_selector(protocol_type());
        }
        void set_protocol_type(ether_type value) const noexcept
            requires writable
        {
            put_be16<2>(head(), static_cast<std::uint16_t>(value));
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept : base(octets) {}
        [[nodiscard]] bool bit(unsigned which) const noexcept {
            return ((be16<0>(head()) >> (15 - which)) & 1) != 0;
        }
        // RFC 1701: the word is there when either flag is. Version 1 forbids both (RFC 2637 s4.1);
        // a sender that breaks this is read as one of version 0.
        [[nodiscard]] bool has_checksum_word() const noexcept {
            return checksum_present() || routing_present();
        }
        [[nodiscard]] bool has_acknowledgment_word() const noexcept {
            return version() == 1 && acknowledgment_number_present();
        }
        [[nodiscard]] bool known_form() const noexcept {
            return version() <= 1 && !routing_present();
        }
        [[nodiscard]] std::size_t key_at() const noexcept {
            return header_len + (has_checksum_word() ? 4 : 0);
        }
        [[nodiscard]] std::size_t sequence_number_at() const noexcept {
            return key_at() + (key_present() ? 4 : 0);
        }
        [[nodiscard]] std::size_t acknowledgment_number_at() const noexcept {
            return sequence_number_at() + (sequence_number_present() ? 4 : 0);
        }
        [[nodiscard]] bool holds(std::size_t word_at) const noexcept {
            return word_at + 4 <= this->octets().size();
        }
        [[nodiscard]] std::optional<std::uint32_t> word_if(bool present,
                                                           std::size_t at) const noexcept {
            // Behind a version that nobody knows, or a route, nothing has its place.
            if (!present || version() > 1 || !holds(at)) return std::nullopt;
            return be32_at(this->octets(), at);
        }
        [[nodiscard]] std::span<Octet> behind_header() const noexcept {
            const auto all = this->octets();
            return known_form() ? all.subspan(std::min(header_length(), all.size()))
                                : all.subspan(all.size());
        }
        [[nodiscard]] std::size_t payload_len() const noexcept {
            const std::size_t have = behind_header().size();
            const auto declared = pptp();
            return declared ? std::min<std::size_t>(declared->payload_length, have) : have;
        }
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Reads every field; what is automatic comes back forced, so that emission is the identity.
    /// Errors: bad_version (above 1), bad_value (a source route), truncated (a word that the flags
    /// announce is not there).
    [[nodiscard]] SONDE_API static result<gre> read(view v) noexcept;
    /// The words that the flags announce.
    SONDE_API static void describe(view seen, field_sink& to);
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_length() + payload.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
    /// Octets of the header with the words that are present.
    [[nodiscard]] std::size_t header_length() const noexcept {
        return header_len + (with_checksum ? 4U : 0U) + (key ? 4U : 0U) +
               (sequence_number ? 4U : 0U) + (acknowledgment_number ? 4U : 0U);
    }

  private:
    SONDE_API static result<std::size_t> header_problem(std::uint16_t flags_and_version,
                                                        std::size_t len, std::size_t have) noexcept;
    void emit_optional_words(bytes_mut out) const noexcept;
};
static_assert(protocol<gre> && selectable<gre> && carrier<gre::view> &&
              std::is_trivially_copyable_v<gre::view>);

}  // namespace sonde::inline v0
