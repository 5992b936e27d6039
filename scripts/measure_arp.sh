#!/usr/bin/env bash
# The first hop answers ARP a second late: what do ping tools report?
#
#   scripts/lab --routers 1 scripts/measure_arp.sh PATH_TO_SONDE
set -euo pipefail
sonde=$1

first_probe() { # a fresh neighbour table, a router that ignores the first ARP request
    ip netns exec r1 sysctl -qw net.ipv4.conf.all.arp_ignore=8
    ip neigh flush dev right0
    (sleep 0.5; ip netns exec r1 sysctl -qw net.ipv4.conf.all.arp_ignore=0) &
    "$@"
    wait
}

echo '$ ping -c 1'
first_probe ping -n -c 1 "$SERVER4" | grep 'time='
echo '$ fping -c 1 -t 3000'
first_probe fping -c 1 -t 3000 "$SERVER4" 2>/dev/null
echo '$ sonde ping -c 1'
first_probe "$sonde" ping -n -c 1 "$SERVER4" | grep 'time='
echo '$ sonde ping --socket dgram -c 1, as uid 65534'
first_probe setpriv --reuid 65534 --regid 65534 --clear-groups "$sonde" ping --socket dgram -n -c 1 "$SERVER4" | grep 'time='
