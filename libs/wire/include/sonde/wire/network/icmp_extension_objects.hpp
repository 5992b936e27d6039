#pragma once
/// The objects of an ICMP extension structure, typed: MPLS label stacks (RFC 4950), interface
/// information (RFC 5837), interface identification (RFC 8335), extended information (RFC 8883).
/// Objects of other classes stay what they are: octets with a class and a C-type.
///
/// Nothing here allocates except the functions that return text. What was read borrows the octets
/// of the object; names are copied, so that a reader's result can be given to a builder.
///
///     std::array<std::uint8_t, 64> room;
///     icmp_extension_builder builder(room);
///     builder.add(icmp_interface_identification::by_index(5));
///     const result<bytes_view> structure = builder.finish();

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <sonde/base/address.hpp>
#include <sonde/wire/network/icmp_extension.hpp>

namespace sonde::inline v0 {

/// One entry of a label stack (RFC 3032 s2.1, RFC 5462 s2).
///
///     0               1               2               3
///    +---------------------------------------+-----+-+---------------+
///    | label                                 | TC  |S| time to live  |
///    +---------------------------------------+-----+-+---------------+
struct mpls_label {
    static constexpr std::size_t wire_len = 4;  // octets

    std::uint32_t label = 0;         // 20 bits
    std::uint8_t traffic_class = 0;  // 3 bits; "Exp" before RFC 5462
    bool bottom_of_stack = false;
    std::uint8_t time_to_live = 0;

    [[nodiscard]] static constexpr mpls_label from_word(std::uint32_t word) noexcept {
        return {.label = word >> 12,
                .traffic_class = static_cast<std::uint8_t>((word >> 9) & 7),
                .bottom_of_stack = ((word >> 8) & 1) != 0,
                .time_to_live = static_cast<std::uint8_t>(word)};
    }
    [[nodiscard]] constexpr std::uint32_t word() const noexcept {
        return (label << 12) | ((traffic_class & 7U) << 9) | (bottom_of_stack ? 0x100U : 0U) |
               time_to_live;
    }
    friend constexpr bool operator==(const mpls_label&, const mpls_label&) = default;
};

/// The label stack of an object of class 1, C-type 1, outermost label first (RFC 4950 s3).
class mpls_label_stack {
  public:
    mpls_label_stack() noexcept = default;  // no labels
    /// Errors: not_this_message (another class or C-type).
    [[nodiscard]] SONDE_API static result<mpls_label_stack> read(
        const icmp_extension_object& object) noexcept;

    [[nodiscard]] std::size_t size() const noexcept {
        return octets_.size() / mpls_label::wire_len;
    }
    [[nodiscard]] bool empty() const noexcept { return size() == 0; }
    /// Precondition: index < size().
    [[nodiscard]] mpls_label operator[](std::size_t index) const noexcept {
        return mpls_label::from_word(be32_at(octets_, index * mpls_label::wire_len));
    }
    /// Octets after the last whole label, with which an object is malformed.
    [[nodiscard]] std::size_t excess_len() const noexcept {
        return octets_.size() % mpls_label::wire_len;
    }
    /// What is wrong with the object; the labels can be read all the same. Offsets count from the
    /// start of the object. Errors: bad_length (not a whole number of labels).
    [[nodiscard]] SONDE_API std::optional<parse_error> error() const noexcept;

    class iterator {
      public:
        using value_type = mpls_label;
        using difference_type = std::ptrdiff_t;
        iterator() noexcept = default;
        iterator(const mpls_label_stack& stack, std::size_t index) noexcept
            : octets_(stack.octets_), index_(index) {}
        [[nodiscard]] mpls_label operator*() const noexcept {
            return mpls_label::from_word(be32_at(octets_, index_ * mpls_label::wire_len));
        }
        iterator& operator++() noexcept {
            ++index_;
            return *this;
        }
        iterator operator++(int) noexcept {
            const iterator before = *this;
            ++*this;
            return before;
        }
        friend bool operator==(const iterator& a, const iterator& b) noexcept {
            return a.index_ == b.index_;
        }

      private:
        bytes_view octets_{};
        std::size_t index_ = 0;
    };
    [[nodiscard]] iterator begin() const noexcept { return {*this, 0}; }
    [[nodiscard]] iterator end() const noexcept { return {*this, size()}; }

  private:
    explicit mpls_label_stack(bytes_view octets) noexcept : octets_(octets) {}
    bytes_view octets_{};
};

/// The name of an interface, at most 255 octets as in RFC 2863 (ifName, a DisplayString). It comes
/// from the network: pass it through `printable` before it reaches a screen.
class interface_name {
  public:
    static constexpr std::size_t len_max = 255;  // octets

    constexpr interface_name() noexcept = default;  // no name
    /// Nothing for a text that is too long.
    [[nodiscard]] SONDE_API static std::optional<interface_name> parse(
        std::string_view text) noexcept;
    /// The octets before the first NUL, with which names are padded; nothing when too long.
    [[nodiscard]] SONDE_API static std::optional<interface_name> from_octets(
        bytes_view octets) noexcept;

    [[nodiscard]] std::string_view text() const noexcept SONDE_LIFETIMEBOUND {
        return std::string_view(text_.data(), len_);
    }
    [[nodiscard]] std::size_t size() const noexcept { return len_; }
    [[nodiscard]] bool empty() const noexcept { return len_ == 0; }
    /// Precondition: out.size() >= size(). What is left of `out` is filled with zeros.
    SONDE_API void write(bytes_mut out) const noexcept;
    friend bool operator==(const interface_name& a, const interface_name& b) noexcept {
        return a.text() == b.text();
    }

  private:
    std::array<char, len_max> text_{};
    std::uint8_t len_ = 0;
};

/// Which interface an object of class 2 speaks of (RFC 5837 s4.1).
enum class icmp_interface_role : std::uint8_t {
    incoming = 0,         // the IP interface upon which the datagram arrived
    incoming_sub_ip = 1,  // the component below IP upon which it arrived
    outgoing = 2,         // the IP interface through which it would have left
    next_hop = 3,         // the IP next hop to which it would have gone
};
[[nodiscard]] SONDE_API std::string_view to_string(icmp_interface_role role) noexcept;

/// Address families of objects (IANA "Address Family Numbers").
enum class address_family_number : std::uint16_t {
    ipv4 = 1,
    ipv6 = 2,
    ieee_802 = 6,
    mac_48 = 16389,  // RFC 7042 s4; RFC 8335 s2.1 asks for it
    mac_64 = 16390,
};

/// Interface information (RFC 5837 s4): class 2, whose C-type says what is in it. In this order:
///
///     0               1               2               3
///    +---------------------------------------------------------------+
///    | ifIndex                                                       |  bit 0x08
///    +-------------------------------+-------------------------------+
///    | AFI: 1 or 2                   | reserved                      |  bit 0x04
///    +-------------------------------+-------------------------------+
///    | address: 4 or 16 octets                                       |
///    +---------------+-----------------------------------------------+
///    | length        | name, padded with NUL to words of 4 octets    |  bit 0x02
///    +---------------+-----------------------------------------------+
///    | MTU                                                           |  bit 0x01
///    +---------------------------------------------------------------+
struct icmp_interface_information {
    static constexpr std::uint8_t role_shift = 6;  // the two high bits of the C-type
    static constexpr std::uint8_t reserved_bits = 0x30;
    static constexpr std::uint8_t if_index_bit = 0x08;
    static constexpr std::uint8_t address_bit = 0x04;
    static constexpr std::uint8_t name_bit = 0x02;
    static constexpr std::uint8_t mtu_bit = 0x01;
    static constexpr std::size_t name_field_len_max =
        64;  // octets, its length octet included, s4.3
    static constexpr std::size_t name_len_max = name_field_len_max - 1;

    icmp_interface_role role = icmp_interface_role::incoming;
    std::optional<std::uint32_t> if_index{};
    std::optional<ip_address> address{};
    std::optional<interface_name> name{};  // at most 63 octets are emitted
    std::optional<std::uint32_t> mtu{};    // octets
    std::optional<parse_error> problem{};  // why not everything that the C-type announces was read

    /// Reads what can be read: everything before the first part that is broken, whose error is in
    /// `problem`, at an offset from the start of the object: truncated, bad_length (name longer
    /// than 64 or not in words, octets left over), bad_value (an address family other than 1 and
    /// 2). Errors: not_this_message (another class).
    [[nodiscard]] SONDE_API static result<icmp_interface_information> read(
        const icmp_extension_object& object) noexcept;
    [[nodiscard]] SONDE_API std::uint8_t c_type() const noexcept;
    [[nodiscard]] SONDE_API std::size_t payload_len() const noexcept;  // octets
    /// Precondition: out.size() == payload_len().
    SONDE_API void emit_payload(bytes_mut out) const noexcept;
};

/// Interface identification (RFC 8335 s2.1): class 3, which names the interface to ask about.
///
///     by name (C-type 1): the name, perhaps padded with NUL to words of 4 octets
///     by index (C-type 2): ifIndex, 4 octets
///     by address (C-type 3):
///    +-------------------------------+---------------+---------------+
///    | AFI                           | address length| reserved      |
///    +-------------------------------+---------------+---------------+
///    | address, padded with zeros to words of 4 octets
struct icmp_interface_identification {
    enum class kind : std::uint8_t { name = 1, index = 2, address = 3 };  // the C-type
    static constexpr std::size_t address_len_max = 16;                    // octets

    kind by = kind::index;
    interface_name name{};
    std::uint32_t if_index = 0;
    address_family_number family = address_family_number::ipv4;
    std::uint8_t address_len = 0;  // octets of `address` that count
    std::array<std::uint8_t, address_len_max> address{};

    [[nodiscard]] SONDE_API static icmp_interface_identification by_name(
        const interface_name& name) noexcept;
    [[nodiscard]] SONDE_API static icmp_interface_identification by_index(
        std::uint32_t if_index) noexcept;
    [[nodiscard]] SONDE_API static icmp_interface_identification by_address(
        const ip_address& address) noexcept;
    [[nodiscard]] SONDE_API static icmp_interface_identification by_address(
        const mac_address& address) noexcept;

    /// The address, where the family and the length say that it is one.
    [[nodiscard]] SONDE_API std::optional<ip_address> ip() const noexcept;
    [[nodiscard]] SONDE_API std::optional<mac_address> mac() const noexcept;

    /// Errors: not_this_message (another class or C-type), truncated, bad_length (an index that is
    /// not 4 octets, an address longer than 16 or a name longer than 255).
    [[nodiscard]] SONDE_API static result<icmp_interface_identification> read(
        const icmp_extension_object& object) noexcept;
    [[nodiscard]] SONDE_API std::size_t payload_len() const noexcept;  // octets
    /// Precondition: out.size() == payload_len().
    SONDE_API void emit_payload(bytes_mut out) const noexcept;
};

/// The pointer of an extended information object, class 4, C-type 1: the octet of the quoted packet
/// that went over a limit (RFC 8883 s3.2).
/// Errors: not_this_message (another class or C-type), bad_length (not 4 octets).
[[nodiscard]] SONDE_API result<std::uint32_t> read_extended_information_pointer(
    const icmp_extension_object& object) noexcept;

/// Builds a structure in room that the caller lends. When the room is too small nothing is written
/// past its end, and `finish` says how much was needed.
class icmp_extension_builder {
  public:
    explicit icmp_extension_builder(bytes_mut room SONDE_LIFETIMEBOUND) noexcept : room_(room) {}

    /// Any object. Its length field is computed; a payload over 65531 octets is cut.
    SONDE_API icmp_extension_builder& add(icmp_object_class class_num, std::uint8_t c_type,
                                          bytes_view payload) noexcept;
    /// A label stack; the last label gets the bottom-of-stack bit, the others lose it.
    SONDE_API icmp_extension_builder& add(std::span<const mpls_label> labels) noexcept;
    SONDE_API icmp_extension_builder& add(const icmp_interface_information& information) noexcept;
    SONDE_API icmp_extension_builder& add(
        const icmp_interface_identification& identification) noexcept;

    /// Writes the header with its checksum and returns the whole structure, which lies in the room.
    /// Errors: truncated (the room is too small).
    [[nodiscard]] SONDE_API result<bytes_view> finish() noexcept;

  private:
    /// Room for the payload of a new object, whose header it writes; empty when there is too
    /// little.
    bytes_mut open(icmp_object_class class_num, std::uint8_t c_type,
                   std::size_t payload_len) noexcept;

    bytes_mut room_;
    std::size_t len_ = icmp_extension::header_len;  // octets needed so far
};

/// "L=100704,E=0,S=1,T=1", as traceroute -e prints a label.
[[nodiscard]] SONDE_API std::string to_string(const mpls_label& label);
/// One line: "MPLS:L=100704,E=0,S=1,T=1", "incoming interface: index 7, address 10.1.2.3, name
/// ge-0/0, mtu 9000", "class 247, type 9, 8 octets". Safe for a screen.
[[nodiscard]] SONDE_API std::string to_string(const icmp_extension_object& object);

}  // namespace sonde::inline v0
