#include <sonde/base/text.hpp>
#include <sonde/wire/checksum.hpp>
#include <sonde/wire/network/icmp_extension_objects.hpp>

namespace sonde::inline v0 {

namespace {

constexpr std::size_t object_header_len = icmp_extension_object::header_len;

[[nodiscard]] constexpr std::size_t padded_to_words(std::size_t len) noexcept {
    return (len + 3) / 4 * 4;
}

[[nodiscard]] parse_error object_error(parse_reason reason, std::size_t offset, std::size_t needed,
                                       std::size_t have) noexcept {
    return {.reason = reason,
            .limit = limit_field::element_length,
            .at = layer::icmp_extension_object,
            .offset_octets = static_cast<std::uint32_t>(offset),
            .needed_octets = static_cast<std::uint32_t>(needed),
            .have_octets = static_cast<std::uint32_t>(have)};
}

[[nodiscard]] tl::unexpected<parse_error> other_object() noexcept {
    return malformed(object_error(parse_reason::not_this_message, 0, 0, 0));
}

/// Takes the parts of an object one after another; the first that is broken ends it.
class part_reader {
  public:
    explicit part_reader(bytes_view payload) noexcept : rest_(payload) {}

    /// The next octets; empty from the first problem on. Precondition: len > 0.
    bytes_view take(std::size_t len) noexcept {
        if (problem_) return {};
        if (rest_.size() < len) {
            fail(parse_reason::truncated, len, rest_.size());
            return {};
        }
        const auto taken = rest_.first(len);
        rest_ = rest_.subspan(len);
        offset_ += len;
        return taken;
    }
    /// Octet 0 of what is left, or nothing.
    [[nodiscard]] std::optional<std::uint8_t> peek() noexcept {
        if (problem_) return std::nullopt;
        if (rest_.empty()) {
            fail(parse_reason::truncated, 1, 0);
            return std::nullopt;
        }
        return rest_[0];
    }
    void fail(parse_reason reason, std::size_t needed, std::size_t have) noexcept {
        if (!problem_) problem_ = object_error(reason, offset_, needed, have);
    }
    [[nodiscard]] std::size_t left() const noexcept { return rest_.size(); }
    [[nodiscard]] const std::optional<parse_error>& problem() const noexcept { return problem_; }

  private:
    bytes_view rest_;
    std::size_t offset_ = object_header_len;
    std::optional<parse_error> problem_{};
};

std::optional<std::uint32_t> take_u32(part_reader& in) noexcept {
    const auto octets = in.take(4);
    if (octets.empty()) return std::nullopt;
    return be32_at(octets, 0);
}

std::optional<ip_address> take_address(part_reader& in) noexcept {
    const auto head = in.take(4);
    if (head.empty()) return std::nullopt;
    const auto family = address_family_number{be16_at(head, 0)};
    if (family == address_family_number::ipv4) {
        const auto octets = in.take(4);
        if (octets.empty()) return std::nullopt;
        return ipv4_address::from_octets(octets.first<4>());
    }
    if (family == address_family_number::ipv6) {
        const auto octets = in.take(16);
        if (octets.empty()) return std::nullopt;
        return ipv6_address::from_octets(octets.first<16>());
    }
    // Whose length is not known: what follows cannot be found either.
    in.fail(parse_reason::bad_value, 2, static_cast<std::size_t>(family));
    return std::nullopt;
}

std::optional<interface_name> take_name(part_reader& in) noexcept {
    const auto len = in.peek();
    if (!len) return std::nullopt;
    if (*len == 0 || *len > icmp_interface_information::name_field_len_max) {
        in.fail(parse_reason::bad_length, icmp_interface_information::name_field_len_max, *len);
        return std::nullopt;
    }
    const auto octets = in.take(*len);
    if (octets.empty()) return std::nullopt;
    if (*len % 4 != 0) in.fail(parse_reason::bad_length, padded_to_words(*len), *len);
    return interface_name::from_octets(octets.subspan(1));
}

void append_address(std::string& out, const icmp_interface_identification& asked) {
    if (const auto ip = asked.ip()) {
        out += to_string(*ip);
    } else if (const auto mac = asked.mac()) {
        out += to_string(*mac);
    } else {
        out += "of family " + std::to_string(static_cast<unsigned>(asked.family)) + ", " +
               std::to_string(asked.address_len) + " octets";
    }
}

std::string text_of(const mpls_label_stack& stack) {
    std::string out = "MPLS:";
    bool first = true;
    for (const mpls_label label : stack) {
        if (!first) out += '/';
        out += to_string(label);
        first = false;
    }
    return out;
}

std::string text_of(const icmp_interface_information& seen) {
    std::string out(to_string(seen.role));
    char separator = ':';
    const auto add = [&](std::string_view what, const std::string& value) {
        out += separator;
        out += ' ';
        out += what;
        out += value;
        separator = ',';
    };
    if (seen.if_index) add("index ", std::to_string(*seen.if_index));
    if (seen.address) add("address ", to_string(*seen.address));
    if (seen.name) add("name ", printable(seen.name->text()));
    if (seen.mtu) add("mtu ", std::to_string(*seen.mtu));
    return out;
}

std::string text_of(const icmp_interface_identification& asked) {
    switch (asked.by) {
        case icmp_interface_identification::kind::name:
            return "interface by name " + printable(asked.name.text());
        case icmp_interface_identification::kind::index:
            return "interface by index " + std::to_string(asked.if_index);
        case icmp_interface_identification::kind::address:
            break;
    }
    std::string out = "interface by address ";
    append_address(out, asked);
    return out;
}

icmp_interface_identification address_from(address_family_number family,
                                           bytes_view octets) noexcept {
    icmp_interface_identification made;
    made.by = icmp_interface_identification::kind::address;
    made.family = family;
    made.address_len = static_cast<std::uint8_t>(octets.size());
    copy_octets(made.address, octets);
    return made;
}

result<icmp_interface_identification> read_name(bytes_view payload) noexcept {
    const auto name = interface_name::from_octets(payload);
    if (!name) {
        return malformed(object_error(
            parse_reason::bad_length, object_header_len, interface_name::len_max, payload.size()));
    }
    return icmp_interface_identification::by_name(*name);
}

result<icmp_interface_identification> read_index(bytes_view payload) noexcept {
    if (payload.size() != 4) {
        const auto reason = payload.size() < 4 ? parse_reason::truncated : parse_reason::bad_length;
        return malformed(object_error(reason, object_header_len, 4, payload.size()));
    }
    return icmp_interface_identification::by_index(be32_at(payload, 0));
}

result<icmp_interface_identification> read_address(bytes_view payload) noexcept {
    part_reader in(payload);
    const auto head = in.take(4);
    if (head.empty()) return malformed(*in.problem());
    const std::size_t len = head[2];
    if (len > icmp_interface_identification::address_len_max) {
        in.fail(parse_reason::bad_length, icmp_interface_identification::address_len_max, len);
        return malformed(*in.problem());
    }
    const auto octets = len == 0 ? bytes_view{} : in.take(len);
    if (in.problem()) return malformed(*in.problem());
    return address_from(address_family_number{be16_at(head, 0)}, octets);
}

}  // namespace

// ---- MPLS label stack

result<mpls_label_stack> mpls_label_stack::read(const icmp_extension_object& object) noexcept {
    if (object.class_num() != icmp_object_class::mpls_label_stack || object.c_type() != 1) {
        return other_object();
    }
    return mpls_label_stack(object.payload());
}

std::optional<parse_error> mpls_label_stack::error() const noexcept {
    if (excess_len() == 0) return std::nullopt;
    return object_error(parse_reason::bad_length,
                        object_header_len + octets_.size() - excess_len(),
                        mpls_label::wire_len,
                        excess_len());
}

// ---- names

std::optional<interface_name> interface_name::parse(std::string_view text) noexcept {
    if (text.size() > len_max) return std::nullopt;
    interface_name made;
    std::copy(text.begin(), text.end(), made.text_.begin());
    made.len_ = static_cast<std::uint8_t>(text.size());
    return made;
}

std::optional<interface_name> interface_name::from_octets(bytes_view octets) noexcept {
    const auto end = std::find(octets.begin(), octets.end(), std::uint8_t{0});
    const auto len = static_cast<std::size_t>(end - octets.begin());
    if (len > len_max) return std::nullopt;
    interface_name made;
    std::transform(octets.begin(), end, made.text_.begin(), [](std::uint8_t octet) {
        return static_cast<char>(octet);
    });
    made.len_ = static_cast<std::uint8_t>(len);
    return made;
}

void interface_name::write(bytes_mut out) const noexcept {
    const auto name = text();
    const auto rest = std::transform(name.begin(), name.end(), out.begin(), [](char letter) {
        return static_cast<std::uint8_t>(letter);
    });
    std::fill(rest, out.end(), std::uint8_t{0});
}

// ---- interface information

std::string_view to_string(icmp_interface_role role) noexcept {
    switch (role) {
        case icmp_interface_role::incoming:
            return "incoming interface";
        case icmp_interface_role::incoming_sub_ip:
            return "incoming sub-IP interface";
        case icmp_interface_role::outgoing:
            return "outgoing interface";
        case icmp_interface_role::next_hop:
            return "next hop";
    }
    return "unknown role";
}

result<icmp_interface_information> icmp_interface_information::read(
    const icmp_extension_object& object) noexcept {
    if (object.class_num() != icmp_object_class::interface_information) return other_object();
    const std::uint8_t has = object.c_type();
    icmp_interface_information seen;
    seen.role = icmp_interface_role{static_cast<std::uint8_t>(has >> role_shift)};
    part_reader in(object.payload());
    if ((has & if_index_bit) != 0) seen.if_index = take_u32(in);
    if ((has & address_bit) != 0) seen.address = take_address(in);
    if ((has & name_bit) != 0) seen.name = take_name(in);
    if ((has & mtu_bit) != 0) seen.mtu = take_u32(in);
    if (in.left() != 0) in.fail(parse_reason::bad_length, 0, in.left());
    seen.problem = in.problem();
    return seen;
}

std::uint8_t icmp_interface_information::c_type() const noexcept {
    return static_cast<std::uint8_t>((static_cast<unsigned>(role) << role_shift) |
                                     (if_index ? if_index_bit : 0U) | (address ? address_bit : 0U) |
                                     (name ? name_bit : 0U) | (mtu ? mtu_bit : 0U));
}

namespace {

std::size_t name_field_len(const interface_name& name) noexcept {
    return padded_to_words(1 + std::min(name.size(), icmp_interface_information::name_len_max));
}

}  // namespace

std::size_t icmp_interface_information::payload_len() const noexcept {
    std::size_t len = 0;
    if (if_index) len += 4;
    if (address) len += address->is_v4() ? 8U : 20U;
    if (name) len += name_field_len(*name);
    if (mtu) len += 4;
    return len;
}

void icmp_interface_information::emit_payload(bytes_mut out) const noexcept {
    if (if_index) {
        put_be32_at(out, 0, *if_index);
        out = out.subspan(4);
    }
    if (address) {
        const auto family =
            address->is_v4() ? address_family_number::ipv4 : address_family_number::ipv6;
        put_be32_at(out, 0, std::uint32_t{static_cast<std::uint16_t>(family)} << 16);
        if (address->is_v4()) {
            address->v4().write(out.subspan<4, 4>());
        } else {
            address->v6().write(out.subspan<4, 16>());
        }
        out = out.subspan(address->is_v4() ? 8 : 20);
    }
    if (name) {
        const std::size_t len = name_field_len(*name);
        const auto kept = interface_name::parse(name->text().substr(0, name_len_max));
        out[0] = static_cast<std::uint8_t>(len);
        kept->write(out.subspan(1, len - 1));
        out = out.subspan(len);
    }
    if (mtu) put_be32_at(out, 0, *mtu);
}

// ---- interface identification

namespace {

std::size_t used_len(const icmp_interface_identification& asked) noexcept {
    return std::min<std::size_t>(asked.address_len, asked.address.size());
}

}  // namespace

icmp_interface_identification icmp_interface_identification::by_name(
    const interface_name& name) noexcept {
    icmp_interface_identification made;
    made.by = kind::name;
    made.name = name;
    return made;
}

icmp_interface_identification icmp_interface_identification::by_index(
    std::uint32_t if_index) noexcept {
    icmp_interface_identification made;
    made.by = kind::index;
    made.if_index = if_index;
    return made;
}

icmp_interface_identification icmp_interface_identification::by_address(
    const ip_address& address) noexcept {
    if (address.is_v6()) {
        return address_from(address_family_number::ipv6, address.v6().octets);
    }
    std::array<std::uint8_t, 4> octets{};
    address.v4().write(octets);
    return address_from(address_family_number::ipv4, octets);
}

icmp_interface_identification icmp_interface_identification::by_address(
    const mac_address& address) noexcept {
    return address_from(address_family_number::mac_48, address.octets);
}

std::optional<ip_address> icmp_interface_identification::ip() const noexcept {
    if (by != kind::address) return std::nullopt;
    const bytes_view octets(address);
    if (family == address_family_number::ipv4 && address_len == 4) {
        return ipv4_address::from_octets(octets.first<4>());
    }
    if (family == address_family_number::ipv6 && address_len == 16) {
        return ipv6_address::from_octets(octets.first<16>());
    }
    return std::nullopt;
}

std::optional<mac_address> icmp_interface_identification::mac() const noexcept {
    if (by != kind::address || address_len != 6) return std::nullopt;
    if (family != address_family_number::mac_48 && family != address_family_number::ieee_802) {
        return std::nullopt;
    }
    return mac_address::from_octets(bytes_view(address).first<6>());
}

result<icmp_interface_identification> icmp_interface_identification::read(
    const icmp_extension_object& object) noexcept {
    if (object.class_num() != icmp_object_class::interface_identification) return other_object();
    switch (kind{object.c_type()}) {
        case kind::name:
            return read_name(object.payload());
        case kind::index:
            return read_index(object.payload());
        case kind::address:
            return read_address(object.payload());
    }
    return other_object();
}

std::size_t icmp_interface_identification::payload_len() const noexcept {
    switch (by) {
        case kind::name:
            return padded_to_words(name.size());
        case kind::index:
            return 4;
        case kind::address:
            return 4 + padded_to_words(used_len(*this));
    }
    return 0;
}

void icmp_interface_identification::emit_payload(bytes_mut out) const noexcept {
    if (by == kind::name) return name.write(out);
    if (by == kind::index) return put_be32_at(out, 0, if_index);
    put_be16_at(out, 0, static_cast<std::uint16_t>(family));
    out[2] = static_cast<std::uint8_t>(used_len(*this));
    out[3] = 0;
    const auto room = out.subspan(4);
    std::fill(room.begin(), room.end(), std::uint8_t{0});
    copy_octets(room, bytes_view(address).first(used_len(*this)));
}

// ---- extended information

result<std::uint32_t> read_extended_information_pointer(
    const icmp_extension_object& object) noexcept {
    if (object.class_num() != icmp_object_class::extended_information || object.c_type() != 1) {
        return other_object();
    }
    const auto payload = object.payload();
    if (payload.size() != 4) {
        return malformed(
            object_error(parse_reason::bad_length, object_header_len, 4, payload.size()));
    }
    return be32_at(payload, 0);
}

// ---- building

bytes_mut icmp_extension_builder::open(icmp_object_class class_num, std::uint8_t c_type,
                                       std::size_t payload_len) noexcept {
    const std::size_t start = len_;
    len_ += object_header_len + payload_len;
    if (len_ > room_.size()) return {};
    put_be16_at(room_, start, static_cast<std::uint16_t>(object_header_len + payload_len));
    room_[start + 2] = static_cast<std::uint8_t>(class_num);
    room_[start + 3] = c_type;
    return room_.subspan(start + object_header_len, payload_len);
}

icmp_extension_builder& icmp_extension_builder::add(icmp_object_class class_num,
                                                    std::uint8_t c_type,
                                                    bytes_view payload) noexcept {
    const auto kept =
        payload.first(std::min<std::size_t>(payload.size(), UINT16_MAX - object_header_len));
    const auto out = open(class_num, c_type, kept.size());
    if (!out.empty()) copy_octets(out, kept);
    return *this;
}

icmp_extension_builder& icmp_extension_builder::add(std::span<const mpls_label> labels) noexcept {
    constexpr std::size_t count_max = (UINT16_MAX - object_header_len) / mpls_label::wire_len;
    const auto kept = labels.first(std::min(labels.size(), count_max));
    const auto out =
        open(icmp_object_class::mpls_label_stack, 1, kept.size() * mpls_label::wire_len);
    if (out.empty()) return *this;
    for (std::size_t i = 0; i < kept.size(); ++i) {
        mpls_label label = kept[i];
        label.bottom_of_stack = i + 1 == kept.size();
        put_be32_at(out, i * mpls_label::wire_len, label.word());
    }
    return *this;
}

icmp_extension_builder& icmp_extension_builder::add(
    const icmp_interface_information& information) noexcept {
    const auto out = open(
        icmp_object_class::interface_information, information.c_type(), information.payload_len());
    if (!out.empty()) information.emit_payload(out);
    return *this;
}

icmp_extension_builder& icmp_extension_builder::add(
    const icmp_interface_identification& identification) noexcept {
    const auto out = open(icmp_object_class::interface_identification,
                          static_cast<std::uint8_t>(identification.by),
                          identification.payload_len());
    if (!out.empty()) identification.emit_payload(out);
    return *this;
}

result<bytes_view> icmp_extension_builder::finish() noexcept {
    if (len_ > room_.size()) return truncated(layer::icmp_extension, len_, room_.size());
    const auto head = room_.first<icmp_extension::header_len>();
    constexpr auto first = static_cast<std::uint16_t>(icmp_extension::current_version << 12);
    const auto objects =
        room_.subspan(icmp_extension::header_len, len_ - icmp_extension::header_len);
    put_be16<0>(head, first);
    put_be16<2>(head, icmp_extension::computed_checksum(first, objects));
    return bytes_view(room_.first(len_));
}

// ---- text

std::string to_string(const mpls_label& label) {
    return "L=" + std::to_string(label.label) + ",E=" + std::to_string(label.traffic_class) +
           ",S=" + std::to_string(label.bottom_of_stack ? 1 : 0) +
           ",T=" + std::to_string(label.time_to_live);
}

std::string to_string(const icmp_extension_object& object) {
    if (const auto stack = mpls_label_stack::read(object)) return text_of(*stack);
    if (const auto seen = icmp_interface_information::read(object)) return text_of(*seen);
    if (const auto asked = icmp_interface_identification::read(object)) return text_of(*asked);
    if (const auto pointer = read_extended_information_pointer(object)) {
        return "pointer " + std::to_string(*pointer);
    }
    return "class " + std::to_string(static_cast<unsigned>(object.class_num())) + ", type " +
           std::to_string(object.c_type()) + ", " + std::to_string(object.payload().size()) +
           " octets";
}

}  // namespace sonde::inline v0
