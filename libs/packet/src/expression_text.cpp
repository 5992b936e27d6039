// Expressions from packets. What is written is read back and compared, octet by octet: a layer that
// comes out otherwise is written again with more said, at last as its octets.

#include <algorithm>

#include <sonde/packet/craft_expression.hpp>
#include <sonde/packet/element_list.hpp>

#include "craft_parser.hpp"
#include "located_field.hpp"
#include "quoted_text.hpp"

namespace sonde::inline v0 {
namespace {

/// How much of a layer is said.
enum class detail_level : std::uint8_t {
    natural,     // what differs from the defaults and is not computed
    everything,  // what would be computed too
    octets,      // the header as octets
};

class layer_text {
  public:
    layer_text(const built_packet& packet, std::size_t at, detail_level level)
        : packet_(packet),
          at_(at),
          one_(packet[at]),
          level_(level),
          usual_(built_layer::of_defaults(one_.info())) {}

    [[nodiscard]] std::string text() {
        if (one_.is_payload()) return payload();
        const bool cut = one_.header().size() < one_.info().header_len;
        if (level_ == detail_level::octets || cut) {
            add("header", hex_literal(one_.header()));
            if (!one_.trailer().empty()) add("trailer", hex_literal(one_.trailer()));
        } else {
            const std::string located = located_fields();
            fixed_fields();
            // Said outright, a length must not come before what it is the length of.
            const bool fixed_first = level_ == detail_level::natural;
            arguments_ =
                joined(fixed_first ? arguments_ : located, fixed_first ? located : arguments_);
            if (!is_located_) behind_fixed();
            trailer();
        }
        std::string made(one_.name());
        return arguments_.empty() ? made : made + "(" + arguments_ + ")";
    }

    /// Whether text() told what is inside, too.
    [[nodiscard]] bool tells_all() const noexcept { return tells_all_; }

  private:
    void add(std::string_view name, std::string_view value) {
        if (!arguments_.empty()) arguments_ += ", ";
        arguments_ += std::string(name) + "=" + std::string(value);
    }

    [[nodiscard]] static std::string joined(const std::string& a, const std::string& b) {
        return a.empty() || b.empty() ? a + b : a + ", " + b;
    }

    /// Ports follow from what is carried when nothing is said: they are always said.
    [[nodiscard]] bool is_said(std::string_view name, bool differs) const {
        if (one_.is_forced(name) || level_ == detail_level::everything) return true;
        if (one_.can_be_automatic(name)) return false;
        return differs || name.ends_with("_port");
    }

    void field(std::string_view name) {
        const auto octets = one_.get_octets(name);
        if (!octets) return;
        const auto usual = usual_.get_octets(name);
        if (!is_said(name, !usual || *usual != *octets)) return;
        if (const auto text = one_.get_text(name)) add(name, *text);
    }

    void fixed_fields() {
        for (const sonde::field& which : one_.info().fields) field(which.name);
    }

    /// Fields behind the fixed header. What they announce in it (GRE's flags, ARP's lengths) need
    /// not be said.
    [[nodiscard]] std::string located_fields() {
        const std::string before = std::exchange(arguments_, {});
        for (const detail::located_field& which : detail::all_located_fields()) {
            if (which.of != one_.id()) continue;
            is_located_ = true;
            if (which.find(one_.header(), which.which).len == 0) continue;
            const std::size_t said = arguments_.size();
            field(which.name);
            if (arguments_.size() == said) continue;
            if (const auto octets = one_.get_octets(which.name))
                static_cast<void>(usual_.set(which.name, bytes_view(*octets)));
        }
        return std::exchange(arguments_, before);
    }

    void behind_fixed() {
        const detail::element_codec* codec = detail::codec_of(one_.id());
        if (codec != nullptr && codec->place == detail::element_place::around) return list_around();
        if (codec == nullptr || codec->place != detail::element_place::header) return rest();
        const bytes_view all = std::as_const(usual_).header();
        const bytes_view usual = all.subspan(std::min(codec->area_at, all.size()));
        const bytes_view area = one_.header().subspan(std::min(codec->area_at, all.size()));
        if (!std::equal(area.begin(), area.end(), usual.begin(), usual.end())) list();
    }

    void rest() {
        const std::size_t fixed = one_.info().header_len;
        const bytes_view rest = one_.header().subspan(fixed);
        const bytes_view all = std::as_const(usual_).header();
        const bytes_view usual = all.subspan(std::min(fixed, all.size()));
        if (!std::equal(rest.begin(), rest.end(), usual.begin(), usual.end()))
            add("rest", hex_literal(rest));
    }

    void list() {
        const auto elements = element_list::of(packet_, at_);
        if (!elements) return;
        std::string made;
        for (const element& one : *elements) {
            if (!made.empty()) made += ", ";
            made += one.text();
        }
        add(elements->name(), "[" + made + "]");
    }

    /// A list that holds the octets of the next layer tells them, and is its own trailer.
    void list_around() {
        const bool carries = at_ + 1 < packet_.size();
        if (carries && (at_ + 2 != packet_.size() || !packet_[at_ + 1].is_payload())) return rest();
        tells_all_ = true;
        const std::size_t fixed = one_.info().header_len;
        if (carries || one_.header().size() > fixed || !one_.trailer().empty()) list();
    }

    void trailer() {
        if (one_.trailer().empty() || tells_all_) return;
        const detail::element_codec* codec = detail::codec_of(one_.id());
        const bool objects = codec != nullptr && codec->place == detail::element_place::trailer;
        // A structure that sonde would make otherwise comes as octets on the second attempt.
        if (objects && level_ == detail_level::natural && one_.trailer().size() > codec->area_at)
            return list();
        add("trailer", hex_literal(one_.trailer()));
    }

    [[nodiscard]] std::string payload() const {
        const bytes_view octets = one_.header();
        const bool readable = std::all_of(octets.begin(), octets.end(), [](std::uint8_t octet) {
            return (octet >= ' ' && octet <= '~') || octet == '\n' || octet == '\r' ||
                   octet == '\t';
        });
        const std::string made =
            readable && !octets.empty() ? detail::quoted_text(octets) : hex_literal(octets);
        return made;
    }

    const built_packet& packet_;
    std::size_t at_;
    const built_layer& one_;
    detail_level level_;
    built_layer usual_;  // what a reader has before a field is said
    bool is_located_ = false;
    bool tells_all_ = false;
    std::string arguments_{};
};

std::string stack_text(const built_packet& packet, std::span<const detail_level> levels) {
    std::string made;
    for (std::size_t at = 0; at < packet.size(); ++at) {
        if (at > 0) made += " / ";
        layer_text one(packet, at, levels[at]);
        made += one.text();
        if (one.tells_all()) break;
    }
    return made;
}

/// Whether layer `at` has the same octets in both: header and trailer as emitted.
class same_layers {
  public:
    same_layers(const built_packet& a, const built_packet& b)
        : a_(a), b_(b), of_a_(a.to_bytes()), of_b_(b.to_bytes()) {}
    [[nodiscard]] bool all() const { return of_a_ == of_b_; }
    /// Must be asked in order, outermost first.
    [[nodiscard]] bool next(std::size_t at) {
        const std::size_t len_a = a_[at].header().size();
        const std::size_t len_b = b_[at].header().size();
        const bytes_view header_a = bytes_view(of_a_).subspan(at_a_, len_a);
        const bytes_view header_b = bytes_view(of_b_).subspan(at_b_, len_b);
        at_a_ += len_a;
        at_b_ += len_b;
        const bytes_view trailer_a = a_[at].trailer();
        const bytes_view trailer_b = b_[at].trailer();
        return std::equal(header_a.begin(), header_a.end(), header_b.begin(), header_b.end()) &&
               std::equal(trailer_a.begin(), trailer_a.end(), trailer_b.begin(), trailer_b.end());
    }

  private:
    const built_packet& a_;
    const built_packet& b_;
    std::vector<std::uint8_t> of_a_;
    std::vector<std::uint8_t> of_b_;
    std::size_t at_a_ = 0;
    std::size_t at_b_ = 0;
};

/// Whether sonde's own table finds every layer under its name: a program's own protocols are
/// written, but cannot be read back here.
bool all_built_in(const built_packet& packet) {
    return std::all_of(packet.begin(), packet.end(), [](const built_layer& one) {
        const protocol_info* known = protocol_table::built_in().find(one.name());
        return one.is_payload() || (known != nullptr && known->id == one.id());
    });
}

}  // namespace

std::string to_expression(const built_packet& packet) {
    std::vector<detail_level> levels(packet.size(), detail_level::natural);
    if (packet.empty()) return "x''";
    for (int attempt = 0; attempt < 4; ++attempt) {
        std::string text = stack_text(packet, levels);
        if (!all_built_in(packet)) return text;
        const auto again = parse_expression(text);
        if (!again || again->size() != packet.size()) break;
        same_layers compared(packet, *again);
        if (compared.all()) return text;
        bool raised = false;
        for (std::size_t at = 0; at < packet.size(); ++at) {
            if (compared.next(at) || levels[at] == detail_level::octets) continue;
            levels[at] = levels[at] == detail_level::natural ? detail_level::everything
                                                             : detail_level::octets;
            raised = true;
        }
        if (!raised) break;
    }
    return hex_literal(packet.to_bytes());
}

}  // namespace sonde::inline v0
