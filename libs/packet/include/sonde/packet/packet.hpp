#pragma once
/// The first door of dissection: where the layers of a frame lie down to the transport, found by
/// straight-line code and kept in a fixed record. No allocation; never throws.
///
///     packet p{octets};
///     if (auto ip = p.get<ipv4>(); ip && ip->time_to_live() < 5) use(ip->source(), p.get<udp>());
///     for (const layer_view& l : p.layers()) ...           // everything else, tunnels too
///     if (p.stopped()) ...                                 // why reading ended, with numbers
///
/// What the record has not (ARP, tunnels, application protocols) `get` finds through `layers()`.

#include <cstdint>
#include <optional>

#include <sonde/packet/ip_inside.hpp>
#include <sonde/packet/layers.hpp>
#include <sonde/wire/link/ethernet.hpp>
#include <sonde/wire/link/vlan.hpp>
#include <sonde/wire/network/ipv4.hpp>
#include <sonde/wire/network/ipv6.hpp>
#include <sonde/wire/transport/tcp.hpp>
#include <sonde/wire/transport/udp.hpp>

namespace sonde::inline v0 {

/// Borrows the octets (and the table). Forty octets; copies freely.
class packet {
  public:
    explicit packet(bytes_view frame SONDE_LIFETIMEBOUND,
                    link_type type = link_type::ethernet) noexcept
        : octets_(frame),
          type_(type),
          at_(type == link_type::ethernet ? in_ethernet(frame) : behind(frame, type)) {}
    static packet of(dying_octets auto&&) = delete;

    [[nodiscard]] bytes_view octets() const noexcept { return octets_; }
    [[nodiscard]] link_type type() const noexcept { return type_; }
    /// 802.1Q and 802.1ad tags before the network layer.
    [[nodiscard]] std::size_t vlan_count() const noexcept { return at_.vlan_count; }
    /// layer::ipv4, layer::ipv6, or layer::none.
    [[nodiscard]] layer network() const noexcept { return at_.network_id; }
    /// Of the transport, behind extension headers; `reserved` without a network layer.
    [[nodiscard]] ip_protocol transport_protocol() const noexcept { return at_.protocol; }
    /// From the transport's first octet to the end of the datagram. Of a later fragment, and
    /// without a network layer: empty.
    [[nodiscard]] bytes_view transport() const noexcept {
        return octets_.first(at_.end).subspan(at_.transport);
    }

    /// The outermost layer of that kind; nothing when there is none or it is cut. Datagrams that
    /// ICMP errors quote are not looked into.
    template <protocol T>
    [[nodiscard]] std::optional<typename T::view> get() const noexcept {
        if constexpr (std::same_as<T, ipv4> || std::same_as<T, ipv6>) {
            if (at_.network_id == T::id) return view_at<T>(at_.network, octets_.size());
        } else if constexpr (std::same_as<T, tcp>) {
            if (at_.protocol == ip_protocol::tcp) return view_at<T>(at_.transport, at_.end);
            if (!tunnels()) return std::nullopt;
        } else if constexpr (std::same_as<T, udp>) {
            if (at_.protocol == ip_protocol::udp) return view_at<T>(at_.transport, at_.end);
            if (!tunnels()) return std::nullopt;
        } else if constexpr (std::same_as<T, ethernet>) {
            if (type_ == link_type::ethernet) return view_at<T>(0, octets_.size());
        }
        return search<T>();
    }
    template <protocol T>
    [[nodiscard]] bool has() const noexcept {
        return get<T>().has_value();
    }
    /// All layers, one by one.
    [[nodiscard]] layer_range layers() const noexcept { return sonde::layers(octets_, type_); }
    /// Why not everything could be read; offsets count from the start of the frame.
    [[nodiscard]] std::optional<parse_error> stopped() const noexcept { return layers().stopped(); }

  private:
    template <protocol T>
    [[nodiscard]] std::optional<typename T::view> view_at(std::size_t at,
                                                          std::size_t end) const noexcept {
        if (const auto seen = T::view::parse(octets_.first(end).subspan(at))) return *seen;
        return std::nullopt;
    }
    template <protocol T>
    [[nodiscard]] std::optional<typename T::view> search() const noexcept {
        const auto found = layers().find(T::id);
        return found ? found->template as<T>() : std::nullopt;
    }
    /// Whether another transport may lie further inside.
    [[nodiscard]] bool tunnels() const noexcept {
        if (at_.protocol == ip_protocol::tcp || at_.protocol == ip_protocol::icmp) return false;
        return at_.protocol != ip_protocol::udp || udp_tunnels(transport());
    }

    /// Octets from the start of the frame, and what lies there.
    struct places {
        std::uint32_t network = 0;
        std::uint32_t transport = 0;  // never behind `end`
        std::uint32_t end = 0;        // of the datagram, as far as captured
        layer network_id = layer::none;
        ip_protocol protocol = ip_protocol::reserved;
        std::uint8_t vlan_count = 0;
    };
    // All by value: a record whose address nobody takes lives in registers.
    [[nodiscard]] SONDE_API static bool udp_tunnels(bytes_view datagram) noexcept;
    [[nodiscard]] SONDE_API static places behind(bytes_view frame, link_type type) noexcept;
    /// The slow half of IPv6: extension headers, from `at.protocol` on.
    [[nodiscard]] SONDE_API static places behind_extensions(bytes_view frame, places at) noexcept;

    [[nodiscard]] static places in_ethernet(bytes_view frame) noexcept {
        if (frame.size() < ethernet::header_len) return {};
        std::size_t at = ethernet::header_len;
        std::uint16_t type = be16<12>(frame.first<ethernet::header_len>());
        std::uint8_t vlan_count = 0;
        constexpr auto v4 = std::uint16_t(ether_type::ipv4);
        while (type != v4 && detail::is_vlan(ether_type(type))) {
            if (frame.size() < at + vlan::header_len) return {.vlan_count = vlan_count};
            type = be16<2>(frame.subspan(at).first<vlan::header_len>());
            at += vlan::header_len;
            ++vlan_count;
        }
        if (type == v4) [[likely]]
            return in_ipv4(frame, at, vlan_count);
        if (type == std::uint16_t(ether_type::ipv6)) return in_ipv6(frame, at, vlan_count);
        return {.vlan_count = vlan_count};
    }
    [[nodiscard]] static places in_ipv4(bytes_view frame, std::size_t at,
                                        std::uint8_t vlan_count) noexcept {
        const bytes_view rest = frame.subspan(at);
        if (rest.size() < ipv4::header_len) return {.vlan_count = vlan_count};
        return inside(frame, at, layer::ipv4, detail::inside_ipv4(rest), vlan_count);
    }
    [[nodiscard]] static places in_ipv6(bytes_view frame, std::size_t at,
                                        std::uint8_t vlan_count) noexcept {
        const bytes_view rest = frame.subspan(at);
        if (rest.size() < ipv6::header_len) return {.vlan_count = vlan_count};
        const places found = inside(frame, at, layer::ipv6, detail::inside_ipv6(rest), vlan_count);
        return is_ipv6_extension(found.protocol) ? behind_extensions(frame, found) : found;
    }
    [[nodiscard]] static places inside(bytes_view frame, std::size_t network, layer id,
                                       const detail::ip_inside& carried,
                                       std::uint8_t vlan_count) noexcept {
        const auto transport = static_cast<std::uint32_t>(carried.octets.data() - frame.data());
        return {.network = static_cast<std::uint32_t>(network),
                .transport = transport,
                .end = static_cast<std::uint32_t>(transport + carried.octets.size()),
                .network_id = id,
                .protocol = carried.protocol,
                .vlan_count = vlan_count};
    }

    bytes_view octets_;
    link_type type_;
    places at_;
};

}  // namespace sonde::inline v0
