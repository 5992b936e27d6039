// Any octets as an SCTP packet, as a chunk of each type and as a pair of question and answer:
// nothing may go outside them, every list must end, and what can be read must come back in the same
// octets.

#include "sctp_each.hpp"

namespace sonde::testing {
namespace {

// The same packet in the other direction, so that the rules behind the ports are reached.
void as_answer_to_itself(bytes_view octets) {
    const auto question = sctp::view::parse(octets);
    if (!question) return;
    std::vector<std::uint8_t> turned(octets.begin(), octets.end());
    const auto answer = sctp::mutable_view::parse(turned);
    SONDE_CHECK(answer.has_value());
    answer->set_source_port(question->destination_port());
    answer->set_destination_port(question->source_port());
    answer->update_checksum();
    const auto made = sctp::view::parse(turned);
    SONDE_CHECK(made && made->checksum_verdict() == checksum_state::good);
    (void)is_answer(*made, *question);
}

}  // namespace
}  // namespace sonde::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const sonde::bytes_view octets(data, size);
    sonde::testing::exercise_sctp(octets);
    sonde::testing::exercise_chunks(octets);
    sonde::testing::as_answer_to_itself(octets);
    return 0;
}
