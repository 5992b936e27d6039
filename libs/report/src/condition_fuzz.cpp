// Any text: it is read or refused with a place inside it and one clean sentence; what was read can
// be judged, says the same twice, and is read again from its own text.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <sonde/report/condition.hpp>

namespace {

bool is_clean(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

void require(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string text;
    for (std::size_t i = 0; i < size; ++i) text += static_cast<char>(data[i]);
    const auto read = sonde::condition::parse(text);
    if (!read) {
        require(read.error().offset <= text.size() && is_clean(read.error().text));
        return 0;
    }
    sonde::rtt_statistics rtt;
    sonde::probe_counts counts{.sent = size, .received = size / 2, .lost = size - size / 2};
    for (std::size_t i = 0; i < counts.received && i < 100; ++i) {
        rtt.add(sonde::nanoseconds(std::int64_t{data[i]} * 1'000'000));
    }
    const auto facts = sonde::facts_of(counts, rtt);
    const bool is_true = read->is_true(facts);
    require(is_true == sonde::condition::parse(read->text())->is_true(facts));
    const auto first = read->first_true(3, [&](std::size_t) { return facts; });
    require(first.has_value() == is_true);
    static_cast<void>(read->values(facts));
    return 0;
}
