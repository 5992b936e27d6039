#!/usr/bin/env bash
# craft.sh SONDE: sonde craft and sonde capture at the two ends of a link. Skips, loudly, without root.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
if [ "$(id -u)" -ne 0 ] || ! unshare --net --mount true 2>/dev/null; then
    echo "NOT TESTED: crafting and capturing need root and network namespaces"
    exit 77
fi
command -v tcpdump >/dev/null || { echo "NOT TESTED: crafting and capturing are compared with tcpdump"; exit 77; }
exec "$top/scripts/lab" --routers 0 python3 "$top/tests/lab/craft.py" "$1"
