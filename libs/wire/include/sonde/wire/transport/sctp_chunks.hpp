#pragma once
/// The chunks of SCTP (RFC 9260 s3.3 and the extensions named at each). All begin alike:
///
///     0               1               2               3
///    +---------------+---------------+-------------------------------+
///    | type          | flags         | length: 4 and the value's     |
///    +---------------+---------------+-------------------------------+
///    | value; zeros to a whole word of 32 bits, which no length counts
///
/// `sctp_chunk` is any chunk, of unknown types too; `sctp_data`, `sctp_init`... are what the known
/// ones mean. A chunk that the capture cut is still read by the view of its type.
///
///     for (const auto& chunk : packet.chunks()) {
///         if (const auto data = chunk.as<sctp_data>()) use(data->user_data());
///     }

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include <sonde/wire/header_view.hpp>
#include <sonde/wire/transport/sctp_parameters.hpp>

namespace sonde::inline v0 {

/// IANA, SCTP Chunk Types. Other values stay representable.
enum class sctp_chunk_type : std::uint8_t {
    data = 0,
    init = 1,
    init_ack = 2,
    sack = 3,
    heartbeat = 4,
    heartbeat_ack = 5,
    abort = 6,
    shutdown = 7,
    shutdown_ack = 8,
    error = 9,
    cookie_echo = 10,
    cookie_ack = 11,
    ecne = 12,
    cwr = 13,
    shutdown_complete = 14,
    auth = 15,            // RFC 4895
    i_data = 64,          // RFC 8260
    asconf_ack = 128,     // RFC 5061
    re_config = 130,      // RFC 6525
    pad = 132,            // RFC 4820
    forward_tsn = 192,    // RFC 3758
    asconf = 193,         // RFC 5061
    i_forward_tsn = 194,  // RFC 8260
};
/// "INIT ACK"...; empty for a type that is not assigned.
[[nodiscard]] SONDE_API std::string_view to_string(sctp_chunk_type type) noexcept;

/// IANA, SCTP Payload Protocol Identifiers. Other values stay representable.
enum class sctp_payload_protocol : std::uint32_t {
    unspecified = 0,
    iua = 1,
    m2ua = 2,
    m3ua = 3,
    sua = 4,
    m2pa = 5,
    v5ua = 6,
    h248 = 7,
    bicc = 8,
    tali = 9,
    dua = 10,
    asap = 11,
    enrp = 12,
    h323 = 13,
    qipc = 14,
    simco = 15,
    ddp_segment = 16,
    ddp_stream_session_control = 17,
    s1ap = 18,
    rua = 19,
    hnbap = 20,
    forces_hp = 21,
    forces_mp = 22,
    forces_lp = 23,
    sbc_ap = 24,
    nbap = 25,
    x2ap = 27,
    ircp = 28,
    lcs_ap = 29,
    mpich2 = 30,
    sabp = 31,
    fractal_generator = 32,
    ping_pong = 33,
    calc_app = 34,
    scripting_service = 35,
    net_perf_meter_control = 36,
    net_perf_meter_data = 37,
    echo = 38,
    discard = 39,
    daytime = 40,
    character_generator = 41,
    rna = 42,
    m2ap = 43,
    m3ap = 44,
    ssh = 45,
    diameter = 46,
    diameter_dtls = 47,
    r14p = 48,
    webrtc_dcep = 50,
    webrtc_string = 51,
    webrtc_binary_partial = 52,
    webrtc_binary = 53,
    webrtc_string_partial = 54,
    pua = 55,
    webrtc_string_empty = 56,
    webrtc_binary_empty = 57,
    xwap = 58,
    xw_control_plane = 59,
    ngap = 60,
    xnap = 61,
    f1ap = 62,
    http = 63,
    e1ap = 64,
    ele2_lawful_interception = 65,
    ngap_dtls = 66,
    xnap_dtls = 67,
    f1ap_dtls = 68,
    e1ap_dtls = 69,
    e2_cp = 70,
    e2_up = 71,
    e2_du = 72,
    w1ap = 73,
};
/// "M3UA"...; empty for an identifier that is not assigned.
[[nodiscard]] SONDE_API std::string_view to_string(sctp_payload_protocol protocol) noexcept;

namespace detail {

[[nodiscard]] SONDE_API std::string_view sctp_chunk_type_name(std::uint64_t value) noexcept;
[[nodiscard]] SONDE_API std::string_view sctp_payload_protocol_name(std::uint64_t value) noexcept;

inline constexpr std::size_t sctp_chunk_header_len = 4;  // octets

/// What the views of all chunks share. They are given the octets of one chunk and take all of them:
/// what its length does not count is padding.
template <class View, class Octet, std::size_t HeaderLen>
class sctp_chunk_view : public header_view<Octet, HeaderLen> {
  protected:
    using base = header_view<Octet, HeaderLen>;
    static constexpr bool writable = !std::is_const_v<Octet>;
    using base::head;
    using base::rest;

  public:
    /// Errors: truncated (fewer than `header_len` octets).
    [[nodiscard]] static result<View> parse(std::span<Octet> in SONDE_LIFETIMEBOUND) noexcept {
        if (in.size() < HeaderLen) return truncated(layer::sctp_chunk, HeaderLen, in.size());
        return View(in);
    }
    static result<View> parse(dying_octets auto&&) = delete;
    [[nodiscard]] sctp_chunk_type type() const noexcept { return sctp_chunk_type{head()[0]}; }
    [[nodiscard]] std::uint8_t flags() const noexcept { return head()[1]; }
    /// Octets of header and value, without padding.
    [[nodiscard]] std::uint16_t length() const noexcept { return be16<2>(head()); }
    /// What follows the declared length.
    [[nodiscard]] std::span<Octet> padding() const noexcept { return rest().subspan(body_len()); }
    void set_flags(std::uint8_t value) const noexcept
        requires writable
    {
        head()[1] = value;
    }
    void set_length(std::uint16_t value) const noexcept
        requires writable
    {
        put_be16<2>(head(), value);
    }

  protected:
    /// What follows the fixed fields, as far as it is declared and there.
    [[nodiscard]] std::span<Octet> body() const noexcept { return rest().first(body_len()); }

  private:
    friend View;
    explicit sctp_chunk_view(std::span<Octet> octets) noexcept : base(octets) {}
    [[nodiscard]] std::size_t body_len() const noexcept {
        const std::size_t declared = length() > HeaderLen ? length() - HeaderLen : 0;
        return std::min(declared, rest().size());
    }
};

/// What emission writes around the fields of a chunk.
struct sctp_chunk_frame {
    sctp_chunk_type type{};
    std::uint8_t flags = 0;
    automatic<std::uint16_t> length{};
    automatic<bytes_view> padding{};
    std::size_t header_len = sctp_chunk_header_len;
    bytes_view body{};
};
/// Writes everything but the fields between the first four octets and the body.
SONDE_API void emit_sctp_chunk(bytes_mut out, const sctp_chunk_frame& frame) noexcept;

/// Errors: not_this_message (another type of chunk).
[[nodiscard]] inline result<void> expect_sctp_chunk(sctp_chunk_type found,
                                                    sctp_chunk_type wanted) noexcept {
    if (found == wanted) return {};
    return malformed({.reason = parse_reason::not_this_message, .at = layer::sctp_chunk});
}

inline constexpr field sctp_chunk_type_field{
    "type", 0, 8, field_kind::number, sctp_chunk_type_name};
inline constexpr field sctp_chunk_flags_field{"flags", 8, 8, field_kind::hex};
inline constexpr field sctp_chunk_length_field{"length", 16, 16};

}  // namespace detail

/// Any chunk.
struct sctp_chunk {
    static constexpr std::size_t header_len = detail::sctp_chunk_header_len;  // octets

    // What it means, in host byte order. Borrows `value` and `padding`.
    sctp_chunk_type type{};
    std::uint8_t flags = 0;
    automatic<std::uint16_t> length{};  // octets of header and value; computed unless set
    bytes_view value{};
    automatic<bytes_view> padding{};  // zeros to a whole word unless set

    /// Borrows the octets of one chunk and its padding.
    class view {
      public:
        /// Takes one chunk from the front of `rest`; padding may be missing behind the last.
        /// Errors: truncated (fewer octets than the chunk declares), bad_length (below 4).
        [[nodiscard]] static result<view> parse(bytes_view rest SONDE_LIFETIMEBOUND) noexcept {
            const auto len = detail::sctp_element_length(rest, layer::sctp_chunk);
            if (!len) return malformed(len.error());
            return view(rest.first(std::min(detail::whole_words(*len), rest.size())));
        }
        [[nodiscard]] sctp_chunk_type type() const noexcept { return sctp_chunk_type{octets_[0]}; }
        [[nodiscard]] std::uint8_t flags() const noexcept { return octets_[1]; }
        [[nodiscard]] std::uint16_t length() const noexcept { return be16_at(octets_, 2); }
        [[nodiscard]] bytes_view value() const noexcept {
            return octets_.first(length()).subspan(header_len);
        }
        [[nodiscard]] bytes_view padding() const noexcept { return octets_.subspan(length()); }
        [[nodiscard]] bytes_view octets() const noexcept { return octets_; }
        /// What the two highest bits of the type ask of a receiver that does not know it (RFC 9260
        /// s3.2): go on with the next chunk, or discard the packet; report it, or be silent.
        [[nodiscard]] bool is_skipped_when_unknown() const noexcept {
            return (octets_[0] & 0x80) != 0;
        }
        [[nodiscard]] bool is_reported_when_unknown() const noexcept {
            return (octets_[0] & 0x40) != 0;
        }
        /// As a chunk of one type. Errors: not_this_message (another type), truncated (shorter than
        /// the fixed fields of that type).
        template <class Chunk>
        [[nodiscard]] result<typename Chunk::view> as() const noexcept {
            if (const auto right = detail::expect_sctp_chunk(type(), Chunk::chunk_type); !right) {
                return malformed(right.error());
            }
            return Chunk::view::parse(octets_);
        }

      private:
        explicit view(bytes_view octets) noexcept : octets_(octets) {}
        bytes_view octets_;
    };

    /// What is automatic comes back forced, so that emission is the identity.
    [[nodiscard]] static sctp_chunk read(view v) noexcept {
        return {v.type(), v.flags(), v.length(), v.value(), v.padding()};
    }
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return detail::sctp_padded_len(header_len + value.size(), padding);
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    void emit(bytes_mut out) const noexcept {
        detail::emit_sctp_chunk(out, {type, flags, length, padding, header_len, value});
    }
};
using sctp_chunks = element_range<sctp_chunk::view>;

/// User data (RFC 9260 s3.3.1).
///
///     0               1               2               3
///    +---------------+-------+-+-+-+-+-------------------------------+
///    | type: 0       | rsv   |I|U|B|E| length                        |
///    +---------------+-------+-+-+-+-+-------------------------------+
///    | transmission sequence number (TSN)                            |
///    +-------------------------------+-------------------------------+
///    | stream identifier             | stream sequence number        |
///    +-------------------------------+-------------------------------+
///    | payload protocol identifier                                   |
///    +---------------------------------------------------------------+
///    | user data
///
/// I: acknowledge at once (RFC 7053). U: unordered. B, E: the first, the last fragment.
struct sctp_data {
    static constexpr std::string_view name = "sctp_data";
    static constexpr std::string_view spec = "RFC 9260 s3.3.1";
    static constexpr layer id = layer::sctp_chunk;
    static constexpr sctp_chunk_type chunk_type = sctp_chunk_type::data;
    static constexpr std::size_t header_len = 16;  // octets
    static constexpr std::array fields{detail::sctp_chunk_type_field,
                                       field{"reserved", 8, 4, field_kind::hex},
                                       field{"immediate", 12, 1},
                                       field{"unordered", 13, 1},
                                       field{"beginning", 14, 1},
                                       field{"ending", 15, 1},
                                       detail::sctp_chunk_length_field,
                                       field{"transmission_sequence_number", 32, 32},
                                       field{"stream_identifier", 64, 16},
                                       field{"stream_sequence_number", 80, 16},
                                       field{"payload_protocol_identifier",
                                             96,
                                             32,
                                             field_kind::number,
                                             detail::sctp_payload_protocol_name}};

    // What it means, in host byte order. Borrows `user_data` and `padding`.
    std::uint8_t reserved = 0;  // 4 bits
    bool immediate = false;
    bool unordered = false;
    bool beginning = true;
    bool ending = true;
    automatic<std::uint16_t> length{};  // computed unless set
    std::uint32_t transmission_sequence_number = 0;
    std::uint16_t stream_identifier = 0;
    std::uint16_t stream_sequence_number = 0;  // of ordered messages
    sctp_payload_protocol payload_protocol_identifier = sctp_payload_protocol::unspecified;
    bytes_view user_data{};
    automatic<bytes_view> padding{};  // zeros to a whole word unless set

    /// The octets of one chunk as they lie. Borrows them; two words, pass by value.
    template <class Octet>
    class basic_view
        : public detail::sctp_chunk_view<basic_view<Octet>, Octet, sctp_data::header_len> {
        using base = detail::sctp_chunk_view<basic_view<Octet>, Octet, sctp_data::header_len>;
        using base::head;

      public:
        [[nodiscard]] std::uint8_t reserved() const noexcept { return this->flags() >> 4; }
        [[nodiscard]] bool immediate() const noexcept { return (this->flags() & 8) != 0; }
        [[nodiscard]] bool unordered() const noexcept { return (this->flags() & 4) != 0; }
        [[nodiscard]] bool beginning() const noexcept { return (this->flags() & 2) != 0; }
        [[nodiscard]] bool ending() const noexcept { return (this->flags() & 1) != 0; }
        /// The user's message is in this chunk alone.
        [[nodiscard]] bool is_whole_message() const noexcept { return beginning() && ending(); }
        [[nodiscard]] std::uint32_t transmission_sequence_number() const noexcept {
            return be32<4>(head());
        }
        [[nodiscard]] std::uint16_t stream_identifier() const noexcept { return be16<8>(head()); }
        [[nodiscard]] std::uint16_t stream_sequence_number() const noexcept {
            return be16<10>(head());
        }
        [[nodiscard]] sctp_payload_protocol payload_protocol_identifier() const noexcept {
            return sctp_payload_protocol{be32<12>(head())};
        }
        [[nodiscard]] std::span<Octet> user_data() const noexcept { return this->body(); }
        void set_transmission_sequence_number(std::uint32_t value) const noexcept
            requires base::writable
        {
            put_be32<4>(head(), value);
        }
        void set_stream_identifier(std::uint16_t value) const noexcept
            requires base::writable
        {
            put_be16<8>(head(), value);
        }
        void set_stream_sequence_number(std::uint16_t value) const noexcept
            requires base::writable
        {
            put_be16<10>(head(), value);
        }
        void set_payload_protocol_identifier(sctp_payload_protocol value) const noexcept
            requires base::writable
        {
            put_be32<12>(head(), static_cast<std::uint32_t>(value));
        }

      private:
        friend base;
        explicit basic_view(std::span<Octet> octets) noexcept : base(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// What is automatic comes back forced. Errors: not_this_message (another type of chunk).
    [[nodiscard]] SONDE_API static result<sctp_data> read(view v) noexcept;
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return detail::sctp_padded_len(header_len + user_data.size(), padding);
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};

/// User data whose messages may interleave (RFC 8260 s2.1).
///
///     0               1               2               3
///    +---------------+-------+-+-+-+-+-------------------------------+
///    | type: 64      | rsv   |I|U|B|E| length                        |
///    +---------------+-------+-+-+-+-+-------------------------------+
///    | transmission sequence number (TSN)                            |
///    +-------------------------------+-------------------------------+
///    | stream identifier             | reserved                      |
///    +-------------------------------+-------------------------------+
///    | message identifier                                            |
///    +---------------------------------------------------------------+
///    | payload protocol identifier with B, else fragment sequence    |
///    | number                                                        |
///    +---------------------------------------------------------------+
///    | user data
struct sctp_i_data {
    static constexpr std::string_view name = "sctp_i_data";
    static constexpr std::string_view spec = "RFC 8260 s2.1";
    static constexpr layer id = layer::sctp_chunk;
    static constexpr sctp_chunk_type chunk_type = sctp_chunk_type::i_data;
    static constexpr std::size_t header_len = 20;  // octets
    static constexpr std::array fields{detail::sctp_chunk_type_field,
                                       field{"reserved", 8, 4, field_kind::hex},
                                       field{"immediate", 12, 1},
                                       field{"unordered", 13, 1},
                                       field{"beginning", 14, 1},
                                       field{"ending", 15, 1},
                                       detail::sctp_chunk_length_field,
                                       field{"transmission_sequence_number", 32, 32},
                                       field{"stream_identifier", 64, 16},
                                       field{"reserved_2", 80, 16, field_kind::hex},
                                       field{"message_identifier", 96, 32},
                                       field{"protocol_or_fragment", 128, 32}};

    // What it means, in host byte order. Borrows `user_data` and `padding`.
    std::uint8_t reserved = 0;  // 4 bits
    bool immediate = false;
    bool unordered = false;
    bool beginning = true;
    bool ending = true;
    automatic<std::uint16_t> length{};  // computed unless set
    std::uint32_t transmission_sequence_number = 0;
    std::uint16_t stream_identifier = 0;
    std::uint16_t reserved_2 = 0;
    std::uint32_t message_identifier = 0;
    std::uint32_t protocol_or_fragment = 0;  // the former of a beginning, else the latter
    bytes_view user_data{};
    automatic<bytes_view> padding{};  // zeros to a whole word unless set

    /// The octets of one chunk as they lie. Borrows them; two words, pass by value.
    template <class Octet>
    class basic_view
        : public detail::sctp_chunk_view<basic_view<Octet>, Octet, sctp_i_data::header_len> {
        using base = detail::sctp_chunk_view<basic_view<Octet>, Octet, sctp_i_data::header_len>;
        using base::head;

      public:
        [[nodiscard]] std::uint8_t reserved() const noexcept { return this->flags() >> 4; }
        [[nodiscard]] bool immediate() const noexcept { return (this->flags() & 8) != 0; }
        [[nodiscard]] bool unordered() const noexcept { return (this->flags() & 4) != 0; }
        [[nodiscard]] bool beginning() const noexcept { return (this->flags() & 2) != 0; }
        [[nodiscard]] bool ending() const noexcept { return (this->flags() & 1) != 0; }
        /// The user's message is in this chunk alone.
        [[nodiscard]] bool is_whole_message() const noexcept { return beginning() && ending(); }
        [[nodiscard]] std::uint32_t transmission_sequence_number() const noexcept {
            return be32<4>(head());
        }
        [[nodiscard]] std::uint16_t stream_identifier() const noexcept { return be16<8>(head()); }
        [[nodiscard]] std::uint16_t reserved_2() const noexcept { return be16<10>(head()); }
        [[nodiscard]] std::uint32_t message_identifier() const noexcept { return be32<12>(head()); }
        [[nodiscard]] std::uint32_t protocol_or_fragment() const noexcept {
            return be32<16>(head());
        }
        /// Nothing in a fragment that is not the first.
        [[nodiscard]] std::optional<sctp_payload_protocol> payload_protocol_identifier()
            const noexcept {
            if (!beginning()) return std::nullopt;
            return sctp_payload_protocol{protocol_or_fragment()};
        }
        /// 0 for the first fragment.
        [[nodiscard]] std::uint32_t fragment_sequence_number() const noexcept {
            return beginning() ? 0 : protocol_or_fragment();
        }
        [[nodiscard]] std::span<Octet> user_data() const noexcept { return this->body(); }

      private:
        friend base;
        explicit basic_view(std::span<Octet> octets) noexcept : base(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// What is automatic comes back forced. Errors: not_this_message (another type of chunk).
    [[nodiscard]] SONDE_API static result<sctp_i_data> read(view v) noexcept;
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return detail::sctp_padded_len(header_len + user_data.size(), padding);
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};

namespace detail {

/// INIT and INIT ACK have one form.
template <class Traits>
struct sctp_init_chunk {
    static constexpr std::string_view name = Traits::name;
    static constexpr std::string_view spec = Traits::spec;
    static constexpr layer id = layer::sctp_chunk;
    static constexpr sctp_chunk_type chunk_type = Traits::type;
    static constexpr std::size_t header_len = 20;  // octets
    static constexpr std::array fields{sctp_chunk_type_field,
                                       sctp_chunk_flags_field,
                                       sctp_chunk_length_field,
                                       field{"initiate_tag", 32, 32, field_kind::hex},
                                       field{"advertised_receiver_window_credit", 64, 32},
                                       field{"number_of_outbound_streams", 96, 16},
                                       field{"number_of_inbound_streams", 112, 16},
                                       field{"initial_tsn", 128, 32}};

    // What it means, in host byte order. Borrows `parameters` and `padding`.
    std::uint8_t flags = 0;
    automatic<std::uint16_t> length{};                        // computed unless set
    std::uint32_t initiate_tag = 1;                           // never 0
    std::uint32_t advertised_receiver_window_credit = 65536;  // octets; at least 1500
    std::uint16_t number_of_outbound_streams = 1;
    std::uint16_t number_of_inbound_streams = 1;
    std::uint32_t initial_tsn = 0;
    bytes_view parameters{};          // see sctp_writer
    automatic<bytes_view> padding{};  // zeros to a whole word unless set

    /// The octets of one chunk as they lie. Borrows them; two words, pass by value.
    template <class Octet>
    class basic_view
        : public sctp_chunk_view<basic_view<Octet>, Octet, sctp_init_chunk::header_len> {
        using base = sctp_chunk_view<basic_view<Octet>, Octet, sctp_init_chunk::header_len>;
        using base::head;

      public:
        [[nodiscard]] std::uint32_t initiate_tag() const noexcept { return be32<4>(head()); }
        /// Octets.
        [[nodiscard]] std::uint32_t advertised_receiver_window_credit() const noexcept {
            return be32<8>(head());
        }
        [[nodiscard]] std::uint16_t number_of_outbound_streams() const noexcept {
            return be16<12>(head());
        }
        [[nodiscard]] std::uint16_t number_of_inbound_streams() const noexcept {
            return be16<14>(head());
        }
        [[nodiscard]] std::uint32_t initial_tsn() const noexcept { return be32<16>(head()); }
        /// Offsets in errors count from the start of this chunk.
        [[nodiscard]] sctp_parameters parameters() const noexcept {
            return sctp_parameters(this->body(), {}, header_len);
        }
        /// The first parameter of this type.
        [[nodiscard]] std::optional<sctp_parameter::view> find(
            sctp_parameter_type type) const noexcept {
            for (const auto& parameter : parameters()) {
                if (parameter.type() == type) return parameter;
            }
            return std::nullopt;
        }
        void set_initiate_tag(std::uint32_t value) const noexcept
            requires base::writable
        {
            put_be32<4>(head(), value);
        }

      private:
        friend base;
        explicit basic_view(std::span<Octet> octets) noexcept : base(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// What is automatic comes back forced. Errors: not_this_message (another type of chunk).
    [[nodiscard]] static result<sctp_init_chunk> read(view v) noexcept {
        if (const auto right = expect_sctp_chunk(v.type(), chunk_type); !right) {
            return malformed(right.error());
        }
        return sctp_init_chunk{v.flags(),
                               v.length(),
                               v.initiate_tag(),
                               v.advertised_receiver_window_credit(),
                               v.number_of_outbound_streams(),
                               v.number_of_inbound_streams(),
                               v.initial_tsn(),
                               v.parameters().octets(),
                               v.padding()};
    }
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return sctp_padded_len(header_len + parameters.size(), padding);
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    void emit(bytes_mut out) const noexcept {
        emit_sctp_chunk(out, {chunk_type, flags, length, padding, header_len, parameters});
        put_be32_at(out, 4, initiate_tag);
        put_be32_at(out, 8, advertised_receiver_window_credit);
        put_be16_at(out, 12, number_of_outbound_streams);
        put_be16_at(out, 14, number_of_inbound_streams);
        put_be32_at(out, 16, initial_tsn);
    }
};

struct sctp_init_traits {
    static constexpr std::string_view name = "sctp_init";
    static constexpr std::string_view spec = "RFC 9260 s3.3.2";
    static constexpr sctp_chunk_type type = sctp_chunk_type::init;
};
struct sctp_init_ack_traits {
    static constexpr std::string_view name = "sctp_init_ack";
    static constexpr std::string_view spec = "RFC 9260 s3.3.3";
    static constexpr sctp_chunk_type type = sctp_chunk_type::init_ack;
};

}  // namespace detail

/// The start of an association (RFC 9260 s3.3.2), and its acknowledgement (s3.3.3).
///
///     0               1               2               3
///    +---------------+---------------+-------------------------------+
///    | type: 1 or 2  | flags: 0      | length                        |
///    +---------------+---------------+-------------------------------+
///    | initiate tag: the verification tag that the sender wants      |
///    +---------------------------------------------------------------+
///    | advertised receiver window credit (octets)                    |
///    +-------------------------------+-------------------------------+
///    | number of outbound streams    | number of inbound streams     |
///    +-------------------------------+-------------------------------+
///    | initial TSN                                                   |
///    +---------------------------------------------------------------+
///    | parameters
using sctp_init = detail::sctp_init_chunk<detail::sctp_init_traits>;
using sctp_init_ack = detail::sctp_init_chunk<detail::sctp_init_ack_traits>;

/// What arrived although something before it did not: offsets from the cumulative TSN, both ends
/// included.
struct sctp_gap_ack_block {
    std::uint16_t start = 0;
    std::uint16_t end = 0;
    friend constexpr bool operator==(const sctp_gap_ack_block&,
                                     const sctp_gap_ack_block&) = default;
};

/// Borrows whole blocks; what does not fill one at the end is left out.
class sctp_gap_ack_blocks {
  public:
    static constexpr std::size_t block_len = 4;  // octets
    constexpr explicit sctp_gap_ack_blocks(bytes_view octets SONDE_LIFETIMEBOUND) noexcept
        : octets_(octets) {}
    [[nodiscard]] constexpr std::size_t size() const noexcept { return octets_.size() / block_len; }
    /// Precondition: which < size().
    [[nodiscard]] constexpr sctp_gap_ack_block operator[](std::size_t which) const noexcept {
        return {be16_at(octets_, which * block_len), be16_at(octets_, which * block_len + 2)};
    }
    [[nodiscard]] constexpr bytes_view octets() const noexcept { return octets_; }

  private:
    bytes_view octets_;
};

/// Selective acknowledgement (RFC 9260 s3.3.4).
///
///     0               1               2               3
///    +---------------+---------------+-------------------------------+
///    | type: 3       | flags: 0      | length                        |
///    +---------------+---------------+-------------------------------+
///    | cumulative TSN ack: the last one without a gap before it      |
///    +---------------------------------------------------------------+
///    | advertised receiver window credit (octets)                    |
///    +-------------------------------+-------------------------------+
///    | number of gap ack blocks      | number of duplicate TSNs      |
///    +-------------------------------+-------------------------------+
///    | gap ack blocks: start and end, 16 bits each
///    +---------------------------------------------------------------+
///    | duplicate TSNs: 32 bits each
struct sctp_sack {
    static constexpr std::string_view name = "sctp_sack";
    static constexpr std::string_view spec = "RFC 9260 s3.3.4";
    static constexpr layer id = layer::sctp_chunk;
    static constexpr sctp_chunk_type chunk_type = sctp_chunk_type::sack;
    static constexpr std::size_t header_len = 16;  // octets
    static constexpr std::array fields{detail::sctp_chunk_type_field,
                                       detail::sctp_chunk_flags_field,
                                       detail::sctp_chunk_length_field,
                                       field{"cumulative_tsn_ack", 32, 32},
                                       field{"advertised_receiver_window_credit", 64, 32},
                                       field{"number_of_gap_ack_blocks", 96, 16},
                                       field{"number_of_duplicate_tsns", 112, 16}};

    // What it means, in host byte order. Borrows the lists and `padding`.
    std::uint8_t flags = 0;
    automatic<std::uint16_t> length{};  // computed unless set
    std::uint32_t cumulative_tsn_ack = 0;
    std::uint32_t advertised_receiver_window_credit = 65536;  // octets
    automatic<std::uint16_t> number_of_gap_ack_blocks{};      // computed unless set
    automatic<std::uint16_t> number_of_duplicate_tsns{};      // computed unless set
    bytes_view gap_ack_blocks{};                              // 4 octets each
    bytes_view duplicate_tsns{};                              // 4 octets each
    automatic<bytes_view> padding{};

    /// The octets of one chunk as they lie. Borrows them; two words, pass by value.
    template <class Octet>
    class basic_view
        : public detail::sctp_chunk_view<basic_view<Octet>, Octet, sctp_sack::header_len> {
        using base = detail::sctp_chunk_view<basic_view<Octet>, Octet, sctp_sack::header_len>;
        using base::head;

      public:
        [[nodiscard]] std::uint32_t cumulative_tsn_ack() const noexcept { return be32<4>(head()); }
        /// Octets.
        [[nodiscard]] std::uint32_t advertised_receiver_window_credit() const noexcept {
            return be32<8>(head());
        }
        [[nodiscard]] std::uint16_t number_of_gap_ack_blocks() const noexcept {
            return be16<12>(head());
        }
        [[nodiscard]] std::uint16_t number_of_duplicate_tsns() const noexcept {
            return be16<14>(head());
        }
        /// As many as are counted and there.
        [[nodiscard]] sctp_gap_ack_blocks gap_ack_blocks() const noexcept {
            return sctp_gap_ack_blocks(this->body().first(gaps_len()));
        }
        /// As many as are counted and there.
        [[nodiscard]] sctp_list<std::uint32_t> duplicate_tsns() const noexcept {
            const auto behind = this->body().subspan(gaps_len());
            const std::size_t counted = std::size_t{number_of_duplicate_tsns()} * 4;
            return sctp_list<std::uint32_t>(behind.first(std::min(counted, behind.size())));
        }
        /// All that follows the gap blocks, also what is not counted.
        [[nodiscard]] bytes_view behind_gap_ack_blocks() const noexcept {
            return this->body().subspan(gaps_len());
        }
        /// Whether this transmission sequence number arrived (RFC 9260 s3.3.4).
        [[nodiscard]] bool acknowledges(std::uint32_t tsn) const noexcept {
            // Serial numbers (RFC 1982): half of the circle lies behind.
            const std::uint32_t ahead = tsn - cumulative_tsn_ack();
            if (ahead == 0 || ahead > 0x80000000U) return true;
            const auto gaps = gap_ack_blocks();
            for (std::size_t i = 0; i < gaps.size(); ++i) {
                if (ahead >= gaps[i].start && ahead <= gaps[i].end) return true;
            }
            return false;
        }

      private:
        friend base;
        explicit basic_view(std::span<Octet> octets) noexcept : base(octets) {}
        [[nodiscard]] std::size_t gaps_len() const noexcept {
            return std::min(std::size_t{number_of_gap_ack_blocks()} * 4, this->body().size());
        }
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// What is automatic comes back forced. Errors: not_this_message (another type of chunk).
    [[nodiscard]] SONDE_API static result<sctp_sack> read(view v) noexcept;
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return detail::sctp_padded_len(header_len + gap_ack_blocks.size() + duplicate_tsns.size(),
                                       padding);
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};

namespace detail {

/// What the value of a chunk with no fixed fields is made of.
enum class sctp_content : std::uint8_t { octets, parameters, causes };

/// The chunks whose fixed fields are those that all have.
template <class Traits>
struct sctp_value_chunk {
    static constexpr std::string_view name = Traits::name;
    static constexpr std::string_view spec = Traits::spec;
    static constexpr layer id = layer::sctp_chunk;
    static constexpr sctp_chunk_type chunk_type = Traits::type;
    static constexpr std::size_t header_len = sctp_chunk_header_len;  // octets
    static constexpr std::array fields{
        sctp_chunk_type_field, sctp_chunk_flags_field, sctp_chunk_length_field};

    // What it means, in host byte order. Borrows `value` and `padding`.
    std::uint8_t flags = 0;
    automatic<std::uint16_t> length{};  // computed unless set
    bytes_view value{};
    automatic<bytes_view> padding{};  // zeros to a whole word unless set

    /// The octets of one chunk as they lie. Borrows them; two words, pass by value.
    template <class Octet>
    class basic_view
        : public sctp_chunk_view<basic_view<Octet>, Octet, sctp_value_chunk::header_len> {
        using base = sctp_chunk_view<basic_view<Octet>, Octet, sctp_value_chunk::header_len>;

      public:
        [[nodiscard]] std::span<Octet> value() const noexcept { return this->body(); }
        /// Offsets in errors count from the start of this chunk.
        [[nodiscard]] sctp_parameters parameters() const noexcept
            requires(Traits::content == sctp_content::parameters)
        {
            return sctp_parameters(this->body(), {}, header_len);
        }
        /// Offsets in errors count from the start of this chunk.
        [[nodiscard]] sctp_error_causes causes() const noexcept
            requires(Traits::content == sctp_content::causes)
        {
            return sctp_error_causes(this->body(), {}, header_len);
        }
        /// T: the sender knows no association and gives the verification tag of the packet that it
        /// answers back (RFC 9260 s8.5.1).
        [[nodiscard]] bool is_tag_reflected() const noexcept
            requires(Traits::has_reflected_tag)
        {
            return (this->flags() & 1) != 0;
        }

      private:
        friend base;
        explicit basic_view(std::span<Octet> octets) noexcept : base(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// What is automatic comes back forced. Errors: not_this_message (another type of chunk).
    [[nodiscard]] static result<sctp_value_chunk> read(view v) noexcept {
        if (const auto right = expect_sctp_chunk(v.type(), chunk_type); !right) {
            return malformed(right.error());
        }
        return sctp_value_chunk{v.flags(), v.length(), v.value(), v.padding()};
    }
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return sctp_padded_len(header_len + value.size(), padding);
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    void emit(bytes_mut out) const noexcept {
        emit_sctp_chunk(out, {chunk_type, flags, length, padding, header_len, value});
    }
};

template <sctp_chunk_type Type, sctp_content Content = sctp_content::octets, bool Reflected = false>
struct sctp_value_traits {
    static constexpr sctp_chunk_type type = Type;
    static constexpr sctp_content content = Content;
    static constexpr bool has_reflected_tag = Reflected;
};
struct sctp_heartbeat_traits
    : sctp_value_traits<sctp_chunk_type::heartbeat, sctp_content::parameters> {
    static constexpr std::string_view name = "sctp_heartbeat";
    static constexpr std::string_view spec = "RFC 9260 s3.3.5";
};
struct sctp_heartbeat_ack_traits
    : sctp_value_traits<sctp_chunk_type::heartbeat_ack, sctp_content::parameters> {
    static constexpr std::string_view name = "sctp_heartbeat_ack";
    static constexpr std::string_view spec = "RFC 9260 s3.3.6";
};
struct sctp_abort_traits : sctp_value_traits<sctp_chunk_type::abort, sctp_content::causes, true> {
    static constexpr std::string_view name = "sctp_abort";
    static constexpr std::string_view spec = "RFC 9260 s3.3.7";
};
struct sctp_shutdown_ack_traits : sctp_value_traits<sctp_chunk_type::shutdown_ack> {
    static constexpr std::string_view name = "sctp_shutdown_ack";
    static constexpr std::string_view spec = "RFC 9260 s3.3.9";
};
struct sctp_error_traits : sctp_value_traits<sctp_chunk_type::error, sctp_content::causes> {
    static constexpr std::string_view name = "sctp_error";
    static constexpr std::string_view spec = "RFC 9260 s3.3.10";
};
struct sctp_cookie_echo_traits : sctp_value_traits<sctp_chunk_type::cookie_echo> {
    static constexpr std::string_view name = "sctp_cookie_echo";
    static constexpr std::string_view spec = "RFC 9260 s3.3.11";
};
struct sctp_cookie_ack_traits : sctp_value_traits<sctp_chunk_type::cookie_ack> {
    static constexpr std::string_view name = "sctp_cookie_ack";
    static constexpr std::string_view spec = "RFC 9260 s3.3.12";
};
struct sctp_shutdown_complete_traits
    : sctp_value_traits<sctp_chunk_type::shutdown_complete, sctp_content::octets, true> {
    static constexpr std::string_view name = "sctp_shutdown_complete";
    static constexpr std::string_view spec = "RFC 9260 s3.3.13";
};
struct sctp_re_config_traits
    : sctp_value_traits<sctp_chunk_type::re_config, sctp_content::parameters> {
    static constexpr std::string_view name = "sctp_re_config";
    static constexpr std::string_view spec = "RFC 6525 s3.1";
};
struct sctp_pad_traits : sctp_value_traits<sctp_chunk_type::pad> {
    static constexpr std::string_view name = "sctp_pad";
    static constexpr std::string_view spec = "RFC 4820 s3";
};

}  // namespace detail

/// Is the peer's address reachable? Its value is one Heartbeat Info parameter, which comes back in
/// the acknowledgement (RFC 9260 s3.3.5, s3.3.6).
using sctp_heartbeat = detail::sctp_value_chunk<detail::sctp_heartbeat_traits>;
using sctp_heartbeat_ack = detail::sctp_value_chunk<detail::sctp_heartbeat_ack_traits>;
/// The end without more ado (RFC 9260 s3.3.7), and what went wrong without one (s3.3.10); their
/// values are error causes.
using sctp_abort = detail::sctp_value_chunk<detail::sctp_abort_traits>;
using sctp_error = detail::sctp_value_chunk<detail::sctp_error_traits>;
/// The state cookie that came with INIT ACK, given back (RFC 9260 s3.3.11).
using sctp_cookie_echo = detail::sctp_value_chunk<detail::sctp_cookie_echo_traits>;
/// Chunks that say all with their type.
using sctp_cookie_ack = detail::sctp_value_chunk<detail::sctp_cookie_ack_traits>;
using sctp_shutdown_ack = detail::sctp_value_chunk<detail::sctp_shutdown_ack_traits>;
using sctp_shutdown_complete = detail::sctp_value_chunk<detail::sctp_shutdown_complete_traits>;
/// Streams are reset or added (RFC 6525): one or two parameters.
using sctp_re_config = detail::sctp_value_chunk<detail::sctp_re_config_traits>;
/// Octets that mean nothing (RFC 4820).
using sctp_pad = detail::sctp_value_chunk<detail::sctp_pad_traits>;

namespace detail {

/// The chunks with one number of 32 bits in front. `Traits::field_name` says what it is.
template <class Traits>
struct sctp_number_chunk {
    static constexpr std::string_view name = Traits::name;
    static constexpr std::string_view spec = Traits::spec;
    static constexpr layer id = layer::sctp_chunk;
    static constexpr sctp_chunk_type chunk_type = Traits::type;
    static constexpr std::size_t header_len = 8;  // octets
    static constexpr std::array fields{sctp_chunk_type_field,
                                       sctp_chunk_flags_field,
                                       sctp_chunk_length_field,
                                       field{Traits::field_name, 32, 32}};

    // What it means, in host byte order. Borrows `value` and `padding`.
    std::uint8_t flags = 0;
    automatic<std::uint16_t> length{};  // computed unless set
    std::uint32_t number = 0;           // what it is called: see the alias
    bytes_view value{};                 // what follows the number
    automatic<bytes_view> padding{};    // zeros to a whole word unless set

    /// The octets of one chunk as they lie. Borrows them; two words, pass by value.
    template <class Octet>
    class basic_view
        : public sctp_chunk_view<basic_view<Octet>, Octet, sctp_number_chunk::header_len> {
        using base = sctp_chunk_view<basic_view<Octet>, Octet, sctp_number_chunk::header_len>;
        using base::head;

      public:
        [[nodiscard]] std::uint32_t number() const noexcept { return be32<4>(head()); }
        [[nodiscard]] std::span<Octet> value() const noexcept { return this->body(); }
        /// Offsets in errors count from the start of this chunk.
        [[nodiscard]] sctp_parameters parameters() const noexcept
            requires(Traits::content == sctp_content::parameters)
        {
            return sctp_parameters(this->body(), {}, header_len);
        }
        void set_number(std::uint32_t value) const noexcept
            requires base::writable
        {
            put_be32<4>(head(), value);
        }

      private:
        friend base;
        explicit basic_view(std::span<Octet> octets) noexcept : base(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// What is automatic comes back forced. Errors: not_this_message (another type of chunk).
    [[nodiscard]] static result<sctp_number_chunk> read(view v) noexcept {
        if (const auto right = expect_sctp_chunk(v.type(), chunk_type); !right) {
            return malformed(right.error());
        }
        return sctp_number_chunk{v.flags(), v.length(), v.number(), v.value(), v.padding()};
    }
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return sctp_padded_len(header_len + value.size(), padding);
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    void emit(bytes_mut out) const noexcept {
        emit_sctp_chunk(out, {chunk_type, flags, length, padding, header_len, value});
        put_be32_at(out, 4, number);
    }
};

struct sctp_shutdown_traits : sctp_value_traits<sctp_chunk_type::shutdown> {
    static constexpr std::string_view name = "sctp_shutdown";
    static constexpr std::string_view spec = "RFC 9260 s3.3.8";
    static constexpr std::string_view field_name = "cumulative_tsn_ack";
};
struct sctp_ecne_traits : sctp_value_traits<sctp_chunk_type::ecne> {
    static constexpr std::string_view name = "sctp_ecne";
    static constexpr std::string_view spec = "RFC 4960 appendix A";
    static constexpr std::string_view field_name = "lowest_tsn";
};
struct sctp_cwr_traits : sctp_value_traits<sctp_chunk_type::cwr> {
    static constexpr std::string_view name = "sctp_cwr";
    static constexpr std::string_view spec = "RFC 4960 appendix A";
    static constexpr std::string_view field_name = "lowest_tsn";
};
struct sctp_asconf_traits : sctp_value_traits<sctp_chunk_type::asconf, sctp_content::parameters> {
    static constexpr std::string_view name = "sctp_asconf";
    static constexpr std::string_view spec = "RFC 5061 s4.1.1";
    static constexpr std::string_view field_name = "sequence_number";
};
struct sctp_asconf_ack_traits
    : sctp_value_traits<sctp_chunk_type::asconf_ack, sctp_content::parameters> {
    static constexpr std::string_view name = "sctp_asconf_ack";
    static constexpr std::string_view spec = "RFC 5061 s4.1.2";
    static constexpr std::string_view field_name = "sequence_number";
};
struct sctp_forward_tsn_traits : sctp_value_traits<sctp_chunk_type::forward_tsn> {
    static constexpr std::string_view name = "sctp_forward_tsn";
    static constexpr std::string_view spec = "RFC 3758 s3.2";
    static constexpr std::string_view field_name = "new_cumulative_tsn";
};
struct sctp_i_forward_tsn_traits : sctp_value_traits<sctp_chunk_type::i_forward_tsn> {
    static constexpr std::string_view name = "sctp_i_forward_tsn";
    static constexpr std::string_view spec = "RFC 8260 s2.3.1";
    static constexpr std::string_view field_name = "new_cumulative_tsn";
};

}  // namespace detail

/// The sender has no more data (RFC 9260 s3.3.8). The number: its cumulative TSN ack.
using sctp_shutdown = detail::sctp_number_chunk<detail::sctp_shutdown_traits>;
/// Congestion was marked, and the window was made smaller (RFC 4960 appendix A). The number: the
/// lowest TSN of the marked packet.
using sctp_ecne = detail::sctp_number_chunk<detail::sctp_ecne_traits>;
using sctp_cwr = detail::sctp_number_chunk<detail::sctp_cwr_traits>;
/// Changes of addresses and their outcome (RFC 5061 s4.1). The number: the sequence number. The
/// first parameter of a request is an address that the association has.
using sctp_asconf = detail::sctp_number_chunk<detail::sctp_asconf_traits>;
using sctp_asconf_ack = detail::sctp_number_chunk<detail::sctp_asconf_ack_traits>;
/// Data that will not be sent again (RFC 3758 s3.2, RFC 8260 s2.3.1). The number: the new
/// cumulative TSN; then the streams that skip something, see sctp_skipped_streams.
using sctp_forward_tsn = detail::sctp_number_chunk<detail::sctp_forward_tsn_traits>;
using sctp_i_forward_tsn = detail::sctp_number_chunk<detail::sctp_i_forward_tsn_traits>;

/// A stream, and the last message that it skips.
struct sctp_skipped_stream {
    std::uint16_t stream_identifier = 0;
    bool unordered = false;     // I-FORWARD-TSN alone tells
    std::uint32_t message = 0;  // FORWARD TSN: its stream sequence number; else its identifier
    friend constexpr bool operator==(const sctp_skipped_stream&,
                                     const sctp_skipped_stream&) = default;
};

/// The streams in a FORWARD TSN or I-FORWARD-TSN. Borrows them; what does not fill an entry at the
/// end is left out.
class sctp_skipped_streams {
  public:
    explicit sctp_skipped_streams(sctp_forward_tsn::view chunk) noexcept
        : octets_(chunk.value()), entry_len_(4) {}
    explicit sctp_skipped_streams(sctp_i_forward_tsn::view chunk) noexcept
        : octets_(chunk.value()), entry_len_(8) {}
    [[nodiscard]] std::size_t size() const noexcept { return octets_.size() / entry_len_; }
    /// Precondition: which < size().
    [[nodiscard]] sctp_skipped_stream operator[](std::size_t which) const noexcept {
        const std::size_t at = which * entry_len_;
        const std::uint16_t stream = be16_at(octets_, at);
        const std::uint16_t second = be16_at(octets_, at + 2);
        if (entry_len_ == 4) return {stream, false, second};
        return {stream, (second & 1) != 0, be32_at(octets_, at + 4)};
    }

  private:
    bytes_view octets_;
    std::size_t entry_len_;  // octets
};

/// Authentication of the chunks behind it (RFC 4895 s4.1).
///
///     0               1               2               3
///    +---------------+---------------+-------------------------------+
///    | type: 15      | flags: 0      | length                        |
///    +---------------+---------------+-------------------------------+
///    | shared key identifier         | HMAC identifier               |
///    +-------------------------------+-------------------------------+
///    | HMAC
struct sctp_auth {
    static constexpr std::string_view name = "sctp_auth";
    static constexpr std::string_view spec = "RFC 4895 s4.1";
    static constexpr layer id = layer::sctp_chunk;
    static constexpr sctp_chunk_type chunk_type = sctp_chunk_type::auth;
    static constexpr std::size_t header_len = 8;  // octets
    static constexpr std::array fields{detail::sctp_chunk_type_field,
                                       detail::sctp_chunk_flags_field,
                                       detail::sctp_chunk_length_field,
                                       field{"shared_key_identifier", 32, 16},
                                       field{"hmac_identifier", 48, 16}};

    // What it means, in host byte order. Borrows `hmac` and `padding`.
    std::uint8_t flags = 0;
    automatic<std::uint16_t> length{};  // computed unless set
    std::uint16_t shared_key_identifier = 0;
    std::uint16_t hmac_identifier = 0;  // 1: SHA-1, 3: SHA-256
    bytes_view hmac{};
    automatic<bytes_view> padding{};  // zeros to a whole word unless set

    /// The octets of one chunk as they lie. Borrows them; two words, pass by value.
    template <class Octet>
    class basic_view
        : public detail::sctp_chunk_view<basic_view<Octet>, Octet, sctp_auth::header_len> {
        using base = detail::sctp_chunk_view<basic_view<Octet>, Octet, sctp_auth::header_len>;
        using base::head;

      public:
        [[nodiscard]] std::uint16_t shared_key_identifier() const noexcept {
            return be16<4>(head());
        }
        [[nodiscard]] std::uint16_t hmac_identifier() const noexcept { return be16<6>(head()); }
        [[nodiscard]] std::span<Octet> hmac() const noexcept { return this->body(); }

      private:
        friend base;
        explicit basic_view(std::span<Octet> octets) noexcept : base(octets) {}
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// What is automatic comes back forced. Errors: not_this_message (another type of chunk).
    [[nodiscard]] SONDE_API static result<sctp_auth> read(view v) noexcept;
    [[nodiscard]] std::size_t wire_len() const noexcept {
        return detail::sctp_padded_len(header_len + hmac.size(), padding);
    }  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
};

static_assert(protocol<sctp_data> && protocol<sctp_i_data> && protocol<sctp_init> &&
              protocol<sctp_sack> && protocol<sctp_abort> && protocol<sctp_shutdown> &&
              protocol<sctp_auth> && std::is_trivially_copyable_v<sctp_data::view>);

}  // namespace sonde::inline v0
