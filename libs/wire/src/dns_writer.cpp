#include <algorithm>

#include <sonde/wire/application/dns_writer.hpp>

namespace sonde::inline v0 {
namespace {

constexpr std::size_t pointer_target_max = 0x3fff;  // 14 bits, RFC 1035 s4.1.4
constexpr std::size_t data_len_max = 0xffff;
constexpr std::size_t probes_max = 8;  // slots looked at before a name is written in full

// The slot of each suffix of a name: one pass from the right, FNV-1a over labels.
struct suffix_slots {
    std::array<std::uint16_t, 128> slots{};
    std::array<bytes_view, 128> labels{};
    std::size_t count = 0;
};
suffix_slots slots_of(const dns_name& name, std::size_t table_size) noexcept {
    suffix_slots made;
    for (const bytes_view label : name.labels()) made.labels[made.count++] = label;
    std::uint32_t hash = 0x811c9dc5;
    for (std::size_t i = made.count; i-- > 0;) {
        for (const std::uint8_t octet : made.labels[i]) hash = (hash ^ octet) * 0x01000193;
        hash = (hash ^ 0x2e) * 0x01000193;
        made.slots[i] = static_cast<std::uint16_t>((hash ^ hash >> 15) % table_size);
    }
    return made;
}

// Whether a name lies at `offset` of what was written: these labels and the root. What was written
// is ours, so that every pointer in it leads back to labels.
bool lies_at(bytes_view written, std::size_t offset, std::span<const bytes_view> labels) noexcept {
    for (const bytes_view label : labels) {
        while (written[offset] >= detail::dns_pointer_mark) {
            offset = be16_at(written, offset) & pointer_target_max;
        }
        if (written[offset] != label.size()) return false;
        const bytes_view there = written.subspan(offset + 1, label.size());
        if (!std::equal(label.begin(), label.end(), there.begin())) return false;
        offset += label.size() + 1;
    }
    while (written[offset] >= detail::dns_pointer_mark) {
        offset = be16_at(written, offset) & pointer_target_max;
    }
    return written[offset] == 0;
}

// Finds out whether a type's data holds names.
struct name_finder {
    bool found = false;
    constexpr void name(auto&) noexcept { found = true; }
    constexpr void compressible(auto&) noexcept { found = true; }
    constexpr void number(auto&) noexcept {}
    constexpr void number48(auto&) noexcept {}
    constexpr void type(auto&) noexcept {}
    constexpr void time(auto&) noexcept {}
    constexpr void address(auto&) noexcept {}
    constexpr void string(auto&) noexcept {}
    constexpr void word(auto&) noexcept {}
    constexpr void salt(auto&) noexcept {}
    constexpr void base32(auto&) noexcept {}
    constexpr void long_base64(auto&) noexcept {}
    constexpr void strings(auto&) noexcept {}
    constexpr void text(auto&) noexcept {}
    constexpr void hex(auto&) noexcept {}
    constexpr void base64(auto&) noexcept {}
    constexpr void types(auto&) noexcept {}
    constexpr void parameters(auto&) noexcept {}
};
template <class Data>
bool holds_names() noexcept {
    Data data{};
    name_finder finder;
    Data::each(data, finder);
    return finder.found;
}

}  // namespace

std::string_view to_string(dns_refusal reason) noexcept {
    switch (reason) {
        case dns_refusal::none:
            return "none";
        case dns_refusal::no_room:
            return "no room";
        case dns_refusal::out_of_order:
            return "out of order";
        case dns_refusal::bad_data:
            return "bad data";
    }
    return {};
}

dns_writer::dns_writer(bytes_mut room, const dns& header, dns_compression compression) noexcept
    : room_(room.first(std::min(room.size(), dns::message_len_max))),
      header_(header),
      compression_(compression) {
    header_.sections = {};
}

bool dns_writer::refuse(dns_refusal reason) noexcept {
    if (refused_ == dns_refusal::none) refused_ = reason;
    return false;
}

bytes_mut dns_writer::reserve(std::size_t len) noexcept {
    if (broken_ || len_ + len > room_.size()) {
        broken_ = true;
        return {};
    }
    len_ += len;
    return room_.subspan(len_ - len, len);
}

bool dns_writer::begin(dns_section section, const dns_name& name, dns_type type,
                       dns_class value) noexcept {
    if (section < section_) return refuse(dns_refusal::out_of_order);
    if (counts_[static_cast<std::size_t>(section)] == 0xffff) return refuse(dns_refusal::no_room);
    section_ = section;
    entry_ = len_;
    broken_ = false;
    put_name(name, true);
    if (const bytes_mut fixed = reserve(4); !fixed.empty()) {
        put_be16_at(fixed, 0, static_cast<std::uint16_t>(type));
        put_be16_at(fixed, 2, static_cast<std::uint16_t>(value));
    }
    return true;
}

void dns_writer::begin_data(std::uint32_t time_to_live) noexcept {
    if (const bytes_mut fixed = reserve(6); !fixed.empty()) put_be32_at(fixed, 0, time_to_live);
    data_ = len_;
}

bool dns_writer::finish_data() noexcept {
    if (len_ - data_ > data_len_max) broken_ = true;
    if (!broken_) put_be16_at(room_, data_ - 2, static_cast<std::uint16_t>(len_ - data_));
    return finish_entry();
}

bool dns_writer::finish_entry() noexcept {
    if (!broken_) {
        ++counts_[static_cast<std::size_t>(section_)];
        return true;
    }
    len_ = entry_;
    // No pointer may lead to what is no longer there.
    for (std::uint16_t& target : targets_) {
        if (target >= entry_) target = 0;
    }
    return refuse(dns_refusal::no_room);
}

std::size_t dns_writer::find_target(std::span<const bytes_view> labels,
                                    std::size_t slot) const noexcept {
    for (std::size_t probe = 0; probe < probes_max; ++probe) {
        const std::size_t target = targets_[(slot + probe) % targets_max];
        if (target == 0) return 0;
        if (lies_at(room_.first(len_), target, labels)) return target;
    }
    return 0;
}

void dns_writer::remember(std::size_t slot, std::size_t offset) noexcept {
    if (offset > pointer_target_max) return;
    for (std::size_t probe = 0; probe < probes_max; ++probe) {
        std::uint16_t& target = targets_[(slot + probe) % targets_max];
        if (target != 0) continue;
        target = static_cast<std::uint16_t>(offset);
        return;
    }
}

void dns_writer::put_name(const dns_name& name, bool compress) noexcept {
    if (!compress || compression_ == dns_compression::off) {
        const bytes_mut out = reserve(name.wire_len());
        if (!out.empty()) name.emit(out);
        return;
    }
    const suffix_slots suffixes = slots_of(name, targets_max);
    const std::span<const bytes_view> labels(suffixes.labels.data(), suffixes.count);
    // As many labels as nobody wrote before, then a pointer or the root.
    std::size_t fresh = 0;
    std::size_t target = 0;
    std::size_t len = 0;
    for (; fresh < labels.size(); ++fresh) {
        target = find_target(labels.subspan(fresh), suffixes.slots[fresh]);
        if (target != 0) break;
        len += labels[fresh].size() + 1;
    }
    const std::size_t start = len_;
    const bytes_mut out = reserve(len + (target != 0 ? 2 : 1));
    if (out.empty()) return;
    std::size_t at = 0;
    for (std::size_t i = 0; i < fresh; ++i) {
        remember(suffixes.slots[i], start + at);
        out[at] = static_cast<std::uint8_t>(labels[i].size());
        copy_octets(out.subspan(at + 1), labels[i]);
        at += labels[i].size() + 1;
    }
    if (target != 0) {
        put_be16_at(out, at, static_cast<std::uint16_t>(0xc000 | target));
    } else {
        out[at] = 0;
    }
}

bool dns_writer::question(const dns_name& name, dns_type type, dns_class question_class) noexcept {
    return begin(dns_section::question, name, type, question_class) && finish_entry();
}

bool dns_writer::add_octets(dns_section section, const dns_owner& owner, dns_type type,
                            bytes_view data) noexcept {
    if (!begin(section, owner.name, type, owner.record_class)) return false;
    begin_data(owner.time_to_live);
    const bytes_mut out = reserve(data.size());
    if (out.size() == data.size()) copy_octets(out, data);
    return finish_data();
}

bool dns_writer::add_edns(const dns_edns& edns) noexcept {
    return add_octets(
        dns_section::additional,
        {.name = {}, .record_class = edns.class_field(), .time_to_live = edns.time_to_live_field()},
        dns_type::opt,
        edns.options);
}

bool dns_writer::copy(const dns_record& record) noexcept { return copy(record.section(), record); }

bool dns_writer::copy(dns_section section, const dns_record& record) noexcept {
    if (section == dns_section::question) {
        return question(record.name(), record.type(), record.record_class());
    }
    const dns_owner owner{record.name(), record.record_class(), record.time_to_live()};
    bool with_names = false;
    bool copied = false;
    // A record without data deletes or asks (RFC 2136 s2.4, s2.5): there is no name in it.
    if (record.data_len() != 0) {
        detail::with_dns_data(record.type(), [&]<class Data>() {
            with_names = holds_names<Data>();
            if (!with_names) return;
            const auto data = record.as<Data>();
            copied = data ? add(section, owner, *data) : refuse(dns_refusal::bad_data);
        });
    }
    if (with_names) return copied;
    return add_octets(section, owner, record.type(), record.data());
}

void dns_writer::force_count(dns_section section, std::uint16_t count) noexcept {
    forced_[static_cast<std::size_t>(section)] = count;
}

dns dns_writer::message() const noexcept {
    dns made = header_;
    made.question_count = forced_[0].value_or(counts_[0]);
    made.answer_count = forced_[1].value_or(counts_[1]);
    made.authority_count = forced_[2].value_or(counts_[2]);
    made.additional_count = forced_[3].value_or(counts_[3]);
    if (len_ <= room_.size()) made.sections = room_.first(len_).subspan(dns::header_len);
    return made;
}

bytes_view dns_writer::finish() noexcept {
    if (len_ > room_.size()) return {};
    message().emit_header(room_.first<dns::header_len>());
    return room_.first(len_);
}

namespace detail {

void dns_data_writer::rest(bytes_view octets) noexcept {
    const bytes_mut out = out_.reserve(octets.size());
    if (out.size() == octets.size()) copy_octets(out, octets);
}

void dns_data_writer::string(const bytes_view& value) noexcept {
    constexpr std::size_t string_len_max = 255;  // octets, RFC 1035 s3.3
    const bytes_view text = value.first(std::min(value.size(), string_len_max));
    number(static_cast<std::uint8_t>(text.size()));
    rest(text);
}

void dns_data_writer::long_base64(const bytes_view& value) noexcept {
    number(static_cast<std::uint16_t>(value.size()));
    rest(value.first(std::min(value.size(), data_len_max)));
}

}  // namespace detail

}  // namespace sonde::inline v0
