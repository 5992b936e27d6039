#include "interface_options.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "pcapng.hpp"

namespace sonde::inline v0::detail {
namespace {

/// Those whose value is an octet (the filter's kind) and then text.
constexpr std::size_t filter_kind_len = 1;

void describe_number(capture_interface& made, const pcapng_option& one, byte_order order) {
    if (one.code == if_tsresol && !one.value.empty()) {
        made.resolution = one.value[0];
    } else if (one.code == if_fcslen && !one.value.empty()) {
        made.fcs_len = one.value[0];
    } else if (one.code == if_tsoffset && one.value.size() >= 8) {
        made.offset_s = static_cast<std::int64_t>(load64(order, one.value, 0));
    } else if (one.code == if_speed && one.value.size() >= 8) {
        made.speed = load64(order, one.value, 0);
    }
}

void describe_text(capture_interface& made, const pcapng_option& one) {
    if (one.code == opt_comment) {
        made.comments.emplace_back(one.text());
    } else if (one.code == if_name) {
        made.name = one.text();
    } else if (one.code == if_description) {
        made.description = one.text();
    } else if (one.code == if_hardware) {
        made.hardware = one.text();
    } else if (one.code == if_os) {
        made.os = one.text();
    } else if (one.code == if_filter && !one.value.empty() && one.value[0] == 0) {
        made.filter = one.text().substr(filter_kind_len);
    }
}

}  // namespace

capture_interface described_by(pcapng_options options) {
    constexpr std::uint8_t microseconds_unless_said = 6;
    capture_interface made{.resolution = microseconds_unless_said};
    for (const pcapng_option& one : options) {
        describe_number(made, one, options.order());
        describe_text(made, one);
    }
    return made;
}

void option_writer::put(std::uint16_t code, bytes_view value) {
    if (value.size() > std::numeric_limits<std::uint16_t>::max()) return;
    const std::size_t at = out_.size();
    out_.resize(at + 4 + padded(value.size()));
    const bytes_mut room(out_.data() + at, out_.size() - at);
    store16(order_, room, 0, code);
    store16(order_, room, 2, static_cast<std::uint16_t>(value.size()));
    std::copy(value.begin(), value.end(), room.begin() + 4);
    any_ = true;
}

void option_writer::put(std::uint16_t code, std::string_view text) {
    std::vector<std::uint8_t> octets(text.size());
    std::transform(text.begin(), text.end(), octets.begin(), [](char one) {
        return static_cast<std::uint8_t>(one);
    });
    put(code, bytes_view(octets));
}

void option_writer::put8(std::uint16_t code, std::uint8_t value) {
    put(code, bytes_view(&value, 1));
}

void option_writer::put32(std::uint16_t code, std::uint32_t value) {
    std::array<std::uint8_t, 4> octets{};
    store32(order_, octets, 0, value);
    put(code, bytes_view(octets));
}

void option_writer::put64(std::uint16_t code, std::uint64_t value) {
    std::array<std::uint8_t, 8> octets{};
    store64(order_, octets, 0, value);
    put(code, bytes_view(octets));
}

void option_writer::put_packet_options(pcapng_options options) {
    for (const pcapng_option& one : options) {
        const bool is_custom = one.code >= 2988 && one.code <= 19373;  // starts with a number
        if ((one.code == epb_flags || one.code == epb_queue) && one.value.size() == 4) {
            put32(one.code, load32(options.order(), one.value, 0));
        } else if ((one.code == epb_drop_count || one.code == epb_packet_id) &&
                   one.value.size() == 8) {
            put64(one.code, load64(options.order(), one.value, 0));
        } else if (is_custom && one.value.size() >= 4) {
            const std::size_t at = out_.size();
            put(one.code, one.value);
            store32(order_, bytes_mut(out_).subspan(at), 4, load32(options.order(), one.value, 0));
        } else {
            put(one.code, one.value);
        }
    }
}

void option_writer::end() {
    if (!any_) return;
    put(opt_end, bytes_view{});
}

void put_interface_options(option_writer& out, const capture_interface& interface) {
    for (const std::string& comment : interface.comments) out.put(opt_comment, comment);
    if (!interface.name.empty()) out.put(if_name, interface.name);
    if (!interface.description.empty()) out.put(if_description, interface.description);
    if (interface.speed != 0) out.put64(if_speed, interface.speed);
    out.put8(if_tsresol, interface.resolution);
    if (!interface.filter.empty()) out.put(if_filter, std::string(1, '\0') + interface.filter);
    if (!interface.os.empty()) out.put(if_os, interface.os);
    if (interface.fcs_len != 0) out.put8(if_fcslen, interface.fcs_len);
    if (interface.offset_s != 0) {
        out.put64(if_tsoffset, static_cast<std::uint64_t>(interface.offset_s));
    }
    if (!interface.hardware.empty()) out.put(if_hardware, interface.hardware);
}

}  // namespace sonde::inline v0::detail
