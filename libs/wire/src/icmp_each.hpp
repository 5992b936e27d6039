#pragma once
/// For tests and fuzzing: calls `use.template operator()<Message>()` with the type of message that
/// the octets are.

#include <sonde/wire/network/icmp.hpp>
#include <sonde/wire/network/icmp_address_mask.hpp>
#include <sonde/wire/network/icmp_destination_unreachable.hpp>
#include <sonde/wire/network/icmp_echo.hpp>
#include <sonde/wire/network/icmp_extended_echo.hpp>
#include <sonde/wire/network/icmp_extension_objects.hpp>
#include <sonde/wire/network/icmp_information.hpp>
#include <sonde/wire/network/icmp_parameter_problem.hpp>
#include <sonde/wire/network/icmp_photuris.hpp>
#include <sonde/wire/network/icmp_redirect.hpp>
#include <sonde/wire/network/icmp_router_advertisement.hpp>
#include <sonde/wire/network/icmp_router_solicitation.hpp>
#include <sonde/wire/network/icmp_source_quench.hpp>
#include <sonde/wire/network/icmp_time_exceeded.hpp>
#include <sonde/wire/network/icmp_timestamp.hpp>

namespace sonde {

template <class Use>
void with_icmp_message(bytes_view octets, Use&& use) {
    switch (icmp_message_layer(octets)) {
        case layer::icmp_echo:
            return use.template operator()<icmp_echo>();
        case layer::icmp_destination_unreachable:
            return use.template operator()<icmp_destination_unreachable>();
        case layer::icmp_source_quench:
            return use.template operator()<icmp_source_quench>();
        case layer::icmp_redirect:
            return use.template operator()<icmp_redirect>();
        case layer::icmp_router_advertisement:
            return use.template operator()<icmp_router_advertisement>();
        case layer::icmp_router_solicitation:
            return use.template operator()<icmp_router_solicitation>();
        case layer::icmp_time_exceeded:
            return use.template operator()<icmp_time_exceeded>();
        case layer::icmp_parameter_problem:
            return use.template operator()<icmp_parameter_problem>();
        case layer::icmp_timestamp:
            return use.template operator()<icmp_timestamp>();
        case layer::icmp_information:
            return use.template operator()<icmp_information>();
        case layer::icmp_address_mask:
            return use.template operator()<icmp_address_mask>();
        case layer::icmp_photuris:
            return use.template operator()<icmp_photuris>();
        case layer::icmp_extended_echo_request:
            return use.template operator()<icmp_extended_echo_request>();
        case layer::icmp_extended_echo_reply:
            return use.template operator()<icmp_extended_echo_reply>();
        default:
            return use.template operator()<icmp>();
    }
}

}  // namespace sonde
