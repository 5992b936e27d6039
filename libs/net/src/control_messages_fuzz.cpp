// Control messages that no kernel sends: nothing outside the given octets is read.

#include <vector>

#include "control_messages.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // The kernel aligns them; a heap block of the exact size lets the sanitizer see its end.
    std::vector<std::uint8_t> octets(data, data + size);
    msghdr message{};
    message.msg_control = octets.data();
    message.msg_controllen = octets.size();
    static_cast<void>(sonde::detail::read_control(message));
    return 0;
}
