#pragma once
/// The options, tags or objects of one layer of a packet, as a list to change: IPv4 and TCP
/// options, IPv6 hop-by-hop and destination options, neighbor discovery options, GENEVE options,
/// PPPoE tags, ICMP extension objects, SCTP chunks; and the options of EDNS, see
/// dns_record_list.hpp.
///
///     auto options = element_list::of(p, *p.find<tcp>());
///     options->append("maximum_segment_size(1460)");
///     options->erase_if([](const element& one) { return one.name() == "timestamps"; });
///     options->put_into(p);
///
/// Writing back lays the list out anew: aligned, padded, within the protocol's limit; the header's
/// own length is one of its automatic fields. Padding is not part of the list, unless somebody
/// wrote it otherwise than sonde would, or puts it in by hand.
///
/// SCTP's chunks hold what the packet carries: the message of the first DATA chunk that holds a
/// whole one is a layer behind SCTP, and part of the list. Where another message is put there, it
/// becomes a layer of octets; the same one keeps the layers that it was read as.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <sonde/packet/built_packet.hpp>

namespace sonde::inline v0 {

namespace detail {
struct element_codec;
}

/// One option, tag or object by value: all its octets.
class element {
  public:
    [[nodiscard]] bytes_view octets() const noexcept SONDE_LIFETIMEBOUND { return octets_; }
    /// "maximum_segment_size"; empty for a type without a name, and for octets that cannot be read.
    [[nodiscard]] SONDE_API std::string name() const;
    /// Kind or type; of GENEVE class and type, of ICMP objects class and C-type, as one number. 0
    /// when is_whole() is not.
    [[nodiscard]] SONDE_API std::uint32_t type() const noexcept;
    /// What follows type and length, with the element's own padding; of a chunk without.
    [[nodiscard]] SONDE_API bytes_view value() const noexcept SONDE_LIFETIMEBOUND;
    /// Whether its length is that of its octets.
    [[nodiscard]] SONDE_API bool is_whole() const noexcept;
    /// "maximum_segment_size(1460)", as `append` reads it.
    [[nodiscard]] SONDE_API std::string text() const;
    friend bool operator==(const element& a, const element& b) noexcept {
        return a.octets_ == b.octets_;
    }

  private:
    friend class element_list;
    element(const detail::element_codec* codec, std::vector<std::uint8_t> octets) noexcept
        : codec_(codec), octets_(std::move(octets)) {}
    const detail::element_codec* codec_;
    std::vector<std::uint8_t> octets_;
};

class element_list {
  public:
    using iterator = std::vector<element>::const_iterator;

    /// The list of layer `at`. Fails when there is no such layer, its protocol keeps no list, or
    /// its header is cut before it.
    [[nodiscard]] SONDE_API static craft_result<element_list> of(const built_packet& from,
                                                                 std::size_t at);

    [[nodiscard]] std::size_t size() const noexcept { return elements_.size(); }
    [[nodiscard]] bool empty() const noexcept { return elements_.empty(); }
    [[nodiscard]] const element& operator[](std::size_t at) const noexcept SONDE_LIFETIMEBOUND {
        return elements_[at];
    }
    [[nodiscard]] iterator begin() const noexcept { return elements_.begin(); }
    [[nodiscard]] iterator end() const noexcept { return elements_.end(); }
    /// "options".
    [[nodiscard]] SONDE_API std::string_view name() const noexcept;
    /// The index of the first element for which `wanted(element)` holds.
    template <class Predicate>
    [[nodiscard]] std::optional<std::size_t> find_if(Predicate wanted) const {
        const auto found = std::find_if(elements_.begin(), elements_.end(), wanted);
        if (found == elements_.end()) return std::nullopt;
        return static_cast<std::size_t>(found - elements_.begin());
    }
    [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const {
        return find_if([&](const element& one) { return one.name() == name; });
    }

    /// Elements as text: "nop, nop, timestamps(1, 0)"; any type by its number "option(77, x'00')",
    /// octets as they are "x'02 04'"; of chunks with their flags in front: "cookie_ack(0)",
    /// "chunk(77, 0, x'00')". Before element `at`; nothing changes when they fail: unknown
    /// names with the nearest one, values with their limits.
    SONDE_API craft_result<void> insert(std::size_t at, std::string_view text);
    craft_result<void> append(std::string_view text) { return insert(size(), text); }
    /// Elements as octets, for example of a builder: each for itself, what cannot be read as one.
    SONDE_API craft_result<void> insert(std::size_t at, bytes_view octets);
    craft_result<void> append(bytes_view octets) { return insert(size(), octets); }
    /// Fails when there is no such element.
    SONDE_API craft_result<void> erase(std::size_t at);
    /// How many were erased.
    template <class Predicate>
    std::size_t erase_if(Predicate wanted) {
        return std::erase_if(elements_, wanted);
    }
    void clear() noexcept { elements_.clear(); }
    /// Instead of all.
    SONDE_API craft_result<void> assign(std::string_view text);

    /// The list's octets as `put_into` writes them. Fails when they are more than fit.
    [[nodiscard]] SONDE_API craft_result<std::vector<std::uint8_t>> octets() const;
    /// Writes the list back into the layer that it came from. The packet may have changed since,
    /// but that layer must still be there.
    SONDE_API craft_result<void> put_into(built_packet& to) const;

  private:
    friend class dns_entry;
    element_list(const detail::element_codec* codec, std::size_t layer_at) noexcept
        : codec_(codec), layer_at_(layer_at) {}
    const detail::element_codec* codec_;
    std::size_t layer_at_;
    std::vector<element> elements_{};
};

}  // namespace sonde::inline v0
