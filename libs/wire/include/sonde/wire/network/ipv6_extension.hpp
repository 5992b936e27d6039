#pragma once
/// The chain of extension headers behind an IPv6 header (RFC 8200 s4), walked without allocation.
///
///     for (const ipv6_extension_header& header : ip.extensions()) use(header.kind, header.octets);
///     const ipv6_upper_layer upper = ip.extensions().upper();
///
/// Walked: hop-by-hop options, destination options, routing, fragment, authentication. Everything
/// else ends the chain as its upper layer: ESP because what follows is encrypted, no next header,
/// and those that carry messages of their own (mobility, HIP, shim6). A fragment that is not the
/// first ends it too: what follows is the middle of something.

#include <iterator>
#include <optional>

#include <sonde/wire/network/ip_protocol.hpp>
#include <sonde/wire/network/ipv6_authentication.hpp>
#include <sonde/wire/network/ipv6_fragment.hpp>
#include <sonde/wire/network/ipv6_options.hpp>
#include <sonde/wire/network/ipv6_routing.hpp>
#include <sonde/wire/protocol.hpp>

namespace sonde::inline v0 {

/// One extension header as it lies. Borrows the octets of the datagram.
struct ipv6_extension_header {
    ip_protocol kind = ip_protocol::no_next_header;         // what it is: the number before it
    ip_protocol next_header = ip_protocol::no_next_header;  // what follows it
    std::size_t offset = 0;  // octets, from the start of the datagram
    bytes_view octets{};  // all of it; less than it declares only where the chain stopped for that
};

/// Where a chain ends, and what it carries.
struct ipv6_upper_layer {
    ip_protocol protocol = ip_protocol::no_next_header;
    std::size_t offset = 0;                        // octets, from the start of the datagram
    std::size_t header_count = 0;                  // extension headers before it
    std::optional<ipv6_fragment_info> fragment{};  // of the last fragment header
    std::optional<parse_error> stopped{};          // why the chain could not be walked to its end

    /// Whether a header of `protocol` begins at `offset`: the chain is whole, and this is not a
    /// later fragment.
    [[nodiscard]] constexpr bool begins_here() const noexcept {
        return !stopped && (!fragment || fragment->offset == 0);
    }
};

class ipv6_extension_chain {
  public:
    /// More headers than this are refused: RFC 8200 s4.1 names at most seven in one datagram.
    static constexpr std::size_t depth_max = 16;

    class iterator {
      public:
        using value_type = ipv6_extension_header;
        using difference_type = std::ptrdiff_t;
        iterator() noexcept = default;
        [[nodiscard]] const ipv6_extension_header& operator*() const noexcept { return now_; }
        [[nodiscard]] const ipv6_extension_header* operator->() const noexcept { return &now_; }
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
            return now_.octets.empty();
        }
        [[nodiscard]] bool operator==(const iterator& other) const noexcept {
            return now_.octets.data() == other.now_.octets.data() &&
                   now_.octets.size() == other.now_.octets.size();
        }
        /// What is known so far; all of it once the iterator has reached the end.
        [[nodiscard]] const ipv6_upper_layer& upper() const noexcept { return upper_; }

      private:
        friend class ipv6_extension_chain;
        iterator(bytes_view octets, ip_protocol first, std::size_t start,
                 limit_field limit) noexcept
            : octets_(octets), limit_(limit) {
            upper_.protocol = first;
            upper_.offset = start;
            step();
        }
        SONDE_API void step() noexcept;

        ipv6_extension_header now_{};
        ipv6_upper_layer upper_{};
        bytes_view octets_{};
        limit_field limit_ = limit_field::captured;
    };

    /// `octets` is the datagram as far as it is captured, `first` the next header of what lies
    /// before `start`. Offsets, in errors too, count from the start of `octets`. `limit` is what
    /// ends the octets.
    ipv6_extension_chain(bytes_view octets SONDE_LIFETIMEBOUND, ip_protocol first,
                         std::size_t start, limit_field limit = limit_field::captured) noexcept
        : octets_(octets), start_(start), first_(first), limit_(limit) {}

    [[nodiscard]] iterator begin() const noexcept {
        return iterator(octets_, first_, start_, limit_);
    }
    [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

    /// Walks to the end. Stop reasons: truncated (a header reaches over the end), bad_length (an
    /// authentication header below 12 octets), too_deep (more than depth_max headers).
    [[nodiscard]] ipv6_upper_layer upper() const noexcept {
        iterator at = begin();
        while (at != end()) ++at;
        return at.upper();
    }

  private:
    bytes_view octets_;
    std::size_t start_ = 0;
    ip_protocol first_ = ip_protocol::no_next_header;
    limit_field limit_ = limit_field::captured;
};

/// Whether the chain walks over this next header rather than ending at it.
[[nodiscard]] constexpr bool is_ipv6_extension(ip_protocol next_header) noexcept {
    return next_header == ip_protocol::ipv6_hop_by_hop ||
           next_header == ip_protocol::ipv6_destination_options ||
           next_header == ip_protocol::ipv6_routing || next_header == ip_protocol::ipv6_fragment ||
           next_header == ip_protocol::authentication_header;
}
/// The layer of an extension header, layer::none of anything else.
[[nodiscard]] constexpr layer ipv6_extension_layer(ip_protocol kind) noexcept {
    switch (kind) {
        case ip_protocol::ipv6_hop_by_hop:
            return layer::ipv6_hop_by_hop;
        case ip_protocol::ipv6_destination_options:
            return layer::ipv6_destination_options;
        case ip_protocol::ipv6_routing:
            return layer::ipv6_routing;
        case ip_protocol::ipv6_fragment:
            return layer::ipv6_fragment;
        case ip_protocol::authentication_header:
            return layer::ipv6_authentication;
        default:
            return layer::none;
    }
}

}  // namespace sonde::inline v0
