// The lists of IGMPv3 and MLDv2, which are one design for two families: sources and group records.

#include <sonde/wire/network/igmp.hpp>
#include <sonde/wire/network/mld.hpp>

#include "describe.hpp"

namespace sonde::inline v0 {
namespace {

using detail::tell;
using detail::tell_address;
using detail::tell_addresses;
using detail::tell_octets;
using detail::told_group;

// As many sources as are declared and there, then what follows them.
void tell_sources(bytes_view rest, std::size_t count, std::size_t address_len, field_sink& to) {
    const std::size_t len = std::min(count, rest.size() / address_len) * address_len;
    tell_addresses(to, "source_address", rest.first(len), address_len);
    tell_octets(to, "additional_data", rest.subspan(len));
}

template <class Records>
void tell_records(const Records& records, std::size_t address_len, field_sink& to) {
    std::size_t told = 0;
    for (const auto& record : records) {
        const bytes_view octets = record.octets();
        const std::string_view name = to_string(record.type());
        const told_group group(to, "multicast_address_record", name, octets);
        tell(to, "record_type", octets.first(1), {field_kind::number, name});
        tell(to, "auxiliary_data_length", octets.subspan(1, 1));
        tell(to, "number_of_sources", octets.subspan(2, 2));
        tell_address(to, "multicast_address", octets.subspan(4, address_len));
        tell_addresses(to,
                       "source_address",
                       octets.subspan(4 + address_len, record.number_of_sources() * address_len),
                       address_len);
        tell_octets(to, "auxiliary_data", record.auxiliary_data());
        told += octets.size();
    }
    if (const auto error = records.error()) to.on_problem(*error);
    tell_octets(to, "additional_data", records.octets().subspan(told));
}

}  // namespace

void igmpv3_query::describe(view seen, field_sink& to) {
    tell_sources(seen.octets().subspan(header_len), seen.number_of_sources(), 4, to);
}
void igmpv3_report::describe(view seen, field_sink& to) { tell_records(seen.records(), 4, to); }

void mldv2_query::describe(view seen, field_sink& to) {
    tell_sources(seen.octets().subspan(header_len), seen.number_of_sources(), 16, to);
}
void mldv2_report::describe(view seen, field_sink& to) { tell_records(seen.records(), 16, to); }

}  // namespace sonde::inline v0
