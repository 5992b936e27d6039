#!/usr/bin/env bash
# measure_monitor.sh MONITOR_LOAD [SECONDS [TARGETS [ROUNDS]]]: 100,000 targets at one probe a second, as
# root, in two network namespaces that end with it (many_lab). MONITOR_LOAD is the program of bench/many
# (an optimised build: ninja monitor_load plain_echo_loop). Prints a table in Markdown: one target alone,
# one alone while a plain loop keeps the path as busy as all of them will (on any processor, and on the
# same one), all of them, the same one alone again, and fping at the most it can do: as many of the
# targets as it can ask once a second without losing one, found by halving.
#
# On an idle path a packet finds the caches cold, which costs more than the path itself: compare the
# RTT of one among all with that of one alone on a path as busy.
#
# Exits 1 when sent was not answered + lost + in flight at any of ten looks a second.
set -euo pipefail
load=$(readlink -f "${1:?usage: measure_monitor.sh MONITOR_LOAD [SECONDS [TARGETS [ROUNDS]]]}")
seconds=${2:-300} targets=${3:-100000} rounds=${4:-1}
here=$(dirname "$(readlink -f "$0")")
if [ "${MEASURE_MONITOR_INSIDE:-}" != yes ]; then
    MEASURE_MONITOR_INSIDE=yes exec "$here/many_lab" --bits 14 run "$(readlink -f "$0")" "$load" "$seconds" "$targets" "$rounds"
fi
work=$(mktemp -d)
loop=
cleanup() {
    [ -z "$loop" ] || kill "$loop" 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT
failed=no on=()

# watch NAME COUNT SECONDS: a row of the table.
watch() {
    local targets seconds sent rate answered lost late in_flight send_failed dropped_here send_waits
    local checks disagreements median_us cpu_seconds memory_mb workers
    "${on[@]}" "$load" "$TARGETS" "$2" "$3" >"$work/said" || failed=yes
    while IFS='=' read -r name value; do declare "$name=$value"; done <"$work/said"
    printf '| %s | %.0f | %.1f | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f of %.0f | %.1f | %.2f | %.1f |\n' "$1" "$targets" \
        "$rate" "$sent" "$answered" "$lost" "$in_flight" "$dropped_here" "$((checks - disagreements))" "$checks" \
        "$median_us" "$(awk "BEGIN {print $cpu_seconds / $seconds}")" "$memory_mb"
}

# watch_beside NAME COUNT SECONDS: the same while a plain loop sends as much as all targets would.
watch_beside() {
    "${on[@]}" "$(dirname "$load")/plain_echo_loop" raw "$TARGETS" rate="$targets" count=$((targets * ($3 + 2))) \
        window=$((targets / 10 + 64)) stamps=both >/dev/null &
    loop=$!
    watch "$@"
    wait "$loop" || failed=yes
    loop=
}

addresses() { awk -v n="$1" 'BEGIN {for (i = 1; i <= n; ++i) printf "10.%d.%d.%d\n", 80 + int(i / 65536), int(i / 256) % 256, i % 256}'; }

# fping_asks COUNT SECONDS: rounds of one second; figures in $work/fping. Fails when it gave up (it
# has 65,535 sequence numbers for ten seconds), lost one or took longer.
fping_asks() {
    local count=$1 rounds=$2 start end
    addresses "$count" >"$work/list"
    start=$(date +%s.%N)
    /usr/bin/env bash -c "TIMEFORMAT='%U %S'; time fping -q -i 0 -r 0 -p 1000 -C $rounds -B 1 -t 1000 -f '$work/list' >/dev/null 2>'$work/answers'; :" 2>"$work/cpu" || true
    end=$(date +%s.%N)
    awk -v rounds="$rounds" -v count="$count" -v took="$(awk "BEGIN {print $end - $start}")" -v cpu="$(awk '{print $1 + $2}' "$work/cpu")" '
        {for (i = NF - rounds + 1; i <= NF; ++i) {++sent; if ($i == "-") ++lost}}
        END {printf "%d %d %.2f %.2f\n", sent, lost, took, cpu; exit !(NR == count && lost == 0 && took < rounds + 1)}' "$work/answers" >"$work/fping"
}

echo "| what | targets | probes a second | sent | answered | lost | in flight | dropped here | numbers agreed | median RTT of one, us | cores | memory, MB |"
echo "|---|---|---|---|---|---|---|---|---|---|---|---|"
alone=$((seconds < 30 ? seconds : 30))
for ((round = 1; round <= rounds; ++round)); do
    watch "one alone, idle path" 1 "$alone"
    watch_beside "one alone, busy path" 1 "$alone"
    on=(taskset -c 1)
    watch_beside "one alone, busy path, same processor" 1 "$alone"
    on=()
    watch "all" "$targets" "$seconds"
    watch "one alone again, idle path" 1 "$alone"
done
if command -v fping >/dev/null; then
    most=$targets
    until fping_asks "$most" 10; do
        most=$((most / 2))
        [ "$most" -gt 100 ] || break
    done
    read -r sent lost took cpu <"$work/fping"
    printf '| fping -i 0 -r 0 -p 1000 | %d | %.1f | %d | %d | %d | | | | | %.2f | |\n' "$most" \
        "$(awk "BEGIN {print $sent / $took}")" "$sent" $((sent - lost)) "$lost" "$(awk "BEGIN {print $cpu / $took}")"
fi
[ $failed = no ] || { echo "numbers did not agree" >&2; exit 1; }
