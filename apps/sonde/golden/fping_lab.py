#!/usr/bin/env python3
"""Gives the same command lines to fping and to `sonde fping`, in the same network, and compares.

    fping_lab.py PROGRAM [--show]

The network is two namespaces of our own with a link between them: 10.9.3.2 to 10.9.3.5 and
fd00:9::2 answer, what is sent to 10.66.3.0/24 vanishes, and for 10.66.1.0/24 and 10.66.2.0/24 the
other side refuses (unreachable, prohibited). Output and exit codes must be equal once times are
replaced; of a wrong command line the exit code and the channel count, its sentence is ours.

Ends with 77, which ctest shows as skipped, without root or without fping.
"""

import os
import re
import shutil
import signal
import subprocess
import sys

SILENT = "10.66.3.1"

# Command lines, and what comes on standard input. Each is a line as a shell would split it.
SAME = [
    "10.9.3.2",
    "10.9.3.2 10.9.3.3 10.9.3.4",
    "-a 10.9.3.2 10.9.3.3",
    f"-a -r 1 -t 50 10.9.3.2 {SILENT}",
    f"-u -r 1 -t 50 10.9.3.2 {SILENT}",
    f"-r 1 -t 50 -B 1.0 10.9.3.2 {SILENT} 10.9.3.3",
    f"-r 0 -t 50 {SILENT}",
    f"-q -r 0 -t 50 {SILENT} 10.9.3.2",
    "-e 10.9.3.2",
    "-A 10.9.3.2",
    "-e -a -A 10.9.3.3",
    "-c 3 -p 20 10.9.3.2 10.9.3.3",
    f"-c 2 -p 200 -t 100 10.9.3.2 {SILENT}",
    "-c 2 -p 20 -q 10.9.3.2 10.9.3.3",
    "-c1 10.9.3.2",
    "-C 3 -p 20 10.9.3.2 10.9.3.3",
    f"-C 5 -p 20 -q 10.9.3.2 {SILENT}",
    f"-C 3 -q -p 20 -t 20 {SILENT}",
    "-C 1 -q -B1 -r1 -i10 10.9.3.2 10.9.3.3",
    "-c 2 -p 20 -D 10.9.3.2",
    f"-c 2 -p 200 -t 100 -o 10.9.3.2 {SILENT}",
    f"-c 2 -p 20 -o -q {SILENT}",
    "-c 1 -a 10.9.3.2",
    "-c 1 -u 10.9.3.2",
    "-c 2 -p 20 -e 10.9.3.2",
    "-s 10.9.3.2",
    "-s -c 2 -p 20 10.9.3.2 10.9.3.3",
    f"-s -q -r 1 -t 50 -B 1 {SILENT}",
    "-c 4 -p 300 -Q 0.5 10.9.3.2",
    "-x 1 10.9.3.2 10.9.3.3",
    f"-x 2 -r 0 -t 50 10.9.3.2 {SILENT}",
    f"-x 1 -r 0 -t 50 10.9.3.2 {SILENT}",
    "-g 10.9.3.2 10.9.3.4",
    "-g 10.9.3.4/31",
    "-g 10.9.3.2/32",
    "-a -g 10.9.3.2 10.9.3.5",
    "-g -c 1 -q 10.9.3.2 10.9.3.3",
    "-4 10.9.3.2",
    "-6 fd00:9::2",
    "fd00:9::2 10.9.3.2",
    "-4 fd00:9::2",
    "-6 10.9.3.2",
    "-b 12 10.9.3.2",
    "-b 1000 -c 1 10.9.3.2",
    "-b 0 -c 1 10.9.3.2",
    "-H 9 -O 0x10 -M -R -T 5 -c 1 10.9.3.2",
    "-I eth_a 10.9.3.2",
    "-S 10.9.3.1 10.9.3.2",
    "-i 0 -p 20 -c 2 10.9.3.2 10.9.3.3",
    "-i 1 -t 200 10.9.3.2",
    "nosuch.invalid",
    "nosuch.invalid 10.9.3.2",
    "-q nosuch.invalid 10.9.3.2",
    "-c 1 10.9.3.2 10.9.3.2",
    "--count=1 --quiet 10.9.3.2",
    "--vcount=2 --period=20 --quiet 10.9.3.2",
    "--alive --elapsed 10.9.3.2",
    "-m 10.9.3.2",
    "-N 10.9.3.2",
    "-r 0 -t 300 10.66.1.1",
    "-r 0 -t 300 10.66.2.1",
    "-c 1 -t 300 10.66.1.1",
    "-q -c 1 10.66.1.1",
    "-c 2 -p 300 -H 1 10.66.3.1",
]
INPUT = [
    ("", "10.9.3.2\n10.9.3.3\n"),
    ("-a", "# a comment\n\n  10.9.3.2 and what follows\n10.9.3.3"),
    ("-c 1 -q -f -", "10.9.3.2\n"),
    ("", ""),
]
WRONG = [
    "-z", "-c", "-c 0 10.9.3.2", "-c abc 10.9.3.2", "-C 0 10.9.3.2", "-H 256 10.9.3.2", "-H 0 10.9.3.2",
    "-a -u 10.9.3.2", "-c 1 -l 10.9.3.2", "-b 99999 10.9.3.2", "-B 0.5 10.9.3.2", "-B 9 10.9.3.2",
    "-O zz 10.9.3.2", "-S abc 10.9.3.2", "-g 10.9.3.2", "-g 10.9.3.0/33", "-g 10.9.3.0/zz", "-g abc def",
    "-g 10.9.3.2 10.9.3.3 10.9.3.4", "-g -f /dev/null 10.9.3.2", "-f /nosuch", "-f x 10.9.3.2", "-4 -6 10.9.3.2",
    "-n -d 10.9.3.2", "-x 0 10.9.3.2", "-t -1 10.9.3.2", "-p x 10.9.3.2", "-i x 10.9.3.2", "--nosuch 10.9.3.2",
    "-g 10.9.3.3 10.9.3.2",
]


def lab(name: str) -> list[str]:
    a, b = f"{name}a", f"{name}b"
    lines = [f"netns add {a}", f"netns add {b}", f"link add eth_a netns {a} type veth peer name eth_b netns {b}"]
    for host, one, six in ((a, "eth_a", 1), (b, "eth_b", 2)):
        lines += [f"-n {host} link set lo up", f"-n {host} addr add 10.9.3.{six}/24 dev {one}",
                  f"-n {host} addr add fd00:9::{six}/64 dev {one} nodad", f"-n {host} link set {one} up"]
    lines += [f"-n {b} addr add 10.9.3.{last}/24 dev eth_b" for last in (3, 4, 5)]
    lines += [f"-n {a} route add 10.66.0.0/16 via 10.9.3.2", f"-n {b} route add blackhole 10.66.3.0/24",
              f"-n {b} route add unreachable 10.66.1.0/24", f"-n {b} route add prohibit 10.66.2.0/24"]
    for line in lines:
        subprocess.run(["ip", *line.split()], check=True)
    setting = ["ip", "netns", "exec", b, "sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv4.icmp_ratelimit=0"]
    subprocess.run(setting, check=True)
    # Until the first answer: an interface that has just come up needs a moment.
    ping = ["ip", "netns", "exec", a, "ping", "-6", "-q", "-c", "1", "-w", "5", "fd00:9::2"]
    subprocess.run(ping, check=True, stdout=subprocess.DEVNULL)
    return ["ip", "netns", "exec", a]


def without_times(text: str) -> str:
    text = re.sub(r"^\[\d+\.\d+\]", "[T]", text, flags=re.M)
    text = re.sub(r"^\[\d\d:\d\d:\d\d\]", "[C]", text, flags=re.M)
    text = re.sub(r"\d+(\.\d+)? ms", "T ms", text)
    text = re.sub(r"\((\d[\d.]*) avg", "(T avg", text)
    text = re.sub(r"(min/avg/max = )\S+", r"\1T", text)
    text = re.sub(r" +\d+\.\d+ sec", " T sec", text)
    # -C: every token behind the colon is a time or a dash.
    return re.sub(r"(?<= :)((?: (?:\d[\d.]*|-))+)$", lambda found: re.sub(r"\d[\d.]*", "T", found[1]), text, flags=re.M)


def run(inside: list[str], program: list[str], words: str, given: str) -> tuple[str, str, int]:
    done = subprocess.run([*inside, *program, *words.split()], input=given, capture_output=True, text=True,
                          timeout=60, check=False)
    own_name = lambda text: text.replace("sonde fping: ", "fping: ")
    return without_times(done.stdout), own_name(without_times(done.stderr)), done.returncode


def interrupted(inside: list[str], program: list[str]) -> tuple[str, str, int]:
    process = subprocess.Popen([*inside, *program, "-l", "-p", "100", "10.9.3.2"], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    lines = [process.stdout.readline() for _ in range(3)]
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    counts = re.sub(r"= \d+/\d+/", "= N/N/", without_times(err))
    return without_times("".join(lines)), counts, process.returncode


def compare(inside: list[str], sonde: list[str], show: bool) -> int:
    wrong = 0
    for words, given in [(each, "") for each in SAME] + INPUT:
        expected, got = run(inside, ["fping"], words, given), run(inside, sonde, words, given)
        if show:
            print(f"fping {words}", *got, sep="\n")
        if expected != got:
            wrong += 1
            print(f"DIFFERENT fping {words}", "--- fping", *expected, "--- sonde", *got, sep="\n")
    for words in WRONG:
        expected, got = run(inside, ["fping"], words, ""), run(inside, sonde, words, "")
        if expected[2] != got[2] or expected[0] != got[0] or (expected[1] != "" and got[1] == ""):
            wrong += 1
            print(f"DIFFERENT fping {words}", "--- fping", *expected, "--- sonde", *got, sep="\n")
    if interrupted(inside, ["fping"]) != interrupted(inside, sonde):
        wrong += 1
        print("DIFFERENT fping -l, interrupted", interrupted(inside, sonde))
    print(f"{len(SAME) + len(INPUT) + len(WRONG) + 1} command lines, {wrong} different")
    return 1 if wrong else 0


def main() -> int:
    if os.geteuid() != 0 or shutil.which("fping") is None or shutil.which("ip") is None:
        print("SKIPPED: needs root, fping 5.1 and ip; sonde fping was not compared with fping")
        return 77
    version = subprocess.run(["fping", "-v"], capture_output=True, text=True, check=False).stdout
    if "Version 5.1" not in version:
        print(f"SKIPPED: compared with fping 5.1 only, this is {version}")
        return 77
    name = f"sonde_fping_{os.getpid()}_"
    try:
        return compare(lab(name), [os.path.abspath(sys.argv[1]), "fping"], "--show" in sys.argv)
    finally:
        for end in "ab":
            subprocess.run(["ip", "netns", "del", name + end], check=False)


if __name__ == "__main__":
    sys.exit(main())
