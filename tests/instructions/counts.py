#!/usr/bin/env python3
"""Counts the instructions of each hot path and holds them against limits.json.

    counts.py HOT_PATHS [--update]

The same binary gives the same count whatever else the machine does. A path runs 2,000 and 12,000 times under
callgrind; the difference is what it costs, start-up left out. Processors differ a little (the checksum picks its
kernel at run time), so a limit stands about a tenth above what was counted.
"""
import json
import pathlib
import re
import subprocess
import sys

LIMITS = pathlib.Path(__file__).with_name("limits.json")
FEW, MANY = 2000, 12000


def count(program, path, times):
    run = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, path, str(times)],
                         capture_output=True, text=True)
    found = re.search(r"Collected : (\d+)", run.stderr)
    if not found:
        sys.exit(f"{path}: {run.stderr}")
    return int(found.group(1))


def main():
    program = sys.argv[1]
    update = "--update" in sys.argv
    limits = json.loads(LIMITS.read_text())
    paths = subprocess.run([program], capture_output=True, text=True, check=True).stdout.split()
    failed = set(paths) != set(limits)
    if failed and not update:
        print(f"limits.json and the program do not know the same paths: {', '.join(set(paths) ^ set(limits))}")
    for path in paths:
        each = (count(program, path, MANY) - count(program, path, FEW)) / (MANY - FEW)
        limit = limits.get(path, 0)
        verdict = "" if each <= limit else "  TOO MANY"
        failed = failed or each > limit
        print(f"{path:20}{each:9.1f} instructions, at most {limit}{verdict}")
        limits[path] = round(each * 1.1) if update else limit
    if update:
        limits = {path: limits[path] for path in paths}
        LIMITS.write_text(json.dumps(limits, indent=2) + "\n")
        return 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
