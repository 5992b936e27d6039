#include <sonde/wire/application/dns.hpp>

namespace sonde::inline v0 {
namespace detail {
std::string_view dns_opcode_field_name(std::uint64_t value) noexcept {
    return to_string(dns_opcode(static_cast<std::uint8_t>(value)));
}
std::string_view dns_response_code_field_name(std::uint64_t value) noexcept {
    return to_string(dns_response_code(static_cast<std::uint16_t>(value)));
}
}  // namespace detail

result<dns> dns::read(view v) noexcept {
    return dns{.identifier = v.identifier(),
               .response = v.response(),
               .opcode = v.opcode(),
               .authoritative_answer = v.authoritative_answer(),
               .truncated = v.truncated(),
               .recursion_desired = v.recursion_desired(),
               .recursion_available = v.recursion_available(),
               .reserved = v.reserved(),
               .authentic_data = v.authentic_data(),
               .checking_disabled = v.checking_disabled(),
               .response_code = v.response_code(),
               .question_count = v.question_count(),
               .answer_count = v.answer_count(),
               .authority_count = v.authority_count(),
               .additional_count = v.additional_count(),
               .sections = v.octets().subspan(header_len)};
}

void dns::emit_header(std::span<std::uint8_t, header_len> out) const noexcept {
    const auto flag = [](bool set, unsigned mask) { return set ? mask : 0U; };
    const unsigned flags = flag(response, 0x8000) | (static_cast<unsigned>(opcode) & 0x0fU) << 11 |
                           flag(authoritative_answer, 0x0400) | flag(truncated, 0x0200) |
                           flag(recursion_desired, 0x0100) | flag(recursion_available, 0x0080) |
                           flag(reserved, 0x0040) | flag(authentic_data, 0x0020) |
                           flag(checking_disabled, 0x0010) |
                           (static_cast<unsigned>(response_code) & 0x0fU);
    put_be16<0>(out, identifier);
    put_be16<2>(out, static_cast<std::uint16_t>(flags));
    put_be16<4>(out, question_count);
    put_be16<6>(out, answer_count);
    put_be16<8>(out, authority_count);
    put_be16<10>(out, additional_count);
}

void dns::emit(bytes_mut out) const noexcept {
    emit_header(out.first<header_len>());
    copy_octets(out.subspan(header_len), sections);
}

namespace {

bool same_questions(dns::view a, dns::view b) noexcept {
    if (a.question_count() != b.question_count()) return false;
    const auto ours = a.questions();
    const auto theirs = b.questions();
    auto left = ours.begin();
    auto right = theirs.begin();
    for (; left != ours.end() && right != theirs.end(); ++left, ++right) {
        if (left->type() != right->type() || left->record_class() != right->record_class() ||
            !(left->name() == right->name())) {
            return false;
        }
    }
    // Both must have been walked to their end, not to a broken question.
    return !ours.error() && !theirs.error();
}

}  // namespace

bool is_answer(dns::view answer, dns::view question) noexcept {
    if (!answer.response() || question.response()) return false;
    if (answer.identifier() != question.identifier() || answer.opcode() != question.opcode()) {
        return false;
    }
    return same_questions(answer, question);
}

}  // namespace sonde::inline v0
