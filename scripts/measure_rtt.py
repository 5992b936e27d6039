#!/usr/bin/env python3
"""How far the RTT that ping tools report is from the truth on the wire.

    scripts/lab --routers 1 python3 scripts/measure_rtt.py PATH_TO_SONDE [--count 500] [--busy]

Runs in the client's namespace of the lab. A tap (tcpdump, nanoseconds) on the client's link gives the true
RTT of each probe; the tool's own figure minus that is its error. Prints a row for each tool: median, and the
1st and 99th percentile, in microseconds. --busy keeps every processor busy meanwhile.
"""
import argparse
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
import time

USER = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]


def tap_rtts(path):
    """RTT in ns of each (identifier, sequence) from a capture with nanoseconds."""
    data = open(path, "rb").read()
    order = "<" if data[:4] == b"\x4d\x3c\xb2\xa1" else ">"
    sent, rtts, at = {}, {}, 24
    while at + 16 <= len(data):
        seconds, nanos, captured, _ = struct.unpack_from(order + "IIII", data, at)
        frame = data[at + 16:at + 16 + captured]
        at += 16 + captured
        if len(frame) < 42 or frame[12:14] != b"\x08\x00" or frame[23] != 1:
            continue
        icmp = 14 + (frame[14] & 15) * 4
        kind, key = frame[icmp], bytes(frame[icmp + 4:icmp + 8])
        when = seconds * 10**9 + nanos
        if kind == 8:
            sent[key] = when
        elif kind == 0 and key in sent:
            rtts.setdefault(struct.unpack("!HH", key), when - sent[key])
    return rtts


def reported(tool, text):
    """RTT in ns by sequence, as the tool printed it."""
    found = {}
    if tool == "sonde":
        for line in text.splitlines():
            record = json.loads(line)
            if record.get("type") == "ping_event" and record.get("event") == "reply":
                found[record["sequence"]] = record["reply"]["rtt_ms"] * 1e6
    elif tool == "ping":
        for match in re.finditer(r"icmp_seq=(\d+).*time=([\d.]+) ms", text):
            found[int(match.group(1))] = float(match.group(2)) * 1e6
    else:
        for match in re.finditer(r"\[(\d+)\], \d+ bytes, ([\d.]+) ms", text):
            found[int(match.group(1))] = float(match.group(2)) * 1e6
    return found


def percentile(values, percent):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * percent / 100))]


def measure(tool, command, link):
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o777)
        capture = os.path.join(folder, "tap.pcap")
        tap = subprocess.Popen(["tcpdump", "-i", link, "--time-stamp-precision=nano", "-U", "-B", "65536",
                                "-w", capture, "icmp"], stderr=subprocess.PIPE, text=True)
        while "listening" not in tap.stderr.readline():
            pass
        text = subprocess.run(command, capture_output=True, text=True).stdout
        grown = -1
        while os.path.getsize(capture) != grown:  # the ring is read once a second: cheap for the link
            grown = os.path.getsize(capture)
            time.sleep(1.5)
        tap.terminate()
        tap.wait()
        truth = tap_rtts(capture)
    # A tool may count from 0 or 1 where the wire counts otherwise: the order of sending is the same.
    by_order = [truth[key] for key in sorted(truth, key=lambda key: key[1])]
    told = reported(tool, text)
    pairs = [(told[key], true) for key, true in zip(sorted(told), by_order)]
    if not pairs or len(told) != len(by_order):
        sys.exit(f"{tool}: {len(told)} answers printed, {len(by_order)} on the wire")
    return [(got - true) / 1000 for got, true in pairs]


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("sonde")
    options.add_argument("--count", type=int, default=500)
    options.add_argument("--interval", type=float, default=0.005)
    options.add_argument("--link", default="right0")
    options.add_argument("--busy", action="store_true")
    chosen = options.parse_args()
    target, count = os.environ["SERVER4"], str(chosen.count)
    gap = str(chosen.interval)
    sonde = [chosen.sonde, "ping", "--json", "-n", "-c", count, "-i", gap, target]
    runs = [
        ("sonde, raw", "sonde", sonde[:2] + ["--socket", "raw"] + sonde[2:]),
        ("sonde, unprivileged", "sonde", USER + sonde[:2] + ["--socket", "dgram"] + sonde[2:]),
        ("ping", "ping", ["ping", "-n", "-c", count, "-i", gap, target]),
        ("fping", "fping", ["fping", "-c", count, "-p", str(int(chosen.interval * 1000)), target]),
    ]
    burners = []
    if chosen.busy:
        burners = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(os.cpu_count())]
    print(f"error of the reported RTT against a tap, us ({'every core busy' if chosen.busy else 'idle'}, {count} probes)")
    print(f"{'':22}{'p1':>9}{'median':>9}{'p99':>9}")
    try:
        for name, tool, command in runs:
            errors = measure(tool, command, chosen.link)
            print(f"{name:22}{percentile(errors, 1):9.1f}{percentile(errors, 50):9.1f}{percentile(errors, 99):9.1f}")
    finally:
        for burner in burners:
            burner.kill()


if __name__ == "__main__":
    main()
