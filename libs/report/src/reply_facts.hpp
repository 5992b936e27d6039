#pragma once
/// What an answer says, as words that every rendering shares.

#include <string>
#include <string_view>

#include <sonde/base/address.hpp>
#include <sonde/probe/options.hpp>
#include <sonde/probe/session.hpp>
#include <sonde/probe/trace.hpp>

namespace sonde::inline v0::detail {

/// An ICMP error in the words of ping: "Destination Host Unreachable". Safe on a screen.
[[nodiscard]] std::string error_text(const answer& reply, ip_family family);
/// The objects of an RFC 4884 structure as traceroute -e writes them, joined by ';'; empty when
/// there are none.
[[nodiscard]] std::string extension_text(bytes_view extension);
/// "Network is unreachable (ENETUNREACH)".
[[nodiscard]] std::string errno_text(int code);

[[nodiscard]] std::string_view word(event_kind kind) noexcept;
[[nodiscard]] std::string_view word(reply_class what) noexcept;
[[nodiscard]] std::string_view word(answer_kind kind) noexcept;
[[nodiscard]] std::string_view word(probe_state state) noexcept;
[[nodiscard]] std::string_view word(probe_method method) noexcept;
[[nodiscard]] std::string_view word(trace_end end) noexcept;

}  // namespace sonde::inline v0::detail
