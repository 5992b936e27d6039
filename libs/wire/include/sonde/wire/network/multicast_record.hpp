#pragma once
/// The records of multicast reports: IGMPv3's group records (RFC 3376 s4.2.4) and MLDv2's multicast
/// address records (RFC 3810 s5.2) are one form with addresses of their own length.
///
///     0               1               2               3
///    +---------------+---------------+-------------------------------+
///    | record type   | aux data len  | number of sources             |
///    +---------------+---------------+-------------------------------+
///    | multicast address: 4 or 16 octets                             |
///    +---------------------------------------------------------------+
///    | source addresses, then auxiliary data (words of 32 bits)

#include <span>
#include <string_view>

#include <sonde/base/address.hpp>
#include <sonde/wire/network/address_list.hpp>
#include <sonde/wire/protocol.hpp>

namespace sonde::inline v0 {

/// What a record says of its group (RFC 3376 s4.2.12, RFC 3810 s5.2.12). Others stay representable.
enum class multicast_record_type : std::uint8_t {
    mode_is_include = 1,
    mode_is_exclude = 2,
    change_to_include_mode = 3,
    change_to_exclude_mode = 4,
    allow_new_sources = 5,
    block_old_sources = 6,
};
/// "MODE_IS_INCLUDE"...; empty for a number that has no name here.
[[nodiscard]] SONDE_API std::string_view to_string(multicast_record_type type) noexcept;

/// One record. `view` is how it lies. `At` is the layer that reports.
template <class AddressList, layer At>
struct multicast_record {
    using address = typename AddressList::iterator::value_type;
    static constexpr std::size_t address_len = AddressList::address_len;  // octets
    static constexpr std::size_t header_len = 4 + address_len;            // octets
    static constexpr std::size_t auxiliary_word_len =
        4;  // octets, RFC 3376 s4.2.6, RFC 3810 s5.2.6
    static constexpr std::size_t auxiliary_words_max = 255;  // the field has 8 bits
    static constexpr std::size_t sources_max = 65535;        // the field has 16 bits

    multicast_record_type type = multicast_record_type::mode_is_exclude;
    address multicast_address{};
    std::span<const address> sources{};  // borrowed; at most 65535
    bytes_view auxiliary_data{};         // borrowed; padded to words of 32 bits, at most 255

    /// Borrows the octets of one record.
    class view {
      public:
        /// Takes one record from the front of `rest`.
        /// Errors: truncated (fewer octets than the record declares).
        [[nodiscard]] static result<view> parse(bytes_view rest SONDE_LIFETIMEBOUND) noexcept;
        [[nodiscard]] multicast_record_type type() const noexcept {
            return multicast_record_type(octets_[0]);
        }
        [[nodiscard]] std::uint8_t auxiliary_data_words() const noexcept { return octets_[1]; }
        [[nodiscard]] std::uint16_t number_of_sources() const noexcept {
            return be16_at(octets_, 2);
        }
        [[nodiscard]] address multicast_address() const noexcept {
            return address::from_octets(octets_.subspan(4).template first<address_len>());
        }
        [[nodiscard]] AddressList sources() const noexcept {
            return AddressList(
                octets_.subspan(header_len, std::size_t{number_of_sources()} * address_len));
        }
        [[nodiscard]] bytes_view auxiliary_data() const noexcept {
            return octets_.last(std::size_t{auxiliary_data_words()} * auxiliary_word_len);
        }
        [[nodiscard]] bytes_view octets() const noexcept { return octets_; }

      private:
        explicit view(bytes_view octets) noexcept : octets_(octets) {}
        bytes_view octets_;  // all of the record
    };

    [[nodiscard]] std::size_t wire_len() const noexcept;  // octets
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    void emit(bytes_mut out) const noexcept;

  private:
    [[nodiscard]] std::size_t auxiliary_words() const noexcept;
};
extern template struct SONDE_API multicast_record<ipv4_address_list, layer::igmpv3_record>;
extern template struct SONDE_API multicast_record<ipv6_address_list, layer::mldv2_report>;

using igmpv3_record = multicast_record<ipv4_address_list, layer::igmpv3_record>;
using mldv2_record = multicast_record<ipv6_address_list, layer::mldv2_report>;

}  // namespace sonde::inline v0
