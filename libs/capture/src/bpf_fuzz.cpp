// Any octets as a filter program and the packet behind it; and as a filter text.

#include <algorithm>
#include <string>

#include <sonde/base/check.hpp>
#include <sonde/capture/bpf.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sonde;
    const bytes_view octets(data, size);
    std::vector<bpf_instruction> code;
    for (std::size_t at = 0; at + 8 <= size / 2; at += 8) {
        code.push_back(
            {be16_at(octets, at), octets[at + 2], octets[at + 3], be32_at(octets, at + 4)});
    }
    if (const auto program = bpf_program::from(std::move(code))) {
        for (std::size_t len = 0; len <= std::min<std::size_t>(size, 64); ++len) {
            static_cast<void>(program->run(octets.first(len), static_cast<std::uint32_t>(len), 4));
        }
    }
    // No names: a filter may look them up, and noise is full of them.
    std::string text;
    for (const std::uint8_t octet : octets.first(std::min<std::size_t>(size, 64))) {
        static constexpr std::string_view letters = "0123456789 .:()[]&|!<>=+-*/";
        static constexpr std::string_view words[] = {"tcp ",
                                                     "ip ",
                                                     "port ",
                                                     "host ",
                                                     "net ",
                                                     "vlan ",
                                                     "and ",
                                                     "or ",
                                                     "not ",
                                                     "ether ",
                                                     "udp "};
        if (octet < 128) {
            text += letters[octet % letters.size()];
        } else {
            text += words[octet % std::size(words)];
        }
    }
    const auto compiled = bpf_program::compile(text);
    if (compiled) {
        static_cast<void>(compiled->run(octets, static_cast<std::uint32_t>(size)));
    } else {
        SONDE_CHECK(!describe(compiled.error()).empty());
    }
    return 0;
}
