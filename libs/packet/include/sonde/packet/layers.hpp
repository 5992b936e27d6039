#pragma once
/// The second door of dissection: every layer of a frame, one after the other, tunnels, extension
/// headers and the datagrams that ICMP errors quote included. Lazy, without allocation; never
/// throws.
///
///     for (const layer_view& l : layers(octets)) {
///         if (const auto ip = l.as<ipv4>()) use(ip->source());
///     }
///
/// Every octet of the frame is in one layer's header or trailer, or in the payload that no protocol
/// is known for, which comes last as a layer of its own (`layer::payload`).

#include <cstdint>
#include <iterator>
#include <optional>

#include <sonde/packet/protocol_table.hpp>
#include <sonde/wire/link/link_type.hpp>

namespace sonde::inline v0 {

/// One layer as it lies in the frame. Borrows the frame; copies freely.
class layer_view {
  public:
    [[nodiscard]] layer id() const noexcept { return info_->id; }
    [[nodiscard]] std::string_view name() const noexcept { return info_->name; }
    [[nodiscard]] const protocol_info& info() const noexcept { return *info_; }
    /// Octets from the start of the frame.
    [[nodiscard]] std::size_t offset() const noexcept { return offset_; }
    /// From its first octet to the end of what the layers outside leave it.
    [[nodiscard]] bytes_view octets() const noexcept { return octets_; }
    /// With its options, as far as captured.
    [[nodiscard]] bytes_view header() const noexcept { return octets_.first(extent_.header_len); }
    [[nodiscard]] bytes_view payload() const noexcept {
        return octets_.subspan(extent_.header_len, extent_.payload_len);
    }
    /// Octets of payload that the header declares; more than `payload()` has when it was cut.
    [[nodiscard]] std::size_t payload_declared_len() const noexcept {
        return extent_.payload_declared_len;
    }
    /// What lies behind the payload and belongs to nobody inside: padding, a check sequence.
    [[nodiscard]] bytes_view trailer() const noexcept {
        return octets_.subspan(extent_.header_len + extent_.payload_len);
    }
    /// Whether the whole fixed header is there. Of a cut one, `find` still reads what exists.
    [[nodiscard]] bool whole() const noexcept { return extent_.whole_header; }
    /// Whether this is part of a datagram that an ICMP error quotes.
    [[nodiscard]] bool quoted() const noexcept { return quoted_; }
    /// Layers outside of this one.
    [[nodiscard]] std::size_t depth() const noexcept { return depth_; }
    [[nodiscard]] const layer_extent& extent() const noexcept { return extent_; }

    /// The typed view; nothing when this is another protocol or is cut.
    template <protocol T>
    [[nodiscard]] std::optional<typename T::view> as() const noexcept {
        if (id() != T::id) return std::nullopt;
        if (const auto seen = T::view::parse(octets_)) return *seen;
        return std::nullopt;
    }
    /// A field of at most 64 bits by its name in the RFC; nothing when there is no such field, or
    /// its octets are not there.
    [[nodiscard]] SONDE_API std::optional<std::uint64_t> find(
        std::string_view field_name) const noexcept;

  private:
    friend class layer_range;
    const protocol_info* info_ = nullptr;
    bytes_view octets_{};
    layer_extent extent_{};
    std::uint32_t offset_ = 0;
    std::uint16_t depth_ = 0;
    bool quoted_ = false;
};

/// The layers of one frame. Borrows frame and table.
class layer_range {
  public:
    static constexpr std::size_t depth_max = 64;  // layers; more are refused as too_deep

    class iterator {
      public:
        using value_type = layer_view;
        using difference_type = std::ptrdiff_t;
        iterator() noexcept = default;
        [[nodiscard]] const layer_view& operator*() const noexcept SONDE_LIFETIMEBOUND {
            return now_;
        }
        [[nodiscard]] const layer_view* operator->() const noexcept { return &now_; }
        iterator& operator++() noexcept {
            step();
            return *this;
        }
        iterator operator++(int) noexcept {
            const iterator before = *this;
            step();
            return before;
        }
        [[nodiscard]] bool operator==(std::default_sentinel_t) const noexcept {
            return now_.info_ == nullptr;
        }
        [[nodiscard]] bool operator==(const iterator& other) const noexcept {
            return now_.info_ == other.now_.info_ && now_.offset_ == other.now_.offset_;
        }
        /// Why the walk ended before everything was read; offsets count from the frame's start.
        /// Known once the iterator has reached the end.
        [[nodiscard]] const std::optional<parse_error>& stopped() const noexcept {
            return stopped_;
        }

      private:
        friend class layer_range;
        SONDE_API iterator(const protocol_table& table, selector first, bytes_view octets) noexcept;
        SONDE_API void step() noexcept;
        void enter(const protocol_info* info, bytes_view octets, std::size_t offset) noexcept;

        const protocol_table* table_ = nullptr;
        layer_view now_{};
        std::optional<parse_error> stopped_{};
    };

    layer_range(bytes_view octets SONDE_LIFETIMEBOUND, selector first,
                const protocol_table& table SONDE_LIFETIMEBOUND) noexcept
        : octets_(octets), first_(first), table_(&table) {}

    [[nodiscard]] iterator begin() const noexcept { return {*table_, first_, octets_}; }
    [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }
    [[nodiscard]] bytes_view octets() const noexcept { return octets_; }
    /// Walks to the end. Stop reasons: those of the layers, and too_deep.
    [[nodiscard]] SONDE_API std::optional<parse_error> stopped() const noexcept;
    /// The first layer of that kind that is not quoted; nothing when there is none.
    [[nodiscard]] SONDE_API std::optional<layer_view> find(layer id) const noexcept;

  private:
    bytes_view octets_;
    selector first_;
    const protocol_table* table_;
};

/// The layers of a frame as captured on a link of that type.
[[nodiscard]] inline layer_range layers(
    bytes_view frame SONDE_LIFETIMEBOUND, link_type type = link_type::ethernet,
    const protocol_table& table SONDE_LIFETIMEBOUND = protocol_table::built_in()) noexcept {
    return {frame, first_selector(type, frame), table};
}
/// The layers of octets that `first` selects.
[[nodiscard]] inline layer_range layers(
    bytes_view octets SONDE_LIFETIMEBOUND, selector first,
    const protocol_table& table SONDE_LIFETIMEBOUND = protocol_table::built_in()) noexcept {
    return {octets, first, table};
}

/// What stands for octets that no protocol is known for: no fields, no header.
[[nodiscard]] SONDE_API const protocol_info& raw_payload() noexcept;

}  // namespace sonde::inline v0
