// Any octets as an ICMP message: every field asked, the message read, emitted and compared, the
// extension structure walked, printed and rebuilt.

#include <cstdlib>
#include <string>
#include <vector>

#include <sonde/base/check.hpp>

#include "icmp_each.hpp"

namespace sonde {
namespace {

template <class Message>
void emission_is_the_identity(typename Message::view seen) {
    const auto meant = Message::read(seen);
    if (!meant) return;
    std::vector<std::uint8_t> again(meant->wire_len(), 0x5A);
    meant->emit(again);
    SONDE_CHECK(std::equal(again.begin(), again.end(), seen.octets().begin(), seen.octets().end()));
}

template <class Message>
void checksum_is_computed(typename Message::view seen) {
    auto meant = Message::read(seen);
    if (!meant) return;
    meant->checksum.reset();
    std::vector<std::uint8_t> again(meant->wire_len(), 0x5A);
    meant->emit(again);
    SONDE_CHECK(icmp_checksum_holds(again));
}

void print_and_rebuild(const icmp_extension_object& object) {
    SONDE_CHECK(!to_string(object).empty());
    std::vector<std::uint8_t> room(object.octets().size() + 64);
    icmp_extension_builder builder(room);
    if (const auto stack = mpls_label_stack::read(object)) {
        builder.add(std::vector<mpls_label>(stack->begin(), stack->end()));
    } else if (const auto seen = icmp_interface_information::read(object)) {
        builder.add(*seen);
    } else if (const auto asked = icmp_interface_identification::read(object)) {
        builder.add(*asked);
    } else {
        builder.add(object.class_num(), object.c_type(), object.payload());
    }
    const auto made = builder.finish();
    SONDE_CHECK(made.has_value());
    const auto structure = icmp_extension::view::parse(*made);
    SONDE_CHECK(structure->checksum_status() == checksum_state::good);
    SONDE_CHECK(!structure->error());
    SONDE_CHECK(structure->objects().begin()->class_num() == object.class_num());
}

void walk(bytes_view octets) {
    const auto structure = icmp_extension::view::parse(octets);
    if (!structure) return;
    emission_is_the_identity<icmp_extension>(*structure);
    for (const auto& object : structure->objects()) print_and_rebuild(object);
    if (const auto stopped = structure->error()) {
        SONDE_CHECK(stopped->offset_octets <= octets.size());
        SONDE_CHECK(!to_sentence(*stopped).empty());
    }
}

template <class Message>
void ask(bytes_view octets) {
    const auto seen = Message::view::parse(octets);
    if (!seen) {
        SONDE_CHECK(octets.size() < Message::header_len);
        return;
    }
    for (const field& each : Message::fields) static_cast<void>(read_field(octets, each));
    emission_is_the_identity<Message>(*seen);
    checksum_is_computed<Message>(*seen);
    if constexpr (requires { seen->quote(); }) {
        const auto quote = seen->quote();
        SONDE_CHECK(Message::header_len + quote.datagram.size() + quote.extension.size() ==
                    octets.size());
        walk(quote.extension);
    }
    if constexpr (requires { seen->extension(); }) walk(seen->extension());
    if constexpr (requires { seen->entry_count(); }) {
        for (std::size_t i = 0; i < seen->entry_count(); ++i) static_cast<void>(seen->entry(i));
        static_cast<void>(seen->error());
    }
}

}  // namespace
}  // namespace sonde

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sonde;
    const bytes_view octets(data, size);
    with_icmp_message(octets, [&]<class Message>() { ask<Message>(octets); });
    ask<icmp>(octets);
    if (const auto common = icmp::view::parse(octets)) {
        const auto words = common->rest_of_header();
        const std::uint32_t information = words.size() == 4 ? be32_at(words, 0) : 0;
        SONDE_CHECK(!icmp_ping_text(common->type(), common->code(), information).empty());
    }
    walk(octets);
    return 0;
}
