#include "json_told.hpp"

#include <algorithm>

#include <sonde/base/text.hpp>
#include <sonde/packet/print_json.hpp>

namespace sonde::inline v0::detail {
namespace {

/// What the printer tells of a packet.
class printed_packet {
  public:
    printed_packet(const built_packet& packet, const protocol_table& table) {
        const std::vector<std::uint8_t> octets = packet.to_bytes();
        std::string text;
        append_json(text, {.octets = octets, .type = packet.type(), .protocols = &table});
        if (auto read = read_json(text)) all_ = std::move(*read);
        layers_ = all_.find("layers");
    }
    printed_packet(const printed_packet&) = delete;
    printed_packet& operator=(const printed_packet&) = delete;

    /// Null where it tells nothing of this name.
    [[nodiscard]] const json_value* find(std::size_t layer, const std::string& name) const {
        if (layers_ == nullptr || layer >= layers_->items.size()) return nullptr;
        const json_value& one = layers_->items[layer];
        if (name == "elements") return one.find(name);
        const json_value* fields = one.find("fields");
        return fields == nullptr ? nullptr : fields->find(name);
    }

  private:
    json_value all_{};
    const json_value* layers_ = nullptr;
};

/// Places in the frame are not compared: they change when an outer layer does.
bool is_same(const json_value& told, const json_value& printed) {
    if (told.is != printed.is || told.text != printed.text) return false;
    if (told.is != json_value::kind::object) {
        return std::equal(told.items.begin(),
                          told.items.end(),
                          printed.items.begin(),
                          printed.items.end(),
                          is_same);
    }
    for (std::size_t i = 0; i < told.keys.size(); ++i) {
        if (told.keys[i] == "offset") continue;
        const json_value* other = printed.find(told.keys[i]);
        if (other == nullptr || !is_same(told.items[i], *other)) return false;
    }
    return true;
}

bool is_told(const told_value& one, const printed_packet& by, std::size_t layer) {
    const json_value* printed = by.find(layer, one.name);
    return printed != nullptr && is_same(*one.value, *printed);
}

std::string refusal(const told_value& one, const json_value* printed, std::string_view layer) {
    const std::string who = std::string(layer) + " " + printable(one.name.substr(0, 60));
    if (one.name == "elements")
        return who + " are not what its octets say: change \"rest\", or leave them out";
    if (printed == nullptr) return one.unknown;
    std::string what = who + " follows from other fields and is not set";
    const bool is_plain = printed->items.empty() && one.value->items.empty();
    if (is_plain)
        what += ": it would be " + printable(printed->text.substr(0, 60)) + ", not " +
                printable(one.value->text.substr(0, 60));
    return what + "; leave it out";
}

}  // namespace

craft_result<void> check_told(const std::vector<told_value>& told, const built_packet& made,
                              const built_packet* frame, const protocol_table& table) {
    if (told.empty()) return {};
    const printed_packet by_made(made, table);
    std::optional<printed_packet> by_frame;
    if (frame != nullptr) by_frame.emplace(*frame, table);
    for (const told_value& one : told) {
        if (is_told(one, by_made, one.at)) continue;
        if (by_frame && one.in_frame && is_told(one, *by_frame, *one.in_frame)) continue;
        return craft_failure(refusal(one, by_made.find(one.at, one.name), made[one.at].name()),
                             one.value->at);
    }
    return {};
}

}  // namespace sonde::inline v0::detail
