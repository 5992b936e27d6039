#!/usr/bin/env python3
"""Runs the commands that a page of documentation shows and compares what they write with the page.

    check_docs.py PROGRAM PAGE [--update]

In blocks marked "console" a line "$ sonde ..." is run; the lines up to the next prompt are what it must write,
to standard output and then to standard error. Lines with the prompt "# " need root and are not run.
"""
import difflib
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile


def written(program: str, command: str, folder: str) -> str:
    words = shlex.split(command)
    assert words[0] == "sonde", command
    environment = {**os.environ, "TZ": "UTC"}
    done = subprocess.run([program, *words[1:]], cwd=folder, capture_output=True, text=True,
                          env=environment, timeout=60, check=False)
    return done.stdout + done.stderr


def rerun(block: str, program: str, folder: str) -> str:
    """The block with what its commands write now."""
    made, skipping = [], False
    for line in block.splitlines(keepends=True):
        if line.startswith("$ "):
            made += [line, written(program, line[2:].strip(), folder)]
            skipping = True
        elif line.startswith("# "):
            made.append(line)
            skipping = False
        elif not skipping:
            made.append(line)
    return "".join(made)


def main() -> int:
    program, page = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2])
    text = page.read_text()
    with tempfile.TemporaryDirectory(prefix="sonde_docs_") as folder:
        now, runs = re.subn(r"(```console\n)(.*?)(```\n)",
                            lambda m: m[1] + rerun(m[2], program, folder) + m[3], text, flags=re.S)
    if "--update" in sys.argv:
        page.write_text(now)
        return 0
    if runs == 0:
        print(f"{page} shows no command")
        return 1
    sys.stdout.writelines(difflib.unified_diff(text.splitlines(True), now.splitlines(True), "page", "written"))
    return 0 if now == text else 1


if __name__ == "__main__":
    sys.exit(main())
