#!/usr/bin/env python3
"""Traces a chain of kernel routers by every method and compares with the routers and with traceroute.

    scripts/lab --routers 5 python3 tests/lab/chain.py SONDE [--runs 10]

As root: ICMP, UDP and TCP; as uid 65534 without any capability: ICMP and UDP; each over IPv4 and IPv6, ten
runs each. A hop without an answer to each of its three probes, or with another address than the router's, is
a failure. Prints one line for each way; exits 1 when one failed.
"""
import argparse
import json
import os
import subprocess
import sys

USER = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--bounding-set=-all"]


def routers(family):
    count = int(os.environ["ROUTERS"])
    if family == "-4":
        return [f"10.99.{i}.2" for i in range(count + 1)]
    return ["fd99::2"] + [f"fd99:0:0:{i}::2" for i in range(1, count + 1)]


def trace(command):
    """The answering address of each probe of each hop; None for a lost one."""
    text = subprocess.run(command, capture_output=True, text=True, check=False)
    hops = {}
    for line in text.stdout.splitlines():
        record = json.loads(line)
        if record.get("type") == "trace_hop":
            hops[record["hop_limit"]] = [
                probe["reply"]["from"] if probe.get("reply") else None for probe in record["probes"]]
    if not hops:
        sys.exit(f"{' '.join(command)}: {text.stdout}{text.stderr}")
    return [hops[key] for key in sorted(hops)]


def peer(family, target):
    """What traceroute says of the same path."""
    out = subprocess.run(["traceroute", family, "-n", "-q", "1", target], capture_output=True, text=True).stdout
    return [line.split()[1] for line in out.splitlines()[1:]]


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("sonde")
    options.add_argument("--runs", type=int, default=10)
    chosen = options.parse_args()
    failed = False
    for family in ("-4", "-6"):
        target = os.environ["SERVER4" if family == "-4" else "SERVER6"]
        wanted = routers(family)
        if peer(family, target) != wanted:
            print(f"traceroute {family} sees another path: {peer(family, target)}")
            failed = True
        for who, methods in (([], ("icmp", "udp", "tcp")), (USER, ("icmp", "udp"))):
            for method in methods:
                gaps = 0
                for _ in range(chosen.runs):
                    seen = trace(who + [chosen.sonde, "trace", family, "-n", "--json", "--method", method, target])
                    gaps += sum(probe is None for hop in seen for probe in hop)
                    answers = [[address for address in hop if address] for hop in seen]
                    if len(seen) != len(wanted) or any(
                            set(hop) - {want} for hop, want in zip(answers, wanted)):
                        print(f"another path than the routers': {seen}")
                        failed = True
                failed = failed or gaps > 0
                print(f"{'uid 65534' if who else 'root':9} {family} {method:4} {chosen.runs} runs, "
                      f"{len(wanted)} hops, {gaps} gaps")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
