#!/usr/bin/env bash
# measure_many.sh SONDE PROGRAMS [OPTIONS]: one prefix swept by sonde, by the plain loops and by the
# sweepers that are installed (fping, zmap, masscan, nmap), in turn, in namespaces of their own, as
# root. SONDE is the program, PROGRAMS the folder build/.../bench/many of an optimised build. Prints a
# table in Markdown: medians of all rounds. Installs nothing; what is missing is left out and named.
#
#   --rounds N       5
#   --bits N         the prefix has 2^(32-N) addresses: 16; a million are 12
#   --delay MS       a path with this round trip, and one without (0); may be given several times.
#                    Unless said: 0 and 10
#   --rate N         of those that are asked for a rate where there is a delay: 100000
#   --fping MS       its interval in a row of its own where there is a delay: 0.085, which loses little
#   --only A,B       rows whose names contain one of these words
#   --reflector      a BPF program answers at the far end, not Linux
#   --paths          with --reflector and without delay: packet ring and XDP socket beside their plain
#                    loops: the port alone, and a sweep that was told to use it
#   --sonde WORDS    more words for `sonde sweep`, as "--port xdp"; may be given several times, each a row
#
# CPU is what the process used, the kernel's work on its behalf included. The far kernel answers on
# the same machine and often within the send call: compare rows, not machines.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")

usage() { sed -n '2,/^set -/{/^set -/!s/^# \{0,1\}//p}' "$0" >&2; exit 2; }
[ $# -ge 2 ] || usage
sonde=$(readlink -f "$1") programs=$(readlink -f "$2")
arguments=("$@")
shift 2
rounds=5 bits=16 rate=100000 fping=0.085 only= reflector=no paths=no delays=() sonde_rows=()
while [ $# -gt 0 ]; do
    case "$1" in
        --rounds) rounds=$2; shift 2 ;;
        --bits) bits=$2; shift 2 ;;
        --delay) delays+=("$2"); shift 2 ;;
        --rate) rate=$2; shift 2 ;;
        --fping) fping=$2; shift 2 ;;
        --only) only=$2; shift 2 ;;
        --sonde) sonde_rows+=("$2"); shift 2 ;;
        --reflector) reflector=yes; shift ;;
        --paths) reflector=yes paths=yes; shift ;;
        *) usage ;;
    esac
done
[ ${#delays[@]} -gt 0 ] || delays=(0 10)

if [ -z "${MEASURE_MANY_DELAY:-}" ]; then
    [ "$(id -u)" -eq 0 ] || { echo "measure_many: needs root to make network namespaces" >&2; exit 2; }
    for delay in "${delays[@]}"; do
        lab=("$here/many_lab" --bits "$bits")
        [ "$delay" = 0 ] || lab+=(--delay "$delay" "$programs/delay_forwarder")
        [ $reflector = no ] || lab+=(--reflector "$programs/reflector")
        # What tc has turned round, no XDP program sees.
        [ $paths = no ] || lab+=(--mode xdp)
        MEASURE_MANY_DELAY=$delay "${lab[@]}" run "$(readlink -f "$0")" "${arguments[@]}"
    done
    exit
fi

# Inside: the near namespace, with TARGETS, NEAR_DEVICE and FAR.
delay=$MEASURE_MANY_DELAY
size=$((1 << (32 - bits)))
work=$(mktemp -d)
wake=
cleanup() {
    [ -z "$wake" ] || kill "$wake" 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT
link_address() { ip neigh show "$FAR" dev "$NEAR_DEVICE" | sed -n 's/.*lladdr \([^ ]*\).*/\1/p'; }
# Prefixes of fping leave out the first and the last address; a list does not.
address() { local n=$(((10 << 24) + (80 << 16) + $1)); echo "$((n >> 24)).$((n >> 16 & 255)).$((n >> 8 & 255)).$((n & 255))"; }
first=$(address 0) last=$(address $((size - 1)))
# Enough for what a rate brings in 100 ms, when nobody reads.
window=$((rate / 10 > 1024 ? rate / 10 : 1024))

# Rows: a name, the program it needs, the command. Each writes one line for each address found to
# $work/found, or says its number itself (the loops).
names=() commands=()
row() {
    local name=$1
    if [ -n "$only" ]; then
        local word wanted=no
        for word in ${only//,/ }; do case "$name" in *"$word"*) wanted=yes ;; esac; done
        [ $wanted = yes ] || return 0
    fi
    command -v "$2" >/dev/null || { missing+=("$name"); return 0; }
    names+=("$name") commands+=("$3")
}
missing=()
if [ "$delay" = 0 ]; then
    row "plain loop, raw" "$programs/plain_echo_loop" "'$programs/plain_echo_loop' raw $TARGETS"
    row "plain loop, ping socket" "$programs/plain_echo_loop" "'$programs/plain_echo_loop' ping $TARGETS"
    row "sonde sweep" "$sonde" "'$sonde' sweep $TARGETS --quiet --yes --rate 0"
    for words in "${sonde_rows[@]}"; do row "sonde sweep $words" "$sonde" "'$sonde' sweep $TARGETS --quiet --yes --rate 0 $words"; done
    [ $paths = no ] || for path in packet xdp; do
        row "plain loop, $path" "$programs/ring_floor" "'$programs/ring_floor' $path 60 $size"
        row "port alone, $path" "$programs/port_loop" "'$programs/port_loop' $path 60 $size"
        row "sonde sweep --port $path" "$sonde" \
            "'$sonde' sweep $TARGETS --quiet --yes --rate 0 --network-rate 0 --workers 1 --port $path"
    done
    row "fping -i0 -r0" fping "fping -a -i0 -r0 -g $first $last"
else
    row "plain loop, raw, $rate/s" "$programs/plain_echo_loop" "'$programs/plain_echo_loop' raw $TARGETS window=$window rate=$rate"
    row "sonde sweep --rate $rate" "$sonde" "'$sonde' sweep $TARGETS --quiet --yes --rate $rate"
    row "sonde sweep --rate 0" "$sonde" "'$sonde' sweep $TARGETS --quiet --yes --rate 0"
    for words in "${sonde_rows[@]}"; do row "sonde sweep $words" "$sonde" "'$sonde' sweep $TARGETS --quiet --yes --rate $rate $words"; done
    row "fping -i0 -r0" fping "fping -a -i0 -r0 -g $first $last"
    row "fping -i$fping -r0" fping "fping -a -i$fping -r0 -g $first $last"
fi
row "zmap, no limit" zmap "zmap -q -M icmp_echoscan -i $NEAR_DEVICE -G $(link_address) -b /dev/null -r 0 -c 1 -o - $TARGETS"
row "zmap -r $rate" zmap "zmap -q -M icmp_echoscan -i $NEAR_DEVICE -G $(link_address) -b /dev/null -r $rate -c 1 -o - $TARGETS"
row "masscan --rate $rate" masscan "masscan --ping $TARGETS -e $NEAR_DEVICE --router-mac $(link_address) --rate $rate --wait 1 -oL -"
row "nmap -sn -PE" nmap "nmap -sn -PE -n -oG - $TARGETS"
for name in "${missing[@]}"; do echo "left out, not installed: $name" >&2; done

# masscan ends when a packet comes after its wait, however late.
ip netns exec far ping -q -i 0.2 10.79.0.1 >/dev/null &
wake=$!

found_by() {
    case "${names[$1]}" in
        *", packet" | *", xdp") sed -n 's/.* replies \([0-9]*\) .*/\1/p' "$work/found" ;;
        plain*) sed -n 's/.*"sent":\([0-9]*\),"lost":\([0-9]*\).*/\1 \2/p' "$work/found" | { read -r sent lost && echo $((sent - lost)); } ;;
        nmap*) grep -c 'Status: Up' "$work/found" || true ;;
        masscan*) awk '/^open/ {print $4}' "$work/found" | sort -u | wc -l ;;
        *) grep -E '^10\.' "$work/found" | sort -u | wc -l ;;
    esac
}

failed=no
for ((round = 1; round <= rounds; round++)); do
    for i in "${!names[@]}"; do
        "$programs/usage" "$work/took" bash -c "exec ${commands[$i]}" >"$work/found" 2>"$work/said"
        echo "$(cat "$work/took") $(found_by "$i")" >>"$work/row.$i"
        [ -s "$work/found" ] && continue
        echo "${names[$i]}: $(tail -n 1 "$work/said")" >&2
        case "${names[$i]}" in plain* | port* | sonde*) failed=yes ;; esac
    done
    echo "round $round of $rounds" >&2
done

# median COLUMN FILE
median() { awk -v c="$1" '{print $c}' "$2" | sort -g | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }
echo
if [ "$delay" = 0 ]; then path="no delay"; else path="$delay ms of delay"; fi
echo "$size targets, $path; medians of $rounds"
echo
echo "| sweep | elapsed s | CPU s per million | found | lost | peak MiB |"
echo "|---|---|---|---|---|---|"
for i in "${!names[@]}"; do
    file=$work/row.$i
    found=$(median 5 "$file")
    awk -v name="${names[$i]}" -v seconds="$(median 1 "$file")" -v cpu="$(median 2 "$file")" -v kib="$(median 3 "$file")" \
        -v found="$found" -v size="$size" 'BEGIN {
            printf "| %s | %.2f | %.1f | %d | %.2f %% | %.0f |\n", name, seconds, cpu / size * 1e6, found, (size - found) * 100 / size, kib / 1024
        }'
done
[ $failed = no ]
