#!/usr/bin/env bash
# measure_flood.sh FLOOD [ROUNDS [COUNT]]: a million frames of 60 octets over a veth pair between two
# network namespaces, by sonde and by tcpreplay --topspeed in turn, as root. FLOOD is the program of
# tests/lab (an optimised build: ninja flood). Installs nothing; the namespaces end with it.
#
# Each round sends four floods to nobody and two to a capture of sonde at the far end, where
# received + dropped by its ring + dropped by the interfaces must be what was sent. Exits 1 when not.
set -euo pipefail
flood=$(readlink -f "${1:?usage: measure_flood.sh FLOOD [ROUNDS [COUNT]]}")
rounds=${2:-5} count=${3:-1000000}
[ "$(id -u)" -eq 0 ] || { echo "measure_flood: needs root to make network namespaces" >&2; exit 2; }
command -v tcpreplay >/dev/null || { echo "measure_flood: tcpreplay is not installed; the comparison needs it" >&2; exit 2; }

near=sonde_live_near far=sonde_live_far work=$(mktemp -d)
cleanup() {
    ip netns del $near 2>/dev/null || true
    ip netns del $far 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT
ip netns add $near
ip netns add $far
for node in $near $far; do
    ip netns exec $node sh -c 'echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6'
done
ip link add liven netns $near type veth peer name livef netns $far
ip -n $near link set liven up
ip -n $far link set livef up

in_near() { ip netns exec $near "$@"; }
field() { sed -n "s/.*\"$1\":\([0-9.]*\).*/\1/p"; }
by_sonde() { in_near "$flood" send liven "$count" 0 "${1:-1}" | field rate; }
# The file is in memory before the clock of tcpreplay starts.
by_tcpreplay() { in_near tcpreplay --topspeed -K --loop=$((count / 1000)) -i liven "$work/frames.pcap" 2>&1 | sed -n 's/.* \([0-9.]*\) pps.*/\1/p'; }
dropped_by_interfaces() {
    local near_drops far_drops
    near_drops=$(in_near cat /sys/class/net/liven/statistics/tx_dropped)
    far_drops=$(ip netns exec $far cat /sys/class/net/livef/statistics/rx_dropped)
    echo $((near_drops + far_drops))
}

# captured WHO: a flood with a capture at the far end; checks the sum.
captured() {
    local before rate received dropped lost
    before=$(dropped_by_interfaces)
    ip netns exec $far "$flood" receive livef >"$work/received" 2>"$work/ready" &
    until grep -q ready "$work/ready" 2>/dev/null; do kill -0 $! || exit 1; done
    rate=$("by_$1")
    wait $!
    received=$(field received <"$work/received")
    dropped=$(field dropped <"$work/received")
    lost=$(($(dropped_by_interfaces) - before))
    printf '  %-34s %9.0f frames/s; received %d + ring %d + interfaces %d = %d of %d\n' \
        "$1, captured by sonde" "$rate" "$received" "$dropped" "$lost" $((received + dropped + lost)) "$count"
    [ $((received + dropped + lost)) -eq "$count" ] || failed=yes
    echo "$rate" >>"$work/$1_captured"
}

"$flood" file "$work/frames.pcap" 1000
failed=no
for ((round = 1; round <= rounds; round++)); do
    echo "round $round"
    for who in sonde tcpreplay; do
        rate=$("by_$who")
        echo "$rate" >>"$work/$who"
        printf '  %-34s %9.0f frames/s\n' "$who" "$rate"
    done
    rate=$(by_sonde 2)
    echo "$rate" >>"$work/two"
    printf '  %-34s %9.0f frames/s\n' "sonde, two threads" "$rate"
    captured sonde
    captured tcpreplay
done
median() { sort -n "$1" | awk '{v[NR]=$1} END {print v[int((NR + 1) / 2)]}'; }
echo "medians of $rounds rounds, $count frames each, frames/s"
printf '  %-34s %9.0f\n' sonde "$(median "$work/sonde")" "sonde, two threads" "$(median "$work/two")" \
    "tcpreplay --topspeed" "$(median "$work/tcpreplay")" "sonde, captured" "$(median "$work/sonde_captured")" \
    "tcpreplay, captured" "$(median "$work/tcpreplay_captured")"
in_near "$flood" first liven $far livef |
    sed 's/{"first_us_median":\(.*\),"first_us_p99":\(.*\),"first_us_max":\(.*\)}/first packet of a capture: median \1 us, 99 % \2 us, longest \3 us/'
[ $failed = no ] || { echo "frames are missing that nobody counted" >&2; exit 1; }
