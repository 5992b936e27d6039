#pragma once
/// Makes a DNS message in a caller's buffer (RFC 1035 s4.1, compression s4.1.4, its limits RFC 3597
/// s4): questions and records in the order of the sections, names compressed against all that was
/// written before, counts kept. No heap.
///
///     std::array<std::uint8_t, 512> room;
///     dns_writer out(room, {.identifier = 7, .recursion_desired = true});
///     out.question(name, dns_type::aaaa);
///     out.add_edns({.dnssec_ok = true});
///     if (out.refused()) ...                             // nothing was written of what was
///     refused send(out.finish());
///
/// A message without some records of another one, whatever its names point at:
///
///     dns_writer out(room, *dns::read(seen));
///     out.copy_if(seen, [](const dns_record& r) { return r.type() != dns_type::rrsig; });

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <sonde/wire/application/dns.hpp>

namespace sonde::inline v0 {

/// Why a writer left something out.
enum class dns_refusal : std::uint8_t {
    none,
    no_room,       // the buffer, 65535 octets of message or of data, or 65535 entries are full
    out_of_order,  // an entry of a section that is over already
    bad_data,      // data to copy that should hold names and does not
};
[[nodiscard]] SONDE_API std::string_view to_string(dns_refusal reason) noexcept;

enum class dns_compression : std::uint8_t { on, off };

/// What stands before the data of a record.
struct dns_owner {
    dns_name name{};
    dns_class record_class = dns_class::internet;
    std::uint32_t time_to_live = 0;  // seconds
};

namespace detail {
class dns_data_writer;
}

/// Borrows the buffer. 1 KiB, mostly the table of names that pointers may lead to: 512 of them
/// at most; names beyond are written in full. Not thread-safe.
class dns_writer {
  public:
    /// Identifier, flags and codes come from `header`; its counts and sections do not.
    /// In a room of fewer than 12 octets nothing fits, and finish() is empty.
    SONDE_API explicit dns_writer(bytes_mut room, const dns& header = {},
                                  dns_compression compression = dns_compression::on) noexcept;

    /// Each adds one entry whole or not at all, and says whether it did.
    SONDE_API bool question(const dns_name& name, dns_type type,
                            dns_class question_class = dns_class::internet) noexcept;
    template <class Data>
    bool add(dns_section section, const dns_owner& owner, const Data& data) noexcept;
    /// Data as octets, for example of an unknown type.
    SONDE_API bool add_octets(dns_section section, const dns_owner& owner, dns_type type,
                              bytes_view data) noexcept;
    /// An OPT record in the additional section.
    SONDE_API bool add_edns(const dns_edns& edns) noexcept;
    /// A question or record of another message into its own section or into `section`: the name
    /// and the names in the data are read where they point and written anew.
    SONDE_API bool copy(const dns_record& record) noexcept;
    SONDE_API bool copy(dns_section section, const dns_record& record) noexcept;
    /// All entries of `from` that `wanted` likes; false when one of them was refused or `from`
    /// breaks off.
    template <class Predicate>
    bool copy_if(dns::view from, Predicate wanted) noexcept {
        bool all = true;
        for (const dns_record& record : from.records()) {
            if (wanted(record)) all = copy(record) && all;
        }
        return all && !from.records().error();
    }

    /// The count of a section, wrong on purpose; entries are counted otherwise.
    SONDE_API void force_count(dns_section section, std::uint16_t count) noexcept;

    /// The first refusal, none so far.
    [[nodiscard]] dns_refusal refused() const noexcept { return refused_; }
    [[nodiscard]] std::size_t size() const noexcept { return len_; }  // octets so far
    /// Writes the header; the message so far. More may be added afterwards.
    [[nodiscard]] SONDE_API bytes_view finish() noexcept;
    /// The same as a message, for example to stand on top of `udp`. Borrows the buffer.
    [[nodiscard]] SONDE_API dns message() const noexcept;

  private:
    friend class detail::dns_data_writer;
    static constexpr std::size_t targets_max = 512;

    [[nodiscard]] bool refuse(dns_refusal reason) noexcept;
    [[nodiscard]] SONDE_API bool begin(dns_section section, const dns_name& name, dns_type type,
                                       dns_class value) noexcept;
    SONDE_API void begin_data(std::uint32_t time_to_live) noexcept;
    SONDE_API bool finish_data() noexcept;
    SONDE_API bool finish_entry() noexcept;
    [[nodiscard]] SONDE_API bytes_mut reserve(std::size_t len) noexcept;
    SONDE_API void put_name(const dns_name& name, bool compress) noexcept;
    [[nodiscard]] std::size_t find_target(std::span<const bytes_view> labels,
                                          std::size_t slot) const noexcept;
    void remember(std::size_t slot, std::size_t offset) noexcept;

    bytes_mut room_;
    dns header_;
    std::size_t len_ = dns::header_len;
    std::size_t entry_ = 0;  // where the entry that is being written begins
    std::size_t data_ = 0;   // where its data begins
    bool broken_ = false;    // something of it did not fit
    dns_section section_ = dns_section::question;
    dns_refusal refused_ = dns_refusal::none;
    dns_compression compression_;
    std::array<std::uint16_t, 4> counts_{};
    std::array<std::optional<std::uint16_t>, 4> forced_{};
    std::array<std::uint16_t, targets_max> targets_{};  // offsets of names by hash; 0: free
};

namespace detail {

/// Writes the parts of one record's data.
class dns_data_writer {
  public:
    explicit dns_data_writer(dns_writer& out) noexcept : out_(out) {}
    void number(const std::uint8_t& value) noexcept {
        if (const bytes_mut room = out_.reserve(1); !room.empty()) room[0] = value;
    }
    void number(const std::uint16_t& value) noexcept {
        if (const bytes_mut room = out_.reserve(2); !room.empty()) put_be16_at(room, 0, value);
    }
    void number(const std::uint32_t& value) noexcept {
        if (const bytes_mut room = out_.reserve(4); !room.empty()) put_be32_at(room, 0, value);
    }
    void number48(const std::uint64_t& value) noexcept {
        number(static_cast<std::uint16_t>(value >> 32));
        number(static_cast<std::uint32_t>(value));
    }
    void type(const dns_type& value) noexcept { number(static_cast<std::uint16_t>(value)); }
    void time(const std::uint32_t& value) noexcept { number(value); }
    void address(const ipv4_address& value) noexcept { number(value.value); }
    void address(const ipv6_address& value) noexcept { rest(value.octets); }
    void name(const dns_name& value) noexcept { out_.put_name(value, false); }
    void compressible(const dns_name& value) noexcept { out_.put_name(value, true); }
    SONDE_API void string(const bytes_view& value) noexcept;  // at most 255 octets
    void word(const bytes_view& value) noexcept { string(value); }
    void salt(const bytes_view& value) noexcept { string(value); }
    void base32(const bytes_view& value) noexcept { string(value); }
    SONDE_API void long_base64(const bytes_view& value) noexcept;
    void strings(const bytes_view& value) noexcept { rest(value); }
    void text(const bytes_view& value) noexcept { rest(value); }
    void hex(const bytes_view& value) noexcept { rest(value); }
    void base64(const bytes_view& value) noexcept { rest(value); }
    void types(const dns_type_set& value) noexcept { rest(value.octets); }
    void parameters(const dns_service_parameters& value) noexcept { rest(value.octets); }

  private:
    SONDE_API void rest(bytes_view octets) noexcept;
    dns_writer& out_;
};

}  // namespace detail

template <class Data>
bool dns_writer::add(dns_section section, const dns_owner& owner, const Data& data) noexcept {
    if (!begin(section, owner.name, Data::type, owner.record_class)) return false;
    begin_data(owner.time_to_live);
    detail::dns_data_writer parts(*this);
    Data::each(data, parts);
    return finish_data();
}

}  // namespace sonde::inline v0
