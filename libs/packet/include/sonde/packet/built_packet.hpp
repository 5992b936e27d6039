#pragma once
/// A packet to be made and changed while the program runs: a sequence of layers by value, each with
/// its own header and trailer octets. `packet` is the read-only record of a frame; this owns.
///
///     built_packet p = built_packet::decode(frame);
///     p.get<ipv4>()->set_time_to_live(3);
///     p.set<tcp>("flags", "syn|ack");
///     p.remove(p.find<vlan>().value());
///     const std::vector<std::uint8_t> octets = p.to_bytes();
///
/// What sonde can compute (lengths, types, checksums) is computed on emission, from the inside out,
/// unless it is forced. `decode` forces what the frame has otherwise than sonde would compute it:
/// so every frame comes back octet by octet, a right length stays right after a change, and a wrong
/// one stays wrong. Copies are independent. Protocol tables must outlive what is decoded with them.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <sonde/packet/craft_error.hpp>
#include <sonde/packet/field_value.hpp>
#include <sonde/packet/layers.hpp>

namespace sonde::inline v0 {

namespace detail {

/// The same message without what it carries, which becomes layers of their own.
template <protocol T>
[[nodiscard]] T without_payload(T message) noexcept {
    if constexpr (requires { message.payload = bytes_view{}; })
        message.payload = {};
    else if constexpr (requires { message.data = bytes_view{}; })
        message.data = {};
    if constexpr (requires { message.trailer = bytes_view{}; }) message.trailer = {};
    if constexpr (requires { message.padded = false; }) message.padded = false;
    return message;
}
template <protocol T>
[[nodiscard]] bytes_view carried_by(const T& message) noexcept {
    if constexpr (requires { T{}.payload = bytes_view{}; })
        return message.payload;
    else if constexpr (requires { T{}.data = bytes_view{}; })
        return message.data;
    else
        return {};
}
template <protocol T>
inline constexpr const protocol_info* info_for = &protocol_info_of<T>;

}  // namespace detail

/// One layer: which protocol, the octets of its header with options, those behind its payload, and
/// which of its automatic fields are forced.
class built_layer {
  public:
    /// Everything automatic.
    SONDE_API explicit built_layer(const protocol_info& info, bytes_view header = {},
                                   bytes_view trailer = {});
    /// A header of defaults.
    [[nodiscard]] SONDE_API static built_layer of_defaults(const protocol_info& info);
    /// Octets as they are.
    [[nodiscard]] static built_layer of_octets(bytes_view octets) {
        return built_layer(raw_payload(), octets);
    }

    [[nodiscard]] layer id() const noexcept { return info_->id; }
    [[nodiscard]] std::string_view name() const noexcept { return info_->name; }
    [[nodiscard]] const protocol_info& info() const noexcept { return *info_; }
    [[nodiscard]] bool is_payload() const noexcept { return id() == layer::payload; }

    /// The octets before the payload, as long as they are; what is automatic in them is computed on
    /// emission.
    [[nodiscard]] bytes_view header() const noexcept SONDE_LIFETIMEBOUND { return header_; }
    [[nodiscard]] bytes_mut header() noexcept SONDE_LIFETIMEBOUND { return header_; }
    void set_header(bytes_view octets) { header_ = {octets.begin(), octets.end()}; }
    /// The octets behind the payload: padding, a check sequence, an ICMP extension structure.
    [[nodiscard]] bytes_view trailer() const noexcept SONDE_LIFETIMEBOUND { return trailer_; }
    void set_trailer(bytes_view octets) { trailer_ = {octets.begin(), octets.end()}; }

    /// A typed view of the header, to read and to write. What it writes into an automatic field is
    /// computed over unless the field is forced. Nothing when this is another protocol or is cut.
    template <protocol T>
    [[nodiscard]] auto as() noexcept {
        if constexpr (requires { typename T::mutable_view; })
            return view_as<typename T::mutable_view>(T::id, bytes_mut(header_));
        else
            return view_as<typename T::view>(T::id, bytes_view(header_));
    }
    template <protocol T>
    [[nodiscard]] auto as() const noexcept {
        return view_as<typename T::view>(T::id, bytes_view(header_));
    }

    /// A field by its name, fixed header or (ARP's addresses, GRE's key) behind it. Fails when
    /// there is no such field, with the nearest name, and when the header is too short for it.
    [[nodiscard]] SONDE_API craft_result<std::uint64_t> get_number(std::string_view field) const;
    [[nodiscard]] SONDE_API craft_result<std::vector<std::uint8_t>> get_octets(
        std::string_view field) const;
    /// As `set` reads it: "192.0.2.1", "udp", "0xbeef".
    [[nodiscard]] SONDE_API craft_result<std::string> get_text(std::string_view field) const;
    /// Also forces the field when it is an automatic one. A field that announces others makes place
    /// for them, zeros, and takes them away with what they held: GRE's `key_present`. The other way
    /// round, to set GRE's `key` announces it.
    SONDE_API craft_result<void> set(std::string_view field, const field_value& value);

    /// Whether a field is computed on emission unless it is forced.
    [[nodiscard]] SONDE_API bool can_be_automatic(std::string_view field) const noexcept;
    [[nodiscard]] SONDE_API bool is_forced(std::string_view field) const noexcept;
    /// Emission takes what stands in the header. Fails when the field is not an automatic one.
    SONDE_API craft_result<void> force(std::string_view field);
    /// Emission computes it. Fails when the field is not an automatic one.
    SONDE_API craft_result<void> make_automatic(std::string_view field);
    void make_all_automatic() noexcept { forced_ = 0; }
    void force_all() noexcept { forced_ = ~std::uint64_t{0}; }
    /// Bit n: the n-th of info().automatics is forced.
    [[nodiscard]] std::uint64_t forced_set() const noexcept { return forced_; }
    void set_forced_set(std::uint64_t forced) noexcept { forced_ = forced; }

    friend SONDE_API bool operator==(const built_layer& a, const built_layer& b) noexcept;

  private:
    template <class View, class Octets>
    [[nodiscard]] std::optional<View> view_as(layer wanted, Octets octets) const noexcept {
        if (id() != wanted) return std::nullopt;
        if (const auto seen = View::parse(octets)) return *seen;
        return std::nullopt;
    }
    [[nodiscard]] std::optional<std::size_t> automatic_index(std::string_view field) const noexcept;

    const protocol_info* info_;
    std::vector<std::uint8_t> header_;
    std::vector<std::uint8_t> trailer_;
    std::uint64_t forced_ = 0;
};

class built_packet {
  public:
    using iterator = std::vector<built_layer>::iterator;
    using const_iterator = std::vector<built_layer>::const_iterator;

    explicit built_packet(link_type type = link_type::ethernet) noexcept : type_(type) {}
    /// From any octets, cut and broken ones too: to_bytes() gives them back.
    [[nodiscard]] SONDE_API static built_packet decode(
        bytes_view frame, link_type type = link_type::ethernet,
        const protocol_table& table = protocol_table::built_in());
    /// Likewise, of octets that `first` selects.
    [[nodiscard]] SONDE_API static built_packet decode(
        bytes_view octets, selector first,
        const protocol_table& table = protocol_table::built_in());

    [[nodiscard]] link_type type() const noexcept { return type_; }
    void set_type(link_type type) noexcept { type_ = type; }

    // Emission.
    /// Octets of all headers and trailers.
    [[nodiscard]] SONDE_API std::size_t wire_len() const noexcept;
    /// Writes every octet of `out`. Precondition: out.size() == wire_len().
    SONDE_API void emit(bytes_mut out) const noexcept;
    [[nodiscard]] SONDE_API std::vector<std::uint8_t> to_bytes() const;
    /// The octets as they stand, nothing computed.
    [[nodiscard]] SONDE_API std::vector<std::uint8_t> to_bytes_as_they_stand() const;
    /// Writes what emission computes back into the layers, so that views see it.
    SONDE_API void complete();

    // Layers, outermost first.
    [[nodiscard]] bool empty() const noexcept { return layers_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return layers_.size(); }
    /// Precondition: at < size().
    [[nodiscard]] built_layer& operator[](std::size_t at) noexcept SONDE_LIFETIMEBOUND {
        return layers_[at];
    }
    [[nodiscard]] const built_layer& operator[](std::size_t at) const noexcept SONDE_LIFETIMEBOUND {
        return layers_[at];
    }
    [[nodiscard]] iterator begin() noexcept { return layers_.begin(); }
    [[nodiscard]] iterator end() noexcept { return layers_.end(); }
    [[nodiscard]] const_iterator begin() const noexcept { return layers_.begin(); }
    [[nodiscard]] const_iterator end() const noexcept { return layers_.end(); }

    /// The n-th layer of a protocol, counted from 0; nothing when there is none.
    [[nodiscard]] SONDE_API std::optional<std::size_t> find(layer id,
                                                            std::size_t nth = 0) const noexcept;
    [[nodiscard]] SONDE_API std::optional<std::size_t> find(std::string_view name,
                                                            std::size_t nth = 0) const noexcept;
    template <protocol T>
    [[nodiscard]] std::optional<std::size_t> find(std::size_t nth = 0) const noexcept {
        return find(T::id, nth);
    }
    /// The first layer at or behind `from` for which `wanted(layer)` holds.
    template <class Predicate>
    [[nodiscard]] std::optional<std::size_t> find_if(Predicate wanted, std::size_t from = 0) const {
        for (std::size_t at = from; at < layers_.size(); ++at) {
            if (wanted(layers_[at])) return at;
        }
        return std::nullopt;
    }
    template <protocol T>
    [[nodiscard]] bool has() const noexcept {
        return find<T>().has_value();
    }
    template <protocol T>
    [[nodiscard]] std::size_t count() const noexcept {
        const auto is_one = [](const built_layer& one) { return one.id() == T::id; };
        return static_cast<std::size_t>(std::count_if(layers_.begin(), layers_.end(), is_one));
    }
    /// A view of the n-th layer of a protocol; see built_layer::as.
    template <protocol T>
    [[nodiscard]] auto get(std::size_t nth = 0) noexcept {
        const auto at = find<T>(nth);
        return at ? layers_[*at].template as<T>() : decltype(layers_[0].template as<T>()){};
    }
    template <protocol T>
    [[nodiscard]] auto get(std::size_t nth = 0) const noexcept {
        const auto at = find<T>(nth);
        return at ? layers_[*at].template as<T>() : decltype(layers_[0].template as<T>()){};
    }
    /// Sets a field of the first layer of a protocol. Fails when there is none, and as
    /// built_layer::set does.
    template <protocol T>
    craft_result<void> set(std::string_view field, const field_value& value) {
        const auto at = find<T>();
        if (!at) return missing(T::name);
        return layers_[*at].set(field, value);
    }

    // Making and changing. A typed message brings what it carries as octets behind it.
    built_packet& add(built_layer one) {
        layers_.push_back(std::move(one));
        return *this;
    }
    template <protocol T>
    built_packet& add(const T& message) {
        return *this += of(message);
    }
    built_packet& add(bytes_view octets) { return add(built_layer::of_octets(octets)); }
    built_packet& add(std::string_view text) {
        return add(built_layer(raw_payload(), std::vector<std::uint8_t>(text.begin(), text.end())));
    }
    /// Before layer `at`; size() appends. Fails when `at` is beyond that.
    SONDE_API craft_result<void> insert(std::size_t at, built_layer one);
    SONDE_API craft_result<void> insert(std::size_t at, const built_packet& some);
    template <protocol T>
    craft_result<void> insert(std::size_t at, const T& message) {
        return insert(at, of(message));
    }
    /// These fail when there is no such layer. What was inside stays inside.
    SONDE_API craft_result<void> remove(std::size_t at, std::size_t how_many = 1);
    SONDE_API craft_result<void> replace(std::size_t at, built_layer one);
    template <protocol T>
    craft_result<void> replace(std::size_t at, const T& message) {
        if (auto gone = remove(at); !gone) return gone;
        return insert(at, of(message));
    }
    void clear() noexcept { layers_.clear(); }
    /// Cuts before layer `at`: what is behind is returned. With `at` beyond the end, nothing.
    SONDE_API built_packet split(std::size_t at);
    built_packet& operator+=(const built_packet& inside) {
        // By index: `inside` may be this packet itself.
        for (std::size_t i = 0, some = inside.size(); i < some; ++i)
            layers_.push_back(built_layer(inside.layers_[i]));
        return *this;
    }
    built_packet& operator+=(bytes_view octets) { return add(octets); }
    [[nodiscard]] friend built_packet operator+(built_packet outside, const built_packet& inside) {
        outside += inside;
        return outside;
    }
    [[nodiscard]] friend built_packet operator+(built_packet outside, bytes_view octets) {
        outside += octets;
        return outside;
    }
    void make_all_automatic() noexcept {
        for (built_layer& one : layers_) one.make_all_automatic();
    }

    // Lengths and octets of a layer in place, in octets. Precondition: at < size().
    [[nodiscard]] std::size_t header_len(std::size_t at) const noexcept {
        return layers_[at].header().size();
    }
    [[nodiscard]] SONDE_API std::size_t body_len(std::size_t at) const noexcept;
    /// What layer `at` carries, complete.
    [[nodiscard]] SONDE_API std::vector<std::uint8_t> body(std::size_t at) const;

    friend bool operator==(const built_packet& a, const built_packet& b) noexcept {
        return a.type_ == b.type_ && a.layers_ == b.layers_;
    }

  private:
    template <protocol T>
    [[nodiscard]] static built_packet of(const T& message) {
        const T bare = detail::without_payload(message);
        std::vector<std::uint8_t> octets(bare.wire_len());
        bare.emit(octets);
        bytes_view trailer;
        if constexpr (requires { bytes_view(message.trailer); }) trailer = message.trailer;
        built_packet made = parted(protocol_info_of<T>, octets, trailer);
        if constexpr (requires { std::span<const automatic_field>(T::automatics); }) {
            std::uint64_t forced = 0;
            std::uint64_t bit = 1;
            for (const automatic_field& one : T::automatics) {
                if (one.forced != nullptr && one.forced(&message)) forced |= bit;
                bit <<= 1;
            }
            made.layers_[0].set_forced_set(forced);
        }
        if (const bytes_view inside = detail::carried_by(message); !inside.empty())
            made.add(inside);
        return made;
    }
    [[nodiscard]] SONDE_API static built_packet parted(const protocol_info& info, bytes_view octets,
                                                       bytes_view trailer);
    [[nodiscard]] SONDE_API static tl::unexpected<craft_error> missing(std::string_view name);
    [[nodiscard]] craft_result<void> check_layer(std::size_t at, std::size_t how_many) const;

    link_type type_;
    std::vector<built_layer> layers_{};
};

}  // namespace sonde::inline v0
