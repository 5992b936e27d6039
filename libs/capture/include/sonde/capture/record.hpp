#pragma once
/// One packet of a capture file: its octets as they lie in the reader's buffer, and what the file
/// says about it. A record borrows: it is valid until the reader is asked for the next one.
///
///     for (const record& r : capture_file("x.pcapng")) {
///         for (std::string_view comment : r.comments()) use(r.time, comment);
///     }

#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>

#include <sonde/base/api.hpp>
#include <sonde/base/octets.hpp>
#include <sonde/base/time.hpp>
#include <sonde/capture/byte_order.hpp>

namespace sonde::inline v0 {

/// One option of a pcapng block (draft-ietf-opsawg-pcapng s3.5). Borrows the block.
struct pcapng_option {
    std::uint16_t code = 0;
    bytes_view value{};

    /// The value as text; the file's own octets, which may be anything (text.hpp makes them safe).
    [[nodiscard]] SONDE_API std::string_view text() const noexcept;
};

/// The options of one block, found while they are walked and never collected. Ends at
/// opt_endofopt, at the end of the octets, and before an option that does not fit them.
class pcapng_options {
  public:
    class iterator {
      public:
        using value_type = pcapng_option;
        using difference_type = std::ptrdiff_t;
        iterator() noexcept = default;
        iterator(bytes_view rest, byte_order order) noexcept : rest_(rest), order_(order) {
            find();
        }
        const pcapng_option& operator*() const noexcept { return found_; }
        const pcapng_option* operator->() const noexcept { return &found_; }
        iterator& operator++() noexcept {
            find();
            return *this;
        }
        void operator++(int) noexcept { find(); }
        friend bool operator==(const iterator& it, std::default_sentinel_t) noexcept {
            return it.done_;
        }

      private:
        SONDE_API void find() noexcept;
        bytes_view rest_{};
        pcapng_option found_{};
        byte_order order_ = native_order;
        bool done_ = true;
    };

    pcapng_options() noexcept = default;
    pcapng_options(bytes_view octets, byte_order order) noexcept : octets_(octets), order_(order) {}
    [[nodiscard]] iterator begin() const noexcept { return {octets_, order_}; }
    [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }
    [[nodiscard]] bytes_view octets() const noexcept { return octets_; }
    [[nodiscard]] byte_order order() const noexcept { return order_; }
    /// The value of the first option with that code and at least `len` octets.
    [[nodiscard]] SONDE_API std::optional<bytes_view> find(std::uint16_t code,
                                                           std::size_t len = 0) const noexcept;

  private:
    bytes_view octets_{};
    byte_order order_ = native_order;
};

/// The comments among the options.
class comment_list {
  public:
    class iterator {
      public:
        using value_type = std::string_view;
        using difference_type = std::ptrdiff_t;
        iterator() noexcept = default;
        explicit iterator(pcapng_options::iterator at) noexcept : at_(at) { skip(); }
        std::string_view operator*() const noexcept { return at_->text(); }
        iterator& operator++() noexcept {
            ++at_;
            skip();
            return *this;
        }
        void operator++(int) noexcept { ++*this; }
        friend bool operator==(const iterator& it, std::default_sentinel_t end) noexcept {
            return it.at_ == end;
        }

      private:
        SONDE_API void skip() noexcept;
        pcapng_options::iterator at_{};
    };

    explicit comment_list(pcapng_options options) noexcept : options_(options) {}
    [[nodiscard]] iterator begin() const noexcept { return iterator(options_.begin()); }
    [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }
    [[nodiscard]] bool empty() const noexcept { return begin() == end(); }

  private:
    pcapng_options options_;
};

/// The flags word of a packet (draft-ietf-opsawg-pcapng s4.3.1, figure 12).
struct packet_flags {
    enum class direction_kind : std::uint8_t { unknown = 0, inbound = 1, outbound = 2 };
    enum class reception_kind : std::uint8_t {
        unspecified = 0,
        unicast = 1,
        multicast = 2,
        broadcast = 3,
        promiscuous = 4,
    };
    std::uint32_t value = 0;

    [[nodiscard]] constexpr direction_kind direction() const noexcept {
        return static_cast<direction_kind>(value & 3);
    }
    [[nodiscard]] constexpr reception_kind reception() const noexcept {
        return static_cast<reception_kind>((value >> 2) & 7);
    }
    /// Octets of frame check sequence at the end of the packet; 0 when not said.
    [[nodiscard]] constexpr std::uint32_t fcs_len() const noexcept { return (value >> 5) & 15; }
    /// Errors that the link layer saw: bit 8 is a CRC error, bit 15 a symbol error.
    [[nodiscard]] constexpr std::uint16_t link_errors() const noexcept {
        return static_cast<std::uint16_t>(value >> 16);
    }
    friend constexpr bool operator==(const packet_flags&, const packet_flags&) = default;
};

/// One packet. Lengths in octets.
struct record {
    bytes_view octets{};              // what was captured
    wall_time time{};                 // since 1970; whatever the file's resolution was
    std::uint32_t original_len = 0;   // on the wire; as the file says, never judged
    std::uint32_t interface = 0;      // index into capture_file::interfaces()
    std::uint16_t link_type = 1;      // LINKTYPE_*, 1 is Ethernet
    bool has_time = true;             // false: the block has no place for one (simple packet block)
    byte_order order = native_order;  // of the options
    bytes_view option_octets{};       // of a pcapng block, as they lie

    [[nodiscard]] std::uint32_t captured_len() const noexcept {
        return static_cast<std::uint32_t>(octets.size());
    }
    [[nodiscard]] bool is_cut() const noexcept { return octets.size() < original_len; }
    [[nodiscard]] pcapng_options options() const noexcept { return {option_octets, order}; }
    [[nodiscard]] comment_list comments() const noexcept { return comment_list(options()); }
    [[nodiscard]] SONDE_API std::optional<packet_flags> flags() const noexcept;
    /// Packets lost by the interface between this one and the one before.
    [[nodiscard]] SONDE_API std::optional<std::uint64_t> drops() const noexcept;
};

/// "ethernet", "raw_ip", or "unknown": names of LINKTYPE_* (the tcpdump group's registry).
[[nodiscard]] SONDE_API std::string_view link_type_name(std::uint16_t link_type) noexcept;

}  // namespace sonde::inline v0
