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
        : octets_(frame), type_(type) {
        if (type == link_type::ethernet) [[likely]]
            locate_in_ethernet();
        else
            locate_behind(type);
    }
    static packet of(dying_octets auto&&) = delete;

    [[nodiscard]] bytes_view octets() const noexcept { return octets_; }
    [[nodiscard]] link_type type() const noexcept { return type_; }
    /// 802.1Q and 802.1ad tags before the network layer.
    [[nodiscard]] std::size_t vlan_count() const noexcept { return vlan_count_; }
    /// layer::ipv4, layer::ipv6, or layer::none.
    [[nodiscard]] layer network() const noexcept { return network_; }
    /// Of the transport, behind extension headers; `reserved` without a network layer.
    [[nodiscard]] ip_protocol transport_protocol() const noexcept { return protocol_; }
    /// From the transport's first octet to the end of the datagram. Of a later fragment, and
    /// without a network layer: empty.
    [[nodiscard]] bytes_view transport() const noexcept {
        return octets_.subspan(transport_at_, end_ - transport_at_);
    }

    /// The outermost layer of that kind; nothing when there is none or it is cut. Datagrams that
    /// ICMP errors quote are not looked into.
    template <protocol T>
    [[nodiscard]] std::optional<typename T::view> get() const noexcept {
        if constexpr (std::same_as<T, ipv4> || std::same_as<T, ipv6>) {
            if (network_ == T::id) return view_at<T>(network_at_, octets_.size());
        } else if constexpr (std::same_as<T, tcp>) {
            if (protocol_ == ip_protocol::tcp) return view_at<T>(transport_at_, end_);
            if (!tunnels()) return std::nullopt;
        } else if constexpr (std::same_as<T, udp>) {
            if (protocol_ == ip_protocol::udp) return view_at<T>(transport_at_, end_);
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
        if (protocol_ == ip_protocol::tcp || protocol_ == ip_protocol::icmp) return false;
        return protocol_ != ip_protocol::udp || udp_tunnels();
    }
    [[nodiscard]] SONDE_API bool udp_tunnels() const noexcept;
    SONDE_API void locate_behind(link_type type) noexcept;
    /// The slow half: extension headers. From `protocol_` at `transport_at_`.
    SONDE_API void skip_extensions() noexcept;

    void locate_in_ethernet() noexcept {
        if (octets_.size() < ethernet::header_len) return;
        std::size_t at = ethernet::header_len;
        std::uint16_t type = be16<12>(octets_.first<ethernet::header_len>());
        constexpr auto v4 = std::uint16_t(ether_type::ipv4);
        while (type != v4 && detail::is_vlan(ether_type(type))) {
            if (octets_.size() < at + vlan::header_len) return;
            type = be16<2>(octets_.subspan(at).first<vlan::header_len>());
            at += vlan::header_len;
            ++vlan_count_;
        }
        if (type == v4) [[likely]]
            locate_ipv4(at);
        else if (type == std::uint16_t(ether_type::ipv6))
            locate_ipv6(at);
    }
    void locate_ipv4(std::size_t at) noexcept {
        const bytes_view rest = octets_.subspan(at);
        if (rest.size() < ipv4::header_len) return;
        network_ = layer::ipv4;
        network_at_ = static_cast<std::uint32_t>(at);
        enter(detail::inside_ipv4(rest));
    }
    void locate_ipv6(std::size_t at) noexcept {
        const bytes_view rest = octets_.subspan(at);
        if (rest.size() < ipv6::header_len) return;
        network_ = layer::ipv6;
        network_at_ = static_cast<std::uint32_t>(at);
        enter(detail::inside_ipv6(rest));
        if (is_ipv6_extension(protocol_)) skip_extensions();
    }
    void enter(const detail::ip_inside& inside) noexcept {
        protocol_ = inside.protocol;
        transport_at_ = static_cast<std::uint32_t>(inside.octets.data() - octets_.data());
        end_ = static_cast<std::uint32_t>(transport_at_ + inside.octets.size());
    }

    bytes_view octets_;
    link_type type_;
    std::uint32_t network_at_ = 0;    // octets from the start of the frame, as are all of these
    std::uint32_t transport_at_ = 0;  // never behind end_
    std::uint32_t end_ = 0;           // of the datagram, as far as captured
    layer network_ = layer::none;
    ip_protocol protocol_ = ip_protocol::reserved;
    std::uint8_t vlan_count_ = 0;
};

}  // namespace sonde::inline v0
