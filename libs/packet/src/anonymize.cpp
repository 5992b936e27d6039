#include <algorithm>
#include <optional>

#include <sonde/packet/anonymize.hpp>
#include <sonde/packet/layers.hpp>
#include <sonde/wire/application/dhcp.hpp>
#include <sonde/wire/application/dns.hpp>
#include <sonde/wire/checksum.hpp>
#include <sonde/wire/network/ipv4.hpp>
#include <sonde/wire/network/ipv6.hpp>
#include <sonde/wire/transport/sctp.hpp>

namespace sonde::inline v0 {
namespace {

constexpr std::size_t cache_len = 4096;  // entries, a power of two

// What the keyed function is asked for; so that no answer serves twice.
enum class purpose : std::uint8_t { v4_bit = 4, v6_bit = 6, mac = 48, mac_low = 24, port = 16 };

constexpr std::uint64_t word_of(purpose what, std::uint64_t value) noexcept {
    return (std::uint64_t{static_cast<std::uint8_t>(what)} << 56) | value;
}

// Addresses below these prefixes stay, and so does every bit on the way to them.
struct kept_v4 {
    std::uint32_t prefix;
    unsigned len;  // bits
};
constexpr std::array kept_v4_networks{
    kept_v4{0, 32}, kept_v4{0xffffffff, 32}, kept_v4{0x7f000000, 8}, kept_v4{0xe0000000, 4}};

// Whether the bit behind the first `len` bits of `address` stays as it is.
bool keeps_bit(std::uint32_t address, unsigned len) noexcept {
    return std::any_of(kept_v4_networks.begin(), kept_v4_networks.end(), [&](const kept_v4& one) {
        const unsigned common = std::min(len, one.len);
        return common == 0 || (address ^ one.prefix) >> (32 - common) == 0;
    });
}

constexpr std::size_t v6_bits = 128;
// ff02::1:ff00:0/104 (RFC 4291 s2.7.1): groups that a unicast address' last 24 bits make.
constexpr std::array<std::uint8_t, 13> solicited_node{0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff};
constexpr std::array<std::uint8_t, 16> v6_loopback{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
constexpr std::array<std::uint8_t, 8> link_local{0xfe, 0x80, 0, 0, 0, 0, 0, 0};

// Whether the first `len` bits of both are the same.
bool same_start(bytes_view a, bytes_view b, std::size_t len) noexcept {
    const std::size_t whole = len / 8;
    if (!std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(whole), b.begin())) {
        return false;
    }
    const auto rest = static_cast<unsigned>(len % 8);
    return rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0;
}

bool keeps_bit(const ipv6_address& address, std::size_t len) noexcept {
    const bytes_view octets = address.octets;
    constexpr std::array<std::uint8_t, 16> unspecified{};
    if (same_start(octets, unspecified, len) || same_start(octets, v6_loopback, len)) return true;
    if (same_start(octets, link_local, std::min<std::size_t>(len, 64))) return len < 64;
    if (same_start(octets, solicited_node, std::min<std::size_t>(len, 104))) return len < 104;
    return len < 8 ? same_start(octets, solicited_node, len) : address.is_multicast();
}

// Four rounds over halves of `half` bits: a permutation, whatever the rounds give.
std::uint64_t permuted(siphash_key key, purpose what, std::uint64_t value, unsigned half) noexcept {
    const std::uint64_t mask = (std::uint64_t{1} << half) - 1;
    std::uint64_t left = value >> half & mask;
    std::uint64_t right = value & mask;
    for (std::uint64_t round = 0; round < 4; ++round) {
        const std::uint64_t turned = left ^ (siphash24(key, word_of(what, round), right) & mask);
        left = right;
        right = turned;
    }
    return left << half | right;
}

// The same without the value 0: nothing becomes it, and it becomes nothing else.
std::uint64_t permuted_but_zero(siphash_key key, purpose what, std::uint64_t value,
                                unsigned half) noexcept {
    if (value == 0) return 0;
    do {
        value = permuted(key, what, value, half);
    } while (value == 0);
    return value;
}

std::uint64_t number_of(const mac_address& address) noexcept {
    std::uint64_t made = 0;
    for (const std::uint8_t octet : address.octets) made = made << 8 | octet;
    return made;
}
mac_address mac_of(std::uint64_t number) noexcept {
    mac_address made;
    for (std::size_t i = 6; i-- > 0; number >>= 8) {
        made.octets[i] = static_cast<std::uint8_t>(number);
    }
    return made;
}

constexpr std::uint64_t group_bit = std::uint64_t{1} << 40;  // first octet, lowest bit
constexpr std::uint64_t local_bit = std::uint64_t{2} << 40;

// Takes the two bits out, so that 46 are left, and puts them back.
std::uint64_t without_mac_flags(std::uint64_t number) noexcept {
    return (number >> 42 << 40) | (number & 0xffffffffff);
}
std::uint64_t with_mac_flags(std::uint64_t number, std::uint64_t like) noexcept {
    return (number >> 40 << 42) | (number & 0xffffffffff) | (like & (group_bit | local_bit));
}

/// A checksum in the frame and the octets that it is over.
struct coverage {
    std::size_t field = 0;  // offset of its 16 bits
    std::size_t begin = 0;
    std::size_t end = 0;
    bytes_view pseudo_before{};  // addresses of a pseudo header, as they were...
    bytes_view pseudo_after{};   // ...and as they are
    bytes_view final_before{};   // the destination, where a route in the header hides it
    bytes_view final_after{};
    bool crc32c = false;          // 32 bits, over everything but themselves
    bool may_be_absent = false;   // zero says that there is none
    bool zero_is_absent = false;  // a sum of zero is written as 0xffff (RFC 768)
};

std::uint16_t sum_of(bytes_view octets, bytes_view pseudo, bytes_view last) noexcept {
    return checksum().add(pseudo).add(last).add(octets).sum();
}

bool selected_by(const protocol_info& info, selector_kind kind) noexcept {
    return std::any_of(info.selected_by.begin(), info.selected_by.end(), [&](const selector& by) {
        return by.kind == kind;
    });
}

bool is_icmpv6(const protocol_info& info) noexcept {
    const selector own{selector_kind::ip_protocol, 58};
    return selected_by(info, selector_kind::icmpv6_type) ||
           std::find(info.selected_by.begin(), info.selected_by.end(), own) !=
               info.selected_by.end();
}

bool is_ported(const protocol_info& info) noexcept {
    return std::any_of(info.selected_by.begin(), info.selected_by.end(), [](const selector& by) {
        return by.kind == selector_kind::udp_port || by.kind == selector_kind::tcp_port ||
               by.kind == selector_kind::sctp_port;
    });
}

bool has_ports(layer id) noexcept {
    return id == layer::tcp || id == layer::udp || id == layer::udp_lite || id == layer::sctp;
}

/// One frame under work: `before` is as it was, `frame` as it becomes.
class frame_work {
  public:
    frame_work(anonymizer& by, const anonymize_options& options, bytes_view before, bytes_mut frame)
        : by_(by), options_(options), before_(before), frame_(frame), keep_(frame.size()) {}

    void take(const layer_view& one);
    /// After the last layer: the innermost checksum first, for it lies in the outer ones' octets.
    void patch_checksums() noexcept;
    [[nodiscard]] std::size_t kept_len() const noexcept { return keep_; }

    /// A datagram inside an option: the layers of octets of `before`.
    void take_inside(bytes_view datagram);

    /// Octets of `before` that are addresses of that kind, or the beginning of one.
    void substitute(bytes_view octets, field_kind kind);

  private:
    [[nodiscard]] std::size_t offset_of(const layer_view& one) const noexcept {
        return place_of(one.octets());
    }
    [[nodiscard]] std::size_t place_of(bytes_view part) const noexcept {
        return static_cast<std::size_t>(part.data() - before_.data());
    }
    void take_fields(const layer_view& one);
    void take_arp(const layer_view& one);
    void take_cooked(const layer_view& one);
    void take_dhcp(dhcp::view message);
    void take_dns(dns::view message);
    void take_ports(const layer_view& one);
    void take_routing(const layer_view& one);
    void take_payload(const layer_view& one);
    void take_extensions(const layer_view& one);
    void note_network(const layer_view& one);
    void note_checksums(const layer_view& one);
    void note_extension(const layer_view& one);
    void note(const layer_view& one, std::size_t field, std::size_t len, bool pseudo);
    void note_sctp(const layer_view& one);
    void patch(const coverage& one) noexcept;
    void patch_sctp(const coverage& one) noexcept;
    void wipe(std::size_t at, std::size_t len);

    static constexpr std::size_t coverages_max = 2 * layer_range::depth_max;
    anonymizer& by_;
    const anonymize_options& options_;
    bytes_view before_;
    bytes_mut frame_;
    std::size_t keep_;
    std::array<coverage, coverages_max> coverages_{};
    std::size_t coverage_count_ = 0;
    std::size_t addresses_at_ = 0;  // of the nearest IP header outside
    std::size_t addresses_len_ = 0;
    std::optional<std::size_t> final_at_{};  // of the last address of its route
};

/// Takes the addresses out of what a protocol tells of its options and records.
class address_sink final : public field_sink {
  public:
    explicit address_sink(frame_work& to) noexcept : to_(to) {}
    void on_field(const described& value) override {
        if (value.name == "redirected_packet") return to_.take_inside(value.octets);
        to_.substitute(value.octets, value.kind);
    }
    void begin_group(std::string_view, std::string_view, bytes_view) override {}
    void end_group() override {}
    void on_problem(const parse_error&) override {}

  private:
    frame_work& to_;
};

constexpr std::size_t len_of(field_kind kind) noexcept {
    switch (kind) {
        case field_kind::ipv4:
            return 4;
        case field_kind::ipv6:
            return 16;
        case field_kind::mac:
            return 6;
        default:
            return 0;
    }
}

void frame_work::substitute(bytes_view octets, field_kind kind) {
    const std::size_t len = len_of(kind);
    if (len == 0 || octets.empty()) return;
    const std::size_t at = place_of(octets);
    if (at > before_.size() || octets.size() > before_.size() - at) return;  // not of this frame
    for (std::size_t i = 0; i < octets.size(); i += len) {
        const std::size_t part = std::min(len, octets.size() - i);
        std::array<std::uint8_t, 16> whole{};  // a prefix is filled up with zeros
        copy_octets(whole, octets.subspan(i, part));
        std::array<std::uint8_t, 16> made{};
        if (kind == field_kind::ipv4) {
            const std::span fixed(whole);
            by_.substitute(ipv4_address::from_octets(fixed.first<4>()))
                .write(std::span(made).first<4>());
        } else if (kind == field_kind::ipv6) {
            made = by_.substitute(ipv6_address{whole}).octets;
        } else {
            by_.substitute(mac_address::from_octets(std::span(whole).first<6>()))
                .write(std::span(made).first<6>());
        }
        copy_octets(frame_.subspan(at + i), bytes_view(made).first(part));
    }
}

void frame_work::take_fields(const layer_view& one) {
    for (const field& each : one.info().fields) {
        const std::size_t len = len_of(each.kind);
        const std::size_t at = each.bit_offset / 8U;
        if (len == 0 || each.bit_offset % 8 != 0 || at >= one.octets().size()) continue;
        const std::size_t there =
            std::min(one.octets().size() - at, std::size_t{each.bit_width} / 8U);
        substitute(one.octets().subspan(at, there), each.kind);
    }
}

// RFC 826: the lengths of both kinds of address are in the header.
void frame_work::take_arp(const layer_view& one) {
    const bytes_view octets = one.octets();
    if (octets.size() < 8) return;
    const std::array kinds{octets[4] == 6 ? field_kind::mac : field_kind::octets,
                           octets[5] == 4 ? field_kind::ipv4 : field_kind::octets};
    const std::array<std::size_t, 2> lens{octets[4], octets[5]};
    std::size_t at = 8;
    for (std::size_t i = 0; i < 4 && at < octets.size(); ++i) {
        const std::size_t there = std::min(lens[i % 2], octets.size() - at);
        substitute(octets.subspan(at, there), kinds[i % 2]);
        at += there;
    }
}

// Linux cooked captures: a link-layer address of up to eight octets and its length before it.
void frame_work::take_cooked(const layer_view& one) {
    const auto len = one.find("address_length");
    const std::size_t at = one.name() == "linux_sll2" ? 12 : 6;
    if (len == std::uint64_t{6} && one.octets().size() >= at + 6) {
        substitute(one.octets().subspan(at, 6), field_kind::mac);
    }
}

// RFC 2131 s2 and RFC 2132: addresses in options, and the client's hardware address twice.
void frame_work::take_dhcp(dhcp::view message) {
    if (message.hlen() == 6) {
        substitute(bytes_view(message.chaddr()).first(6), field_kind::mac);
    }
    for (const dhcp_option& option : message.options()) {
        const bytes_view data = option.data();
        const dhcp_value kind = value_of(option.code());
        const bool mask = option.code() == dhcp_option_code::subnet_mask;
        if ((kind == dhcp_value::addresses && !mask) || kind == dhcp_value::address_pairs) {
            substitute(data, field_kind::ipv4);
        } else if (kind == dhcp_value::client && data.size() == 7) {  // a type before it
            substitute(data.subspan(1), field_kind::mac);
        }
    }
}

// RFC 1035 s3.4.1 and RFC 3596 s2.2. Addresses that are spelled in names stay.
void frame_work::take_dns(dns::view message) {
    constexpr std::uint16_t a = 1;
    constexpr std::uint16_t aaaa = 28;
    for (const dns_record& one : message.records()) {
        if (one.is_question()) continue;
        const auto type = static_cast<std::uint16_t>(one.type());
        if (type == a) substitute(one.data(), field_kind::ipv4);
        if (type == aaaa) substitute(one.data(), field_kind::ipv6);
    }
}

void frame_work::take_ports(const layer_view& one) {
    if (!options_.ports || one.octets().size() < 4) return;
    for (const std::size_t at : {offset_of(one), offset_of(one) + 2}) {
        put_be16_at(frame_, at, by_.substitute_port(be16_at(before_, at)));
    }
}

// RFC 8200 s4.4 and RFC 8754: the addresses lie behind eight octets, in one piece.
void frame_work::take_routing(const layer_view& one) {
    constexpr std::size_t fixed_len = 8;
    const bytes_view header = one.header();
    const auto type = one.find("routing_type");
    const bool has_addresses =
        type == std::uint64_t{0} || type == std::uint64_t{2} || type == std::uint64_t{4};
    if (!has_addresses || header.size() < fixed_len + 16) return;
    const std::size_t listed = type == std::uint64_t{4} ? std::size_t{header[4]} + 1U : SIZE_MAX;
    const std::size_t fitting = (header.size() - fixed_len) / 16;
    const std::size_t count = std::min(listed, fitting);
    substitute(header.subspan(fixed_len, count * 16), field_kind::ipv6);
    if (header[3] == 0) return;  // no segments left: the IPv6 header names the destination
    const std::size_t last = type == std::uint64_t{4} ? 0 : fitting - 1;
    final_at_ = offset_of(one) + fixed_len + last * 16;
}

void frame_work::wipe(std::size_t at, std::size_t len) {
    if (options_.payload == payload_fate::zero) {
        std::ranges::fill(frame_.subspan(at, len), std::uint8_t{0});
    } else if (options_.payload == payload_fate::cut && len > 0) {
        keep_ = std::min(keep_, at);
    }
}

void frame_work::take_payload(const layer_view& one) {
    if (options_.payload == payload_fate::keep) return;
    const bool tunnels = one.extent().next.kind != selector_kind::none;
    const bool application = one.id() == layer::payload || (is_ported(one.info()) && !tunnels);
    if (application) wipe(offset_of(one), one.octets().size());
    // An extension of an ICMP error is no padding: it was told by its protocol.
    const bool padding = !one.extent().quotes && !one.trailer().empty();
    if (padding) {
        wipe(offset_of(one) + one.octets().size() - one.trailer().size(), one.trailer().size());
    }
}

// RFC 5944 s2.1: extensions behind the addresses tell of care-of addresses. Nobody reads them here.
void frame_work::take_extensions(const layer_view& one) {
    const bytes_view octets = one.octets();
    if (octets.size() < 8) return;
    const std::size_t known = 8 + std::size_t{octets[4]} * octets[5] * 4;
    if (known < octets.size()) wipe(offset_of(one) + known, octets.size() - known);
}

void frame_work::note_network(const layer_view& one) {
    const bool v4 = one.id() == layer::ipv4;
    if (!v4 && one.id() != layer::ipv6) return;
    const std::size_t at = v4 ? 12 : 8;
    const std::size_t len = v4 ? 8 : 32;
    final_at_.reset();
    addresses_len_ = one.octets().size() >= at + len ? len : 0;
    addresses_at_ = offset_of(one) + at;
}

void frame_work::note(const layer_view& one, std::size_t field, std::size_t len, bool pseudo) {
    if (coverage_count_ == coverages_max || field + 2 > one.octets().size()) return;
    coverage& made = coverages_[coverage_count_++];
    made = {.field = offset_of(one) + field,
            .begin = offset_of(one),
            .end = offset_of(one) + std::min(len, one.octets().size())};
    if (!pseudo || addresses_len_ == 0) return;
    const std::size_t half = addresses_len_ / 2;
    const bool routed = final_at_ && *final_at_ + half <= before_.size();
    const std::size_t final_at = routed ? *final_at_ : addresses_at_ + half;
    made.pseudo_before = before_.subspan(addresses_at_, half);
    made.pseudo_after = frame_.subspan(addresses_at_, half);
    made.final_before = before_.subspan(final_at, half);
    made.final_after = frame_.subspan(final_at, half);
}

void frame_work::note_checksums(const layer_view& one) {
    if (one.id() == layer::ipv4) return note(one, 10, one.header().size(), false);
    if (one.id() == layer::sctp) return note_sctp(one);
    const auto& fields = one.info().fields;
    const auto found = std::find_if(fields.begin(), fields.end(), [](const field& each) {
        return each.name == "checksum" && each.bit_width == 16 && each.bit_offset % 16 == 0;
    });
    if (found == fields.end()) return;
    const bool udp = one.id() == layer::udp;
    const bool lite = one.id() == layer::udp_lite;
    std::size_t len = one.octets().size();
    if (udp) len -= one.trailer().size();
    if (lite) {
        const auto covered = one.find("checksum_coverage").value_or(0);  // 0: everything (RFC 3828)
        if (covered != 0) len = std::min<std::size_t>(len, covered);
    }
    const bool pseudo = udp || lite || one.id() == layer::tcp || is_icmpv6(one.info());
    const std::size_t before = coverage_count_;
    note(one, found->bit_offset / 8U, len, pseudo);
    if (coverage_count_ == before) return;
    coverages_[before].may_be_absent = udp;
    coverages_[before].zero_is_absent = udp || lite;
}

// RFC 4884 s7: the structure behind a quote has a checksum of its own; zero: none.
void frame_work::note_extension(const layer_view& one) {
    const bytes_view trailer = one.trailer();
    if (!one.extent().quotes || trailer.size() < 4 || coverage_count_ == coverages_max) return;
    const std::size_t at = offset_of(one) + one.octets().size() - trailer.size();
    coverages_[coverage_count_++] = {
        .field = at + 2, .begin = at, .end = at + trailer.size(), .may_be_absent = true};
}

void frame_work::take(const layer_view& one) {
    note_network(one);
    take_fields(one);
    if (one.id() == layer::arp) take_arp(one);
    if (one.id() == layer::linux_sll || one.id() == layer::linux_sll2) take_cooked(one);
    if (one.id() == layer::ipv6_routing) take_routing(one);
    if (const auto message = one.as<dhcp>()) take_dhcp(*message);
    if (const auto message = one.as<dns>()) take_dns(*message);
    if (has_ports(one.id())) take_ports(one);
    if (one.info().describe != nullptr) {
        address_sink sink(*this);
        one.info().describe(one.octets(), sink);
    }
    take_payload(one);
    if (one.id() == layer::icmp_router_advertisement) take_extensions(one);
    note_checksums(one);
    note_extension(one);
}

// RFC 4861 s4.6.3: behind the header of a redirected header option comes an IPv6 datagram.
void frame_work::take_inside(bytes_view datagram) {
    const std::size_t outer_at = addresses_at_;
    const std::size_t outer_len = addresses_len_;
    const selector ipv6_inside{selector_kind::ether_type, 0x86dd};
    for (const layer_view& one : layers(datagram, ipv6_inside)) {
        if (!one.quoted()) take(one);  // an error in an option in an error: deep enough
    }
    addresses_at_ = outer_at;
    addresses_len_ = outer_len;
    final_at_.reset();
}

void frame_work::note_sctp(const layer_view& one) {
    if (one.octets().size() < 12 || coverage_count_ == coverages_max) return;
    coverages_[coverage_count_++] = {.field = offset_of(one) + 8,
                                     .begin = offset_of(one),
                                     .end = offset_of(one) + one.octets().size(),
                                     .crc32c = true};
}

void frame_work::patch_checksums() noexcept {
    // What begins later lies inside.
    const auto used = std::span(coverages_).first(coverage_count_);
    std::ranges::sort(used, std::ranges::greater{}, &coverage::begin);
    for (const coverage& one : used) one.crc32c ? patch_sctp(one) : patch(one);
}

// A CRC cannot be patched without knowing all octets: a cut one stays as it was.
void frame_work::patch_sctp(const coverage& one) noexcept {
    const std::size_t len = one.end - one.begin;
    if (be32_at(before_, one.field) != sctp_checksum(before_.subspan(one.begin, len))) return;
    put_be32_at(frame_, one.field, sctp_checksum(frame_.subspan(one.begin, len)));
}

void frame_work::patch(const coverage& one) noexcept {
    const std::uint16_t old = be16_at(before_, one.field);
    if (one.may_be_absent && old == 0) return;
    const std::size_t len = one.end - one.begin;
    const std::uint16_t sum_before =
        sum_of(before_.subspan(one.begin, len), one.pseudo_before, one.final_before);
    const std::uint16_t sum_after =
        sum_of(bytes_view(frame_).subspan(one.begin, len), one.pseudo_after, one.final_after);
    std::uint16_t made = checksum_update(old, sum_before, sum_after);
    if (sum_before == sum_after) made = old;
    if (made == 0 && one.zero_is_absent) made = 0xffff;
    put_be16_at(frame_, one.field, made);
}

}  // namespace

anonymizer::anonymizer(const anonymize_options& options)
    : options_(options), known_v4_(cache_len), known_v6_(cache_len) {}

ipv4_address anonymizer::substitute(ipv4_address address) {
    cached_v4& slot = known_v4_[(address.value * 0x9e3779b1U) >> 20];
    if (slot.used && slot.address == address.value) return {slot.made};
    std::uint32_t made = address.value;
    for (unsigned len = 0; len < 32; ++len) {
        if (keeps_bit(address.value, len)) continue;
        const std::uint32_t prefix = len == 0 ? 0 : address.value >> (32 - len) << (32 - len);
        const std::uint64_t bit =
            siphash24(options_.key, word_of(purpose::v4_bit, len), prefix) & 1;
        made ^= static_cast<std::uint32_t>(bit) << (31 - len);
    }
    slot = {address.value, made, true};
    return {made};
}

ipv6_address anonymizer::mapped(const ipv6_address& address) const noexcept {
    ipv6_address made = address;
    std::array<std::uint8_t, 18> asked{};  // purpose, length of the prefix, prefix
    asked[0] = static_cast<std::uint8_t>(purpose::v6_bit);
    for (std::size_t len = 0; len < v6_bits; ++len) {
        const std::size_t octet = len / 8;
        const auto bit = static_cast<std::uint8_t>(0x80U >> (len % 8));
        if (!keeps_bit(address, len)) {
            asked[1] = static_cast<std::uint8_t>(len);
            if (siphash24(options_.key, asked) & 1) made.octets[octet] ^= bit;
        }
        asked[2 + octet] =
            static_cast<std::uint8_t>(asked[2 + octet] | (address.octets[octet] & bit));
    }
    return made;
}

ipv6_address anonymizer::substitute(const ipv6_address& address) {
    const std::uint64_t mixed =
        (be64_at(address.octets, 0) * 3 + be64_at(address.octets, 8)) * 0x9e3779b97f4a7c15ULL;
    cached_v6& slot = known_v6_[mixed >> 52];
    if (!slot.used || slot.address != address) slot = {address, mapped(address), true};
    return slot.made;
}

mac_address anonymizer::substitute(const mac_address& address) {
    const std::uint64_t number = number_of(address);
    if ((number & group_bit) != 0) {
        // 33:33 and the last 32 bits of an IPv6 group (RFC 2464 s7); other groups name no host.
        if (number >> 24 != 0x3333ff) return address;
        ipv6_address group;
        copy_octets(group.octets, solicited_node);
        copy_octets(bytes_mut(group.octets).subspan(13), bytes_view(address.octets).subspan(3));
        mac_address made = address;
        const ipv6_address other = substitute(group);
        copy_octets(bytes_mut(made.octets).subspan(3), bytes_view(other.octets).subspan(13));
        return made;
    }
    if (number == 0) return address;
    if (options_.keep_mac_vendor) {
        const std::uint64_t vendor = number >> 24 << 24;
        // Each vendor has its own permutation.
        siphash_key key = options_.key;
        key.k1 ^= vendor;
        return mac_of(vendor | permuted(key, purpose::mac_low, number & 0xffffff, 12));
    }
    const std::uint64_t made =
        permuted_but_zero(options_.key, purpose::mac, without_mac_flags(number), 23);
    return mac_of(with_mac_flags(made, number));
}

std::uint16_t anonymizer::substitute_port(std::uint16_t port) const noexcept {
    return static_cast<std::uint16_t>(permuted_but_zero(options_.key, purpose::port, port, 8));
}

std::size_t anonymizer::apply(bytes_mut frame, link_type type, const protocol_table& table) {
    original_.assign(frame.begin(), frame.end());
    frame_work work(*this, options_, original_, frame);
    for (const layer_view& one : layers(original_, type, table)) work.take(one);
    work.patch_checksums();
    return work.kept_len();
}

}  // namespace sonde::inline v0
