#!/usr/bin/env bash
# run.sh SONDE: tests that need real kernels in namespaces of their own. Skips, loudly, without root.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
if [ "$(id -u)" -ne 0 ] || ! unshare --net --mount true 2>/dev/null; then
    echo "NOT TESTED: the chain of kernel routers needs root and network namespaces"
    exit 77
fi
exec "$top/scripts/lab" --routers 5 python3 "$top/tests/lab/chain.py" "$1"
