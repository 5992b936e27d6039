#!/usr/bin/env python3
"""Crafts packets at one end of a link, lets the kernel at the other end answer, and captures at both.

    scripts/lab --routers 0 python3 tests/lab/craft.py SONDE

Prints one line for each thing that was seen; exits 1 when one was not.
"""
import ipaddress
import json
import os
import re
import signal
import struct
import subprocess
import sys
import tempfile

SONDE = os.path.abspath(sys.argv[1])
SERVER4, SERVER6 = os.environ["SERVER4"], str(ipaddress.ip_address(os.environ["SERVER6"].replace(":0:0:0::", "::")))
NEAR, FAR = "right0", "left0"  # the link's ends, as scripts/lab calls them
AT_FAR = ["ip", "netns", "exec", "server"]
NO_RIGHTS = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--bounding-set=-all"]
failures = []


def check(what, good, seen=""):
    print(f"{'ok  ' if good else 'FAIL'} {what}")
    if not good:
        print(seen)
        failures.append(what)


def sonde(*words, before=()):
    return subprocess.run([*before, SONDE, *words], capture_output=True, text=True, check=False, timeout=120)


def answered(what, pattern, *words, code=0):
    """Crafts with --answers; standard output must match from its beginning."""
    done = sonde("craft", "--answers", "--timeout", "3", *words)
    good = re.match(pattern, done.stdout) is not None and done.returncode == code
    check(what, good, f"{words}\n{done.stdout}{done.stderr}exit {done.returncode}, wanted {code} and {pattern}")
    return done


class running:
    """A program that says on standard error when it listens."""

    def __init__(self, command, **how):
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **how)
        self.said = self.process.stderr.readline()
        while self.said and "listening on" not in self.said:
            self.said = self.process.stderr.readline()

    def end(self, with_signal=None):
        if with_signal:
            self.process.send_signal(with_signal)
        out, err = self.process.communicate(timeout=120)
        return self.process.returncode, out, err


def frames(path):
    """Octets of each packet of a pcap file of this machine."""
    data = open(path, "rb").read()
    made, at = [], 24
    while at < len(data):
        length = struct.unpack_from("=IIII", data, at)[2]
        made.append(data[at + 16:at + 16 + length])
        at += 16 + length
    return made


def answers_of_the_kernel():
    answered("a SYN to a closed port is reset, by route", rf"answer to 1 after [\d.]+ ms: IP {SERVER4}.81 > .*Flags \[R\.\]",
             f"ipv4(destination={SERVER4}) / tcp(source_port=40000, destination_port=81, flags=syn)")
    answered("and over the link, with addresses filled in", rf"answer to 1 .* Flags \[R\.\]", "-i", NEAR,
             f"ethernet / ipv4(destination={SERVER4}) / tcp(source_port=40001, destination_port=81, flags=syn)")
    listener = subprocess.Popen(
        [*AT_FAR, "python3", "-c", "import socket, sys\ns = socket.create_server(('', 80))\nprint(flush=True)\n"
         "sys.stdin.read()"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    listener.stdout.readline()
    answered("a SYN to an open port is acknowledged", r"answer to 1 .* Flags \[S\.\]",
             f"ipv4(destination={SERVER4}) / tcp(source_port=40002, destination_port=80, flags=syn, options=[mss(1460)])")
    listener.communicate("")
    answered("ARP is answered", rf"answer to 1 after [\d.]+ ms: ARP, Reply {SERVER4} is-at", "-i", NEAR,
             f"ethernet / arp(target_protocol_address={SERVER4})")
    answered("ICMP echo is answered", rf"answer to 1 .*: IP {SERVER4} > .*: ICMP echo reply, id 7, seq 3, length 13",
             f'ipv4(destination={SERVER4}) / icmp_echo(identifier=7, sequence_number=3) / "hello"')
    answered("UDP to a closed port is an error about it", rf"error about 1 .*: IP {SERVER4} > .*: ICMP {SERVER4} udp port 9 unreachable",
             f'ipv4(destination={SERVER4}) / udp(source_port=40003, destination_port=9) / "x"')
    answered("ICMPv6 echo is answered", rf"answer to 1 .*: IP6 {SERVER6} > .*: ICMP6, echo reply",
             f"ipv6(destination={SERVER6}) / icmpv6_echo(identifier=7)")
    answered("UDP over IPv6 and the link, too", r"error about 1 .*: ICMP6, destination unreachable", "-i", NEAR,
             f"ethernet / ipv6(destination={SERVER6}) / udp(destination_port=9)")
    mac = open(f"/sys/class/net/{NEAR}/address").read().strip()
    answered("neighbor discovery is answered", r"answer to 1 .*: ICMP6, neighbor advertisement", "-i", NEAR,
             "ethernet / ipv6(destination=ff02::1:ff00:2, hop_limit=255) / "
             f"neighbor_solicitation(target_address={SERVER6}, options=[source_link_layer_address({mac})])")
    done = answered("what nobody answers is said", r"$", "--timeout", "0.2", code=1, *[
        f"ipv4(destination={SERVER4}) / tcp(source_port=40004, destination_port=81, flags=rst)"])
    check("with the counts", "1 packet sent, 0 answered" in done.stderr, done.stderr)
    done = sonde("craft", "--answers", "--json", f"ipv4(destination={SERVER4}) / icmp_echo")
    record = json.loads(done.stdout or "{}")
    check("an answer as JSON", record.get("kind") == "answer" and record["packet"]["layers"][1]["protocol"] == "icmp_echo",
          done.stdout + done.stderr)
    done = sonde("craft", "--answers", "--timeout", "5", "--rate", "max", "--vary", "tcp.destination_port=100..119",
                 f"ipv4(destination={SERVER4}) / tcp(source_port=40005, flags=syn)")
    lines = done.stdout.splitlines()
    check("twenty ports, twenty resets", len(lines) == 20 and all("[R.]" in line for line in lines), done.stdout + done.stderr)


def a_file_of_packets(folder):
    path = f"{folder}/several.pcap"
    sonde("craft", "-w", path, "--vary", "tcp.destination_port=82..84",
          f"ipv4(destination={SERVER4}) / tcp(source_port=40006, flags=syn)")
    done = answered("all packets of a file are sent, in their order", r"answer to 1 .*\.82 >", "--from", path)
    lines = done.stdout.splitlines()
    check("and each is answered", [f".{port} >" in line for port, line in zip((82, 83, 84), lines)] == [True] * 3 and
          "the first of 3" in done.stderr, done.stdout + done.stderr)
    answered("or the one that is wanted", r"answer to 1 .*\.84 >", "--from", path, "--frame", "3")


def neighbours():
    subprocess.run(["ip", "neigh", "flush", "dev", NEAR], check=True)
    answered("a neighbour that the kernel does not know is asked for", r"answer to 1 .*echo reply", "-i", NEAR,
             f"ethernet / ipv4(destination={SERVER4}) / icmp_echo")
    done = sonde("craft", "--send", "-i", NEAR, "ethernet / ipv4(destination=10.99.0.77) / udp")
    check("a neighbour that is not there is named", done.returncode == 2 and
          f"nobody on {NEAR} says to have 10.99.0.77" in done.stderr, done.stderr)
    done = sonde("craft", "--send", "-i", NEAR, "-c", "3", "--rate", "max",
                 "ethernet(destination=ff:ff:ff:ff:ff:ff) / arp(target_protocol_address=10.99.0.9)")
    check("no flood to everybody without --force", done.returncode == 2 and "--force" in done.stderr, done.stderr)
    done = sonde("craft", "--send", "ipv4(destination=0.0.0.0) / udp")
    check("no packet to nobody", done.returncode == 2 and "to whom?" in done.stderr, done.stderr)


def capture_beside_tcpdump(folder):
    ours, theirs = f"{folder}/sonde.pcap", f"{folder}/tcpdump.pcap"
    one = running([*AT_FAR, SONDE, "capture", "-i", FAR, "-c", "10", "-w", ours, "icmp"])
    other = running([*AT_FAR, "tcpdump", "-Z", "root", "-i", FAR, "-c", "10", "-w", theirs, "icmp"])
    mine = f"{folder}/mine.pcapng"
    done = sonde("craft", "--answers", "-c", "5", "--vary", "icmp_echo.sequence_number=1..5", "-w", mine,
                 f'ipv4(destination={SERVER4}) / icmp_echo(identifier=77) / random(900)')
    code, _, said = one.end()
    other.end()
    check("the far side captured ten packets", code == 0 and said.startswith("10 packets captured\n"), said + done.stderr)
    check("the octets that tcpdump captured", len(frames(ours)) == 10 and frames(ours) == frames(theirs))
    shown = sonde("dissect", "-t", "-q", mine).stdout
    check("requests and answers in the sender's file", shown.count("# packet ") == 5 and shown.count("# answer to packet ") == 5, shown)
    check("the sent octets arrived", [f[14:] for f in frames(ours)][0] in open(mine, "rb").read())


def capture_lives(folder):
    one = running([SONDE, "capture", "-i", NEAR, "-t", "icmp"])
    rights = re.search(r"CapEff:\s*(\w+)", open(f"/proc/{one.process.pid}/status").read()).group(1)
    check("no capability is left while it captures", int(rights, 16) == 0, rights)
    subprocess.run(["ping", "-q", "-c", "1", SERVER4], stdout=subprocess.DEVNULL, check=True)
    first = one.process.stdout.readline()  # it goes on; the line is here
    check("the first packet is shown at once", "ICMP echo request" in first, first)
    one.process.send_signal(signal.SIGUSR1)
    check("SIGUSR1 shows the counts", "captured" in one.process.stderr.readline())
    code, _, said = one.end(signal.SIGINT)
    check("Ctrl-C ends it with counts", code == 0 and re.search(
        r"2 packets captured\n2 packets received by filter\n0 packets dropped by kernel\n$", said) is not None, said)
    for interface, kind in (("any", "linux_sll2"), ("lo", "ethernet")):
        one = running([SONDE, "capture", "-i", interface, "-c", "2", "--json", "icmp"])
        check(f"{interface}: what a packet begins with", kind in one.said, one.said)
        subprocess.run(["ping", "-q", "-c", "1", SERVER4 if interface == "any" else "127.0.0.1"],
                       stdout=subprocess.DEVNULL, check=True)
        code, out, said = one.end()
        kinds = [json.loads(line)["type"] for line in out.splitlines()]
        check(f"{interface}: two packets and the counts", kinds == ["packet", "packet", "capture"], out + said)
    one = running([SONDE, "capture", "-i", NEAR, "--stats", "--duration", "60", "icmp"])
    subprocess.run(["ping", "-q", "-c", "2", "-i", "0.2", SERVER4], stdout=subprocess.DEVNULL, check=True)
    code, out, _ = one.end(signal.SIGTERM)
    check("a summary at the end", code == 0 and "Protocols: 4 packets" in out and "Conversations: 1" in out, out)
    one = running([SONDE, "capture", "-i", NEAR, "-w", f"{folder}/part.pcap", "-C", "1k", "-W", "2", "-c", "40", "-U", "icmp"])
    done = sonde("craft", "--send", "--rate", "1000", "-c", "20", "-i", NEAR,
                 f"ethernet / ipv4(destination={SERVER4}) / icmp_echo / zeros(200)")
    code, _, said = one.end()
    parts = sorted(name for name in os.listdir(folder) if name.startswith("part"))
    check("several files, of which the last two stay", code == 0 and len(parts) == 2 and len(
        [frame for part in parts for frame in frames(f"{folder}/{part}")]) >= 4, f"{parts} {said}{done.stderr}")
    check("a list of interfaces", re.search(rf"\d+  {NEAR} +up ", sonde("capture", "-D").stdout) is not None)


def rights():
    for words in (["capture", "-i", NEAR], ["craft", "--send", f"ipv4(destination={SERVER4}) / udp"]):
        done = sonde(*words, before=NO_RIGHTS)
        check(f"{words[0]} without permission names the remedy",
              done.returncode == 2 and f"setcap cap_net_raw+ep {SONDE}" in done.stderr, done.stderr)


def main():
    with tempfile.TemporaryDirectory(prefix="sonde_craft_") as folder:
        answers_of_the_kernel()
        a_file_of_packets(folder)
        neighbours()
        capture_beside_tcpdump(folder)
        capture_lives(folder)
        rights()
    print(f"{len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
