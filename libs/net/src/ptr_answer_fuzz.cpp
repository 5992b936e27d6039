// Whatever a name server sends: names stay within the bounds of RFC 1035.

#include <sonde/base/check.hpp>

#include "ptr_answer.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto seen = sonde::detail::read_ptr_answer({data, size});
    for (const auto& name : seen.names) SONDE_CHECK(!name.empty() && name.size() <= 255);
    return 0;
}
