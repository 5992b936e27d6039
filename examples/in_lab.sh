#!/bin/sh
# Runs an example in a network namespace of its own, with nothing but a loopback. Where the system
# does not allow that, the test is skipped, loudly.
if [ "$SONDE_EXAMPLE_INSIDE" != yes ]; then
    flags=-n
    [ "$(id -u)" = 0 ] || flags=-rn
    unshare $flags true 2>/dev/null || { echo "NOT TESTED: no network namespace here"; exit 77; }
    SONDE_EXAMPLE_INSIDE=yes exec unshare $flags "$0" "$@"
fi
ip link set lo up
echo 0 > /proc/sys/net/ipv4/icmp_echo_ignore_broadcasts
exec "$@"
