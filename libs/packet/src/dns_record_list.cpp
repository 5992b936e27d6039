#include <algorithm>
#include <array>

#include <sonde/base/text.hpp>
#include <sonde/packet/dns_record_list.hpp>

#include "element_codec.hpp"

namespace sonde::inline v0 {
namespace {

constexpr std::array all_sections{
    dns_section::question, dns_section::answer, dns_section::authority, dns_section::additional};
constexpr std::size_t text_len_max = std::size_t{1} << 20;  // characters of one entry

std::string count_phrase(std::size_t count, std::string_view what) {
    return std::to_string(count) + " " + std::string(what);
}

tl::unexpected<craft_error> no_name(std::string_view text) {
    return craft_failure(std::string("'").append(printable(text.substr(0, 60))) +
                         "' is no domain name: labels have 1 to 63 octets, a name at most 255");
}
tl::unexpected<craft_error> too_long() {
    return craft_failure("the record has more than " +
                         count_phrase(dns::message_len_max, "octets with its names in full"));
}

/// As much text as `put` has, in a room that grows until it fits.
template <class Put>
std::string text_of(Put put) {
    std::vector<char> room(1024);
    while (true) {
        text_room out(room);
        put(out);
        if (out.fits() || room.size() >= text_len_max) return std::string(out.text());
        room.resize(room.size() * 8);
    }
}

/// Whether the data of a record is what its type says, or octets to begin with.
bool is_readable(const dns_record& record) noexcept {
    bool readable = true;
    if (record.data_len() == 0) return true;
    detail::with_dns_data(record.type(),
                          [&]<class Data>() { readable = record.as<Data>().has_value(); });
    return readable;
}

std::string where(dns_section section, std::size_t index) {
    return "dns " + std::string(to_string(section)) + " " + std::to_string(index) +
           ", counted from 0";
}

}  // namespace

// One entry.

craft_result<dns_entry> dns_entry::written(const dns_owner& owner, const writing& write,
                                           std::size_t len_max) {
    std::vector<std::uint8_t> room(len_max);
    dns_writer to(room, {}, dns_compression::off);
    if (!write(to, owner)) return too_long();
    const bytes_view message = to.finish();
    dns_entry one;
    one.message_.assign(message.begin(), message.end());
    one.is_question_ = to.message().question_count != 0;
    return one;
}

craft_result<dns_entry> dns_entry::made(const dns_entry_owner& owner, const writing& write) {
    const auto name = dns_owned_name::from_text(owner.name);
    if (!name) return no_name(owner.name);
    return written(
        {name->name(), owner.record_class, owner.time_to_live}, write, dns::message_len_max);
}

craft_result<void> dns_entry::rewrite(const writing& write) {
    if (is_question_) return craft_failure("a question has no data");
    const dns_record now = view();
    const dns_owner owner{now.name(), now.record_class(), now.time_to_live()};
    auto one = written(owner, write, dns::message_len_max);
    if (!one) return tl::unexpected(one.error());
    *this = std::move(*one);
    return {};
}

craft_result<dns_entry> dns_entry::question(const dns_entry_owner& owner, dns_type type) {
    return made(owner, [&](dns_writer& to, const dns_owner& of) {
        return to.question(of.name, type, of.record_class);
    });
}

craft_result<dns_entry> dns_entry::make(const dns_entry_owner& owner, dns_type type,
                                        bytes_view data) {
    const auto one = made(owner, [&](dns_writer& to, const dns_owner& of) {
        return to.add_octets(dns_section::answer, of, type, data);
    });
    // A pointer in them could lead to the entry's own name alone: it is written in full.
    return one ? of(one->view()) : one;
}

craft_result<dns_entry> dns_entry::edns(const dns_edns& edns) {
    return made({}, [&](dns_writer& to, const dns_owner&) { return to.add_edns(edns); });
}

craft_result<dns_entry> dns_entry::of(const dns_record& record) {
    const bool opaque = !record.is_question() && !is_readable(record);
    const auto copy = [&](dns_writer& to, const dns_owner& owner) {
        if (record.is_question()) return to.copy(record);
        if (!opaque) return to.copy(dns_section::answer, record);
        return to.add_octets(dns_section::answer, owner, record.type(), record.data());
    };
    const dns_owner owner{record.name(), record.record_class(), record.time_to_live()};
    // No type has more than two names in its data, which may all be pointers.
    const std::size_t len_max = dns::header_len + dns_record::record_len +
                                std::size_t{3} * dns_name::wire_len_max + record.data_len();
    auto one = written(owner, copy, std::min(len_max, dns::message_len_max));
    if (one) one->is_opaque_ = opaque;
    return one;
}

dns_record dns_entry::view() const noexcept {
    // Every entry was written by a dns_writer, alone: it is the first of all sections.
    const auto message = dns::view::parse(bytes_view(message_));
    return message ? *message->records().begin() : dns_record{};
}

std::size_t dns_entry::fixed_at() const noexcept {
    return dns::header_len + view().name().wire_len();
}

std::string dns_entry::name() const {
    std::array<char, dns_name::text_len_max> room{};
    return std::string(view().name().text(room));
}

bytes_view dns_entry::data() const noexcept { return view().data(); }

void dns_entry::put_data(text_room& out) const noexcept {
    if (!is_opaque_) return put_data_text(out, view());
    // Its octets, whatever they could be taken for here (RFC 3597 s5).
    out.put("\\# ").number(data().size()).put(' ').hex(data());
}
std::string dns_entry::data_text() const {
    return text_of([&](text_room& out) { put_data(out); });
}
std::string dns_entry::text() const {
    return text_of([&](text_room& out) {
        const dns_record now = view();
        if (!is_opaque_) return put_text(out, now);
        now.name().put_text(out);
        out.put(' ').number(now.time_to_live()).put(' ');
        put_text(out, now.record_class());
        out.put(' ');
        put_text(out, now.type());
        out.put(' ');
        put_data(out);
    });
}

craft_result<void> dns_entry::set_name(std::string_view name) {
    const auto made = dns_owned_name::from_text(name);
    if (!made) return no_name(name);
    const bytes_view octets = made->octets();
    const std::size_t behind = message_.size() - fixed_at();
    if (dns::header_len + octets.size() + behind > dns::message_len_max) return too_long();
    // Names in the data are in full: they may move.
    const auto begin = message_.begin() + static_cast<std::ptrdiff_t>(dns::header_len);
    const auto end = message_.begin() + static_cast<std::ptrdiff_t>(fixed_at());
    const auto place = message_.erase(begin, end);
    message_.insert(place, octets.begin(), octets.end());
    return {};
}

void dns_entry::set_record_class(dns_class value) noexcept {
    put_be16_at(message_, fixed_at() + 2, static_cast<std::uint16_t>(value));
}

craft_result<void> dns_entry::set_time_to_live(std::uint32_t seconds) {
    if (is_question_) return craft_failure("a question has no time to live");
    put_be32_at(message_, fixed_at() + 4, seconds);
    return {};
}

craft_result<void> dns_entry::set_data(dns_type type, bytes_view data) {
    const std::vector<std::uint8_t> own(data.begin(), data.end());  // it may be of this object
    auto done = rewrite([&](dns_writer& to, const dns_owner& of) {
        return to.add_octets(dns_section::answer, of, type, own);
    });
    if (!done) return done;
    auto in_full = of(view());
    if (!in_full) return tl::unexpected(in_full.error());
    *this = std::move(*in_full);
    return {};
}

std::optional<dns_edns> dns_entry::edns() const noexcept {
    const dns_record now = view();
    if (is_question_ || now.type() != dns_type::opt) return std::nullopt;
    return dns_edns::read(now);
}

craft_result<element_list> dns_entry::options() const {
    if (!edns()) return craft_failure("only a record of type OPT has options");
    element_list made(&detail::dns_option_codec(), 0);
    if (auto read = made.append(data()); !read) return tl::unexpected(read.error());
    return made;
}

craft_result<void> dns_entry::set_options(const element_list& options) {
    if (!edns()) return craft_failure("only a record of type OPT has options");
    if (options.codec_ != &detail::dns_option_codec())
        return craft_failure("these are no options of EDNS");
    const auto octets = options.octets();
    if (!octets) return tl::unexpected(octets.error());
    return set_data(dns_type::opt, *octets);
}

bool dns_entry::write_to(dns_writer& to, dns_section section) const noexcept {
    const dns_record now = view();
    if (section == dns_section::question || !is_opaque_) return to.copy(section, now);
    const dns_owner owner{now.name(), now.record_class(), now.time_to_live()};
    return to.add_octets(section, owner, now.type(), now.data());
}

// The list.

craft_result<dns_record_list> dns_record_list::of(dns::view message) {
    dns_record_list made;
    for (const dns_section which : all_sections) {
        std::vector<dns_entry>& into = made.section(which);
        const dns_record_range range = message.section(which);
        for (const dns_record& one : range) {
            auto entry = dns_entry::of(one);
            if (!entry)
                return craft_failure(where(which, into.size()) + ": " + entry.error().sentence);
            into.push_back(std::move(*entry));
        }
        if (const auto stopped = range.error())
            return craft_failure(where(which, into.size()) + ": " + to_sentence(*stopped));
    }
    return made;
}

craft_result<dns_record_list> dns_record_list::of(const built_packet& from, std::size_t at) {
    if (at >= from.size()) {
        return craft_failure("there is no layer " + std::to_string(at) + ", counted from 0, of " +
                             std::to_string(from.size()));
    }
    if (from[at].id() != dns::id)
        return craft_failure(std::string(from[at].name()) + " has no records: dns has");
    const auto message = from[at].as<dns>();
    if (!message) {
        return craft_failure("dns has a header of 12 octets, of which there are " +
                             std::to_string(from[at].header().size()));
    }
    auto made = of(*message);
    if (made) made->layer_at_ = at;
    return made;
}

namespace {

constexpr std::array lists{&dns_record_list::questions,
                           &dns_record_list::answers,
                           &dns_record_list::authorities,
                           &dns_record_list::additionals};

}  // namespace

std::vector<dns_entry>& dns_record_list::section(dns_section which) noexcept {
    return this->*lists[static_cast<std::size_t>(which) % lists.size()];
}
const std::vector<dns_entry>& dns_record_list::section(dns_section which) const noexcept {
    return this->*lists[static_cast<std::size_t>(which) % lists.size()];
}

craft_result<std::vector<std::uint8_t>> dns_record_list::octets(const dns& header,
                                                                dns_compression compression) const {
    std::vector<std::uint8_t> room(dns::message_len_max);
    dns_writer to(room, header, compression);
    for (const dns_section which : all_sections) {
        const std::vector<dns_entry>& entries = section(which);
        for (std::size_t i = 0; i < entries.size(); ++i) {
            if (entries[i].write_to(to, which)) continue;
            return craft_failure(where(which, i) + ": the message has " +
                                 std::to_string(to.size()) + " octets before it, and at most " +
                                 std::to_string(dns::message_len_max) + " fit");
        }
    }
    room.resize(to.finish().size());
    return room;
}

craft_result<void> dns_record_list::put_into(built_packet& to, dns_compression compression) const {
    if (!layer_at_) return craft_failure("the records did not come from a packet");
    if (*layer_at_ >= to.size() || to[*layer_at_].id() != dns::id) {
        return craft_failure("layer " + std::to_string(*layer_at_) + " is no dns any more");
    }
    built_layer& layer = to[*layer_at_];
    const auto message = std::as_const(layer).as<dns>();
    const auto header = message ? dns::read(*message) : result<dns>(dns{});
    const auto made = octets(header.value_or(dns{}), compression);
    if (!made) return tl::unexpected(made.error());
    layer.set_header(*made);
    return {};
}

}  // namespace sonde::inline v0
