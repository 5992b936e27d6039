#!/usr/bin/env python3
"""The table of docs/performance.md: the same work by sonde, by hand (the floor), by libtins and by libpcap.

    scripts/bench_table.py PROGRAM               PROGRAM is sonde_table; ./dev bench builds and runs it
    scripts/bench_table.py PROGRAM --docs        and writes the table into docs/performance.md
    scripts/bench_table.py PROGRAM --row edit    some rows only (several --row may be given)

Columns run in turn, one process each, for several rounds; a cell is the median of its rounds, and each
round the median of its passes. Every column of a row must come to the same packets and the same sum:
equal work. Instructions are counted by callgrind over one pass of the same program; they do not depend on
what else the machine does, and hold no part of the kernel. Exit status: 0, 1 unequal work, 2 could not run.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import time

TOP = pathlib.Path(__file__).resolve().parent.parent
PAGE = TOP / "docs" / "performance.md"
BEGIN, END = "<!-- the table of ./dev bench -->", "<!-- its end -->"
CAPTURES = pathlib.Path(os.environ.get("SONDE_CORPUS", TOP.parent / "shared" / "corpus")) / "captures"

# row: what it is called, and the goal in nanoseconds. None: at the floor.
ROWS = {
    "dissect_handlers": ("dissect to the transport, by handlers", 8),
    "dissect_record": ("the same, fixed record", 8),
    "dissect_chain": ("the same, lazy chain of layers", 8),
    "read_pcap": ("read a pcap file", 70),
    "read_pcapng": ("read a pcapng file", 70),
    "read_dissect": ("read and dissect a file", 80),
    "dns_walk": ("DNS: every record", 50),
    "dns_text": ("DNS: every record, names as text", None),
    "craft_echo": ("craft Ethernet/IPv4/ICMP echo, 56 octets, both checksums", 5),
    "craft_echo_frozen": ("the same, frozen template", 5),
    "craft_syn": ("craft a TCP SYN with five options", 15),
    "edit": ("change time to live, checksums, serialise", 20),
    "write_pcap": ("write a pcap file", 45),
    "filter": ("filter `tcp port 80 or udp port 53`", 8),
    "streams": ("follow TCP streams, 2,000 connections", 50),
    "checksum_1460": ("Internet checksum, 1,460 octets", None),
}
# Whole processes: title, goal, and what tcpdump is told.
LINES = {
    "lines": ("read, and print one line a packet (whole processes)", 300, ["-t"]),
    "program": ("the same by the program: `sonde dissect -q`, with times", 300, []),
}
COLUMNS = ("floor", "sonde", "libtins", "libpcap")


def fail(sentence):
    print(f"bench_table: {sentence}", file=sys.stderr)
    sys.exit(2)


def prepare(program, folder):
    """The frames that the rows work on; made once for each program that makes them otherwise."""
    if not CAPTURES.is_dir():
        print(f"THE TABLE IS SKIPPED: captures absent ({CAPTURES}); set SONDE_CORPUS to the folder that holds "
              "captures/", file=sys.stderr)
        sys.exit(0)
    made = folder / "made"
    if not made.exists() or made.stat().st_mtime < pathlib.Path(program).stat().st_mtime:
        said = subprocess.run([program, "mix", str(CAPTURES), str(folder)], capture_output=True, text=True)
        if said.returncode != 0:
            fail(said.stderr.strip())
        made.write_text(said.stdout)
    return made.read_text().strip()


class Bench:
    def __init__(self, program, folder, wanted):
        self.program, self.folder = program, folder
        listed = subprocess.run([program, "list"], capture_output=True, text=True, check=True).stdout
        self.rows = {}
        for line in listed.splitlines():
            row, *columns = line.split("\t")
            if not wanted or row in wanted:
                self.rows[row] = columns
        self.work = {}   # (row, scale): the packets and the sum that everybody must have
        self.ns = {}     # (row, column): a median for each round
        self.instructions = {}

    def cell(self, row, column, scale, milliseconds, before=()):
        run = subprocess.run([*before, self.program, "run", str(self.folder), row, column, scale, str(milliseconds)],
                             capture_output=True, text=True)
        if run.returncode != 0:
            fail(f"{row}, {column}: {run.stderr.strip() or run.returncode}")
        told = json.loads(run.stdout)
        work = (told["packets"], told["sum"])
        if self.work.setdefault((row, scale), work) != work:
            print(f"{row}: {column} came to {work}, others to {self.work[row, scale]}: not the same work",
                  file=sys.stderr)
            sys.exit(1)
        return told, run.stderr

    def round(self, milliseconds):
        for row, columns in self.rows.items():
            for column in columns:
                told, _ = self.cell(row, column, "full", milliseconds)
                self.ns.setdefault((row, column), []).append(statistics.median(told["ns"]))

    def count(self):
        counter = ("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=*measured_pass*")
        for row, columns in self.rows.items():
            for column in columns:
                told, said = self.cell(row, column, "small", 0, counter)
                collected = int(re.search(r"Collected : (\d+)", said).group(1))
                self.instructions[row, column] = collected / told["packets"]


class Lines:
    """One line a packet, by whole processes."""

    def __init__(self, row, command, folder):
        self.row = row
        self.mix, self.small = folder / "mix.pcap", folder / "small_mix.pcap"
        self.commands = {"sonde": command}
        if shutil.which("tcpdump"):
            user = ["-Z", "root"] if os.geteuid() == 0 else []
            words = ["-nn", "-q", *LINES[row][2]]
            self.commands["tcpdump " + " ".join(words)] = ["tcpdump", *user, *words, "-r"]
        self.ns = {column: [] for column in self.commands}
        self.instructions = {}
        self.packets = self.same_lines()

    def same_lines(self):
        counts = {}
        for column, command in self.commands.items():
            out = subprocess.run([*command, str(self.mix)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
            # A line that begins with a blank goes on with the one before.
            counts[column] = len(re.findall(rb"^[^\s]", out, re.MULTILINE))
        if len(set(counts.values())) != 1:
            print(f"{self.row}: {counts}: not the same work", file=sys.stderr)
            sys.exit(1)
        return counts["sonde"]

    def round(self):
        for column, command in self.commands.items():
            start = time.perf_counter()
            subprocess.run([*command, str(self.mix)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
            self.ns[column].append((time.perf_counter() - start) * 1e9 / self.packets)

    def count(self):
        # Twice as many packets less once: what starting costs falls out.
        twice = self.small.with_name("small_mix_twice.pcap")
        octets = self.small.read_bytes()
        twice.write_bytes(octets + octets[24:])
        for column, command in self.commands.items():
            totals = []
            for path in (self.small, twice):
                run = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command, str(path)],
                                     stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
                totals.append(int(re.search(r"Collected : (\d+)", run.stderr).group(1)))
            self.instructions[column] = (totals[1] - totals[0]) / 20_000


def cell_text(ns, instructions):
    if ns is None:
        return ""
    digits = 1 if ns < 100 else 0
    counted = f", {instructions:,.0f}" if instructions is not None else ""
    return f"{ns:,.{digits}f} ns{counted}"


def row_text(title, reach, cells):
    """`cells`: column to (ns, instructions)."""
    floor, ours = cells.get("floor"), cells["sonde"]
    ratio = f"{ours[0] / floor[0]:.2f}" if floor else ""
    goal = f"{reach} ns" if reach else "the floor"
    limit = reach if reach else floor[0] * 1.05
    reached = "yes" if ours[0] <= limit else "**no**"
    fields = [cell_text(*cells.get(column, (None, None))) for column in COLUMNS]
    others = "; ".join(f"{name} {cell_text(*cell)}" for name, cell in cells.items() if name not in COLUMNS)
    return f"| {title} | {fields[0]} | {fields[1]} | {ratio} | {goal} | {reached} | {fields[2]} | {fields[3]} | {others} |"


def collect(bench, lines):
    """row: title, goal, cells."""
    made = {}
    for row, columns in bench.rows.items():
        title, reach = ROWS[row]
        made[row] = (title, reach, {c: (statistics.median(bench.ns[row, c]), bench.instructions.get((row, c)))
                                    for c in columns})
    for one in lines:
        title, reach, _ = LINES[one.row]
        made[one.row] = (title, reach, {c: (statistics.median(ns), one.instructions.get(c)) for c, ns in one.ns.items()})
    return made


def table(rows):
    head = ["| a packet: time, instructions | floor | sonde | to the floor | goal | reached | libtins | libpcap | others |",
            "|---|---|---|---|---|---|---|---|---|"]
    return "\n".join(head + [row_text(*row) for row in rows.values()])


def write_page(text):
    page = PAGE.read_text()
    begin, end = page.index(BEGIN) + len(BEGIN), page.index(END)
    PAGE.write_text(page[:begin] + "\n" + text + "\n" + page[end:])


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--folder", help="where the mix is kept; default: beside the program")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--ms", type=int, default=150, help="how long a cell is measured in each round")
    parser.add_argument("--row", action="append", choices=[*ROWS, *LINES])
    parser.add_argument("--sonde", help="the program sonde, for its own row")
    parser.add_argument("--no-instructions", action="store_true")
    parser.add_argument("--json", help="write the figures there, too")
    parser.add_argument("--docs", action="store_true", help="write the table into docs/performance.md")
    return parser.parse_args()


def main():
    given = arguments()
    program = os.path.abspath(given.program)
    folder = pathlib.Path(given.folder or pathlib.Path(program).parent / "mix")
    folder.mkdir(parents=True, exist_ok=True)
    mix = prepare(program, folder)
    bench = Bench(program, folder, given.row)
    printers = {"lines": [program, "lines"]}
    if given.sonde:
        printers["program"] = [given.sonde, "dissect", "-q"]
    lines = [Lines(row, command, folder) for row, command in printers.items() if not given.row or row in given.row]
    for _ in range(given.rounds):
        bench.round(given.ms)
        for one in lines:
            one.round()
    if not given.no_instructions and shutil.which("valgrind"):
        bench.count()
        for one in lines:
            one.count()
    rows = collect(bench, lines)
    text = table(rows)
    load = os.getloadavg()[0]
    print(text + f"\n\n{mix}")
    if load > 1.5:
        print(f"The machine is busy (load {load:.1f}): believe the ratios and the instructions, not the times.")
    if given.json:
        cells = {row: {column: {"ns": ns, "instructions": count} for column, (ns, count) in cells.items()}
                 for row, (_, _, cells) in rows.items()}
        pathlib.Path(given.json).write_text(json.dumps({"mix": mix, "load": load, "rows": cells}, indent=2) + "\n")
    if given.docs:
        write_page(text)


if __name__ == "__main__":
    main()
