#include <sonde/wire/application/dns_record.hpp>

namespace sonde::inline v0 {
namespace {

// Why no entry can be read at `offset`. Precondition: none can.
parse_error why_no_entry(bytes_view message, std::size_t offset, bool is_question) noexcept {
    const auto name = dns_name::parse(message, offset);
    if (!name) return name.error();
    const std::size_t fixed = offset + name->octets().size();
    const std::size_t fixed_len = is_question ? dns_record::question_len : dns_record::record_len;
    parse_error error{.reason = parse_reason::truncated,
                      .at = layer::dns,
                      .offset_octets = static_cast<std::uint32_t>(fixed),
                      .needed_octets = static_cast<std::uint32_t>(fixed_len),
                      .have_octets = static_cast<std::uint32_t>(message.size() - fixed)};
    if (message.size() - fixed < fixed_len) return error;
    error.limit = limit_field::element_length;
    error.offset_octets += static_cast<std::uint32_t>(fixed_len);
    error.needed_octets = be16_at(message, fixed + 8);
    error.have_octets -= static_cast<std::uint32_t>(fixed_len);
    return error;
}

}  // namespace

std::string_view to_string(dns_section section) noexcept {
    switch (section) {
        case dns_section::question:
            return "question";
        case dns_section::answer:
            return "answer";
        case dns_section::authority:
            return "authority";
        case dns_section::additional:
            return "additional";
    }
    return {};
}

dns_record_range::iterator dns_record_range::walked() const noexcept {
    iterator at = begin();
    while (at != end()) ++at;
    return at;
}

std::optional<parse_error> dns_record_range::error() const noexcept {
    const iterator at = walked();
    if (!at.broken_) return std::nullopt;
    return why_no_entry(message_, at.next_, at.now_.is_question());
}

std::size_t dns_record_range::count() const noexcept {
    std::size_t entries = 0;
    for (iterator at = begin(); at != end(); ++at) ++entries;
    return entries;
}

std::size_t dns_record_range::end_offset() const noexcept { return walked().next_; }

std::optional<std::size_t> dns_record_range::whole_end_offset() const noexcept {
    const iterator at = walked();
    if (at.broken_) return std::nullopt;
    return at.next_;
}

}  // namespace sonde::inline v0
