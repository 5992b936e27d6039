#pragma once
/// Crafted packets and what answered them, as text and JSON.

#include <cstdint>
#include <string>

#include <sonde/packet/built_packet.hpp>
#include <sonde/packet/print_tree.hpp>

#include "output.hpp"

namespace sonde::cli {

struct shown_answer {
    std::uint64_t request = 0;  // from 1
    bool is_error = false;      // an ICMP error about it
    nanoseconds after{};
    bytes_view octets{};
    link_type type = link_type::ethernet;
};

class craft_screen {
  public:
    /// Borrows both.
    craft_screen(const craft_settings& settings, output& to);

    /// A packet that was made.
    void show(const built_packet& packet, bytes_view octets);
    /// A packet that came.
    void show(const shown_answer& answer);

  private:
    void append(bytes_view octets, link_type type);
    void append_source(const printed_frame& frame);
    output& to_;
    craft_form form_;
    tree_options tree_{};
    std::string text_{};
    std::uint64_t frames_ = 0;  // as C++
    bool more_ = false;
};

}  // namespace sonde::cli
