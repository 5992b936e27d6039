#pragma once
/// A stack written once, whose fields are then changed in the octets, for those who send many
/// frames that differ in little.
///
///     auto flood = freeze(ethernet{...} / ipv4{...} / tcp{.flags = tcp_flags::syn});
///     for (bytes_view frame : flood.over<tcp, "source_port">(1024, 65535)) send(frame);
///     flood.set<ipv4, "identification">(7);
///
/// All checksums that know a field move with it (edit.hpp says how); where every layer lies was
/// settled when the stack was frozen. A name that the protocol has not is an error of compilation.

#include <iterator>
#include <vector>

#include <sonde/packet/edit.hpp>
#include <sonde/packet/stack.hpp>

namespace sonde::inline v0 {

/// Owns its octets; copies are independent.
template <class... Layers>
class frozen {
    static_assert((!std::same_as<Layers, sctp> && ...), "a CRC does not move with a field");

  public:
    using stack_type = stack<Layers...>;

    explicit frozen(const stack_type& of)
        : octets_(of.to_bytes()), chain_{of.offsets(), ends_of(of)} {
        settle_routes(of);
    }

    /// The frame as it is now. Valid until this object dies; its contents change with the next set.
    [[nodiscard]] bytes_view octets() const noexcept SONDE_LIFETIMEBOUND { return octets_; }

    /// Sets a field of the outermost `T`...
    template <protocol T, field_name Name, class Value>
    [[gnu::always_inline]] void set(const Value& value) noexcept {
        set_at<stack_type::template first_of<T>(), Name>(value);
    }
    /// ...or of the layer at that place.
    template <std::size_t I, field_name Name, class Value>
    [[gnu::always_inline]] void set_at(const Value& value) noexcept {
        using T = typename stack_type::template layer_at<I>;
        static constexpr field which = detail::field_of<T, Name>();
        static_assert(detail::fits_field<Value>(which), "this field holds another type");
        const bytes_mut all(octets_);
        const auto header = all.subspan(chain_.starts[I]);
        if constexpr (is_summed_by_own_layer<T, Name>()) {
            const auto fixed = header.template first<T::header_len>();
            const std::uint16_t added = detail::change_field(fixed, which, value);
            put_be16_at(fixed, rule_for<T>().at, moved(be16_at(fixed, rule_for<T>().at), added));
            return;
        }
        const std::uint16_t added = detail::change_field(header, which, value);
        detail::settle(all,
                       chain_,
                       I,
                       {chain_.starts[I] + detail::words_of(which).begin, added},
                       detail::role_of<T, Name>());
    }
    /// Writes a number of 16, 32 or 64 bits, big endian, at an offset into the innermost layer,
    /// header included (of octets: into them). Precondition: it is within the layer.
    template <std::unsigned_integral Value>
    [[gnu::always_inline]] void set_inside(std::size_t at, Value value) noexcept {
        constexpr std::size_t last = sizeof...(Layers) - 1;
        const std::size_t first = at / 2 * 2;
        const field which{.name = {},
                          .bit_offset = static_cast<std::uint16_t>((at - first) * 8),
                          .bit_width = sizeof(Value) * 8};
        const bytes_mut all(octets_);
        const std::uint16_t added =
            detail::change_field(all.subspan(chain_.starts[last] + first), which, value);
        detail::settle(
            all, chain_, last, {chain_.starts[last] + first, added}, detail::address_role::none);
    }

    /// The frame with every value of a field from `first` to `last`, both included, one after the
    /// other. Each is valid until the next; afterwards the field keeps the last value.
    template <protocol T, field_name Name>
    class sweep {
      public:
        class iterator {
          public:
            using value_type = bytes_view;
            using difference_type = std::ptrdiff_t;
            iterator() noexcept = default;
            [[nodiscard]] bytes_view operator*() const noexcept { return of_->octets(); }
            iterator& operator++() noexcept {
                if (left_-- > 0) of_->template set<T, Name>(++value_);
                return *this;
            }
            void operator++(int) noexcept { ++*this; }
            [[nodiscard]] bool operator==(std::default_sentinel_t) const noexcept {
                return left_ < 0;
            }

          private:
            friend class sweep;
            iterator(frozen& of, std::uint64_t first, std::uint64_t last) noexcept
                : of_(&of),
                  value_(first),
                  left_(last < first ? -1 : static_cast<std::int64_t>(last - first)) {
                if (left_ >= 0) of.template set<T, Name>(first);
            }
            frozen* of_ = nullptr;
            std::uint64_t value_ = 0;
            std::int64_t left_ = -1;
        };
        [[nodiscard]] iterator begin() const noexcept { return {*of_, first_, last_}; }
        [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

      private:
        friend class frozen;
        sweep(frozen& of, std::uint64_t first, std::uint64_t last) noexcept
            : of_(&of), first_(first), last_(last) {}
        frozen* of_;
        std::uint64_t first_;
        std::uint64_t last_;
    };
    template <protocol T, field_name Name>
    [[nodiscard]] sweep<T, Name> over(std::uint64_t first,
                                      std::uint64_t last) noexcept SONDE_LIFETIMEBOUND {
        return {*this, first, last};
    }

  private:
    static constexpr std::size_t depth = sizeof...(Layers);

    template <class T>
    [[nodiscard]] static constexpr detail::checksum_rule rule_for() noexcept {
        if constexpr (protocol<T>)
            return detail::checksum_rule_for<T>();
        else
            return {};
    }
    /// Whether a change of this field moves the checksum of its own layer and nothing else, in
    /// every frame: known to the compiler, it costs a few instructions.
    template <protocol T, field_name Name>
    [[nodiscard]] static consteval bool is_summed_by_own_layer() {
        constexpr detail::checksum_rule rule = rule_for<T>();
        constexpr field which = detail::field_of<T, Name>();
        constexpr detail::field_words words = detail::words_of(which);
        // GRE may have none, UDP-Lite may cover less, a UDP checksum of zero stays.
        const bool is_always_there = T::id != layer::gre && T::id != layer::udp_lite &&
                                     T::id != layer::sctp && !rule.zero_means_none;
        return rule.exists && is_always_there &&
               detail::role_of<T, Name>() == detail::address_role::none &&
               words.end <= T::header_len && (words.end <= rule.at || words.begin >= rule.at + 2U);
    }
    /// A checksum after what it sums grew by `added` (RFC 1624 s3, equation 3).
    [[nodiscard]] static std::uint16_t moved(std::uint16_t before, std::uint16_t added) noexcept {
        const std::uint32_t sum = static_cast<std::uint16_t>(~before);
        return static_cast<std::uint16_t>(~detail::folded16(sum + added));
    }

    /// What edit_chain is for any frame; here the rules are known to the compiler.
    struct chain {
        std::array<std::size_t, depth> starts{};
        std::array<std::size_t, depth> ends{};
        std::array<bool, depth> routed{};

        [[nodiscard]] static constexpr std::size_t size() noexcept { return depth; }
        [[nodiscard, gnu::always_inline]] detail::edit_layer at(std::size_t j) const noexcept {
            return {.at = static_cast<std::uint32_t>(starts[j]),
                    .end = static_cast<std::uint32_t>(ends[j]),
                    .rule = rules[j],
                    .is_network = networks[j],
                    .hides_destination = routed[j]};
        }
        static constexpr std::array<detail::checksum_rule, depth> rules{rule_for<Layers>()...};
        static constexpr std::array<bool, depth> networks{
            (std::same_as<Layers, ipv4> || std::same_as<Layers, ipv6>)...};
    };

    [[nodiscard]] static std::array<std::size_t, depth> ends_of(const stack_type& of) noexcept {
        return ends_of(of, std::make_index_sequence<depth>{});
    }
    template <std::size_t... I>
    [[nodiscard]] static std::array<std::size_t, depth> ends_of(
        const stack_type& of, std::index_sequence<I...>) noexcept {
        const auto starts = of.offsets();
        const auto lens = of.lengths();
        return {(starts[I] + covered_len(of.template at<I>(), lens[I]))...};
    }
    template <class T>
    [[nodiscard]] static std::size_t covered_len(const T& message, std::size_t len) noexcept {
        if constexpr (std::same_as<T, ipv4>) return message.header_wire_len();
        if constexpr (requires { message.with_checksum; }) return message.with_checksum ? len : 0;
        if constexpr (requires { message.checksum_coverage; })
            return message.checksum_coverage == 0 ? len : message.checksum_coverage;
        return len;
    }
    void settle_routes(const stack_type& of) noexcept {
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            ((chain_.routed[I] = is_route(of.template at<I>())), ...);
        }(std::make_index_sequence<depth>{});
    }
    template <class T>
    [[nodiscard]] static bool is_route(const T& message) noexcept {
        if constexpr (std::same_as<T, ipv6_routing>) return message.segments_left != 0;
        return false;
    }

    std::vector<std::uint8_t> octets_;
    chain chain_;
};

/// A stack as a template of frames.
template <class... Layers>
[[nodiscard]] frozen<Layers...> freeze(const stack<Layers...>& of) {
    return frozen<Layers...>(of);
}

}  // namespace sonde::inline v0
