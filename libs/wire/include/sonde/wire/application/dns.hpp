#pragma once
/// DNS (RFC 1035 s4.1, RFC 2535 s6.1 for AD and CD, RFC 2181), mDNS (RFC 6762), LLMNR (RFC 4795).
/// The struct is what a header means; `view` is how a message lies.
///
///     0               1               2               3
///    +-------------------------------+-+-------+-+-+-+-+-+-+-+-------+
///    | identifier                    |Q| op-   |A|T|R|R|Z|A|C| resp. |
///    |                               |R| code  |A|C|D|A| |D|D| code  |
///    +-------------------------------+-+-------+-+-+-+-+-+-+-+-------+
///    | question count                | answer count                  |
///    +-------------------------------+-------------------------------+
///    | authority count               | additional count              |
///    +-------------------------------+-------------------------------+
///    | sections: questions, answers, authorities, additionals
///
/// What is read emits the octets that it came from, whatever was changed in the header: the
/// sections stay as they lie, and their pointers count from the start of the message. To change
/// sections, copy the wanted records with a dns_writer.

#include <array>
#include <optional>
#include <string_view>

#include <sonde/wire/application/dns_data.hpp>
#include <sonde/wire/application/dns_edns.hpp>
#include <sonde/wire/application/dns_record.hpp>
#include <sonde/wire/header_view.hpp>

namespace sonde::inline v0 {

namespace detail {
[[nodiscard]] SONDE_API std::string_view dns_opcode_field_name(std::uint64_t value) noexcept;
[[nodiscard]] SONDE_API std::string_view dns_response_code_field_name(std::uint64_t value) noexcept;
}  // namespace detail

struct dns {
    static constexpr std::string_view name = "dns";
    static constexpr std::string_view spec = "RFC 1035 s4.1";
    static constexpr layer id = layer::dns;
    static constexpr std::size_t header_len = detail::dns_header_len;  // octets
    static constexpr std::size_t message_len_max = 65535;  // octets: a datagram, RFC 1035 s4.2.2
    static constexpr std::array fields{
        field{"identifier", 0, 16, field_kind::hex},
        field{"response", 16, 1},
        field{"opcode", 17, 4, field_kind::number, detail::dns_opcode_field_name},
        field{"authoritative_answer", 21, 1},
        field{"truncated", 22, 1},
        field{"recursion_desired", 23, 1},
        field{"recursion_available", 24, 1},
        field{"reserved", 25, 1},
        field{"authentic_data", 26, 1},
        field{"checking_disabled", 27, 1},
        field{"response_code", 28, 4, field_kind::number, detail::dns_response_code_field_name},
        field{"question_count", 32, 16},
        field{"answer_count", 48, 16},
        field{"authority_count", 64, 16},
        field{"additional_count", 80, 16}};
    static constexpr std::array selected_by{selector{selector_kind::udp_port, 53},
                                            selector{selector_kind::udp_port, 5353},
                                            selector{selector_kind::udp_port, 5355}};

    // What a message means, in host byte order. Borrows `sections`.
    std::uint16_t identifier = 0;
    bool response = false;                  // QR
    dns_opcode opcode = dns_opcode::query;  // 4 bits
    bool authoritative_answer = false;      // AA
    bool truncated = false;                 // TC
    bool recursion_desired = false;         // RD
    bool recursion_available = false;       // RA
    bool reserved = false;                  // Z: zero
    bool authentic_data = false;            // AD, RFC 4035 s3.2.3
    bool checking_disabled = false;         // CD, RFC 4035 s3.2.2
    dns_response_code response_code{};      // 4 bits; the others are in an OPT record
    std::uint16_t question_count = 0;       // a dns_writer counts for you
    std::uint16_t answer_count = 0;
    std::uint16_t authority_count = 0;
    std::uint16_t additional_count = 0;
    bytes_view sections{};  // all that follows the header

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
            if (in.size() < header_len) return sonde::truncated(id, header_len, in.size());
            return basic_view(in);
        }
        static result<basic_view> parse(dying_octets auto&&) = delete;

        [[nodiscard]] std::uint16_t identifier() const noexcept { return be16<0>(head()); }
        [[nodiscard]] bool response() const noexcept { return bit(0x8000); }
        [[nodiscard]] dns_opcode opcode() const noexcept {
            return dns_opcode((head()[2] >> 3) & 0x0f);
        }
        [[nodiscard]] bool authoritative_answer() const noexcept { return bit(0x0400); }
        [[nodiscard]] bool truncated() const noexcept { return bit(0x0200); }
        [[nodiscard]] bool recursion_desired() const noexcept { return bit(0x0100); }
        [[nodiscard]] bool recursion_available() const noexcept { return bit(0x0080); }
        [[nodiscard]] bool reserved() const noexcept { return bit(0x0040); }
        [[nodiscard]] bool authentic_data() const noexcept { return bit(0x0020); }
        [[nodiscard]] bool checking_disabled() const noexcept { return bit(0x0010); }
        /// The header's four bits alone: see extended_response_code().
        [[nodiscard]] dns_response_code response_code() const noexcept {
            return dns_response_code(head()[3] & 0x0fU);
        }
        /// The 16 bits between identifier and counts.
        [[nodiscard]] std::uint16_t flags() const noexcept { return be16<2>(head()); }
        [[nodiscard]] std::uint16_t question_count() const noexcept { return be16<4>(head()); }
        [[nodiscard]] std::uint16_t answer_count() const noexcept { return be16<6>(head()); }
        [[nodiscard]] std::uint16_t authority_count() const noexcept { return be16<8>(head()); }
        [[nodiscard]] std::uint16_t additional_count() const noexcept { return be16<10>(head()); }
        [[nodiscard]] dns_counts counts() const noexcept {
            return {question_count(), answer_count(), authority_count(), additional_count()};
        }

        [[nodiscard]] dns_record_range questions() const noexcept {
            return section(dns_section::question);
        }
        [[nodiscard]] dns_record_range answers() const noexcept {
            return section(dns_section::answer);
        }
        [[nodiscard]] dns_record_range authorities() const noexcept {
            return section(dns_section::authority);
        }
        [[nodiscard]] dns_record_range additionals() const noexcept {
            return section(dns_section::additional);
        }
        [[nodiscard]] dns_record_range section(dns_section which) const noexcept {
            return {this->octets(), counts(), which, which};
        }
        /// The entries of all four sections in one walk, the questions included: the fastest way
        /// to see everything. Each knows its section.
        [[nodiscard]] dns_record_range records() const noexcept {
            return {this->octets(), counts(), dns_section::question, dns_section::additional};
        }
        /// What follows the last record; empty when the sections cannot be walked to their end.
        [[nodiscard]] bytes_view trailer() const noexcept {
            const auto end = records().whole_end_offset();
            return end ? bytes_view(this->octets()).subspan(*end) : bytes_view{};
        }

        /// The first OPT record (RFC 6891 s6.1.1), nothing without one.
        [[nodiscard]] std::optional<dns_edns> edns() const noexcept {
            for (const dns_record& record : additionals()) {
                if (record.type() == dns_type::opt) return dns_edns::read(record);
            }
            return std::nullopt;
        }
        /// The header's four bits below the eight of an OPT record (RFC 6891 s6.1.3).
        [[nodiscard]] dns_response_code extended_response_code() const noexcept {
            const auto found = edns();
            const unsigned high = found ? found->response_code_high : 0U;
            return dns_response_code(static_cast<std::uint16_t>(
                (high << 4) | static_cast<std::uint16_t>(response_code())));
        }

        void set_identifier(std::uint16_t value) const noexcept
            requires writable
        {
            put_be16<0>(head(), value);
        }
        void set_flags(std::uint16_t value) const noexcept
            requires writable
        {
            put_be16<2>(head(), value);
        }
        void set_response(bool value) const noexcept
            requires writable
        {
            set_bit(0x8000, value);
        }
        void set_truncated(bool value) const noexcept
            requires writable
        {
            set_bit(0x0200, value);
        }
        void set_recursion_desired(bool value) const noexcept
            requires writable
        {
            set_bit(0x0100, value);
        }
        void set_response_code(dns_response_code value) const noexcept
            requires writable
        {
            head()[3] = static_cast<std::uint8_t>((head()[3] & 0xf0) |
                                                  (static_cast<std::uint16_t>(value) & 0x0f));
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept : base(octets) {}
        [[nodiscard]] bool bit(std::uint16_t mask) const noexcept { return (flags() & mask) != 0; }
        void set_bit(std::uint16_t mask, bool value) const noexcept {
            put_be16<2>(head(),
                        static_cast<std::uint16_t>(value ? flags() | mask : flags() & ~mask));
        }
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Reads the header and borrows the rest, so that emission is the identity.
    /// Errors: none.
    [[nodiscard]] SONDE_API static result<dns> read(view v) noexcept;
    /// Every question and record, with what its data means. A top bit of the class that mDNS gives
    /// a meaning is a value of its own; without it the class has all 16 bits. Work: at most 1100
    /// octets of text for each 11 octets of message, for a pointer may lead to a long name.
    SONDE_API static void describe(view seen, field_sink& to);
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + sections.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
    /// The header alone.
    SONDE_API void emit_header(std::span<std::uint8_t, header_len> out) const noexcept;
};
static_assert(protocol<dns> && selectable<dns> && std::is_trivially_copyable_v<dns::view>);

/// Whether `answer` is one to `question`: a response to a query, identifier and opcode equal, and
/// the same questions in the same order, whatever the case of their names (RFC 1035 s7.3, RFC 5452
/// s9.1). Addresses and ports are the caller's to compare.
[[nodiscard]] SONDE_API bool is_answer(dns::view answer, dns::view question) noexcept;

}  // namespace sonde::inline v0
