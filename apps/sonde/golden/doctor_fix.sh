#!/bin/sh
# doctor_fix.sh PROGRAM: what `doctor --fix` does to a copy of the program, in a network of its own.
# Needs root, setpriv and unshare; exit code 77 says that they are not there.
set -eu
if [ "${SONDE_DOCTOR_INSIDE:-}" != yes ]; then
    [ "$(id -u)" -eq 0 ] && unshare --net true 2>/dev/null && command -v setpriv getcap >/dev/null ||
        { echo "NOT TESTED: needs root, unshare, setpriv and getcap"; exit 77; }
    SONDE_DOCTOR_INSIDE=yes exec unshare --net "$0" "$@"
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
as_nobody() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
close_group() { echo "1 0" > /proc/sys/net/ipv4/ping_group_range; }
ip link set lo up

echo "where CAP_NET_RAW cannot be had, the program is left startable"
cp "$1" "$folder/bounded"
close_group
setpriv --bounding-set=-net_raw --inh-caps=-all "$folder/bounded" doctor --fix
[ -z "$(getcap "$folder/bounded")" ]
setpriv --bounding-set=-net_raw --inh-caps=-all "$folder/bounded" ping -q -c 1 127.0.0.1

echo "elsewhere it gets the capability, and works for everybody even with ping sockets closed"
cp "$1" "$folder/free"
"$folder/free" doctor --fix
close_group
as_nobody "$folder/free" ping -q -c 1 127.0.0.1
