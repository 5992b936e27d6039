// Any octets: every ICMPv6 message that reads them emits them unchanged, and every walk over
// options, names, records and extensions ends inside them.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <sonde/base/check.hpp>
#include <sonde/wire/network/nd_options.hpp>

#include "icmpv6_each.hpp"

namespace sonde {
namespace {

bool lies_within(bytes_view part, bytes_view whole) {
    return part.empty() || (part.data() >= whole.data() &&
                            part.data() + part.size() <= whole.data() + whole.size());
}

// What an option means is emitted and read again: the octets of both emissions are the same.
template <class Option>
void check_option(const nd_option& option) {
    const auto meant = Option::read(option);
    if (!meant) return;
    std::vector<std::uint8_t> octets(meant->wire_len(), 0xa5);
    meant->emit(octets);
    const auto seen = nd_option::parse(octets);
    SONDE_CHECK(seen.has_value());
    const auto again = Option::read(*seen);
    SONDE_CHECK(again.has_value());
    std::vector<std::uint8_t> second(again->wire_len(), 0x5a);
    again->emit(second);
    SONDE_CHECK(second == octets);
}

void check_names(const nd_option& option) {
    const auto list = nd_dns_search_list::read(option);
    if (!list) return;
    for (const auto& name : list->names()) {
        SONDE_CHECK(lies_within(name.octets(), option.octets()));
        SONDE_CHECK(name.octets().size() <= dns_search_name::name_len_max);
        const auto text = name.text();
        SONDE_CHECK(std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; }));
    }
    static_cast<void>(list->names().error());
}

void walk_options(const nd_options& options) {
    for (const auto& option : options) {
        SONDE_CHECK(lies_within(option.octets(), options.octets()));
        check_option<nd_link_layer_address>(option);
        check_option<nd_prefix_information>(option);
        check_option<nd_redirected_header>(option);
        check_option<nd_mtu>(option);
        check_option<nd_route_information>(option);
        check_option<nd_recursive_dns_server>(option);
        check_option<nd_dns_search_list>(option);
        check_option<nd_captive_portal>(option);
        check_option<nd_pref64>(option);
        check_option<nd_flags_extension>(option);
        check_option<nd_opaque>(option);
        check_names(option);
    }
    static_cast<void>(options.error());
}

template <class Message>
void walk_inside(typename Message::view seen) {
    if constexpr (requires { seen.options(); }) walk_options(seen.options());
    if constexpr (requires { seen.records(); }) {
        for (const auto& record : seen.records()) {
            SONDE_CHECK(lies_within(record.octets(), seen.octets()));
            for (const auto source : record.sources()) static_cast<void>(source);
            SONDE_CHECK(lies_within(record.auxiliary_data(), record.octets()));
        }
        static_cast<void>(seen.records().error());
    }
    if constexpr (requires { seen.sources(); }) {
        SONDE_CHECK(seen.sources().size() <= seen.number_of_sources());
    }
    if constexpr (requires { seen.quote(); }) {
        const auto quote = seen.quote();
        SONDE_CHECK(quote.datagram.size() + quote.extension.size() == seen.body().size());
    }
}

template <class Message>
void check_message(bytes_view octets) {
    const auto again = reemitted<Message>(octets);
    if (!again) return;
    SONDE_CHECK(std::ranges::equal(*again, octets));
    walk_inside<Message>(*Message::view::parse(octets));
}

void check_all(std::vector<std::uint8_t> octets) {
    static_cast<void>(icmpv6_message_layer(octets));
    walk_options(nd_options(octets));
    for_each_icmpv6_message([&octets]<class Message>() {
        check_message<Message>(octets);
        if (octets.empty()) return;
        // The same octets under the type of every message: few inputs would guess it.
        octets[0] = default_type_octet<Message>();
        check_message<Message>(octets);
    });
}

}  // namespace
}  // namespace sonde

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // A copy of its own size, so that the address sanitizer sees every octet that is read beyond
    // it.
    sonde::check_all(std::vector<std::uint8_t>(data, data + size));
    return 0;
}
