#!/usr/bin/env python3
"""The rules of the house that a machine can check. Prints each breach as file:line: sentence; exits 1.

What is checked: banned calls (with what to use instead), leftover markers, line length, ASCII, headers
that nobody includes, protocol headers without their source, `Errors:` lines that name no known reason,
and the picture of the libraries in docs/architecture.md against the USES lists.
"""
import pathlib
import re
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent
breaches = []


def breach(path, line, sentence):
    breaches.append(f"{path.relative_to(TOP)}:{line}: {sentence}")


def project_files(*suffixes):
    listed = subprocess.run(
        ["git", "-C", str(TOP), "ls-files", "--cached", "--others", "--exclude-standard"],
        capture_output=True, text=True)
    names = listed.stdout.splitlines() if listed.returncode == 0 else [
        str(p.relative_to(TOP)) for p in TOP.rglob("*") if "build" not in p.relative_to(TOP).parts]
    return [TOP / n for n in names if n.endswith(suffixes) and (TOP / n).is_file()]


# pattern, folders where it is allowed (prefixes), what to use instead
BANNED = [
    (r"\bsystem_clock::now|\bsteady_clock::now|\bclock_gettime\s*\(", ("libs/net/", "libs/client/", "tests/", "bench/"),
     "reads a clock: engines take time as an argument, only client asks"),
    (r"(?<![\w:])(?:std::)?printf\s*\(|\bstd::cout\b|\bfprintf\s*\(\s*stdout", ("apps/", "examples/", "tests/", "bench/"),
     "prints: only apps print"),
    (r"\bntoh[sl]\b|\bhton[sl]\b", ("libs/net/",), "uses the socket byte order macros: base/octets.hpp does this"),
    (r"\bmemcpy\s*\(|\bmemmove\s*\(", ("libs/base/", "libs/net/", "tests/"), "copies raw memory: copy_octets, std::copy_n"),
    (r"\breinterpret_cast\b", ("libs/net/", "libs/wire/src/checksum"), "casts pointers: only sockaddr in net may"),
    (r"\bsleep_for\b|\bsleep_until\b|\busleep\s*\(|(?<!\w)sleep\s*\(\s*\d", (), "sleeps: use virtual time or wait for an event"),
    (r"\bthrow\b", ("libs/client/", "libs/report/", "apps/", "examples/", "tests/", "bench/", "libs/sim/"),
     "throws: wire, packet, probe, net and base return results"),
    (r"\bstrcpy\b|\bsprintf\b|\bgets\s*\(|\bstrtok\b", (), "uses a call without bounds"),
    (r"\bgethostbyname\b|\bgetaddrinfo\b|\bgetnameinfo\b", (), "resolves names in a blocking way: net/resolver.hpp"),
    (r"\busing namespace std\s*;", (), "imports all of std"),
]
MARKERS = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b")
COMMENT = re.compile(r"//.*$")


def strip_strings(line):
    return re.sub(r'"(?:\\.|[^"\\])*"', '""', line)


def check_lines():
    for path in project_files(".cpp", ".hpp"):
        name = str(path.relative_to(TOP))
        # What only tests use may do what tests may do.
        test = re.search(r"(_(test|fuzz|bench)\.cpp|(_testing|_fixture|_lab|/octets_of)\.hpp|/lab\.cpp)$", name)
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if len(line) > 100:
                breach(path, number, f"{len(line)} columns; 100 is the limit")
            if not line.isascii():
                breach(path, number, "has a character that is not ASCII")
            if MARKERS.search(line):
                breach(path, number, "leaves a marker of unfinished work")
            code = COMMENT.sub("", strip_strings(line))
            if "NOLINT" in line:
                continue
            for pattern, allowed, sentence in BANNED:
                if re.search(pattern, code) and not name.startswith(allowed):
                    if test and ("sleep" not in sentence):
                        continue
                    breach(path, number, sentence)


def check_headers():
    sources = project_files(".cpp", ".hpp", ".txt")
    text = {p: p.read_text(encoding="utf-8", errors="replace") for p in sources}
    included = set()
    for body in text.values():
        included.update(re.findall(r"#include\s*[<\"]([^>\"]+)[>\"]", body))
    for path in project_files(".hpp"):
        name = str(path.relative_to(TOP))
        inside = re.sub(r".*/include/", "", name)
        short = path.name
        if inside not in included and short not in included and inside not in ("sonde/sonde.hpp", "sonde/packets.hpp"):
            breach(path, 1, "is included by nobody")
        if not text[path].lstrip().startswith("#pragma once"):
            breach(path, 1, "does not start with #pragma once")
        if re.search(r"libs/wire/include/sonde/wire/(network|transport|link|application)/", name):
            if not re.search(r"(RFC \d+|IANA|IEEE 802)", "\n".join(text[path].splitlines()[:12])):
                breach(path, 1, "is a protocol header that does not name its source at the top")


REASONS = {"truncated", "bad_length", "bad_version", "bad_value", "not_this_message", "too_deep", "none"}


def check_errors_lines():
    for path in project_files(".hpp"):
        name = str(path.relative_to(TOP))
        if not name.startswith(("libs/wire/", "libs/packet/")):
            continue
        body = path.read_text(encoding="utf-8")
        for match in re.finditer(r"Errors: ([^\n]*(?:\n\s*///(?! \w+:)[^\n]*)*)", body):
            words = re.sub(r"\([^()]*(?:\([^()]*\)[^()]*)*\)", "", match.group(1).replace("///", " "))
            first = re.split(r"[.;]", words)[0]
            named = re.findall(r"[a-z_]+", first)
            if not any(word in REASONS for word in named):
                line = body[:match.start()].count("\n") + 1
                breach(path, line, f"`Errors:` names none of {', '.join(sorted(REASONS))}")


def check_picture():
    page = TOP / "docs" / "architecture.md"
    if not page.exists():
        breach(page, 1, "is missing")
        return
    drawn = {}
    for line in page.read_text(encoding="utf-8").splitlines():
        match = re.match(r"\| `(\w+)` \|([^|]*)\|", line)
        if match:
            drawn[match.group(1)] = set(re.findall(r"`(\w+)`", match.group(2)))
    for folder in sorted((TOP / "libs").iterdir()):
        lists = folder / "CMakeLists.txt"
        if not lists.exists():
            continue
        body = re.sub(r"#[^\n]*", "", lists.read_text(encoding="utf-8"))
        match = re.search(r"(?<!_)USES\s+((?:[a-z]+\s+)*[a-z]+)(?=\s*(?:\)|[A-Z_]{3,}))", body)
        uses = set(match.group(1).split()) if match else set()
        if drawn.get(folder.name) != uses:
            breach(page, 1, f"says that {folder.name} uses {sorted(drawn.get(folder.name, []))}, "
                            f"libs/{folder.name}/CMakeLists.txt says {sorted(uses)}")


def main():
    for check in (check_lines, check_headers, check_errors_lines, check_picture):
        check()
    for line in breaches:
        print(line)
    print(f"{len(breaches)} breaches of the house rules" if breaches else "the house rules hold")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
