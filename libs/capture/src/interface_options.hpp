#pragma once
/// The options of an interface description block, to and from capture_interface, and options
/// written again in another byte order.

#include <vector>

#include <sonde/capture/capture_file.hpp>

namespace sonde::inline v0::detail {

/// All but what stands before the options: link type and snap length.
[[nodiscard]] capture_interface described_by(pcapng_options options);

/// Appends options to a block that is being made.
class option_writer {
  public:
    option_writer(std::vector<std::uint8_t>& out, byte_order order) noexcept
        : out_(out), order_(order) {}
    /// Nothing is written for a value above 65,535 octets: it does not fit the length field.
    void put(std::uint16_t code, bytes_view value);
    void put(std::uint16_t code, std::string_view text);
    void put8(std::uint16_t code, std::uint8_t value);
    void put32(std::uint16_t code, std::uint32_t value);
    void put64(std::uint16_t code, std::uint64_t value);
    /// A packet's options, numbers turned into this byte order.
    void put_packet_options(pcapng_options options);
    /// opt_endofopt, when anything was written.
    void end();

  private:
    std::vector<std::uint8_t>& out_;
    byte_order order_;
    bool any_ = false;
};

void put_interface_options(option_writer& out, const capture_interface& interface);

}  // namespace sonde::inline v0::detail
