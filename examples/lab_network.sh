#!/bin/bash
# Runs an example in a network of its own, beside hosts that are namespaces. Nothing of it can be
# seen from outside, and nothing is left of it. Where the system does not allow that, the test is
# skipped, loudly.
#
#   lab_network.sh neighbour ROLE PROGRAM ARGS   here (lab0) 192.0.2.1 -- 192.0.2.2 ROLE
#   lab_network.sh path      ROLE PROGRAM ARGS   here (lab0) 192.0.2.1 -- ROLE -- 198.51.100.2
#   lab_network.sh between   ROLE PROGRAM ARGS   192.0.2.2 ROLE -- here (lab0, lab1) -- 192.0.2.3
#
# What the neighbour does is its role, see below. It writes a line to descriptor 3 when the program
# may begin, and goes on until it is ended.

if [ "$1" = role ]; then
    case $2 in
    quiet)
        echo >&3 ;;
    pings)  # an address, again and again
        echo >&3
        while :; do ping -c 1 -W 1 "$3"; done ;;
    moves)  # asks for us, from another hardware address each time
        echo >&3
        for ((n = 0;; n++)); do
            ip link set near0 address "02:00:00:00:00:$((n % 2 + 10))"
            ip neigh flush dev near0
            ping -c 1 -W 1 192.0.2.1
        done ;;
    asks)  # for the address of www.lab.example (RFC 1035 s4.1)
        echo >&3
        while :; do
            printf '\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00%b' \
                '\x03www\x03lab\x07example\x00\x00\x01\x00\x01' > /dev/udp/192.0.2.1/53
            sleep 0.1
        done ;;
    listens)  # on two TCP ports
        exec python3 -c '
import os, signal, socket
listening = [socket.create_server(("192.0.2.2", port)) for port in (22, 80)]
os.write(3, b"\n")
signal.pause()' ;;
    esac
    exit
fi > /dev/null

if [ "$SONDE_EXAMPLE_INSIDE" != yes ]; then
    flags=-nm
    [ "$(id -u)" = 0 ] || flags=-rnm
    unshare $flags sh -c 'mount -t tmpfs none /run && ip netns add try' 2> /dev/null ||
        { echo "NOT TESTED: no network namespaces here"; exit 77; }
    SONDE_EXAMPLE_INSIDE=yes exec unshare $flags "$0" "$@"
fi

set -e
kind=$1
read -ra role <<< "$2"
shift 2
mount -t tmpfs none /run
ip netns add near
ip netns add far
for namespace in near far; do ip -n $namespace link set lo up; done
ip link set lo up
ip link add lab0 address 02:00:00:00:00:01 type veth \
    peer name near0 address 02:00:00:00:00:02 netns near
ip -n near addr add 192.0.2.2/24 dev near0
ip -n near link set near0 up
ip link set lab0 up

case $kind in
neighbour)
    ip addr add 192.0.2.1/24 dev lab0 ;;
path)
    ip addr add 192.0.2.1/24 dev lab0
    ip route add 198.51.100.0/24 via 192.0.2.2
    ip -n near link add near1 type veth peer name far0 netns far
    ip -n near addr add 198.51.100.1/24 dev near1
    ip -n near link set near1 up
    ip netns exec near sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'
    ip -n far addr add 198.51.100.2/24 dev far0
    ip -n far link set far0 up
    ip -n far route add default via 198.51.100.1 ;;
between)
    ip link add lab1 address 02:00:00:00:00:04 type veth \
        peer name far0 address 02:00:00:00:00:03 netns far
    ip link set lab1 up
    ip -n far addr add 192.0.2.3/24 dev far0
    ip -n far link set far0 up ;;
esac

mkfifo /run/ready
ip netns exec near "$0" role "${role[@]}" 3> /run/ready &
neighbour=$!
read -r _ < /run/ready
status=0
"$@" || status=$?
kill $neighbour 2> /dev/null || true
exit $status
