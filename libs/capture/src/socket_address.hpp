#pragma once
/// An address of one family in the shape that bind(2) and sendto(2) are declared with.

#include <sys/socket.h>

namespace sonde::inline v0::detail {

template <class Address>
union socket_address {
    Address own;
    sockaddr plain;
};

}  // namespace sonde::inline v0::detail
