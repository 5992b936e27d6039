#pragma once
/// Domain names as they lie in a DNS message (RFC 1035 s3.1, compression s4.1.4; limits RFC 1035
/// s2.3.4; text RFC 1035 s5.1 and RFC 4343 s2.1; equality RFC 4343 s3).
///
/// `parse` follows the pointers once and refuses what is no name, so that everything else on a
/// name is free of failure. A pointer must lead before everything that was read so far, and no
/// name follows more than `pointers_max` of them: loops are impossible and a name costs at most
/// 255 octets and 127 pointers, wherever they lead.
///
///     const auto name = dns_name::parse(message, 12);
///     for (bytes_view label : name->labels()) use(label);
///     std::array<char, dns_name::text_len_max> room;
///     print(name->text(room));                                  // "www.example.com."
///     if (*name == dns_owned_name::from_text("www.example.com")->name()) ...

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string_view>

#include <sonde/wire/application/text_room.hpp>
#include <sonde/wire/layer.hpp>
#include <sonde/wire/protocol.hpp>

namespace sonde::inline v0 {

namespace detail {

/// What one look at a name tells. `len` is 0 when there is no name.
struct dns_name_scan {
    std::uint32_t end = 0;    // offset behind the name where it stands, a pointer included
    std::uint8_t len = 0;     // octets without compression, the root's included: 1 to 255
    std::uint8_t labels = 0;  // without the root
    bool compressed = false;
};

constexpr std::uint8_t dns_pointer_mark = 0xc0;  // RFC 1035 s4.1.4
constexpr std::size_t dns_pointers_max = 127;    // as many as a name has labels at most
constexpr std::uint32_t dns_name_len_max = 255;  // octets, RFC 1035 s2.3.4
constexpr std::uint8_t dns_label_len_max = 63;   // octets, RFC 1035 s2.3.4

/// Inline, for every record of every message goes through it.
[[nodiscard]] inline dns_name_scan scan_dns_name(bytes_view message, std::size_t offset) noexcept {
    dns_name_scan found;
    std::size_t at = offset;
    std::size_t lowest = offset;  // where the run of labels began: pointers lead before it
    std::size_t pointers_left = dns_pointers_max;
    std::uint32_t len = 1;
    while (at < message.size()) {
        const std::uint8_t octet = message[at];
        if (octet == 0) {
            if (!found.compressed) found.end = static_cast<std::uint32_t>(at + 1);
            found.len = static_cast<std::uint8_t>(len);
            return found;
        }
        if (octet <= dns_label_len_max) {
            len += octet + 1U;
            if (len > dns_name_len_max) return {};
            at += octet + 1U;
            ++found.labels;
            continue;
        }
        if (octet < dns_pointer_mark || at + 1 >= message.size()) return {};
        const std::size_t target = ((octet & 0x3fU) << 8) | message[at + 1];
        if (target >= lowest || pointers_left-- == 0) return {};
        if (!found.compressed) found.end = static_cast<std::uint32_t>(at + 2);
        found.compressed = true;
        lowest = at = target;
    }
    return {};
}

}  // namespace detail

/// One name. Borrows the octets of its message. Trivially copyable; pass by value.
class dns_name {
  public:
    static constexpr std::size_t wire_len_max = detail::dns_name_len_max;
    static constexpr std::size_t pointers_max = detail::dns_pointers_max;
    static constexpr std::size_t label_len_max = detail::dns_label_len_max;
    /// Four labels, 63 + 63 + 63 + 61 octets, each as \DDD, and four dots.
    static constexpr std::size_t text_len_max = 1004;

    class label_range;

    /// The root.
    dns_name() noexcept = default;
    /// The name at `offset` of a message; its own octets must end at `limit` or before. Pointers
    /// lead anywhere before it.
    /// Errors: truncated (the name reaches over the end), bad_length (more than 255 octets),
    /// bad_value (a pointer that does not lead back, a label of the kinds 01 and 10),
    /// too_deep (more than `pointers_max` pointers).
    [[nodiscard]] SONDE_API static result<dns_name> parse(
        bytes_view message SONDE_LIFETIMEBOUND, std::size_t offset,
        std::size_t limit = static_cast<std::size_t>(-1)) noexcept;
    static result<dns_name> parse(dying_octets auto&&, std::size_t) = delete;

    [[nodiscard]] bool is_root() const noexcept { return len_ == 1; }
    [[nodiscard]] bool is_compressed() const noexcept { return compressed_; }
    [[nodiscard]] std::size_t label_count() const noexcept { return labels_; }  // without the root
    /// Where the name begins in its message.
    [[nodiscard]] std::size_t offset() const noexcept { return offset_; }
    /// What stands at its place, with the pointer if it ends in one.
    [[nodiscard]] bytes_view octets() const noexcept {
        return message_.subspan(offset_, end_ - offset_);
    }
    /// The labels from the left, without the root. Lazy.
    [[nodiscard]] label_range labels() const noexcept;
    /// Without so many labels on the left. Precondition: count <= label_count().
    [[nodiscard]] SONDE_API dns_name parent(std::size_t count = 1) const noexcept;

    /// Octets without compression: 1 (the root) to 255.
    [[nodiscard]] std::size_t wire_len() const noexcept { return len_; }
    /// Writes the name without compression. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;

    /// "www.example.com.", "." for the root; octets that are no printable ASCII as \DDD, a dot
    /// inside a label as "\.". Borrows `room`.
    [[nodiscard]] SONDE_API std::string_view text(
        std::span<char, text_len_max> room SONDE_LIFETIMEBOUND) const noexcept;
    SONDE_API void put_text(text_room& out) const noexcept;

    /// Equal but for the case of ASCII letters, however each is compressed.
    [[nodiscard]] SONDE_API bool operator==(const dns_name& other) const noexcept;
    /// Equal to the octet.
    [[nodiscard]] SONDE_API bool is_identical(const dns_name& other) const noexcept;
    /// Whether it is `zone` or below it.
    [[nodiscard]] SONDE_API bool is_within(const dns_name& zone) const noexcept;

  private:
    friend class dns_record;
    friend class dns_record_range;
    static constexpr std::array<std::uint8_t, 1> root_octets{0};

    dns_name(bytes_view message, std::size_t offset, detail::dns_name_scan found) noexcept
        : message_(message),
          offset_(static_cast<std::uint32_t>(offset)),
          end_(found.end),
          len_(found.len),
          labels_(found.labels),
          compressed_(found.compressed) {}

    bytes_view message_{root_octets};
    std::uint32_t offset_ = 0;
    std::uint32_t end_ = 1;
    std::uint8_t len_ = 1;
    std::uint8_t labels_ = 0;
    bool compressed_ = false;
};

/// The labels of a name that was judged already: the walk cannot fail.
class dns_name::label_range {
  public:
    class iterator {
      public:
        using value_type = bytes_view;
        using difference_type = std::ptrdiff_t;
        iterator() noexcept = default;
        [[nodiscard]] bytes_view operator*() const noexcept {
            return message_.subspan(at_ + 1, message_[at_]);
        }
        /// Where the label's length octet stands in the message.
        [[nodiscard]] std::size_t offset() const noexcept { return at_; }
        iterator& operator++() noexcept {
            at_ += message_[at_] + 1U;
            follow();
            return *this;
        }
        iterator operator++(int) noexcept {
            const iterator before = *this;
            ++*this;
            return before;
        }
        [[nodiscard]] bool operator==(std::default_sentinel_t) const noexcept {
            return message_[at_] == 0;
        }
        [[nodiscard]] bool operator==(const iterator& other) const noexcept {
            return message_.data() == other.message_.data() && at_ == other.at_;
        }

      private:
        friend class label_range;
        iterator(bytes_view message, std::size_t at) noexcept : message_(message), at_(at) {
            follow();
        }
        void follow() noexcept {
            while (message_[at_] >= detail::dns_pointer_mark) {
                at_ = ((message_[at_] & 0x3fU) << 8) | message_[at_ + 1];
            }
        }
        bytes_view message_{root_octets};
        std::size_t at_ = 0;
    };
    [[nodiscard]] iterator begin() const noexcept { return {message_, offset_}; }
    [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

  private:
    friend class dns_name;
    label_range(bytes_view message, std::size_t offset) noexcept
        : message_(message), offset_(offset) {}
    bytes_view message_;
    std::size_t offset_;
};

inline dns_name::label_range dns_name::labels() const noexcept { return {message_, offset_}; }

/// A name that owns its octets, without compression: what a text or a caller makes.
class dns_owned_name {
  public:
    dns_owned_name() noexcept = default;  // the root
    explicit dns_owned_name(const dns_name& name) noexcept : len_(name.wire_len()) {
        name.emit(bytes_mut(octets_).first(len_));
    }
    /// Master file form (RFC 1035 s5.1): labels between dots, "\." and "\DDD"; the last dot may be
    /// left out, "." and "" are the root. Nothing for an empty label, a label over 63 octets, a
    /// name over 255, an unfinished escape.
    [[nodiscard]] SONDE_API static std::optional<dns_owned_name> from_text(
        std::string_view text) noexcept;
    /// The name that a PTR record of the address has: "4.3.2.1.in-addr.arpa." (RFC 1035 s3.5),
    /// nibbles under "ip6.arpa." (RFC 3596 s2.5).
    [[nodiscard]] SONDE_API static dns_owned_name reverse_of(const ip_address& address) noexcept;

    /// Borrows this object.
    [[nodiscard]] SONDE_API dns_name name() const noexcept SONDE_LIFETIMEBOUND;
    [[nodiscard]] bytes_view octets() const noexcept SONDE_LIFETIMEBOUND {
        return bytes_view(octets_).first(len_);
    }

  private:
    [[nodiscard]] bool append_label(bytes_view label) noexcept;
    std::array<std::uint8_t, dns_name::wire_len_max> octets_{};
    std::size_t len_ = 1;
};
static_assert(std::is_trivially_copyable_v<dns_name>);

}  // namespace sonde::inline v0
