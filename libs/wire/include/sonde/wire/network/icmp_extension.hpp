#pragma once
/// The ICMP extension structure (RFC 4884 s7), shared by ICMPv4 and ICMPv6, and where it begins:
/// the split between the quoted datagram and the structure that may follow it. The objects that it
/// carries are read and built by icmp_extension_objects.hpp.
///
///     0               1               2               3
///    +-------+-------+---------------+-------------------------------+
///    | vers. | reserved              | checksum (0: none was made)   |
///    +-------+-----------------------+---------------+---------------+
///    | length (with these 4 octets)  | class         | C-type        |  object, any number of them
///    +-------------------------------+---------------+---------------+
///    | payload of the object
///
///     for (const icmp_extension_object& object : extension.objects()) use(object);

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include <sonde/wire/checksum.hpp>
#include <sonde/wire/element_range.hpp>
#include <sonde/wire/protocol.hpp>

namespace sonde::inline v0 {

/// The object classes that IANA has assigned; 247 to 255 are for private use (RFC 4884 s9). Others
/// stay representable.
enum class icmp_object_class : std::uint8_t {
    mpls_label_stack = 1,          // RFC 4950
    interface_information = 2,     // RFC 5837
    interface_identification = 3,  // RFC 8335
    extended_information = 4,      // RFC 8883
    node_identification = 5,       // draft-ietf-intarea-extended-icmp-nodeid
};

inline constexpr icmp_object_class icmp_object_private_first{247};

/// The registry's name, "MPLS Label Stack Class"; empty for a class that is not assigned.
[[nodiscard]] SONDE_API std::string_view to_string(icmp_object_class class_num) noexcept;
/// The registry's name of a sub-type; empty where there is none. The C-type of class 2 is a set of
/// bits (RFC 5837 s4.1): its name is that of the interface's role.
[[nodiscard]] SONDE_API std::string_view icmp_object_type_name(icmp_object_class class_num,
                                                               std::uint8_t c_type) noexcept;

/// One object as it lies; only its length was looked at. Borrows the octets.
class icmp_extension_object {
  public:
    static constexpr std::size_t header_len = 4;  // octets

    /// Takes the object at the front of `rest`.
    /// Errors: truncated (fewer than 4 octets, or than the length says), bad_length (below 4).
    [[nodiscard]] SONDE_API static result<icmp_extension_object> parse(
        bytes_view rest SONDE_LIFETIMEBOUND) noexcept;

    [[nodiscard]] std::uint16_t length() const noexcept { return be16<0>(head()); }  // with header
    [[nodiscard]] icmp_object_class class_num() const noexcept {
        return icmp_object_class{head()[2]};
    }
    [[nodiscard]] std::uint8_t c_type() const noexcept { return head()[3]; }
    [[nodiscard]] bytes_view payload() const noexcept { return octets_.subspan(header_len); }
    [[nodiscard]] bytes_view octets() const noexcept { return octets_; }

  private:
    explicit icmp_extension_object(bytes_view octets) noexcept : octets_(octets) {}
    [[nodiscard]] std::span<const std::uint8_t, header_len> head() const noexcept {
        return octets_.first<header_len>();
    }
    bytes_view octets_;  // exactly the object, at least its header
};

struct icmp_extension {
    static constexpr std::string_view name = "icmp_extension";
    static constexpr std::string_view spec = "RFC 4884 s7";
    static constexpr layer id = layer::icmp_extension;
    static constexpr std::size_t header_len = 4;        // octets
    static constexpr std::uint8_t current_version = 2;  // the only one that is defined
    static constexpr std::array fields{field{"version", 0, 4},
                                       field{"reserved", 4, 12, field_kind::hex},
                                       field{"checksum", 16, 16, field_kind::hex}};

    std::uint8_t version = current_version;  // 4 bits
    std::uint16_t reserved = 0;              // 12 bits, to be zero
    automatic<std::uint16_t> checksum{};     // computed unless set; set to 0 for none
    bytes_view objects{};                    // borrowed; made by icmp_extension_builder or read

    /// The octets as they lie; nothing is judged. Borrows them: invalid once they are freed.
    template <class Octet>
    class basic_view {
      public:
        /// Errors: truncated (fewer than `header_len` octets).
        [[nodiscard]] static result<basic_view> parse(
            std::span<Octet> in SONDE_LIFETIMEBOUND) noexcept {
            if (in.size() < header_len) return truncated(id, header_len, in.size());
            return basic_view(in);
        }
        static result<basic_view> parse(dying_octets auto&&) = delete;
        [[nodiscard]] std::uint8_t version() const noexcept {
            return static_cast<std::uint8_t>(head()[0] >> 4);
        }
        [[nodiscard]] std::uint16_t reserved() const noexcept { return be16<0>(head()) & 0x0fff; }
        [[nodiscard]] std::uint16_t checksum() const noexcept { return be16<2>(head()); }
        /// `absent`: the field is zero, none was transmitted.
        [[nodiscard]] checksum_state checksum_status() const noexcept {
            return icmp_extension::checksum_status_of(octets_);
        }
        /// None for another version: how that one lays its objects out is not known.
        [[nodiscard]] element_range<icmp_extension_object> objects() const noexcept {
            return element_range<icmp_extension_object>(
                version() == current_version ? bytes_view(octets_).subspan(header_len)
                                             : bytes_view{});
        }
        /// Why not every object can be read; nothing when all can. Offsets count from the start of
        /// the structure. Errors: bad_version, and those of icmp_extension_object::parse.
        [[nodiscard]] std::optional<parse_error> error() const noexcept {
            return icmp_extension::error_of(octets_);
        }
        [[nodiscard]] std::span<Octet> octets() const noexcept { return octets_; }
        void set_checksum(std::uint16_t value) const noexcept
            requires(!std::is_const_v<Octet>)
        {
            put_be16<2>(head(), value);
        }

      private:
        explicit basic_view(std::span<Octet> octets) noexcept : octets_(octets) {}
        [[nodiscard]] auto head() const noexcept { return octets_.template first<header_len>(); }
        std::span<Octet> octets_;  // never shorter than header_len
    };
    using view = basic_view<const std::uint8_t>;
    using mutable_view = basic_view<std::uint8_t>;

    /// Errors: none; another version keeps its octets. The checksum comes back forced.
    [[nodiscard]] SONDE_API static result<icmp_extension> read(view v) noexcept;
    [[nodiscard]] std::size_t wire_len() const noexcept { return header_len + objects.size(); }
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;

    /// The checksum of a structure whose first two octets are `first`; never 0.
    [[nodiscard]] SONDE_API static std::uint16_t computed_checksum(std::uint16_t first,
                                                                   bytes_view objects) noexcept;

  private:
    [[nodiscard]] SONDE_API static checksum_state checksum_status_of(bytes_view structure) noexcept;
    [[nodiscard]] SONDE_API static std::optional<parse_error> error_of(
        bytes_view structure) noexcept;
};

inline constexpr std::size_t icmp_length_unit =
    4;  // octets, RFC 4884 s4: the length field of ICMPv4
/// The least that an error with extensions quotes, padded with zeros (RFC 4884 s3).
inline constexpr std::size_t icmp_quote_len_min = 128;  // octets

/// What an ICMP error quotes, and the extension structure behind it. Every octet of the body is in
/// one of the two, whatever is wrong with the message.
struct icmp_quote {
    bytes_view datagram{};   // from its IP header; with the padding of RFC 4884 s3, if any
    bytes_view extension{};  // empty: none
    std::optional<parse_error> problem{};  // what is wrong with the length field
};

/// Splits the octets that follow the first eight of an ICMP error. `declared_len` is the length
/// field in octets (ICMPv4 counts words of 4, ICMPv6 of 8). `at` is the layer that reports.
///
/// A declared length of at least 128 within the body is believed. Otherwise a structure is accepted
/// only when it proves itself with version 2 and a checksum that holds: at the declared length, and
/// at octet 128, where routers older than RFC 4884 put it without filling in the length (s5.5). If
/// none does, all is quoted datagram.
/// Problems: bad_length (declared, but below 128), truncated (declared beyond the body).
[[nodiscard]] SONDE_API icmp_quote split_icmp_quote(bytes_view body, std::size_t declared_len,
                                                    layer at) noexcept;

/// How many octets at the front of `body` are a structure with a single object, as a request of
/// RFC 8335 s2 carries it: nothing declares where that structure ends, and data of the sender may
/// follow. All of `body` when no such structure can be read.
[[nodiscard]] SONDE_API std::size_t icmp_single_object_len(bytes_view body) noexcept;

/// How an error with this quote and structure is emitted. With an automatic length and a structure,
/// the datagram is padded to 128 octets and to a whole unit, or cut to the longest that the length
/// field can say; with a length forced to 0, padded to 128 as the routers before RFC 4884 did; with
/// another forced length, taken as it is.
struct icmp_quote_layout {
    std::size_t datagram_len = 0;  // octets taken from the quoted datagram
    std::size_t padding_len = 0;   // zeros after it
    std::uint8_t length = 0;       // the length field, in units

    [[nodiscard]] constexpr std::size_t wire_len(bytes_view extension) const noexcept {
        return datagram_len + padding_len + extension.size();
    }
};
/// `unit_len` is 4 octets for ICMPv4, 8 for ICMPv6.
[[nodiscard]] SONDE_API icmp_quote_layout icmp_quote_layout_of(const icmp_quote& quote,
                                                               automatic<std::uint8_t> length,
                                                               std::size_t unit_len) noexcept;
/// Writes quote, padding and structure. Precondition: out.size() == layout.wire_len(extension).
SONDE_API void emit_icmp_quote(bytes_mut out, const icmp_quote& quote,
                               const icmp_quote_layout& layout) noexcept;

}  // namespace sonde::inline v0
