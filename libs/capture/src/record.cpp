#include <algorithm>
#include <iterator>
#include <utility>

#include <sonde/capture/record.hpp>

#include "pcapng.hpp"

namespace sonde::inline v0 {

std::string_view pcapng_option::text() const noexcept {
    // The one place where octets become characters; both are one octet wide.
    // NOLINTNEXTLINE(bugprone-casting-through-void): reinterpret_cast is what this avoids
    return {static_cast<const char*>(static_cast<const void*>(value.data())), value.size()};
}

void pcapng_options::iterator::find() noexcept {
    done_ = true;
    if (rest_.size() < 4) return;
    const std::uint16_t code = load16(order_, rest_, 0);
    const std::size_t len = load16(order_, rest_, 2);
    if (code == detail::opt_end || rest_.size() - 4 < len) return;
    found_ = {code, rest_.subspan(4, len)};
    rest_ = rest_.subspan(std::min(4 + detail::padded(len), rest_.size()));
    done_ = false;
}

std::optional<bytes_view> pcapng_options::find(std::uint16_t code, std::size_t len) const noexcept {
    for (const pcapng_option& one : *this) {
        if (one.code == code && one.value.size() >= len) return one.value;
    }
    return std::nullopt;
}

void comment_list::iterator::skip() noexcept {
    while (at_ != std::default_sentinel && at_->code != detail::opt_comment) ++at_;
}

std::optional<packet_flags> record::flags() const noexcept {
    const auto found = options().find(detail::epb_flags, 4);
    if (!found) return std::nullopt;
    return packet_flags{load32(order, *found, 0)};
}

std::optional<std::uint64_t> record::drops() const noexcept {
    const auto found = options().find(detail::epb_drop_count, 8);
    if (!found) return std::nullopt;
    return load64(order, *found, 0);
}

std::string_view link_type_name(std::uint16_t link_type) noexcept {
    // https://www.tcpdump.org/linktypes.html, without the LINKTYPE_ and in small letters.
    using named = std::pair<std::uint16_t, std::string_view>;
    static constexpr named names[] = {
        {0, "null"},
        {1, "ethernet"},
        {6, "ieee802_5"},
        {8, "slip"},
        {9, "ppp"},
        {10, "fddi"},
        {12, "raw_ip"},
        {50, "ppp_hdlc"},
        {51, "ppp_ether"},
        {101, "raw_ip"},
        {104, "c_hdlc"},
        {105, "ieee802_11"},
        {107, "frame_relay"},
        {108, "loop"},
        {113, "linux_sll"},
        {127, "ieee802_11_radiotap"},
        {143, "docsis"},
        {147, "user0"},
        {187, "bluetooth_hci_h4"},
        {189, "usb_linux"},
        {192, "ppi"},
        {195, "ieee802_15_4_with_fcs"},
        {201, "bluetooth_hci_h4_with_phdr"},
        {220, "usb_linux_mmapped"},
        {227, "can_socketcan"},
        {228, "ipv4"},
        {229, "ipv6"},
        {230, "ieee802_15_4_no_fcs"},
        {239, "nflog"},
        {248, "sctp"},
        {249, "usbpcap"},
        {251, "bluetooth_le_ll"},
        {253, "netlink"},
        {276, "linux_sll2"},
    };
    const auto* const found =
        std::find_if(std::begin(names), std::end(names), [&](const named& one) {
            return one.first == link_type;
        });
    return found != std::end(names) ? found->second : "unknown";
}

}  // namespace sonde::inline v0
