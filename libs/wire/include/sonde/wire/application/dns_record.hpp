#pragma once
/// Questions and resource records as they lie in a DNS message (RFC 1035 s4.1.2, s4.1.3; mDNS' top
/// bit of the class RFC 6762 s5.4, s10.2), and the lazy walk over them.
///
///     +---------------------------------------------------------------+
///     | name: labels, or labels and a pointer
///     +-------------------------------+-------------------------------+
///     | type                          | class                         |
///     +-------------------------------+-------------------------------+   a question ends here
///     | time to live                                                  |
///     +-------------------------------+-------------------------------+
///     | data length                   | data
///     +-------------------------------+
///
/// A walk allocates nothing, takes at most 255 octets of name and 127 pointers a record, and stops
/// at the first record that is broken; those before it stay readable.
///
///     for (const dns_record& record : message.answers()) use(record.name(), record.type());
///     if (const auto stopped = message.answers().error()) complain(to_sentence(*stopped));

#include <chrono>
#include <cstddef>
#include <iterator>
#include <optional>

#include <sonde/wire/application/dns_name.hpp>
#include <sonde/wire/application/dns_numbers.hpp>

namespace sonde::inline v0 {

/// RFC 1035 s4.1; in updates (RFC 2136 s2) the zone, prerequisites, updates and additional data.
enum class dns_section : std::uint8_t { question, answer, authority, additional };
[[nodiscard]] SONDE_API std::string_view to_string(dns_section section) noexcept;

/// One record, or one question: a record without time to live and data. Borrows the octets of its
/// message; its name and length were judged, its data was not. Trivially copyable.
class dns_record {
  public:
    static constexpr std::size_t question_len = 4;  // octets behind the name: type, class
    static constexpr std::size_t record_len = 10;   // and time to live, data length
    static constexpr std::uint16_t mdns_bit = 0x8000;

    [[nodiscard]] dns_section section() const noexcept { return section_; }
    [[nodiscard]] bool is_question() const noexcept { return section_ == dns_section::question; }
    [[nodiscard]] dns_name name() const noexcept {
        return {message_, offset_, {fixed_, name_len_, labels_, compressed_}};
    }
    [[nodiscard]] dns_type type() const noexcept { return dns_type(be16_at(message_, fixed_)); }
    /// All 16 bits. Of an OPT record: the size of UDP payload that its sender takes.
    [[nodiscard]] dns_class record_class() const noexcept {
        return dns_class(be16_at(message_, fixed_ + 2U));
    }
    /// The class without mDNS' top bit.
    [[nodiscard]] dns_class mdns_class() const noexcept {
        return dns_class(static_cast<std::uint16_t>(be16_at(message_, fixed_ + 2U) & ~mdns_bit));
    }
    /// mDNS: the asker of this question would take a unicast response (RFC 6762 s5.4).
    [[nodiscard]] bool unicast_response() const noexcept { return is_question() && top_bit(); }
    /// mDNS: older records of this name, type and class are to be forgotten (RFC 6762 s10.2).
    [[nodiscard]] bool cache_flush() const noexcept { return !is_question() && top_bit(); }
    /// As it lies, 0 for a question.
    [[nodiscard]] std::uint32_t time_to_live() const noexcept {
        return is_question() ? 0 : be32_at(message_, fixed_ + 4U);
    }
    /// How long it may be kept: a value with the top bit set means zero (RFC 2181 s8).
    [[nodiscard]] std::chrono::seconds lifetime() const noexcept {
        const std::uint32_t lies = time_to_live();
        return std::chrono::seconds(lies >> 31 != 0 ? 0 : lies);
    }
    [[nodiscard]] std::uint16_t data_len() const noexcept { return data_len_; }
    /// As it lies; names in it may point elsewhere. Empty for a question.
    [[nodiscard]] bytes_view data() const noexcept {
        return message_.subspan(data_offset(), data_len_);
    }
    /// Octets from the start of the message to this record, and to its data.
    [[nodiscard]] std::size_t offset() const noexcept { return offset_; }
    [[nodiscard]] std::size_t data_offset() const noexcept {
        return fixed_ + (is_question() ? question_len : record_len);
    }
    [[nodiscard]] bytes_view octets() const noexcept {
        return message_.subspan(offset_, data_offset() + data_len_ - offset_);
    }
    [[nodiscard]] bytes_view message() const noexcept { return message_; }

    /// The data as `Data`, one of dns_data.hpp.
    /// Errors: not_this_message (the record has another type), truncated (the data is shorter than
    /// its fields), bad_length (longer), and those of a name.
    template <class Data>
    [[nodiscard]] result<Data> as() const noexcept;

  private:
    friend class dns_record_range;
    [[nodiscard]] bool top_bit() const noexcept { return (message_[fixed_ + 2U] & 0x80) != 0; }

    bytes_view message_{};
    std::uint32_t offset_ = 0;
    std::uint32_t fixed_ = 0;  // behind the name
    std::uint16_t data_len_ = 0;
    std::uint8_t name_len_ = 0;
    std::uint8_t labels_ = 0;
    bool compressed_ = false;
    dns_section section_ = dns_section::question;
};

/// How many entries each section declares.
struct dns_counts {
    std::uint16_t questions = 0;
    std::uint16_t answers = 0;
    std::uint16_t authorities = 0;
    std::uint16_t additionals = 0;
    friend constexpr bool operator==(const dns_counts&, const dns_counts&) = default;
};

/// The entries of one section or of several in a row. Whatever stands before the first of them is
/// walked by begin(). Borrows the message.
class dns_record_range {
  public:
    class iterator {
      public:
        using iterator_category = std::forward_iterator_tag;
        using value_type = dns_record;
        using difference_type = std::ptrdiff_t;
        using pointer = const dns_record*;
        using reference = const dns_record&;

        iterator() noexcept = default;
        [[nodiscard]] reference operator*() const noexcept { return now_; }
        [[nodiscard]] pointer operator->() const noexcept { return &now_; }
        iterator& operator++() noexcept {
            step();
            return *this;
        }
        iterator operator++(int) noexcept {
            const iterator before = *this;
            ++*this;
            return before;
        }
        [[nodiscard]] bool operator==(std::default_sentinel_t) const noexcept { return done_; }
        [[nodiscard]] bool operator==(const iterator& other) const noexcept {
            return done_ == other.done_ && (done_ || now_.offset_ == other.now_.offset_);
        }

      private:
        friend class dns_record_range;
        inline iterator(bytes_view message, const dns_counts& counts, dns_section first,
                        dns_section last) noexcept;
        inline void step() noexcept;
        inline bool load() noexcept;

        dns_record now_{};
        std::array<std::uint16_t, 4> left_{};  // entries of each section
        std::uint32_t next_ = 0;               // where the next entry begins
        dns_section last_ = dns_section::additional;
        bool done_ = true;
        bool broken_ = false;
    };

    /// The entries of the sections from `first` to `last`, of a message with `counts`.
    dns_record_range(bytes_view message SONDE_LIFETIMEBOUND, const dns_counts& counts,
                     dns_section first, dns_section last) noexcept
        : message_(message), counts_(counts), first_(first), last_(last) {}
    [[nodiscard]] iterator begin() const noexcept { return {message_, counts_, first_, last_}; }
    [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }
    /// Why the walk stops before the last declared entry, in this section or one before it;
    /// nothing when it does not. Offsets count from the start of the message. Walks all of it.
    [[nodiscard]] SONDE_API std::optional<parse_error> error() const noexcept;
    /// How many entries can be read. Walks all of them.
    [[nodiscard]] SONDE_API std::size_t count() const noexcept;
    /// Octets from the start of the message to behind the last entry that can be read.
    [[nodiscard]] SONDE_API std::size_t end_offset() const noexcept;
    /// The same in one walk with error(): nothing when the walk stops before the last entry.
    [[nodiscard]] SONDE_API std::optional<std::size_t> whole_end_offset() const noexcept;

  private:
    [[nodiscard]] iterator walked() const noexcept;
    bytes_view message_;
    dns_counts counts_;
    dns_section first_;
    dns_section last_;
};

namespace detail {
constexpr std::size_t dns_header_len = 12;  // octets, RFC 1035 s4.1.1
}

inline dns_record_range::iterator::iterator(bytes_view message, const dns_counts& counts,
                                            dns_section first, dns_section last) noexcept
    : left_{counts.questions, counts.answers, counts.authorities, counts.additionals},
      next_(detail::dns_header_len),
      last_(last),
      done_(false) {
    now_.message_ = message;
    do {
        step();
    } while (!done_ && now_.section_ < first);
}

inline void dns_record_range::iterator::step() noexcept {
    auto section = static_cast<std::size_t>(now_.section_);
    while (left_[section] == 0) {
        if (section == static_cast<std::size_t>(last_)) {
            done_ = true;
            return;
        }
        ++section;
    }
    now_.section_ = dns_section(section);
    --left_[section];
    if (!load()) done_ = broken_ = true;
}

inline bool dns_record_range::iterator::load() noexcept {
    const bytes_view message = now_.message_;
    const auto name = detail::scan_dns_name(message, next_);
    if (name.len == 0) return false;
    const std::size_t fixed_len =
        now_.is_question() ? dns_record::question_len : dns_record::record_len;
    if (message.size() - name.end < fixed_len) return false;
    std::uint32_t data_len = 0;
    if (!now_.is_question()) {
        data_len = be16_at(message, name.end + 8U);
        if (message.size() - name.end - fixed_len < data_len) return false;
    }
    now_.offset_ = next_;
    now_.fixed_ = name.end;
    now_.data_len_ = static_cast<std::uint16_t>(data_len);
    now_.name_len_ = name.len;
    now_.labels_ = name.labels;
    now_.compressed_ = name.compressed;
    next_ = name.end + static_cast<std::uint32_t>(fixed_len) + data_len;
    return true;
}

static_assert(std::is_trivially_copyable_v<dns_record>);

}  // namespace sonde::inline v0
