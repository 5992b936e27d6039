#pragma once
/// Everything of sonde for a user's program: addresses, messages, engines, the client. Asio users
/// include <sonde/client/async_client.hpp> beside it. Inside sonde nobody includes this file.

#include <sonde/base/address.hpp>
#include <sonde/base/octets.hpp>
#include <sonde/base/os_error.hpp>
#include <sonde/base/result.hpp>
#include <sonde/base/strong.hpp>
#include <sonde/base/text.hpp>
#include <sonde/base/time.hpp>
#include <sonde/client/client.hpp>
#include <sonde/client/errors.hpp>
#include <sonde/client/icmp_socket.hpp>
#include <sonde/client/log.hpp>
#include <sonde/client/names.hpp>
#include <sonde/client/target.hpp>
#include <sonde/packet/datagram.hpp>
#include <sonde/packet/icmp_error.hpp>
#include <sonde/probe/options.hpp>
#include <sonde/probe/ping.hpp>
#include <sonde/probe/session.hpp>
#include <sonde/probe/statistics.hpp>
#include <sonde/probe/trace.hpp>
#include <sonde/wire/checksum.hpp>
#include <sonde/wire/network/icmp.hpp>
#include <sonde/wire/network/icmpv6.hpp>
#include <sonde/wire/network/ipv4.hpp>
#include <sonde/wire/network/ipv6.hpp>
#include <sonde/wire/transport/tcp.hpp>
#include <sonde/wire/transport/udp.hpp>
