#pragma once
/// Which way a crafted packet goes, and the addresses that the user left to sonde.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <sonde/net/interfaces.hpp>

#include "craft_source.hpp"

namespace sonde::cli {

struct sending_plan {
    bool by_route = false;    // the packet begins with its IP header: the kernel routes it
    std::string interface{};  // it leaves by this one; by_route: empty when not known
    bool to_group = false;    // to a broadcast or multicast address
    std::vector<std::string> filled{};  // "ethernet.source 02:00:00:00:00:01"
};

/// Finds the way for the packets of `source` and fills in what is zero in their pattern; may ask on
/// the link who has an address. Nothing after having complained.
[[nodiscard]] std::optional<sending_plan> plan_sending(const craft_settings& settings,
                                                       packet_source& source, file_run& run);

/// The MAC address of a neighbour, asked for on the link (ARP, or IPv6 neighbor discovery) from
/// `from`. Nothing when nobody answers within a second, or nothing can be sent.
[[nodiscard]] std::optional<mac_address> ask_for_mac(const network_interface& by,
                                                     const ip_address& whom,
                                                     const ip_address& from);

}  // namespace sonde::cli
