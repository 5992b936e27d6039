#pragma once
/// The reader of craft expressions; see craft_expression.hpp for what they look like.

#include <vector>

#include <sonde/base/random.hpp>
#include <sonde/packet/craft_expression.hpp>

#include "craft_scanner.hpp"
#include "element_codec.hpp"

namespace sonde::inline v0::detail {

class craft_parser {
  public:
    craft_parser(std::string_view text, const expression_options& options) noexcept
        : scan_(text), random_(options.seed), table_(*options.table) {}

    [[nodiscard]] craft_result<built_packet> packet();
    /// "nop, timestamps(1, 0)": elements alone, to the end of the text.
    [[nodiscard]] craft_result<std::vector<std::vector<std::uint8_t>>> elements_only(
        const element_codec& codec);

  private:
    using octets = std::vector<std::uint8_t>;
    /// A value, not yet of a field.
    struct value {
        enum class kind : std::uint8_t { words, text, octets, random };
        kind is = kind::words;
        std::size_t at = 0;
        std::string words{};  // "syn|ack"
        octets held{};        // of text and octets
    };

    [[nodiscard]] craft_result<void> one_layer(built_packet& into);
    [[nodiscard]] craft_result<void> named_layer(built_packet& into);
    [[nodiscard]] craft_result<octets> made_octets(std::string_view how);
    [[nodiscard]] craft_result<void> arguments(built_packet& into);
    [[nodiscard]] craft_result<void> argument(built_packet& into, std::string_view name,
                                              std::size_t at);
    [[nodiscard]] craft_result<void> list_argument(built_packet& into, const element_codec& codec);
    [[nodiscard]] craft_result<value> one_value();
    [[nodiscard]] craft_result<void> set_field(built_layer& one, std::string_view name,
                                               const value& given);
    [[nodiscard]] craft_result<std::vector<octets>> elements(const element_codec& codec);
    [[nodiscard]] craft_result<octets> one_element(const element_codec& codec);
    [[nodiscard]] craft_result<std::vector<element_argument>> element_arguments();
    [[nodiscard]] craft_result<void> expect(char mark, std::string_view where);
    [[nodiscard]] tl::unexpected<craft_error> unexpected_word(std::string_view wanted) const;
    [[nodiscard]] const protocol_info* protocol_named(std::string_view name) const noexcept;
    [[nodiscard]] tl::unexpected<craft_error> no_such_protocol(std::string_view name,
                                                               std::size_t at) const;
    void choose_ports(built_packet& made) const;

    craft_scanner scan_;
    random_source random_;
    const protocol_table& table_;
    std::size_t layer_at_ = 0;                            // of the layer that is being read
    std::vector<std::vector<std::string_view>> given_{};  // names of arguments, a list a layer
};

/// The octets of a list where its protocol keeps them; with their place made when there is none.
[[nodiscard]] craft_result<std::vector<std::uint8_t>> list_area(const element_codec& codec,
                                                                const built_packet& from,
                                                                std::size_t at);
[[nodiscard]] craft_result<void> put_list_area(const element_codec& codec, built_packet& to,
                                               std::size_t at, bytes_view area);

}  // namespace sonde::inline v0::detail
