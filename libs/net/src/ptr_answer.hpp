#pragma once
/// Reverse names: the question (RFC 1035 s3.5, RFC 3596 s2.5) and the PTR records of an answer. The
/// names come as the octets that came: libraries that check them drop what a user should see.

#include <chrono>
#include <string>
#include <vector>

#include <sonde/base/address.hpp>
#include <sonde/base/octets.hpp>

namespace sonde::inline v0::detail {

[[nodiscard]] std::string reverse_question(const ip_address& address);

struct ptr_names {
    std::vector<std::string> names;  // labels joined by dots, without the final one
    std::chrono::seconds ttl{0};     // the smallest
};
/// Reads as far as the message is well-formed; what follows is left out.
[[nodiscard]] ptr_names read_ptr_answer(bytes_view message);

}  // namespace sonde::inline v0::detail
