#include <algorithm>
#include <cerrno>
#include <charconv>
#include <limits>
#include <vector>

#include <sonde/base/os_error.hpp>
#include <sonde/base/text.hpp>

#include "live_refusal.hpp"

namespace sonde::inline v0 {
namespace detail {
namespace {

// The operation of an interface that is not there: it is the subject, nothing was done with it.
constexpr const char* interface_itself = "interface";

std::vector<std::string> interface_names(const packet_calls& calls) {
    std::vector<std::string> names;
    struct if_nameindex* const list = calls.if_nameindex();
    if (list == nullptr) return names;
    for (const auto* at = list; at->if_index != 0 && at->if_name != nullptr; ++at) {
        names.emplace_back(at->if_name);
    }
    calls.if_freenameindex(list);
    return names;
}

std::string joined(const std::vector<std::string>& names) {
    std::string out;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i != 0) out += i + 1 == names.size() ? " and " : ", ";
        out += names[i];
    }
    return out;
}

std::string nearest_interfaces(const std::string& name, const packet_calls& calls) {
    const auto names = interface_names(calls);
    if (names.empty()) return {};
    const auto near = std::ranges::min_element(
        names, {}, [&](const std::string& one) { return letters_apart(name, one); });
    std::string out;
    if (letters_apart(name, *near) <= std::max<std::size_t>(1, name.size() / 2)) {
        out = "did you mean " + *near + "? ";
    }
    return out + (names.size() == 1 ? "There is only " : "There are ") + joined(names);
}

std::string remedy_for(int code, const std::string& interface) {
    switch (code) {
        case EPERM:
        case EACCES:
            return "run it as root, or give the program the capability: "
                   "sudo setcap cap_net_raw+ep PROGRAM";
        case ENETDOWN:
            return "the interface is down; as root: ip link set " +
                   (interface.empty() ? "NAME" : interface) + " up";
        case ENODEV:
        case ENXIO:
            return "the interface is gone; `ip link` lists those that are there";
        case ENOMEM:
            return "ask for a smaller buffer";
        case EAFNOSUPPORT:
            return "this kernel was built without packet sockets (CONFIG_PACKET)";
        case EMSGSIZE:
            return "the frame is longer than the interface's MTU and link header";
        case EMFILE:
            return "this process has too many open files: ulimit -n";
        case ENOBUFS:
            return "the interface takes frames slower than they come; ask for a lower rate";
        default:
            return {};
    }
}

}  // namespace

std::size_t letters_apart(std::string_view one, std::string_view other) {
    constexpr std::size_t letters_max = 64;
    one = one.substr(0, letters_max);
    other = other.substr(0, letters_max);
    std::vector<std::size_t> before_last(other.size() + 1);
    std::vector<std::size_t> last(other.size() + 1);
    std::vector<std::size_t> row(other.size() + 1);
    for (std::size_t j = 0; j <= other.size(); ++j) last[j] = j;
    for (std::size_t i = 1; i <= one.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= other.size(); ++j) {
            const std::size_t changed = last[j - 1] + (one[i - 1] == other[j - 1] ? 0U : 1U);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, changed});
            const bool swapped =
                i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1];
            if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
        }
        before_last.swap(last);
        last.swap(row);
    }
    return last[other.size()];
}

tl::unexpected<live_error> refusal(const char* operation, int code, const std::string& interface) {
    return tl::unexpected(live_error{operation, code, interface, remedy_for(code, interface)});
}

live_result<std::uint32_t> index_of_interface(const std::string& name, const packet_calls& calls) {
    constexpr const char* operation = interface_itself;
    const std::string shown = printable(name);
    if (name.empty() || name.find('\0') != std::string::npos) {
        return tl::unexpected(live_error{
            operation, EINVAL, shown, "name an interface: " + joined(interface_names(calls))});
    }
    if (name.size() >= IF_NAMESIZE) {
        return tl::unexpected(live_error{
            operation,
            ENAMETOOLONG,
            shown,
            "names of interfaces have at most " + std::to_string(IF_NAMESIZE - 1) + " letters"});
    }
    if (const unsigned index = calls.if_nametoindex(name.c_str()); index != 0) return index;
    const int code = errno;
    unsigned number = 0;
    const auto [end, failed] = std::from_chars(name.data(), name.data() + name.size(), number);
    std::string found(IF_NAMESIZE, '\0');
    if (failed == std::errc{} && end == name.data() + name.size() && number != 0 &&
        calls.if_indextoname(number, found.data()) != nullptr) {
        return number;
    }
    if (code != ENODEV && code != ENXIO) return refusal(operation, code, shown);
    return tl::unexpected(live_error{operation, ENODEV, shown, nearest_interfaces(name, calls)});
}

}  // namespace detail

std::string describe(const live_error& error) {
    std::string operation = error.operation;
    const bool is_subject = operation == detail::interface_itself;
    if (!error.interface.empty()) operation += (is_subject ? " " : " of ") + error.interface;
    std::string out = describe(os_error{.operation = operation.c_str(), .code = error.code});
    if (!error.remedy.empty()) out += "; " + error.remedy;
    return out;
}

}  // namespace sonde::inline v0
