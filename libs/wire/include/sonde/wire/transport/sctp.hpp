#pragma once
/// SCTP (RFC 9260 s3.1): a header and chunks, see sctp_chunks.hpp. The struct is what it means;
/// `view` is how it lies.
///
///     0               1               2               3
///    +-------------------------------+-------------------------------+
///    | source port                   | destination port              |
///    +-------------------------------+-------------------------------+
///    | verification tag                                              |
///    +---------------------------------------------------------------+
///    | checksum (CRC-32C)                                            |
///    +---------------------------------------------------------------+
///    | chunks
///
///     const auto seen = sctp::view::parse(octets);
///     for (const auto& chunk : seen->chunks()) use(chunk.type(), chunk.value());

#include <array>
#include <optional>
#include <string_view>

#include <sonde/wire/automatics.hpp>
#include <sonde/wire/checksum.hpp>
#include <sonde/wire/header_view.hpp>
#include <sonde/wire/transport/sctp_chunks.hpp>

namespace sonde::inline v0 {

/// The checksum field for a whole packet, whatever its field holds now. In the order of octets that
/// RFC 9260 appendix A asks for: the CRC's least significant octet goes out first.
/// Precondition: at least 12 octets.
[[nodiscard]] SONDE_API std::uint32_t sctp_checksum(bytes_view packet) noexcept;

namespace detail {
/// The user's message that a packet carries, of those in it.
struct sctp_carried {
    sctp_payload_protocol protocol{};
    bytes_view user_data{};
};
[[nodiscard]] SONDE_API std::optional<sctp_carried> sctp_carried_in(bytes_view chunks) noexcept;
/// What is behind the last whole chunk.
[[nodiscard]] SONDE_API bytes_view sctp_behind_chunks(bytes_view chunks) noexcept;
}  // namespace detail

struct sctp {
    static constexpr std::string_view name = "sctp";
    static constexpr std::string_view spec = "RFC 9260 s3.1";
    static constexpr layer id = layer::sctp;
    static constexpr std::size_t header_len = 12;  // octets
    static constexpr std::array fields{field{"source_port", 0, 16},
                                       field{"destination_port", 16, 16},
                                       field{"verification_tag", 32, 32, field_kind::hex},
                                       field{"checksum", 64, 32, field_kind::hex}};
    static constexpr std::array selected_by{selector{selector_kind::ip_protocol, 132},
                                            selector{selector_kind::udp_port, 9899}};  // RFC 6951

    // What a packet means, in host byte order. Borrows `chunks`.
    std::uint16_t source_port = 0;
    std::uint16_t destination_port = 0;
    std::uint32_t verification_tag = 0;   // 0 with INIT alone
    automatic<std::uint32_t> checksum{};  // computed unless set
    bytes_view chunks{};                  // whole ones with their padding, see sctp_writer
    static constexpr std::array automatics{
        automatic_field{"checksum", detail::sctp_checksum_of, is_forced<&sctp::checksum>::in}};

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
        [[nodiscard]] std::uint16_t source_port() const noexcept { return be16<0>(head()); }
        [[nodiscard]] std::uint16_t destination_port() const noexcept { return be16<2>(head()); }
        [[nodiscard]] std::uint32_t verification_tag() const noexcept { return be32<4>(head()); }
        [[nodiscard]] std::uint32_t checksum() const noexcept { return be32<8>(head()); }
        /// Every chunk, whatever its type. Offsets in errors count from the start of this header.
        [[nodiscard]] sctp_chunks chunks() const noexcept {
            return sctp_chunks(rest(), {}, header_len);
        }
        /// The first chunk of one type; nothing when there is none, or it is shorter than its fixed
        /// fields. A chunk that the capture cut counts.
        template <class Chunk>
        [[nodiscard]] std::optional<typename Chunk::view> find() const noexcept {
            for (const auto& chunk : chunks()) {
                if (const auto found = chunk.template as<Chunk>()) return *found;
            }
            const bytes_view cut = behind_chunks();
            const auto found = Chunk::view::parse(cut);
            if (!found || found->type() != Chunk::chunk_type) return std::nullopt;
            return *found;
        }
        /// What is behind the last whole chunk: a chunk that is cut, or whose length is wrong. The
        /// view of its type reads the fields that are there.
        [[nodiscard]] bytes_view behind_chunks() const noexcept {
            return detail::sctp_behind_chunks(rest());
        }
        /// Of the user's messages in this packet the first that one DATA or I-DATA chunk holds
        /// whole, as far as it is captured; the others are in chunks(). Empty without one.
        [[nodiscard]] std::span<Octet> payload() const noexcept {
            const auto carried = detail::sctp_carried_in(rest());
            if (!carried) return this->octets().subspan(this->octets().size());
            const auto offset =
                static_cast<std::size_t>(carried->user_data.data() - this->octets().data());
            return this->octets().subspan(offset, carried->user_data.size());
        }
        /// The payload protocol identifier of payload(), or the destination port when its sender
        /// left that unspecified. Nothing when nothing is carried.
        [[nodiscard]] selector next_selector() const noexcept {
            const auto carried = detail::sctp_carried_in(rest());
            if (!carried) return {};
            if (carried->protocol == sctp_payload_protocol::unspecified) {
                return {selector_kind::sctp_port, destination_port()};
            }
            return {selector_kind::sctp_payload_protocol,
                    static_cast<std::uint32_t>(carried->protocol)};
        }
        /// When nobody knows that one: the destination port, or the source port if the former was
        /// asked already.
        [[nodiscard]] selector other_selector() const noexcept {
            const selector_kind first = next_selector().kind;
            if (first == selector_kind::none) return {};
            return {selector_kind::sctp_port,
                    first == selector_kind::sctp_port ? source_port() : destination_port()};
        }
        /// `absent`: zero and wrong, as senders may write who are told that the path needs no
        /// checksum (RFC 9653), and capturing hosts who leave it to their network card.
        [[nodiscard]] checksum_state checksum_verdict() const noexcept {
            if (checksum() == sctp_checksum(this->octets())) return checksum_state::good;
            return checksum() == 0 ? checksum_state::absent : checksum_state::bad;
        }
        void set_source_port(std::uint16_t value) const noexcept
            requires writable
        {
            put_be16<0>(head(), value);
        }
        void set_destination_port(std::uint16_t value) const noexcept
            requires writable
        {
            put_be16<2>(head(), value);
        }
        void set_verification_tag(std::uint32_t value) const noexcept
            requires writable
        {
            put_be32<4>(head(), value);
        }
        void set_checksum(std::uint32_t value) const noexcept
            requires writable
        {
            put_be32<8>(head(), value);
        }
        /// Computes the checksum anew: a CRC cannot be patched as the Internet checksum can.
        void update_checksum() const noexcept
            requires writable
        {
            set_checksum(sctp_checksum(this->octets()));
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept : base(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Reads every field; what is automatic comes back forced. Errors: none.
    [[nodiscard]] SONDE_API static result<sctp> read(view v) noexcept;
    /// Every chunk with its fields, parameters and error causes, also one that the capture cut.
    /// Elements inside elements are told four deep, those further inside as octets.
    SONDE_API static void describe(view seen, field_sink& to);
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return header_len + chunks.size();
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};
static_assert(protocol<sctp> && selectable<sctp> && carrier<sctp::view> &&
              std::is_trivially_copyable_v<sctp::view>);

/// Whether `answer` is what an endpoint sends because of `question`: the ports are swapped, the
/// verification tag is the one that the question asks for where it says so (RFC 9260 s8.5), and a
/// chunk of it answers a chunk of the question: INIT ACK an INIT, COOKIE ECHO that INIT ACK with
/// its cookie, COOKIE ACK a COOKIE ECHO, SACK the data that it acknowledges, HEARTBEAT ACK the
/// same HEARTBEAT, SHUTDOWN ACK, SHUTDOWN COMPLETE, CWR, ASCONF-ACK and RE-CONFIG what comes before
/// them. ABORT and ERROR answer anything.
///
/// Two packets do not tell the tag of an association that was there before them: apart from the
/// rules above, any tag is right.
[[nodiscard]] SONDE_API bool is_answer(sctp::view answer, sctp::view question) noexcept;

}  // namespace sonde::inline v0
