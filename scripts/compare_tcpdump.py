#!/usr/bin/env python3
"""Compares the lines of sonde with those of tcpdump, and the time that both take.

    compare_tcpdump.py PROGRAM CAPTURE...     PROGRAM: example_print_lines

Counts, for each file and in sum, how many lines are the same. tcpdump runs with -nn -t -S, brief
lines with -q too. Files in which tcpdump prints several lines a packet are compared where it does
not. `--time` prints the user and system time of each, the best of five runs, output thrown away.
"""

import os
import pathlib
import resource
import subprocess
import sys


def lines_of(command):
    done = subprocess.run(command, capture_output=True, check=False)
    text = done.stdout.decode("latin-1").splitlines()
    return [line.rstrip() for line in text if line and not line.startswith(("\t", " " * 4))]


def cpu_seconds(command):
    best = None
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        with open(os.devnull, "wb") as nothing:
            subprocess.run(command, stdout=nothing, stderr=nothing, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
        best = spent if best is None else min(best, spent)
    return best


def compare(program, path, full):
    tcpdump = ["tcpdump", "-nn", "-t", "-S"] + ([] if full else ["-q"]) + ["-r", str(path)]
    theirs = lines_of(tcpdump)
    ours = lines_of([program, str(path), "full" if full else "brief"])
    if len(theirs) != len(ours):
        return None
    return sum(a == b for a, b in zip(theirs, ours)), len(ours)


def main():
    if len(sys.argv) < 3:
        print(__doc__)
        return 2
    timing = "--time" in sys.argv
    program, *paths = [one for one in sys.argv[1:] if one != "--time"]
    for full in (False, True):
        same, all_lines, left_out = 0, 0, 0
        for path in map(pathlib.Path, paths):
            found = compare(program, path, full)
            if found is None:
                left_out += 1
                continue
            same, all_lines = same + found[0], all_lines + found[1]
        print(f"{'full' if full else 'brief'}: {same} of {all_lines} lines are tcpdump's; "
              f"{left_out} files with several lines a packet left out")
    if timing:
        for path in paths:
            ours = cpu_seconds([program, path])
            theirs = cpu_seconds(["tcpdump", "-nn", "-q", "-t", "-r", path])
            print(f"{path}: sonde {ours:.3f} s, tcpdump -nn -q {theirs:.3f} s of CPU")
    return 0


if __name__ == "__main__":
    sys.exit(main())
