#pragma once
/// The questions and records of a DNS message in a packet, as four lists to change: searched with
/// predicates, inserted, erased, changed, and put back with right counts and names that are
/// compressed anew. Over UDP, TCP, mDNS and LLMNR alike: whatever has a layer `dns`.
///
///     auto records = dns_record_list::of(p, *p.find<dns>());
///     std::erase_if(records->answers, [](const auto& one) { return one.type() == dns_type::a; });
///     records->answers.push_back(
///         *dns_entry::make({"www.example.com", 60}, dns_a{.address = {0xc0000201}}));
///     records->put_into(p);
///
/// Everything is by value: the packet may change or go. Names are kept in full, so that no entry
/// depends on another one.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sonde/packet/built_packet.hpp>
#include <sonde/packet/element_list.hpp>
#include <sonde/wire/application/dns.hpp>
#include <sonde/wire/application/dns_writer.hpp>

namespace sonde::inline v0 {

/// Whose record it is, and for how long.
struct dns_entry_owner {
    std::string_view name{};         // "www.example.com", the last dot may be there
    std::uint32_t time_to_live = 0;  // seconds; a question has none
    dns_class record_class = dns_class::internet;
};

/// One question or record by value; at most 65535 octets with its names in full.
class dns_entry {
  public:
    /// Fails when the name is none (RFC 1035 s2.3.4: labels of 63 octets, 255 in all).
    [[nodiscard]] SONDE_API static craft_result<dns_entry> question(const dns_entry_owner& owner,
                                                                    dns_type type);
    /// `data` is one of dns_data.hpp: dns_mx{.preference = 10, .exchange = host}. Fails when the
    /// name is none, and when the data has too many octets.
    template <class Data>
    [[nodiscard]] static craft_result<dns_entry> make(const dns_entry_owner& owner,
                                                      const Data& data) {
        return made(owner, [&](dns_writer& to, const dns_owner& of) {
            return to.add(dns_section::answer, of, data);
        });
    }
    /// Data as octets, for example of an unknown type. Names in them should be in full.
    [[nodiscard]] SONDE_API static craft_result<dns_entry> make(const dns_entry_owner& owner,
                                                                dns_type type, bytes_view data);
    /// An OPT record (RFC 6891 s6.1.2).
    [[nodiscard]] SONDE_API static craft_result<dns_entry> edns(const dns_edns& edns);
    /// One of a message, its names in full. Data that is not what its type says is kept as octets.
    /// Fails when the data has more than 65535 octets with its names in full.
    [[nodiscard]] SONDE_API static craft_result<dns_entry> of(const dns_record& record);

    [[nodiscard]] bool is_question() const noexcept { return is_question_; }
    /// Whether its data is not what its type says. It is kept as octets then: what looks like a
    /// pointer in them is not moved, and may say something else where they are put.
    [[nodiscard]] bool is_opaque() const noexcept { return is_opaque_; }
    /// The entry as a message of dns_record.hpp has it, to read its name and numbers; its section
    /// and offsets say nothing. Borrows this object.
    [[nodiscard]] SONDE_API dns_record view() const noexcept SONDE_LIFETIMEBOUND;
    /// "www.example.com.".
    [[nodiscard]] SONDE_API std::string name() const;
    [[nodiscard]] dns_type type() const noexcept { return view().type(); }
    /// All 16 bits; see dns_record::mdns_class for those of mDNS.
    [[nodiscard]] dns_class record_class() const noexcept { return view().record_class(); }
    [[nodiscard]] std::uint32_t time_to_live() const noexcept { return view().time_to_live(); }
    /// Names in it are in full. Empty for a question.
    [[nodiscard]] SONDE_API bytes_view data() const noexcept SONDE_LIFETIMEBOUND;
    /// The data as one of dns_data.hpp; fails where dns_record::as failed in the message that it is
    /// from. Borrows this object.
    template <class Data>
    [[nodiscard]] result<Data> as() const noexcept SONDE_LIFETIMEBOUND {
        if (is_opaque_) return malformed({.reason = parse_reason::bad_value, .at = layer::dns});
        return view().template as<Data>();
    }
    /// "10 mail.example.com.", as in a master file; see put_data_text.
    [[nodiscard]] SONDE_API std::string data_text() const;
    /// "example.com. 3600 IN MX 10 mail.example.com.".
    [[nodiscard]] SONDE_API std::string text() const;

    /// Fails when the text is no name.
    SONDE_API craft_result<void> set_name(std::string_view name);
    SONDE_API void set_record_class(dns_class value) noexcept;
    /// Fails for a question, which has none.
    SONDE_API craft_result<void> set_time_to_live(std::uint32_t seconds);
    /// The type becomes that of the data. Fails for a question, and when there are too many octets.
    template <class Data>
    craft_result<void> set_data(const Data& data) {
        return rewrite([&](dns_writer& to, const dns_owner& of) {
            return to.add(dns_section::answer, of, data);
        });
    }
    SONDE_API craft_result<void> set_data(dns_type type, bytes_view data);

    /// What an OPT record says; nothing for other types. Borrows this object.
    [[nodiscard]] SONDE_API std::optional<dns_edns> edns() const noexcept SONDE_LIFETIMEBOUND;
    /// The options of an OPT record: `append("nsid(\"a\")")`, `erase_if`, `find("cookie")`.
    /// Fails for another type.
    [[nodiscard]] SONDE_API craft_result<element_list> options() const;
    /// Fails for another type than OPT, for a list of something else, and when there are too many
    /// octets.
    SONDE_API craft_result<void> set_options(const element_list& options);

    /// The same name to the letter, type, class, time to live and data.
    friend bool operator==(const dns_entry&, const dns_entry&) = default;

  private:
    friend class dns_record_list;
    dns_entry() = default;
    /// Writes one entry; false when it does not fit.
    using writing = std::function<bool(dns_writer& to, const dns_owner& owner)>;
    [[nodiscard]] static craft_result<dns_entry> written(const dns_owner& owner,
                                                         const writing& write, std::size_t len_max);
    [[nodiscard]] SONDE_API static craft_result<dns_entry> made(const dns_entry_owner& owner,
                                                                const writing& write);
    SONDE_API craft_result<void> rewrite(const writing& write);
    [[nodiscard]] std::size_t fixed_at() const noexcept;
    void put_data(text_room& out) const noexcept;
    [[nodiscard]] bool write_to(dns_writer& to, dns_section section) const noexcept;

    std::vector<std::uint8_t> message_{};  // a header, and this entry alone
    bool is_question_ = false;
    bool is_opaque_ = false;
};

/// The four sections of a message. In a dynamic update they are zone, prerequisites, updates and
/// additional data (RFC 2136 s2).
class dns_record_list {
  public:
    std::vector<dns_entry> questions{};
    std::vector<dns_entry> answers{};
    std::vector<dns_entry> authorities{};
    std::vector<dns_entry> additionals{};  // an OPT record is one of them

    /// Of layer `at` of a packet. Fails when there is no such layer, when it is no `dns`, and when
    /// an entry cannot be read: then nothing of the message can be moved without loss. Memory: at
    /// most 60 octets for each of the message.
    [[nodiscard]] SONDE_API static craft_result<dns_record_list> of(const built_packet& from,
                                                                    std::size_t at);
    [[nodiscard]] SONDE_API static craft_result<dns_record_list> of(dns::view message);

    [[nodiscard]] SONDE_API std::vector<dns_entry>& section(dns_section which) noexcept;
    [[nodiscard]] SONDE_API const std::vector<dns_entry>& section(dns_section which) const noexcept;

    /// The message: identifier and flags of `header`, counts and entries of this. Names of entries
    /// and those in the data of the types of RFC 1035 are compressed (RFC 3597 s4) to where the
    /// same letters in the same case stand before, or all of them are written in full. A question
    /// among records has neither time to live nor data there; of a record among questions they are
    /// left out. Fails when there are more than 65535 octets, or entries in one section.
    [[nodiscard]] SONDE_API craft_result<std::vector<std::uint8_t>> octets(
        const dns& header, dns_compression compression = dns_compression::on) const;
    /// Writes the entries back into the layer that they came from, whose identifier, flags, and
    /// octets behind the last record stay. The packet may have changed since, but that layer must
    /// still be there. Views of it are invalid afterwards.
    SONDE_API craft_result<void> put_into(built_packet& to,
                                          dns_compression compression = dns_compression::on) const;

  private:
    std::optional<std::size_t> layer_at_{};
};

}  // namespace sonde::inline v0
