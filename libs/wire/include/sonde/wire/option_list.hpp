#pragma once
/// The list of options behind an IPv4 or a TCP header: both have one form (RFC 791 s3.1, RFC 9293
/// s3.1). Kind 0 ends the list, kind 1 is a single octet, every other kind has a length octet that
/// counts kind, length and data.
///
///     for (const header_option& option : seen.option_list()) use(option.type, option.data());
///     if (const auto problem = seen.option_list().problem()) ...
///
/// A list is iterated, never collected: no allocation, and at most one step an octet.

#include <array>
#include <iterator>
#include <optional>

#include <sonde/wire/layer.hpp>
#include <sonde/wire/protocol.hpp>

namespace sonde::inline v0 {

/// One option as it lies. Borrows the octets of the header.
struct header_option {
    std::uint8_t type = 0;
    bytes_view octets{};  // all of it: type, length, data. Of an end of list: it and the padding.

    /// What follows type and length; of an end of list, the padding behind it.
    [[nodiscard]] constexpr bytes_view data() const noexcept SONDE_LIFETIMEBOUND {
        return octets.subspan(type <= 1 ? 1 : 2);
    }
};

/// A walk over options. `Layer` names them in errors.
template <layer Layer>
class header_option_list {
  public:
    static constexpr std::uint8_t end_of_list = 0;
    static constexpr std::uint8_t no_operation = 1;

    class iterator {
      public:
        using value_type = header_option;
        using difference_type = std::ptrdiff_t;
        constexpr iterator() noexcept = default;
        [[nodiscard]] constexpr const header_option& operator*() const noexcept { return now_; }
        [[nodiscard]] constexpr const header_option* operator->() const noexcept { return &now_; }
        constexpr iterator& operator++() noexcept {
            step();
            return *this;
        }
        constexpr iterator operator++(int) noexcept {
            const iterator before = *this;
            step();
            return before;
        }
        [[nodiscard]] constexpr bool operator==(std::default_sentinel_t) const noexcept {
            return now_.octets.empty();
        }
        [[nodiscard]] constexpr bool operator==(const iterator& other) const noexcept {
            return now_.octets.data() == other.now_.octets.data() &&
                   now_.octets.size() == other.now_.octets.size();
        }
        /// Why the walk ended before the end of the octets, if it did.
        [[nodiscard]] constexpr const std::optional<parse_error>& problem() const noexcept {
            return problem_;
        }

      private:
        friend class header_option_list;
        constexpr iterator(bytes_view octets, std::size_t start, limit_field limit) noexcept
            : rest_(octets), offset_(start), limit_(limit) {
            step();
        }
        constexpr void step() noexcept {
            offset_ += now_.octets.size();
            now_ = {};
            if (rest_.empty()) return;
            const std::uint8_t type = rest_[0];
            std::size_t len = 1;
            if (type == end_of_list) {
                len = rest_.size();
            } else if (type != no_operation) {
                if (rest_.size() < 2) return stop(parse_reason::truncated, limit_, 2, 1);
                len = rest_[1];
                if (len < 2)
                    return stop(parse_reason::bad_length, limit_field::option_length, 2, len);
                if (len > rest_.size()) {
                    return stop(parse_reason::truncated, limit_, len, rest_.size());
                }
            }
            now_ = {type, rest_.first(len)};
            rest_ = rest_.subspan(len);
        }
        constexpr void stop(parse_reason reason, limit_field limit, std::size_t needed,
                            std::size_t have) noexcept {
            problem_ = parse_error{.reason = reason,
                                   .limit = limit,
                                   .at = Layer,
                                   .offset_octets = static_cast<std::uint32_t>(offset_),
                                   .needed_octets = static_cast<std::uint32_t>(needed),
                                   .have_octets = static_cast<std::uint32_t>(have)};
        }

        header_option now_{};
        bytes_view rest_{};
        std::size_t offset_ = 0;
        limit_field limit_ = limit_field::header_length;
        std::optional<parse_error> problem_{};
    };

    /// `start`: where the options begin in their header, so that errors count from the header.
    /// `limit`: what ends the octets: the header's length field, or the end of the capture.
    constexpr explicit header_option_list(bytes_view octets SONDE_LIFETIMEBOUND,
                                          std::size_t start = 0,
                                          limit_field limit = limit_field::header_length) noexcept
        : octets_(octets), start_(start), limit_(limit) {}

    [[nodiscard]] constexpr iterator begin() const noexcept {
        return iterator(octets_, start_, limit_);
    }
    [[nodiscard]] constexpr std::default_sentinel_t end() const noexcept { return {}; }
    [[nodiscard]] constexpr bytes_view octets() const noexcept { return octets_; }

    /// What is wrong with the list: truncated (an option reaches over the end), bad_length (a
    /// length octet below 2). Nothing when it can be walked to its end.
    [[nodiscard]] constexpr std::optional<parse_error> problem() const noexcept {
        iterator at = begin();
        while (at != end()) ++at;
        return at.problem();
    }
    /// The first option of this type.
    [[nodiscard]] constexpr std::optional<header_option> find(std::uint8_t type) const noexcept {
        for (const header_option& option : *this) {
            if (option.type == type) return option;
        }
        return std::nullopt;
    }

  private:
    bytes_view octets_;
    std::size_t start_ = 0;
    limit_field limit_ = limit_field::header_length;
};

/// Room for the options of one header: at most 40 octets, what a length field of four bits leaves.
/// An option that does not fit is left out whole, and fits() is false from then on.
class header_option_buffer {
  public:
    static constexpr std::size_t capacity = 40;  // octets: 15 words less the fixed five

    /// The octets so far; emission pads them to whole words. Borrowed from this object.
    [[nodiscard]] constexpr bytes_view octets() const noexcept SONDE_LIFETIMEBOUND {
        return bytes_view(octets_).first(len_);
    }
    [[nodiscard]] constexpr bool fits() const noexcept { return fits_; }

  protected:
    constexpr void append_single(std::uint8_t type) noexcept {
        if (const bytes_mut room = reserve(1); !room.empty()) room[0] = type;
    }
    /// Type, length and `data_len` octets of zero, which are returned; empty when nothing fits or
    /// nothing was asked.
    constexpr bytes_mut append_room(std::uint8_t type, std::size_t data_len) noexcept {
        const bytes_mut room = reserve(data_len + 2);
        if (room.empty()) return {};
        room[0] = type;
        room[1] = static_cast<std::uint8_t>(room.size());
        return room.subspan(2);
    }
    constexpr void append(std::uint8_t type, bytes_view data) noexcept {
        const bytes_mut room = append_room(type, data.size());
        if (!room.empty()) copy_octets(room, data);
    }
    constexpr void append_u16(std::uint8_t type, std::uint16_t value) noexcept {
        if (const bytes_mut room = append_room(type, 2); !room.empty()) put_be16_at(room, 0, value);
    }

  private:
    constexpr bytes_mut reserve(std::size_t len) noexcept {
        if (len > capacity - len_) {
            fits_ = false;
            return {};
        }
        len_ += len;
        return bytes_mut(octets_).subspan(len_ - len, len);
    }
    std::array<std::uint8_t, capacity> octets_{};
    std::size_t len_ = 0;
    bool fits_ = true;
};

namespace detail {
/// Writes the options of a header and the zeros that complete their last word. A word at a time:
/// there are ten at most. Precondition: out.size() is options.size(), rounded up to whole words.
constexpr void emit_header_options(bytes_mut out, bytes_view options) noexcept {
    for (; options.size() >= 4; options = options.subspan(4), out = out.subspan(4)) {
        put_be32_at(out, 0, be32_at(options, 0));
    }
    copy_octets(out, options);
    for (std::uint8_t& padding : out.subspan(options.size())) padding = 0;
}
}  // namespace detail

}  // namespace sonde::inline v0
